/* SPDX-License-Identifier: BSD-2-Clause */
/* EDK2's PXE over IPv4 by every path it has: against the core by two servers and by one,
 * against scripted servers where an offer must be odd; and what it shows when it gives
 * up. Times and packets are those of the captures named.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dhcp_message.h"
#include "tests/sim/boot_rig.h"

#define TWO_DHCP  "role=dhcp pool=192.0.2.100-192.0.2.199"
#define TWO_PROXY "role=proxydhcp,tftp boot=boot.efi"
#define ONE       "role=dhcp,pxe,tftp pool=192.0.2.100-192.0.2.199 boot=boot.efi"
#define CLIENT    (BOOT_NET + 100)
#define PEER      (BOOT_NET + 3)
/* options of scripted offers: mask; "PXEClient"; a name */
#define MASK "0104ffffff00"
#define PXE  "3c09505845436c69656e74"
/* the answers to an RRQ of the probe and of the read: tsize 5, then 5 octets */

enum {
	FILE_SIZE = 1048504, /* shimx64.efi of the captures */
};

static const struct boot_tftp five_octets[] = {
	{1, "00067473697a65003500"}, /* OACK tsize=5 */
	{3, "0003000168656c6c6f"},   /* DATA 1 "hello" behind the second RRQ */
};

static struct boot_rig *peers(const struct boot_reply *reply, size_t replies)
{
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", NULL, NULL, 0, 1);

	boot_rig_peer(rig, reply, replies, five_octets, 2);
	boot_rig_text(rig, "boot.efi", "hello");
	boot_rig_text(rig, "other.efi", "hello");
	return rig;
}

#define PEERS(replies) peers(replies, sizeof(replies) / sizeof((replies)[0]))

static void check_booted(struct boot_rig *rig, const struct br_boot_result *result, uint64_t size)
{
	assert_string_equal(result->error, "");
	assert_int_equal(result->state, BR_BOOT_DONE);
	assert_int_equal(result->step, BR_BOOT_STEP_PROGRAM);
	assert_int_equal(result->octets, size);
	assert_int_equal(rig->compared, size);
	assert_int_equal(rig->wrong, 0);
	assert_int_equal(rig->ended, 1);
}

static void check_failed(const struct br_boot_result *result, const char *error,
                         enum br_boot_step step)
{
	assert_string_equal(result->error, error);
	assert_int_equal(result->state, BR_BOOT_FAILED);
	assert_int_equal(result->step, step);
}

static uint64_t boot_core(const char *first, const char *second, uint32_t loss, uint64_t seed)
{
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", first, second, loss, seed);
	struct br_boot_result result;
	uint64_t hash;

	assert_int_equal(br_file_store_generate(rig->files, "boot.efi", FILE_SIZE, 7), 0);
	result = boot_rig_run(rig, 3000);
	check_booted(rig, &result, FILE_SIZE);
	hash = br_trace_hash_value(&rig->hash);
	boot_rig_free(rig);
	return hash;
}

static void boots_from_the_core_by_every_path(void **state)
{
	static const char *const servers[][2] = {
		{TWO_DHCP, TWO_PROXY},
		{TWO_DHCP, TWO_PROXY " windowsize=on"},
		{TWO_DHCP, TWO_PROXY " single-port=on"},
		{ONE, NULL},
		{"role=dhcp,tftp pool=192.0.2.100-192.0.2.199 boot=boot.efi", NULL},
		{TWO_DHCP, "role=proxydhcp,tftp menu=32768,One,boot.efi menu-prompt=3,Wait"},
		{TWO_DHCP, "role=proxydhcp,tftp menu=32768,One,boot.efi menu-prompt=0,Go"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		for (uint32_t loss = 0; loss <= 50000; loss += 50000) {
			uint64_t first = boot_core(servers[i][0], servers[i][1], loss, i + 1);

			assert_int_equal(first,
			                 boot_core(servers[i][0], servers[i][1], loss, i + 1));
		}
	}
}

static uint16_t secs_of(const struct boot_sent *sent)
{
	return (uint16_t)(sent->octets[8] << 8 | sent->octets[9]);
}

/* ovmf-2022.11-dnsmasq-2.90-two-server frames 9-29; the octets are test_model's claim */
static void two_servers_are_asked_in_the_order_of_the_capture(void **state)
{
	static const struct {
		br_time at_ms;
		uint16_t source, destination;
		size_t size;
	} want[] =
		{
			{0, 68, 67, 347},  {4000, 68, 67, 359}, {4000, 4011, 4011, 347},
			{5000, 0, 69, 51}, {5000, 0, 0, 30},    {5000, 1, 69, 43},
			{5000, 1, 0, 4}, /* ERROR 8 to the server's port, ACK 0 from our next */
		};
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", TWO_DHCP, TWO_PROXY, 0, 5);
	uint16_t port;

	(void)state;
	assert_int_equal(br_file_store_generate(rig->files, "boot.efi", FILE_SIZE, 7), 0);
	boot_rig_run(rig, 60);
	port = rig->sent[3].source;
	assert_in_range(port, 1024, 2047);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct boot_sent *sent = &rig->sent[i];

		br_time from =
			i > 0 ? rig->sent[1].at - 4 * BR_S : 0; /* the first wait is 3 to 4 s */

		assert_in_range((sent->at - from) / BR_MS, want[i].at_ms, want[i].at_ms + 5);
		assert_int_equal(sent->source,
		                 want[i].source < 2 ? port + want[i].source : want[i].source);
		if (want[i].destination)
			assert_int_equal(sent->destination, want[i].destination);
		assert_int_equal(sent->size, want[i].size);
		assert_int_equal(sent->ttl, 64);
		assert_int_equal(sent->dont_fragment, sent->destination == 4011);
	}
	assert_memory_equal(rig->sent[4].octets, "\0\5\0\10User aborted the transfer", 30);
	assert_memory_equal(rig->sent[6].octets, "\0\4\0\0", 4);
	boot_rig_free(rig);
}

static void nobody_there_is_e18_after_4_8_16_32_seconds(void **state)
{
	static const uint16_t at_s[] = {0, 4, 12, 28}; /* ovmf-virtio-none f.3-9: secs too */
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", NULL, NULL, 0, 1);
	struct br_boot_result result = boot_rig_run(rig, 200);

	(void)state;
	check_failed(&result, "PXE-E18: Server response timeout.", BR_BOOT_STEP_DISCOVER);
	assert_in_range(result.ended / BR_S, 59, 60);
	assert_int_equal(rig->sents, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_in_range(rig->sent[i].at, (at_s[i] - (size_t)(i > 0)) * BR_S,
		                at_s[i] * BR_S + BR_MS);
		assert_int_equal(secs_of(&rig->sent[i]), at_s[i]);
		assert_memory_equal(rig->sent[i].octets + 4, rig->sent[0].octets + 4, 4); /* xid */
	}
	boot_rig_free(rig);
}

/* UEFI 2.10 3.1.2; ovmf-virtio-none frames 3-20: HTTP Boot behind PXE, and IPv6 between them */
static void the_next_boot_option_is_tried_when_it_is_told_to(void **state)
{
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", NULL, NULL, 0, 1);
	struct br_boot_result result;

	(void)state;
	br_firmware_set_options(rig->firmware, true, true);
	result = boot_rig_run(rig, 400);
	assert_int_equal(result.state, BR_BOOT_FAILED);
	assert_int_equal(rig->sents, 8);
	assert_in_range(rig->sent[4].at / BR_S, 59 + 63, 60 + 64);
	assert_string_equal(result.error, "Error: Server response timeout.");
	assert_string_equal(result.program, "edk2-x64-http4");
	boot_rig_free(rig);
}

static void an_address_alone_is_e16_and_no_request(void **state)
{
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", TWO_DHCP, NULL, 0, 1);
	struct br_boot_result result = boot_rig_run(rig, 200);

	(void)state; /* ovmf-virtio-dhcponly f.3-13 */
	check_failed(&result, "PXE-E16: No valid offer received.", BR_BOOT_STEP_DISCOVER);
	assert_int_equal(rig->sents, 4);
	assert_in_range(result.ended / BR_S, 59, 60);
	boot_rig_free(rig);
}

static void silence_on_4011_is_e16_after_ten_seconds(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK},
		{67, 1, 0, 0, 2, 4, 0, 0, NULL, PXE},
		{67, 3, 0, 0, 5, 3, CLIENT, 0, NULL, MASK},
	};
	static const uint16_t at_s[] = {4, 5, 7, 10}; /* ovmf-virtio-no4011 f.13-16 */
	struct boot_rig *rig = PEERS(replies);
	struct br_boot_result result = boot_rig_run(rig, 200);
	size_t index = 0;

	(void)state;
	check_failed(&result, "PXE-E16: No valid offer received.", BR_BOOT_STEP_PROXY);
	for (uint16_t i = 0; i < 4; i++) {
		const struct boot_sent *sent = boot_rig_next(rig, &index, 4011);

		assert_in_range(sent->at / BR_S, at_s[i] - 1, at_s[i]);
		assert_int_equal(secs_of(sent), i << 8); /* the octets are swapped */
		assert_int_equal(sent->to, BOOT_NET + 4);
	}
	assert_null(boot_rig_next(rig, &index, 4011));
	assert_in_range(result.ended / BR_S, 13, 14);
	boot_rig_free(rig);
}

static void discovery_control_bit_3_skips_4011(void **state)
{
	/* seen with a file in the proxy's offer: ovmf-virtio-proxydisc8 f.10; without the bit
	 * 4011 is asked all the same, proxyfile67 f.11-14
	 */
	static const struct boot_reply direct[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK},
		{67, 1, 0, 0, 2, 4, 0, PEER, "boot.efi", PXE "2b03060108"},
		{67, 3, 0, 0, 5, 3, CLIENT, 0, NULL, MASK},
	};
	static const struct boot_reply without[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK},
		{67, 1, 0, 0, 2, 4, 0, PEER, "boot.efi", PXE},
		{67, 3, 0, 0, 5, 3, CLIENT, 0, NULL, MASK},
	};
	struct boot_rig *rig = PEERS(direct);
	struct br_boot_result result = boot_rig_run(rig, 200);
	size_t index = 0;

	(void)state;
	check_booted(rig, &result, 5);
	assert_null(boot_rig_next(rig, &index, 4011));
	boot_rig_free(rig);
	rig = PEERS(without);
	result = boot_rig_run(rig, 200);
	check_failed(&result, "PXE-E16: No valid offer received.", BR_BOOT_STEP_PROXY);
	boot_rig_free(rig);
}

/* Which of several offers is requested: PxeBcSelectDhcp4Offer. The server in option 54 of the
 * REQUEST says whose it was.
 */
static void offers_are_ranked(void **state)
{
	static const struct {
		struct boot_reply reply[2];
		uint8_t chosen; /* 0: no REQUEST */
		const char *why;
	} cases[] = {
		{{{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK},
	          {67, 1, 0, 0, 2, 4, CLIENT, PEER, "boot.efi", MASK PXE "2b03060108"}},
	         4,
	         "option 43 before a plain offer with a file"},
		{{{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK},
	          {67, 1, 0, 0, 2, 4, CLIENT, PEER, NULL, MASK PXE}},
	         4,
	         "PXEClient without a file before a plain offer with one"},
		{{{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK},
	          {67, 1, 0, 0, 2, 4, CLIENT, PEER, "boot.efi", MASK}},
	         4,
	         "a plain offer with a file before one without"},
		{{{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK},
	          {67, 1, 0, 0, 2, 4, CLIENT, PEER, "boot.efi", MASK}},
	         3,
	         "the first of two equals"},
		{{{67, 1, 0, 0, 2, 3, 0, PEER, "boot.efi", MASK},
	          {67, 1, 0, 0, 2, 4, CLIENT, 0, NULL, MASK}},
	         0,
	         "a file from who is neither PXE server nor address server"},
		{{{67, 1, 0, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK},
	          {67, 1, 0, 0, 2, 4, CLIENT, PEER, "boot.efi", "0103ffffff"}},
	         0,
	         "no OFFER, and one with a mask of three octets"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct boot_rig *rig = PEERS(cases[i].reply);
		struct br_dhcp_message message;
		size_t index = 0;
		uint32_t server = 0;

		boot_rig_run(rig, 12);
		for (const struct boot_sent *sent; (sent = boot_rig_next(rig, &index, 67));) {
			br_dhcp_parse((struct br_octets){sent->octets, sent->size}, &message);
			if (message.type == BR_DHCP_TYPE_REQUEST)
				br_dhcp_get_be32(&message, 54, &server);
		}
		if ((server & 255) != cases[i].chosen)
			fail_msg("%s: chose %u", cases[i].why, server & 255);
		boot_rig_free(rig);
	}
}

static void bootp_needs_no_request(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 0, 3, CLIENT, PEER, "boot.efi", MASK}};
	struct boot_rig *rig = PEERS(replies);
	struct br_boot_result result = boot_rig_run(rig, 60);

	(void)state;
	check_booted(rig, &result, 5);
	assert_int_equal(rig->sent[1].destination, 69);
	boot_rig_free(rig);
}

static void option_13_makes_the_probe_needless(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK "0d020001"},
		{67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK "0d020001"}};
	static const struct boot_tftp tftp[] = {{1, "0003000168656c6c6f"}};
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", NULL, NULL, 0, 1);
	struct br_boot_result result;

	(void)state;
	boot_rig_peer(rig, replies, 2, tftp, 1);
	boot_rig_text(rig, "boot.efi", "hello");
	result = boot_rig_run(rig, 60);
	check_booted(rig, &result, 5);
	boot_rig_free(rig);
}

static void a_menu_item_is_asked_for_by_the_open_ways(void **state)
{
	static const char menu[] = "2b1e" /* option 43: */
				   "0601%02x"
				   "08078000"
				   "01c0000204" /* server 192.0.2.4 for type 8000 */
				   "0a0100"
				   "09078000"
				   "046c616263"
				   "0704e0020202";
	static const struct {
		unsigned control;
		uint32_t to;
		uint16_t port;
	} cases[] = {
		{0, 0xe0020202, 4011}, /* multicast, if nothing forbids it */
		{2, UINT32_MAX, 67},   /* then broadcast */
		{3, BOOT_NET + 4, 4011},
		{7, BOOT_NET + 4, 4011},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char options[200], hex[100];
		struct boot_reply replies[] = {
			{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK},
			{67, 1, 0, 0, 2, 4, 0, 0, NULL, options},
			{67, 3, 1, 0, 5, 3, CLIENT, 0, NULL, MASK},
			{4011, 3, 0, 0, 5, 4, 0, BOOT_NET + 4, "boot.efi", PXE},
			{67, 3, 2, 0, 5, 4, 0, BOOT_NET + 4, "boot.efi", PXE},
		};
		struct boot_rig *rig;
		size_t index = 0;
		const struct boot_sent *sent = NULL;

		(void)snprintf(hex, sizeof(hex), menu, cases[i].control);
		(void)snprintf(options, sizeof(options), "%s%s", PXE, hex);
		rig = PEERS(replies);
		boot_rig_run(rig, 20);
		while (sent == NULL && index < rig->sents) {
			if (rig->sent[index].size == 356) /* longer by option 43: twoprompt f.12 */
				sent = &rig->sent[index];
			index++;
		}
		assert_non_null(sent);
		assert_int_equal(sent->to, cases[i].to);
		assert_int_equal(sent->destination, cases[i].port);
		assert_int_equal(sent->source, 4011);
		assert_memory_equal(sent->octets + 240, "\x2b\x07\x47\x04\x80\x00\x00\x00\xff", 9);
		assert_int_equal(sent->octets[10], cases[i].port == 67 ? 0x80 : 0);
		boot_rig_free(rig);
	}
}

static void local_boot_in_the_menu_is_e21(void **state)
{
	struct boot_rig *rig = boot_rig_new(
		"edk2-x64-pxe4", TWO_DHCP,
		"role=proxydhcp,tftp menu=0,Local menu=32768,One,boot.efi menu-prompt=0,Go", 0, 1);
	struct br_boot_result result = boot_rig_run(rig, 60);

	(void)state;
	check_failed(&result, "PXE-E21: Remote boot cancelled.", BR_BOOT_STEP_ADDRESS);
	boot_rig_free(rig);
}

static void a_line_can_be_chosen(void **state)
{
	struct boot_rig *rig = boot_rig_new(
		"edk2-x64-pxe4", TWO_DHCP,
		"role=proxydhcp,tftp menu=0,Local menu=32768,One,boot.efi menu-prompt=9,Go", 0, 1);
	struct br_boot_result result;

	(void)state;
	boot_rig_text(rig, "boot.efi", "hello");
	br_firmware_set_menu_choice(rig->firmware, 1);
	result = boot_rig_run(rig, 60);
	check_booted(rig, &result, 5);
	boot_rig_free(rig);
}

/* TFTP from scripted servers */

static struct br_boot_result tftp(struct boot_rig **ret_rig, const struct boot_tftp *script,
                                  size_t count)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK},
		{67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK}};

	*ret_rig = boot_rig_new("edk2-x64-pxe4", NULL, NULL, 0, 1);
	boot_rig_peer(*ret_rig, replies, 2, script, count);
	boot_rig_text(*ret_rig, "boot.efi", "hello");
	return boot_rig_run(*ret_rig, 300);
}

static void what_tftp_says_decides_the_text(void **state)
{
	static const struct {
		struct boot_tftp script[2];
		const char *error;
		const char *last; /* what it sent last, hex */
	} cases[] = {
		/* DATA instead of an OACK: ovmf-virtio-tftpnoopt f.9-11 */
		{{{1, "0003000168656c6c6f"}, {0, NULL}},
	         "PXE-E99: Unexpected network error.",
	         "00050004557365722061626f7274656420646f776e6c6f616400"},
		/* no tsize: ovmf-virtio-tftpblkonly f.10-12 */
		{{{1, "0006626c6b73697a650035313200"}, {0, NULL}},
	         "PXE-E53: No boot filename received.",
	         "00050008557365722061626f7274656420746865207472616e7366657200"},
		/* nofile f.10-12 */
		{{{1, "000500014e6f00"}, {0, NULL}},
	         "PXE-E23: Client received TFTP error from server.",
	         NULL},
		/* a window larger than asked for: Mtftp4RrqOackValid */
		{{{1, "00067473697a65003500"}, {3, "000677696e646f7773697a65003800"}},
	         "PXE-E23: Client received TFTP error from server.",
	         "000500044d616c666f726d6174746564204f41434b207061636b657400"},
		{{{1, "00067473697a65003500"}, {3, "000500024e6f00"}},
	         "PXE-E23: Client received TFTP error from server.",
	         NULL},
		/* a size that nobody asked for: ovmf-virtio-oackunasked f.13-14 */
		{{{1, "00067473697a65003500"}, {3, "00067473697a65003500"}},
	         "PXE-E23: Client received TFTP error from server.",
	         "000500044d616c666f726d6174746564204f41434b207061636b657400"},
		/* one that cannot be read ends the probe in no other way */
		{{{1, "00067473697a65"}, {0, NULL}},
	         "PXE-E99: Unexpected network error.",
	         "00050008557365722061626f7274656420746865207472616e7366657200"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct boot_rig *rig;
		struct br_boot_result result = tftp(&rig, cases[i].script, 2);
		const struct boot_sent *last = &rig->sent[rig->sents - 1];
		uint8_t octets[100];
		size_t size;

		assert_string_equal(result.error, cases[i].error);
		if (cases[i].last) {
			assert_true(br_text_get_hex(br_text(cases[i].last), octets, sizeof(octets),
			                            &size));
			assert_int_equal(last->size, size);
			assert_memory_equal(last->octets, octets, size);
		}
		boot_rig_free(rig);
	}
}

static size_t count_acks(const struct boot_rig *rig)
{
	size_t count = 0;

	for (size_t i = 0; i < rig->sents; i++)
		count += rig->sent[i].size == 4 && !memcmp(rig->sent[i].octets, "\0\4", 2);
	return count;
}

/* ovmf-virtio-tftpwin: an ACK for the OACK, then one for each window of what was granted */
static void a_window_is_acknowledged_as_it_was_granted(void **state)
{
	static const char *const proxies[] = {TWO_PROXY, TWO_PROXY " windowsize=on"};
	enum {
		SIZE = 100000,
		BLOCKS = SIZE / 1468 + 1
	};

	(void)state;
	for (size_t on = 0; on <= 1; on++) {
		struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", TWO_DHCP, proxies[on], 0, 1);
		struct br_boot_result result;

		assert_int_equal(br_file_store_generate(rig->files, "boot.efi", SIZE, 7), 0);
		result = boot_rig_run(rig, 60);
		check_booted(rig, &result, SIZE);
		assert_non_null(strstr(rig->said, "NBP filesize is 100000 Bytes"));
		assert_int_equal(count_acks(rig), 1 + (on ? (BLOCKS + 3) / 4 : BLOCKS));
		boot_rig_free(rig);
	}
}

/* Mtftp4RrqHandleOack: an OACK behind a block does nothing, whatever it says */
static void an_oack_behind_the_first_block_changes_nothing(void **state)
{
	static const struct boot_tftp script[] = {{1, "00067473697a65003500"},
	                                          {3, "0006626c6b73697a65003800"},
	                                          {4, "000300016162636465666768"},
	                                          {5, "0006626c6b73697a65003900"},
	                                          {6, "0003000268"}};
	struct boot_rig *rig;
	struct br_boot_result result = tftp(&rig, script, 5);

	(void)state;
	assert_int_equal(result.state, BR_BOOT_DONE);
	assert_int_equal(result.octets, 9);
	assert_int_equal(count_acks(rig), 4); /* 0, 1, 1 again for want of more, 2 */
	boot_rig_free(rig);
}

/* blksize 65464, twice: vms/hostile/oack-probe-refused */
static void an_oack_is_judged_where_it_is_to_be_obeyed(void **state)
{
	static const struct boot_tftp script[] = {
		{1, "00067473697a65003500626c6b73697a6500363534363400"},
		{3, "0006626c6b73697a6500363534363400"}};
	struct boot_rig *rig;
	struct br_boot_result result = tftp(&rig, script, 2);
	size_t index = 0;

	(void)state;
	assert_string_equal(result.error, "PXE-E23: Client received TFTP error from server.");
	(void)boot_rig_next(rig, &index, 69);
	assert_memory_equal(rig->sent[index].octets, "\0\5\0\x08User aborted the transfer", 30);
	assert_non_null(boot_rig_next(rig, &index, 69));
	assert_memory_equal(rig->sent[index].octets, "\0\5\0\4Malformatted OACK packet", 29);
	boot_rig_free(rig);
}

static void a_silent_tftp_server_is_e18_after_six_requests(void **state)
{
	struct boot_rig *rig;
	struct br_boot_result result = tftp(&rig, NULL, 0);
	size_t index = 0, count = 0;
	br_time first = 0;

	(void)state; /* ovmf-virtio-deadtftp f.9-27 */
	check_failed(&result, "PXE-E18: Server response timeout.", BR_BOOT_STEP_FILE);
	for (const struct boot_sent *sent; (sent = boot_rig_next(rig, &index, 69)); count++) {
		if (count == 0)
			first = sent->at;
		assert_int_equal((sent->at - first + BR_MS) / BR_S, count * 4); /* ARP at first */
	}
	assert_int_equal(count, 6);
	assert_int_equal((result.ended - first + BR_MS) / BR_S, 24);
	boot_rig_free(rig);
}

static void a_stall_repeats_the_last_ack_five_times(void **state)
{
	static const struct boot_tftp script[] = {{1, "00067473697a65003500"},
	                                          {3, "0006626c6b73697a65003800"},
	                                          {4, "000300016162636465666768"}};
	struct boot_rig *rig;
	struct br_boot_result result = tftp(&rig, script, 3);
	size_t acks = 0;

	(void)state; /* ovmf-virtio-tftpstall f.142-149 */
	assert_string_equal(result.error, "PXE-E18: Server response timeout.");
	for (size_t i = 0; i < rig->sents; i++)
		acks += rig->sent[i].size == 4 && !memcmp(rig->sent[i].octets, "\0\4\0\1", 4);
	assert_int_equal(acks, 6);
	assert_int_equal(rig->sent[rig->sents - 1].size, 4); /* and no ERROR behind them */
	boot_rig_free(rig);
}

static void old_blocks_are_acknowledged_again_each_time(void **state)
{
	static const struct boot_tftp script[] = {
		{1, "00067473697a65003500"},     {3, "0006626c6b73697a65003800"},
		{4, "000300016162636465666768"}, {5, "000300016162636465666768"},
		{6, "000300036162636465666768"}, {7, "0003000268"}};
	struct boot_rig *rig;
	struct br_boot_result result = tftp(&rig, script, 6);

	(void)state; /* Mtftp4RrqHandleData; ovmf-virtio-dup5 for the first */
	assert_int_equal(result.state, BR_BOOT_DONE);
	assert_int_equal(result.octets, 9);
	assert_memory_equal(rig->sent[rig->sents - 2].octets, "\0\4\0\1", 4);
	assert_memory_equal(rig->sent[rig->sents - 1].octets, "\0\4\0\2", 4);
	boot_rig_free(rig);
}

static void a_closed_port_is_e99_at_once(void **state)
{
	struct boot_rig *rig =
		boot_rig_new("edk2-x64-pxe4",
	                     "role=dhcp pool=192.0.2.100-192.0.2.199 boot=boot.efi", NULL, 0, 1);
	struct br_boot_result result = boot_rig_run(rig, 60);

	(void)state; /* ovmf-virtio-notftp f.11-12 */
	check_failed(&result, "PXE-E99: Unexpected network error.", BR_BOOT_STEP_FILE);
	assert_in_range(result.ended / BR_S, 3, 4);
	boot_rig_free(rig);
}

static void late_answers_count_as_long_as_they_may(void **state)
{
	/* ovmf-virtio-delay5-nicside f.10: REQUEST at the end of the second wait, secs 4 */
	static const struct boot_reply replies[] = {
		{67, 1, 1, 5 * BR_S, 2, 3, CLIENT, PEER, "boot.efi", MASK},
		{67, 3, 1, 6 * BR_S, 5, 3, CLIENT, PEER, "boot.efi", MASK}};
	struct boot_rig *rig = PEERS(replies);
	struct br_boot_result result = boot_rig_run(rig, 100);

	(void)state;
	check_booted(rig, &result, 5);
	assert_in_range(rig->sent[2].at / BR_S, 11, 12);
	assert_int_equal(secs_of(&rig->sent[2]), 4); /* of the last DISCOVER, not 12 */
	assert_int_equal((rig->sent[3].at - rig->sent[2].at) / BR_S,
	                 4); /* REQUEST again; dhcplate5 f.10-11 */
	assert_int_equal(secs_of(&rig->sent[3]), 4);
	assert_int_equal(rig->sent[3].size, 359);
	assert_in_range(rig->sent[4].at / BR_S, 17, 18);
	boot_rig_free(rig);
}

static void a_nak_and_another_address_end_it(void **state)
{
	static const struct boot_reply nak[] = {{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK},
	                                        {67, 3, 0, 0, 6, 3, 0, 0, NULL, ""}};
	static const struct boot_reply other[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK},
		{67, 3, 0, 0, 5, 3, CLIENT + 1, PEER, "boot.efi", MASK}};
	static const struct boot_reply stranger[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK},
		{67, 3, 0, 0, 6, 4, 0, 0, NULL, ""}, /* a NAK of a server that was not chosen */
		{67, 3, 0, BR_MS, 5, 3, CLIENT, PEER, "boot.efi", MASK}};
	static const struct boot_reply no_mask[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", ""},
		{67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK}};
	struct boot_rig *rig = PEERS(nak);
	struct br_boot_result result = boot_rig_run(rig, 100);

	(void)state; /* Dhcp4Io.c DhcpHandleRequest */
	check_failed(&result, "PXE-E07: Network device error.", BR_BOOT_STEP_OFFER);
	assert_int_equal(rig->sents, 2);
	boot_rig_free(rig);
	rig = PEERS(other);
	result = boot_rig_run(rig, 100);
	check_failed(&result, "PXE-E07: Network device error.", BR_BOOT_STEP_OFFER);
	assert_memory_equal(rig->sent[2].octets + 240, "\x35\1\4\x36\4\xc0\0\2\3\x32\4\xc0\0\2\x64",
	                    15);
	boot_rig_free(rig);
	rig = PEERS(no_mask);
	result = boot_rig_run(rig, 100);
	check_failed(&result, "PXE-E21: Remote boot cancelled.", BR_BOOT_STEP_OFFER);
	assert_int_equal(rig->sent[2].octets[242], BR_DHCP_TYPE_DECLINE);
	boot_rig_free(rig);
	rig = PEERS(stranger);
	result = boot_rig_run(rig, 100);
	check_booted(rig, &result, 5);
	boot_rig_free(rig);
}

static void a_lease_is_renewed_while_files_come(void **state)
{
	/* 8 s: T1 after 4 s, T2 after 7 s; the first ACK to a REQUEST without 54 begins it anew */
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.efi", MASK "330400000008"},
		{67, 3, 1, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK "330400000008"},
		{67, 3, 2, 0, 5, 3, CLIENT, PEER, "boot.efi", MASK "330400000008"}};
	static const struct {
		unsigned at_s;
		uint32_t to;
	} want[] = {{8, PEER}, {12, PEER}, {15, UINT32_MAX}}; /* bound at 4 s, anew at 8 s */
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", NULL, NULL, 0, 1);
	size_t index = 0;

	(void)state;
	boot_rig_peer(rig, replies, 3, NULL, 0); /* a silent TFTP server takes 24 s */
	boot_rig_run(rig, 100);
	(void)boot_rig_next(rig, &index, 67);
	(void)boot_rig_next(rig, &index, 67);
	for (size_t i = 0; i < 3; i++) {
		const struct boot_sent *sent = boot_rig_next(rig, &index, 67);

		assert_non_null(sent);
		assert_in_range(sent->at / BR_S, want[i].at_s - 1, want[i].at_s);
		assert_int_equal(sent->to, want[i].to);
		assert_int_equal(sent->octets[15], 100); /* ciaddr 192.0.2.100 */
		assert_memory_equal(sent->octets + 240, "\x35\1\3\x39\2\xff\0\x37", 8);
	}
	assert_null(boot_rig_next(rig, &index, 67)); /* the lease is over */
	boot_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_from_the_core_by_every_path),
		cmocka_unit_test(two_servers_are_asked_in_the_order_of_the_capture),
		cmocka_unit_test(nobody_there_is_e18_after_4_8_16_32_seconds),
		cmocka_unit_test(the_next_boot_option_is_tried_when_it_is_told_to),
		cmocka_unit_test(an_address_alone_is_e16_and_no_request),
		cmocka_unit_test(silence_on_4011_is_e16_after_ten_seconds),
		cmocka_unit_test(discovery_control_bit_3_skips_4011),
		cmocka_unit_test(offers_are_ranked),
		cmocka_unit_test(bootp_needs_no_request),
		cmocka_unit_test(option_13_makes_the_probe_needless),
		cmocka_unit_test(a_menu_item_is_asked_for_by_the_open_ways),
		cmocka_unit_test(local_boot_in_the_menu_is_e21),
		cmocka_unit_test(a_line_can_be_chosen),
		cmocka_unit_test(what_tftp_says_decides_the_text),
		cmocka_unit_test(a_window_is_acknowledged_as_it_was_granted),
		cmocka_unit_test(an_oack_behind_the_first_block_changes_nothing),
		cmocka_unit_test(an_oack_is_judged_where_it_is_to_be_obeyed),
		cmocka_unit_test(a_silent_tftp_server_is_e18_after_six_requests),
		cmocka_unit_test(a_stall_repeats_the_last_ack_five_times),
		cmocka_unit_test(old_blocks_are_acknowledged_again_each_time),
		cmocka_unit_test(a_closed_port_is_e99_at_once),
		cmocka_unit_test(late_answers_count_as_long_as_they_may),
		cmocka_unit_test(a_nak_and_another_address_end_it),
		cmocka_unit_test(a_lease_is_renewed_while_files_come),
	};

	return cmocka_run_group_tests_name("firmware_edk2", tests, NULL, NULL);
}
