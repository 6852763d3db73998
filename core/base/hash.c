/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/hash.h"

#include <string.h>

#define FNV32_PRIME UINT32_C(0x01000193)
#define FNV64_PRIME UINT64_C(0x00000100000001b3)

uint32_t br_fnv32(uint32_t hash, const void *octets, size_t size)
{
	const uint8_t *octet = octets;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ octet[i]) * FNV32_PRIME;
	return hash;
}

uint64_t br_fnv64(uint64_t hash, const void *octets, size_t size)
{
	const uint8_t *octet = octets;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ octet[i]) * FNV64_PRIME;
	return hash;
}

static uint64_t mix(uint64_t hash, const uint8_t octets[static 8])
{
	uint64_t word;

	memcpy(&word, octets, sizeof(word));
	hash = (hash ^ word) * FNV64_PRIME;
	return hash ^ hash >> 32; /* or high bits of a word would never reach low ones */
}

/* Two words at a time, which do not wait for each other: octet by octet it made explain three
 * times as slow, as it runs over every DATA. Values never leave the machine, so the order of its
 * octets does not matter.
 */
uint64_t br_hash(uint64_t seed, const void *octets, size_t size)
{
	const uint8_t *octet = octets;
	uint64_t hash = seed, other = ~hash;

	for (; size >= 16; size -= 16, octet += 16) {
		hash = mix(hash, octet);
		other = mix(other, octet + 8);
	}
	hash ^= other * FNV64_PRIME;
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ octet[i]) * FNV64_PRIME;
	return hash ^ hash >> 32;
}
