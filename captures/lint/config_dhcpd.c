/* SPDX-License-Identifier: BSD-2-Clause */
/* dhcpd.conf(5): statements that end in a semicolon, and blocks with a head before the brace */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "captures/lint/config.h"
#include "core/base/text.h"

#include <arpa/inet.h>

enum {
	DEPTH_MAX = 32,
	STATEMENT_SIZE = 1024,
	PLACES_MAX = 4,
};

struct dhcpd_block {
	size_t line, match; /* of its head; of "match if" in it, 0: none */
	bool decides;       /* if, elsif, else, class */
	char server[64];
};

struct dhcpd_reader {
	struct br_lint_config *config;
	struct dhcpd_block block[DEPTH_MAX];
	size_t depth;
	char text[STATEMENT_SIZE];
	size_t used, line; /* where the statement begins */
	bool quoted;
};

/* Words of a statement; what is quoted is one, without its quotes. Return: how many */
static size_t words(const char *text, char word[PLACES_MAX][BR_LINT_FILE_SIZE])
{
	size_t count = 0;

	while (count < PLACES_MAX) {
		size_t used = 0;

		while (isspace((unsigned char)*text) || *text == '=' || *text == ',')
			text++;
		if (!*text)
			break;
		if (*text == '"') {
			for (text++; *text && *text != '"'; text++)
				if (used + 1 < BR_LINT_FILE_SIZE)
					word[count][used++] = *text;
			text += *text == '"';
		} else {
			for (; *text && !isspace((unsigned char)*text) && *text != ','; text++)
				if (used + 1 < BR_LINT_FILE_SIZE)
					word[count][used++] = *text;
		}
		word[count++][used] = '\0';
	}
	for (size_t i = count; i < PLACES_MAX; i++)
		word[i][0] = '\0';
	return count;
}

static bool begins(const char *text, const char *word)
{
	size_t size = strlen(word);

	return !strncmp(text, word, size) && !isalnum((unsigned char)text[size]) &&
	       text[size] != '-' && text[size] != '_';
}

static void add_boot(struct dhcpd_reader *r, const char *file, bool six)
{
	struct br_lint_boot *boot = br_lint_config_boot(r->config, r->line, file);

	if (!boot)
		return;
	boot->six = six;
	for (size_t i = r->depth + 1; i-- > 0;) {
		const struct dhcpd_block *block = &r->block[i];

		if (block->server[0] && !boot->server[0])
			(void)snprintf(boot->server, sizeof(boot->server), "%s", block->server);
		if (!block->decides)
			continue;
		br_lint_config_when(boot, block->match ? block->match : block->line);
	}
}

static void statement(struct dhcpd_reader *r)
{
	char word[PLACES_MAX][BR_LINT_FILE_SIZE];
	const char *text = r->text;
	size_t dynamic;

	(void)words(text, word);
	dynamic = !strcmp(word[1], "dynamic-bootp") ? 1 : 0;
	if (begins(text, "filename") ||
	    (begins(text, "option") && !strcmp(word[1], "bootfile-name")))
		add_boot(r, word[begins(text, "filename") ? 1 : 2], false);
	else if (begins(text, "option") && !strcmp(word[1], "dhcp6.bootfile-url") &&
	         strcmp(word[2], "code") != 0)
		add_boot(r, word[2], true);
	else if (begins(text, "next-server"))
		(void)snprintf(r->block[r->depth].server, sizeof(r->block[0].server), "%.63s",
		               word[1]);
	else if (begins(text, "range") || begins(text, "range6"))
		br_lint_config_range(r->config, r->line, word[1 + dynamic], word[2 + dynamic]);
	else if (begins(text, "server-identifier"))
		(void)br_text_get_ipv4(br_text(word[1]), &r->config->address);
	else if (begins(text, "match"))
		r->block[r->depth].match = r->line;
}

static void open_block(struct dhcpd_reader *r)
{
	char word[PLACES_MAX][BR_LINT_FILE_SIZE];
	struct br_lint_config *c = r->config;
	struct dhcpd_block *block;
	uint8_t six[16];

	(void)words(r->text, word);
	if (begins(r->text, "subnet") && !c->network) {
		(void)br_text_get_ipv4(br_text(word[1]), &c->network);
		(void)br_text_get_ipv4(br_text(word[3]), &c->netmask);
		c->four = c->network != 0;
		c->range_line = r->line;
	}
	if (begins(r->text, "subnet6")) {
		word[1][strcspn(word[1], "/")] = '\0';
		c->six = true;
		if (inet_pton(AF_INET6, word[1], six) == 1)
			memcpy(c->network6, six, 8);
	}
	if (r->depth + 1 == DEPTH_MAX)
		return;
	block = &r->block[++r->depth];
	*block = (struct dhcpd_block){.line = r->line};
	block->decides = begins(r->text, "if") || begins(r->text, "elsif") ||
	                 begins(r->text, "else") || begins(r->text, "class") ||
	                 begins(r->text, "subclass") || begins(r->text, "host");
}

static void take(struct dhcpd_reader *r, char c, size_t line)
{
	if (c == '"')
		r->quoted = !r->quoted;
	if (!r->quoted && (c == ';' || c == '{' || c == '}')) {
		if (c == ';')
			statement(r);
		else if (c == '{')
			open_block(r);
		else
			r->depth -= r->depth > 0;
		r->used = 0;
		r->text[0] = '\0';
		return;
	}
	if (r->used == 0 && isspace((unsigned char)c))
		return;
	if (r->used == 0)
		r->line = line;
	if (r->used + 1 < STATEMENT_SIZE) {
		r->text[r->used++] = c;
		r->text[r->used] = '\0';
	}
}

void br_lint_read_dhcpd(struct br_lint_config *config)
{
	struct dhcpd_reader *r = calloc(1, sizeof(*r));

	if (!r)
		abort();
	r->config = config;
	for (size_t i = 0; i < config->lines; i++) {
		for (const char *at = config->line[i]; *at; at++)
			take(r, *at, i + 1);
		take(r, '\n', i + 1);
	}
	free(r);
}
