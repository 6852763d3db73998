/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/http/http_odd.h - requests off the grammar or beyond limits */
#ifndef BR_CONFORMANCE_RULES_HTTP_HTTP_ODD_H
#define BR_CONFORMANCE_RULES_HTTP_HTTP_ODD_H

#include "conformance/rules/http/http_said.h"

/* The parsers the server has too are not asked: a mistake of theirs is to be seen. Is it in doubt
 * where the content ends?
 */
bool br_http_is_doubtful(const struct br_http_head *head);

/* Before br_http_judge().
 * Return: the rule by which no other response may follow, or BR_RULE_NONE
 */
enum br_rule br_http_judge_odd(struct br_rules *r, const struct br_http_said *q,
                               const struct br_http_head *head);

/* The server closes or resets, and never answered @q. */
void br_http_judge_unanswered(struct br_rules *r, const struct br_http_said *q);

#endif /* BR_CONFORMANCE_RULES_HTTP_HTTP_ODD_H */
