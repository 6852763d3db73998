/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/pem.h - certificates in files: PEM (RFC 7468) or DER */
#ifndef BR_SIM_TLS_PEM_H
#define BR_SIM_TLS_PEM_H

#include <stdio.h>

#include "core/base/bytes.h"

/* The certificates of a file's octets, as DER, one behind the other in @w; @ret: where each lies.
 * Return: how many, at most @count; 0: there is none. w->bad if they do not fit.
 */
size_t br_pem_certificates(struct br_octets file, struct br_writer *w, struct br_octets *ret,
                           size_t count);

/* One certificate as PEM. Return: false if it could not be written */
bool br_pem_print(FILE *out, struct br_octets der);

#endif /* BR_SIM_TLS_PEM_H */
