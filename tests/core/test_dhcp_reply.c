/* SPDX-License-Identifier: BSD-2-Clause */
/* What is in a reply and how it fits: order, sizes, splitting, overload, relays, option 82.
 * The address server asks and answers; the bench checks each reply as such.
 */
#include "core/dhcp/dhcp_reply.h"

#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "tests/core/dhcp_bench.h"

#define POOL "role=dhcp pool=10.77.0.100-10.77.0.199 router=10.77.0.254 dns=10.77.0.53 "

static struct bench bench;

static int close_bench(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

static size_t place_of(uint8_t code)
{
	for (size_t i = 0; i < bench.reply.instances; i++) {
		if (bench.reply.instance[i].code == code)
			return i;
	}
	fail_msg("no option %u", code);
	return 0;
}

static void parameters_come_as_asked(void **state)
{
	/* D4S-DISC-10, D4S-DISC-11, D4C-OPT-17, D4S-BF-05 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "domain=example.test opt209=pxelinux.cfg opt210=/tftp/ "
	                        "opt211=u32:30 opt42=192.0.2.123");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 55, "\6\3\1\6\6\x63\xd1\xd2\xd3", 9); /* 6 3 1 6 6 99 209 210 211 */
	assert_true(bench_ask(&bench, &ask));
	assert_true(place_of(6) < place_of(3) && place_of(3) < place_of(1));
	assert_int_equal(br_dhcp_count(&bench.reply, 6), 1);
	assert_false(reply_has(&bench, 99));
	assert_false(reply_has(&bench, 42)); /* configured, not asked for */
	assert_false(reply_has(&bench, 15));
	assert_true(reply_is(&bench, 209, "pxelinux.cfg"));
	assert_true(reply_is(&bench, 210, "/tftp/"));
	assert_int_equal(reply_be32(&bench, 211), 30);
	ask_set(&ask, 55, "\1\3\6\17\52", 5);
	assert_true(bench_ask(&bench, &ask));
	assert_true(place_of(1) < place_of(3) && place_of(3) < place_of(6));
	assert_int_equal(reply_be32(&bench, 42), IP(192, 0, 2, 123));
	assert_true(reply_is(&bench, 15, "example.test"));

	ask_init(&ask, GRUB, BR_DHCP_TYPE_DISCOVER, 2); /* asks for nothing: the basics */
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_has(&bench, 1) && reply_has(&bench, 3) && reply_has(&bench, 6));
	assert_false(reply_has(&bench, 209));
}

static void leases_are_renewed_at_half_and_rebound_at_seven_eighths(void **state)
{
	/* RFC 2131 §4.4.5 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "lease=3600");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(reply_be32(&bench, 51), 3600);
	assert_int_equal(reply_be32(&bench, 58), 1800);
	assert_int_equal(reply_be32(&bench, 59), 3150);
}

static void empty_values_are_not_sent(void **state) /* D4S-BF-05 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "opt209= opt210=\"\" opt211=hex: opt80!=");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 55, "\xd1\xd2\xd3", 3);
	assert_true(bench_ask(&bench, &ask));
	assert_false(reply_has(&bench, 209) || reply_has(&bench, 210) || reply_has(&bench, 211));
	assert_true(reply_has(&bench, 80)); /* whose length is 0 by definition */
}

static void forced_options_need_not_be_asked_for(void **state)
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "opt252!=\"http://wpad/\" opt43!=hex:01020304 opt60!=PXEClient");
	ask_init(&ask, GRUB, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_is(&bench, 252, "http://wpad/"));
	assert_true(reply_is(&bench, 60, "PXEClient"));
	ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 2); /* PXE-ARCH-05 */
	assert_true(bench_ask(&bench, &ask));
	assert_false(reply_has(&bench, 60));
	assert_false(reply_has(&bench, 43));
}

static void long_options_are_split(void **state) /* D4C-OPT-10 */
{
	char words[1200] = POOL "opt119=hex:";
	struct ask ask;
	struct br_octets value;

	(void)state;
	for (int i = 0; i < 300; i++)
		memcpy(words + strlen(words), i % 2 ? "a1" : "5e", 3);
	bench_open(&bench, words);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 55, "\167", 1);
	ask_put(&ask, 57, "\5\xdc", 2);
	assert_true(bench_ask(&bench, &ask));
	value = br_dhcp_get(&bench.reply, 119);
	assert_int_equal(value.size, 300);
	assert_int_equal(value.data[299], 0xa1);
	assert_int_equal(br_dhcp_count(&bench.reply, 119), 2);
}

/* 4 options of 120 octets: more than 312 octets of options hold */
#define BIG                                                                                        \
	"opt12=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"     \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "                                              \
	"opt17=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"     \
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb "                                              \
	"opt18=cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"     \
	"cccccccccccccccccccccccccccccccccccccccccc "                                              \
	"opt40=dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"     \
	"dddddddddddddddddddddddddddddddddddddddddd "

static void what_does_not_fit_goes_to_file_and_sname(void **state)
{
	/* D4C-OPT-05, -06, D4C-SIZ-01, -02, -03 */
	static const uint8_t sizes[][2] = {{2, 0x40}, {0, 100}, {0, 0}}; /* 576, 100, 0 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL BIG);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 55, "\14\21\22\50", 4);
	assert_true(bench_ask(&bench, &ask)); /* without option 57 */
	assert_int_equal(bench.reply.overload & 1, 1);
	assert_true(reply_has(&bench, 12) && reply_has(&bench, 17) && reply_has(&bench, 18));
	assert_true(bench.reply.size <= 548);
	for (size_t i = 0; i < 3; i++) {
		ask_set(&ask, 57, sizes[i], 2);
		assert_true(bench_ask(&bench, &ask)); /* never a truncated one */
		assert_int_equal(br_dhcp_get(&bench.reply, 17).size, 120);
	}
	ask_set(&ask, 57, "\5\xdc", 2);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.overload, 0);
	assert_true(reply_has(&bench, 40));
}

static void the_boot_file_is_not_overloaded_away(void **state) /* D4S-BF-02 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL BIG "boot=bootx64.efi");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 55, "\14\21\22\50\103", 5);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "bootx64.efi"));
	assert_int_equal(bench.reply.overload & 1, 0);
	assert_true(reply_has(&bench, 54) && reply_has(&bench, 1) && reply_has(&bench, 51));
}

static void ipxe_gets_no_overload(void **state) /* D4C-OPT-12 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL BIG);
	ask_init(&ask, IPXE, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 57, "\2\100", 2);
	ask_set(&ask, 55, "\14\21\22\50", 4);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.overload, 0);
	assert_false(reply_has(&bench, 52));
	assert_true(reply_has(&bench, 12) && reply_has(&bench, 1) && reply_has(&bench, 51));
	assert_false(reply_has(&bench, 40)); /* least wanted, left out */
}

static void edk2_gets_1472_at_most(void **state) /* D4C-SIZ-04, NET-FRG-02 */
{
	char words[8192] = POOL;
	struct ask ask;
	uint8_t wants[8];

	(void)state;
	for (unsigned code = 224; code < 230; code++) {
		size_t size = strlen(words);

		words[size] = '\0';
		size += (size_t)sprintf(words + size, "opt%u=hex:", code);
		memset(words + size, '5', 500);
		memcpy(words + size + 500, " ", 2);
		wants[code - 224] = (uint8_t)code;
	}
	bench_open(&bench, words);
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 55, wants, 6);
	ask_set(&ask, 57, "\xff\0", 2); /* as its REQUEST says */
	assert_true(bench_ask(&bench, &ask));
	assert_true(bench.reply.size > 1200 && bench.reply.size <= 1472);
	bench.config.link[LINK_A].mtu = 9000;
	assert_true(bench_ask(&bench, &ask)); /* the bench knows the limit */
	bench.config.link[LINK_A].mtu = 1000;
	assert_true(bench_ask(&bench, &ask));
	assert_true(bench.reply.size <= 1000 - 28);
}

static void relays_are_answered_at_port_67(void **state)
{
	/* D4S-DLV-01, RLS-01, RLS-02, RLS-05, D4C-HDR-08 */
	static const uint8_t agent[] = {1, 2, 'c', 'l', 2, 2, 0, 9, 151, 3, 'v', 'p', 'n'};
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "subnet=10.78.0.0/24,pool=10.78.0.10-10.78.0.20,"
	                        "router=10.78.0.254");
	for (unsigned flags = 0; flags <= 0x8000; flags += 0x8000) {
		ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
		ask.header.flags = (uint16_t)flags;
		ask.header.secs = 12;
		ask_put(&ask, 82, agent, sizeof(agent));
		ask_relayed(&ask, IP(10, 78, 0, 254));
		ask.header.hops = 3;
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(bench_destination(&bench), IP(10, 78, 0, 254));
		assert_int_equal(bench.sent.remote.port, 67);
		assert_int_equal(bench.reply.header.yiaddr, IP(10, 78, 0, 10));
		assert_int_equal(bench.reply.header.flags, flags);
		assert_int_equal(reply_be32(&bench, 3), IP(10, 78, 0, 254));
		assert_true(reply_has(&bench, 82));
	}
	ask_select(&ask, &bench);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	assert_true(reply_has(&bench, 82));

	ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1); /* D4S-NAK-03 */
	ask_put(&ask, 82, agent, sizeof(agent));
	ask_put_be32(&ask, 50, IP(192, 0, 2, 77));
	ask_relayed(&ask, IP(10, 78, 0, 254));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_NAK);
	assert_int_equal(bench.reply.header.flags, 0x8000);
	assert_int_equal(bench_destination(&bench), IP(10, 78, 0, 254));
	assert_true(reply_has(&bench, 82));

	ask_init(&ask, PLAIN, BR_DHCP_TYPE_INFORM, 2); /* not through the relay, D4S-INF-03 */
	ask.header.ciaddr = IP(10, 78, 0, 66);
	ask_relayed(&ask, IP(10, 78, 0, 254));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench_destination(&bench), IP(10, 78, 0, 66));
}

static void link_selection_decides(void **state)
{
	/* RLS-06, RLS-07, RLS-08; RFC 3527, RFC 3011 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "subnet=10.78.0.0/24,pool=10.78.0.10-10.78.0.20");
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_put(&ask, 118, "\12\115\0\0", 4); /* 10.77.0.0 */
	ask_put(&ask, 82, "\5\4\12\116\0\0", 6);
	ask_relayed(&ask, IP(10, 77, 0, 254));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 78, 0, 10));
	assert_int_equal(bench_destination(&bench), IP(10, 77, 0, 254));
	ask_set(&ask, 82, "\5\4\254\20\0\0", 6); /* 172.16.0.0: not ours */
	assert_false(bench_ask(&bench, &ask));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_NO_SUBNET));
	ask_remove(&ask, 82);
	ask_relayed(&ask, IP(10, 78, 0, 254));
	assert_true(bench_ask(&bench, &ask)); /* option 118 before giaddr */
	assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 100));
}

static void the_server_identifier_can_be_overridden(void **state)
{
	/* RLS-09, RLS-10; RFC 5107 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_put(&ask, 82, "\13\4\12\115\0\376\1\1x", 9); /* 11: 10.77.0.254 */
	ask_relayed(&ask, IP(10, 77, 0, 254));
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(reply_be32(&bench, 54), IP(10, 77, 0, 254));
	ask_select(&ask, &bench);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	assert_int_equal(reply_be32(&bench, 54), IP(10, 77, 0, 254));
}

static void relays_may_have_a_port_of_their_own(void **state) /* RLS-12, RLS-11, RLS-13 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_put(&ask, 82, "\12\3\200\377\377\23\0", 7); /* flags of three octets; 19 */
	ask_relayed(&ask, IP(10, 77, 0, 254));
	ask.source_port = 5067;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.sent.remote.port, 5067);
	ask_set(&ask, 82, "\1\1x", 3);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(bench.sent.remote.port, 67);

	ask_select(&ask, &bench);
	assert_true(bench_ask(&bench, &ask));
	for (int with = 0; with < 2; with++) { /* unicast, with and without option 82 */
		uint32_t mine = bench.reply.header.yiaddr;

		ask_init(&ask, PLAIN, BR_DHCP_TYPE_REQUEST, 1);
		ask.header.ciaddr = ask.source = mine;
		ask.target = IP(10, 77, 0, 1);
		if (with)
			ask_put(&ask, 82, "\1\1x", 3);
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(bench.reply.type, BR_DHCP_TYPE_ACK);
	}
}

static void option_82_is_whole_or_left_out(void **state)
{
	/* RLS-03, RLS-04, ROB-D4-06 */
	uint8_t agent[255];
	struct ask ask;

	(void)state;
	memset(agent, 200, sizeof(agent)); /* and broken: its lengths run over the edge */
	bench_open(&bench, POOL BIG);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 55, "\14\21\22\50", 4);
	ask_put(&ask, 82, agent, sizeof(agent));
	ask_relayed(&ask, IP(10, 77, 0, 254));
	assert_true(bench_ask(&bench, &ask)); /* 548 octets: the others make way */
	assert_true(reply_has(&bench, 82));
	assert_true(reply_has(&bench, 54) && reply_has(&bench, 1));

	memset(agent, 7, sizeof(agent)); /* an option 61 that must be echoed too */
	ask_put(&ask, 61, agent, 255);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(br_dhcp_get(&bench.reply, 61).size, 255);

	ask_init(&ask, IPXE, BR_DHCP_TYPE_DISCOVER, 1); /* no overload: no room for both */
	ask_set(&ask, 57, "\2\100", 2);
	ask_set(&ask, 61, agent, 255);
	ask_put(&ask, 82, agent, 255);
	ask_relayed(&ask, IP(10, 77, 0, 254));
	assert_true(bench_ask(&bench, &ask));
	assert_false(reply_has(&bench, 82));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_AGENT_LEFT_OUT));
}

static void what_cannot_be_said_is_not_sent(void **state)
{
	struct br_dhcp_reply reply;
	static struct br_dhcp_message question;
	uint8_t octets[400], target[1472], value[255] = {1};
	struct ask ask;
	bool left_out;

	(void)state;
	bench_open(&bench, POOL);
	ask_init(&ask, IPXE, BR_DHCP_TYPE_DISCOVER, 1);
	ask_remove(&ask, 57);
	assert_int_equal(
		br_dhcp_parse((struct br_octets){octets, ask_write(&ask, octets, sizeof(octets))},
	                      &question),
		0);
	br_reply_init(&reply, &question, BR_DHCP_TYPE_OFFER, IP(10, 77, 0, 1), 1500);
	br_reply_add(&reply, 43, BR_REPLY_MUST, value, 255);
	br_reply_add(&reply, 67, BR_REPLY_MUST, value, 200);
	assert_int_equal(br_reply_build(&reply, target, sizeof(target), &left_out), 0);
	assert_false(br_reply_send(&reply, &bench.context, &(struct br_action){.link = 0}));

	struct br_action action;

	assert_true(br_outbox_take(&bench.outbox, &action));
	assert_int_equal(action.note, BR_NOTE_DHCP_REPLY_TOO_LONG);
}

static void texts_end_as_configured(void **state)
{
	/* D4C-OPT-14, D4C-OPT-15 */
	struct ask ask;
	struct br_octets file;

	(void)state;
	bench_open(&bench, POOL "boot=bootx64.efi");
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	file = br_dhcp_get(&bench.reply, 67);
	assert_true(br_text_is(file, "bootx64.efi"));
	assert_int_equal(file.data[file.size], 0); /* a pad: EDK2 writes a NUL there */
	assert_true(reply_is(&bench, 66, "10.77.0.1"));
	bench.config.text_nul = true;
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(br_dhcp_get(&bench.reply, 67).size, 12);
	assert_int_equal(br_dhcp_get(&bench.reply, 66).size, 10);
}

static void the_longest_name_stays_in_its_field(void **state) /* D4C-HDR-09 */
{
	char words[600] = POOL "boot=";
	struct ask ask;

	(void)state;
	memset(words + strlen(words), 'n', 127);
	bench_open(&bench, words);
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(br_dhcp_file(&bench.reply).size, 127);
	assert_int_equal(bench.reply.header.file[127], 0);
	words[strlen(words)] = 'n';
	bench_expect_refused(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(parameters_come_as_asked, close_bench),
		cmocka_unit_test_teardown(leases_are_renewed_at_half_and_rebound_at_seven_eighths,
	                                  close_bench),
		cmocka_unit_test_teardown(empty_values_are_not_sent, close_bench),
		cmocka_unit_test_teardown(forced_options_need_not_be_asked_for, close_bench),
		cmocka_unit_test_teardown(long_options_are_split, close_bench),
		cmocka_unit_test_teardown(what_does_not_fit_goes_to_file_and_sname, close_bench),
		cmocka_unit_test_teardown(the_boot_file_is_not_overloaded_away, close_bench),
		cmocka_unit_test_teardown(ipxe_gets_no_overload, close_bench),
		cmocka_unit_test_teardown(edk2_gets_1472_at_most, close_bench),
		cmocka_unit_test_teardown(relays_are_answered_at_port_67, close_bench),
		cmocka_unit_test_teardown(link_selection_decides, close_bench),
		cmocka_unit_test_teardown(the_server_identifier_can_be_overridden, close_bench),
		cmocka_unit_test_teardown(relays_may_have_a_port_of_their_own, close_bench),
		cmocka_unit_test_teardown(option_82_is_whole_or_left_out, close_bench),
		cmocka_unit_test_teardown(what_cannot_be_said_is_not_sent, close_bench),
		cmocka_unit_test_teardown(texts_end_as_configured, close_bench),
		cmocka_unit_test_teardown(the_longest_name_stays_in_its_field, close_bench),
	};

	return cmocka_run_group_tests_name("dhcp_reply", tests, NULL, NULL);
}
