/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous_tls.h - a TLS record under other names
 *
 * The handshake keeps its shape and what a verdict needs: versions, suites, alerts, dates, sizes
 * of keys, who is whose issuer. Names of hosts and authorities, in SNI and certificates, become
 * what they become elsewhere; numbers, keys and signatures become any octets, as does what is
 * sealed.
 */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_TLS_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_TLS_H

#include "captures/convert/anonymous_value.h"

/* Do @octets begin a record? At least three are looked at. */
bool br_anonymous_is_record(struct br_octets octets);

/* A whole record with its head, in place. @sealed: its sender has changed its cipher */
void br_anonymous_hide_record(struct br_anonymous *a, uint8_t *record, size_t size, bool sealed);

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_TLS_H */
