/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/explain_rules.h - the section "rules" of an explanation, in both its forms: who
 * broke which requirement on which frames
 */
#ifndef BR_CAPTURES_EXPLAIN_EXPLAIN_RULES_H
#define BR_CAPTURES_EXPLAIN_EXPLAIN_RULES_H

#include <stdio.h>

#include "conformance/rules/rules.h"

/* @harmless: no client failed, so that no broken rule stopped one */
void br_explain_rules_text(FILE *out, const struct br_rules *rules, bool harmless);
void br_explain_rules_json(FILE *out, const struct br_rules *rules); /* ,"rules":{...} */

#endif /* BR_CAPTURES_EXPLAIN_EXPLAIN_RULES_H */
