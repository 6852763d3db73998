/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/core/http_bench.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

enum {
	GOT_SIZE = 1 << 22,
};

struct rig web;
struct br_http *http;
uint8_t bytes[GOT_SIZE];
size_t bytes_size;
static uint64_t out_size[16]; /* of each stream */
unsigned fins, resets;
uint32_t reset_stream;
struct br_http_head answer;
char etag[80];

static void take(const struct br_action *action)
{
	size_t size = action->payload.size + action->body.size;

	if (action->kind == BR_ACTION_STREAM_CLOSE)
		fins++;
	if (action->kind == BR_ACTION_STREAM_RESET) {
		resets++;
		reset_stream = action->stream;
	}
	if (action->kind == BR_ACTION_NOTE)
		rig_keep(&web, action);
	if (action->kind != BR_ACTION_STREAM_DATA)
		return;
	assert_int_equal(fins + resets, 0);
	assert_true(size > 0);
	out_size[action->stream] += size;
	if (action->stream != S)
		return;
	assert_true(size <= sizeof(bytes) - bytes_size);
	if (action->payload.size > 0)
		memcpy(bytes + bytes_size, action->payload.data, action->payload.size);
	if (action->body.size > 0)
		memcpy(bytes + bytes_size + action->payload.size, action->body.data,
		       action->body.size);
	bytes_size += size;
}

void web_drain(void)
{
	struct br_action action;

	/* as br_server_output() does */
	while (br_outbox_take(&web.outbox, &action) || br_http_output(http, &action) ||
	       br_outbox_take(&web.outbox, &action))
		take(&action);
}

void send_event(enum br_event_kind kind, uint32_t stream, uint32_t credit, const void *data,
                size_t size)
{
	uint8_t *exact = malloc(size > 0 ? size : 1); /* the sanitizer sees one octet too far */
	const struct br_event one = {
		.kind = kind,
		.stream = stream,
		.credit = credit,
		.remote = br_endpoint_ipv4(0xc0000264, 2000),
		.local = br_endpoint_ipv4(0xc0000201, 80),
		.payload = {exact, size},
	};

	assert_non_null(exact);
	if (size > 0)
		memcpy(exact, data, size);
	br_http_input(http, &one, web.now);
	web_drain();
	free(exact);
}

void open_stream(uint32_t stream, uint32_t credit)
{
	send_event(BR_EVENT_STREAM_OPEN, stream, credit, NULL, 0);
}

void lose_stream(uint32_t stream)
{
	send_event(BR_EVENT_STREAM_GONE, stream, 0, NULL, 0);
}

void fresh_stream(void)
{
	if (resets == 0)
		lose_stream(S);
	bytes_size = 0;
	fins = resets = 0;
	rig_forget(&web);
	open_stream(S, PLENTY);
}

void send_on(uint32_t stream, const char *text)
{
	if (text[0] != 0) /* no octets would say that no more will come */
		send_event(BR_EVENT_STREAM_DATA, stream, 0, text, strlen(text));
}

void send_text(const char *text)
{
	send_on(S, text);
}

void web_let_pass(br_time time)
{
	br_time end = web.now + time;

	while (br_http_deadline(http) <= end) {
		if (br_http_deadline(http) > web.now)
			web.now = br_http_deadline(http);
		br_http_expire(http, web.now);
		web_drain();
	}
	web.now = end;
}

void want_response(unsigned status, const uint8_t *want, size_t size)
{
	static uint8_t whole[GOT_SIZE];
	size_t seen = 0;
	uint16_t bad = 0;

	memcpy(whole, bytes, bytes_size); /* `got` borrows from here */
	assert_int_equal(br_http_parse(BR_HTTP_RESPONSE, (struct br_octets){whole, bytes_size},
	                               8192, &seen, &answer, &bad),
	                 1);
	assert_int_equal(answer.status, status);
	assert_false(answer.bare_lf);
	assert_true(bytes_size >= answer.size + size);
	if (want)
		assert_memory_equal(whole + answer.size, want, size);
	bytes_size -= answer.size + size;
	memmove(bytes, whole + answer.size + size, bytes_size);
	assert_null(br_http_field_find(&answer, "Transfer-Encoding")); /* HTTP-LEN-02, -03 */
	assert_true(web.config.epoch_ns != 0 || !br_http_field_find(&answer, "Date"));
	assert_null(br_http_field_find(&answer, "Location"));
}

bool has_field(const char *name, const char *value)
{
	const struct br_http_field *field = br_http_field_find(&answer, name);

	return field && br_text_is(field->value, value);
}

void want_error_text(unsigned status)
{
	size_t size = strlen(br_http_reason((uint16_t)status)) + 1;
	char text[64] = {0};

	memcpy(text, br_http_reason((uint16_t)status), size - 1);
	text[size - 1] = '\n';
	want_response(status, (const uint8_t *)text, size);
}

void want_no_octets(void)
{
	assert_int_equal(bytes_size, 0);
}

static int start(void)
{
	return br_http_new(&http, &web.context);
}

int web_setup(void **state)
{
	(void)state;
	rig_init(&web);
	(void)rig_add(&web, "f0", f1m, 0);
	(void)rig_add(&web, "f1", f1m, 1);
	(void)rig_add(&web, "f513", f1m, 513);
	rig_add(&web, "f1m", f1m, MIB)->info.mtime_s = 784111777;
	(void)rig_add(&web, "boot/shim.efi", f1m, 1000);
	bytes_size = 0;
	fins = resets = 0;
	memset(out_size, 0, sizeof(out_size));
	if (start() < 0)
		return -1;
	open_stream(S, PLENTY);
	return 0;
}

int web_teardown(void **state)
{
	(void)state;
	http = br_http_free(http);
	return web.open_files != 0;
}

void ask_fresh(const char *line, const char *fields)
{
	fresh_stream();
	send_text(line);
	send_text(fields);
	send_text("\r\n");
}

void get_fresh(const char *path, const char *fields)
{
	char line[256];
	struct br_writer w = br_writer_of(line, sizeof(line));

	br_http_put_request_line(&w, "GET", path);
	br_text_put(&w, HOST);
	assert_false(w.bad);
	ask_fresh(br_text_end(&w), fields);
}

void learn_etag(const char *path)
{
	const struct br_http_field *field;

	get_fresh(path, "");
	want_response(200, NULL, 0);
	bytes_size = 0;
	field = br_http_field_find(&answer, "ETag");
	assert_non_null(field);
	assert_true(field->value.size < sizeof(etag));
	memcpy(etag, field->value.data, field->value.size);
	etag[field->value.size] = 0;
	assert_int_equal(etag[0], '"'); /* HTTP-RNG-09: strong */
}

const char *with_etag(const char *before, const char *after)
{
	static char text[256];
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put(&w, before);
	br_text_put(&w, etag);
	br_text_put(&w, after);
	return br_text_end(&w);
}

uint64_t sent_on(uint32_t stream)
{
	return out_size[stream];
}
