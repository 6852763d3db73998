/* SPDX-License-Identifier: BSD-2-Clause */
/* EDK2 over IPv6 against the core and a router: what it sends, in which order, beside what
 * machines sent (captures ovmf-virtio-pxe6-ref, aavmf64-virtio-pxe6, aavmf64n-virtio-http6), and
 * what it makes of servers that are odd.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "sim/models/firmware.h"
#include "sim/net/files.h"
#include "sim/net/packet.h"
#include "sim/net/server_host.h"
#include "sim/net/trace_hash.h"
#include "tests/helper.h"
#include "tests/sim/ended_count.h"

#define PREFIX "2001:db8:0:1::"
#define CORE                                                                                       \
	"role=dhcp6,tftp,http pool6=" PREFIX "16b-" PREFIX "1ff dns6=" PREFIX "1 boot=boot.efi "   \
	"duid=000100013295a84f020000000001 "

enum {
	SENT_MAX = 3000,
	STORY_SIZE = 4096,
};

/* A message of DHCPv6, or the first octets of another datagram */
struct six_sent {
	br_time at;
	struct br_endpoint from, to;
	uint8_t hops;
	uint8_t octets[300];
	size_t size;
};

struct six_rig {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_file_store *files;
	struct br_host *server_host, *router, *host;
	struct br_server_host *server;
	struct br_config config;
	struct br_model model;
	struct br_machine machine;
	struct br_firmware *firmware;
	struct br_trace_hash hash;
	struct six_sent sent[SENT_MAX];
	size_t sents;
	char story[STORY_SIZE]; /* what it sent, a word each */
	uint64_t wrong;
	bool chain;
	unsigned ended;
	unsigned noted[BR_NOTE_COUNT];
};

static struct six_rig rig;

static void tell(const char *word)
{
	size_t used = strlen(rig.story);

	snprintf(rig.story + used, sizeof(rig.story) - used, "%s ", word);
}

/* Words of the story: names of DHCPv6 messages, rs, ns, mld, rrq, error, syn */
static void see_udp(const struct br_packet *packet, br_time now)
{
	struct six_sent *sent = &rig.sent[rig.sents++];
	const char *name;

	assert_true(rig.sents < SENT_MAX);
	*sent = (struct six_sent){
		.at = now, .from = packet->src, .to = packet->dst, .hops = packet->ipv6.hop_limit};
	sent->size = packet->payload.size < sizeof(sent->octets) ? packet->payload.size
	                                                         : sizeof(sent->octets);
	memcpy(sent->octets, packet->payload.data, sent->size);
	if (packet->dst.port == BR_DHCP6_PORT_SERVER || packet->dst.port == BR_DHCP6_PORT_PXE) {
		name = br_dhcp6_type_name(sent->octets[0]);
		tell(packet->dst.port == BR_DHCP6_PORT_PXE ? "request-4011" : name);
	} else if (packet->dst.port == 69) {
		tell("rrq");
	} else if (sent->size > 1 && sent->octets[1] == 5) {
		tell("error");
	}
}

static void see_frame(void *context, const struct br_segment *segment, const struct br_port *from,
                      struct br_frame *frame, br_time now)
{
	struct br_packet packet;

	(void)context;
	(void)segment;
	if (from != br_host_port(rig.host, 0))
		return;
	br_packet_parse_frame(&packet, frame);
	if (packet.transport == BR_TRANSPORT_UDP)
		see_udp(&packet, now);
	else if (packet.transport == BR_TRANSPORT_TCP && packet.tcp.flags == BR_TCP_SYN)
		tell("syn");
	else if (packet.transport == BR_TRANSPORT_ICMPV6 && packet.icmp.type != 136)
		tell(packet.icmp.type == 133   ? "rs"
		     : packet.icmp.type == 135 ? (br_ip_is_zero(packet.src.ip) ? "dad" : "ns")
		     : packet.icmp.type == 131 ? "mld"
		     : packet.icmp.type == 132 ? "done"
		                               : "icmp");
}

static void see_data(void *context, struct br_firmware *firmware, const char *file, uint64_t offset,
                     struct br_octets data, br_time now)
{
	(void)context;
	(void)firmware;
	(void)file;
	(void)now;
	if (!rig.chain && br_files_compare(rig.files, "boot.efi", offset, data) != 0)
		rig.wrong += data.size;
}

static void see_note(void *context, const char *name, const struct br_action *note, br_time now)
{
	(void)context;
	(void)name;
	(void)now;
	rig.noted[note->note]++;
}

static void set_words(struct br_config *config, const char *words)
{
	char copy[1024], error[200];

	assert_true(strlen(words) < sizeof(copy));
	strcpy(copy, words);
	for (char *rest = NULL, *word = strtok_r(copy, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		if (br_config_set(config, word, value, error, sizeof(error)) < 0)
			fail_msg("%s: %s", word, error);
	}
}

static struct br_host *add_host(const char *name, const struct br_host_limits *limits, uint8_t last,
                                const char *address)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, last};
	struct br_host *host;
	uint8_t ip[16];

	assert_int_equal(br_host_new(&host, rig.wire, name, limits, last), 0);
	assert_int_equal(br_host_add_link(host, rig.segment, mac), 0);
	assert_int_equal(br_host_six_on(host, 0, &br_host_six_quiet), 0);
	assert_true(br_text_get_ipv6(br_text(address), ip));
	assert_int_equal(br_host_add_address6(host, 0, ip, 64, true), 0);
	return host;
}

/* A router that says M, or not, or no router at all */
static void add_router(bool managed, bool other)
{
	struct br_host_advertisement a = {.router = {.hop_limit = 64,
	                                             .managed = managed,
	                                             .other = other,
	                                             .lifetime_s = 1800,
	                                             .prefixes = 1,
	                                             .prefix = {{.length = 64,
	                                                         .on_link = true,
	                                                         .valid_s = 3600,
	                                                         .preferred_s = 3600}}}};

	rig.router = add_host("router", &br_host_limits_server, 1, PREFIX "1");
	br_host_set_forwarding(rig.router, true);
	assert_true(br_text_get_ipv6(br_text(PREFIX), a.router.prefix[0].prefix));
	br_host_advertise6(rig.router, 0, &a);
}

static void add_server(const char *words)
{
	struct br_files files = br_file_store_files(rig.files);
	struct br_config_link *link = &rig.config.link[0];

	br_config_init(&rig.config);
	rig.config.links = 1;
	*link = (struct br_config_link){.mtu = 1500, .prefix6 = 64, .mac = {2, 0, 0, 0, 0, 2}};
	assert_true(br_text_get_ipv6(br_text(PREFIX "2"), link->address6));
	set_words(&rig.config, words);
	rig.server_host = add_host("boot", &br_host_limits_server, 2, PREFIX "2");
	assert_int_equal(br_server_host_new(&rig.server, rig.server_host, &rig.clock, "boot",
	                                    &rig.config, &files, 2),
	                 0);
	br_server_host_on_note(rig.server, see_note, NULL);
}

static void begin(const char *model, const char *words)
{
	struct br_tap tap = {.see = see_frame}, hash;

	memset(&rig, 0, sizeof(rig));
	assert_int_equal(br_model_find(&rig.model, model), 0);
	assert_int_equal(br_clock_init(&rig.clock, 64), 0);
	assert_int_equal(br_wire_new(&rig.wire, &rig.clock, 1514, 4096), 0);
	rig.segment = br_segment_new(rig.wire, "lan", 100000, 1500);
	br_trace_hash_init(&rig.hash);
	hash = br_trace_hash_tap(&rig.hash);
	assert_int_equal(br_wire_add_tap(rig.wire, &tap), 0);
	assert_int_equal(br_wire_add_tap(rig.wire, &hash), 0);
	assert_int_equal(br_file_store_new(&rig.files, 64), 0);
	assert_int_equal(br_file_store_generate(rig.files, "boot.efi", 300000, 7), 0);
	if (words)
		add_server(words);
	rig.machine = (struct br_machine){.mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56},
	                                  .uuid = {0x44, 0x33, 0x22, 0x11, 0x66, 0x55, 0x88, 0x77,
	                                           0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00}};
	assert_int_equal(br_host_new(&rig.host, rig.wire, "fw", &br_host_limits_client, 5), 0);
	assert_int_equal(br_host_add_link(rig.host, rig.segment, rig.machine.mac), 0);
	assert_int_equal(
		br_firmware_new(&rig.firmware, rig.host, &rig.clock, &rig.model, &rig.machine, 5),
		0);
	br_firmware_on_data(rig.firmware, see_data, NULL);
	br_firmware_on_event(rig.firmware, ended_count, &rig.ended);
}

static struct br_boot_result run(void)
{
	br_time until = rig.clock.now + 300 * BR_S;

	br_firmware_start(rig.firmware, rig.clock.now);
	while (!rig.ended && br_clock_step(&rig.clock, until))
		;
	until = rig.clock.now + 10 * BR_MS;
	while (br_clock_step(&rig.clock, until))
		;
	return br_firmware_result(rig.firmware);
}

static void end(void)
{
	br_firmware_free(rig.firmware);
	br_host_free(rig.host);
	br_server_host_free(rig.server);
	br_host_free(rig.server_host);
	br_host_free(rig.router);
	br_file_store_free(rig.files);
	br_wire_free(rig.wire);
	br_clock_reset(&rig.clock);
}

/* The nth message of a type, from 1 */
static const struct six_sent *message(uint8_t type, unsigned nth)
{
	for (size_t i = 0; i < rig.sents; i++) {
		if (rig.sent[i].to.port == BR_DHCP6_PORT_SERVER && rig.sent[i].octets[0] == type &&
		    --nth == 0)
			return &rig.sent[i];
	}
	fail_msg("no message of type %u: %s", type, rig.story);
	return NULL;
}

/* As a machine sent it: the same options in the same order, and the same values of all but what
 * is drawn (xid, IAID) and what the server gave (times and addresses in the IA).
 */
static void is_like(const struct six_sent *sent, const char *hex)
{
	uint8_t octets[300];
	struct br_dhcp6_option was, is;
	struct br_reader a, b;
	size_t size;

	assert_true(br_text_get_hex(br_text(hex), octets, sizeof(octets), &size));
	assert_int_equal(sent->size, size);
	assert_int_equal(sent->octets[0], octets[0]);
	a = br_reader_of(octets + 4, size - 4);
	b = br_reader_of(sent->octets + 4, sent->size - 4);
	while (br_dhcp6_option_get(&a, &was) == 1) {
		assert_int_equal(br_dhcp6_option_get(&b, &is), 1);
		assert_int_equal(is.code, was.code);
		assert_int_equal(is.value.size, was.value.size);
		if (is.code != BR_DHCP6_OPTION_IA_NA)
			assert_memory_equal(is.value.data, was.value.data, was.value.size);
		else if (was.value.data[4] == 0xff)
			assert_memory_equal(is.value.data + 4, was.value.data + 4, 8);
	}
}

static uint32_t xid_of(const struct six_sent *sent)
{
	return (uint32_t)sent->octets[1] | (uint32_t)sent->octets[2] << 8 |
	       (uint32_t)sent->octets[3] << 16;
}

static void pxe_boots_beside_a_client_of_its_own(void **state)
{
	struct br_boot_result result;

	(void)state;
	begin("edk2-x64-pxe6", CORE "preference=255");
	add_router(true, true);
	result = run();
	assert_string_equal(result.error, "");
	assert_int_equal(result.step, BR_BOOT_STEP_PROGRAM);
	assert_string_equal(result.file, "boot.efi");
	assert_int_equal(rig.wrong, 0);
	/* ovmf-virtio-pxe6-ref frames 3 to 31, without its neighbours' questions; what is drawn
	 * puts the first check behind the rs here
	 */
	assert_string_equal(rig.story, "mld rs dad solicit request mld dad solicit request release "
	                               "done mld dad ns rrq error rrq release ");
	is_like(message(BR_DHCP6_TYPE_SOLICIT, 2),
	        "01e1c6c4000100120004443322116655887799aabbccddeeff000008000200000003000cd28b577fff"
	        "ffffffffffffff00060008003b003c00170010003e0003010300003d00020007001000260000015700"
	        "20"
	        "505845436c69656e743a417263683a30303030373a554e44493a303033303030");
	is_like(message(BR_DHCP6_TYPE_REQUEST, 2),
	        "03e2c6c4000100120004443322116655887799aabbccddeeff000008000200000002000e0001000132"
	        "95"
	        "a84f02000000000100030028d28b577f0000070800000c4e0005001820010db8000000010000000000"
	        "0001"
	        "f300000e1000000e1000060008003b003c00170010003e0003010300003d0002000700100026000001"
	        "57"
	        "0020505845436c69656e743a417263683a30303030373a554e44493a303033303030");
	is_like(message(BR_DHCP6_TYPE_SOLICIT, 1),
	        "01dfc6c4000100120004443322116655887799aabbccddeeff000008000200000003000cdb71dff7ff"
	        "ffffffffffffff000600020017");
	is_like(message(BR_DHCP6_TYPE_REQUEST, 1), "03e0c6c4000100120004443322116655887799aabbccdde"
	                                           "eff000008000200000002000e000100013295"
	                                           "a84f02000000000100030028db71dff70000070800000c4"
	                                           "e0005001820010db80000000100000000000001"
	                                           "6b00000e1000000e10000600020017");
	is_like(message(BR_DHCP6_TYPE_RELEASE, 1), "08e3c6c4000100120004443322116655887799aabbccdde"
	                                           "eff000002000e000100013295a84f02000000"
	                                           "000100080002000000030028db71dff7fffffffffffffff"
	                                           "f0005001820010db80000000100000000000001"
	                                           "6b00000e1000000e10");
	assert_int_equal(xid_of(message(BR_DHCP6_TYPE_REQUEST, 1)),
	                 (xid_of(message(BR_DHCP6_TYPE_SOLICIT, 1)) + 1) & 0xffffff);
	assert_int_equal(rig.noted[BR_NOTE_DHCP6_OTHER_IA], 1);
	end();
}

static void without_a_router_it_waits_ten_seconds(void **state)
{
	struct br_boot_result result;
	const struct six_sent *request;
	size_t i = 0;

	(void)state;
	begin("edk2-aa64-pxe6", CORE);
	result = run();
	assert_string_equal(result.error, "");
	request = message(BR_DHCP6_TYPE_REQUEST, 1);
	/* no preference: what is advertised is collected for 4 s */
	assert_true(request->at - message(BR_DHCP6_TYPE_SOLICIT, 1)->at == 4 * BR_S);
	while (i < rig.sents && rig.sent[i].to.port != 69)
		i++;
	/* behind which its address is told within 1 s, and checked for 1.1 to 1.9 s */
	assert_in_range(rig.sent[i].at - request->at, 11 * BR_S, 13 * BR_S);
	/* aavmf64n-virtio-http6 frames 10 to 23; the first mld is that of frame 7 */
	assert_non_null(strstr(rig.story, "solicit rs request mld ns rs rs mld dad ns "));
	assert_null(strstr(rig.story, "icmp")); /* it stays for the Reply to its Release */
	end();
}

static void http_boots_from_a_literal(void **state)
{
	struct br_boot_result result;

	(void)state;
	begin("edk2-aa64-http6", CORE);
	result = run();
	assert_string_equal(result.error, "");
	assert_int_equal(result.step, BR_BOOT_STEP_PROGRAM);
	assert_string_equal(result.file, "http://[2001:db8:0:1::2]/boot.efi");
	assert_int_equal(rig.wrong, 0);
	is_like(message(BR_DHCP6_TYPE_SOLICIT, 1),
	        "01a8ddba000100120004443322116655887799aabbccddeeff000008000200000003000cecdfb435ff"
	        "ffffffffffffff00060008003b003c00170010003e0003010300003d00020013001000270000015700"
	        "21"
	        "485454"
	        "50436c69656e743a417263683a30303031393a554e44493a303033303030");
	end();
}

static void a_router_that_says_other_draws_a_question(void **state)
{
	struct br_boot_result result;

	(void)state;
	begin("edk2-x64-pxe6", CORE);
	add_router(false, true);
	result = run();
	assert_string_equal(result.error, "");
	assert_null(strstr(rig.story, "release "
	                              "done"));
	assert_non_null(strstr(rig.story, "information-request "));
	end();
}

static void a_class_sends_it_to_4011(void **state)
{
	struct br_boot_result result;

	(void)state;
	begin("edk2-x64-pxe6", CORE "pxe-class6=on");
	add_router(true, false);
	result = run();
	assert_string_equal(result.error, "");
	assert_int_equal(result.step, BR_BOOT_STEP_PROGRAM);
	assert_non_null(strstr(strstr(rig.story, "request-4011"), "rrq"));
	assert_int_equal(rig.noted[BR_NOTE_PXE6_ANSWERED], 1);
	end();
}

/* OVMF 2022.11: the answer drew "port unreachable", and 3 s later it gave up */
static void an_answer_of_4011_may_come_too_soon(void **state)
{
	struct br_boot_result result;

	(void)state;
	begin("edk2-x64-pxe6-slow", CORE "pxe-class6=on");
	add_router(true, false);
	result = run();
	assert_string_equal(result.error, "PXE-E16: No valid offer received.");
	assert_non_null(strstr(rig.story, "request-4011"));
	assert_null(strstr(rig.story, "rrq"));
	assert_int_equal(rig.noted[BR_NOTE_PXE6_ANSWERED], 1);
	end();
}

/* OVMF 2022.11 beside a script of 2001:db8:1::9: no way, no question */
static void without_a_way_4011_is_not_asked(void **state)
{
	(void)state;
	begin("edk2-x64-pxe6", CORE "pxe-class6=on");
	assert_string_equal(run().error, "PXE-E16: No valid offer received.");
	assert_null(strstr(rig.story, "request-4011"));
	assert_non_null(strstr(rig.story, "request release"));
	end();
}

static void what_is_refused_is_never_an_offer(void **state)
{
	static const struct {
		const char *model, *words, *error;
	} cases[] = {
		{"edk2-x64-pxe6", NULL, "PXE-E16: No valid offer received."},
		{"edk2-x64-http6", NULL, "Error: Server response timeout."},
		/* an empty pool: the whole Advertise is thrown away, 59 and all */
		{"edk2-x64-pxe6", "role=dhcp6,tftp boot=boot.efi",
	         "PXE-E16: No valid offer received."},
		{"edk2-x64-pxe6", "role=dhcp6,tftp pool6=" PREFIX "16b-" PREFIX "1ff",
	         "PXE-E21: Remote boot cancelled."},
		{"edk2-x64-pxe6",
	         "role=proxydhcp6,tftp boot=boot.efi", /* beside no address server */
	         "PXE-E21: Remote boot cancelled."},
		{"edk2-x64-pxe6", "role=proxydhcp6,tftp proxy6-ia=on boot=boot.efi",
	         "PXE-E16: No valid offer received."},
		{"edk2-x64-pxe6", CORE "boot=x", ""},
		{"edk2-x64-pxe6", "role=dhcp6,tftp pool6=" PREFIX "16b-" PREFIX "1ff boot=none.efi",
	         "PXE-E23: Client received TFTP error from server."},
		{"edk2-x64-http6",
	         "role=dhcp6,http pool6=" PREFIX "16b-" PREFIX "1ff boot=none.efi",
	         "Client Error: 404 Not Found"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(cases[i].model, cases[i].words);
		assert_string_equal(run().error, cases[i].error);
		end();
	}
}

/* aavmf64-virtio-noserver frames 8, 10, 13, 14, and option 8 in them; 15 comes 63 s later */
static void silence_is_asked_four_times(void **state)
{
	static const unsigned at_s[] = {0, 4, 13, 30};
	const struct six_sent *first;

	(void)state;
	begin("edk2-aa64-pxe6", NULL);
	assert_string_equal(run().error, "PXE-E16: No valid offer received.");
	first = message(BR_DHCP6_TYPE_SOLICIT, 1);
	for (unsigned i = 0; i < 4; i++) {
		const struct six_sent *sent = message(BR_DHCP6_TYPE_SOLICIT, i + 1);

		assert_int_equal((sent->at - first->at) / BR_S, at_s[i]);
		assert_memory_equal(sent->octets + 26, "\0\10\0\2", 4);
		assert_int_equal(sent->octets[30] << 8 | sent->octets[31], at_s[i] * 100);
	}
	assert_in_range((br_firmware_result(rig.firmware).ended - first->at) / BR_S, 62, 64);
	end();
}

/* PxeBcExtractBootFileUrl */
static void a_tftp_url_is_decoded_and_of_one_mode(void **state)
{
	static const char odd[] = "PXE-E99: Unexpected network error.";
	static const struct {
		const char *name, *error;
	} cases[] = {
		{"boot.efi", ""},
		{"%62oot%2Eefi", ""},
		{"boot.efi;mode=octet", ""},
		{"boot.efi;mode=netascii", odd},
		{"boot.efi;x", "PXE-E23: Client received TFTP error from server."},
		{"boot.efi%", odd},
		{"boot.efi%6", odd},
		{"boot.efi%zz", odd},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char words[300];

		snprintf(words, sizeof(words),
		         "role=dhcp6,tftp pool6=" PREFIX "16b-" PREFIX "1ff boot=tftp://[" PREFIX
		         "2]/%s",
		         cases[i].name);
		begin("edk2-x64-pxe6", words);
		assert_string_equal(run().error, cases[i].error);
		end();
	}
}

/* ovmf-virtio-pxe6-ref frames 28, 31, 1744 to 16802: names, ports and hop limits; the same of
 * aavmf64-virtio-pxe6 where shim is not
 */
static void the_chain_reads_files_as_the_machine_did(void **state)
{
	static const struct {
		const char *name;
		uint8_t hops, step; /* of the port behind the one before; 0: GRUB begins, 25300 */
	} want[] = {
		{"shimx64.efi", 128, 2},
		{"shimx64.efi", 128, 2},
		{"revocations_sku.efi", 128, 2},
		{"revocations_sbat.efi", 128, 2},
		{"shim_certificate_0.efi", 128, 2},
		{"/grubx64.efi", 128, 2},
		{"/grub/x86_64-efi/command.lst", 255, 0},
		{"/grub/x86_64-efi/fs.lst", 255, 1},
		{"/grub/x86_64-efi/crypto.lst", 255, 1},
		{"/grub/x86_64-efi/terminal.lst", 255, 1},
		{"/grub/grub.cfg", 255, 1},
	};
	static const char grub_cfg[] = "linux /shimx64.efi\nboot\n";
	struct br_octets text = {(const uint8_t *)grub_cfg, strlen(grub_cfg)};
	struct br_boot_result result;
	uint16_t port = 0;
	size_t at = 0;

	(void)state;
	begin("edk2-x64-pxe6",
	      "role=dhcp6,tftp pool6=" PREFIX "16b-" PREFIX "1ff boot=shimx64.efi preference=255");
	add_router(true, false);
	rig.chain = true;
	assert_int_equal(br_file_store_generate(rig.files, "shimx64.efi", 30000, 7), 0);
	assert_int_equal(br_file_store_generate(rig.files, "grubx64.efi", 30000, 8), 0);
	assert_int_equal(br_file_store_add(rig.files, "grub/grub.cfg", text), 0);
	br_firmware_set_chain(rig.firmware, true);
	result = run();
	assert_string_equal(result.error, "");
	assert_int_equal(result.step, BR_BOOT_STEP_SYSTEM);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct six_sent *sent;

		while (at < rig.sents && rig.sent[at].to.port != 69)
			at++;
		sent = &rig.sent[at++];
		assert_true(at <= rig.sents);
		assert_string_equal((const char *)sent->octets + 2, want[i].name);
		assert_int_equal(sent->hops, want[i].hops);
		if (i > 0)
			assert_int_equal(sent->from.port,
			                 want[i].step ? port + want[i].step : 25300);
		port = sent->from.port;
		/* from the address of the Reply, whatever a router made */
		assert_memory_equal(sent->from.ip, result.address6, 16);
	}
	/* one Release for each client, PXE's when GRUB takes the card */
	assert_true(message(BR_DHCP6_TYPE_RELEASE, 2)->at > message(BR_DHCP6_TYPE_RELEASE, 1)->at);
	end();
}

/* A boot menu of OVMF 2022.11 that nothing answers but its router, recorded against this rig: PXE's
 * Solicit has 0ef97b, Ip6Config's next, and HTTP's goes on counting
 */
static void boot_options_count_on(void **state)
{
	const struct six_sent *pxe, *http;

	(void)state;
	begin("edk2-x64-pxe6", NULL);
	br_firmware_set_options(rig.firmware, true, true);
	assert_string_equal(run().error, "Error: Server response timeout.");
	pxe = message(BR_DHCP6_TYPE_SOLICIT, 4);
	http = message(BR_DHCP6_TYPE_SOLICIT, 5);
	assert_int_equal(xid_of(pxe), xid_of(message(BR_DHCP6_TYPE_SOLICIT, 1)));
	assert_int_equal(xid_of(http), (xid_of(pxe) + 1) & 0xffffff);
	/* HTTP over IPv4 lies between them, and the address is not checked again */
	assert_in_range((http->at - pxe->at) / BR_S, 80, 100);
	assert_null(strstr(strstr(rig.story, "dad") + 3, "dad"));
	end();
}

static void a_boot_is_the_same_each_time(void **state)
{
	uint64_t hash[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		begin("edk2-x64-http6", CORE);
		add_router(true, false);
		(void)run();
		hash[i] = br_trace_hash_value(&rig.hash);
		end();
	}
	assert_true(hash[0] == hash[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pxe_boots_beside_a_client_of_its_own),
		cmocka_unit_test(without_a_router_it_waits_ten_seconds),
		cmocka_unit_test(http_boots_from_a_literal),
		cmocka_unit_test(a_router_that_says_other_draws_a_question),
		cmocka_unit_test(a_class_sends_it_to_4011),
		cmocka_unit_test(an_answer_of_4011_may_come_too_soon),
		cmocka_unit_test(without_a_way_4011_is_not_asked),
		cmocka_unit_test(what_is_refused_is_never_an_offer),
		cmocka_unit_test(a_tftp_url_is_decoded_and_of_one_mode),
		cmocka_unit_test(the_chain_reads_files_as_the_machine_did),
		cmocka_unit_test(silence_is_asked_four_times),
		cmocka_unit_test(boot_options_count_on),
		cmocka_unit_test(a_boot_is_the_same_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
