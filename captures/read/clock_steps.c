/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/clock_steps.h"

#define JITTER BR_S

br_time br_clock_steps_straighten(struct br_clock_steps *steps, uint32_t interface, uint64_t frame,
                                  br_time at)
{
	br_time *shift = &steps->shift[interface % BR_CLOCK_STEPS_CLOCKS];
	br_time now = at < BR_TIME_NEVER - 1 - *shift ? at + *shift : BR_TIME_NEVER - 1;

	if (now < steps->latest && steps->latest - now > JITTER) {
		if (steps->steps++ == 0) {
			steps->frame = frame;
			steps->back = steps->latest - now;
		}
		*shift += steps->latest - now;
		now = steps->latest;
	}
	if (now > steps->latest)
		steps->latest = now;
	return steps->latest;
}
