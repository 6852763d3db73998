/* SPDX-License-Identifier: BSD-2-Clause */
/* Kea's JSON as pairs of a name and a text, each with its line and its object. It need not be
 * right: Kea itself says what is not.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "captures/lint/config.h"
#include "core/base/text.h"

#include <arpa/inet.h>

enum {
	PAIRS_MAX = 4096,
	OBJECTS_MAX = 1024,
	DEPTH_MAX = 64,
	KEY_SIZE = 64,
};

struct kea_pair {
	size_t line, object;
	char key[KEY_SIZE], text[BR_LINT_FILE_SIZE];
};

/* A container that is open: objects have a number, arrays go by that of the object around them. */
struct kea_level {
	size_t object;
	bool array, valued; /* @valued: what comes next is no key */
	char key[KEY_SIZE];
};

struct kea_json {
	struct kea_pair *pair;
	size_t pairs;
	size_t parent[OBJECTS_MAX];
	size_t objects;
	struct kea_level level[DEPTH_MAX];
	size_t depth;
};

static void put(struct kea_json *j, size_t line, const char *text, size_t size)
{
	struct kea_level *l = &j->level[j->depth];
	struct kea_pair *pair;

	if (!l->array && !l->valued) {
		(void)snprintf(l->key, sizeof(l->key), "%.*s", (int)size, text);
		return;
	}
	l->valued = false;
	if (j->pairs == PAIRS_MAX)
		return;
	pair = &j->pair[j->pairs++];
	*pair = (struct kea_pair){.line = line, .object = l->object};
	(void)snprintf(pair->key, sizeof(pair->key), "%.63s", l->key);
	(void)snprintf(pair->text, sizeof(pair->text), "%.*s", (int)size, text);
}

static void open_level(struct kea_json *j, bool array)
{
	struct kea_level *above = &j->level[j->depth], *l;

	if (j->depth + 1 == DEPTH_MAX)
		return;
	l = &j->level[++j->depth];
	*l = (struct kea_level){.object = above->object, .array = array};
	memcpy(l->key, above->key, sizeof(l->key));
	above->valued = false;
	if (array || j->objects + 1 >= OBJECTS_MAX)
		return;
	l->object = ++j->objects;
	j->parent[l->object] = above->object;
}

static void read_text(struct kea_json *j, const char *text, size_t line)
{
	for (const char *at = text; *at; at++) {
		if (*at == '"') {
			const char *end = at + 1;

			while (*end && *end != '"')
				end += *end == '\\' && end[1] ? 2 : 1;
			put(j, line, at + 1, (size_t)(end - at - 1));
			at = *end ? end : end - 1;
		} else if (*at == '{' || *at == '[') {
			open_level(j, *at == '[');
		} else if ((*at == '}' || *at == ']') && j->depth > 0) {
			j->depth--;
		} else if (*at == ':') {
			j->level[j->depth].valued = true;
		} else if (*at == ',') {
			j->level[j->depth].valued = false;
		} else if (isalnum((unsigned char)*at)) {
			size_t size = strcspn(at, ",]}\" \t\r");

			put(j, line, at, size);
			at += size - 1;
		}
	}
}

static const struct kea_pair *find(const struct kea_json *j, size_t object, const char *key)
{
	for (size_t i = 0; i < j->pairs; i++) {
		if (j->pair[i].object == object && !strcmp(j->pair[i].key, key))
			return &j->pair[i];
	}
	return NULL;
}

/* What decides of an object: its own test, or that of the class it names */
static void conditions(const struct kea_json *j, size_t object, struct br_lint_boot *boot)
{
	static const char *const by[] = {"client-class", "client-classes"};
	const struct kea_pair *test = find(j, object, "test");

	if (test)
		br_lint_config_when(boot, test->line);
	for (size_t i = 0; i < 2; i++) {
		const struct kea_pair *class = find(j, object, by[i]);

		for (size_t k = 0; class && k < j->pairs; k++) {
			if (strcmp(j->pair[k].key, "name") != 0 ||
			    strcmp(j->pair[k].text, class->text) != 0)
				continue;
			test = find(j, j->pair[k].object, "test");
			if (test)
				br_lint_config_when(boot, test->line);
		}
	}
}

static void read_boot(struct br_lint_config *c, const struct kea_json *j,
                      const struct kea_pair *pair)
{
	const struct kea_pair *name = find(j, pair->object, "name"),
			      *code = find(j, pair->object, "code");
	bool url6 = (name && !strcmp(name->text, "bootfile-url")) ||
	            (c->six && code && !strcmp(code->text, "59"));
	bool option = url6 || (name && !strcmp(name->text, "boot-file-name")) ||
	              (code && !strcmp(code->text, "67"));
	bool file = !strcmp(pair->key, "boot-file-name");
	size_t class = file ? pair->object : j->parent[pair->object];
	const struct kea_pair *server = find(j, class, "next-server");
	struct br_lint_boot *boot;

	if (!file && (strcmp(pair->key, "data") != 0 || !option))
		return;
	boot = br_lint_config_boot(c, pair->line, pair->text);
	if (!boot)
		return;
	boot->six = url6;
	if (server)
		(void)snprintf(boot->server, sizeof(boot->server), "%.63s", server->text);
	conditions(j, class, boot);
}

static void read_subnet(struct br_lint_config *c, const struct kea_pair *pair)
{
	char address[64];
	uint32_t network, netmask;
	uint8_t six[16];

	(void)snprintf(address, sizeof(address), "%.*s", (int)strcspn(pair->text, "/"), pair->text);
	if (!c->range_line)
		c->range_line = pair->line;
	if (br_text_get_cidr(br_text(pair->text), &network, &netmask)) {
		c->four = true;
		if (!c->network) {
			c->network = network;
			c->netmask = netmask;
		}
	} else if (inet_pton(AF_INET6, address, six) == 1) {
		c->six = true;
		memcpy(c->network6, six, 8);
	}
}

static void read_pool(struct br_lint_config *c, const struct kea_pair *pair)
{
	char first[64] = "", last[64] = "";

	if (sscanf(pair->text, "%63[^ -] - %63s", first, last) == 2 ||
	    sscanf(pair->text, "%63[^ -]-%63s", first, last) == 2)
		br_lint_config_range(c, pair->line, first, last);
}

static void read_interface(struct br_lint_config *c, const char *text)
{
	const char *slash = strchr(text, '/');

	if (!c->device[0] && strcmp(text, "*") != 0)
		(void)snprintf(c->device, sizeof(c->device), "%.*s",
		               (int)(strcspn(text, "/") < 15 ? strcspn(text, "/") : 15), text);
	if (slash)
		(void)br_text_get_ipv4(br_text(slash + 1), &c->address);
}

void br_lint_read_kea(struct br_lint_config *config)
{
	struct kea_json *j = calloc(1, sizeof(*j));

	if (j)
		j->pair = calloc(PAIRS_MAX, sizeof(j->pair[0]));
	if (!j || !j->pair)
		abort();
	for (size_t i = 0; i < config->lines; i++)
		read_text(j, config->line[i], i + 1);
	for (size_t i = 0; i < j->pairs; i++) {
		const struct kea_pair *pair = &j->pair[i];

		if (!strcmp(pair->key, "subnet"))
			read_subnet(config, pair);
		if (!strcmp(pair->key, "pool"))
			read_pool(config, pair);
		if (!strcmp(pair->key, "interfaces"))
			read_interface(config, pair->text);
	}
	for (size_t i = 0; i < j->pairs; i++)
		read_boot(config, j, &j->pair[i]);
	free(j->pair);
	free(j);
}
