/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/rig/planted_circle/above/up.c - one half of the circle that file_graph.py must see */
#include "tests/rig/planted_circle/planted.h"

int br_planted_up(int depth)
{
	return depth > 0 ? br_planted_down(depth - 1) : br_planted_ground();
}
