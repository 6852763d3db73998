/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/verb_conform.h"

#include <stdio.h>
#include <stdlib.h>

#include "conformance/conform/areas.h"
#include "conformance/conform/baseline.h"
#include "conformance/conform/play.h"
#include "conformance/conform/shipped.h"
#include "conformance/conform/tell.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/output.h"
#include "sim/stop.h"

/* What stands on the command line, and what is open while it is done. */
struct conform {
	const char *only, *json, *junit, *baseline_path;
	bool strict, all;
	struct br_baseline *baseline;
	struct br_output json_output, junit_output;
	struct br_scripts scripts;
	struct br_conform verdicts;
};

#define AT(member) offsetof(struct conform, member)

static const struct br_option options[] = {
	{.name = "--only",
         .argument = "ID|GROUP",
         .says = "these requirements alone: TFTP, TFTP-WIN, TFTP-WIN-03",
         .takes = BR_TAKES_TEXT,
         .at = AT(only)},
	{.name = "--strict", .says = "what warns fails too", .at = AT(strict)},
	{.name = "--all", .says = "say of each requirement what checked it", .at = AT(all)},
	{.name = "--json",
         .argument = "FILE",
         .says = "verdicts as a flat JSON array",
         .takes = BR_TAKES_FILE,
         .at = AT(json)},
	{.name = "--junit",
         .argument = "FILE",
         .says = "verdicts as JUnit",
         .takes = BR_TAKES_FILE,
         .at = AT(junit)},
	{.name = "--baseline",
         .argument = "FILE",
         .says = "failures that are known: a line for each requirement or script, with the reason "
                 "behind it; they fail nothing, and what holds again is told as stale",
         .takes = BR_TAKES_FILE,
         .at = AT(baseline_path)},
	{.name = NULL},
};

static const char *const examples[] = {
	"bootrig conform",
	"bootrig conform --only TFTP-WIN --all",
	"bootrig conform --baseline known.txt --junit conform.xml",
	NULL,
};

static const char *known(const void *context, const char *name)
{
	const struct conform *c = context;

	return br_baseline_reason(c->baseline, name);
}

/* Of bootrig's own server */
static const char *gap(const void *context, const struct br_requirement *requirement)
{
	(void)context;
	(void)requirement;
	return NULL;
}

static bool is_there(const char *only)
{
	for (size_t i = 0; i < br_requirements_count; i++) {
		if (br_area_is_below(br_requirements[i].id, only))
			return true;
	}
	return false;
}

static int open_outputs(struct conform *c)
{
	const char *inputs[] = {c->baseline_path ? c->baseline_path : "", c->json ? c->json : ""};
	int result = 0;

	if (c->json)
		result = br_output_open(&c->json_output, c->json, inputs, 1, stderr);
	if (result == 0 && c->junit)
		result = br_output_open(&c->junit_output, c->junit, inputs, 2, stderr);
	return result;
}

static int commit(struct br_output *output, const struct conform *c,
                  const struct br_tell_options *tell,
                  void (*write)(const struct br_conform *, const struct br_tell_options *, FILE *))
{
	if (!output->file)
		return 0;
	write(&c->verdicts, tell, output->file);
	return br_output_commit(output, stderr);
}

static int play(struct conform *c)
{
	const struct br_play_options how = {.watch = &br_watch_rules, .progress = true};
	const struct br_verdict_target target = {.name = "bootrig",
	                                         .roles = "dhcpd,proxy,bootsrv,tftpd,httpd,host",
	                                         .gap = gap,
	                                         .known = known,
	                                         .context = c};
	struct br_tell_options tell = {.target = &target,
	                               .command = getenv("BOOTRIG_COMMAND"),
	                               .strict = c->strict,
	                               .all = c->all,
	                               .look = br_style_of(stdout, "")};
	bool whole;
	int code;

	br_stop_gently();
	br_verdicts_init(&c->verdicts, c->only);
	whole = br_play_all(&c->verdicts, &c->scripts, &how);
	br_verdicts_conclude(&c->verdicts, &target);
	br_tell_text(&c->verdicts, &tell, stdout);
	code = br_verdicts_exit_code(&c->verdicts, c->strict);
	if (!whole)
		fprintf(stderr, "stopped: not all scripts were played\n");
	if (commit(&c->json_output, c, &tell, br_tell_json) < 0 ||
	    commit(&c->junit_output, c, &tell, br_tell_junit) < 0)
		code = BR_EXIT_BAD_USAGE;
	br_verdicts_free(&c->verdicts);
	return code;
}

static int conform(struct conform *c, struct br_words *line)
{
	int code = BR_EXIT_BAD_USAGE;

	if (c->only && !is_there(c->only))
		return br_words_wrong(line, "no requirement is called %s, or begins so", c->only);
	if (c->baseline_path && br_baseline_load(&c->baseline, c->baseline_path, stderr) < 0)
		return BR_EXIT_BAD_USAGE;
	if (br_shipped_scripts(&c->scripts) < 0) {
		code = BR_EXIT_NOTHING_RAN;
	} else if (open_outputs(c) == 0) {
		code = play(c);
	}
	br_output_drop(&c->json_output);
	br_output_drop(&c->junit_output);
	br_scripts_free(&c->scripts);
	c->baseline = br_baseline_free(c->baseline);
	return code;
}

static int run(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_conform);
	struct conform *c = calloc(1, sizeof(*c));
	int code;

	if (!c)
		abort();
	code = br_words_read(&line, argc, argv, c) ? conform(c, &line) : line.code;
	free(c);
	return code;
}

const struct br_command_verb br_verb_conform = {
	.name = "conform",
	.says = "what a server keeps of the requirements, one by one",
	.about = "Plays the scripts that come with bootrig against its server and says of each "
		 "requirement whether it held. What binds fails; what only should be, and what "
		 "firmware is known to need, warns. What nothing checked is said to be unchecked, "
		 "never to have passed.",
	.option = options,
	.exits = "0 no requirement that binds was broken, 1 some was or a script broke off, 2 "
		 "called "
		 "wrongly or a file that cannot be used, 3 nothing was checked.",
	.examples = examples,
	.run = run,
};
