/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/http/http_head.h - a response head against its request */
#ifndef BR_CONFORMANCE_RULES_HTTP_HTTP_HEAD_H
#define BR_CONFORMANCE_RULES_HTTP_HTTP_HEAD_H

#include "conformance/rules/http/http_table.h"

/* @raw: the octets of @head; @known: of the target, or NULL; @handed_out: by DHCP. */
void br_http_judge(struct br_rules *r, const struct br_http_said *q,
                   const struct br_http_head *head, struct br_octets raw,
                   struct br_http_known *known, bool handed_out);

#endif /* BR_CONFORMANCE_RULES_HTTP_HTTP_HEAD_H */
