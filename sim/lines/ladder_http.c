/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/ladder_http.h"

#include <string.h>

#include "core/base/text.h"
#include "core/formats/http_head.h"

enum {
	SAY_EVERY_MS = 100, /* of the frames' own time, while content flows */
	SHOWN_MAX = 60,     /* octets of a target or a field */
};

static struct br_ladder_http_flow *find(struct br_ladder_http *http, const struct br_packet *packet,
                                        bool *ret_from_client)
{
	for (size_t i = 0; i < BR_LADDER_HTTP_MAX; i++) {
		size_t place = (http->latest + BR_LADDER_HTTP_MAX - i) % BR_LADDER_HTTP_MAX;
		struct br_ladder_http_flow *flow = &http->flow[place];

		if (!flow->used)
			continue;
		*ret_from_client = br_endpoint_equal(&packet->src, &flow->client) &&
		                   br_endpoint_equal(&packet->dst, &flow->server);
		if (*ret_from_client || (br_endpoint_equal(&packet->dst, &flow->client) &&
		                         br_endpoint_equal(&packet->src, &flow->server))) {
			http->latest = place;
			return flow;
		}
	}
	return NULL;
}

static void say_answer(struct br_ladder_http_flow *flow, struct br_pen *pen, br_time at,
                       const char *cut_by)
{
	bool growing = !cut_by && flow->to_client.body_left != 0;
	br_time took = at > flow->answer_at ? at - flow->answer_at : 0;

	flow->said_at = at;
	br_pen_begin(pen, flow->answer_at, &flow->server, NULL, &flow->client);
	br_pen_put(pen, "http %u %s", flow->status, flow->asked[0].target);
	if (flow->length != UINT64_MAX)
		br_pen_put(pen, " length=%llu", (unsigned long long)flow->length);
	if (flow->octets) {
		br_pen_put(pen, ", ");
		br_pen_put_rate(pen, flow->octets, took);
	}
	if (flow->to_client.again)
		br_pen_put(pen, ", %llu sent again", (unsigned long long)flow->to_client.again);
	if (cut_by && flow->to_client.body_left != 0 && flow->to_client.body_left != UINT64_MAX)
		br_pen_put(pen, ", not to the end: %s", cut_by);
	br_pen_say(pen, growing);
}

static void forget_asked(struct br_ladder_http_flow *flow)
{
	if (!flow->asked_count)
		return;
	flow->asked_count--;
	memmove(flow->asked, flow->asked + 1, flow->asked_count * sizeof(flow->asked[0]));
}

/* The response under way is over: all of it came, or @cut_by says why not. */
static void end_answer(struct br_ladder_http_flow *flow, struct br_pen *pen, br_time at,
                       const char *cut_by)
{
	if (!flow->answering)
		return;
	say_answer(flow, pen, at, cut_by);
	flow->answering = false;
	flow->to_client.again = 0;
	forget_asked(flow);
}

static void end(struct br_ladder_http_flow *flow, struct br_pen *pen, br_time at,
                const char *cut_by)
{
	end_answer(flow, pen, at, cut_by);
	flow->used = false;
}

static struct br_ladder_http_flow *make_room(struct br_ladder_http *http, struct br_pen *pen)
{
	size_t oldest = 0;

	for (size_t i = 0; i < BR_LADDER_HTTP_MAX; i++) {
		if (!http->flow[i].used) {
			oldest = i;
			break;
		}
		if (http->flow[i].used_at < http->flow[oldest].used_at)
			oldest = i;
	}
	if (http->flow[oldest].used)
		end(&http->flow[oldest], pen, http->flow[oldest].used_at, "lost sight of");
	http->latest = oldest;
	memset(&http->flow[oldest], 0, sizeof(http->flow[oldest]));
	http->flow[oldest].used = true;
	return &http->flow[oldest];
}

static void set_target(struct br_ladder_http_asked *asked, struct br_octets target)
{
	size_t size = target.size < sizeof(asked->target) ? target.size : sizeof(asked->target) - 1;

	for (size_t i = 0; i < size; i++) {
		uint8_t octet = target.data[i];

		asked->target[i] = (char)(octet > 0x20 && octet < 0x7f ? octet : '.');
	}
	asked->target[size] = '\0';
}

static void put_field(struct br_pen *pen, const struct br_http_head *head, const char *name)
{
	const struct br_http_field *field = br_http_field_find(head, name);

	if (!field)
		return;
	br_pen_put(pen, " %s=\"", name);
	br_pen_put_octets(pen, field->value, SHOWN_MAX);
	br_pen_put(pen, "\"");
}

static void see_request(struct br_ladder_http_flow *flow, struct br_pen *pen,
                        const struct br_http_head *head, br_time at)
{
	struct br_ladder_http_asked asked = {.is_head = br_text_is(head->method, "HEAD")};
	enum br_http_body body;
	uint64_t size;
	uint16_t status;

	set_target(&asked, head->target);
	if (flow->asked_count < BR_LADDER_HTTP_ASKED_MAX)
		flow->asked[flow->asked_count++] = asked;
	br_pen_begin(pen, at, &flow->client, NULL, &flow->server);
	br_pen_put(pen, "http ");
	br_pen_put_octets(pen, head->method, SHOWN_MAX);
	br_pen_put(pen, " ");
	br_pen_put_octets(pen, head->target, SHOWN_MAX);
	put_field(pen, head, "User-Agent");
	put_field(pen, head, "Range");
	br_pen_say(pen, false);

	flow->to_server.body_left = 0;
	if (br_http_request_body(head, &body, &size, &status) < 0)
		flow->to_server.lost = true;
	else if (body == BR_HTTP_BODY_LENGTH)
		flow->to_server.body_left = size;
	else if (body != BR_HTTP_BODY_NONE)
		flow->to_server.body_left = UINT64_MAX;
}

static void see_response(struct br_ladder_http_flow *flow, struct br_pen *pen,
                         const struct br_http_head *head, br_time at)
{
	bool to_head = flow->asked_count > 0 && flow->asked[0].is_head;
	const struct br_http_field *field = br_http_field_find(head, "Content-Length");
	enum br_http_body body = BR_HTTP_BODY_UNTIL_CLOSE;
	uint64_t size = 0;

	if (head->status < 200) /* RFC 9110 §15.2: the real one follows */
		return;
	if (!flow->asked_count)
		flow->asked[0] = (struct br_ladder_http_asked){.target = "?"};
	(void)br_http_response_body(head, to_head, &body, &size);
	flow->answering = true;
	flow->status = head->status;
	flow->octets = 0;
	flow->answer_at = at;
	flow->length = UINT64_MAX;
	if (field)
		br_text_get_decimal(field->value, UINT64_MAX - 1, &flow->length);
	flow->to_client.body_left = body == BR_HTTP_BODY_NONE     ? 0
	                            : body == BR_HTTP_BODY_LENGTH ? size
	                                                          : UINT64_MAX;
	if (flow->to_client.body_left == 0)
		end_answer(flow, pen, at, NULL);
}

/* Content of the message under way. Return: octets of @size that were content */
static uint64_t eat_body(struct br_ladder_http_flow *flow, struct br_ladder_http_way *way,
                         struct br_pen *pen, uint64_t size, br_time at)
{
	uint64_t eaten = size < way->body_left ? size : way->body_left;

	if (way->body_left != UINT64_MAX)
		way->body_left -= eaten;
	if (way != &flow->to_client)
		return eaten;
	flow->octets += eaten;
	if (way->body_left == 0)
		end_answer(flow, pen, at, NULL);
	else if (at - flow->said_at >= SAY_EVERY_MS * BR_MS)
		say_answer(flow, pen, at, NULL);
	return eaten;
}

/* Octets of a head. Return: how many of @octets it took; all, if it is not complete */
static size_t eat_head(struct br_ladder_http_flow *flow, struct br_ladder_http_way *way,
                       struct br_pen *pen, struct br_octets octets, br_time at)
{
	enum br_http_kind kind = way == &flow->to_server ? BR_HTTP_REQUEST : BR_HTTP_RESPONSE;
	size_t before = way->head_size;
	size_t room = sizeof(way->head) - before;
	size_t size = octets.size < room ? octets.size : room;
	struct br_http_head head;
	uint16_t status;
	int got;

	memcpy(way->head + before, octets.data, size);
	way->head_size += size;
	got = br_http_parse(kind, (struct br_octets){way->head, way->head_size}, sizeof(way->head),
	                    &way->seen, &head, &status);
	if (got < 0 || (got == 0 && way->head_size == sizeof(way->head))) {
		way->lost = true;
		return octets.size;
	}
	if (got == 0)
		return octets.size;
	if (kind == BR_HTTP_REQUEST)
		see_request(flow, pen, &head, at);
	else
		see_response(flow, pen, &head, at);
	way->head_size = 0;
	way->seen = 0;
	return head.size - before;
}

static uint64_t in_holes(const struct br_ladder_http_way *way)
{
	uint64_t size = 0;

	for (size_t i = 0; i < way->holes; i++)
		size += way->hole[i].size;
	return size;
}

/* Octets that come before some that are missing. Return: false if they are not of this body. */
static bool leave_hole(struct br_ladder_http_way *way, uint32_t sequence, uint64_t size)
{
	uint32_t gap = sequence - way->next;

	if (!way->known || way->holes == BR_LADDER_HTTP_HOLES_MAX ||
	    way->body_left < in_holes(way) + gap + size)
		return false;
	way->hole[way->holes++] = (struct br_ladder_http_hole){way->next, gap};
	way->next = sequence;
	return true;
}

/* Octets from @sequence on come again. Return: how many of them were missing. What is left behind
 * them, where they came into the middle of a hole, is a hole of its own if there is room.
 */
static uint64_t fill_holes(struct br_ladder_http_way *way, uint32_t sequence, uint32_t size)
{
	uint64_t filled = 0;

	for (size_t i = 0; i < way->holes; i++) {
		struct br_ladder_http_hole *hole = &way->hole[i];
		int32_t ahead = (int32_t)(sequence - hole->start);
		int64_t from = ahead > 0 ? ahead : 0;
		int64_t to = (int64_t)ahead + size < hole->size ? (int64_t)ahead + size
		                                                : (int64_t)hole->size;
		uint32_t behind;

		if (from >= to)
			continue;
		filled += (uint64_t)(to - from);
		behind = hole->size - (uint32_t)to;
		if (from == 0) {
			*hole = (struct br_ladder_http_hole){hole->start + (uint32_t)to, behind};
			continue;
		}
		if (behind > 0 && way->holes < BR_LADDER_HTTP_HOLES_MAX)
			way->hole[way->holes++] =
				(struct br_ladder_http_hole){hole->start + (uint32_t)to, behind};
		hole->size = (uint32_t)from;
	}
	for (size_t i = way->holes; i > 0; i--) {
		if (way->hole[i - 1].size == 0)
			way->hole[i - 1] = way->hole[--way->holes];
	}
	return filled;
}

static void see_data(struct br_ladder_http_flow *flow, struct br_ladder_http_way *way,
                     struct br_pen *pen, const struct br_packet *packet, br_time at)
{
	struct br_octets there = packet->payload; /* may be cut by the capture */
	uint64_t left = packet->payload_size;
	uint32_t behind = way->next - packet->tcp.sequence;

	if (!way->known)
		behind = 0;
	if (behind >= UINT32_C(0x80000000)) { /* ahead of us: octets are missing in between */
		way->lost = !leave_hole(way, packet->tcp.sequence, left);
		if (way->lost)
			return;
		behind = 0;
	}
	if (behind > 0 && way->holes > 0) {
		uint64_t filled = fill_holes(way, packet->tcp.sequence,
		                             behind < left ? behind : (uint32_t)left);

		if (filled > 0)
			(void)eat_body(flow, way, pen, filled, at);
		if (behind >= left && filled > 0)
			return;
	}
	if (left > 0 && behind >= left) {
		way->again++;
		return;
	}
	/* where one body ends and the next message begins cannot be told with a hole before it */
	way->lost = way->lost || (way->holes > 0 && way->body_left < in_holes(way) + left - behind);
	left -= behind;
	there.data += behind < there.size ? behind : there.size;
	there.size -= behind < there.size ? behind : there.size;
	way->known = true;
	way->next = packet->tcp.sequence + packet->payload_size;
	while (left > 0 && !way->lost) {
		uint64_t took;

		if (way->body_left > 0) {
			took = eat_body(flow, way, pen, left, at);
		} else if (there.size > 0) {
			took = eat_head(flow, way, pen, there, at);
		} else {
			way->lost = true; /* a head that the capture cut off */
			break;
		}
		left -= took;
		there.data += took < there.size ? took : there.size;
		there.size -= took < there.size ? (size_t)took : there.size;
	}
}

/* A connection whose beginning is seen, or one that speaks HTTP in a capture begun later. */
static struct br_ladder_http_flow *open_flow(struct br_ladder_http *http, struct br_pen *pen,
                                             const struct br_packet *packet, bool *ret_from_client)
{
	struct br_ladder_http_flow *flow;
	uint8_t syn = packet->tcp.flags & (BR_TCP_SYN | BR_TCP_ACK | BR_TCP_RST);

	if (syn != BR_TCP_SYN && !br_http_begins(BR_HTTP_REQUEST, packet->payload))
		return NULL;
	flow = make_room(http, pen);
	flow->client = packet->src;
	flow->server = packet->dst;
	*ret_from_client = true;
	return flow;
}

static void say_about(struct br_ladder_http_flow *flow, struct br_pen *pen, bool from_client,
                      br_time at, const char *what)
{
	br_pen_begin(pen, at, from_client ? &flow->client : &flow->server, NULL,
	             from_client ? &flow->server : &flow->client);
	br_pen_put(pen, "%s", what);
	br_pen_say(pen, false);
}

static void see_syn(struct br_ladder_http_flow *flow, struct br_pen *pen,
                    const struct br_packet *packet, bool from_client, br_time at)
{
	struct br_ladder_http_way *way = from_client ? &flow->to_server : &flow->to_client;

	if (!from_client) {
		flow->established = true;
	} else if (flow->established && packet->tcp.sequence + 1 != way->next) {
		end(flow, pen, at, "a new connection from the same port");
		*flow = (struct br_ladder_http_flow){
			.used = true, .client = packet->src, .server = packet->dst};
	} else if (flow->syns > 0 && !flow->established) {
		say_about(flow, pen, true, at, "tcp syn again: no answer");
	}
	flow->syns += from_client;
	way->known = true;
	way->next = packet->tcp.sequence + 1;
}

void br_ladder_http_see(struct br_ladder_http *http, struct br_pen *pen,
                        const struct br_packet *packet, br_time at)
{
	bool from_client = false;
	struct br_ladder_http_flow *flow = find(http, packet, &from_client);
	uint8_t flags = packet->tcp.flags;

	if (!flow)
		flow = open_flow(http, pen, packet, &from_client);
	if (!flow)
		return;
	flow->used_at = at;
	if (flags & BR_TCP_RST) {
		if (!flow->established && !from_client)
			say_about(flow, pen, false, at, "tcp refused");
		end(flow, pen, at, from_client ? "reset by the client" : "reset by the server");
		return;
	}
	if (flags & BR_TCP_SYN)
		see_syn(flow, pen, packet, from_client, at);
	if (packet->payload_size > 0) {
		struct br_ladder_http_way *way = from_client ? &flow->to_server : &flow->to_client;

		flow->established = true;
		if (!way->lost)
			see_data(flow, way, pen, packet, at);
	}
	if ((flags & BR_TCP_FIN) && !from_client && flow->to_client.holes == 0)
		end_answer(flow, pen, at, "closed by the server");
}

void br_ladder_http_finish(struct br_ladder_http *http, struct br_pen *pen, br_time at)
{
	for (size_t i = 0; i < BR_LADDER_HTTP_MAX; i++) {
		if (http->flow[i].used)
			end(&http->flow[i], pen, at, "the end of what was seen");
	}
}
