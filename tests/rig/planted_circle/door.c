/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/rig/planted_circle/door.c - a door above its rooms is no circle of rooms */
#include "tests/rig/planted_circle/planted.h"

int br_planted_door(void)
{
	return br_planted_up(2);
}
