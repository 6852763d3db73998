/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/secrets.h - the rig's keys as BearSSL takes them; for sim/tls alone */
#ifndef BR_SIM_TLS_SECRETS_H
#define BR_SIM_TLS_SECRETS_H

#include <bearssl.h>

#include "sim/tls/keys.h"

/* The library writes to no key, though its structs are not const. */
void br_tls_key_rsa(const struct br_tls_key *key, br_rsa_private_key *ret);
void br_tls_key_ec(const struct br_tls_key *key, br_ec_private_key *ret);

#endif /* BR_SIM_TLS_SECRETS_H */
