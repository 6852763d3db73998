/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/mutants/tell.h"

#include <string.h>

#include "conformance/conform/areas.h"
#include "sim/json.h"

size_t br_mutants_survivors(const struct br_mutants *mutants)
{
	size_t count = 0;

	for (size_t i = 0; i < mutants->count; i++)
		count += !br_mutant_is_killed(&mutants->mutant[i]);
	return count;
}

static void tell_one(const struct br_mutants *mutants, size_t i, FILE *to)
{
	const struct br_defect *defect = br_mutant_defect(mutants, i);
	const struct br_mutant *mutant = &mutants->mutant[i];

	fprintf(to, "%-8s %-12s %s\n", br_mutant_is_killed(mutant) ? "killed" : "SURVIVED",
	        defect->requirement, defect->says);
	if (!br_mutant_is_killed(mutant))
		return;
	fprintf(to, "%22sby %s%s", "", mutant->by,
	        mutant->ended ? "" : ", where it crashed or hung");
	if (mutant->scripts > 1)
		fprintf(to, ", and %zu more", mutant->scripts - 1);
	fputs(mutant->own || !mutant->ended ? "\n" : ", none of that requirement\n", to);
}

/* By group: "TFTP-WIN"; requirements are sorted, so a group is a run of them. */
static void tell_groups(const struct br_mutants *mutants, FILE *to)
{
	size_t begin = 0;

	fprintf(to, "\n%-10s %8s %8s %16s\n", "group", "defects", "killed", "by an own check");
	while (begin < mutants->count) {
		const char *id = br_mutant_defect(mutants, begin)->requirement;
		size_t size = br_group_of(id), killed = 0, own = 0, end = begin;

		for (; end < mutants->count; end++) {
			const char *next = br_mutant_defect(mutants, end)->requirement;

			if (br_group_of(next) != size || strncmp(next, id, size) != 0)
				break;
			killed += br_mutant_is_killed(&mutants->mutant[end]);
			own += mutants->mutant[end].own;
		}
		fprintf(to, "%-10.*s %8zu %8zu %16zu\n", (int)size, id, end - begin, killed, own);
		begin = end;
	}
}

struct kills {
	size_t all, alone;
};

static struct kills kills_of(const struct br_mutants *mutants, size_t script)
{
	struct kills kills = {0, 0};

	for (size_t i = 0; i < mutants->count; i++) {
		if (!br_mutant_noticed(mutants, i, script))
			continue;
		kills.all++;
		kills.alone += mutants->mutant[i].scripts == 1;
	}
	return kills;
}

static void tell_scripts(const struct br_mutants *mutants, FILE *to)
{
	size_t idle = 0;

	fprintf(to, "\n%8s %8s  script\n", "killed", "alone");
	for (size_t s = 0; s < mutants->scripts->count; s++) {
		struct kills kills = kills_of(mutants, s);

		if (kills.all > 0)
			fprintf(to, "%8zu %8zu  %s\n", kills.all, kills.alone,
			        mutants->scripts->script[s]->scenario);
		idle += kills.all == 0;
	}
	if (idle > 0)
		fprintf(to, "\nkilled nothing:\n");
	for (size_t s = 0; s < mutants->scripts->count; s++) {
		if (kills_of(mutants, s).all == 0)
			fprintf(to, "  %s\n", mutants->scripts->script[s]->scenario);
	}
}

void br_mutants_tell(const struct br_mutants *mutants, bool part, FILE *to)
{
	size_t own = 0, survivors = br_mutants_survivors(mutants);

	for (size_t i = 0; i < mutants->count; i++) {
		tell_one(mutants, i, to);
		own += mutants->mutant[i].own;
	}
	tell_groups(mutants, to);
	if (!part)
		tell_scripts(mutants, to);
	fprintf(to,
	        "\n%zu defects, %zu scripts: %zu killed, %zu of them by a check of the "
	        "requirement they break; %zu survived\n"
	        "%zu passed, %zu failed, 0 skipped\n",
	        mutants->count, mutants->scripts->count, mutants->count - survivors, own, survivors,
	        mutants->count - survivors, survivors);
}

void br_mutants_tell_json(const struct br_mutants *mutants, FILE *to)
{
	for (size_t i = 0; i < mutants->count; i++) {
		const struct br_defect *defect = br_mutant_defect(mutants, i);
		const struct br_mutant *mutant = &mutants->mutant[i];

		fprintf(to, "%s{\"killed\":%s,\"own\":%s,\"crashed\":%s,\"scripts\":%zu",
		        i > 0 ? ",\n" : "[\n", br_mutant_is_killed(mutant) ? "true" : "false",
		        mutant->own ? "true" : "false", mutant->ended ? "false" : "true",
		        mutant->scripts);
		br_json_member(to, "requirement", defect->requirement);
		br_json_member(to, "says", defect->says);
		br_json_member(to, "by", mutant->by);
		br_json_member(to, "why", mutant->why);
		fputs("}", to);
	}
	fputs("\n]\n", to);
}
