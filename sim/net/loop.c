/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* ppoll(): timers to the nanosecond */
#include "sim/net/loop.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
	STEPS_MAX = 1024, /* timers fired before descriptors get a look */
	FDS_ROOM = 8,     /* at the start */
	HEARD_MAX = 4,    /* signals that do not end the loop */
};

struct loop_watch {
	void (*ready)(void *context, short events, br_time now);
	void *context;
};

struct loop_heard {
	int number;
	void (*came)(void *context, br_time now);
	void *context;
};

struct br_loop {
	struct br_clock *clock;
	bool real;
	bool stopped;
	br_time base; /* monotonic clock at clock time 0 */
	struct pollfd *fds;
	struct loop_watch *watches; /* beside fds */
	size_t count, room;
	int signal_fd; /* -1: signals are not caught */
	int signal;
	sigset_t signals_before, signals;
	struct loop_heard heard[HEARD_MAX];
	size_t heard_count;
};

static br_time read_clock(clockid_t which)
{
	struct timespec t;
	int error = clock_gettime(which, &t);

	assert(error == 0);
	(void)error;
	return (br_time)t.tv_sec * BR_S + (br_time)t.tv_nsec;
}

int br_loop_new(struct br_loop **ret_loop, struct br_clock *clock)
{
	struct br_loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return -ENOMEM;
	loop->fds = calloc(FDS_ROOM, sizeof(*loop->fds));
	loop->watches = calloc(FDS_ROOM, sizeof(*loop->watches));
	if (!loop->fds || !loop->watches) {
		free(loop->fds);
		free(loop->watches);
		free(loop);
		return -ENOMEM;
	}
	loop->room = FDS_ROOM;
	loop->clock = clock;
	loop->signal_fd = -1;
	loop->base = read_clock(CLOCK_MONOTONIC) - clock->now;
	*ret_loop = loop;
	return 0;
}

struct br_loop *br_loop_free(struct br_loop *loop)
{
	if (!loop)
		return NULL;
	if (loop->signal_fd >= 0) {
		close(loop->signal_fd);
		(void)sigprocmask(SIG_SETMASK, &loop->signals_before, NULL);
	}
	free(loop->fds);
	free(loop->watches);
	free(loop);
	return NULL;
}

struct br_clock *br_loop_clock(struct br_loop *loop)
{
	return loop->clock;
}

int br_loop_signal(const struct br_loop *loop)
{
	return loop->signal;
}

bool br_loop_is_real(const struct br_loop *loop)
{
	return loop->real;
}

void br_loop_set_real(struct br_loop *loop)
{
	if (loop->real)
		return;
	loop->real = true;
	loop->base = read_clock(CLOCK_MONOTONIC) - loop->clock->now;
}

int br_loop_draw_secret(uint8_t *target, size_t size)
{
	ssize_t got = getrandom(target, size, 0); /* of so few octets nothing is left out */

	return got < 0 ? -errno : (size_t)got == size ? 0 : -EIO;
}

br_time br_loop_epoch(const struct br_loop *loop)
{
	return read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC) + loop->base;
}

int br_loop_catch_signals(struct br_loop *loop)
{
	struct sigaction hangup;
	sigset_t signals;

	if (loop->signal_fd >= 0)
		return 0;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
		sigaddset(&signals, SIGHUP); /* not under nohup(1) */
	loop->signals = signals;
	if (sigprocmask(SIG_BLOCK, &signals, &loop->signals_before) != 0)
		return -errno;
	loop->signal_fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	if (loop->signal_fd < 0) {
		int error = -errno;

		(void)sigprocmask(SIG_SETMASK, &loop->signals_before, NULL);
		return error;
	}
	return 0;
}

int br_loop_on_signal(struct br_loop *loop, int number, void (*came)(void *context, br_time now),
                      void *context)
{
	assert(loop->signal_fd >= 0);
	if (loop->heard_count == HEARD_MAX)
		return -ENOSPC;
	sigaddset(&loop->signals, number);
	if (sigprocmask(SIG_BLOCK, &loop->signals, NULL) != 0 ||
	    signalfd(loop->signal_fd, &loop->signals, 0) < 0)
		return -errno;
	loop->heard[loop->heard_count++] =
		(struct loop_heard){.number = number, .came = came, .context = context};
	return 0;
}

/* Descriptors */

static size_t find(const struct br_loop *loop, int fd)
{
	size_t i = 0;

	while (i < loop->count && loop->fds[i].fd != fd)
		i++;
	return i;
}

int br_loop_add(struct br_loop *loop, int fd, short events,
                void (*ready)(void *context, short events, br_time now), void *context)
{
	assert(fd >= 0);
	if (find(loop, fd) < loop->count)
		return -EEXIST;
	/* One place more than there are: the signals' descriptor goes there to be polled. */
	if (loop->count + 1 == loop->room) {
		size_t room = 2 * loop->room;
		struct pollfd *fds = realloc(loop->fds, room * sizeof(*fds));

		if (!fds)
			return -ENOMEM;
		loop->fds = fds;

		struct loop_watch *watches = realloc(loop->watches, room * sizeof(*watches));

		if (!watches)
			return -ENOMEM;
		loop->watches = watches;
		loop->room = room;
	}
	br_loop_set_real(loop);
	loop->fds[loop->count] = (struct pollfd){.fd = fd, .events = events};
	loop->watches[loop->count] = (struct loop_watch){.ready = ready, .context = context};
	loop->count++;
	return 0;
}

void br_loop_change(struct br_loop *loop, int fd, short events)
{
	size_t i = find(loop, fd);

	assert(i < loop->count);
	loop->fds[i].events = events;
}

void br_loop_remove(struct br_loop *loop, int fd)
{
	size_t i = find(loop, fd);

	/* Its place stays until the next round: someone may be walking over it. */
	if (i < loop->count) {
		loop->fds[i] = (struct pollfd){.fd = -1};
		loop->watches[i] = (struct loop_watch){.ready = NULL};
	}
}

static void sweep_removed(struct br_loop *loop)
{
	size_t kept = 0;

	for (size_t i = 0; i < loop->count; i++) {
		if (loop->fds[i].fd < 0)
			continue;
		loop->fds[kept] = loop->fds[i];
		loop->watches[kept] = loop->watches[i];
		kept++;
	}
	loop->count = kept;
}

/* Running */

static bool take_signal(struct br_loop *loop)
{
	struct signalfd_siginfo info;

	if (loop->signal_fd < 0 ||
	    read(loop->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return false;
	for (size_t i = 0; i < loop->heard_count; i++) {
		const struct loop_heard *heard = &loop->heard[i];

		if (heard->number != (int)info.ssi_signo)
			continue;
		heard->came(heard->context, loop->clock->now);
		return false;
	}
	loop->signal = (int)info.ssi_signo;
	return true;
}

static bool is_done(const struct br_loop *loop, bool (*done)(void *context), void *context)
{
	return loop->stopped || (done && done(context));
}

/* Wait for a descriptor, but not past @until. Return: as poll(2) */
static int wait_for(struct br_loop *loop, br_time now, br_time until)
{
	br_time next = br_clock_next(loop->clock);
	struct timespec left, *timeout = NULL;
	size_t count = loop->count;

	if (next > until)
		next = until;
	if (next != BR_TIME_NEVER) {
		br_time wait = next > now ? next - now : 0;

		left.tv_sec = (time_t)(wait / BR_S);
		left.tv_nsec = (long)(wait % BR_S);
		timeout = &left;
	}
	if (loop->signal_fd >= 0)
		loop->fds[count++] = (struct pollfd){.fd = loop->signal_fd, .events = POLLIN};

	int got = ppoll(loop->fds, (nfds_t)count, timeout, NULL);

	return got < 0 && errno == EINTR ? 0 : got;
}

static void call_ready(struct br_loop *loop)
{
	size_t count = loop->count; /* what is added inside was not polled */

	for (size_t i = 0; i < count; i++) {
		short events = loop->fds[i].revents;

		loop->fds[i].revents = 0;
		if (events != 0 && loop->watches[i].ready)
			loop->watches[i].ready(loop->watches[i].context, events, loop->clock->now);
	}
}

static br_time real_now(const struct br_loop *loop, br_time until)
{
	br_time now = read_clock(CLOCK_MONOTONIC) - loop->base;

	return now < until ? now : until;
}

/* What came in came now, not before the wait; but not behind a timer that is due. */
static void let_wait_pass(struct br_loop *loop, br_time until)
{
	br_time now = real_now(loop, until);
	br_time next = br_clock_next(loop->clock);

	br_clock_advance(loop->clock, now < next ? now : next);
}

static enum br_loop_end run_real(struct br_loop *loop, br_time until, bool (*done)(void *context),
                                 void *context)
{
	bool last = false; /* time is up, but descriptors have had their look */

	for (;;) {
		br_time now = real_now(loop, until);
		int steps = 0;

		while (steps < STEPS_MAX && br_clock_step(loop->clock, now)) {
			if (is_done(loop, done, context))
				return BR_LOOP_DONE;
			steps++;
		}
		if (steps < STEPS_MAX)
			br_clock_advance(loop->clock, now);
		if (is_done(loop, done, context))
			return BR_LOOP_DONE;
		if (take_signal(loop))
			return BR_LOOP_SIGNAL;
		if (last && steps < STEPS_MAX)
			return BR_LOOP_TIME;
		sweep_removed(loop);
		if (loop->count == 0 && until == BR_TIME_NEVER &&
		    br_clock_next(loop->clock) == BR_TIME_NEVER)
			return BR_LOOP_IDLE;
		if (wait_for(loop, now, until) < 0)
			return BR_LOOP_ERROR;
		let_wait_pass(loop, until);
		call_ready(loop);
		last = now == until;
	}
}

/* Until something makes the loop real: from there on against the monotonic clock. */
static enum br_loop_end run_virtual(struct br_loop *loop, br_time until,
                                    bool (*done)(void *context), void *context)
{
	for (uint64_t steps = 0;; steps++) {
		if (is_done(loop, done, context))
			return BR_LOOP_DONE;
		if (loop->real)
			return run_real(loop, until, done, context);
		if (steps % STEPS_MAX == 0 && take_signal(loop))
			return BR_LOOP_SIGNAL;
		if (br_clock_step(loop->clock, until))
			continue;
		if (until == BR_TIME_NEVER)
			return BR_LOOP_IDLE;
		br_clock_advance(loop->clock, until);
		return BR_LOOP_TIME;
	}
}

enum br_loop_end br_loop_run(struct br_loop *loop, br_time until, bool (*done)(void *context),
                             void *context)
{
	loop->stopped = false;
	return loop->real ? run_real(loop, until, done, context)
	                  : run_virtual(loop, until, done, context);
}

void br_loop_stop(struct br_loop *loop)
{
	loop->stopped = true;
}
