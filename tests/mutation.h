/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/mutation.h - what a generator of bad octets does to good ones in one place */
#ifndef BR_TESTS_MUTATION_H
#define BR_TESTS_MUTATION_H

#include <string.h>

#include "core/base/prng.h"

enum mutation_kind {
	MUTATION_BIT,
	MUTATION_OCTET,
	MUTATION_CUT,
	MUTATION_AGAIN,   /* the rest once more, if that fits */
	MUTATION_EXTREME, /* a length at one of its ends, perhaps */
	MUTATIONS,
};

/* Of @octets, with room for @size_max, at @at. Return: their size from now on */
static inline size_t mutation_at(enum mutation_kind kind, struct br_prng *prng, uint8_t *octets,
                                 size_t size, size_t size_max, size_t at)
{
	switch (kind) {
	case MUTATION_BIT:
		octets[at] ^= (uint8_t)(1u << br_prng_below(prng, 8));
		break;
	case MUTATION_OCTET:
		octets[at] = (uint8_t)br_prng_next(prng);
		break;
	case MUTATION_CUT:
		return at;
	case MUTATION_AGAIN:
		if (size * 2 - at > size_max)
			break;
		memmove(octets + size, octets + at, size - at);
		return size * 2 - at;
	case MUTATION_EXTREME:
		octets[at] = br_prng_below(prng, 2) ? 0xff : 0;
		break;
	case MUTATIONS:
		break;
	}
	return size;
}

#endif /* BR_TESTS_MUTATION_H */
