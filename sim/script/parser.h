/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/parser.h - inside the parser: what its files share
 *
 * parse.c walks over the lines, parse_header.c and parse_step.c know the verbs,
 * parser.c reads words: values, names, KEY=VALUE.
 */
#ifndef BR_SIM_SCRIPT_PARSER_H
#define BR_SIM_SCRIPT_PARSER_H

#include "sim/script/lex.h"
#include "sim/script/parse.h"

struct br_parser {
	struct br_script *script;
	struct br_arena *arena;
	struct br_lexer lexer;
	const struct br_parse_options *options;
	const char *path;
	unsigned depth; /* of `use` */
	bool in_any;
	struct br_lexer any; /* at the any { that is open */
	bool has_steps;
	bool has_wire;      /* or its absence was told */
	bool lacks_header;  /* header lines are missing, which was told: names may be theirs */
	const char **bound; /* variables that have a value by now, in order */
	size_t bounds;
	/* parse.c: read the lines of another file into the same script */
	bool (*use)(struct br_parser *p, const char *path, uint32_t column);
};

/* The verbs, one row each: the manual of the language is printed from this table. */
struct br_verb {
	const char *name;
	enum br_item_kind kind;
	const char *form;    /* its grammar on one line */
	const char *says;    /* what it does, some sentences */
	const char *example; /* one line that parses in the script of br_verb_context() */
	bool (*parse)(struct br_parser *p, struct br_item *item);
};

extern const struct br_verb br_verbs_header[], br_verbs_step[]; /* .name NULL at the end */

/* The line form, which has no verb; the rest of the item is parsed. */
bool br_parse_message(struct br_parser *p, struct br_item *item);

/* A parse error at @token; false always. */
bool br_parser_expected(struct br_parser *p, struct br_token token, const char *what);
char *br_parser_text(struct br_parser *p, struct br_token token);
struct br_octets br_token_octets(struct br_token token);

/* The next word; false, told, if the line has ended. @what: "a name for the net" */
bool br_parser_word(struct br_parser *p, const char *what, struct br_token *ret_token);
/* False, told, if anything but a comment is left on the line. */
bool br_parser_end(struct br_parser *p);

/* A value as it stands at @column: quotes, brackets and dollars are understood. */
bool br_parser_value(struct br_parser *p, struct br_token token, struct br_value *ret_value);
/* NAME op VALUE, or a value alone: then .name is NULL and .op POSITIONAL. */
bool br_parser_arg(struct br_parser *p, struct br_token token, struct br_arg *ret_arg);
/* Indexes into the script; told, with a near name, if there is none. */
bool br_parser_node(struct br_parser *p, struct br_token token, size_t *ret_index);
bool br_parser_net(struct br_parser *p, struct br_token token, size_t *ret_index);
bool br_parser_file(struct br_parser *p, struct br_token token, size_t *ret_index);

/* @token, the next word, is a node that sends: "boot -> fw" is a line of the node boot. Without
 * such a node `boot` is the verb, and the arrow the mistake.
 */
bool br_parser_is_sender(const struct br_parser *p, struct br_token token);

/* A new name of a net, node, file or label: letters, digits, - _ . / If it is none, what stands
 * in its place is taken all the same, and NULL if nothing does.
 */
bool br_parser_new_name(struct br_parser *p, const char *what, const char **ret_name);

/* As br_parser_new_name(), or "in quotes" with any octets but NUL. */
bool br_parser_new_file(struct br_parser *p, const char *what, const char **ret_name);

bool br_parser_is_bound(const struct br_parser *p, const char *name);
void br_parser_bind(struct br_parser *p, const char *name);
/* All variables of a line that has a mistake: those after it are not to blame. */
void br_parser_bind_line(struct br_parser *p);
/* A variable that is compared only; told if no line before gave it a value. */
bool br_parser_needs_bound(struct br_parser *p, const struct br_value *value, uint32_t column);

#endif /* BR_SIM_SCRIPT_PARSER_H */
