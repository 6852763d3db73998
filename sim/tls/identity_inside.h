/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/identity_inside.h - for sim/tls alone */
#ifndef BR_SIM_TLS_IDENTITY_INSIDE_H
#define BR_SIM_TLS_IDENTITY_INSIDE_H

#include <bearssl.h>

#include "sim/tls/identity.h"

/* @der: the chain; a file's certificates lie one behind the other across its rows */
struct br_tls_identity {
	struct br_tls_settings settings;
	uint8_t der[BR_TLS_CHAIN_MAX][BR_TLS_CERTIFICATE_SIZE_MAX];
	br_x509_certificate chain[BR_TLS_CHAIN_MAX];
	size_t count;
	unsigned holders; /* its owner, and each connection */
	bool is_rsa;
	unsigned issuer_kind; /* BR_KEYTYPE_RSA or _EC: of the key that signed the first */
	br_rsa_private_key rsa;
	br_ec_private_key ec;
	br_skey_decoder_context key; /* of a file: .rsa and .ec point into it */
	bool has_entropy;
	uint8_t entropy[BR_TLS_ENTROPY_SIZE];
};

/* One more who frees it */
void br_tls_identity_hold(struct br_tls_identity *identity);

#endif /* BR_SIM_TLS_IDENTITY_INSIDE_H */
