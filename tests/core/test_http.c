/* SPDX-License-Identifier: BSD-2-Clause */
/* What the HTTP service answers: methods, types, names, preconditions and ranges. */
#define _GNU_SOURCE /* memmem */
#include "tests/core/http_bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

static void get_and_head_give_the_file_and_its_size_HTTP_MTH_01_02_LEN_01_05(void **state)
{
	(void)state;
	send_text("HEAD /f1m HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\nGET /f1 HTTP/1.1\r\n"
	          "Host: 192.0.2.1\r\n\r\n");
	assert_memory_equal(bytes, "HTTP/1.1 200 OK\r\n", 17);
	assert_non_null(memmem(bytes, bytes_size, "\r\nContent-Length: 1048576\r\n", 27));
	want_response(200, NULL, 0);
	assert_true(has_field("Content-Length", "1048576"));
	want_response(200, f1m, 1);
	assert_true(has_field("Content-Length", "1"));
	want_no_octets();
	assert_int_equal(fins, 0);
	assert_int_equal(web.open_files, 0);
	assert_int_equal(web.metrics.http_completed_total, 2);
	assert_int_equal(web.metrics.http_requests_total, 2);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_SERVED), 2);
}

static void the_head_of_head_is_that_of_get_HTTP_MTH_03_04(void **state)
{
	static const char *const names[] = {"Content-Type", "Content-Length", "ETag",
	                                    "Last-Modified", "Accept-Ranges"};
	struct br_http_head head;

	(void)state;
	send_text("HEAD /f1m HTTP/1.1\r\n" HOST "\r\n");
	want_response(200, NULL, 0);
	head = answer;
	for (size_t i = 0; i < 5; i++) {
		const struct br_http_field *field = br_http_field_find(&answer, names[i]);
		char line[128] = {0};

		assert_non_null(field);
		memcpy(line, field->value.data, field->value.size);
		bytes_size = 0;
		send_text("GET /f1m HTTP/1.1\r\n" HOST "\r\n");
		want_response(200, f1m, MIB);
		assert_true(has_field(names[i], line));
		send_text("HEAD /f1m HTTP/1.1\r\n" HOST "\r\n");
		want_response(200, NULL, 0);
	}
	assert_int_equal(head.fields, answer.fields);
}

static void other_methods_draw_405_or_501_HTTP_MTH_05_06_07(void **state)
{
	static const char *const known[] = {"PUT", "POST", "DELETE", "TRACE", "PATCH", "CONNECT"};
	char line[64];

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct br_writer w = br_writer_of(line, sizeof(line));

		br_http_put_request_line(&w, known[i], "/f1");
		ask_fresh(br_text_end(&w), HOST);
		want_error_text(405);
		assert_true(has_field("Allow", "GET, HEAD, OPTIONS"));
		assert_int_equal(fins, 0);
	}
	ask_fresh("BREW /f1 HTTP/1.1\r\n", HOST);
	want_error_text(501);
	ask_fresh("get /f1 HTTP/1.1\r\n", HOST);
	want_error_text(501);
	ask_fresh("OPTIONS * HTTP/1.1\r\n", HOST);
	want_response(200, NULL, 0);
	assert_true(has_field("Content-Length", "0"));
	assert_true(has_field("Allow", "GET, HEAD, OPTIONS"));
	want_no_octets();
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_METHOD), 1);
}

static void sizes_beyond_4_gib_are_exact_HTTP_LEN_01(void **state)
{
	(void)state;
	(void)rig_add(&web, "f5g", NULL, UINT64_C(5368709120));
	ask_fresh("HEAD /f5g HTTP/1.1\r\n", HOST);
	want_response(200, NULL, 0);
	assert_true(has_field("Content-Length", "5368709120"));
	get_fresh("/f0", "");
	want_response(200, NULL, 0);
	assert_true(has_field("Content-Length", "0"));
	want_no_octets();
	get_fresh("/f5g", "Range: bytes=5368709118-\r\n");
	want_response(206, (const uint8_t *)"\0", 2);
	assert_true(has_field("Content-Range", "bytes 5368709118-5368709119/5368709120"));
}

static void every_answer_starts_as_grub_and_ipxe_read_it_HTTP_LEN_05_06(void **state)
{
	(void)state;
	get_fresh("/f1", "");
	assert_memory_equal(bytes, "HTTP/1.1 200 OK\r\n", 17);
	get_fresh("/nosuch", "");
	assert_memory_equal(bytes, "HTTP/1.1 404 Not Found\r\n", 24);
	ask_fresh("GET /f1 HTTP/1.0\r\n", "");
	assert_memory_equal(bytes, "HTTP/1.1 200 OK\r\n", 17);
}

static void boot_images_have_the_types_edk2_knows_HTTP_TYP_01_02(void **state)
{
	static const struct {
		const char *path, *type;
	} rows[] = {
		{"a.efi", "application/efi"},
		{"a.EFI", "application/efi"},
		{"a.iso", "application/vnd.efi-iso"},
		{"a.img", "application/vnd.efi-img"},
		{"a.cfg", "text/plain"},
		{"a.ipxe", "text/plain"},
		{"vmlinuz", "application/octet-stream"},
		{"efi", "application/octet-stream"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[32] = "/";

		(void)rig_add(&web, rows[i].path, f1m, 10);
		memcpy(path + 1, rows[i].path, strlen(rows[i].path));
		get_fresh(path, "");
		want_response(200, f1m, 10);
		assert_true(has_field("Content-Type", rows[i].type));
		assert_null(br_http_field_find(&answer, "Content-Encoding"));
	}
}

static void doubled_slashes_and_targets_in_absolute_form_are_served_HTTP_RDR_01_HST_02(void **state)
{
	(void)state;
	get_fresh("//boot//shim.efi", "");
	want_response(200, f1m, 1000);
	ask_fresh("GET http://server:8080/boot/shim.efi?x=1 HTTP/1.1\r\n", "Host: other\r\n");
	want_response(200, f1m, 1000);
	ask_fresh("GET HTTPS://[2001:db8::1]/f1 HTTP/1.1\r\n", HOST);
	want_response(200, f1m, 1);
	ask_fresh("GET http:///f1 HTTP/1.1\r\n", HOST);
	want_error_text(400);
	ask_fresh("GET ftp://server/f1 HTTP/1.1\r\n", HOST);
	want_error_text(400);
	ask_fresh("GET f1 HTTP/1.1\r\n", HOST);
	want_error_text(400);
}

static void escapes_name_the_same_file_and_never_leave_the_root_HTTP_PTH_01_02_03(void **state)
{
	static const char *const bad[] = {"/../x",   "/%2e%2e/x", "/a/..%2f..%2fx",
	                                  "/..%5cx", "/%2E./f1",  "/boot/../f1",
	                                  "/%00",    "/%",        "/%4",
	                                  "/%zz",    "/..",       "/%66%31%00"};

	(void)state;
	get_fresh("/%66%31", "");
	want_response(200, f1m, 1);
	get_fresh("/boot%2Fshim%2eefi#part", "");
	want_response(200, f1m, 1000);
	get_fresh("/./boot/./shim.efi", "");
	want_response(200, f1m, 1000);
	web.opens = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		get_fresh(bad[i], "");
		want_error_text(400);
	}
	assert_int_equal(web.opens, 0);
	get_fresh("/a%0d%0aX-Y:1", "");
	want_error_text(404);
	assert_null(br_http_field_find(&answer, "X-Y"));
	want_no_octets();
	get_fresh("/../x", "");
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_FORBIDDEN), 1);
}

static void files_that_are_not_to_be_had_say_why(void **state)
{
	(void)state;
	rig_add(&web, "dir", NULL, 0)->open_result = -EISDIR;
	rig_add(&web, "secret", NULL, 0)->open_result = -EACCES;
	rig_add(&web, "broken", NULL, 0)->open_result = -EIO;
	rig_add(&web, "toomany", NULL, 0)->open_result = -EMFILE;
	get_fresh("/dir", "");
	want_error_text(404);
	get_fresh("/", "");
	want_error_text(404);
	get_fresh("/nosuch", "If-None-Match: *\r\n"); /* HTTP-CND-06 */
	want_error_text(404);
	assert_int_equal(fins, 0);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_NOT_FOUND), 1);
	assert_int_equal(web.metrics.http_misses_total, 3);
	assert_int_equal(web.metrics.http_errors_total, 0);
	get_fresh("/secret", "");
	want_error_text(403);
	get_fresh("/broken", "");
	want_error_text(500);
	get_fresh("/toomany", "");
	want_error_text(503);
	assert_int_equal(web.metrics.http_errors_total, 3);
}

static void if_none_match_gives_304_HTTP_CND_01_07(void **state)
{
	(void)state;
	learn_etag("/f1m");
	get_fresh("/f1m", with_etag("If-None-Match: ", "\r\n"));
	want_response(304, NULL, 0);
	assert_true(has_field("ETag", etag));
	assert_non_null(br_http_field_find(&answer, "Last-Modified"));
	assert_null(br_http_field_find(&answer, "Content-Length")); /* it would be the file's */
	want_no_octets();
	send_text("GET /f1 HTTP/1.1\r\n" HOST "\r\n"); /* the next response parses */
	want_response(200, f1m, 1);
	get_fresh("/f1m", with_etag("If-None-Match: \"a,b\", W/", "\r\n"));
	want_response(304, NULL, 0);
	get_fresh("/f1m", "If-None-Match: *\r\n");
	want_response(304, NULL, 0);
	get_fresh("/f1m", "If-None-Match: \"x\"\r\nIf-None-Match: W/\"y\"\r\n");
	want_response(200, f1m, MIB);
	get_fresh("/f1m", with_etag("If-None-Match: \"x\"\r\nIf-None-Match: ", "\r\n"));
	want_response(304, NULL, 0);
	assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_PRECONDITION), 1);
}

static void a_tag_changes_with_the_file_HTTP_RNG_09(void **state)
{
	char old[sizeof(etag)];

	(void)state;
	learn_etag("/f1m");
	memcpy(old, etag, sizeof(old));
	web.file[3].info.version++;
	learn_etag("/f1m");
	assert_string_not_equal(old, etag);
}

static void if_match_compares_strongly_HTTP_CND_04(void **state)
{
	(void)state;
	learn_etag("/f1m");
	get_fresh("/f1m", with_etag("If-Match: ", "\r\n"));
	want_response(200, f1m, MIB);
	get_fresh("/f1m", "If-Match: *\r\n");
	want_response(200, f1m, MIB);
	get_fresh("/f1m", "If-Match: \"other\"\r\n");
	want_response(412, NULL, 0);
	assert_true(has_field("Content-Length", "0"));
	want_no_octets();
	get_fresh("/f1m", with_etag("If-Match: W/", "\r\n"));
	want_response(412, NULL, 0);
	get_fresh("/f1m", with_etag("If-Match: \"a\", ", "\r\n"));
	want_response(200, f1m, MIB);
}

static void dates_decide_where_no_tag_does_HTTP_CND_02_03_05_DAT_02(void **state)
{
	(void)state;
	learn_etag("/f1m");
	get_fresh("/f1m", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
	want_response(304, NULL, 0);
	assert_true(has_field("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"));
	get_fresh("/f1m", "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n");
	want_response(200, f1m, MIB);
	get_fresh("/f1m", "If-Modified-Since: yesterday\r\n");
	want_response(200, f1m, MIB);
	get_fresh("/f1m",
	          "If-None-Match: \"x\"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
	want_response(200, f1m, MIB);
	get_fresh("/f1m", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n");
	want_response(412, NULL, 0);
	get_fresh("/f1m", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
	want_response(200, f1m, MIB);
	get_fresh("/f1m", "If-Unmodified-Since: W/\"x\"\r\n"); /* EDK2 with a weak tag */
	want_response(200, f1m, MIB);
	get_fresh("/f1m",
	          with_etag("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\nIf-Match: ",
	                    "\r\n"));
	want_response(200, f1m, MIB);
	get_fresh("/f1",
	          "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"); /* no date known */
	want_response(200, f1m, 1);
	assert_null(br_http_field_find(&answer, "Last-Modified"));
}

static void one_range_is_sent_as_206_HTTP_RNG_01_02_06_07(void **state)
{
	static const struct {
		const char *range;
		size_t first, size;
		const char *says;
	} rows[] = {
		{"bytes=100-199", 100, 100, "bytes 100-199/1048576"},
		{"bytes=-10", MIB - 10, 10, "bytes 1048566-1048575/1048576"},
		{"bytes=1048500-", 1048500, 76, "bytes 1048500-1048575/1048576"},
		{"bytes=0-0", 0, 1, "bytes 0-0/1048576"},
		{"BYTES=5-4000000", 5, MIB - 5, "bytes 5-1048575/1048576"},
		{"bytes=0-99999999999999999999999", 0, MIB, "bytes 0-1048575/1048576"},
		{"bytes=0-18446744073709551616", 0, MIB, "bytes 0-1048575/1048576"},
		{"bytes=-99999999999999999999999", 0, MIB, "bytes 0-1048575/1048576"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char fields[96];
		struct br_writer w = br_writer_of(fields, sizeof(fields));

		br_http_put_field(&w, "Range", rows[i].range);
		get_fresh("/f1m", br_text_end(&w));
		want_response(206, f1m + rows[i].first, rows[i].size);
		assert_true(has_field("Content-Range", rows[i].says));
		assert_true(has_field("Content-Type", "application/octet-stream"));
		want_no_octets();
		assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_RANGE), 1);
	}
}

static void a_range_behind_the_end_draws_416_HTTP_RNG_03(void **state)
{
	static const char *const rows[] = {"bytes=1048576-", "bytes=-0",
	                                   "bytes=99999999999999999999-",
	                                   "bytes=1048576-99999999999999999999"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char fields[96];
		struct br_writer w = br_writer_of(fields, sizeof(fields));

		br_http_put_field(&w, "Range", rows[i]);
		get_fresh("/f1m", br_text_end(&w));
		want_response(416, NULL, 0);
		assert_true(has_field("Content-Range", "bytes */1048576"));
		want_no_octets();
		assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_UNSATISFIABLE), 1);
	}
}

static void what_is_not_one_range_of_octets_is_ignored_HTTP_RNG_04_08(void **state)
{
	static const char *const rows[] = {"lines=1-2",
	                                   "bytes=1-2,4-5",
	                                   "bytes=5-4",
	                                   "bytes=a-b",
	                                   "bytes=-",
	                                   "bytes=",
	                                   "bytes",
	                                   "bytes=1--2",
	                                   "bytes=0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char fields[96];
		struct br_writer w = br_writer_of(fields, sizeof(fields));

		br_http_put_field(&w, "Range", rows[i]);
		get_fresh("/f1m", br_text_end(&w));
		want_response(200, f1m, MIB);
		assert_null(br_http_field_find(&answer, "Content-Range"));
		assert_int_equal(rig_noted(&web, BR_NOTE_HTTP_RANGE_IGNORED), 1);
	}
	ask_fresh("HEAD /f1m HTTP/1.1\r\n", HOST "Range: bytes=0-9\r\n");
	want_response(200, NULL, 0);
	assert_true(has_field("Content-Length", "1048576"));
}

static void a_download_is_resumed_HTTP_RNG_05_09(void **state)
{
	(void)state;
	learn_etag("/f1m");
	get_fresh("/f1m", with_etag("Range: bytes=524288-1048575\r\nIf-Match: ", "\r\n"));
	want_response(206, f1m + 524288, 524288);
	assert_true(has_field("Content-Range", "bytes 524288-1048575/1048576"));
	get_fresh("/f1m", "Range: bytes=524288-1048575\r\nIf-Match: \"other\"\r\n");
	want_response(412, NULL, 0);
	get_fresh("/f1m", with_etag("Range: bytes=1-1\r\nIf-Range: ", "\r\n"));
	want_response(206, f1m + 1, 1);
	get_fresh("/f1m", "Range: bytes=1-1\r\nIf-Range: \"other\"\r\n");
	want_response(200, f1m, MIB);
	get_fresh("/f1m", with_etag("Range: bytes=1-1\r\nIf-Range: W/", "\r\n"));
	want_response(200, f1m, MIB);
	get_fresh("/f1m", "Range: bytes=1-1\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
	want_response(206, f1m + 1, 1);
	get_fresh("/f1m", "Range: bytes=1-1\r\nIf-Range: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
	want_response(200, f1m, MIB);
}

static void date_is_told_where_there_is_a_clock(void **state)
{
	(void)state;
	get_fresh("/f1", "");
	want_response(200, f1m, 1);
	assert_null(br_http_field_find(&answer, "Date"));
	web.config.epoch_ns = UINT64_C(784111777) * BR_S - web.now;
	get_fresh("/f1", "");
	want_response(200, f1m, 1);
	assert_true(has_field("Date", "Sun, 06 Nov 1994 08:49:37 GMT"));
	web_let_pass(2 * BR_S);
	get_fresh("/nosuch", "");
	want_error_text(404);
	assert_true(has_field("Date", "Sun, 06 Nov 1994 08:49:39 GMT"));
}

static void a_file_from_the_future_was_changed_now_HTTP_DAT_03(void **state)
{
	(void)state;
	get_fresh("/f1m", ""); /* dated 08:49:37 */
	want_response(200, f1m, MIB);
	assert_true(has_field("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"));
	web.config.epoch_ns = UINT64_C(784111770) * BR_S - web.now;
	get_fresh("/f1m", "");
	want_response(200, f1m, MIB);
	assert_true(has_field("Date", "Sun, 06 Nov 1994 08:49:30 GMT"));
	assert_true(has_field("Last-Modified", "Sun, 06 Nov 1994 08:49:30 GMT"));
	/* that date is no validator yet: the file may change once more before its own comes */
	get_fresh("/f1m", "If-Modified-Since: Sun, 06 Nov 1994 08:49:30 GMT\r\n");
	want_response(200, f1m, MIB);
	get_fresh("/f1m", "Range: bytes=1-1\r\nIf-Range: Sun, 06 Nov 1994 08:49:30 GMT\r\n");
	want_response(200, f1m, MIB);
	web_let_pass(60 * BR_S);
	get_fresh("/f1m", "");
	want_response(200, f1m, MIB);
	assert_true(has_field("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, web_setup, web_teardown)
		TEST(get_and_head_give_the_file_and_its_size_HTTP_MTH_01_02_LEN_01_05),
		TEST(the_head_of_head_is_that_of_get_HTTP_MTH_03_04),
		TEST(other_methods_draw_405_or_501_HTTP_MTH_05_06_07),
		TEST(sizes_beyond_4_gib_are_exact_HTTP_LEN_01),
		TEST(every_answer_starts_as_grub_and_ipxe_read_it_HTTP_LEN_05_06),
		TEST(boot_images_have_the_types_edk2_knows_HTTP_TYP_01_02),
		TEST(doubled_slashes_and_targets_in_absolute_form_are_served_HTTP_RDR_01_HST_02),
		TEST(escapes_name_the_same_file_and_never_leave_the_root_HTTP_PTH_01_02_03),
		TEST(files_that_are_not_to_be_had_say_why),
		TEST(if_none_match_gives_304_HTTP_CND_01_07),
		TEST(a_tag_changes_with_the_file_HTTP_RNG_09),
		TEST(if_match_compares_strongly_HTTP_CND_04),
		TEST(dates_decide_where_no_tag_does_HTTP_CND_02_03_05_DAT_02),
		TEST(one_range_is_sent_as_206_HTTP_RNG_01_02_06_07),
		TEST(a_range_behind_the_end_draws_416_HTTP_RNG_03),
		TEST(what_is_not_one_range_of_octets_is_ignored_HTTP_RNG_04_08),
		TEST(a_download_is_resumed_HTTP_RNG_05_09),
		TEST(date_is_told_where_there_is_a_clock),
		TEST(a_file_from_the_future_was_changed_now_HTTP_DAT_03),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
