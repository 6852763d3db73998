/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/cipher.h - a TLS 1.0 to 1.2 cipher suite at work: keys and records; for sim/tls alone */
#ifndef BR_SIM_TLS_CIPHER_H
#define BR_SIM_TLS_CIPHER_H

#include <bearssl.h>

#include "core/base/bytes.h"

enum br_cipher_exchange {
	BR_CIPHER_RSA,
	BR_CIPHER_DHE_RSA,
	BR_CIPHER_ECDHE_RSA,
	BR_CIPHER_ECDHE_ECDSA,
};

enum br_cipher_kind {
	BR_CIPHER_GCM,
	BR_CIPHER_CBC,
	BR_CIPHER_CHAPOL,
};

struct br_cipher_suite {
	uint16_t number;
	const char *name; /* as IANA has it, without TLS_ */
	enum br_cipher_exchange exchange;
	enum br_cipher_kind kind;
	uint8_t key_size; /* octets */
	uint8_t mac;      /* br_sha1_ID and the like; GCM: none */
	uint8_t prf;      /* of TLS 1.2 */
};

const struct br_cipher_suite *br_cipher_find(uint16_t number); /* NULL: not known */

enum {
	BR_CIPHER_RANDOM_SIZE = 32,
	BR_CIPHER_MASTER_SIZE = 48,
	BR_CIPHER_RECORD_MAX = 16384, /* octets of plain text in a record */
	BR_CIPHER_SEALED_MAX = BR_CIPHER_RECORD_MAX + 2048 + 5,
};

/**
 * struct br_cipher - Both directions of one connection, at the client
 * @version:	0x0303 is TLS 1.2; decides the pseudo-random function too
 */
struct br_cipher {
	const struct br_cipher_suite *suite;
	uint16_t version;
	uint8_t master[BR_CIPHER_MASTER_SIZE];
	union {
		const br_sslrec_in_class *class;
		br_sslrec_in_cbc_context cbc;
		br_sslrec_gcm_context gcm;
		br_sslrec_chapol_context chapol;
	} in;
	union {
		const br_sslrec_out_class *class;
		br_sslrec_out_cbc_context cbc;
		br_sslrec_gcm_context gcm;
		br_sslrec_chapol_context chapol;
	} out;
};

/* The pseudo-random function of RFC 5246 section 5, or that of RFC 2246 */
void br_cipher_prf(const struct br_cipher *cipher, struct br_octets secret, const char *label,
                   struct br_octets seed, uint8_t *target, size_t size);

/* The hash of a transcript as Finished has it. Return: octets, 32, 36 or 48 */
size_t br_cipher_transcript(const struct br_cipher *cipher, struct br_octets messages,
                            uint8_t target[static 64]);

/* Both directions' keys out of .master; records are sealed from then on. */
void br_cipher_start(struct br_cipher *cipher, const uint8_t *client_random,
                     const uint8_t *server_random);

/* A sealed record. w->bad if it does not fit. @plain at most BR_CIPHER_RECORD_MAX octets. */
void br_cipher_seal(struct br_cipher *cipher, uint8_t type, struct br_octets plain,
                    struct br_writer *w);

/* Opens @body in its place. False: it is not what the peer sealed */
bool br_cipher_open(struct br_cipher *cipher, uint8_t type, uint8_t *body, size_t size,
                    struct br_octets *ret_plain);

#endif /* BR_SIM_TLS_CIPHER_H */
