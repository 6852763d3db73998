/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/requirements.h"

#include <string.h>

#include "sim/nearest.h"

const struct br_requirement *br_requirement_find(const char *id)
{
	size_t first = 0, last = br_requirements_count;

	while (first < last) {
		size_t middle = first + (last - first) / 2;
		int order = strcmp(id, br_requirements[middle].id);

		if (order == 0)
			return &br_requirements[middle];
		if (order < 0)
			last = middle;
		else
			first = middle + 1;
	}
	return NULL;
}

const char *br_requirement_near(const char *id)
{
	struct br_nearest nearest = br_nearest_to(id, strlen(id));

	for (size_t i = 0; i < br_requirements_count; i++)
		br_nearest_try(&nearest, br_requirements[i].id);
	return nearest.best;
}

bool br_requirement_is_binding(const struct br_requirement *requirement)
{
	return !strcmp(requirement->strength, "MUST") || !strcmp(requirement->strength, "LC-MUST");
}

bool br_requirement_fails(const struct br_requirement *requirement)
{
	/* by their rows: dnsmasq copies ciaddr, and almost no server sends 93 and 94. RFC 4578
	 * §2.1 and §2.2 want these of servers, PXE 2.1 tables 2-3 and 2-5 do not know them, and
	 * no client known looks for them. Ours sends them.
	 */
	return requirement && br_requirement_is_binding(requirement) &&
	       strcmp(requirement->id, "PXE-BS-05") != 0 &&
	       strcmp(requirement->id, "PXE-PRX-07") != 0;
}

enum br_gate br_gate_of(const char *word)
{
	if (!word)
		return BR_GATE_NONE;
	return strcmp(word, "MUST") == 0 ? BR_GATE_MUST : BR_GATE_SHOULD;
}

bool br_requirement_reaches(const struct br_requirement *requirement, enum br_gate gate)
{
	bool should = requirement && (!strcmp(requirement->strength, "DEFACTO") ||
	                              strstr(requirement->strength, "SHOULD"));

	return (gate >= BR_GATE_MUST && br_requirement_fails(requirement)) ||
	       (gate >= BR_GATE_SHOULD && should);
}

bool br_requirement_is_often_broken(const struct br_requirement *requirement)
{
	return requirement && strstr(requirement->expected, "expected deviation");
}

bool br_requirement_binds(const struct br_requirement *requirement, const char *role)
{
	size_t size = strlen(role);

	for (const char *at = requirement->binds; at; at = strchr(at, ',')) {
		if (*at == ',')
			at++;
		if (!strncmp(at, role, size) && (at[size] == '\0' || at[size] == ','))
			return true;
	}
	return false;
}

const char *br_requirement_sentence(void *context, const char *id)
{
	const struct br_requirement *requirement = br_requirement_find(id);

	(void)context;
	return requirement ? requirement->sentence : NULL;
}

const char *br_requirement_clause(void *context, const char *id)
{
	const struct br_requirement *requirement = br_requirement_find(id);

	(void)context;
	return requirement ? requirement->clause : NULL;
}

const char *br_requirement_near_id(void *context, const char *id)
{
	(void)context;
	return br_requirement_near(id);
}
