/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/explain_rules.h - the section "rules" of an explanation, in both its forms: who
 * broke which requirement on which frames
 */
#ifndef BR_CAPTURES_EXPLAIN_EXPLAIN_RULES_H
#define BR_CAPTURES_EXPLAIN_EXPLAIN_RULES_H

#include <stdio.h>

#include "captures/explain/explain.h"
#include "conformance/rules/rules.h"

/* Is that told, and does it count? Of one server's alone, if one was named. */
bool br_explain_judges(const struct br_explain *explain, const struct br_breach *breach);
bool br_explain_counts(void *explain,
                       const struct br_endpoint *party); /* for struct br_rules_options */
/* Was anything judged? */
bool br_explain_judged(const struct br_rules *rules);

/* @harmless: no client failed, so that no broken rule stopped one */
void br_explain_rules_text(const struct br_explain *explain, const struct br_rules *rules,
                           bool harmless);
/* ,"rules":{...} */
void br_explain_rules_json(const struct br_explain *explain, const struct br_rules *rules);

#endif /* BR_CAPTURES_EXPLAIN_EXPLAIN_RULES_H */
