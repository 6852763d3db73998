/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * What a peer sends is kept in its stream's buffer, as long as one head may be. A head
 * that is complete is decided on (core/http/http_answer.h), the content of the request is
 * read to its end, then the answer goes out as far as the stream's credit reaches, and
 * only then is the next request looked at: pipelined ones are answered in order and
 * cost no memory. If they come faster than the answers go out, the buffer fills; what
 * is in it is answered and the connection closed.
 *
 * Everything that goes out, notes too, is made by br_http_output(), one action at a
 * time and one stream after the other.
 *
 * Times. A request must be complete br_config.idle_ms after the connection is ready
 * for it or, if that is later, after its first octet; a peer that takes nothing of an
 * answer is given four times that. EDK2 ends a read with RST; behind a complete answer
 * that is as good an end as any.
 *
 * When all streams are taken and another peer waits, one that has only waited for a request
 * for a quarter of a second is reset: who is honest sends it at once. A reader that took less
 * than a page in half a second gives way, too, and who has not ended what both ends have closed.
 * The one that could have given way for the longest time goes first; if there is none, the first
 * that can.
 */
#include "core/http/http.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/base/timers.h"
#include "core/defect.h"
#include "core/formats/http_body.h"
#include "core/formats/http_head.h"
#include "core/http/http_answer.h"

#define GIVES_WAY    (500 * BR_MS) /* a stuck answer, while others wait: TCP has asked twice */
#define REQUEST_WAIT (250 * BR_MS) /* the same of a request: one from afar has come by then */
#define STALL_FIRST  (10 * BR_MS)  /* ask a slow file again after this, then twice that */

enum {
	HTTP_STALLS_MAX = 20,     /* 10 ms doubled up to 1 s: about 14 s */
	HTTP_READER_PATIENCE = 4, /* times idle_ms */
	HTTP_REQUEST_SIZE_MIN = 64,
	HTTP_PIECE = 1 << 16,   /* octets of a file in one action, then others have their turn */
	HTTP_SCRATCH = 1 << 14, /* the same where the file does not lie in memory */
	HTTP_DETAIL_SIZE = 320,
	HTTP_LINE_SIZE = 72,    /* of a request that makes no sense, as much is shown */
	HTTP_PROGRESS = 4096,   /* octets taken by a peer that show it lives */
	HTTP_CLOSING_SHARE = 4, /* times GIVES_WAY, for the last octets and FIN on their way */
	HTTP_NOTES = 4,         /* of one stream that wait to go out; one input makes two at most */
};

#define HTTP_NONE UINT32_MAX /* the number of no stream */

enum http_state {
	HTTP_FREE,    /* no peer */
	HTTP_HEAD,    /* waits for a request. Timer: close */
	HTTP_OPENING, /* the head is there, the file said "not yet". Timer: ask again */
	HTTP_BODY,    /* the answer is ready, content of the request comes. Timer: close */
	HTTP_ANSWER,  /* the answer goes out. Timer: reset, or ask the file again */
	HTTP_CLOSING, /* FIN is out; the rest is swallowed. Timer: reset */
};

/**
 * struct http_stream - One connection
 * @sent_eof:	The peer will send no more
 * @deaf:	What the peer sends is swallowed: the connection ends behind @answer, or
 *		the buffer's last request
 * @due_close, @due_reset, @note, @notes: What br_http_output() owes
 * @stalled:	The file said "not yet": nothing of it goes out before the timer
 * @credit:	Octets the peer's window and the adapter take now
 * @room:	... when nothing was on its way
 * @moved_at:	When it was last seen to do something: connected, asked, or took octets
 * @taken:	Octets the peer took since
 * @in, @in_size: What came and was not used
 * @seen:	br_http_parse()
 * @body_left, @body_taken, @chunks: Content of the request
 * @line, @line_size: How the request begins, for the log
 * @began_at:	When it was complete
 * @sent, @sent_of_file: Octets of @answer.octets and of the file that went out
 * @next, @ready: The order of those with something to send
 */
struct http_stream {
	enum http_state state;
	bool sent_eof, deaf, stalled;
	bool due_close, due_reset;
	uint8_t stalls, notes;
	enum br_note note[HTTP_NOTES];
	uint32_t link, credit, room;
	br_time moved_at;
	uint32_t taken;
	struct br_endpoint remote;
	uint8_t *in;
	size_t in_size, seen;
	uint64_t body_left, body_taken;
	struct br_http_chunks chunks;
	struct br_http_answer answer;
	uint8_t line[HTTP_LINE_SIZE];
	size_t line_size;
	br_time began_at;
	size_t sent;
	uint64_t sent_of_file;
	uint32_t next;
	bool ready;
};

struct br_http {
	struct br_context context;
	struct http_stream *stream;
	uint32_t streams, open;
	uint8_t *buffers; /* one of request_size_max for each stream */
	uint32_t first, last;
	bool waited_for; /* a peer waits: one of the streams should end */
	br_time look_at; /* when one may have become so stuck that it gives way */
	struct br_timers timers;
	br_time now; /* of the last input or expiry: output has none of its own */
	char detail[HTTP_DETAIL_SIZE];
	uint8_t scratch[HTTP_SCRATCH];
};

int br_http_new(struct br_http **ret_http, const struct br_context *context)
{
	const struct br_config *config = context->config;
	struct br_http *http;

	if (config->streams_max == 0 || config->request_size_max < HTTP_REQUEST_SIZE_MIN)
		return -EINVAL;
	http = calloc(1, sizeof(*http));
	if (!http)
		return -ENOMEM;
	http->context = *context;
	http->streams = config->streams_max;
	http->first = http->last = HTTP_NONE;
	http->look_at = BR_TIME_NEVER;
	http->stream = calloc(http->streams, sizeof(http->stream[0]));
	http->buffers = calloc(http->streams, config->request_size_max);
	if (!http->stream || !http->buffers || br_timers_init(&http->timers, http->streams) < 0) {
		br_http_free(http);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < http->streams; i++) {
		http->stream[i].in = http->buffers + (size_t)i * config->request_size_max;
		http->stream[i].answer.file = -1;
	}
	*ret_http = http;
	return 0;
}

static void close_file(struct br_http *http, struct http_stream *stream)
{
	if (stream->answer.file >= 0)
		http->context.files->close(http->context.files->context, stream->answer.file);
	stream->answer.file = -1;
}

struct br_http *br_http_free(struct br_http *http)
{
	if (!http)
		return NULL;
	for (uint32_t i = 0; http->stream && i < http->streams; i++)
		close_file(http, &http->stream[i]);
	br_timers_fini(&http->timers);
	free(http->stream);
	free(http->buffers);
	free(http);
	return NULL;
}

size_t br_http_open_streams(const struct br_http *http)
{
	return http->open;
}

static uint32_t number_of(const struct br_http *http, const struct http_stream *stream)
{
	return (uint32_t)(stream - http->stream);
}

static void set_timer(struct br_http *http, const struct http_stream *stream, br_time wait)
{
	br_timers_set(&http->timers, number_of(http, stream), http->now + wait);
}

static uint64_t date_s(const struct br_http *http)
{
	uint64_t epoch_ns = http->context.config->epoch_ns;

	return epoch_ns == 0 ? 0 : (epoch_ns + http->now) / BR_S;
}

static br_time idle(const struct br_http *http)
{
	return http->context.config->idle_ms * BR_MS;
}

/* The order of those with something to send */

static void make_ready(struct br_http *http, struct http_stream *stream)
{
	uint32_t number = number_of(http, stream);

	if (stream->ready)
		return;
	stream->ready = true;
	stream->next = HTTP_NONE;
	if (http->last == HTTP_NONE)
		http->first = number;
	else
		http->stream[http->last].next = number;
	http->last = number;
}

static struct http_stream *take_ready(struct br_http *http)
{
	struct http_stream *stream;

	if (http->first == HTTP_NONE)
		return NULL;
	stream = &http->stream[http->first];
	http->first = stream->next;
	if (http->first == HTTP_NONE)
		http->last = HTTP_NONE;
	stream->ready = false;
	return stream;
}

/* The stream may still be in the order; output drops who is free. */
static void forget(struct br_http *http, struct http_stream *stream)
{
	assert(stream->state != HTTP_FREE && http->open > 0);
	http->waited_for = false; /* whoever waited has its place; if more wait, we are told */
	http->look_at = BR_TIME_NEVER;
	close_file(http, stream);
	br_timers_clear(&http->timers, number_of(http, stream));
	stream->state = HTTP_FREE;
	stream->due_close = stream->due_reset = false;
	stream->notes = 0;
	http->open--;
}

/* Another state is another chance for whoever waits: looked at when this input is done. */
static void moved(struct br_http *http, struct http_stream *stream)
{
	stream->moved_at = http->now;
	stream->taken = 0;
	if (http->waited_for)
		http->look_at = http->now;
}

static void say(struct br_http *http, struct http_stream *stream, enum br_note note)
{
	assert(stream->notes < HTTP_NOTES);
	stream->note[stream->notes++] = note;
	make_ready(http, stream);
}

static struct br_note_facts facts_of(const struct br_http *http, const struct http_stream *stream)
{
	bool sends = stream->state == HTTP_ANSWER && stream->answer.file >= 0;

	return (struct br_note_facts){
		.counted = sends,
		.octets = stream->sent_of_file,
		.took = sends ? http->now - stream->began_at : 0,
	};
}

/* At once: what comes next changes what is to be said. @error: negative errno of the file, or 0 */
static void note_progress(struct br_http *http, const struct http_stream *stream, enum br_note note,
                          int error)
{
	struct br_note_facts facts = facts_of(http, stream);

	facts.error = error;
	br_outbox_note_facts(http->context.outbox, note, stream->link, &stream->remote,
	                     stream->state == HTTP_HEAD ? NULL : stream->answer.path, &facts);
}

/* Requests */

static void wait_for_request(struct br_http *http, struct http_stream *stream)
{
	stream->state = HTTP_HEAD;
	stream->seen = 0;
	moved(http, stream);
	set_timer(http, stream, idle(http));
}

static void finish(struct br_http *http, struct http_stream *stream)
{
	close_file(http, stream);
	stream->state = HTTP_CLOSING;
	moved(http, stream);
	stream->deaf = true;
	stream->in_size = 0;
	stream->due_close = true;
	set_timer(http, stream, idle(http));
	make_ready(http, stream);
}

static void start_answer(struct br_http *http, struct http_stream *stream)
{
	struct br_metrics *metrics = http->context.metrics;

	if (stream->answer.status == 404)
		metrics->http_misses_total++;
	else if (stream->answer.status >= 400)
		metrics->http_errors_total++;
	stream->state = HTTP_ANSWER;
	moved(http, stream);
	stream->sent = 0;
	stream->sent_of_file = 0;
	stream->began_at = http->now;
	stream->stalls = 0;
	stream->stalled = false;
	if (stream->answer.close) {
		stream->deaf = true;
		stream->in_size = 0;
	}
	set_timer(http, stream, HTTP_READER_PATIENCE * idle(http));
	say(http, stream, stream->answer.note);
}

static void answer_error(struct br_http *http, struct http_stream *stream, uint16_t status)
{
	close_file(http, stream);
	br_http_answer_error(status, date_s(http), &stream->answer);
	start_answer(http, stream);
}

static void drop_in(struct http_stream *stream, size_t size)
{
	assert(size <= stream->in_size);
	stream->in_size -= size;
	memmove(stream->in, stream->in + size, stream->in_size);
}

static void stall(struct br_http *http, struct http_stream *stream)
{
	br_time wait = STALL_FIRST << (stream->stalls < 7 ? stream->stalls : 7);

	if (stream->stalls++ == 0)
		say(http, stream, BR_NOTE_HTTP_FILE_STALLED);
	set_timer(http, stream, wait < BR_S ? wait : BR_S);
}

/* The head stays in the buffer until the file is open: the answer quotes nothing of it,
 * but what it says is needed.
 */
static void decide(struct br_http *http, struct http_stream *stream,
                   const struct br_http_head *head)
{
	if (br_http_answer(http->context.files, head, date_s(http), &stream->answer) == -EAGAIN) {
		if (stream->stalls == HTTP_STALLS_MAX) {
			answer_error(http, stream, 503);
			return;
		}
		stream->state = HTTP_OPENING;
		stall(http, stream);
		return;
	}
	drop_in(stream, head->size);
	stream->stalls = 0;
	stream->body_left = BR_DEFECT(HTTP_CON_05) ? 0 : stream->answer.body_size;
	stream->body_taken = 0;
	stream->chunks = (struct br_http_chunks){.state = BR_HTTP_CHUNK_SIZE};
	stream->state = HTTP_BODY;
	set_timer(http, stream, idle(http));
}

/* A request that came to nothing is seldom understood without its first line. */
static void keep_line(struct http_stream *stream)
{
	size_t size = 0;

	while (size < stream->in_size && size < sizeof(stream->line) && stream->in[size] != '\r' &&
	       stream->in[size] != '\n')
		size++;
	memcpy(stream->line, stream->in, size);
	stream->line_size = size;
}

static bool take_head(struct br_http *http, struct http_stream *stream)
{
	const struct br_octets in = {.data = stream->in, .size = stream->in_size};
	struct br_http_head head;
	uint16_t status = 0;
	int result = br_http_parse(BR_HTTP_REQUEST, in, http->context.config->request_size_max,
	                           &stream->seen, &head, &status);

	if (result == 0)
		return false;
	keep_line(stream);
	if (stream->state == HTTP_HEAD)
		http->context.metrics->http_requests_total++;
	if ((BR_DEFECT(HTTP_LIM_01) && status == 414) || (BR_DEFECT(HTTP_LIM_03) && status == 431))
		status = 500;
	if (result < 0)
		answer_error(http, stream, status);
	else
		decide(http, stream, &head);
	return true;
}

/* Swallow content of the request. Return: true if a next step can be made */
static bool take_body(struct br_http *http, struct http_stream *stream)
{
	struct br_reader r = br_reader_of(stream->in, stream->in_size);
	struct br_octets piece;
	int result = -ENODATA;

	switch (stream->answer.body) {
	case BR_HTTP_BODY_LENGTH: {
		size_t size =
			br_left(&r) < stream->body_left ? br_left(&r) : (size_t)stream->body_left;

		(void)br_get_sub(&r, size);
		stream->body_left -= size;
		result = stream->body_left > 0 ? 0 : -ENODATA;
		break;
	}
	case BR_HTTP_BODY_CHUNKED:
		while ((result = br_http_chunks_get(&stream->chunks, &r, &piece)) > 0)
			stream->body_taken += piece.size;
		break;
	case BR_HTTP_BODY_NONE:
	case BR_HTTP_BODY_UNTIL_CLOSE:
		break;
	}
	drop_in(stream, stream->in_size - br_left(&r));
	if (result == -EBADMSG || stream->body_taken > BR_HTTP_BODY_MAX)
		answer_error(http, stream, result == -EBADMSG ? 400 : 413);
	else if (result == -ENODATA)
		start_answer(http, stream);
	return result != 0;
}

/* Go as far as what came allows. */
static void advance(struct br_http *http, struct http_stream *stream)
{
	bool moved = true;

	while (moved && (stream->state == HTTP_HEAD || stream->state == HTTP_BODY))
		moved = stream->state == HTTP_HEAD ? take_head(http, stream)
		                                   : take_body(http, stream);
	/* Nothing more will come to complete it, or more was sent than we keep. */
	if ((stream->sent_eof || stream->deaf) &&
	    (stream->state == HTTP_HEAD || stream->state == HTTP_BODY))
		finish(http, stream);
}

static void take_data(struct br_http *http, struct http_stream *stream, struct br_octets payload)
{
	size_t max = http->context.config->request_size_max;
	struct br_reader r = br_reader_of(payload.data, payload.size);

	if (payload.size == 0) {
		stream->sent_eof = true;
		advance(http, stream);
		return;
	}
	while (br_left(&r) > 0 && !stream->deaf) {
		size_t room = max - stream->in_size;
		size_t size = br_left(&r) < room ? br_left(&r) : room;

		if (size == 0) {
			stream->deaf = true;
			say(http, stream, BR_NOTE_HTTP_PIPELINE_CUT);
			return;
		}
		if (stream->state == HTTP_HEAD && stream->in_size == 0)
			set_timer(http, stream, idle(http));
		br_get_bytes(&r, stream->in + stream->in_size, size);
		stream->in_size += size;
		advance(http, stream);
	}
}

/* Making way */

/* When @stream may be reset for another peer; BR_TIME_NEVER: not in its state */
static br_time gives_way_at(const struct http_stream *stream)
{
	switch (stream->state) {
	case HTTP_HEAD:
	case HTTP_BODY:
		/* of an answer before, the peer may not have all */
		return stream->moved_at +
		       (stream->credit >= stream->room ? REQUEST_WAIT : GIVES_WAY);
	case HTTP_ANSWER:
		return stream->stalled ? BR_TIME_NEVER : stream->moved_at + GIVES_WAY;
	case HTTP_CLOSING:
		return stream->due_reset ? BR_TIME_NEVER
		                         : stream->moved_at + HTTP_CLOSING_SHARE * GIVES_WAY;
	case HTTP_FREE:
	case HTTP_OPENING:
		break;
	}
	return BR_TIME_NEVER;
}

static void end_at_once(struct br_http *http, struct http_stream *stream)
{
	close_file(http, stream);
	stream->state = HTTP_CLOSING;
	stream->deaf = true;
	stream->due_reset = true;
	make_ready(http, stream);
}

static void give_way(struct br_http *http, struct http_stream *stream)
{
	if (stream->state == HTTP_ANSWER)
		http->context.metrics->http_errors_total++;
	note_progress(http, stream, BR_NOTE_HTTP_GAVE_WAY, 0);
	end_at_once(http, stream);
}

/* The one that could have given way for the longest time does so; or we look again when the
 * first can.
 */
static void make_way(struct br_http *http)
{
	struct http_stream *oldest = NULL;
	br_time at = BR_TIME_NEVER;

	for (uint32_t i = 0; i < http->streams; i++) {
		struct http_stream *stream = &http->stream[i];
		br_time this_at = gives_way_at(stream);

		if (this_at < at) {
			oldest = stream;
			at = this_at;
		}
	}
	http->look_at = BR_TIME_NEVER;
	if (!oldest)
		return; /* each of them has a timer, and whatever ends one lets the next in */
	if (at <= http->now)
		give_way(http, oldest);
	else
		http->look_at = at;
}

/* Progress is a page, or all there was: who takes octet by octet is stuck. */
static void take_credit(struct br_http *http, struct http_stream *stream, uint32_t credit)
{
	if (credit > stream->credit)
		stream->taken += credit - stream->credit;
	stream->credit = credit;
	if (stream->taken < HTTP_PROGRESS && (stream->taken == 0 || credit < stream->room))
		return;
	stream->moved_at = http->now;
	stream->taken = 0;
}

/* Doors */

static void open_stream(struct br_http *http, const struct br_event *event)
{
	struct http_stream *stream = &http->stream[event->stream];

	if (stream->state != HTTP_FREE)
		forget(http, stream);
	stream->sent_eof = stream->deaf = stream->stalled = false;
	stream->stalls = 0;
	stream->link = event->link;
	stream->credit = stream->room = event->credit;
	stream->remote = event->remote;
	stream->in_size = 0;
	http->open++;
	wait_for_request(http, stream);
}

static void lose_stream(struct br_http *http, struct http_stream *stream)
{
	bool cut = stream->state == HTTP_OPENING || stream->state == HTTP_BODY ||
	           stream->state == HTTP_ANSWER;

	if (cut) {
		http->context.metrics->http_errors_total++;
		note_progress(http, stream, BR_NOTE_HTTP_CUT, 0);
	}
	forget(http, stream);
}

void br_http_input(struct br_http *http, const struct br_event *event, br_time now)
{
	struct http_stream *stream;

	http->now = now;
	if (event->kind == BR_EVENT_STREAM_WAITS) {
		http->waited_for = true;
		make_way(http);
		return;
	}
	if (event->stream >= http->streams) {
		const struct br_action reset = {.kind = BR_ACTION_STREAM_RESET,
		                                .stream = event->stream};

		if (event->kind != BR_EVENT_STREAM_OPEN)
			return;
		br_outbox_note(http->context.outbox, BR_NOTE_HTTP_NO_STREAM, event->link,
		               &event->remote, NULL);
		br_outbox_put(http->context.outbox, &reset);
		return;
	}
	stream = &http->stream[event->stream];
	if (event->kind == BR_EVENT_STREAM_OPEN) {
		open_stream(http, event);
		return;
	}
	if (stream->state == HTTP_FREE)
		return;
	switch (event->kind) {
	case BR_EVENT_STREAM_DATA:
		take_data(http, stream, event->payload);
		break;
	case BR_EVENT_STREAM_CREDIT:
		take_credit(http, stream, event->credit);
		if (stream->state == HTTP_ANSWER && stream->credit > 0)
			make_ready(http, stream);
		break;
	case BR_EVENT_STREAM_GONE:
		lose_stream(http, stream);
		break;
	case BR_EVENT_DATAGRAM:
	case BR_EVENT_ADDRESS_USED:
	case BR_EVENT_STREAM_OPEN:
	case BR_EVENT_STREAM_WAITS:
		break;
	}
}

static struct br_action action_of(const struct br_http *http, const struct http_stream *stream,
                                  enum br_action_kind kind)
{
	return (struct br_action){
		.kind = kind,
		.stream = number_of(http, stream),
		.link = stream->link,
		.remote = stream->remote,
	};
}

static void make_note(struct br_http *http, struct http_stream *stream,
                      struct br_action *ret_action)
{
	struct br_writer w = br_writer_of(http->detail, sizeof(http->detail));

	*ret_action = action_of(http, stream, BR_ACTION_NOTE);
	ret_action->note = stream->note[0];
	stream->notes--;
	memmove(stream->note, stream->note + 1, stream->notes * sizeof(stream->note[0]));
	if (stream->state == HTTP_ANSWER) {
		br_text_put_decimal(&w, stream->answer.status);
		br_put_u8(&w, ' ');
	}
	if (stream->state == HTTP_ANSWER && !stream->answer.path[0])
		br_text_put_quoted(&w, (struct br_octets){stream->line, stream->line_size});
	else if (stream->state == HTTP_ANSWER || stream->state == HTTP_OPENING)
		br_text_put_quoted(&w, br_text(stream->answer.path));
	ret_action->payload = br_text(br_text_end(&w));
	ret_action->facts = facts_of(http, stream);
	ret_action->facts.octets += stream->sent_of_file == 0 ? stream->answer.left : 0;
	ret_action->facts.error = stream->answer.error;
}

/* A response that promised more than there is can only be broken off. */
static void break_off(struct br_http *http, struct http_stream *stream, enum br_note note,
                      int error)
{
	http->context.metrics->http_errors_total++;
	note_progress(http, stream, note, error);
	end_at_once(http, stream);
}

/* Up to @size octets of the file. Return: how many, 0 if none can be had now */
static size_t get_piece(struct br_http *http, struct http_stream *stream, size_t size,
                        struct br_octets *ret_body)
{
	const struct br_files *files = http->context.files;
	struct br_http_answer *answer = &stream->answer;
	int count;

	if (size > answer->left)
		size = (size_t)answer->left;
	if (size == 0)
		return 0;
	ret_body->data =
		files->map ? files->map(files->context, answer->file, answer->offset, size) : NULL;
	ret_body->size = size;
	if (ret_body->data)
		return size;
	if (size > sizeof(http->scratch))
		size = sizeof(http->scratch);
	count = files->read(files->context, answer->file, answer->offset, http->scratch, size);
	if (count > 0 && (size_t)count <= size) {
		*ret_body = (struct br_octets){.data = http->scratch, .size = (size_t)count};
		return (size_t)count;
	}
	*ret_body = (struct br_octets){0};
	if (count == -EAGAIN && stream->stalls < HTTP_STALLS_MAX) {
		stall(http, stream);
		stream->stalled = true;
	} else {
		break_off(http, stream, BR_NOTE_HTTP_FILE_FAILED, count < 0 ? count : 0);
	}
	return 0;
}

static void complete(struct br_http *http, struct http_stream *stream)
{
	http->context.metrics->http_completed_total++;
	if (stream->sent_of_file > 0)
		note_progress(http, stream, BR_NOTE_HTTP_COMPLETED, 0);
	close_file(http, stream);
	if (stream->answer.close) {
		finish(http, stream);
		return;
	}
	if (BR_DEFECT(HTTP_CON_04))
		stream->in_size = 0;
	wait_for_request(http, stream);
	advance(http, stream);
}

/* What fits of the head, and behind it of the file. Return: false if nothing does */
static bool make_data(struct br_http *http, struct http_stream *stream,
                      struct br_action *ret_action)
{
	struct br_http_answer *answer = &stream->answer;
	size_t most = stream->credit < HTTP_PIECE ? stream->credit : HTTP_PIECE;
	size_t head = answer->size - stream->sent < most ? answer->size - stream->sent : most;
	struct br_octets body = {0};
	size_t piece = 0;

	*ret_action = action_of(http, stream, BR_ACTION_STREAM_DATA);
	ret_action->payload =
		(struct br_octets){.data = answer->octets + stream->sent, .size = head};
	if (!stream->stalled)
		piece = get_piece(http, stream, most - head, &body);
	if (head + piece == 0)
		return false;
	ret_action->body = body;
	stream->sent += head;
	stream->credit -= (uint32_t)(head + piece);
	if (piece > 0)
		stream->stalls = 0;
	answer->offset += piece;
	answer->left -= piece;
	stream->sent_of_file += piece;
	http->context.metrics->http_bytes_total += piece;
	if (!stream->stalled && stream->state == HTTP_ANSWER)
		set_timer(http, stream, HTTP_READER_PATIENCE * idle(http));
	return true;
}

static bool has_due(const struct http_stream *stream)
{
	return stream->notes > 0 || stream->due_reset || stream->due_close;
}

static bool is_sent(const struct http_stream *stream)
{
	return stream->sent == stream->answer.size && stream->answer.left == 0;
}

/* One action of one stream. Return: false if it has none now */
static bool make_action(struct br_http *http, struct http_stream *stream,
                        struct br_action *ret_action)
{
	if (stream->notes > 0) {
		make_note(http, stream, ret_action);
		return true;
	}
	if (stream->due_reset) {
		*ret_action = action_of(http, stream, BR_ACTION_STREAM_RESET);
		forget(http, stream);
		return true;
	}
	if (stream->due_close) {
		stream->due_close = false;
		*ret_action = action_of(http, stream, BR_ACTION_STREAM_CLOSE);
		return true;
	}
	return stream->state == HTTP_ANSWER && make_data(http, stream, ret_action);
}

bool br_http_output(struct br_http *http, struct br_action *ret_action)
{
	struct http_stream *stream;
	bool made = false;

	while (!made && (stream = take_ready(http))) {
		/* The octets of the last action were used up: the next answer may be made. */
		if (stream->state == HTTP_ANSWER && !has_due(stream) && is_sent(stream))
			complete(http, stream);
		made = make_action(http, stream, ret_action);
		if (has_due(stream) ||
		    (stream->state == HTTP_ANSWER &&
		     (is_sent(stream) || (stream->credit > 0 && (made || !stream->stalled)))))
			make_ready(http, stream);
	}
	return made;
}

void br_http_stop(struct br_http *http, br_time now)
{
	http->now = now;
	for (uint32_t i = 0; i < http->streams; i++) {
		if (http->stream[i].state != HTTP_FREE)
			end_at_once(http, &http->stream[i]);
	}
}

br_time br_http_deadline(const struct br_http *http)
{
	br_time timer = br_timers_next(&http->timers);

	return http->look_at < timer ? http->look_at : timer;
}

static void open_again(struct br_http *http, struct http_stream *stream)
{
	stream->seen = 0;
	(void)take_head(http, stream);
	advance(http, stream);
}

static void time_out_request(struct br_http *http, struct http_stream *stream)
{
	if (stream->state == HTTP_HEAD)
		keep_line(stream);
	answer_error(http, stream, 408);
}

/* RFC 9112 section 9.5: a connection that is merely idle is closed without a word. */
static void time_out(struct br_http *http, struct http_stream *stream)
{
	if (stream->state == HTTP_HEAD && stream->in_size == 0)
		finish(http, stream);
	else
		time_out_request(http, stream);
	say(http, stream, BR_NOTE_HTTP_IDLE);
}

void br_http_expire(struct br_http *http, br_time now)
{
	uint32_t number;

	http->now = now;
	if (http->waited_for && http->look_at <= now)
		make_way(http);
	while (br_timers_expire(&http->timers, now, &number)) {
		struct http_stream *stream = &http->stream[number];

		switch (stream->state) {
		case HTTP_FREE:
			assert(false);
			break;
		case HTTP_HEAD:
		case HTTP_BODY:
			time_out(http, stream);
			break;
		case HTTP_OPENING:
			open_again(http, stream);
			break;
		case HTTP_ANSWER:
			if (!stream->stalled) {
				break_off(http, stream, BR_NOTE_HTTP_READER_STOPPED, 0);
				break;
			}
			stream->stalled = false;
			make_ready(http, stream);
			break;
		case HTTP_CLOSING:
			stream->due_reset = true;
			make_ready(http, stream);
			break;
		}
	}
}
