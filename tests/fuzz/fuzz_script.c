/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as a script: it is read or refused, and what was read prints as the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/script/parse.h"
#include "sim/script/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *printed(const struct br_script *script, size_t *ret_size)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, ret_size);

	br_script_print(script, to);
	fclose(to);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct br_parse_options quiet = {0};
	struct br_script *script, *again;
	char *once, *twice, *text = strndup((const char *)data, size);
	bool reads = strstr(text, "use") != NULL; /* another file */

	free(text);
	if (memchr(data, '\0', size) || reads ||
	    br_script_parse(&script, "fuzz", (const char *)data, size, &quiet) < 0)
		return 0;
	once = printed(script, &size);
	if (br_script_parse(&again, "fuzz", once, size, &quiet) < 0)
		abort();
	twice = printed(again, &size);
	if (strcmp(once, twice) != 0)
		abort();
	free(once);
	free(twice);
	br_script_free(script);
	br_script_free(again);
	return 0;
}
