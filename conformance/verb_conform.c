/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/verb_conform.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conformance/conform/areas.h"
#include "conformance/conform/baseline.h"
#include "conformance/conform/export.h"
#include "conformance/conform/shipped.h"
#include "conformance/conform/subject.h"
#include "conformance/conform/team.h"
#include "conformance/conform/tell.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/output.h"
#include "sim/page/html.h"
#include "sim/stop.h"

enum {
	PROCESSES_EACH = 4, /* for each processor: what real servers are asked is mostly waiting */
	LOG_SIZE = BR_SUBJECT_PATH_SIZE + 32,
};

/* What stands on the command line, and what is open while it is done. */
struct conform {
	const char *only, *script, *json, *junit, *html, *baseline_path;
	const char *server_word, *address, *roles, *export, *out; /* @server_word NULL: our own */
	bool strict, all;
	struct br_baseline *baseline;
	struct br_output json_output, junit_output, html_output;
	const char *inputs[3]; /* that they must not replace: they look at the end once more */
	uint64_t at_once;      /* 0: not said */
	struct br_subject subject;
	FILE *log; /* of the server, script by script */
	struct br_scripts scripts, rehearsed;
	struct br_conform verdicts;
};

#define AT(member) offsetof(struct conform, member)

static const struct br_option options[] = {
	{.name = "--server",
         .argument = "core|NAME|FILE.toml|iface:DEVICE",
         .says = "whom to check: bootrig's own server; one of conformance/servers, or one that a "
                 "file like those describes, which is started in a network of its own and needs "
                 "root; or what is behind an interface, with --address and --roles",
         .standard = "core",
         .takes = BR_TAKES_TEXT,
         .at = AT(server_word)},
	{.name = "--address",
         .argument = "ADDRESS",
         .says = "of the server behind iface:DEVICE; its network is the /24 around it",
         .takes = BR_TAKES_TEXT,
         .at = AT(address)},
	{.name = "--roles",
         .argument = "ROLE[,ROLE]",
         .says = "of the server behind iface:DEVICE: dhcp, proxydhcp, pxe, tftp, http",
         .takes = BR_TAKES_TEXT,
         .at = AT(roles)},
	{.name = "-j",
         .argument = "N",
         .says = "N scripts at once, each with a server and a network of its own; of a server that "
                 "bootrig starts. What is told is the same",
         .standard = "four for each processor",
         .takes = BR_TAKES_NUMBER,
         .at = AT(at_once),
         .least = 1,
         .most = BR_TEAM_MAX},
	{.name = "--export-files",
         .argument = "DIR",
         .says = "play nothing: write the files that a server has to serve below DIR",
         .takes = BR_TAKES_FOLDER,
         .at = AT(export)},
	{.name = "--out",
         .argument = "DIR",
         .says = "of a server of others: its files and its log lie in DIR/conform-NAME, with "
                 "captures "
                 "of what failed",
         .standard = "out",
         .takes = BR_TAKES_FOLDER,
         .at = AT(out)},
	{.name = "--only",
         .argument = "ID|GROUP",
         .says = "these requirements alone: TFTP, TFTP-WIN, TFTP-WIN-03",
         .takes = BR_TAKES_TEXT,
         .at = AT(only)},
	{.name = "--script",
         .argument = "NAME",
         .says = "play this script alone, or those whose names begin so",
         .takes = BR_TAKES_TEXT,
         .at = AT(script)},
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
	{.name = "--html",
         .argument = "FILE",
         .says = "verdicts as a page, with what passed in each script as a ladder. What is in FILE "
                 "of other servers stays, and what is different from the last time stands on top",
         .takes = BR_TAKES_FILE,
         .at = AT(html)},
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
	"bootrig conform --server dnsmasq",
	"bootrig conform --server kea-hpa-nginx --html conform.html -j 8",
	"bootrig conform --server iface:eth1 --address 10.77.0.1 --roles tftp",
	"bootrig conform --baseline known.txt --junit conform.xml",
	NULL,
};

static const char *known(const void *context, const char *name)
{
	const struct conform *c = context;

	return br_baseline_reason(c->baseline, name);
}

static const char *gap(const void *context, const struct br_requirement *requirement)
{
	const struct conform *c = context;

	return br_server_entry_gap(&c->subject.server, requirement->id);
}

static const char *skip(void *context, const struct br_script *script)
{
	const struct conform *c = context;

	if (!br_shows_below(script, ""))
		return "it shows no requirement, but what bootrig's own server does";
	return br_server_entry_gap(&c->subject.server, script->scenario);
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
	int result = 0;

	c->inputs[0] = c->baseline_path ? c->baseline_path : "";
	c->inputs[1] = c->json ? c->json : "";
	c->inputs[2] = c->junit ? c->junit : "";
	if (c->json)
		result = br_output_open(&c->json_output, c->json, c->inputs, 1, stderr);
	if (result == 0 && c->junit)
		result = br_output_open(&c->junit_output, c->junit, c->inputs, 2, stderr);
	if (result == 0 && c->html)
		result = br_output_open(&c->html_output, c->html, c->inputs, 3, stderr);
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

/* Begun with what stood in its place; NULL: none is wanted */
static struct br_html *page(const struct conform *c, const char *server)
{
	struct br_html *html;

	if (!c->html_output.file)
		return NULL;
	html = br_html_new("bootrig conform", "requirements");
	br_html_since(html, c->html, server);
	return html;
}

static const char *prepare(void *context, const struct br_script *script)
{
	return br_subject_prepare(&((struct conform *)context)->subject, script);
}

static int begin(void *context, size_t number, char error[static BR_TEAM_ERROR_SIZE])
{
	struct br_subject *subject = &((struct conform *)context)->subject;
	int result = br_subject_begin(subject, number, true);

	(void)snprintf(error, BR_TEAM_ERROR_SIZE, "%.*s", BR_TEAM_ERROR_SIZE - 1, subject->error);
	return result;
}

static char *said(void *context)
{
	return br_subject_said(&((struct conform *)context)->subject);
}

static bool end(void *context)
{
	struct br_subject *subject = &((struct conform *)context)->subject;

	br_subject_stop(subject, "");
	return !subject->ended;
}

static void keep(void *context, const struct br_script *script, const char *text)
{
	struct conform *c = context;

	if (!c->log)
		return;
	if (!c->subject.server.target.configurable) /* else its settings stand below its name */
		fprintf(c->log, "\n== %s\n", script->scenario);
	fputs(text, c->log);
	fflush(c->log);
}

/* It is asked side by side if it is ours to start as often as we like. */
static size_t at_once(const struct conform *c)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (!c->subject.server.start || !c->server_word)
		return 0;
	if (c->at_once > 0)
		return (size_t)c->at_once;
	return PROCESSES_EACH * (size_t)(processors > 0 ? processors : 1);
}

/* Return: an exit code, if nothing could be played for the first process could not begin */
static int told_why(const struct conform *c, const struct br_team_result *result)
{
	fprintf(stderr, "%s: %s\n", c->subject.server.name, result->why);
	if (c->subject.server.packages)
		fprintf(stderr, "it is in Debian's %s\n", c->subject.server.packages);
	return result->error == -EPERM ? BR_EXIT_SKIPPED : BR_EXIT_NOTHING_RAN;
}

/* Of all that was asked of a real server, beside its log: for `bootrig coverage --results` */
static void keep_results(struct conform *c, const struct br_tell_options *tell)
{
	char path[LOG_SIZE];
	struct br_output output = {.file = NULL};

	if (!c->server_word || c->only || c->script || br_stop_signal() != 0)
		return;
	(void)snprintf(path, sizeof(path), "%s/results.json", c->subject.folder);
	if (br_output_open(&output, path, c->inputs, 3, stderr) < 0)
		return;
	br_tell_json(&c->verdicts, tell, output.file);
	(void)br_output_commit(&output, stderr);
}

static int tell(struct conform *c, const struct br_verdict_target *target, struct br_html *html)
{
	struct br_tell_options tell = {.target = target,
	                               .command = getenv("BOOTRIG_COMMAND"),
	                               .server = c->server_word,
	                               .address = c->address,
	                               .roles = c->roles,
	                               .strict = c->strict,
	                               .all = c->all,
	                               .captures = c->server_word ? c->subject.captures : NULL,
	                               .look = br_style_of(stdout, ""),
	                               .html = html};

	br_verdicts_conclude(&c->verdicts, target);
	br_tell_text(&c->verdicts, &tell, stdout);
	keep_results(c, &tell);
	if (commit(&c->json_output, c, &tell, br_tell_json) < 0 ||
	    commit(&c->junit_output, c, &tell, br_tell_junit) < 0 ||
	    commit(&c->html_output, c, &tell, br_tell_page) < 0)
		return BR_EXIT_BAD_USAGE;
	return br_verdicts_exit_code(&c->verdicts, c->strict);
}

static int play(struct conform *c)
{
	const struct br_verdict_target target = {.name = c->subject.server.name,
	                                         .roles = c->subject.server.binds,
	                                         .gap = gap,
	                                         .known = known,
	                                         .context = c};
	struct br_html *html = page(c, target.name);
	const struct br_team_options how = {
		.play = {.watch = &br_watch_rules,
	                 .prepare = c->subject.server.start && c->server_word ? prepare : NULL,
	                 .context = c,
	                 .real = c->server_word != NULL,
	                 .html = html,
	                 .captures = c->server_word ? c->subject.captures : NULL,
	                 .server = target.name},
		.skip = c->server_word ? skip : NULL,
		.rehearsed = c->server_word ? &c->rehearsed : NULL,
		.pace_s = c->subject.server.pace_s,
		.progress = true,
		.at_once = at_once(c),
		.begin = begin,
		.said = said,
		.end = end,
		.keep = keep};
	struct br_team_result result;
	int code;

	br_verdicts_init(&c->verdicts, c->only);
	br_team_play(&c->verdicts, &c->scripts, &how, &result);
	if (result.error != 0) {
		code = told_why(c, &result);
	} else {
		code = tell(c, &target, html);
		if (!result.whole)
			fprintf(stderr, "stopped: not all scripts were played\n");
		if (code != BR_EXIT_BAD_USAGE &&
		    (result.unwell || (!result.whole && br_stop_signal() == 0)))
			code = BR_EXIT_FAILED;
	}
	br_html_free(html);
	br_verdicts_free(&c->verdicts);
	return code;
}

/* Return: false if there is none of that name */
static bool keep_named(struct br_scripts *scripts, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < scripts->count; i++) {
		struct br_script *s = scripts->script[i];

		if (strncmp(s->scenario, name, strlen(name)) == 0)
			scripts->script[kept++] = s;
		else
			br_script_free(s);
	}
	scripts->count = kept;
	if (kept == 0)
		fprintf(stderr, "no script is called %s, or begins so\n", name);
	return kept > 0;
}

/* Scripts that show none of what was asked for are left out, if any does. */
static void keep_only(struct br_scripts *scripts, const char *only)
{
	size_t kept = 0;

	for (size_t i = 0; i < scripts->count; i++) {
		struct br_script *s = scripts->script[i];

		if (!br_shows_below(s, only))
			continue;
		scripts->script[i] = scripts->script[kept];
		scripts->script[kept++] = s;
	}
	if (kept == 0)
		return;
	for (size_t i = kept; i < scripts->count; i++)
		br_script_free(scripts->script[i]);
	scripts->count = kept;
}

static int against_server(struct conform *c)
{
	struct br_subject *subject = &c->subject;
	char log[LOG_SIZE];
	int code;

	if (br_shipped_scripts(&c->rehearsed, NULL) < 0 ||
	    br_shipped_scripts(&c->scripts, &subject->server.target) < 0)
		return BR_EXIT_NOTHING_RAN;
	if (c->script && !keep_named(&c->scripts, c->script))
		return BR_EXIT_NOTHING_RAN;
	if (c->only)
		keep_only(&c->scripts, c->only);
	if (br_subject_open(subject, &c->scripts, c->out) < 0) {
		fprintf(stderr, "%s: %s\n", subject->server.name, subject->error);
		return BR_EXIT_NOTHING_RAN;
	}
	(void)snprintf(log, sizeof(log), "%s/server.log", subject->folder);
	if (subject->server.start)
		c->log = fopen(log, "w");
	code = play(c);
	if (c->log)
		fclose(c->log);
	br_scripts_free(&c->rehearsed);
	return code;
}

static int export(struct conform *c)
{
	int count =
		br_shipped_scripts(&c->scripts, c->server_word ? &c->subject.server.target : NULL);

	if (count == 0)
		count = br_export_files(&c->scripts, c->export, stderr);
	if (count >= 0)
		printf("%d files below %s\n", count, c->export);
	return count < 0 ? BR_EXIT_BAD_USAGE : BR_EXIT_PASSED;
}

static int conform(struct conform *c, struct br_words *line)
{
	int code = BR_EXIT_BAD_USAGE;

	if (c->only && !is_there(c->only))
		return br_words_wrong(line, "no requirement is called %s, or begins so", c->only);
	if (c->server_word && !strcmp(c->server_word, BR_SERVER_CORE))
		c->server_word = NULL;
	if (br_subject_choose(&c->subject, c->server_word ? c->server_word : BR_SERVER_CORE,
	                      c->address, c->roles, stderr) < 0)
		return BR_EXIT_BAD_USAGE;
	if (c->baseline_path && br_baseline_load(&c->baseline, c->baseline_path, stderr) < 0)
		return BR_EXIT_BAD_USAGE;
	br_stop_gently();
	if (c->export)
		code = export(c);
	else if (open_outputs(c) < 0)
		code = BR_EXIT_BAD_USAGE;
	else if (c->server_word)
		code = against_server(c);
	else
		code = br_shipped_scripts(&c->scripts, NULL) < 0 ||
		                       (c->script && !keep_named(&c->scripts, c->script))
		               ? BR_EXIT_NOTHING_RAN
		               : play(c);
	return code;
}

static int run(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_conform);
	struct conform *c = calloc(1, sizeof(*c));
	int code;

	if (!c)
		abort();
	c->out = "out";
	code = br_words_read(&line, argc, argv, c) ? conform(c, &line) : line.code;
	br_output_drop(&c->json_output);
	br_output_drop(&c->junit_output);
	br_output_drop(&c->html_output);
	br_scripts_free(&c->scripts);
	br_subject_free(&c->subject);
	c->baseline = br_baseline_free(c->baseline);
	free(c);
	return code;
}

const struct br_command_verb br_verb_conform = {
	.name = "conform",
	.says = "what a server keeps of the requirements, one by one",
	.about = "Plays the scripts that come with bootrig against a server and says of each "
		 "requirement whether it held. What binds fails; what only should be, and what "
		 "firmware is known to need, warns. What nothing checked is said to be unchecked, "
		 "never to have passed.",
	.option = options,
	.exits = "0 no requirement that binds was broken, 1 some was or a script broke off, 2 "
		 "called "
		 "wrongly or a file that cannot be used, 3 nothing was checked, 77 the server "
		 "cannot "
		 "be started without root.",
	.examples = examples,
	.run = run,
};
