/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/shrink.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "sim/script/lex.h"
#include "sim/script/parse.h"
#include "sim/script/print.h"

enum {
	TRIES_MAX = 600, /* runs spent on one script */
	ROUNDS_MAX = 3,
};

/* The script under the knife is text; each try parses and runs a changed copy. */
struct knife {
	const char *path;
	struct br_script *script; /* of the smallest text so far */
	const struct br_run_result *failed;
	char failing[BR_FAILURE_TEXT_SIZE]; /* text of the failing line, "" if there is none */
	struct br_run_result *result;
	unsigned tries;
};

static char *text_of(const struct br_script *script, size_t *ret_size)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, ret_size);

	if (!to)
		abort();
	br_script_print(script, to);
	fclose(to);
	return text;
}

static void line_of(const struct br_script *script, const struct br_item *item, char *text,
                    size_t size)
{
	FILE *to;

	text[0] = '\0';
	if (!item)
		return;
	memset(text, 0, size);
	to = fmemopen(text, size - 1, "w");
	if (!to)
		return;
	br_item_print(script, item, to);
	fclose(to);
}

/* The line that fails may lose arguments, but must stay the line it is: its verb and ends. */
static bool same_line(const struct knife *k, const char *text)
{
	size_t words = 0, i = 0;

	for (; text[i] != '\0' && text[i] == k->failing[i]; i++)
		words += text[i] == ' ';
	return words >= 3 || !strcmp(text, k->failing);
}

static bool still_fails(struct knife *k, const struct br_script *script)
{
	struct br_run_options options = {.seed = k->failed->seed};
	char text[BR_FAILURE_TEXT_SIZE];

	k->tries++;
	br_run(script, &options, k->result);
	if (k->result->result != k->failed->result ||
	    k->result->failure.kind != k->failed->failure.kind ||
	    strcmp(k->result->failure.signature, k->failed->failure.signature) != 0)
		return false;
	line_of(script, k->result->failure.item, text, sizeof(text));
	return same_line(k, text);
}

/* Take the changed script if it parses and fails as before; else put it back. */
static bool attempt(struct knife *k)
{
	struct br_parse_options quiet = {0};
	struct br_script *smaller;
	size_t size;
	char *text;
	bool good;

	if (k->tries >= TRIES_MAX)
		return false;
	text = text_of(k->script, &size);
	good = br_script_parse(&smaller, k->path, text, size, &quiet) == 0;
	free(text);
	if (!good)
		return false;
	if (!still_fails(k, smaller)) {
		br_script_free(smaller);
		return false;
	}
	br_script_free(k->script);
	k->script = smaller;
	return true;
}

static bool cut_item(struct knife *k, size_t index)
{
	if (k->script->item[index].cut)
		return false;
	k->script->item[index].cut = true;
	if (attempt(k))
		return true;
	k->script->item[index].cut = false;
	return false;
}

/* From the end to the start: an index stays right when what is behind it goes. */
static void cut_kinds(struct knife *k, enum br_item_kind first, enum br_item_kind last)
{
	for (size_t i = k->script->items; i-- > 0;) {
		enum br_item_kind kind;

		if (i >= k->script->items)
			continue;
		kind = k->script->item[i].kind;
		if (kind >= first && kind <= last && kind != BR_ITEM_WIRE)
			cut_item(k, i);
	}
}

/* Everything behind the failing line at once: it was never reached. */
static void cut_tail(struct knife *k)
{
	char text[BR_FAILURE_TEXT_SIZE];
	size_t at = k->script->items;

	for (size_t i = 0; i < k->script->items && at == k->script->items; i++) {
		line_of(k->script, &k->script->item[i], text, sizeof(text));
		if (k->failing[0] != '\0' && !strcmp(text, k->failing) &&
		    k->script->item[i].line == k->failed->failure.item->line)
			at = i;
	}
	for (size_t i = at + 1; i < k->script->items; i++)
		k->script->item[i].cut = true;
	if (at < k->script->items && !attempt(k)) {
		for (size_t i = at + 1; i < k->script->items; i++)
			k->script->item[i].cut = false;
	}
}

/* An `any {` and its `}` go together, what is between them stays. */
static void cut_any(struct knife *k)
{
	for (size_t i = 0; i < k->script->items; i++) {
		size_t end = i;

		if (k->script->item[i].kind != BR_ITEM_ANY || k->script->item[i].cut)
			continue;
		while (k->script->item[end].kind != BR_ITEM_ANY_END)
			end++;
		k->script->item[i].cut = k->script->item[end].cut = true;
		if (attempt(k))
			continue;
		k->script->item[i].cut = k->script->item[end].cut = false;
	}
}

static void cut_args(struct knife *k)
{
	for (size_t i = 0; i < k->script->items; i++) {
		struct br_item *item = &k->script->item[i];

		if ((item->kind != BR_ITEM_LINE && item->kind != BR_ITEM_NEVER) || item->cut)
			continue;
		for (size_t a = item->step.line.args; a-- > 0;) {
			struct br_line *line = &k->script->item[i].step.line;
			struct br_arg kept;

			if (a >= line->args || line->arg[a].op == BR_ARG_POSITIONAL)
				continue;
			kept = line->arg[a];
			memmove(&line->arg[a], &line->arg[a + 1],
			        (line->args - a - 1) * sizeof(kept));
			line->args--;
			if (attempt(k))
				continue;
			memmove(&line->arg[a + 1], &line->arg[a], (line->args - a) * sizeof(kept));
			line->arg[a] = kept;
			line->args++;
		}
	}
}

/* Words of a header line that begin with one of these: rates, delays, keys of nodes. */
static void cut_words(struct knife *k, enum br_item_kind kind)
{
	for (size_t i = 0; i < k->script->items; i++) {
		if (k->script->item[i].kind != kind || k->script->item[i].cut)
			continue;
		for (size_t w = k->script->item[i].words; w-- > 2;) {
			struct br_item *item = &k->script->item[i];
			struct br_arg *words = (struct br_arg *)(uintptr_t)item->word, kept;

			if (w >= item->words)
				continue;
			kept = words[w];
			memmove(&words[w], &words[w + 1], (item->words - w - 1) * sizeof(kept));
			item->words--;
			if (attempt(k))
				continue;
			memmove(&words[w + 1], &words[w], (item->words - w) * sizeof(kept));
			words[w] = kept;
			item->words++;
		}
	}
}

/* size=N becomes size=N/2 as long as it still fails. */
static bool halve(struct knife *k, size_t index)
{
	struct br_item *item = &k->script->item[index];
	struct br_arg *words = (struct br_arg *)(uintptr_t)item->word, kept;
	uint64_t size;
	char text[40];

	for (size_t w = 1; w < item->words; w++) {
		struct br_octets word = words[w].value.text;

		if (!br_text_starts(word, "size="))
			continue;
		word.data += 5;
		word.size -= 5;
		if (!br_lex_size(word, &size) || size == 0)
			return false;
		kept = words[w];
		snprintf(text, sizeof(text), "size=%llu", (unsigned long long)(size / 2));
		words[w].value.text = (struct br_octets){
			(uint8_t *)br_arena_text(k->script->arena, text, strlen(text)),
			strlen(text)};
		if (attempt(k))
			return true;
		words[w] = kept;
		return false;
	}
	return false;
}

static void halve_files(struct knife *k)
{
	for (size_t i = 0; i < k->script->items; i++) {
		while (k->script->item[i].kind == BR_ITEM_FILE && !k->script->item[i].cut &&
		       halve(k, i))
			;
	}
}

static void drop_comments(struct knife *k)
{
	for (size_t i = 0; i < k->script->items; i++) {
		k->script->item[i].comment = NULL;
		if (k->script->item[i].kind == BR_ITEM_BLANK)
			k->script->item[i].cut = true;
	}
	attempt(k);
}

static size_t lines_of(const struct br_script *script)
{
	size_t lines = 0;

	for (size_t i = 0; i < script->items; i++)
		lines += script->item[i].kind != BR_ITEM_BLANK && !script->item[i].cut &&
		         !script->item[i].used;
	return lines;
}

static void shrink(struct knife *k)
{
	size_t before;
	unsigned round = 0;

	drop_comments(k);
	cut_tail(k);
	do {
		before = lines_of(k->script);
		cut_kinds(k, BR_ITEM_FAULT, BR_ITEM_FAULT);
		cut_kinds(k, BR_ITEM_VARY, BR_ITEM_USE);
		cut_words(k, BR_ITEM_NET);
		cut_any(k);
		cut_kinds(k, BR_ITEM_LINE, BR_ITEM_LABEL);
		cut_args(k);
		cut_words(k, BR_ITEM_NODE);
		cut_kinds(k, BR_ITEM_SCENARIO, BR_ITEM_FILE);
		halve_files(k);
	} while (lines_of(k->script) < before && ++round < ROUNDS_MAX);
}

static struct br_script *copy_of(const struct br_script *script)
{
	struct br_parse_options quiet = {0};
	struct br_script *copy = NULL;
	size_t size;
	char *text = text_of(script, &size);

	if (br_script_parse(&copy, script->path, text, size, &quiet) < 0)
		copy = NULL;
	free(text);
	return copy;
}

static bool write_script(const struct br_script *script, const char *path)
{
	FILE *to = fopen(path, "w");

	if (!to)
		return false;
	br_script_print(script, to);
	return fclose(to) == 0;
}

bool br_shrink(const struct br_script *script, const struct br_run_result *failed, const char *path,
               size_t *ret_lines, size_t *ret_before)
{
	struct knife k = {.path = script->path, .failed = failed, .script = copy_of(script)};
	bool good = false;

	if (!k.script)
		return false;
	k.result = calloc(1, sizeof(*k.result));
	if (!k.result)
		abort();
	line_of(script, failed->failure.item, k.failing, sizeof(k.failing));
	*ret_before = lines_of(script);
	if (still_fails(&k, k.script)) {
		shrink(&k);
		*ret_lines = lines_of(k.script);
		good = write_script(k.script, path);
	}
	free(k.result);
	br_script_free(k.script);
	return good;
}
