/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/baseline.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/requirements.h"
#include "sim/nearest.h"

static const char blanks[] = " \t";

struct known {
	char *name, *reason;
};

struct br_baseline {
	struct known *known;
	size_t count;
};

static int complain(FILE *err, const char *path, size_t line, size_t column, const char *expected)
{
	fprintf(err, "%s:%zu:%zu: expected %s\n", path, line, column, expected);
	return -EINVAL;
}

/* Scripts have a '/' in their names, requirements have none. */
static int look_at_name(const char *name, const char *path, size_t line, size_t column, FILE *err)
{
	char expected[160], hint[BR_NEAREST_WORD_MAX + 32];
	struct br_nearest nearest = br_nearest_to(name, strlen(name));

	if (strchr(name, '/') || br_requirement_find(name))
		return 0;
	for (size_t i = 0; i < br_requirements_count; i++)
		br_nearest_try(&nearest, br_requirements[i].id);
	snprintf(expected, sizeof(expected), "a requirement or the name of a script, not '%.40s'%s",
	         name, br_nearest_hint(&nearest, hint, sizeof(hint)));
	return complain(err, path, line, column, expected);
}

static int add(struct br_baseline *baseline, char *text, const char *path, size_t line, FILE *err)
{
	char *name = text + strspn(text, blanks), *reason = name + strcspn(name, blanks);
	struct known *known;
	int result;

	if (*name == '\0' || *name == '#')
		return 0;
	if (*reason != '\0')
		*reason++ = '\0';
	reason += strspn(reason, blanks);
	result = look_at_name(name, path, line, (size_t)(name - text) + 1, err);
	if (result < 0)
		return result;
	if (*reason == '\0')
		return complain(err, path, line, (size_t)(reason - text) + 1,
		                "the reason why it is known to fail");
	if (br_baseline_reason(baseline, name))
		return complain(err, path, line, (size_t)(name - text) + 1,
		                "each name once: it stands above too");
	known = realloc(baseline->known, (baseline->count + 1) * sizeof(*known));
	if (!known)
		abort();
	baseline->known = known;
	known[baseline->count].name = strdup(name);
	known[baseline->count].reason = strdup(reason);
	if (!known[baseline->count].name || !known[baseline->count].reason)
		abort();
	baseline->count++;
	return 0;
}

int br_baseline_load(struct br_baseline **ret_baseline, const char *path, FILE *err)
{
	struct br_baseline *baseline;
	FILE *from = fopen(path, "r");
	size_t room = 0, line = 0;
	char *text = NULL;
	int result = 0;

	if (!from) {
		result = -errno;
		fprintf(err, "%s: %s\n", path, strerror(-result));
		return result;
	}
	baseline = calloc(1, sizeof(*baseline));
	if (!baseline)
		abort();
	while (getline(&text, &room, from) >= 0) {
		text[strcspn(text, "\r\n")] = '\0';
		if (add(baseline, text, path, ++line, err) < 0)
			result = -EINVAL;
	}
	if (ferror(from)) { /* a folder opens, and cannot be read */
		result = -EIO;
		fprintf(err, "%s: cannot be read\n", path);
	}
	free(text);
	fclose(from);
	if (result < 0)
		br_baseline_free(baseline);
	else
		*ret_baseline = baseline;
	return result;
}

struct br_baseline *br_baseline_free(struct br_baseline *baseline)
{
	if (!baseline)
		return NULL;
	for (size_t i = 0; i < baseline->count; i++) {
		free(baseline->known[i].name);
		free(baseline->known[i].reason);
	}
	free(baseline->known);
	free(baseline);
	return NULL;
}

const char *br_baseline_reason(const struct br_baseline *baseline, const char *name)
{
	for (size_t i = 0; baseline && i < baseline->count; i++) {
		if (!strcmp(baseline->known[i].name, name))
			return baseline->known[i].reason;
	}
	return NULL;
}
