/* SPDX-License-Identifier: BSD-2-Clause */
#include "vms/payload/report/sum.h"

enum {
	BLOCK = 64,
	ROUNDS = 64,
};

static const uint32_t constant[ROUNDS] = {
	/* FIPS 180-4 4.2.2 */
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

static uint32_t turn(uint32_t word, unsigned by)
{
	return word >> by | word << (32 - by);
}

static void add_block(uint32_t state[8], const uint8_t *block)
{
	uint32_t w[ROUNDS], s[8];

	for (unsigned i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (unsigned i = 16; i < ROUNDS; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10);
	for (unsigned i = 0; i < 8; i++)
		s[i] = state[i];
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint32_t one = s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) +
		               ((s[4] & s[5]) ^ (~s[4] & s[6])) + constant[i] + w[i];
		uint32_t two = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) +
		               ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

		for (unsigned k = 7; k > 0; k--)
			s[k] = s[k - 1];
		s[4] += one;
		s[0] = one + two;
	}
	for (unsigned i = 0; i < 8; i++)
		state[i] += s[i];
}

void br_sum_hex(const uint8_t *octets, size_t size, char ret_text[static 2 * BR_SUM_SIZE + 1])
{
	static const char digits[] = "0123456789abcdef";
	uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	uint8_t last[2 * BLOCK];
	size_t at, rest = size % BLOCK, padded = rest < BLOCK - 8 ? BLOCK : 2 * BLOCK;

	for (at = 0; at + BLOCK <= size; at += BLOCK)
		add_block(state, octets + at);
	for (size_t i = 0; i < padded; i++)
		last[i] = i < rest ? octets[at + i] : i == rest ? 0x80 : 0;
	for (unsigned i = 0; i < 8; i++)
		last[padded - 1 - i] = (uint8_t)((uint64_t)size * 8 >> 8 * i);
	for (size_t i = 0; i < padded; i += BLOCK)
		add_block(state, last + i);
	for (unsigned i = 0; i < 2 * BR_SUM_SIZE; i++)
		ret_text[i] = digits[state[i / 8] >> (28 - 4 * (i % 8)) & 15];
	ret_text[2 * BR_SUM_SIZE] = '\0';
}

static bool is_name(const char *name, const char *want)
{
	while (*name && (*name | 0x20) == (*want | 0x20)) {
		name++;
		want++;
	}
	return *name == *want;
}

size_t br_sum_length(const struct efi_http_header *headers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t size = 0;

		if (!is_name(headers[i].name, "Content-Length"))
			continue;
		for (const char *c = headers[i].value; *c >= '0' && *c <= '9'; c++)
			size = size * 10 + (size_t)(*c - '0');
		return size;
	}
	return SIZE_MAX;
}
