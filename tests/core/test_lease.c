/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of bindings against a plain model of it: whatever is done in whatever order, no
 * address has two clients, and what is held stays held.
 */
#include "core/dhcp/lease.h"

#include <string.h>

#include "core/base/prng.h"
#include "tests/helper.h"

enum {
	PLACES = 20,
	ADDRESSES = 30,
	CLIENTS = 40,
};

static struct br_octets key_of(uint8_t key[2], unsigned client)
{
	key[0] = 1;
	key[1] = (uint8_t)client;
	return (struct br_octets){.data = key, .size = 2};
}

static bool any(const void *context, uint32_t address)
{
	(void)context;
	(void)address;
	return true;
}

static bool is_even(const void *context, uint32_t address)
{
	(void)context;
	return address % 2 == 0;
}

static void the_table_agrees_with_its_model(void **state)
{
	struct br_prng prng = br_prng_of(1, 1);
	struct br_leases leases;
	struct {
		unsigned client; /* 0: nobody holds it */
		br_time until;
	} model[ADDRESSES + 1] = {{0, 0}};
	unsigned taken = 0, refused = 0;

	(void)state;
	assert_int_equal(br_leases_init(&leases, PLACES, 0), 0);
	for (br_time now = 1; now < 20000; now++) {
		uint32_t address = 1 + (uint32_t)br_prng_below(&prng, ADDRESSES);
		unsigned client = 1 + (unsigned)br_prng_below(&prng, CLIENTS), held = 0;
		uint8_t key[2];
		struct br_lease *lease;

		for (unsigned i = 1; i <= ADDRESSES; i++)
			held += model[i].client != 0 && now < model[i].until;
		lease = br_leases_take(&leases, address, key_of(key, client), now);
		if (model[address].client != 0 && now < model[address].until) {
			assert_int_equal(lease != NULL, model[address].client == client);
		} else if (held < PLACES) {
			assert_non_null(lease);
		}
		refused += lease == NULL;
		if (!lease)
			continue;
		taken++;
		assert_int_equal(lease->address, address);
		lease->state = BR_LEASE_BOUND;
		lease->until = now + br_prng_below(&prng, 60);
		model[address].client = client;
		model[address].until = lease->until;
		for (unsigned i = 1; i <= ADDRESSES; i++) {
			const struct br_lease *have = br_leases_by_address(&leases, i);
			bool is_held = have && br_lease_is_held(have, now);

			assert_int_equal(is_held, model[i].client != 0 && now < model[i].until);
			if (is_held) {
				const struct br_lease *mine = br_leases_by_key(
					&leases, key_of(key, model[i].client), 0, 0, now);

				assert_int_equal(have->key[1], model[i].client);
				assert_non_null(mine);
				assert_int_equal(mine->key[1], model[i].client);
			}
		}
	}
	assert_true(taken > 1000 && refused > 1000);
	assert_int_equal(leases.count, PLACES);
	br_leases_reset(&leases);
}

static void the_lowest_then_the_longest_free_is_picked(void **state)
{
	struct br_leases leases;
	struct br_lease *lease;
	uint8_t key[2];

	(void)state;
	assert_int_equal(br_leases_init(&leases, 8, 0), 0);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(br_leases_pick(&leases, 10, 13, any, NULL, 5), 10 + i);
		lease = br_leases_take(&leases, 10 + i, key_of(key, i), 5);
		lease->state = BR_LEASE_BOUND;
		lease->until = 100 - i;
	}
	assert_int_equal(br_leases_pick(&leases, 10, 13, any, NULL, 5), 0);
	assert_int_equal(br_leases_pick(&leases, 10, 13, any, NULL, 200), 13);
	assert_int_equal(br_leases_pick(&leases, 10, 13, is_even, NULL, 200), 12);
	assert_int_equal(br_leases_pick(&leases, UINT32_MAX - 1, UINT32_MAX, is_even, NULL, 5),
	                 UINT32_MAX - 1); /* and the edge of the number range is no trap */
	br_leases_reset(&leases);
}

static void of_two_addresses_a_client_had_the_last_is_its(void **state)
{
	static const br_time until[][2] = {{100, 200}, {200, 100}};
	uint8_t key[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint32_t last = until[i][0] > until[i][1] ? 10 : 11;
		struct br_leases leases;
		struct br_lease *lease = NULL;

		assert_int_equal(br_leases_init(&leases, 8, 0), 0);
		for (uint32_t k = 0; k < 2; k++) {
			lease = br_leases_take(&leases, 10 + k, key_of(key, 1), 1);
			lease->state = BR_LEASE_BOUND;
			lease->until = until[i][k];
		}
		for (br_time now = 50; now <= 250; now += 200) { /* both held, both over */
			lease = br_leases_by_key(&leases, key_of(key, 1), 0, 0, now);
			assert_non_null(lease);
			assert_int_equal(lease->address, last);
		}
		br_leases_reset(&leases);
	}
}

static bool is_no_multiple_of_7(const void *context, uint32_t address)
{
	(void)context;
	return address % 7 != 0;
}

/* The same address as by a walk over the pool, whatever records have come and gone. */
static void the_lowest_is_picked_whatever_was_before(void **state)
{
	struct br_prng prng = br_prng_of(2, 2);
	struct br_leases leases;
	unsigned new_ones = 0, gone = 0;

	(void)state;
	assert_int_equal(br_leases_init(&leases, PLACES, 0), 0);
	for (br_time now = 1; now < 20000; now++) {
		uint32_t first = 1 + (uint32_t)br_prng_below(&prng, 10), last = first + 24;
		uint32_t wanted = first, picked;
		struct br_lease *lease;
		uint8_t key[2];

		while (wanted <= last && (!is_no_multiple_of_7(NULL, wanted) ||
		                          br_leases_by_address(&leases, wanted)))
			wanted++;
		picked = br_leases_pick(&leases, first, last, is_no_multiple_of_7, NULL, now);
		if (wanted <= last)
			assert_int_equal(picked, wanted);
		new_ones += wanted <= last;
		gone += leases.count == PLACES;
		if (picked == 0 || br_prng_below(&prng, 4) == 0) /* not taken up */
			continue;
		lease = br_leases_take(&leases, picked,
		                       key_of(key, (unsigned)br_prng_below(&prng, 200)), now);
		if (!lease) /* every place is held */
			continue;
		lease->state = BR_LEASE_BOUND;
		lease->until = now + br_prng_below(&prng, 30);
	}
	assert_true(new_ones > 1000 && gone > 1000);
	br_leases_reset(&leases);
}

static void the_oldest_record_makes_room(void **state)
{
	struct br_leases leases;
	uint8_t key[2];

	(void)state;
	assert_int_equal(br_leases_init(&leases, 4, 0), 0);
	for (uint32_t i = 0; i < 4; i++) /* free since 13, 12, 11, 10 */
		br_leases_take(&leases, 1 + i, key_of(key, i), 5)->until = 13 - i;
	assert_non_null(br_leases_take(&leases, 9, key_of(key, 9), 20));
	assert_null(br_leases_by_address(&leases, 4));
	assert_null(br_leases_by_key(&leases, key_of(key, 3), 0, 0, 20));
	for (uint32_t i = 0; i < 3; i++)
		assert_non_null(br_leases_by_address(&leases, 1 + i));
	br_leases_reset(&leases);
}

static void of_several_the_one_in_use_counts(void **state)
{
	struct br_leases leases;
	struct br_lease *lease;
	uint8_t key[2];

	(void)state;
	assert_int_equal(br_leases_init(&leases, 8, 0), 0);
	for (uint32_t i = 0; i < 4; i++) {
		lease = br_leases_take(&leases, 0x0a000001 + i, key_of(key, 1), 5);
		lease->state = (enum br_lease_state)i; /* free, offered, bound, declined */
		lease->until = 100;
	}
	lease = br_leases_by_key(&leases, key_of(key, 1), 0x0a000000, 0xffffff00, 5);
	assert_int_equal(lease->state, BR_LEASE_BOUND);
	assert_null(br_leases_by_key(&leases, key_of(key, 1), 0x0b000000, 0xffffff00, 5));
	assert_null(br_leases_by_key(&leases, key_of(key, 2), 0x0a000000, 0xffffff00, 5));
	assert_null(br_leases_take(&leases, 0x0a000004, key_of(key, 1), 5)); /* it rests */
	assert_non_null(br_leases_take(&leases, 0x0a000004, key_of(key, 1), 100));
	br_leases_reset(&leases);
}

/* Keys of which two octets say which, two whose, as the IAID and the DUID of DHCPv6: one chain has
 * all of a client's.
 */
static void the_bindings_of_a_client_stand_together(void **state)
{
	enum {
		MANY = 2000
	};
	struct br_leases leases;
	struct br_lease *lease = NULL;
	uint8_t key[4] = {0};
	uint32_t sum = 0, count = 0;

	(void)state;
	assert_int_equal(br_leases_init(&leases, MANY, 2), 0);
	for (uint32_t i = 1; i <= MANY; i++) {
		key[0] = (uint8_t)(i % 4); /* 500 clients, four bindings each */
		key[2] = (uint8_t)(i / 4 >> 8);
		key[3] = (uint8_t)(i / 4);
		lease = br_leases_take(&leases, i, (struct br_octets){key, sizeof(key)}, 5);
		lease->state = BR_LEASE_BOUND;
		lease->until = 100;
	}
	for (uint32_t i = 5; i < MANY; i += 4) {
		key[2] = (uint8_t)(i / 4 >> 8);
		key[3] = (uint8_t)(i / 4);
		count = sum = 0;
		for (lease = NULL;
		     (lease = br_leases_next_of(&leases, (struct br_octets){key + 2, 2}, lease));) {
			count++;
			sum += lease->address;
		}
		assert_int_equal(count, 4);
		assert_int_equal(sum, 4 * (i / 4 * 4) + 6);
	}
	key[0] = 2; /* and each is found by all of its key */
	lease = br_leases_by_key(&leases, (struct br_octets){key, sizeof(key)}, 0, 0, 5);
	assert_int_equal(lease->address % 4, 2);
	assert_null(br_leases_next_of(&leases, (struct br_octets){(const uint8_t *)"zz", 2}, NULL));
	br_leases_reset(&leases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_agrees_with_its_model),
		cmocka_unit_test(the_lowest_then_the_longest_free_is_picked),
		cmocka_unit_test(of_two_addresses_a_client_had_the_last_is_its),
		cmocka_unit_test(the_lowest_is_picked_whatever_was_before),
		cmocka_unit_test(the_oldest_record_makes_room),
		cmocka_unit_test(of_several_the_one_in_use_counts),
		cmocka_unit_test(the_bindings_of_a_client_stand_together),
	};

	return cmocka_run_group_tests_name("lease", tests, NULL, NULL);
}
