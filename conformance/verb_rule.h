/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/verb_rule.h - the verbs `rule`, `quirk` and `coverage` of the command */
#ifndef BR_CONFORMANCE_VERB_RULE_H
#define BR_CONFORMANCE_VERB_RULE_H

#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_rule;
extern const struct br_command_verb br_verb_quirk;
extern const struct br_command_verb br_verb_coverage;

#endif /* BR_CONFORMANCE_VERB_RULE_H */
