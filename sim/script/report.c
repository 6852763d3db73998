/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/report.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/json.h"
#include "sim/script/print.h"

enum {
	ISSUES_SHOWN = 3,
	TRACE_SHOWN = 16,
	LABEL_WIDTH = 7,
};

static void label(const char *prefix, const char *text, FILE *to)
{
	fprintf(to, "%s    %-*s", prefix, LABEL_WIDTH, text);
}

static void where_ids(const struct br_item *item, const char *const **ret_id, size_t *ret_ids)
{
	*ret_ids = 0;
	if (item && (item->kind == BR_ITEM_LINE || item->kind == BR_ITEM_NEVER)) {
		*ret_id = item->step.id;
		*ret_ids = item->step.ids;
	} else if (item && item->kind == BR_ITEM_CHECK) {
		*ret_id = item->check.id;
		*ret_ids = item->check.ids;
	}
}

static void print_where(const struct br_report *r, const char *prefix, FILE *to)
{
	const struct br_failure *f = &r->result->failure;
	const char *const *id = NULL;
	size_t ids;

	where_ids(f->item, &id, &ids);
	fprintf(to, "%s  %s", prefix, f->item ? f->item->path : r->script->path);
	if (f->item)
		fprintf(to, ":%" PRIu32, f->item->line);
	for (size_t i = 0; i < ids; i++)
		fprintf(to, "  @%s", id[i]);
	if (f->label)
		fprintf(to, "  in %s", f->label);
	fprintf(to, "\n");
}

static void print_line_of_script(const struct br_report *r, const char *prefix, FILE *to)
{
	const struct br_failure *f = &r->result->failure;

	if (!f->item || f->kind == BR_FAILURE_DIFFERENT || f->kind == BR_FAILURE_NOTHING ||
	    f->kind == BR_FAILURE_NEVER)
		return; /* what was wanted says it better */
	label(prefix, f->kind == BR_FAILURE_UNEXPECTED ? "before" : "line", to);
	br_item_print(r->script, f->item, to);
	fprintf(to, "\n");
}

static void print_difference(const struct br_failure *f, const char *prefix, FILE *to)
{
	label(prefix, "why", to);
	fprintf(to, "%s\n", f->why);
	if (f->want[0]) {
		label(prefix, f->kind == BR_FAILURE_NEVER ? "never" : "want", to);
		fprintf(to, "%s\n", f->want);
	}
	if (f->got[0]) {
		label(prefix, "got", to);
		fprintf(to, "%s   +%" PRIu64 ".%06" PRIu64 "\n", f->got, f->at / BR_S,
		        f->at % BR_S / 1000);
	} else if (f->kind == BR_FAILURE_NOTHING) {
		label(prefix, "got", to);
		fprintf(to, "nothing\n");
	}
	if (f->marks[0]) {
		label(prefix, "", to);
		fprintf(to, "%s\n", f->marks);
	}
}

static void print_rules(const struct br_report *r, const char *prefix, FILE *to)
{
	const struct br_report_sources *s = r->sources;
	const char *const *id = NULL;
	size_t ids;

	where_ids(r->result->failure.item, &id, &ids);
	for (size_t i = 0; s && s->sentence && i < ids; i++) {
		const char *sentence = s->sentence(s->context, id[i]);
		const char *clause = s->clause ? s->clause(s->context, id[i]) : NULL;

		if (!sentence)
			continue;
		label(prefix, "rule", to);
		fprintf(to, "%s%s%s%s: %s\n", id[i], clause ? " (" : "", clause ? clause : "",
		        clause ? ")" : "", sentence);
	}
	if (r->result->failure.rule[0] && s && s->sentence) {
		const char *sentence = s->sentence(s->context, r->result->failure.rule);

		label(prefix, "rule", to);
		fprintf(to, "%s: %s\n", r->result->failure.rule, sentence ? sentence : "");
	}
	for (size_t i = 0; i < r->script->issues && i < ISSUES_SHOWN; i++) {
		label(prefix, i == 0 ? "seen" : "", to);
		fprintf(to, "%s\n", r->script->issue[i]);
	}
}

static void print_trace(const struct br_report *r, const char *prefix, FILE *to)
{
	const struct br_run_result *result = r->result;
	uint64_t kept = result->traced < TRACE_SHOWN ? result->traced : TRACE_SHOWN;

	for (uint64_t i = result->traced - kept; i < result->traced; i++) {
		const struct br_trace_line *line = &result->trace[i % BR_RUN_TRACE_MAX];
		bool it = line->frame == result->failure.frame && line->frame != 0;

		fprintf(to, "%s    %-5s%s%3" PRIu64 "  %" PRIu64 ".%06" PRIu64 "  %s\n", prefix,
		        i == result->traced - kept ? "trace" : "", it ? "*" : " ", line->number,
		        line->at / BR_S, line->at % BR_S / 1000, line->text);
	}
}

static void print_again(const struct br_report *r, const char *prefix, FILE *to)
{
	label(prefix, "again", to);
	fprintf(to, "bootrig run %s --seed %" PRIu64 "    (trace %08" PRIx32 ")\n", r->script->path,
	        r->result->seed, (uint32_t)(r->result->hash >> 32));
	if (r->small) {
		label(prefix, "small", to);
		fprintf(to, "%s   %zu of %zu lines\n", r->small, r->small_lines, r->lines);
	}
	if (r->pcap) {
		label(prefix, "wire", to);
		fprintf(to, "%s", r->pcap);
		if (r->result->failure.frame > 0)
			fprintf(to, " frame %" PRIu64, r->result->failure.frame);
		fprintf(to, "\n");
	}
}

static void print_drawn(const struct br_report *r, const char *prefix, FILE *to)
{
	for (size_t i = 0; i < r->result->varies; i++) {
		const struct br_script_vary *v = &r->script->vary[i];
		uint64_t drawn = r->result->vary[i];
		char text[32];

		label(prefix, i == 0 ? "drawn" : "", to);
		fprintf(to, "%s ", v->name);
		if (v->unit == BR_VARY_PERCENT)
			fprintf(to, "%" PRIu64 ".%04" PRIu64 "%%\n", drawn / 10000, drawn % 10000);
		else if (v->unit == BR_VARY_DURATION)
			fprintf(to, "%s\n", br_report_time(drawn, text, sizeof(text)));
		else
			fprintf(to, "%" PRIu64 "\n", drawn);
	}
}

void br_report_failure(const struct br_report *report, const char *prefix, FILE *to)
{
	print_where(report, prefix, to);
	print_line_of_script(report, prefix, to);
	print_difference(&report->result->failure, prefix, to);
	print_rules(report, prefix, to);
	print_drawn(report, prefix, to);
	print_trace(report, prefix, to);
	if (report->effect && report->effect[0]) {
		label(prefix, "effect", to);
		fprintf(to, "%s\n", report->effect);
	}
	print_again(report, prefix, to);
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

void br_report_tap_row(const struct br_suite_row *row, size_t number, FILE *to)
{
	const struct br_run_result *result = row->result;
	char simulated[32], cpu[32];

	switch (result->result) {
	case BR_RESULT_PASS:
		fprintf(to, "ok %zu - %s", number, row->script->scenario);
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
		fprintf(to, "ok %zu - %s # SKIP %s\n", number, row->script->scenario,
		        result->reason);
		return;
	case BR_RESULT_STALE:
		fprintf(to, "not ok %zu - %s\n", number, row->script->scenario);
		fprintf(to, "#   stale: it works, but is declared unsupported: %s\n",
		        result->reason);
		return;
	case BR_RESULT_FAIL:
	case BR_RESULT_BROKEN:
		break;
	}
	fprintf(to, "not ok %zu - %s%s\n%s", number, row->script->scenario,
	        result->result == BR_RESULT_BROKEN ? "   # broken: no verdict on the server" : "",
	        row->report);
}

static void put_xml(const char *text, FILE *to)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '"':
			fputs("&quot;", to);
			break;
		default:
			if ((unsigned char)*text >= 0x20 || *text == '\n' || *text == '\t')
				fputc(*text, to);
		}
	}
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
		put_xml(rows[i].script->scenario, to);
		fprintf(to, "\" file=\"");
		put_xml(rows[i].script->path, to);
		fprintf(to, "\" time=\"%" PRIu64 ".%06" PRIu64 "\"", rows[i].cpu_ns / BR_S,
		        rows[i].cpu_ns % BR_S / 1000);
		if (result->result == BR_RESULT_PASS) {
			fprintf(to, "/>\n");
			continue;
		}
		if (result->result == BR_RESULT_UNSUPPORTED) {
			fprintf(to, ">\n    <skipped message=\"");
			put_xml(result->reason, to);
			fprintf(to, "\"/>\n  </testcase>\n");
			continue;
		}
		fprintf(to, ">\n    <%s message=\"", is_failure(&rows[i]) ? "failure" : "error");
		put_xml(result->result == BR_RESULT_STALE ? result->reason : result->failure.why,
		        to);
		fprintf(to, "\">");
		put_xml(rows[i].report, to);
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
	for (size_t i = 0; i < script->nodes; i++) {
		if (script->node[i].model)
			return script->node[i].model;
	}
	return "";
}

void br_report_json(const struct br_suite_row *rows, size_t count, FILE *to)
{
	fprintf(to, "[");
	for (size_t i = 0; i < count; i++) {
		const struct br_run_result *r = rows[i].result;
		const struct br_failure *f = &r->failure;
		const char *const *id = NULL;
		size_t ids;

		fprintf(to, "%s\n{\"server\": \"bootrig\"", i > 0 ? "," : "");
		put_key("firmware", model_of(rows[i].script), to);
		put_key("scenario", rows[i].script->scenario, to);
		fprintf(to, ", \"run\": %" PRIu64, r->seed);
		put_key("result", br_result_name(r->result), to);
		fprintf(to,
		        ", \"runs\": %" PRIu64 ", \"checks\": %" PRIu64
		        ", \"simulated_ns\": %" PRIu64 ", \"cpu_ns\": %" PRIu64
		        ", \"trace\": \"%016" PRIx64 "\"",
		        rows[i].runs, r->checks, r->simulated, rows[i].cpu_ns, r->hash);
		put_key("file", rows[i].script->path, to);
		if (f->kind != BR_FAILURE_NONE) {
			fprintf(to, ", \"line\": %" PRIu32, f->item ? f->item->line : 0);
			put_key("why", f->why, to);
			put_key("want", f->want, to);
			put_key("got", f->got, to);
		}
		put_key("reason", r->reason, to);
		fprintf(to, ", \"requirements\": [");
		where_ids(f->item, &id, &ids);
		for (size_t k = 0; k < ids; k++) {
			fprintf(to, "%s", k > 0 ? ", " : "");
			br_json_text(to, id[k]);
		}
		fprintf(to, "]}");
	}
	fprintf(to, "\n]\n");
}
