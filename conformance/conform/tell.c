/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/tell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/conform/again.h"
#include "conformance/conform/areas.h"

enum {
	LINE_SIZE = 1400,
};

static enum br_style_colour colour_of(enum br_verdict_kind kind)
{
	switch (kind) {
	case BR_VERDICT_PASS:
		return BR_STYLE_GOOD;
	case BR_VERDICT_FAIL:
		return BR_STYLE_BAD;
	case BR_VERDICT_WARN:
	case BR_VERDICT_KNOWN:
	case BR_VERDICT_STALE:
		return BR_STYLE_SKIPPED;
	case BR_VERDICT_UNSUPPORTED:
	case BR_VERDICT_UNCHECKED:
	case BR_VERDICT_KINDS:
		break;
	}
	return BR_STYLE_FAINT;
}

static bool is_in(const char *id, const char *other, size_t (*part)(const char *))
{
	return part(id) == part(other) && !memcmp(id, other, part(id));
}

/* "8 passed, 1 failed" of the rows from @first on whose @part is the same; returns how many */
static size_t print_counts(const struct br_conform *v, size_t first, size_t (*part)(const char *),
                           char *text, size_t size)
{
	static const char *const words[] = {"unchecked", "passed", "warned",    "failed",
	                                    "known",     "stale",  "not for it"};
	static const enum br_verdict_kind order[] = {
		BR_VERDICT_FAIL, BR_VERDICT_WARN,      BR_VERDICT_KNOWN,       BR_VERDICT_STALE,
		BR_VERDICT_PASS, BR_VERDICT_UNCHECKED, BR_VERDICT_UNSUPPORTED,
	};
	size_t count[BR_VERDICT_KINDS] = {0}, all = 0, used = 0;

	for (size_t i = first; i < v->rows; i++) {
		if (!is_in(v->row[first].requirement->id, v->row[i].requirement->id, part))
			break;
		count[v->row[i].kind] += v->row[i].wanted;
		all += v->row[i].wanted;
	}
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		int put;

		if (count[order[i]] == 0)
			continue;
		put = snprintf(text + used, size - used, "%s%zu %s", used > 0 ? ", " : "",
		               count[order[i]], words[order[i]]);
		used += put > 0 ? (size_t)put : 0;
	}
	return all;
}

static void print_against(const struct br_against *against, const struct br_tell_options *o,
                          FILE *to)
{
	char where[LINE_SIZE], *again = br_again_text(against, o);

	if (against->line > 0)
		snprintf(where, sizeof(where), "%.1000s:%" PRIu32 ": %s", against->script->path,
		         against->line, against->why);
	else
		snprintf(where, sizeof(where), "%.1000s: %s", against->script->path, against->why);
	br_style_line(&o->look, "why", where, to);
	if (against->want[0])
		br_style_whole(&o->look, "want", against->want, to);
	if (against->got[0] || against->want[0])
		br_style_whole(&o->look, "got", against->got[0] ? against->got : "nothing", to);
	br_style_whole(&o->look, "again", again, to);
	if (br_again_capture(where, sizeof(where), against, o))
		br_style_whole(&o->look, "pcap", where, to);
	free(again);
}

/* What checked it, in a few words. */
static void print_evidence(const struct br_verdict_row *row, const struct br_tell_options *o,
                           FILE *to)
{
	char text[LINE_SIZE];
	size_t used = 0;

	for (size_t i = 0; i < row->scripts && used < sizeof(text) - 1; i++) {
		int put = snprintf(text + used, sizeof(text) - used, "%s%s", used > 0 ? ", " : "",
		                   row->script[i]->scenario);

		used += put > 0 ? (size_t)put : 0;
	}
	if (row->by_rule && used < sizeof(text) - 1)
		snprintf(text + used, sizeof(text) - used, "%sits rule, %" PRIu32 " runs",
		         used > 0 ? ", " : "", row->held + row->broken);
	else if (used == 0)
		text[0] = '\0';
	if (text[0])
		br_style_line(&o->look, "by", text, to);
}

static bool is_shown(const struct br_verdict_row *row, const struct br_tell_options *o)
{
	if (!row->wanted)
		return false;
	return o->all || row->kind == BR_VERDICT_FAIL || row->kind == BR_VERDICT_WARN ||
	       row->kind == BR_VERDICT_KNOWN || row->kind == BR_VERDICT_STALE;
}

static void print_row(const struct br_verdict_row *row, const struct br_tell_options *o, FILE *to)
{
	const struct br_requirement *q = row->requirement;
	char text[LINE_SIZE];

	fprintf(to, "%s    ", o->look.prefix);
	br_style_put(&o->look, colour_of(row->kind), br_verdict_name(row->kind), to);
	fprintf(to, " %s %s\n", q->id, q->strength);
	snprintf(text, sizeof(text), "%s (%s)", q->sentence, q->clause);
	br_style_line(&o->look, "rule", text, to);
	if (row->reason)
		br_style_line(&o->look, "reason", row->reason, to);
	if (row->against)
		print_against(row->against, o, to);
	else if (o->all)
		print_evidence(row, o, to);
}

static void print_areas(const struct br_conform *v, const struct br_tell_options *o, FILE *to)
{
	char counts[200];

	for (size_t i = 0; i < v->rows; i++) {
		const char *id = v->row[i].requirement->id;
		const char *before = i > 0 ? v->row[i - 1].requirement->id : "";

		if (!is_in(id, before, br_area_of) &&
		    print_counts(v, i, br_area_of, counts, sizeof(counts)) > 0)
			fprintf(to, "%s%-5.*s %s: %s\n", o->look.prefix, (int)br_area_of(id), id,
			        br_area_title(id), counts);
		if (!is_in(id, before, br_group_of) && br_group_of(id) > br_area_of(id) &&
		    print_counts(v, i, br_group_of, counts, sizeof(counts)) > 0)
			fprintf(to, "%s  %-10.*s %s\n", o->look.prefix, (int)br_group_of(id), id,
			        counts);
		if (is_shown(&v->row[i], o))
			print_row(&v->row[i], o, to);
	}
}

static void print_offs(const struct br_conform *v, const struct br_tell_options *o, FILE *to)
{
	for (size_t i = 0; i < v->offs; i++) {
		const struct br_broken_off *off = &v->off[i];

		if (i == 0)
			fprintf(to, "%sscripts that broke off at a line of no requirement:\n",
			        o->look.prefix);
		fprintf(to, "%s    ", o->look.prefix);
		br_style_put(&o->look, off->reason ? BR_STYLE_SKIPPED : BR_STYLE_BAD,
		             off->reason ? "known"
		             : off->rig  ? "broken"
		                         : "fail",
		             to);
		fprintf(to, " %s\n", off->at.script->scenario);
		if (off->reason)
			br_style_line(&o->look, "reason", off->reason, to);
		print_against(&off->at, o, to);
	}
}

/* Scripts that were not played, by the reason for it. */
static void print_skipped(const struct br_conform *v, const struct br_tell_options *o, FILE *to)
{
	for (size_t i = 0; i < v->skippeds; i++) {
		size_t same = 0, before = 0;

		for (size_t k = 0; k < v->skippeds; k++) {
			bool equal = !strcmp(v->skipped[i].reason, v->skipped[k].reason);

			same += equal;
			before += equal && k < i;
		}
		if (before == 0)
			fprintf(to, "%s%zu script%s not played: %s\n", o->look.prefix, same,
			        same == 1 ? " was" : "s were", v->skipped[i].reason);
	}
}

void br_tell_text(const struct br_conform *v, const struct br_tell_options *o, FILE *to)
{
	size_t passed = br_verdicts_count(v, BR_VERDICT_PASS),
	       stale = br_verdicts_count(v, BR_VERDICT_STALE),
	       failed = br_verdicts_count(v, BR_VERDICT_FAIL),
	       warned = br_verdicts_count(v, BR_VERDICT_WARN),
	       known = br_verdicts_count(v, BR_VERDICT_KNOWN),
	       unchecked = br_verdicts_count(v, BR_VERDICT_UNCHECKED),
	       unsupported = br_verdicts_count(v, BR_VERDICT_UNSUPPORTED);
	size_t off = 0;

	for (size_t i = 0; i < v->offs; i++)
		off += !v->off[i].reason;
	print_areas(v, o, to);
	print_offs(v, o, to);
	print_skipped(v, o, to);
	if (failed + warned + known + stale > 0 || o->all)
		br_area_legend(o->look.prefix, to);
	fprintf(to,
	        "%s%s, %zu scripts: %zu of %zu requirements passed, %zu failed, %zu warned, "
	        "%zu known, %zu stale, %zu unchecked, %zu not for it; %zu scripts broke off\n",
	        o->look.prefix, o->target->name, v->played, passed,
	        passed + stale + failed + warned + known + unchecked + unsupported, failed, warned,
	        known, stale, unchecked, unsupported, off);
	fprintf(to, "%s%zu passed, %zu failed, %zu skipped\n", o->look.prefix,
	        passed + stale + (o->strict ? 0 : warned), failed + off + (o->strict ? warned : 0),
	        known + unchecked + unsupported);
}
