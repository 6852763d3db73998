/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/verb_mutants.h - the verb `mutants` of the command */
#ifndef BR_CONFORMANCE_VERB_MUTANTS_H
#define BR_CONFORMANCE_VERB_MUTANTS_H

#include "core/defect.h"
#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_mutants;

/* This is the build that has them. Another one hands the verb over to that one, which lies beside
 * it. BR_DEFECT in the environment chooses one for all verbs, by its requirement, or a manner.
 */
void br_mutants_of(const struct br_defect_set *set);

#endif /* BR_CONFORMANCE_VERB_MUTANTS_H */
