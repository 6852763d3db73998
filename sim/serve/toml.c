/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/serve/toml.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

enum {
	KEYS_MAX = 512, /* of a file */
	SAID_SIZE = 512,
};

/* What was read of the value that an array's next element may follow. */
struct toml {
	const char *path;
	const char *text, *at; /* NUL-terminated, and it holds no other */
	size_t line;
	const char *line_start;
	char table[BR_TOML_NAME_MAX], key[BR_TOML_NAME_MAX];
	char (*seen)[2 * BR_TOML_NAME_MAX]; /* "table.key" and "[table]" */
	size_t seen_count;
	bool (*take)(void *context, const struct br_toml_value *value, char *error, size_t size);
	void *context;
	char *error;
	size_t error_size;
};

static bool fail_at(struct toml *t, size_t line, size_t column, const char *says)
{
	snprintf(t->error, t->error_size, "%s:%zu:%zu: %s", t->path, line, column, says);
	return false;
}

static bool fail(struct toml *t, const char *says)
{
	return fail_at(t, t->line, (size_t)(t->at - t->line_start) + 1, says);
}

static void skip_blanks(struct toml *t)
{
	while (*t->at == ' ' || *t->at == '\t')
		t->at++;
}

/* TOML has no control characters, but for the tab, anywhere. */
static bool skip_comment(struct toml *t)
{
	skip_blanks(t);
	if (*t->at != '#')
		return true;
	for (; *t->at && *t->at != '\n' && strncmp(t->at, "\r\n", 2) != 0; t->at++) {
		if (((uint8_t)*t->at < 0x20 && *t->at != '\t') || *t->at == 0x7f)
			return fail(t, "expected no control character in a comment");
	}
	return true;
}

static bool take_line_end(struct toml *t)
{
	if (strncmp(t->at, "\r\n", 2) == 0)
		t->at++;
	if (*t->at != '\n')
		return false;
	t->at++;
	t->line++;
	t->line_start = t->at;
	return true;
}

/* Blanks, comments and line ends, as may stand between lines and in arrays. */
static bool skip_lines(struct toml *t)
{
	do {
		if (!skip_comment(t))
			return false;
	} while (take_line_end(t));
	return true;
}

static bool put(struct toml *t, char *target, size_t room, size_t *size, char c)
{
	if (*size + 1 >= room)
		return fail(t, "expected something shorter");
	target[(*size)++] = c;
	return true;
}

static bool put_utf8(struct toml *t, char *target, size_t room, size_t *size, uint32_t c)
{
	if (c < 0x80)
		return put(t, target, room, size, (char)c);
	if (c < 0x800)
		return put(t, target, room, size, (char)(0xc0 | c >> 6)) &&
		       put(t, target, room, size, (char)(0x80 | (c & 0x3f)));
	if (c >= 0x10000 && !put(t, target, room, size, (char)(0xf0 | c >> 18)))
		return false;
	return put(t, target, room, size,
	           (char)(c >= 0x10000 ? 0x80 | (c >> 12 & 0x3f) : 0xe0 | c >> 12)) &&
	       put(t, target, room, size, (char)(0x80 | (c >> 6 & 0x3f))) &&
	       put(t, target, room, size, (char)(0x80 | (c & 0x3f)));
}

/* Behind the backslash */
static bool take_escape(struct toml *t, char *target, size_t room, size_t *size)
{
	static const char letters[] = "btnfr\"\\", meant[] = "\b\t\n\f\r\"\\";
	const char *letter = *t->at ? strchr(letters, *t->at) : NULL;
	size_t digits = *t->at == 'u' ? 4 : 8;
	uint32_t c = 0;

	if (letter) {
		t->at++;
		return put(t, target, room, size, meant[letter - letters]);
	}
	if (*t->at != 'u' && *t->at != 'U')
		return fail(t, "expected one of b t n f r u U \" \\ behind a backslash");
	for (size_t i = 1; i <= digits; i++) {
		if (!isxdigit((unsigned char)t->at[i]))
			return fail(t, "expected hexadecimal digits, four behind \\u, eight behind "
			               "\\U");
		c = c << 4 |
		    (uint32_t)(isdigit((unsigned char)t->at[i]) ? t->at[i] - '0'
		                                                : (t->at[i] | 0x20) - 'a' + 10);
	}
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return fail(t, "expected the number of a character, and not that of NUL");
	t->at += 1 + digits;
	return put_utf8(t, target, room, size, c);
}

/* "basic" or 'literal', on one line */
static bool take_string(struct toml *t, char *target, size_t room)
{
	char quote = *t->at;
	size_t size = 0;

	if (t->at[1] == quote && t->at[2] == quote)
		return fail(t, "expected a string on one line");
	t->at++;
	while (*t->at != quote) {
		uint8_t c = (uint8_t)*t->at;

		if (c == '\n' || c == '\0' || (c == '\r' && t->at[1] == '\n'))
			return fail(t, "expected the string's end");
		if ((c < 0x20 && c != '\t') || c == 0x7f ||
		    (c >= 0x80 && br_text_utf8_size((const uint8_t *)t->at) == 0))
			return fail(t, "expected a character that UTF-8 has and that prints");
		if (c == '\\' && quote == '"') {
			t->at++;
			if (!take_escape(t, target, room, &size))
				return false;
			continue;
		}
		for (size_t left = c < 0x80 ? 1 : br_text_utf8_size((const uint8_t *)t->at); left;
		     left--) {
			if (!put(t, target, room, &size, *t->at))
				return false;
			t->at++;
		}
	}
	t->at++;
	target[size] = '\0';
	return true;
}

static bool ends_value(char c)
{
	return c == '\0' || strchr(" \t\r\n,]#", c);
}

/* +1_000, -5; the forms 0x, 0o and 0b are not needed */
static bool take_number(struct toml *t, char *target)
{
	const char *from = t->at;
	size_t size = 0, digits;

	if (*from == '-')
		target[size++] = '-';
	if (*from == '-' || *from == '+')
		from++;
	digits = size;
	for (; isdigit((unsigned char)*from) ||
	       (*from == '_' && size > digits && isdigit((unsigned char)from[1]));
	     from++) {
		if (*from != '_' && size < 24)
			target[size++] = *from;
	}
	if (size == digits || size - digits > 18 || (target[digits] == '0' && size - digits > 1) ||
	    !ends_value(*from))
		return fail(t, "expected a \"string\", a whole number, true, false, or an array of "
		               "these");
	target[size] = '\0';
	t->at = from;
	return true;
}

static bool take_simple(struct toml *t, struct br_toml_value *value, char *text)
{
	value->line = t->line;
	value->column = (size_t)(t->at - t->line_start) + 1;
	value->text = text;
	if (*t->at == '"' || *t->at == '\'') {
		value->kind = BR_TOML_STRING;
		return take_string(t, text, BR_TOML_VALUE_MAX);
	}
	for (int i = 0; i < 2; i++) {
		const char *word = i ? "true" : "false";
		size_t size = strlen(word);

		if (strncmp(t->at, word, size) != 0 || !ends_value(t->at[size]))
			continue;
		value->kind = BR_TOML_SWITCH;
		memcpy(text, word, size + 1);
		t->at += size;
		return true;
	}
	value->kind = BR_TOML_NUMBER;
	return take_number(t, text);
}

static bool hand_on(struct toml *t, const struct br_toml_value *value)
{
	char said[SAID_SIZE] = "";

	return t->take(t->context, value, said, sizeof(said)) ||
	       fail_at(t, value->line, value->column, said);
}

static bool take_array(struct toml *t, struct br_toml_value *value, char *text)
{
	value->in_array = true;
	t->at++;
	for (;; value->index++) {
		if (!skip_lines(t))
			return false;
		if (*t->at == ']')
			break;
		if (!take_simple(t, value, text) || !skip_lines(t))
			return false;
		if (*t->at != ',' && *t->at != ']')
			return fail(t, "expected ',' or ']'");
		value->last = *t->at == ']';
		t->at += *t->at == ',';
		if (!skip_lines(t))
			return false;
		value->last = *t->at == ']';
		if (!hand_on(t, value))
			return false;
	}
	t->at++;
	return true;
}

static bool take_name(struct toml *t, char *target)
{
	size_t size = 0;

	if (*t->at == '"' || *t->at == '\'')
		return take_string(t, target, BR_TOML_NAME_MAX);
	while (isalnum((unsigned char)*t->at) || *t->at == '_' || *t->at == '-') {
		if (!put(t, target, BR_TOML_NAME_MAX, &size, *t->at))
			return false;
		t->at++;
	}
	target[size] = '\0';
	return size > 0 || fail(t, "expected a key, a [table] or a # comment");
}

/* TOML: twice is an error, not a correction. */
static bool is_first(struct toml *t, const char *name, const char *key)
{
	char whole[2 * BR_TOML_NAME_MAX];

	snprintf(whole, sizeof(whole), "%s\n%s", name, key);
	for (size_t i = 0; i < t->seen_count; i++) {
		if (strcmp(t->seen[i], whole) == 0)
			return fail(t, "expected it once: it stands further up already");
	}
	if (t->seen_count == KEYS_MAX)
		return fail(t, "expected fewer keys");
	memcpy(t->seen[t->seen_count++], whole, sizeof(whole));
	return true;
}

static bool take_table(struct toml *t)
{
	t->at++;
	skip_blanks(t);
	if (!take_name(t, t->table))
		return false;
	skip_blanks(t);
	if (*t->at != ']')
		return fail(t, "expected ']': tables have one name here");
	if (!is_first(t, t->table, ""))
		return false;
	t->at++;
	return true;
}

static bool take_key_value(struct toml *t)
{
	char text[BR_TOML_VALUE_MAX];
	struct br_toml_value value = {.table = t->table, .key = t->key, .last = true};

	if (!take_name(t, t->key) || !is_first(t, t->table, t->key))
		return false;
	skip_blanks(t);
	if (*t->at != '=')
		return fail(t, "expected '='");
	t->at++;
	skip_blanks(t);
	if (*t->at == '[')
		return take_array(t, &value, text);
	return take_simple(t, &value, text) && hand_on(t, &value);
}

static bool take_all(struct toml *t)
{
	for (;;) {
		if (!skip_lines(t))
			return false;
		if (*t->at == '\0')
			return true;
		if (!(*t->at == '[' ? take_table(t) : take_key_value(t)) || !skip_comment(t))
			return false;
		if (*t->at != '\0' && !take_line_end(t))
			return fail(t, "expected the line's end");
	}
}

/* The whole file with a NUL behind it. Return: 0 or a negative errno */
static int read_whole(const char *path, char **ret_text)
{
	char *text = malloc(BR_TOML_SIZE_MAX + 2);
	FILE *from = text ? fopen(path, "re") : NULL;
	int error = text && from ? 0 : -errno;
	size_t size = from ? fread(text, 1, BR_TOML_SIZE_MAX + 1, from) : 0;

	if (!error && ferror(from))
		error = -EIO;
	if (from)
		(void)fclose(from);
	if (!error && size > BR_TOML_SIZE_MAX)
		error = -EFBIG;
	if (!error && memchr(text, '\0', size))
		error = -EILSEQ;
	if (error) {
		free(text);
		return error;
	}
	text[size] = '\0';
	*ret_text = text;
	return 0;
}

int br_toml_read(const char *path,
                 bool (*take)(void *context, const struct br_toml_value *value, char *error,
                              size_t error_size),
                 void *context, char *error, size_t error_size)
{
	struct toml t = {.path = path,
	                 .line = 1,
	                 .take = take,
	                 .context = context,
	                 .error = error,
	                 .error_size = error_size};
	char *text = NULL;
	int result = read_whole(path, &text);

	if (result) {
		snprintf(error, error_size, "%s: %s", path, strerror(-result));
		return result;
	}
	t.text = t.at = t.line_start = text;
	t.seen = calloc(KEYS_MAX, sizeof(t.seen[0]));
	if (!t.seen)
		result = -ENOMEM;
	else if (!take_all(&t))
		result = -EINVAL;
	free(t.seen);
	free(text);
	return result;
}
