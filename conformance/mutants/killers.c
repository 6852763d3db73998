/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/mutants/killers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/conform/play.h"

static void name(struct br_mutant *mutant, const struct br_against *against, const char *id)
{
	const char *scenario = against->script->scenario;

	if (against->line > 0)
		snprintf(mutant->by, sizeof(mutant->by), "%s:%" PRIu32, scenario, against->line);
	else if (id)
		snprintf(mutant->by, sizeof(mutant->by), "rule %s in %s", id, scenario);
	else
		snprintf(mutant->by, sizeof(mutant->by), "%s at its end", scenario);
	snprintf(mutant->why, sizeof(mutant->why), "%.*s", BR_KILLER_SIZE - 1, against->why);
}

/* What one script found. The first is named, but before it one of the mutant's requirement. */
static bool weigh(const struct br_conform *verdicts, const char *requirement,
                  struct br_mutant *mutant)
{
	bool noticed = verdicts->offs > 0;

	for (size_t i = 0; i < verdicts->rows; i++) {
		const struct br_verdict_row *row = &verdicts->row[i];
		const char *id = row->requirement->id;
		bool own = row->against && strcmp(id, requirement) == 0;

		if (!row->against)
			continue;
		noticed = true;
		if (!mutant->by[0] || (own && !mutant->own))
			name(mutant, row->against, id);
		mutant->own = mutant->own || own;
	}
	if (noticed && !mutant->by[0])
		name(mutant, &verdicts->off[0].at, NULL);
	return noticed;
}

static void play(const struct br_scripts *scripts, const struct br_play_options *how,
                 struct br_file_store *made, const char *requirement, struct br_mutant *mutant,
                 bool *noticed)
{
	struct br_run_result *result = calloc(1, sizeof(*result));
	struct br_evidence evidence = {.count = 0};
	struct br_conform verdicts;

	if (!result)
		abort();
	br_verdicts_init(&verdicts, NULL);
	br_play(&evidence, scripts->script[mutant->at], how, made, result);
	br_evidence_weigh(&evidence, &verdicts);
	noticed[mutant->at] = weigh(&verdicts, requirement, mutant);
	mutant->scripts += noticed[mutant->at];
	br_verdicts_free(&verdicts);
	free(result);
}

void br_killers_find(const struct br_scripts *scripts, const struct br_run_watch *watch,
                     struct br_file_store *made, const bool *dear, const char *requirement,
                     struct br_mutant *mutant, bool *noticed)
{
	const struct br_play_options how = {.watch = watch};

	for (mutant->at = 0; mutant->at < scripts->count; mutant->at++) {
		if (!dear[mutant->at])
			play(scripts, &how, made, requirement, mutant, noticed);
	}
	for (mutant->at = 0; mutant->at < scripts->count; mutant->at++) {
		if (dear[mutant->at] && (mutant->scripts == 0 ||
		                         br_script_shows(scripts->script[mutant->at], requirement)))
			play(scripts, &how, made, requirement, mutant, noticed);
	}
	mutant->ended = true;
}
