/* SPDX-License-Identifier: BSD-2-Clause */
/* The manifest of the rig's own payload: read where it is whole, refused wherever it is not. */
#include "tests/helper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vms/payload/probe/plan.h"
#include "vms/payload/probe/report.h"

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define GOOD                                                                                       \
	"bootrig-manifest 1\n"                                                                     \
	"tftp 10.77.0.2 1\n"                                                                       \
	"http 10.77.0.200\n"                                                                       \
	"file large.bin 1048576 " DIGEST "\n"                                                      \
	"missing nothing.bin\n"                                                                    \
	"end\n"

static char said[4096];

void br_probe_put(const char *line)
{
	(void)snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s\n", line);
}

/* Out of memory that ends there, so that a step too far is seen. */
static bool reads(struct br_plan *plan, const char *text, size_t size)
{
	char *copy = malloc(size + 1);
	bool good;

	assert_non_null(copy);
	memcpy(copy, text, size);
	copy[size] = 'X';
	good = br_plan_read(plan, copy, size);
	free(copy);
	return good;
}

static void a_whole_manifest_is_read(void **state)
{
	struct br_plan plan;

	(void)state;
	assert_true(reads(&plan, GOOD, strlen(GOOD)));
	assert_int_equal(plan.servers, 2);
	assert_false(plan.server[0].http);
	assert_int_equal(plan.server[0].window, 1);
	assert_true(plan.server[1].http);
	assert_int_equal(plan.server[1].address[3], 200);
	assert_int_equal(plan.files, 1);
	assert_string_equal(plan.file[0].name, "large.bin");
	assert_int_equal(plan.file[0].size, 1048576);
	assert_int_equal(plan.file[0].digest[31], 0xff);
	assert_string_equal(plan.missing, "nothing.bin");
}

static void a_manifest_cut_anywhere_is_refused(void **state)
{
	struct br_plan plan;

	(void)state;
	for (size_t size = 0; size < strlen(GOOD) - 1; size++)
		assert_false(reads(&plan, GOOD, size));
}

static void what_does_not_fit_is_refused(void **state)
{
	static const char too_long[] =
		"bootrig-manifest 1\nfile a-name-of-more-octets-than-there-is-room-for 1 " DIGEST
		"\nend\n";
	static const char too_many[] =
		"bootrig-manifest 1\nhttp 1.2.3.4\nhttp 1.2.3.4\nhttp 1.2.3.4\nhttp 1.2.3.4\n"
		"http 1.2.3.4\nend\n";
	static const char *const bad[] = {
		"bootrig-manifest 2\nend\n",
		"tftp 10.77.0.2 1\nend\n",
		"bootrig-manifest 1\ntftp 10.77.0.256 1\nend\n",
		"bootrig-manifest 1\ntftp 10.77.0 1\nend\n",
		"bootrig-manifest 1\ntftp 10.77.0.2 4294967296\nend\n",
		"bootrig-manifest 1\nfile a 1 00\nend\n",
		"bootrig-manifest 1\nfile a 1x " DIGEST "\nend\n",
		too_long,
		"bootrig-manifest 1\nhttp 1.2.3.4 more\nend\n",
		"bootrig-manifest 1\nftp 1.2.3.4\nend\n",
		too_many,
	};
	struct br_plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(reads(&plan, bad[i], strlen(bad[i])));
}

static void a_file_is_judged_by_size_and_digest(void **state)
{
	/* NIST's first example with FIPS 180-4 */
	static const char abc[] =
		"bootrig-manifest 1\n"
		"file abc 3 "
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\nend\n";
	struct br_plan plan;

	(void)state;
	assert_true(reads(&plan, abc, strlen(abc)));
	said[0] = 0;
	br_plan_judge(&plan.file[0], 7, "abc", 3, 4000000000);
	assert_string_equal(said,
	                    "BR 7 got 3 us 4000000000\nBR 7 sha256 ba7816bf8f01cfea414140de5dae"
	                    "2223b00361a396177a9cb410ff61f20015ad\nBR 7 same\n");
	said[0] = 0;
	br_plan_judge(&plan.file[0], 8, "abd", 3, 1);
	assert_non_null(strstr(said, "BR 8 differs\n"));
	plan.file[0].size = 4;
	said[0] = 0;
	br_plan_judge(&plan.file[0], 9, "abc", 3, 1);
	assert_non_null(strstr(said, "BR 9 differs\n"));
}

static void no_line_has_more_than_79_columns(void **state)
{
	uint8_t octets[100] = {0};

	(void)state;
	said[0] = 0;
	br_report_begin("x64-efi");
	br_report_octets("device-path", octets, sizeof(octets));
	br_report_digest(99, octets);
	br_report_end();
	for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) < 80);
	assert_int_equal(said[0], 'B');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_manifest_is_read),
		cmocka_unit_test(a_manifest_cut_anywhere_is_refused),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(a_file_is_judged_by_size_and_digest),
		cmocka_unit_test(no_line_has_more_than_79_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
