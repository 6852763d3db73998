/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/http/http_target.h - paths, Host, and what is known of the same file */
#ifndef BR_CONFORMANCE_RULES_HTTP_HTTP_TARGET_H
#define BR_CONFORMANCE_RULES_HTTP_HTTP_TARGET_H

#include "conformance/rules/http/http_table.h"

void br_http_judge_target(struct br_rules *r, const struct br_http_said *q,
                          const struct br_http_head *head, const struct br_http_known *known);

#endif /* BR_CONFORMANCE_RULES_HTTP_HTTP_TARGET_H */
