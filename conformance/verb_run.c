/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/verb_run.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/requirements.h"
#include "conformance/watch.h"
#include "core/base/text.h"
#include "sim/script/suite.h"

static const char scripts_folder[] = "conformance/scripts";

static const char run_usage[] =
	"usage: bootrig run FILE|DIR|SCENARIO|REQUIREMENT...\n"
	"  --seed N      this run alone\n"
	"  --explore N   N seeds of each script, whatever its `runs` says\n"
	"  --pcap F      write the frames of the run to F (pcapng)\n"
	"  --tap         reports as TAP comments, for machines\n"
	"  --junit F     results as JUnit\n"
	"  --json F      results as a flat JSON array\n"
	"  --out DIR     captures and reduced scripts of failing runs (out)\n";

static const char list_usage[] =
	"usage: bootrig list [FILE|DIR|SCENARIO|REQUIREMENT...]\n"
	"       bootrig list --language    the manual of the script language\n";

static int wrong(const char *usage, const char *what, const char *word)
{
	fprintf(stderr, "%s '%s'\n%s", what, word, usage);
	return BR_EXIT_BAD_USAGE;
}

static struct br_suite_options defaults(void)
{
	return (struct br_suite_options){
		.folder = scripts_folder,
		.out = "out",
		.to = stdout,
		.watch = &br_watch_rules,
		.parse = {.errors = stderr,
	                  .requirement = br_requirement_sentence,
	                  .near = br_requirement_near_id},
		.sources = {.sentence = br_requirement_sentence, .clause = br_requirement_clause},
	};
}

/* The place of an option's value, or NULL. */
static const char **text_option(struct br_suite_options *o, const char *word)
{
	if (!strcmp(word, "--pcap"))
		return &o->pcap;
	if (!strcmp(word, "--junit"))
		return &o->junit;
	if (!strcmp(word, "--json"))
		return &o->json;
	return !strcmp(word, "--out") ? &o->out : NULL;
}

static bool number_option(struct br_suite_options *o, const char *word, uint64_t number)
{
	if (!strcmp(word, "--explore") && number > 0) {
		o->explore = number;
		return true;
	}
	if (strcmp(word, "--seed") != 0)
		return false;
	o->has_seed = true;
	o->seed = number;
	return true;
}

static int parse_options(struct br_suite_options *o, int argc, char **argv, const char **names)
{
	uint64_t number;

	o->names = names;
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--tap")) {
			o->tap = true;
		} else if (!strcmp(argv[i], "--help")) {
			fputs(run_usage, stdout);
			return -1;
		} else if (argv[i][0] != '-') {
			names[o->names_count++] = argv[i];
		} else if (i + 1 == argc) {
			return wrong(run_usage, "no such option, or no value behind", argv[i]);
		} else if (text_option(o, argv[i])) {
			*text_option(o, argv[i]) = argv[i + 1];
			i++;
		} else if (br_number_read(br_text(argv[i + 1]), UINT64_MAX, &number) &&
		           number_option(o, argv[i], number)) {
			i++;
		} else {
			return wrong(run_usage, "no such option, or no number behind", argv[i]);
		}
	}
	return 0;
}

int br_verb_run(int argc, char **argv)
{
	struct br_suite_options options = defaults();
	const char **names = calloc((size_t)argc + 1, sizeof(*names));
	int code;

	if (!names)
		abort();
	code = parse_options(&options, argc, argv, names);
	if (code == 0 && options.names_count == 0) {
		fputs(run_usage, stderr);
		code = BR_EXIT_BAD_USAGE;
	} else if (code == 0) {
		code = br_suite_run(&options);
	}
	free(names);
	return code < 0 ? 0 : code;
}

int br_verb_list(int argc, char **argv)
{
	struct br_suite_options options = defaults();
	const char *all[] = {scripts_folder};

	if (argc == 2 && !strcmp(argv[1], "--language")) {
		br_suite_language(stdout);
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(list_usage, stdout);
		return 0;
	}
	if (argc > 1 && argv[1][0] == '-')
		return wrong(list_usage, "no such option", argv[1]);
	options.names = argc > 1 ? (const char *const *)argv + 1 : all;
	options.names_count = argc > 1 ? (size_t)argc - 1 : 1;
	return br_suite_list(&options);
}
