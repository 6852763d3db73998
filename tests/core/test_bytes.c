/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and writes up to, at and past the edge of guarded buffers. */
#include "tests/helper.h"

static void reads_big_endian(void **state)
{
	struct br_reader r = GUARDED(1, 2, 3, 4, 5, 6, 7);

	(void)state;
	assert_int_equal(br_get_u8(&r), 1);
	assert_int_equal(br_get_be16(&r), 0x0203);
	assert_int_equal(br_get_be32(&r), 0x04050607);
	assert_int_equal(br_left(&r), 0);
	assert_false(r.bad);
}

static void a_short_read_fails_for_good(void **state)
{
	struct br_reader r = GUARDED(1, 2, 3);
	uint8_t target[2] = {9, 9};

	(void)state;
	assert_int_equal(br_get_be32(&r), 0);
	assert_true(r.bad);
	assert_int_equal(br_left(&r), 0);
	assert_int_equal(br_get_u8(&r), 0); /* the octets that were there are gone */
	br_get_bytes(&r, target, 2);
	assert_int_equal(target[0] | target[1], 0);
}

static void a_sub_reader_ends_at_its_own_edge(void **state)
{
	struct br_reader r = GUARDED(1, 2, 3);
	struct br_reader sub = br_get_sub(&r, 2);

	(void)state;
	assert_int_equal(br_get_be16(&sub), 0x0102);
	assert_int_equal(br_get_u8(&sub), 0);
	assert_true(sub.bad);
	assert_false(r.bad);
	assert_int_equal(br_get_u8(&r), 3);
}

static void a_write_that_does_not_fit_writes_nothing(void **state)
{
	uint8_t buffer[4] = {0, 0, 0, 9};
	struct br_writer w = br_writer_of(buffer, 3);

	(void)state;
	br_put_be16(&w, 0x0102);
	br_put_be16(&w, 0x0304);
	assert_true(w.bad);
	assert_int_equal(br_written(&w), 2);
	assert_memory_equal(buffer, "\x01\x02\x00\x09", 4);
	br_put_u8(&w, 7); /* would fit, but the writer stays failed */
	assert_int_equal(buffer[2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_big_endian),
		cmocka_unit_test(a_short_read_fails_for_good),
		cmocka_unit_test(a_sub_reader_ends_at_its_own_edge),
		cmocka_unit_test(a_write_that_does_not_fit_writes_nothing),
	};

	return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
