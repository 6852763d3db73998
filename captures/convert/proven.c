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

/* What the parser said, with the line, but without a path that nobody knows. */
static struct br_script *parse(const struct br_proof *proof, const char *text, FILE *err)
{
	struct br_script *script = NULL;
	struct br_parse_options options = {.errors = NULL};
	char *said = NULL;
	size_t size = 0;

	options.errors = open_memstream(&said, &size);
	if (!options.errors)
		abort();
	if (br_script_parse(&script, "script", text, strlen(text), &options) < 0)
		script = NULL;
	(void)fclose(options.errors);
	if (!script)
		fprintf(err, "%s: %s: %s", proof->name, refused, said);
	free(said);
	return script;
}

/* Return: whether it could be looked at; a pipe is not read twice */
static bool follow(const struct br_proof *proof, const struct br_script *script, const uint8_t *mac,
                   struct br_follow_result *result)
{
	const char *paths[] = {proof->path, proof->other};
	struct br_look look = {.paths = paths, .count = proof->other ? 2 : 1};

	for (size_t i = 0; i < look.count; i++) {
		if (!br_capture_is_file(paths[i]))
			return false;
	}
	if (mac) {
		look.chosen = true;
		memcpy(look.mac, mac, sizeof(look.mac));
	}
	return br_check_follow(&look, script, NULL, result) >= 0;
}

static bool is_of_cure(const struct br_proof *proof, const struct br_item *item)
{
	for (size_t i = 0; i < proof->machines; i++) {
		const struct br_proof_machine *m = &proof->machine[i];

		if (item && m->first > 0 && item->line >= m->first && item->line <= m->last)
			return true;
	}
	return false;
}

static void tell(const struct br_proof *proof, const struct br_follow_result *r, FILE *err)
{
	if (r->follows) {
		fprintf(err,
		        "%s: its servers did all that good ones do, as far as a script can "
		        "tell\n",
		        proof->name);
		return;
	}
	fprintf(err, "%s: %s: it would not follow it itself: %s", proof->name, refused, r->why);
	if (r->want[0])
		fprintf(err, ", for \"%.160s\"", r->want);
	if (r->frame > 0)
		fprintf(err, ", frame %" PRIu64, r->frame);
	fprintf(err, "\n");
}

/* At the lines of the cures the capture must differ, for each of the machines, and no earlier. */
static bool is_followed(const struct br_proof *proof, const struct br_script *script, FILE *err)
{
	struct br_follow_result *r = calloc(1, sizeof(*r));
	bool good = true;

	if (!r)
		abort();
	for (size_t i = 0; i < proof->machines && good; i++) {
		const struct br_proof_machine *m = &proof->machine[i];

		if (!follow(proof, script, proof->machines > 1 ? m->mac : proof->mac, r))
			continue;
		good = m->first > 0 ? !r->follows && is_of_cure(proof, r->item) : r->follows;
	}
	if (good && proof->machines > 1 && !proof->mended && follow(proof, script, NULL, r))
		good = r->follows;
	if (!good)
		tell(proof, r, err);
	free(r);
	return good;
}

/* It passes; or, where the core is set up with the fault, fails there and no earlier. */
static bool is_passed(const struct br_proof *proof, const struct br_script *script, bool cured,
                      bool *ret_passed, FILE *err)
{
	struct br_run_options options = {.seed = script->seed, .watch = &br_watch_rules};
	struct br_run_result *result = calloc(1, sizeof(*result));
	const struct br_failure *f;
	bool good;

	if (!result)
		abort();
	br_run(script, &options, result);
	f = &result->failure;
	*ret_passed = result->result == BR_RESULT_PASS;
	good = *ret_passed ||
	       (cured && result->result == BR_RESULT_FAIL && is_of_cure(proof, f->item));
	if (!good) {
		fprintf(err, "%s: %s: the core does not do what its servers did: %s", proof->name,
		        refused, f->why);
		if (f->want[0])
			fprintf(err, ", for \"%.160s\"", f->want);
		else if (f->got[0])
			fprintf(err, ": \"%.160s\"", f->got);
		fprintf(err, "\n");
	}
	free(result);
	return good;
}

bool br_prove(struct br_proof *proof, FILE *err)
{
	struct br_script *script = parse(proof, proof->text, err), *mended = NULL;
	bool passed, good = script && is_followed(proof, script, err) &&
	                    is_passed(proof, script, proof->mended != NULL, &proof->stands, err);

	if (good && proof->mended) {
		mended = parse(proof, proof->mended, err);
		good = mended && is_passed(proof, mended, false, &passed, err);
	}
	(void)br_script_free(mended);
	(void)br_script_free(script);
	return good;
}
