/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts as JSON strings: what is UTF-8 (RFC 3629 section 3) comes out as it went in, what is not
 * by its octets, and nothing that JSON forbids (RFC 8259 section 7) stands raw.
 */
#include "tests/helper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/json.h"

static void expect(const char *text, const char *json)
{
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	assert_non_null(out);
	br_json_text(out, text);
	(void)fclose(out);
	assert_string_equal(got, json);
	free(got);
}

static void utf_8_goes_through_as_it_is(void **state)
{
	(void)state;
	expect("", "\"\"");
	expect("boot.efi", "\"boot.efi\"");
	expect("K\xc3\xa4"
	       "fer",
	       "\"K\xc3\xa4"
	       "fer\"");
	expect("\xc2\x80 \xdf\xbf", "\"\xc2\x80 \xdf\xbf\"");
	expect("\xe0\xa0\x80 \xe2\x82\xac \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf",
	       "\"\xe0\xa0\x80 \xe2\x82\xac \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf\"");
	expect("\xf0\x90\x80\x80 \xf0\x9f\x90\x9b \xf4\x8f\xbf\xbf",
	       "\"\xf0\x90\x80\x80 \xf0\x9f\x90\x9b \xf4\x8f\xbf\xbf\"");
}

static void octets_that_are_no_utf_8_are_told_by_number(void **state)
{
	(void)state;
	expect("caf\xe9", "\"caf\\\\xe9\"");        /* Latin 1, cut by the NUL */
	expect("\xe9t\xe9", "\"\\\\xe9t\\\\xe9\""); /* and not */
	expect("\x80 \xbf", "\"\\\\x80 \\\\xbf\""); /* tails alone */
	expect("\xc0\xaf \xc1\x81", "\"\\\\xc0\\\\xaf \\\\xc1\\\\x81\""); /* longer than needed */
	expect("\xe0\x9f\xbf", "\"\\\\xe0\\\\x9f\\\\xbf\"");
	expect("\xf0\x8f\xbf\xbf", "\"\\\\xf0\\\\x8f\\\\xbf\\\\xbf\"");
	expect("\xed\xa0\x80", "\"\\\\xed\\\\xa0\\\\x80\"");            /* a surrogate */
	expect("\xf4\x90\x80\x80", "\"\\\\xf4\\\\x90\\\\x80\\\\x80\""); /* U+110000 */
	expect("\xf5\x80\x80\x80 \xff", "\"\\\\xf5\\\\x80\\\\x80\\\\x80 \\\\xff\"");
	expect("\xe2\x82", "\"\\\\xe2\\\\x82\""); /* the end comes first */
	expect("\xe2\x82\xc3\xa4", "\"\\\\xe2\\\\x82\xc3\xa4\"");
}

static void what_json_forbids_is_escaped(void **state)
{
	(void)state;
	expect("\"a\\b\"", "\"\\\"a\\\\b\\\"\"");
	expect("\x01\t\n\x1f\x7f", "\"\\u0001\\u0009\\u000a\\u001f\\u007f\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf_8_goes_through_as_it_is),
		cmocka_unit_test(octets_that_are_no_utf_8_are_told_by_number),
		cmocka_unit_test(what_json_forbids_is_escaped),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
