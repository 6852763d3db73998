/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/verb_shrink.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/smaller_pcap.h"
#include "captures/read/spool.h"
#include "conformance/requirements.h"
#include "conformance/watch.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"
#include "sim/output.h"
#include "sim/script/shrink.h"
#include "sim/script/suite.h"

struct shrink {
	const char *out;
	bool has_client, has_seed;
	uint8_t client[6];
	uint64_t seed;
};

static bool is_capture(const char *path)
{
	static const uint8_t pcapng[] = {0x0a, 0x0d, 0x0d, 0x0a};
	uint8_t octets[4] = {0};
	FILE *file = fopen(path, "rb");
	size_t size = file ? fread(octets, 1, sizeof(octets), file) : 0;
	bool text = memcmp(octets, pcapng, sizeof(pcapng)) != 0;

	if (file)
		(void)fclose(file);
	for (size_t i = 0; i < size; i++)
		text = text && octets[i] < 0x7f && octets[i] != 0; /* no magic number is all text */
	return !text;
}

/* The first of its seeds with which it fails. Return: false, after a line to standard error */
static bool fails(const struct shrink *shrink, const struct br_script *script, const char *name,
                  struct br_run_result *result)
{
	struct br_run_options options = {.watch = &br_watch_rules};
	uint64_t runs = shrink->has_seed ? 1 : script->runs;

	for (uint64_t i = 0; i < runs; i++) {
		options.seed = (shrink->has_seed ? shrink->seed : script->seed) + i;
		br_run(script, &options, result);
		if (result->result == BR_RESULT_FAIL)
			return true;
		if (result->result != BR_RESULT_PASS)
			break;
	}
	fprintf(stderr, "%s: it does not fail, so there is nothing to keep\n", name);
	return false;
}

static int of_script(const struct shrink *shrink, const struct br_spool *from, FILE *to)
{
	struct br_parse_options parse = {.errors = stderr,
	                                 .requirement = br_requirement_sentence,
	                                 .near = br_requirement_near_id};
	struct br_run_result *result = calloc(1, sizeof(*result));
	struct br_script *script = NULL;
	int code = BR_EXIT_BAD_USAGE;
	size_t lines, before;

	if (!result)
		abort();
	if (br_script_load(&script, from->path, &parse) < 0) {
		script = NULL;
	} else if (script->real) {
		fprintf(stderr, "%s: what is real behind its iface does not run twice alike\n",
		        from->name);
	} else if (!fails(shrink, script, from->name, result)) {
		code = BR_EXIT_NOTHING_RAN;
	} else if (!br_shrink(script, result, &br_watch_rules, to, &lines, &before)) {
		fprintf(stderr, "%s: it does not fail a second time\n", from->name);
	} else {
		fprintf(stderr, "%s: %zu of %zu lines\n", from->name, lines, before);
		code = BR_EXIT_PASSED;
	}
	(void)br_script_free(script);
	free(result);
	return code;
}

static int of_capture(const struct shrink *shrink, const struct br_spool *from, FILE *to)
{
	struct br_smaller_pcap counts;
	int code = br_smaller_pcap(from->path, from->name,
	                           shrink->has_client ? shrink->client : NULL, to, stderr, &counts);

	if (code == BR_EXIT_PASSED)
		fprintf(stderr, "%s: %zu of %zu frames\n", from->name, counts.after, counts.before);
	return code;
}

static int shrink_file(const struct shrink *shrink, const char *name)
{
	const char *const inputs[] = {name};
	struct br_output output;
	struct br_spool from = {.name = name};
	int code;

	if (br_output_open(&output, shrink->out, inputs, 1, stderr) < 0)
		return BR_EXIT_BAD_USAGE;
	if (br_spool_open(&from, name, stderr) < 0)
		code = BR_EXIT_BAD_USAGE;
	else if (is_capture(from.path))
		code = of_capture(shrink, &from, output.file);
	else
		code = of_script(shrink, &from, output.file);
	br_spool_close(&from);
	if (code != BR_EXIT_PASSED)
		br_output_drop(&output);
	else if (br_output_commit(&output, stderr) < 0)
		code = BR_EXIT_BAD_USAGE;
	return code;
}

static const struct br_operand operands[] = {
	{"FILE", "a script or a capture; - for standard input", BR_TAKES_FILE, 1, 1},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_option options[] = {
	{.name = "-o",
         .argument = "OUT",
         .says = "write it there; OUT must not be FILE",
         .standard = "standard output",
         .takes = BR_TAKES_FILE,
         .at = offsetof(struct shrink, out)},
	{.name = "--seed",
         .argument = "N",
         .says = "of a script: as it fails with this seed",
         .standard = "the first of its seeds that fails",
         .takes = BR_TAKES_NUMBER,
         .at = offsetof(struct shrink, seed),
         .given = offsetof(struct shrink, has_seed)},
	{.name = "--client",
         .argument = "MAC",
         .says = "of a capture: what is said of that machine counts, and of no other",
         .standard = "of all in it",
         .takes = BR_TAKES_MAC,
         .at = offsetof(struct shrink, client),
         .given = offsetof(struct shrink, has_client)},
	{.name = NULL},
};

static int shrink_main(int argc, char **argv)
{
	struct br_words words = br_words_of(&br_verb_shrink);
	struct shrink shrink = {.out = "-"};

	if (!br_words_read(&words, argc, argv, &shrink))
		return words.code;
	return shrink_file(&shrink, words.operand[0]);
}

static const char *const examples[] = {
	"bootrig shrink boot.pcap -o small.pcap",
	"bootrig shrink failing.wire --seed 7 -o min.wire",
	NULL,
};

const struct br_command_verb br_verb_shrink = {
	.name = "shrink",
	.says = "the smallest script or capture that shows the same",
	.about = "Leaves out what does not matter. Of a script that fails, the lines and words "
		 "without which it still fails in the same way, as run does it for what it keeps. "
		 "Of a capture, the frames without which explain still says the same of each "
		 "machine, and the same rules are broken. How much is left is told on standard "
		 "error.",
	.operand = operands,
	.option = options,
	.exits = "0 it is written; 2 FILE cannot be read, or is damaged; 3 the script does not "
		 "fail, or nobody is in the capture.",
	.examples = examples,
	.run = shrink_main,
};
