/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/exchange.h - the key exchange of a TLS 1.2 client; for sim/tls alone
 *
 * ServerKeyExchange in, ClientKeyExchange and the premaster secret out: RFC 5246 section 7.4.3 and
 * 7.4.7, RFC 8422 section 5.4.
 */
#ifndef BR_SIM_TLS_EXCHANGE_H
#define BR_SIM_TLS_EXCHANGE_H

#include "core/base/prng.h"
#include "sim/tls/cipher.h"
#include "sim/tls/verify.h"

enum {
	BR_EXCHANGE_SIZE_MAX = 1024, /* octets of a number, or of a message's body */
};

/**
 * struct br_exchange - What the server's message brought
 * @dh_bits:	Of the prime; 0: no DHE
 * @curve, @point: ECDHE
 */
struct br_exchange {
	uint16_t dh_bits;
	uint8_t prime[BR_EXCHANGE_SIZE_MAX], generator[BR_EXCHANGE_SIZE_MAX],
		share[BR_EXCHANGE_SIZE_MAX];
	size_t prime_size, generator_size, share_size;
	int curve;
	uint8_t point[133];
	size_t point_size;
};

/* Reads it, and holds its signature against the certificate's key. */
enum br_tls_reason br_exchange_read(struct br_exchange *exchange, enum br_cipher_exchange kind,
                                    uint16_t version, const struct br_certificate *certificate,
                                    const uint8_t *client_random, const uint8_t *server_random,
                                    struct br_octets body);

/* The ClientKeyExchange, a whole message. @version: the highest the hello offered. Return: octets
 * of the premaster secret, 0: it cannot be made
 */
size_t br_exchange_write(const struct br_exchange *exchange, enum br_cipher_exchange kind,
                         uint16_t version, const struct br_certificate *certificate,
                         struct br_prng *prng, struct br_writer *w,
                         uint8_t premaster[static BR_EXCHANGE_SIZE_MAX]);

#endif /* BR_SIM_TLS_EXCHANGE_H */
