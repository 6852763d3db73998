/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/clock.h - time, and what happens when: a queue of (time, sequence)
 *
 * Virtual time: the clock jumps to the next timer, nothing sleeps. Real time: the
 * same queue, run by sim/net/loop.c against the monotonic clock. Nothing else in
 * the simulator knows which of the two it is in.
 */
#ifndef BR_CLOCK_H
#define BR_CLOCK_H

#include "core/port.h"

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

struct br_clock {
	br_time now;
	uint64_t sequence;
	struct br_timer **queue; /* binary heap, queue[1] is next */
	size_t count, room;
};

int br_clock_init(struct br_clock *clock, size_t timers_max); /* 0 or -ENOMEM */
void br_clock_reset(struct br_clock *clock);                  /* frees the queue */

/* Fire at @at (not before now); moves a timer that is set; BR_TIME_NEVER cancels. */
void br_clock_set(struct br_clock *clock, struct br_timer *timer, br_time at);
br_time br_clock_next(const struct br_clock *clock); /* BR_TIME_NEVER if nothing is set */

/* Advance to the next timer and fire it, unless that is after @until: then false. */
bool br_clock_step(struct br_clock *clock, br_time until);

#endif /* BR_CLOCK_H */
