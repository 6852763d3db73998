/* SPDX-License-Identifier: BSD-2-Clause */
/* The registry of architecture types: whole, named once each, and which of them load by HTTP. */
#include "core/base/arch.h"

#include <string.h>

#include "core/base/text.h"
#include "tests/helper.h"

static void there_are_42_types_with_names_of_their_own(void **state)
{
	(void)state;
	assert_int_equal(BR_ARCH_COUNT, 42);
	for (unsigned a = 0; a < BR_ARCH_COUNT; a++) {
		unsigned found = 99;

		assert_true(br_arch_by_name(br_text(br_arch_name(a)), &found));
		assert_int_equal(found, a); /* no two alike */
	}
	assert_null(br_arch_name(BR_ARCH_COUNT));
	assert_null(br_arch_name(0xffff));
}

static void http_types_are_these(void **state) /* HBD-08 */
{
	static const uint8_t http[] = {15, 16, 17, 18, 19, 20, 23, 24, 26, 28, 30, 38, 40};

	(void)state;
	for (unsigned a = 0; a < 60; a++)
		assert_int_equal(br_arch_is_http(a), memchr(http, (int)a, sizeof(http)) != NULL);
}

static void numbers_are_names_too(void **state)
{
	unsigned a = 7;

	(void)state;
	assert_true(br_arch_by_name(br_text("65535"), &a));
	assert_int_equal(a, 65535);
	assert_true(br_arch_by_name(br_text("X64-UEFI"), &a));
	assert_int_equal(a, BR_ARCH_X64_UEFI);
	assert_false(br_arch_by_name(br_text("65536"), &a));
	assert_false(br_arch_by_name(br_text(""), &a));
	assert_false(br_arch_by_name(br_text("x64"), &a));
	assert_int_equal(a, BR_ARCH_X64_UEFI);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_42_types_with_names_of_their_own),
		cmocka_unit_test(http_types_are_these),
		cmocka_unit_test(numbers_are_names_too),
	};

	return cmocka_run_group_tests_name("arch", tests, NULL, NULL);
}
