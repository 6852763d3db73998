/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/again.h"

#include <stdlib.h>

#include "sim/escape.h"

static void put(const char *option, const char *value, FILE *to)
{
	fprintf(to, " %s ", option);
	br_escape_shell(value, to);
}

char *br_again_words(const struct br_suite_options *options)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		abort();
	for (size_t i = 0; i < options->guests; i++)
		put("--firmware", options->guest[i], to);
	if (options->guest_start)
		put("--start", options->guest_start, to);
	for (size_t i = 0; i < options->parse.faults; i++)
		put("--fault", options->parse.fault[i], to);
	fclose(to);
	return text;
}
