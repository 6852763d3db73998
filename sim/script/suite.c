/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/suite.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/script/collect.h"
#include "sim/script/effect.h"
#include "sim/script/shrink.h"

enum {
	PATH_SIZE = 512,
};

struct tally {
	size_t passed, failed, skipped;
};

static struct br_run_result *new_result(void)
{
	struct br_run_result *result = calloc(1, sizeof(*result));

	if (!result)
		abort();
	return result;
}

/* Once more; a run whose hash differs says nothing about the server. */
static void run_twice(const struct br_script *script, const struct br_run_options *options,
                      struct br_run_result *result, uint64_t *ret_cpu_ns)
{
	static const char why[] = "two runs of one seed differ: the rig is not deterministic";
	struct br_run_result *again;
	struct br_run_options plain = *options;
	uint64_t start = br_cpu_ns();

	br_run(script, options, result);
	*ret_cpu_ns = br_cpu_ns() - start;
	if (result->result != BR_RESULT_PASS || script->real)
		return;
	again = new_result();
	plain.pcap = NULL;
	plain.watch = NULL;
	br_run(script, &plain, again);
	if (again->hash != result->hash || again->result != result->result) {
		result->result = BR_RESULT_BROKEN;
		result->failure.kind = BR_FAILURE_BROKEN;
		snprintf(result->failure.why, sizeof(result->failure.why), "%s", why);
	}
	free(again);
}

static void make_folder(const char *path)
{
	char part[PATH_SIZE];

	snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(part, 0777);
		*slash = '/';
	}
	mkdir(part, 0777);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Play the failing run again with everything kept, reduce it, tell it. */
static char *make_report(const struct br_suite_options *o, const struct br_script *script,
                         struct br_run_result *result)
{
	char folder[PATH_SIZE], pcap[PATH_SIZE + 16], small[PATH_SIZE + 16], effect[300] = "";
	struct br_run_options options = {
		.seed = result->seed, .trace = true, .watch = o->watch, .pcap = o->pcap};
	struct br_report report = {.script = script,
	                           .result = result,
	                           .sources = &o->sources,
	                           .effect = effect,
	                           .pcap = o->pcap};
	bool server = result->result == BR_RESULT_FAIL;
	char *text = NULL;
	size_t size;
	FILE *to;

	if (o->out && !o->pcap && !script->real) {
		snprintf(folder, sizeof(folder), "%.300s/%.180s", o->out,
		         last_part(script->scenario));
		snprintf(pcap, sizeof(pcap), "%s/run.pcapng", folder);
		snprintf(small, sizeof(small), "%s/min.wire", folder);
		make_folder(folder);
		options.pcap = report.pcap = pcap;
		if (server &&
		    br_shrink(script, result, o->watch, small, &report.small_lines, &report.lines))
			report.small = small;
	}
	if (!script->real) /* what is real is not the same a second time */
		br_run(script, &options, result);
	if (server && !script->real)
		br_effect(script, result->seed, effect, sizeof(effect));
	to = open_memstream(&text, &size);
	if (!to)
		abort();
	br_report_failure(&report, o->tap ? "# " : "", to);
	fclose(to);
	return text;
}

static void show_progress(const struct br_script *script, uint64_t run, uint64_t runs)
{
	if (isatty(STDERR_FILENO) && runs > 1 && run % 16 == 0)
		fprintf(stderr, "\r%s: %" PRIu64 " of %" PRIu64 " runs\033[K", script->scenario,
		        run, runs);
	if (isatty(STDERR_FILENO) && runs > 1 && run + 1 == runs)
		fprintf(stderr, "\r\033[K");
}

static void run_script(const struct br_suite_options *o, const struct br_script *script,
                       struct br_file_store *made, struct br_suite_row *row)
{
	struct br_run_options options = {.watch = o->watch,
	                                 .seed = o->seed,
	                                 .pcap = o->pcap,
	                                 .made = made,
	                                 .trace = script->real};
	uint64_t runs = o->has_seed ? 1 : o->explore > 0 ? o->explore : script->runs;

	*row = (struct br_suite_row){.script = script, .result = new_result(), .report = ""};
	for (uint64_t run = 0; run < runs; run++) {
		options.seed = (o->has_seed ? o->seed : script->seed) + run;
		show_progress(script, run, runs);
		run_twice(script, &options, row->result, &row->cpu_ns);
		row->runs++;
		if (row->result->result != BR_RESULT_PASS)
			break;
	}
	if (row->result->result == BR_RESULT_FAIL || row->result->result == BR_RESULT_BROKEN) {
		fflush(o->to);
		row->report = make_report(o, script, row->result);
	}
}

static void count(struct tally *tally, enum br_result result)
{
	switch (result) {
	case BR_RESULT_PASS:
		tally->passed++;
		break;
	case BR_RESULT_UNSUPPORTED:
		tally->skipped++;
		break;
	case BR_RESULT_FAIL:
	case BR_RESULT_STALE:
	case BR_RESULT_BROKEN:
		tally->failed++;
		break;
	}
}

static bool write_file(const char *path, const struct br_suite_row *rows, size_t rows_count,
                       void (*write)(const struct br_suite_row *rows, size_t count, FILE *to))
{
	FILE *to = fopen(path, "w");

	if (!to) {
		fprintf(stderr, "cannot write %s: %s\n", path, strerror(errno));
		return false;
	}
	write(rows, rows_count, to);
	return fclose(to) == 0;
}

static int exit_code(const struct tally *tally)
{
	if (tally->failed > 0)
		return BR_EXIT_FAILED;
	if (tally->passed > 0)
		return BR_EXIT_PASSED;
	return tally->skipped > 0 ? BR_EXIT_SKIPPED : BR_EXIT_NOTHING_RAN;
}

static int by_number(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* What it all cost: to read a script and to run it once. */
static void print_summary(const struct br_suite_options *o, const struct br_suite_row *rows,
                          size_t count)
{
	uint64_t checks = 0, simulated = 0, runs = 0, *cost = calloc(count + 1, sizeof(*cost));
	char text[4][32], total[32];

	if (!cost)
		abort();
	for (size_t i = 0; i < count; i++) {
		checks += rows[i].result->checks;
		simulated += rows[i].result->simulated;
		runs += rows[i].runs;
		cost[i] = rows[i].script->cpu_ns + rows[i].cpu_ns;
	}
	qsort(cost, count, sizeof(*cost), by_number);
	br_report_time(count > 0 ? cost[0] : 0, text[0], sizeof(text[0]));
	br_report_time(count > 0 ? cost[count / 2] : 0, text[1], sizeof(text[1]));
	br_report_time(count > 0 ? cost[count * 9 / 10] : 0, text[2], sizeof(text[2]));
	br_report_time(count > 0 ? cost[count - 1] : 0, text[3], sizeof(text[3]));
	fprintf(o->to,
	        "%s%zu scripts in %" PRIu64 " runs: %" PRIu64 " checks, %s simulated; "
	        "a script took %s at least, %s in the median, %s for 90 %%, %s at most\n",
	        o->tap ? "# " : "", count, runs, checks,
	        br_report_time(simulated, total, sizeof(total)), text[0], text[1], text[2],
	        text[3]);
	free(cost);
}

static int run_all(const struct br_suite_options *o, const struct br_scripts *scripts)
{
	struct br_suite_row *rows = calloc(scripts->count + 1, sizeof(*rows));
	struct br_file_store *made;
	struct tally tally = {0};
	int code;

	if (!rows || br_file_store_new(&made, 1) < 0)
		abort();
	fprintf(o->to, "1..%zu\n", scripts->count);
	for (size_t i = 0; i < scripts->count; i++) {
		run_script(o, scripts->script[i], made, &rows[i]);
		br_report_tap_row(&rows[i], i + 1, o->to);
		count(&tally, rows[i].result->result);
	}
	code = exit_code(&tally);
	if ((o->junit && !write_file(o->junit, rows, scripts->count, br_report_junit)) ||
	    (o->json && !write_file(o->json, rows, scripts->count, br_report_json)))
		code = BR_EXIT_BAD_USAGE;
	print_summary(o, rows, scripts->count);
	fprintf(o->to, "%s%zu passed, %zu failed, %zu skipped\n", o->tap ? "# " : "", tally.passed,
	        tally.failed, tally.skipped);
	for (size_t i = 0; i < scripts->count; i++) {
		if (rows[i].report[0] != '\0')
			free((void *)(uintptr_t)rows[i].report);
		free(rows[i].result);
	}
	free(rows);
	br_file_store_free(made);
	return code;
}

static int collect(const struct br_suite_options *o, struct br_scripts *ret_scripts)
{
	int result =
		br_scripts_collect(ret_scripts, o->names, o->names_count, o->folder, &o->parse);

	if (result == -ENOENT)
		return BR_EXIT_NOTHING_RAN;
	return result < 0 ? BR_EXIT_BAD_USAGE : 0;
}

int br_suite_run(const struct br_suite_options *options)
{
	struct br_scripts scripts;
	int code = collect(options, &scripts);

	if (code != 0) {
		fprintf(options->to, "%s0 passed, 0 failed, 0 skipped\n", options->tap ? "# " : "");
		return code;
	}
	if (options->pcap && scripts.count != 1) {
		fprintf(stderr, "--pcap takes one script, not %zu\n", scripts.count);
		code = BR_EXIT_BAD_USAGE;
	} else {
		code = run_all(options, &scripts);
	}
	br_scripts_free(&scripts);
	return code;
}

static void list_ids(const struct br_script *script, FILE *to)
{
	for (size_t i = 0; i < script->items; i++) {
		const struct br_item *item = &script->item[i];
		bool line = item->kind == BR_ITEM_LINE || item->kind == BR_ITEM_NEVER;
		size_t ids = line                          ? item->step.ids
		             : item->kind == BR_ITEM_CHECK ? item->check.ids
		                                           : 0;

		for (size_t k = 0; k < ids; k++)
			fprintf(to, " @%s", line ? item->step.id[k] : item->check.id[k]);
	}
}

int br_suite_list(const struct br_suite_options *options)
{
	struct br_scripts scripts;
	int code = collect(options, &scripts);

	if (code != 0)
		return code;
	for (size_t i = 0; i < scripts.count; i++) {
		const struct br_script *script = scripts.script[i];

		if (options->names_alone) {
			fprintf(options->to, "%s\n", script->scenario);
			continue;
		}
		fprintf(options->to, "%-48s %s\n", script->scenario,
		        script->title ? script->title : "");
		fprintf(options->to, "    %s", script->path);
		list_ids(script, options->to);
		fprintf(options->to, "\n");
	}
	code = scripts.count > 0 ? BR_EXIT_PASSED : BR_EXIT_NOTHING_RAN;
	br_scripts_free(&scripts);
	return code;
}
