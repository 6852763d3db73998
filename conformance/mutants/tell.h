/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/mutants/tell.h - what came of the defects, for people and as JSON */
#ifndef BR_CONFORMANCE_MUTANTS_TELL_H
#define BR_CONFORMANCE_MUTANTS_TELL_H

#include <stdio.h>

#include "conformance/mutants/mutants.h"

/* @part: not all defects were tried, so nothing can be said of scripts that killed none */
void br_mutants_tell(const struct br_mutants *mutants, bool part, FILE *to);
void br_mutants_tell_json(const struct br_mutants *mutants, FILE *to);

size_t br_mutants_survivors(const struct br_mutants *mutants);

#endif /* BR_CONFORMANCE_MUTANTS_TELL_H */
