/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/transfer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/path.h"
#include "core/base/text.h"

enum {
	SILENCE_S = 1,
	REPEAT_S = 2, /* on a net with faults; servers repeat after one second or more */
	REPEATS_MAX = 10,
	GUEST_S = 40, /* a real machine between two blocks, whatever was lost */
};

static bool fail(struct br_runner *r, const struct br_item *item, const char *why, uint64_t a,
                 uint64_t b)
{
	char text[160];

	snprintf(text, sizeof(text), why, a, b);
	return br_runner_fail(r, BR_FAILURE_TRANSFER, item, "%s", text);
}

static br_time delay_of(const struct br_runner *r, int node)
{
	const struct br_script_node *n = &r->script->node[node];

	return br_segment_delay(r->stage->world->segment[n->link[0].net]);
}

static void send_ack(struct br_runner *r, const struct br_transfer *t)
{
	struct br_transfer_state *state = &r->transfer;
	struct br_world *world = r->stage->world;
	uint8_t octets[BR_TFTP_HEAD_SIZE];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_datagram ack = {
		.local = br_endpoint_ipv4(0, state->flow->client_port),
		.remote = br_endpoint_ipv4(
			br_world_address(world, (size_t)t->from.node, (size_t)t->to.node),
			state->flow->server_port),
		.payload = {octets, sizeof(octets)},
	};

	if (state->flow->server_port != 0 && !br_ip_is_ipv4(state->flow->answered_from.ip)) {
		ack.local = (struct br_endpoint){.port = state->flow->client_port};
		ack.remote = state->flow->answered_from;
	}
	br_tftp_put_ack(&w, state->flow->block);
	br_host_udp_send(world->node[t->to.node].host, &ack);
	state->acked = state->flow->blocks;
	state->ack[state->acks % BR_RUNNER_ACKS_MAX].blocks = state->acked;
	state->ack[state->acks % BR_RUNNER_ACKS_MAX].at = world->clock.now;
	state->acks++;
}

/* What the server can have known when it sent a packet that came at @at. */
static uint64_t acked_before(const struct br_transfer_state *state, br_time at)
{
	size_t kept = state->acks < BR_RUNNER_ACKS_MAX ? state->acks : BR_RUNNER_ACKS_MAX;

	for (size_t i = 1; i <= kept; i++) {
		size_t place = (state->acks - i) % BR_RUNNER_ACKS_MAX;

		if (state->ack[place].at + state->round_trip <= at)
			return state->ack[place].blocks;
	}
	return kept < state->acks ? state->ack[state->acks % BR_RUNNER_ACKS_MAX].blocks : 0;
}

static bool begin(struct br_runner *r, const struct br_item *item)
{
	const struct br_transfer *t = &item->transfer;
	const struct br_variables *variables = &r->stage->variables;
	struct br_transfer_state *state = &r->transfer;
	const struct br_script_file *file = &r->script->file[t->file];
	char path[BR_PATH_SIZE];

	*state = (struct br_transfer_state){.begun = true};
	state->flow =
		br_received_flow(&r->stage->received, t->to.node, br_expect_port(&t->to, variables),
	                         br_expect_port(&t->from, variables));
	if (!state->flow)
		return br_runner_fail(r, BR_FAILURE_BROKEN, item,
		                      "no tftp rrq between these ends came before");
	if (br_path_clean(br_text(state->flow->file), path) < 0 || strcmp(path, file->path) != 0)
		return br_runner_fail(r, BR_FAILURE_BROKEN, item, "the rrq before was for %s",
		                      state->flow->file);
	if (t->has_first && t->first % 65536 != state->flow->block)
		return fail(r, item, "block %" PRIu64 " should have come last, but it was %" PRIu64,
		            t->first % 65536, state->flow->block);
	state->window = t->window > 0 ? t->window : state->flow->windowsize;
	state->round_trip = delay_of(r, t->from.node) + delay_of(r, t->to.node);
	state->progress_at = r->stage->world->clock.now;
	if (state->flow->last == BR_FLOW_OACK || state->flow->last == BR_FLOW_DATA)
		send_ack(r, t);
	return true;
}

static bool complete(struct br_runner *r, const struct br_item *item)
{
	const struct br_transfer *t = &item->transfer;
	const struct br_script_file *file = &r->script->file[t->file];
	const struct br_receipt *receipt =
		br_received_find(&r->stage->received, (size_t)t->to.node, file->name);

	if (receipt && receipt->wrong)
		return fail(r, item,
		            "an octet of the block at offset %" PRIu64
		            " is not that of the file; the block holds %" PRIu64 " octets",
		            receipt->wrong_at, r->transfer.flow->blksize);
	if (receipt && r->transfer.flow->done && r->transfer.flow->offset != receipt->size)
		return fail(r, item, "it ended after %" PRIu64 " of %" PRIu64 " octets",
		            r->transfer.flow->offset, receipt->size);
	return true;
}

static bool next_block(struct br_runner *r, const struct br_item *item,
                       const struct br_waiting *waiting)
{
	struct br_transfer_state *state = &r->transfer;
	uint64_t known = acked_before(state, waiting->seen.at);
	uint64_t unacked = state->flow->blocks > known ? state->flow->blocks - known : 0;

	if (unacked > state->peak)
		state->peak = unacked;
	if (unacked > state->window)
		return fail(r, item,
		            "%" PRIu64 " blocks are unacknowledged, but the window is %" PRIu64,
		            unacked, state->window);
	if (!complete(r, item))
		return false;
	state->progress_at = r->stage->world->clock.now;
	state->repeats = 0;
	if (state->flow->blocks - state->acked >= state->window ||
	    (state->flow->done && state->acked < state->flow->blocks))
		send_ack(r, &item->transfer);
	return true;
}

static bool take(struct br_runner *r, const struct br_item *item, const struct br_waiting *waiting)
{
	struct br_transfer_state *state = &r->transfer;
	uint64_t next = (state->flow->block + 1u) % 65536;

	switch (waiting->flow_event) {
	case BR_FLOW_NEXT:
		return next_block(r, item, waiting);
	case BR_FLOW_OVERSIZED:
		return fail(r, item, "a block of %" PRIu64 " octets, but %" PRIu64 " were agreed",
		            waiting->size, state->flow->blksize);
	case BR_FLOW_REPEATED:
		if (!r->faults_possible)
			return fail(r, item,
			            "block %" PRIu64 " came again; %" PRIu64 " would be next",
			            waiting->block, next);
		if (waiting->block == state->flow->block) /* our ACK was lost */
			send_ack(r, &item->transfer);
		return true;
	case BR_FLOW_AHEAD:
		if (!r->faults_possible || state->flow->done)
			return fail(r, item, "block %" PRIu64 " came where %" PRIu64 " was next",
			            waiting->block, next);
		if (state->acked < state->flow->blocks || state->repeats == 0) {
			state->repeats++;
			send_ack(r, &item->transfer); /* RFC 7440 §4: from the gap on */
		}
		return true;
	case BR_FLOW_OTHER:
		break;
	}
	if (waiting->opcode == BR_TFTP_OACK && r->faults_possible) {
		send_ack(r, &item->transfer);
		return true;
	}
	return br_runner_fail(r, BR_FAILURE_TRANSFER, item, "tftp %s came instead of data",
	                      br_tftp_opcode_name(waiting->opcode)
	                              ? br_tftp_opcode_name(waiting->opcode)
	                              : "nonsense");
}

static bool is_of_transfer(const struct br_runner *r, const struct br_transfer *t,
                           const struct br_waiting *waiting)
{
	const struct br_flow *flow = r->transfer.flow;

	return waiting->seen.kind == BR_SEEN_DATAGRAM && waiting->seen.from == t->from.node &&
	       waiting->seen.to == t->to.node && waiting->opcode != 0 &&
	       waiting->seen.source.port == flow->server_port &&
	       waiting->seen.target.port == flow->client_port;
}

static bool go_on_waiting(struct br_runner *r, const struct br_item *item)
{
	struct br_transfer_state *state = &r->transfer;
	br_time now = r->stage->world->clock.now;
	br_time patience = (r->faults_possible ? REPEAT_S : SILENCE_S) * BR_S;

	if (now <= state->progress_at + patience) {
		r->wake = state->progress_at + patience + 1;
		return false;
	}
	if (!r->faults_possible || state->repeats >= REPEATS_MAX) {
		fail(r, item, "nothing came for %" PRIu64 " s; block %" PRIu64 " would be next",
		     patience / BR_S, (state->flow->block + 1u) % 65536);
		return true;
	}
	state->repeats++;
	state->progress_at = now;
	send_ack(r, &item->transfer);
	r->wake = now + patience + 1;
	return false;
}

/* A real machine reads by itself: it is waited for until all of the file is there. Every packet
 * of the meantime may be any.
 */
static bool watch(struct br_runner *r, const struct br_item *item)
{
	const struct br_transfer *t = &item->transfer;
	const char *file = r->script->file[t->file].name;
	const struct br_receipt *receipt =
		br_received_find(&r->stage->received, (size_t)t->to.node, file);
	br_time now = r->stage->world->clock.now;
	uint64_t got = receipt ? receipt->prefix : 0;

	if (!r->transfer.begun)
		r->transfer = (struct br_transfer_state){.begun = true, .progress_at = now};
	while (br_runner_head(r))
		br_runner_pop(r);
	if (receipt && receipt->wrong)
		return fail(r, item,
		            "octets from offset %" PRIu64 " on differ from the file of %" PRIu64,
		            receipt->wrong_at, receipt->size) ||
		       true;
	if (receipt && receipt->whole) {
		r->transfer.begun = false;
		return true;
	}
	if (got != r->transfer.acked)
		r->transfer.progress_at = now;
	r->transfer.acked = got; /* octets, not blocks: nothing of ours is acknowledged */
	if (now <= r->transfer.progress_at + GUEST_S * BR_S) {
		r->wake = r->transfer.progress_at + GUEST_S * BR_S + 1;
		return false;
	}
	return fail(r, item, "nothing came for %" PRIu64 " s, after %" PRIu64 " octets", GUEST_S,
	            got) ||
	       true;
}

void br_transfer_dally(struct br_runner *r, const struct br_flow *flow)
{
	if (r->transfer.over && r->transfer.flow == flow)
		send_ack(r, r->transfer.over);
}

bool br_transfer_go(struct br_runner *r, const struct br_item *item)
{
	struct br_waiting *waiting;

	if (br_runner_guest(r, item->transfer.to.node))
		return watch(r, item);
	if (!r->transfer.begun && !begin(r, item))
		return true;
	if (r->transfer.flow->done && !br_runner_head(r)) { /* lines have read it all */
		complete(r, item);
		r->transfer.begun = false;
		return true;
	}
	while (!br_runner_failed(r) && (waiting = br_runner_head(r))) {
		bool last;

		if (!is_of_transfer(r, &item->transfer, waiting)) {
			if (!waiting->optional) {
				br_runner_unexpected(r);
				return true;
			}
			br_runner_pop(r);
			continue;
		}
		last = waiting->flow_event == BR_FLOW_NEXT && r->transfer.flow->done &&
		       waiting->block == r->transfer.flow->block;
		if (!take(r, item, waiting)) {
			br_runner_show_got(r, &waiting->seen);
			return true;
		}
		br_runner_pop(r);
		if (last) {
			r->transfer.begun = false;
			r->transfer.over = &item->transfer;
			return true;
		}
	}
	return br_runner_failed(r) || go_on_waiting(r, item);
}
