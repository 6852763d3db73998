/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet headers with no tag to one too many, cut at every length; and that whoever puts
 * checksums right sees as many tags as whoever verifies them.
 */
#include "tests/helper.h"

#include <string.h>

#include "sim/net/packet.h"

enum {
	TAGS = BR_ETHERNET_TAGS_MAX + 1,
};

static const uint16_t tag_types[TAGS] = {BR_ETHERNET_TYPE_QINQ_OLD, BR_ETHERNET_TYPE_QINQ_OLD_2,
                                         BR_ETHERNET_TYPE_QINQ, BR_ETHERNET_TYPE_VLAN,
                                         BR_ETHERNET_TYPE_VLAN};

/* Two addresses, @tags tags numbered from 1 on, IPv4 */
static size_t put_header(uint8_t octets[64], size_t tags)
{
	struct br_writer w = br_writer_of(octets, 64);

	br_put_bytes(&w, "\2\0\0\0\0\2\2\0\0\0\0\1", 12);
	for (size_t i = 0; i < tags; i++) {
		br_put_be16(&w, tag_types[i]);
		br_put_be16(&w, (uint16_t)(0xe000 | (i + 1)));
	}
	br_put_be16(&w, BR_ETHERNET_TYPE_IPV4);
	return br_written(&w);
}

static void tags_are_counted_up_to_the_cut(void **state)
{
	uint8_t octets[64];

	(void)state;
	for (size_t tags = 0; tags <= BR_ETHERNET_TAGS_MAX; tags++) {
		size_t whole = put_header(octets, tags);

		for (size_t size = 0; size <= whole; size++) {
			struct br_reader r = guarded(octets, size);
			size_t seen = size < 14 ? 0 : (size - 14) / 4;
			struct br_ethernet e;

			assert_int_equal(br_ethernet_read(r.pos, size, &e), size == whole);
			assert_int_equal(e.tags, seen);
			assert_int_equal(e.header, size < 14 ? 0 : 14 + 4 * seen);
			assert_int_equal(e.vlan, seen ? 0xe000 | seen : 0);
			if (size >= 14)
				assert_int_equal(e.outer,
				                 tags ? tag_types[0] : BR_ETHERNET_TYPE_IPV4);
			if (size == whole)
				assert_int_equal(e.type, BR_ETHERNET_TYPE_IPV4);
		}
	}
}

static void one_tag_too_many_is_a_type(void **state)
{
	uint8_t octets[64];
	struct br_ethernet e;

	(void)state;
	assert_true(br_ethernet_read(octets, put_header(octets, TAGS), &e));
	assert_int_equal(e.tags, BR_ETHERNET_TAGS_MAX);
	assert_int_equal(e.type, BR_ETHERNET_TYPE_VLAN);
}

static void checksums_are_put_right_behind_as_many_tags_as_are_verified(void **state)
{
	struct br_frame_pool pool;
	uint8_t tagged[64];

	(void)state;
	br_frame_pool_init(&pool, 1518, 4);
	for (size_t tags = 0; tags <= BR_ETHERNET_TAGS_MAX; tags++) {
		struct br_frame *frame = br_frame_new(&pool);
		struct br_packet_route route = {.src = 0x0a000001, .dst = 0x0a000002, .ttl = 64};
		struct br_packet packet;
		size_t head = put_header(tagged, tags);

		assert_int_equal(br_packet_build_udp(frame, &route, 69, 70,
		                                     (struct br_octets){tagged, 9},
		                                     (struct br_octets){NULL, 0}),
		                 0);
		memmove(frame->data + head, frame->data + BR_ETHERNET_HEADER,
		        frame->size - BR_ETHERNET_HEADER);
		memcpy(frame->data, tagged, head);
		frame->size += (uint32_t)(head - BR_ETHERNET_HEADER);
		br_frame_finish(frame);
		br_packet_parse(&packet, (struct br_octets){frame->data, frame->size}, frame->size,
		                true);
		assert_int_equal(packet.vlan_tags, tags);
		assert_int_equal(packet.wrong, 0);
		assert_int_equal(packet.payload.size, 9);
		assert_int_equal(br_frame_header_size((struct br_octets){frame->data, frame->size}),
		                 head);
		br_frame_unref(frame);
	}
	br_frame_pool_reset(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_are_counted_up_to_the_cut),
		cmocka_unit_test(one_tag_too_many_is_a_type),
		cmocka_unit_test(checksums_are_put_right_behind_as_many_tags_as_are_verified),
	};

	return cmocka_run_group_tests_name("ethernet", tests, NULL, NULL);
}
