/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/http/http.h - the rules of HTTP: the door
 *
 * What they remember is in one piece, for free(); NULL: out of memory.
 */
#ifndef BR_CONFORMANCE_RULES_HTTP_HTTP_H
#define BR_CONFORMANCE_RULES_HTTP_HTTP_H

#include "conformance/rules/base/judge.h"

struct br_http_watch *br_http_watch_new(void);

/* A TCP segment. */
void br_rules_http(struct br_rules *r);

/* A boot URI was handed out, so its target will be asked for: HTTP-RDR-01. */
void br_rules_uri(struct br_rules *r, struct br_octets uri);

#endif /* BR_CONFORMANCE_RULES_HTTP_HTTP_H */
