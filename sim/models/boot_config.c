/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/boot_config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	LINE_SIZE = 512,
	WORDS_MAX = 16,
	VARIABLES_MAX = 24,
	NESTING_MAX = 8,
};

static void add(struct br_boot_config *config, enum br_boot_item_kind kind, const char *path)
{
	struct br_boot_item *item;

	if (config->items == BR_BOOT_ITEMS_MAX || strlen(path) >= BR_BOOT_ITEM_SIZE)
		return;
	item = &config->item[config->items++];
	item->kind = kind;
	memcpy(item->path, path, strlen(path) + 1);
}

/* GRUB */

struct variable {
	char name[32];
	char value[96];
};

struct grub {
	struct br_boot_config *config;
	struct variable variable[VARIABLES_MAX];
	size_t variables;
	bool runs[NESTING_MAX]; /* this branch of an if is taken */
	bool done[NESTING_MAX]; /* one branch of it was */
	unsigned depth;
	unsigned entry; /* menuentries seen */
	bool inside;    /* one */
	bool skips;     /* and it is not the one to boot */
	bool booted;    /* the entry to boot is over */
};

static const char *get(const struct grub *grub, const char *name, size_t size)
{
	for (size_t i = grub->variables; i-- > 0;) {
		const struct variable *v = &grub->variable[i];

		if (strlen(v->name) == size && !strncmp(v->name, name, size))
			return v->value;
	}
	return "";
}

static void set(struct grub *grub, const char *name, size_t size, const char *value)
{
	struct variable *v;

	if (grub->variables == VARIABLES_MAX || size >= sizeof(v->name) ||
	    strlen(value) >= sizeof(v->value))
		return;
	v = &grub->variable[grub->variables++]; /* the last one set counts */
	memcpy(v->name, name, size);
	v->name[size] = '\0';
	memcpy(v->value, value, strlen(value) + 1);
}

/* $name and ${name}; single quotes keep, as in a shell */
static void expand(const struct grub *grub, char *target, size_t size, const char *text)
{
	size_t used = 0;
	bool single = false;

	for (; *text && used + 1 < size; text++) {
		const char *name = text + 1;
		size_t length = 0;
		bool braces = *name == '{';

		single ^= *text == '\'';
		if (*text != '$' || single) {
			target[used++] = *text;
			continue;
		}
		name += braces;
		while (isalnum((unsigned char)name[length]) || name[length] == '_')
			length++;
		used += (size_t)snprintf(target + used, size - used, "%s", get(grub, name, length));
		if (used >= size)
			used = size - 1;
		text = name + length - !braces;
	}
	target[used] = '\0';
}

/* Cut into words; quotes are taken off. Returns how many. */
static size_t cut(char *line, char *words[WORDS_MAX])
{
	size_t count = 0;
	char *to = line;

	while (count < WORDS_MAX) {
		char quote = '\0';

		line += strspn(line, " \t\r");
		if (!*line)
			break;
		words[count++] = to;
		for (; *line && (quote || !strchr(" \t\r", *line)); line++) {
			if (quote ? *line == quote : *line == '"' || *line == '\'')
				quote = quote ? '\0' : *line;
			else
				*to++ = *line;
		}
		line += *line != '\0';
		*to++ = '\0';
	}
	return count;
}

/* [ -n x ], [ -z x ], [ a = b ], [ a != b ]; anything else is false */
static bool test(char **words, size_t count)
{
	if (count > 0 && !strcmp(words[count - 1], "]"))
		count--;
	if (count == 3 && !strcmp(words[1], "-n"))
		return words[2][0];
	if (count == 2 && (!strcmp(words[1], "-n") || !strcmp(words[1], "-z")))
		return words[1][1] == 'z';
	if (count == 3 && !strcmp(words[1], "-z"))
		return !words[2][0];
	if (count == 4 && (!strcmp(words[2], "=") || !strcmp(words[2], "==")))
		return !strcmp(words[1], words[3]);
	if (count == 4 && !strcmp(words[2], "!="))
		return strcmp(words[1], words[3]) != 0;
	return false;
}

static bool running(const struct grub *grub)
{
	for (unsigned i = 0; i < grub->depth; i++) {
		if (!grub->runs[i])
			return false;
	}
	return !grub->skips && !grub->booted;
}

/* if, elif, else, fi and then; true if it was one of them */
static bool branch(struct grub *grub, char **words, size_t count)
{
	unsigned top = grub->depth - 1;
	bool truth;

	if (!strcmp(words[0], "then"))
		return count == 1;
	if (!strcmp(words[0], "if")) {
		if (grub->depth == NESTING_MAX)
			return true;
		truth = count > 1 && !strcmp(words[1], "[") && test(words + 1, count - 1);
		grub->runs[grub->depth] = grub->done[grub->depth] = truth;
		grub->depth++;
		return true;
	}
	if (grub->depth == 0)
		return false;
	if (!strcmp(words[0], "fi")) {
		grub->depth--;
	} else if (!strcmp(words[0], "else")) {
		grub->runs[top] = !grub->done[top];
	} else if (!strcmp(words[0], "elif")) {
		truth = !grub->done[top] && count > 1 && test(words + 1, count - 1);
		grub->runs[top] = truth;
		grub->done[top] |= truth;
	} else {
		return false;
	}
	return true;
}

/* menuentry and its closing brace; true if it was one of them */
static bool entry(struct grub *grub, char **words, size_t count)
{
	if (!strcmp(words[0], "menuentry")) {
		unsigned long wanted = strtoul(get(grub, "default", 7), NULL, 10);

		grub->inside = true;
		grub->skips = grub->entry++ != wanted;
		return true;
	}
	if (count == 1 && !strcmp(words[0], "}") && grub->inside) {
		grub->booted |= !grub->skips;
		grub->inside = grub->skips = false;
		return true;
	}
	return false;
}

static void command(struct grub *grub, char **words, size_t count)
{
	static const struct {
		const char *word;
		enum br_boot_item_kind kind;
	} commands[] = {
		{"insmod", BR_BOOT_MODULE},     {"linux", BR_BOOT_KERNEL},
		{"linuxefi", BR_BOOT_KERNEL},   {"linux16", BR_BOOT_KERNEL},
		{"initrd", BR_BOOT_INITRD},     {"initrdefi", BR_BOOT_INITRD},
		{"initrd16", BR_BOOT_INITRD},   {"chainloader", BR_BOOT_CHAIN},
		{"configfile", BR_BOOT_CONFIG},
	};
	char *equals = count > 1 ? strchr(words[1], '=') : NULL;

	if (!strcmp(words[0], "set") && equals) {
		set(grub, words[1], (size_t)(equals - words[1]), equals + 1);
		return;
	}
	for (size_t i = 0; count > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(words[0], commands[i].word))
			add(grub->config, commands[i].kind, words[1]);
	}
}

static void statement(struct grub *grub, const char *text, size_t size)
{
	char raw[LINE_SIZE], line[LINE_SIZE];
	char *words[WORDS_MAX];
	char **first = words;
	size_t count;

	if (size >= sizeof(raw))
		return;
	memcpy(raw, text, size);
	raw[size] = '\0';
	expand(grub, line, sizeof(line), raw);
	count = cut(line, words);
	if (count > 1 && !strcmp(words[0], "then")) { /* then command */
		first++;
		count--;
	}
	if (count == 0 || first[0][0] == '#' || branch(grub, first, count))
		return;
	if (!running(grub) && !grub->inside)
		return;
	if (!entry(grub, first, count) && running(grub))
		command(grub, first, count);
}

void br_boot_config_grub(struct br_boot_config *config, const char *text, const char *server,
                         const char *root, const char *prefix)
{
	struct grub grub = {.config = config};

	config->items = 0;
	set(&grub, "net_default_server", 18, server);
	set(&grub, "root", 4, root);
	set(&grub, "prefix", 6, prefix);
	while (*text) { /* statements end in ';' or at the line's end, outside quotes */
		char quote = '\0';
		size_t size = 0;
		bool comment = text[strspn(text, " \t")] == '#';

		for (; text[size] && text[size] != '\n'; size++) {
			char c = text[size];

			if (quote ? c == quote : c == '"' || c == '\'')
				quote = quote ? '\0' : c;
			if (!quote && !comment && c == ';')
				break;
		}
		statement(&grub, text, size);
		text += size + (text[size] != '\0');
	}
}

/* PXELINUX */

struct label {
	char name[64];
	char kernel[BR_BOOT_ITEM_SIZE];
	char initrd[BR_BOOT_ITEM_SIZE];
};

static void take(char *target, size_t size, const char *value)
{
	size_t length = strcspn(value, " \t\r");

	if (length < size) {
		memcpy(target, value, length);
		target[length] = '\0';
	}
}

static void label_line(struct label *label, const char *word, size_t size, const char *value)
{
	const char *initrd = strstr(value, "initrd=");

	if ((size == 6 && !strncasecmp(word, "kernel", 6)) ||
	    (size == 5 && !strncasecmp(word, "linux", 5)))
		take(label->kernel, sizeof(label->kernel), value);
	else if (size == 6 && !strncasecmp(word, "initrd", 6))
		take(label->initrd, sizeof(label->initrd), value);
	else if (size == 6 && !strncasecmp(word, "append", 6) && initrd)
		take(label->initrd, sizeof(label->initrd), initrd + strlen("initrd="));
}

void br_boot_config_pxelinux(struct br_boot_config *config, const char *text, bool initrd_first)
{
	struct label first = {.kernel = ""}, wanted = {.kernel = ""}, now = {.kernel = ""};
	char fallback[64] = "";
	const struct label *choice;

	config->items = 0;
	for (;;) {
		size_t line = strcspn(text, "\n");
		const char *word = text + strspn(text, " \t");
		size_t size = strcspn(word, " \t\r\n");
		char value[LINE_SIZE] = "";
		const char *rest = word + size + strspn(word + size, " \t");
		bool label = size == 5 && !strncasecmp(word, "label", 5);

		if (rest < text + line && (size_t)(text + line - rest) < sizeof(value))
			memcpy(value, rest, (size_t)(text + line - rest));
		if (label || !text[line]) { /* the one before is whole */
			if (!label)
				label_line(&now, word, size, value);
			if (now.kernel[0] && !first.kernel[0])
				first = now;
			if (now.kernel[0] && !strcmp(now.name, fallback))
				wanted = now;
			now = (struct label){.kernel = ""};
			take(now.name, sizeof(now.name), value);
		} else if (size == 7 && !strncasecmp(word, "default", 7)) {
			take(fallback, sizeof(fallback), value);
		} else {
			label_line(&now, word, size, value);
		}
		if (!text[line])
			break;
		text += line + 1;
	}
	choice = wanted.kernel[0] ? &wanted : &first;
	if (initrd_first && choice->initrd[0])
		add(config, BR_BOOT_INITRD, choice->initrd);
	if (choice->kernel[0])
		add(config, BR_BOOT_KERNEL, choice->kernel);
	if (!initrd_first && choice->initrd[0])
		add(config, BR_BOOT_INITRD, choice->initrd);
}
