/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/suite.h - many scripts: find them, run each twice, say what came of them
 *
 * A script with mistakes is one failed row; it stops none of the others. Rows of scripts are in
 * the order of their paths, behind those with mistakes. Exit code: 1 if anything failed, but 2 if
 * there were only scripts with mistakes, or if something that was to be kept could not be.
 *
 * Each run is played twice and must have the same hash both times. A failing run is
 * played once more with its trace kept and its frames recorded, then reduced.
 */
#ifndef BR_SIM_SCRIPT_SUITE_H
#define BR_SIM_SCRIPT_SUITE_H

#include "sim/exit_code.h"
#include "sim/script/parse.h"
#include "sim/script/report.h"

enum {
	BR_SUITE_GUESTS_MAX = 8,
};

/**
 * struct br_suite_options - What to run and where to write
 * @names, @names_count: Files, folders, scenario names (or their beginnings), requirement ids
 * @folder:	Where the scripts lie that names and ids mean
 * @has_seed, @seed: Run this seed alone
 * @explore:	Seeds per script instead of what `runs` says; 0: as the script says
 * @pcap:	Capture of the (first) script; NULL: of failing runs only, below @out
 * @junit, @json, @html: Files; NULL: none
 * @tap:	Reports as TAP comments
 * @names_alone: Of br_suite_list(): names of scenarios and nothing else
 * @quiet:	Only what is not right, and the last line
 * @last_failed: Of what is named only what failed the last time, as a file below @out knows
 * @jobs:	Processes at once; 0 and 1: this one
 * @look:	Of what a person reads
 * @command:	How this program is called, for lines that can be pasted; NULL: "bootrig"
 * @out:	Folder for reduced scripts and captures of failing runs; NULL: none are made
 * @guest, @guests: NODE=PROFILE of each real machine in the place of a node, or a profile alone
 *		for the first that is as a model; @guest_start: where they start, see guest.h
 * @watch:	Judges every frame of each run; NULL: nobody
 * @prepare:	Makes a real server ready for a script; returns why it is not, or NULL. May be NULL
 * @context:	Handed to it
 * @against:	What names that server in a line that can be pasted, " --server dnsmasq"; or NULL
 * @to:		Where rows and reports go
 */
struct br_suite_options {
	const char *const *names;
	size_t names_count;
	const char *folder;
	bool has_seed;
	uint64_t seed;
	uint64_t explore;
	const char *pcap, *junit, *json, *html, *out;
	bool tap, names_alone, quiet, last_failed;
	const char *guest[BR_SUITE_GUESTS_MAX], *guest_start;
	size_t guests;
	uint64_t jobs;
	struct br_style look;
	const char *command;
	FILE *to;
	const struct br_run_watch *watch;
	const char *(*prepare)(void *context, const struct br_script *script);
	void *context;
	const char *against;
	struct br_parse_options parse;
	struct br_report_sources sources;
};

int br_suite_run(const struct br_suite_options *options); /* an exit code */

/* Of each script: scenario, title, file, requirements. */
int br_suite_list(const struct br_suite_options *options);

#endif /* BR_SIM_SCRIPT_SUITE_H */
