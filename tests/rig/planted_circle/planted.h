/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/rig/planted_circle/planted.h - files that want each other in a circle, on purpose */
#ifndef BR_TESTS_RIG_PLANTED_CIRCLE_PLANTED_H
#define BR_TESTS_RIG_PLANTED_CIRCLE_PLANTED_H

int br_planted_up(int depth);
int br_planted_down(int depth);
int br_planted_door(void);
int br_planted_ground(void);

#endif
