/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/identity.h - the certificates and the private key by which a server is known
 *
 * Of the rig's own keys, as the settings say, or those of somebody who serves in anger, out of
 * files.
 */
#ifndef BR_SIM_TLS_IDENTITY_H
#define BR_SIM_TLS_IDENTITY_H

#include "sim/tls/settings.h"

struct br_tls_identity;

enum {
	BR_TLS_ENTROPY_SIZE = 32,
};

/* The certificates and the key of a server, made once. @settings: copied. 0 or -ENOMEM */
int br_tls_identity_new(struct br_tls_identity **ret_identity,
                        const struct br_tls_settings *settings);
/* Connections that began with it hold it on. NULL in, NULL out */
struct br_tls_identity *br_tls_identity_free(struct br_tls_identity *identity);
const struct br_tls_settings *br_tls_identity_settings(const struct br_tls_identity *identity);
/* The certificates as they are sent, leaf first, DER. Return: how many */
size_t br_tls_identity_chain(const struct br_tls_identity *identity,
                             struct br_octets ret[BR_TLS_CHAIN_MAX]);

/**
 * br_tls_identity_load() - One that its owner has
 * @settings:	Copied; its port, versions and suites count
 * @certificates:	What is in the file: PEM, the server's own first, or one as DER
 * @key:	What is in the file of the private key: PEM (PKCS #8, PKCS #1, SEC 1) or DER
 * @error:	On -EINVAL: "the key is not that of the first certificate"
 *
 * Return: 0, -ENOMEM or -EINVAL
 */
int br_tls_identity_load(struct br_tls_identity **ret_identity,
                         const struct br_tls_settings *settings, struct br_octets certificates,
                         struct br_octets key, char *error, size_t error_size);

/* True randomness: what a connection draws is of these octets and its seed. Without it the seed is
 * all there is, as a simulation wants it.
 */
void br_tls_identity_set_entropy(struct br_tls_identity *identity,
                                 const uint8_t octets[static BR_TLS_ENTROPY_SIZE]);

#endif /* BR_SIM_TLS_IDENTITY_H */
