/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/kept.h - what a suite leaves in files: results, captures, reduced scripts
 *
 * All are written whole or not at all, and never over a script or a file that a script reads
 * (sim/output.h). What cannot be written costs no verdict: it is told in one line, and the exit
 * code says so at the end.
 */
#ifndef BR_SIM_SCRIPT_KEPT_H
#define BR_SIM_SCRIPT_KEPT_H

#include "sim/output.h"
#include "sim/script/collect.h"
#include "sim/script/suite.h"

struct br_kept {
	const struct br_suite_options *options;
	char **input; /* paths that no output may lead to */
	size_t inputs;
	struct br_output junit, json, html, pcap; /* .file is NULL: not wanted */
	bool lost;                                /* something could not be written */
};

/* Begin what @options want. Return: 0, or negative errno after one line: nothing is open then. */
int br_kept_open(struct br_kept *ret_kept, const struct br_suite_options *options,
                 const struct br_scripts *scripts);

const char *br_kept_pcap(const struct br_kept *kept); /* for br_run(); NULL: none */

/* Play a failing run again with everything kept, reduce it, tell it. Return: text, to be freed */
char *br_kept_report(struct br_kept *kept, const struct br_script *script,
                     struct br_run_result *result);

/* What a run with real machines leaves in its folder below the one of output. */
struct br_kept_guest {
	char folder[600], pcap[640], notes[640], explain[640];
};

/* Make the folder and name in @options what is to be written there; without one nothing is. */
void br_kept_guest_begin(struct br_kept *kept, const struct br_script *script,
                         struct br_kept_guest *ret_files, struct br_run_options *options);
/* What `bootrig explain` says of the capture, and the row as results.json. */
void br_kept_guest_end(struct br_kept *kept, const struct br_kept_guest *files,
                       const struct br_suite_row *row);

/* Write the results and forget it all. Return: 0, or negative if anything was lost so far */
int br_kept_commit(struct br_kept *kept, const struct br_suite_row *rows, size_t rows_count);

/* What failed when a suite last ran with this folder of output, and is still there */
struct br_last_failed {
	char **path;
	size_t count;
};

void br_last_failed_read(struct br_last_failed *ret_last, const struct br_suite_options *options);

/* Take everything else out of @scripts. */
void br_last_failed_keep(const struct br_last_failed *last, struct br_scripts *scripts);

void br_last_failed_free(struct br_last_failed *last);

#endif /* BR_SIM_SCRIPT_KEPT_H */
