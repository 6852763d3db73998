/* SPDX-License-Identifier: BSD-2-Clause */
/* Leases over DHCPv6: which message draws which answer, RFC 8415 §16 and §18.3. */
#include "tests/core/dhcp6_bench.h"

#include <string.h>

#include "core/base/text.h"

#define POOL "role=dhcp6 pool6=2001:db8::100-2001:db8::101 "

static struct bench6 bench;

/* Solicit and Request of one client. Return: its address */
static const char *get_address(const char *from, uint32_t iaid)
{
	struct ask6 solicit = ask6_of(BR_DHCP6_TYPE_SOLICIT), request;
	char address[BR_IP_TEXT_SIZE];

	bench.from = from;
	ask6_ia(&solicit, iaid, NULL);
	assert_int_equal(bench6_ask(&bench, &solicit), BR_DHCP6_TYPE_ADVERTISE);
	strcpy(address, answer6_address(&bench));
	if (!address[0])
		return "";
	request = ask6_of(BR_DHCP6_TYPE_REQUEST);
	ask6_server(&request);
	ask6_ia(&request, iaid, address);
	assert_int_equal(bench6_ask(&bench, &request), BR_DHCP6_TYPE_REPLY);
	assert_string_equal(answer6_address(&bench), address);
	return answer6_address(&bench);
}

static void it_listens_where_clients_ask(void **state)
{
	static const char *const groups[] = {"ff02::1:2", "ff05::1:3", "ff02::1:2", "ff05::1:3"};
	uint8_t group[16];

	(void)state;
	bench6_open(&bench, POOL);
	assert_int_equal(bench.ports, 1);
	assert_int_equal(bench.port[0], BR_DHCP6_PORT_SERVER);
	assert_int_equal(bench.groups, 4); /* both on each link */
	for (size_t i = 0; i < bench.groups; i++) {
		assert_true(br_text_get_ipv6(br_text(groups[i]), group));
		assert_memory_equal(bench.group[i], group, 16);
	}
	bench6_close(&bench);
	bench6_open(&bench, POOL "pxe-class6=on");
	assert_int_equal(bench.ports, 2);
	bench6_close(&bench);
}

static void
four_messages_make_a_lease(void **state) /* D6-ADV-01, D6-ADV-03, D6-ADV-07, D6-RPL-01 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);
	struct br_octets duid = br_dhcp6_find((struct br_octets){ask.octets, ask.size}, 1);
	struct br_dhcp6_binding binding;
	uint8_t from[16];

	(void)state;
	bench6_open(&bench, POOL "lease=1000");
	ask6_ia(&ask, 7, NULL);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_string_equal(answer6_address(&bench), "2001:db8::100");
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_ADVERTISED), 1);
	assert_int_equal(answer6_ia(&bench).iaid, 7);
	assert_true(br_text_equal(answer6(&bench, 1), duid));
	assert_int_equal(answer6(&bench, 2).size, 10); /* DUID-LL of the first link */
	assert_memory_equal(answer6(&bench, 2).data, "\0\3\0\1\x52\x54\0\0\0\1", 10);
	assert_null(answer6(&bench, 7).data); /* D6-ADV-06 */
	assert_true(br_text_get_ipv6(br_text(bench.from), from));
	assert_memory_equal(bench.action.remote.ip, from, 16);
	assert_int_equal(bench.action.remote.port, BR_DHCP6_PORT_CLIENT);
	assert_int_equal(bench.action.local.port, BR_DHCP6_PORT_SERVER);
	assert_true(br_ip_is_zero(bench.action.local.ip));
	assert_true(br_dhcp6_binding_at(br_server_dhcp6(bench.server), 0, &binding));
	assert_true(binding.offered && !binding.bound);

	ask.type = BR_DHCP6_TYPE_REQUEST;
	ask6_server(&ask);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_string_equal(answer6_address(&bench), "2001:db8::100");
	assert_int_equal(answer6_ia(&bench).t1, 500);
	assert_int_equal(answer6_ia(&bench).t2, 800);
	assert_int_equal(answer6_ia(&bench).valid, 1000);
	assert_int_equal(answer6_ia(&bench).preferred, 1000);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_LEASED), 1);
	assert_string_equal(bench.detail[BR_NOTE_DHCP6_LEASED], "2001:db8::100");
	assert_true(br_dhcp6_binding_at(br_server_dhcp6(bench.server), 0, &binding));
	assert_true(binding.bound && binding.iaid == 7 && br_text_equal(binding.duid, duid));
	assert_false(br_dhcp6_binding_at(br_server_dhcp6(bench.server), 1, &binding));

	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY); /* D6-RPL-03 */
	bench.now += 999 * BR_S;
	bench6_expire(&bench);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_LEASE_EXPIRED), 0);
	bench.now += 1 * BR_S;
	assert_int_equal(br_server_deadline(bench.server), bench.now);
	bench6_expire(&bench);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_LEASE_EXPIRED), 1);
	bench6_close(&bench);
}

static void a_lease_for_ever_never_ends(void **state)
{
	(void)state;
	bench6_open(&bench, POOL "lease=4294967295");
	(void)get_address("fe80::1", 1);
	assert_int_equal(answer6_ia(&bench).t1, UINT32_MAX);
	assert_int_equal(answer6_ia(&bench).valid, UINT32_MAX);
	bench.now += 100000 * BR_S;
	bench6_expire(&bench);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_LEASE_EXPIRED), 0);
	assert_int_equal(br_server_deadline(bench.server), BR_TIME_NEVER);
	bench6_close(&bench);
	bench6_open(&bench, POOL "lease=1");
	(void)get_address("fe80::1", 1);
	assert_int_equal(answer6_ia(&bench).t1, 1); /* never 0, which says nothing: §14.2 */
	assert_int_equal(answer6_ia(&bench).t2, 1);
	bench6_close(&bench);
}

static void each_ia_has_its_own_address(void **state) /* RFC 8415 12 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	(void)state;
	bench6_open(&bench, POOL);
	assert_string_equal(get_address("fe80::1", 1), "2001:db8::100");
	assert_string_equal(get_address("fe80::1", 1), "2001:db8::100");
	ask6_ia(&ask, 2, NULL);
	bench.from = "fe80::1";
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_string_equal(answer6_address(&bench), "2001:db8::101");
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_OTHER_IA), 1);
	assert_string_equal(bench.detail[BR_NOTE_DHCP6_OTHER_IA], "2001:db8::100");

	ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);
	ask6_ia(&ask, 1, NULL);
	ask6_ia(&ask, 2, NULL);
	ask6_ia(&ask, 3, NULL);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_int_equal(br_dhcp6_count(bench.m.options, 3), 3);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_NO_ADDRESS), 1); /* for the third */
	bench6_close(&bench);
}

static void an_empty_pool_is_told_in_the_ia(void **state) /* D6-ADV-05 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	(void)state;
	bench6_open(&bench, POOL "boot=x");
	(void)get_address("fe80::1", 1);
	(void)get_address("fe80::2", 2);
	ask6_ia(&ask, 3, NULL);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_int_equal(answer6_ia(&bench).addresses, 0);
	assert_int_equal(answer6_ia(&bench).status, BR_DHCP6_STATUS_NO_ADDRESS);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_NO_ADDRESS), 1);
	bench6_close(&bench);
}

static void nobody_is_given_a_prefix_or_a_temporary_address(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	(void)state;
	bench6_open(&bench, POOL);
	ask6_put(&ask, BR_DHCP6_OPTION_IA_TA, "\0\0\0\1", 4);
	ask6_put(&ask, BR_DHCP6_OPTION_IA_PD, "\0\0\0\2\0\0\0\0\0\0\0\0", 12);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_memory_equal(answer6(&bench, 4).data, "\0\0\0\1\0\15\0\2\0\2", 10);
	assert_memory_equal(answer6(&bench, 25).data, "\0\0\0\2\0\0\0\0\0\0\0\0\0\15\0\2\0\6", 18);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_NO_ADDRESS), 2);
	bench6_close(&bench);
}

static void offers_are_taken_back_before_the_pool_is_empty(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	(void)state;
	bench6_open(&bench, POOL);
	for (uint32_t iaid = 1; iaid <= 2; iaid++) {
		struct ask6 one = ask6_of(BR_DHCP6_TYPE_SOLICIT);

		ask6_ia(&one, iaid, NULL);
		(void)bench6_ask(&bench, &one);
	}
	ask6_ia(&ask, 3, NULL);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_string_equal(answer6_address(&bench), "");
	bench.now += 4 * BR_S;
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_string_equal(answer6_address(&bench), "2001:db8::100");
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_OFFER_TAKEN_BACK), 1);
	bench6_close(&bench);
}

static void who_chose_another_server_is_let_go(void **state) /* D6-VAL-02 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);
	struct br_dhcp6_binding binding;

	(void)state;
	bench6_open(&bench, POOL);
	ask6_ia(&ask, 1, NULL);
	(void)bench6_ask(&bench, &ask);
	ask.type = BR_DHCP6_TYPE_REQUEST;
	ask6_put(&ask, BR_DHCP6_OPTION_SERVER_ID, "\0\3\0\1another", 11);
	assert_int_equal(bench6_ask(&bench, &ask), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_NOT_FOR_US), 1);
	assert_true(br_dhcp6_binding_at(br_server_dhcp6(bench.server), 0, &binding));
	assert_false(binding.offered || binding.bound);
	bench6_close(&bench);
}

/* RFC 8415 §16: of each type one that lacks, or has, what decides. */
static void invalid_messages_are_dropped(void **state) /* D6-VAL-01 to D6-VAL-05 */
{
	static const struct {
		uint8_t type;
		bool client, server, ia, answered;
	} cases[] = {
		{BR_DHCP6_TYPE_SOLICIT, true, false, true, true},
		{BR_DHCP6_TYPE_SOLICIT, false, false, true, false},
		{BR_DHCP6_TYPE_SOLICIT, true, true, true, false},
		{BR_DHCP6_TYPE_REQUEST, true, true, true, true},
		{BR_DHCP6_TYPE_REQUEST, true, false, true, false},
		{BR_DHCP6_TYPE_REQUEST, false, true, true, false},
		{BR_DHCP6_TYPE_CONFIRM, true, false, true, true},
		{BR_DHCP6_TYPE_CONFIRM, true, true, true, false},
		{BR_DHCP6_TYPE_CONFIRM, false, false, true, false},
		{BR_DHCP6_TYPE_RENEW, true, true, true, true},
		{BR_DHCP6_TYPE_RENEW, true, false, true, false},
		{BR_DHCP6_TYPE_RENEW, false, true, true, false},
		{BR_DHCP6_TYPE_REBIND, true, true, true, false},
		{BR_DHCP6_TYPE_REBIND, false, false, true, false},
		{BR_DHCP6_TYPE_RELEASE, true, true, true, true},
		{BR_DHCP6_TYPE_RELEASE, true, false, true, false},
		{BR_DHCP6_TYPE_DECLINE, true, true, true, true},
		{BR_DHCP6_TYPE_DECLINE, false, true, true, false},
		{BR_DHCP6_TYPE_INFORMATION, true, true, false, true},
		{BR_DHCP6_TYPE_INFORMATION, false, false, false, true},
		{BR_DHCP6_TYPE_INFORMATION, true, false, true, false},
		{BR_DHCP6_TYPE_ADVERTISE, true, true, true, false},
		{BR_DHCP6_TYPE_REPLY, true, true, true, false},
		{BR_DHCP6_TYPE_RECONFIGURE, true, true, false, false},
		{0, true, false, false, false},
		{14, true, false, false, false},
		{99, true, false, false, false},
		{255, true, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ask6 ask = ask6_of(cases[i].type);
		unsigned type;

		bench6_open(&bench, POOL);
		if (!cases[i].client)
			ask6_drop(&ask, BR_DHCP6_OPTION_CLIENT_ID);
		if (cases[i].server)
			ask6_server(&ask);
		if (cases[i].ia)
			ask6_ia(&ask, 1, "2001:db8::100");
		type = bench6_ask(&bench, &ask);
		if ((type != ANSWER_NONE) != cases[i].answered)
			fail_msg("case %zu of type %u", i, cases[i].type);
		assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_BAD_MESSAGE) +
		                         bench6_noted(&bench, BR_NOTE_DHCP6_TYPE_IGNORED),
		                 !cases[i].answered);
		bench6_close(&bench);
	}
}

static void another_servers_information_request_is_dropped(void **state) /* D6-VAL-03 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_INFORMATION);

	(void)state;
	bench6_open(&bench, POOL);
	ask6_put(&ask, BR_DHCP6_OPTION_SERVER_ID, "\0\3\0\1another", 11);
	assert_int_equal(bench6_ask(&bench, &ask), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_NOT_FOR_US), 1);
	bench6_close(&bench);
}

static void what_is_unicast_without_leave_is_told_so(void **state) /* D6-VAL-07 */
{
	static const uint8_t silent[] = {BR_DHCP6_TYPE_SOLICIT, BR_DHCP6_TYPE_CONFIRM,
	                                 BR_DHCP6_TYPE_REBIND, BR_DHCP6_TYPE_INFORMATION};
	static const uint8_t told[] = {BR_DHCP6_TYPE_REQUEST, BR_DHCP6_TYPE_RENEW,
	                               BR_DHCP6_TYPE_RELEASE, BR_DHCP6_TYPE_DECLINE};
	struct br_dhcp6_binding binding;

	(void)state;
	bench6_open(&bench, POOL "boot=x");
	bench.to = "2001:db8::1";
	for (size_t i = 0; i < sizeof(silent); i++) {
		struct ask6 ask = ask6_of(silent[i]);

		if (silent[i] != BR_DHCP6_TYPE_INFORMATION)
			ask6_ia(&ask, 1, "2001:db8::100");
		assert_int_equal(bench6_ask(&bench, &ask), ANSWER_NONE);
		assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_UNICAST), 1);
	}
	for (size_t i = 0; i < sizeof(told); i++) {
		struct ask6 ask = ask6_of(told[i]);

		ask6_server(&ask);
		ask6_ia(&ask, 1, "2001:db8::100");
		assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
		assert_int_equal(br_dhcp6_status(bench.m.options), BR_DHCP6_STATUS_USE_MULTICAST);
		/* 1, 2 and 13, and nothing else */
		assert_int_equal(bench.m.options.size, 4 + 10 + 4 + 10 + 4 + 2);
		assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_UNICAST), 1);
	}
	assert_false(br_dhcp6_binding_at(br_server_dhcp6(bench.server), 0, &binding));
	bench6_close(&bench);
}

static void duids_are_opaque_and_bounded(void **state) /* D6-FMT-03, ROB-D6-03 */
{
	static const size_t sizes[] = {1, 2, 3, 18, 130};
	uint8_t duid[140];

	(void)state;
	bench6_open(&bench, "role=dhcp6 pool6=2001:db8::100-2001:db8::1ff");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

		memset(duid, (int)(77 + i), sizeof(duid));
		ask6_drop(&ask, 1);
		ask6_put(&ask, 1, duid, sizes[i]);
		ask6_ia(&ask, 1, NULL);
		assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
		assert_int_equal(answer6(&bench, 1).size, sizes[i]);
		assert_memory_equal(answer6(&bench, 1).data, duid, sizes[i]);
		assert_int_equal(answer6_ia(&bench).address[15], i); /* each another client */
	}
	for (size_t size = 0; size <= 131; size += 131) {
		struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

		ask6_drop(&ask, 1);
		ask6_put(&ask, 1, duid, size);
		ask6_ia(&ask, 1, NULL);
		assert_int_equal(bench6_ask(&bench, &ask), ANSWER_NONE);
		assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_BAD_DUID), 1);
	}
	bench6_close(&bench);
}

static void what_is_cut_or_comes_from_nobody_is_dropped(void **state) /* ROB-D6-01 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);
	uint8_t octets[BENCH6_SIZE];
	size_t size;

	(void)state;
	bench6_open(&bench, POOL);
	ask6_ia(&ask, 1, NULL);
	size = ask6_octets(&ask, octets);
	for (size_t cut = 0; cut < size; cut++) {
		if (bench6_octets(&bench, octets, cut) != ANSWER_NONE)
			assert_int_equal(answer6(&bench, 1).size, 10);
	}
	assert_int_equal(bench6_octets(&bench, octets, 3), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_BAD_MESSAGE), 1);
	bench.from = "::";
	assert_int_equal(bench6_ask(&bench, &ask), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_BAD_PEER), 1);
	bench.from = "ff02::1";
	assert_int_equal(bench6_ask(&bench, &ask), ANSWER_NONE);
	bench6_close(&bench);
}

static void rapid_commit_is_for_who_asks_and_who_allows(void **state) /* D6-ADV-08 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);
	struct br_dhcp6_binding binding;

	(void)state;
	ask6_ia(&ask, 1, NULL);
	bench6_open(&bench, POOL "rapid-commit=on");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	ask6_put(&ask, BR_DHCP6_OPTION_RAPID_COMMIT, NULL, 0);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_non_null(answer6(&bench, BR_DHCP6_OPTION_RAPID_COMMIT).data);
	assert_true(br_dhcp6_binding_at(br_server_dhcp6(bench.server), 0, &binding));
	assert_true(binding.bound);
	bench6_close(&bench);
	bench6_open(&bench, POOL);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_null(answer6(&bench, BR_DHCP6_OPTION_RAPID_COMMIT).data);
	bench6_close(&bench);
}

static void preference_is_said_if_configured(void **state) /* D6-ADV-06 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	(void)state;
	ask6_ia(&ask, 1, NULL);
	bench6_open(&bench, POOL "preference=255");
	(void)bench6_ask(&bench, &ask);
	assert_int_equal(answer6(&bench, 7).size, 1);
	assert_int_equal(answer6(&bench, 7).data[0], 255);
	(void)get_address("fe80::9", 9);
	assert_null(answer6(&bench, 7).data); /* of an Advertise alone, §21.8 */
	bench6_close(&bench);
}

static void an_address_of_elsewhere_is_not_on_link(void **state) /* D6-RPL-02 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_REQUEST);

	(void)state;
	bench6_open(&bench, POOL);
	ask6_server(&ask);
	ask6_ia(&ask, 1, "2001:db8:77::1");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_int_equal(answer6_ia(&bench).status, BR_DHCP6_STATUS_NOT_ON_LINK);
	assert_int_equal(answer6_ia(&bench).addresses, 0);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_NOT_ON_LINK), 1);
	bench6_close(&bench);
}

static void confirm_says_whether_the_network_fits(void **state) /* D6-NB-06 */
{
	static const struct {
		const char *address;
		int status;
		enum br_note note;
	} cases[] = {
		{"2001:db8::5", BR_DHCP6_STATUS_SUCCESS, BR_NOTE_DHCP6_CONFIRMED},
		{"2001:db8:1::5", BR_DHCP6_STATUS_NOT_ON_LINK, BR_NOTE_DHCP6_NOT_ON_LINK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ask6 ask = ask6_of(BR_DHCP6_TYPE_CONFIRM);

		bench6_open(&bench, POOL "boot=x");
		ask6_ia(&ask, 1, cases[i].address);
		assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
		assert_int_equal(br_dhcp6_status(bench.m.options), cases[i].status);
		assert_int_equal(bench6_noted(&bench, cases[i].note), 1);
		assert_null(answer6(&bench, 59).data);
		bench6_close(&bench);
	}
	bench6_open(&bench, POOL);
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_CONFIRM);

	ask6_ia(&ask, 1, NULL);
	assert_int_equal(bench6_ask(&bench, &ask), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_BAD_MESSAGE), 1);
	bench6_close(&bench);
}

static void renew_extends_what_is_known_and_nothing_else(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_RENEW);

	(void)state;
	bench6_open(&bench, POOL "lease=100");
	(void)get_address("fe80::1", 1);
	bench.now += 50 * BR_S;
	ask6_server(&ask);
	ask6_ia(&ask, 1, "2001:db8::100");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_int_equal(answer6_ia(&bench).valid, 100);
	bench.now += 60 * BR_S;
	bench6_expire(&bench);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_LEASE_EXPIRED), 0);
	bench.now += 40 * BR_S;
	bench6_expire(&bench);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_LEASE_EXPIRED), 1);
	/* over, but nobody has it since */
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_string_equal(answer6_address(&bench), "2001:db8::100");

	ask = ask6_of(BR_DHCP6_TYPE_RENEW);
	ask6_server(&ask);
	ask6_ia(&ask, 2, "2001:db8::101");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_int_equal(answer6_ia(&bench).status, BR_DHCP6_STATUS_NO_BINDING);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_NO_BINDING), 1);
	bench6_close(&bench);
}

static void what_a_client_should_not_have_ends_at_once(void **state) /* RFC 8415 18.3.4 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_RENEW);
	struct br_writer w;
	struct br_reader r;
	struct br_dhcp6_option option;
	uint8_t other[16];
	uint8_t *ia;

	(void)state;
	bench6_open(&bench, POOL);
	(void)get_address("fe80::1", 1);
	ask6_server(&ask);
	w = br_writer_of(ask.octets + ask.size, sizeof(ask.octets) - ask.size);
	ia = br_dhcp6_begin(&w, 3);
	br_put_be32(&w, 1);
	br_put_be32(&w, 0);
	br_put_be32(&w, 0);
	assert_true(br_text_get_ipv6(br_text("2001:db8::100"), other));
	br_dhcp6_put_address(&w, other, 0, 0);
	assert_true(br_text_get_ipv6(br_text("2001:db8::9"), other));
	br_dhcp6_put_address(&w, other, 0, 0);
	br_dhcp6_end(&w, ia);
	ask.size += br_written(&w);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_int_equal(answer6_ia(&bench).addresses, 2);
	assert_int_equal(answer6_ia(&bench).valid, 3600);
	r = br_reader_of(answer6(&bench, 3).data + 12 + 28, 28);
	assert_int_equal(br_dhcp6_option_get(&r, &option), 1);
	assert_memory_equal(option.value.data, other, 16);
	assert_memory_equal(option.value.data + 16, "\0\0\0\0\0\0\0\0", 8);
	bench6_close(&bench);
}

static void rebind_is_answered_by_who_knows(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_REBIND);

	(void)state;
	bench6_open(&bench, POOL);
	ask6_ia(&ask, 1, "2001:db8::100");
	assert_int_equal(bench6_ask(&bench, &ask), ANSWER_NONE); /* another may know */
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_NO_BINDING), 1);
	(void)get_address("fe80::1", 1);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_int_equal(answer6_ia(&bench).valid, 3600);
	ask = ask6_of(BR_DHCP6_TYPE_REBIND);
	ask6_ia(&ask, 1, "2001:db8:55::1");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_int_equal(answer6_ia(&bench).valid, 0); /* it cannot be used here */
	assert_int_equal(answer6_ia(&bench).addresses, 1);
	bench6_close(&bench);
}

static void release_frees_what_was_given(void **state) /* D6-RPL-06 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_RELEASE);
	struct br_dhcp6_binding binding;

	(void)state;
	bench6_open(&bench, POOL "boot=x");
	(void)get_address("fe80::1", 1);
	ask6_server(&ask);
	ask6_ia(&ask, 1, "2001:db8::100");
	ask6_ia(&ask, 9, "2001:db8::101");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_int_equal(br_dhcp6_status(bench.m.options), BR_DHCP6_STATUS_SUCCESS);
	assert_int_equal(br_dhcp6_count(bench.m.options, 3), 1); /* the one nobody knows */
	assert_int_equal(answer6_ia(&bench).iaid, 9);
	assert_int_equal(answer6_ia(&bench).status, BR_DHCP6_STATUS_NO_BINDING);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_RELEASED), 1);
	assert_null(answer6(&bench, 59).data); /* D6-NB-06 */
	assert_true(br_dhcp6_binding_at(br_server_dhcp6(bench.server), 0, &binding));
	assert_false(binding.bound);
	assert_string_equal(get_address("fe80::1", 1), "2001:db8::100"); /* still remembered */
	bench6_close(&bench);
}

static void a_declined_address_rests(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_DECLINE);

	(void)state;
	bench6_open(&bench, POOL "decline-rest=60");
	(void)get_address("fe80::1", 1);
	ask6_server(&ask);
	ask6_ia(&ask, 1, "2001:db8::100");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_int_equal(br_dhcp6_status(bench.m.options), BR_DHCP6_STATUS_SUCCESS);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_ADDRESS_DECLINED), 1);
	assert_string_equal(get_address("fe80::1", 1), "2001:db8::101");
	assert_string_equal(get_address("fe80::2", 2), "");
	bench.now += 60 * BR_S;
	assert_string_equal(get_address("fe80::2", 2), "2001:db8::100");
	bench6_close(&bench);
}

static void an_information_request_gets_all_but_an_address(void **state) /* D6-RPL-04, D6-RPL-05 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_INFORMATION);

	(void)state;
	bench6_open(&bench, POOL "dns6=2001:db8::53 boot=x@arch:7 opt6-32=u32:600");
	ask6_pxe(&ask, 7);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_int_equal(answer6(&bench, 23).size, 16);
	assert_null(answer6(&bench, 3).data);
	assert_null(answer6(&bench, 32).data); /* not asked for */
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/x");
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_INFORMED), 1);
	ask6_drop(&ask, 1);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_null(answer6(&bench, 1).data);
	assert_int_equal(answer6(&bench, 23).size, 16);
	bench6_close(&bench);
}

static void reservations_know_a_machine_by_three_marks(void **state)
{
	static const uint8_t edk2[] = "\0\4\x44\x33\x22\x11\x66\x55\x88\x77\x99\xaa\xbb\xcc\xdd\xee"
				      "\xff\0";
	static const uint8_t ipxe[] = "\0\4\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee"
				      "\xff\0";
	static const struct {
		const char *who;
		const uint8_t *duid;
		const char *from;
		const char *mark;
	} cases[] = {
		{"duid:00030001525400123456", NULL, "fe80::1", "duid"},
		{"52:54:00:12:34:56", NULL, "fe80::1", "mac"}, /* of a DUID-LL */
		{"mac:52:54:00:aa:bb:cc", edk2, "fe80::5054:ff:feaa:bbcc", "mac"}, /* EUI-64 */
		{"uuid:11223344-5566-7788-99aa-bbccddeeff00", edk2, "fe80::1", "uuid"},
		{"uuid:11223344-5566-7788-99aa-bbccddeeff00", ipxe, "fe80::1", "uuid"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);
		char words[200];
		struct br_writer w = br_writer_of(words, sizeof(words));

		br_text_put(&w, POOL "known-only=on reserve6=");
		br_text_put(&w, cases[i].who);
		br_text_put(&w, ",2001:db8::5");
		bench6_open(&bench, br_text_end(&w));
		bench.from = cases[i].from;
		if (cases[i].duid) {
			ask6_drop(&ask, 1);
			ask6_put(&ask, 1, cases[i].duid, 18);
		}
		ask6_ia(&ask, 1, NULL);
		assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
		assert_string_equal(answer6_address(&bench), "2001:db8::5");
		assert_string_equal(bench.detail[BR_NOTE_DHCP6_RESERVED], cases[i].mark);
		ask6_drop(&ask, 1);
		ask6_put(&ask, 1, "\0\2somebody", 10);
		bench.from = "fe80::2";
		assert_int_equal(bench6_ask(&bench, &ask), ANSWER_NONE);
		assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_UNKNOWN_CLIENT), 1);
		bench6_close(&bench);
	}
}

/* As EDK2 asks: another IAID at each boot, from the same interface; a second card has its DUID. */
static void a_reserved_address_follows_the_machine(void **state)
{
	(void)state;
	bench6_open(&bench, POOL "reserve6=duid:00030001525400123456,2001:db8::100");
	assert_string_equal(get_address("fe80::1", 1), "2001:db8::100");
	assert_string_equal(get_address("fe80::1", 2), "2001:db8::100");
	assert_string_equal(get_address("fe80::2", 3), "2001:db8::101");
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_RESERVED_IN_USE), 1);
	assert_string_equal(get_address("fe80::1", 2), "2001:db8::100");
	bench6_close(&bench);
}

/* Relays */

static void a_relay_gets_its_answer_back(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);
	uint8_t octets[BENCH6_SIZE], relay[16];
	size_t size = ask6_octets(&ask, octets);

	(void)state;
	ask6_ia(&ask, 1, NULL);
	size = ask6_octets(&ask, octets);
	bench6_open(&bench, POOL
	            "subnet6=2001:db8:7::/64,pool=2001:db8:7::100-2001:db8:7::1ff boot=x@arch:7");
	/* a relay without an address on the link, RFC 6221, behind another with one */
	size = wrap6(octets, "::", "fe80::1", 0, "port 3", octets, size);
	size = wrap6(octets, "2001:db8:7::1", "fe80::aaaa", 1, "vlan 9", octets, size);
	bench.from = "2001:db8::99";
	bench.from_port = BR_DHCP6_PORT_SERVER;
	bench.to = "2001:db8::1";
	assert_int_equal(bench6_octets(&bench, octets, size), BR_DHCP6_TYPE_ADVERTISE);
	assert_string_equal(answer6_address(&bench), "2001:db8:7::100");
	assert_int_equal(bench.m.levels, 2);
	assert_int_equal(bench.m.level[0].type, BR_DHCP6_TYPE_RELAY_REPLY);
	assert_int_equal(bench.m.level[0].hops, 1);
	assert_int_equal(bench.m.level[1].hops, 0);
	assert_int_equal(br_dhcp6_find(bench.m.level[0].options, 18).size, 6);
	assert_memory_equal(br_dhcp6_find(bench.m.level[0].options, 18).data, "vlan 9", 6);
	assert_memory_equal(br_dhcp6_find(bench.m.level[1].options, 18).data, "port 3", 6);
	assert_null(br_dhcp6_find(bench.m.level[0].options, 59).data); /* D6-NB-06 */
	assert_true(br_text_get_ipv6(br_text("2001:db8:7::1"), relay));
	assert_memory_equal(bench.m.level[0].link, relay, 16);
	assert_int_equal(bench.action.remote.port, BR_DHCP6_PORT_SERVER);
	assert_memory_equal(bench.action.local.ip, bench.config.link[0].address6, 16);
	bench6_close(&bench);
}

static void a_relay_of_nowhere_gets_nothing(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);
	uint8_t octets[BENCH6_SIZE];
	size_t size;

	(void)state;
	ask6_ia(&ask, 1, NULL);
	bench6_open(&bench, POOL);
	size = wrap6(octets, "2001:db8:7::1", "fe80::1", 0, NULL, octets,
	             ask6_octets(&ask, octets));
	assert_int_equal(bench6_octets(&bench, octets, size), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_NO_SUBNET), 1);
	octets[0] = BR_DHCP6_TYPE_RELAY_REPLY; /* D6-VAL-04 */
	assert_int_equal(bench6_octets(&bench, octets, size), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_TYPE_IGNORED), 1);
	bench6_close(&bench);
}

static void relays_are_counted(void **state) /* ROB-D6-02 */
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);
	uint8_t octets[BENCH6_SIZE];
	size_t size;

	(void)state;
	ask6_ia(&ask, 1, NULL);
	bench6_open(&bench, POOL);
	size = ask6_octets(&ask, octets);
	for (unsigned level = 1; level <= 60; level++) {
		unsigned type;

		size = wrap6(octets, "2001:db8::77", "fe80::1", (uint8_t)(level - 1), NULL, octets,
		             size);
		type = bench6_octets(&bench, octets, size);
		assert_int_equal(type, level <= BR_DHCP6_RELAYS_MAX ? BR_DHCP6_TYPE_ADVERTISE
		                                                    : ANSWER_NONE);
	}
	bench6_close(&bench);
}

static void a_relay_knows_the_clients_hardware_and_has_a_port(void **state) /* RFC 6939, RFC 8357 */
{
	struct br_dhcp6_relay relay = {.type = BR_DHCP6_TYPE_RELAY_FORWARD};
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);
	uint8_t octets[BENCH6_SIZE], inside[BENCH6_SIZE];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	(void)state;
	ask6_ia(&ask, 1, NULL);
	bench6_open(&bench, POOL "reserve6=02:00:00:00:00:77,2001:db8::77");
	memcpy(relay.link, bench.config.link[0].address6, 16);
	relay.peer[0] = 0xfe;
	relay.peer[1] = 0x80;
	br_dhcp6_put_relay(&w, &relay);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_CLIENT_LINK, "\0\1\2\0\0\0\0\x77", 8);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_RELAY_PORT, "\0\0", 2);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_RELAYED, inside, ask6_octets(&ask, inside));
	bench.from_port = 20000;
	assert_int_equal(bench6_octets(&bench, octets, br_written(&w)), BR_DHCP6_TYPE_ADVERTISE);
	assert_string_equal(answer6_address(&bench), "2001:db8::77");
	assert_int_equal(bench.action.remote.port, 20000);
	assert_int_equal(br_dhcp6_find(bench.m.level[0].options, 135).size, 2);
	bench6_close(&bench);
}

static void links_have_pools_of_their_own(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	(void)state;
	bench6_open(&bench, POOL "pool6=2001:db8:1::100-2001:db8:1::1ff");
	ask6_ia(&ask, 1, NULL);
	(void)bench6_ask(&bench, &ask);
	assert_string_equal(answer6_address(&bench), "2001:db8::100");
	bench.link = 1;
	(void)bench6_ask(&bench, &ask);
	assert_string_equal(answer6_address(&bench), "2001:db8:1::100");
	bench6_close(&bench);
}

/* The pool has the routers' anycast address, the server and two who are reserved in it. */
static void what_is_somebodys_is_not_given_out(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	(void)state;
	bench6_open(&bench, "role=dhcp6 pool6=2001:db8::-2001:db8:0:0:ffff::"
	                    " reserve6=duid:0a0b0c,2001:db8::2 reserve6=duid:0a0b0d,2001:db8::3");
	ask6_ia(&ask, 1, "2001:db8::2");
	(void)bench6_ask(&bench, &ask);
	assert_string_equal(answer6_address(&bench), "2001:db8::4");
	bench6_close(&bench);
}

static void words_that_do_not_fit_are_refused(void **state)
{
	static const char *const cases[][2] = {
		{"role=dhcp6", ""},
		{"role=dhcp6,proxydhcp6", "role dhcp6 says what to boot already"},
		{POOL "pool6=2001:db8::200-2001:db8::300", "a second pool of net 2001:db8::/64"},
		{"role=dhcp6 pool6=2001:db8:9::1-2001:db8:9::2", "lies in none of the server's"},
		{"role=dhcp6 reserve6=duid:0a0b0c,2001:db8::1", "this is the server's own address"},
		{"role=dhcp6 reserve6=duid:0a0b0c,2001:db8:9::1", "no net of the server"},
		{"role=dhcp6,dhcp", "needs an IPv4 address"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *error = bench6_refusal(cases[i][0]);

		if (cases[i][1][0] ? !strstr(error, cases[i][1]) : error[0] != 0)
			fail_msg("%s: %s", cases[i][0], error);
	}
}

/* Octets of a lease's key come from the network: the table is bounded. */
static void memory_is_limited(void **state)
{
	(void)state;
	bench6_open(&bench, "role=dhcp6 pool6=2001:db8::100-2001:db8::ffff leases=3");
	for (uint32_t iaid = 1; iaid <= 3; iaid++)
		assert_string_not_equal(get_address("fe80::1", iaid), "");
	assert_string_equal(get_address("fe80::1", 4), "");
	bench6_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_listens_where_clients_ask),
		cmocka_unit_test(four_messages_make_a_lease),
		cmocka_unit_test(a_lease_for_ever_never_ends),
		cmocka_unit_test(each_ia_has_its_own_address),
		cmocka_unit_test(an_empty_pool_is_told_in_the_ia),
		cmocka_unit_test(nobody_is_given_a_prefix_or_a_temporary_address),
		cmocka_unit_test(offers_are_taken_back_before_the_pool_is_empty),
		cmocka_unit_test(who_chose_another_server_is_let_go),
		cmocka_unit_test(invalid_messages_are_dropped),
		cmocka_unit_test(another_servers_information_request_is_dropped),
		cmocka_unit_test(what_is_unicast_without_leave_is_told_so),
		cmocka_unit_test(duids_are_opaque_and_bounded),
		cmocka_unit_test(what_is_cut_or_comes_from_nobody_is_dropped),
		cmocka_unit_test(rapid_commit_is_for_who_asks_and_who_allows),
		cmocka_unit_test(preference_is_said_if_configured),
		cmocka_unit_test(an_address_of_elsewhere_is_not_on_link),
		cmocka_unit_test(confirm_says_whether_the_network_fits),
		cmocka_unit_test(renew_extends_what_is_known_and_nothing_else),
		cmocka_unit_test(what_a_client_should_not_have_ends_at_once),
		cmocka_unit_test(rebind_is_answered_by_who_knows),
		cmocka_unit_test(release_frees_what_was_given),
		cmocka_unit_test(a_declined_address_rests),
		cmocka_unit_test(an_information_request_gets_all_but_an_address),
		cmocka_unit_test(reservations_know_a_machine_by_three_marks),
		cmocka_unit_test(a_reserved_address_follows_the_machine),
		cmocka_unit_test(a_relay_gets_its_answer_back),
		cmocka_unit_test(a_relay_of_nowhere_gets_nothing),
		cmocka_unit_test(relays_are_counted),
		cmocka_unit_test(a_relay_knows_the_clients_hardware_and_has_a_port),
		cmocka_unit_test(links_have_pools_of_their_own),
		cmocka_unit_test(what_is_somebodys_is_not_given_out),
		cmocka_unit_test(words_that_do_not_fit_are_refused),
		cmocka_unit_test(memory_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
