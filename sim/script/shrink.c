/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/shrink.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
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
	const struct br_run_watch *watch;   /* of a failure by a rule alone: the others need none */
	char failing[BR_FAILURE_TEXT_SIZE]; /* text of the failing line, "" if there is none */
	struct br_run_result *result;
	uint64_t seed;
	bool by_fault; /* without faults it passes */
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

static bool fails_so(struct knife *k, const struct br_script *script, bool plain)
{
	struct br_run_options options = {.seed = k->seed, .plain = plain, .watch = k->watch};
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

/* What fails because of a fault must go well without it: else something else is shown. */
static bool still_fails(struct knife *k, const struct br_script *script)
{
	return fails_so(k, script, false) && !(k->by_fault && fails_so(k, script, true));
}

/* Take @text instead of the script if it parses and fails as before. */
static bool take_text(struct knife *k, const char *text, size_t size)
{
	struct br_parse_options quiet = {0};
	struct br_script *smaller;

	if (k->tries >= TRIES_MAX || br_script_parse(&smaller, k->path, text, size, &quiet) < 0)
		return false;
	if (!still_fails(k, smaller)) {
		br_script_free(smaller);
		return false;
	}
	br_script_free(k->script);
	k->script = smaller;
	return true;
}

/* Take the changed script if it parses and fails as before; else put it back. */
static bool attempt(struct knife *k)
{
	size_t size;
	char *text = text_of(k->script, &size);
	bool good = take_text(k, text, size);

	free(text);
	return good;
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

/* Steps belong together, a question and its answer: several at once, many first. */
static bool cut_run(struct knife *k, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		k->script->item[i].cut = true;
	if (attempt(k))
		return true;
	for (size_t i = first; i < first + count; i++)
		k->script->item[i].cut = false;
	return false;
}

static void cut_runs(struct knife *k)
{
	for (size_t count = k->script->items / 2; count > 1; count /= 2) {
		size_t first = 0;

		while (first + count <= k->script->items) {
			if (k->script->item[first].kind < BR_ITEM_LINE || !cut_run(k, first, count))
				first++;
		}
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

/* The script with @fault in front of its first step, and nothing left to chance. */
static char *text_with(const struct br_script *script, const char *fault, size_t *ret_size)
{
	bool put = false;
	char *text = NULL;
	FILE *to = open_memstream(&text, ret_size);

	if (!to)
		abort();
	for (size_t i = 0; i < script->items; i++) {
		const struct br_item *item = &script->item[i];

		if (item->cut || item->used)
			continue;
		if (!put && item->kind >= BR_ITEM_LINE) {
			fprintf(to, "%s\n", fault);
			put = true;
		}
		br_item_print(script, item, to);
		fputc('\n', to);
	}
	fclose(to);
	return text;
}

static bool is_chance(struct br_octets word)
{
	return br_text_starts(word, "loss=") || br_text_starts(word, "dup=") ||
	       br_text_starts(word, "reorder=") || br_text_starts(word, "corrupt=");
}

/* Without what is drawn; NULL if nothing is. */
static struct br_script *without_chance(const struct br_script *script)
{
	struct br_parse_options quiet = {0};
	size_t size;
	char *text = text_of(script, &size);
	struct br_script *copy = NULL;
	bool found = false;

	if (br_script_parse(&copy, script->path, text, size, &quiet) < 0)
		copy = NULL;
	free(text);
	for (size_t i = 0; copy && i < copy->items; i++) {
		struct br_item *item = &copy->item[i];
		struct br_arg *words = (struct br_arg *)(uintptr_t)item->word;
		size_t kept = 0;

		item->cut = item->kind == BR_ITEM_VARY || item->kind == BR_ITEM_RUNS;
		found = found || item->kind == BR_ITEM_VARY;
		for (size_t w = 0; item->kind == BR_ITEM_NET && w < item->words; w++) {
			if (is_chance(words[w].value.text))
				found = true;
			else
				words[kept++] = words[w];
		}
		if (item->kind == BR_ITEM_NET)
			item->words = kept;
	}
	return found ? copy : br_script_free(copy);
}

/* A fault that hits the first packet the line speaks of. */
static void fault_text(const struct br_script *script, const struct br_item *item, const char *kind,
                       char *text, size_t size)
{
	const struct br_script_node *from = &script->node[item->step.from.node];
	const struct br_line *line = &item->step.line;
	const char *to = item->step.to.node >= 0 ? script->node[item->step.to.node].name : "*";
	int used = snprintf(text, size, "fault %s %s %s -> %s %s %s",
	                    script->net[from->link[0].net].name, kind, from->name, to,
	                    line->protocol->name, line->message ? line->message : "*");

	for (size_t i = 0; i < line->args && used > 0 && (size_t)used < size; i++) {
		const struct br_value *value = &line->arg[i].value;

		if (line->arg[i].op == BR_ARG_POSITIONAL && value->kind == BR_VALUE_WORD)
			used += snprintf(text + used, size - (size_t)used, " %.*s",
			                 (int)value->text.size, (const char *)value->text.data);
	}
	if (used > 0 && (size_t)used < size)
		snprintf(text + used, size - (size_t)used, " once");
}

/* Can chance do this in the script? */
static bool happens(const struct br_script *s, const char *kind)
{
	const char *vary = !strcmp(kind, "drop") ? "loss" : kind;

	for (size_t i = 0; i < s->varies; i++) {
		if (!strcmp(s->vary[i].name, vary))
			return true;
	}
	for (size_t i = 0; i < s->nets; i++) {
		const struct br_script_net *net = &s->net[i];

		if ((!strcmp(vary, "loss") && net->loss_ppm > 0) ||
		    (!strcmp(vary, "dup") && net->dup_ppm > 0) ||
		    (!strcmp(vary, "reorder") && net->reorder_ppm > 0) ||
		    (!strcmp(vary, "corrupt") && net->corrupt_ppm > 0))
			return true;
	}
	return false;
}

/* What chance did, said in one line: from then on steps can go without moving it. */
static void pin_fault(struct knife *k)
{
	static const char *const kinds[] = {"dup", "drop", "reorder", "corrupt"};
	struct br_script *plain = without_chance(k->script);
	bool done = !plain;

	for (size_t i = plain ? plain->items : 0; !done && i-- > 0;) {
		if (plain->item[i].kind != BR_ITEM_LINE ||
		    plain->item[i].step.line.protocol == &br_protocol_http)
			continue;
		for (size_t f = 0; !done && f < sizeof(kinds) / sizeof(kinds[0]); f++) {
			char fault[300], *text;
			size_t size;

			if (!happens(k->script, kinds[f]))
				continue;
			fault_text(plain, &plain->item[i], kinds[f], fault, sizeof(fault));
			text = text_with(plain, fault, &size);
			done = take_text(k, text, size);
			free(text);
		}
	}
	br_script_free(plain);
}

static void shrink(struct knife *k)
{
	size_t before;
	unsigned round = 0;

	drop_comments(k);
	cut_tail(k);
	pin_fault(k);
	do {
		before = lines_of(k->script);
		cut_kinds(k, BR_ITEM_FAULT, BR_ITEM_FAULT);
		cut_kinds(k, BR_ITEM_VARY, BR_ITEM_USE);
		cut_words(k, BR_ITEM_NET);
		cut_any(k);
		cut_runs(k);
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

/* With its seed, unless it fails without one, too. */
static void write_script(struct knife *k, FILE *to, size_t *ret_lines)
{
	bool any_seed;

	*ret_lines = lines_of(k->script);
	k->seed = 0;
	any_seed = still_fails(k, k->script);
	for (size_t i = 0; i < k->script->items; i++) {
		const struct br_item *item = &k->script->item[i];

		if (item->used)
			continue;
		br_item_print_moved(k->script, item, to);
		fputc('\n', to);
		if (item->kind == BR_ITEM_WIRE && !any_seed) {
			fprintf(to, "seed %" PRIu64 "\n", k->failed->seed);
			++*ret_lines;
		}
	}
}

bool br_shrink(const struct br_script *script, const struct br_run_result *failed,
               const struct br_run_watch *watch, FILE *to, size_t *ret_lines, size_t *ret_before)
{
	struct knife k = {.path = script->path,
	                  .failed = failed,
	                  .watch = failed->failure.kind == BR_FAILURE_RULE ? watch : NULL,
	                  .seed = failed->seed,
	                  .script = copy_of(script)};
	bool good = false;

	if (!k.script)
		return false;
	k.result = calloc(1, sizeof(*k.result));
	if (!k.result)
		abort();
	line_of(script, failed->failure.item, k.failing, sizeof(k.failing));
	*ret_before = lines_of(script);
	k.by_fault = !fails_so(&k, k.script, true);
	if (still_fails(&k, k.script)) {
		shrink(&k);
		write_script(&k, to, ret_lines);
		good = true;
	}
	free(k.result);
	br_script_free(k.script);
	return good;
}
