/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual runs by jumps; real ones on pipes, with bounds from below only: a slow machine
 * may be late, but nothing may be early.
 */
#include "tests/helper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "sim/net/loop.h"

struct loop_bench {
	struct br_clock clock;
	struct br_loop *loop;
	struct br_timer timer;
	br_time period;
	int fired, ready, stop_at;
	int pipe[2];
};

static void fire(void *context, br_time now)
{
	struct loop_bench *bench = context;

	bench->fired++;
	if (bench->fired == bench->stop_at)
		br_loop_stop(bench->loop);
	br_clock_set(&bench->clock, &bench->timer, now + bench->period);
}

static void make(struct loop_bench *bench, br_time period)
{
	*bench = (struct loop_bench){.timer = {.fire = fire, .context = bench}, .period = period};
	assert_int_equal(br_clock_init(&bench->clock, 4), 0);
	assert_int_equal(br_loop_new(&bench->loop, &bench->clock), 0);
	assert_int_equal(pipe(bench->pipe), 0);
}

static void unmake(struct loop_bench *bench)
{
	assert_null(br_loop_free(bench->loop));
	br_clock_reset(&bench->clock);
	close(bench->pipe[0]);
	close(bench->pipe[1]);
}

static br_time monotonic(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
	return (br_time)t.tv_sec * BR_S + (br_time)t.tv_nsec;
}

static bool fired_thrice(void *context)
{
	const struct loop_bench *bench = context;

	return bench->fired == 3;
}

static void virtual_time_jumps(void **state)
{
	struct loop_bench bench;

	(void)state;
	make(&bench, 3600 * BR_S);
	assert_int_equal(br_loop_run(bench.loop, BR_TIME_NEVER, NULL, NULL), BR_LOOP_IDLE);
	br_clock_set(&bench.clock, &bench.timer, 0);
	assert_int_equal(br_loop_run(bench.loop, 36000 * BR_S + 1, NULL, NULL), BR_LOOP_TIME);
	assert_int_equal(bench.fired, 11);
	assert_int_equal(bench.clock.now, 36000 * BR_S + 1);
	assert_false(br_loop_is_real(bench.loop));
	bench.fired = 0;
	assert_int_equal(br_loop_run(bench.loop, BR_TIME_NEVER, fired_thrice, &bench),
	                 BR_LOOP_DONE);
	assert_int_equal(bench.fired, 3);
	bench.stop_at = 7;
	assert_int_equal(br_loop_run(bench.loop, BR_TIME_NEVER, NULL, NULL), BR_LOOP_DONE);
	assert_int_equal(bench.fired, 7);
	unmake(&bench);
}

static void real_time_is_never_early(void **state)
{
	struct loop_bench bench;

	(void)state;
	make(&bench, BR_MS);
	br_loop_set_real(bench.loop);
	assert_true(br_loop_is_real(bench.loop));

	br_time before = monotonic();

	br_clock_set(&bench.clock, &bench.timer, BR_MS);
	assert_int_equal(br_loop_run(bench.loop, 20 * BR_MS, NULL, NULL), BR_LOOP_TIME);
	assert_int_equal(bench.fired, 20); /* at each of its times, even when late */
	assert_int_equal(bench.clock.now, 20 * BR_MS);
	assert_true(monotonic() - before >= 19 * BR_MS); /* less what set_real() was ahead */
	assert_true(br_loop_epoch(bench.loop) > 1600000000 * BR_S);
	bench.fired = 0;
	assert_int_equal(br_loop_run(bench.loop, BR_TIME_NEVER, fired_thrice, &bench),
	                 BR_LOOP_DONE);
	unmake(&bench);
}

static void take(void *context, short events, br_time now)
{
	struct loop_bench *bench = context;
	char octet;

	assert_int_equal(now, bench->clock.now);
	if (events & POLLIN && read(bench->pipe[0], &octet, 1) == 1)
		bench->ready++;
	if (events & POLLHUP)
		br_loop_remove(bench->loop, bench->pipe[0]);
}

static bool ready_twice(void *context)
{
	const struct loop_bench *bench = context;

	return bench->ready == 2;
}

static void a_descriptor_makes_time_real_and_is_served(void **state)
{
	struct loop_bench bench;

	(void)state;
	make(&bench, BR_S);
	br_clock_advance(&bench.clock, 1000 * BR_S); /* virtual so far: no jump, no wait */
	assert_int_equal(br_loop_add(bench.loop, bench.pipe[0], POLLIN, take, &bench), 0);
	assert_int_equal(br_loop_add(bench.loop, bench.pipe[0], POLLIN, take, &bench), -EEXIST);
	assert_true(br_loop_is_real(bench.loop));
	assert_int_equal(write(bench.pipe[1], "ab", 2), 2);
	assert_int_equal(br_loop_run(bench.loop, BR_TIME_NEVER, ready_twice, &bench), BR_LOOP_DONE);
	assert_true(bench.clock.now >= 1000 * BR_S);
	/* the other end goes: removed inside its own call, then nothing is left to wait for */
	close(bench.pipe[1]);
	assert_int_equal(br_loop_run(bench.loop, BR_TIME_NEVER, NULL, NULL), BR_LOOP_IDLE);
	bench.pipe[1] = -1;
	unmake(&bench);
}

static void keep_time(void *context, short events, br_time now)
{
	struct loop_bench *bench = context;

	(void)events;
	bench->period = now; /* of the descriptor's call */
	br_loop_stop(bench->loop);
}

static void what_comes_in_has_the_time_it_came(void **state)
{
	struct itimerspec after = {.it_value.tv_nsec = (long)(20 * BR_MS)};
	struct loop_bench bench;
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);

	(void)state;
	make(&bench, 0);
	assert_true(fd >= 0);
	assert_int_equal(br_loop_add(bench.loop, fd, POLLIN, keep_time, &bench), 0);
	assert_int_equal(timerfd_settime(fd, 0, &after, NULL), 0);
	assert_int_equal(br_loop_run(bench.loop, BR_TIME_NEVER, NULL, NULL), BR_LOOP_DONE);
	assert_true(bench.period >= 20 * BR_MS);
	close(fd);
	unmake(&bench);
}

static void go_real_and_stop(void *context, br_time now)
{
	struct loop_bench *bench = context;

	(void)now;
	bench->fired++;
	br_loop_set_real(bench->loop);
	br_loop_stop(bench->loop);
}

static void a_stop_holds_where_time_becomes_real(void **state)
{
	struct loop_bench bench;
	struct br_timer also = {.fire = fire, .context = &bench};

	(void)state;
	make(&bench, BR_S);
	bench.timer.fire = go_real_and_stop;
	br_clock_set(&bench.clock, &bench.timer, BR_S);
	br_clock_set(&bench.clock, &also, BR_S);
	assert_int_equal(br_loop_run(bench.loop, BR_S + 20 * BR_MS, NULL, NULL), BR_LOOP_DONE);
	assert_int_equal(bench.fired, 1);
	assert_int_equal(bench.clock.now, BR_S);
	assert_true(br_loop_is_real(bench.loop));
	unmake(&bench);
}

static void many_descriptors_come_and_go(void **state)
{
	struct loop_bench bench, more[30];

	(void)state;
	make(&bench, BR_S);
	for (size_t i = 0; i < 30; i++) {
		more[i] = (struct loop_bench){.loop = bench.loop};
		assert_int_equal(pipe(more[i].pipe), 0);
		assert_int_equal(br_loop_add(bench.loop, more[i].pipe[0], POLLIN, take, &more[i]),
		                 0);
	}
	assert_int_equal(br_loop_run(bench.loop, bench.clock.now + 1, NULL, NULL), BR_LOOP_TIME);
	for (size_t i = 0; i < 30; i++) {
		br_loop_change(bench.loop, more[i].pipe[0], 0);
		br_loop_remove(bench.loop, more[i].pipe[0]);
		br_loop_remove(bench.loop, more[i].pipe[0]); /* twice does no harm */
		close(more[i].pipe[0]);
		close(more[i].pipe[1]);
	}
	assert_int_equal(br_loop_run(bench.loop, BR_TIME_NEVER, NULL, NULL), BR_LOOP_IDLE);
	unmake(&bench);
}

static void raise_at_the_third(void *context, br_time now)
{
	struct loop_bench *bench = context;

	fire(context, now);
	if (bench->fired == 3)
		raise(SIGTERM);
}

static void signals_end_the_run_and_are_given_back(void **state)
{
	(void)state;
	for (int real = 0; real < 2; real++) {
		struct loop_bench bench;
		sigset_t now;

		make(&bench, BR_MS);
		assert_int_equal(br_loop_catch_signals(bench.loop), 0);
		assert_int_equal(br_loop_catch_signals(bench.loop), 0);
		if (real)
			br_loop_set_real(bench.loop);
		bench.timer.fire = raise_at_the_third;
		br_clock_set(&bench.clock, &bench.timer, 0);
		assert_int_equal(br_loop_run(bench.loop, 20 * BR_S, NULL, NULL), BR_LOOP_SIGNAL);
		assert_int_equal(br_loop_signal(bench.loop), SIGTERM);
		unmake(&bench);
		assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &now), 0);
		assert_false(sigismember(&now, SIGTERM));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(virtual_time_jumps),
		cmocka_unit_test(real_time_is_never_early),
		cmocka_unit_test(a_descriptor_makes_time_real_and_is_served),
		cmocka_unit_test(what_comes_in_has_the_time_it_came),
		cmocka_unit_test(a_stop_holds_where_time_becomes_real),
		cmocka_unit_test(many_descriptors_come_and_go),
		cmocka_unit_test(signals_end_the_run_and_are_given_back),
	};

	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
