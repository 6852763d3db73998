/* SPDX-License-Identifier: BSD-2-Clause */
/* The heap of deadlines against a plain array that is searched. */
#include "tests/helper.h"

#include "core/base/prng.h"
#include "core/base/timers.h"

enum {
	MAX = 50
};

static void deadlines_come_in_order_none_early_and_none_late(void **state)
{
	struct br_timers timers;
	br_time want[MAX];
	struct br_prng prng = br_prng_of(3, 3);
	br_time now = 0;
	unsigned expired = 0;

	(void)state;
	assert_int_equal(br_timers_init(&timers, MAX), 0);
	for (size_t i = 0; i < MAX; i++)
		want[i] = BR_TIME_NEVER;
	for (int step = 0; step < 200000; step++) {
		uint32_t number = (uint32_t)br_prng_below(&prng, MAX);
		br_time earliest = BR_TIME_NEVER;

		switch (br_prng_below(&prng, 8)) {
		case 0:
			br_timers_clear(&timers, number);
			want[number] = BR_TIME_NEVER;
			break;
		case 1:
			br_timers_set(&timers, number, BR_TIME_NEVER);
			want[number] = BR_TIME_NEVER;
			break;
		case 2:
			now += br_prng_below(&prng, 100);
			while (br_timers_expire(&timers, now, &number)) {
				assert_true(want[number] <= now);
				want[number] = BR_TIME_NEVER;
				expired++;
			}
			for (size_t i = 0; i < MAX; i++)
				assert_true(want[i] > now);
			break;
		default: /* put off, or brought forward */
			want[number] = now + 1 + br_prng_below(&prng, 500);
			br_timers_set(&timers, number, want[number]);
			break;
		}
		for (size_t i = 0; i < MAX; i++)
			earliest = want[i] < earliest ? want[i] : earliest;
		assert_true(br_timers_next(&timers) <= earliest); /* early, never late */
		assert_int_equal(br_timers_next(&timers) == BR_TIME_NEVER,
		                 earliest == BR_TIME_NEVER);
	}
	assert_true(expired > 1000);
	br_timers_fini(&timers);
}

static void equal_deadlines_come_by_number(void **state)
{
	struct br_timers timers;
	uint32_t number = 0;

	(void)state;
	assert_int_equal(br_timers_init(&timers, 5), 0);
	for (uint32_t i = 0; i < 5; i++)
		br_timers_set(&timers, 4 - i, 10);
	assert_false(br_timers_expire(&timers, 9, &number));
	for (uint32_t i = 0; i < 5; i++) {
		assert_true(br_timers_expire(&timers, 10, &number));
		assert_int_equal(number, i);
	}
	assert_false(br_timers_expire(&timers, 10, &number));
	br_timers_fini(&timers);
	br_timers_fini(&timers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadlines_come_in_order_none_early_and_none_late),
		cmocka_unit_test(equal_deadlines_come_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
