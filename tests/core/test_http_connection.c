/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections of the HTTP service: how requests follow one another, what is no request,
 * credit, slow files, slow peers and limits.
 */
#include "tests/core/http_bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "core/base/text.h"

static void connections_persist_or_end_as_asked_HTTP_CON_01_02_03(void **state)
{
	(void)state;
	send_text("GET /f1 HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, f1m, 1);
	assert_null(br_http_field_find(&answer, "Connection"));
	send_text("GET /f513 HTTP/1.1\r\n" HOST
	          "Connection: x, Close\r\n\r\nGET /f1 HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, f1m, 513);
	assert_true(has_field("Connection", "close"));
	want_no_octets();
	assert_int_equal(fins, 1);
	send_text("GET /f1 HTTP/1.1\r\n" HOST "\r\n");
	want_no_octets();
	ask_fresh("GET /f1 HTTP/1.0\r\n", "");
	want_response(200, f1m, 1);
	assert_true(has_field("Connection", "close"));
	assert_int_equal(fins, 1);
	ask_fresh("GET /f1 HTTP/1.0\r\n", "Connection: Keep-Alive\r\n");
	want_response(200, f1m, 1);
	assert_true(has_field("Connection", "keep-alive"));
	assert_int_equal(fins, 0);
	send_text("GET /f513 HTTP/1.0\r\n\r\n");
	want_response(200, f1m, 513);
	assert_int_equal(fins, 1);
	assert_int_equal(web.open_files, 0);
}

static void pipelined_requests_are_answered_in_order_HTTP_CON_04(void **state)
{
	(void)state;
	send_text("GET /f1 HTTP/1.1\r\n" HOST "\r\nGET /f513 HTTP/1.1\r\n" HOST
	          "\r\nHEAD /f1m HTTP/1.1\r\n" HOST "\r\nGET /nosuch HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, f1m, 1);
	want_response(200, f1m, 513);
	want_response(200, NULL, 0);
	assert_true(has_field("Content-Length", "1048576"));
	want_error_text(404);
	want_no_octets();
	assert_int_equal(fins, 0);
}

static void requests_cut_at_any_octet_are_answered_the_same(void **state)
{
	static const char text[] = "GET /f513 HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
				   "HEAD /f1m HTTP/1.1\r\n" HOST "\r\n"
				   "GET /f1 HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
				   "2;x=y\r\nab\r\n0\r\nT: x\r\n\r\n"
				   "GET /f0 HTTP/1.1\r\n" HOST "\r\n";

	(void)state;
	for (size_t cut = 1; cut < sizeof(text) - 1; cut++) {
		fresh_stream();
		send_event(BR_EVENT_STREAM_DATA, S, 0, text, cut);
		send_event(BR_EVENT_STREAM_DATA, S, 0, text + cut, sizeof(text) - 1 - cut);
		want_response(200, f1m, 513);
		want_response(200, NULL, 0);
		want_response(200, f1m, 1);
		want_response(200, NULL, 0);
		want_no_octets();
	}
	fresh_stream();
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		send_event(BR_EVENT_STREAM_DATA, S, 0, text + i, 1);
	want_response(200, f1m, 513);
	want_response(200, NULL, 0);
	want_response(200, f1m, 1);
	want_response(200, NULL, 0);
	want_no_octets();
}

static void content_of_requests_is_read_to_its_end_HTTP_CON_05_SMG_08(void **state)
{
	(void)state;
	send_text("GET /f1 HTTP/1.1\r\n" HOST
	          "Content-Length: 5\r\n\r\nabcdeGET /f513 HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, f1m, 1);
	want_response(200, f1m, 513);
	send_text("GET /f1 HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
	          "5;a=b;c=\"d\"\r\nabcde\r\n00\r\nX: y\r\n\r\nGET /f513 HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, f1m, 1);
	want_response(200, f1m, 513);
	want_no_octets();
	get_fresh("/f1", "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n");
	want_error_text(400);
	assert_int_equal(fins, 1);
	assert_int_equal(web.open_files, 0);
	get_fresh("/f1", "Content-Length: 70000\r\n");
	want_error_text(413);
	assert_int_equal(fins, 1);
	get_fresh("/f1", "Transfer-Encoding: chunked\r\n\r\nfffff\r\n");
	for (int i = 0; i < 20; i++)
		send_event(BR_EVENT_STREAM_DATA, S, 0, f1m, 4096);
	want_error_text(413);
	assert_int_equal(fins, 1);
	want_no_octets();
}

static void what_two_servers_could_read_in_two_ways_draws_400_HTTP_SMG_01_to_09(void **state)
{
	static const char *const rows[] = {
		"Content-Length: 5\r\nContent-Length: 6\r\n",
		"Content-Length: 5\r\nContent-Length: 5\r\n",
		"Content-Length: 5, 5\r\n",
		"Content-Length: +5\r\n",
		"Content-Length: -5\r\n",
		"Content-Length: 0x5\r\n",
		"Content-Length: 5 5\r\n",
		"Content-Length:\r\n",
		"Content-Length: 18446744073709551617\r\n",
		"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
		"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: chunked, identity\r\n",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
		"Transfer-Encoding: chunked, chunked\r\n",
		"Transfer-Encoding: xchunked\r\n",
		"Transfer-Encoding:\r\n",
		"X-A : x\r\n",
		"X-A\t: x\r\n",
		"X-A: x\r\n Content-Length: 5\r\n",
		"X-A: x\r\n\tfolded\r\n",
		"X-A: a\rb\r\n",
		"X-A: a\nContent-Length: 5\r\n",
		"X-A: a\x01\r\n",
		"X-A: a\x7f\r\n",
		": x\r\n",
		"X-A\r\n",
		"X(A): x\r\n",
		"X-A: a\r\r\n",
	};
	static const char nul[] = "GET /f1 HTTP/1.1\r\n" HOST "X-B: a\0b\r\n\r\n";

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh_stream();
		send_text("GET /f1 HTTP/1.1\r\n" HOST);
		send_text(rows[i]);
		send_text("\r\nGET /f513 HTTP/1.1\r\n" HOST "\r\n");
		want_error_text(400);
		assert_true(has_field("Connection", "close"));
		want_no_octets(); /* the request hidden behind it is never answered */
		assert_int_equal(fins, 1);
		assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_BAD_REQUEST), 1);
		assert_int_equal(web.open_files, 0);
	}
	fresh_stream();
	send_event(BR_EVENT_STREAM_DATA, S, 0, nul, sizeof(nul) - 1);
	want_error_text(400);
	ask_fresh("GET /f1 HTTP/1.0\r\n", "Transfer-Encoding: chunked\r\n"); /* HTTP-SMG-09 */
	want_error_text(400);
	assert_int_equal(fins, 1);
	ask_fresh("GET /f1 HTTP/1.1\r\n", " Host: x\r\n"); /* HTTP-SMG-06 */
	want_error_text(400);
	ask_fresh("GET /f1 HTTP/1.1\r\n", HOST "Transfer-Encoding: gzip, chunked\r\n");
	want_error_text(501);
	assert_int_equal(fins, 1);
	fresh_stream();
	send_text("GET /f1 HTTP/1.1\n"
	          "Host: a\n\n"); /* LF alone */
	want_error_text(400);
}

static void host_is_there_once_and_any_host_is_served_HTTP_HST_01_03(void **state)
{
	static const char *const good[] = {
		"192.0.2.1:8080", "[2001:db8::1]", "[2001:db8::1]:80", "boot.lab.test", "",
		"server:"};
	static const char *const bad[] = {"a b", "[2001:db8::1", "[::1]x", "a:b",
	                                  "a/b", "a:99999",      "a@b",    "x[1]"};
	char fields[64];

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct br_writer w = br_writer_of(fields, sizeof(fields));

		br_http_put_field(&w, "Host", good[i]);
		ask_fresh("GET /f1 HTTP/1.1\r\n", br_text_end(&w));
		want_response(200, f1m, 1);
	}
	for (size_t i = 0; i < 8; i++) {
		struct br_writer w = br_writer_of(fields, sizeof(fields));

		br_http_put_field(&w, "Host", bad[i]);
		ask_fresh("GET /f1 HTTP/1.1\r\n", br_text_end(&w));
		want_error_text(400);
		assert_int_equal(fins, 1);
	}
	ask_fresh("GET /f1 HTTP/1.1\r\n", "");
	want_error_text(400);
	ask_fresh("GET /f1 HTTP/1.1\r\n", HOST HOST);
	want_error_text(400);
	ask_fresh("GET /f1 HTTP/1.0\r\n", HOST HOST);
	want_error_text(400);
	ask_fresh("GET /f1 HTTP/1.0\r\n", "");
	want_response(200, f1m, 1);
}

static void long_targets_and_many_fields_have_limits_HTTP_LIM_01_02_03(void **state)
{
	static char text[70000];
	unsigned sent = 0;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "GET /f1?", 8);
	memcpy(text + 7900, " HTTP/1.1\r\n" HOST "\r\n", strlen(" HTTP/1.1\r\n" HOST "\r\n") + 1);
	fresh_stream();
	send_text(text);
	want_response(200, f1m, 1);
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "GET /", 5);
	fresh_stream();
	send_text(text);
	want_error_text(414);
	assert_int_equal(fins, 1);
	fresh_stream();
	send_text("GET /f1 HTTP/1.1\r\n" HOST);
	while (bytes_size == 0 && sent++ < 2000)
		send_text("X-Field-With-A-Long-Name: and some value that is long as well\r\n");
	want_error_text(431);
	assert_int_equal(fins, 1);
	fresh_stream();
	send_text("GET /f1 HTTP/1.1\r\n" HOST);
	for (int i = 0; i < 64; i++)
		send_text("A: b\r\n");
	send_text("\r\n");
	want_error_text(431);
	assert_int_equal(web.open_files, 0);
	fresh_stream();
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "GET /", 5);
	memcpy(text + 3000, " HTTP/1.1\r\n" HOST "\r\n", strlen(" HTTP/1.1\r\n" HOST "\r\n") + 1);
	send_text(text);
	want_error_text(404); /* longer than any path */
}

static void empty_lines_first_are_skipped_HTTP_LIM_04(void **state)
{
	(void)state;
	send_text("\r\nGET /f1 HTTP/1.1\r\n" HOST "\r\n\r\n\r\nGET /f513 HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, f1m, 1);
	want_response(200, f1m, 513);
	fresh_stream();
	for (int i = 0; i < 40000 && bytes_size == 0; i++)
		send_text("\r\n");
	assert_int_not_equal(bytes_size, 0); /* not for ever */
	assert_int_equal(fins, 1);
}

static void what_is_off_the_grammar_draws_400_at_once_HTTP_LIM_05_06(void **state)
{
	static const char *const rows[] = {
		"FOO\n\n",
		"GET /f1\r\n\r\n",
		"GET /f1 HTTP/x.y\r\n\r\n",
		"GET  /f1 HTTP/1.1\r\n\r\n",
		"GET /f1 HTTP/1.1 \r\n\r\n",
		"GET /f1 HTTP/1.10\r\n\r\n",
		"GET /f1 http/1.1\r\n\r\n",
		"GET /f 1 HTTP/1.1\r\n\r\n",
		"GET\t/f1 HTTP/1.1\r\n\r\n",
		"G(T /f1 HTTP/1.1\r\n\r\n",
		"\x16\x03\x01\x02", /* a TLS hello: nothing more may come */
		"\x80",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh_stream();
		send_text(rows[i]);
		want_error_text(400);
		assert_int_equal(fins, 1);
		want_no_octets();
	}
	ask_fresh("GET /f1 HTTP/3.0\r\n", HOST);
	want_error_text(505);
	assert_int_equal(fins, 1);
	ask_fresh("GET /f1 HTTP/1.2\r\n", HOST);
	want_response(200, f1m, 1);
}

static void expect_is_answered_without_waiting_HTTP_LIM_07(void **state)
{
	(void)state;
	ask_fresh("PUT /f1 HTTP/1.1\r\n", HOST "Content-Length: 5\r\nExpect: 100-continue\r\n");
	want_error_text(405);
	assert_int_equal(fins, 1);
	get_fresh("/f1", "Content-Length: 5\r\nExpect: 100-Continue\r\n");
	want_response(200, f1m, 1);
	assert_int_equal(fins, 1);
	get_fresh("/f1",
	          "Expect: 100-continue\r\n"); /* without content there is nothing to expect */
	want_response(200, f1m, 1);
	assert_int_equal(fins, 0);
}

static void head_then_get_on_one_connection_is_what_edk2_does_httpboot_head_then_get(void **state)
{
	(void)state;
	send_text("HEAD /boot/shim.efi HTTP/1.1\r\n" HOST
	          "Accept: */*\r\nUser-Agent: UefiHttpBoot/1.0\r\n\r\n");
	want_response(200, NULL, 0);
	assert_true(has_field("Content-Length", "1000"));
	assert_true(has_field("Content-Type", "application/efi"));
	assert_int_equal(fins, 0);
	web.now += 50000;
	send_text("GET /boot/shim.efi HTTP/1.1\r\n" HOST
	          "Accept: */*\r\nUser-Agent: UefiHttpBoot/1.0\r\n\r\n");
	want_response(200, f1m, 1000);
	/* and it ends with RST: nothing failed */
	lose_stream(S);
	assert_int_equal(rig_noted(&web, BR_NOTE_COUNT), 3);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_SERVED), 2);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_COMPLETED), 1);
	assert_int_equal(web.metrics.http_errors_total, 0);
	assert_int_equal(web.metrics.http_completed_total, 2);
	assert_int_equal(br_http_open_streams(http), 0);
	assert_true(br_http_deadline(http) == BR_TIME_NEVER);
}

static void never_more_than_the_credit_goes_out(void **state)
{
	uint64_t given = 0;

	(void)state;
	for (int mapping = 0; mapping < 2; mapping++) {
		web.mapping = mapping;
		fresh_stream();
		send_event(BR_EVENT_STREAM_CREDIT, S, 0, NULL, 0);
		given = sent_on(S);
		send_text("GET /f1m HTTP/1.1\r\n" HOST "\r\nGET /f1 HTTP/1.1\r\n" HOST "\r\n");
		assert_int_equal(sent_on(S), given);
		for (uint32_t credit = 1; bytes_size < MIB + 1; credit = credit * 3 % 70001) {
			send_event(BR_EVENT_STREAM_CREDIT, S, credit, NULL, 0);
			given += credit;
			assert_true(sent_on(S) <= given);
			assert_true(sent_on(S) == given || bytes_size > MIB);
		}
		send_event(BR_EVENT_STREAM_CREDIT, S, PLENTY, NULL, 0);
		want_response(200, f1m, MIB);
		want_response(200, f1m, 1);
		want_no_octets();
	}
	assert_int_equal(web.open_files, 0);
}

static void two_readers_take_turns(void **state)
{
	(void)state;
	send_event(BR_EVENT_STREAM_CREDIT, S, 0, NULL, 0);
	open_stream(4, 0);
	send_text("GET /f1m HTTP/1.1\r\n" HOST "\r\n");
	send_on(4, "GET /f1m HTTP/1.1\r\n" HOST "\r\n");
	for (int i = 0; i < 8; i++) {
		struct br_event credit = {.kind = BR_EVENT_STREAM_CREDIT, .credit = PLENTY};
		struct br_action action[2];

		credit.stream = S;
		br_http_input(http, &credit, web.now);
		credit.stream = 4;
		br_http_input(http, &credit, web.now);
		assert_true(br_http_output(http, &action[0]));
		assert_true(br_http_output(http, &action[1]));
		assert_int_not_equal(action[0].stream, action[1].stream);
	}
}

static void a_reader_that_stops_is_reset_and_holds_up_nobody_ROB_HT_02(void **state)
{
	(void)state;
	(void)rig_add(&web, "f5g", NULL, UINT64_C(5368709120));
	open_stream(4, 1000);
	send_on(4, "GET /f5g HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(sent_on(4), 1000);
	for (int i = 0; i < 3; i++) {
		web_let_pass(29 * BR_S);
		get_fresh("/f1", "");
		want_response(200, f1m, 1);
	}
	lose_stream(S);
	assert_int_equal(resets, 0);
	web_let_pass(60 * BR_S);
	assert_int_equal(resets, 1);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_READER_STOPPED), 1);
	assert_int_equal(br_http_open_streams(http), 0);
	assert_int_equal(web.open_files, 0);
}

static void an_idle_connection_is_closed_by_fin_HTTP_CON_06(void **state)
{
	(void)state;
	send_text("GET /f1 HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, f1m, 1);
	web_let_pass(29 * BR_S);
	assert_int_equal(fins, 0);
	send_text("GET /f1 HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, f1m, 1);
	web_let_pass(29 * BR_S);
	assert_int_equal(fins, 0);
	web_let_pass(2 * BR_S);
	assert_int_equal(fins, 1);
	assert_int_equal(resets, 0);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_IDLE), 1);
	want_no_octets();
	web_let_pass(31 * BR_S); /* the peer does not close: it is forgotten */
	assert_int_equal(resets, 1);
	assert_int_equal(br_http_open_streams(http), 0);
}

static void slow_peers_are_closed_in_the_end_ROB_HT_01(void **state)
{
	static const char text[] =
		"GET /f1 HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1 && fins == 0; i++) {
		char one[2] = {text[i]};

		send_text(one);
		web_let_pass(BR_S);
	}
	want_error_text(408);
	assert_true(has_field("Connection", "close"));
	assert_int_equal(fins, 1);
	get_fresh("/f1", "Content-Length: 100\r\n");
	for (int i = 0; i < 40 && fins == 0; i++) {
		send_text("x");
		web_let_pass(BR_S);
	}
	want_error_text(408);
	assert_int_equal(fins, 1);
	assert_int_equal(web.open_files, 0);
}

/* RFC 9112 §9.5: who was idle and then asks has as long for it as who asks at once. */
static void time_for_a_request_begins_with_its_first_octet(void **state)
{
	(void)state;
	web_let_pass(20 * BR_S);
	send_text("GET /f1 HTTP/1.1\r\n");
	web_let_pass(29 * BR_S); /* idle_ms is 30 s */
	assert_int_equal(fins, 0);
	send_text(HOST "\r\n");
	want_response(200, f1m, 1);
	web_let_pass(29 * BR_S);
	send_text("GET /f1 HTTP/1.1\r\n");
	web_let_pass(29 * BR_S);
	assert_int_equal(fins, 0);
	web_let_pass(BR_S);
	want_error_text(408);
	assert_int_equal(fins, 1);
}

static void a_peer_that_sends_no_more_still_gets_its_answers(void **state)
{
	(void)state;
	send_event(BR_EVENT_STREAM_CREDIT, S, 10, NULL, 0);
	send_text("GET /f513 HTTP/1.1\r\n" HOST "\r\nGET /f1 HTTP/1.1\r\n" HOST "\r\nGET /");
	send_event(BR_EVENT_STREAM_DATA, S, 0, NULL, 0);
	assert_int_equal(fins, 0);
	send_event(BR_EVENT_STREAM_CREDIT, S, PLENTY, NULL, 0);
	want_response(200, f1m, 513);
	want_response(200, f1m, 1);
	want_no_octets();
	assert_int_equal(fins, 1);
	fresh_stream();
	send_event(BR_EVENT_STREAM_DATA, S, 0, NULL, 0);
	assert_int_equal(fins, 1);
}

static void a_peer_that_goes_in_mid_answer_is_noted(void **state)
{
	(void)state;
	send_event(BR_EVENT_STREAM_CREDIT, S, 1000, NULL, 0);
	send_text("GET /f1m HTTP/1.1\r\n" HOST "\r\n");
	web.now += BR_S;
	lose_stream(S);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_CUT), 1);
	assert_true(rig_note(&web, BR_NOTE_HTTP_SERVED)->facts.counted);
	assert_int_equal(rig_note(&web, BR_NOTE_HTTP_SERVED)->facts.octets, MIB);
	assert_in_range(rig_note(&web, BR_NOTE_HTTP_CUT)->facts.octets, 500,
	                999); /* less the head */
	assert_int_equal(rig_note(&web, BR_NOTE_HTTP_CUT)->facts.took, BR_S);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_COMPLETED), 0);
	assert_int_equal(web.open_files, 0);
	assert_int_equal(web.metrics.http_errors_total, 1);
	lose_stream(S); /* twice, and what comes behind it, means nothing */
	send_text("GET /f1 HTTP/1.1\r\n" HOST "\r\n");
	send_event(BR_EVENT_STREAM_CREDIT, S, PLENTY, NULL, 0);
	assert_int_equal(sent_on(S), 1000);
	open_stream(S, PLENTY);
	bytes_size = 0;
	open_stream(S, PLENTY); /* without a word from the one before */
	send_text("GET /f1 HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, f1m, 1);
	assert_int_equal(br_http_open_streams(http), 1);
}

static void a_slow_file_is_asked_again_without_haste(void **state)
{
	unsigned calls = 0;

	(void)state;
	web.mapping = false;
	web.file[3].read_stalls = 5;
	send_text("GET /f1m HTTP/1.1\r\n" HOST "\r\n");
	while (bytes_size < MIB && calls++ < 20) {
		assert_true(br_http_deadline(http) > web.now); /* no busy loop */
		web.now = br_http_deadline(http);
		br_http_expire(http, web.now);
		web_drain();
	}
	want_response(200, f1m, MIB);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_FILE_STALLED), 1);
	web.file[2].open_stalls = 3;
	send_text("GET /f513 HTTP/1.1\r\n" HOST
	          "Content-Length: 3\r\n\r\nabcGET /f1 HTTP/1.1\r\n" HOST "\r\n");
	want_no_octets();
	web_let_pass(200 * BR_MS);
	want_response(200, f1m, 513);
	want_response(200, f1m, 1);
	want_no_octets();
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_FILE_STALLED), 2);
	assert_int_equal(web.metrics.http_requests_total, 3);
}

static void a_file_that_never_comes_draws_503_or_a_reset(void **state)
{
	(void)state;
	web.mapping = false;
	web.file[2].open_stalls = 100000;
	send_text("GET /f513 HTTP/1.1\r\n" HOST "\r\n");
	web_let_pass(25 * BR_S);
	want_error_text(503);
	assert_int_equal(fins, 1);
	web.file[3].read_stalls = 100000;
	get_fresh("/f1m", "");
	web_let_pass(25 * BR_S);
	assert_int_equal(resets, 1);
	assert_int_equal(fins, 0);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_FILE_FAILED), 1);
	assert_int_equal(web.open_files, 0);
}

static void a_file_that_breaks_or_shrinks_is_broken_off_not_made_up(void **state)
{
	(void)state;
	web.mapping = false;
	web.file[3].cut = 300000;
	send_text("GET /f1m HTTP/1.1\r\n" HOST "\r\nGET /f1 HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(resets, 1);
	assert_true(bytes_size < 301000);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_FILE_FAILED), 1);
	assert_int_equal(br_http_open_streams(http), 0);
	web.file[3].cut = 0;
	web.file[3].read_result = -EIO;
	get_fresh("/f1m", "");
	assert_int_equal(resets, 1);
	assert_int_equal(web.open_files, 0);
	assert_int_equal(web.metrics.http_errors_total, 2);
	assert_true(br_http_deadline(http) == BR_TIME_NEVER);
}

static void a_pipelined_flood_is_answered_or_cut_short_ROB_HT_03(void **state)
{
	static const char head[] = "HEAD /f1m HTTP/1.1\r\n" HOST "\r\n";
	unsigned answers = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		send_text(head);
		rig_forget(&web);
		if (bytes_size > MIB)
			bytes_size = 0;
	}
	assert_int_equal(web.metrics.http_completed_total, 100000);
	assert_int_equal(fins, 0);
	/* nobody reads: what is kept is answered, then the connection ends */
	fresh_stream();
	send_event(BR_EVENT_STREAM_CREDIT, S, 0, NULL, 0);
	for (int i = 0; i < 100000; i++)
		send_text(head);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_PIPELINE_CUT), 1);
	send_event(BR_EVENT_STREAM_CREDIT, S, PLENTY, NULL, 0);
	while (bytes_size > 0) {
		want_response(200, NULL, 0);
		answers++;
	}
	assert_in_range(answers, 100, 1000);
	assert_int_equal(fins, 1);
}

static void behind_the_last_request_nothing_is_kept(void **state)
{
	(void)state;
	send_event(BR_EVENT_STREAM_CREDIT, S, 0, NULL, 0);
	send_text("GET /f1 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
	for (int i = 0; i < 10; i++)
		send_event(BR_EVENT_STREAM_DATA, S, 0, f1m, 4096);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_PIPELINE_CUT), 0);
	send_event(BR_EVENT_STREAM_CREDIT, S, PLENTY, NULL, 0);
	want_response(200, f1m, 1);
	want_no_octets();
	assert_int_equal(fins, 1);
}

static void streams_above_the_limit_are_reset_and_places_are_used_again(void **state)
{
	struct br_http *none = NULL;

	(void)state;
	for (uint32_t i = 0; i < 16; i++)
		open_stream(i, PLENTY);
	assert_int_equal(br_http_open_streams(http), 16);
	open_stream(16, PLENTY);
	assert_int_equal(resets, 1);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_NO_STREAM), 1);
	resets = 0;
	send_on(16, "GET /f1 HTTP/1.1\r\n" HOST "\r\n");
	for (uint32_t i = 0; i < 16; i++)
		lose_stream(i);
	assert_int_equal(br_http_open_streams(http), 0);
	fresh_stream();
	send_text("GET /f1 HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, f1m, 1);
	web.config.streams_max = 0;
	assert_int_equal(br_http_new(&none, &web.context), -EINVAL);
	web.config.streams_max = 1;
	web.config.request_size_max = 63;
	assert_int_equal(br_http_new(&none, &web.context), -EINVAL);
	assert_null(none);
	assert_null(br_http_free(NULL));
}

static void whoever_only_waits_gives_way_first_and_the_oldest_of_them(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 16; i++) {
		if (i != S)
			open_stream(i, PLENTY);
		web_let_pass(BR_MS);
	}
	send_on(0, "GET /f1 HTTP/1.1\r\n" HOST "\r\n"); /* asked, answered, and taken */
	send_event(BR_EVENT_STREAM_CREDIT, 0, PLENTY, NULL, 0);
	send_on(1, "GET /f1");
	web_let_pass(249 * BR_MS); /* S was there first */
	rig_forget(&web);
	for (uint32_t i = 0; i < 4; i++) { /* S is first, then those of above in their order */
		static const uint32_t order[] = {S, 1, 2, 4};

		send_event(BR_EVENT_STREAM_WAITS, 0, 0, NULL, 0);
		assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_GAVE_WAY), 1);
		assert_int_equal(resets, i + 1);
		assert_int_equal(reset_stream, order[i]);
		rig_forget(&web);
	}
}

/* It has sent its request, which waits in its window; the stuck ones were there long before. */
static void whoever_is_let_in_now_gives_way_to_nobody(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 16; i++) {
		if (i == S)
			lose_stream(S);
		open_stream(i, 8192);
		send_on(i, "GET /f1m HTTP/1.1\r\n" HOST "\r\n");
	}
	web_let_pass(400 * BR_MS);
	lose_stream(5);
	open_stream(5, PLENTY);
	rig_forget(&web);
	send_event(BR_EVENT_STREAM_WAITS, 0, 0, NULL, 0);
	web_let_pass(99 * BR_MS);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_GAVE_WAY), 0);
	web_let_pass(2 * BR_MS);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_GAVE_WAY), 1);
	assert_int_not_equal(reset_stream, 5);
	resets = 0;
	send_on(5, "GET /f1 HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_COMPLETED), 1);
}

/* Of one input more answers may come than the outbox has places. */
static void every_file_that_went_out_is_noted_with_its_octets_and_a_400_with_its_line(void **state)
{
	enum {
		REQUESTS = 200
	};
	static char many[REQUESTS * 40];
	size_t size = 0;

	(void)state;
	for (int i = 0; i < REQUESTS; i++)
		size += (size_t)snprintf(many + size, sizeof(many) - size,
		                         "GET /f1 HTTP/1.1\r\n" HOST "\r\n");
	send_text(many);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_COMPLETED), REQUESTS);
	assert_int_equal(rig_noted(&web, BR_NOTE_SERVER_OUTBOX_FULL), 0);
	assert_int_equal(rig_note(&web, BR_NOTE_HTTP_COMPLETED)->facts.octets, 1);
	fresh_stream();
	send_text("GET /f1 HTTP/1.1\r\nHost: a b\r\n\r\n");
	assert_true(br_text_is(rig_note(&web, BR_NOTE_HTTP_BAD_REQUEST)->payload,
	                       "400 \"GET /f1 HTTP/1.1\""));
	fresh_stream();
	send_text("G\x01\"T / HTTP/1.1\r\n" HOST "\r\n");
	assert_true(br_text_is(rig_note(&web, BR_NOTE_HTTP_BAD_REQUEST)->payload,
	                       "400 \"G\\x01\\\"T / HTTP/1.1\""));
	fresh_stream();
	web.mapping = false;
	web.file[2].open_result = -EIO;
	send_text("GET /f513 HTTP/1.1\r\n" HOST "\r\n");
	assert_int_equal(rig_note(&web, BR_NOTE_HTTP_FILE_FAILED)->facts.error, -EIO);
}

static void a_stuck_reader_gives_way_after_half_a_second_and_only_if_others_wait(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 16; i++) {
		if (i == S)
			lose_stream(S);
		open_stream(i, 8192);
		send_on(i, "GET /f1m HTTP/1.1\r\n" HOST "\r\n");
	}
	web_let_pass(BR_S);
	send_event(BR_EVENT_STREAM_CREDIT, 0, 4096, NULL, 0); /* a page: it lives */
	send_event(BR_EVENT_STREAM_CREDIT, 1, 100, NULL, 0);  /* a drop: it does not */
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_GAVE_WAY), 0);
	for (uint32_t i = 0; i < 15; i++)
		send_event(BR_EVENT_STREAM_WAITS, 0, 0, NULL, 0);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_GAVE_WAY), 15);
	assert_int_equal(br_http_open_streams(http), 1);
	send_event(BR_EVENT_STREAM_WAITS, 0, 0, NULL, 0);
	web_let_pass(499 * BR_MS);
	assert_int_equal(br_http_open_streams(http), 1);
	web_let_pass(2 * BR_MS);
	assert_int_equal(br_http_open_streams(http), 0);
	assert_int_equal(web.metrics.http_errors_total, 16);
	assert_int_equal(web.open_files, 0);
	assert_true(br_http_deadline(http) == BR_TIME_NEVER);
}

static void mutated_requests_never_stop_the_service(void **state)
{
	static const char text[] =
		"GET /f513?x HTTP/1.1\r\n" HOST "Range: bytes=0-9\r\nIf-Match: *\r\n"
		"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
	struct br_prng prng = br_prng_of(5, 5);

	(void)state;
	for (int i = 0; i < 100000; i++) {
		char mutant[sizeof(text)];
		size_t cut = (size_t)br_prng_below(&prng, sizeof(text));

		memcpy(mutant, text, sizeof(text));
		for (uint64_t k = br_prng_below(&prng, 4); k > 0; k--)
			mutant[br_prng_below(&prng, sizeof(mutant) - 1)] =
				(char)br_prng_next(&prng);
		fresh_stream();
		if (cut > 0)
			send_event(BR_EVENT_STREAM_DATA, S, 0, mutant, cut);
		if (cut < sizeof(text) - 1)
			send_event(BR_EVENT_STREAM_DATA, S, 0, mutant + cut,
			           sizeof(text) - 1 - cut);
	}
	get_fresh("/f513", "");
	want_response(200, f1m, 513);
	lose_stream(S);
	assert_int_equal(web.open_files, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, web_setup, web_teardown)
		TEST(connections_persist_or_end_as_asked_HTTP_CON_01_02_03),
		TEST(pipelined_requests_are_answered_in_order_HTTP_CON_04),
		TEST(requests_cut_at_any_octet_are_answered_the_same),
		TEST(content_of_requests_is_read_to_its_end_HTTP_CON_05_SMG_08),
		TEST(what_two_servers_could_read_in_two_ways_draws_400_HTTP_SMG_01_to_09),
		TEST(host_is_there_once_and_any_host_is_served_HTTP_HST_01_03),
		TEST(long_targets_and_many_fields_have_limits_HTTP_LIM_01_02_03),
		TEST(empty_lines_first_are_skipped_HTTP_LIM_04),
		TEST(what_is_off_the_grammar_draws_400_at_once_HTTP_LIM_05_06),
		TEST(expect_is_answered_without_waiting_HTTP_LIM_07),
		TEST(head_then_get_on_one_connection_is_what_edk2_does_httpboot_head_then_get),
		TEST(never_more_than_the_credit_goes_out),
		TEST(two_readers_take_turns),
		TEST(a_reader_that_stops_is_reset_and_holds_up_nobody_ROB_HT_02),
		TEST(an_idle_connection_is_closed_by_fin_HTTP_CON_06),
		TEST(slow_peers_are_closed_in_the_end_ROB_HT_01),
		TEST(time_for_a_request_begins_with_its_first_octet),
		TEST(a_peer_that_sends_no_more_still_gets_its_answers),
		TEST(a_peer_that_goes_in_mid_answer_is_noted),
		TEST(a_slow_file_is_asked_again_without_haste),
		TEST(a_file_that_never_comes_draws_503_or_a_reset),
		TEST(a_file_that_breaks_or_shrinks_is_broken_off_not_made_up),
		TEST(a_pipelined_flood_is_answered_or_cut_short_ROB_HT_03),
		TEST(behind_the_last_request_nothing_is_kept),
		TEST(streams_above_the_limit_are_reset_and_places_are_used_again),
		TEST(every_file_that_went_out_is_noted_with_its_octets_and_a_400_with_its_line),
		TEST(whoever_only_waits_gives_way_first_and_the_oldest_of_them),
		TEST(whoever_is_let_in_now_gives_way_to_nobody),
		TEST(a_stuck_reader_gives_way_after_half_a_second_and_only_if_others_wait),
		TEST(mutated_requests_never_stop_the_service),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
