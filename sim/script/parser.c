/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/parser.h"

#include <string.h>

#include "core/base/text.h"
#include "sim/nearest.h"

#define ODD_NAME "opt.\""

enum {
	FILE_NAME_MAX = 255, /* octets */
};

bool br_parser_expected(struct br_parser *p, struct br_token token, const char *what)
{
	if (token.size == 0)
		return br_lexer_fail(&p->lexer, token.column, "expected %s, but the line ends",
		                     what);
	return br_lexer_fail(&p->lexer, token.column, "expected %s, found '%.*s'", what,
	                     (int)token.size, token.start);
}

char *br_parser_text(struct br_parser *p, struct br_token token)
{
	return br_arena_text(p->arena, token.start, token.size);
}

struct br_octets br_token_octets(struct br_token token)
{
	return (struct br_octets){(const uint8_t *)token.start, token.size};
}

bool br_parser_word(struct br_parser *p, const char *what, struct br_token *ret_token)
{
	*ret_token = br_lexer_next(&p->lexer);
	return ret_token->size > 0 || br_parser_expected(p, *ret_token, what);
}

bool br_parser_end(struct br_parser *p)
{
	struct br_token token = br_lexer_peek(&p->lexer);

	return token.size == 0 ||
	       br_lexer_fail(&p->lexer, token.column, "expected the end of the line, found '%.*s'",
	                     (int)token.size, token.start);
}

static struct br_token shifted(struct br_token token, size_t by)
{
	return (struct br_token){token.start + by, token.size - by, token.column + (uint32_t)by};
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character(s) behind a backslash at @at; 0 if they are none. Return: how many */
static size_t unescape(struct br_token token, size_t at, char *ret)
{
	static const char from[] = "\"\\nrt0", to[] = "\"\\\n\r\t";
	const char *found;
	int high, low;

	if (at >= token.size)
		return 0;
	found = memchr(from, token.start[at], sizeof(from) - 1);
	if (found) {
		*ret = to[found - from]; /* the NUL behind @to serves \0 */
		return 1;
	}
	if (token.start[at] != 'x' || at + 2 >= token.size)
		return 0;
	high = hex_digit(token.start[at + 1]);
	low = hex_digit(token.start[at + 2]);
	if (high < 0 || low < 0)
		return 0;
	*ret = (char)(high << 4 | low);
	return 3;
}

/* What stands in quotes at the start. Return: octets with both quotes; 0: it is wrong */
static size_t quoted_text(struct br_parser *p, struct br_token token, struct br_octets *ret_text)
{
	char *text = br_arena_take(p->arena, token.size + 1);
	size_t size = 0, at = 1;

	while (at < token.size && token.start[at] != '"') {
		if (token.start[at] == '\\') {
			size_t used = unescape(token, at + 1, &text[size]);

			if (used == 0) {
				(void)br_lexer_fail(
					&p->lexer, token.column + (uint32_t)at,
					"expected one of \\\" \\\\ \\n \\r \\t \\0 \\xNN");
				return 0;
			}
			size++;
			at += 1 + used;
		} else {
			text[size++] = token.start[at++];
		}
	}
	if (at >= token.size) {
		(void)br_lexer_fail(&p->lexer, token.column, "expected a closing quote");
		return 0;
	}
	text[size] = '\0';
	*ret_text = (struct br_octets){(uint8_t *)text, size};
	return at + 1;
}

static bool quoted_value(struct br_parser *p, struct br_token token, struct br_value *ret_value)
{
	size_t size = quoted_text(p, token, &ret_value->text);

	if (size > 0 && size < token.size)
		return br_lexer_fail(&p->lexer, token.column + (uint32_t)size,
		                     "expected a blank behind the closing quote");
	ret_value->kind = BR_VALUE_STRING;
	return size > 0;
}

static size_t name_size(struct br_token token)
{
	size_t size = 0;

	while (size < token.size) {
		char c = token.start[size];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (size > 0 && ((c >= '0' && c <= '9') || c == '_'))))
			break;
		size++;
	}
	return size;
}

static bool variable_value(struct br_parser *p, struct br_token token, struct br_value *ret_value)
{
	struct br_token name = shifted(token, 1), rest;

	rest = shifted(name, name_size(name));
	name.size -= rest.size;
	if (name.size == 0)
		return br_parser_expected(p, name, "a name behind '$'");
	ret_value->kind = BR_VALUE_VARIABLE;
	ret_value->text = (struct br_octets){(uint8_t *)br_parser_text(p, name), name.size};
	if (rest.size == 0)
		return true;
	if (rest.size < 3 || memcmp(rest.start, "<=", 2) != 0 ||
	    !br_number_read(br_token_octets(shifted(rest, 2)), UINT64_MAX, &ret_value->bound))
		return br_parser_expected(
			p, rest,
			"nothing or <=NUMBER behind the variable; another condition is a "
			"FIELD of its own");
	ret_value->bounded = true;
	return true;
}

/* [2001:db8:1::2]:80: a list has nothing behind its bracket */
static bool is_end(struct br_token token)
{
	const char *close = memchr(token.start, ']', token.size);

	return close && close + 1 < token.start + token.size && close[1] == ':';
}

bool br_parser_value(struct br_parser *p, struct br_token token, struct br_value *ret_value)
{
	*ret_value = (struct br_value){.kind = BR_VALUE_WORD};
	if (token.size == 0)
		return br_parser_expected(p, token, "a value");
	if (token.start[0] == '"')
		return quoted_value(p, token, ret_value);
	if (token.start[0] == '$')
		return variable_value(p, token, ret_value);
	if (token.start[0] == '[' && !is_end(token)) {
		if (token.size < 2 ||
		    memchr(token.start, ']', token.size) != token.start + token.size - 1)
			return br_lexer_fail(&p->lexer, token.column, "expected a closing ']'");
		token = shifted(token, 1);
		token.size--;
		ret_value->kind = BR_VALUE_LIST;
	} else if (memchr(token.start, '"', token.size)) {
		return br_parser_expected(p, token, "a value that is quoted as a whole");
	}
	ret_value->text = (struct br_octets){(uint8_t *)br_parser_text(p, token), token.size};
	return true;
}

/* Octets of a field name at the start, as in opt82.1, User-Agent, until-ack. */
static size_t field_size(struct br_token token)
{
	size_t size = 0;

	while (size < token.size) {
		char c = token.start[size];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (size > 0 && ((c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'))))
			break;
		size++;
	}
	return size;
}

static size_t operator_size(struct br_token rest, enum br_arg_op *ret_op)
{
	static const struct {
		const char *text;
		enum br_arg_op op;
	} operators[] = {{"!=", BR_ARG_UNEQUAL},
	                 {"<=", BR_ARG_AT_MOST},
	                 {">=", BR_ARG_AT_LEAST},
	                 {"=", BR_ARG_EQUAL},
	                 {"~", BR_ARG_CONTAINS}};

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		size_t size = strlen(operators[i].text);

		if (rest.size >= size && memcmp(rest.start, operators[i].text, size) == 0) {
			*ret_op = operators[i].op;
			return size;
		}
	}
	return 0;
}

/* opt."an odd name": its octets, and behind the closing quote an operator. Return: as above */
static size_t quoted_name(struct br_parser *p, struct br_token token, const char **ret_name)
{
	static const size_t before = sizeof(ODD_NAME) - 2;
	struct br_octets text;
	size_t size = quoted_text(p, shifted(token, before), &text);
	char *name;

	if (size > 0 && (text.size == 0 || memchr(text.data, 0, text.size))) {
		(void)br_lexer_fail(&p->lexer, token.column + (uint32_t)before,
		                    "expected a name of one octet or more, none of them \\0");
		size = 0;
	}
	if (size == 0)
		return 0;
	name = br_arena_take(p->arena, before + text.size + 1);
	memcpy(name, ODD_NAME, before);
	memcpy(name + before, text.data, text.size);
	name[before + text.size] = '\0';
	*ret_name = name;
	return before + size;
}

bool br_parser_arg(struct br_parser *p, struct br_token token, struct br_arg *ret_arg)
{
	size_t name = field_size(token), size = 0;
	struct br_token value = token;
	const char *odd = NULL;

	*ret_arg = (struct br_arg){.op = BR_ARG_POSITIONAL, .column = token.column};
	if (token.size > strlen(ODD_NAME) && !memcmp(token.start, ODD_NAME, strlen(ODD_NAME))) {
		name = quoted_name(p, token, &odd);
		if (name == 0)
			return false;
	}
	if (name > 0)
		size = operator_size(shifted(token, name), &ret_arg->op);
	if (odd && size == 0)
		return br_parser_expected(p, shifted(token, name), "an operator behind the name");
	if (size > 0) {
		ret_arg->name = odd ? odd : br_arena_text(p->arena, token.start, name);
		value = shifted(token, name + size);
	}
	if (ret_arg->op == BR_ARG_EQUAL && br_token_is(value, "absent")) {
		ret_arg->op = BR_ARG_ABSENT;
		return true;
	}
	if (ret_arg->op == BR_ARG_EQUAL && br_token_is(value, "present")) {
		ret_arg->op = BR_ARG_PRESENT;
		return true;
	}
	return br_parser_value(p, value, &ret_arg->value);
}

static bool no_such(struct br_parser *p, struct br_token token, const char *what,
                    const struct br_nearest *nearest)
{
	char hint[96];

	if (p->lacks_header)
		return br_lexer_fail_quietly(&p->lexer);
	return br_lexer_fail(&p->lexer, token.column, "there is no %s '%.*s'%s", what,
	                     (int)token.size, token.start,
	                     br_nearest_hint(nearest, hint, sizeof(hint)));
}

bool br_parser_node(struct br_parser *p, struct br_token token, size_t *ret_index)
{
	struct br_nearest nearest = br_nearest_to(token.start, token.size);

	for (size_t i = 0; i < p->script->nodes; i++) {
		if (br_token_is(token, p->script->node[i].name)) {
			*ret_index = i;
			return true;
		}
		br_nearest_try(&nearest, p->script->node[i].name);
	}
	return no_such(p, token, "node", &nearest);
}

bool br_parser_is_sender(const struct br_parser *p, struct br_token token)
{
	struct br_lexer ahead = p->lexer;

	br_lexer_next(&ahead);
	if (!br_token_is(br_lexer_next(&ahead), "->"))
		return false;
	for (size_t i = 0; i < p->script->nodes; i++) {
		if (br_token_is(token, p->script->node[i].name))
			return true;
	}
	return false;
}

bool br_parser_net(struct br_parser *p, struct br_token token, size_t *ret_index)
{
	struct br_nearest nearest = br_nearest_to(token.start, token.size);

	for (size_t i = 0; i < p->script->nets; i++) {
		if (br_token_is(token, p->script->net[i].name)) {
			*ret_index = i;
			return true;
		}
		br_nearest_try(&nearest, p->script->net[i].name);
	}
	return no_such(p, token, "net", &nearest);
}

bool br_parser_file(struct br_parser *p, struct br_token token, size_t *ret_index)
{
	struct br_nearest nearest = br_nearest_to(token.start, token.size);
	struct br_value name = {.text = br_token_octets(token)};

	if (token.start[0] == '"' && !br_parser_value(p, token, &name))
		return false;
	for (size_t i = 0; i < p->script->files; i++) {
		if (br_text_is(name.text, p->script->file[i].name)) {
			*ret_index = i;
			return true;
		}
		br_nearest_try(&nearest, p->script->file[i].name);
	}
	return no_such(p, token, "file", &nearest);
}

/* Of what a server is asked for: any octets but NUL, in quotes. */
static bool quoted_file(struct br_parser *p, struct br_token token, const char *what,
                        const char **ret_name)
{
	struct br_value value;

	if (!br_parser_value(p, token, &value))
		return false;
	*ret_name = (const char *)value.text.data;
	return (value.text.size > 0 && value.text.size <= FILE_NAME_MAX &&
	        strlen(*ret_name) == value.text.size) ||
	       br_parser_expected(p, token, what);
}

bool br_parser_new_file(struct br_parser *p, const char *what, const char **ret_name)
{
	struct br_token token = br_lexer_peek(&p->lexer);

	if (token.size == 0 || token.start[0] != '"')
		return br_parser_new_name(p, what, ret_name);
	*ret_name = NULL;
	return quoted_file(p, br_lexer_next(&p->lexer), what, ret_name);
}

bool br_parser_new_name(struct br_parser *p, const char *what, const char **ret_name)
{
	struct br_token token;

	*ret_name = NULL;
	if (!br_parser_word(p, what, &token))
		return false;
	*ret_name = br_parser_text(p, token);
	for (size_t i = 0; i < token.size; i++) {
		char c = token.start[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      memchr("-_./", c, 4)))
			return br_parser_expected(p, token, what);
	}
	return true;
}

bool br_parser_is_bound(const struct br_parser *p, const char *name)
{
	for (size_t i = 0; i < p->bounds; i++) {
		if (!strcmp(p->bound[i], name))
			return true;
	}
	return false;
}

void br_parser_bind_line(struct br_parser *p)
{
	const char *at = p->lexer.line, *end = at + p->lexer.line_size;

	while ((at = memchr(at, '$', (size_t)(end - at)))) {
		struct br_token name = {.start = at + 1, .size = (size_t)(end - at) - 1};

		name.size = name_size(name);
		if (name.size > 0)
			br_parser_bind(p, br_parser_text(p, name));
		at += 1 + name.size;
	}
}

void br_parser_bind(struct br_parser *p, const char *name)
{
	if (br_parser_is_bound(p, name))
		return;
	p->bound = br_arena_grow(p->arena, p->bound, p->bounds, sizeof(p->bound[0]));
	p->bound[p->bounds++] = name;
}

bool br_parser_needs_bound(struct br_parser *p, const struct br_value *value, uint32_t column)
{
	const char *name = (const char *)value->text.data;
	struct br_nearest nearest = br_nearest_to(name, value->text.size);
	char hint[96];

	if (value->kind != BR_VALUE_VARIABLE || br_parser_is_bound(p, name))
		return true;
	for (size_t i = 0; i < p->bounds; i++)
		br_nearest_try(&nearest, p->bound[i]);
	return br_lexer_fail(&p->lexer, column, "no line before gives $%s a value%s", name,
	                     br_nearest_hint(&nearest, hint, sizeof(hint)));
}
