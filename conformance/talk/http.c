/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/http.c - requests and answers in a TCP connection, RFC 9112
 *
 * Heads are read, content is counted: Content-Length says where the next head is, also
 * when the capture did not keep the content. A head the capture cut makes the direction
 * deaf until a segment begins like a head again.
 */
#include "conformance/talk/http.h"

#include <string.h>

#include "conformance/talk/text.h"
#include "conformance/talk/tls.h"
#include "core/base/text.h"
#include "core/formats/http_head.h"
#include "core/formats/tls.h"

enum {
	PORT_HTTPS = 443,
};

static void field_text(char *target, size_t room, const struct br_http_head *head, const char *name)
{
	const struct br_http_field *field = br_http_field_find(head, name);

	if (field)
		talk_text(target, room, field->value);
}

/* "Host Accept User-Agent": the order tells clients apart */
static void field_names(char *target, size_t room, const struct br_http_head *head)
{
	size_t at = 0;

	for (size_t i = 0; i < head->fields; i++) {
		char name[32];

		talk_text(name, sizeof(name), head->field[i].name);
		if (at + strlen(name) + 2 > room)
			break;
		if (at > 0)
			target[at++] = ' ';
		memcpy(target + at, name, strlen(name) + 1);
		at += strlen(name);
	}
}

static void request(struct br_talk *talk, struct br_talk_exchange *e,
                    const struct br_http_head *head, const struct seen *seen)
{
	struct br_talk_tcp *t = &e->tcp;

	if (!t->request)
		t->request = talk_take(talk, e, BR_TALK_REQUESTS_MAX * sizeof(*t->request));
	if (!t->request || t->requests++ >= BR_TALK_REQUESTS_MAX)
		return;
	struct br_talk_http *h = &t->request[t->requests - 1];

	talk_text(h->method, sizeof(h->method), head->method);
	talk_text(h->target, sizeof(h->target), head->target);
	field_text(h->host, sizeof(h->host), head, "Host");
	field_text(h->agent, sizeof(h->agent), head, "User-Agent");
	field_text(h->range, sizeof(h->range), head, "Range");
	field_names(h->fields, sizeof(h->fields), head);
	h->minor = head->minor;
	h->frame = seen->frame;
	h->at = h->last = seen->at;
}

static struct br_talk_http *at_hand(const struct br_talk_tcp *t)
{
	return t->request && t->answers < BR_TALK_REQUESTS_MAX && t->answers < t->requests
	               ? &t->request[t->answers]
	               : NULL;
}

/* The message in this direction is over; the next octets begin another. */
static void message_ends(struct br_talk_tcp *t, struct br_talk_flow *f, bool up)
{
	struct br_talk_http *h = up ? NULL : at_hand(t);

	f->in_body = false;
	f->head_size = 0;
	if (up)
		return;
	if (h)
		h->complete = true;
	t->answers++;
}

static void response(struct br_talk_tcp *t, struct br_talk_flow *f, const struct br_http_head *head,
                     const struct seen *seen)
{
	struct br_talk_http *h = at_hand(t);
	enum br_http_body body = BR_HTTP_BODY_UNTIL_CLOSE;
	uint64_t size = 0;
	bool to_head = h && !strcmp(h->method, "HEAD");
	const struct br_http_field *length = br_http_field_find(head, "Content-Length");

	bool tunnel = h && !strcmp(h->method, "CONNECT") && head->status / 100 == 2;

	f->head_size = 0;
	if (head->status >= 100 && head->status < 200)
		return;
	if (br_http_response_body(head, to_head, &body, &size) < 0)
		body = BR_HTTP_BODY_UNTIL_CLOSE;
	if (head->status == 400 && t->server.port == PORT_HTTPS)
		t->wants_tls = true;
	if (tunnel) /* what follows is between the two ends, RFC 9110 section 9.3.6 */
		body = BR_HTTP_BODY_NONE;
	if (h) {
		h->answered = h->last = seen->at;
		h->status = head->status;
		h->answer_minor = head->minor;
		h->chunked = body == BR_HTTP_BODY_CHUNKED;
		h->closes = !br_http_keep_alive(head);
		h->has_length =
			length && br_text_get_decimal(length->value, UINT64_MAX, &h->length);
		field_text(h->type, sizeof(h->type), head, "Content-Type");
		field_text(h->server, sizeof(h->server), head, "Server");
		field_text(h->location, sizeof(h->location), head, "Location");
		field_text(h->encoding, sizeof(h->encoding), head, "Content-Encoding");
		h->open_chunk = h->chunked;
	}
	f->in_body = true;
	f->body_left = body == BR_HTTP_BODY_NONE     ? 0
	               : body == BR_HTTP_BODY_LENGTH ? size
	                                             : UINT64_MAX;
	if (f->body_left == 0)
		message_ends(t, f, false);
}

/* The first octets of content; those of a chunk stand behind the line with its size. */
static struct br_octets content_of(const struct br_talk_http *h, struct br_octets octets)
{
	const uint8_t *line =
		h->chunked && octets.size > 0 ? memchr(octets.data, '\n', octets.size) : NULL;

	if (!h->chunked)
		return octets;
	if (!line)
		return (struct br_octets){0};
	size_t skip = (size_t)(line - octets.data) + 1;

	return (struct br_octets){octets.data + skip, octets.size - skip};
}

/* RFC 9112 section 7.1: a chunk of size 0, and no trailer. What was not kept counts as the end. */
static bool is_last_chunk(struct br_octets octets, uint64_t size)
{
	static const char last[] = {'0', '\r', '\n', '\r', '\n'};

	return octets.size < size ||
	       (octets.size >= sizeof(last) &&
	        !memcmp(octets.data + octets.size - sizeof(last), last, sizeof(last)));
}

static bool has(struct br_octets octets, const char *text)
{
	size_t size = strlen(text);

	for (size_t i = 0; i + size <= octets.size; i++) {
		if (!memcmp(octets.data + i, text, size))
			return true;
	}
	return false;
}

/* What nginx, Go and Apache say to who speaks in clear to their port for TLS */
static bool says_wants_tls(const struct br_talk_http *h, struct br_octets octets)
{
	return h->status == 400 && (has(octets, "HTTPS port") || has(octets, "HTTPS server") ||
	                            has(octets, "SSL-enabled server port"));
}

static uint64_t body(struct br_talk_tcp *t, struct br_talk_flow *f, bool up, uint64_t size,
                     struct br_octets octets, const struct seen *seen)
{
	struct br_talk_http *h = up ? NULL : at_hand(t);
	uint64_t step = size < f->body_left ? size : f->body_left;

	if (h) {
		if (h->octets == 0)
			h->image = br_image_of(content_of(h, octets));
		t->wants_tls = t->wants_tls || says_wants_tls(h, octets);
		h->open_chunk = h->chunked && !is_last_chunk(octets, size);
		h->octets += step;
		h->last = seen->at;
	}
	if (f->body_left != UINT64_MAX)
		f->body_left -= step;
	if (f->body_left == 0)
		message_ends(t, f, up);
	return step;
}

/* The capture ends inside a head: what stands in its whole lines is taken for all of it. Where
 * the content begins is not known; the rest of the segment counts as content.
 */
static int parse_cut(struct br_talk_flow *f, bool up, struct br_http_head *head)
{
	size_t size = br_http_close_cut(f->head, f->head_size, sizeof(f->head)), looked = 0;
	uint16_t status;

	if (size == 0)
		return -1;
	return br_http_parse(up ? BR_HTTP_REQUEST : BR_HTTP_RESPONSE,
	                     (struct br_octets){f->head, size}, sizeof(f->head), &looked, head,
	                     &status);
}

/* Return: octets of the segment that were the head's, as far as can be told; 0: not a head */
static uint64_t cut_head(struct br_talk *talk, struct br_talk_exchange *e, bool up, uint64_t size,
                         const struct seen *seen)
{
	struct br_talk_flow *f = up ? e->tcp.up : e->tcp.down;
	struct br_http_head head;
	uint16_t kept = f->head_size;

	e->tcp.cut = true;
	if (parse_cut(f, up, &head) != 1) {
		f->deaf = true;
		return 0;
	}
	if (up) {
		request(talk, e, &head, seen);
		f->head_size = 0;
	} else {
		response(&e->tcp, f, &head, seen);
	}
	struct br_talk_tcp *t = &e->tcp;
	uint16_t which = up ? (uint16_t)(t->requests - 1) : t->answers;

	if (t->request && which < t->requests && which < BR_TALK_REQUESTS_MAX)
		t->request[which].cut = true;
	return up || kept > size ? size : kept;
}

/* Octets of a head. Return: how many of @octets were its own; 0: all, and it goes on */
static size_t head_octets(struct br_talk *talk, struct br_talk_exchange *e, bool up,
                          struct br_octets octets, const struct seen *seen)
{
	struct br_talk_flow *f = up ? e->tcp.up : e->tcp.down;
	struct br_http_head head;
	size_t before = f->head_size, looked = 0;
	size_t room = sizeof(f->head) - before;
	size_t step = octets.size < room ? octets.size : room;
	uint16_t status;

	memcpy(f->head + before, octets.data, step);
	f->head_size = (uint16_t)(before + step);
	int result = br_http_parse(up ? BR_HTTP_REQUEST : BR_HTTP_RESPONSE,
	                           (struct br_octets){f->head, f->head_size}, sizeof(f->head),
	                           &looked, &head, &status);

	if (result < 0 || (result == 0 && f->head_size == sizeof(f->head)))
		f->deaf = true;
	if (result <= 0 || head.size <= before)
		return 0;
	size_t own = head.size - before;

	if (up) {
		enum br_http_body kind;
		uint64_t size = 0;

		request(talk, e, &head, seen);
		f->head_size = 0;
		if (br_http_request_body(&head, &kind, &size, &status) == 0 && size > 0) {
			f->in_body = true;
			f->body_left = size;
		}
	} else {
		response(&e->tcp, f, &head, seen);
	}
	return own;
}

void talk_http(struct br_talk *talk, struct br_talk_exchange *e, bool up, struct br_octets octets,
               uint64_t size, const struct seen *seen)
{
	struct br_talk_tcp *t = &e->tcp;
	struct br_talk_flow *f = up ? t->up : t->down;

	if (up && octets.size > 2 && octets.data[0] == BR_TLS_HANDSHAKE && octets.data[1] == 3)
		t->tls = true;
	if (t->tls) {
		talk_tls(t, up, octets, size);
		return;
	}
	if (!up && t->requests == 0 && !t->hello.foreign[0]) /* it speaks first, as SSH does */
		talk_text(t->hello.foreign, sizeof(t->hello.foreign), octets);
	if (!up && at_hand(t) && !f->in_body && f->head_size == 0 && octets.size > 2 &&
	    octets.data[0] == BR_TLS_ALERT && octets.data[1] == 3)
		t->wants_tls = f->deaf = true;
	/* content of unknown length ends where the next request begins its answer */
	if (!up && f->in_body && f->body_left == UINT64_MAX &&
	    br_http_begins(BR_HTTP_RESPONSE, octets) && t->answers + 1 < t->requests)
		message_ends(t, f, up);
	if (f->deaf && br_http_begins(up ? BR_HTTP_REQUEST : BR_HTTP_RESPONSE, octets)) {
		f->deaf = false;
		f->head_size = 0;
	}
	while (size > 0 && !f->deaf) {
		uint64_t step;

		if (f->in_body) {
			step = body(t, f, up, size, octets, seen);
		} else if (octets.size == 0) {
			f->deaf = t->cut = true; /* a head that was not kept */
			break;
		} else {
			step = head_octets(talk, e, up, octets, seen);
			if (step == 0 && octets.size < size && !f->deaf)
				step = cut_head(talk, e, up, size, seen);
			else if (step == 0) /* all of it, and it goes on */
				step = octets.size;
		}
		size -= step;
		octets = step < octets.size ? (struct br_octets){octets.data + step,
		                                                 octets.size - (size_t)step}
		                            : (struct br_octets){0};
	}
}
