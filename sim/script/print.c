/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/print.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/script/lex.h"
#include "sim/script/source.h"

enum {
	TEXT_SIZE = 8192, /* of one line */
	TIME_WIDTH = 8,
	END_WIDTH_MAX = 16,
	VERB_WIDTH = 8,
};

void br_end_print_host(const struct br_script *script, const struct br_end *end,
                       struct br_writer *w)
{
	if (end->has_ip)
		br_text_put_url_host(w, end->ip);
	else
		br_text_put(w, end->node < 0 ? "*" : script->node[end->node].name);
}

void br_end_print(const struct br_script *script, const struct br_end *end, struct br_writer *w)
{
	br_end_print_host(script, end, w);
	if (end->has_port) {
		br_text_put(w, ":");
		br_value_print(&end->port, w);
	}
}

void br_line_print(const struct br_line *line, struct br_writer *w)
{
	br_text_put(w, line->protocol->name);
	if (line->message) {
		br_text_put(w, " ");
		br_text_put(w, line->message);
	}
	for (size_t i = 0; i < line->args; i++) {
		br_text_put(w, " ");
		br_arg_print(&line->arg[i], w);
	}
}

static void put_ids(const char *const *id, size_t ids, struct br_writer *w)
{
	for (size_t i = 0; i < ids; i++) {
		br_text_put(w, i == 0 ? "   @" : " @");
		br_text_put(w, id[i]);
	}
}

static void pad(struct br_writer *w, const uint8_t *start, size_t width)
{
	while ((size_t)(w->pos - start) < width && br_room(w) > 0)
		br_put_u8(w, ' ');
}

static void put_ends(const struct br_script *script, const struct br_end *from,
                     const struct br_end *to, size_t width, struct br_writer *w)
{
	const uint8_t *start = w->pos;

	br_end_print(script, from, w);
	pad(w, start, width);
	br_text_put(w, " -> ");
	start = w->pos;
	br_end_print(script, to, w);
	pad(w, start, width);
	br_text_put(w, " ");
}

static void put_time(const struct br_script *script, const struct br_step *step,
                     struct br_writer *w)
{
	char text[32];

	if (!step->has_time)
		return;
	br_text_put(w, br_node_is_judged(&script->node[step->from.node]) ? "<=" : "+");
	br_lex_duration_print(step->time, text, sizeof(text));
	br_text_put(w, text);
}

static void put_number(struct br_writer *w, const char *name, uint64_t number)
{
	br_text_put(w, name);
	br_text_put_decimal(w, number);
}

static void put_verb(struct br_writer *w, const char *verb, size_t width)
{
	const uint8_t *start = w->pos;

	br_text_put(w, verb);
	if (width > 0)
		pad(w, start, width);
	br_text_put(w, " ");
}

static void put_check(const struct br_script *script, const struct br_check *check,
                      struct br_writer *w)
{
	br_text_put(w, script->node[check->node].name);
	br_text_put(w, ".");
	br_text_put(w, br_check_what_name(check->what));
	if (check->argument.text.data) {
		br_text_put(w, " ");
		br_value_print(&check->argument, w);
	}
	if (check->key) {
		br_text_put(w, " key=");
		br_text_put(w, check->key);
	}
	br_text_put(w, " ");
	br_text_put(w, br_check_op_name(check->op));
	br_text_put(w, " ");
	br_value_print(&check->value, w);
	put_ids(check->id, check->ids, w);
}

static void put_fault(const struct br_script *script, const struct br_fault_step *fault,
                      struct br_writer *w)
{
	char text[32];

	br_text_put(w, script->net[fault->net].name);
	br_text_put(w, " ");
	br_text_put(w, br_script_fault_name(fault->fault));
	if (fault->fault == BR_SCRIPT_FAULT_DELAY) {
		br_lex_duration_print(fault->delay, text, sizeof(text));
		br_text_put(w, " ");
		br_text_put(w, text);
	}
	if (fault->fault == BR_SCRIPT_FAULT_BLOCK) {
		br_text_put(w, " ");
		br_text_put(w, script->node[fault->node].name);
	}
	if (fault->has_pattern) {
		br_text_put(w, " ");
		put_ends(script, &fault->pattern.from, &fault->pattern.to, 0, w);
		if (fault->pattern.line.protocol)
			br_line_print(&fault->pattern.line, w);
		else
			w->pos -= w->pos[-1] == ' ';
	}
	if (fault->once)
		br_text_put(w, " once");
	if (fault->every > 0)
		put_number(w, " every ", fault->every);
	if (fault->nth > 0)
		put_number(w, " nth=", fault->nth);
	if (fault->length > 0) {
		br_lex_duration_print(fault->length, text, sizeof(text));
		br_text_put(w, " for=");
		br_text_put(w, text);
	}
}

/* Steps that stand in columns: a line, never, transfer. */
static void put_exchange(const struct br_script *script, const struct br_item *item, size_t width,
                         struct br_writer *w)
{
	const uint8_t *start = w->pos;

	if (item->kind == BR_ITEM_TRANSFER) {
		put_verb(w, "transfer", width > 0 ? TIME_WIDTH : 0);
		put_ends(script, &item->transfer.from, &item->transfer.to, width, w);
		br_text_print_word(br_text(script->file[item->transfer.file].name), w);
		if (item->transfer.window > 0)
			put_number(w, " window=", item->transfer.window);
		if (item->transfer.has_first)
			put_number(w, " from=", item->transfer.first);
		return;
	}
	if (item->kind == BR_ITEM_NEVER)
		br_text_put(w, "never");
	else
		put_time(script, &item->step, w);
	if (width > 0)
		pad(w, start, TIME_WIDTH);
	if (w->pos != start)
		br_text_put(w, " ");
	put_ends(script, &item->step.from, &item->step.to, width, w);
	br_line_print(&item->step.line, w);
	if (item->step.has_until_ack)
		put_number(w, " until-ack=", item->step.until_ack);
	put_ids(item->step.id, item->step.ids, w);
}

static const char *verb_of(enum br_item_kind kind)
{
	static const char *const names[] = {
		"",      "wire",  "scenario", "title", "source",   "issue", "needs", "unsupported",
		"loose", "net",   "link",     "node",  "file",     "vary",  "runs",  "seed",
		"quiet", "use",   "",         "never", "transfer", "boot",  "check", "wait",
		"label", "fault", "any",      "}",
	};

	return names[kind];
}

static void put_words(const struct br_item *item, struct br_writer *w, size_t width)
{
	if (item->words > 0)
		put_verb(w, verb_of(item->kind), width);
	else
		br_text_put(w, verb_of(item->kind));
	for (size_t i = 0; i < item->words; i++) {
		br_text_put(w, i > 0 ? " " : "");
		br_value_print(&item->word[i].value, w);
	}
}

static void put_item(const struct br_script *script, const struct br_item *item, size_t width,
                     struct br_writer *w)
{
	size_t verb_width = width > 0 ? VERB_WIDTH : 0;

	switch (item->kind) {
	case BR_ITEM_BLANK:
		break;
	case BR_ITEM_WIRE:
	case BR_ITEM_ANY:
	case BR_ITEM_ANY_END:
		put_words(item, w, 0);
		break;
	case BR_ITEM_SCENARIO:
	case BR_ITEM_TITLE:
	case BR_ITEM_SOURCE:
	case BR_ITEM_ISSUE:
	case BR_ITEM_NEEDS:
	case BR_ITEM_UNSUPPORTED:
	case BR_ITEM_LOOSE:
	case BR_ITEM_NET:
	case BR_ITEM_LINK:
	case BR_ITEM_NODE:
	case BR_ITEM_FILE:
	case BR_ITEM_VARY:
	case BR_ITEM_RUNS:
	case BR_ITEM_SEED:
	case BR_ITEM_QUIET:
	case BR_ITEM_USE:
	case BR_ITEM_BOOT:
	case BR_ITEM_WAIT:
	case BR_ITEM_LABEL:
		put_words(item, w, verb_width);
		break;
	case BR_ITEM_LINE:
	case BR_ITEM_NEVER:
	case BR_ITEM_TRANSFER:
		put_exchange(script, item, width, w);
		break;
	case BR_ITEM_CHECK:
		put_verb(w, "check", verb_width);
		put_check(script, &item->check, w);
		break;
	case BR_ITEM_FAULT:
		put_verb(w, "fault", verb_width);
		put_fault(script, &item->fault, w);
		break;
	}
}

static size_t end_width(const struct br_script *script)
{
	size_t width = 1;

	for (size_t i = 0; i < script->items; i++) {
		const struct br_item *item = &script->item[i];
		const struct br_end *ends[2] = {&item->step.from, &item->step.to};

		if (item->kind == BR_ITEM_TRANSFER) {
			ends[0] = &item->transfer.from;
			ends[1] = &item->transfer.to;
		} else if (item->kind != BR_ITEM_LINE && item->kind != BR_ITEM_NEVER) {
			continue;
		}
		for (size_t k = 0; k < 2; k++) {
			uint8_t text[64];
			struct br_writer w = br_writer_of(text, sizeof(text));

			br_end_print(script, ends[k], &w);
			if (br_written(&w) > width)
				width = br_written(&w);
		}
	}
	return width < END_WIDTH_MAX ? width : END_WIDTH_MAX;
}

static void write_line(struct br_writer *w, FILE *to)
{
	size_t size = br_written(w);

	while (size > 0 && w->start[size - 1] == ' ')
		size--;
	fwrite(w->start, 1, size, to);
}

void br_item_print(const struct br_script *script, const struct br_item *item, FILE *to)
{
	uint8_t text[TEXT_SIZE];
	struct br_writer w = br_writer_of(text, sizeof(text));

	put_item(script, item, 0, &w);
	write_line(&w, to);
}

void br_item_print_moved(const struct br_script *script, const struct br_item *item, FILE *to)
{
	bool file = item->kind == BR_ITEM_FILE && script->file[item->index].from;
	char full[BR_SOURCE_PATH_SIZE], *real = NULL;
	uint8_t text[TEXT_SIZE];
	struct br_writer w = br_writer_of(text, sizeof(text));

	if (file)
		real = realpath(script->file[item->index].from, NULL);
	else if (item->kind == BR_ITEM_USE && !br_source_beside(full, item->path, item->text))
		real = realpath(full, NULL);
	if (!real) {
		br_item_print(script, item, to);
		return;
	}
	put_verb(&w, verb_of(item->kind), 0);
	for (size_t i = 0; i < item->words; i++) {
		struct br_octets word = item->word[i].value.text;
		bool path = item->kind == BR_ITEM_USE || br_text_starts(word, "from=");

		br_text_put(&w, i > 0 ? " " : "");
		if (path && file)
			br_text_put(&w, "from=");
		if (path)
			br_text_print_word(br_text(real), &w);
		else
			br_value_print(&item->word[i].value, &w);
	}
	write_line(&w, to);
	free(real);
}

void br_script_print(const struct br_script *script, FILE *to)
{
	size_t width = end_width(script);

	for (size_t i = 0; i < script->items; i++) {
		const struct br_item *item = &script->item[i];
		uint8_t text[TEXT_SIZE];
		struct br_writer w = br_writer_of(text, sizeof(text));

		if (item->cut || item->used)
			continue;
		put_item(script, item, width, &w);
		if (item->comment) {
			br_text_put(&w, item->kind == BR_ITEM_BLANK ? "#" : "   #");
			br_put_bytes(&w, item->comment, strlen(item->comment));
		}
		write_line(&w, to);
		fputc('\n', to);
	}
}
