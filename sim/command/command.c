/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/command/command.h"

#include <string.h>

#include "sim/command/completion.h"
#include "sim/command/help.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/nearest.h"
#include "sim/output.h"

/* The verbs that need all tables */

struct help {
	bool man;
	const char *pages;
};

static const struct br_operand help_operands[] = {
	{"VERB", "the one to explain, all of it", BR_TAKES_VERB, 0, 1},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option help_options[] = {
	{.name = "--man",
         .says = "as a man page: bootrig help --man run | man -l -",
         .at = offsetof(struct help, man)},
	{.name = "--pages",
         .argument = "DIR",
         .says = "write every man page and both completions into DIR, which is there",
         .takes = BR_TAKES_FOLDER,
         .at = offsetof(struct help, pages)},
	{.name = NULL},
};

const struct br_command_verb br_verb_help = {
	.name = "help",
	.says = "all verbs, or all of one",
	.about = "Lists the verbs, or explains one with each of its options.",
	.operand = help_operands,
	.option = help_options,
};

static const struct br_operand completion_operands[] = {
	{"bash|zsh", "which shell it is for", BR_TAKES_CHOICE, 1, 1},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const char *const completion_examples[] = {
	"source <(bootrig completion bash)",
	"bootrig completion zsh >~/.zfunc/_bootrig",
	NULL,
};

const struct br_command_verb br_verb_completion = {
	.name = "completion",
	.says = "what a shell completes",
	.about = "Writes what bash or zsh reads to complete verbs, options, their values and the "
		 "names of scripts.",
	.operand = completion_operands,
	.examples = completion_examples,
};

/* Its row. NULL: told */
static const struct br_command_verb *find(const struct br_command_verb *const *verb,
                                          const char *name)
{
	struct br_nearest nearest = br_nearest_to(name, strlen(name));
	char hint[BR_NEAREST_WORD_MAX + 32];

	for (; *verb; verb++) {
		if (!strcmp((*verb)->name, name))
			return *verb;
		br_nearest_try(&nearest, (*verb)->name);
	}
	br_nearest_hint(&nearest, hint, sizeof(hint));
	fprintf(stderr, "bootrig: there is no verb '%s'%s 'bootrig help' lists them\n", name,
	        nearest.best ? hint : ";");
	return NULL;
}

/* One of the files of --pages: a man page, of @verb or of the command, or a completion */
static int write_page(const char *folder, const char *name,
                      const struct br_command_verb *const *verbs,
                      const struct br_command_verb *verb)
{
	struct br_output output;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (br_output_open(&output, path, NULL, 0, stderr) < 0)
		return BR_EXIT_BAD_USAGE;
	if (verb)
		br_help_verb_man(verb, output.file);
	else if (!strcmp(name, "bootrig.1"))
		br_help_command_man(verbs, output.file);
	else if (!strcmp(name, "_bootrig"))
		br_completion_zsh(verbs, output.file);
	else
		br_completion_bash(verbs, output.file);
	return br_output_commit(&output, stderr) < 0 ? BR_EXIT_BAD_USAGE : 0;
}

static int write_pages(const struct br_command_verb *const *verbs, const char *folder)
{
	static const char *const names[] = {"bootrig.1", "_bootrig", "bootrig.bash"};
	char name[64];
	int code = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && code == 0; i++)
		code = write_page(folder, names[i], verbs, NULL);
	for (size_t i = 0; verbs[i] && code == 0; i++) {
		snprintf(name, sizeof(name), "bootrig-%s.1", verbs[i]->name);
		code = write_page(folder, name, verbs, verbs[i]);
	}
	return code;
}

static int help(const struct br_command_verb *const *verbs, int argc, char **argv)
{
	struct br_words words = br_words_of(&br_verb_help);
	const struct br_command_verb *verb = NULL;
	struct help how = {.man = false};

	if (!br_words_read(&words, argc, argv, &how))
		return words.code;
	if (how.pages)
		return write_pages(verbs, how.pages);
	if (words.count > 0 && !(verb = find(verbs, words.operand[0])))
		return BR_EXIT_BAD_USAGE;
	if (verb)
		(how.man ? br_help_verb_man : br_help_verb)(verb, stdout);
	else
		(how.man ? br_help_command_man : br_help_command)(verbs, stdout);
	return BR_EXIT_PASSED;
}

static int completion(const struct br_command_verb *const *verbs, int argc, char **argv)
{
	struct br_words words = br_words_of(&br_verb_completion);

	if (!br_words_read(&words, argc, argv, NULL))
		return words.code;
	if (!strcmp(words.operand[0], "bash"))
		br_completion_bash(verbs, stdout);
	else if (!strcmp(words.operand[0], "zsh"))
		br_completion_zsh(verbs, stdout);
	else
		return br_words_wrong(&words, "%s: expected bash or zsh", words.operand[0]);
	return BR_EXIT_PASSED;
}

int br_command_run(const struct br_command_verb *const *verbs, const char *version, int argc,
                   char **argv)
{
	const struct br_command_verb *verb;

	if (argc < 2) {
		br_help_command(verbs, stderr);
		return BR_EXIT_BAD_USAGE;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("bootrig %s\n", version);
		return BR_EXIT_PASSED;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		br_help_command(verbs, stdout);
		return BR_EXIT_PASSED;
	}
	verb = find(verbs, argv[1]);
	if (!verb)
		return BR_EXIT_BAD_USAGE;
	if (verb == &br_verb_help)
		return help(verbs, argc - 1, argv + 1);
	if (verb == &br_verb_completion)
		return completion(verbs, argc - 1, argv + 1);
	return verb->run(argc - 1, argv + 1);
}
