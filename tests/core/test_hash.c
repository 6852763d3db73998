/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of FNV-1a that its authors publish, and what a table wants of br_hash(). */
#include "tests/helper.h"

#include <string.h>

#include "core/base/hash.h"

static void fnv_gives_the_published_values(void **state)
{
	static const struct {
		const char *text;
		uint32_t of32;
		uint64_t of64;
	} rows[] = {
		{"", 0x811c9dc5, 0xcbf29ce484222325},
		{"a", 0xe40c292c, 0xaf63dc4c8601ec8c},
		{"foobar", 0xbf9cf968, 0x85944171f73967e8},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t size = strlen(rows[i].text);

		assert_true(br_fnv32(BR_FNV32_SEED, rows[i].text, size) == rows[i].of32);
		assert_true(br_fnv64(BR_FNV64_SEED, rows[i].text, size) == rows[i].of64);
	}
	assert_true(br_fnv64(br_fnv64(BR_FNV64_SEED, "foo", 3), "bar", 3) == 0x85944171f73967e8);
}

/* Each octet of any size counts, and so do the low bits alone, which choose a bucket. */
static void one_octet_more_or_another_is_another_number(void **state)
{
	uint8_t octets[48];
	unsigned same_bucket = 0;

	(void)state;
	memset(octets, 0x5a, sizeof(octets));
	for (size_t size = 0; size < sizeof(octets); size++) {
		uint64_t whole = br_hash(1, octets, size);

		assert_true(br_hash(1, guarded(octets, size).pos, size) == whole);
		assert_true(br_hash(2, octets, size) != whole);
		assert_true(br_hash(1, octets, size + 1) != whole);
		for (size_t i = 0; i < size; i++) {
			octets[i] ^= 0x80;
			assert_true(br_hash(1, octets, size) != whole);
			same_bucket += (br_hash(1, octets, size) & 255) == (whole & 255);
			octets[i] ^= 0x80;
		}
	}
	assert_in_range(same_bucket, 0, 48); /* of 1128, with 256 buckets: chance says 4 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fnv_gives_the_published_values),
		cmocka_unit_test(one_octet_more_or_another_is_another_number),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
