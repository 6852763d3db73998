/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/mutants/mutants.h - the suite against each defect of the server, in processes
 *
 * A defect may make the server crash or never come back, so each is tried in a process of its
 * own; what is found does not depend on how many run side by side.
 */
#ifndef BR_CONFORMANCE_MUTANTS_MUTANTS_H
#define BR_CONFORMANCE_MUTANTS_MUTANTS_H

#include "conformance/mutants/killers.h"
#include "core/defect.h"

/**
 * struct br_mutants - The defects that are tried, and what came of them
 * @set, @scripts: Borrowed
 * @watch:	Judges every frame; set it before br_mutants_try()
 * @index:	Of each in @set, @count of them
 * @dear:	Of each script, see br_killers_find()
 * @mutant:	One for each, in that order, and one more for the server without a defect
 * @noticed:	Of each @mutant and script, see br_mutant_noticed()
 * @shared:	What the two lie in, and its size
 */
struct br_mutants {
	const struct br_defect_set *set;
	const struct br_scripts *scripts;
	const struct br_run_watch *watch;
	size_t *index, count;
	bool *dear;
	struct br_mutant *mutant;
	bool *noticed;
	void *shared;
	size_t size;
};

/* @only: a requirement or the beginning of some, as br_area_is_below(); NULL: all */
void br_mutants_init(struct br_mutants *mutants, const struct br_defect_set *set,
                     const struct br_scripts *scripts, const char *only);
void br_mutants_free(struct br_mutants *mutants);

/* Try the server without a defect, then each defect. @at_once: processes, 0 is one for each
 * processor. Return: false if a signal ended it before all were tried
 */
bool br_mutants_try(struct br_mutants *mutants, size_t at_once);

const struct br_defect *br_mutant_defect(const struct br_mutants *mutants, size_t i);
bool br_mutant_noticed(const struct br_mutants *mutants, size_t i, size_t script);
bool br_mutant_is_killed(const struct br_mutant *mutant);

#endif /* BR_CONFORMANCE_MUTANTS_MUTANTS_H */
