/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/boot_config.h"

#include <string.h>
#include <strings.h>

enum {
	LINE_SIZE = 512,
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

void br_boot_config_ins(struct br_boot_config *config, const char *text)
{
	config->items = 0;
	while (*text) {
		size_t line = strcspn(text, "\n"), word = strcspn(text, " \t\r\n");
		char path[BR_BOOT_ITEM_SIZE];

		if (word > 0 && word < sizeof(path) && text[0] != '*') {
			memcpy(path, text, word);
			path[word] = '\0';
			add(config, config->items == 0 ? BR_BOOT_KERNEL : BR_BOOT_INITRD, path);
		}
		text += line + (text[line] == '\n');
	}
}

/* A text in UTF-16LE that begins at @at, as far as it is printable ASCII. Return: its size */
static size_t wide_text(struct br_octets store, size_t at, char target[BR_BOOT_ITEM_SIZE])
{
	size_t size = 0;

	while (at + 1 < store.size && store.data[at] > ' ' && store.data[at] < 0x7f &&
	       store.data[at + 1] == 0 && size + 1 < BR_BOOT_ITEM_SIZE) {
		target[size++] = (char)store.data[at];
		at += 2;
	}
	target[size] = '\0';
	return size;
}

static void add_path(struct br_boot_config *config, struct br_octets store, const char *ending)
{
	char path[BR_BOOT_ITEM_SIZE];

	for (size_t at = 0; at + 1 < store.size; at++) {
		size_t size = store.data[at] == '\\' ? wide_text(store, at, path) : 0;

		if (size > 4 && !strcasecmp(path + size - 4, ending)) {
			add(config, config->items == 0 ? BR_BOOT_KERNEL : BR_BOOT_INITRD, path);
			return;
		}
	}
}

void br_boot_config_bcd(struct br_boot_config *config, struct br_octets store)
{
	config->items = 0;
	add_path(config, store, ".sdi");
	add_path(config, store, ".wim");
}
