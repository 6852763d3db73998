/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/blessed.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/output.h"

enum {
	PATH_SIZE = 4096,
	LINES_MAX = 2000, /* of one report; more are not told one by one */
};

struct text {
	size_t lines;
	const char *line[LINES_MAX + 1]; /* where each begins; one more: the end */
};

static char *read_all(FILE *file)
{
	char *text = NULL;
	size_t size = 0;
	FILE *copy = open_memstream(&text, &size);
	char piece[4096];

	if (!copy)
		return NULL;
	for (size_t got; (got = fread(piece, 1, sizeof(piece), file)) > 0;)
		(void)fwrite(piece, 1, got, copy);
	(void)fclose(copy);
	if (ferror(file)) {
		free(text);
		text = NULL;
	}
	return text;
}

static void split(struct text *t, const char *text)
{
	t->lines = 0;
	t->line[0] = text;
	while (*text && t->lines < LINES_MAX) {
		text += strcspn(text, "\n");
		text += *text == '\n';
		t->line[++t->lines] = text;
	}
}

static bool same(const struct text *a, size_t i, const struct text *b, size_t k)
{
	size_t size = (size_t)(a->line[i + 1] - a->line[i]);

	return size == (size_t)(b->line[k + 1] - b->line[k]) &&
	       !memcmp(a->line[i], b->line[k], size);
}

static void put(FILE *out, char sign, const struct text *t, size_t i)
{
	fprintf(out, "%c %.*s\n", sign, (int)strcspn(t->line[i], "\n"), t->line[i]);
}

/* The longest common run of lines stays, the rest is told: length[i][k] is that of the lines
 * from i of @a and from k of @b on.
 */
static void tell_changes(FILE *out, const struct text *a, const struct text *b)
{
	size_t row = b->lines + 1, i = 0, k = 0;
	uint16_t *length = calloc((a->lines + 1) * row, sizeof(*length));

	if (!length)
		return;
	for (i = a->lines; i-- > 0;) {
		for (k = b->lines; k-- > 0;) {
			uint16_t down = length[(i + 1) * row + k], right = length[i * row + k + 1];

			length[i * row + k] =
				same(a, i, b, k) ? (uint16_t)(length[(i + 1) * row + k + 1] + 1)
				: down > right   ? down
						 : right;
		}
	}
	for (i = k = 0; i < a->lines || k < b->lines;) {
		if (i < a->lines && k < b->lines && same(a, i, b, k)) {
			i++;
			k++;
		} else if (k == b->lines ||
		           (i < a->lines && length[(i + 1) * row + k] >= length[i * row + k + 1])) {
			put(out, '-', a, i++);
		} else {
			put(out, '+', b, k++);
		}
	}
	free(length);
}

static int compare(const char *path, FILE *file, const char *report, FILE *out)
{
	struct text *t = calloc(2, sizeof(*t));
	char *blessed = read_all(file);
	int result = -1;

	if (t && blessed) {
		result = strcmp(blessed, report) != 0 ? BR_BLESSED_CHANGED : BR_BLESSED_SAME;
		split(&t[0], blessed);
		split(&t[1], report);
		if (result == BR_BLESSED_CHANGED) {
			fprintf(out, "not as blessed in %s\n", path);
			tell_changes(out, &t[0], &t[1]);
		}
	}
	free(t);
	free(blessed);
	return result;
}

static int keep(const char *beside, const char *report, const char *const inputs[2], FILE *out,
                FILE *err)
{
	struct br_output output;

	if (br_output_open(&output, beside, inputs, 2, err) < 0)
		return -1;
	(void)fputs(report, output.file);
	if (br_output_commit(&output, err) < 0)
		return -1;
	fprintf(out, "blessed in %s\n", beside);
	return BR_BLESSED_SAME;
}

int br_blessed(const char *const captures[2], const char *report, bool bless, FILE *out, FILE *err)
{
	char beside[PATH_SIZE];
	FILE *file = NULL;
	int result = -1, error = ENAMETOOLONG;

	if ((size_t)snprintf(beside, sizeof(beside), "%s.replay", captures[0]) < sizeof(beside)) {
		if (bless)
			return keep(beside, report, captures, out, err);
		file = fopen(beside, "r");
		error = errno;
	}
	if (file) {
		result = compare(beside, file, report, out);
		error = ferror(file) ? EIO : ENOMEM;
		(void)fclose(file);
	} else if (error == ENOENT) {
		return BR_BLESSED_NOT;
	}
	if (result < 0)
		fprintf(err, "%s: %s\n", beside, strerror(error));
	return result;
}
