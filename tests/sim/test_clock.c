/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue against a list that is searched from end to end, and its corner cases by hand. */
#include "tests/helper.h"

#include <string.h>

#include "core/base/prng.h"
#include "sim/net/clock.h"

enum {
	TIMERS = 64,
};

struct bell {
	struct br_timer timer;
	struct log *log;
	int id;
};

struct log {
	struct br_clock *clock;
	struct bell bells[TIMERS];
	int rang[TIMERS];
	size_t count;
};

static void ring(void *context, br_time now)
{
	struct bell *bell = context;

	assert_int_equal(now, bell->log->clock->now);
	bell->log->rang[bell->log->count++ % TIMERS] = bell->id;
}

static void make(struct log *log, struct br_clock *clock)
{
	memset(log, 0, sizeof(*log));
	log->clock = clock;
	assert_int_equal(br_clock_init(clock, 2), 0);
	for (int i = 0; i < TIMERS; i++)
		log->bells[i] = (struct bell){
			.timer = {.fire = ring, .context = &log->bells[i]}, .log = log, .id = i};
}

static void equal_times_fire_in_the_order_they_were_set(void **state)
{
	struct br_clock clock;
	struct log log;

	(void)state;
	make(&log, &clock);
	for (int i = 0; i < TIMERS; i++)
		br_clock_set(&clock, &log.bells[(i * 5) % TIMERS].timer, 7);
	while (br_clock_step(&clock, 7))
		;
	assert_int_equal(log.count, TIMERS);
	for (int i = 0; i < TIMERS; i++)
		assert_int_equal(log.rang[i], (i * 5) % TIMERS);
	br_clock_reset(&clock);
}

static void a_timer_set_again_moves_behind_its_equals(void **state)
{
	struct br_clock clock;
	struct log log;

	(void)state;
	make(&log, &clock);
	br_clock_set(&clock, &log.bells[0].timer, 5);
	br_clock_set(&clock, &log.bells[1].timer, 5);
	br_clock_set(&clock, &log.bells[0].timer, 5);
	while (br_clock_step(&clock, 5))
		;
	assert_int_equal(log.count, 2);
	assert_int_equal(log.rang[0], 1);
	assert_int_equal(log.rang[1], 0);
	br_clock_reset(&clock);
}

static void time_only_moves_when_a_timer_fires(void **state)
{
	struct br_clock clock;
	struct log log;

	(void)state;
	make(&log, &clock);
	assert_int_equal(br_clock_next(&clock), BR_TIME_NEVER);
	assert_false(br_clock_step(&clock, BR_TIME_NEVER));
	br_clock_set(&clock, &log.bells[0].timer, 10);
	assert_int_equal(br_clock_next(&clock), 10);
	assert_false(br_clock_step(&clock, 9));
	assert_int_equal(clock.now, 0);
	br_clock_advance(&clock, 8);
	br_clock_advance(&clock, 3); /* never back */
	assert_int_equal(clock.now, 8);
	assert_true(br_clock_step(&clock, 10));
	assert_int_equal(clock.now, 10);
	br_clock_set(&clock, &log.bells[0].timer, 4); /* has passed: now */
	assert_int_equal(br_clock_next(&clock), 10);
	br_clock_reset(&clock);
}

static void never_cancels(void **state)
{
	struct br_clock clock;
	struct log log;

	(void)state;
	make(&log, &clock);
	for (int i = 0; i < 8; i++)
		br_clock_set(&clock, &log.bells[i].timer, (br_time)i);
	br_clock_set(&clock, &log.bells[3].timer, BR_TIME_NEVER);
	br_clock_cancel(&clock, &log.bells[0].timer);
	br_clock_cancel(&clock, &log.bells[0].timer); /* not set: nothing */
	while (br_clock_step(&clock, 100))
		;
	assert_int_equal(log.count, 6);
	assert_int_equal(log.rang[0], 1);
	assert_int_equal(log.rang[2], 4);
	br_clock_reset(&clock);
}

static void set_itself_again(void *context, br_time now)
{
	struct bell *bell = context;

	ring(context, now);
	if (bell->log->count < 5)
		br_clock_set(bell->log->clock, &bell->timer, now + 3);
}

static void a_timer_may_set_itself_again(void **state)
{
	struct br_clock clock;
	struct log log;

	(void)state;
	make(&log, &clock);
	log.bells[0].timer.fire = set_itself_again;
	br_clock_set(&clock, &log.bells[0].timer, 1);
	while (br_clock_step(&clock, BR_TIME_NEVER))
		;
	assert_int_equal(log.count, 5);
	assert_int_equal(clock.now, 13);
	br_clock_reset(&clock);
}

static void a_turn_taken_early_fires_early(void **state)
{
	struct br_clock clock;
	struct log log;
	uint64_t turn;

	(void)state;
	make(&log, &clock);
	turn = br_clock_turn(&clock);
	assert_true(br_clock_is_first(&clock, 9, turn));
	br_clock_set(&clock, &log.bells[1].timer, 9);
	assert_true(br_clock_is_first(&clock, 9, turn));
	assert_false(br_clock_is_first(&clock, 9, turn + 1));
	br_clock_set_turn(&clock, &log.bells[0].timer, 9, turn);
	while (br_clock_step(&clock, 9))
		;
	assert_int_equal(log.rang[0], 0);
	assert_int_equal(log.rang[1], 1);
	br_clock_reset(&clock);
}

/* The list: when each bell rings, and its turn; 0: not set. */
struct clock_model {
	br_time at[TIMERS];
	uint64_t turn[TIMERS];
	uint64_t turns;
};

static int first_of(const struct clock_model *model)
{
	int first = -1;

	for (int i = 0; i < TIMERS; i++) {
		if (model->turn[i] == 0)
			continue;
		if (first < 0 || model->at[i] < model->at[first] ||
		    (model->at[i] == model->at[first] && model->turn[i] < model->turn[first]))
			first = i;
	}
	return first;
}

static void any_order_of_calls_fires_as_a_sorted_list_would(void **state)
{
	struct br_prng prng = br_prng_of(1, 2);
	struct br_clock clock;
	struct log log;
	struct clock_model model = {.turns = 0};

	(void)state;
	make(&log, &clock);
	for (int round = 0; round < 20000; round++) {
		size_t i = br_prng_below(&prng, TIMERS);
		uint64_t what = br_prng_below(&prng, 8);

		if (what < 4) {
			model.at[i] = clock.now + br_prng_below(&prng, 12);
			model.turn[i] = ++model.turns;
			br_clock_set(&clock, &log.bells[i].timer, model.at[i]);
		} else if (what < 5) {
			model.turn[i] = 0;
			br_clock_cancel(&clock, &log.bells[i].timer);
		} else {
			int first = first_of(&model);

			log.count = 0;
			assert_int_equal(br_clock_step(&clock, BR_TIME_NEVER), first >= 0);
			if (first >= 0) {
				assert_int_equal(log.rang[0], first);
				assert_int_equal(clock.now, model.at[first]);
				model.turn[first] = 0;
			}
		}
	}
	br_clock_reset(&clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_times_fire_in_the_order_they_were_set),
		cmocka_unit_test(a_timer_set_again_moves_behind_its_equals),
		cmocka_unit_test(time_only_moves_when_a_timer_fires),
		cmocka_unit_test(never_cancels),
		cmocka_unit_test(a_timer_may_set_itself_again),
		cmocka_unit_test(a_turn_taken_early_fires_early),
		cmocka_unit_test(any_order_of_calls_fires_as_a_sorted_list_would),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
