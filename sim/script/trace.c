/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of a trace: packets, HTTP requests, what servers noted, and who was looked for. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/script/runner.h"

enum {
	ANSWER_MS = 10, /* an owner on this net has spoken by then */
};

/* The middle of a transfer is not worth reading. */
static bool is_bulk(struct br_runner *r, const struct br_seen *seen)
{
	const struct br_flow *flow = r->transfer.begun ? r->transfer.flow : NULL;
	uint16_t opcode = r->decoded.protocol == &br_protocol_tftp ? r->decoded.tftp.opcode : 0;

	if (opcode != BR_TFTP_DATA && opcode != BR_TFTP_ACK)
		return false;
	for (size_t i = 0; !flow && i < 2; i++) { /* a firmware reads by itself */
		int client = i == 0 ? seen->to : seen->from;
		uint16_t port = i == 0 ? seen->target.port : seen->source.port;
		uint16_t server_port = i == 0 ? seen->source.port : seen->target.port;

		if (client >= 0 &&
		    (r->stage->world->node[client].firmware || r->stage->world->node[client].guest))
			flow = br_received_flow(&r->stage->received, client, port, server_port);
	}
	return flow && flow->blocks > 2 && !flow->done;
}

/* The next line; what is written into it is closed by the caller. */
static struct br_trace_line *begin_line(struct br_runner *r, br_time at)
{
	struct br_run_result *result = r->result;
	struct br_trace_line *line = &result->trace[result->traced % BR_RUN_TRACE_MAX];

	line->at = at;
	line->number = ++result->traced;
	line->frame = 0;
	line->lost = false;
	return line;
}

/* It is whole: whoever wants all of them gets it before it is overwritten. */
static void end_line(struct br_runner *r, const struct br_trace_line *line,
                     const struct br_seen *seen, int from, const char *lost)
{
	const struct br_run_hear *hear = r->options->hear;
	struct br_run_event event = {.trace = line,
	                             .sent = seen ? seen->sent : 0,
	                             .from = from,
	                             .to = seen ? seen->to : BR_SCRIPT_NODE_NONE,
	                             .lost = lost};

	if (hear)
		hear->hear(hear->context, &event);
}

void br_runner_trace(struct br_runner *r, const struct br_seen *seen, const char *lost)
{
	struct br_trace_line *line;
	struct br_writer w;

	if (!lost && is_bulk(r, seen))
		return;
	line = begin_line(r, seen->at);
	w = br_writer_of(line->text, sizeof(line->text));
	line->frame = seen->number;
	line->lost = lost != NULL;
	br_runner_line(r, seen, &w);
	if (lost) {
		br_text_put(&w, "   # lost: ");
		br_text_put(&w, lost);
	}
	br_text_end(&w);
	end_line(r, line, seen, seen->from, lost);
}

static int node_called(const struct br_runner *r, const char *name)
{
	for (size_t i = 0; i < r->script->nodes; i++) {
		if (!strcmp(r->script->node[i].name, name))
			return (int)i;
	}
	return BR_SCRIPT_NODE_NONE;
}

/* As `bootrig lan` writes them. */
static void note_down(const struct br_runner *r, const char *host_name,
                      const struct br_action *note, br_time now)
{
	const struct br_octets detail = note->payload;

	fprintf(r->notes, "%5" PRIu64 ".%03" PRIu64 " %s %s: %s (%s)%s%.*s\n", now / BR_S,
	        now % BR_S / BR_MS, host_name, br_note_name(note->note),
	        br_note_sentence(note->note), br_note_clause(note->note), detail.size ? ": " : "",
	        (int)detail.size, detail.size ? (const char *)detail.data : "");
}

/* As a comment of the language: "# boot tftp.not_found: no such file ... (nofile.efi)" */
void br_runner_trace_note(void *context, const char *host_name, const struct br_action *note,
                          br_time now)
{
	struct br_runner *r = context;
	struct br_trace_line *line = begin_line(r, now);
	struct br_writer w = br_writer_of(line->text, sizeof(line->text));

	if (r->notes)
		note_down(r, host_name, note, now);
	br_text_put(&w, "# ");
	br_text_put(&w, host_name);
	br_text_put(&w, " ");
	br_text_put(&w, br_note_name(note->note));
	br_text_put(&w, ": ");
	br_text_put(&w, br_note_sentence(note->note));
	if (note->payload.size > 0 && note->payload.size < br_room(&w)) {
		br_text_put(&w, " ");
		br_put_bytes(&w, note->payload.data, note->payload.size);
	}
	br_text_end(&w);
	end_line(r, line, NULL, node_called(r, host_name), NULL);
}

void br_runner_trace_unanswered(struct br_runner *r)
{
	const struct br_unanswered *waits;
	br_time now = r->stage->world->clock.now;

	for (size_t i = 0; (waits = br_observer_unanswered(r->stage->observer, i)); i++) {
		struct br_trace_line *line;
		struct br_writer w;

		if (waits->from < 0 || now < waits->at + ANSWER_MS * BR_MS)
			continue;
		line = begin_line(r, waits->at);
		w = br_writer_of(line->text, sizeof(line->text));
		br_text_put(&w, "# ");
		br_text_put(&w, r->script->node[waits->from].name);
		br_text_put(&w, " asks by ARP who has ");
		br_text_put_ip(&w, waits->address.ip);
		br_text_put(&w, ", and nobody answers: asked ");
		br_text_put_decimal(&w, waits->asked);
		br_text_put(&w, waits->asked == 1 ? " time" : " times");
		br_text_end(&w);
		end_line(r, line, NULL, waits->from, NULL);
	}
}
