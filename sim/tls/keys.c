/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/tls/keys.h"

#include <string.h>

#include "sim/tls/secrets.h"

const struct br_tls_key *br_tls_key_find(const char *name)
{
	for (size_t i = 0; i < br_tls_keys_count; i++) {
		if (!strcmp(br_tls_keys[i].name, name))
			return &br_tls_keys[i];
	}
	return NULL;
}

/* The const of octets that the library takes as its own type without it */
static unsigned char *lent(struct br_octets octets)
{
	union {
		const uint8_t *const_data;
		unsigned char *data;
	} lent = {.const_data = octets.data};

	return lent.data;
}

void br_tls_key_rsa(const struct br_tls_key *key, br_rsa_private_key *ret)
{
	*ret = (br_rsa_private_key){
		.n_bitlen = key->bits,
		.p = lent(key->p),
		.plen = key->p.size,
		.q = lent(key->q),
		.qlen = key->q.size,
		.dp = lent(key->dp),
		.dplen = key->dp.size,
		.dq = lent(key->dq),
		.dqlen = key->dq.size,
		.iq = lent(key->iq),
		.iqlen = key->iq.size,
	};
}

void br_tls_key_ec(const struct br_tls_key *key, br_ec_private_key *ret)
{
	*ret = (br_ec_private_key){
		.curve = key->bits == 256 ? BR_EC_secp256r1 : BR_EC_secp384r1,
		.x = lent(key->x),
		.xlen = key->x.size,
	};
}
