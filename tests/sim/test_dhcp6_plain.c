/* SPDX-License-Identifier: BSD-2-Clause */
/* What small stacks send over IPv6, beside what a machine sent (slof-vlan-v6auto,
 * seabios-virtio-combined) or, where no machine was recorded, beside what their sources say
 * octet by octet; and what they make of answers that are odd.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp6_option.h"
#include "sim/models/firmware.h"
#include "sim/net/packet.h"
#include "tests/helper.h"
#include "tests/sim/ended_count.h"

#define PREFIX "2001:db8:2::"

enum {
	SENT_MAX = 200,
};

struct plain_sent {
	br_time at;
	uint8_t type; /* of ICMPv6, or 0: UDP or TCP */
	struct br_endpoint from, to;
	uint8_t hops;
	uint8_t octets[600];
	size_t size;
};

/* A segment with a router, a server that says what a test wants, and a machine */
struct plain_rig {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_host *router, *server, *host;
	struct br_model model;
	struct br_machine machine;
	struct br_firmware *firmware;
	struct plain_sent sent[SENT_MAX];
	size_t sents;
	unsigned ended;
	const char *url;     /* option 59 */
	const char *ia_tail; /* hex, behind the address in the IA of a Reply */
	uint32_t valid;
};

static struct plain_rig rig;
static uint64_t seed = 5; /* of the firmware's draws */

static void see_frame(void *context, const struct br_segment *segment, const struct br_port *from,
                      struct br_frame *frame, br_time now)
{
	struct plain_sent *sent = &rig.sent[rig.sents];
	struct br_packet packet;
	bool udp;

	(void)context;
	(void)segment;
	if (from != br_host_port(rig.host, 0) || rig.sents == SENT_MAX)
		return;
	br_packet_parse_frame(&packet, frame);
	udp = packet.transport == BR_TRANSPORT_UDP || packet.transport == BR_TRANSPORT_TCP;
	if (!udp && packet.transport != BR_TRANSPORT_ICMPV6)
		return;
	*sent = (struct plain_sent){.at = now,
	                            .type = udp ? 0 : packet.icmp.type,
	                            .from = packet.src,
	                            .to = packet.dst,
	                            .hops = packet.ipv6.hop_limit};
	sent->size = packet.payload.size < sizeof(sent->octets) ? packet.payload.size
	                                                        : sizeof(sent->octets);
	memcpy(sent->octets, packet.payload.data, sent->size);
	rig.sents++;
}

static void put_hex(struct br_writer *w, const char *hex)
{
	uint8_t octets[64];
	size_t size = 0;

	if (hex[0])
		assert_true(br_text_get_hex(br_text(hex), octets, sizeof(octets), &size));
	br_put_bytes(w, octets, size);
}

/* An Advertise of a Solicit, a Reply of anything else, with a file by TFTP */
static void answer(void *context, const struct br_datagram *question, br_time now)
{
	static const uint8_t server_id[] = {0, 3, 0, 1, 2, 0, 0, 0, 0, 2};
	struct br_datagram datagram = {.local = {.port = BR_DHCP6_PORT_SERVER},
	                               .remote = question->remote};
	struct br_dhcp6_message m;
	struct br_octets id;
	struct br_dhcp6_ia ia;
	uint8_t octets[600], address[16], *begun;
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	bool solicits;

	(void)context;
	(void)now;
	if (question->local.port != BR_DHCP6_PORT_SERVER)
		return;
	assert_int_equal(br_dhcp6_parse(question->payload, &m), 0);
	solicits = m.type == BR_DHCP6_TYPE_SOLICIT;
	id = br_dhcp6_find(m.options, BR_DHCP6_OPTION_CLIENT_ID);
	ia = br_dhcp6_ia(br_dhcp6_find(m.options, BR_DHCP6_OPTION_IA_NA));
	assert_true(br_text_get_ipv6(br_text(PREFIX "166"), address));
	br_dhcp6_put_head(&w, solicits ? BR_DHCP6_TYPE_ADVERTISE : BR_DHCP6_TYPE_REPLY, m.xid);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_CLIENT_ID, id.data, id.size);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_SERVER_ID, server_id, sizeof(server_id));
	br_dhcp6_put(&w, BR_DHCP6_OPTION_BOOT_URL, rig.url, strlen(rig.url));
	begun = ia.there ? br_dhcp6_begin(&w, BR_DHCP6_OPTION_IA_NA) : NULL;
	if (begun) {
		br_put_be32(&w, ia.iaid);
		br_put_be32(&w, 1800);
		br_put_be32(&w, 2880);
		br_dhcp6_put_address(&w, address, 3600, rig.valid);
		if (!solicits)
			put_hex(&w, rig.ia_tail);
		br_dhcp6_end(&w, begun);
	}
	datagram.payload = (struct br_octets){octets, br_written(&w)};
	assert_int_equal(br_host_udp_send(rig.server, &datagram), 0);
}

static struct br_host *add_host(const char *name, uint8_t last, const char *address)
{
	static const uint8_t all_servers[16] = {0xff, 0x02, [13] = 1, [15] = 2};
	const uint8_t mac[6] = {2, 0, 0, 0, 2, last};
	struct br_host *host;
	uint8_t ip[16];

	assert_int_equal(br_host_new(&host, rig.wire, name, &br_host_limits_client, last), 0);
	assert_int_equal(br_host_add_link(host, rig.segment, mac), 0);
	assert_int_equal(br_host_six_on(host, 0, &br_host_six_quiet), 0);
	assert_true(br_text_get_ipv6(br_text(address), ip));
	assert_int_equal(br_host_add_address6(host, 0, ip, 64, true), 0);
	assert_int_equal(br_host_join_group6(host, 0, all_servers), 0);
	return host;
}

static void add_router(bool managed, bool other, bool autonomous)
{
	struct br_host_advertisement a = {.router = {.hop_limit = 64,
	                                             .managed = managed,
	                                             .other = other,
	                                             .lifetime_s = 1800,
	                                             .prefixes = 1,
	                                             .prefix = {{.length = 64,
	                                                         .on_link = true,
	                                                         .autonomous = autonomous,
	                                                         .valid_s = 1800,
	                                                         .preferred_s = 1800}}}};

	rig.router = add_host("router", 1, PREFIX "1");
	br_host_set_forwarding(rig.router, true);
	assert_true(br_text_get_ipv6(br_text(PREFIX), a.router.prefix[0].prefix));
	br_host_advertise6(rig.router, 0, &a);
}

static void begin(const char *model)
{
	struct br_tap tap = {.see = see_frame};

	memset(&rig, 0, sizeof(rig));
	rig.url = "tftp://[" PREFIX "2]/boot.efi";
	rig.ia_tail = "";
	rig.valid = 3600;
	assert_int_equal(br_model_find(&rig.model, model), 0);
	assert_int_equal(br_clock_init(&rig.clock, 64), 0);
	assert_int_equal(br_wire_new(&rig.wire, &rig.clock, 1514, 4096), 0);
	rig.segment = br_segment_new(rig.wire, "lan", 100000, 1500);
	assert_int_equal(br_wire_add_tap(rig.wire, &tap), 0);
	rig.server = add_host("server", 2, PREFIX "2");
	assert_int_equal(br_host_udp_open(rig.server, BR_DHCP6_PORT_SERVER), 0);
	br_host_set_user(rig.server, &(struct br_host_user){.datagram = answer});
	rig.machine = (struct br_machine){.mac = {0x52, 0x54, 0, 0xaa, 0, 1},
	                                  .uuid = {0x44, 0x33, 0x22, 0x11, 0x66, 0x55, 0x88, 0x77,
	                                           0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00}};
	assert_int_equal(br_host_new(&rig.host, rig.wire, "fw", &br_host_limits_client, 5), 0);
	assert_int_equal(br_host_add_link(rig.host, rig.segment, rig.machine.mac), 0);
	assert_int_equal(br_host_six_on(rig.host, 0, &br_host_six_quiet), 0);
	assert_int_equal(br_firmware_new(&rig.firmware, rig.host, &rig.clock, &rig.model,
	                                 &rig.machine, seed),
	                 0);
	br_firmware_on_event(rig.firmware, ended_count, &rig.ended);
}

static struct br_boot_result run(unsigned seconds)
{
	br_time until = seconds * BR_S;

	br_firmware_start(rig.firmware, 0);
	while (!rig.ended && br_clock_step(&rig.clock, until))
		;
	return br_firmware_result(rig.firmware);
}

static void end(void)
{
	br_firmware_free(rig.firmware);
	br_host_free(rig.host);
	br_host_free(rig.server);
	br_host_free(rig.router);
	br_wire_free(rig.wire);
	br_clock_reset(&rig.clock);
}

/* The nth datagram to that port, from 1, or message of ICMPv6 if @port is 0 */
static const struct plain_sent *find(uint16_t port, uint8_t type, unsigned nth)
{
	for (size_t i = 0; i < rig.sents; i++) {
		if (rig.sent[i].to.port == port && rig.sent[i].type == type && --nth == 0)
			return &rig.sent[i];
	}
	fail_msg("nothing of type %u to port %u", type, port);
	return NULL;
}

static unsigned count(uint16_t port, uint8_t type)
{
	unsigned found = 0;

	for (size_t i = 0; i < rig.sents; i++)
		found += rig.sent[i].to.port == port && rig.sent[i].type == type;
	return found;
}

/* Octet by octet, but for those where the text has "..": what is drawn */
static void is_like(const struct plain_sent *sent, const char *hex)
{
	if (sent->size != strlen(hex) / 2)
		fail_msg("%zu octets, not %zu", sent->size, strlen(hex) / 2);
	for (size_t i = 0; i < sent->size; i++) {
		char octet[3];

		if (hex[2 * i] == '.')
			continue;
		snprintf(octet, sizeof(octet), "%02x", sent->octets[i]);
		if (memcmp(octet, hex + 2 * i, 2) != 0)
			fail_msg("octet %zu is %s, not %.2s", i, octet, hex + 2 * i);
	}
}

static bool is_from(const struct plain_sent *sent, const char *address)
{
	uint8_t ip[16];

	return br_text_get_ipv6(br_text(address), ip) && br_ip_equal(sent->from.ip, ip);
}

enum {
	ROUTER_SOLICITATION = 133,
	NEIGHBOUR_SOLICITATION = 135,
};

static void slof_sends_what_the_machine_sent(void **state)
{
	const struct plain_sent *discover, *routers, *asks, *rrq;

	(void)state; /* slof-vlan-v6auto frames 5, 6, 12, 21 */
	begin("slof-ppc64");
	add_router(true, true, false);
	(void)run(30);
	discover = find(67, 0, 1);
	routers = find(0, ROUTER_SOLICITATION, 1);
	asks = find(547, 0, 1);
	rrq = find(69, 0, 1);
	assert_in_range((routers->at - discover->at) / BR_MS, 1990, 2020);
	is_like(routers, "0101525400aa0001");
	assert_true(is_from(routers, "fe80::5254:ff:feaa:1"));
	assert_int_equal(routers->hops, 255);
	is_like(asks, "0b......0001000a00030001525400aa00010008000201900006000600170018003b");
	assert_true(is_from(asks, PREFIX "5254:ff:feaa:1"));
	assert_int_equal(asks->hops, 255);
	assert_int_equal(asks->from.port, 546);
	assert_true(asks->at - routers->at < 100 * BR_MS);
	assert_int_equal(rrq->from.port, 2001);
	assert_int_equal(rrq->hops, 255);
	assert_memory_equal(rrq->octets,
	                    "\0\1boot.efi\0octet\0blksize\0"
	                    "1428",
	                    30);
	end();
}

static void slof_without_a_router_asks_four_seconds_later(void **state)
{
	(void)state; /* lib/libnet/ipv6.c ipv6_init, dhcpv6.c dhcpv6_attempt: a round is 8 s */
	begin("slof-ppc64");
	br_host_udp_close(rig.server, BR_DHCP6_PORT_SERVER);
	(void)run(20);
	assert_in_range((find(547, 0, 1)->at - find(0, ROUTER_SOLICITATION, 1)->at) / BR_MS, 3990,
	                4010);
	assert_true(is_from(find(547, 0, 1), "fe80::5254:ff:feaa:1"));
	assert_in_range((find(547, 0, 2)->at - find(547, 0, 1)->at) / BR_MS, 8120, 8140);
	end();
}

static void ipxe_asks_routers_at_its_own_pace(void **state)
{
	/* seabios-virtio-combined frames 4 to 14, in ticks of 55 ms */
	static const unsigned gap_ms[] = {250, 500, 1000, 2000, 4000};

	(void)state;
	begin("ipxe-bios");
	assert_string_equal(run(60).error,
	                    "No configuration methods succeeded (https://ipxe.org/040ee186)");
	assert_int_equal(count(0, ROUTER_SOLICITATION), 6);
	assert_int_equal(count(547, 0), 0);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal((find(0, ROUTER_SOLICITATION, i + 2)->at -
		                  find(0, ROUTER_SOLICITATION, i + 1)->at) /
		                         BR_MS,
		                 gap_ms[i]);
	is_like(find(0, ROUTER_SOLICITATION, 1), "0101525400aa0001");
	end();
}

/* iPXE 1.0.0+git-20190125 of QEMU 7.2 in SeaBIOS, in the place of the model in
 * pxe6/boots/ipxe-by-what-the-router-says (run --firmware fw=seabios-ipxe): frames 4, 8 and 15,
 * without their transaction-id, and without the IAID, which is that of its MAC
 */
static void ipxe_sends_what_the_machine_sent(void **state)
{
	const struct plain_sent *rrq;

	(void)state;
	begin("ipxe-bios");
	memset(rig.machine.uuid, 0, 10);
	memcpy(rig.machine.uuid + 10, "\x52\x54\0\x12\x34\x56", 6);
	br_firmware_free(rig.firmware);
	assert_int_equal(
		br_firmware_new(&rig.firmware, rig.host, &rig.clock, &rig.model, &rig.machine, 5),
		0);
	br_firmware_on_event(rig.firmware, ended_count, &rig.ended);
	add_router(true, false, true);
	(void)run(30);
	is_like(find(547, 0, 1),
	        "01......00010012000400000000000000000000525400123456"
	        "0003000c........0000000000000000"
	        "0006000800170018003b003c"
	        "00100026000001570020505845436c69656e743a417263683a30303030303a554e44493a3030323030"
	        "31003d00020000003e0003010201000f0006000469505845000800020000");
	is_like(find(547, 0, 2),
	        "03......00010012000400000000000000000000525400123456"
	        "0002000a00030001020000000002"
	        "00030028........0000000000000000"
	        "0005001820010db80002000000000000000001660000000000000000"
	        "0006000800170018003b003c"
	        "00100026000001570020505845436c69656e743a417263683a30303030303a554e44493a3030323030"
	        "31003d00020000003e0003010201000f00060004695058450008000200..");
	rrq = find(69, 0, 1);
	is_like(rrq, "0001626f6f742e656669006f6374657400"
	             "626c6b73697a650031343332007473697a65003000");
	/* from the address of the Reply, though a router made another; IPv4 has its time first */
	assert_true(is_from(rrq, PREFIX "166"));
	assert_true(is_from(find(0, NEIGHBOUR_SOLICITATION, 1), PREFIX "166"));
	assert_int_equal(rrq->hops, 255);
	assert_in_range(rrq->at / BR_MS, 15000, 16000);
	end();
}

/* The IAID of 52:54:00:12:34:56 on the wire, frame 4 */
static void ipxe_makes_its_iaid_of_the_mac(void **state)
{
	static const uint8_t mac[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
	struct br_host *host;

	(void)state;
	begin("ipxe-bios");
	br_firmware_free(rig.firmware);
	memcpy(rig.machine.mac, mac, sizeof(mac));
	assert_int_equal(br_host_new(&host, rig.wire, "other", &br_host_limits_client, 6), 0);
	assert_int_equal(br_host_add_link(host, rig.segment, mac), 0);
	assert_int_equal(br_host_six_on(host, 0, &br_host_six_quiet), 0);
	br_host_free(rig.host);
	rig.host = host;
	assert_int_equal(
		br_firmware_new(&rig.firmware, rig.host, &rig.clock, &rig.model, &rig.machine, 5),
		0);
	br_firmware_on_event(rig.firmware, ended_count, &rig.ended);
	add_router(true, false, false);
	(void)run(5);
	assert_memory_equal(find(547, 0, 1)->octets + 30, "\xaa\x55\xb0\xdf", 4);
	end();
}

static void ipxe_says_what_its_source_says(void **state)
{
	struct br_boot_result result;

	(void)state; /* src/net/udp/dhcpv6.c dhcpv6_tx, start_dhcpv6 */
	begin("ipxe2-efi-x64");
	add_router(true, false, false);
	result = run(30);
	is_like(find(547, 0, 1),
	        "01......000100120004112233445566778899aabbccddeeff00"
	        "0003000c........0000000000000000"
	        "0006000800170018003b003c"
	        "0010002600000157"
	        "0020505845436c69656e743a417263683a30303030373a554e44493a303033303130"
	        "003d00020007"
	        "003e000301030a"
	        "000f0006000469505845"
	        "000800020000");
	is_like(find(547, 0, 2),
	        "03......000100120004112233445566778899aabbccddeeff00"
	        "0002000a00030001020000000002"
	        "00030028........0000000000000000"
	        "0005001820010db80002000000000000000001660000000000000000"
	        "0006000800170018003b003c"
	        "0010002600000157"
	        "0020505845436c69656e743a417263683a30303030373a554e44493a303033303130"
	        "003d00020007"
	        "003e000301030a"
	        "000f0006000469505845"
	        "000800020000");
	/* one transaction-id, one IAID: the CRC of the MAC, so the same at each boot */
	assert_memory_equal(find(547, 0, 1)->octets + 1, find(547, 0, 2)->octets + 1, 3);
	assert_memory_equal(find(547, 0, 1)->octets + 30, find(547, 0, 2)->octets + 44, 4);
	assert_int_equal(result.address6[15], 0x66);
	assert_true(is_from(find(69, 0, 1), PREFIX "166"));
	end();
}

static void ipxe_with_o_asks_for_no_address(void **state)
{
	(void)state; /* src/net/ndp.c ipv6conf_rx_router_advertisement */
	begin("ipxe2-efi-x64");
	add_router(false, true, true);
	(void)run(30);
	assert_int_equal(find(547, 0, 1)->octets[0], BR_DHCP6_TYPE_INFORMATION);
	assert_true(is_from(find(69, 0, 1), PREFIX "5054:ff:feaa:1"));
	end();
	/* run --firmware fw=seabios-ipxe pxe6/boots/ipxe-stateless, frame 13 */
	begin("ipxe-bios");
	rig.url = "http://[" PREFIX "2]/linux.ipxe";
	add_router(false, true, true);
	(void)run(30);
	assert_int_equal(find(80, 0, 1)->hops, 255);
	assert_true(is_from(find(80, 0, 1), PREFIX "5054:ff:feaa:1"));
	end();
}

static void uboot_says_what_its_source_says(void **state)
{
	(void)state; /* net/dhcpv6.c dhcp6_send_solicit_packet, dhcp6_send_request_packet */
	begin("uboot25-arm64-dhcp6");
	(void)run(5);
	is_like(find(547, 0, 1), "01....000001000a00030001525400aa0001"
	                         "000800020000"
	                         "0003000c........0000000000000000"
	                         "00060004003b0052"
	                         "003d00020016"
	                         "0010000c0000000000"
	                         "06552d426f6f74"
	                         "003e0003010000");
	is_like(find(547, 0, 2), "03....000001000a00030001525400aa0001"
	                         "000800020000"
	                         "0003000c........0000000000000000"
	                         "00060004003b0052"
	                         "0002000a00030001020000000002"
	                         "003d00020016"
	                         "0010000c0000000000"
	                         "06552d426f6f74"
	                         "003e0003010000");
	/* no preference: the first second is for more Advertises */
	assert_in_range((find(547, 0, 2)->at - find(547, 0, 1)->at) / BR_MS, 999, 1001);
	assert_memory_equal(find(69, 0, 1)->octets,
	                    "\0\1boot.efi\0octet\0timeout\0"
	                    "5\0blksize\0"
	                    "1448",
	                    40);
	end();
}

/* RFC 8415 18.2.1, SOL_MAX_DELAY: net/dhcpv6.c draws it */
static void uboot_solicits_within_a_second(void **state)
{
	br_time least = BR_TIME_NEVER, most = 0;

	(void)state;
	for (seed = 1; seed <= 20; seed++) {
		br_time at;

		begin("uboot25-arm64-dhcp6");
		(void)run(2);
		at = find(547, 0, 1)->at;
		least = at < least ? at : least;
		most = at > most ? at : most;
		end();
	}
	seed = 5;
	assert_in_range(least / BR_MS, 0, 200);
	assert_in_range(most / BR_MS, 800, 1000);
}

static void uboot_misreads_what_is_behind_an_address(void **state)
{
	struct br_boot_result result;

	(void)state; /* net/dhcpv6.c dhcp6_parse_ia_options */
	begin("uboot25-arm64-dhcp6");
	rig.ia_tail = "000d00020000";
	result = run(5);
	/* the four octets before that status, itself, and what is behind the packet */
	assert_int_equal(result.address6[1], 0x0d);
	assert_int_equal(result.address6[3], 0x02);
	end();
	begin("uboot25-arm64-dhcp6");
	rig.ia_tail = "000d00020000";
	rig.valid = 65536;
	result = run(5);
	assert_string_equal(result.error, "an option of no length in the IA");
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slof_sends_what_the_machine_sent),
		cmocka_unit_test(slof_without_a_router_asks_four_seconds_later),
		cmocka_unit_test(ipxe_asks_routers_at_its_own_pace),
		cmocka_unit_test(ipxe_sends_what_the_machine_sent),
		cmocka_unit_test(ipxe_makes_its_iaid_of_the_mac),
		cmocka_unit_test(ipxe_says_what_its_source_says),
		cmocka_unit_test(ipxe_with_o_asks_for_no_address),
		cmocka_unit_test(uboot_says_what_its_source_says),
		cmocka_unit_test(uboot_solicits_within_a_second),
		cmocka_unit_test(uboot_misreads_what_is_behind_an_address),
	};

	return cmocka_run_group_tests_name("dhcp6_plain", tests, NULL, NULL);
}
