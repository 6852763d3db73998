/* SPDX-License-Identifier: BSD-2-Clause */
/* The IAs of one DHCPv6 message beside each other, and their bindings if no answer goes out. */
#include "tests/core/dhcp6_bench.h"

#include <string.h>

#include "core/base/text.h"

#define POOL "role=dhcp6 pool6=2001:db8::100-2001:db8::101 "

static struct bench6 bench;

/* How many IAs of the answer have an address; no two may have the same. */
static size_t addresses_apart(void)
{
	struct br_reader r = br_reader_of(bench.m.options.data, bench.m.options.size);
	struct br_dhcp6_option option;
	uint8_t seen[8][16];
	size_t count = 0;

	while (br_dhcp6_option_get(&r, &option) == 1) {
		struct br_dhcp6_ia ia = br_dhcp6_ia(option.value);

		if (option.code != BR_DHCP6_OPTION_IA_NA || ia.addresses == 0)
			continue;
		for (size_t i = 0; i < count; i++)
			assert_memory_not_equal(seen[i], ia.address, 16);
		assert_true(count < sizeof(seen) / sizeof(seen[0]));
		memcpy(seen[count++], ia.address, 16);
	}
	return count;
}

static void ias_of_one_message_never_share_an_address(void **state)
{
	static const struct {
		const char *words;
		const char *wants; /* each of three IAs */
		size_t given;
	} cases[] = {
		{POOL, NULL, 2},
		{POOL, "2001:db8::101", 2},
		{POOL "leases=1", NULL, 1},
		{POOL "known-only=on reserve6=duid:00030001525400123456,2001:db8::100", NULL, 1},
		{POOL "reserve6=duid:00030001525400123456,2001:db8::5", NULL, 3},
	};
	static const uint8_t types[] = {BR_DHCP6_TYPE_SOLICIT, BR_DHCP6_TYPE_REQUEST};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct ask6 ask = ask6_of(types[i % 2]);

		bench6_open(&bench, cases[i / 2].words);
		if (ask.type == BR_DHCP6_TYPE_REQUEST)
			ask6_server(&ask);
		for (uint32_t iaid = 1; iaid <= 3; iaid++)
			ask6_ia(&ask, iaid, cases[i / 2].wants);
		for (int again = 0; again < 2; again++) {
			(void)bench6_ask(&bench, &ask);
			assert_int_equal(addresses_apart(), cases[i / 2].given);
		}
		bench6_close(&bench);
	}
}

/* A relay names its interface with so many octets that no answer has room for them. */
static void an_answer_that_does_not_fit_changes_nothing(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_REQUEST);
	uint8_t octets[BENCH6_SIZE];
	char name[1400];
	struct br_dhcp6_binding binding;
	size_t size;

	(void)state;
	bench6_open(&bench, POOL);
	ask6_server(&ask);
	ask6_ia(&ask, 1, "2001:db8::100");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = 0;
	ask.type = BR_DHCP6_TYPE_RELEASE;
	size = wrap6(octets, "2001:db8::77", "fe80::1", 0, name, octets, ask6_octets(&ask, octets));
	assert_int_equal(bench6_octets(&bench, octets, size), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_REPLY_TOO_LONG), 1);
	assert_true(br_dhcp6_binding_at(br_server_dhcp6(bench.server), 0, &binding));
	assert_true(binding.bound);
	bench6_close(&bench);
}

/* RFC 8415 18.3.5: what is of this link may be another server's. */
static void rebind_ends_only_what_is_of_elsewhere(void **state)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_REBIND);
	uint8_t value[12 + 2 * 28] = {[3] = 1}, here[16], elsewhere[16];
	struct br_writer w = br_writer_of(value + 12, sizeof(value) - 12);

	(void)state;
	bench6_open(&bench, POOL);
	assert_true(br_text_get_ipv6(br_text("2001:db8::9"), here));
	assert_true(br_text_get_ipv6(br_text("2001:db8:55::9"), elsewhere));
	br_dhcp6_put_address(&w, here, 0, 0);
	br_dhcp6_put_address(&w, elsewhere, 0, 0);
	ask6_put(&ask, BR_DHCP6_OPTION_IA_NA, value, sizeof(value));
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	assert_int_equal(answer6_ia(&bench).addresses, 1);
	assert_memory_equal(answer6_ia(&bench).address, elsewhere, 16);
	assert_int_equal(answer6_ia(&bench).valid, 0);
	bench6_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ias_of_one_message_never_share_an_address),
		cmocka_unit_test(an_answer_that_does_not_fit_changes_nothing),
		cmocka_unit_test(rebind_ends_only_what_is_of_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
