/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/text.h"

static void names_become_paths_below_the_root(void **state)
{
	static const struct {
		const char *name, *path;
		int result;
	} rows[] = {
		{"f1", "f1", 2},
		{"/f1", "f1", 2},
		{"//boot///f1", "boot/f1", 7},
		{"\\boot\\f1", "boot/f1", 7},
		{"./boot/./f1/.", "boot/f1", 7},
		{"boot/", "boot", 4},
		{"...", "...", 3},
		{"..a/b..", "..a/b..", 7},
		{"a b\x01\xff", "a b\x01\xff", 5},
		{"", "", 0},
		{"/", "", 0},
		{"/.//", "", 0},
		{"..", NULL, -EACCES},
		{"../x", NULL, -EACCES},
		{"a/../x", NULL, -EACCES},
		{"a\\..\\x", NULL, -EACCES},
		{"a/..", NULL, -EACCES},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[BR_PATH_SIZE] = "untouched";
		struct br_reader r = guarded(rows[i].name, strlen(rows[i].name));

		assert_int_equal(br_path_clean((struct br_octets){r.pos, br_left(&r)}, path),
		                 rows[i].result);
		assert_string_equal(path, rows[i].path ? rows[i].path : "untouched");
	}
}

static void a_nul_inside_and_a_path_too_long_are_refused(void **state)
{
	char path[BR_PATH_SIZE] = "untouched";
	char name[BR_PATH_SIZE];

	(void)state;
	assert_int_equal(br_path_clean((struct br_octets){(const uint8_t *)"a\0b", 3}, path),
	                 -EINVAL);
	memset(name, 'a', sizeof(name));
	assert_int_equal(
		br_path_clean((struct br_octets){(const uint8_t *)name, sizeof(name)}, path),
		-ENAMETOOLONG);
	assert_string_equal(path, "untouched");
	assert_int_equal(
		br_path_clean((struct br_octets){(const uint8_t *)name, sizeof(name) - 1}, path),
		BR_PATH_SIZE - 1);
	assert_int_equal(strlen(path), BR_PATH_SIZE - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_paths_below_the_root),
		cmocka_unit_test(a_nul_inside_and_a_path_too_long_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
