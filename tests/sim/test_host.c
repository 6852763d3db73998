/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts on a wire: ARP, UDP, ICMP, groups and streams. */
#include "tests/helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "core/base/text.h"
#include "sim/net/fault.h"
#include "tests/sim/host_net.h"

static unsigned count_arp(const struct net *net, uint16_t operation)
{
	unsigned count = 0;

	for (size_t i = 0; i < net->seens; i++)
		count += net->seen[i].packet.network == BR_NETWORK_ARP &&
		         net->seen[i].packet.arp.operation == operation;
	return count;
}

static void a_datagram_asks_arp_once_and_arrives(void **state)
{
	static const uint8_t mac_a[6] = {2, 0, 0, 0, 0, 1};
	struct net *net = net_new();

	(void)state;
	assert_int_equal(br_host_udp_open(net->host[1], 69), 0);
	assert_int_equal(net_send_text(net, 0, NET | 2, 69, "one"), 0);
	assert_int_equal(net_send_text(net, 0, NET | 2, 69, "two"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 2);
	assert_memory_equal(net->inbox[1].octets, "two", 3);
	assert_int_equal(br_endpoint_to_ipv4(&net->inbox[1].last.remote), NET | 1);
	assert_int_equal(br_endpoint_to_ipv4(&net->inbox[1].last.local), NET | 2);
	assert_int_equal(net->inbox[1].last.remote.port, 1000);
	assert_int_equal(net->inbox[1].last.ttl, 64);
	assert_memory_equal(net->inbox[1].last.remote_mac, mac_a, 6);
	assert_int_equal(count_arp(net, BR_ARP_REQUEST), 1);
	assert_int_equal(count_arp(net, BR_ARP_REPLY), 1);
	/* the asked one has learned who asked */
	assert_int_equal(br_host_udp_open(net->host[0], 1000), 0);
	assert_int_equal(net_send_text(net, 1, NET | 1, 1000, "three"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].datagrams, 1);
	assert_int_equal(count_arp(net, BR_ARP_REQUEST), 1);
	net_free(net);
}

static void arp_asks_three_times_then_tells_the_user(void **state)
{
	struct net *net = net_new();

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_int_equal(net_send_text(net, 0, NET | 99, 69, "lost"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(count_arp(net, BR_ARP_REQUEST), 3);
	assert_int_equal(net->seen[1].at - net->seen[0].at, 500 * BR_MS);
	assert_int_equal(net->seen[2].at - net->seen[1].at, 1000 * BR_MS);
	assert_int_equal(net->clock.now, 2500 * BR_MS);
	assert_int_equal(net->inbox[0].unreachables, br_host_limits_client.arp_pending_max);
	assert_int_equal(net->inbox[0].icmp, BR_HOST_NO_ANSWER);
	assert_int_equal(br_endpoint_to_ipv4(&net->inbox[0].unreachable_remote), NET | 99);
	assert_int_equal(br_host_counters(net->host[0])->unresolved, 20);
	net_free(net);
}

static void what_arp_knows_grows_old_and_is_limited(void **state)
{
	struct net *net = net_new();
	uint8_t mac[6] = {2, 9, 9, 9, 9, 9};

	(void)state;
	(void)br_host_udp_open(net->host[1], 69);
	(void)net_send_text(net, 0, NET | 2, 69, "x");
	net_run(net, 700 * BR_S);
	(void)net_send_text(net, 0, NET | 2, 69, "x");
	net_run(net, 1400 * BR_S);
	assert_int_equal(count_arp(net, BR_ARP_REQUEST), 2);
	assert_int_equal(net->inbox[1].datagrams, 2);
	/* more neighbours than places: all are served, the oldest are forgotten */
	for (uint32_t i = 0; i < 200; i++) {
		mac[5] = (uint8_t)i;
		br_host_arp_set(net->host[0], 0, NET | (i + 10), mac);
		assert_int_equal(net_send_text(net, 0, NET | (i + 10), 69, "x"), 0);
	}
	net_run(net, 1500 * BR_S);
	assert_int_equal(br_host_counters(net->host[0])->unresolved, 0);
	/* questions without answer hold their places only for a while */
	for (uint32_t i = 0; i < 20; i++)
		(void)net_send_text(net, 0, NET | (i + 210), 69, "x");
	assert_int_equal(br_host_counters(net->host[0])->unresolved, 12);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(br_host_counters(net->host[0])->unresolved, 20);
	net_free(net);
}

static void arp_between_others_teaches_only_those_who_want_it(void **state)
{
	(void)state;
	for (int all = 0; all < 2; all++) {
		struct net *net = net_new();
		struct br_host_habits habits = *br_host_get_habits(net->host[0]);

		net_add_host(net, 2, "c");
		net_add_link(net, 2, 0, NET | 3);
		(void)br_host_udp_open(net->host[1], 69); /* no ICMP, for which c would ask */
		(void)br_host_udp_open(net->host[2], 69);
		habits.arp_learn_all = all;
		br_host_set_habits(net->host[0], &habits);
		(void)net_send_text(net, 2, NET | 2, 69, "c asks for b, a hears it");
		net_run(net, BR_TIME_NEVER);
		assert_int_equal(count_arp(net, BR_ARP_REQUEST), 1);
		(void)net_send_text(net, 0, NET | 3, 69, "does a know c?");
		net_run(net, BR_TIME_NEVER);
		assert_int_equal(count_arp(net, BR_ARP_REQUEST), all ? 1 : 2);
		net_free(net);
	}
}

static void a_source_that_no_host_has_is_not_heard(void **state)
{
	static const uint32_t sources[] = {UINT32_C(0x7f000001), UINT32_C(0xe0000001), ALL,
	                                   NET | 255, NET | 1};
	struct net *net = net_new();

	(void)state; /* RFC 1122 §3.2.1.3 */
	(void)br_host_udp_open(net->host[1], 69);
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		struct br_datagram datagram = {.local = br_endpoint_ipv4(sources[i], 1000),
		                               .remote = br_endpoint_ipv4(NET | 2, 69)};

		assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0);
	}
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 1);
	assert_int_equal(br_host_counters(net->host[1])->bad, 4);
	net_free(net);
}

static void another_host_with_our_address_is_remarked(void **state)
{
	struct net *net = net_new();
	struct br_host_habits habits = *br_host_get_habits(net->host[1]);

	(void)state;
	habits.announce = true;
	br_host_set_habits(net->host[1], &habits);
	br_host_set_address(net->host[1], 0, NET | 1, MASK);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(count_arp(net, BR_ARP_REQUEST), 1);
	assert_int_equal(net->seen[0].packet.arp.sender_ip, NET | 1);
	assert_int_equal(net->seen[0].packet.arp.target_ip, NET | 1);
	assert_int_equal(net->inbox[0].remarks, 1);
	assert_non_null(strstr(net->inbox[0].remark, "02:00:00:00:00:02"));
	assert_int_equal(br_host_counters(net->host[0])->conflicts, 1);
	net_free(net);
}

static void a_client_without_address_hears_broadcast_and_its_own_mac(void **state)
{
	struct net *net = net_new();
	uint8_t mac[6] = {2, 0, 0, 0, 0, 2};
	struct br_datagram offer = {
		.local = br_endpoint_ipv4(NET | 1, 67),
		.remote = br_endpoint_ipv4(NET | 77, 68), /* yiaddr */
		.payload = {(const uint8_t *)"offer", 5},
	};

	(void)state;
	br_host_set_address(net->host[1], 0, 0, 0);
	assert_int_equal(br_host_udp_open(net->host[1], 68), 0);
	memcpy(offer.remote_mac, mac, 6);
	assert_int_equal(br_host_udp_send(net->host[0], &offer), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 1);
	assert_int_equal(br_endpoint_to_ipv4(&net->inbox[1].last.local), NET | 77);
	assert_int_equal(net->frames, 1); /* no ARP */
	memset(offer.remote_mac, 0, 6);
	offer.remote = br_endpoint_ipv4(ALL, 68);
	assert_int_equal(br_host_udp_send(net->host[0], &offer), 0);
	offer.remote = br_endpoint_ipv4(NET | 255, 68);
	assert_int_equal(br_host_udp_send(net->host[0], &offer), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 2); /* .255 means nothing to it yet */
	assert_memory_equal(net->seen[2].packet.eth_dst, "\xff\xff\xff\xff\xff\xff", 6);
	/* and it can speak itself, from 0.0.0.0, but to everyone only */
	assert_int_equal(br_host_udp_open(net->host[0], 67), 0);
	assert_int_equal(net_send_text(net, 1, ALL, 67, "discover"), 0);
	assert_int_equal(net_send_text(net, 1, NET | 1, 67, "request"), -ENETUNREACH);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].datagrams, 1);
	assert_int_equal(br_endpoint_to_ipv4(&net->inbox[0].last.remote), 0);
	assert_int_equal(net->inbox[1].unreachables, 0);
	net_free(net);
}

static void a_frame_to_another_mac_is_not_ours(void **state)
{
	struct net *net = net_new();
	struct br_datagram datagram = {.remote = br_endpoint_ipv4(NET | 2, 69),
	                               .remote_mac = {2, 0, 0, 0, 7, 7}};

	(void)state;
	(void)br_host_udp_open(net->host[1], 69);
	(void)br_host_udp_send(net->host[0], &datagram);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->frames, 1);
	assert_int_equal(net->inbox[1].datagrams, 0);
	net_free(net);
}

static void groups_are_heard_once_joined(void **state)
{
	struct net *net = net_new();
	const uint32_t group = UINT32_C(0xe0a50203);                        /* 224.165.2.3 */
	static const uint8_t mac[6] = {0x01, 0x00, 0x5e, 0x25, 0x02, 0x03}; /* RFC 1112 §6.4 */

	(void)state;
	(void)br_host_udp_open(net->host[1], 4011);
	assert_int_equal(net_send_text(net, 0, group, 4011, "x"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 0);
	assert_memory_equal(net->seen[0].packet.eth_dst, mac, 6);
	assert_int_equal(br_host_join_group(net->host[1], 0, group), 0);
	assert_int_equal(br_host_join_group(net->host[1], 0, NET | 3), -EINVAL);
	assert_int_equal(net_send_text(net, 0, group, 4011, "x"), 0);
	assert_int_equal(net_send_text(net, 0, group, 4012, "x"), 0); /* closed: no ICMP */
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 1);
	br_host_leave_group(net->host[1], 0, group);
	assert_int_equal(net_send_text(net, 0, group, 4011, "x"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 1);
	assert_int_equal(net->inbox[0].unreachables, 0);
	net_free(net);
}

static void a_closed_port_draws_port_unreachable(void **state)
{
	struct net *net = net_new();
	struct br_host_habits habits = *br_host_get_habits(net->host[1]);

	(void)state;
	assert_int_equal(net_send_text(net, 0, NET | 2, 69, "read"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].unreachables, 1);
	assert_int_equal(net->inbox[0].icmp, 3 << 8 | 3);
	assert_int_equal(net->inbox[0].unreachable_remote.port, 69);
	assert_int_equal(net_send_text(net, 0, ALL, 69, "read"), 0); /* RFC 1122 §3.2.2 */
	assert_int_equal(net_send_text(net, 0, NET | 255, 69, "read"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].unreachables, 1);
	habits.unreachables = false;
	br_host_set_habits(net->host[1], &habits);
	assert_int_equal(net_send_text(net, 0, NET | 2, 69, "read"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].unreachables, 1);
	habits.unreachables = true;
	br_host_set_habits(net->host[1], &habits);
	for (int i = 0; i < 300; i++)
		assert_int_equal(net_send_text(net, 0, NET | 2, 69, "flood"), 0);
	net_run(net, BR_TIME_NEVER);
	assert_in_range(net->inbox[0].unreachables, 50, 101);
	assert_true(br_host_counters(net->host[1])->icmp_limited > 150);
	net_free(net);
}

/* An IP protocol that no host speaks. */
static void send_protocol_99(struct net *net, uint32_t dst, bool to_all)
{
	struct br_packet_route route = {.eth_dst = {2, 0, 0, 0, 0, 2},
	                                .eth_src = {2, 0, 0, 0, 0, 1},
	                                .src = NET | 1,
	                                .dst = dst,
	                                .ttl = 64};
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));

	if (to_all)
		memset(route.eth_dst, 0xff, sizeof(route.eth_dst));
	assert_int_equal(br_packet_build_ip(frame, &route, 99,
	                                    (struct br_octets){(const uint8_t *)"12345678", 8},
	                                    (struct br_octets){NULL, 0}),
	                 0);
	br_frame_finish(frame);
	assert_int_equal(
		br_host_send_raw(net->host[0], 0, (struct br_octets){frame->data, frame->size}), 0);
	br_frame_unref(frame);
}

static void an_unknown_protocol_is_unreachable_but_not_for_all(void **state)
{
	struct net *net = net_new();

	(void)state; /* RFC 1122 §3.2.2 */
	send_protocol_99(net, ALL, true);
	send_protocol_99(net, NET | 255, true);
	send_protocol_99(net, NET | 2, true);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->frames, 3);
	send_protocol_99(net, NET | 2, false);
	net_run(net, BR_TIME_NEVER);

	const struct br_packet *answer = &net->seen[net->seens - 1].packet;

	assert_int_equal(answer->transport, BR_TRANSPORT_ICMP);
	assert_int_equal(answer->icmp.type << 8 | answer->icmp.code, 3 << 8 | 2);
	net_free(net);
}

static void ports_open_and_close_in_any_order(void **state)
{
	struct net *net = net_new();
	struct br_prng prng = br_prng_of(5, 5);
	bool open[65536] = {false};
	unsigned count = 0;

	(void)state;
	assert_int_equal(br_host_udp_open(net->host[0], 0), -EADDRINUSE);
	for (int i = 0; i < 20000; i++) {
		uint16_t port = (uint16_t)(1 + br_prng_below(&prng, 60) * 1021);

		if (br_prng_below(&prng, 2)) {
			int result = br_host_udp_open(net->host[0], port);
			int wanted = open[port] ? -EADDRINUSE : count == 8 ? -ENOSPC : 0;

			assert_int_equal(result, wanted);
			count += result == 0;
			open[port] |= result == 0;
		} else {
			br_host_udp_close(net->host[0], port);
			count -= open[port];
			open[port] = false;
		}
	}
	net_free(net);
}

static void pings_are_answered_small_and_large(void **state)
{
	struct net *net = net_new();
	struct br_packet_route route = {.eth_dst = {2, 0, 0, 0, 0, 2},
	                                .eth_src = {2, 0, 0, 0, 0, 1},
	                                .src = NET | 1,
	                                .dst = NET | 2,
	                                .ttl = 64};
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));
	uint8_t octets[1472];

	(void)state;
	memset(octets, 0xa5, sizeof(octets));
	for (size_t size = 0; size <= 1472; size += 736) {
		net->seens = 0;
		assert_int_equal(br_packet_build_icmp(frame, &route, BR_ICMP_ECHO, 0, 0x12340001,
		                                      (struct br_octets){octets, size}),
		                 0);
		br_frame_finish(frame);
		assert_int_equal(br_host_send_raw(net->host[0], 0,
		                                  (struct br_octets){frame->data, frame->size}),
		                 0);
		net_run(net, BR_TIME_NEVER);

		const struct br_packet *answer = &net->seen[net->seens - 1].packet;

		assert_int_equal(answer->transport, BR_TRANSPORT_ICMP);
		assert_int_equal(answer->icmp.type, BR_ICMP_ECHO_REPLY);
		assert_int_equal(answer->icmp.rest, 0x12340001);
		assert_int_equal(answer->payload_size, size);
	}
	frame->data[BR_ETHERNET_HEADER + BR_IPV4_HEADER + 20] ^=
		1; /* a wrong checksum: no answer */
	net->seens = 0;
	(void)br_host_send_raw(net->host[0], 0, (struct br_octets){frame->data, frame->size});
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->seens, 1);
	assert_int_equal(br_host_counters(net->host[1])->bad, 1);
	br_frame_unref(frame);
	net_free(net);
}

static void checksums_may_be_left_out(void **state)
{
	struct net *net = net_new();
	struct br_datagram datagram = {.remote = br_endpoint_ipv4(NET | 2, 69),
	                               .ttl = 255,
	                               .dont_fragment = true,
	                               .no_checksum = true,
	                               .payload = {(const uint8_t *)"u-boot", 6}};

	(void)state;
	(void)br_host_udp_open(net->host[1], 69);
	(void)br_host_udp_send(net->host[0], &datagram);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[1].datagrams, 1);
	assert_true(net->inbox[1].last.no_checksum);
	assert_true(net->inbox[1].last.dont_fragment);
	assert_int_equal(net->inbox[1].last.ttl, 255);
	assert_int_equal(net->seen[net->seens - 1].packet.wrong, 0);
	assert_int_equal(net->seen[net->seens - 1].packet.udp.checksum, 0);
	net_free(net);
}

/* A broadcast datagram to port 69 from host 0, with @tag behind the addresses; 0: without one */
static void send_tagged(struct net *net, uint32_t tag)
{
	/* clang-format off */
	static const uint8_t plain[] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 0, /* Ethernet */
		0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0xb8, 0xcc, 192, 0, 2, 1, 255, 255, 255, 255,
		3, 232, 0, 69, 0, 12, 0, 0, 'a', 'b', 'c', 'd',
	};
	/* clang-format on */
	uint8_t octets[sizeof(plain) + 4];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	br_put_bytes(&w, plain, 12);
	if (tag != 0)
		br_put_be32(&w, tag);
	br_put_bytes(&w, plain + 12, sizeof(plain) - 12);
	assert_int_equal(
		br_host_send_raw(net->host[0], 0, (struct br_octets){octets, br_written(&w)}), 0);
	net_run(net, net->clock.now + BR_S);
}

static void a_tag_that_says_a_priority_alone_is_no_other_network(void **state)
{
	struct net *net = net_new();
	const unsigned *heard = &net->inbox[1].datagrams;

	(void)state;
	assert_int_equal(br_host_udp_open(net->host[1], 69), 0);
	send_tagged(net, 0);
	assert_int_equal(*heard, 1);
	send_tagged(net, 0x8100a000); /* priority 5 */
	assert_int_equal(*heard, 2);
	assert_memory_equal(net->inbox[1].octets, "abcd", 4);
	send_tagged(net, 0x8100a003);
	send_tagged(net, 0x88a8a000); /* a provider's */
	assert_int_equal(*heard, 2);
	br_host_set_vlan(net->host[1], 0, 3);
	send_tagged(net, 0x8100a000);
	assert_int_equal(*heard, 2);
	send_tagged(net, 0x8100a003);
	assert_int_equal(*heard, 3);
	net_free(net);
}

static void stream_between(struct net *net, struct br_fault *fault, uint64_t up, uint64_t down)
{
	struct br_endpoint from = {.port = 0}, to = br_endpoint_ipv4(NET | 2, 80);

	br_segment_set_fault(net->segment[0], fault);
	net->inbox[0].to_send = up;
	net->inbox[1].to_send = down;
	assert_int_equal(br_host_tcp_listen(net->host[1], 80), 0);
	assert_true(br_host_tcp_connect(net->host[0], &from, &to) >= 0);
	net_run(net, BR_TIME_NEVER);
	for (int side = 0; side < 2; side++) {
		assert_int_equal(net->inbox[side].opened, 1);
		assert_int_equal(net->inbox[side].ended, 1);
		assert_int_equal(net->inbox[side].gone, 1);
		assert_int_equal(net->inbox[side].error, 0);
	}
	assert_int_equal(net->inbox[0].received, down);
	assert_int_equal(net->inbox[1].received, up);
}

static void a_mebibyte_crosses_the_wire_both_ways(void **state)
{
	struct net *net = net_new();

	(void)state;
	stream_between(net, NULL, 1 << 20, 1 << 20);
	assert_int_equal(br_host_tcp_counters(net->host[0])->retransmissions, 0);
	net_free(net);
}

static uint64_t faulty_run(uint64_t seed)
{
	const struct br_fault_rates rates = {.loss = 50000,
	                                     .duplicate = 30000,
	                                     .reorder = 50000,
	                                     .reorder_by = 3 * BR_MS,
	                                     .jitter = BR_MS / 2};
	struct net *net = net_new();
	struct br_fault *fault;

	assert_int_equal(br_fault_new(&fault, seed), 0);
	br_fault_set_rates(fault, &rates);
	stream_between(net, fault, 300000, 1 << 20);
	assert_true(br_host_tcp_counters(net->host[1])->retransmissions > 0);
	assert_true(br_host_tcp_counters(net->host[0])->out_of_order > 0);

	uint64_t hash = net->hash;

	net_free(net);
	br_fault_free(fault);
	return hash;
}

static void a_bad_wire_loses_nothing_and_repeats_with_its_seed(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 4; seed++)
		assert_true(faulty_run(seed) == faulty_run(seed));
	assert_true(faulty_run(1) != faulty_run(2));
}

static void a_connection_to_nobody_and_to_a_closed_port_fails(void **state)
{
	struct net *net = net_new();
	struct br_endpoint from = {.port = 0}, to = br_endpoint_ipv4(NET | 2, 81);

	(void)state;
	assert_true(br_host_tcp_connect(net->host[0], &from, &to) >= 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].error, ECONNREFUSED);
	to = br_endpoint_ipv4(NET | 99, 80);
	assert_true(br_host_tcp_connect(net->host[0], &from, &to) >= 0);
	net_run(net, BR_TIME_NEVER);
	assert_int_equal(net->inbox[0].gone, 2);
	assert_int_equal(net->inbox[0].error, EHOSTUNREACH); /* ARP never answered */
	to = br_endpoint_ipv4(FAR | 1, 80);
	assert_int_equal(br_host_tcp_connect(net->host[0], &from, &to), -ENETUNREACH);
	net_free(net);
}

static void nonsense_is_refused(void **state)
{
	struct net *net = net_new();
	struct br_host_limits limits = br_host_limits_client;
	struct br_host *host = NULL;
	uint8_t octets[2000] = {0};

	(void)state;
	limits.arp_entries_max = 0;
	assert_int_equal(br_host_new(&host, net->wire, "x", &limits, 1), -EINVAL);
	limits = br_host_limits_client;
	limits.streams_max = 0;
	assert_int_equal(br_host_new(&host, net->wire, "x", &limits, 1), -EINVAL);
	assert_null(host);
	assert_int_equal(br_host_send_raw(net->host[0], 1, (struct br_octets){octets, 60}),
	                 -EINVAL);
	assert_int_equal(br_host_send_raw(net->host[0], 0, (struct br_octets){octets, 13}),
	                 -EINVAL);
	assert_int_equal(br_host_send_raw(net->host[0], 0, (struct br_octets){octets, 2000}),
	                 -EINVAL);
	for (int i = 1; i < BR_HOST_LINKS_MAX; i++)
		assert_int_equal(br_host_add_link(net->host[0], net->segment[1], octets), i);
	assert_int_equal(br_host_add_link(net->host[0], net->segment[1], octets), -ENOSPC);
	net_free(net);
}

/* To its MAC, whatever address: heard by who waits for one, RFC 2131 §4.1. To who has IPv6 alone,
 * as a server of --address6, it is as if it had never been sent.
 */
static void without_an_address_only_a_dhcp_client_hears_unicast(void **state)
{
	(void)state;
	for (int client = 0; client < 2; client++) {
		struct net *net = net_new();
		struct br_datagram datagram = {.local = br_endpoint_ipv4(NET | 1, 1000),
		                               .remote = br_endpoint_ipv4(NET | 77, 69),
		                               .payload = br_text("who are you?")};

		net_add_host(net, 2, "c");
		net_add_link(net, 2, 0, 0);
		assert_int_equal(br_host_six_on(net->host[2], 0, &br_host_six_quiet), 0);
		(void)br_host_udp_open(net->host[2], 69);
		if (client)
			(void)br_host_udp_open(net->host[2], 68);
		memcpy(datagram.remote_mac, br_host_mac(net->host[2], 0), 6);
		assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0);
		datagram.remote.port = 70; /* closed: would draw ICMP */
		assert_int_equal(br_host_udp_send(net->host[0], &datagram), 0);
		net_run(net, BR_TIME_NEVER);
		assert_int_equal(net->inbox[2].datagrams, client);
		assert_int_equal(br_host_counters(net->host[2])->not_for_us, client ? 0 : 2);
		assert_int_equal(br_host_counters(net->host[2])->no_port, client);
		net_free(net);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_datagram_asks_arp_once_and_arrives),
		cmocka_unit_test(arp_asks_three_times_then_tells_the_user),
		cmocka_unit_test(what_arp_knows_grows_old_and_is_limited),
		cmocka_unit_test(arp_between_others_teaches_only_those_who_want_it),
		cmocka_unit_test(a_source_that_no_host_has_is_not_heard),
		cmocka_unit_test(another_host_with_our_address_is_remarked),
		cmocka_unit_test(a_client_without_address_hears_broadcast_and_its_own_mac),
		cmocka_unit_test(a_frame_to_another_mac_is_not_ours),
		cmocka_unit_test(groups_are_heard_once_joined),
		cmocka_unit_test(a_closed_port_draws_port_unreachable),
		cmocka_unit_test(an_unknown_protocol_is_unreachable_but_not_for_all),
		cmocka_unit_test(ports_open_and_close_in_any_order),
		cmocka_unit_test(pings_are_answered_small_and_large),
		cmocka_unit_test(checksums_may_be_left_out),
		cmocka_unit_test(a_tag_that_says_a_priority_alone_is_no_other_network),
		cmocka_unit_test(a_mebibyte_crosses_the_wire_both_ways),
		cmocka_unit_test(a_bad_wire_loses_nothing_and_repeats_with_its_seed),
		cmocka_unit_test(a_connection_to_nobody_and_to_a_closed_port_fails),
		cmocka_unit_test(without_an_address_only_a_dhcp_client_hears_unicast),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
