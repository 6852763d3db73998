/* SPDX-License-Identifier: BSD-2-Clause */
/* Leases that outlive the server: what is saved when, and what a server that begins with it
 * gives to whom. The store is a table; a second server on the same bench is the restart.
 */
#include "tests/core/dhcp_bench.h"

#include <errno.h>
#include <string.h>

#include "tests/core/saved_leases.h"

#define WORDS "role=dhcp pool=10.77.0.100-10.77.0.101 lease=600"

enum {
	EPOCH_S = 1700000000,
};

static struct bench bench;
static struct saved_leases saved;

static int save(void *context, const struct br_lease_record *record)
{
	(void)context;
	assert_int_equal(bench.outbox.count, bench.outbox.taken + 1); /* the answer still waits */
	return saved_leases_add(&saved, record);
}

static int save_silently(void *context, const struct br_lease_record *record)
{
	(void)context, (void)record;
	return 0;
}

static void keep(int (*how)(void *context, const struct br_lease_record *record))
{
	br_dhcp_keep_leases(bench.dhcp, &(struct br_lease_store){.save = how});
}

static void open_with_store(void)
{
	bench_open(&bench, WORDS);
	bench.config.epoch_ns = EPOCH_S * BR_S;
	bench_start(&bench);
	keep(save);
	saved.count = 0;
	saved.result = 0;
}

/* Killed now, begun again @later: all that is known is what was saved. */
static void restart(br_time later)
{
	bench_close(&bench);
	bench_open(&bench, WORDS);
	bench.config.epoch_ns = EPOCH_S * BR_S + later;
	bench_start(&bench);
	for (size_t i = 0; i < saved.count; i++)
		assert_int_equal(br_dhcp_restore(bench.dhcp, &saved.record[i], bench.now), 0);
	keep(save_silently);
}

static void a_lease_is_saved_before_its_ack_and_holds_after_a_restart(void **state)
{
	struct ask other;

	(void)state;
	open_with_store();
	assert_int_equal(bench_dora(&bench, PLAIN, 1), IP(10, 77, 0, 100));
	assert_int_equal(saved.count, 1);
	assert_int_equal(saved.record[0].address, IP(10, 77, 0, 100));
	assert_int_equal(saved.record[0].until_s, EPOCH_S + bench.now / BR_S + 600);
	restart(100 * BR_S);
	assert_int_equal(bench_dora(&bench, PLAIN, 2), IP(10, 77, 0, 101));
	ask_init(&other, PLAIN, BR_DHCP_TYPE_DISCOVER, 3);
	assert_false(bench_ask(&bench, &other));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_NO_ADDRESS));
	assert_int_equal(bench_dora(&bench, PLAIN, 1), IP(10, 77, 0, 100));
	bench_close(&bench);
}

static void what_is_over_leaves_the_address_free_and_the_client_remembered(void **state)
{
	(void)state;
	open_with_store();
	assert_int_equal(bench_dora(&bench, PLAIN, 1), IP(10, 77, 0, 100));
	assert_int_equal(bench_dora(&bench, PLAIN, 2), IP(10, 77, 0, 101));
	restart(1000 * BR_S);
	assert_int_equal(bench_dora(&bench, PLAIN, 2), IP(10, 77, 0, 101));
	assert_int_equal(bench_dora(&bench, PLAIN, 3), IP(10, 77, 0, 100));
	bench_close(&bench);
}

static void a_release_and_a_decline_hold_after_a_restart(void **state)
{
	struct ask ask;

	(void)state;
	open_with_store();
	for (unsigned machine = 1; machine <= 2; machine++)
		(void)bench_dora(&bench, PLAIN, machine);
	keep(save_silently);
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_RELEASE, 1);
	ask.header.ciaddr = IP(10, 77, 0, 100);
	ask_put_be32(&ask, 54, IP(10, 77, 0, 1));
	br_dhcp_keep_leases(bench.dhcp, &(struct br_lease_store){.save = NULL});
	assert_false(bench_ask(&bench, &ask));
	assert_int_equal(br_dhcp_lease_find(bench.dhcp, IP(10, 77, 0, 100))->state, BR_LEASE_FREE);
	saved.record[0].until_s = 0; /* as saved by a release */
	saved.record[1].declined = true;
	restart(0);
	assert_int_equal(br_dhcp_lease_find(bench.dhcp, IP(10, 77, 0, 101))->state,
	                 BR_LEASE_DECLINED);
	assert_int_equal(bench_dora(&bench, PLAIN, 3), IP(10, 77, 0, 100));
	bench_close(&bench);
}

static void a_store_that_fails_is_noted_and_records_of_nonsense_are_refused(void **state)
{
	struct br_lease_record bad = {.address = IP(224, 0, 0, 1)};

	(void)state;
	open_with_store();
	saved.result = -ENOSPC;
	assert_int_equal(bench_dora(&bench, PLAIN, 1), IP(10, 77, 0, 100));
	assert_true(bench_noted(&bench, BR_NOTE_DHCP_LEASE_NOT_KEPT));
	assert_int_equal(br_dhcp_restore(bench.dhcp, &bad, bench.now), -EINVAL);
	bad.address = IP(10, 77, 0, 100);
	bad.hlen = 17;
	assert_int_equal(br_dhcp_restore(bench.dhcp, &bad, bench.now), -EINVAL);
	bench_close(&bench);
}

static void discovers_alone_do_not_empty_the_pool(void **state)
{
	struct ask ask;

	(void)state;
	bench_open(&bench, WORDS " offer-hold=60");
	for (unsigned machine = 1; machine <= 2; machine++) {
		ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, machine);
		assert_true(bench_ask(&bench, &ask));
	}
	ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, 3);
	assert_false(bench_ask(&bench, &ask));
	bench.now += 4 * BR_S;
	assert_int_equal(bench_dora(&bench, PLAIN, 3), IP(10, 77, 0, 100));
	for (unsigned machine = 4; machine <= 5; machine++) { /* what is bound is safe */
		ask_init(&ask, PLAIN, BR_DHCP_TYPE_DISCOVER, machine);
		bench.now += 5 * BR_S;
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(bench.reply.header.yiaddr, IP(10, 77, 0, 101));
		assert_true(bench_noted(&bench, BR_NOTE_DHCP_OFFER_TAKEN_BACK));
	}
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_is_saved_before_its_ack_and_holds_after_a_restart),
		cmocka_unit_test(what_is_over_leaves_the_address_free_and_the_client_remembered),
		cmocka_unit_test(a_release_and_a_decline_hold_after_a_restart),
		cmocka_unit_test(a_store_that_fails_is_noted_and_records_of_nonsense_are_refused),
		cmocka_unit_test(discovers_alone_do_not_empty_the_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
