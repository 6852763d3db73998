/* SPDX-License-Identifier: BSD-2-Clause */
/* DUIDs of each type, cut at every length. */
#include "core/formats/duid.h"

#include <string.h>

#include "tests/helper.h"

static const uint8_t link_time[] = {0,    1,    0,    1, 0x31, 0xe4, 0x39,
                                    0x97, 0x52, 0x54, 0, 0x12, 0x34, 0x56};
static const uint8_t enterprise[] = {0, 2, 0, 0, 1, 0x57, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
static const uint8_t of_link[] = {0, 3, 0, 1, 0x52, 0x54, 0, 0x12, 0x34, 0x56};
static const uint8_t infiniband[] = {0, 3, 0, 32, 0x52, 0x54, 0, 0x12, 0x34, 0x56};
static const uint8_t uuid[] = {0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static void each_type_tells_what_it_has(void **state)
{
	static const struct {
		const uint8_t *octets;
		size_t size;
		int32_t type;
		bool mac, uuid;
	} cases[] = {
		{link_time, sizeof(link_time), 1, true, false},
		{enterprise, sizeof(enterprise), 2, false, false},
		{of_link, sizeof(of_link), 3, true, false},
		{infiniband, sizeof(infiniband), 3, false, false},
		{uuid, sizeof(uuid), 4, false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t size = 0; size <= cases[i].size; size++) {
			bool whole = size == cases[i].size;
			struct br_duid duid =
				br_duid_read((struct br_octets){cases[i].octets, size});

			assert_int_equal(duid.type, size < 2 ? -1 : cases[i].type);
			assert_int_equal(duid.has_mac, whole && cases[i].mac);
			assert_int_equal(duid.has_uuid, whole && cases[i].uuid);
			if (duid.has_mac)
				assert_memory_equal(duid.mac, of_link + 4, 6);
			if (duid.has_uuid)
				assert_memory_equal(duid.uuid, uuid + 2, 16);
		}
	}
}

static void a_link_is_written_as_it_is_read(void **state)
{
	uint8_t octets[16];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	(void)state;
	br_duid_put_link(&w, of_link + 4);
	assert_int_equal(br_written(&w), sizeof(of_link));
	assert_memory_equal(octets, of_link, sizeof(of_link));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_tells_what_it_has),
		cmocka_unit_test(a_link_is_written_as_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
