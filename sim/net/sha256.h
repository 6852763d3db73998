/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/sha256.h - SHA-256 (FIPS 180-4), to name the contents of a boot file in a report
 *
 * Small enough to carry: a crypto library would be a dependency for one line of output.
 */
#ifndef BR_SIM_NET_SHA256_H
#define BR_SIM_NET_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum {
	BR_SHA256_SIZE = 32,
	BR_SHA256_TEXT_SIZE = 65, /* in hexadecimal digits, with the NUL */
};

struct br_sha256 {
	uint32_t state[8];
	uint64_t size; /* octets so far */
	uint8_t block[64];
};

void br_sha256_begin(struct br_sha256 *hash);
void br_sha256_add(struct br_sha256 *hash, const void *octets, size_t size);
void br_sha256_end(struct br_sha256 *hash, uint8_t ret_digest[static BR_SHA256_SIZE]);
void br_sha256_print(const uint8_t digest[static BR_SHA256_SIZE],
                     char ret_text[static BR_SHA256_TEXT_SIZE]);

#endif /* BR_SIM_NET_SHA256_H */
