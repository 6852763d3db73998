/* SPDX-License-Identifier: BSD-2-Clause */
/* The generator against the published SplitMix64 sequence, and seeds against each other. */
#include "tests/helper.h"

#include "core/base/prng.h"

static void follows_the_published_sequence(void **state)
{
	struct br_prng prng = {.state = 1234567};

	(void)state;
	assert_true(br_prng_next(&prng) == UINT64_C(6457827717110365317));
	assert_true(br_prng_next(&prng) == UINT64_C(3203168211198807973));
	assert_true(br_prng_next(&prng) == UINT64_C(9817491932198370423));
}

static void purposes_and_seeds_differ(void **state)
{
	struct br_prng a = br_prng_of(1, 1), b = br_prng_of(1, 2), c = br_prng_of(2, 1);
	uint64_t first = br_prng_next(&a);

	(void)state;
	assert_true(first != br_prng_next(&b));
	assert_true(first != br_prng_next(&c));
	a = br_prng_of(1, 1);
	assert_true(first == br_prng_next(&a));
}

static void stays_below_its_bound(void **state)
{
	struct br_prng prng = br_prng_of(1, 1);
	bool seen[7] = {false};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t drawn = br_prng_below(&prng, 7);

		assert_true(drawn < 7);
		seen[drawn] = true;
	}
	for (int i = 0; i < 7; i++)
		assert_true(seen[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_published_sequence),
		cmocka_unit_test(purposes_and_seeds_differ),
		cmocka_unit_test(stays_below_its_bound),
	};

	return cmocka_run_group_tests_name("prng", tests, NULL, NULL);
}
