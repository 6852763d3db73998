/* SPDX-License-Identifier: BSD-2-Clause */
/* core/base/prng.h - a seeded generator; one instance for each purpose, so that
 * drawing more for one purpose never changes another (SplitMix64)
 */
#ifndef BR_CORE_BASE_PRNG_H
#define BR_CORE_BASE_PRNG_H

#include <stdint.h>

struct br_prng {
	uint64_t state;
};

/* @purpose keeps generators of one seed apart: any fixed number, a name as text. */
struct br_prng br_prng_of(uint64_t seed, uint64_t purpose);
uint64_t br_prng_next(struct br_prng *prng);
/* A number in 0 .. @bound - 1; @bound must not be 0. */
uint64_t br_prng_below(struct br_prng *prng, uint64_t bound);

#endif /* BR_CORE_BASE_PRNG_H */
