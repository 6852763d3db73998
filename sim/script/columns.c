/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/columns.h"

#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/script/print.h"

enum {
	TOKEN_SIZE = 600,
	END_WIDTH = 13,
};

void br_columns_pad(struct br_writer *w, size_t column)
{
	while (br_written(w) < column && br_room(w) > 1)
		br_put_u8(w, ' ');
}

/* One column: @want above @got, marked if they differ; either may be empty. */
static void put_column(struct br_columns *rows, const char *want, const char *got, bool differs,
                       bool missing, size_t width_min)
{
	size_t start = br_written(&rows->want), width = strlen(want);

	if (strlen(got) > width)
		width = strlen(got);
	if (width < width_min)
		width = width_min;
	br_columns_pad(&rows->got, start);
	br_text_put(&rows->want, want);
	br_text_put(&rows->got, got);
	if (differs) {
		size_t marked = missing ? strlen(want) : strlen(got);

		br_columns_pad(&rows->marks, start);
		for (size_t i = 0; i < (marked > 0 ? marked : strlen(want)); i++)
			br_text_put(&rows->marks, "~");
		if (missing)
			br_text_put(&rows->marks, " missing");
	}
	br_columns_pad(&rows->want, start + width + 1);
}

static void end_text(const struct br_columns *rows, const struct br_end *end, char *text,
                     size_t size)
{
	struct br_writer w = br_writer_of(text, size - 1);
	uint16_t port = br_expect_port(end, rows->variables);

	br_end_print_host(rows->script, end, &w);
	if (port != 0) {
		br_text_put(&w, ":");
		br_text_put_decimal(&w, port);
	} else if (end->has_port) {
		br_text_put(&w, ":");
		br_value_print(&end->port, &w);
	}
	br_text_end(&w);
}

static void seen_end_text(const struct br_columns *rows, int node, const struct br_endpoint *end,
                          char *text, size_t size)
{
	struct br_writer w = br_writer_of(text, size - 1);

	br_seen_print_end(rows->script, node, end, &w);
	br_text_end(&w);
}

/* An argument as the line has it, with the value of a variable in its place. */
static void want_text(const struct br_columns *rows, const struct br_line *line,
                      const struct br_arg *arg, char *text, size_t size)
{
	struct br_writer w = br_writer_of(text, size - 1);
	const struct br_variable *variable = NULL;
	uint8_t octets[BR_FIELD_SIZE_MAX];
	struct br_writer value = br_writer_of(octets, sizeof(octets));
	enum br_field_format format = BR_FIELD_HEX;
	struct br_arg shown = *arg;
	char literal[TOKEN_SIZE];
	struct br_writer l = br_writer_of(literal, sizeof(literal) - 1);

	if (arg->value.kind == BR_VALUE_VARIABLE && arg->value.text.data)
		variable = br_variable_find(rows->variables, (const char *)arg->value.text.data);
	if (variable && line->protocol->format(line->message, arg->name, &format) &&
	    br_field_convert(variable, format, &value)) {
		br_field_print(format, (struct br_octets){octets, br_written(&value)}, &l);
		br_text_end(&l);
		shown.value = (struct br_value){
			.kind = BR_VALUE_WORD,
			.text = {(uint8_t *)literal, strlen(literal)},
		};
	}
	br_arg_print(&shown, &w);
	br_text_end(&w);
}

static void got_text(const struct br_decoded *decoded, const struct br_arg *arg, char *text,
                     size_t size)
{
	struct br_writer w = br_writer_of(text, size - 1);
	struct br_field field;

	if (decoded->protocol->get(decoded, arg->name, &field)) {
		if (arg->op != BR_ARG_POSITIONAL) {
			br_text_put(&w, arg->name);
			br_text_put(&w, "=");
		}
		br_field_print(field.format, field.octets, &w);
	}
	br_text_end(&w);
}

static void put_args(struct br_columns *rows, const struct br_step *step,
                     const struct br_line_verdict *verdict, const struct br_decoded *decoded)
{
	char want[TOKEN_SIZE], got[TOKEN_SIZE];

	for (size_t i = 0; i < step->line.args; i++) {
		const struct br_arg *arg = &step->line.arg[i];
		enum br_arg_result result = BR_ARG_MATCHES;

		want_text(rows, &step->line, arg, want, sizeof(want));
		got[0] = '\0';
		if (verdict && verdict->match.message) {
			result = verdict->match.arg[i];
			if (arg->op != BR_ARG_IN)
				got_text(decoded, arg, got, sizeof(got));
		}
		put_column(rows, want, got, result != BR_ARG_MATCHES, result == BR_ARG_MISSING, 0);
	}
}

static void put_ends(struct br_columns *rows, const struct br_step *step,
                     const struct br_line_verdict *verdict, const struct br_seen *seen)
{
	char want[80], got[80] = "";

	end_text(rows, &step->from, want, sizeof(want));
	if (seen)
		seen_end_text(rows, seen->from, &seen->source, got, sizeof(got));
	put_column(rows, want, got, verdict && !(verdict->from && verdict->from_port), false, 8);
	put_column(rows, "->", seen ? "->" : "", false, false, 0);
	end_text(rows, &step->to, want, sizeof(want));
	got[0] = '\0';
	if (seen)
		seen_end_text(rows, seen->to, &seen->target, got, sizeof(got));
	put_column(rows, want, got, verdict && !(verdict->to && verdict->to_port), false,
	           END_WIDTH);
}

static void message_text(const struct br_protocol *protocol, const char *message, char *text,
                         size_t size)
{
	snprintf(text, size, "%s%s%s", protocol->name, message ? " " : "", message ? message : "");
}

void br_columns_end(struct br_writer *w)
{
	while (w->pos > w->start && w->pos[-1] == ' ')
		w->pos--;
	br_text_end(w);
}

void br_columns_show(struct br_columns *rows, const struct br_step *step,
                     const struct br_line_verdict *verdict, const struct br_seen *seen,
                     const struct br_decoded *decoded)
{
	bool message = !verdict || verdict->match.message;
	char want[80], got[80] = "";

	put_ends(rows, step, verdict, seen);
	message_text(step->line.protocol, step->line.message, want, sizeof(want));
	if (seen)
		message_text(decoded->protocol, decoded->message, got, sizeof(got));
	if (message) {
		put_column(rows, want, got, false, false, 0);
		put_args(rows, step, verdict, decoded);
	} else { /* another message: all of both, and no columns */
		size_t start = br_written(&rows->want);

		br_columns_pad(&rows->got, start);
		br_line_print_packet(decoded, NULL, &rows->got);
		br_columns_pad(&rows->marks, start);
		for (size_t i = 0; i < strlen(got); i++)
			br_text_put(&rows->marks, "~");
		put_column(rows, want, "", false, false, 0);
		put_args(rows, step, NULL, decoded);
	}
	br_columns_end(&rows->want);
	br_columns_end(&rows->got);
	br_columns_end(&rows->marks);
}
