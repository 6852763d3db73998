/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/verb_mutants.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conformance/conform/areas.h"
#include "conformance/mutants/mutants.h"
#include "conformance/mutants/tell.h"
#include "conformance/watch.h"
#include "sim/command/share.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/output.h"
#include "sim/stop.h"

static const struct br_defect_set *defects;

void br_mutants_of(const struct br_defect_set *set)
{
	const char *wanted = getenv("BR_DEFECT");

	defects = set;
	for (size_t i = 0; wanted && i < set->count; i++) {
		if (strcmp(set->row[i].requirement, wanted) == 0) {
			set->choose(i);
			return;
		}
	}
	for (size_t i = 0; wanted && i < set->manners; i++) {
		if (strcmp(set->manner[i], wanted) == 0) {
			set->behave(i);
			return;
		}
	}
	if (wanted)
		fprintf(stderr, "BR_DEFECT: no defect breaks %s\n", wanted);
}

struct mutants_words {
	const char *only, *json;
	uint64_t at_once;
};

#define AT(member) offsetof(struct mutants_words, member)

static const struct br_option options[] = {
	{.name = "--only",
         .argument = "ID|GROUP",
         .says = "the defects that break these requirements alone: TFTP, TFTP-WIN, TFTP-WIN-03",
         .takes = BR_TAKES_TEXT,
         .at = AT(only)},
	{.name = "-j",
         .argument = "N",
         .says = "try so many side by side",
         .standard = "one for each processor",
         .takes = BR_TAKES_NUMBER,
         .at = AT(at_once),
         .least = 1,
         .most = 1024},
	{.name = "--json",
         .argument = "FILE",
         .says = "what came of each defect, as a flat JSON array",
         .takes = BR_TAKES_FILE,
         .at = AT(json)},
	{.name = NULL},
};

static const char *const examples[] = {
	"bootrig mutants",
	"bootrig mutants --only TFTP-WIN -j 2",
	NULL,
};

static int collect(struct br_scripts *scripts)
{
	char folder[BR_SHARE_PATH_SIZE];
	const char *names[] = {folder};
	struct br_parse_options parse = {.errors = stderr,
	                                 .requirement = br_requirement_sentence,
	                                 .near = br_requirement_near_id};

	br_share_path(folder, "conformance/scripts");
	return br_scripts_collect(scripts, names, 1, folder, &parse);
}

/* A suite that finds fault with the server as it is says nothing about a defect. */
static int told(const struct br_mutants *mutants, bool part, struct br_output *json)
{
	const struct br_mutant *sound = &mutants->mutant[mutants->count];

	if (br_mutant_is_killed(sound)) {
		fprintf(stderr, "bootrig mutants: without a defect %s fails: %s\n", sound->by,
		        sound->why);
		return BR_EXIT_BAD_USAGE;
	}
	br_mutants_tell(mutants, part, stdout);
	if (json->file) {
		br_mutants_tell_json(mutants, json->file);
		if (br_output_commit(json, stderr) < 0)
			return BR_EXIT_BAD_USAGE;
	}
	return br_mutants_survivors(mutants) > 0 ? BR_EXIT_FAILED : BR_EXIT_PASSED;
}

static int play(const struct mutants_words *words, struct br_words *line,
                const struct br_scripts *scripts)
{
	struct br_output json = {.file = NULL};
	struct br_mutants mutants;
	int code = BR_EXIT_BAD_USAGE;

	br_mutants_init(&mutants, defects, scripts, words->only);
	mutants.watch = &br_watch_rules;
	if (mutants.count == 0) {
		code = br_words_wrong(line, "no defect breaks %s", words->only);
	} else if (!words->json || br_output_open(&json, words->json, NULL, 0, stderr) == 0) {
		br_stop_gently();
		if (br_mutants_try(&mutants, words->at_once))
			code = told(&mutants, words->only != NULL, &json);
	}
	br_output_drop(&json);
	br_mutants_free(&mutants);
	return code;
}

/* The server of this command has no defects: bootrig-mutants has. Return: only if that failed */
static int hand_over(char **argv)
{
	static const char there[] = "bootrig-mutants";
	char path[BR_SHARE_PATH_SIZE];
	char *slash = NULL;

	if (br_share_command(path) == 0)
		slash = strrchr(path, '/');
	if (slash && (size_t)(slash + 1 - path) + sizeof(there) <= sizeof(path)) {
		memcpy(slash + 1, there, sizeof(there));
		execv(path, argv);
	}
	fprintf(stderr,
	        "bootrig mutants: needs the build with defects, bootrig-mutants beside this "
	        "command: in the source tree, ./bootrig mutants makes it\n");
	return BR_EXIT_BAD_USAGE;
}

static int run(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_mutants);
	struct mutants_words words = {.only = NULL};
	struct br_scripts scripts = {.count = 0};
	char **again = calloc((size_t)argc + 2, sizeof(again[0])); /* reading moves words about */
	int code;

	if (!again)
		abort();
	again[0] = argv[0];
	memcpy(again + 1, argv, (size_t)argc * sizeof(again[0]));
	if (!br_words_read(&line, argc, argv, &words))
		code = line.code;
	else if (!defects)
		code = hand_over(again);
	else if (collect(&scripts) < 0)
		code = BR_EXIT_NOTHING_RAN;
	else
		code = play(&words, &line, &scripts);
	br_scripts_free(&scripts);
	free(again);
	return code;
}

const struct br_command_verb br_verb_mutants = {
	.name = "mutants",
	.says = "which check notices which defect of a server",
	.about = "Gives bootrig's own server one defect after the other, each of which breaks a "
		 "requirement that it keeps, and plays the scripts that come with bootrig against "
		 "it. Says of each which check killed it, a line of a script or a rule, and which "
		 "survived; then which scripts killed nothing. The defects are in a build of their "
		 "own, bootrig-mutants, and in no other.",
	.option = options,
	.exits = "0 every defect was noticed, 1 one was not, 2 called wrongly, a file that cannot "
		 "be used, or a suite that fails without any defect.",
	.examples = examples,
	.run = run,
};
