/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/report.h - one failure, told in the order people ask
 *
 * Where, what was wanted, what came, which rule that breaks, who else has seen it, how it
 * came to that, what the user of the machine sees, how to do it again. Results of a whole
 * suite as TAP, JUnit and JSON.
 */
#ifndef BR_SIM_SCRIPT_REPORT_H
#define BR_SIM_SCRIPT_REPORT_H

#include <stdio.h>

#include "sim/script/run.h"
#include "sim/script/style.h"

/* What only others know; all may be NULL. */
struct br_report_sources {
	const char *(*sentence)(void *context, const char *id); /* of a requirement */
	const char *(*clause)(void *context, const char *id);
	void *context;
};

/**
 * struct br_report - What goes into one report
 * @script, @result: Of the run, with its trace
 * @sources:	See above
 * @effect:	What the machine does then, see effect.h; "" or NULL: not known
 * @small:	Path of the reduced script, or NULL
 * @small_lines, @lines: Its lines, and those of the script
 * @pcap:	Path of the capture, or NULL
 * @against:	As in struct br_suite_options; NULL: ""
 * @command:	How this program is called, for a line that can be pasted
 * @words:	What else it is to be called with, as br_again_words() says it; or NULL
 * @look:	Of its lines
 */
struct br_report {
	const struct br_script *script;
	const struct br_run_result *result;
	const struct br_report_sources *sources;
	const char *effect;
	const char *small;
	size_t small_lines, lines;
	const char *pcap;
	const char *against;
	const char *command, *words;
	struct br_style look;
};

void br_report_failure(const struct br_report *report, FILE *to);

/* One row for each script; without @script it has mistakes, which @report tells. */
struct br_suite_row {
	const char *name, *path;
	const struct br_script *script;
	struct br_run_result *result; /* of the run that failed, else of the last */
	uint64_t runs;
	uint64_t cpu_ns; /* of one run */
	char *report;    /* text of br_report_failure(), or NULL */
};

void br_report_tap_row(const struct br_suite_row *row, size_t number, const struct br_style *look,
                       FILE *to);
/* One line: what failed, where and why, for the end of a long list */
void br_report_again(const struct br_suite_row *row, const struct br_style *look, FILE *to);
void br_report_junit(const struct br_suite_row *rows, size_t count, FILE *to);
/* A flat array of {server, firmware, scenario, run, result, ...}. */
void br_report_json(const struct br_suite_row *rows, size_t count, FILE *to);

/* "1048504 us" as people read it: "76.3 s", "1.9 ms" */
const char *br_report_time(uint64_t ns, char *text, size_t size);

#endif /* BR_SIM_SCRIPT_REPORT_H */
