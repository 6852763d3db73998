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
#include "conformance/conform/lab.h"
#include "conformance/conform/play.h"
#include "conformance/conform/server.h"
#include "conformance/conform/shipped.h"
#include "conformance/conform/tell.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/output.h"
#include "sim/page/html.h"
#include "sim/stop.h"

enum {
	FOLDER_SIZE = 512,
};

/* What stands on the command line, and what is open while it is done. */
struct conform {
	const char *only, *script, *json, *junit, *html, *baseline_path;
	const char *server_word, *address, *roles, *export, *out; /* @server_word NULL: our own */
	bool strict, all;
	struct br_baseline *baseline;
	struct br_output json_output, junit_output, html_output;
	const char *inputs[3]; /* that they must not replace: they look at the end once more */
	struct br_server_entry server, beside; /* @beside.name NULL: there is none */
	struct br_lab *lab, *beside_lab;
	char device[BR_LAB_DEVICE_SIZE], state[FOLDER_SIZE], files[FOLDER_SIZE + 8];
	char beside_device[BR_LAB_DEVICE_SIZE], beside_state[FOLDER_SIZE + 16];
	char lab_error[BR_LAB_ERROR_SIZE];
	bool ended; /* the server, once or more, by itself */
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
	{.name = "--export-files",
         .argument = "DIR",
         .says = "play nothing: write the files that a server has to serve below DIR",
         .takes = BR_TAKES_FOLDER,
         .at = AT(export)},
	{.name = "--out",
         .argument = "DIR",
         .says = "files and logs of a server that is started lie in DIR/conform-NAME",
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

	return br_server_entry_gap(&c->server, requirement->id);
}

static const char *skip(void *context, const struct br_script *script)
{
	const struct conform *c = context;

	if (!br_shows_below(script, ""))
		return "it shows no requirement, but what bootrig's own server does";
	return br_server_entry_gap(&c->server, script->scenario);
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

/* It is told nothing: where there are two, scripts want of it what it does by itself. */
static int launch_beside(struct conform *c, const char *heading)
{
	const struct br_lab_options at = {.start = c->beside.start,
	                                  .ready = c->beside.ready,
	                                  .address = c->beside.target.address,
	                                  .state = c->beside_state,
	                                  .files = c->files,
	                                  .here = c->beside.here,
	                                  .settings = "",
	                                  .heading = heading,
	                                  .device = c->beside_device};

	return br_lab_new(&c->beside_lab, &at, c->lab_error);
}

/* A process of the server, for the settings of @script if there is one */
static int launch(struct conform *c, const struct br_script *script)
{
	const struct br_lab_options at = {.start = c->server.start,
	                                  .ready = c->server.ready,
	                                  .address = c->server.target.address,
	                                  .state = c->state,
	                                  .files = c->files,
	                                  .here = c->server.here,
	                                  .settings = script && script->settings ? script->settings
	                                                                         : "",
	                                  .heading = script ? script->scenario : NULL,
	                                  .device = c->device};

	int result = br_lab_new(&c->lab, &at, c->lab_error);

	return result == 0 && c->beside.name ? launch_beside(c, at.heading) : result;
}

/* One that ended by itself is missed once it is looked at. */
static void stop_server(struct conform *c, const char *when)
{
	if (c->lab && br_lab_has_ended(c->lab)) {
		fprintf(stderr, "the server ended by itself%s: see its log below %s\n", when,
		        c->out);
		c->ended = true;
	}
	c->lab = br_lab_free(c->lab);
	c->beside_lab = br_lab_free(c->beside_lab);
}

static const char *prepare(void *context, const struct br_script *script)
{
	struct conform *c = context;
	char when[200];

	(void)snprintf(when, sizeof(when), " before %.150s", script->scenario);
	stop_server(c, when);
	return launch(c, script) < 0 ? c->lab_error : NULL;
}

static int play(struct conform *c)
{
	const struct br_verdict_target target = {.name = c->server.name,
	                                         .roles = c->server.binds,
	                                         .gap = gap,
	                                         .known = known,
	                                         .context = c};
	struct br_html *html = page(c, target.name);
	const struct br_play_options how = {
		.watch = &br_watch_rules,
		.skip = c->server_word ? skip : NULL,
		.rehearsed = c->server_word ? &c->rehearsed : NULL,
		.prepare = c->server.start && c->server.target.configurable ? prepare : NULL,
		.pace_s = c->server.pace_s,
		.context = c,
		.html = html,
		.server = target.name,
		.progress = true};
	struct br_tell_options tell = {.target = &target,
	                               .command = getenv("BOOTRIG_COMMAND"),
	                               .server = c->server_word,
	                               .address = c->address,
	                               .roles = c->roles,
	                               .strict = c->strict,
	                               .all = c->all,
	                               .look = br_style_of(stdout, ""),
	                               .html = html};
	bool whole;
	int code;

	br_verdicts_init(&c->verdicts, c->only);
	whole = br_play_all(&c->verdicts, &c->scripts, &how);
	br_verdicts_conclude(&c->verdicts, &target);
	br_tell_text(&c->verdicts, &tell, stdout);
	code = br_verdicts_exit_code(&c->verdicts, c->strict);
	if (!whole)
		fprintf(stderr, "stopped: not all scripts were played\n");
	stop_server(c, "");
	if (c->ended)
		code = BR_EXIT_FAILED;
	if (commit(&c->json_output, c, &tell, br_tell_json) < 0 ||
	    commit(&c->junit_output, c, &tell, br_tell_junit) < 0 ||
	    commit(&c->html_output, c, &tell, br_tell_page) < 0)
		code = BR_EXIT_BAD_USAGE;
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

/* A server of the lab: its folder, its files, its process. */
static int start_server(struct conform *c)
{
	char *whole, log[FOLDER_SIZE + 16];
	int result = br_output_folder(c->state);

	whole = realpath(c->state, NULL); /* servers leave the folder they are started in */
	if (whole)
		(void)snprintf(c->state, sizeof(c->state), "%s", whole);
	else if (result == 0)
		result = -errno;
	free(whole);
	(void)snprintf(c->files, sizeof(c->files), "%s/files", c->state);
	(void)snprintf(log, sizeof(log), "%s/server.log", c->state);
	(void)unlink(log);
	(void)snprintf(c->beside_state, sizeof(c->beside_state), "%s/beside", c->state);
	if (result == 0 && c->beside.name)
		result = br_output_folder(c->beside_state);
	if (result == 0)
		result = br_export_files(&c->scripts, c->files, stderr);
	if (result >= 0)
		result = launch(c, NULL);
	else
		(void)snprintf(c->lab_error, sizeof(c->lab_error), "%.200s: %s", c->state,
		               strerror(-result));
	if (result >= 0)
		return 0;
	fprintf(stderr, "%s: %s\n", c->server.name, c->lab_error);
	if (c->server.packages)
		fprintf(stderr, "it is in Debian's %s\n", c->server.packages);
	return result == -EPERM ? BR_EXIT_SKIPPED : BR_EXIT_NOTHING_RAN;
}

static int against_server(struct conform *c)
{
	int code = 0;

	if (c->server.start) {
		br_lab_device_name(c->device, 0);
		br_lab_device_name(c->beside_device, 1);
		c->server.target.device = c->device;
		(void)snprintf(c->state, sizeof(c->state), "%.300s/conform-%.100s", c->out,
		               c->server.name);
	}
	if (br_shipped_scripts(&c->rehearsed, NULL) < 0 ||
	    br_shipped_scripts(&c->scripts, &c->server.target) < 0)
		return BR_EXIT_NOTHING_RAN;
	if (c->script && !keep_named(&c->scripts, c->script))
		return BR_EXIT_NOTHING_RAN;
	if (c->only)
		keep_only(&c->scripts, c->only);
	if (c->server.start)
		code = start_server(c);
	if (code == 0)
		code = play(c);
	c->lab = br_lab_free(c->lab);
	br_scripts_free(&c->rehearsed);
	return code;
}

static int export(struct conform *c)
{
	int count = br_shipped_scripts(&c->scripts, c->server_word ? &c->server.target : NULL);

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
	if (br_server_entry_choose(&c->server, c->server_word ? c->server_word : BR_SERVER_CORE,
	                           c->address, c->roles, stderr) < 0)
		return BR_EXIT_BAD_USAGE;
	if (c->server.beside) {
		if (br_server_entry_choose(&c->beside, c->server.beside, NULL, NULL, stderr) < 0)
			return BR_EXIT_BAD_USAGE;
		c->beside.target.device = c->beside_device;
		c->server.target.beside = &c->beside.target;
	}
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
	br_server_entry_free(&c->server);
	br_server_entry_free(&c->beside);
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
