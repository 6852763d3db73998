/* SPDX-License-Identifier: BSD-2-Clause */
/* Heads by the book are read, printed and judged; each is cut at every length, flush
 * against an unreadable page, and must ask for more.
 */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/http_head.h"

static const char request[] = "HEAD /boot.efi HTTP/1.1\r\nHost: 192.0.2.1\r\nAccept:*/*  \r\n"
			      "X-Empty:\r\nUser-Agent: \tUefiHttpBoot/1.0\r\nhost: again\r\n\r\n";
static const char reply[] = "HTTP/1.1 206 Partial Content\r\nContent-Length: 100\r\n"
			    "Content-Range: bytes 100-199/1048576\r\n\r\n";

static struct br_http_head head;
static uint16_t status;

static int parse_size(enum br_http_kind kind, const char *text, size_t size, size_t size_max)
{
	size_t seen = 0;

	status = 0;
	return br_http_parse(kind, (struct br_octets){(const uint8_t *)text, size}, size_max, &seen,
	                     &head, &status);
}

static int parse(enum br_http_kind kind, const char *text)
{
	return parse_size(kind, text, strlen(text), 8192);
}

static void assert_text(struct br_octets got, const char *want)
{
	assert_true(br_text_is(got, want));
}

static void a_request_keeps_its_fields_in_order_and_spelling(void **state)
{
	size_t index = 0;

	(void)state;
	assert_int_equal(parse(BR_HTTP_REQUEST, request), 1);
	assert_text(head.method, "HEAD");
	assert_text(head.target, "/boot.efi");
	assert_int_equal(head.major * 10 + head.minor, 11);
	assert_int_equal(head.fields, 5);
	assert_text(head.field[1].name, "Accept");
	assert_text(head.field[1].value, "*/*");
	assert_text(head.field[2].value, "");
	assert_text(head.field[3].value, "UefiHttpBoot/1.0");
	assert_int_equal(head.size, sizeof(request) - 1);
	assert_false(head.bare_lf);
	assert_text(br_http_field_find(&head, "user-AGENT")->value, "UefiHttpBoot/1.0");
	assert_null(br_http_field_find(&head, "Accep"));
	assert_text(br_http_field_next(&head, "Host", &index)->value, "192.0.2.1");
	assert_text(br_http_field_next(&head, "Host", &index)->value, "again");
	assert_null(br_http_field_next(&head, "Host", &index));
}

static void a_response_is_read_with_any_reason(void **state)
{
	(void)state;
	assert_int_equal(parse(BR_HTTP_RESPONSE, reply), 1);
	assert_int_equal(head.status, 206);
	assert_text(head.reason, "Partial Content");
	assert_int_equal(head.fields, 2);
	assert_int_equal(parse(BR_HTTP_RESPONSE, "HTTP/1.0 404 \r\n\r\n"), 1);
	assert_int_equal(head.status, 404);
	assert_int_equal(head.minor, 0);
	assert_int_equal(head.reason.size, 0);
	assert_int_equal(parse(BR_HTTP_RESPONSE, "HTTP/1.1 200\r\n\r\n"), 1);
	assert_int_equal(parse(BR_HTTP_RESPONSE, "HTTP/1.1 200 OK\nA: b\n\n"), 1);
	assert_true(head.bare_lf);
	assert_int_equal(parse(BR_HTTP_RESPONSE, "HTTP/1.1 20 OK\r\n\r\n"), -EBADMSG);
	assert_int_equal(parse(BR_HTTP_RESPONSE, "HTTP/1.1 2000 OK\r\n\r\n"), -EBADMSG);
	assert_int_equal(parse(BR_HTTP_RESPONSE, "HTTP/1.1 099 OK\r\n\r\n"), -EBADMSG);
	assert_int_equal(parse(BR_HTTP_RESPONSE, "HTTQ/1.1 200 OK\r\n\r\n"), -EBADMSG);
}

static void a_head_cut_anywhere_asks_for_more(void **state)
{
	static const struct {
		enum br_http_kind kind;
		const char *text;
	} rows[] = {{BR_HTTP_REQUEST, request}, {BR_HTTP_RESPONSE, reply}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t whole = strlen(rows[i].text), kept = 0;

		for (size_t size = 0; size <= whole; size++) {
			struct br_reader r = guarded(rows[i].text, size);
			struct br_octets octets = {r.pos, size};
			size_t seen = 0;
			int want = size == whole;

			head.fields = 77;
			assert_int_equal(
				br_http_parse(rows[i].kind, octets, 8192, &seen, &head, &status),
				want);
			assert_int_equal(head.fields == 77, !want); /* untouched till then */
			/* and with what was seen kept from the shorter one */
			assert_int_equal(
				br_http_parse(rows[i].kind, octets, 8192, &kept, &head, &status),
				want);
		}
	}
}

static void octets_behind_the_head_are_not_looked_at(void **state)
{
	(void)state;
	assert_int_equal(parse(BR_HTTP_REQUEST, "\r\n\n\r\nGET / HTTP/1.1\r\n\r\n\x01\x02"), 1);
	assert_int_equal(head.size, 5 + 18);
	assert_int_equal(head.fields, 0);
}

static void each_limit_has_its_status_HTTP_LIM_01_03_06(void **state)
{
	static const char text[] = "GET /0123456789 HTTP/1.1\r\nA: 0123456789\r\n\r\n";
	static const size_t whole = sizeof(text) - 1, line = 26;

	(void)state;
	assert_int_equal(parse_size(BR_HTTP_REQUEST, text, whole, whole), 1);
	assert_int_equal(parse_size(BR_HTTP_REQUEST, text, whole, whole - 1), -EBADMSG);
	assert_int_equal(status, 431);
	assert_int_equal(parse_size(BR_HTTP_REQUEST, text, line, line), -EBADMSG);
	assert_int_equal(status, 431);
	assert_int_equal(parse_size(BR_HTTP_REQUEST, text, line - 1, line - 1), -EBADMSG);
	assert_int_equal(status, 414);
	assert_int_equal(parse_size(BR_HTTP_REQUEST, text, line - 1, line), 0);
	assert_int_equal(parse(BR_HTTP_REQUEST, "GET / HTTP/2.0\r\n\r\n"), -EBADMSG);
	assert_int_equal(status, 505);
}

static void request_content_is_framed_one_way_or_refused(void **state)
{
	static const struct {
		const char *fields;
		int result;
		enum br_http_body body;
		uint64_t size;
		uint16_t status;
	} rows[] = {
		{"", 0, BR_HTTP_BODY_NONE, 0, 0},
		{"Content-Length: 0\r\n", 0, BR_HTTP_BODY_LENGTH, 0, 0},
		{"Content-Length: 18446744073709551615\r\n", 0, BR_HTTP_BODY_LENGTH, UINT64_MAX, 0},
		{"Content-Length: 18446744073709551616\r\n", -EBADMSG, 0, 0, 400},
		{"transfer-encoding: Chunked\r\n", 0, BR_HTTP_BODY_CHUNKED, 0, 0},
		{"Transfer-Encoding: , chunked ,\r\n", 0, BR_HTTP_BODY_CHUNKED, 0, 0},
		{"Transfer-Encoding: gzip\r\n", -EBADMSG, 0, 0, 400},
		{"Transfer-Encoding: chunked, chunked\r\n", -EBADMSG, 0, 0, 400},
		{"Transfer-Encoding: gzip, chunked\r\n", -EBADMSG, 0, 0, 501},
		{"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", -EBADMSG, 0, 0, 400},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[128];
		struct br_writer w = br_writer_of(text, sizeof(text));
		enum br_http_body body = BR_HTTP_BODY_UNTIL_CLOSE;
		uint64_t size = 7;
		uint16_t bad = 0;

		br_text_put(&w, "GET / HTTP/1.1\r\n");
		br_text_put(&w, rows[i].fields);
		br_text_put(&w, "\r\n");
		assert_int_equal(parse(BR_HTTP_REQUEST, br_text_end(&w)), 1);
		assert_int_equal(br_http_request_body(&head, &body, &size, &bad), rows[i].result);
		if (rows[i].result == 0) {
			assert_int_equal(body, rows[i].body);
			assert_true(size == rows[i].size);
		} else {
			assert_int_equal(bad, rows[i].status);
			assert_int_equal(body, BR_HTTP_BODY_UNTIL_CLOSE); /* untouched */
			assert_int_equal(size, 7);
		}
	}
}

static void response_content_is_framed_by_rfc_9112_section_6_3(void **state)
{
	static const struct {
		const char *text;
		bool to_head;
		int result;
		enum br_http_body body;
		uint64_t size;
	} rows[] = {
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false, 0, BR_HTTP_BODY_LENGTH, 5},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true, 0, BR_HTTP_BODY_NONE, 0},
		{"HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n", false, 0, BR_HTTP_BODY_NONE, 0},
		{"HTTP/1.1 204 x\r\n\r\n", false, 0, BR_HTTP_BODY_NONE, 0},
		{"HTTP/1.1 200 OK\r\n\r\n", false, 0, BR_HTTP_BODY_UNTIL_CLOSE, 0},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false, 0,
	         BR_HTTP_BODY_CHUNKED, 0},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n\r\n", false, 0,
	         BR_HTTP_BODY_UNTIL_CLOSE, 0},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", false, 0,
	         BR_HTTP_BODY_LENGTH, 5},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", false,
	         -EBADMSG, 0, 0},
		{"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", false, -EBADMSG, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum br_http_body body = BR_HTTP_BODY_NONE;
		uint64_t size = 0;

		assert_int_equal(parse(BR_HTTP_RESPONSE, rows[i].text), 1);
		assert_int_equal(br_http_response_body(&head, rows[i].to_head, &body, &size),
		                 rows[i].result);
		if (rows[i].result == 0) {
			assert_int_equal(body, rows[i].body);
			assert_int_equal(size, rows[i].size);
		}
	}
}

static void lists_are_searched_by_element(void **state)
{
	(void)state;
	assert_int_equal(
		parse(BR_HTTP_REQUEST, "GET / HTTP/1.1\r\nConnection: a,\t Close ,b\r\n\r\n"), 1);
	assert_true(br_http_field_has(&head, "connection", "close"));
	assert_false(br_http_field_has(&head, "connection", "clos"));
	assert_false(br_http_keep_alive(&head));
	assert_int_equal(
		parse(BR_HTTP_REQUEST, "GET / HTTP/1.0\r\nConnection: close, keep-alive\r\n\r\n"),
		1);
	assert_false(br_http_keep_alive(&head));
	assert_int_equal(parse(BR_HTTP_REQUEST, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
	                 1);
	assert_true(br_http_keep_alive(&head));
	assert_int_equal(parse(BR_HTTP_REQUEST, "GET / HTTP/1.0\r\n\r\n"), 1);
	assert_false(br_http_keep_alive(&head));
}

static void ranges_never_overflow_HTTP_RNG_07(void **state)
{
	static const struct {
		const char *value;
		uint64_t size;
		enum br_http_range want;
		uint64_t first, last;
	} rows[] = {
		{"bytes=0-0", 1, BR_HTTP_RANGE_ONE, 0, 0},
		{"bytes= 0-4 ", 10, BR_HTTP_RANGE_ONE, 0, 4},
		{"bytes=18446744073709551615-", UINT64_MAX, BR_HTTP_RANGE_UNSATISFIABLE, 0, 0},
		{"bytes=18446744073709551614-", UINT64_MAX, BR_HTTP_RANGE_ONE, UINT64_MAX - 1,
	         UINT64_MAX - 1},
		{"bytes=18446744073709551616-", 10, BR_HTTP_RANGE_UNSATISFIABLE, 0, 0},
		{"bytes=5-18446744073709551621", 10, BR_HTTP_RANGE_ONE, 5, 9},
		{"bytes=-18446744073709551617", 10, BR_HTTP_RANGE_ONE, 0, 9},
		{"bytes=0-", 0, BR_HTTP_RANGE_UNSATISFIABLE, 0, 0},
		{"bytes=-5", 0, BR_HTTP_RANGE_IGNORED, 0, 0},
		{"bytes=-0", 0, BR_HTTP_RANGE_UNSATISFIABLE, 0, 0},
		{"bytes=4-3", 10, BR_HTTP_RANGE_IGNORED, 0, 0},
		{"bytes =0-1", 10, BR_HTTP_RANGE_IGNORED, 0, 0},
		{"bytes=0 - 1", 10, BR_HTTP_RANGE_IGNORED, 0, 0},
		{"", 10, BR_HTTP_RANGE_IGNORED, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t first = 0, last = 0;

		assert_int_equal(br_http_range(br_text(rows[i].value), rows[i].size, &first, &last),
		                 rows[i].want);
		assert_true(first == rows[i].first && last == rows[i].last);
	}
}

static void content_ranges_are_read_back(void **state)
{
	static const char *const bad[] = {
		"bytes */100",   "bytes 0-9", "bytes 9-0/100", "bytes 0-100/100", "bytes=0-9/100",
		"lines 0-9/100", ""};
	uint64_t first = 7, last = 7, total = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(br_http_content_range(br_text(bad[i]), &first, &last, &total));
	assert_int_equal(first + last + total, 21); /* untouched */
	assert_true(br_http_content_range(br_text("bytes 100-199/1048576"), &first, &last, &total));
	assert_int_equal(first, 100);
	assert_int_equal(last, 199);
	assert_int_equal(total, 1048576);
}

static void what_is_built_is_what_was_meant_HTTP_LEN_05_06(void **state)
{
	char text[256];
	struct br_writer w = br_writer_of(text, sizeof(text));

	(void)state;
	br_http_put_request_line(&w, "GET", "/a");
	br_http_put_field(&w, "Host", "x");
	br_http_put_end(&w);
	br_http_put_status_line(&w, 200);
	br_http_put_field_number(&w, "Content-Length", UINT64_MAX);
	br_http_put_status_line(&w, 299);
	assert_string_equal(br_text_end(&w), "GET /a HTTP/1.1\r\nHost: x\r\n\r\nHTTP/1.1 200 OK\r\n"
	                                     "Content-Length: 18446744073709551615\r\n"
	                                     "HTTP/1.1 299 \r\n");
}

static void a_head_prints_one_field_a_line(void **state)
{
	char text[256];
	struct br_writer w = br_writer_of(text, sizeof(text));

	(void)state;
	assert_int_equal(parse(BR_HTTP_REQUEST, "GET /\xff HTTP/1.1\r\nHost: \"x\"\r\n\r\n"), 1);
	br_http_print(BR_HTTP_REQUEST, &head, &w);
	assert_string_equal(br_text_end(&w), "method \"GET\"\ntarget \"/\\xff\"\nversion 1.1\n"
	                                     "field \"Host\" \"\\\"x\\\"\"\n");
	w = br_writer_of(text, sizeof(text));
	assert_int_equal(parse(BR_HTTP_RESPONSE, "HTTP/1.0 404 Not Found\r\n\r\n"), 1);
	br_http_print(BR_HTTP_RESPONSE, &head, &w);
	assert_string_equal(br_text_end(&w), "version 1.0\nstatus 404\nreason \"Not Found\"\n");
}

static void a_head_is_known_by_how_it_begins(void **state)
{
	static const char *const requests[] = {"GET /", "HEAD ", "POST /a HTTP/1.1"};
	static const char *const others[] = {"GET", "get /", "", "HTTP/1.1 200 OK", "PUTT"};

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		assert_true(br_http_begins(BR_HTTP_REQUEST, br_text(requests[i])));
		assert_false(br_http_begins(BR_HTTP_RESPONSE, br_text(requests[i])));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(br_http_begins(BR_HTTP_REQUEST, br_text(others[i])));
	assert_true(br_http_begins(BR_HTTP_RESPONSE, br_text("HTTP/1.0 404")));
	assert_false(br_http_begins(BR_HTTP_RESPONSE, br_text("HTTP/2.0 404")));
}

static void a_status_is_known_once_its_digits_are_there(void **state)
{
	static const char line[] = "HTTP/1.1 408 Request Timeout\r\n";
	static const char *const bad[] = {"HTTP/1.1_408", "HTTP/1.1 4x8", "HTTP/11  408",
	                                  "http/1.1 408"};

	(void)state;
	for (size_t size = 0; size < sizeof(line); size++) {
		struct br_reader r = guarded(line, size);

		assert_int_equal(br_http_status_ahead((struct br_octets){r.pos, size}),
		                 size < 12 ? 0 : 408);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(br_http_status_ahead(br_text(bad[i])), 0);
}

static void a_cut_head_is_closed_behind_its_last_line(void **state)
{
	static const char cut[] = "GET /f HTTP/1.1\r\nHost: a\r\nConnec";
	uint8_t room[sizeof(cut) + 2];

	(void)state;
	for (size_t size = 0; size < sizeof(cut); size++) {
		size_t lines = size >= 26 ? 26 : size >= 17 ? 17 : 0, seen = 0;

		memset(room, 'x', sizeof(room));
		memcpy(room, cut, size);
		assert_int_equal(br_http_close_cut(room, size, size + 2), lines ? lines + 2 : 0);
		if (lines == 0)
			continue;
		assert_int_equal(br_http_parse(BR_HTTP_REQUEST, (struct br_octets){room, lines + 2},
		                               sizeof(room), &seen, &head, &status),
		                 1);
		assert_int_equal(head.fields, lines == 26);
	}
	memcpy(room, cut, 26);
	assert_int_equal(br_http_close_cut(room, 26, 27), 0); /* no room */
	assert_int_equal(br_http_close_cut(room, 26, 26), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_keeps_its_fields_in_order_and_spelling),
		cmocka_unit_test(a_response_is_read_with_any_reason),
		cmocka_unit_test(a_head_cut_anywhere_asks_for_more),
		cmocka_unit_test(octets_behind_the_head_are_not_looked_at),
		cmocka_unit_test(each_limit_has_its_status_HTTP_LIM_01_03_06),
		cmocka_unit_test(request_content_is_framed_one_way_or_refused),
		cmocka_unit_test(response_content_is_framed_by_rfc_9112_section_6_3),
		cmocka_unit_test(lists_are_searched_by_element),
		cmocka_unit_test(ranges_never_overflow_HTTP_RNG_07),
		cmocka_unit_test(content_ranges_are_read_back),
		cmocka_unit_test(what_is_built_is_what_was_meant_HTTP_LEN_05_06),
		cmocka_unit_test(a_head_prints_one_field_a_line),
		cmocka_unit_test(a_head_is_known_by_how_it_begins),
		cmocka_unit_test(a_status_is_known_once_its_digits_are_there),
		cmocka_unit_test(a_cut_head_is_closed_behind_its_last_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
