/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/clock_steps.h"
#include "helper.h"

static void a_clock_set_back_keeps_the_order(void **state)
{
	struct br_clock_steps s = {0};

	(void)state;
	assert_int_equal(br_clock_steps_straighten(&s, 0, 1, 7200 * BR_S), 7200 * BR_S);
	assert_int_equal(br_clock_steps_straighten(&s, 0, 2, 7201 * BR_S), 7201 * BR_S);
	assert_int_equal(br_clock_steps_straighten(&s, 0, 3, 3600 * BR_S), 7201 * BR_S);
	assert_int_equal(br_clock_steps_straighten(&s, 0, 4, 3602 * BR_S), 7203 * BR_S);
	assert_int_equal(s.steps, 1);
	assert_int_equal(s.frame, 3);
	assert_int_equal(s.back, 3601 * BR_S);
	assert_int_equal(br_clock_steps_straighten(&s, 0, 5, 10 * BR_S), 7203 * BR_S);
	assert_int_equal(s.steps, 2);
	assert_int_equal(s.frame, 3);
}

static void jitter_is_no_step(void **state)
{
	struct br_clock_steps s = {0};

	(void)state;
	assert_int_equal(br_clock_steps_straighten(&s, 0, 1, 5 * BR_S), 5 * BR_S);
	assert_int_equal(br_clock_steps_straighten(&s, 0, 2, 5 * BR_S - BR_MS), 5 * BR_S);
	assert_int_equal(br_clock_steps_straighten(&s, 0, 3, 5 * BR_S + BR_MS), 5 * BR_S + BR_MS);
	assert_int_equal(s.steps, 0);
}

/* NICs that stamp frames themselves: the second is an hour behind, and stays so. */
static void interfaces_have_clocks_of_their_own(void **state)
{
	struct br_clock_steps s = {0};

	(void)state;
	for (uint64_t i = 0; i < 10; i++) {
		br_time at = 7200 * BR_S + i * 2 * BR_S;

		assert_int_equal(br_clock_steps_straighten(&s, 0, 2 * i, at), at);
		assert_int_equal(br_clock_steps_straighten(&s, 1, 2 * i + 1, at - 3600 * BR_S), at);
	}
	assert_int_equal(s.steps, 1);
}

static void times_at_the_edge_stay_there(void **state)
{
	struct br_clock_steps s = {0};
	br_time edge = BR_TIME_NEVER - 1;

	(void)state;
	assert_int_equal(br_clock_steps_straighten(&s, 0, 1, edge), edge);
	assert_int_equal(br_clock_steps_straighten(&s, 0, 2, 0), edge);
	assert_int_equal(br_clock_steps_straighten(&s, 0, 3, edge), edge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_set_back_keeps_the_order),
		cmocka_unit_test(jitter_is_no_step),
		cmocka_unit_test(interfaces_have_clocks_of_their_own),
		cmocka_unit_test(times_at_the_edge_stay_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
