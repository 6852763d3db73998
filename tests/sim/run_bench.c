/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/run_bench.h"

#include <stdlib.h>
#include <string.h>

#include "sim/script/parse.h"

struct br_run_result *result;

int make_result(void **state)
{
	(void)state;
	result = calloc(1, sizeof(*result));
	return result ? 0 : -1;
}

int free_result(void **state)
{
	(void)state;
	free(result);
	return 0;
}

struct br_script *parsed(const char *text)
{
	struct br_parse_options options = {.errors = stderr};
	struct br_script *script;

	assert_int_equal(br_script_parse(&script, "test.wire", text, strlen(text), &options), 0);
	return script;
}

void run_seed(const char *text, uint64_t seed, enum br_result want)
{
	struct br_run_options options = {.seed = seed};
	struct br_script *script = parsed(text);

	br_run(script, &options, result);
	if (result->result != want)
		print_error("%s: %s\nwant %s\ngot  %s\n", text, result->failure.why,
		            result->failure.want, result->failure.got);
	assert_int_equal(result->result, want);
	result->failure.item = NULL; /* goes with the script */
	br_script_free(script);
}

void run(const char *text, enum br_result want)
{
	run_seed(text, 0, want);
}

void fails(const char *text, enum br_failure_kind kind, const char *why)
{
	run(text, kind == BR_FAILURE_BROKEN ? BR_RESULT_BROKEN : BR_RESULT_FAIL);
	assert_int_equal(result->failure.kind, kind);
	if (!strstr(result->failure.why, why))
		assert_string_equal(result->failure.why, why);
}
