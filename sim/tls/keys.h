/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/keys.h - the fixed private keys of the rig's certificates, out of keys.txt
 *
 * Everybody has them, so they are worth nothing outside this rig. They are fixed because a run
 * must write the same octets each time; and making an RSA key takes longer than a boot.
 */
#ifndef BR_SIM_TLS_KEYS_H
#define BR_SIM_TLS_KEYS_H

#include "core/base/bytes.h"

/**
 * struct br_tls_key - A private key with its public half
 * @name:	"rsa2048", "p256"; the rig's authorities have "root", "intermediate" and "other"
 * @bits:	Of the modulus, or of the curve
 * @n:		RSA, big-endian as all here; empty: an EC key. The exponent is 65537
 * @p, @q, @dp, @dq, @iq: RFC 8017 section 3.2
 * @x, @point:	EC: the secret, and 04 x y (RFC 5480 section 2.2)
 */
struct br_tls_key {
	const char *name;
	uint16_t bits;
	struct br_octets n, p, q, dp, dq, iq;
	struct br_octets x, point;
};

extern const struct br_tls_key br_tls_keys[];
extern const size_t br_tls_keys_count;

const struct br_tls_key *br_tls_key_find(const char *name); /* NULL: none of that name */

#endif /* BR_SIM_TLS_KEYS_H */
