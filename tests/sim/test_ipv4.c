/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts on wires: fragments, reassembly and routing. */
#include "tests/helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/host_net.h"

static void a_large_datagram_goes_in_pieces_and_comes_whole(void **state)
{
	static const size_t sizes[] = {1472, 1473, 2960, 2961, 9000, 65507};
	struct net *net = net_new();
	uint8_t *octets = malloc(65508);
	struct br_datagram datagram = {.remote = br_endpoint_ipv4(NET | 2, 69)};

	(void)state;
	assert_non_null(octets);
	for (size_t i = 0; i < 65508; i++)
		octets[i] = (uint8_t)(i * 7 >> 2);
	(void)br_host_udp_open(net->host[1], 69);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t head = i % 2 ? 101 : 0; /* an odd split, for the checksum */

		datagram.payload = (struct br_octets){octets, head};
		datagram.body = (struct br_octets){octets + head, sizes[i] - head};
		net->seens = 0;
		assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0);
		net_run(net, BR_TIME_NEVER);
		assert_int_equal(net->inbox[1].datagrams, i + 1);
		assert_int_equal(net->inbox[1].last.payload.size, sizes[i]);
		assert_memory_equal(net->inbox[1].octets, octets, sizes[i]);
		for (size_t n = 0; n < net->seens; n++)
			assert_int_equal(net->seen[n].packet.wrong, 0);
	}
	assert_int_equal(br_host_counters(net->host[1])->reassembled, 5);
	datagram.dont_fragment = true;
	assert_int_equal(br_host_udp_send(net->host[0], &datagram), -EMSGSIZE);
	datagram.dont_fragment = false;
	datagram.body.size = 65508 - datagram.payload.size;
	assert_int_equal(br_host_udp_send(net->host[0], &datagram), -EMSGSIZE);
	free(octets);
	net_free(net);
}

/* RFC 768: a sum of 0 is sent as 0xffff, as 0 says that there is none. */
static void a_sum_of_0_is_ffff_in_pieces_too(void **state)
{
	uint8_t udp[8 + 2000] = {1000 >> 8, 1000 & 255, 0, 69, sizeof(udp) >> 8, sizeof(udp) & 255};
	struct net *net = net_new();
	struct br_datagram datagram = {.local = {.port = 1000},
	                               .remote = br_endpoint_ipv4(NET | 2, 69),
	                               .payload = {udp + 8, sizeof(udp) - 8}};
	uint32_t sum = br_packet_pseudo_sum(NET | 1, NET | 2, BR_IP_PROTOCOL_UDP, sizeof(udp));

	(void)state;
	/* what is missing to all ones goes into the payload */
	sum = br_checksum_fold(br_checksum_add(sum, udp, sizeof(udp)));
	udp[8] = (uint8_t)(sum >> 8);
	udp[9] = (uint8_t)sum;
	(void)br_host_udp_open(net->host[1], 69);
	assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 1);
	assert_false(net->inbox[1].last.no_checksum);
	net_free(net);
}

static void send_piece_of(struct net *net, uint8_t protocol, uint16_t id, uint32_t start,
                          uint32_t size, bool more, uint8_t octet)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));
	struct br_packet_route route = {.eth_dst = {2, 0, 0, 0, 0, 2},
	                                .eth_src = {2, 0, 0, 0, 0, 1},
	                                .src = NET | 1,
	                                .dst = NET | 2,
	                                .identification = id,
	                                .ttl = 64};
	uint8_t octets[1400];

	memset(octets, octet, sizeof(octets));
	if (start == 0)
		memcpy(octets, "\x03\xe8\x00\x45\x00\x50\x00\x00", 8); /* 80 octets, no checksum */
	route.fragment = (uint16_t)(start / 8 | (more ? BR_IPV4_MORE_FRAGMENTS : 0));
	assert_int_equal(br_packet_build_ip(frame, &route, protocol,
	                                    (struct br_octets){octets, size},
	                                    (struct br_octets){NULL, 0}),
	                 0);
	br_frame_finish(frame);
	assert_int_equal(
		br_host_send_raw(net->host[0], 0, (struct br_octets){frame->data, frame->size}), 0);
	br_frame_unref(frame);
}

/* One fragment of a datagram to port 69, by hand. */
static void send_piece(struct net *net, uint16_t id, uint32_t start, uint32_t size, bool more,
                       uint8_t octet)
{
	send_piece_of(net, BR_IP_PROTOCOL_UDP, id, start, size, more, octet);
}

static void pieces_in_any_order_make_a_datagram(void **state)
{
	struct net *net = net_new();

	(void)state;
	(void)br_host_udp_open(net->host[1], 69);
	send_piece(net, 1, 64, 16, false, 3);
	send_piece(net, 2, 0, 40, true, 1); /* another one in between */
	send_piece(net, 1, 40, 24, true, 2);
	send_piece(net, 1, 40, 24, true, 2); /* a duplicate does no harm */
	send_piece(net, 1, 0, 40, true, 1);
	net_run(net, 1 * BR_S);
	assert_int_equal(net->inbox[1].datagrams, 1);
	assert_int_equal(net->inbox[1].last.payload.size, 72);
	assert_int_equal(net->inbox[1].octets[31], 1);
	assert_int_equal(net->inbox[1].octets[32], 2);
	assert_int_equal(net->inbox[1].octets[71], 3);
	net_free(net);
}

static void put_in_nobody(void *context, struct br_frame *frame, br_time now)
{
	(void)context;
	(void)frame;
	(void)now;
}

/* Octets @start to @end of @udp as a frame from a machine on a real port. */
static void send_from_outside(struct net *net, struct br_port *port, const uint8_t *udp,
                              size_t start, size_t end, bool more)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));
	struct br_packet_route route = {.eth_dst = {2, 0, 0, 0, 0, 2},
	                                .eth_src = {2, 0, 0, 0, 0, 9},
	                                .src = NET | 9,
	                                .dst = NET | 2,
	                                .identification = 7,
	                                .ttl = 64};

	route.fragment = (uint16_t)(start / 8 | (more ? BR_IPV4_MORE_FRAGMENTS : 0));
	assert_int_equal(br_packet_build_ip(frame, &route, BR_IP_PROTOCOL_UDP,
	                                    (struct br_octets){udp + start, end - start},
	                                    (struct br_octets){NULL, 0}),
	                 0);
	if (end - start == 72) /* else of a whole datagram the checksum would be put right */
		frame->checksums_virtual = BR_CHECKSUM_HEADER;
	br_frame_finish(frame);
	br_frame_accept(frame);
	br_port_send(port, frame);
}

/* RFC 1122 §4.1.3.4; the checksum of pieces is nobody's until they are together */
static void a_wrong_checksum_is_found_in_pieces_from_outside_too(void **state)
{
	static const size_t cuts[] = {72, 40};
	struct net *net = net_new();
	struct br_port port = {
		.name = "outside", .receive = put_in_nobody, .mac = {2, 0, 0, 0, 0, 9}};
	uint8_t udp[72] = {0x10, 0, 0, 69, 0, 72};
	uint32_t sum = br_packet_pseudo_sum(NET | 9, NET | 2, BR_IP_PROTOCOL_UDP, sizeof(udp));

	(void)state;
	memset(udp + 8, 'A', sizeof(udp) - 8);
	sum = br_checksum_fold(br_checksum_add(sum, udp, sizeof(udp)));
	udp[6] = (uint8_t)(sum >> 8);
	udp[7] = (uint8_t)sum;
	assert_int_equal(br_port_plug(&port, net->segment[0]), 0);
	(void)br_host_udp_open(net->host[1], 69);
	for (size_t i = 0; i < 4; i++) {
		bool damaged = i >= 2;
		size_t cut = cuts[i % 2];

		udp[20] = damaged ? 'B' : 'A';
		send_from_outside(net, &port, udp, 0, cut, cut < sizeof(udp));
		if (cut < sizeof(udp))
			send_from_outside(net, &port, udp, cut, sizeof(udp), false);
		net_run(net, BR_TIME_NEVER);
		assert_int_equal(net->inbox[1].datagrams, damaged ? 2 : i + 1);
		assert_int_equal(br_host_counters(net->host[1])->bad, damaged ? i - 1 : 0);
	}
	assert_int_equal(br_host_counters(net->host[1])->reassembled, 2);
	br_port_unplug(&port);
	net_free(net);
}

static void overlapping_pieces_end_the_datagram(void **state)
{
	struct net *net = net_new();

	(void)state;
	(void)br_host_udp_open(net->host[1], 69);
	send_piece(net, 1, 0, 40, true, 1);
	send_piece(net, 1, 32, 32, true, 2); /* eight octets of the first once more */
	send_piece(net, 1, 72, 8, false, 3); /* as many octets now as it should have */
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 0);
	assert_true(br_host_counters(net->host[1])->fragments_dropped >= 2);
	net_free(net);
}

static void pieces_of_two_protocols_are_of_two_datagrams(void **state)
{
	struct net *net = net_new();

	(void)state; /* RFC 791 §3.2 */
	(void)br_host_udp_open(net->host[1], 69);
	send_piece(net, 1, 0, 40, true, 1);
	send_piece_of(net, 99, 1, 40, 40, false, 2);
	net_run(net, BR_S);
	assert_int_equal(net->inbox[1].datagrams, 0);
	send_piece(net, 1, 40, 40, false, 3);
	net_run(net, 2 * BR_S);
	assert_int_equal(net->inbox[1].datagrams, 1);
	assert_int_equal(net->inbox[1].octets[40], 3);
	net_free(net);
}

static void a_datagram_that_stays_in_pieces_is_given_up(void **state)
{
	struct net *net = net_new();

	(void)state;
	(void)br_host_udp_open(net->host[1], 69);
	send_piece(net, 1, 0, 40, true, 1);
	for (uint16_t id = 2; id < 50; id++)
		send_piece(net, id, 40, 40, true, 1); /* table of two: the first goes */
	send_piece(net, 50, 0, 40, true, 1);
	net_run(net, 10 * BR_S);
	assert_int_equal(br_host_counters(net->host[1])->fragments_dropped, 48);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(br_host_counters(net->host[1])->fragments_dropped, 50);
	assert_int_equal(net->inbox[1].datagrams, 0);
	assert_int_equal(net->inbox[0].icmp, 11 << 8 | 1); /* the quoted first piece has ports */
	assert_in_range(net->clock.now, 30 * BR_S, 34 * BR_S);
	net_free(net);
}

/* Host 2 routes between the segments, host 3 is beyond it as 198.51.100.3. */
static struct net *net_with_router(void)
{
	struct net *net = net_new();

	net_add_host(net, 2, "router");
	net_add_host(net, 3, "far");
	net_add_link(net, 2, 0, NET | 254);
	net_add_link(net, 2, 1, FAR | 254);
	net_add_link(net, 3, 1, FAR | 3);
	br_host_set_forwarding(net->host[2], true);
	br_host_set_gateway(net->host[0], NET | 254);
	br_host_set_gateway(net->host[3], FAR | 254);
	return net;
}

static void a_router_forwards_with_one_hop_less(void **state)
{
	struct net *net = net_with_router();

	(void)state;
	(void)br_host_udp_open(net->host[3], 69);
	assert_int_equal(net_send_text(net, 0, FAR | 3, 69, "far"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[3].datagrams, 1);
	assert_int_equal(net->inbox[3].last.ttl, 63);
	assert_int_equal(br_endpoint_to_ipv4(&net->inbox[3].last.remote), NET | 1);
	assert_int_equal(br_host_counters(net->host[2])->forwarded, 1);
	for (size_t i = 0; i < net->seens; i++)
		assert_int_equal(net->seen[i].packet.wrong, 0);
	br_host_set_forwarding(net->host[2], false);
	assert_int_equal(net_send_text(net, 0, FAR | 3, 69, "far"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[3].datagrams, 1);
	assert_int_equal(br_host_counters(net->host[2])->not_for_us, 1);
	net_free(net);
}

/* RFC 1122 §3.2.2: or two hosts would tell each other for ever. */
static void an_error_about_an_error_is_not_sent(void **state)
{
	static const uint8_t types[] = {3, 11, 12, 8};
	uint8_t icmp[16] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(types); i++) {
		struct net *net = net_with_router();
		struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));
		struct br_packet_route route = {.eth_dst = {2, 0, 0, 0, 0, 3},
		                                .eth_src = {2, 0, 0, 0, 0, 1},
		                                .src = NET | 1,
		                                .dst = FAR | 3,
		                                .ttl = 1};

		assert_int_equal(br_packet_build_icmp(frame, &route, types[i], 0, 0,
		                                      (struct br_octets){icmp, sizeof(icmp)}),
		                 0);
		br_frame_finish(frame);
		assert_int_equal(br_host_send_raw(net->host[0], 0,
		                                  (struct br_octets){frame->data, frame->size}),
		                 0);
		br_frame_unref(frame);
		net->seens = 0;
		net_run(net, BR_TIME_NEVER);

		const struct br_packet *last = &net->seen[net->seens - 1].packet;
		bool told = last->transport == BR_TRANSPORT_ICMP && last->icmp.type == 11 &&
		            last->ipv4.src == (NET | 254);

		assert_int_equal(told, types[i] == 8); /* about a ping, which is none */
		net_free(net);
	}
}

static void a_router_says_why_it_does_not_forward(void **state)
{
	struct net *net = net_with_router();
	uint8_t octets[1400] = {0};
	struct br_datagram datagram = {.local = {.port = 1000},
	                               .remote = br_endpoint_ipv4(FAR | 3, 69),
	                               .ttl = 1,
	                               .payload = {octets, 10}};

	(void)state;
	(void)br_host_udp_open(net->host[3], 69);
	assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].icmp, 11 << 8);
	datagram.ttl = 64;
	datagram.dont_fragment = true;
	datagram.payload.size = 1400;
	assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].icmp, 3 << 8 | 4);
	assert_int_equal(net->seen[net->seens - 1].packet.icmp.rest, 600); /* RFC 1191 §4 */
	assert_int_equal(net_send_text(net, 0, UINT32_C(0x08080808), 69, "x"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].icmp, 3 << 8);
	assert_int_equal(net_send_text(net, 0, FAR | 9, 69, "x"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].icmp, 3 << 8 | 1);
	assert_int_equal(net->inbox[0].unreachables, 4);
	assert_int_equal(net->inbox[3].datagrams, 0);
	net_free(net);
}

static void a_router_cuts_what_is_too_big(void **state)
{
	struct net *net = net_with_router();
	uint8_t *octets = malloc(5000);
	struct br_datagram datagram = {.remote = br_endpoint_ipv4(FAR | 3, 69),
	                               .payload = {octets, 5000}};

	(void)state;
	assert_non_null(octets);
	for (size_t i = 0; i < 5000; i++)
		octets[i] = (uint8_t)(i * 3 >> 1);
	(void)br_host_udp_open(net->host[3], 69);
	(void)net_send_text(net, 0, FAR | 3, 69,
	                    "x"); /* so that ARP is over: few may wait for it */
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0); /* cut twice */
	datagram.payload.size = 1000;
	assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0); /* cut by the router */
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[3].datagrams, 3);
	assert_int_equal(net->inbox[3].last.payload.size, 1000);
	assert_memory_equal(net->inbox[3].octets, octets, 1000);
	assert_int_equal(br_host_counters(net->host[3])->reassembled, 2);
	free(octets);
	net_free(net);
}

static void a_smaller_mtu_on_the_way_is_learned(void **state)
{
	const uint32_t beyond = UINT32_C(0xcb007100); /* 203.0.113.0/24 */
	struct net *net = net_with_router();
	struct br_endpoint from = {.port = 0}, to = br_endpoint_ipv4(beyond | 3, 80);
	uint8_t macs[2][6] = {{2, 0, 0, 0, 2, 1}, {2, 0, 0, 0, 2, 3}};
	struct br_segment *third = br_segment_new(net->wire, "beyond", 0, NET_MTU);

	(void)state;
	/* a - lan - router - far (600) - b - beyond - host 3: the ends know of 1500 only */
	(void)net_add_link(net, 1, 1, FAR | 2);
	assert_int_equal(br_host_add_link(net->host[1], third, macs[0]), 2);
	br_host_set_address(net->host[1], 2, beyond | 254, MASK);
	br_host_set_forwarding(net->host[1], true);
	br_host_set_gateway(net->host[1], FAR | 254);
	br_host_set_gateway(net->host[2], FAR | 2);
	assert_int_equal(br_host_add_link(net->host[3], third, macs[1]), 1);
	br_host_set_address(net->host[3], 1, beyond | 3, MASK);
	br_host_set_gateway(net->host[3], beyond | 254);

	net->inbox[0].to_send = 50000;
	net->inbox[3].to_send = 50000;
	assert_int_equal(br_host_tcp_listen(net->host[3], 80), 0);
	assert_true(br_host_tcp_connect(net->host[0], &from, &to) >= 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[3].received, 50000);
	assert_int_equal(net->inbox[0].received, 50000);
	assert_int_equal(net->inbox[0].gone, 1);
	assert_int_equal(net->inbox[0].error, 0);
	assert_true(net->clock.now < 5 * BR_S);
	net_free(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_large_datagram_goes_in_pieces_and_comes_whole),
		cmocka_unit_test(pieces_in_any_order_make_a_datagram),
		cmocka_unit_test(a_wrong_checksum_is_found_in_pieces_from_outside_too),
		cmocka_unit_test(a_sum_of_0_is_ffff_in_pieces_too),
		cmocka_unit_test(overlapping_pieces_end_the_datagram),
		cmocka_unit_test(pieces_of_two_protocols_are_of_two_datagrams),
		cmocka_unit_test(a_datagram_that_stays_in_pieces_is_given_up),
		cmocka_unit_test(a_router_forwards_with_one_hop_less),
		cmocka_unit_test(a_router_says_why_it_does_not_forward),
		cmocka_unit_test(an_error_about_an_error_is_not_sent),
		cmocka_unit_test(a_router_cuts_what_is_too_big),
		cmocka_unit_test(a_smaller_mtu_on_the_way_is_learned),
	};

	return cmocka_run_group_tests_name("ipv4", tests, NULL, NULL);
}
