/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/grub_words.h"

#include <ctype.h>
#include <string.h>

/* Blanks, comments, and line ends that a backslash hides. */
static const char *skip_blanks(const char *at)
{
	for (;;) {
		if (*at == ' ' || *at == '\t' || *at == '\r')
			at++;
		else if (at[0] == '\\' && at[1] == '\n')
			at += 2;
		else if (*at == '#')
			at += strcspn(at, "\n");
		else
			return at;
	}
}

/* Behind ${name} or $name, where @at is the '$'. */
static const char *skip_variable(const char *at)
{
	if (at[1] == '{') {
		size_t size = strcspn(at, "}\n");

		return at[size] == '}' ? at + size + 1 : at + size;
	}
	at++;
	if (*at && strchr("?*@#", *at))
		return at + 1;
	while (isalnum((unsigned char)*at) || *at == '_')
		at++;
	return at;
}

static const char *skip_quoted(const char *at)
{
	char quote = *at++;

	while (*at && *at != quote)
		at += quote == '"' && at[0] == '\\' && at[1] ? 2 : 1;
	return at + (*at != '\0');
}

enum grub_token grub_token_next(const char **at, const char **ret_word, size_t *ret_size)
{
	const char *p = skip_blanks(*at);

	*ret_word = p;
	*ret_size = 1;
	*at = p + (*p != '\0');
	switch (*p) {
	case '\0':
		return GRUB_TOKEN_END;
	case '\n':
	case ';':
		return GRUB_TOKEN_SEPARATOR;
	case '{':
		return GRUB_TOKEN_OPEN;
	case '}':
		return GRUB_TOKEN_CLOSE;
	case '|':
	case '&':
	case '<':
	case '>':
		return GRUB_TOKEN_OTHER;
	default:
		break;
	}
	while (*p && !strchr(" \t\r\n;{}|&<>", *p)) {
		if (*p == '\'' || *p == '"')
			p = skip_quoted(p);
		else if (*p == '$')
			p = skip_variable(p);
		else
			p += p[0] == '\\' && p[1] ? 2 : 1;
	}
	*ret_size = (size_t)(p - *ret_word);
	*at = p;
	return GRUB_TOKEN_WORD;
}

static void put(struct grub_words *words, char c)
{
	if (words->used + 1 < GRUB_WORDS_SIZE)
		words->text[words->used++] = c;
	else
		words->full = true;
}

static void begin_word(struct grub_words *words, bool *open)
{
	if (*open)
		return;
	if (words->count == GRUB_WORDS_MAX) {
		words->full = true;
		return;
	}
	*open = true;
	words->word[words->count++] = words->text + words->used;
}

static void end_word(struct grub_words *words, bool *open)
{
	if (*open)
		words->text[words->used++] = '\0'; /* put() left room for it */
	*open = false;
	if (words->used >= GRUB_WORDS_SIZE - 1)
		words->full = true;
	if (words->used >= GRUB_WORDS_SIZE)
		words->used = GRUB_WORDS_SIZE - 1;
}

void grub_words_add_plain(struct grub_words *words, const char *word)
{
	bool open = false;

	begin_word(words, &open);
	while (open && *word)
		put(words, *word++);
	end_word(words, &open);
}

/* A value outside quotes is cut at its blanks. */
static void put_value(struct grub_words *words, const char *value, bool quoted, bool *open)
{
	for (; *value; value++) {
		if (!quoted && strchr(" \t\n", *value)) {
			end_word(words, open);
			continue;
		}
		begin_word(words, open);
		if (*open)
			put(words, *value);
	}
}

void grub_words_add(struct grub_words *words, const char *word, size_t size,
                    const char *(*get)(const void *context, const char *name, size_t size),
                    const void *context)
{
	const char *end = word + size;
	bool open = false, doubled = false;

	while (word < end) {
		if (*word == '\'' && !doubled) {
			begin_word(words, &open);
			for (word++; word < end && *word != '\''; word++)
				put(words, *word);
			word++;
		} else if (*word == '"') {
			begin_word(words, &open);
			doubled = !doubled;
			word++;
		} else if (*word == '$') {
			const char *behind = skip_variable(word);
			bool braces = word[1] == '{';
			size_t name = (size_t)(behind - word) - 1;

			if (braces)
				name -= behind[-1] == '}' ? 2 : 1;
			put_value(words, get(context, word + 1 + braces, name), doubled, &open);
			word = behind;
		} else {
			word += *word == '\\' && word + 1 < end &&
			        (!doubled || strchr("\"\\$\n", word[1]));
			begin_word(words, &open);
			if (open)
				put(words, *word);
			word++;
		}
	}
	end_word(words, &open);
}
