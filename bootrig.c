/* SPDX-License-Identifier: BSD-2-Clause */
/* bootrig.c - the command: one table of verbs, nothing else
 *
 * Each verb is a table in the folder that does the work (sim/command/verb.h); its function gets
 * the words after the command's name and returns the exit code of sim/exit_code.h.
 */
#include "captures/check.h"
#include "captures/convert/from_pcap.h"
#include "captures/convert/verb_shrink.h"
#include "captures/explain/explain.h"
#include "captures/explain/verdicts.h"
#include "captures/hello/verb_hello.h"
#include "captures/lint/verb_lint.h"
#include "captures/replay/replay.h"
#include "conformance/verb_conform.h"
#include "conformance/verb_mutants.h"
#include "conformance/verb_rule.h"
#include "conformance/verb_run.h"
#include "core/defect.h"
#include "sim/command/command.h"
#include "sim/command/share.h"
#include "sim/exit_code.h"
#include "sim/heap.h"
#include "sim/output.h"
#include "sim/serve/serve.h"
#include "sim/stop.h"
#include "vms/driven.h"
#include "vms/lan.h"

#include "version.h"

/* Where its scripts are if they are not beside it: installed it is told, in a build folder it is
 * the tree it was built from.
 */
#ifndef BR_SHARE
#define BR_SHARE BR_SOURCE_ROOT
#endif

static const struct br_command_verb *const verbs[] = {
	&br_verb_check,
	&br_verb_completion,
	&br_verb_conform,
	&br_verb_coverage,
	&br_verb_demo,
	&br_verb_explain,
	&br_verb_from_pcap,
	&br_verb_hello,
	&br_verb_help,
	&br_verb_lan,
	&br_verb_lint,
	&br_verb_list,
	&br_verb_matrix,
	&br_verb_mutants,
	&br_verb_quirk,
	&br_verb_replay,
	&br_verb_rule,
	&br_verb_run,
	&br_verb_serve,
	&br_verb_shrink,
	&br_verb_test,
	&br_verb_vm,
	NULL,
};

int main(int argc, char **argv)
{
	int code;

	br_heap_keep();
	br_stop_guard();
	br_share_begin(BR_SHARE);
	br_list_verdicts_by(br_verdicts_print);
#ifdef BR_DEFECTS
	br_mutants_of(&br_defect_set);
#endif
	code = br_command_run(verbs, BR_VERSION, argc, argv);
	if (br_output_standard(stderr) < 0)
		code = BR_EXIT_BAD_USAGE;
	br_stop_conclude();
	return code;
}
