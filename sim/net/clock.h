/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/clock.h - time, and what happens when: a queue of (time, sequence)
 *
 * Virtual time: the clock jumps to the next timer, nothing sleeps. Real time: the
 * same queue, run by sim/net/loop.c against the monotonic clock. Nothing else in
 * the simulator knows which of the two it is in.
 */
#ifndef BR_SIM_NET_CLOCK_H
#define BR_SIM_NET_CLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/time.h"

/**
 * struct br_timer - One thing that will happen; lives inside what it wakes
 * @fire:	Called once when the time has come; may set the timer again
 * @context:	Handed to @fire
 * @at:		When; br_clock_set() writes it
 * @sequence:	Order among equal times: first set, first fired
 * @place:	Where in the queue, from 1; 0: not set. A zeroed timer is valid
 */
struct br_timer {
	void (*fire)(void *context, br_time now);
	void *context;
	br_time at;
	uint64_t sequence;
	size_t place;
};

/* The keys lie in the heap itself, so that sifting touches no timer it does not move. */
struct br_clock_entry {
	br_time at;
	uint64_t sequence;
	struct br_timer *timer;
};

struct br_clock {
	br_time now;
	uint64_t sequence;
	struct br_clock_entry *queue; /* binary heap, queue[1] is next, queue[0] unused */
	size_t count, room;
};

/* @timers: room at the start; it doubles when more are set at once. 0 or -ENOMEM */
int br_clock_init(struct br_clock *clock, size_t timers);
void br_clock_reset(struct br_clock *clock); /* frees the queue; timers are forgotten */

/* Fire at @at, or now if that has passed; moves a timer that is set, behind those
 * set for the same time; BR_TIME_NEVER cancels. Out of memory ends the program.
 */
void br_clock_set(struct br_clock *clock, struct br_timer *timer, br_time at);

/* For who keeps a queue of its own in front of one timer: take a turn for each thing
 * when it is queued, set the timer with the turn of the first, and everything fires
 * as if each had had a timer.
 */
uint64_t br_clock_turn(struct br_clock *clock);
void br_clock_set_turn(struct br_clock *clock, struct br_timer *timer, br_time at, uint64_t turn);

void br_clock_cancel(struct br_clock *clock, struct br_timer *timer);
br_time br_clock_next(const struct br_clock *clock); /* BR_TIME_NEVER if nothing is set */
/* Would something at (@at, @turn) fire before everything that is set? */
bool br_clock_is_first(const struct br_clock *clock, br_time at, uint64_t turn);

/* Advance to the next timer and fire it, unless that is after @until: then false
 * and the time stays.
 */
bool br_clock_step(struct br_clock *clock, br_time until);

/* Let time pass up to @now, which no timer that is set may precede; never back. */
void br_clock_advance(struct br_clock *clock, br_time now);

#endif /* BR_SIM_NET_CLOCK_H */
