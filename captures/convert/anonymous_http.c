/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/anonymous_http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/anonymous_tls.h"
#include "core/base/text.h"
#include "core/formats/http_head.h"
#include "core/formats/tls.h"

enum {
	BUCKETS = 4096,
	HELD_MAX = 16,      /* segments that came before their turn */
	HEAD_MAX = 16384,   /* octets; more is no head */
	LINE_MAX_SIZE = 64, /* of a chunk's size */
	QUESTIONS_MAX = 64, /* requests on their way in one connection */
	TLS_HEAD = 6,
	SEGMENT_MAX = 65536,
};

enum follow_state {
	STATE_SEARCH, /* the next octets may begin a head */
	STATE_HEAD,
	STATE_BODY,
	STATE_CHUNK,     /* a line with the size of one */
	STATE_CHUNK_END, /* its octets; then the next line */
	STATE_TRAILER,
	STATE_RECORD, /* of TLS */
};

enum record_kind {
	RECORD_STAYS, /* a size, or the head of sealed octets */
	RECORD_HEAD,
	RECORD_TLS,
	RECORD_SEALED, /* of TLS too, behind the change of cipher */
};

/* A piece of a stream that is no content */
struct record {
	uint32_t sequence;
	size_t size;
	enum record_kind kind;
	bool done;
	uint8_t *octets;
	struct record *next;
};

struct held_segment {
	uint32_t sequence;
	size_t size, kept;
	uint8_t *octets;
};

/* One direction of a connection, and what came there after one another */
struct flow {
	struct br_endpoint from, to;
	struct flow *next_in_bucket;
	bool started;
	bool sealed; /* TLS: it changed its cipher */
	uint32_t next;
	enum follow_state state;
	uint64_t left;    /* of a body or chunk; UINT64_MAX: to the end */
	uint32_t begins;  /* sequence number of the head or line at hand */
	size_t collected; /* octets of it */
	uint8_t *head;    /* HEAD_MAX, while there is one */
	struct held_segment held[HELD_MAX];
	size_t holds;
	bool bare[QUESTIONS_MAX]; /* requests in a ring: to HEAD and CONNECT no content answers */
	size_t asked, answered;
	struct record *first, *last;
};

struct br_anonymous_http {
	struct flow *bucket[BUCKETS];
	size_t memory, memory_max;
	bool covered[SEGMENT_MAX];
};

int br_anonymous_http_new(struct br_anonymous_http **ret_http, size_t memory_max)
{
	struct br_anonymous_http *http = calloc(1, sizeof(*http));

	if (!http)
		return -ENOMEM;
	http->memory_max = memory_max;
	*ret_http = http;
	return 0;
}

static void free_flow(struct flow *f)
{
	while (f->first) {
		struct record *r = f->first;

		f->first = r->next;
		free(r->octets);
		free(r);
	}
	for (size_t i = 0; i < f->holds; i++)
		free(f->held[i].octets);
	free(f->head);
	free(f);
}

struct br_anonymous_http *br_anonymous_http_free(struct br_anonymous_http *http)
{
	for (size_t i = 0; http && i < BUCKETS; i++) {
		while (http->bucket[i]) {
			struct flow *f = http->bucket[i];

			http->bucket[i] = f->next_in_bucket;
			free_flow(f);
		}
	}
	free(http);
	return NULL;
}

/* Zeroed memory within the limit, or NULL */
static void *take(struct br_anonymous_http *http, size_t size)
{
	void *memory = http->memory + size <= http->memory_max ? calloc(1, size) : NULL;

	if (memory)
		http->memory += size;
	return memory;
}

static void give_back(struct br_anonymous_http *http, void *memory, size_t size)
{
	if (memory)
		http->memory -= size;
	free(memory);
}

static size_t bucket_of(const struct br_endpoint *from, const struct br_endpoint *to)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < 16; i++)
		hash = ((hash ^ from->ip[i]) * 16777619U ^ to->ip[i]) * 16777619U;
	return ((hash ^ from->port) * 16777619U ^ to->port) * 16777619U % BUCKETS;
}

static struct flow *find(struct br_anonymous_http *http, const struct br_endpoint *from,
                         const struct br_endpoint *to)
{
	struct flow *f = http->bucket[bucket_of(from, to)];

	while (f && !(br_endpoint_equal(&f->from, from) && br_endpoint_equal(&f->to, to)))
		f = f->next_in_bucket;
	return f;
}

static struct flow *find_or_add(struct br_anonymous_http *http, const struct br_packet *p)
{
	struct flow *f = find(http, &p->src, &p->dst);
	size_t bucket = bucket_of(&p->src, &p->dst);

	if (f || !(f = take(http, sizeof(*f))))
		return f;
	f->from = p->src;
	f->to = p->dst;
	f->next_in_bucket = http->bucket[bucket];
	http->bucket[bucket] = f;
	return f;
}

static bool looks_like_head(struct br_octets o)
{
	static const char *const begins[] = {"GET ",    "HEAD ",    "POST ",  "PUT ",    "HTTP/1.",
	                                     "DELETE ", "OPTIONS ", "PATCH ", "CONNECT "};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		if (br_text_starts(o, begins[i]))
			return true;
	}
	return false;
}

/* What was collected becomes a record. */
static void keep(struct br_anonymous_http *http, struct flow *f, enum record_kind kind)
{
	struct record *r = f->collected > 0 ? take(http, sizeof(*r)) : NULL;

	if (r)
		r->octets = take(http, f->collected);
	if (r && !r->octets) {
		give_back(http, r, sizeof(*r));
		r = NULL;
	}
	if (r) {
		r->sequence = f->begins;
		r->size = f->collected;
		r->kind = kind;
		memcpy(r->octets, f->head, r->size);
		if (f->last)
			f->last->next = r;
		else
			f->first = r;
		f->last = r;
	}
	f->begins += (uint32_t)f->collected;
	f->collected = 0;
}

static void body_follows(struct flow *f, enum br_http_body body, uint64_t size)
{
	switch (body) {
	case BR_HTTP_BODY_NONE:
		f->state = STATE_SEARCH;
		break;
	case BR_HTTP_BODY_LENGTH:
		f->state = size > 0 ? STATE_BODY : STATE_SEARCH;
		f->left = size;
		break;
	case BR_HTTP_BODY_CHUNKED:
		f->state = STATE_CHUNK;
		break;
	case BR_HTTP_BODY_UNTIL_CLOSE:
		f->state = STATE_BODY;
		f->left = UINT64_MAX;
		break;
	}
}

/* Whether the answer at hand has no content: by the requests that went the other way */
static bool is_bare(struct br_anonymous_http *http, const struct flow *f)
{
	struct flow *up = find(http, &f->to, &f->from);

	return up && up->answered < up->asked && up->bare[up->answered++ % QUESTIONS_MAX];
}

static void head_ends(struct br_anonymous_http *http, struct flow *f)
{
	struct br_octets octets = {f->head, f->collected};
	bool response = br_text_starts(octets, "HTTP/");
	enum br_http_body body = BR_HTTP_BODY_UNTIL_CLOSE;
	struct br_http_head head;
	uint64_t size = 0;
	size_t seen = 0;
	uint16_t status;

	f->state = STATE_SEARCH;
	if (br_http_parse(response ? BR_HTTP_RESPONSE : BR_HTTP_REQUEST, octets, HEAD_MAX, &seen,
	                  &head, &status) == 1) {
		if (!response) {
			f->bare[f->asked++ % QUESTIONS_MAX] = br_text_is(head.method, "HEAD") ||
			                                      br_text_is(head.method, "CONNECT");
			if (br_http_request_body(&head, &body, &size, &status) == 0)
				body_follows(f, body, size);
		} else if (head.status >= 200) {
			if (br_http_response_body(&head, is_bare(http, f), &body, &size) < 0)
				body = BR_HTTP_BODY_UNTIL_CLOSE;
			body_follows(f, body, size);
		}
	}
	keep(http, f, RECORD_HEAD);
}

/* RFC 9112 section 7.1. False: it is none */
static bool chunk_begins(struct flow *f)
{
	uint64_t size = 0;
	size_t at = 0;

	while (at < f->collected && (f->head[at] == '\r' || f->head[at] == '\n'))
		at++; /* the end of the chunk before */
	if (at == f->collected)
		return true;
	for (; at < f->collected && size < UINT64_C(1) << 56; at++) {
		uint8_t c = f->head[at];
		unsigned digit = c >= '0' && c <= '9'   ? c - (unsigned)'0'
		                 : c >= 'a' && c <= 'f' ? c - (unsigned)'a' + 10
		                 : c >= 'A' && c <= 'F' ? c - (unsigned)'A' + 10
		                                        : 16;
		if (digit == 16)
			break;
		size = size << 4 | digit;
	}
	if (at >= f->collected || (f->head[at] != '\r' && f->head[at] != '\n'))
		return false; /* also an extension: nobody sends one */
	f->left = size;
	f->state = size > 0 ? STATE_CHUNK_END : STATE_TRAILER;
	return true;
}

static bool ends_head(const struct flow *f)
{
	size_t n = f->collected;

	return f->head[n - 1] == '\n' && ((n >= 2 && f->head[n - 2] == '\n') ||
	                                  (n >= 3 && !memcmp(f->head + n - 3, "\n\r\n", 3)));
}

static bool ends_trailer(const struct flow *f)
{
	return ends_head(f) || (f->collected == 2 && !memcmp(f->head, "\r\n", 2)) ||
	       (f->collected == 1 && f->head[0] == '\n');
}

/* A record of the handshake is kept whole; of sealed octets, and of what is too long, the head */
static void collect_record(struct br_anonymous_http *http, struct flow *f)
{
	size_t length = f->collected < BR_TLS_HEAD ? 0 : (size_t)f->head[3] << 8 | f->head[4];

	if (f->collected < BR_TLS_HEAD)
		return;
	if (f->head[0] == BR_TLS_DATA || BR_TLS_HEAD + length > HEAD_MAX) {
		f->state = length > 0 ? STATE_BODY : STATE_SEARCH;
		f->left = length;
		keep(http, f, RECORD_STAYS);
	} else if (f->collected == BR_TLS_HEAD + length) {
		bool changes = f->head[0] == BR_TLS_CHANGE_CIPHER;

		f->state = STATE_SEARCH;
		keep(http, f, f->sealed ? RECORD_SEALED : RECORD_TLS);
		f->sealed = f->sealed || changes;
	}
}

/* One octet of a head or line; what it belongs to may end with it. */
static void collect(struct br_anonymous_http *http, struct flow *f, uint8_t octet,
                    uint32_t sequence)
{
	if (!f->head && !(f->head = take(http, HEAD_MAX))) {
		f->state = STATE_SEARCH;
		return;
	}
	if (f->collected == 0)
		f->begins = sequence;
	f->head[f->collected++] = octet;
	if (f->state == STATE_RECORD) {
		collect_record(http, f);
	} else if (f->state == STATE_HEAD && ends_head(f)) {
		head_ends(http, f);
	} else if (f->state == STATE_TRAILER && ends_trailer(f)) {
		f->state = STATE_SEARCH;
		keep(http, f, RECORD_HEAD);
	} else if (f->state == STATE_CHUNK && octet == '\n') {
		if (!chunk_begins(f))
			f->state = STATE_SEARCH;
		if (f->state != STATE_SEARCH)
			keep(http, f, RECORD_STAYS);
		f->collected = 0;
	} else if (f->collected == (f->state == STATE_CHUNK ? LINE_MAX_SIZE : HEAD_MAX)) {
		if (f->state != STATE_CHUNK)
			keep(http, f, RECORD_HEAD);
		f->collected = 0;
		f->state = STATE_SEARCH;
	}
}

/* Octets in their order, of which the first @kept are there */
static void pass(struct br_anonymous_http *http, struct flow *f, const uint8_t *octets, size_t kept,
                 size_t size)
{
	size_t at = 0;

	while (at < kept) {
		uint64_t step = size - at;

		switch (f->state) {
		case STATE_SEARCH:
			if (br_anonymous_is_record((struct br_octets){octets + at, kept - at})) {
				f->state = STATE_RECORD;
				break;
			}
			if (!looks_like_head((struct br_octets){octets + at, kept - at})) {
				at = kept;
				break;
			}
			f->state = STATE_HEAD;
			break;
		case STATE_BODY:
		case STATE_CHUNK_END:
			step = step < f->left ? step : f->left;
			at += (size_t)step;
			f->left -= f->left == UINT64_MAX ? 0 : step;
			if (f->left == 0)
				f->state = f->state == STATE_BODY ? STATE_SEARCH : STATE_CHUNK;
			break;
		case STATE_HEAD:
		case STATE_CHUNK:
		case STATE_TRAILER:
		case STATE_RECORD:
			collect(http, f, octets[at], f->next + (uint32_t)at);
			at++;
			break;
		}
	}
	f->next += (uint32_t)size;
	if (at >= size)
		return;
	if (f->state == STATE_HEAD || f->state == STATE_TRAILER) /* the capture has no more of it */
		keep(http, f, RECORD_HEAD);
	if (f->state == STATE_RECORD)
		keep(http, f, f->sealed ? RECORD_SEALED : RECORD_TLS);
	f->collected = 0;
	if (f->state == STATE_BODY && f->left == UINT64_MAX)
		return;
	if (f->state == STATE_BODY && f->left > size - at)
		f->left -= size - at;
	else
		f->state = STATE_SEARCH;
}

static void drop_held(struct br_anonymous_http *http, struct flow *f, size_t index)
{
	give_back(http, f->held[index].octets, f->held[index].kept);
	f->held[index] = f->held[--f->holds];
}

/* What was held and whose turn it is now; @jump: over a gap as well, to the next there is */
static void pass_held(struct br_anonymous_http *http, struct flow *f, bool jump)
{
	while (f->holds > 0) {
		size_t best = 0;

		for (size_t i = 1; i < f->holds; i++) {
			if ((int32_t)(f->held[i].sequence - f->held[best].sequence) < 0)
				best = i;
		}
		struct held_segment *h = &f->held[best];
		int32_t ahead = (int32_t)(h->sequence - f->next);

		if (ahead > 0 && !jump)
			return;
		if (ahead > 0)
			pass(http, f, NULL, 0, (size_t)ahead);
		size_t old = ahead < 0 ? (size_t) - (int64_t)ahead : 0;

		if (old < h->size)
			pass(http, f, h->octets + (old < h->kept ? old : h->kept),
			     old < h->kept ? h->kept - old : 0, h->size - old);
		drop_held(http, f, best);
		jump = false;
	}
}

static void hold(struct br_anonymous_http *http, struct flow *f, const struct br_packet *p)
{
	if (f->holds == HELD_MAX)
		pass_held(http, f, true);
	if ((int32_t)(p->tcp.sequence - f->next) <= 0 || f->holds == HELD_MAX)
		return;
	struct held_segment *h = &f->held[f->holds];

	*h = (struct held_segment){.sequence = p->tcp.sequence,
	                           .size = p->payload_size,
	                           .kept = p->payload.size,
	                           .octets = take(http, p->payload.size)};
	if (!h->octets)
		h->kept = 0;
	else
		memcpy(h->octets, p->payload.data, h->kept);
	f->holds++;
}

/* Nothing more comes: what was held, and a head without an end */
static void end_flow(struct br_anonymous_http *http, struct flow *f)
{
	while (f->holds > 0)
		pass_held(http, f, true);
	if (f->state == STATE_HEAD || f->state == STATE_TRAILER)
		keep(http, f, RECORD_HEAD);
	if (f->state == STATE_RECORD)
		keep(http, f, f->sealed ? RECORD_SEALED : RECORD_TLS);
	f->state = STATE_SEARCH;
	f->collected = 0;
}

void br_anonymous_http_learn(struct br_anonymous_http *http, const struct br_packet *segment)
{
	struct flow *f;

	if (segment->payload_size == 0 && !(segment->tcp.flags & BR_TCP_SYN))
		return;
	f = find_or_add(http, segment);
	if (!f)
		return;
	if (segment->tcp.flags & BR_TCP_SYN) {
		end_flow(http, f);
		f->started = true;
		f->sealed = false;
		f->next = segment->tcp.sequence + 1;
		f->asked = f->answered = 0;
		return;
	}
	if (!f->started) {
		f->started = true;
		f->next = segment->tcp.sequence;
	}
	int32_t ahead = (int32_t)(segment->tcp.sequence - f->next);
	size_t old = ahead < 0 ? (size_t) - (int64_t)ahead : 0, kept = segment->payload.size;

	if (ahead > 0) {
		hold(http, f, segment);
		return;
	}
	if (old < segment->payload_size)
		pass(http, f, kept > old ? segment->payload.data + old : NULL,
		     kept > old ? kept - old : 0, segment->payload_size - old);
	pass_held(http, f, false);
}

void br_anonymous_http_learnt(struct br_anonymous_http *http)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct flow *f = http->bucket[i]; f; f = f->next_in_bucket) {
			end_flow(http, f);
			give_back(http, f->head, HEAD_MAX);
			f->head = NULL;
		}
	}
}

/* Hiding */

/* Records of a handshake whose octets follow one another: messages go over their edges */
struct run {
	struct record *first, *end; /* the last is before @end, which may be NULL */
	bool aligned;               /* a message begins with the first */
	size_t size;                /* octets that they carry */
};

static bool is_handshake(const struct record *r)
{
	return r->kind == RECORD_TLS && r->size > BR_TLS_HEAD && r->octets[0] == BR_TLS_HANDSHAKE;
}

static bool is_behind(const struct record *r, const struct record *before)
{
	bool whole = !is_handshake(before) ||
	             before->size == BR_TLS_HEAD + (size_t)br_get16(before->octets + 3);

	return whole && r->sequence == before->sequence + (uint32_t)before->size;
}

/* The one with @r in it */
static struct run run_of(const struct flow *f, const struct record *r)
{
	struct run run = {.aligned = true};
	struct record *before = NULL;
	bool found = false;

	for (struct record *q = f->first; q; before = q, q = q->next) {
		bool goes_on = run.first && is_handshake(q) && is_behind(q, before);

		if (!goes_on && found)
			break;
		if (!goes_on)
			run = (struct run){.first = is_handshake(q) ? q : NULL,
			                   .aligned = !before || is_behind(q, before)};
		run.size += q->size - BR_TLS_HEAD;
		run.end = q->next;
		found = found || q == r;
	}
	return run;
}

/* Return: false if it is not known where a message begins in it, or there is no memory */
static bool hide_run(struct br_anonymous *a, const struct run *run)
{
	uint8_t *octets = run->aligned ? malloc(run->size) : NULL;
	size_t at = 0;

	if (!octets)
		return false;
	for (struct record *r = run->first; r != run->end; r = r->next) {
		memcpy(octets + at, r->octets + BR_TLS_HEAD, r->size - BR_TLS_HEAD);
		at += r->size - BR_TLS_HEAD;
	}
	br_anonymous_hide_messages(a, octets, run->size);
	at = 0;
	for (struct record *r = run->first; r != run->end; r = r->next) {
		memcpy(r->octets + BR_TLS_HEAD, octets + at, r->size - BR_TLS_HEAD);
		at += r->size - BR_TLS_HEAD;
		r->done = true;
	}
	free(octets);
	return true;
}

static void hide_one(const struct flow *f, struct br_anonymous *a, struct record *r)
{
	struct run run;

	if (r->kind == RECORD_HEAD) {
		br_anonymous_hide_head(a, r->octets, r->size);
	} else if (is_handshake(r)) {
		run = run_of(f, r);
		if (!hide_run(a, &run))
			br_anonymous_hide_record(a, r->octets, r->size, false);
	} else if (r->kind != RECORD_STAYS) {
		br_anonymous_hide_record(a, r->octets, r->size, r->kind == RECORD_SEALED);
	}
	r->done = true;
}

/* The part of @r that stands in the segment */
static void cover(struct br_anonymous_http *http, struct br_anonymous *a, const struct flow *f,
                  struct record *r, uint32_t sequence, uint8_t *payload, size_t size)
{
	int64_t at = (int32_t)(r->sequence - sequence);

	if (at >= (int64_t)size || at + (int64_t)r->size <= 0)
		return;
	if (!r->done)
		hide_one(f, a, r);
	for (size_t i = 0; i < r->size; i++) {
		int64_t to = at + (int64_t)i;

		if (to < 0 || to >= (int64_t)size)
			continue;
		payload[to] = r->octets[i];
		http->covered[to] = true;
	}
}

/* What servers say to who speaks in clear to their port for TLS: it names nobody */
static size_t said_to_all(const uint8_t *octets, size_t size)
{
	static const char *const words[] = {"HTTPS port", "HTTPS server",
	                                    "SSL-enabled server port"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (br_text_starts((struct br_octets){octets, size}, words[i]))
			return strlen(words[i]);
	}
	return 0;
}

/* Of what is encrypted the kind stays: RFC 8446 section 5.1 */
static void hide_content(struct br_anonymous *a, uint8_t *octets, size_t size)
{
	size_t head = size > TLS_HEAD && octets[0] >= 0x14 && octets[0] <= 0x17 && octets[1] == 3
	                      ? TLS_HEAD
	                      : 0;

	size_t from = head, stays;

	for (size_t at = head; at < size; at++) {
		stays = said_to_all(octets + at, size - at);
		if (stays == 0)
			continue;
		br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_CONTENT, octets + from, at - from);
		from = at + stays;
		at = from - 1;
	}
	br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_CONTENT, octets + from, size - from);
}

/* A head that was not learnt, for there was no memory */
static size_t hide_unlearnt(struct br_anonymous *a, uint8_t *payload, size_t size)
{
	size_t end = 4;

	if (!looks_like_head((struct br_octets){payload, size}))
		return 0;
	while (end < size && memcmp(payload + end - 4, "\r\n\r\n", 4) != 0)
		end++;
	br_anonymous_hide_head(a, payload, end);
	return end;
}

void br_anonymous_http_hide(struct br_anonymous_http *http, struct br_anonymous *a,
                            const struct br_packet *segment, uint8_t *payload, size_t size)
{
	struct flow *f = find(http, &segment->src, &segment->dst);

	if (size > SEGMENT_MAX) { /* as no IP packet is, but for a jumbogram */
		hide_content(a, payload + SEGMENT_MAX, size - SEGMENT_MAX);
		size = SEGMENT_MAX;
	}
	memset(http->covered, 0, size);
	for (struct record *r = f ? f->first : NULL; r; r = r->next)
		cover(http, a, f, r, segment->tcp.sequence, payload, size);
	for (size_t at = 0; at < size;) {
		size_t end = at;

		while (end < size && !http->covered[end])
			end++;
		if (end == at) {
			at++;
			continue;
		}
		size_t head = at == 0 ? hide_unlearnt(a, payload, end) : 0;

		if (at + head < end)
			hide_content(a, payload + at + head, end - at - head);
		at = end;
	}
}
