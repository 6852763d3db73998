/* SPDX-License-Identifier: BSD-2-Clause */
/* ProxyDHCP on port 67, the boot service on port 4011, and both beside an address server on one
 * host. What must hold of every reply is checked by the bench.
 */
#include "core/dhcp/pxe.h"

#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "tests/core/dhcp_bench.h"

#define CLIENT IP(10, 77, 0, 111)
#define SERVER IP(10, 77, 0, 1)
#define FILES  "boot=bootx64.efi@arch:7 boot=undionly.kpxe@arch:0 "
#define MENU                                                                                       \
	"menu=0x8000,first_entry,first.efi menu=0x8001,second_entry,10.77.0.9 "                    \
	"menu=0,Local_boot menu=32770,by_rule menu-prompt=4,PXE_menu "

static struct bench bench;

static int close_bench(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

static void the_proxy_offers_no_address(void **state)
{
	/* PXE-PRX-03, -04, -05, -06, -09, -11, -12, -14, -15, RLS-14, D4S-ID-02, PXE-BS-23 */
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=proxydhcp " FILES);
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	for (uint16_t secs = 0; secs <= 12; secs += 4) { /* each try the same */
		static struct br_dhcp_message first;

		ask.header.secs = secs;
		assert_true(bench_ask(&bench, &ask));
		if (secs == 0)
			first = bench.reply;
		assert_int_equal(first.size, bench.reply.size);
		assert_int_equal(bench.reply.type, BR_DHCP_TYPE_OFFER);
		assert_int_equal(bench.reply.header.yiaddr, 0);
		assert_int_equal(bench.reply.header.ciaddr, 0);
		assert_int_equal(bench.reply.header.siaddr, SERVER);
		assert_int_equal(reply_be32(&bench, 54), SERVER);
		assert_true(reply_is(&bench, 60, "PXEClient"));
		assert_int_equal(br_dhcp_get(&bench.reply, 97).size, 17);
		assert_false(reply_has(&bench, 43)); /* EDK2 will ask port 4011 */
		for (uint8_t code = 50; code < 60; code++)
			assert_true(code == 53 || code == 54 || !reply_has(&bench, code));
		assert_false(reply_has(&bench, 1) || reply_has(&bench, 3));
		assert_int_equal(bench_destination(&bench), UINT32_MAX);
		assert_int_equal(bench.sent.remote.port, 68);
		assert_int_equal(bench.sent.local.port, 67);
		assert_int_equal(bench.reply.header.flags, 0x8000);
	}
	ask.header.flags = 0;
	ask_put(&ask, 82, "\1\2cl", 4);
	ask_relayed(&ask, IP(10, 78, 0, 254));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.flags, 0x8000);
	assert_int_equal(bench_destination(&bench), IP(10, 78, 0, 254));
	assert_int_equal(bench.sent.remote.port, 67);
	assert_true(reply_has(&bench, 82));
	assert_int_equal(bench.metrics.pxe_offers_total, 5);
	assert_true(bench_noted(&bench, BR_NOTE_PXE_OFFERED));
	ask_set(&ask, 82, "\23\0", 2); /* RFC 8357 */
	ask.source_port = 5067;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.sent.remote.port, 5067);
}

static bool returns(const struct ask *ask, uint8_t code, const char *octets, size_t size)
{
	struct br_octets value;

	assert_true(bench_ask(&bench, ask));
	value = br_dhcp_get(&bench.reply, code);
	return value.size == size && !memcmp(value.data, octets, size);
}

static void type_and_interface_come_back_to_pxe_clients_PXE_PRX_07(void **state)
{
	static const char *const roles[] = {"role=proxydhcp " FILES,
	                                    "role=dhcp,pxe pool=10.77.0.111-10.77.0.119 " FILES};
	struct ask ask;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		bench_open(&bench, roles[i]);
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
		assert_true(returns(&ask, 93, "\0\7", 2));
		assert_true(returns(&ask, 94, "\1\3\0", 3));
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_REQUEST, 2);
		ask_to_4011(&ask, SERVER, CLIENT);
		assert_true(returns(&ask, 93, "\0\7", 2));
		assert_true(returns(&ask, 94, "\1\3\0", 3));
		bench_close(&bench);
	}
	bench_open(&bench, roles[1]);
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 94, "\1\3", 2); /* of no use to anybody */
	assert_true(bench_ask(&bench, &ask));
	assert_false(reply_has(&bench, 94));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	ask_put(&ask, 93, "\0\7", 2);
	assert_true(bench_ask(&bench, &ask));
	assert_false(reply_has(&bench, 93));
}

static void a_bare_offer_leaves_all_to_port_4011(void **state)
{
	struct ask ask;

	(void)state;
	for (int menu = 0; menu < 2; menu++) {
		bench_open(&bench, menu ? "role=proxydhcp proxy-offer=bare " MENU FILES
		                        : "role=proxydhcp proxy-offer=bare " FILES);
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
		assert_true(bench_ask(&bench, &ask));
		assert_true(reply_is(&bench, 60, "PXEClient"));
		assert_int_equal(bench.reply.header.siaddr, SERVER);
		assert_int_equal(bench.reply.header.file[0], 0);
		assert_false(reply_has(&bench, 43) || reply_has(&bench, 67));
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_REQUEST, 2);
		ask_to_4011(&ask, SERVER, CLIENT);
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(reply_has(&bench, 43), menu);
		assert_int_equal(reply_is(&bench, 67, "bootx64.efi"), !menu);
		bench_close(&bench);
	}
	bench_open(&bench, "role=proxydhcp proxy-offer=bare boot=a.efi@arch:16");
	ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 3); /* they know no 4011 */
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_is(&bench, 67, "http://10.77.0.1/a.efi"));
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 4); /* 4011 would have nothing for it */
	assert_false(bench_ask(&bench, &ask));
}

static void the_proxy_answers_boot_clients_alone(void **state)
{
	/* PXE-PRX-01, -02, ROB-D4-11 */
	static const uint32_t relays[] = {IP(127, 0, 0, 1), UINT32_MAX, IP(224, 0, 0, 1), SERVER};
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=proxydhcp " FILES);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_PXE_NOT_A_CLIENT));
	ask_put_text(&ask, 60, "MSFT 5.0");
	assert_false(bench_ask(&bench, &ask));
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set_text(&ask, 60, "pxeclient:Arch:00007:UNDI:003016");
	assert_false(bench_ask(&bench, &ask));
	ask_init(&ask, PXE_AA64, BR_DHCP_TYPE_DISCOVER, 1); /* nothing to boot for it */
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_POLICY_NO_RULE));
	ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_false(bench_ask(&bench, &ask));
	for (size_t i = 0; i < 4; i++) {
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
		ask_relayed(&ask, relays[i]);
		assert_false(bench_ask(&bench, &ask));
		assert_true(bench_noted(&bench, BR_NOTE_PXE_BAD_SOURCE));
	}
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask.header.op = 2;
	assert_false(bench_ask(&bench, &ask));
	ask.header.op = 1;
	ask.header.hlen = 17;
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(bench.metrics.pxe_dropped_total, 11);
}

static void the_proxy_leaves_leases_alone(void **state) /* PXE-PRX-10 */
{
	static const uint8_t types[] = {3, 4, 7, 8};
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=proxydhcp " FILES);
	for (size_t i = 0; i < sizeof(types); i++) {
		ask_init(&ask, PXE_X64, (enum br_dhcp_type)types[i], 1);
		ask_put_be32(&ask, 50, CLIENT);
		assert_false(bench_ask(&bench, &ask));
		assert_true(bench_noted(&bench, BR_NOTE_PXE_LEASE_TRAFFIC));
		ask_put_be32(&ask, 54, SERVER);
		assert_false(bench_ask(&bench, &ask));
	}
}

static void port_4011_names_the_boot_file(void **state)
{
	/* PXE-BS-01, -02, -03, -05, -06, -14, -15, -16, -17, -18, RLS-15 */
	static const uint16_t ports[] = {4011, 68, 50000};
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=proxydhcp " FILES);
	for (size_t i = 0; i < 6; i++) {
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
		ask_to_4011(&ask, SERVER, i < 3 ? CLIENT : IP(192, 0, 2, 77)); /* or routed */
		ask.source_port = ports[i % 3];
		if (i % 2)
			ask_set(&ask, 53, "\10", 1); /* INFORM */
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
		assert_int_equal(bench_destination(&bench), ask.source);
		assert_int_equal(bench.sent.remote.port, ask.source_port);
		assert_int_equal(bench.sent.local.port, 4011);
		assert_int_equal(br_endpoint_to_ipv4(&bench.sent.local), SERVER);
		assert_true(reply_file_is(&bench, "bootx64.efi"));
		assert_true(reply_is(&bench, 67, "bootx64.efi"));
		assert_true(reply_is(&bench, 66, "10.77.0.1"));
		assert_int_equal(bench.reply.header.siaddr, SERVER);
		assert_int_equal(bench.reply.header.ciaddr, 0);
		assert_int_equal(bench.reply.header.yiaddr, 0);
		assert_int_equal(reply_be32(&bench, 54), SERVER);
		assert_true(reply_is(&bench, 60, "PXEClient"));
		assert_int_equal(br_dhcp_get(&bench.reply, 97).size, 17);
		assert_false(reply_has(&bench, 51));
		assert_true(bench_noted(&bench, BR_NOTE_PXE_ANSWERED));
	}
	assert_int_equal(bench.metrics.pxe_acks_total, 6);
	ask.target = IP(10, 79, 0, 1); /* NET-SRC-01: asked at its other address */
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(br_endpoint_to_ipv4(&bench.sent.local), IP(10, 79, 0, 1));
	assert_int_equal(reply_be32(&bench, 54), IP(10, 79, 0, 1));
	assert_int_equal(bench.reply.header.siaddr, IP(10, 79, 0, 1));
}

static void options_may_come_in_any_order(void **state) /* PXE-BS-19 */
{
	struct ask ask, reversed;

	(void)state;
	bench_open(&bench, "role=pxe " FILES);
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_to_4011(&ask, SERVER, CLIENT);
	reversed = ask;
	for (size_t i = 0; i < ask.options; i++)
		reversed.option[i] = ask.option[ask.options - 1 - i];
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "bootx64.efi"));
	assert_true(bench_ask(&bench, &reversed));
	assert_true(reply_file_is(&bench, "bootx64.efi"));
}

static void port_4011_is_for_pxe_clients(void **state)
{
	/* PXE-BS-20, ROB-D4-12, D4C-HDR-02 */
	static const uint8_t types[] = {1, 2, 4, 5, 7, 13, 99};
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=pxe " FILES);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_to_4011(&ask, SERVER, CLIENT);
	assert_false(bench_ask(&bench, &ask));
	ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_to_4011(&ask, SERVER, CLIENT);
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_PXE_NOT_A_CLIENT));
	for (size_t i = 0; i < sizeof(types); i++) {
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
		ask_to_4011(&ask, SERVER, CLIENT);
		ask_set(&ask, 53, &types[i], 1);
		assert_false(bench_ask(&bench, &ask));
	}
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_to_4011(&ask, SERVER, UINT32_MAX);
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_PXE_BAD_SOURCE));
	ask.source = CLIENT; /* a good source beside it does not help */
	assert_false(bench_ask(&bench, &ask));
	ask_to_4011(&ask, SERVER, SERVER); /* nor does the server ask itself */
	assert_false(bench_ask(&bench, &ask));
	ask_to_4011(&ask, SERVER, 0);
	assert_false(bench_ask(&bench, &ask));
	ask.header.ciaddr = CLIENT;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench_destination(&bench), CLIENT);
	ask.header.ciaddr = 0;
	ask.source = IP(10, 77, 0, 111); /* quirk rom-needs-4011-answer-e55: ciaddr 0 */
	assert_true(bench_ask(&bench, &ask));
	ask.header.op = 2;
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_BAD_MESSAGE));

	uint8_t octets[1024] = {1, 1, 6};

	ask.header.op = 1;
	assert_false(bench_ask_octets(&bench, &ask, octets, 300));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_BAD_COOKIE));
}

static void put_item(struct ask *ask, uint16_t type, uint16_t layer)
{
	const uint8_t vendor[] = {
		71, 4, (uint8_t)(type >> 8), (uint8_t)type, (uint8_t)(layer >> 8), (uint8_t)layer,
		255};

	ask_set(ask, 43, vendor, sizeof(vendor));
}

static void boot_items_are_served_by_type(void **state)
{
	/* PXE-BS-04, -07, -10, -12, -21, -22 */
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=proxydhcp " FILES MENU);
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_to_4011(&ask, SERVER, CLIENT);
	put_item(&ask, 0x8000, 0);
	assert_true(bench_ask(&bench, &ask));
	assert_memory_equal(br_dhcp_get(&bench.reply, 43).data, "\x47\4\x80\0\0\0\xff", 7);
	assert_int_equal(br_dhcp_get(&bench.reply, 43).size, 7);
	assert_true(reply_file_is(&bench, "first.efi"));
	assert_int_equal(bench.reply.header.siaddr, SERVER);
	assert_int_equal(reply_be32(&bench, 54), SERVER);
	put_item(&ask, 32770, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "bootx64.efi"));
	assert_memory_equal(br_dhcp_get(&bench.reply, 43).data, "\x47\4\x80\2\0\1\xff", 7);

	static const uint16_t others[] = {0x7777, 0x8001, 0, 1}; /* 8001 is another server's */

	for (size_t i = 0; i < 4; i++) {
		put_item(&ask, others[i], 0);
		assert_false(bench_ask(&bench, &ask));
		assert_true(bench_noted(&bench, BR_NOTE_PXE_NOT_OUR_ITEM));
	}
	put_item(&ask, 0x8000, 0x8000);
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_PXE_CREDENTIALS));
	ask_set_arch(&ask, 11); /* by rule, and there is none */
	put_item(&ask, 32770, 0);
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_PXE_NOTHING_TO_BOOT));
}

static void without_a_menu_there_is_the_bootstrap(void **state)
{
	/* quirk rom-needs-4011-answer-e55: 43.71 = 80 00 00 00 */
	static const uint16_t types[] = {0, 0x8000};
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=pxe " FILES);
	ask_init(&ask, PXE_BIOS, BR_DHCP_TYPE_DISCOVER, 1);
	ask_to_4011(&ask, SERVER, CLIENT);
	for (size_t i = 0; i < 2; i++) {
		put_item(&ask, types[i], 0);
		assert_true(bench_ask(&bench, &ask));
		assert_true(reply_file_is(&bench, "undionly.kpxe"));
		assert_int_equal(br_dhcp_get(&bench.reply, 43).data[2], types[i] >> 8);
	}
	put_item(&ask, 0x8001, 0);
	assert_false(bench_ask(&bench, &ask));
}

static void broken_vendor_options_are_no_items(void **state) /* ROB-D4-05 */
{
	static const struct {
		const char *octets;
		size_t size;
		bool item;
	} vendors[] = {{"\x47\1\x80\xff", 4, false},
	               {"\x47\4\x80", 3, false},
	               {"\x47\4\x80\0\0\0", 6, true},
	               {"\x47\5\x80\0\0\0\0", 7, false},
	               {"", 0, false},
	               {"\x47", 1, false},
	               {"\xff\x47\4\0\1\0\0", 7, false}};
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=pxe " FILES);
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_to_4011(&ask, SERVER, CLIENT);
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		ask_set(&ask, 43, vendors[i].octets, vendors[i].size);
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(reply_has(&bench, 43), vendors[i].item);
		assert_true(reply_file_is(&bench, "bootx64.efi"));
	}
}

static void discovery_is_answered_on_port_67_and_in_the_group(void **state)
{
	/* PXE-BS-08, PXE-BS-09 */
	static const char *const roles[] = {"role=proxydhcp " FILES,
	                                    "role=dhcp,pxe pool=10.77.0.100-10.77.0.110 " FILES};
	struct ask ask;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		bench_open(&bench, roles[i]);
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
		ask_to_4011(&ask, 0, CLIENT);
		ask.header.flags = 0x8000;
		ask.target_port = 67;
		ask.source_port = 68;
		put_item(&ask, 0x8000, 0);
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
		assert_int_equal(bench_destination(&bench), CLIENT);
		assert_int_equal(bench.sent.remote.port, 68);
		assert_int_equal(bench.sent.local.port, 67);
		assert_true(reply_file_is(&bench, "bootx64.efi"));
		put_item(&ask, 0x7777, 0);
		assert_false(bench_ask(&bench, &ask));
		ask.target = IP(224, 0, 1, 2);
		ask.target_port = ask.source_port = 4011;
		assert_false(bench_ask(&bench, &ask));
		put_item(&ask, 0x8000, 0);
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(br_endpoint_to_ipv4(&bench.sent.local), SERVER);
		assert_int_equal(bench.sent.remote.port, 4011);
		bench_close(&bench);
	}
}

/* Walk tags 8 and 9 as EDK2 does, unchecked; RFC 2132 §8.4 says the rest. */
static void check_menu(const struct br_octets vendor, unsigned items, unsigned servers)
{
	struct br_octets menu = br_dhcp_sub_option(vendor, 9, true);
	struct br_octets list = br_dhcp_sub_option(vendor, 8, true);
	struct br_reader m = br_reader_of(menu.data, menu.size);

	assert_true(vendor.size <= 255);                     /* PXE-V43-08 */
	assert_int_equal(vendor.data[vendor.size - 1], 255); /* PXE-V43-01 */
	for (unsigned i = 0; i < items; i++) {
		uint16_t type = br_get_be16(&m);
		uint8_t size = br_get_u8(&m);
		bool found = type == 0;

		assert_true(size > 0); /* PXE-V43-05 */
		(void)br_get_sub(&m, size);

		struct br_reader l = br_reader_of(list.data, list.size);

		for (unsigned k = 0; k < servers; k++) { /* PXE-V43-04, -07, -14 */
			found = br_get_be16(&l) == type || found;
			assert_int_equal(br_get_u8(&l), 1);
			assert_int_not_equal(br_get_be32(&l), 0);
		}
		assert_false(l.bad);
		assert_int_equal(br_left(&l), 0);
		assert_true(found);
	}
	assert_false(m.bad);
	assert_int_equal(br_left(&m), 0);
}

static void menus_are_offered_and_acknowledged(void **state)
{
	/* PXE-V43-02, -03, -06, -09, -12, -13, -14 */
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=proxydhcp " FILES MENU);
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	for (int ack = 0; ack < 2; ack++) {
		struct br_octets vendor, prompt;

		assert_true(bench_ask(&bench, &ask));
		vendor = br_dhcp_get(&bench.reply, 43);
		check_menu(vendor, 4, 3);
		assert_memory_equal(br_dhcp_sub_option(vendor, 8, true).data,
		                    "\x80\0\1\12\115\0\1\x80\1\1\12\115\0\11", 14);
		assert_int_equal(br_dhcp_sub_option(vendor, 6, true).size, 1);
		assert_int_equal(br_dhcp_sub_option(vendor, 6, true).data[0], 3);
		assert_null(br_dhcp_sub_option(vendor, 7, true).data);
		assert_memory_equal(br_dhcp_sub_option(vendor, 9, true).data,
		                    "\x80\0\13first entry", 14);
		prompt = br_dhcp_sub_option(vendor, 10, true);
		assert_int_equal(prompt.size, 9);
		assert_memory_equal(prompt.data, "\4PXE menu", 9);
		assert_true(reply_file_is(&bench, ""));
		assert_int_equal(bench.reply.header.siaddr, SERVER);
		ask_to_4011(&ask, SERVER, CLIENT);
	}
	bench.config.menu_timeout_s = 255;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(br_dhcp_sub_option(br_dhcp_get(&bench.reply, 43), 10, true).data[0], 255);
}

static void discovery_control_is_kept_honest(void **state)
{
	/* PXE-V43-02, PXE-V43-03, PXE-V43-13 */
	struct br_octets vendor;
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=proxydhcp " FILES MENU "discovery-group=239.1.2.3");
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	vendor = br_dhcp_get(&bench.reply, 43);
	assert_int_equal(br_dhcp_sub_option(vendor, 6, true).data[0], 1);
	assert_memory_equal(br_dhcp_sub_option(vendor, 7, true).data, "\357\1\2\3", 4);
	for (unsigned control = 0; control < 16; control++) {
		bench.config.discovery_control = (uint8_t)control;
		bench.config.discovery_control_set = true;
		for (unsigned group = 0; group < 2; group++) {
			uint8_t said;

			bench.config.discovery_group = group ? IP(239, 1, 2, 3) : 0;
			assert_true(bench_ask(&bench, &ask));
			vendor = br_dhcp_get(&bench.reply, 43);
			said = br_dhcp_sub_option(vendor, 6, true).data[0];
			assert_int_equal(said, control | (group ? 0 : 2));
			assert_int_equal(br_dhcp_sub_option(vendor, 7, true).size,
			                 said & 2 ? 0 : 4);
			/* PXE-V43-11, quirk edk2-pxe10-no-menu-aborts */
			assert_int_equal(bench.reply.header.file[0] != 0, control >= 8);
		}
	}
}

static void one_packet_is_enough_with_bit_3(void **state) /* PXE-V43-11, PXE-V43-15 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=proxydhcp " FILES "discovery-control=11");
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_is(&bench, 43, "\6\1\13\377"));
	assert_true(reply_file_is(&bench, "bootx64.efi"));
	assert_true(reply_is(&bench, 67, "bootx64.efi"));
	assert_int_equal(bench.reply.header.siaddr, SERVER);
	ask_init(&ask, PXE_AA64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_false(bench_ask(&bench, &ask));
}

static void ipxe_takes_file_and_server_at_once(void **state)
{
	/* PXE-BS-23, PXE-BS-18 */
	struct ask ask;
	uint32_t identity;

	(void)state;
	bench_open(&bench,
	           "role=proxydhcp " FILES MENU "boot=http://web.test/x.ipxe@user-class:iPXE");
	ask_init(&ask, IPXE, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.siaddr, SERVER);
	assert_true(reply_file_is(&bench, "http://web.test/x.ipxe"));
	assert_false(reply_has(&bench, 43)); /* past the menu */
	identity = reply_be32(&bench, 54);
	ask_to_4011(&ask, SERVER, CLIENT);
	ask.source_port = 68;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(reply_be32(&bench, 54), identity);
	assert_int_equal(bench.sent.remote.port, 68);
	assert_true(reply_file_is(&bench, "http://web.test/x.ipxe"));
}

static void http_clients_need_port_67_only(void **state) /* HBD-07, HBD-01, HBD-02 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=proxydhcp boot=a.efi@arch:16");
	ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, 0);
	assert_true(reply_is(&bench, 60, "HTTPClient"));
	assert_true(reply_is(&bench, 67, "http://10.77.0.1/a.efi"));
	assert_int_equal(reply_be32(&bench, 54), SERVER);
	assert_false(reply_has(&bench, 43));
}

static void on_one_host_the_offer_announces_4011(void **state)
{
	/* PXE-PRX-08, PXE-V43-10 */
	static const char *const roles[] = {"role=dhcp,pxe ", "role=dhcp,proxydhcp "};
	struct ask ask;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char words[600];

		(void)snprintf(words, sizeof(words),
		               "%spool=10.77.0.111-10.77.0.119 " FILES
		               "boot=x.ipxe@user-class:iPXE",
		               roles[i]);
		bench_open(&bench, words);
		ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
		assert_true(bench_ask(&bench, &ask));
		assert_true(bench_noted(&bench, BR_NOTE_DHCP_ON_4011));
		for (int ack = 0; ack < 2; ack++) {
			assert_int_equal(bench.reply.header.yiaddr, CLIENT);
			assert_true(reply_is(&bench, 60, "PXEClient"));
			assert_false(reply_has(&bench, 43));
			assert_true(reply_file_is(&bench, ""));
			assert_false(reply_has(&bench, 67));
			assert_int_equal(bench.reply.header.siaddr, SERVER);
			if (ack)
				break;
			ask_select(&ask, &bench);
			assert_true(bench_ask(&bench, &ask));
		}
		ask_remove(&ask, 50);
		ask_remove(&ask, 54);
		ask_to_4011(&ask, bench.reply.header.siaddr, CLIENT);
		assert_true(bench_ask(&bench, &ask));
		assert_true(reply_file_is(&bench, "bootx64.efi"));

		ask_init(&ask, PXE_AA64, BR_DHCP_TYPE_DISCOVER, 2); /* 4011 has nothing for it */
		assert_true(bench_ask(&bench, &ask));
		assert_false(reply_has(&bench, 60));
		ask_init(&ask, IPXE, BR_DHCP_TYPE_DISCOVER, 3);
		assert_true(bench_ask(&bench, &ask)); /* at once, and no wait for a proxy */
		assert_true(reply_is(&bench, 60, "PXEClient"));
		assert_true(reply_file_is(&bench, "x.ipxe"));
		assert_int_equal(bench.reply.header.siaddr, SERVER);
		ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 4); /* no 4011 for HTTP */
		assert_true(bench_ask(&bench, &ask));
		assert_false(reply_is(&bench, 60, "PXEClient"));
		bench_close(&bench);
	}
}

static void an_address_server_alone_can_have_a_menu(void **state)
{
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=dhcp pool=10.77.0.111-10.77.0.119 " FILES
	                   "menu=0x8001,elsewhere,10.77.0.9");
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_is(&bench, 60, "PXEClient"));
	check_menu(br_dhcp_get(&bench.reply, 43), 1, 1);
	assert_true(reply_file_is(&bench, ""));
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 2);
	assert_true(bench_ask(&bench, &ask));
	assert_false(reply_has(&bench, 43));
}

static void the_pi_finds_its_text(void **state) /* PXE-V43-16 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, "role=proxydhcp " FILES);
	ask_init(&ask, RPI3, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_memory_equal(br_dhcp_get(&bench.reply, 43).data,
	                    "\6\1\3\12\4\0PXE\11\27\0\0\24Raspberry Pi Boot   \377", 35);
	assert_int_equal(bench.reply.header.siaddr, SERVER);
	assert_true(reply_file_is(&bench, ""));
}

static void menus_beyond_one_option_are_refused(void **state) /* PXE-V43-08 */
{
	char words[4096] = "role=dhcp,pxe";

	(void)state;
	for (unsigned i = 0; i < 40; i++)
		(void)sprintf(words + strlen(words), " menu=%u,entry-number-%u", 0x8000 + i, i);
	bench_expect_refused(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_proxy_offers_no_address, close_bench),
		cmocka_unit_test_teardown(type_and_interface_come_back_to_pxe_clients_PXE_PRX_07,
	                                  close_bench),
		cmocka_unit_test_teardown(a_bare_offer_leaves_all_to_port_4011, close_bench),
		cmocka_unit_test_teardown(the_proxy_answers_boot_clients_alone, close_bench),
		cmocka_unit_test_teardown(the_proxy_leaves_leases_alone, close_bench),
		cmocka_unit_test_teardown(port_4011_names_the_boot_file, close_bench),
		cmocka_unit_test_teardown(options_may_come_in_any_order, close_bench),
		cmocka_unit_test_teardown(port_4011_is_for_pxe_clients, close_bench),
		cmocka_unit_test_teardown(boot_items_are_served_by_type, close_bench),
		cmocka_unit_test_teardown(without_a_menu_there_is_the_bootstrap, close_bench),
		cmocka_unit_test_teardown(broken_vendor_options_are_no_items, close_bench),
		cmocka_unit_test_teardown(discovery_is_answered_on_port_67_and_in_the_group,
	                                  close_bench),
		cmocka_unit_test_teardown(menus_are_offered_and_acknowledged, close_bench),
		cmocka_unit_test_teardown(discovery_control_is_kept_honest, close_bench),
		cmocka_unit_test_teardown(one_packet_is_enough_with_bit_3, close_bench),
		cmocka_unit_test_teardown(ipxe_takes_file_and_server_at_once, close_bench),
		cmocka_unit_test_teardown(http_clients_need_port_67_only, close_bench),
		cmocka_unit_test_teardown(on_one_host_the_offer_announces_4011, close_bench),
		cmocka_unit_test_teardown(an_address_server_alone_can_have_a_menu, close_bench),
		cmocka_unit_test_teardown(the_pi_finds_its_text, close_bench),
		cmocka_unit_test_teardown(menus_beyond_one_option_are_refused, close_bench),
	};

	return cmocka_run_group_tests_name("pxe", tests, NULL, NULL);
}
