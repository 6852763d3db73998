/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole chain: a firmware loads shim or PXELINUX or iPXE, that loads GRUB or a
 * configuration, that kernel and initrd. Captures ovmf-virtio-twosi-ref, -httpfull-ref, -two,
 * ovmf-2022.11-dnsmasq-2.90-two-server, seabios-virtio-combined.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/boot_rig.h"

#define DHCP "role=dhcp pool=192.0.2.100-192.0.2.199"
/* options 1, and 67 "shimx64.efi" */
#define MASK_AND_67 "0104ffffff00430b7368696d7836342e656669"
#define PROXY       "role=proxydhcp,tftp,http boot="

static const char grub_cfg[] = "set timeout=0\nlinux /vmlinuz quiet\ninitrd /initrd.img\nboot\n";
static const char pxelinux_cfg[] = "DEFAULT a\nLABEL a\nKERNEL vmlinuz\nAPPEND initrd=initrd.img\n";
static const char ipxe_script[] = "#!ipxe\nkernel vmlinuz\ninitrd initrd.img\nboot\n";

static struct boot_rig *chain(const char *model, const char *first, const char *second,
                              uint32_t loss)
{
	static const char *const files[] = {"shimx64.efi", "grubx64.efi", "vmlinuz",
	                                    "initrd.img",  "pxelinux.0",  "ldlinux.c32",
	                                    "snponly.efi"};
	struct boot_rig *rig = boot_rig_new(model, first, second, loss, 3);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_int_equal(br_file_store_generate(rig->files, files[i], 60000 + i, i), 0);
	boot_rig_text(rig, "grub/grub.cfg", grub_cfg);
	boot_rig_text(rig, "pxelinux.cfg/default", pxelinux_cfg);
	boot_rig_text(rig, "boot.ipxe", ipxe_script);
	br_firmware_set_chain(rig->firmware, true);
	return rig;
}

static uint64_t boot(const char *model, const char *first, const char *second, uint32_t loss,
                     const char *program, unsigned files)
{
	struct boot_rig *rig = chain(model, first, second, loss);
	struct br_boot_result result = boot_rig_run(rig, 4000);
	uint64_t hash = br_trace_hash_value(&rig->hash);

	assert_string_equal(result.error, "");
	assert_int_equal(result.state, BR_BOOT_DONE);
	assert_int_equal(result.step, BR_BOOT_STEP_SYSTEM);
	assert_string_equal(result.program, program);
	assert_int_equal(result.files, files);
	assert_int_equal(rig->wrong, 0);
	boot_rig_free(rig);
	return hash;
}

static void every_chain_ends_in_a_system(void **state)
{
	static const struct {
		const char *model, *first, *second, *program;
		unsigned files;
	} cases[] = {
		{"edk2-x64-pxe4", DHCP " next-server=192.0.2.2", PROXY "shimx64.efi", "grub", 5},
		{"edk2-x64-pxe4", "role=dhcp,tftp pool=192.0.2.100-192.0.2.199 boot=shimx64.efi",
	         NULL, "grub", 5},
		{"edk2-x64-http4", "role=dhcp,http pool=192.0.2.100-192.0.2.199 boot=shimx64.efi",
	         NULL, "grub", 5},
		{"edk2-x64-http4", DHCP, PROXY "http://192.0.2.2/shimx64.efi", "grub", 5},
		{"pxe-rom-bios", DHCP, PROXY "pxelinux.0", "pxelinux", 5},
		{"ipxe-bios", DHCP, PROXY "pxelinux.0", "pxelinux", 5},
		{"edk2-x64-pxe4", DHCP, PROXY "snponly.efi boot=boot.ipxe@user-class:iPXE",
	         "ipxe-efi-x64", 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (uint32_t loss = 0; loss <= 50000; loss += 50000) {
			uint64_t once = boot(cases[i].model, cases[i].first, cases[i].second, loss,
			                     cases[i].program, cases[i].files);

			assert_int_equal(once, boot(cases[i].model, cases[i].first, cases[i].second,
			                            loss, cases[i].program, cases[i].files));
		}
	}
}

struct request {
	const char *name;
	uint16_t port; /* 0: one more than that of the line before */
	uint32_t to;
};

static void check_requests(const struct boot_rig *rig, const struct request *want, size_t count)
{
	size_t index = 0;
	uint16_t port = 0;

	for (size_t i = 0; i < count; i++) {
		const struct boot_sent *sent = boot_rig_next(rig, &index, 69);

		assert_non_null(sent);
		assert_string_equal((const char *)sent->octets + 2, want[i].name);
		if (i > 0)
			assert_int_equal(sent->source, want[i].port ? want[i].port : port + 1);
		assert_int_equal(sent->to, want[i].to);
		port = sent->source;
	}
	assert_null(boot_rig_next(rig, &index, 69));
}

static void tftp_files_come_in_the_order_of_the_capture(void **state)
{
	static const struct request want[] = {
		/* ovmf-virtio-twosi-ref frames 14-16550 */
		{"shimx64.efi", 0, BOOT_NET + 2},
		{"shimx64.efi", 0, BOOT_NET + 2},
		{"revocations_sku.efi", 0, BOOT_NET + 2},
		{"revocations_sbat.efi", 0, BOOT_NET + 2},
		{"shim_certificate_0.efi", 0, BOOT_NET + 2},
		{"grubx64.efi", 0, BOOT_NET + 2},
		{"/grub/x86_64-efi/command.lst", 25300, BOOT_NET + 2},
		{"/grub/x86_64-efi/fs.lst", 0, BOOT_NET + 2},
		{"/grub/x86_64-efi/crypto.lst", 0, BOOT_NET + 2},
		{"/grub/x86_64-efi/terminal.lst", 0, BOOT_NET + 2},
		{"/grub/grub.cfg", 0, BOOT_NET + 2},
		{"/vmlinuz", 0, BOOT_NET + 2},
		{"/initrd.img", 0, BOOT_NET + 2},
	};
	struct boot_rig *rig =
		chain("edk2-x64-pxe4", DHCP " next-server=192.0.2.2", PROXY "shimx64.efi", 0);

	(void)state;
	boot_rig_run(rig, 100);
	check_requests(rig, want, sizeof(want) / sizeof(want[0]));
	boot_rig_free(rig);
}

static void http_files_come_in_the_order_of_the_capture(void **state)
{
	static const struct request want[] = {
		/* ovmf-virtio-httpfull-ref frames 14-57156 */
		{"HEAD /shimx64.efi ", 0, 0},
		{"GET /shimx64.efi ", 1, 0}, /* 1: the same port as the one before */
		{"GET /revocations_sku.efi ", 0, 0},
		{"GET /revocations_sbat.efi ", 0, 0},
		{"GET /shim_certificate_0.efi ", 0, 0},
		{"GET //grubx64.efi ", 0, 0},
		{"GET /grub/x86_64-efi/command.lst ", 21550, 0},
		{"GET /grub/x86_64-efi/fs.lst ", 0, 0},
		{"GET /grub/x86_64-efi/crypto.lst ", 0, 0},
		{"GET /grub/x86_64-efi/terminal.lst ", 0, 0},
		{"GET /grub/grub.cfg ", 0, 0},
		{"GET /vmlinuz ", 0, 0},
		{"GET /initrd.img ", 0, 0},
	};
	struct boot_rig *rig =
		chain("edk2-x64-http4",
	              "role=dhcp,http pool=192.0.2.100-192.0.2.199 boot=shimx64.efi", NULL, 0);
	size_t index = 0;
	uint16_t port = 0;

	(void)state;
	boot_rig_run(rig, 100);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct boot_sent *sent;

		do
			sent = boot_rig_next(rig, &index, 80);
		while (sent && sent->size == 0);
		assert_non_null(sent);
		assert_memory_equal(sent->octets, want[i].name, strlen(want[i].name));
		if (i > 0)
			assert_int_equal(sent->source, want[i].port > 1 ? want[i].port
			                               : want[i].port   ? port
			                                                : port + 1);
		port = sent->source;
	}
	boot_rig_free(rig);
}

/* Knows everything as 192.0.2.2, for @rig->peer[0]'s questions */
static uint8_t holds_s; /* its answers' time to live */

static void name_server(void *context, const struct br_datagram *query, br_time now)
{
	struct br_datagram reply = {.local = query->local, .remote = query->remote};
	uint8_t octets[300];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	(void)now;
	br_put_bytes(&w, query->payload.data, query->payload.size);
	octets[2] |= 0x80; /* an answer, */
	octets[7] = 1;     /* one record */
	br_put_bytes(&w, "\xc0\x0c\0\1\0\1\0\0\0", 9);
	br_put_u8(&w, holds_s);
	br_put_bytes(&w, "\0\4\xc0\0\2\2", 6);
	reply.payload = (struct br_octets){octets, br_written(&w)};
	(void)br_host_udp_send(context, &reply);
}

/* DnsImpl.c keeps an answer for its time to live: HEAD and GET, shim's files, and those of GRUB */
static void a_name_is_asked_for_again_when_its_answer_holds_no_more(void **state)
{
	static const struct br_fault_rates slow = {.delay = 150 * BR_MS};
	/* an answer holds from when it comes; ARP of the server before it, the asker's behind it */
	static const br_time way_and_arp = 6 * 150 * BR_MS + BR_MS;
	/* the seconds between are those in which a file comes: some of it is asked for later */
	static const struct {
		uint8_t holds_s;
		bool asks_again, keeps;
	} cases[] = {{0, true, false}, {4, true, true}, {60, false, true}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct boot_rig *rig =
			chain("edk2-x64-http4", DHCP " dns=192.0.2.3",
		              "role=proxydhcp,http boot=http://boot.lab.test/shimx64.efi", 0);
		br_time until = 0, asked = 0;
		bool again = false, kept = false;

		holds_s = cases[i].holds_s;
		boot_rig_peer(rig, NULL, 0, NULL, 0);
		assert_int_equal(br_host_udp_open(rig->peer[0].host, 53), 0);
		br_host_set_user(rig->peer[0].host,
		                 &(struct br_host_user){.context = rig->peer[0].host,
		                                        .datagram = name_server});
		assert_int_equal(br_fault_new(&rig->fault, 1), 0);
		br_fault_set_rates(rig->fault, &slow);
		br_segment_set_fault(rig->segment, rig->fault);
		boot_rig_run(rig, 100);
		for (size_t index = 0; index < rig->sents; index++) {
			const struct boot_sent *sent = &rig->sent[index];

			if (sent->destination == 53)
				asked = sent->at;
			if (!sent->tcp || sent->tcp_flags != BR_TCP_SYN)
				continue;
			assert_true(asked ? asked >= until : sent->at < until + way_and_arp);
			again = again || (asked && until);
			kept = kept || !asked;
			if (asked)
				until = asked + holds_s * BR_S;
			asked = 0;
		}
		assert_int_equal(again, cases[i].asks_again);
		assert_int_equal(kept, cases[i].keeps);
		boot_rig_free(rig);
	}
}

static void an_answer_is_for_its_own_name(void **state)
{
	static const char *const files[] = {"shimx64.efi", "grubx64.efi", "vmlinuz"};
	struct boot_rig *rig =
		boot_rig_new("edk2-x64-http4", DHCP " dns=192.0.2.3",
	                     "role=proxydhcp,http boot=http://boot.lab.test/shimx64.efi", 0, 3);
	size_t index = 0, others = 0;

	(void)state;
	holds_s = 60;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		assert_int_equal(br_file_store_generate(rig->files, files[i], 60000 + i, i), 0);
	boot_rig_text(rig, "grub/grub.cfg", "linux (http,other.lab.test)/vmlinuz\nboot\n");
	br_firmware_set_chain(rig->firmware, true);
	boot_rig_peer(rig, NULL, 0, NULL, 0);
	assert_int_equal(br_host_udp_open(rig->peer[0].host, 53), 0);
	br_host_set_user(rig->peer[0].host, &(struct br_host_user){.context = rig->peer[0].host,
	                                                           .datagram = name_server});
	assert_int_equal(boot_rig_run(rig, 100).step, BR_BOOT_STEP_SYSTEM);
	for (const struct boot_sent *sent; (sent = boot_rig_next(rig, &index, 53));)
		others += memcmp(sent->octets + 12, "\5other", 6) == 0;
	assert_int_equal(others, 1);
	boot_rig_free(rig);
}

static void grub_asks_the_dhcp_servers_siaddr(void **state)
{
	/* ovmf-virtio-two f.16473..: the DHCP server has no TFTP; GRUB ignores ICMP and tries 40
	 * times for each of five files
	 */
	struct boot_rig *rig =
		chain("edk2-x64-pxe4", DHCP " next-server=192.0.2.1", PROXY "shimx64.efi", 0);
	struct br_boot_result result = boot_rig_run(rig, 400);
	size_t index = 0, count = 0;
	br_time before = 0, gap = 0;

	(void)state;
	assert_string_equal(result.error, "grub>");
	for (const struct boot_sent *sent; (sent = boot_rig_next(rig, &index, 69));) {
		if (sent->source != 25300)
			continue;
		assert_int_equal(sent->to, BOOT_NET + 1);
		if (count > 1)
			assert_in_range((sent->at - before - gap) / BR_MS, 19, 20);
		gap = count > 0 ? sent->at - before : 0;
		before = sent->at;
		count++;
	}
	assert_int_equal(count, 40);
	assert_true(result.ended > 150 * BR_S);
	boot_rig_free(rig);
}

static void grub_without_a_server_stops_at_its_prompt(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, BOOT_NET + 100, 0, NULL, "0104ffffff00"},
		{67, 1, 0, 0, 2, 4, 0, BOOT_NET + 4, "grubx64.efi",
	         "3c09505845436c69656e742b03060108"},
		{67, 3, 0, 0, 5, 3, BOOT_NET + 100, 0, NULL, "0104ffffff00"}};
	static const struct boot_tftp tftp[] = {{1, "0006747369"
	                                            "7a65003500"},
	                                        {3, "0003000168656c6c6f"}};
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", NULL, NULL, 0, 3);
	struct br_boot_result result;

	(void)state; /* twosi0 */
	boot_rig_peer(rig, replies, 3, tftp, 2);
	boot_rig_text(rig, "grubx64.efi", "hello");
	br_firmware_set_chain(rig->firmware, true);
	result = boot_rig_run(rig, 400);
	assert_string_equal(result.error, "grub>");
	assert_int_equal(result.step, BR_BOOT_STEP_PROGRAM);
	boot_rig_free(rig);
}

static void grub_acknowledges_old_blocks_by_their_number(void **state)
{
	static const char plain[] = "0104ffffff00";
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, BOOT_NET + 100, BOOT_NET + 3, "grub.efi", plain},
		{67, 3, 0, 0, 5, 3, BOOT_NET + 100, BOOT_NET + 3, "grub.efi", plain}};
	/* packets 1-4 are the firmware's: RRQ, ERROR 8, RRQ, ACK 1; then GRUB's: RRQ, ACKs */
	static const struct boot_tftp tftp[] = {
		{1, "00067473697a65003500"},
		{3, "0003000168656c6c6f"},
		{5, "0006626c6b73697a650038007473697a65003900"},
		{6, "000300016162636465666768"},
		{7, "000300016162636465666768"},
		{8, "000300036162636465666768"}, /* a later one: nothing comes back */
		{8, "0003000269"}};
	static const uint8_t acks[] = {1, 0, 1, 1, 2};
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", NULL, NULL, 0, 3);
	size_t count = 0;

	(void)state; /* net/tftp.c tftp_receive */
	boot_rig_peer(rig, replies, 2, tftp, 7);
	boot_rig_text(rig, "grub.efi", "hello");
	boot_rig_text(rig, "grub/x86_64-efi/command.lst", "abcdefghi");
	br_firmware_set_chain(rig->firmware, true);
	boot_rig_run(rig, 7);
	for (size_t i = 0; i < rig->sents && count < 5; i++) {
		if (rig->sent[i].size != 4)
			continue;
		assert_int_equal(rig->sent[i].octets[3], acks[count]);
		count++;
	}
	assert_int_equal(count, 5);
	assert_int_equal(rig->wrong, 0);
	boot_rig_free(rig);
}

static void shim_asks_twice_for_what_is_not_there(void **state)
{
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", DHCP, PROXY "shimx64.efi", 0, 3);
	struct br_boot_result result;
	size_t index = 0, count = 0;
	br_time first = 0;

	(void)state; /* two-server capture frames 1467, 1470: 2 s apart */
	boot_rig_text(rig, "shimx64.efi", "hello");
	br_firmware_set_chain(rig->firmware, true);
	result = boot_rig_run(rig, 400);
	assert_string_equal(result.error, "Failed to load image grubx64.efi: Not Found");
	for (const struct boot_sent *sent; (sent = boot_rig_next(rig, &index, 69));) {
		if (strcmp((const char *)sent->octets + 2, "grubx64.efi"))
			continue;
		if (count++ == 0)
			first = sent->at;
		else
			assert_int_equal((sent->at - first) / BR_S, 2);
	}
	assert_int_equal(count, 2);
	boot_rig_free(rig);
}

static void shim_reads_a_large_loader_twice(void **state)
{
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", DHCP " next-server=192.0.2.2",
	                                    PROXY "shimx64.efi", 0, 3);
	struct br_boot_result result;

	(void)state; /* netboot.c FetchNetbootimage: 4 MiB, then 8 */
	boot_rig_text(rig, "shimx64.efi", "hello");
	boot_rig_text(rig, "grub/grub.cfg", "linux /vmlinuz\nboot\n");
	boot_rig_text(rig, "vmlinuz", "kernel");
	assert_int_equal(br_file_store_generate(rig->files, "grubx64.efi", 5000000, 1), 0);
	br_firmware_set_chain(rig->firmware, true);
	result = boot_rig_run(rig, 400);
	assert_string_equal(result.error, "");
	assert_int_equal(rig->wrong, 0);
	assert_int_equal(result.octets, 5 + 2 * 5000000 + 20 + 6);
	boot_rig_free(rig);
}

static void shim_reads_the_header_and_not_the_options(void **state)
{
	/* netboot.c parseDhcp4: 67 is for the firmware, the header's directory counts */
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, BOOT_NET + 100, BOOT_NET + 3, "efi/x", MASK_AND_67},
		{67, 3, 0, 0, 5, 3, BOOT_NET + 100, BOOT_NET + 3, "efi/x", MASK_AND_67}};
	static const struct boot_tftp tftp[] = {{1, "00067473697a65003500"},
	                                        {3, "0003000168656c6c6f"}};
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", NULL, NULL, 0, 3);
	size_t index = 0;

	(void)state;
	boot_rig_peer(rig, replies, 2, tftp, 2);
	boot_rig_text(rig, "shimx64.efi", "hello");
	br_firmware_set_chain(rig->firmware, true);
	boot_rig_run(rig, 10);
	assert_string_equal((const char *)boot_rig_next(rig, &index, 69)->octets + 2,
	                    "shimx64.efi");
	(void)boot_rig_next(rig, &index, 69);
	assert_string_equal((const char *)boot_rig_next(rig, &index, 69)->octets + 2,
	                    "efi/revocations_sku.efi");
	boot_rig_free(rig);
}

static void pxelinux_searches_like_the_capture(void **state)
{
	struct boot_rig *rig = chain("ipxe-bios", DHCP, PROXY "pxelinux.0", 0);
	static const char *const want[] = {"pxelinux.0",
	                                   "ldlinux.c32",
	                                   "pxelinux.cfg/44332211-6655-8877-99aa-bbccddeeff00",
	                                   "pxelinux.cfg/01-52-54-00-12-34-56",
	                                   "pxelinux.cfg/C0000264",
	                                   "pxelinux.cfg/C000026",
	                                   "pxelinux.cfg/C00002",
	                                   "pxelinux.cfg/C0000",
	                                   "pxelinux.cfg/C000",
	                                   "pxelinux.cfg/C00",
	                                   "pxelinux.cfg/C0",
	                                   "pxelinux.cfg/C",
	                                   "pxelinux.cfg/default",
	                                   "vmlinuz",
	                                   "initrd.img"};
	size_t index = 0;

	(void)state;
	boot_rig_run(rig, 100);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct boot_sent *sent = boot_rig_next(rig, &index, 69);

		assert_string_equal((const char *)sent->octets + 2, want[i]);
		if (i > 0) /* 49152 and one up a file */
			assert_int_equal(sent->source, 49151 + i);
	}
	assert_null(boot_rig_next(rig, &index, 69));
	boot_rig_free(rig);
}

/* SYSLINUX for EFI: the firmware's DHCP runs once more before; ovmf-virtio-combsys f.251-20641 */
static void syslinux_for_efi_searches_as_pxelinux_does(void **state)
{
	struct boot_rig *rig =
		chain("edk2-x64-pxe4", DHCP " next-server=192.0.2.2", PROXY "syslinux.efi", 0);
	struct br_boot_result result;

	(void)state;
	assert_int_equal(br_file_store_generate(rig->files, "syslinux.efi", 50000, 20), 0);
	assert_int_equal(br_file_store_generate(rig->files, "ldlinux.e64", 60000, 21), 0);
	result = boot_rig_run(rig, 100);
	assert_string_equal(result.error, "");
	assert_int_equal(result.step, BR_BOOT_STEP_SYSTEM);
	assert_string_equal(result.program, "syslinux-efi-x64");
	assert_int_equal(rig->wrong, 0);
	boot_rig_free(rig);
}

/* Of the store only paths in UTF-16 are read; this is as much of one as counts. */
static const uint8_t bcd[] = {'r', 'e', 'g', 'f',  0,   0,   '\\', 0,    's', 0,   '\\',
                              0,   'b', 0,   '.',  0,   'w', 0,    'i',  0,   'm', 0,
                              0,   0,   7,   '\\', 0,   'B', 0,    '\\', 0,   'b', 0,
                              '.', 0,   's', 0,    'd', 0,   'i',  0,    0,   0,   0};

static void windows_boot_manager_asks_for_what_its_store_names(void **state)
{
	static const char *const want[] = {"\\boot\\resources\\custom\\bootres.dll",
	                                   "\\boot\\resources\\bootres.dll",
	                                   "\\Boot\\Fonts\\wgl4_boot.ttf",
	                                   "\\Boot\\BCD",
	                                   "\\B\\b.sdi",
	                                   "\\s\\b.wim"};
	struct boot_rig *rig = chain("edk2-x64-pxe4", DHCP " next-server=192.0.2.2",
	                             "role=proxydhcp,tftp boot=bootmgfw.efi", 0);
	struct br_boot_result result;
	size_t index = 0;

	(void)state;
	assert_int_equal(br_file_store_generate(rig->files, "bootmgfw.efi", 50000, 20), 0);
	assert_int_equal(br_file_store_generate(rig->files, "B/b.sdi", 5000, 21), 0);
	assert_int_equal(br_file_store_generate(rig->files, "s/b.wim", 60000, 22), 0);
	assert_int_equal(
		br_file_store_add(rig->files, "Boot/BCD", (struct br_octets){bcd, sizeof(bcd)}), 0);
	result = boot_rig_run(rig, 100);
	assert_string_equal(result.error, "");
	assert_int_equal(result.step, BR_BOOT_STEP_SYSTEM);
	(void)boot_rig_next(rig, &index, 69); /* the firmware's: size and file */
	(void)boot_rig_next(rig, &index, 69);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct boot_sent *sent = boot_rig_next(rig, &index, 69);

		assert_non_null(sent);
		assert_string_equal((const char *)sent->octets + 2, want[i]);
		assert_memory_equal(sent->octets + 2 + strlen(want[i]) + 1,
		                    "octet\0tsize\0000\0blksize\0001456\0windowsize\0004\0"
		                    "msftwindow\00031416",
		                    56);
	}
	boot_rig_free(rig);
}

static void windows_boot_manager_ends_without_its_store(void **state)
{
	struct boot_rig *rig = chain("edk2-x64-pxe4", DHCP " next-server=192.0.2.2",
	                             "role=proxydhcp,tftp boot=bootmgfw.efi", 0);
	struct br_boot_result result;

	(void)state; /* windows-itpro-docs#5121 */
	assert_int_equal(br_file_store_generate(rig->files, "bootmgfw.efi", 50000, 20), 0);
	result = boot_rig_run(rig, 100);
	assert_int_equal(result.state, BR_BOOT_FAILED);
	assert_string_equal(result.error, "File: \\Boot\\BCD  Status: 0xc000000f");
	boot_rig_free(rig);
}

/* interface/efi/efi_autoexec.c: the firmware asks for it, before iPXE's own DHCP */
static void ipxe_2_runs_autoexec(void **state)
{
	struct boot_rig *rig =
		chain("edk2-x64-pxe4", DHCP " next-server=192.0.2.2", PROXY "snponly.efi", 0);
	struct br_boot_result result;
	size_t index = 0;

	(void)state;
	boot_rig_text(rig, "autoexec.ipxe",
	              "#!ipxe\ndhcp\nkernel tftp://192.0.2.2/vmlinuz\nboot\n");
	br_firmware_set_loader(rig->firmware, "snponly.efi", "ipxe2-efi-x64");
	result = boot_rig_run(rig, 100);
	assert_string_equal(result.error, "");
	assert_int_equal(result.step, BR_BOOT_STEP_SYSTEM);
	assert_string_equal(result.file, "vmlinuz");
	for (unsigned i = 0; i < 2; i++)
		(void)boot_rig_next(rig, &index, 69);
	for (unsigned i = 0; i < 2; i++) /* its size, then the file */
		assert_string_equal((const char *)boot_rig_next(rig, &index, 69)->octets + 2,
		                    "autoexec.ipxe");
	assert_non_null(boot_rig_next(rig, &index, 67));
	boot_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_chain_ends_in_a_system),
		cmocka_unit_test(tftp_files_come_in_the_order_of_the_capture),
		cmocka_unit_test(http_files_come_in_the_order_of_the_capture),
		cmocka_unit_test(a_name_is_asked_for_again_when_its_answer_holds_no_more),
		cmocka_unit_test(an_answer_is_for_its_own_name),
		cmocka_unit_test(grub_asks_the_dhcp_servers_siaddr),
		cmocka_unit_test(grub_without_a_server_stops_at_its_prompt),
		cmocka_unit_test(grub_acknowledges_old_blocks_by_their_number),
		cmocka_unit_test(shim_asks_twice_for_what_is_not_there),
		cmocka_unit_test(shim_reads_a_large_loader_twice),
		cmocka_unit_test(shim_reads_the_header_and_not_the_options),
		cmocka_unit_test(pxelinux_searches_like_the_capture),
		cmocka_unit_test(syslinux_for_efi_searches_as_pxelinux_does),
		cmocka_unit_test(windows_boot_manager_asks_for_what_its_store_names),
		cmocka_unit_test(windows_boot_manager_ends_without_its_store),
		cmocka_unit_test(ipxe_2_runs_autoexec),
	};

	return cmocka_run_group_tests_name("loader", tests, NULL, NULL);
}
