/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/loop.h - runs a clock: in jumps, or against the monotonic clock with poll()
 *
 * Without file descriptors time is virtual: it jumps from timer to timer. Once a
 * real port has added its descriptor (or by br_loop_set_real()), time goes on from
 * there with the monotonic clock. The only place in the simulator that reads a clock.
 */
#ifndef BR_SIM_NET_LOOP_H
#define BR_SIM_NET_LOOP_H

#include "sim/net/clock.h"

struct br_loop;

enum br_loop_end {
	BR_LOOP_TIME,   /* the time given was reached */
	BR_LOOP_DONE,   /* the predicate said so, or br_loop_stop() */
	BR_LOOP_IDLE,   /* no timer, no descriptor, no end given: nothing can happen */
	BR_LOOP_SIGNAL, /* SIGINT, SIGTERM or SIGHUP */
	BR_LOOP_ERROR,  /* poll() failed; errno says how */
};

/* Return: 0, -ENOMEM. The clock outlives the loop. */
int br_loop_new(struct br_loop **ret_loop, struct br_clock *clock);
struct br_loop *br_loop_free(struct br_loop *loop); /* gives signals back; NULL in, NULL out */
struct br_clock *br_loop_clock(struct br_loop *loop);

/* End with BR_LOOP_SIGNAL on SIGINT, SIGTERM and, unless it is ignored, SIGHUP instead of dying,
 * through a signalfd(2). Return: 0 or negative errno
 */
int br_loop_catch_signals(struct br_loop *loop);
/* Signal @number no more ends the loop but calls @came; after br_loop_catch_signals(). It stands
 * for one that is not caught as well. Return: 0, -ENOSPC or what signalfd() says
 */
int br_loop_on_signal(struct br_loop *loop, int number, void (*came)(void *context, br_time now),
                      void *context);
int br_loop_signal(const struct br_loop *loop); /* which came, or 0 */

/* Run against the monotonic clock from now on, even without a descriptor. */
void br_loop_set_real(struct br_loop *loop);
bool br_loop_is_real(const struct br_loop *loop);

/* What is added to the clock's time to get ns since 1970-01-01 UTC; for a recorder. */
br_time br_loop_epoch(const struct br_loop *loop);

/* Octets that nobody can guess, 256 at most: for keys, never for a run. 0 or negative errno */
int br_loop_draw_secret(uint8_t *target, size_t size);

/* @ready is called with poll(2) events. Return: 0, -ENOMEM, -EEXIST */
int br_loop_add(struct br_loop *loop, int fd, short events,
                void (*ready)(void *context, short events, br_time now), void *context);
void br_loop_change(struct br_loop *loop, int fd, short events);
void br_loop_remove(struct br_loop *loop, int fd); /* allowed inside @ready */

/**
 * br_loop_run() - Let things happen
 * @until:	Stop when clock time gets there, all timers up to it fired;
 *		BR_TIME_NEVER: without end
 * @done:	Asked after every timer and descriptor; NULL: never
 *
 * A descriptor that is ready finds the clock at the time it was seen to be.
 *
 * Return: why it ended. On BR_LOOP_TIME the clock stands at @until
 */
enum br_loop_end br_loop_run(struct br_loop *loop, br_time until, bool (*done)(void *context),
                             void *context);
void br_loop_stop(struct br_loop *loop); /* from inside: br_loop_run() ends with DONE */

#endif /* BR_SIM_NET_LOOP_H */
