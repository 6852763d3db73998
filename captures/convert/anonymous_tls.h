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

/* Messages of the handshake in clear, in place: what records carry that follow one another. The
 * first begins where @octets do, the last may be cut.
 */
void br_anonymous_hide_messages(struct br_anonymous *a, uint8_t *octets, size_t size);

/* A whole record with its head, in place, of which no more is known: all that it carries but an
 * alert. @sealed: its sender has changed its cipher
 */
void br_anonymous_hide_record(struct br_anonymous *a, uint8_t *record, size_t size, bool sealed);

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_TLS_H */
