/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP streams as far as HTTP heads need them: heads in order, contents stepped over. What
 * has a hole in a head is not judged from there on.
 */
#include "conformance/rules_http.h"

#include <stdlib.h>
#include <string.h>

enum {
	CONNECTIONS_MAX = 32,
	PENDING_MAX = 4,
	KNOWN_MAX = 32,
	URIS_MAX = 16,
	CLOCKS_MAX = 16,
};

struct stream {
	bool started, deaf;
	uint32_t next;
	size_t size;
	uint8_t octets[BR_HTTP_HEAD_MAX];
	uint64_t body; /* octets of content still to come; UINT64_MAX: to the end */
};

struct connection {
	bool used;
	struct br_endpoint client, server;
	br_time last;
	struct stream up, down;
	struct br_http_said said[PENDING_MAX];
	size_t asked, answered;
	bool closing; /* a response to `Connection: close` went out */
	bool after_head;
};

struct br_http_watch {
	struct connection connection[CONNECTIONS_MAX];
	size_t connections; /* places ever used */
	struct br_http_known known[KNOWN_MAX];
	size_t knowns;
	uint32_t uri[URIS_MAX];
	uint32_t clock[CLOCKS_MAX]; /* servers that sent a Date */
	size_t clocks;
	size_t uris;
};

struct br_http_watch *br_http_watch_new(void)
{
	return calloc(1, sizeof(struct br_http_watch));
}

void br_http_watch_free(struct br_http_watch *watch)
{
	free(watch);
}

static uint32_t hash(struct br_octets octets)
{
	return br_rules_hash(BR_RULES_HASH_SEED, octets.data, octets.size);
}

void br_rules_uri(struct br_rules *r, struct br_octets uri)
{
	struct br_octets rest = uri;

	(void)br_text_cut(&rest, '/');
	(void)br_text_cut(&rest, '/');
	(void)br_text_cut(&rest, '/');
	if (rest.data)
		r->http->uri[r->http->uris++ % URIS_MAX] = hash(rest);
}

bool br_http_has_clock(struct br_rules *r, bool now)
{
	struct br_http_watch *w = r->http;
	uint32_t server = br_rules_host_hash(r->packet->src.ip);

	for (size_t i = 0; i < w->clocks && i < CLOCKS_MAX; i++) {
		if (w->clock[i] == server)
			return true;
	}
	if (now)
		w->clock[w->clocks++ % CLOCKS_MAX] = server;
	return now;
}

static bool was_handed_out(const struct br_rules *r, struct br_octets target)
{
	struct br_octets path = target;

	if (path.size > 0 && path.data[0] == '/')
		path = (struct br_octets){path.data + 1, path.size - 1};
	for (size_t i = 0; i < r->http->uris && i < URIS_MAX; i++) {
		if (r->http->uri[i] == hash(path))
			return true;
	}
	return false;
}

static struct br_http_known *known_for(struct br_rules *r, uint32_t server, struct br_octets target)
{
	struct br_http_watch *w = r->http;
	struct br_http_known *k;

	for (size_t i = 0; i < w->knowns && i < KNOWN_MAX; i++) {
		if (w->known[i].server == server && w->known[i].target == hash(target))
			return &w->known[i];
	}
	k = &w->known[w->knowns++ % KNOWN_MAX];
	*k = (struct br_http_known){.target = hash(target), .server = server};
	return k;
}

static struct connection *find(struct br_rules *r, bool *ret_up)
{
	const struct br_packet *p = r->packet;
	for (size_t i = 0; i < r->http->connections; i++) {
		struct connection *c = &r->http->connection[i];

		if (!c->used)
			continue;
		*ret_up = br_rules_same_end(&c->client, &p->src) &&
		          br_rules_same_end(&c->server, &p->dst);
		if (*ret_up || (br_rules_same_end(&c->client, &p->dst) &&
		                br_rules_same_end(&c->server, &p->src)))
			return c;
	}
	return NULL;
}

static struct connection *place(struct br_http_watch *w)
{
	struct connection *oldest = &w->connection[0];

	for (size_t i = 0; i < w->connections; i++) {
		if (!w->connection[i].used)
			return &w->connection[i];
		if (w->connection[i].last < oldest->last)
			oldest = &w->connection[i];
	}
	return w->connections < CONNECTIONS_MAX ? &w->connection[w->connections++] : oldest;
}

static void open_connection(struct br_rules *r, struct connection *c)
{
	const struct br_packet *p = r->packet;

	if (!c)
		c = place(r->http);
	c->used = true;
	c->client = p->src;
	c->server = p->dst;
	c->up.started = true;
	c->up.deaf = c->down.started = c->down.deaf = c->closing = c->after_head = false;
	c->up.next = p->tcp.sequence + 1;
	c->up.size = c->down.size = c->asked = c->answered = 0;
	c->up.body = c->down.body = 0;
	c->last = r->at;
}

static void take(struct stream *s, size_t size)
{
	memmove(s->octets, s->octets + size, s->size - size);
	s->size -= size;
}

/* One request, if it is there; false if there is no more. */
static bool next_request(struct br_rules *r, struct connection *c)
{
	struct br_http_said *q = &c->said[c->asked % PENDING_MAX];
	enum br_http_body body = BR_HTTP_BODY_NONE;
	uint64_t length = 0;
	size_t seen = 0;
	uint16_t status;
	int got;

	if (c->asked - c->answered == PENDING_MAX) {
		c->up.deaf = c->down.deaf = true;
		return false;
	}
	memcpy(q->octets, c->up.octets, c->up.size);
	q->size = c->up.size;
	got = br_http_parse(BR_HTTP_REQUEST, (struct br_octets){q->octets, q->size},
	                    sizeof(q->octets), &seen, &q->head, &status);
	if (got == 0)
		return false;
	q->parsed = got == 1;
	q->frame = r->frame;
	c->asked++;
	if (got < 0 || br_http_request_body(&q->head, &body, &length, &status) < 0 ||
	    body == BR_HTTP_BODY_CHUNKED) {
		c->up.deaf = true; /* where the next begins is not known */
		return false;
	}
	q->size = q->head.size;
	take(&c->up, q->head.size);
	c->up.body = body == BR_HTTP_BODY_LENGTH ? length : 0;
	return true;
}

static bool next_response(struct br_rules *r, struct connection *c)
{
	struct br_http_said *q = &c->said[c->answered % PENDING_MAX];
	struct br_octets raw = {c->down.octets, c->down.size};
	enum br_http_body body = BR_HTTP_BODY_NONE;
	struct br_http_head head;
	uint64_t length = 0;
	size_t seen = 0;
	uint16_t status;
	bool is_head;
	int got;

	if (c->asked == c->answered || raw.size == 0)
		return false;
	if (c->after_head && raw.size >= 5)
		(void)br_judge(r, BR_RULE_HTTP_MTH_02, br_text_starts(raw, "HTTP/"),
		               "content behind a response to HEAD");
	got = br_http_parse(BR_HTTP_RESPONSE, raw, sizeof(c->down.octets), &seen, &head, &status);
	if (got <= 0) {
		c->down.deaf = got < 0;
		return false;
	}
	if (c->closing)
		(void)br_judge(r, BR_RULE_HTTP_CON_02, false,
		               "another response behind the one to Connection: close");
	is_head = q->parsed && br_text_is(q->head.method, "HEAD");
	br_http_judge(r, q, &head, raw,
	              q->parsed ? known_for(r, br_rules_host_hash(c->server.ip), q->head.target)
	                        : NULL,
	              q->parsed && was_handed_out(r, q->head.target));
	if (head.status >= 200) {
		c->answered++;
		c->after_head = is_head;
		c->closing = q->parsed && br_http_field_has(&q->head, "Connection", "close");
	}
	if (br_http_response_body(&head, is_head, &body, &length) < 0 ||
	    body == BR_HTTP_BODY_CHUNKED || body == BR_HTTP_BODY_UNTIL_CLOSE) {
		c->down.deaf = true;
		return false;
	}
	take(&c->down, head.size);
	c->down.body = body == BR_HTTP_BODY_LENGTH ? length : 0;
	return true;
}

static void read_on(struct br_rules *r, struct connection *c, bool up)
{
	struct stream *s = up ? &c->up : &c->down;

	do {
		size_t step = s->body < s->size ? (size_t)s->body : s->size;

		take(s, step);
		s->body -= step;
	} while (s->body == 0 && s->size > 0 && !s->deaf &&
	         (up ? next_request(r, c) : next_response(r, c)));
}

static void feed(struct br_rules *r, struct connection *c, bool up)
{
	struct stream *s = up ? &c->up : &c->down;
	struct br_octets data = r->packet->payload;
	uint64_t size = r->packet->payload_size;
	int32_t ahead = (int32_t)(r->packet->tcp.sequence - s->next);
	uint64_t old = ahead < 0 ? (uint64_t) - (int64_t)ahead : 0;
	uint64_t hole = ahead > 0 ? (uint64_t)ahead : 0;

	if (s->deaf || !s->started || size <= old)
		return;
	s->next = r->packet->tcp.sequence + (uint32_t)size;
	size -= old;
	data = old < data.size ? (struct br_octets){data.data + old, data.size - old}
	                       : (struct br_octets){0};
	if (hole > 0 && hole > s->body) {
		s->deaf = true;
		return;
	}
	s->body -= hole;
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
}

void br_rules_http(struct br_rules *r)
{
	const struct br_packet *p = r->packet;
	bool up = false;
	struct connection *c;

	c = find(r, &up);
	if ((p->tcp.flags & (BR_TCP_SYN | BR_TCP_ACK)) == BR_TCP_SYN) {
		if (!c || up)
			open_connection(r, c);
		return;
	}
	if (!c)
		return;
	c->last = r->at;
	if (p->tcp.flags & BR_TCP_SYN) {
		c->down.started = true;
		c->down.next = p->tcp.sequence + 1;
	} else if (p->tcp.flags & BR_TCP_RST) {
		c->used = false;
	} else if (p->payload_size > 0) {
		feed(r, c, up);
	}
}
