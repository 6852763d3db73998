/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/prng.h"

#include <assert.h>

/* Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014:
 * the increment is the golden ratio, the rest a bit mixer.
 */
uint64_t br_prng_next(struct br_prng *prng)
{
	uint64_t z = prng->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct br_prng br_prng_of(uint64_t seed, uint64_t purpose)
{
	struct br_prng prng = {.state = purpose};

	prng.state = br_prng_next(&prng) ^ seed;
	return prng;
}

uint64_t br_prng_below(struct br_prng *prng, uint64_t bound)
{
	assert(bound > 0);
	/* The bias for bounds far below 2^64 is far below what a simulation can see. */
	return br_prng_next(prng) % bound;
}
