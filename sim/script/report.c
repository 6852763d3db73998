/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/escape.h"
#include "sim/json.h"
#include "sim/script/guest.h"
#include "sim/script/print.h"

enum {
	ISSUES_SHOWN = 3,
	TRACE_SHOWN = 24,
	LIST_SHOWN = 5, /* members of option 55 in a trace */
	LINE_SIZE = 2048,
};

static void print_where(const struct br_report *r, FILE *to)
{
	const struct br_failure *f = &r->result->failure;
	struct br_ids ids = br_item_ids(f->item);

	fprintf(to, "%s  %s", r->look.prefix, f->item ? f->item->path : r->script->path);
	if (f->item)
		fprintf(to, ":%" PRIu32, f->item->line);
	for (size_t i = 0; i < ids.count; i++)
		fprintf(to, "  @%s", ids.id[i]);
	if (f->label)
		fprintf(to, "  in %s", f->label);
	fprintf(to, "\n");
}

static void print_line_of_script(const struct br_report *r, FILE *to)
{
	const struct br_failure *f = &r->result->failure;
	char *text = NULL;
	size_t size;
	FILE *line;

	if (!f->item || f->kind == BR_FAILURE_DIFFERENT || f->kind == BR_FAILURE_NOTHING ||
	    f->kind == BR_FAILURE_NEVER)
		return; /* what was wanted says it better */
	line = open_memstream(&text, &size);
	if (!line)
		abort();
	br_item_print(r->script, f->item, line);
	fclose(line);
	br_style_line(&r->look, f->kind == BR_FAILURE_UNEXPECTED ? "before" : "line", text, to);
	free(text);
}

/* What was wanted above what came, column below column, with a mark at each that differs */
static void print_difference(const struct br_report *r, FILE *to)
{
	const struct br_failure *f = &r->result->failure;
	const char *want = f->kind == BR_FAILURE_NEVER ? "never" : "want";
	struct br_style_row row[3];
	char got[2 * LINE_SIZE];
	size_t rows = 0;

	br_style_line(&r->look, "why", f->why, to);
	if (f->want[0])
		row[rows++] = (struct br_style_row){want, f->want, BR_STYLE_PLAIN};
	if (f->got[0]) {
		(void)snprintf(got, sizeof(got), "%s   +%" PRIu64 ".%06" PRIu64, f->got,
		               f->at / BR_S, f->at % BR_S / 1000);
		row[rows++] = (struct br_style_row){"got", got, BR_STYLE_PLAIN};
	} else if (f->kind == BR_FAILURE_NOTHING) {
		row[rows++] = (struct br_style_row){"got", "nothing", BR_STYLE_PLAIN};
	}
	if (f->marks[0])
		row[rows++] = (struct br_style_row){"", f->marks, BR_STYLE_BAD};
	br_style_rows(&r->look, row, rows, to);
}

static void print_rule(const struct br_report *r, const char *id, const char *clause,
                       const char *sentence, FILE *to)
{
	char text[LINE_SIZE];

	(void)snprintf(text, sizeof(text), "%s%s%s%s: %s", id, clause ? " (" : "",
	               clause ? clause : "", clause ? ")" : "", sentence);
	br_style_line(&r->look, "rule", text, to);
}

static void print_rules(const struct br_report *r, FILE *to)
{
	const struct br_report_sources *s = r->sources;
	const char *rule = r->result->failure.rule;
	struct br_ids ids = br_item_ids(r->result->failure.item);

	for (size_t i = 0; s && s->sentence && i < ids.count; i++) {
		const char *id = ids.id[i], *sentence = s->sentence(s->context, id);

		if (sentence)
			print_rule(r, id, s->clause ? s->clause(s->context, id) : NULL, sentence,
			           to);
	}
	if (rule[0] && s && s->sentence) {
		const char *sentence = s->sentence(s->context, rule);

		print_rule(r, rule, NULL, sentence ? sentence : "", to);
	}
	for (size_t i = 0; i < r->script->issues && i < ISSUES_SHOWN; i++)
		br_style_line(&r->look, i == 0 ? "seen" : "", r->script->issue[i], to);
}

/* A list of options is long, and the same in each packet of a machine: its beginning will do. */
static void short_trace(const char *text, char *ret_text, size_t size)
{
	const char *list = strstr(text, "opt55=["), *at = list;
	size_t shown = 0, left = 0;

	for (; at && *at && *at != ']' && shown < LIST_SHOWN; at++)
		shown += *at == ',';
	for (const char *rest = at; rest && *rest && *rest != ']'; rest++)
		left += *rest == ',';
	if (list && strchr(at, ']') && shown == LIST_SHOWN && left > 0)
		(void)snprintf(ret_text, size, "%.*s... %zu more%s", (int)(at - text), text,
		               left + 1, strchr(at, ']'));
	else
		(void)snprintf(ret_text, size, "%s", text);
}

static void print_trace(const struct br_report *r, FILE *to)
{
	const struct br_run_result *result = r->result;
	uint64_t kept = result->traced < TRACE_SHOWN ? result->traced : TRACE_SHOWN;

	for (uint64_t i = result->traced - kept; i < result->traced; i++) {
		const struct br_trace_line *line = &result->trace[i % BR_RUN_TRACE_MAX];
		bool it = line->frame == result->failure.frame && line->frame != 0;
		char text[BR_RUN_TRACE_SIZE], full[BR_RUN_TRACE_SIZE + 64];

		short_trace(line->text, text, sizeof(text));
		(void)snprintf(full, sizeof(full),
		               "    %-5s%s%3" PRIu64 "  %" PRIu64 ".%06" PRIu64 "  %s",
		               i == result->traced - kept ? "trace" : "", it ? "*" : " ",
		               line->number, line->at / BR_S, line->at % BR_S / 1000, text);
		br_style_cut(&r->look, full, to);
	}
}

static void print_again(const struct br_report *r, FILE *to)
{
	char text[LINE_SIZE];

	br_style_label(&r->look, "again", to);
	br_escape_shell(r->command ? r->command : "bootrig", to);
	fputs(" run ", to);
	br_escape_shell(r->script->path, to);
	fputs(r->against ? r->against : "", to);
	fprintf(to, " --seed %" PRIu64 "%s    # trace %08" PRIx32 "\n", r->result->seed,
	        r->words ? r->words : "", (uint32_t)(r->result->hash >> 32));
	if (r->small) {
		(void)snprintf(text, sizeof(text), "%s   %zu of %zu lines", r->small,
		               r->small_lines, r->lines);
		br_style_whole(&r->look, "small", text, to);
	}
	if (r->pcap && r->result->failure.frame > 0) {
		(void)snprintf(text, sizeof(text), "%s frame %" PRIu64, r->pcap,
		               r->result->failure.frame);
		br_style_whole(&r->look, "wire", text, to);
	} else if (r->pcap) {
		br_style_whole(&r->look, "wire", r->pcap, to);
	}
}

static void print_drawn(const struct br_report *r, FILE *to)
{
	for (size_t i = 0; i < r->result->varies; i++) {
		const struct br_script_vary *v = &r->script->vary[i];
		uint64_t drawn = r->result->vary[i];
		char text[32];

		br_style_label(&r->look, i == 0 ? "drawn" : "", to);
		fprintf(to, "%s ", v->name);
		if (v->unit == BR_VARY_PERCENT)
			fprintf(to, "%" PRIu64 ".%04" PRIu64 "%%\n", drawn / 10000, drawn % 10000);
		else if (v->unit == BR_VARY_DURATION)
			fprintf(to, "%s\n", br_report_time(drawn, text, sizeof(text)));
		else
			fprintf(to, "%" PRIu64 "\n", drawn);
	}
}

void br_report_failure(const struct br_report *report, FILE *to)
{
	print_where(report, to);
	print_line_of_script(report, to);
	print_difference(report, to);
	print_rules(report, to);
	print_drawn(report, to);
	print_trace(report, to);
	if (report->effect && report->effect[0])
		br_style_line(&report->look, "effect", report->effect, to);
	print_again(report, to);
}

const char *br_report_time(uint64_t ns, char *text, size_t size)
{
	if (ns >= 100 * BR_S)
		snprintf(text, size, "%" PRIu64 " s", ns / BR_S);
	else if (ns >= BR_S)
		snprintf(text, size, "%" PRIu64 ".%" PRIu64 " s", ns / BR_S,
		         ns % BR_S / (BR_S / 10));
	else if (ns > 0 && ns < BR_MS)
		snprintf(text, size, "%" PRIu64 " us", ns / 1000);
	else
		snprintf(text, size, "%" PRIu64 ".%" PRIu64 " ms", ns / BR_MS,
		         ns % BR_MS / (BR_MS / 10));
	return text;
}

static void print_verdict(const char *verdict, enum br_style_colour colour, size_t number,
                          const struct br_suite_row *row, const struct br_style *look, FILE *to)
{
	br_style_put(look, colour, verdict, to);
	fprintf(to, " %zu - %s", number, row->name);
}

void br_report_again(const struct br_suite_row *row, const struct br_style *look, FILE *to)
{
	const struct br_run_result *result = row->result;
	const struct br_failure *f = &result->failure;
	char where[LINE_SIZE] = "", text[3 * LINE_SIZE];
	const char *why = !row->script ? row->report
	                  : result->result == BR_RESULT_STALE
	                          ? "it works, but is declared unsupported"
	                          : f->why;

	if (f->item)
		(void)snprintf(where, sizeof(where), " (%s:%" PRIu32 ")", f->item->path,
		               f->item->line);
	(void)snprintf(text, sizeof(text), "  %s%s: %.*s", row->name, where,
	               (int)strcspn(why, "\n"), why);
	br_style_cut(look, text, to);
}

void br_report_tap_row(const struct br_suite_row *row, size_t number, const struct br_style *look,
                       FILE *to)
{
	const struct br_run_result *result = row->result;
	char simulated[32], cpu[32];

	if (!row->script) {
		print_verdict("not ok", BR_STYLE_BAD, number, row, look, to);
		fprintf(to, "   # broken: it has mistakes\n#   %.*s\n",
		        (int)strcspn(row->report, "\n"), row->report);
		return;
	}
	switch (result->result) {
	case BR_RESULT_PASS:
		print_verdict("ok", BR_STYLE_GOOD, number, row, look, to);
		br_report_time(result->simulated, simulated, sizeof(simulated));
		if (row->script->real)
			fprintf(to, "   # %" PRIu64 " checks, %s of real time", result->checks,
			        simulated);
		else
			fprintf(to, "   # %" PRIu64 " checks, %s simulated in %s, trace %08" PRIx32,
			        result->checks, simulated,
			        br_report_time(row->cpu_ns, cpu, sizeof(cpu)),
			        (uint32_t)(result->hash >> 32));
		if (row->runs > 1)
			fprintf(to, ", %" PRIu64 " runs", row->runs);
		fprintf(to, "\n");
		if (result->late[0])
			fprintf(to, "#   late, in real time: %s\n", result->late);
		return;
	case BR_RESULT_UNSUPPORTED:
		print_verdict("ok", BR_STYLE_SKIPPED, number, row, look, to);
		fprintf(to, " # SKIP %s\n", result->reason);
		return;
	case BR_RESULT_STALE:
		print_verdict("not ok", BR_STYLE_BAD, number, row, look, to);
		fprintf(to, "\n#   stale: it works, but is declared unsupported: %s\n",
		        result->reason);
		return;
	case BR_RESULT_FAIL:
	case BR_RESULT_BROKEN:
		break;
	}
	print_verdict("not ok", BR_STYLE_BAD, number, row, look, to);
	fprintf(to, "%s\n%s",
	        result->result == BR_RESULT_BROKEN ? "   # broken: no verdict on the server" : "",
	        row->report ? row->report : "");
}

static bool is_failure(const struct br_suite_row *row)
{
	return row->result->result == BR_RESULT_FAIL || row->result->result == BR_RESULT_STALE;
}

void br_report_junit(const struct br_suite_row *rows, size_t count, FILE *to)
{
	size_t failures = 0, errors = 0, skipped = 0;

	for (size_t i = 0; i < count; i++) {
		failures += is_failure(&rows[i]);
		errors += rows[i].result->result == BR_RESULT_BROKEN;
		skipped += rows[i].result->result == BR_RESULT_UNSUPPORTED;
	}
	fprintf(to,
	        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"bootrig\" "
	        "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
	        count, failures, errors, skipped);
	for (size_t i = 0; i < count; i++) {
		const struct br_run_result *result = rows[i].result;

		fprintf(to, "  <testcase classname=\"bootrig\" name=\"");
		br_escape_xml(rows[i].name, to);
		fprintf(to, "\" file=\"");
		br_escape_xml(rows[i].path, to);
		fprintf(to, "\" time=\"%" PRIu64 ".%06" PRIu64 "\"", rows[i].cpu_ns / BR_S,
		        rows[i].cpu_ns % BR_S / 1000);
		if (result->result == BR_RESULT_PASS) {
			fprintf(to, "/>\n");
			continue;
		}
		if (result->result == BR_RESULT_UNSUPPORTED) {
			fprintf(to, ">\n    <skipped message=\"");
			br_escape_xml(result->reason, to);
			fprintf(to, "\"/>\n  </testcase>\n");
			continue;
		}
		fprintf(to, ">\n    <%s message=\"", is_failure(&rows[i]) ? "failure" : "error");
		br_escape_xml(result->result == BR_RESULT_STALE ? result->reason
		                                                : result->failure.why,
		              to);
		fprintf(to, "\">");
		br_escape_xml(rows[i].report ? rows[i].report : "", to);
		fprintf(to, "</%s>\n  </testcase>\n", is_failure(&rows[i]) ? "failure" : "error");
	}
	fprintf(to, "</testsuite>\n");
}

static void put_key(const char *key, const char *value, FILE *to)
{
	fprintf(to, ", \"%s\": ", key);
	br_json_text(to, value);
}

static const char *model_of(const struct br_script *script)
{
	for (size_t i = 0; script && i < script->nodes; i++) {
		if (script->node[i].profile) /* a real machine counts for more than what it is as */
			return script->node[i].profile;
	}
	for (size_t i = 0; script && i < script->nodes; i++) {
		if (script->node[i].model)
			return script->node[i].model;
	}
	return "";
}

/* A machine that was chosen by its model has the name that it was found under. */
static const char *firmware_of(const struct br_suite_row *row)
{
	const char *name = model_of(row->script);

	return !strcmp(name, BR_GUEST_FIT) && row->result->machine[0] ? row->result->machine : name;
}

/* Did a line before the @item-th name it, or the same line before its @at-th? */
static bool is_named_before(const struct br_script *script, size_t item, size_t at,
                            const char *name)
{
	for (size_t i = 0; i <= item; i++) {
		struct br_ids ids = br_item_ids(&script->item[i]);

		for (size_t k = 0; k < ids.count && (i < item || k < at); k++) {
			if (!strcmp(ids.id[k], name))
				return true;
		}
	}
	return false;
}

/* What the failing line is about; of a script that passed: what it shows. */
static void put_ids(const struct br_suite_row *row, FILE *to)
{
	const struct br_item *failed = row->result->failure.item;
	bool passed = row->result->result == BR_RESULT_PASS, any = false;
	size_t items = passed ? row->script->items : failed ? 1 : 0;

	for (size_t i = 0; i < items; i++) {
		struct br_ids ids = br_item_ids(passed ? &row->script->item[i] : failed);

		for (size_t k = 0; k < ids.count; k++) {
			if (passed && is_named_before(row->script, i, k, ids.id[k]))
				continue;
			if (any)
				fputs(", ", to);
			br_json_text(to, ids.id[k]);
			any = true;
		}
	}
}

void br_report_json(const struct br_suite_row *rows, size_t count, FILE *to)
{
	fprintf(to, "[");
	for (size_t i = 0; i < count; i++) {
		const struct br_run_result *r = rows[i].result;
		const struct br_failure *f = &r->failure;
		fprintf(to, "%s\n{\"server\": \"bootrig\"", i > 0 ? "," : "");
		put_key("firmware", firmware_of(&rows[i]), to);
		put_key("scenario", rows[i].name, to);
		fprintf(to, ", \"run\": %" PRIu64, r->seed);
		put_key("result", br_result_name(r->result), to);
		fprintf(to,
		        ", \"runs\": %" PRIu64 ", \"checks\": %" PRIu64
		        ", \"simulated_ns\": %" PRIu64 ", \"cpu_ns\": %" PRIu64
		        ", \"trace\": \"%016" PRIx64 "\"",
		        rows[i].runs, r->checks, r->simulated, rows[i].cpu_ns, r->hash);
		put_key("file", rows[i].path, to);
		if (f->kind != BR_FAILURE_NONE) {
			fprintf(to, ", \"line\": %" PRIu32, f->item ? f->item->line : 0);
			put_key("why", f->why, to);
			put_key("want", f->want, to);
			put_key("got", f->got, to);
		}
		put_key("reason", r->reason, to);
		fprintf(to, ", \"requirements\": [");
		put_ids(&rows[i], to);
		fprintf(to, "]}");
	}
	fprintf(to, "\n]\n");
}
