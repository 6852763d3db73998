/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates are held against the C library's calendar, every day of nine thousand years. */
#include "tests/helper.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/text.h"
#include "core/formats/http_date.h"

static void every_day_prints_and_reads_as_the_c_library_has_it(void **state)
{
	static const char format[] = "%a, %d %b %Y %H:%M:%S GMT";

	(void)state;
	for (uint64_t time_s = 0; time_s <= BR_HTTP_DATE_S_MAX; time_s += 86400 + 3661) {
		time_t seconds = (time_t)time_s;
		char want[64], got[BR_HTTP_DATE_SIZE];
		struct tm tm;
		uint64_t back = 0;

		assert_non_null(gmtime_r(&seconds, &tm));
		assert_int_equal(strftime(want, sizeof(want), format, &tm), 29);
		br_http_date_print(time_s, got);
		assert_string_equal(got, want);
		assert_true(br_http_date_parse(br_text(got), &back));
		assert_true(back == time_s);
	}
}

static void all_three_forms_are_read(void **state)
{
	static const char *const same[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
	                                   "Sunday, 06-Nov-94 08:49:37 GMT",
	                                   "Sun Nov  6 08:49:37 1994"};
	uint64_t time_s = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(br_http_date_parse(br_text(same[i]), &time_s));
		assert_int_equal(time_s, 784111777);
	}
	assert_true(br_http_date_parse(br_text("Sun Nov 16 08:49:37 1994"), &time_s));
	assert_int_equal(time_s, 784111777 + 10 * 86400);
	assert_true(br_http_date_parse(br_text("Friday, 01-Jan-38 00:00:00 GMT"), &time_s));
	assert_int_equal(time_s, 2145916800);
	assert_true(br_http_date_parse(br_text("Tue, 29 Feb 2000 23:59:60 GMT"), &time_s));
}

static void what_is_no_date_is_none_and_touches_nothing(void **state)
{
	static const char *const rows[] = {
		"",
		"yesterday",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun,06 Nov 1994 08:49:37 GMT",
		"Sun, 06 nov 1994 08:49:37 GMT",
		"Son, 06 Nov 1994 08:49:37 GMT",
		"Sun, 31 Nov 1994 08:49:37 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT",
		"Tue, 29 Feb 1900 08:49:37 GMT",
		"Mon, 29 Feb 2100 08:49:37 GMT",
		"Sun, 06 Nov 1969 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT",
		"Sun, 06 Nov 1994 08:60:37 GMT",
		"Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 06 Nov 19940 08:49:37 GMT",
		"Sunday, 06-Nov-1994 08:49:37 GMT",
		"Sun Nov  6 08:49:37 94",
		"W/\"tag\"",
	};
	uint64_t time_s = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_false(br_http_date_parse(br_text(rows[i]), &time_s));
	for (size_t size = 0; size < 29; size++) {
		struct br_reader r = guarded("Sun, 06 Nov 1994 08:49:37 GMT", size);

		assert_false(br_http_date_parse((struct br_octets){r.pos, size}, &time_s));
	}
	assert_int_equal(time_s, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_prints_and_reads_as_the_c_library_has_it),
		cmocka_unit_test(all_three_forms_are_read),
		cmocka_unit_test(what_is_no_date_is_none_and_touches_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
