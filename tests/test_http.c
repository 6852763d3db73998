/* SPDX-License-Identifier: BSD-2-Clause */
/* The HTTP service on the bench: each test writes what a client sends, octet for
 * octet and cut as it likes, and reads every response, note and counter.
 */
#define _GNU_SOURCE /* memmem */
#include "tests/helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/http.h"
#include "core/http_head.h"
#include "core/text.h"
#include "tests/rig.h"

enum {
	MIB = 1 << 20,
	S = 3, /* the stream most tests use */
	GOT_SIZE = 1 << 22,
};

#define PLENTY UINT32_MAX /* of credit */

static struct rig rig;
static struct br_http *http;
static uint8_t *f1m;
static uint8_t bytes[GOT_SIZE]; /* what stream S was sent and not yet read */
static size_t bytes_size;
static uint64_t out_size[16]; /* of each stream */
static unsigned fins, resets;
static struct br_http_head got; /* the last response read */
static char etag[80];

static void take(const struct br_action *action)
{
	size_t size = action->payload.size + action->body.size;

	if (action->kind == BR_ACTION_STREAM_CLOSE)
		fins++;
	else if (action->kind == BR_ACTION_STREAM_RESET)
		resets++;
	else if (action->kind == BR_ACTION_NOTE)
		rig_keep(&rig, action);
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

static void drain(void)
{
	struct br_action action;

	while (br_outbox_take(&rig.outbox, &action))
		take(&action);
	br_outbox_reset(&rig.outbox);
	while (br_http_output(http, &action))
		take(&action);
	assert_false(br_outbox_take(&rig.outbox, &action));
}

static void event(enum br_event_kind kind, uint32_t stream, uint32_t credit, const void *data,
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
	br_http_input(http, &one, rig.now);
	drain();
	free(exact);
}

static void open_with(uint32_t stream, uint32_t credit)
{
	event(BR_EVENT_STREAM_OPEN, stream, credit, NULL, 0);
}

static void gone(uint32_t stream)
{
	event(BR_EVENT_STREAM_GONE, stream, 0, NULL, 0);
}

/* A fresh connection S; what the one before left is forgotten. */
static void fresh(void)
{
	if (resets == 0)
		gone(S);
	bytes_size = 0;
	fins = resets = 0;
	rig_forget(&rig);
	open_with(S, PLENTY);
}

static void send_on(uint32_t stream, const char *text)
{
	event(BR_EVENT_STREAM_DATA, stream, 0, text, strlen(text));
}

static void send_text(const char *text)
{
	send_on(S, text);
}

static void wait_for(br_time time)
{
	br_time end = rig.now + time;

	while (br_http_deadline(http) <= end) {
		if (br_http_deadline(http) > rig.now)
			rig.now = br_http_deadline(http);
		br_http_expire(http, rig.now);
		drain();
	}
	rig.now = end;
}

/* Read one response off what came; its content is @want, or nothing if NULL. */
static void response(unsigned status, const uint8_t *want, size_t size)
{
	static uint8_t whole[GOT_SIZE];
	size_t seen = 0;
	uint16_t bad = 0;

	memcpy(whole, bytes, bytes_size); /* `got` borrows from here */
	assert_int_equal(br_http_parse(BR_HTTP_RESPONSE, (struct br_octets){whole, bytes_size},
	                               8192, &seen, &got, &bad),
	                 1);
	assert_int_equal(got.status, status);
	assert_false(got.bare_lf);
	assert_true(bytes_size >= got.size + size);
	if (want)
		assert_memory_equal(whole + got.size, want, size);
	bytes_size -= got.size + size;
	memmove(bytes, whole + got.size + size, bytes_size);
	assert_null(br_http_field_find(&got, "Transfer-Encoding")); /* HTTP-LEN-02, -03 */
	assert_null(br_http_field_find(&got, "Date"));              /* no clock */
	assert_null(br_http_field_find(&got, "Location"));
}

static bool has(const char *name, const char *value)
{
	const struct br_http_field *field = br_http_field_find(&got, name);

	return field && br_text_is(field->value, value);
}

/* An error with its own text behind it. */
static void error_response(unsigned status)
{
	size_t size = strlen(br_http_reason((uint16_t)status)) + 1;
	char text[64] = {0};

	memcpy(text, br_http_reason((uint16_t)status), size - 1);
	text[size - 1] = '\n';
	response(status, (const uint8_t *)text, size);
}

static void nothing_more(void)
{
	assert_int_equal(bytes_size, 0);
}

static int start(void)
{
	return br_http_new(&http, &rig.context);
}

static int setup(void **state)
{
	(void)state;
	if (!f1m)
		f1m = rig_octets(MIB, 1);
	rig_init(&rig);
	(void)rig_add(&rig, "f0", f1m, 0);
	(void)rig_add(&rig, "f1", f1m, 1);
	(void)rig_add(&rig, "f513", f1m, 513);
	rig_add(&rig, "f1m", f1m, MIB)->info.mtime_s = 784111777;
	(void)rig_add(&rig, "boot/shim.efi", f1m, 1000);
	bytes_size = 0;
	fins = resets = 0;
	memset(out_size, 0, sizeof(out_size));
	if (start() < 0)
		return -1;
	open_with(S, PLENTY);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	http = br_http_free(http);
	return rig.open_files != 0;
}

static void get_and_head_give_the_file_and_its_size_HTTP_MTH_01_02_LEN_01_05(void **state)
{
	(void)state;
	send_text("HEAD /f1m HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\nGET /f1 HTTP/1.1\r\n"
	          "Host: 192.0.2.1\r\n\r\n");
	assert_memory_equal(bytes, "HTTP/1.1 200 OK\r\n", 17);
	assert_non_null(memmem(bytes, bytes_size, "\r\nContent-Length: 1048576\r\n", 27));
	response(200, NULL, 0);
	assert_true(has("Content-Length", "1048576"));
	response(200, f1m, 1);
	assert_true(has("Content-Length", "1"));
	nothing_more();
	assert_int_equal(fins, 0);
	assert_int_equal(rig.open_files, 0);
	assert_int_equal(rig.metrics.http_completed_total, 2);
	assert_int_equal(rig.metrics.http_requests_total, 2);
	assert_int_equal(rig_noted(&rig, BR_NOTE_HTTP_SERVED), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(get_and_head_give_the_file_and_its_size_HTTP_MTH_01_02_LEN_01_05),
#undef TEST
	};

	(void)fresh;
	(void)error_response;
	(void)wait_for;
	(void)etag;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
