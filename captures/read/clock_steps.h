/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/read/clock_steps.h - time stamps of a recorder whose clock was set back
 *
 * NTP, a VM that was resumed, files put together in the wrong order: time stamps go back in
 * the middle of a capture. The order of the frames is the better witness, so all behind
 * such a place is shifted to follow what was before. Interfaces may have clocks of their
 * own; each is shifted by itself. Less than a second is the jitter of
 * queues: such a frame gets the time of the one before it, and nothing is said.
 */
#ifndef BR_CAPTURES_READ_CLOCK_STEPS_H
#define BR_CAPTURES_READ_CLOCK_STEPS_H

#include "core/base/time.h"

enum {
	BR_CLOCK_STEPS_CLOCKS = 32, /* interfaces with a clock of their own; more share one */
};

/**
 * struct br_clock_steps - All zero at first
 * @steps:	How often a clock went back
 * @frame:	The number of the frame where it did first
 * @back:	and by how much, ns
 * @latest:	Of all frames so far, shifted
 * @shift:	ns added to each clock
 */
struct br_clock_steps {
	uint64_t steps, frame;
	br_time back, latest;
	br_time shift[BR_CLOCK_STEPS_CLOCKS];
};

/* Return: @at shifted */
br_time br_clock_steps_straighten(struct br_clock_steps *steps, uint32_t interface, uint64_t frame,
                                  br_time at);

#endif /* BR_CAPTURES_READ_CLOCK_STEPS_H */
