/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdicts as files for machines: JUnit for a build's page, JSON for whatever else */
#include "conformance/conform/tell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/conform/again.h"
#include "conformance/conform/areas.h"
#include "sim/escape.h"
#include "sim/json.h"

enum {
	TEXT_SIZE = 512,
};

static bool is_failure(const struct br_verdict_row *row, const struct br_tell_options *o)
{
	return row->kind == BR_VERDICT_FAIL || (o->strict && row->kind == BR_VERDICT_WARN);
}

static bool is_skipped(const struct br_verdict_row *row)
{
	return row->kind == BR_VERDICT_UNCHECKED || row->kind == BR_VERDICT_UNSUPPORTED ||
	       row->kind == BR_VERDICT_KNOWN;
}

static void put_against_xml(const struct br_against *against, const char *about,
                            const struct br_tell_options *o, const char *element, FILE *to)
{
	char *again = br_again_text(against, o);

	fprintf(to, ">\n    <%s message=\"", element);
	br_escape_xml(about, to);
	fprintf(to, "\">");
	br_escape_xml(against->script->path, to);
	fprintf(to, ":%" PRIu32 ": ", against->line);
	br_escape_xml(against->why, to);
	fprintf(to, "\nwant  ");
	br_escape_xml(against->want, to);
	fprintf(to, "\ngot   ");
	br_escape_xml(against->got, to);
	fprintf(to, "\nagain ");
	br_escape_xml(again, to);
	fprintf(to, "</%s>\n  </testcase>\n", element);
	free(again);
}

static void put_case(const char *area, size_t size, const char *name, FILE *to)
{
	fprintf(to, "  <testcase classname=\"bootrig.%.*s\" name=\"", (int)size, area);
	br_escape_xml(name, to);
	fprintf(to, "\"");
}

void br_tell_junit(const struct br_conform *v, const struct br_tell_options *o, FILE *to)
{
	size_t tests = 0, failures = 0, skipped = 0, off = 0;

	for (size_t i = 0; i < v->rows; i++) {
		tests += v->row[i].wanted;
		failures += v->row[i].wanted && is_failure(&v->row[i], o);
		skipped += v->row[i].wanted && !is_failure(&v->row[i], o) && is_skipped(&v->row[i]);
	}
	for (size_t i = 0; i < v->offs; i++)
		off += !v->off[i].reason;
	fprintf(to,
	        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"bootrig conform\" "
	        "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
	        tests + off, failures, off, skipped);
	for (size_t i = 0; i < v->rows; i++) {
		const struct br_verdict_row *row = &v->row[i];
		const struct br_requirement *q = row->requirement;
		char about[TEXT_SIZE];

		if (!row->wanted)
			continue;
		put_case(q->id, br_group_of(q->id), q->id, to);
		snprintf(about, sizeof(about), "%s: %s", q->strength, q->sentence);
		if (is_failure(row, o)) {
			put_against_xml(row->against, about, o, "failure", to);
		} else if (is_skipped(row)) {
			fprintf(to, ">\n    <skipped message=\"%s: ", br_verdict_name(row->kind));
			br_escape_xml(row->reason ? row->reason : "nothing that ran says anything",
			              to);
			fprintf(to, "\"/>\n  </testcase>\n");
		} else {
			fprintf(to, "/>\n");
		}
	}
	for (size_t i = 0; i < v->offs; i++) {
		if (v->off[i].reason)
			continue;
		put_case("scripts", strlen("scripts"), v->off[i].at.script->scenario, to);
		put_against_xml(&v->off[i].at, "it broke off at a line of no requirement", o,
		                "error", to);
	}
	fprintf(to, "</testsuite>\n");
}

static void put_against_json(const struct br_against *against, const struct br_tell_options *o,
                             FILE *to)
{
	char capture[TEXT_SIZE], *again = br_again_text(against, o);

	br_json_member(to, "script", against->script->path);
	fprintf(to, ",\"line\":%" PRIu32 ",\"seed\":%" PRIu64 ",\"frame\":%" PRIu64, against->line,
	        against->seed, against->frame);
	br_json_member(to, "why", against->why);
	br_json_member(to, "want", against->want);
	br_json_member(to, "got", against->got);
	br_json_member(to, "again", again);
	if (br_again_capture(capture, sizeof(capture), against, o))
		br_json_member(to, "capture", capture);
	free(again);
}

static void put_row(const struct br_verdict_row *row, const struct br_tell_options *o, FILE *to)
{
	const struct br_requirement *q = row->requirement;
	char group[32];

	snprintf(group, sizeof(group), "%.*s", (int)br_group_of(q->id), q->id);
	fprintf(to, "{\"server\":");
	br_json_text(to, o->target->name);
	br_json_member(to, "requirement", q->id);
	br_json_member(to, "group", group);
	br_json_member(to, "strength", q->strength);
	br_json_member(to, "verdict", br_verdict_name(row->kind));
	br_json_member(to, "sentence", q->sentence);
	br_json_member(to, "clause", q->clause);
	br_json_member(to, "reason", row->reason ? row->reason : "");
	fprintf(to, ",\"held\":%" PRIu32 ",\"broken\":%" PRIu32 ",\"rule\":%s,\"scripts\":[",
	        row->held, row->broken, row->by_rule ? "true" : "false");
	for (size_t i = 0; i < row->scripts; i++) {
		fputs(i > 0 ? "," : "", to);
		br_json_text(to, row->script[i]->scenario);
	}
	fputs("]", to);
	if (row->against)
		put_against_json(row->against, o, to);
	fputs("}", to);
}

void br_tell_json(const struct br_conform *v, const struct br_tell_options *o, FILE *to)
{
	bool first = true;

	fputs("[", to);
	for (size_t i = 0; i < v->rows; i++) {
		if (!v->row[i].wanted)
			continue;
		fputs(first ? "\n" : ",\n", to);
		put_row(&v->row[i], o, to);
		first = false;
	}
	for (size_t i = 0; i < v->offs; i++) {
		const struct br_broken_off *off = &v->off[i];

		fputs(first ? "\n{\"server\":" : ",\n{\"server\":", to);
		br_json_text(to, o->target->name);
		br_json_member(to, "scenario", off->at.script->scenario);
		br_json_member(to, "verdict", off->reason ? "known" : off->rig ? "broken" : "fail");
		br_json_member(to, "reason", off->reason ? off->reason : "");
		put_against_json(&off->at, o, to);
		fputs("}", to);
		first = false;
	}
	fputs("\n]\n", to);
}
