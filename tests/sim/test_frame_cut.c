/* SPDX-License-Identifier: BSD-2-Clause */
/* Super-frames cut up and put together again; what cannot be cut is refused. */
#include "tests/helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/net/frame_cut.h"
#include "sim/net/packet.h"

enum {
	MTU = 1500,
	DATA_MAX = 65000,
};

struct cut_case {
	struct br_frame_pool large, small;
	uint8_t data[DATA_MAX]; /* what is in the super-frame */
	uint8_t got[DATA_MAX];  /* what came out of the pieces */
	size_t got_size;
	int pieces;
	uint32_t sequence;
	uint16_t identification;
	bool finished; /* the piece with FIN was seen: the last */
	bool full;     /* keep the frames */
};

static struct cut_case *cut;

static int set_up(void **state)
{
	(void)state;
	cut = calloc(1, sizeof(*cut));
	assert_non_null(cut);
	br_frame_pool_init(&cut->large, 65550, 1);
	br_frame_pool_init(&cut->small, MTU + 22, 8);
	for (size_t i = 0; i < DATA_MAX; i++)
		cut->data[i] = (uint8_t)(i * 7 + i / 251);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	br_frame_pool_reset(&cut->large);
	br_frame_pool_reset(&cut->small);
	free(cut);
	return 0;
}

static struct br_frame *super_frame(bool tagged, size_t size)
{
	static const uint8_t options[] = {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
	struct br_packet_route route = {.eth_dst = {2, 0, 0, 0, 0, 1},
	                                .eth_src = {2, 0, 0, 0, 0, 2},
	                                .src = 0x0a4d0001,
	                                .dst = 0x0a4d0064,
	                                .identification = 0xfffe,
	                                .fragment = BR_IPV4_DONT_FRAGMENT,
	                                .vlan = 7,
	                                .vlan_tagged = tagged,
	                                .ttl = 64};
	struct br_packet_tcp tcp = {.sequence = 0xfffff000,
	                            .acknowledgement = 5,
	                            .window = 1000,
	                            .flags = 0x80 | BR_TCP_ACK | BR_TCP_PSH | BR_TCP_FIN,
	                            .options = {options, sizeof(options)}};
	struct br_frame *frame = br_frame_new(&cut->large);

	assert_int_equal(br_packet_build_tcp(frame, &route, 80, 1024, &tcp,
	                                     (struct br_octets){cut->data, size},
	                                     (struct br_octets){NULL, 0}),
	                 0);
	return frame;
}

static void take(void *context, struct br_frame *frame)
{
	struct br_packet packet;

	(void)context;
	assert_true(frame->checksums_virtual);
	br_frame_finish(frame);
	br_packet_parse_frame(&packet, frame); /* verifies the checksums */
	assert_int_equal(packet.wrong, 0);
	assert_true(packet.ipv4.size <= MTU);
	assert_int_equal(packet.tcp.sequence, (uint32_t)(0xfffff000 + cut->got_size));
	assert_int_equal(packet.ipv4.identification, (uint16_t)(0xfffe + cut->pieces));
	assert_int_equal(packet.ipv4.fragment, BR_IPV4_DONT_FRAGMENT);
	assert_int_equal(packet.tcp.options.size, 12);
	assert_int_equal(packet.tcp.flags & BR_TCP_ACK, BR_TCP_ACK);
	assert_int_equal((packet.tcp.flags & 0x80) != 0, cut->pieces == 0);
	assert_false(cut->finished);
	cut->finished = packet.tcp.flags & BR_TCP_FIN;
	assert_int_equal(cut->finished, (packet.tcp.flags & BR_TCP_PSH) != 0);
	memcpy(cut->got + cut->got_size, packet.payload.data, packet.payload.size);
	cut->got_size += packet.payload.size;
	cut->pieces++;
	br_frame_unref(frame);
}

static void pieces_are_the_whole_again(void **state)
{
	static const size_t sizes[] = {1449, 1500, 2896, 2897, 10000, DATA_MAX};

	(void)state;
	for (int tagged = 0; tagged < 2; tagged++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			struct br_frame *frame = super_frame(tagged, sizes[i]);
			int count;

			/* a card pads short frames and may do so here: not data */
			memset(frame->data + frame->size, 0xee, 4);
			cut->got_size = 0;
			cut->pieces = 0;
			cut->finished = false;
			count = br_frame_cut(&cut->small,
			                     (struct br_octets){frame->data, frame->size + 4}, MTU,
			                     take, NULL);
			assert_int_equal(count, (sizes[i] + 1447) / 1448);
			assert_int_equal(cut->pieces, count);
			assert_true(cut->finished);
			assert_int_equal(cut->got_size, sizes[i]);
			assert_memory_equal(cut->got, cut->data, sizes[i]);
			br_frame_unref(frame);
		}
	}
}

static void never(void *context, struct br_frame *frame)
{
	(void)context, (void)frame;
	fail();
}

static void what_is_no_tcp_is_refused(void **state)
{
	struct br_frame *frame = super_frame(false, 4000);

	(void)state;
	frame->data[23] = 17; /* says it is UDP */
	assert_int_equal(br_frame_cut(&cut->small, (struct br_octets){frame->data, frame->size},
	                              MTU, never, NULL),
	                 -EMSGSIZE);
	frame->data[23] = 6;
	frame->data[20] = 0x20; /* a fragment */
	assert_int_equal(br_frame_cut(&cut->small, (struct br_octets){frame->data, frame->size},
	                              MTU, never, NULL),
	                 -EMSGSIZE);
	frame->data[20] = 0x40;
	assert_int_equal(br_frame_cut(&cut->small, (struct br_octets){frame->data, frame->size}, 52,
	                              never, NULL),
	                 -EMSGSIZE);
	assert_int_equal(br_frame_cut(&cut->small, (struct br_octets){frame->data, frame->size},
	                              9000, never, NULL),
	                 -EMSGSIZE); /* larger than a frame of the pool */
	for (size_t size = 0; size < 100; size++)
		assert_int_equal(br_frame_cut(&cut->small, (struct br_octets){frame->data, size},
		                              MTU, never, NULL),
		                 -EMSGSIZE);
	br_frame_unref(frame);
}

static void keep(void *context, struct br_frame *frame)
{
	struct br_frame **first = context;

	frame->next = *first;
	*first = frame;
}

static void an_empty_pool_is_said(void **state)
{
	struct br_frame *frame = super_frame(false, DATA_MAX), *kept = NULL;
	int count = 0;

	(void)state;
	assert_int_equal(br_frame_cut(&cut->small, (struct br_octets){frame->data, frame->size},
	                              MTU, keep, &kept),
	                 -ENOBUFS);
	while (kept) {
		struct br_frame *next = kept->next;

		br_frame_unref(kept);
		kept = next;
		count++;
	}
	assert_int_equal(count, 8);
	br_frame_unref(frame);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pieces_are_the_whole_again),
		TEST(what_is_no_tcp_is_refused),
		TEST(an_empty_pool_is_said),
	};

	return cmocka_run_group_tests_name("frame_cut", tests, NULL, NULL);
}
