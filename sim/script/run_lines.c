/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of a script while it runs: expectations, stimuli, any { }. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/script/print.h"
#include "sim/script/runner.h"
#include "sim/script/stimulus.h"

enum {
	BOUND_S = 1,      /* of an expectation without <= */
	GUEST_S = 40,     /* a real machine may take so long: EDK2 asks again after 32 s */
	POWER_ON_S = 180, /* and so much more for its first frame */
	DELIVERY_S = 10,  /* a stimulus that nobody has by then never left */
};

/* Expectations */

enum take {
	TAKE_NOTHING,   /* no packet for it yet */
	TAKE_DONE,      /* it had its packet */
	TAKE_DIFFERENT, /* a packet of the server that does not fit */
};

/* Move an event behind optional ones to the head by dropping those. */
static void drop_before(struct br_runner *r, size_t index)
{
	while (index-- > 0)
		br_runner_pop(r);
}

/* A line of a client says all options that it sends. A machine asks for a file's size first, which
 * is not what a line without that question is about, but the read behind it.
 */
static bool is_another_request(const struct br_runner *r, const struct br_step *step)
{
	const struct br_tftp_packet *packet = &r->decoded.tftp;
	bool asked = false;

	if (!br_runner_guest(r, step->from.node) || r->decoded.protocol != &br_protocol_tftp ||
	    packet->opcode != BR_TFTP_RRQ)
		return false;
	for (size_t i = 0; i < packet->options; i++)
		asked = asked || br_text_is_nocase(packet->option[i].name, "tsize");
	for (size_t i = 0; i < step->line.args; i++) {
		if (!strcmp(step->line.arg[i].name, "tsize"))
			return false;
	}
	return asked;
}

/* What one expectation makes of the packets that wait. */
static enum take take_for(struct br_runner *r, const struct br_item *item,
                          struct br_line_verdict *ret_verdict, size_t *ret_index)
{
	for (size_t i = 0; i < r->count; i++) {
		struct br_waiting *waiting = &r->queue[(r->first + i) % BR_RUNNER_QUEUE_MAX];

		*ret_index = i;
		if (br_seen_decode(&waiting->seen, &r->decoded)) {
			br_expect_match(&item->step, BR_EXPECT_STAR_BROADCAST, &waiting->seen,
			                &r->decoded, &r->stage->variables, ret_verdict);
			ret_verdict->matches =
				ret_verdict->matches && !is_another_request(r, &item->step);
			if (ret_verdict->matches)
				return TAKE_DONE;
		} else {
			r->decoded.protocol = NULL;
			*ret_verdict = (struct br_line_verdict){0};
		}
		if (!waiting->optional)
			return TAKE_DIFFERENT;
	}
	return TAKE_NOTHING;
}

void br_runner_comment(struct br_runner *r, const struct br_item *item, bool sent, uint64_t frame)
{
	char text[BR_FAILURE_TEXT_SIZE];
	int size;
	FILE *to;

	if (!r->recorder)
		return;
	memset(text, 0, sizeof(text));
	size = snprintf(text, sizeof(text), "%s:%" PRIu32 "%s ", item->path, item->line,
	                sent ? "" : " ok");
	to = fmemopen(text + size, sizeof(text) - (size_t)size - 1, "w");
	if (!to)
		return;
	br_item_print(r->script, item, to);
	fclose(to);
	br_recorder_comment_at(r->recorder, frame, text);
}

/* What the line says. Of a real machine a stimulus is expected: + is how long it would wait. */
static br_time said_bound(const struct br_runner *r, const struct br_step *step)
{
	if (br_runner_guest(r, step->from.node) &&
	    !br_node_is_judged(&r->script->node[step->from.node]))
		return step->time + BOUND_S * BR_S;
	return step->has_time ? step->time : BOUND_S * BR_S;
}

/* In real time a bound is not fatal, but told. */
static void note_late(struct br_runner *r, const struct br_item *item, br_time at)
{
	br_time bound = said_bound(r, &item->step);

	if (!r->stage->world->loop || at <= r->base + bound || r->result->late[0])
		return;
	if (r->result->checks == 0 && br_runner_guest(r, item->step.from.node))
		return; /* it had to be switched on first */
	snprintf(r->result->late, sizeof(r->result->late),
	         "line %" PRIu32 " was answered after %" PRIu64 " ms, its bound is %" PRIu64 " ms",
	         item->line, (at - r->base) / BR_MS, bound / BR_MS);
}

static void consume(struct br_runner *r, const struct br_item *item, size_t index)
{
	struct br_waiting *waiting = &r->queue[(r->first + index) % BR_RUNNER_QUEUE_MAX];

	if (br_expect_bind(&item->step, &waiting->seen, &r->decoded, &r->stage->variables) < 0)
		br_runner_fail(r, BR_FAILURE_BROKEN, item, "too many variables");
	note_late(r, item, waiting->seen.at);
	if (waiting->seen.at > r->base)
		r->base = waiting->seen.at;
	r->result->checks++;
	br_runner_comment(r, item, false, waiting->seen.number);
	drop_before(r, index);
	br_runner_pop(r);
}

static br_time bound_of(const struct br_runner *r, const struct br_step *step)
{
	br_time bound = br_runner_bound(r, said_bound(r, step));
	struct br_guest *guest = br_runner_guest(r, step->from.node);

	if (!guest)
		return bound;
	if (bound < GUEST_S * BR_S)
		bound = GUEST_S * BR_S;
	return br_guest_spoke(guest) ? bound : bound + POWER_ON_S * BR_S;
}

/* Packets that no line need expect wait unnoticed: is one of them what this line is about? */
static const struct br_seen *closest_waiting(struct br_runner *r, const struct br_step *step,
                                             struct br_line_verdict *ret_verdict)
{
	const struct br_seen *closest = NULL;
	unsigned best = 0;

	for (size_t i = 0; i < r->count; i++) {
		struct br_waiting *waiting = &r->queue[(r->first + i) % BR_RUNNER_QUEUE_MAX];
		struct br_line_verdict verdict;

		if (!br_seen_decode(&waiting->seen, &r->decoded))
			continue;
		br_expect_match(step, BR_EXPECT_STAR_BROADCAST, &waiting->seen, &r->decoded,
		                &r->stage->variables, &verdict);
		if (verdict.from && verdict.match.message &&
		    br_expect_closeness(step, &verdict) > best) {
			best = br_expect_closeness(step, &verdict);
			closest = &waiting->seen;
			*ret_verdict = verdict;
		}
	}
	return closest;
}

static void fail_nothing(struct br_runner *r, const struct br_item *item)
{
	br_time bound = bound_of(r, &item->step);
	struct br_line_verdict verdict;
	const struct br_seen *closest = closest_waiting(r, &item->step, &verdict);

	br_runner_fail(r, BR_FAILURE_NOTHING, item,
	               "no such packet came within %" PRIu64 ".%03" PRIu64 " s%s", bound / BR_S,
	               bound % BR_S / BR_MS, closest ? "; this one is the closest" : "");
	if (closest && br_seen_decode(closest, &r->decoded)) {
		br_runner_show(r, &item->step, &verdict, closest);
		r->result->failure.at = closest->at;
	} else {
		br_runner_show_want(r, &item->step);
	}
}

/* True when the line is done, well or not. */
bool br_runner_expect(struct br_runner *r, const struct br_item *item)
{
	struct br_line_verdict verdict;
	br_time deadline = r->base + bound_of(r, &item->step);
	size_t index;

	switch (take_for(r, item, &verdict, &index)) {
	case TAKE_DONE:
		consume(r, item, index);
		return true;
	case TAKE_DIFFERENT:
		br_runner_fail(r, BR_FAILURE_DIFFERENT, item, "another packet came");
		br_runner_show(r, &item->step, r->decoded.protocol ? &verdict : NULL,
		               r->decoded.protocol
		                       ? &r->queue[(r->first + index) % BR_RUNNER_QUEUE_MAX].seen
		                       : NULL);
		return true;
	case TAKE_NOTHING:
		break;
	}
	if (r->stage->world->clock.now > deadline) {
		fail_nothing(r, item);
		return true;
	}
	r->wake = deadline + 1;
	return false;
}

/* Stimuli */

bool br_runner_is_expectation(const struct br_runner *r, const struct br_item *item)
{
	const struct br_world_node *node = &r->stage->world->node[item->step.from.node];

	return br_node_is_judged(node->script) || node->relay || node->firmware || node->guest;
}

/* A request that goes out as one: not octets, close or reset. */
static bool asks(const struct br_step *step)
{
	const char *message = step->line.message;

	return step->line.protocol == &br_protocol_http && message && message[0] >= 'A' &&
	       message[0] <= 'Z';
}

/* True when it is sent. */
bool br_runner_stimulate(struct br_runner *r, const struct br_item *item)
{
	const struct br_step *step = &item->step;
	char error[BR_STAGE_ERROR_SIZE];
	br_time now = r->stage->world->clock.now, due = r->base + step->time;
	bool datagram;

	if (r->in_flight > 0 && r->in_flight_from != step->from.node) {
		if (now > r->base + DELIVERY_S * BR_S) {
			br_runner_fail(r, BR_FAILURE_BROKEN, item,
			               "what %s sent before has not arrived anywhere in %d s",
			               r->script->node[r->in_flight_from].name, DELIVERY_S);
			return true;
		}
		r->wake = r->base + DELIVERY_S * BR_S + 1;
		return false;
	}
	if (now < due) {
		r->wake = due;
		return false;
	}
	if (r->in_flight_from != step->from.node)
		r->in_flight = 0;
	if (br_stimulus_send(r->stage, step, &datagram, error) < 0) {
		br_runner_fail(r, BR_FAILURE_BROKEN, item, "%s", error);
		return true;
	}
	r->in_flight_from = step->from.node;
	r->in_flight += datagram;
	if (r->sents < BR_RUNNER_SENT_MAX && (datagram || asks(step)))
		r->sent[r->sents++] = item;
	r->base = now;
	return true;
}

/* any { } */

static bool any_is_done(const struct br_runner *r)
{
	for (size_t i = r->pc + 1; i < r->any_end; i++) {
		if (!r->any_done[i - r->pc - 1])
			return false;
	}
	return true;
}

/* One round over the members; true if one of them was done. */
static bool any_round(struct br_runner *r, br_time base)
{
	struct br_line_verdict verdict, closest = {0};
	const struct br_item *near = NULL;
	bool different = false;
	size_t index, at = 0;

	for (size_t i = r->pc + 1; i < r->any_end && !br_runner_failed(r); i++) {
		const struct br_item *item = &r->script->item[i];
		bool *done = &r->any_done[i - r->pc - 1];

		if (*done)
			continue;
		if (item->kind != BR_ITEM_LINE) {
			*done = true; /* blank lines, labels; nevers were begun with the block */
			return true;
		}
		r->base = base;
		if (!br_runner_is_expectation(r, item)) {
			*done = br_runner_stimulate(r, item);
			if (*done)
				return true;
			continue;
		}
		switch (take_for(r, item, &verdict, &index)) {
		case TAKE_DONE:
			consume(r, item, index);
			*done = true;
			return true;
		case TAKE_DIFFERENT:
			different = true;
			if (!near || br_expect_closeness(&item->step, &verdict) >
			                     br_expect_closeness(&near->step, &closest)) {
				near = item;
				closest = verdict;
				at = index;
			}
			break;
		case TAKE_NOTHING:
			if (r->stage->world->clock.now > base + bound_of(r, &item->step))
				fail_nothing(r, item);
			break;
		}
	}
	if (different && !br_runner_failed(r)) {
		const struct br_seen *seen = &r->queue[(r->first + at) % BR_RUNNER_QUEUE_MAX].seen;
		bool known = br_seen_decode(seen, &r->decoded);

		br_runner_fail(r, BR_FAILURE_DIFFERENT, near,
		               "another packet came; this line of the block is the closest");
		br_runner_show(r, &near->step, known ? &closest : NULL, known ? seen : NULL);
	}
	return false;
}

/* The next moment something in the block is due. */
static br_time any_wake(const struct br_runner *r, br_time base)
{
	br_time wake = BR_TIME_NEVER;

	for (size_t i = r->pc + 1; i < r->any_end; i++) {
		const struct br_item *item = &r->script->item[i];
		br_time due;

		if (r->any_done[i - r->pc - 1])
			continue;
		due = br_runner_is_expectation(r, item) ? base + bound_of(r, &item->step) + 1
		                                        : base + item->step.time;
		if (due < wake)
			wake = due;
	}
	return wake > r->stage->world->clock.now ? wake : r->stage->world->clock.now + BR_MS;
}

bool br_runner_any(struct br_runner *r)
{
	br_time base = r->base;

	if (!r->any_begun) {
		r->any_begun = true;
		r->any_end = r->pc + 1;
		while (r->script->item[r->any_end].kind != BR_ITEM_ANY_END)
			r->any_end++;
		if (r->any_end - r->pc - 1 > BR_RUNNER_ANY_MAX) {
			br_runner_fail(r, BR_FAILURE_BROKEN, &r->script->item[r->pc],
			               "more than %d lines in any {", BR_RUNNER_ANY_MAX);
			return true;
		}
		memset(r->any_done, 0, sizeof(r->any_done));
	}
	while (!br_runner_failed(r) && any_round(r, base))
		;
	if (br_runner_failed(r))
		return true;
	if (!any_is_done(r)) {
		r->base = base;
		r->wake = any_wake(r, base);
		return false;
	}
	r->base = r->stage->world->clock.now;
	r->any_begun = false;
	r->pc = r->any_end; /* the step after it is next */
	return true;
}
