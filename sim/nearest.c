/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters in the other case are the same: whoever writes "get" means "GET". */
static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Levenshtein with the swap of two neighbours as one change; both at most BR_NEAREST_WORD_MAX. */
static size_t edit_distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
	size_t row[3][BR_NEAREST_WORD_MAX + 1];

	for (size_t j = 0; j <= b_size; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b_size; j++) {
			now[j] = least(last[j - 1] + !same(a[i - 1], b[j - 1]),
			               least(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				now[j] = least(now[j], before[j - 2] + 1);
		}
	}
	return row[a_size % 3][b_size];
}

struct br_nearest br_nearest_to(const char *word, size_t size)
{
	return (struct br_nearest){.word = word, .size = size, .distance = SIZE_MAX};
}

void br_nearest_try(struct br_nearest *nearest, const char *name)
{
	size_t size = strlen(name), longer = size > nearest->size ? size : nearest->size;
	size_t distance;

	if (longer > BR_NEAREST_WORD_MAX || nearest->size == 0)
		return;
	distance = edit_distance(nearest->word, nearest->size, name, size);
	if (distance <= (longer + 2) / 3 && distance < longer && distance < nearest->distance) {
		nearest->distance = distance;
		nearest->best = name;
	}
}

const char *br_nearest_hint(const struct br_nearest *nearest, char *room, size_t size)
{
	if (!nearest->best)
		return "";
	snprintf(room, size, "; did you mean '%s'?", nearest->best);
	return room;
}
