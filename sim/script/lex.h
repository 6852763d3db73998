/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/lex.h - words of a line, numbers with units, and errors with a caret
 *
 * A word ends at white space; white space inside "quotes" and [brackets] belongs to
 * it. '#' at the start of a word begins a comment.
 */
#ifndef BR_SIM_SCRIPT_LEX_H
#define BR_SIM_SCRIPT_LEX_H

#include <stdio.h>

#include "core/base/bytes.h"
#include "core/base/time.h"

struct br_token {
	const char *start;
	size_t size;     /* 0: the line has ended */
	uint32_t column; /* octets from 1 */
};

/**
 * struct br_lexer - Where in a text we are
 * @path:	For messages
 * @next, @end:	What was not read yet
 * @line, @line_size, @number: The current line, without its line feed
 * @pos:	Offset in @line
 * @errors:	Where messages go; NULL: nowhere
 * @failures:	Lines with a mistake so far
 * @failed:	This line has one: later ones of the same line are not told
 */
struct br_lexer {
	const char *path;
	const char *next, *end;
	const char *line;
	size_t line_size;
	uint32_t number;
	size_t pos;
	FILE *errors;
	unsigned failures;
	bool failed;
};

struct br_lexer br_lexer_of(const char *path, const char *text, size_t size, FILE *errors);
bool br_lexer_line(struct br_lexer *lexer); /* false at the end of the text */
struct br_token br_lexer_next(struct br_lexer *lexer);
struct br_token br_lexer_peek(const struct br_lexer *lexer);
/* What stands behind '#', without it; .start NULL if there is none. Skips to it. */
struct br_token br_lexer_comment(struct br_lexer *lexer);

/* "path:line:column: ...", the line, a caret. False always, so that it can be returned. */
bool br_lexer_fail(struct br_lexer *lexer, uint32_t column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The line is wrong, but what there is to say about it has been said. */
bool br_lexer_fail_quietly(struct br_lexer *lexer);

bool br_token_is(struct br_token token, const char *text);

/* Readers of a whole text; false, with @ret untouched, on anything else. */
bool br_lex_size(struct br_octets text, uint64_t *ret);         /* 1048504, 512k, 40M, 5G */
#define BR_LEX_DURATION "a duration in ns, us, ms, s, min or h" /* for messages */
bool br_lex_duration(struct br_octets text, br_time *ret); /* 200us, 1.5s, 10min, up to 100000h */
bool br_lex_percent(struct br_octets text, uint64_t *ret_ppm); /* 0.5%, 20% */

/* As people say it, for br_lex_duration() to read back: "200us", "1500ms", "3s", "10min". */
void br_lex_duration_print(br_time duration, char *text, size_t size);

#endif /* BR_SIM_SCRIPT_LEX_H */
