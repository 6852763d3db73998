/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A visit is a connection of a client, with one request at a time; further ones wait behind it,
 * and hold up the client when there are many. A request is answered out of an
 * object: an answer of the origin, its head and as much of its content as has come. Those who ask
 * for what is under way wait for its head, then follow its content. A fetch is a connection to the
 * origin that fills one object, and ends.
 *
 * An object that is private (an error, a part, the answer to a HEAD that was passed on) is of one
 * visit and found by nobody else. One that is old gets a successor, fetched with a condition: 304
 * puts the old one back, anything else takes its place. Objects are freed when no visit and no
 * fetch has them and nobody can find them any more.
 * Their octets are at most as many as the options say.
 *
 * A tunnel is two streams (web_tunnel.c). No user of the host's is told of a stream while it is
 * being told of another, so a side goes only by what is done here.
 */
#include "sim/net/web_cache.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/net/web_cache_inside.h"

static void serve(struct br_web_cache *c, uint32_t stream);

/* Everybody who waits for this object, or follows it */
static void wake(struct br_web_cache *c, size_t object)
{
	for (uint32_t i = 0; i < c->sides; i++) {
		if (c->side[i] && c->side[i]->kind == SIDE_VISIT && c->side[i]->object == object)
			serve(c, i);
	}
}

/* Those who were to get one get another. */
static void move_visits(struct br_web_cache *c, size_t from, size_t to)
{
	for (size_t i = 0; i < c->sides; i++) {
		struct br_web_side *side = c->side[i];

		if (side && side->kind == SIDE_VISIT && side->object == from) {
			br_web_object_let_go(c, &side->object);
			br_web_object_hold(c, side, to);
		}
	}
}

/* The request that a visit, or a fetch, is about */
static bool parse_request(const struct br_web_side *side, struct br_http_head *ret)
{
	size_t seen = 0;
	uint16_t status;

	return br_http_parse(BR_HTTP_REQUEST, (struct br_octets){side->in, side->in_size},
	                     sizeof(side->in), &seen, ret, &status) == 1;
}

/* Fetches */

static void fetch_failed(struct br_web_cache *c, struct br_web_side *fetch)
{
	size_t object = fetch->object, old = object < OBJECTS ? c->object[object].old : OBJECTS;
	struct br_web_object *o;

	if (object >= OBJECTS)
		return;
	o = &c->object[object];
	if (!o->headed && old < OBJECTS && c->options.stale) {
		c->counts.stale++;
		c->object[old].users--;
		o->old = OBJECTS;
		br_web_object_forget(c, object);
		move_visits(c, object, old);
		br_web_object_let_go(c, &fetch->object);
		wake(c, old);
		return;
	}
	if (!o->headed) {
		o->headed = o->whole = o->length_known = true;
		o->status = 502;
	}
	o->failed = !o->whole;
	br_web_object_forget(c, object);
	if (old < OBJECTS) {
		o->old = OBJECTS;
		c->object[old].users--;
	}
	wake(c, object);
	br_web_object_let_go(c, &fetch->object);
}

static void fetch_done(struct br_web_cache *c, uint32_t stream)
{
	struct br_web_side *fetch = c->side[stream];
	struct br_web_object *o = &c->object[fetch->object];

	o->whole = true;
	if (!o->length_known) {
		o->length = o->size;
		o->length_known = true;
	}
	wake(c, fetch->object);
	br_web_object_let_go(c, &fetch->object);
	br_host_stream_close(c->host, stream);
}

/* 304: what was old is fresh */
static void confirmed(struct br_web_cache *c, struct br_web_side *fetch)
{
	size_t object = fetch->object, old = c->object[object].old;

	if (old >= OBJECTS)
		return;
	c->object[old].at = c->clock->now;
	c->object[old].users--;
	c->object[object].old = OBJECTS;
	c->object[object].kept = false;
	move_visits(c, object, old);
	br_web_object_let_go(c, &fetch->object);
	wake(c, old);
}

static void head_came(struct br_web_cache *c, struct br_web_side *fetch,
                      const struct br_http_head *head)
{
	struct br_web_object *o = &c->object[fetch->object];
	bool to_head = fetch->to_head;
	struct br_http_head request;

	br_clock_set(c->clock, &fetch->late, BR_TIME_NEVER);
	if (head->status == 304 && o->old < OBJECTS) {
		confirmed(c, fetch);
		return;
	}
	if (br_http_response_body(head, to_head, &fetch->body, &fetch->left) < 0 ||
	    (fetch->body == BR_HTTP_BODY_LENGTH && fetch->left > c->options.size_max)) {
		fetch_failed(c, fetch);
		return;
	}
	if (o->old < OBJECTS) {
		c->object[o->old].users--;
		br_web_object_forget(c, o->old);
		o->old = OBJECTS;
	}
	o->headed = true;
	o->status = head->status;
	o->at = c->clock->now;
	br_web_keep_field(o->type, head, "Content-Type");
	br_web_keep_field(o->etag, head, "ETag");
	br_web_keep_field(o->modified, head, "Last-Modified");
	br_web_keep_field(o->part, head, "Content-Range");
	br_web_keep_field(o->location, head, "Location");
	br_web_keep_field(o->vary, head, "Vary");
	if (parse_request(fetch, &request))
		o->variant = br_web_variant(o->vary, &request);
	if (head->status != 200)
		br_web_object_forget(c, fetch->object); /* users > 0: it stays for them */
	fetch->in_body = true;
	if (fetch->body == BR_HTTP_BODY_LENGTH || fetch->body == BR_HTTP_BODY_NONE) {
		const struct br_http_field *length = br_http_field_find(head, "Content-Length");

		o->length_known = true;
		o->length = fetch->left;
		if (to_head && length)
			(void)br_text_get_decimal(length->value, UINT64_MAX, &o->length);
		if (to_head)
			fetch->left = 0;
	}
}

static bool body_came(struct br_web_cache *c, struct br_web_side *fetch, struct br_octets data)
{
	struct br_web_object *o = &c->object[fetch->object];
	struct br_reader r = br_reader_of(data.data, data.size);
	struct br_octets piece;
	int status;

	switch (fetch->body) {
	case BR_HTTP_BODY_NONE:
		return true;
	case BR_HTTP_BODY_LENGTH:
		if (data.size > fetch->left)
			data.size = (size_t)fetch->left;
		fetch->left -= data.size;
		return br_web_object_add(c, o, data);
	case BR_HTTP_BODY_CHUNKED:
		while ((status = br_http_chunks_get(&fetch->chunks, &r, &piece)) > 0) {
			if (!br_web_object_add(c, o, piece))
				return false;
		}
		return status != -EBADMSG;
	case BR_HTTP_BODY_UNTIL_CLOSE:
		return br_web_object_add(c, o, data);
	}
	return false;
}

static void fetch_came(struct br_web_cache *c, uint32_t stream, struct br_octets data)
{
	struct br_web_side *fetch = c->side[stream];
	struct br_http_head head;
	uint16_t bad;
	size_t take;
	int status;

	if (fetch->object >= OBJECTS)
		return;
	if (!fetch->in_body) {
		take = sizeof(fetch->head) - fetch->head_size;
		take = data.size < take ? data.size : take;
		memcpy(fetch->head + fetch->head_size, data.data, take);
		fetch->head_size += take;
		status = br_http_parse(BR_HTTP_RESPONSE,
		                       (struct br_octets){fetch->head, fetch->head_size},
		                       sizeof(fetch->head), &fetch->head_seen, &head, &bad);
		if (status == 0)
			return;
		if (status < 0) {
			fetch_failed(c, fetch);
			br_web_side_cut_off(c, stream);
			return;
		}
		take -= fetch->head_size - head.size;
		data = (struct br_octets){data.data + take, data.size - take};
		head_came(c, fetch, &head);
		if (fetch->object >= OBJECTS) {
			br_host_stream_close(c->host, stream);
			return;
		}
	}
	if (!body_came(c, fetch, data)) {
		fetch_failed(c, fetch);
		br_web_side_cut_off(c, stream);
		return;
	}
	if (fetch->body == BR_HTTP_BODY_NONE ||
	    (fetch->body == BR_HTTP_BODY_LENGTH && fetch->left == 0) ||
	    (fetch->body == BR_HTTP_BODY_CHUNKED && fetch->chunks.state == BR_HTTP_CHUNK_DONE))
		fetch_done(c, stream);
	else
		wake(c, fetch->object);
}

static void too_late(void *context, br_time now)
{
	struct br_web_side *fetch = context;

	(void)now;
	fetch_failed(fetch->cache, fetch);
	br_web_side_cut_off(fetch->cache, fetch->stream);
}

/* What is asked of the origin, for @visit, goes out when the connection stands. */
static bool begin_fetch(struct br_web_cache *c, size_t object, const struct br_web_side *visit,
                        const struct br_http_head *request, bool head, bool range)
{
	struct br_web_object *o = &c->object[object];
	const struct br_web_object *old = o->old < OBJECTS ? &c->object[o->old] : NULL;
	const struct br_endpoint any = {.port = 0};
	struct br_web_side *fetch;
	char host[TEXT], out[OUT_MAX];
	struct br_writer w = br_writer_of(out, sizeof(out));
	int stream;

	br_http_put_request_line(&w, head ? "HEAD" : "GET", o->target);
	br_web_keep_field(host, request, "Host");
	br_http_put_field(&w, "Host", host);
	for (size_t i = 0; i < request->fields; i++) {
		const struct br_http_field *field = &request->field[i];
		char name[TEXT], value[TEXT];

		if (!(br_text_is_nocase(field->name, "User-Agent") ||
		      br_text_is_nocase(field->name, "Accept") ||
		      (range && br_text_is_nocase(field->name, "Range"))))
			continue;
		snprintf(name, TEXT, "%.*s", (int)field->name.size, (const char *)field->name.data);
		snprintf(value, TEXT, "%.*s", (int)field->value.size,
		         (const char *)field->value.data);
		br_http_put_field(&w, name, value);
	}
	if (old && old->etag[0])
		br_http_put_field(&w, "If-None-Match", old->etag);
	else if (old && old->modified[0])
		br_http_put_field(&w, "If-Modified-Since", old->modified);
	br_http_put_field(&w, "Via", "1.1 cache");
	br_http_put_end(&w);
	stream = w.bad ? -1 : br_host_tcp_connect(c->host, &any, &c->options.origin);
	fetch = stream < 0 ? NULL : br_web_side_new(c, (uint32_t)stream, SIDE_FETCH);
	if (!fetch)
		return false;
	br_web_object_hold(c, fetch, object);
	fetch->to_head = head;
	fetch->cache = c;
	fetch->stream = (uint32_t)stream;
	fetch->late = (struct br_timer){.fire = too_late, .context = fetch};
	if (c->options.wait_ms > 0)
		br_clock_set(c->clock, &fetch->late, c->clock->now + c->options.wait_ms * BR_MS);
	memcpy(fetch->out, out, br_written(&w));
	fetch->out_size = br_written(&w);
	memcpy(fetch->in, visit->in, request->size);
	fetch->in_size = request->size;
	return true;
}

/* Visits */

static void say_alone(struct br_web_side *visit, uint16_t status)
{
	struct br_writer w = br_writer_of(visit->out, sizeof(visit->out));

	br_http_put_status_line(&w, status);
	br_http_put_field_number(&w, "Content-Length", 0);
	br_http_put_end(&w);
	visit->out_at = 0;
	visit->out_size = br_written(&w);
	visit->at = visit->end = 0;
	visit->state = VISIT_SENDS;
}

static bool again(const struct br_web_cache *c, const struct br_web_object *o)
{
	return o->headed && c->clock->now - o->at > c->options.age_s * BR_S;
}

/* What is fresh goes before what is under way, and that before what is old. */
static int rank(const struct br_web_cache *c, const struct br_web_object *o)
{
	return !o->headed ? 1 : again(c, o) ? 0 : 2;
}

static size_t find(const struct br_web_cache *c, const struct br_http_head *request)
{
	size_t found = OBJECTS;

	for (size_t i = 0; i < OBJECTS; i++) {
		const struct br_web_object *o = &c->object[i];

		if (o->used && o->kept && br_text_is(request->target, o->target) &&
		    br_web_object_fits(c, o, request) &&
		    (found == OBJECTS || rank(c, o) > rank(c, &c->object[found])))
			found = i;
	}
	return found;
}

/* An object for the request, found or begun. Return: OBJECTS if there is no room, or no way */
static size_t object_for(struct br_web_cache *c, struct br_web_side *visit,
                         const struct br_http_head *request)
{
	bool head = br_text_is(request->method, "HEAD");
	bool range = br_http_field_find(request, "Range") != NULL;
	size_t found = find(c, request), object;
	bool old = found < OBJECTS && again(c, &c->object[found]);
	bool passed_head = found == OBJECTS && head && c->options.head == BR_WEB_CACHE_PASSED;
	bool passed_part = found == OBJECTS && range && c->options.range == BR_WEB_CACHE_ASKED;

	if (found < OBJECTS && !old) {
		visit->began = false;
		c->counts.hits++;
		return found;
	}
	c->counts.misses += !old;
	c->counts.checks += old;
	if (old) /* before a place is looked for, which would be this one's */
		c->object[found].users++;
	object = br_web_object_new(c, request->target, !passed_head && !passed_part);
	if (object < OBJECTS && old)
		c->object[object].old = found;
	visit->began = object < OBJECTS &&
	               begin_fetch(c, object, visit, request, passed_head, passed_part);
	if (visit->began)
		return object;
	if (old)
		c->object[found].users--;
	if (object < OBJECTS)
		br_web_object_forget(c, object);
	return OBJECTS;
}

static void ask(struct br_web_cache *c, uint32_t stream, const struct br_http_head *request)
{
	struct br_web_side *visit = c->side[stream];
	bool head = br_text_is(request->method, "HEAD");
	size_t object;

	visit->closes = !br_http_keep_alive(request);
	if (br_text_is(request->method, "CONNECT")) {
		uint16_t status = br_web_tunnel_begin(c, stream, request);

		if (status != 0)
			say_alone(visit, status);
		return;
	}
	if ((!head && !br_text_is(request->method, "GET")) ||
	    (head && c->options.head == BR_WEB_CACHE_REFUSED)) {
		say_alone(visit, 405);
		return;
	}
	if (request->target.size >= TEXT) {
		say_alone(visit, 414);
		return;
	}
	object = object_for(c, visit, request);
	if (object >= OBJECTS) {
		say_alone(visit, 502);
		return;
	}
	br_web_object_hold(c, visit, object);
	visit->state = VISIT_WAITS;
}

/* Of the whole file: what part goes out, and with which status */
static uint16_t part_of(const struct br_web_cache *c, const struct br_web_object *o,
                        const struct br_http_head *request, uint64_t *first, uint64_t *last)
{
	const struct br_http_field *range = br_http_field_find(request, "Range");
	const struct br_http_field *match = br_http_field_find(request, "If-Match");

	*first = 0;
	*last = o->length - 1;
	if (match && o->etag[0] && !br_text_is(match->value, o->etag))
		return 412;
	if (!range || o->status != 200 || c->options.range == BR_WEB_CACHE_IGNORED)
		return o->status;
	switch (br_http_range(range->value, o->length, first, last)) {
	case BR_HTTP_RANGE_ONE:
		return 206;
	case BR_HTTP_RANGE_UNSATISFIABLE:
		return 416;
	case BR_HTTP_RANGE_IGNORED:
		break;
	}
	return o->status;
}

static void begin_answer(struct br_web_cache *c, struct br_web_side *visit,
                         const struct br_http_head *request)
{
	const struct br_web_object *o = &c->object[visit->object];
	struct br_writer w = br_writer_of(visit->out, sizeof(visit->out));
	uint64_t first, last;
	uint16_t status = part_of(c, o, request, &first, &last);
	char part[TEXT];

	if (status == 412 || status == 416) {
		say_alone(visit, status);
		return;
	}
	visit->at = first;
	visit->end = o->length == 0 ? 0 : last + 1;
	snprintf(part, sizeof(part), "bytes %llu-%llu/%llu", (unsigned long long)first,
	         (unsigned long long)last, (unsigned long long)o->length);
	br_http_put_status_line(&w, status);
	br_http_put_field_number(&w, "Content-Length", visit->end - visit->at);
	if (o->type[0])
		br_http_put_field(&w, "Content-Type", o->type);
	if (o->etag[0])
		br_http_put_field(&w, "ETag", o->etag);
	if (o->modified[0])
		br_http_put_field(&w, "Last-Modified", o->modified);
	if (o->location[0])
		br_http_put_field(&w, "Location", o->location);
	if (o->vary[0])
		br_http_put_field(&w, "Vary", o->vary);
	if (status == 206)
		br_http_put_field(&w, "Content-Range", o->part[0] ? o->part : part);
	if (o->kept)
		br_http_put_field_number(&w, "Age", (c->clock->now - o->at) / BR_S);
	br_http_put_end(&w);
	visit->out_at = 0;
	visit->out_size = br_written(&w);
	if (br_text_is(request->method, "HEAD"))
		visit->end = visit->at;
	visit->state = VISIT_SENDS;
}

/* Return: false if that was the last one */
static bool answer_over(struct br_web_cache *c, struct br_web_side *visit)
{
	struct br_http_head request;

	br_web_object_let_go(c, &visit->object);
	visit->state = VISIT_READS;
	if (visit->closes)
		return false;
	if (parse_request(visit, &request)) {
		visit->in_size -= request.size;
		memmove(visit->in, visit->in + request.size, visit->in_size);
	}
	visit->seen = 0;
	return true;
}

enum progress {
	BEFORE_MORE, /* of the request, the object or room at the client */
	GOES_ON,
	LAST_ONE, /* nothing comes behind it */
	CUT_OFF,
};

/* The head once that of the object is there */
static enum progress answer_head(struct br_web_cache *c, uint32_t stream)
{
	struct br_web_side *visit = c->side[stream];
	const struct br_web_object *o = &c->object[visit->object];
	struct br_http_head request;

	if (o->failed && !o->length_known) /* how long it is will never be known */
		return CUT_OFF;
	if (!o->headed || !o->length_known || !parse_request(visit, &request))
		return BEFORE_MORE;
	if (visit->began || br_web_object_fits(c, o, &request)) {
		begin_answer(c, visit, &request);
		return GOES_ON;
	}
	br_web_object_let_go(c, &visit->object);
	ask(c, stream, &request);
	return GOES_ON;
}

/* As far as the client takes it and the object has it */
static enum progress answer(struct br_web_cache *c, uint32_t stream)
{
	struct br_web_side *visit = c->side[stream];
	struct br_web_object *o = visit->object < OBJECTS ? &c->object[visit->object] : NULL;
	size_t taken;

	if (!br_web_side_write(c, stream,
	                       (struct br_octets){(const uint8_t *)visit->out + visit->out_at,
	                                          visit->out_size - visit->out_at},
	                       &taken)) {
		visit->out_at += taken;
		return BEFORE_MORE;
	}
	visit->out_at = visit->out_size;
	if (o && visit->at < visit->end) {
		uint64_t to = visit->end < o->size ? visit->end : o->size;

		if (to > visit->at) {
			(void)br_web_side_write(
				c, stream,
				(struct br_octets){o->octets + visit->at, (size_t)(to - visit->at)},
				&taken);
			visit->at += taken;
		}
		if (visit->at < visit->end) /* else what was promised will not come */
			return o->failed && visit->at >= o->size ? CUT_OFF : BEFORE_MORE;
	}
	return answer_over(c, visit) ? GOES_ON : LAST_ONE;
}

static enum progress read_request(struct br_web_cache *c, uint32_t stream)
{
	struct br_web_side *visit = c->side[stream];
	struct br_octets left = br_web_waiting_left(&visit->waiting);
	size_t room = sizeof(visit->in) - visit->in_size;
	size_t size = left.size < room ? left.size : room;
	struct br_http_head request;
	uint16_t status;
	int result;

	if (size > 0) {
		memcpy(visit->in + visit->in_size, left.data, size);
		visit->in_size += size;
		visit->waiting.at += size;
	}
	if (visit->in_size == 0)
		return visit->ended ? LAST_ONE : BEFORE_MORE;
	result = br_http_parse(BR_HTTP_REQUEST, (struct br_octets){visit->in, visit->in_size},
	                       sizeof(visit->in), &visit->seen, &request, &status);
	if (result == 0)
		return visit->ended ? LAST_ONE : BEFORE_MORE; /* the rest of it will not come */
	if (result < 0) {
		say_alone(visit, status);
		visit->closes = true;
	} else {
		ask(c, stream, &request);
	}
	return GOES_ON;
}

static enum progress step(struct br_web_cache *c, uint32_t stream)
{
	switch (c->side[stream]->state) {
	case VISIT_READS:
		return read_request(c, stream);
	case VISIT_WAITS:
		return answer_head(c, stream);
	case VISIT_SENDS:
		return answer(c, stream);
	case VISIT_TUNNELS:
	case VISIT_OVER:
		break;
	}
	return BEFORE_MORE;
}

/* One request behind the other, as far as it goes: in a loop, for a client may send any number of
 * them at once. What has no room holds up the client.
 */
static void serve(struct br_web_cache *c, uint32_t stream)
{
	struct br_web_side *visit = c->side[stream];
	enum progress progress;

	do
		progress = step(c, stream);
	while (progress == GOES_ON);
	if (progress == CUT_OFF) {
		br_web_side_cut_off(c, stream);
		return;
	}
	if (visit->state == VISIT_TUNNELS)
		return;
	if (progress == LAST_ONE) {
		visit->state = VISIT_OVER;
		visit->waiting.at = visit->waiting.size = 0;
		br_host_stream_close(c->host, stream);
	}
	if (br_web_side_of(c, stream) == visit) /* it goes on being told of it */
		br_host_stream_pause(c->host, stream,
		                     br_web_waiting_left(&visit->waiting).size > 0);
}

static void visit_came(struct br_web_cache *c, uint32_t stream, struct br_octets data)
{
	struct br_web_side *visit = c->side[stream];

	if (visit->state == VISIT_OVER)
		return;
	if (!br_web_waiting_add(&visit->waiting, data)) {
		br_web_side_cut_off(c, stream);
		return;
	}
	serve(c, stream);
}

/* Streams */

static void fetch_stream(struct br_web_cache *c, uint32_t stream, enum br_stream_event event,
                         struct br_octets data)
{
	struct br_web_side *fetch = c->side[stream];

	switch (event) {
	case BR_STREAM_OPENED:
		(void)br_host_stream_write(
			c->host, stream,
			(struct br_octets){(const uint8_t *)fetch->out, fetch->out_size});
		break;
	case BR_STREAM_DATA:
		fetch_came(c, stream, data);
		break;
	case BR_STREAM_END:
		if (fetch->object < OBJECTS && fetch->in_body &&
		    fetch->body == BR_HTTP_BODY_UNTIL_CLOSE) {
			fetch_done(c, stream);
			break;
		}
		fetch_failed(c, fetch);
		br_host_stream_close(c->host, stream);
		break;
	case BR_STREAM_CREDIT:
		break;
	case BR_STREAM_GONE:
		fetch_failed(c, fetch);
		br_web_side_drop(c, stream);
		break;
	}
}

static void visit_stream(struct br_web_cache *c, uint32_t stream, enum br_stream_event event,
                         struct br_octets data)
{
	switch (event) {
	case BR_STREAM_OPENED:
		break;
	case BR_STREAM_DATA:
		visit_came(c, stream, data);
		break;
	case BR_STREAM_END: /* of what it asks; the answers are still to go */
		c->side[stream]->ended = true;
		serve(c, stream);
		break;
	case BR_STREAM_CREDIT:
		serve(c, stream);
		break;
	case BR_STREAM_GONE:
		br_web_side_drop(c, stream);
		break;
	}
}

static void tunnel_gone(struct br_web_cache *c, uint32_t stream)
{
	uint32_t visit;

	if (!br_web_tunnel_gone(c, stream, &visit))
		return;
	say_alone(c->side[visit], 502);
	c->side[visit]->closes = true;
	serve(c, visit);
}

static void on_stream(void *context, uint32_t stream, enum br_stream_event event, int error,
                      struct br_octets data, br_time now)
{
	struct br_web_cache *c = context;
	struct br_web_side *side = br_web_side_of(c, stream);
	bool tunnel;

	(void)error;
	(void)now;
	if (!side && event == BR_STREAM_OPENED) {
		side = br_web_side_new(c, stream, SIDE_VISIT);
		if (!side)
			br_host_stream_reset(c->host, stream);
	}
	if (!side)
		return;
	tunnel = side->kind == SIDE_FAR || side->state == VISIT_TUNNELS;
	if (tunnel && event == BR_STREAM_GONE)
		tunnel_gone(c, stream);
	else if (tunnel)
		br_web_tunnel_stream(c, stream, event, data);
	else if (side->kind == SIDE_FETCH)
		fetch_stream(c, stream, event, data);
	else
		visit_stream(c, stream, event, data);
}

int br_web_cache_new(struct br_web_cache **ret_cache, struct br_host *host, struct br_clock *clock,
                     const struct br_web_cache_options *options)
{
	struct br_web_cache *c = calloc(1, sizeof(*c));
	int error;

	if (!c)
		return -ENOMEM;
	c->host = host;
	c->clock = clock;
	c->options = *options;
	c->sides = br_host_get_tcp_options(host)->streams_max;
	c->side = calloc(c->sides, sizeof(struct br_web_side *));
	error = c->side ? br_host_tcp_listen(host, options->port) : -ENOMEM;
	if (error) {
		free(c->side);
		free(c);
		return error;
	}
	br_host_set_user(host, &(struct br_host_user){.context = c, .stream = on_stream});
	*ret_cache = c;
	return 0;
}

struct br_web_cache *br_web_cache_free(struct br_web_cache *cache)
{
	if (!cache)
		return NULL;
	br_host_set_user(cache->host, &(struct br_host_user){.context = NULL});
	for (uint32_t i = 0; i < cache->sides; i++) {
		if (cache->side[i])
			br_web_side_drop(cache, i);
	}
	for (size_t i = 0; i < OBJECTS; i++)
		free(cache->object[i].octets);
	free(cache->side);
	free(cache);
	return NULL;
}

const struct br_web_cache_counts *br_web_cache_counts(const struct br_web_cache *cache)
{
	return &cache->counts;
}
