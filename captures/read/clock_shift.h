/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/read/clock_shift.h - by how much the clocks of two recorders differ
 *
 * Told by packets that are in the files of both, and by what caused what: a relay's copy of a
 * DHCPv4 request cannot be older than the request, nor a reply to a client older than the
 * relay's copy of it. Where one file has no DHCPv4, what opens transfers (a TFTP request, a
 * SYN) is taken to be in both at the same time.
 */
#ifndef BR_CAPTURES_READ_CLOCK_SHIFT_H
#define BR_CAPTURES_READ_CLOCK_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/time.h"

/**
 * struct br_clock_shift - What is to be added to the time stamps of a file
 * @shift:	ns, never INT64_MIN; 0 without @pairs
 * @pairs:	Packets of this and the first file that told it
 * @by_dhcp:	They were DHCP messages; else what opens transfers
 */
struct br_clock_shift {
	int64_t shift;
	uint32_t pairs;
	bool by_dhcp;
};

/* Against the clock of the first of @paths. What cannot be read twice (a pipe), or not at all,
 * tells nothing.
 *
 * Return: 0, with all of @ret_shifts set, one for each file; -ENOMEM
 */
int br_clock_shift_find(const char *const *paths, size_t count, struct br_clock_shift *ret_shifts);

/* @at by another clock. Times stop at the edges of what br_time holds. */
br_time br_clock_shift_add(br_time at, int64_t shift);

#endif /* BR_CAPTURES_READ_CLOCK_SHIFT_H */
