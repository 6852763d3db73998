/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/rig/planted_circle/below/down.c - the other half of the circle */
#include "tests/rig/planted_circle/planted.h"

int br_planted_down(int depth)
{
	return depth > 0 ? br_planted_up(depth - 1) : br_planted_ground();
}
