/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/heap.h - how the C library keeps memory between simulated worlds */
#ifndef BR_SIM_HEAP_H
#define BR_SIM_HEAP_H

/* Call once at the start of a program that makes world after world. By default glibc hands
 * the top of the heap back to the kernel each time a world ends, and the next one pays for
 * its pages anew: that took two thirds of the time of a boot. Elsewhere: nothing.
 */
void br_heap_keep(void);

#endif /* BR_SIM_HEAP_H */
