/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/suite.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/script/collect.h"
#include "sim/script/crew.h"
#include "sim/script/kept.h"
#include "sim/stop.h"

enum {
	REAL_RUNS = 3, /* against a real server, of a script that draws numbers */
};

struct tally {
	size_t passed, failed, skipped;
};

static void show_progress(const struct br_script *script, uint64_t run, uint64_t runs)
{
	if (isatty(STDERR_FILENO) && runs > 1 && run % 16 == 0)
		fprintf(stderr, "\r%s: %" PRIu64 " of %" PRIu64 " runs\033[K", script->scenario,
		        run, runs);
	if (isatty(STDERR_FILENO) && runs > 1 && run + 1 == runs)
		fprintf(stderr, "\r\033[K");
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
	again = calloc(1, sizeof(*again));
	if (!again)
		abort();
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

/* A real server that cannot be made ready for it is a reason not to play it. */
static bool is_ready(const struct br_suite_options *o, const struct br_script *script,
                     struct br_suite_row *row)
{
	const char *reason = o->prepare && !script->lacks ? o->prepare(o->context, script) : NULL;

	if (!reason)
		return true;
	row->result->result = BR_RESULT_UNSUPPORTED;
	(void)snprintf(row->result->reason, sizeof(row->result->reason), "%s", reason);
	row->runs = 1;
	return false;
}

/* Play one script as often as is wanted, or until it fails. */
static void run_script(struct br_kept *kept, const struct br_script *script,
                       struct br_file_store *made, struct br_suite_row *row)
{
	const struct br_suite_options *o = kept->options;
	struct br_run_options options = {.watch = o->watch,
	                                 .seed = o->seed,
	                                 .pcap = br_kept_pcap(kept),
	                                 .made = made,
	                                 .guest_start = o->guest_start,
	                                 .trace = script->real};
	uint64_t runs = o->has_seed ? 1 : o->explore > 0 ? o->explore : script->runs;
	struct br_kept_guest files;

	if (script->guests && o->explore == 0)
		runs = 1; /* a boot costs seconds, and what is drawn is a small part of it */
	if (o->prepare && !o->has_seed && o->explore == 0 && runs > REAL_RUNS)
		runs = REAL_RUNS;
	if (!is_ready(o, script, row))
		return;
	if (script->guests && !script->lacks)
		br_kept_guest_begin(kept, script, &files, &options);

	for (uint64_t run = 0; run < runs && br_stop_signal() == 0; run++) {
		options.seed = (o->has_seed ? o->seed : script->seed) + run;
		show_progress(script, run, runs);
		run_twice(script, &options, row->result, &row->cpu_ns);
		row->runs++;
		if (row->result->result != BR_RESULT_PASS)
			break;
	}
	if (script->guests && !script->lacks)
		br_kept_guest_end(kept, &files, row);
	if (row->runs > 0 &&
	    (row->result->result == BR_RESULT_FAIL || row->result->result == BR_RESULT_BROKEN))
		row->report = br_kept_report(kept, script, row->result);
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

/* @bad: of those that failed, how many have mistakes */
static int exit_code(const struct tally *tally, size_t bad)
{
	if (tally->failed > 0)
		return bad == tally->failed && tally->passed + tally->skipped == 0
		               ? BR_EXIT_BAD_USAGE
		               : BR_EXIT_FAILED;
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
                          size_t rows_count)
{
	uint64_t checks = 0, simulated = 0, runs = 0, *cost = calloc(rows_count + 1, sizeof(*cost));
	char text[4][32], total[32], line[400];
	size_t ran = 0;

	if (!cost)
		abort();
	for (size_t i = 0; i < rows_count; i++) {
		if (!rows[i].script)
			continue;
		checks += rows[i].result->checks;
		simulated += rows[i].result->simulated;
		runs += rows[i].runs;
		cost[ran++] = rows[i].script->cpu_ns + rows[i].cpu_ns;
	}
	qsort(cost, ran, sizeof(*cost), by_number);
	br_report_time(cost[0], text[0], sizeof(text[0]));
	br_report_time(cost[ran / 2], text[1], sizeof(text[1]));
	br_report_time(cost[ran * 9 / 10], text[2], sizeof(text[2]));
	br_report_time(ran > 0 ? cost[ran - 1] : 0, text[3], sizeof(text[3]));
	(void)snprintf(line, sizeof(line),
	               "%zu scripts in %" PRIu64 " runs: %" PRIu64 " checks, %s simulated; "
	               "a script took %s at least, %s in the median, %s for 90 %%, %s at most",
	               ran, runs, checks, br_report_time(simulated, total, sizeof(total)), text[0],
	               text[1], text[2], text[3]);
	br_style_cut(&o->look, line, o->to);
	free(cost);
}

static void print_failures(const struct br_suite_options *o, const struct br_suite_row *rows,
                           size_t rows_count)
{
	fprintf(o->to, "%sfailed:\n", o->look.prefix);
	for (size_t i = 0; i < rows_count; i++) {
		enum br_result result = rows[i].result->result;

		if (result == BR_RESULT_FAIL || result == BR_RESULT_STALE ||
		    result == BR_RESULT_BROKEN)
			br_report_again(&rows[i], &o->look, o->to);
	}
}

static struct br_suite_row new_row(const struct br_script *script, const struct br_script_bad *bad)
{
	struct br_run_result *result = calloc(1, sizeof(*result));

	if (!result)
		abort();
	if (script)
		return (struct br_suite_row){.name = script->scenario,
		                             .path = script->path,
		                             .script = script,
		                             .result = result};
	result->result = BR_RESULT_BROKEN;
	result->failure.kind = BR_FAILURE_BROKEN;
	snprintf(result->failure.why, sizeof(result->failure.why), "the script has mistakes");
	return (struct br_suite_row){
		.name = bad->path, .path = bad->path, .result = result, .report = strdup(bad->why)};
}

/* Whether a row is shown while it runs: with -q only what is not right. */
static void show_row(const struct br_kept *kept, const struct br_suite_row *row, size_t number)
{
	if (kept->options->quiet &&
	    (row->result->result == BR_RESULT_PASS || row->result->result == BR_RESULT_UNSUPPORTED))
		return;
	br_report_tap_row(row, number, &kept->options->look, kept->options->to);
}

/* The rows of all scripts that were run: fewer than there are, if somebody stopped us */
static size_t run_rows(struct br_kept *kept, const struct br_scripts *scripts,
                       struct br_suite_row *rows)
{
	size_t bads = scripts->bads;
	struct br_crew *crew = br_crew_new(kept, run_script, scripts);
	size_t ran;

	for (size_t i = 0; i < bads; i++) {
		rows[i] = new_row(NULL, &scripts->bad[i]);
		show_row(kept, &rows[i], i + 1);
	}
	for (ran = 0; ran < scripts->count; ran++) {
		struct br_suite_row row = new_row(scripts->script[ran], NULL);

		if (!br_crew_next(crew, &row)) {
			free(row.result);
			break;
		}
		rows[bads + ran] = row;
		show_row(kept, &row, bads + ran + 1);
	}
	br_crew_free(crew);
	return bads + ran;
}

static int run_all(struct br_kept *kept, const struct br_scripts *scripts)
{
	const struct br_suite_options *o = kept->options;
	size_t all = scripts->count + scripts->bads, ran;
	struct br_suite_row *rows = calloc(all + 1, sizeof(*rows));
	struct tally tally = {0};
	int code;

	if (!rows)
		abort();
	if (!o->quiet)
		fprintf(o->to, "1..%zu\n", all);
	br_stop_gently();
	ran = run_rows(kept, scripts, rows);
	for (size_t i = 0; i < ran; i++)
		count(&tally, rows[i].result->result);
	code = exit_code(&tally, scripts->bads);
	if (br_kept_commit(kept, rows, ran) < 0)
		code = BR_EXIT_BAD_USAGE;
	if (tally.failed > 0 && all > 1)
		print_failures(o, rows, ran);
	if (!o->quiet)
		print_summary(o, rows, ran);
	if (ran < all)
		fprintf(o->to, "%sstopped: %zu of %zu scripts were not run\n", o->look.prefix,
		        all - ran, all);
	fprintf(o->to, "%s%zu passed, %zu failed, %zu skipped\n", o->look.prefix, tally.passed,
	        tally.failed, tally.skipped);
	for (size_t i = 0; i < ran; i++) {
		free(rows[i].report);
		free(rows[i].result);
	}
	free(rows);
	return code;
}

static int collect(const struct br_suite_options *o, struct br_scripts *ret_scripts)
{
	int result =
		br_scripts_collect(ret_scripts, o->names, o->names_count, o->folder, &o->parse);

	return result == -ENOENT ? BR_EXIT_NOTHING_RAN : result < 0 ? BR_EXIT_BAD_USAGE : 0;
}

/* Of what is named, or of everything, only what failed last. */
static int collect_last_failed(const struct br_suite_options *options,
                               struct br_scripts *ret_scripts)
{
	struct br_suite_options these = *options;
	struct br_last_failed last;
	int code = 0;

	br_last_failed_read(&last, options);
	if (options->names_count == 0) {
		these.names = (const char *const *)last.path;
		these.names_count = last.count;
	}
	if (these.names_count > 0)
		code = collect(&these, ret_scripts);
	if (code == 0)
		br_last_failed_keep(&last, ret_scripts);
	if (code == 0 && ret_scripts->count + ret_scripts->bads == 0)
		fprintf(stderr, "--lf: nothing of that failed last, says %s/last-failed\n",
		        options->out ? options->out : ".");
	br_last_failed_free(&last);
	return code;
}

/* Real machines take the places that --firmware names. */
static void plug(const struct br_suite_options *o, struct br_scripts *scripts)
{
	for (size_t i = 0; i < o->guests; i++) {
		const char *equal = strchr(o->guest[i], '=');
		char node[128];

		for (size_t k = 0; !equal && k < scripts->count; k++)
			br_script_plug_first(scripts->script[k], o->guest[i]);
		if (!equal)
			continue;
		(void)snprintf(node, sizeof(node), "%.*s", (int)(equal - o->guest[i]), o->guest[i]);
		for (size_t k = 0; k < scripts->count; k++)
			br_script_plug(scripts->script[k], node, equal + 1);
	}
}

int br_suite_run(const struct br_suite_options *options)
{
	struct br_scripts scripts = {0};
	struct br_kept kept;
	int code = options->last_failed ? collect_last_failed(options, &scripts)
	                                : collect(options, &scripts);

	if (code == 0)
		plug(options, &scripts);
	if (code == 0 && scripts.count + scripts.bads == 0)
		code = BR_EXIT_NOTHING_RAN;
	if (code == 0 && options->pcap && scripts.count + scripts.bads != 1) {
		fprintf(stderr, "--pcap takes one script, not %zu\n", scripts.count + scripts.bads);
		code = BR_EXIT_BAD_USAGE;
	}
	if (code == 0 && br_kept_open(&kept, options, &scripts) < 0)
		code = BR_EXIT_BAD_USAGE;
	else if (code == 0)
		code = run_all(&kept, &scripts);
	else
		fprintf(options->to, "%s0 passed, 0 failed, 0 skipped\n", options->look.prefix);
	br_scripts_free(&scripts);
	return code;
}

static void list_ids(const struct br_script *script, FILE *to)
{
	for (size_t i = 0; i < script->items; i++) {
		struct br_ids ids = br_item_ids(&script->item[i]);

		for (size_t k = 0; k < ids.count; k++)
			fprintf(to, " @%s", ids.id[k]);
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
	code = scripts.bads > 0    ? BR_EXIT_BAD_USAGE
	       : scripts.count > 0 ? BR_EXIT_PASSED
	                           : BR_EXIT_NOTHING_RAN;
	br_scripts_free(&scripts);
	return code;
}
