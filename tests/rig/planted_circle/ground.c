/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/rig/planted_circle/ground.c - what lies beside a door and serves the rooms */
#include "tests/rig/planted_circle/planted.h"

int br_planted_ground(void)
{
	return 0;
}
