/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/signature.h - is it of this key? For certificates and key exchanges; for sim/tls alone */
#ifndef BR_SIM_TLS_SIGNATURE_H
#define BR_SIM_TLS_SIGNATURE_H

#include "core/formats/certificate.h"

/* By the key of @by over a digest. @oid: of the hash, as the library has it; NULL: MD5 and SHA-1
 * one behind the other, of before TLS 1.2. False too if the key is of another kind.
 */
bool br_signature_rsa(const struct br_certificate *by, const unsigned char *oid,
                      const uint8_t *digest, size_t size, struct br_octets signature);
bool br_signature_ecdsa(const struct br_certificate *by, const uint8_t *digest, size_t size,
                        struct br_octets signature);

/* The library wants keys that are not const. Return: @target with @octets in it; NULL if there are
 * none, or no room for them
 */
unsigned char *br_signature_lend(uint8_t *target, size_t room, struct br_octets octets);

#endif /* BR_SIM_TLS_SIGNATURE_H */
