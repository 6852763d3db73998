/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/nearest.h"
#include "sim/script/parser.h"
#include "sim/script/source.h"

enum {
	USE_DEPTH_MAX = 4,
	QUIET_S = 60,
};

static const struct br_verb *find_verb(const struct br_verb *verbs, struct br_token token)
{
	for (; verbs->name; verbs++) {
		if (br_token_is(token, verbs->name))
			return verbs;
	}
	return NULL;
}

static void keep_words(struct br_parser *p, struct br_item *item)
{
	struct br_lexer ahead = p->lexer;
	struct br_arg *words = NULL;
	struct br_token token;

	while ((token = br_lexer_next(&ahead)).size > 0) {
		words = br_arena_grow(p->arena, words, item->words, sizeof(words[0]));
		words[item->words++] = (struct br_arg){
			.op = BR_ARG_POSITIONAL,
			.column = token.column,
			.value = {.kind = BR_VALUE_WORD,
		                  .text = {(uint8_t *)br_parser_text(p, token), token.size}}};
	}
	item->word = words;
}

/* A line that begins with no verb and has no arrow: the verb is misspelt. If it was to name
 * something, later lines shall find it.
 */
static bool unknown_verb(struct br_parser *p, struct br_token token, struct br_item *item)
{
	struct br_nearest nearest = br_nearest_to(token.start, token.size);
	char hint[96];

	for (const struct br_verb *v = br_verbs_header; v->name; v++)
		br_nearest_try(&nearest, v->name);
	for (const struct br_verb *v = br_verbs_step; v->name; v++)
		br_nearest_try(&nearest, v->name);
	br_lexer_fail(&p->lexer, token.column, "expected a verb or END -> END, found '%.*s'%s",
	              (int)token.size, token.start, br_nearest_hint(&nearest, hint, sizeof(hint)));
	for (const struct br_verb *v = br_verbs_header; nearest.best && v->name; v++) {
		if (strcmp(v->name, nearest.best) != 0)
			continue;
		br_lexer_next(&p->lexer);
		keep_words(p, item);
		return v->parse(p, item) && false;
	}
	return false;
}

static bool has_arrow(const struct br_parser *p)
{
	struct br_lexer ahead = p->lexer;
	struct br_token token;

	while ((token = br_lexer_next(&ahead)).size > 0) {
		if (token.size >= 1 && memchr(token.start, '>', token.size) &&
		    token.start[token.size - 1] == '>')
			return true;
	}
	return false;
}

/* Told once; the lines are read all the same, as each may have a mistake of its own. */
static void needs_wire(struct br_parser *p, struct br_token token)
{
	if (p->has_wire || p->depth > 0)
		return;
	p->has_wire = true;
	br_lexer_fail(&p->lexer, token.column, "expected 'wire 1' as the first line");
}

static bool parse_verb(struct br_parser *p, const struct br_verb *verb, struct br_token token,
                       struct br_item *item)
{
	bool step = br_item_is_step(verb->kind);

	if (strcmp(verb->name, "wire") != 0)
		needs_wire(p, token);
	if (!step && p->has_steps) /* and it is read, so that what it names is known */
		br_lexer_fail(&p->lexer, token.column,
		              "'%s' belongs to the header, before the first step", verb->name);
	if (step && p->depth > 0)
		return br_lexer_fail(&p->lexer, token.column,
		                     "a file that is used holds header lines only");
	if (p->in_any && (!strcmp(verb->name, "transfer") || !strcmp(verb->name, "boot") ||
	                  !strcmp(verb->name, "check") || !strcmp(verb->name, "wait")))
		return br_lexer_fail(&p->lexer, token.column, "'%s' cannot stand inside any {",
		                     verb->name);
	item->kind = verb->kind;
	p->has_steps = p->has_steps || step;
	br_lexer_next(&p->lexer);
	keep_words(p, item);
	return verb->parse(p, item);
}

static bool parse_line(struct br_parser *p, struct br_item *item)
{
	struct br_token token = br_lexer_peek(&p->lexer);
	const struct br_verb *verb;

	if (token.size == 0)
		return true;
	verb = find_verb(br_verbs_header, token);
	if (!verb)
		verb = find_verb(br_verbs_step, token);
	if (verb && !br_parser_is_sender(p, token))
		return parse_verb(p, verb, token, item);
	if (token.start[0] != '+' && token.start[0] != '<' && !has_arrow(p) &&
	    !memchr(token.start, ':', token.size))
		return unknown_verb(p, token, item);
	needs_wire(p, token);
	if (p->depth > 0)
		return br_lexer_fail(&p->lexer, token.column,
		                     "a file that is used holds header lines only");
	p->has_steps = true;
	return br_parse_message(p, item);
}

static void parse_lines(struct br_parser *p)
{
	struct br_script *s = p->script;

	while (br_lexer_line(&p->lexer)) {
		struct br_item item = {.kind = BR_ITEM_BLANK,
		                       .line = p->lexer.number,
		                       .path = p->path,
		                       .used = p->depth > 0};
		struct br_token comment;

		(void)parse_line(p, &item);
		if (p->lexer.failed)
			br_parser_bind_line(p);
		comment = br_lexer_comment(&p->lexer);
		if (comment.start)
			item.comment = br_parser_text(p, comment);
		s->item = br_arena_grow(p->arena, s->item, s->items, sizeof(s->item[0]));
		s->item[s->items++] = item;
	}
}

static bool use(struct br_parser *p, const char *path, uint32_t column)
{
	struct br_lexer outer = p->lexer;
	const char *outer_path = p->path;
	char full[BR_SOURCE_PATH_SIZE], *text;
	bool lacked = p->lacks_header;
	size_t size;

	p->lacks_header = true;
	if (p->depth == USE_DEPTH_MAX)
		return br_lexer_fail(&p->lexer, column, "files use one another in a circle");
	if (br_source_beside(full, p->path, path) < 0)
		return br_lexer_fail(&p->lexer, column, "expected a shorter path");
	text = br_source_read(full, &size);
	if (!text)
		return br_lexer_fail(&p->lexer, column, "cannot read %s: %s", full,
		                     strerror(errno));
	p->lacks_header = lacked;
	p->path = br_arena_text(p->arena, full, strlen(full));
	p->lexer = br_lexer_of(p->path, text, size, outer.errors);
	p->depth++;
	parse_lines(p);
	p->depth--;
	outer.failures += p->lexer.failures;
	outer.failed = p->lexer.failures > 0;
	p->lexer = outer;
	p->path = outer_path;
	free(text);
	return !p->lexer.failed;
}

static const char *scenario_of(struct br_arena *arena, const char *path)
{
	const char *scripts = strstr(path, "scripts/");
	size_t size;

	if (scripts)
		path = scripts + strlen("scripts/");
	while (path[0] == '/' || !strncmp(path, "./", 2) || !strncmp(path, "../", 3))
		path = strchr(path, '/') + 1;
	size = strlen(path);
	if (size > 5 && !strcmp(path + size - 5, ".wire"))
		size -= 5;
	return br_arena_text(arena, path, size);
}

static void check_whole(struct br_parser *p)
{
	struct br_script *s = p->script;
	bool has_sut = false;

	if (p->lexer.failures > 0)
		return;
	if (p->in_any) {
		br_lexer_fail(&p->any, 1, "expected } behind this any {, but the file ends");
		p->lexer.failures = p->any.failures;
	}
	for (size_t i = 0; i < s->nodes; i++)
		has_sut = has_sut ||
		          (br_node_is_judged(&s->node[i]) && s->node[i].kind != BR_NODE_RELAY);
	if (!p->has_wire)
		br_lexer_fail(&p->lexer, 1, "expected 'wire 1' as the first line");
	else if (p->has_steps && !has_sut)
		br_lexer_fail(&p->lexer, 1,
		              "no node is judged: expected a node of kind sut, firmware or iface");
}

/* The lines that came last move before the first step. */
static void move_before_steps(struct br_script *s, size_t first)
{
	struct br_item *at = s->item;
	size_t count = s->items - first;
	struct br_item *moved = malloc((count + 1) * sizeof(*moved));

	if (!moved)
		abort();
	while (at < s->item + first && !br_item_is_step(at->kind))
		at++;
	memcpy(moved, s->item + first, count * sizeof(*moved));
	memmove(at + count, at, (size_t)(s->item + first - at) * sizeof(*at));
	memcpy(at, moved, count * sizeof(*moved));
	free(moved);
}

/* As if they stood in the script, each a line of a file that is called like the option. */
static void parse_faults(struct br_parser *p)
{
	static const char path[] = "--fault";
	size_t first = p->script->items, size;
	struct br_lexer outer = p->lexer;
	char *text = NULL;
	FILE *to;

	if (p->options->faults == 0)
		return;
	to = open_memstream(&text, &size);
	if (!to)
		abort();
	for (size_t i = 0; i < p->options->faults; i++)
		fprintf(to, "fault %s\n", p->options->fault[i]);
	if (fclose(to) != 0)
		abort();
	p->path = path;
	p->lexer = br_lexer_of(path, text, size, outer.errors);
	parse_lines(p);
	outer.failures += p->lexer.failures;
	p->lexer = outer;
	p->path = p->script->path;
	move_before_steps(p->script, first);
	free(text);
}

int br_script_parse(struct br_script **ret_script, const char *path, const char *text, size_t size,
                    const struct br_parse_options *options)
{
	struct br_arena *arena = br_arena_new();
	struct br_script *s = br_arena_take(arena, sizeof(*s));
	struct br_parser p = {.script = s, .arena = arena, .options = options, .use = use};

	s->arena = arena;
	s->path = br_arena_text(arena, path, strlen(path));
	s->scenario = scenario_of(arena, s->path);
	s->runs = 1;
	s->quiet = QUIET_S * BR_S;
	p.path = s->path;
	p.lexer = br_lexer_of(s->path, text, size, options->errors);
	p.lexer.line = "";
	parse_lines(&p);
	parse_faults(&p);
	if (s->real && !s->has_quiet)
		s->quiet = BR_SCRIPT_QUIET_REAL;
	check_whole(&p);
	if (p.lexer.failures > 0) {
		br_arena_free(arena);
		return -EINVAL;
	}
	*ret_script = s;
	return 0;
}

/* The same text for another server, in the place of @script, or the reason why not in it. */
static int retarget(struct br_script **script, const char *text, size_t size,
                    const struct br_parse_options *options)
{
	char reason[BR_RETARGET_REASON_SIZE], *made = NULL, *settings = NULL;
	struct br_script *was = *script;
	bool has_seed = false;
	int result;

	if (br_retarget(options->target, was->scenario, text, size, &made, &settings, reason) < 0) {
		was->lacks = br_arena_text(was->arena, reason, strlen(reason));
		return 0;
	}
	result = br_script_parse(script, was->path, made, strlen(made), options);
	if (result == 0)
		(*script)->settings = br_arena_text((*script)->arena, settings, strlen(settings));
	free(made);
	free(settings);
	br_script_free(was);
	for (size_t i = 0; result == 0 && i < (*script)->items; i++)
		has_seed = has_seed || (*script)->item[i].kind == BR_ITEM_SEED;
	if (result == 0 && !has_seed)
		(*script)->seed = br_retarget_space((*script)->scenario);
	return result;
}

int br_script_load(struct br_script **ret_script, const char *path,
                   const struct br_parse_options *options)
{
	size_t size;
	char *text = br_source_read(path, &size);
	int result = -errno;

	if (!text) {
		if (options->errors)
			fprintf(options->errors, "%s: cannot be read: %s\n", path,
			        strerror(-result));
		return result;
	}
	result = br_script_parse(ret_script, path, text, size, options);
	if (result == 0 && options->target)
		result = retarget(ret_script, text, size, options);
	free(text);
	return result;
}

struct br_script *br_script_free(struct br_script *script)
{
	if (script)
		br_arena_free(script->arena);
	return NULL;
}
