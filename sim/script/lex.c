/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/lex.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/lines/field.h"

enum {
	PPM = 1000000,
};

#define MINUTE       (60 * BR_S)
#define HOUR         (60 * MINUTE)
#define DURATION_MAX (100000 * HOUR) /* eleven years: no script can add up so many to overflow */
#define MINUTES_FROM (5 * MINUTE)    /* people say 60 s and 90 s, and 10 min */

struct br_lexer br_lexer_of(const char *path, const char *text, size_t size, FILE *errors)
{
	return (struct br_lexer){.path = path, .next = text, .end = text + size, .errors = errors};
}

bool br_lexer_line(struct br_lexer *lexer)
{
	const char *feed;

	if (lexer->next == lexer->end)
		return false;
	feed = memchr(lexer->next, '\n', (size_t)(lexer->end - lexer->next));
	lexer->line = lexer->next;
	lexer->line_size = (size_t)((feed ? feed : lexer->end) - lexer->next);
	lexer->next = feed ? feed + 1 : lexer->end;
	if (lexer->line_size > 0 && lexer->line[lexer->line_size - 1] == '\r')
		lexer->line_size--;
	lexer->number++;
	lexer->pos = 0;
	lexer->failed = false;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t word_end(const char *line, size_t size, size_t pos)
{
	char inside = '\0'; /* the character that closes what is open */

	for (; pos < size; pos++) {
		char c = line[pos];

		if (inside == '"' && c == '\\' && pos + 1 < size)
			pos++;
		else if (inside != '\0')
			inside = c == inside ? '\0' : inside;
		else if (c == '"')
			inside = '"';
		else if (c == '[')
			inside = ']';
		else if (is_blank(c))
			break;
	}
	return pos;
}

static struct br_token token_at(const struct br_lexer *lexer, size_t pos)
{
	while (pos < lexer->line_size && is_blank(lexer->line[pos]))
		pos++;

	struct br_token token = {.start = lexer->line + pos, .column = (uint32_t)pos + 1};

	if (pos < lexer->line_size && lexer->line[pos] != '#')
		token.size = word_end(lexer->line, lexer->line_size, pos) - pos;
	return token;
}

struct br_token br_lexer_peek(const struct br_lexer *lexer)
{
	return token_at(lexer, lexer->pos);
}

struct br_token br_lexer_next(struct br_lexer *lexer)
{
	struct br_token token = token_at(lexer, lexer->pos);

	lexer->pos = token.column - 1 + token.size;
	return token;
}

struct br_token br_lexer_comment(struct br_lexer *lexer)
{
	struct br_token token;

	do
		token = br_lexer_next(lexer);
	while (token.size > 0);
	if (token.column > lexer->line_size)
		return (struct br_token){.column = token.column};
	token.start++;
	token.size = lexer->line_size - token.column;
	return token;
}

bool br_lexer_fail(struct br_lexer *lexer, uint32_t column, const char *format, ...)
{
	va_list args;

	if (lexer->failed)
		return false;
	lexer->failed = true;
	lexer->failures++;
	if (!lexer->errors)
		return false;
	fprintf(lexer->errors, "%s:%" PRIu32 ":%" PRIu32 ": ", lexer->path, lexer->number, column);
	va_start(args, format);
	vfprintf(lexer->errors, format, args);
	va_end(args);
	fprintf(lexer->errors, "\n%5" PRIu32 " | %.*s\n      | ", lexer->number,
	        (int)lexer->line_size, lexer->line);
	for (size_t i = 0; i + 1 < column; i++) /* tabs stay, so that the caret stands right */
		fputc(i < lexer->line_size && lexer->line[i] == '\t' ? '\t' : ' ', lexer->errors);
	fprintf(lexer->errors, "^\n");
	return false;
}

bool br_lexer_fail_quietly(struct br_lexer *lexer)
{
	if (!lexer->failed)
		lexer->failures++;
	lexer->failed = true;
	return false;
}

bool br_token_is(struct br_token token, const char *text)
{
	return token.size == strlen(text) && memcmp(token.start, text, token.size) == 0;
}

/* Digits with an optional fraction, times @unit, exact to the last of nine digits. */
static bool get_scaled(struct br_octets text, uint64_t unit, uint64_t *ret)
{
	struct br_octets rest = text, whole = br_text_cut(&rest, '.');
	uint64_t value, fraction = 0, scale = 1;

	if (!br_text_get_decimal(whole, UINT64_MAX / unit - 1, &value))
		return false;
	value *= unit;
	if (rest.data) {
		if (rest.size > 9 || !br_text_get_decimal(rest, 999999999, &fraction))
			return false;
		for (size_t i = 0; i < rest.size; i++)
			scale *= 10;
		/* unit is at most 10^9 or 2^30, and fraction below 10^9: no overflow */
		if (fraction * unit % scale != 0)
			return false;
		value += fraction * unit / scale;
	}
	*ret = value;
	return true;
}

static bool ends_in(struct br_octets text, const char *suffix, struct br_octets *ret_before)
{
	size_t size = strlen(suffix);

	if (text.size <= size || memcmp(text.data + text.size - size, suffix, size) != 0)
		return false;
	*ret_before = (struct br_octets){text.data, text.size - size};
	return true;
}

bool br_lex_size(struct br_octets text, uint64_t *ret)
{
	static const struct {
		const char *suffix;
		uint64_t unit;
	} units[] = {{"k", 1 << 10}, {"K", 1 << 10}, {"m", 1 << 20},
	             {"M", 1 << 20}, {"g", 1 << 30}, {"G", 1 << 30}};
	struct br_octets number;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (ends_in(text, units[i].suffix, &number))
			return get_scaled(number, units[i].unit, ret);
	}
	return br_number_read(text, UINT64_MAX, ret);
}

bool br_lex_duration(struct br_octets text, br_time *ret)
{
	static const struct {
		const char *suffix;
		uint64_t unit, times; /* a fraction is one of @unit, then there are so many */
	} units[] = {{"ns", 1, 1},   {"us", 1000, 1},   {"ms", BR_MS, 1},
	             {"s", BR_S, 1}, {"min", BR_S, 60}, {"h", BR_S, 3600}};
	struct br_octets number;
	uint64_t value;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!ends_in(text, units[i].suffix, &number))
			continue;
		if (!get_scaled(number, units[i].unit, &value) ||
		    value > DURATION_MAX / units[i].times)
			return false;
		*ret = value * units[i].times;
		return true;
	}
	return br_text_get_decimal(text, 0, ret); /* only 0 needs no unit */
}

bool br_lex_percent(struct br_octets text, uint64_t *ret_ppm)
{
	struct br_octets number;
	uint64_t ppm;

	if (!ends_in(text, "%", &number) || !get_scaled(number, PPM / 100, &ppm) || ppm > PPM)
		return false;
	*ret_ppm = ppm;
	return true;
}

void br_lex_duration_print(br_time duration, char *text, size_t size)
{
	if (duration > 0 && duration % HOUR == 0)
		snprintf(text, size, "%" PRIu64 "h", duration / HOUR);
	else if (duration > MINUTES_FROM && duration % MINUTE == 0)
		snprintf(text, size, "%" PRIu64 "min", duration / MINUTE);
	else if (duration % BR_S == 0)
		snprintf(text, size, "%" PRIu64 "s", duration / BR_S);
	else if (duration % BR_MS == 0)
		snprintf(text, size, "%" PRIu64 "ms", duration / BR_MS);
	else if (duration % 1000 == 0)
		snprintf(text, size, "%" PRIu64 "us", duration / 1000);
	else
		snprintf(text, size, "%" PRIu64 "ns", duration);
}
