/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/anonymous.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	XIDS_MAX = 64,
};

struct mask {
	unsigned long xid[XIDS_MAX];
	unsigned xids;
	const char *const *names;
	size_t names_count;
};

static size_t name_at(const struct mask *m, const char *text, size_t *ret_index)
{
	size_t best = 0;

	for (size_t i = 0; i < m->names_count; i++) {
		const char *name = m->names[i] + strspn(m->names[i], "/");
		size_t size = strlen(name);

		if (size > best && !strncmp(text, name, size) &&
		    !isalnum((unsigned char)text[size])) {
			best = size;
			*ret_index = i;
		}
	}
	return best;
}

static void put_name(FILE *out, const struct mask *m, size_t index)
{
	const char *name = m->names[index];
	const char *dot = strrchr(name, '.'), *slash = strrchr(name, '/');
	size_t first = 0; /* the same name twice is one file */

	while (strcmp(m->names[first] + strspn(m->names[first], "/"), name + strspn(name, "/")) !=
	       0)
		first++;
	fprintf(out, "file%zu%s", first + 1,
	        dot && (!slash || dot > slash) && strlen(dot) <= 5 ? dot : "");
}

/* Numbers in order read better than what a disguise makes of them. */
static size_t xid_at(FILE *out, struct mask *m, const char *text)
{
	static const char start[] = " xid=0x";
	char *end;
	unsigned i = 0;

	if (strncmp(text, start, sizeof(start) - 1) != 0)
		return 0;
	unsigned long xid = strtoul(text + sizeof(start) - 1, &end, 16);

	while (i < m->xids && m->xid[i] != xid)
		i++;
	if (i == m->xids && m->xids < XIDS_MAX)
		m->xid[m->xids++] = xid;
	fprintf(out, " xid=0x%08x", xid == 0 ? 0 : i + 1);
	return (size_t)(end - text);
}

static size_t replace_at(FILE *out, struct mask *m, const char *text, bool at_word)
{
	size_t index = 0, size = xid_at(out, m, text);

	if (size > 0 || !at_word)
		return size;
	size = name_at(m, text, &index);
	if (size > 0)
		put_name(out, m, index);
	return size;
}

int br_anonymous(FILE *out, const char *script, const char *const *names, size_t count)
{
	struct mask *m = calloc(1, sizeof(*m));
	char before = '\n';

	if (!m)
		return -ENOMEM;
	m->names = names;
	m->names_count = count;
	while (*script) {
		size_t size = strcspn(script, "\n");

		if (before == '\n' && !strncmp(script, "source ", 7)) { /* its name tells */
			script += size + (script[size] == '\n');
			continue;
		}
		if (before == '\n' && !strncmp(script, "scenario ", 9)) {
			fputs("scenario from-pcap/anonymous", out);
			script += size;
			before = ' ';
			continue;
		}
		size = replace_at(out, m, script, !isalnum((unsigned char)before) && before != '.');
		if (size > 0) {
			script += size;
			before = 'x';
			continue;
		}
		before = *script++;
		fputc(before, out);
	}
	free(m);
	return 0;
}
