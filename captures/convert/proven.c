/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/proven.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/check.h"
#include "captures/read/capture.h"
#include "conformance/watch.h"
#include "sim/script/parse.h"
#include "sim/script/run.h"

static const char refused[] = "cannot be made a script of that holds";

/* What the parser said first, without the path that nobody knows. */
static struct br_script *parse(const struct br_proof *proof, FILE *err)
{
	struct br_script *script = NULL;
	struct br_parse_options options = {.errors = NULL};
	char *text = NULL;
	size_t size = 0;

	options.errors = open_memstream(&text, &size);
	if (!options.errors)
		return NULL;
	if (br_script_parse(&script, "script", proof->text, proof->size, &options) < 0)
		script = NULL;
	(void)fclose(options.errors);
	if (!script)
		fprintf(err, "%s: %s: %.*s\n", proof->name, refused, (int)strcspn(text, "\n"),
		        text);
	free(text);
	return script;
}

static bool is_followed(const struct br_proof *proof, const struct br_script *script, FILE *err)
{
	const char *paths[] = {proof->path, proof->other};
	struct br_look look = {.paths = paths, .count = proof->other ? 2 : 1};
	struct br_follow_result *result;
	bool follows = true;

	for (size_t i = 0; i < look.count; i++) {
		if (!br_capture_is_file(paths[i]))
			return true;
	}
	result = calloc(1, sizeof(*result));
	if (!result)
		abort();
	if (proof->mac) {
		look.chosen = true;
		memcpy(look.only.mac, proof->mac, sizeof(look.only.mac));
	}
	if (br_check_follow(&look, script, NULL, result) >= 0 && !result->follows) {
		follows = false;
		fprintf(err, "%s: %s: it would not follow it itself: %s", proof->name, refused,
		        result->why);
		if (result->want[0])
			fprintf(err, ", for \"%.160s\"", result->want);
		if (result->frame > 0)
			fprintf(err, ", frame %" PRIu64, result->frame);
		fprintf(err, "\n");
	}
	free(result);
	return follows;
}

static bool is_passed(const struct br_proof *proof, const struct br_script *script, FILE *err)
{
	struct br_run_options options = {.seed = script->seed, .watch = &br_watch_rules};
	struct br_run_result *result = calloc(1, sizeof(*result));
	bool passes;

	if (!result)
		abort();
	br_run(script, &options, result);
	passes = result->result == BR_RESULT_PASS;
	if (!passes) {
		const struct br_failure *f = &result->failure;

		fprintf(err, "%s: %s: the core does not do what its servers did: %s", proof->name,
		        refused, f->why);
		if (f->want[0])
			fprintf(err, ", for \"%.160s\"", f->want);
		else if (f->got[0])
			fprintf(err, ": \"%.160s\"", f->got);
		fprintf(err, "\n");
	}
	free(result);
	return passes;
}

bool br_prove(const struct br_proof *proof, FILE *err)
{
	struct br_script *script = parse(proof, err);
	bool good = script && is_followed(proof, script, err) && is_passed(proof, script, err);

	(void)br_script_free(script);
	return good;
}
