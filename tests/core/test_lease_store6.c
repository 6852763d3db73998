/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv6 leases that outlive the server: as tests/core/test_lease_store.c, over DHCPv6 */
#include "tests/core/dhcp6_bench.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/dhcp/lease.h"
#include "tests/core/saved_leases.h"

#define WORDS "role=dhcp6 pool6=2001:db8::100-2001:db8::101 lease=600"

enum {
	EPOCH_S = 1700000000,
};

static const struct br_files no_files;
static struct bench6 bench;
static struct saved_leases saved;

static int save(void *context, const struct br_lease_record *record)
{
	(void)context;
	assert_true(record->six);
	return saved_leases_add(&saved, record);
}

static void begin(const char *words, br_time later)
{
	bench6_open(&bench, words);
	br_server_free(bench.server);
	bench.config.epoch_ns = EPOCH_S * BR_S + later;
	assert_int_equal(br_server_new(&bench.server, &bench.config, &no_files, 1), 0);
	br_server_keep_leases(bench.server, &(struct br_lease_store){.save = save});
}

/* Killed now, begun again @later: all that is known is what was saved. */
static void restart(br_time later)
{
	size_t count = saved.count;

	bench6_close(&bench);
	begin(WORDS, later);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(br_server_restore_lease(bench.server, &saved.record[i], bench.now),
		                 0);
	saved.count = 0;
}

/* An IAID is a client here. Return: the address it was given, "" if none */
static const char *lease(uint32_t iaid)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_REQUEST);

	ask6_server(&ask);
	ask6_ia(&ask, iaid, NULL);
	if (bench6_ask(&bench, &ask) != BR_DHCP6_TYPE_REPLY || answer6_ia(&bench).addresses == 0)
		return "";
	return answer6_address(&bench);
}

static void give_back(uint8_t type, uint32_t iaid, const char *address)
{
	struct ask6 ask = ask6_of(type);

	ask6_server(&ask);
	ask6_ia(&ask, iaid, address);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
}

static void a_lease_is_saved_with_its_reply_and_holds_after_a_restart(void **state)
{
	struct ask6 solicit = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	(void)state;
	saved.count = 0;
	begin(WORDS, 0);
	ask6_ia(&solicit, 1, NULL);
	assert_int_equal(bench6_ask(&bench, &solicit), BR_DHCP6_TYPE_ADVERTISE);
	assert_int_equal(saved.count, 0); /* an offer is no promise */
	assert_string_equal(lease(1), "2001:db8::100");
	assert_int_equal(saved.count, 1);
	assert_int_equal(saved.record[0].until_s, EPOCH_S + bench.now / BR_S + 600);
	assert_int_equal(saved.record[0].granted_s, 600);
	restart(100 * BR_S);
	assert_string_equal(lease(2), "2001:db8::101");
	assert_string_equal(lease(3), "");
	assert_string_equal(lease(1), "2001:db8::100");
	bench6_close(&bench);
}

static void what_was_given_back_or_declined_is_so_after_a_restart(void **state)
{
	(void)state;
	saved.count = 0;
	begin(WORDS, 0);
	assert_string_equal(lease(1), "2001:db8::100");
	assert_string_equal(lease(2), "2001:db8::101");
	give_back(BR_DHCP6_TYPE_RELEASE, 1, "2001:db8::100");
	give_back(BR_DHCP6_TYPE_DECLINE, 2, "2001:db8::101");
	assert_int_equal(saved.count, 4);
	assert_int_equal(saved.record[2].until_s, 0);
	assert_true(saved.record[3].declined);
	restart(BR_S);
	assert_string_equal(lease(3), "2001:db8::100");
	assert_string_equal(lease(2), "");
	bench6_close(&bench);
}

static void what_is_over_leaves_the_address_free(void **state)
{
	(void)state;
	saved.count = 0;
	begin(WORDS, 0);
	assert_string_equal(lease(1), "2001:db8::100");
	assert_string_equal(lease(2), "2001:db8::101");
	restart(1000 * BR_S);
	assert_string_equal(lease(2), "2001:db8::101"); /* remembered all the same */
	assert_string_equal(lease(3), "2001:db8::100");
	bench6_close(&bench);
}

static void records_that_make_no_sense_are_refused(void **state)
{
	static const uint8_t key[BR_LEASE_KEY_MAX] = {0};
	struct br_lease_record good = {.six = true, .until_s = EPOCH_S + 600, .key = {key, 14}};
	struct br_lease_record bad;

	(void)state;
	begin(WORDS, 0);
	assert_true(br_text_get_ipv6(br_text("2001:db8::100"), good.address6));
	bad = good;
	bad.address6[15] = 9; /* of no pool */
	assert_int_equal(br_server_restore_lease(bench.server, &bad, 0), -EADDRNOTAVAIL);
	bad.address6[0] = 0xfd; /* of no network */
	assert_int_equal(br_server_restore_lease(bench.server, &bad, 0), -EADDRNOTAVAIL);
	bad = good;
	bad.key.size = 3;
	assert_int_equal(br_server_restore_lease(bench.server, &bad, 0), -EINVAL);
	bad.key.size = BR_LEASE_KEY_MAX;
	assert_int_equal(br_server_restore_lease(bench.server, &bad, 0), -EINVAL);
	bad = good;
	bad.six = false;
	bad.address = 0x0a4d0064;
	assert_int_equal(br_server_restore_lease(bench.server, &bad, 0), -ENOTSUP);
	assert_int_equal(br_server_restore_lease(bench.server, &good, 0), 0);
	bench6_close(&bench);
}

static void what_cannot_be_saved_is_noted_and_given_all_the_same(void **state)
{
	(void)state;
	saved.count = 0;
	begin(WORDS, 0);
	saved.result = -ENOSPC;
	assert_string_equal(lease(1), "2001:db8::100");
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP_LEASE_NOT_KEPT), 1);
	saved.result = 0;
	bench6_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_is_saved_with_its_reply_and_holds_after_a_restart),
		cmocka_unit_test(what_was_given_back_or_declined_is_so_after_a_restart),
		cmocka_unit_test(what_is_over_leaves_the_address_free),
		cmocka_unit_test(records_that_make_no_sense_are_refused),
		cmocka_unit_test(what_cannot_be_saved_is_noted_and_given_all_the_same),
	};

	return cmocka_run_group_tests_name("lease_store6", tests, NULL, NULL);
}
