/* SPDX-License-Identifier: BSD-2-Clause */
/* HTTP by watching TCP: which request a response answers.
 *
 * Theory of operation
 *
 * A connection is followed from its SYN on; one that was open before is left alone. Each of its two
 * directions is a stream: feed() takes a segment where the last one ended, eat() steps over content
 * by its length and keeps the octets of heads, read_on() takes whole heads out of those. A request
 * waits in .said[] (next_request()) until the first response that is final takes its place
 * (next_response()), and then the two are judged together: http_odd.c asks whether the request can
 * be read in one way only, http_head.c what the response says, http_target.c for which file. What
 * neither head shows is judged here: the order of responses, how a connection ends, how long it
 * takes.
 *
 * A stream goes deaf where nobody can tell what follows: a hole within a head, a head beyond
 * BR_HTTP_HEAD_MAX, a request whose end is in doubt, a response in chunks or up to the end. From
 * there on it is not judged, for what looks like a breach may be ours. A hole within content does
 * no harm.
 */
#include "conformance/rules/http/http.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/rules/http/http_head.h"
#include "conformance/rules/http/http_odd.h"
#include "conformance/rules/http/http_table.h"

#define QUIET (2 * BR_S)   /* nothing is under way */
#define SHORT BR_S         /* of a close that follows a response */
#define SLOW  (600 * BR_S) /* a head that takes longer is of no client */

struct br_http_watch *br_http_watch_new(void)
{
	return calloc(1, sizeof(struct br_http_watch));
}

static void take(struct br_http_stream *s, size_t size)
{
	memmove(s->octets, s->octets + size, s->size - size);
	s->size -= size;
}

/* What follows of a request that is no more read: its length says which limit was met. */
static void begin_counting(struct br_http_connection *c, struct br_http_said *q)
{
	q->too_big = q->size == sizeof(q->octets);
	q->count = q->size;
	c->up.counting = q->too_big;
	c->up.deaf = true; /* where the next begins is not known */
}

static void go_on_counting(struct br_http_connection *c, struct br_octets data, uint64_t size)
{
	struct br_http_said *q = &c->said[(c->asked - 1) % BR_HTTP_PENDING_MAX];
	const uint8_t *end = data.size > 0 ? memchr(data.data, '\n', data.size) : NULL;

	if (q->refusal == 414 && end) {
		q->count += (uint64_t)(end - data.data);
		q->counted = true;
		c->up.counting = false;
		return;
	}
	q->count += size;
	c->up.counting = data.size == size;
}

static void begin_body(struct br_rules *r, struct br_http_connection *c, struct br_http_said *q)
{
	uint64_t length = 0;
	uint16_t status;

	c->body = BR_HTTP_BODY_NONE;
	if (br_http_request_body(&q->head, &c->body, &length, &status) < 0 ||
	    br_http_is_doubtful(&q->head)) {
		q->bad_body = true;
		c->up.deaf = true;
		return;
	}
	c->up.body = c->body == BR_HTTP_BODY_LENGTH ? length : 0;
	c->up.in_chunks = c->body == BR_HTTP_BODY_CHUNKED;
	c->up.chunks = (struct br_http_chunks){0};
	c->expects = c->body == BR_HTTP_BODY_LENGTH && length > 0 && c->up.size == 0 &&
	             q->head.minor >= 1 && br_http_field_has(&q->head, "Expect", "100-continue");
	c->expects_at = r->at;
}

/* One request, if it is there; false if there is no more. */
static bool next_request(struct br_rules *r, struct br_http_connection *c)
{
	struct br_http_said *q = &c->said[c->asked % BR_HTTP_PENDING_MAX];
	size_t seen = 0;
	int got;

	if (c->asked - c->answered == BR_HTTP_PENDING_MAX) {
		c->up.deaf = c->down.deaf = true;
		return false;
	}
	*q = (struct br_http_said){.size = c->up.size, .frame = r->frame, .behind = c->body};
	memcpy(q->octets, c->up.octets, c->up.size);
	got = br_http_parse(BR_HTTP_REQUEST, (struct br_octets){q->octets, q->size},
	                    sizeof(q->octets), &seen, &q->head, &q->refusal);
	if (got == 0)
		return false;
	q->parsed = got == 1;
	c->asked++;
	c->persists = false;
	if (got < 0) {
		begin_counting(c, q);
		return false;
	}
	q->size = q->head.size;
	take(&c->up, q->head.size);
	begin_body(r, c, q);
	return !c->up.deaf;
}

/* Everything the server acknowledged was seen: what it answers is known. */
static bool knows_all(const struct br_rules *r, const struct br_http_connection *c)
{
	return (int32_t)(r->packet->tcp.acknowledgement - c->up.next) <= 0;
}

/* By which content has to be read to its end. */
static enum br_rule body_rule(enum br_http_body body)
{
	return body == BR_HTTP_BODY_CHUNKED ? BR_RULE_HTTP_SMG_08 : BR_RULE_HTTP_CON_05;
}

/* A response nobody asked for: content taken for a request. */
static void judge_unasked(struct br_rules *r, struct br_http_connection *c, struct br_octets raw)
{
	uint16_t status = br_http_status_ahead(raw);

	if (c->body == BR_HTTP_BODY_NONE || c->up.deaf || !knows_all(r, c) || status == 0 ||
	    status == 408)
		return;
	(void)br_judge(r, body_rule(c->body), false, "a response too many: %.12s",
	               (const char *)raw.data);
	c->down.deaf = true;
}

/* Two requests are under way: is this the response to the second? */
static void judge_order(struct br_rules *r, const struct br_http_connection *c,
                        const struct br_http_said *q, const struct br_http_head *head)
{
	const struct br_http_said *next = &c->said[(c->answered + 1) % BR_HTTP_PENDING_MAX];
	const struct br_http_known *known, *other;

	if (c->asked < c->answered + 2 || !q->parsed || !next->parsed || head->status != 200 ||
	    br_http_count(head, "ETag") == 0)
		return;
	known = br_http_known_of(r, q->head.target);
	other = br_http_known_of(r, next->head.target);
	if (known && other && known != other && known->has_tag && other->has_tag &&
	    known->state_hash != other->state_hash)
		(void)br_judge(r, BR_RULE_HTTP_CON_04, br_http_state(head) != other->state_hash,
		               "the response to %.*s comes before that to %.*s",
		               (int)next->head.target.size, (const char *)next->head.target.data,
		               (int)q->head.target.size, (const char *)q->head.target.data);
}

/* HTTP/1.1 goes on unless one side said otherwise: RFC 9112 §9.3 */
static void judge_persistence(struct br_rules *r, struct br_http_connection *c,
                              const struct br_http_said *q, const struct br_http_head *head)
{
	bool good = br_http_is_plain(q) && head->minor == 1 && head->status < 400 &&
	            !br_http_field_has(&q->head, "Connection", "close");

	c->persists = good && !br_http_field_has(head, "Connection", "close");
	if (good && (c->persists || c->answered == 0)) /* later ones may reach a limit */
		(void)br_judge(r, BR_RULE_HTTP_CON_01, c->persists,
		               "%u with Connection: close, which was not asked for", head->status);
}

/* A good request is refused, right behind content: that was taken for its beginning. */
static bool is_garbled(struct br_rules *r, struct br_http_connection *c,
                       const struct br_http_said *q, const struct br_http_head *head)
{
	if (q->behind == BR_HTTP_BODY_NONE || !br_http_is_plain(q) ||
	    br_rules_climbs(q->head.target) ||
	    (head->status != 400 && head->status != 405 && head->status != 501))
		return false;
	(void)br_judge(r, body_rule(q->behind), false, "%u to the request behind content",
	               head->status);
	c->down.deaf = true;
	return true;
}

static void answer(struct br_rules *r, struct br_http_connection *c, const struct br_http_said *q,
                   const struct br_http_head *head, struct br_octets raw)
{
	bool is_head = q->parsed && br_text_is(q->head.method, "HEAD");
	bool handed_out = q->parsed && br_http_was_handed_out(r, q->head.target);

	if (c->expects)
		(void)br_judge(r, BR_RULE_HTTP_LIM_07, true, "%s", "");
	c->expects = false;
	if (head->status < 200 || is_garbled(r, c, q, head))
		return;
	judge_order(r, c, q, head);
	c->last_said = br_http_judge_odd(r, q, head);
	br_http_judge(
		r, q, head, raw,
		q->parsed ? br_http_known_for(r, br_rules_host_hash(c->server.ip), q->head.target)
			  : NULL,
		handed_out);
	judge_persistence(r, c, q, head);
	if (c->body != BR_HTTP_BODY_NONE)
		(void)br_judge(r, body_rule(c->body), true, "%s", "");
	c->answered++;
	c->after_head = is_head;
	if (q->parsed && br_http_field_has(&q->head, "Connection", "close"))
		c->last_said = BR_RULE_HTTP_CON_02;
}

/* Another one, behind the last there may be. */
static bool is_over(struct br_rules *r, struct br_http_connection *c, struct br_octets raw)
{
	if (c->last_said == BR_RULE_NONE)
		return false;
	if (br_http_status_ahead(raw) != 0) {
		(void)br_judge(r, c->last_said, false,
		               "it goes on with \"%.12s\", where it has to close",
		               (const char *)raw.data);
		c->down.deaf = true;
	}
	return true;
}

static bool next_response(struct br_rules *r, struct br_http_connection *c)
{
	struct br_http_said *q = &c->said[c->answered % BR_HTTP_PENDING_MAX];
	struct br_octets raw = {c->down.octets, c->down.size};
	enum br_http_body body = BR_HTTP_BODY_NONE;
	struct br_http_head head;
	uint64_t length = 0;
	size_t seen = 0;
	uint16_t status;
	int got;

	if (raw.size == 0 || is_over(r, c, raw))
		return false;
	if (c->after_head && raw.size >= 5)
		(void)br_judge(r, BR_RULE_HTTP_MTH_02, br_text_starts(raw, "HTTP/"),
		               "content behind a response to HEAD");
	if (c->asked == c->answered) {
		judge_unasked(r, c, raw);
		return false;
	}
	got = br_http_parse(BR_HTTP_RESPONSE, raw, sizeof(c->down.octets), &seen, &head, &status);
	if (got <= 0) {
		c->down.deaf = got < 0;
		return false;
	}
	answer(r, c, q, &head, raw);
	if (br_http_response_body(&head, c->after_head && head.status >= 200, &body, &length) < 0 ||
	    body == BR_HTTP_BODY_CHUNKED || body == BR_HTTP_BODY_UNTIL_CLOSE) {
		c->down.deaf = true;
		return false;
	}
	take(&c->down, head.size);
	c->down.body = body == BR_HTTP_BODY_LENGTH ? length : 0;
	return true;
}

/* Content in chunks, out of what is buffered; false if more must come. */
static bool skip_chunks(struct br_http_connection *c)
{
	struct br_http_stream *s = &c->up;
	struct br_reader reader = br_reader_of(s->octets, s->size);
	struct br_octets content;
	int got;

	do
		got = br_http_chunks_get(&s->chunks, &reader, &content);
	while (got == 1);
	take(s, s->size - br_left(&reader));
	if (got == 0)
		return false;
	s->in_chunks = false;
	if (s->chunks.state == BR_HTTP_CHUNK_DONE)
		return true;
	c->said[(c->asked - 1) % BR_HTTP_PENDING_MAX].bad_chunk = true;
	s->deaf = true;
	return false;
}

static void read_on(struct br_rules *r, struct br_http_connection *c, bool up)
{
	struct br_http_stream *s = up ? &c->up : &c->down;

	do {
		size_t step = s->body < s->size ? (size_t)s->body : s->size;

		take(s, step);
		s->body -= step;
		if (s->in_chunks && !skip_chunks(c))
			return;
	} while (s->body == 0 && s->size > 0 && !s->deaf &&
	         (up ? next_request(r, c) : next_response(r, c)));
}

/* In order, from @data on: @size octets were on the wire. */
static void eat(struct br_rules *r, struct br_http_connection *c, bool up, struct br_octets data,
                uint64_t size)
{
	struct br_http_stream *s = up ? &c->up : &c->down;

	while (size > 0 && !s->deaf) {
		uint64_t step = s->body < size ? s->body : size;
		size_t part;

		s->body -= step;
		size -= step;
		data = step < data.size
		               ? (struct br_octets){data.data + step, data.size - (size_t)step}
		               : (struct br_octets){0};
		if (size == 0)
			break;
		part = sizeof(s->octets) - s->size;
		part = part < size ? part : (size_t)size;
		if (part == 0 || part > data.size) {
			s->deaf = true;
			return;
		}
		memcpy(s->octets + s->size, data.data, part);
		s->size += part;
		size -= part;
		data = (struct br_octets){data.data + part, data.size - part};
		read_on(r, c, up);
	}
	if (up && s->counting && size > 0)
		go_on_counting(c, data, size);
}

static void feed(struct br_rules *r, struct br_http_connection *c, bool up)
{
	struct br_http_stream *s = up ? &c->up : &c->down;
	struct br_octets data = r->packet->payload;
	uint64_t size = r->packet->payload_size;
	int32_t ahead = (int32_t)(r->packet->tcp.sequence - s->next);
	uint64_t old = ahead < 0 ? (uint64_t) - (int64_t)ahead : 0;
	uint64_t hole = ahead > 0 ? (uint64_t)ahead : 0;

	if (!s->started || size <= old)
		return;
	s->next = r->packet->tcp.sequence + (uint32_t)size;
	size -= old;
	data = old < data.size ? (struct br_octets){data.data + old, data.size - old}
	                       : (struct br_octets){0};
	if (s->counting) {
		s->counting = hole == 0;
		if (hole == 0)
			go_on_counting(c, data, size);
		return;
	}
	if (hole > s->body) {
		s->deaf = true;
		return;
	}
	s->body -= hole;
	eat(r, c, up, data, size);
}

/* The client sends the content it held back, without having heard anything. */
static void judge_waiting(struct br_rules *r, struct br_http_connection *c)
{
	const struct br_packet_tcp *tcp = &r->packet->tcp;

	if (c->expects && r->packet->payload_size > 0 && tcp->sequence == c->up.next) {
		if (r->at >= c->expects_at + QUIET && c->acked[0] == c->up.next &&
		    tcp->acknowledgement == c->down.next)
			(void)br_judge(r, BR_RULE_HTTP_LIM_07, false,
			               "no response to Expect: 100-continue in %llu ms",
			               (unsigned long long)((r->at - c->expects_at) / BR_MS));
		c->expects = false;
	}
	if (c->asked == 0 && c->up.size > 0 && !c->up.deaf && r->at > c->opened_at + SLOW &&
	    c->acked[0] == c->up.next && r->packet->payload_size > 0 && !c->down.closed)
		(void)br_judge(r, BR_RULE_ROB_HT_01, false, "a head has been coming for %llu s",
		               (unsigned long long)((r->at - c->opened_at) / BR_S));
}

/* The server ends it: FIN or RST, the first of either side, with nothing unseen. */
static void judge_end(struct br_rules *r, struct br_http_connection *c)
{
	const struct br_packet *p = r->packet;
	bool reset = (p->tcp.flags & BR_TCP_RST) != 0;
	bool idle = c->asked == c->answered && c->down.body == 0 && c->down.size == 0 &&
	            c->up.size == 0 && !c->up.deaf && !c->down.deaf;

	if (c->up.closed || c->down.closed || !c->down.started ||
	    p->tcp.sequence + p->payload_size != c->down.next)
		return;
	if (c->asked > c->answered && c->down.size == 0 && !c->down.deaf && knows_all(r, c))
		br_http_judge_unanswered(r, &c->said[c->answered % BR_HTTP_PENDING_MAX]);
	if (c->persists && idle && !reset && p->tcp.acknowledgement == c->up.next)
		(void)br_judge(r, BR_RULE_HTTP_CON_01, r->at > c->down_at + SHORT,
		               "it closes behind a response that did not say so");
	if (idle && r->at > c->up_at + QUIET && r->at > c->last + QUIET &&
	    c->acked[1] == c->down.next)
		(void)br_judge(r, BR_RULE_HTTP_CON_06, !reset, "an idle connection is reset");
}

static void segment(struct br_rules *r, struct br_http_connection *c, bool up)
{
	const struct br_packet *p = r->packet;

	if (up)
		judge_waiting(r, c);
	if (p->tcp.flags & BR_TCP_ACK)
		c->acked[up ? 1 : 0] = p->tcp.acknowledgement;
	if (p->payload_size > 0)
		feed(r, c, up);
	if (!up && (p->tcp.flags & (BR_TCP_FIN | BR_TCP_RST)))
		judge_end(r, c);
	if (p->payload_size > 0 && !up)
		c->down_at = r->at;
	if (p->payload_size > 0 && up)
		c->up_at = r->at;
	if (p->tcp.flags & BR_TCP_FIN)
		*(up ? &c->up.closed : &c->down.closed) = true;
	c->last = r->at;
	if (p->tcp.flags & BR_TCP_RST)
		c->used = false;
}

void br_rules_http(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	bool up = false;
	struct br_http_connection *c;

	c = br_http_find(r, &up);
	if ((p->tcp.flags & (BR_TCP_SYN | BR_TCP_ACK)) == BR_TCP_SYN) {
		if (!c || up)
			br_http_open(r, c);
		return;
	}
	if (!c)
		return;
	if (p->tcp.flags & BR_TCP_SYN) {
		c->last = r->at;
		c->down.started = true;
		c->down.next = p->tcp.sequence + 1;
		c->acked[0] = p->tcp.acknowledgement;
		return;
	}
	segment(r, c, up);
}
