/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports that note down what they get; a segment of 10,000 of them; order, delay and limits. */
#include "tests/helper.h"

#include <stdlib.h>
#include <string.h>

#include "sim/net/wire.h"

enum {
	MTU = 1500,
	DELAY = 100,
};

/* A port and what arrived at it. */
struct station {
	struct br_port port;
	uint64_t got;
	br_time last_at;
	uint8_t last_tag;
	struct br_port *unplug; /* when a frame arrives */
	struct br_port *block;  /* the same, for good */
	char *story;            /* each arrival adds its tag, if set */
};

static void note_down(void *context, struct br_frame *frame, br_time now)
{
	struct station *station = context;

	station->got++;
	station->last_at = now;
	station->last_tag = frame->data[14];
	if (station->story)
		station->story[strlen(station->story)] = (char)frame->data[14];
	if (station->unplug)
		br_port_unplug(station->unplug);
	if (station->block)
		br_port_block(station->block, BR_TIME_NEVER);
}

struct wire_net {
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment;
};

static void make(struct wire_net *net)
{
	assert_int_equal(br_clock_init(&net->clock, 16), 0);
	assert_int_equal(br_wire_new(&net->wire, &net->clock, MTU + 22, 64), 0);
	net->segment = br_segment_new(net->wire, "lan", DELAY, MTU);
	assert_non_null(net->segment);
}

static void unmake(struct wire_net *net)
{
	br_wire_free(net->wire);
	br_clock_reset(&net->clock);
}

static void plug(struct wire_net *net, struct station *station, uint8_t number)
{
	*station = (struct station){.port = {.name = "station",
	                                     .receive = note_down,
	                                     .context = station,
	                                     .mac = {2, 0, 0, 0, 0, number}}};
	assert_int_equal(br_port_plug(&station->port, net->segment), 0);
}

static struct br_frame *frame_to(struct wire_net *net, const uint8_t to[6], const uint8_t from[6],
                                 uint8_t tag, uint32_t size)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));

	assert_non_null(frame);
	memset(frame->data, 0, size);
	memcpy(frame->data, to, 6);
	memcpy(frame->data + 6, from, 6);
	frame->data[12] = 0x88;
	frame->data[13] = 0xb5; /* IEEE 802, local experiments */
	frame->data[14] = tag;
	frame->size = size;
	return frame;
}

static const uint8_t everyone[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t nobody[6] = {2, 0xee, 0, 0, 0, 1};

static void send(struct wire_net *net, struct station *from, const uint8_t to[6], uint8_t tag)
{
	br_port_send(&from->port, frame_to(net, to, from->port.mac, tag, 60));
}

static void settle(struct wire_net *net)
{
	while (br_clock_step(&net->clock, BR_TIME_NEVER))
		;
}

static void known_addresses_get_frames_alone_others_flood(void **state)
{
	struct wire_net net;
	struct station s[4];

	(void)state;
	make(&net);
	for (uint8_t i = 0; i < 4; i++)
		plug(&net, &s[i], (uint8_t)(i + 1));
	send(&net, &s[0], s[2].port.mac, 'a');
	settle(&net);
	assert_int_equal(s[2].got, 1);
	assert_int_equal(s[2].last_at, DELAY);
	assert_int_equal(s[0].got + s[1].got + s[3].got, 0);
	send(&net, &s[0], everyone, 'b');
	send(&net, &s[0], nobody, 'c');
	send(&net, &s[0], s[0].port.mac, 'd'); /* to itself: never reflected */
	settle(&net);
	assert_int_equal(s[0].got, 0);
	assert_int_equal(s[1].got, 2);
	assert_int_equal(s[2].got, 3);
	assert_int_equal(br_segment_counts(net.segment)->flooded, 2);
	assert_int_equal(br_segment_counts(net.segment)->delivered, 4);
	unmake(&net);
}

static void a_port_without_an_address_is_learned_and_may_move(void **state)
{
	static const uint8_t guest[6] = {0x52, 0x54, 0, 0, 0, 1};
	struct wire_net net;
	struct station s[3];

	(void)state;
	make(&net);
	for (uint8_t i = 0; i < 3; i++) {
		s[i] = (struct station){.port = {.receive = note_down, .context = &s[i]}};
		assert_int_equal(br_port_plug(&s[i].port, net.segment), 0);
	}
	br_port_send(&s[1].port, frame_to(&net, everyone, guest, 'a', 60));
	settle(&net);
	br_port_send(&s[0].port, frame_to(&net, guest, nobody, 'b', 60));
	settle(&net);
	assert_int_equal(s[1].last_tag, 'b');
	assert_int_equal(s[2].last_tag, 'a');
	br_port_send(&s[2].port, frame_to(&net, everyone, guest, 'c', 60));
	settle(&net);
	br_port_send(&s[0].port, frame_to(&net, guest, nobody, 'd', 60));
	settle(&net);
	assert_int_equal(s[2].last_tag, 'd');
	assert_int_equal(s[1].last_tag, 'c');
	unmake(&net);
}

static void promiscuous_ports_get_everything_but_their_own(void **state)
{
	struct wire_net net;
	struct station s[3], spy = {.port = {.name = "spy", .promiscuous = true}};

	(void)state;
	make(&net);
	for (uint8_t i = 0; i < 3; i++)
		plug(&net, &s[i], (uint8_t)(i + 1));
	spy.port.receive = note_down;
	spy.port.context = &spy;
	assert_int_equal(br_port_plug(&spy.port, net.segment), 0);
	send(&net, &s[0], s[1].port.mac, 'a');
	send(&net, &s[0], everyone, 'b');
	br_port_send(&spy.port, frame_to(&net, s[1].port.mac, nobody, 'c', 60));
	br_port_send(&s[0].port, frame_to(&net, nobody, s[0].port.mac, 'd', 60)); /* the spy's */
	settle(&net);
	assert_int_equal(spy.got, 3);
	assert_int_equal(s[1].got, 3);
	assert_int_equal(s[2].got, 1);
	br_port_unplug(&spy.port);
	send(&net, &s[0], s[1].port.mac, 'e');
	settle(&net);
	assert_int_equal(spy.got, 3);
	unmake(&net);
}

static void frames_above_the_mtu_are_dropped_and_counted(void **state)
{
	struct wire_net net;
	struct station s[2];

	(void)state;
	make(&net);
	plug(&net, &s[0], 1);
	plug(&net, &s[1], 2);
	br_port_send(&s[0].port, frame_to(&net, everyone, nobody, 'a', MTU + 14));
	br_port_send(&s[0].port, frame_to(&net, everyone, nobody, 'b', MTU + 15));
	br_port_send(&s[0].port, frame_to(&net, everyone, nobody, 'c', 13));

	struct br_frame *tagged = frame_to(&net, everyone, nobody, 'd', MTU + 18);

	tagged->data[12] = 0x81; /* a VLAN tag is on top of the MTU */
	tagged->data[13] = 0x00;
	br_port_send(&s[0].port, tagged);
	settle(&net);
	assert_int_equal(s[1].got, 2);
	assert_int_equal(br_segment_counts(net.segment)->oversized, 1);
	assert_int_equal(br_segment_counts(net.segment)->runts, 1);
	unmake(&net);
}

static void frames_are_delivered_in_turn_with_other_timers(void **state)
{
	struct wire_net net;
	struct station s[2], t[2];
	char story[16] = "";

	(void)state;
	make(&net);

	struct br_segment *first = net.segment;

	plug(&net, &s[0], 1);
	plug(&net, &s[1], 2);
	net.segment = br_segment_new(net.wire, "other", DELAY, MTU);
	plug(&net, &t[0], 1);
	plug(&net, &t[1], 2);
	s[1].story = t[1].story = story;
	/* Two segments, one time: the order of sending is the order of arriving, although
	 * each segment has one timer only.
	 */
	send(&net, &s[0], s[1].port.mac, 'a');
	send(&net, &t[0], t[1].port.mac, 'b');
	send(&net, &s[0], s[1].port.mac, 'c');
	send(&net, &s[0], s[1].port.mac, 'd');
	send(&net, &t[0], t[1].port.mac, 'e');
	send(&net, &s[0], s[1].port.mac, 'f');
	settle(&net);
	assert_string_equal(story, "abcdef");
	assert_int_equal(br_segment_index(first), 0);
	assert_ptr_equal(br_wire_segment(net.wire, 1), net.segment);
	unmake(&net);
}

static void a_blocked_port_passes_nothing_either_way(void **state)
{
	struct wire_net net;
	struct station s[3];

	(void)state;
	make(&net);
	for (uint8_t i = 0; i < 3; i++)
		plug(&net, &s[i], (uint8_t)(i + 1));
	br_port_block(&s[0].port, 1000);
	send(&net, &s[0], everyone, 'a');
	send(&net, &s[1], everyone, 'b');
	settle(&net);
	assert_int_equal(s[0].got + s[1].got, 0);
	assert_int_equal(s[2].got, 1);
	assert_int_equal(br_segment_counts(net.segment)->blocked, 2);
	br_clock_advance(&net.clock, 1000);
	send(&net, &s[0], everyone, 'c');
	send(&net, &s[1], everyone, 'd');
	settle(&net);
	assert_int_equal(s[0].got, 1);
	assert_int_equal(s[1].got, 1);
	unmake(&net);
}

static void a_block_is_for_what_comes_after_the_frame_at_hand(void **state)
{
	struct wire_net net;
	struct station s[3];

	(void)state;
	make(&net);
	for (uint8_t i = 0; i < 3; i++)
		plug(&net, &s[i], (uint8_t)(i + 1));
	s[0].block = &s[2].port;
	for (unsigned i = 0; i < 3; i++) { /* the later ones block again what is blocked */
		send(&net, &s[1], everyone, 'a');
		settle(&net);
		assert_int_equal(s[0].got, i + 1);
		assert_int_equal(s[2].got, 1);
		assert_int_equal(br_segment_counts(net.segment)->blocked, i);
	}
	unmake(&net);
}

struct watcher {
	uint64_t seen, lost;
	const struct br_port *from;
	char why[32];
	br_time at;
};

static void watch(void *context, const struct br_segment *segment, const struct br_port *from,
                  struct br_frame *frame, br_time now)
{
	struct watcher *watcher = context;

	assert_string_equal(br_segment_name(segment), "lan");
	assert_true(frame->size >= 14);
	watcher->seen++;
	watcher->from = from;
	watcher->at = now;
}

static void watch_lost(void *context, const struct br_segment *segment, const struct br_port *from,
                       struct br_frame *frame, const char *why, br_time now)
{
	struct watcher *watcher = context;

	(void)segment, (void)from, (void)frame, (void)now;
	watcher->lost++;
	strncpy(watcher->why, why, sizeof(watcher->why) - 1);
}

static void taps_see_each_frame_once_and_what_is_lost(void **state)
{
	struct wire_net net;
	struct station s[3];
	struct watcher watcher = {.seen = 0};

	(void)state;
	make(&net);
	for (uint8_t i = 0; i < 3; i++)
		plug(&net, &s[i], (uint8_t)(i + 1));
	assert_int_equal(br_wire_add_tap(net.wire, &(struct br_tap){.see = watch,
	                                                            .context = &watcher,
	                                                            .lost = watch_lost}),
	                 0);
	send(&net, &s[0], everyone, 'a');
	settle(&net);
	assert_int_equal(watcher.seen, 1);
	assert_ptr_equal(watcher.from, &s[0].port);
	assert_int_equal(watcher.at, DELAY);
	br_port_send(&s[0].port, frame_to(&net, everyone, nobody, 'b', MTU + 20));
	assert_int_equal(watcher.lost, 1);
	assert_string_equal(watcher.why, "above the MTU");
	/* the sender goes while its frame is on its way */
	send(&net, &s[0], everyone, 'c');
	br_port_unplug(&s[0].port);
	settle(&net);
	assert_int_equal(watcher.seen, 2);
	assert_null(watcher.from);
	assert_int_equal(s[1].got, 2);
	unmake(&net);
}

static void a_port_may_go_while_a_frame_is_given_out(void **state)
{
	struct wire_net net;
	struct station s[4];

	(void)state;
	make(&net);
	for (uint8_t i = 0; i < 4; i++)
		plug(&net, &s[i], (uint8_t)(i + 1));
	s[1].unplug = &s[2].port;
	send(&net, &s[0], everyone, 'a');
	settle(&net);
	assert_int_equal(s[1].got, 1);
	assert_int_equal(s[2].got, 0);
	assert_int_equal(s[3].got, 1);
	/* its address is unknown now, its slot is free for another */
	send(&net, &s[0], s[2].port.mac, 'b');
	settle(&net);
	assert_int_equal(s[3].got, 2);
	assert_int_equal(br_port_plug(&s[2].port, net.segment), 0);
	send(&net, &s[0], s[2].port.mac, 'c');
	settle(&net);
	assert_int_equal(s[2].got, 1);
	assert_int_equal(s[3].got, 2);
	br_port_unplug(&s[0].port);
	send(&net, &s[0], everyone, 'd'); /* into the air */
	settle(&net);
	assert_int_equal(s[3].got, 2);
	unmake(&net);
}

static void who_takes_a_slot_does_not_inherit_its_addresses(void **state)
{
	struct wire_net net;
	struct station s[4];

	(void)state;
	make(&net);
	for (uint8_t i = 0; i < 3; i++)
		plug(&net, &s[i], (uint8_t)(i + 1));
	br_port_unplug(&s[2].port);
	plug(&net, &s[3], 9);
	assert_int_equal(s[3].port.index, 2);
	send(&net, &s[0], s[2].port.mac, 'a'); /* gone: to all, not to the newcomer alone */
	settle(&net);
	assert_int_equal(s[1].got, 1);
	assert_int_equal(s[3].got, 1);
	unmake(&net);
}

enum {
	CROWD = 10000,
};

static void ten_thousand_ports_cost_a_unicast_frame_nothing(void **state)
{
	struct wire_net net;
	struct station *crowd = calloc(CROWD, sizeof(*crowd));

	(void)state;
	assert_non_null(crowd);
	make(&net);
	for (unsigned i = 0; i < CROWD; i++) {
		crowd[i].port = (struct br_port){
			.name = "one of many",
			.receive = note_down,
			.context = &crowd[i],
			.mac = {2, 1, 0, 0, (uint8_t)(i >> 8), (uint8_t)i},
		};
		assert_int_equal(br_port_plug(&crowd[i].port, net.segment), 0);
	}
	for (unsigned i = 0; i < CROWD; i++) {
		send(&net, &crowd[i], crowd[(i + 1) % CROWD].port.mac, 'a');
		settle(&net);
	}
	for (unsigned i = 0; i < CROWD; i++)
		assert_int_equal(crowd[i].got, 1);
	assert_int_equal(br_segment_counts(net.segment)->received, CROWD);
	assert_int_equal(br_segment_counts(net.segment)->flooded, 0);
	send(&net, &crowd[5], everyone, 'b');
	settle(&net);
	assert_int_equal(br_segment_counts(net.segment)->received, 2 * CROWD - 1);
	for (unsigned i = 0; i < CROWD; i++)
		br_port_unplug(&crowd[i].port);
	unmake(&net);
	free(crowd);
}

/* A sender of made-up addresses must neither grow without end nor drive others out. */
static void invented_addresses_are_bounded(void **state)
{
	struct wire_net net;
	struct station s[2];

	(void)state;
	make(&net);
	plug(&net, &s[0], 1);
	plug(&net, &s[1], 2);
	for (uint32_t i = 0; i < 100000; i++) {
		const uint8_t from[6] = {
			6,         0, (uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8),
			(uint8_t)i};

		br_port_send(&s[0].port, frame_to(&net, s[1].port.mac, from, 'a', 60));
		while (br_clock_step(&net.clock, BR_TIME_NEVER))
			;
	}
	assert_int_equal(s[1].got, 100000);
	assert_int_equal(br_segment_counts(net.segment)->flooded, 0);
	assert_int_equal(br_wire_frames(net.wire)->frames, 1); /* and one frame did it all */
	unmake(&net);
}

static void send_from_invented(struct wire_net *net, struct station *from, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t mac[6] = {6, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};

		br_port_send(&from->port, frame_to(net, from->port.mac, mac, 'a', 60));
		while (br_clock_step(&net->clock, BR_TIME_NEVER))
			;
	}
}

/* However many there are, and whatever somebody has made up before. */
static void each_port_has_a_place_for_its_own_address(void **state)
{
	enum {
		PORTS = 150000,
		INVENTED = 100000,
	};
	struct wire_net net;
	struct station s;
	struct br_port *port = calloc(PORTS, sizeof(*port));
	struct station *heard = calloc(1, sizeof(*heard));

	(void)state;
	assert_non_null(port);
	assert_non_null(heard);
	make(&net);
	plug(&net, &s, 1);
	send_from_invented(&net, &s, INVENTED);
	for (uint32_t i = 0; i < PORTS; i++) {
		port[i] = (struct br_port){
			.name = "one of many",
			.receive = note_down,
			.context = heard,
			.mac = {2, 1, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i},
		};
		assert_int_equal(br_port_plug(&port[i], net.segment), 0);
	}
	send_from_invented(&net, &s, INVENTED);
	for (uint32_t i = 0; i < PORTS; i += 1000) {
		send(&net, &s, port[i].mac, 'b');
		settle(&net);
	}
	assert_int_equal(heard->got, PORTS / 1000);
	assert_int_equal(br_segment_counts(net.segment)->flooded, 0);
	for (uint32_t i = 0; i < PORTS; i++)
		br_port_unplug(&port[i]);
	unmake(&net);
	free(heard);
	free(port);
}

static void what_is_under_way_at_the_end_is_freed(void **state)
{
	struct wire_net net;
	struct station s[2];

	(void)state;
	make(&net);
	plug(&net, &s[0], 1);
	plug(&net, &s[1], 2);
	for (int i = 0; i < 40; i++)
		send(&net, &s[0], everyone, 'a');
	assert_null(br_wire_free(net.wire)); /* asserts that every frame is back */
	assert_null(s[0].port.segment);
	br_clock_reset(&net.clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_addresses_get_frames_alone_others_flood),
		cmocka_unit_test(a_port_without_an_address_is_learned_and_may_move),
		cmocka_unit_test(promiscuous_ports_get_everything_but_their_own),
		cmocka_unit_test(frames_above_the_mtu_are_dropped_and_counted),
		cmocka_unit_test(frames_are_delivered_in_turn_with_other_timers),
		cmocka_unit_test(a_blocked_port_passes_nothing_either_way),
		cmocka_unit_test(a_block_is_for_what_comes_after_the_frame_at_hand),
		cmocka_unit_test(taps_see_each_frame_once_and_what_is_lost),
		cmocka_unit_test(a_port_may_go_while_a_frame_is_given_out),
		cmocka_unit_test(who_takes_a_slot_does_not_inherit_its_addresses),
		cmocka_unit_test(ten_thousand_ports_cost_a_unicast_frame_nothing),
		cmocka_unit_test(invented_addresses_are_bounded),
		cmocka_unit_test(each_port_has_a_place_for_its_own_address),
		cmocka_unit_test(what_is_under_way_at_the_end_is_freed),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
