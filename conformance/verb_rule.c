/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/verb_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/conform/areas.h"
#include "conformance/conform/results.h"
#include "conformance/conform/shipped.h"
#include "conformance/requirements.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/nearest.h"

enum {
	NAME_SIZE = 128,
};

static const char quirk_word[] = "quirk ";

struct rule_words {
	bool missing;
	const char *path[BR_RESULTS_SERVERS_MAX];
	size_t paths;
	struct br_results results;
};

/* rule */

static const struct br_operand rule_operands[] = {
	{"ID|GROUP", "a requirement, or all whose ids begin so: TFTP-WIN-03, TFTP-WIN, TFTP",
         BR_TAKES_TEXT, 1, BR_OPERANDS_ANY},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option no_options[] = {
	{.name = NULL},
};

static void say(const char *label, const char *text)
{
	if (text[0])
		printf("    %-9s %s\n", label, text);
}

static void say_scripts(const struct br_scripts *scripts, const char *id)
{
	for (size_t i = 0; i < scripts->count; i++) {
		if (br_script_shows(scripts->script[i], id))
			say("script", scripts->script[i]->scenario);
	}
}

static void say_rule(const struct br_requirement *q, const struct br_scripts *scripts)
{
	printf("%s %s\n", q->id, q->strength);
	say("must hold", q->sentence);
	say("clause", q->clause);
	say("binds", q->binds);
	say("needs", q->needs);
	say("provoke", q->stimulus);
	say("expect", q->expected);
	say("IPv6Ready", q->ready);
	say("rule", q->unwatched ? "" : "watches every frame");
	if (q->unwatched)
		say("no rule", q->unwatched);
	say_scripts(scripts, q->id);
}

static bool is_below_any(const char *id, char **names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (br_area_is_below(id, names[i]))
			return true;
	}
	return count == 0;
}

/* Return: false after a complaint about a name that means nothing */
static bool are_known(struct br_words *line)
{
	for (size_t i = 0; i < line->count; i++) {
		struct br_nearest nearest =
			br_nearest_to(line->operand[i], strlen(line->operand[i]));
		char hint[BR_NEAREST_WORD_MAX + 32];
		bool known = false;

		for (size_t k = 0; k < br_requirements_count; k++) {
			known = known || br_area_is_below(br_requirements[k].id, line->operand[i]);
			br_nearest_try(&nearest, br_requirements[k].id);
		}
		if (!known) {
			br_words_wrong(line, "no requirement is called %s, or begins so%s",
			               line->operand[i],
			               br_nearest_hint(&nearest, hint, sizeof(hint)));
			return false;
		}
	}
	return true;
}

static int rule(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_rule);
	struct br_scripts scripts = {0};
	struct rule_words target = {0};

	if (!br_words_read(&line, argc, argv, &target) || !are_known(&line))
		return line.code;
	if (br_shipped_scripts(&scripts, NULL) < 0)
		return BR_EXIT_BAD_USAGE;
	for (size_t i = 0; i < br_requirements_count; i++) {
		if (is_below_any(br_requirements[i].id, line.operand, line.count))
			say_rule(&br_requirements[i], &scripts);
	}
	br_area_legend("", stdout);
	br_scripts_free(&scripts);
	return BR_EXIT_PASSED;
}

static const char *const rule_examples[] = {"bootrig rule TFTP-WIN-03", NULL};

const struct br_command_verb br_verb_rule = {
	.name = "rule",
	.says = "what stands behind the name of a requirement",
	.about = "Prints the sentence of a requirement, the clause it rests on, whom it binds, how "
		 "to provoke it, and what checks it.",
	.operand = rule_operands,
	.option = no_options,
	.examples = rule_examples,
	.run = rule,
};

/* quirk */

static const struct br_operand quirk_operands[] = {
	{"NAME", "as a report names it: edk2-tsize-probe-abort", BR_TAKES_TEXT, 1, 1},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

/* The name behind `source quirk` of a script; false: it has none */
static bool quirk_of(const struct br_script *script, char ret_name[static NAME_SIZE])
{
	const char *name;

	if (!script->source || strncmp(script->source, quirk_word, strlen(quirk_word)) != 0)
		return false;
	name = script->source + strlen(quirk_word);
	snprintf(ret_name, NAME_SIZE, "%.*s", (int)strcspn(name, " "), name);
	return true;
}

static void say_quirk(const struct br_script *script)
{
	printf("%s\n", script->scenario);
	say("shows", script->title ? script->title : "");
	say("source", script->source);
	for (size_t i = 0; i < script->issues; i++)
		say("seen", script->issue[i]);
	say("script", script->path);
}

static int quirk(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_quirk);
	struct br_scripts scripts = {0};
	struct rule_words target = {0};
	struct br_nearest nearest;
	const char *last;
	char name[NAME_SIZE], hint[BR_NEAREST_WORD_MAX + 32];
	int code = BR_EXIT_BAD_USAGE;

	if (!br_words_read(&line, argc, argv, &target))
		return line.code;
	if (br_shipped_scripts(&scripts, NULL) < 0)
		return BR_EXIT_BAD_USAGE;
	nearest = br_nearest_to(line.operand[0], strlen(line.operand[0]));
	for (size_t i = 0; i < scripts.count; i++) {
		if (!quirk_of(scripts.script[i], name))
			continue;
		last = strrchr(scripts.script[i]->scenario, '/');
		br_nearest_try(&nearest, last ? last + 1 : name);
		if (strcmp(name, line.operand[0]) != 0)
			continue;
		say_quirk(scripts.script[i]);
		code = BR_EXIT_PASSED;
	}
	if (code != BR_EXIT_PASSED)
		br_words_wrong(&line, "no script shows a quirk called %s%s", line.operand[0],
		               br_nearest_hint(&nearest, hint, sizeof(hint)));
	br_scripts_free(&scripts);
	return code;
}

static const char *const quirk_examples[] = {"bootrig quirk edk2-tsize-probe-abort", NULL};

const struct br_command_verb br_verb_quirk = {
	.name = "quirk",
	.says = "what stands behind the name of a quirk",
	.about = "Prints what a quirk of real firmware or servers is, who has seen it, and the "
		 "script that plays it.",
	.operand = quirk_operands,
	.option = no_options,
	.examples = quirk_examples,
	.run = quirk,
};

/* coverage */

static const struct br_operand coverage_operands[] = {
	{"ID|GROUP", "requirements alone whose ids begin so; without any all", BR_TAKES_TEXT, 0,
         BR_OPERANDS_ANY},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static int take_results(void *target, char **word, int count, char *error, size_t size)
{
	struct rule_words *words = target;

	(void)count;
	if (words->paths == BR_RESULTS_SERVERS_MAX) {
		(void)snprintf(error, size, "one file too many, %d at most",
		               BR_RESULTS_SERVERS_MAX);
		return 0;
	}
	words->path[words->paths++] = word[0];
	return 1;
}

static const struct br_option coverage_options[] = {
	{.name = "--results",
         .argument = "FILE",
         .says = "what conform --json wrote of a server, or kept as out/conform-NAME/results.json: "
                 "its last verdict stands beside each requirement. May be given several times",
         .takes = BR_TAKES_FILE,
         .take = take_results},
	{.name = "--missing",
         .says = "only what neither a rule nor a script checks, and why no rule does",
         .at = offsetof(struct rule_words, missing)},
	{.name = NULL},
};

struct cover {
	size_t rule, script, both, none, binding_none;
};

static size_t scripts_for(const struct br_scripts *scripts, const char *id, const char **ret_first)
{
	size_t count = 0;

	for (size_t i = 0; i < scripts->count; i++) {
		if (!br_script_shows(scripts->script[i], id))
			continue;
		if (count++ == 0)
			*ret_first = scripts->script[i]->scenario;
	}
	return count;
}

static void count_cover(struct cover *cover, const struct br_requirement *q, size_t scripts)
{
	bool rule_there = !q->unwatched;

	cover->both += rule_there && scripts > 0;
	cover->rule += rule_there && scripts == 0;
	cover->script += !rule_there && scripts > 0;
	cover->none += !rule_there && scripts == 0;
	cover->binding_none += !rule_there && scripts == 0 && br_requirement_is_binding(q);
}

static void say_cover(const struct br_requirement *q, size_t scripts, const char *first)
{
	char more[32] = "";

	if (scripts > 1)
		snprintf(more, sizeof(more), " and %zu more", scripts - 1);
	printf("%-14s %-9s %-5s %s%s%s%s\n", q->id, q->strength, q->unwatched ? "-" : "rule",
	       scripts > 0 ? first : "-", more, scripts == 0 && q->unwatched ? "  no check: " : "",
	       scripts == 0 && q->unwatched ? q->unwatched : "");
}

/* What each server's last run said of it. */
static void say_results(const struct br_results *results, size_t requirement)
{
	bool any = false;

	for (size_t i = 0; i < results->servers; i++) {
		const char *verdict = results->server[i].verdict[requirement];

		if (!verdict[0])
			continue;
		printf("%s%s %s", any ? ", " : "    last run: ", results->server[i].name, verdict);
		any = true;
	}
	fputs(any ? "\n" : "", stdout);
}

/* "dnsmasq: 164 pass, 8 fail" of all that was asked for */
static void sum_results(const struct br_results *results, char **names, size_t count)
{
	static const char *const words[] = {"pass",  "fail",      "warn",       "known",
	                                    "stale", "unchecked", "unsupported"};

	for (size_t i = 0; i < results->servers; i++) {
		bool any = false;

		printf("%s:", results->server[i].name);
		for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
			size_t sum = 0;

			for (size_t k = 0; k < br_requirements_count; k++)
				sum += is_below_any(br_requirements[k].id, names, count) &&
				       !strcmp(results->server[i].verdict[k], words[w]);
			if (sum > 0)
				printf("%s %zu %s", any ? "," : "", sum, words[w]);
			any = any || sum > 0;
		}
		printf("%s\n", any ? "" : " nothing of these");
	}
}

static int load_results(struct rule_words *words)
{
	for (size_t i = 0; i < words->paths; i++) {
		if (br_results_load(&words->results, words->path[i], stderr) < 0)
			return BR_EXIT_BAD_USAGE;
	}
	return 0;
}

static int coverage(int argc, char **argv)
{
	struct br_words line = br_words_of(&br_verb_coverage);
	struct br_scripts scripts = {0};
	struct rule_words target = {0};
	struct cover cover = {0};

	if (!br_words_read(&line, argc, argv, &target) || !are_known(&line))
		return line.code;
	if (load_results(&target) != 0 || br_shipped_scripts(&scripts, NULL) < 0) {
		br_results_free(&target.results);
		return BR_EXIT_BAD_USAGE;
	}
	for (size_t i = 0; i < br_requirements_count; i++) {
		const struct br_requirement *q = &br_requirements[i];
		const char *first = "";
		size_t shown;

		if (!is_below_any(q->id, line.operand, line.count))
			continue;
		shown = scripts_for(&scripts, q->id, &first);
		count_cover(&cover, q, shown);
		if (target.missing && !(shown == 0 && q->unwatched))
			continue;
		say_cover(q, shown, first);
		say_results(&target.results, i);
	}
	sum_results(&target.results, line.operand, line.count);
	printf("%zu requirements: %zu have a rule and scripts, %zu a rule alone, %zu scripts "
	       "alone; %zu have no check, of which %zu bind\n",
	       cover.both + cover.rule + cover.script + cover.none, cover.both, cover.rule,
	       cover.script, cover.none, cover.binding_none);
	br_scripts_free(&scripts);
	br_results_free(&target.results);
	return BR_EXIT_PASSED;
}

static const char *const coverage_examples[] = {
	"bootrig coverage TFTP",
	"bootrig coverage --missing",
	"bootrig coverage PXE --results out/conform-dnsmasq/results.json",
	NULL,
};

const struct br_command_verb br_verb_coverage = {
	.name = "coverage",
	.says = "which requirements are checked, and by what",
	.about = "Says of each requirement whether a rule judges it by watching and which scripts "
		 "show it. Whether a server keeps it is said by conform, and "
		 "with --results beside it.",
	.operand = coverage_operands,
	.option = coverage_options,
	.examples = coverage_examples,
	.run = coverage,
};
