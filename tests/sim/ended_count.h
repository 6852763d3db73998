/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/sim/ended_count.h - how often machines of a test came to their end */
#ifndef BR_TESTS_SIM_ENDED_COUNT_H
#define BR_TESTS_SIM_ENDED_COUNT_H

#include "sim/models/firmware.h"

/* A br_firmware_event_see. @context: an unsigned */
static inline void ended_count(void *context, struct br_firmware *firmware,
                               enum br_firmware_event event, const char *text, br_time now)
{
	unsigned *count = context;

	(void)firmware;
	(void)text;
	(void)now;
	*count += event == BR_FIRMWARE_ENDED;
}

#endif /* BR_TESTS_SIM_ENDED_COUNT_H */
