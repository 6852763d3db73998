/* SPDX-License-Identifier: BSD-2-Clause */
/* A link between two segments: when what arrives, what is dropped, what stays where it is. */
#include "tests/helper.h"

#include <string.h>

#include "sim/net/bridge.h"

enum {
	MTU = 1500,
	SIZE = 1250, /* octets: 10000 bits, 1 ms at 10 Mbit/s */
	FRAMES = 2000,
};

#define RATE UINT64_C(10000000)

struct bridge_end {
	struct br_port port;
	unsigned got;
	br_time first, last;
	uint16_t tag; /* of the last one */
	bool in_order;
};

struct way_net {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment[2];
	struct br_bridge *link;
	struct bridge_end here, there;
};

static void note_down(void *context, struct br_frame *frame, br_time now)
{
	struct bridge_end *s = context;
	uint16_t tag = (uint16_t)(frame->data[14] << 8 | frame->data[15]);

	s->first = s->got++ == 0 ? now : s->first;
	s->in_order = s->in_order && (s->got == 1 || tag > s->tag);
	s->tag = tag;
	s->last = now;
}

static void plug(struct bridge_end *s, struct br_segment *segment, uint8_t number)
{
	*s = (struct bridge_end){.port = {.name = "station",
	                                  .receive = note_down,
	                                  .context = s,
	                                  .mac = {2, 0, 0, 0, 0, number}},
	                         .in_order = true};
	assert_int_equal(br_port_plug(&s->port, segment), 0);
}

static void make(struct way_net *net, const struct br_bridge_options *options, uint64_t seed)
{
	assert_int_equal(br_clock_init(&net->clock, 16), 0);
	assert_int_equal(br_wire_new(&net->wire, &net->clock, MTU + 22, 2 * FRAMES), 0);
	for (int i = 0; i < 2; i++) {
		net->segment[i] = br_segment_new(net->wire, i ? "far" : "near", 0, MTU);
		assert_non_null(net->segment[i]);
	}
	assert_int_equal(br_bridge_new(&net->link, net->segment[0], net->segment[1], options, seed),
	                 0);
	plug(&net->here, net->segment[0], 1);
	plug(&net->there, net->segment[1], 2);
}

static void unmake(struct way_net *net)
{
	br_port_unplug(&net->here.port);
	br_port_unplug(&net->there.port);
	br_bridge_free(net->link);
	br_wire_free(net->wire);
	br_clock_reset(&net->clock);
}

static void send(struct way_net *net, struct bridge_end *from, const uint8_t to[6], uint16_t tag)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));

	assert_non_null(frame);
	memset(frame->data, 0, SIZE);
	memcpy(frame->data, to, 6);
	memcpy(frame->data + 6, from->port.mac, 6);
	frame->data[12] = 0x88;
	frame->data[13] = 0xb5; /* IEEE 802, local experiments */
	frame->data[14] = (uint8_t)(tag >> 8);
	frame->data[15] = (uint8_t)tag;
	frame->size = SIZE;
	br_port_send(&from->port, frame);
}

static void run(struct way_net *net)
{
	while (br_clock_step(&net->clock, BR_TIME_NEVER))
		;
}

static void send_many(struct way_net *net, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		send(net, &net->here, net->there.port.mac, (uint16_t)(i + 1));
}

static void frames_come_at_the_rate_of_the_line(void **state)
{
	struct way_net net;

	(void)state;
	make(&net, &(struct br_bridge_options){.delay = 100 * BR_MS, .rate_bps = RATE, .queue = 50},
	     1);
	send_many(&net, 20);
	run(&net);
	assert_int_equal(net.there.got, 20);
	assert_true(net.there.first == 101 * BR_MS); /* sent in 1 ms */
	assert_true(net.there.last == 120 * BR_MS);
	assert_true(net.there.in_order);
	unmake(&net);
}

static void a_full_queue_drops_what_comes(void **state)
{
	struct way_net net;

	(void)state;
	make(&net, &(struct br_bridge_options){.rate_bps = RATE, .queue = 5}, 1);
	send_many(&net, 20);
	run(&net);
	assert_int_equal(net.there.got, 6); /* one is being sent, five wait */
	assert_int_equal(br_bridge_counts(net.link, false)->dropped, 14);
	send_many(&net, 6); /* it is empty again */
	run(&net);
	assert_int_equal(net.there.got, 12);
	unmake(&net);
}

static void each_way_has_a_line_of_its_own(void **state)
{
	struct way_net net;

	(void)state;
	make(&net, &(struct br_bridge_options){.delay = BR_MS, .rate_bps = RATE, .queue = 50}, 1);
	send_many(&net, 10);
	send(&net, &net.there, net.here.port.mac, 1);
	run(&net);
	assert_true(net.here.last == 2 * BR_MS);
	assert_int_equal(br_bridge_counts(net.link, true)->frames, 1);
	assert_int_equal(br_bridge_counts(net.link, true)->octets, SIZE);
	unmake(&net);
}

static void what_is_for_a_neighbour_does_not_go_over(void **state)
{
	static const uint8_t all[] = {255, 255, 255, 255, 255, 255};
	struct bridge_end neighbour;
	struct way_net net;

	(void)state;
	make(&net, &(struct br_bridge_options){.queue = 50}, 1);
	plug(&neighbour, net.segment[0], 3);
	send(&net, &neighbour, all, 1); /* so that it is known */
	run(&net);
	assert_int_equal(net.there.got, 1);
	send(&net, &net.here, neighbour.port.mac, 2);
	run(&net);
	assert_int_equal(neighbour.got, 1);
	assert_int_equal(br_bridge_counts(net.link, false)->frames, 1);
	br_port_unplug(&neighbour.port);
	unmake(&net);
}

static void a_station_that_moves_is_found(void **state)
{
	static const uint8_t all[] = {255, 255, 255, 255, 255, 255};
	struct bridge_end mover;
	struct way_net net;

	(void)state;
	make(&net, &(struct br_bridge_options){.queue = 50}, 1);
	plug(&mover, net.segment[0], 3);
	send(&net, &mover, all, 1);
	run(&net);
	br_port_unplug(&mover.port);
	plug(&mover, net.segment[1], 3);
	send(&net, &mover, all, 2);
	run(&net);
	send(&net, &net.here, mover.port.mac, 3);
	run(&net);
	assert_int_equal(mover.got, 1);
	send(&net, &net.there, mover.port.mac, 4);
	run(&net);
	assert_int_equal(mover.got, 2);
	assert_int_equal(br_bridge_counts(net.link, true)->frames, 1);
	br_port_unplug(&mover.port);
	unmake(&net);
}

/* Draws of one seed: how many come, and when the last does */
static void silence(struct way_net *net, br_time time)
{
	br_clock_advance(&net->clock, net->clock.now + time);
}

/* It was here, and goes there without a word: nobody finds it, until it is forgotten. */
static void a_station_that_is_silent_for_long_is_not_known(void **state)
{
	struct bridge_end other;
	struct way_net net;

	(void)state;
	make(&net, &(struct br_bridge_options){.queue = 50}, 1);
	plug(&other, net.segment[0], 3);
	send(&net, &other, net.there.port.mac, 1);
	run(&net);
	assert_int_equal(net.there.got, 1);
	br_port_unplug(&other.port);
	plug(&other, net.segment[1], 3);
	silence(&net, 300 * BR_S);
	send(&net, &net.here, other.port.mac, 2);
	run(&net);
	assert_int_equal(other.got, 0);
	silence(&net, 1);
	send(&net, &net.here, other.port.mac, 3);
	run(&net);
	assert_int_equal(other.got, 1);
	br_port_unplug(&other.port);
	unmake(&net);
}

/* More than there is room for: what came too late is not known; it is once those before are old. */
static void a_full_table_takes_new_stations_when_others_are_old(void **state)
{
	enum {
		MANY = 20000
	};
	struct bridge_end other, liar;
	struct way_net net;

	(void)state;
	make(&net, &(struct br_bridge_options){.queue = 50}, 1);
	plug(&other, net.segment[0], 3);
	plug(&liar, net.segment[0], 4);
	for (unsigned i = 0; i < MANY; i++) {
		liar.port.mac[2] = (uint8_t)(1 + i / 256);
		liar.port.mac[3] = (uint8_t)i;
		send(&net, &liar, net.there.port.mac, 1);
		run(&net);
	}
	send(&net, &other, net.there.port.mac, 1);
	run(&net);
	net.there.got = 0;
	send(&net, &net.here, other.port.mac,
	     2); /* who is not known is looked for over there, too */
	run(&net);
	assert_int_equal(br_bridge_counts(net.link, false)->frames, MANY + 2);
	silence(&net, 300 * BR_S + 1);
	send(&net, &other, net.there.port.mac, 3);
	send(&net, &net.here, other.port.mac, 4);
	run(&net);
	assert_int_equal(br_bridge_counts(net.link, false)->frames, MANY + 3);
	br_port_unplug(&other.port);
	br_port_unplug(&liar.port);
	unmake(&net);
}

static void draw(uint64_t seed, unsigned *ret_got, br_time *ret_last)
{
	struct way_net net;

	make(&net,
	     &(struct br_bridge_options){
		     .delay = BR_MS, .jitter = 10 * BR_MS, .loss_ppm = 100000, .queue = FRAMES},
	     seed);
	send_many(&net, FRAMES);
	run(&net);
	assert_true(net.there.in_order);
	assert_int_equal(net.there.got + br_bridge_counts(net.link, false)->lost, FRAMES);
	*ret_got = net.there.got;
	*ret_last = net.there.last;
	unmake(&net);
}

static void loss_and_jitter_are_drawn_from_the_seed(void **state)
{
	unsigned got[3];
	br_time last[3];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		draw(i / 2, &got[i], &last[i]);
	assert_int_equal(got[0], got[1]);
	assert_true(last[0] == last[1]);
	assert_true(got[0] != got[2] || last[0] != last[2]);
	assert_in_range(got[0], FRAMES * 87 / 100, FRAMES * 93 / 100);
	assert_in_range(last[0], 10 * BR_MS, 11 * BR_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_at_the_rate_of_the_line),
		cmocka_unit_test(a_full_queue_drops_what_comes),
		cmocka_unit_test(each_way_has_a_line_of_its_own),
		cmocka_unit_test(what_is_for_a_neighbour_does_not_go_over),
		cmocka_unit_test(a_station_that_moves_is_found),
		cmocka_unit_test(a_station_that_is_silent_for_long_is_not_known),
		cmocka_unit_test(a_full_table_takes_new_stations_when_others_are_old),
		cmocka_unit_test(loss_and_jitter_are_drawn_from_the_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
