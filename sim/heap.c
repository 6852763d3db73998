/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/heap.h"

#include <malloc.h>

enum {
	KEPT = 64 << 20 /* octets of address space; only what was used is memory */
};

void br_heap_keep(void)
{
#ifdef M_TOP_PAD
	(void)mallopt(M_TOP_PAD, KEPT);
#endif
}
