/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames taken apart: whole, cut at every length, flipped at every bit; and built. */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>

#include "sim/net/packet.h"

static const struct br_packet_route route = {
	.eth_dst = {1, 2, 3, 4, 5, 6},
	.eth_src = {7, 8, 9, 10, 11, 12},
	.src = 0xc0000201,
	.dst = 0xc0000202,
	.identification = 0x1234,
	.fragment = BR_IPV4_DONT_FRAGMENT,
	.tos = 0x10,
	.ttl = 64,
};

/* One frame outside any wire, with a pool of its own. */
struct lone {
	struct br_frame_pool pool;
	struct br_frame *frame;
};

static struct lone *lone(size_t size_max)
{
	static struct lone one;

	br_frame_pool_init(&one.pool, size_max, 1);
	one.frame = br_frame_new(&one.pool);
	assert_non_null(one.frame);
	return &one;
}

static void lone_reset(struct lone *one)
{
	br_frame_unref(one->frame);
	br_frame_pool_reset(&one->pool);
}

static struct br_octets text(const char *string)
{
	return (struct br_octets){(const uint8_t *)string, strlen(string)};
}

static void build_tcp_syn(struct br_frame *frame)
{
	static const uint8_t options[] = {2, 4,  5, 0xb4, 1, 3, 3, 7, 4, 2,
	                                  8, 10, 0, 0,    0, 1, 0, 0, 0, 0};
	struct br_packet_tcp tcp = {
		.sequence = 0xfffffff0,
		.acknowledgement = 5,
		.window = 65535,
		.flags = BR_TCP_SYN | BR_TCP_ACK,
		.options = {options, sizeof(options)},
	};

	assert_int_equal(br_packet_build_tcp(frame, &route, 40000, 80, &tcp, text("ab"), text("c")),
	                 0);
	br_frame_finish(frame);
}

static void what_is_built_parses_to_the_same(void **state)
{
	struct lone *one = lone(1514);
	struct br_packet packet;

	(void)state;
	assert_int_equal(
		br_packet_build_udp(one->frame, &route, 68, 67, text("disc"), text("over")), 0);
	assert_true(one->frame->checksums_virtual);
	br_packet_parse_frame(&packet, one->frame); /* not verified: virtual */
	assert_int_equal(packet.wrong, 0);
	br_frame_finish(one->frame);
	br_packet_parse_frame(&packet, one->frame); /* verified */
	assert_int_equal(packet.wrong, 0);
	assert_memory_equal(packet.eth_dst, route.eth_dst, 6);
	assert_memory_equal(packet.eth_src, route.eth_src, 6);
	assert_int_equal(packet.eth_type, BR_ETHERNET_TYPE_IPV4);
	assert_int_equal(packet.network, BR_NETWORK_IPV4);
	assert_int_equal(packet.transport, BR_TRANSPORT_UDP);
	assert_int_equal(packet.protocol, BR_IP_PROTOCOL_UDP);
	assert_int_equal(packet.ipv4.src, route.src);
	assert_int_equal(packet.ipv4.dst, route.dst);
	assert_int_equal(br_endpoint_to_ipv4(&packet.src), route.src);
	assert_int_equal(br_endpoint_to_ipv4(&packet.dst), route.dst);
	assert_int_equal(packet.src.port, 68);
	assert_int_equal(packet.dst.port, 67);
	assert_int_equal(packet.ipv4.identification, 0x1234);
	assert_int_equal(packet.ipv4.fragment, BR_IPV4_DONT_FRAGMENT);
	assert_false(packet.fragment);
	assert_int_equal(packet.ipv4.tos, 0x10);
	assert_int_equal(packet.ipv4.ttl, 64);
	assert_int_equal(packet.ipv4.size, 36);
	assert_int_equal(packet.udp.size, 16);
	assert_int_equal(packet.payload.size, 8);
	assert_int_equal(packet.payload_size, 8);
	assert_memory_equal(packet.payload.data, "discover", 8);
	assert_int_equal(packet.ip_payload_size, 16);
	lone_reset(one);
}

static void tcp_options_are_read_from_a_syn(void **state)
{
	struct lone *one = lone(1514);
	struct br_packet packet;

	(void)state;
	build_tcp_syn(one->frame);
	br_packet_parse_frame(&packet, one->frame);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.transport, BR_TRANSPORT_TCP);
	assert_int_equal(packet.tcp.sequence, 0xfffffff0);
	assert_int_equal(packet.tcp.acknowledgement, 5);
	assert_int_equal(packet.tcp.flags, BR_TCP_SYN | BR_TCP_ACK);
	assert_int_equal(packet.tcp.window, 65535);
	assert_int_equal(packet.tcp.header_size, 40);
	assert_int_equal(packet.tcp.mss, 1460);
	assert_int_equal(packet.tcp.window_scale, 7);
	assert_true(packet.tcp.sack_permitted);
	assert_true(packet.tcp.timestamps);
	assert_memory_equal(packet.payload.data, "abc", 3);
	/* an option that runs over the edge is said, the rest is kept */
	one->frame->data[14 + 20 + 20 + 11] = 99;
	br_packet_parse(&packet, (struct br_octets){one->frame->data, one->frame->size},
	                one->frame->size, false);
	assert_int_equal(packet.wrong, BR_PACKET_BAD_OPTION);
	assert_int_equal(packet.tcp.mss, 1460);
	assert_int_equal(packet.payload.size, 3);
	lone_reset(one);
}

static void arp_and_icmp_go_both_ways(void **state)
{
	struct lone *one = lone(1514);
	struct br_packet_arp arp = {.operation = BR_ARP_REPLY,
	                            .sender_ip = 0xc0000201,
	                            .target_ip = 0xc0000202,
	                            .sender_mac = {1, 2, 3, 4, 5, 6},
	                            .target_mac = {6, 5, 4, 3, 2, 1}};
	struct br_packet packet;

	(void)state;
	assert_int_equal(br_packet_build_arp(one->frame, route.eth_dst, route.eth_src, &arp), 0);
	assert_int_equal(one->frame->size, 42);
	br_packet_parse_frame(&packet, one->frame);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.network, BR_NETWORK_ARP);
	assert_int_equal(packet.arp.operation, BR_ARP_REPLY);
	assert_int_equal(packet.arp.sender_ip, arp.sender_ip);
	assert_int_equal(packet.arp.target_ip, arp.target_ip);
	assert_memory_equal(packet.arp.sender_mac, arp.sender_mac, 6);
	assert_memory_equal(packet.arp.target_mac, arp.target_mac, 6);
	one->frame->data[14 + 1] = 6; /* IEEE 802 networks: not ours */
	br_packet_parse_frame(&packet, one->frame);
	assert_int_equal(packet.wrong, BR_PACKET_BAD_HEADER);
	assert_int_equal(packet.network, BR_NETWORK_OTHER);

	assert_int_equal(
		br_packet_build_icmp(one->frame, &route, BR_ICMP_ECHO, 0, 0x00010002, text("ping")),
		0);
	br_frame_finish(one->frame);
	br_packet_parse_frame(&packet, one->frame);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.transport, BR_TRANSPORT_ICMP);
	assert_int_equal(packet.icmp.type, BR_ICMP_ECHO);
	assert_int_equal(packet.icmp.rest, 0x00010002);
	assert_memory_equal(packet.payload.data, "ping", 4);
	lone_reset(one);
}

static void vlan_tags_are_stepped_over(void **state)
{
	struct lone *one = lone(1518);
	struct br_packet_route tagged = route;
	uint8_t twice[64];
	struct br_packet packet;

	(void)state;
	tagged.vlan_tagged = true;
	tagged.vlan = 0x6005;
	assert_int_equal(
		br_packet_build_udp(one->frame, &tagged, 1, 2, text("x"), (struct br_octets){0}),
		0);
	br_frame_finish(one->frame);
	br_packet_parse_frame(&packet, one->frame);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.vlan_tags, 1);
	assert_int_equal(packet.vlan, 0x6005);
	assert_int_equal(packet.transport, BR_TRANSPORT_UDP);
	memcpy(twice, one->frame->data, 12);
	memcpy(twice + 12, "\x88\xa8\x00\x07", 4);
	memcpy(twice + 16, one->frame->data + 12, one->frame->size - 12);
	br_packet_parse(&packet, (struct br_octets){twice, one->frame->size + 4},
	                one->frame->size + 4, true);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.vlan_tags, 2);
	assert_int_equal(packet.vlan, 0x6005);
	assert_int_equal(packet.dst.port, 2);
	for (uint16_t outer = 0x9100; outer <= 0x9200; outer += 0x100) { /* before 802.1ad */
		twice[12] = (uint8_t)(outer >> 8);
		twice[13] = 0;
		br_packet_parse(&packet, (struct br_octets){twice, one->frame->size + 4},
		                one->frame->size + 4, true);
		assert_int_equal(packet.vlan_tags, 2);
		assert_int_equal(packet.dst.port, 2);
	}
	lone_reset(one);
}

static void padding_is_no_payload(void **state)
{
	struct lone *one = lone(1514);
	struct br_packet packet;

	(void)state;
	assert_int_equal(
		br_packet_build_udp(one->frame, &route, 1, 2, text("x"), (struct br_octets){0}), 0);
	br_frame_finish(one->frame);
	memset(one->frame->data + one->frame->size, 0xee, 17);
	one->frame->size = 60;
	br_packet_parse_frame(&packet, one->frame);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.payload.size, 1);
	assert_int_equal(packet.payload_size, 1);

	struct br_packet_tcp ack = {.flags = BR_TCP_ACK}; /* which has no length of its own */

	assert_int_equal(br_packet_build_tcp(one->frame, &route, 1, 2, &ack, (struct br_octets){0},
	                                     (struct br_octets){0}),
	                 0);
	br_frame_finish(one->frame);
	assert_int_equal(one->frame->size, 54);
	one->frame->size = 60;
	br_packet_parse_frame(&packet, one->frame);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.payload.size, 0);
	assert_int_equal(packet.payload_size, 0);
	lone_reset(one);
}

/* Every length, as a frame that ends there and as a capture that does. */
static void a_frame_cut_anywhere_is_said_to_be_cut(void **state)
{
	struct lone *one = lone(1514);

	(void)state;
	build_tcp_syn(one->frame);
	for (size_t size = 0; size < one->frame->size; size++) {
		struct br_reader r = guarded(one->frame->data, size);
		struct br_packet packet;

		br_packet_parse(&packet, (struct br_octets){r.pos, size}, size, true);
		assert_true(packet.wrong & BR_PACKET_SHORT);
		assert_false(packet.wrong & BR_PACKET_CUT);
		br_packet_parse(&packet, (struct br_octets){r.pos, size}, one->frame->size, true);
		if (size < 14 + 20 + 40) {
			assert_int_equal(packet.wrong, BR_PACKET_CUT);
			if (size >= 14 + 20) /* else it is that of the header before */
				assert_int_equal(packet.payload.size, 0);
		} else { /* cut payload is no fault, its checksum is believed */
			assert_int_equal(packet.wrong, 0);
			assert_int_equal(packet.payload.size, size - 74);
		}
		if (size >= 14 + 20 + 20) {
			assert_int_equal(packet.tcp.sequence, 0xfffffff0);
			assert_int_equal(packet.payload_size, 3);
		}
	}
	lone_reset(one);
}

static void every_flipped_bit_behind_ethernet_is_noticed(void **state)
{
	struct lone *one = lone(1514);
	struct br_packet packet;

	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		if (kind == 0)
			build_tcp_syn(one->frame);
		else if (kind == 1)
			(void)br_packet_build_udp(one->frame, &route, 69, 70, text("abc"),
			                          text("defg"));
		else
			(void)br_packet_build_icmp(one->frame, &route, 8, 0, 1, text("abcdefg"));
		br_frame_finish(one->frame);
		br_packet_parse_frame(&packet, one->frame);
		assert_int_equal(packet.wrong, 0);
		for (size_t bit = 14 * 8; bit < one->frame->size * 8; bit++) {
			one->frame->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			br_packet_parse_frame(&packet, one->frame);
			assert_true(packet.wrong != 0);
			one->frame->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	lone_reset(one);
}

static void lengths_that_contradict_each_other_are_said(void **state)
{
	struct lone *one = lone(1514);
	uint8_t *ip = one->frame->data + 14, *udp = ip + 20;
	struct br_octets octets = {one->frame->data, 0};
	struct br_packet packet;

	(void)state;
	(void)br_packet_build_udp(one->frame, &route, 1, 2, text("abcd"), (struct br_octets){0});
	octets.size = one->frame->size;
	udp[5] = 7; /* below the header */
	br_packet_parse(&packet, octets, octets.size, false);
	assert_int_equal(packet.wrong, BR_PACKET_BAD_LENGTH);
	udp[5] = 13; /* above what IP carries */
	br_packet_parse(&packet, octets, octets.size, false);
	assert_int_equal(packet.wrong, BR_PACKET_BAD_LENGTH);
	udp[5] = 9; /* below what IP carries: the rest is nobody's */
	br_packet_parse(&packet, octets, octets.size, false);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.payload.size, 1);
	ip[3] = 19; /* total length below the header */
	br_packet_parse(&packet, octets, octets.size, false);
	assert_int_equal(packet.wrong, BR_PACKET_BAD_LENGTH);
	assert_int_equal(packet.transport, BR_TRANSPORT_NONE);
	ip[3] = 33; /* above the frame */
	br_packet_parse(&packet, octets, octets.size, false);
	assert_true(packet.wrong & BR_PACKET_SHORT);
	ip[0] = 0x44; /* a header of 16 octets */
	br_packet_parse(&packet, octets, octets.size, false);
	assert_int_equal(packet.wrong, BR_PACKET_BAD_LENGTH);
	ip[0] = 0x65;
	br_packet_parse(&packet, octets, octets.size, false);
	assert_true(packet.wrong & BR_PACKET_BAD_HEADER);
	lone_reset(one);
}

static void ip_options_are_stepped_over(void **state)
{
	struct lone *one = lone(1514);
	uint8_t octets[100];
	struct br_packet packet;

	(void)state;
	(void)br_packet_build_udp(one->frame, &route, 1, 2, text("abcd"), (struct br_octets){0});
	memcpy(octets, one->frame->data, 34);
	memset(octets + 34, 1, 8); /* no-operations */
	memcpy(octets + 42, one->frame->data + 34, 12);
	octets[14] = 0x47;
	octets[17] = 40;
	br_packet_parse(&packet, (struct br_octets){octets, 54}, 54, false);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.ipv4.header_size, 28);
	assert_int_equal(packet.dst.port, 2);
	assert_memory_equal(packet.payload.data, "abcd", 4);
	lone_reset(one);
}

static void only_the_first_fragment_has_a_transport_header(void **state)
{
	struct lone *one = lone(1514);
	struct br_packet_route piece = route;
	struct br_packet packet;

	(void)state;
	piece.fragment = BR_IPV4_MORE_FRAGMENTS;
	assert_int_equal(
		br_packet_build_ip(one->frame, &piece, BR_IP_PROTOCOL_UDP,
	                           (struct br_octets){(const uint8_t *)"\0\1\0\2\5\0\0\1", 8},
	                           text("12345678")),
		0);
	br_frame_finish(one->frame);
	br_packet_parse_frame(&packet, one->frame);
	assert_int_equal(packet.wrong, 0); /* its length and checksum are of the whole */
	assert_true(packet.fragment);
	assert_int_equal(packet.transport, BR_TRANSPORT_UDP);
	assert_int_equal(packet.dst.port, 2);
	assert_int_equal(packet.ip_payload.size, 16);
	piece.fragment = 2;
	assert_int_equal(br_packet_build_ip(one->frame, &piece, BR_IP_PROTOCOL_UDP,
	                                    text("12345678"), (struct br_octets){0}),
	                 0);
	br_frame_finish(one->frame);
	br_packet_parse_frame(&packet, one->frame);
	assert_int_equal(packet.wrong, 0);
	assert_true(packet.fragment);
	assert_int_equal(packet.transport, BR_TRANSPORT_NONE);
	assert_int_equal(packet.protocol, BR_IP_PROTOCOL_UDP);
	assert_int_equal(packet.dst.port, 0);
	assert_memory_equal(packet.ip_payload.data, "12345678", 8);
	lone_reset(one);
}

static void a_quoted_datagram_gives_its_ports(void **state)
{
	struct lone *one = lone(1514);
	struct br_packet packet;

	(void)state;
	build_tcp_syn(one->frame);
	br_packet_parse_ip(&packet, (struct br_octets){one->frame->data + 14, 28}, 28, false);
	assert_true(packet.wrong & BR_PACKET_SHORT);
	assert_int_equal(packet.transport, BR_TRANSPORT_TCP);
	assert_int_equal(packet.src.port, 40000);
	assert_int_equal(packet.dst.port, 80);
	assert_int_equal(packet.tcp.sequence, 0xfffffff0);
	lone_reset(one);
}

static void udp_without_checksum_is_fine(void **state)
{
	struct lone *one = lone(1514);
	struct br_packet packet;

	(void)state;
	(void)br_packet_build_udp(one->frame, &route, 1, 2, text("x"), (struct br_octets){0});
	br_frame_finish(one->frame);
	one->frame->data[14 + 20 + 6] = one->frame->data[14 + 20 + 7] = 0;
	br_packet_parse_frame(&packet, one->frame);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.udp.checksum, 0);
	lone_reset(one);
}

/* Ethernet, IPv6, then hop-by-hop, routing, destination options, fragment 0 of 1, UDP. */
/* clang-format off */
static const uint8_t ipv6_udp[] = {
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x86, 0xdd, /* Ethernet */
	0x6a, 0xb1, 0x23, 0x45, 0, 50, 0, 64,              /* version to hop limit */
	0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	43, 0, 1, 4, 0, 0, 0, 0,     /* hop-by-hop, PadN */
	60, 0, 4, 0, 0, 0, 0, 0,     /* routing */
	44, 0, 1, 4, 0, 0, 0, 0,     /* destination options */
	17, 0, 0, 0, 0, 0, 0, 7,     /* fragment: offset 0, no more (an atomic one) */
	0x02, 0x22, 0x02, 0x23, 0, 18, 0, 0, 's', 'o', 'l', 'i', 'c', 'i', 't', '-', 'v', '6',
};
/* clang-format on */

static void ipv6_headers_are_walked(void **state)
{
	uint8_t octets[sizeof(ipv6_udp)];
	struct br_packet packet;

	(void)state;
	memcpy(octets, ipv6_udp, sizeof(octets));
	br_packet_parse(&packet, (struct br_octets){octets, sizeof(octets)}, sizeof(octets), false);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.network, BR_NETWORK_IPV6);
	assert_int_equal(packet.transport, BR_TRANSPORT_UDP);
	assert_false(packet.fragment);
	assert_int_equal(packet.ipv6.traffic_class, 0xab);
	assert_int_equal(packet.ipv6.flow, 0x12345);
	assert_int_equal(packet.ipv6.hop_limit, 64);
	assert_int_equal(packet.src.ip[15], 1);
	assert_int_equal(packet.dst.ip[15], 2);
	assert_int_equal(packet.src.port, 546);
	assert_int_equal(packet.dst.port, 547);
	assert_memory_equal(packet.payload.data, "solicit-v6", 10);
	br_packet_parse(&packet, (struct br_octets){octets, sizeof(octets)}, sizeof(octets), true);
	assert_int_equal(packet.wrong, BR_PACKET_BAD_L4_CHECKSUM); /* 0 is none over IPv4 only */

	uint32_t sum = br_checksum_add(17 + 18, octets + 22, 32);
	uint16_t checksum = br_checksum_fold(br_checksum_add(sum, octets + 86, 18));

	octets[92] = (uint8_t)(checksum >> 8);
	octets[93] = (uint8_t)checksum;
	br_packet_parse(&packet, (struct br_octets){octets, sizeof(octets)}, sizeof(octets), true);
	assert_int_equal(packet.wrong, 0);
	for (size_t size = 0; size < sizeof(octets); size++) {
		struct br_reader r = guarded(octets, size);

		br_packet_parse(&packet, (struct br_octets){r.pos, size}, size, true);
		assert_true(packet.wrong & BR_PACKET_SHORT);
		br_packet_parse(&packet, (struct br_octets){r.pos, size}, sizeof(octets), true);
		assert_int_equal(packet.wrong, size < 94 ? BR_PACKET_CUT : 0);
	}
	octets[14 + 40 + 24 + 3] = 8; /* fragment offset 1 */
	br_packet_parse(&packet, (struct br_octets){octets, sizeof(octets)}, sizeof(octets), true);
	assert_true(packet.fragment);
	assert_int_equal(packet.transport, BR_TRANSPORT_NONE);
	assert_int_equal(packet.ipv6.identification, 7);
}

static void other_frames_are_left_alone(void **state)
{
	uint8_t llc[60] = {1, 0x80, 0xc2, 0, 0, 0, 2, 2, 2, 2, 2, 2, 0, 38, 0x42, 0x42, 3};
	struct br_packet packet;

	(void)state;
	br_packet_parse(&packet, (struct br_octets){llc, sizeof(llc)}, sizeof(llc), true);
	assert_int_equal(packet.wrong, 0);
	assert_int_equal(packet.network, BR_NETWORK_OTHER);
	assert_int_equal(packet.eth_type, 38); /* a length: spanning tree */
	assert_int_equal(packet.payload.size, 46);
}

static void what_does_not_fit_is_not_built(void **state)
{
	struct lone *one = lone(60);
	uint8_t octets[60] = {0};
	struct br_packet_tcp tcp = {.options = {octets, 41}};

	(void)state;
	one->frame->size = 7;
	assert_int_equal(br_packet_build_udp(one->frame, &route, 1, 2,
	                                     (struct br_octets){octets, 18}, (struct br_octets){0}),
	                 0);
	one->frame->size = 7;
	assert_int_equal(br_packet_build_udp(one->frame, &route, 1, 2,
	                                     (struct br_octets){octets, 18},
	                                     (struct br_octets){octets, 1}),
	                 -EMSGSIZE);
	assert_int_equal(br_packet_build_tcp(one->frame, &route, 1, 2, &tcp, (struct br_octets){0},
	                                     (struct br_octets){0}),
	                 -EMSGSIZE);
	assert_int_equal(
		br_packet_build_icmp(one->frame, &route, 8, 0, 0, (struct br_octets){octets, 19}),
		-EMSGSIZE);
	assert_int_equal(one->frame->size, 7);
	lone_reset(one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_built_parses_to_the_same),
		cmocka_unit_test(tcp_options_are_read_from_a_syn),
		cmocka_unit_test(arp_and_icmp_go_both_ways),
		cmocka_unit_test(vlan_tags_are_stepped_over),
		cmocka_unit_test(padding_is_no_payload),
		cmocka_unit_test(a_frame_cut_anywhere_is_said_to_be_cut),
		cmocka_unit_test(every_flipped_bit_behind_ethernet_is_noticed),
		cmocka_unit_test(lengths_that_contradict_each_other_are_said),
		cmocka_unit_test(ip_options_are_stepped_over),
		cmocka_unit_test(only_the_first_fragment_has_a_transport_header),
		cmocka_unit_test(a_quoted_datagram_gives_its_ports),
		cmocka_unit_test(udp_without_checksum_is_fine),
		cmocka_unit_test(ipv6_headers_are_walked),
		cmocka_unit_test(other_frames_are_left_alone),
		cmocka_unit_test(what_does_not_fit_is_not_built),
	};

	return cmocka_run_group_tests_name("packet", tests, NULL, NULL);
}
