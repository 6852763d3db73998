/* SPDX-License-Identifier: BSD-2-Clause */
#include "efi_probe.h"

enum {
	STALL_US = 50000,
};

#if defined(__x86_64__) || defined(__i386__)
uint64_t br_clock_now(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}
#elif defined(__aarch64__)
uint64_t br_clock_now(void)
{
	uint64_t now;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(now));
	return now;
}
#elif defined(__arm__)
uint64_t br_clock_now(void)
{
	uint32_t low, high;

	__asm__ volatile("isb\n\tmrrc p15, 1, %0, %1, c14" : "=r"(low), "=r"(high));
	return (uint64_t)high << 32 | low;
}
#else
#error "no counter is known for this processor"
#endif

/* By hand: on 32 bits clang would call a library for it. */
uint64_t br_divide(uint64_t number, uint32_t by)
{
	uint64_t result = 0, rest = 0;

	for (unsigned bit = 64; bit-- > 0;) {
		rest = rest << 1 | (number >> bit & 1);
		if (rest >= by) {
			rest -= by;
			result |= (uint64_t)1 << bit;
		}
	}
	return result;
}

void br_clock_start(struct br_efi_probe *probe)
{
	uint64_t then = br_clock_now();

	(void)probe->boot->stall(STALL_US);
	probe->ticks_a_ms = (uint32_t)br_divide(br_clock_now() - then, STALL_US / 1000);
	if (probe->ticks_a_ms == 0)
		probe->ticks_a_ms = 1;
}

uint32_t br_clock_since(const struct br_efi_probe *probe, uint64_t then)
{
	uint64_t ticks = br_clock_now() - then;

	/* 1000 times, of shifts alone */
	return (uint32_t)br_divide((ticks << 10) - (ticks << 4) - (ticks << 3), probe->ticks_a_ms);
}
