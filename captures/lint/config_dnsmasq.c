/* SPDX-License-Identifier: BSD-2-Clause */
/* dnsmasq(8): KEY=VALUE, where a value has its words between commas, tags first */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "captures/lint/config.h"
#include "core/base/text.h"

enum {
	WORDS_MAX = 24,
	WORD_SIZE = 256,
};

struct dnsmasq_line {
	char word[WORDS_MAX][WORD_SIZE];
	size_t count;
	char key[64];
};

static bool is_set(const char *key)
{
	static const char *const keys[] = {"dhcp-match", "dhcp-vendorclass", "dhcp-userclass",
	                                   "dhcp-mac",   "tag-if",           "dhcp-host",
	                                   "dhcp-range", "dhcp-name-match",  "dhcp-circuitid"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!strcmp(key, keys[i]))
			return true;
	}
	return false;
}

/* Return: it is KEY or KEY=VALUE */
static bool cut(const char *line, struct dnsmasq_line *w)
{
	size_t size = 0;
	bool quoted = false;

	w->count = 0;
	while (isspace((unsigned char)*line))
		line++;
	while (line[size] && line[size] != '=' && !isspace((unsigned char)line[size]))
		size++;
	if (size == 0 || size >= sizeof(w->key))
		return false;
	(void)snprintf(w->key, sizeof(w->key), "%.*s", (int)size, line);
	line += size;
	while (isspace((unsigned char)*line))
		line++;
	if (*line++ != '=')
		return true;
	while (w->count < WORDS_MAX) {
		char *word = w->word[w->count++];
		size_t used = 0;

		while (isspace((unsigned char)*line))
			line++;
		for (; *line && (quoted || *line != ','); line++) {
			if (*line == '"')
				quoted = !quoted;
			else if (used + 1 < WORD_SIZE)
				word[used++] = *line;
		}
		while (used > 0 && isspace((unsigned char)word[used - 1]))
			used--;
		word[used] = '\0';
		if (*line++ != ',')
			break;
	}
	return true;
}

static bool is_tag(const char *word)
{
	return !strncmp(word, "tag:", 4) || !strncmp(word, "net:", 4) || !strncmp(word, "set:", 4);
}

static const char *word_at(const struct dnsmasq_line *w, size_t index)
{
	return index < w->count ? w->word[index] : "";
}

static void read_range(struct br_lint_config *c, size_t line, const struct dnsmasq_line *w)
{
	size_t at = 0;
	uint32_t mask;

	while (at < w->count && is_tag(w->word[at]))
		at++;
	c->proxy = c->proxy || !strcmp(word_at(w, at + 1), "proxy");
	br_lint_config_range(c, line, word_at(w, at), word_at(w, at + 1));
	for (size_t i = at + 1; i < w->count; i++) {
		if (br_text_get_ipv4(br_text(w->word[i]), &mask) && mask >= 0xff000000 &&
		    !c->netmask)
			c->netmask = mask;
	}
	if (!strncmp(word_at(w, at), "::", 2))
		c->six = true;
}

/* Lines that set the tags this one wants; what those want too, once more */
static void find_tags(struct br_lint_config *c, struct br_lint_boot *boot,
                      const struct dnsmasq_line *w, unsigned depth)
{
	struct dnsmasq_line *other = malloc(sizeof(*other));

	for (size_t i = 0; other && i < w->count; i++) {
		const char *tag = w->word[i] + 4;

		if (strncmp(w->word[i], "tag:", 4) != 0 || tag[0] == '!')
			continue;
		for (size_t k = 0; k < c->lines; k++) {
			if (!cut(c->line[k], other) || !is_set(other->key))
				continue;
			for (size_t n = 0; n < other->count; n++) {
				const char *word = other->word[n];
				bool sets = !strncmp(word, "set:", 4) && !strcmp(word + 4, tag);

				if (!sets && (n > 0 || strcmp(word, tag) != 0))
					continue;
				br_lint_config_when(boot, k + 1);
				if (depth > 0)
					find_tags(c, boot, other, depth - 1);
			}
		}
	}
	free(other);
}

static void read_option(struct br_lint_config *c, size_t line, const struct dnsmasq_line *w)
{
	size_t at = 0;
	struct br_lint_boot *boot;
	bool six;

	while (at < w->count && is_tag(w->word[at]))
		at++;
	six = !strcmp(word_at(w, at), "option6:59") ||
	      !strcmp(word_at(w, at), "option6:bootfile-url");
	if (!six && strcmp(word_at(w, at), "67") != 0 &&
	    strcmp(word_at(w, at), "option:bootfile-name") != 0)
		return;
	boot = br_lint_config_boot(c, line, word_at(w, at + 1));
	if (boot) {
		boot->six = six;
		find_tags(c, boot, w, 2);
	}
}

static void read_boot(struct br_lint_config *c, size_t line, const struct dnsmasq_line *w)
{
	bool service = !strcmp(w->key, "pxe-service");
	struct br_lint_boot *boot;
	size_t at = 0;

	while (at < w->count && is_tag(w->word[at]))
		at++;
	boot = br_lint_config_boot(c, line, word_at(w, service ? at + 2 : at));
	if (!boot)
		return;
	(void)snprintf(boot->server, sizeof(boot->server), "%.63s",
	               word_at(w, service ? at + 3 : at + 2));
	if (service)
		br_lint_config_when(boot, line);
	find_tags(c, boot, w, 2);
}

static void read_line(struct br_lint_config *c, size_t line, const struct dnsmasq_line *w)
{
	if (!strcmp(w->key, "dhcp-range")) {
		read_range(c, line, w);
	} else if (!strcmp(w->key, "dhcp-boot") || !strcmp(w->key, "pxe-service")) {
		read_boot(c, line, w);
	} else if (!strncmp(w->key, "dhcp-option", strlen("dhcp-option"))) {
		read_option(c, line, w);
	} else if (!strcmp(w->key, "interface") && strcmp(word_at(w, 0), "lo") != 0 &&
	           !c->device[0] && !strchr(word_at(w, 0), '*')) {
		(void)snprintf(c->device, sizeof(c->device), "%.15s", word_at(w, 0));
	} else if (!strcmp(w->key, "listen-address")) {
		for (size_t i = 0; i < w->count; i++) {
			uint32_t address;

			if (br_text_get_ipv4(br_text(w->word[i]), &address) &&
			    address >> 24 != 127 && !c->address)
				c->address = address;
		}
	} else if (!strcmp(w->key, "tftp-root")) {
		(void)snprintf(c->root, sizeof(c->root), "%s", word_at(w, 0));
		c->root_line = line;
	} else if (!strcmp(w->key, "enable-tftp")) {
		c->tftp = true;
	} else if (!strcmp(w->key, "enable-ra")) {
		c->advertises = true;
	}
}

void br_lint_read_dnsmasq(struct br_lint_config *config)
{
	struct dnsmasq_line *w = malloc(sizeof(*w));

	if (!w)
		abort();
	for (size_t i = 0; i < config->lines; i++) {
		if (cut(config->line[i], w))
			read_line(config, i + 1, w);
	}
	free(w);
}
