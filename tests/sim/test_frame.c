/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums against a second, slow way to compute them, and frames cut at every length. */
#include "tests/helper.h"

#include <string.h>

#include "sim/net/frame.h"

enum {
	VLAN_NONE,
	VLAN_ONE,
	VLAN_TWO,
	IP_TCP = 6,
	IP_UDP = 17,
};

struct made {
	uint8_t octets[256];
	size_t size;
	size_t ip; /* where the IP header begins */
	size_t l4; /* where the header behind it begins */
};

static void put(struct made *made, const void *octets, size_t size)
{
	memcpy(made->octets + made->size, octets, size);
	made->size += size;
}

#define PUT(made, ...)                                                                             \
	put(made, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void ethernet(struct made *made, int tags, uint8_t type_high, uint8_t type_low)
{
	*made = (struct made){.size = 0};
	PUT(made, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2);
	if (tags == VLAN_TWO)
		PUT(made, 0x88, 0xa8, 0, 9);
	if (tags >= VLAN_ONE)
		PUT(made, 0x81, 0x00, 0, 7);
	PUT(made, type_high, type_low);
	made->ip = made->size;
}

/* The header of @protocol (of 8, 20, 8 octets) and @payload octets behind it. */
static void transport(struct made *made, uint8_t protocol, uint8_t payload)
{
	made->l4 = made->size;
	if (protocol == IP_UDP)
		PUT(made, 0x10, 0x01, 0, 69, 0, (uint8_t)(8 + payload), 0, 0);
	else if (protocol == IP_TCP)
		PUT(made, 0x10, 0x01, 0, 80, 1, 2, 3, 4, 5, 6, 7, 8, 0x50, 0x18, 9, 9, 0, 0, 0, 0);
	else
		PUT(made, 8, 0, 0, 0, 0x12, 0x34, 0, 1);
	for (uint8_t i = 0; i < payload; i++)
		PUT(made, (uint8_t)(i * 37 + 11));
}

static void ipv4(struct made *made, int tags, uint8_t protocol, uint8_t payload, uint16_t fragment)
{
	size_t l4 = protocol == IP_TCP ? 20 : 8;

	ethernet(made, tags, 0x08, 0x00);
	PUT(made, 0x46, 0, 0, (uint8_t)(24 + l4 + payload), 0xbe, 0xef, (uint8_t)(fragment >> 8),
	    (uint8_t)fragment, 64, protocol, 0, 0, 10, 77, 0, 1, 10, 77, 0, 100, 0x94, 4, 0, 0);
	transport(made, protocol, payload);
}

static void ipv6(struct made *made, uint8_t protocol, uint8_t payload)
{
	size_t l4 = protocol == IP_TCP ? 20 : 8;

	ethernet(made, VLAN_NONE, 0x86, 0xdd);
	PUT(made, 0x60, 0, 0, 0, 0, (uint8_t)(l4 + payload), protocol, 64);
	for (uint8_t i = 0; i < 32; i++)
		PUT(made, (uint8_t)(i * 5 + 1));
	transport(made, protocol, payload);
}

/* RFC 1071 §1 to the letter: octet pairs, end-around carry, complement. */
static uint16_t slow(const uint8_t *octets, size_t size, uint32_t start)
{
	uint32_t sum = start;

	for (size_t i = 0; i < size; i++) {
		sum += i % 2 ? octets[i] : (uint32_t)octets[i] << 8;
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return (uint16_t)~sum;
}

/* With all checksums in place the sum over everything comes out as zero. */
static bool right(const struct made *made, const uint8_t *octets, uint8_t protocol)
{
	const uint8_t *ip = octets + made->ip;
	bool v6 = ip[0] >> 4 == 6;
	uint8_t pseudo[40] = {0};
	size_t size = made->size - made->l4;
	uint32_t start = 0;

	memcpy(pseudo, v6 ? ip + 8 : ip + 12, v6 ? 32 : 8);
	pseudo[37] = (uint8_t)size;
	pseudo[39] = protocol;
	if (protocol != 1)
		start = (uint16_t)~slow(pseudo, sizeof(pseudo), 0);
	return (v6 || slow(ip, 24, 0) == 0) && slow(octets + made->l4, size, start) == 0;
}

static struct br_frame *frame_of(struct br_frame_pool *pool, const struct made *made)
{
	struct br_frame *frame = br_frame_new(pool);

	assert_non_null(frame);
	memcpy(frame->data, made->octets, made->size);
	frame->size = (uint32_t)made->size;
	frame->checksums_virtual = BR_CHECKSUM_BOTH;
	return frame;
}

static void finished_frames_have_right_checksums(void **state)
{
	static const uint8_t protocols[] = {1, IP_TCP, IP_UDP};
	struct br_frame_pool pool;

	(void)state;
	br_frame_pool_init(&pool, 256, 1);
	for (size_t p = 0; p < 3; p++) {
		for (int tags = VLAN_NONE; tags <= VLAN_TWO; tags++) {
			for (uint8_t payload = 0; payload < 40; payload++) {
				struct made made;

				ipv4(&made, tags, protocols[p], payload, 0x4000);

				struct br_frame *frame = frame_of(&pool, &made);

				assert_false(right(&made, frame->data, protocols[p]));
				br_frame_finish(frame);
				assert_true(right(&made, frame->data, protocols[p]));
				assert_false(frame->checksums_virtual);
				br_frame_unref(frame);
			}
		}
	}
	br_frame_pool_reset(&pool);
}

static void ipv6_has_checksums_too(void **state)
{
	static const uint8_t protocols[] = {IP_TCP, IP_UDP, 58};
	struct br_frame_pool pool;

	(void)state;
	br_frame_pool_init(&pool, 256, 1);
	for (size_t p = 0; p < 3; p++) {
		struct made made;

		ipv6(&made, protocols[p], 13);

		struct br_frame *frame = frame_of(&pool, &made);

		br_frame_finish(frame);
		assert_true(right(&made, frame->data, protocols[p]));
		br_frame_unref(frame);
	}
	br_frame_pool_reset(&pool);
}

/* The example that every textbook has. */
static void a_known_header_has_its_known_checksum(void **state)
{
	static const uint8_t header[] = {0x45, 0,    0,    0x73, 0, 0, 0x40, 0,    0x40, 0x11,
	                                 0xb8, 0x61, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0,    0xc7};
	uint32_t sum = br_checksum_add(0, header, 10);

	(void)state;
	assert_int_equal(br_checksum_fold(br_checksum_add(sum, header + 12, 8)), 0xb861);
	assert_int_equal(br_checksum_fold(br_checksum_add(0, header, sizeof(header))), 0);
}

static void a_udp_checksum_of_zero_is_sent_as_ones(void **state)
{
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	struct made made;

	(void)state;
	ipv4(&made, VLAN_NONE, IP_UDP, 2, 0);
	assert_int_equal(br_frame_checksums((struct br_octets){made.octets, made.size}, sums), 2);
	/* Put the checksum where the payload adds it: the sum becomes all ones. */
	made.octets[made.size - 2] = 0;
	made.octets[made.size - 1] = 0;
	assert_int_equal(br_frame_checksums((struct br_octets){made.octets, made.size}, sums), 2);
	made.octets[made.size - 2] = (uint8_t)(sums[1].value >> 8);
	made.octets[made.size - 1] = (uint8_t)sums[1].value;
	assert_int_equal(br_frame_checksums((struct br_octets){made.octets, made.size}, sums), 2);
	assert_int_equal(sums[1].value, 0xffff);
}

static void fragments_get_the_header_checksum_only(void **state)
{
	static const uint16_t fragments[] = {0x2000, 0x0001, 0x2005};
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	struct made made;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		ipv4(&made, VLAN_NONE, IP_UDP, 30, fragments[i]);
		assert_int_equal(
			br_frame_checksums((struct br_octets){made.octets, made.size}, sums), 1);
		assert_int_equal(sums[0].at, made.ip + 10);
	}
}

static void udp_is_summed_as_far_as_it_says(void **state)
{
	struct br_checksum shorter[BR_FRAME_CHECKSUMS_MAX], whole[BR_FRAME_CHECKSUMS_MAX];
	struct made made;

	(void)state;
	ipv4(&made, VLAN_NONE, IP_UDP, 20, 0);
	made.octets[made.l4 + 5] = 8 + 16; /* four octets of the datagram are not UDP's */
	assert_int_equal(br_frame_checksums((struct br_octets){made.octets, made.size}, shorter),
	                 2);
	memset(made.octets + made.size - 4, 0, 4); /* zeros add nothing */
	assert_int_equal(br_frame_checksums((struct br_octets){made.octets, made.size}, whole), 2);
	assert_int_equal(shorter[1].value, whole[1].value);
	made.octets[made.l4 + 5] = 8 + 21; /* and longer than IP says is no UDP */
	assert_int_equal(br_frame_checksums((struct br_octets){made.octets, made.size}, whole), 1);
}

static void padding_is_not_summed(void **state)
{
	struct br_frame_pool pool;
	struct made made;

	(void)state;
	br_frame_pool_init(&pool, 256, 1);
	ipv4(&made, VLAN_NONE, IP_UDP, 3, 0);

	struct br_frame *frame = frame_of(&pool, &made);

	memset(frame->data + made.size, 0xaa, 20);
	frame->size += 20;
	br_frame_finish(frame);
	assert_true(right(&made, frame->data, IP_UDP));
	br_frame_unref(frame);
	br_frame_pool_reset(&pool);
}

static void a_frame_cut_anywhere_traps_nothing(void **state)
{
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	struct made made[3];

	(void)state;
	ipv4(&made[0], VLAN_TWO, IP_TCP, 9, 0);
	ipv4(&made[1], VLAN_NONE, IP_UDP, 9, 0);
	ipv6(&made[2], IP_UDP, 9);
	for (size_t i = 0; i < 3; i++) {
		for (size_t size = 0; size < made[i].size; size++) {
			struct br_reader r = guarded(made[i].octets, size);
			size_t count =
				br_frame_checksums((struct br_octets){r.pos, br_left(&r)}, sums);

			assert_true(count < 2);
		}
	}
}

static void lengths_that_lie_trap_nothing(void **state)
{
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	struct made made;

	(void)state;
	for (int tags = VLAN_NONE; tags <= VLAN_ONE; tags++) {
		ipv4(&made, tags, IP_UDP, 9, 0);
		for (size_t at = 12; at < made.size; at++) {
			for (unsigned value = 0; value < 256; value++) {
				uint8_t kept = made.octets[at];

				made.octets[at] = (uint8_t)value;

				struct br_reader r = guarded(made.octets, made.size);

				(void)br_frame_checksums((struct br_octets){r.pos, br_left(&r)},
				                         sums);
				made.octets[at] = kept;
			}
		}
	}
}

static void right_and_partial_checksums_are_accepted_wrong_ones_are_kept(void **state)
{
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	struct br_frame_pool pool;
	struct made made;

	(void)state;
	br_frame_pool_init(&pool, 256, 1);
	ipv4(&made, VLAN_NONE, IP_TCP, 9, 0);
	assert_int_equal(br_frame_checksums((struct br_octets){made.octets, made.size}, sums), 2);
	for (int wrong = 0; wrong < 3; wrong++) {
		struct br_frame *frame = frame_of(&pool, &made);

		br_frame_finish(frame);
		if (wrong > 0) { /* as Linux leaves it on a veth, then as noise leaves it */
			uint16_t field = (uint16_t)(sums[1].partial + wrong - 1);

			frame->data[made.l4 + 16] = (uint8_t)(field >> 8);
			frame->data[made.l4 + 17] = (uint8_t)field;
		}
		br_frame_accept(frame);
		assert_int_equal(frame->checksums_virtual, wrong < 2 ? BR_CHECKSUM_BOTH : 0);
		br_frame_finish(frame);
		assert_int_equal(right(&made, frame->data, IP_TCP), wrong < 2);
		br_frame_unref(frame);
	}
	br_frame_pool_reset(&pool);
}

static void a_fragment_is_accepted_by_its_header_alone(void **state)
{
	struct br_frame_pool pool;
	struct made made;

	(void)state;
	br_frame_pool_init(&pool, 256, 1);
	ipv4(&made, VLAN_NONE, IP_UDP, 30, 0x2000);
	for (int wrong = 0; wrong < 2; wrong++) {
		struct br_frame *frame = frame_of(&pool, &made);
		uint8_t kept[256];

		br_frame_finish(frame);
		frame->data[made.ip + 10] ^= (uint8_t)wrong;
		memcpy(kept, frame->data, frame->size);
		br_frame_accept(frame);
		assert_int_equal(frame->checksums_virtual, wrong ? 0 : BR_CHECKSUM_HEADER);
		assert_memory_equal(frame->data + made.l4, kept + made.l4, 38);
		br_frame_finish(frame);
		assert_memory_equal(frame->data, kept, frame->size);
		br_frame_unref(frame);
	}
	br_frame_pool_reset(&pool);
}

static void the_partial_sum_is_that_of_the_pseudo_header(void **state)
{
	/* 10.77.0.1, 10.77.0.100, protocol 6, length 29: 0a4d + 0001 + 0a4d + 0064 + 0006 + 001d */
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	struct made made;

	(void)state;
	ipv4(&made, VLAN_NONE, IP_TCP, 9, 0);
	assert_int_equal(br_frame_checksums((struct br_octets){made.octets, made.size}, sums), 2);
	assert_int_equal(sums[1].partial, 0x1522);
}

static void an_empty_pool_is_a_counter(void **state)
{
	struct br_frame_pool pool;

	(void)state;
	br_frame_pool_init(&pool, 64, 2);

	struct br_frame *a = br_frame_new(&pool), *b = br_frame_new(&pool);

	assert_non_null(a);
	assert_non_null(b);
	assert_null(br_frame_new(&pool));
	assert_null(br_frame_copy(a));
	assert_int_equal(pool.exhausted, 2);
	br_frame_ref(a);
	br_frame_unref(a);
	assert_null(br_frame_new(&pool)); /* one reference is left */
	br_frame_unref(a);
	assert_ptr_equal(br_frame_new(&pool), a);
	br_frame_unref(a);
	br_frame_unref(b);
	br_frame_unref(NULL);
	br_frame_pool_reset(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finished_frames_have_right_checksums),
		cmocka_unit_test(ipv6_has_checksums_too),
		cmocka_unit_test(a_known_header_has_its_known_checksum),
		cmocka_unit_test(a_udp_checksum_of_zero_is_sent_as_ones),
		cmocka_unit_test(fragments_get_the_header_checksum_only),
		cmocka_unit_test(udp_is_summed_as_far_as_it_says),
		cmocka_unit_test(padding_is_not_summed),
		cmocka_unit_test(a_frame_cut_anywhere_traps_nothing),
		cmocka_unit_test(lengths_that_lie_trap_nothing),
		cmocka_unit_test(right_and_partial_checksums_are_accepted_wrong_ones_are_kept),
		cmocka_unit_test(a_fragment_is_accepted_by_its_header_alone),
		cmocka_unit_test(the_partial_sum_is_that_of_the_pseudo_header),
		cmocka_unit_test(an_empty_pool_is_a_counter),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
