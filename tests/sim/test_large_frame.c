/* SPDX-License-Identifier: BSD-2-Clause */
/* Super-frames carry what their segments would: to a host that takes them whole, past a bad line,
 * where there are too few of them, and with the sums that whoever cuts them counts on.
 */
#include "tests/helper.h"

#include <string.h>

#include "sim/net/fault.h"
#include "sim/net/frame_cut.h"
#include "tests/sim/host_net.h"

enum {
	LARGE_MAX = 60000,
	MSS = NET_MTU - 40,
	SENT = 3 << 20,
};

struct large {
	struct net *net;
	uint64_t supers, plain, octets, pieces;
	uint32_t next; /* sequence number of the piece to come */
	bool small_seen;
};

/* As the kernel completes a sum: over TCP, with what is in the field counted in. */
static uint16_t completed(const uint8_t *octets, size_t size)
{
	return br_checksum_fold(br_checksum_add(0, octets, size));
}

static void see_piece(void *context, struct br_frame *frame)
{
	struct large *large = context;
	struct br_packet packet;

	br_frame_finish(frame);
	br_packet_parse_frame(&packet, frame);
	assert_null(packet.wrong);
	assert_int_equal(packet.tcp.sequence, large->next);
	assert_in_range(packet.payload_size, 1, MSS);
	large->next += (uint32_t)packet.payload_size;
	large->pieces++;
	br_frame_unref(frame);
}

static void see(void *context, const struct br_segment *segment, const struct br_port *from,
                struct br_frame *frame, br_time now)
{
	static uint8_t copy[BR_FRAME_LARGE_MAX + 64];
	struct large *large = context;
	struct br_frame_cutting cutting;
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	struct br_octets octets = {copy, frame->size};

	(void)segment;
	(void)from;
	(void)now;
	if (frame->cut == 0) {
		assert_in_range(frame->size, 0, NET_MTU + 14);
		large->plain++;
		return;
	}
	large->supers++;
	assert_int_equal(frame->cut, MSS);
	assert_in_range(frame->size, MSS + 55, LARGE_MAX + 54);
	assert_int_equal(br_frame_checksums((struct br_octets){frame->data, frame->size}, sums), 2);
	memcpy(copy, frame->data, frame->size);
	assert_true(br_frame_fill_for_cutting(frame, copy, &cutting));
	assert_int_equal(cutting.tcp, 34);
	assert_int_equal(cutting.data, 54);
	assert_false(cutting.v6);
	assert_int_equal(completed(copy + 14, 20), 0); /* of the header of IP: done */
	assert_int_equal(copy[50] << 8 | copy[51], sums[1].partial);
	assert_int_equal(completed(copy + cutting.tcp, frame->size - cutting.tcp), sums[1].value);
	large->next = (uint32_t)copy[38] << 24 | (uint32_t)copy[39] << 16 |
	              (uint32_t)copy[40] << 8 | copy[41];
	large->octets += frame->size - cutting.data;
	assert_true(br_frame_cut(br_wire_frames(large->net->wire), octets, NET_MTU, see_piece,
	                         large) > 1);
}

/* @octets from host 1 to host 0, which is content. */
static void send_octets(struct large *large, uint64_t octets, size_t frames, struct br_fault *fault)
{
	struct br_tcp_options options = br_tcp_options_default;
	struct br_endpoint local = br_endpoint_ipv4(0, 0), remote = br_endpoint_ipv4(NET | 2, 80);
	struct br_tap tap = {.see = see, .context = large};
	struct net *net = net_new();

	*large = (struct large){.net = net};
	assert_int_equal(br_wire_add_tap(net->wire, &tap), 0);
	if (frames > 0)
		br_segment_allow_large(net->segment[0], frames);
	br_segment_set_fault(net->segment[0], fault);
	options.large_max = LARGE_MAX;
	br_host_set_tcp_options(net->host[1], &options);
	net->inbox[1].to_send = octets;
	net->inbox[0].close_when_ended = true;
	assert_int_equal(br_host_tcp_listen(net->host[1], 80), 0);
	assert_true(br_host_tcp_connect(net->host[0], &local, &remote) >= 0);
	net_run(net, 600 * BR_S);
	assert_int_equal(net->inbox[0].received, octets);
	assert_int_equal(net->inbox[0].gone, 1);
	assert_int_equal(net->inbox[0].error, 0);
	net_free(net);
}

static void a_super_frame_is_its_segments_in_one(void **state)
{
	struct large large;

	(void)state;
	send_octets(&large, SENT, 64, NULL);
	assert_in_range(large.supers, SENT / LARGE_MAX, SENT / MSS / 4);
	assert_in_range(large.pieces, large.octets / MSS, large.octets / MSS + large.supers);
	assert_in_range(large.octets, SENT - 100 * MSS, SENT);
}

static void where_none_are_allowed_the_segments_go_alone(void **state)
{
	struct large large;

	(void)state;
	send_octets(&large, SENT, 0, NULL);
	assert_int_equal(large.supers, 0);
	assert_in_range(large.plain, SENT / MSS, 2 * (SENT / MSS));
}

static void where_there_are_too_few_the_rest_goes_alone(void **state)
{
	struct large large;

	(void)state;
	send_octets(&large, SENT, 1, NULL);
	assert_true(large.supers > 0);
	assert_true(large.plain > 100);
}

static void the_end_comes_with_the_last_piece(void **state)
{
	struct large large;

	(void)state;
	send_octets(&large, 3 * MSS, 64, NULL);
	assert_int_equal(large.supers, 1);
	assert_int_equal(large.pieces, 3);
	send_octets(&large, 3 * MSS, 0, NULL);
	assert_int_equal(large.supers, 0);
}

static void what_is_lost_is_sent_again(void **state)
{
	const struct br_fault_rates rates = {.loss = 20000, .duplicate = 5000};
	struct br_fault *fault;
	struct large large;

	(void)state;
	assert_int_equal(br_fault_new(&fault, 7), 0);
	br_fault_set_rates(fault, &rates);
	send_octets(&large, SENT, 64, fault);
	assert_true(large.supers > 0);
	br_fault_free(fault);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_super_frame_is_its_segments_in_one),
		cmocka_unit_test(where_none_are_allowed_the_segments_go_alone),
		cmocka_unit_test(where_there_are_too_few_the_rest_goes_alone),
		cmocka_unit_test(the_end_comes_with_the_last_piece),
		cmocka_unit_test(what_is_lost_is_sent_again),
	};

	return cmocka_run_group_tests_name("large_frame", tests, NULL, NULL);
}
