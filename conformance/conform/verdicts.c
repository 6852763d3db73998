/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/verdicts.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/conform/areas.h"
#include "sim/exit_code.h"

static void *grown(void *array, size_t count, size_t size)
{
	void *more = realloc(array, (count + 1) * size);

	if (!more)
		abort();
	return more;
}

void br_verdicts_init(struct br_conform *verdicts, const char *only)
{
	*verdicts = (struct br_conform){.rows = br_requirements_count};
	verdicts->row = calloc(verdicts->rows, sizeof(verdicts->row[0]));
	if (!verdicts->row)
		abort();
	for (size_t i = 0; i < verdicts->rows; i++) {
		verdicts->row[i].requirement = &br_requirements[i];
		verdicts->row[i].wanted = !only || br_area_is_below(br_requirements[i].id, only);
	}
}

void br_verdicts_free(struct br_conform *verdicts)
{
	for (size_t i = 0; i < verdicts->rows; i++) {
		free(verdicts->row[i].against);
		free(verdicts->row[i].script);
	}
	free(verdicts->row);
	free(verdicts->off);
	free(verdicts->skipped);
	*verdicts = (struct br_conform){.rows = 0};
}

struct br_verdict_row *br_verdicts_find(struct br_conform *verdicts, const char *id)
{
	const struct br_requirement *requirement = br_requirement_find(id);

	return requirement ? &verdicts->row[requirement - br_requirements] : NULL;
}

static void add_script(struct br_verdict_row *row, const struct br_script *script)
{
	if (!script || (row->scripts > 0 && row->script[row->scripts - 1] == script))
		return;
	row->script = grown(row->script, row->scripts, sizeof(row->script[0]));
	row->script[row->scripts++] = script;
}

void br_verdicts_held(struct br_conform *verdicts, const char *id, const struct br_script *script)
{
	struct br_verdict_row *row = br_verdicts_find(verdicts, id);

	if (!row)
		return;
	row->held++;
	row->by_rule = row->by_rule || !script;
	add_script(row, script);
}

void br_verdicts_broken(struct br_conform *verdicts, const char *id,
                        const struct br_against *against)
{
	struct br_verdict_row *row = br_verdicts_find(verdicts, id);

	if (!row)
		return;
	row->broken++;
	row->by_rule = row->by_rule || against->line == 0;
	if (against->line > 0)
		add_script(row, against->script);
	if (row->against)
		return;
	row->against = malloc(sizeof(*row->against));
	if (!row->against)
		abort();
	*row->against = *against;
}

void br_verdicts_broken_off(struct br_conform *verdicts, const struct br_against *at, bool rig)
{
	verdicts->off = grown(verdicts->off, verdicts->offs, sizeof(verdicts->off[0]));
	verdicts->off[verdicts->offs++] = (struct br_broken_off){.at = *at, .rig = rig};
}

void br_verdicts_skipped(struct br_conform *verdicts, const struct br_script *script,
                         const char *reason)
{
	struct br_not_played *skipped;

	verdicts->skipped =
		grown(verdicts->skipped, verdicts->skippeds, sizeof(verdicts->skipped[0]));
	skipped = &verdicts->skipped[verdicts->skippeds++];
	skipped->script = script;
	snprintf(skipped->reason, sizeof(skipped->reason), "%s", reason);
}

static bool has_role_of(const struct br_requirement *requirement, const char *roles)
{
	char role[16];

	for (const char *at = roles; *at; at += strspn(at, ",")) {
		size_t size = strcspn(at, ",");

		snprintf(role, sizeof(role), "%.*s", (int)size, at);
		if (br_requirement_binds(requirement, role))
			return true;
		at += size;
	}
	return false;
}

static void conclude(struct br_verdict_row *row, const struct br_verdict_target *target)
{
	const struct br_requirement *requirement = row->requirement;
	const char *known = target->known(target->context, requirement->id);
	const char *gap = target->gap(target->context, requirement);

	row->reason = NULL;
	if (gap) { /* declared, not inferred: what works is told */
		row->kind = row->broken == 0 && row->held > 0 ? BR_VERDICT_STALE
		                                              : BR_VERDICT_UNSUPPORTED;
		row->reason = gap;
	} else if (row->broken > 0) {
		row->kind = known                               ? BR_VERDICT_KNOWN
		            : br_requirement_fails(requirement) ? BR_VERDICT_FAIL
		                                                : BR_VERDICT_WARN;
		row->reason = known;
	} else if (row->held > 0) {
		row->kind = known ? BR_VERDICT_STALE : BR_VERDICT_PASS;
		row->reason = known;
	} else {
		row->kind = BR_VERDICT_UNCHECKED;
		if (!has_role_of(requirement, target->roles))
			row->reason = "binds other roles than the server has";
		if (row->reason)
			row->kind = BR_VERDICT_UNSUPPORTED;
	}
}

void br_verdicts_conclude(struct br_conform *verdicts, const struct br_verdict_target *target)
{
	for (size_t i = 0; i < verdicts->rows; i++)
		conclude(&verdicts->row[i], target);
	for (size_t i = 0; i < verdicts->offs; i++)
		verdicts->off[i].reason =
			target->known(target->context, verdicts->off[i].at.script->scenario);
}

size_t br_verdicts_count(const struct br_conform *verdicts, enum br_verdict_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < verdicts->rows; i++)
		count += verdicts->row[i].wanted && verdicts->row[i].kind == kind;
	return count;
}

const char *br_verdict_name(enum br_verdict_kind kind)
{
	static const char *const names[] = {"unchecked", "pass",  "warn",       "fail",
	                                    "known",     "stale", "unsupported"};

	return names[kind];
}

/* MAY leaves it free, and ROBUST is nobody's duty. */
static bool is_strict_failure(const struct br_verdict_row *row)
{
	const char *strength = row->requirement->strength;

	return row->wanted && row->kind == BR_VERDICT_WARN && !strstr(strength, "MAY") &&
	       strcmp(strength, "ROBUST") != 0;
}

int br_verdicts_exit_code(const struct br_conform *verdicts, bool strict)
{
	size_t checked = 0;
	bool failed = br_verdicts_count(verdicts, BR_VERDICT_FAIL) > 0;

	for (size_t i = 0; i < verdicts->rows; i++) {
		const struct br_verdict_row *row = &verdicts->row[i];

		checked += row->wanted && row->held + row->broken > 0;
		failed = failed || (strict && is_strict_failure(row));
	}
	for (size_t i = 0; i < verdicts->offs; i++)
		failed = failed || !verdicts->off[i].reason;
	if (strict && br_verdicts_count(verdicts, BR_VERDICT_STALE) > 0)
		failed = true;
	return failed ? BR_EXIT_FAILED : checked == 0 ? BR_EXIT_NOTHING_RAN : BR_EXIT_PASSED;
}
