/* SPDX-License-Identifier: BSD-2-Clause */
/* Three lines below each other: what a line wants, what came, and marks where they differ. */
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/script/runner.h"

enum {
	TOKEN_SIZE = 600,
	END_WIDTH = 13,
};

/* The three lines as they grow, column by column. */
struct rows {
	struct br_writer want, got, marks;
};

static void pad(struct br_writer *w, size_t column)
{
	while (br_written(w) < column && br_room(w) > 1)
		br_put_u8(w, ' ');
}

/* One column: @want above @got, marked if they differ; either may be empty. */
static void put_column(struct rows *rows, const char *want, const char *got, bool differs,
                       bool missing, size_t width_min)
{
	size_t start = br_written(&rows->want), width = strlen(want);

	if (strlen(got) > width)
		width = strlen(got);
	if (width < width_min)
		width = width_min;
	pad(&rows->got, start);
	br_text_put(&rows->want, want);
	br_text_put(&rows->got, got);
	if (differs) {
		size_t marked = missing ? strlen(want) : strlen(got);

		pad(&rows->marks, start);
		for (size_t i = 0; i < (marked > 0 ? marked : strlen(want)); i++)
			br_text_put(&rows->marks, "~");
		if (missing)
			br_text_put(&rows->marks, " missing");
	}
	pad(&rows->want, start + width + 1);
}

static void end_text(const struct br_runner *r, const struct br_end *end, char *text, size_t size)
{
	struct br_writer w = br_writer_of(text, size - 1);
	uint16_t port = br_expect_port(end, &r->stage->variables);

	br_text_put(&w, end->node < 0 ? "*" : r->script->node[end->node].name);
	if (port != 0) {
		br_text_put(&w, ":");
		br_text_put_decimal(&w, port);
	} else if (end->has_port) {
		br_text_put(&w, ":");
		br_value_print(&end->port, &w);
	}
	br_text_end(&w);
}

static void seen_end_text(const struct br_runner *r, int node, const struct br_endpoint *end,
                          char *text, size_t size)
{
	struct br_writer w = br_writer_of(text, size - 1);

	br_seen_print_end(r->stage->world, node, end, &w);
	br_text_end(&w);
}

/* An argument as the line has it, with the value of a variable in its place. */
static void want_text(const struct br_runner *r, const struct br_line *line,
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
		variable =
			br_variable_find(&r->stage->variables, (const char *)arg->value.text.data);
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

static void put_args(const struct br_runner *r, const struct br_step *step,
                     const struct br_line_verdict *verdict, struct rows *rows)
{
	char want[TOKEN_SIZE], got[TOKEN_SIZE];

	for (size_t i = 0; i < step->line.args; i++) {
		const struct br_arg *arg = &step->line.arg[i];
		enum br_arg_result result = BR_ARG_MATCHES;

		want_text(r, &step->line, arg, want, sizeof(want));
		got[0] = '\0';
		if (verdict && verdict->match.message) {
			result = verdict->match.arg[i];
			if (arg->op != BR_ARG_IN)
				got_text(&r->decoded, arg, got, sizeof(got));
		}
		put_column(rows, want, got, result != BR_ARG_MATCHES, result == BR_ARG_MISSING, 0);
	}
}

static void put_ends(const struct br_runner *r, const struct br_step *step,
                     const struct br_line_verdict *verdict, const struct br_seen *seen,
                     struct rows *rows)
{
	char want[80], got[80] = "";

	end_text(r, &step->from, want, sizeof(want));
	if (seen)
		seen_end_text(r, seen->from, &seen->source, got, sizeof(got));
	put_column(rows, want, got, verdict && !(verdict->from && verdict->from_port), false, 8);
	put_column(rows, "->", seen ? "->" : "", false, false, 0);
	end_text(r, &step->to, want, sizeof(want));
	got[0] = '\0';
	if (seen)
		seen_end_text(r, seen->to, &seen->target, got, sizeof(got));
	put_column(rows, want, got, verdict && !(verdict->to && verdict->to_port), false,
	           END_WIDTH);
}

static void message_text(const struct br_protocol *protocol, const char *message, char *text,
                         size_t size)
{
	snprintf(text, size, "%s%s%s", protocol->name, message ? " " : "", message ? message : "");
}

static void finish(struct br_writer *w)
{
	while (w->pos > w->start && w->pos[-1] == ' ')
		w->pos--;
	br_text_end(w);
}

static void sign(struct br_failure *f, const struct br_step *step,
                 const struct br_line_verdict *verdict, const char *message)
{
	struct br_writer w = br_writer_of(f->signature, sizeof(f->signature));

	br_text_put(&w, verdict->from ? "" : "from ");
	br_text_put(&w, verdict->from_port ? "" : "from-port ");
	br_text_put(&w, verdict->to ? "" : "to ");
	br_text_put(&w, verdict->to_port ? "" : "to-port ");
	br_text_put(&w, message);
	for (size_t i = 0; verdict->match.message && i < step->line.args; i++) {
		if (verdict->match.arg[i] == BR_ARG_MATCHES)
			continue;
		br_text_put(&w, " ");
		br_text_put(&w, step->line.arg[i].name);
	}
	br_text_end(&w);
}

void br_runner_show(struct br_runner *r, const struct br_step *step,
                    const struct br_line_verdict *verdict, const struct br_seen *seen)
{
	struct br_failure *f = &r->result->failure;
	struct rows rows = {
		.want = br_writer_of(f->want, sizeof(f->want)),
		.got = br_writer_of(f->got, sizeof(f->got)),
		.marks = br_writer_of(f->marks, sizeof(f->marks)),
	};
	bool message = !verdict || verdict->match.message;
	char want[80], got[80] = "";

	put_ends(r, step, verdict, seen, &rows);
	message_text(step->line.protocol, step->line.message, want, sizeof(want));
	if (seen)
		message_text(r->decoded.protocol, r->decoded.message, got, sizeof(got));
	if (message) {
		put_column(&rows, want, got, false, false, 0);
		put_args(r, step, verdict, &rows);
	} else { /* another message: all of both, and no columns */
		size_t start = br_written(&rows.want);

		pad(&rows.got, start);
		br_line_print_packet(&r->decoded, NULL, &rows.got);
		pad(&rows.marks, start);
		for (size_t i = 0; i < strlen(got); i++)
			br_text_put(&rows.marks, "~");
		put_column(&rows, want, "", false, false, 0);
		put_args(r, step, NULL, &rows);
	}
	finish(&rows.want);
	finish(&rows.got);
	finish(&rows.marks);
	if (verdict)
		sign(f, step, verdict, got);
	if (seen)
		f->frame = seen->number;
}

void br_runner_show_want(struct br_runner *r, const struct br_step *step)
{
	br_runner_show(r, step, NULL, NULL);
	r->result->failure.got[0] = '\0';
}

void br_runner_show_got(struct br_runner *r, const struct br_seen *seen)
{
	struct br_failure *f = &r->result->failure;
	struct br_writer w = br_writer_of(f->got, sizeof(f->got));

	if (!br_seen_decode(seen, &r->decoded))
		r->decoded.protocol = NULL;
	br_runner_line(r, seen, &w);
	finish(&w);
	f->frame = seen->number;
}

void br_runner_line(struct br_runner *r, const struct br_seen *seen, struct br_writer *w)
{
	size_t start = br_written(w);

	br_seen_print_end(r->stage->world, seen->from, &seen->source, w);
	br_text_put(w, " ");
	pad(w, start + 9);
	br_text_put(w, "-> ");
	br_seen_print_end(r->stage->world, seen->to, &seen->target, w);
	br_text_put(w, " ");
	pad(w, start + 26);
	if (seen->kind == BR_SEEN_ASKED && !r->decoded.protocol) {
		br_text_put(w, "http request whose head goes on in the next segment");
	} else if (r->decoded.protocol) {
		br_line_print_packet(&r->decoded, NULL, w);
	} else {
		br_text_put(w, "udp of ");
		br_text_put_decimal(w, seen->payload.size);
		br_text_put(w, " octets that is no message known here");
	}
}
