/* SPDX-License-Identifier: BSD-2-Clause */
/* Equal runs are equal, each single difference is seen, and the value is a known number:
 * the one every compiler, byte order and optimisation must come to.
 */
#include "tests/helper.h"

#include <string.h>

#include "core/base/prng.h"
#include "sim/net/trace_hash.h"

struct trace_hash_net {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment[2];
	struct br_tap tap;
	struct br_trace_hash hash;
};

static void make(struct trace_hash_net *net)
{
	assert_int_equal(br_clock_init(&net->clock, 1), 0);
	assert_int_equal(br_wire_new(&net->wire, &net->clock, 2048, 4), 0);
	net->segment[0] = br_segment_new(net->wire, "a", 0, 1500);
	net->segment[1] = br_segment_new(net->wire, "b", 0, 1500);
	br_trace_hash_init(&net->hash);
	net->tap = br_trace_hash_tap(&net->hash);
}

static void unmake(struct trace_hash_net *net)
{
	br_wire_free(net->wire);
	br_clock_reset(&net->clock);
}

/* UDP from 10.0.0.1 to 10.0.0.2 with @size octets in all, at least 42 */
static struct br_frame *datagram(struct trace_hash_net *net, uint32_t size)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));
	struct br_writer w = br_writer_of(frame->data, 2048);
	struct br_prng prng = br_prng_of(1, size);

	br_put_bytes(&w, "\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0", 14);
	br_put_be32(&w, 0x45000000 | (size - 14));
	br_put_be32(&w, 0);
	br_put_be32(&w, 0x40110000);
	br_put_be32(&w, 0x0a000001);
	br_put_be32(&w, 0x0a000002);
	br_put_be32(&w, 0x10000045);
	br_put_be32(&w, (size - 34) << 16);
	while (br_written(&w) < size)
		br_put_u8(&w, (uint8_t)br_prng_next(&prng));
	frame->size = size;
	frame->checksums_virtual = BR_CHECKSUM_BOTH;
	return frame;
}

static uint64_t value_of(struct trace_hash_net *net, size_t segment, struct br_frame *frame,
                         br_time now)
{
	br_trace_hash_init(&net->hash);
	net->tap.see(net->tap.context, net->segment[segment], NULL, frame, now);
	return br_trace_hash_value(&net->hash);
}

static void the_value_is_the_same_everywhere(void **state)
{
	struct trace_hash_net net;

	(void)state;
	make(&net);
	for (uint32_t size = 42; size < 400; size++) {
		struct br_frame *frame = datagram(&net, size);

		net.tap.see(net.tap.context, net.segment[size % 2], NULL, frame, size * 1000);
		br_frame_unref(frame);
	}
	assert_true(br_trace_hash_value(&net.hash) == UINT64_C(0x03741f825070c4bd));
	unmake(&net);
}

static void each_octet_time_and_segment_counts(void **state)
{
	struct trace_hash_net net;
	uint64_t value;

	(void)state;
	make(&net);
	for (uint32_t size = 42; size < 300; size += 17) {
		struct br_frame *frame = datagram(&net, size);

		value = value_of(&net, 0, frame, 5);
		assert_true(value == value_of(&net, 0, frame, 5));
		assert_true(value != value_of(&net, 1, frame, 5));
		assert_true(value != value_of(&net, 0, frame, 6));
		for (uint32_t i = 0; i < size; i++) {
			frame->data[i] ^= 1;
			assert_true(value != value_of(&net, 0, frame, 5));
			frame->data[i] ^= 1;
		}
		frame->data[size] = 0;
		frame->size++;
		assert_true(value != value_of(&net, 0, frame, 5));
		br_frame_unref(frame);
	}
	unmake(&net);
}

static void right_checksums_count_as_virtual_wrong_ones_as_they_are(void **state)
{
	struct trace_hash_net net;

	(void)state;
	make(&net);

	struct br_frame *frame = datagram(&net, 500);
	uint64_t value = value_of(&net, 0, frame, 5);

	br_frame_finish(frame);
	assert_true(frame->data[40] != 0 || frame->data[41] != 0);
	assert_true(value == value_of(&net, 0, frame, 5));
	frame->data[41] ^= 1;
	assert_true(value != value_of(&net, 0, frame, 5));
	br_frame_unref(frame);
	unmake(&net);
}

static void order_counts(void **state)
{
	uint64_t value[2];
	struct trace_hash_net net;

	(void)state;
	make(&net);
	for (size_t i = 0; i < 2; i++) {
		struct br_frame *a = datagram(&net, 60 + (uint32_t)i);
		struct br_frame *b = datagram(&net, 61 - (uint32_t)i);

		br_trace_hash_init(&net.hash);
		net.tap.see(net.tap.context, net.segment[0], NULL, a, 5);
		net.tap.see(net.tap.context, net.segment[0], NULL, b, 5);
		value[i] = br_trace_hash_value(&net.hash);
		br_frame_unref(a);
		br_frame_unref(b);
	}
	assert_true(value[0] != value[1]);
	unmake(&net);
}

static void other_things_can_be_added(void **state)
{
	struct br_trace_hash a, b;

	(void)state;
	br_trace_hash_init(&a);
	br_trace_hash_init(&b);
	assert_true(br_trace_hash_value(&a) == br_trace_hash_value(&b));
	br_trace_hash_add(&a, "note", 4);
	br_trace_hash_add(&b, "note\0", 5);
	assert_true(br_trace_hash_value(&a) != br_trace_hash_value(&b));
	br_trace_hash_init(&b);
	br_trace_hash_add(&b, "note", 4);
	assert_true(br_trace_hash_value(&a) == br_trace_hash_value(&b));
	br_trace_hash_add_u64(&b, 0);
	assert_true(br_trace_hash_value(&a) != br_trace_hash_value(&b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_value_is_the_same_everywhere),
		cmocka_unit_test(each_octet_time_and_segment_counts),
		cmocka_unit_test(right_checksums_count_as_virtual_wrong_ones_as_they_are),
		cmocka_unit_test(order_counts),
		cmocka_unit_test(other_things_can_be_added),
	};

	return cmocka_run_group_tests_name("trace_hash", tests, NULL, NULL);
}
