/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/sha256.h"

#include <string.h>

/* FIPS 180-4 §4.2.2: of the cube roots of the first 64 primes */
static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

void br_sha256_begin(struct br_sha256 *hash)
{
	*hash = (struct br_sha256){
		.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
	                  0x1f83d9ab, 0x5be0cd19}, /* §5.3.3 */
	};
}

static uint32_t rotate(uint32_t value, unsigned by)
{
	return value >> by | value << (32 - by);
}

/* §6.2.2 */
static void add_block(struct br_sha256 *hash, const uint8_t *block)
{
	uint32_t w[64];
	uint32_t v[8];

	for (size_t t = 0; t < 16; t++, block += 4)
		w[t] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
		       (uint32_t)block[2] << 8 | block[3];
	for (size_t t = 16; t < 64; t++) {
		uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
		uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;

		w[t] = w[t - 16] + s0 + w[t - 7] + s1;
	}
	memcpy(v, hash->state, sizeof(v));
	for (size_t t = 0; t < 64; t++) {
		uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
		uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
		uint32_t t1 = v[7] + s1 + choice + constants[t] + w[t];
		uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
		uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + s0 + majority;
	}
	for (size_t i = 0; i < 8; i++)
		hash->state[i] += v[i];
}

void br_sha256_add(struct br_sha256 *hash, const void *octets, size_t size)
{
	const uint8_t *octet = octets;
	size_t used = hash->size % sizeof(hash->block);

	hash->size += size;
	if (used > 0) {
		size_t part = sizeof(hash->block) - used;

		if (part > size)
			part = size;
		memcpy(hash->block + used, octet, part);
		if (used + part < sizeof(hash->block))
			return;
		add_block(hash, hash->block);
		octet += part;
		size -= part;
	}
	for (; size >= sizeof(hash->block); octet += 64, size -= 64)
		add_block(hash, octet);
	if (size > 0)
		memcpy(hash->block, octet, size);
}

void br_sha256_end(struct br_sha256 *hash, uint8_t ret_digest[static BR_SHA256_SIZE])
{
	/* §5.1.1: a one, zeros up to 56 of 64, then the number of bits */
	static const uint8_t padding[64] = {0x80};
	uint64_t bits = hash->size * 8;
	uint8_t length[8];

	for (size_t i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	br_sha256_add(hash, padding, 1 + (119 - hash->size % 64) % 64);
	br_sha256_add(hash, length, sizeof(length));
	for (size_t i = 0; i < BR_SHA256_SIZE; i++)
		ret_digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

void br_sha256_print(const uint8_t digest[static BR_SHA256_SIZE],
                     char ret_text[static BR_SHA256_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < BR_SHA256_SIZE; i++) {
		ret_text[2 * i] = digits[digest[i] >> 4];
		ret_text[2 * i + 1] = digits[digest[i] & 15];
	}
	ret_text[2 * BR_SHA256_SIZE] = '\0';
}
