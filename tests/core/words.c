/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/core/words.h"

#include <string.h>

#include "tests/helper.h"

int words_take(struct br_config *config, const char *words, char *error, size_t error_size)
{
	char copy[4096];
	char *save = NULL;

	assert_true(strlen(words) < sizeof(copy));
	memcpy(copy, words, strlen(words) + 1);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *value = strchr(word, '=');
		int result;

		assert_non_null(value);
		*value++ = '\0';
		for (char *c = value; *c; c++)
			*c = *c == '_' ? ' ' : *c; /* words have no other way to hold a blank */
		result = br_config_set(config, word, value, error, error_size);
		if (result < 0)
			return result;
	}
	return 0;
}
