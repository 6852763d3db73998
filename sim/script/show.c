/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run says of a line and of what came. */
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/script/columns.h"
#include "sim/script/runner.h"

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
	struct br_columns rows = {
		.script = r->script,
		.variables = &r->stage->variables,
		.want = br_writer_of(f->want, sizeof(f->want)),
		.got = br_writer_of(f->got, sizeof(f->got)),
		.marks = br_writer_of(f->marks, sizeof(f->marks)),
	};

	br_columns_show(&rows, step, verdict, seen, &r->decoded);
	if (verdict) {
		char got[80] = "";

		if (seen && r->decoded.protocol)
			(void)snprintf(got, sizeof(got), "%s%s%s", r->decoded.protocol->name,
			               r->decoded.message ? " " : "",
			               r->decoded.message ? r->decoded.message : "");
		sign(f, step, verdict, got);
	}
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
	br_columns_end(&w);
	f->frame = seen->number;
}

void br_runner_line(struct br_runner *r, const struct br_seen *seen, struct br_writer *w)
{
	size_t start = br_written(w);

	br_seen_print_end(r->script, seen->from, &seen->source, w);
	br_text_put(w, " ");
	br_columns_pad(w, start + 9);
	br_text_put(w, "-> ");
	br_seen_print_end(r->script, seen->to, &seen->target, w);
	br_text_put(w, " ");
	br_columns_pad(w, start + 26);
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
