/* SPDX-License-Identifier: BSD-2-Clause */
/* core/base/timers.h - many deadlines, each named by a number; the earliest at hand
 *
 * A heap. Putting a deadline off only writes it down: most of ours move with every
 * packet and never come. So br_timers_next() may be early, never late, and what
 * expires is looked up again and put back if its time has not come.
 */
#ifndef BR_CORE_BASE_TIMERS_H
#define BR_CORE_BASE_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/time.h"

struct br_timers_slot;

/**
 * struct br_timers - Deadlines of the numbers 0 .. @max - 1
 * @slot:	The heap, earliest first
 * @count:	Of @slot in use
 * @want:	By number: the deadline asked for; BR_TIME_NEVER: none
 * @place:	By number: one past its index in @slot; 0: not in there
 */
struct br_timers {
	struct br_timers_slot *slot;
	size_t count, max;
	br_time *want;
	uint32_t *place;
};

int br_timers_init(struct br_timers *timers, size_t max); /* 0 or -ENOMEM */
void br_timers_fini(struct br_timers *timers);            /* all zero is fine too */

void br_timers_set(struct br_timers *timers, uint32_t number, br_time at);
void br_timers_clear(struct br_timers *timers, uint32_t number);

br_time br_timers_next(const struct br_timers *timers); /* BR_TIME_NEVER if there is none */

/* True and one number whose time has come, its deadline cleared; false if there is none. */
bool br_timers_expire(struct br_timers *timers, br_time now, uint32_t *ret_number);

#endif /* BR_CORE_BASE_TIMERS_H */
