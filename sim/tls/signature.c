/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/tls/signature.h"

#include <bearssl.h>
#include <string.h>

enum {
	HASH_SIZE_MAX = 64,
	KEY_SIZE_MAX = 1024,
};

unsigned char *br_signature_lend(uint8_t *target, size_t room, struct br_octets octets)
{
	if (octets.size == 0 || octets.size > room)
		return NULL;
	memcpy(target, octets.data, octets.size);
	return target;
}

bool br_signature_rsa(const struct br_certificate *by, const unsigned char *oid,
                      const uint8_t *digest, size_t size, struct br_octets signature)
{
	uint8_t modulus[KEY_SIZE_MAX], exponent[8], found[HASH_SIZE_MAX];
	br_rsa_public_key key = {.n = br_signature_lend(modulus, sizeof(modulus), by->key),
	                         .nlen = by->key.size,
	                         .e = br_signature_lend(exponent, sizeof(exponent), by->exponent),
	                         .elen = by->exponent.size};

	return by->rsa && key.n && key.e &&
	       br_rsa_pkcs1_vrfy_get_default()(signature.data, signature.size, oid, size, &key,
	                                       found) == 1 &&
	       !memcmp(found, digest, size);
}

bool br_signature_ecdsa(const struct br_certificate *by, const uint8_t *digest, size_t size,
                        struct br_octets signature)
{
	uint8_t point[KEY_SIZE_MAX];
	br_ec_public_key key = {.curve = by->key_bits == 256   ? BR_EC_secp256r1
	                                 : by->key_bits == 384 ? BR_EC_secp384r1
	                                                       : BR_EC_secp521r1,
	                        .q = br_signature_lend(point, sizeof(point), by->key),
	                        .qlen = by->key.size};

	return !by->rsa && key.q &&
	       br_ecdsa_vrfy_asn1_get_default()(br_ec_get_default(), digest, size, &key,
	                                        signature.data, signature.size) == 1;
}
