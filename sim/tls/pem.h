/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/pem.h - certificates and keys in files: PEM (RFC 7468) or DER */
#ifndef BR_SIM_TLS_PEM_H
#define BR_SIM_TLS_PEM_H

#include <stdio.h>

#include "core/base/bytes.h"

/* The certificates of a file's octets, as DER, one behind the other in @w; @ret: where each lies.
 * Return: how many, at most @count; 0: there is none. w->bad if they do not fit.
 */
size_t br_pem_certificates(struct br_octets file, struct br_writer *w, struct br_octets *ret,
                           size_t count);

/* The first private key of a file's octets, as DER of PKCS #8, PKCS #1 or SEC 1; one under a
 * password is none. Return: false if there is none, or if it does not fit
 */
bool br_pem_private_key(struct br_octets file, struct br_writer *w, struct br_octets *ret);

/* One certificate as PEM. Return: false if it could not be written */
bool br_pem_print(FILE *out, struct br_octets der);

#endif /* BR_SIM_TLS_PEM_H */
