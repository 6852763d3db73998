/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/sim/six_net.h - nets of IPv6 hosts for tests, on those of host_net.h */
#ifndef BR_TESTS_SIM_SIX_NET_H
#define BR_TESTS_SIM_SIX_NET_H

#include <string.h>

#include "core/base/text.h"
#include "tests/sim/host_net.h"

static inline struct br_endpoint end(const char *text, uint16_t port)
{
	struct br_endpoint e = {.port = port};

	assert_true(br_text_get_ip(br_text(text), e.ip));
	return e;
}

static inline void assert_ip(const uint8_t ip[16], const char *text)
{
	uint8_t room[64];
	struct br_writer w = br_writer_of(room, sizeof(room));

	assert_non_null(ip);
	br_text_put_ip(&w, ip);
	assert_string_equal(br_text_end(&w), text);
}

static inline void add(struct net *net, int host, uint32_t link, const char *text, uint8_t bits)
{
	assert_int_equal(br_host_add_address6(net->host[host], link, end(text, 0).ip, bits, true),
	                 0);
}

/* 2001:db8::1 and ::2 on the net of net_new(), both up since long */
static inline struct net *six_new(void)
{
	struct net *net = net_new();

	for (int i = 0; i < 2; i++)
		assert_int_equal(br_host_six_on(net->host[i], 0, &br_host_six_quiet), 0);
	add(net, 0, 0, "2001:db8::1", 64);
	add(net, 1, 0, "2001:db8::2", 64);
	return net;
}

/* Host 2 joins that net with one of MTU 600 made 1500, where host 3 is. */
static inline struct net *routed_new(void)
{
	struct net *net = six_new();

	net_add_host(net, 2, "router");
	net_add_link(net, 2, 0, NET | 254);
	net_add_link(net, 2, 1, FAR | 254);
	net_add_host(net, 3, "far");
	net_add_link(net, 3, 1, FAR | 1);
	br_host_set_forwarding(net->host[2], true);
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(br_host_six_on(net->host[2], i, &br_host_six_quiet), 0);
	assert_int_equal(br_host_six_on(net->host[3], 0, &br_host_six_quiet), 0);
	add(net, 2, 0, "2001:db8::fe", 64);
	add(net, 2, 1, "2001:db8:f::fe", 64);
	add(net, 3, 0, "2001:db8:f::1", 64);
	br_host_set_gateway6(net->host[0], 0, end("2001:db8::fe", 0).ip);
	br_host_set_gateway6(net->host[3], 0, end("2001:db8:f::fe", 0).ip);
	return net;
}

static inline int send_text(struct net *net, int from, struct br_endpoint to, const char *text)
{
	struct br_datagram datagram = {
		.local = {.port = 1000},
		.remote = to,
		.payload = {(const uint8_t *)text, strlen(text)},
	};

	return br_host_udp_send(net->host[from], &datagram);
}

static inline unsigned icmp6_seen(const struct net *net, uint8_t type)
{
	unsigned count = 0;

	for (size_t i = 0; i < net->seens; i++)
		count += net->seen[i].packet.transport == BR_TRANSPORT_ICMPV6 &&
		         net->seen[i].packet.icmp.type == type;
	return count;
}

static inline void assert_nothing_wrong(const struct net *net)
{
	for (size_t i = 0; i < net->seens; i++)
		assert_int_equal(net->seen[i].packet.wrong, 0);
}

/* ICMPv6 out of host 0's port, hop limit 255, whoever it says that it is from */
static inline void forge(struct net *net, const char *src, const char *dst, const uint8_t to[6],
                         uint8_t type, uint32_t word, struct br_octets body)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));
	struct br_packet_route route = {.eth_src = {2, 0, 0, 0, 0, 1}, .six = true, .ttl = 255};

	memcpy(route.eth_dst, to, sizeof(route.eth_dst));
	memcpy(route.src6, end(src, 0).ip, sizeof(route.src6));
	memcpy(route.dst6, end(dst, 0).ip, sizeof(route.dst6));
	assert_int_equal(br_packet_build_icmp(frame, &route, type, 0, word, body), 0);
	br_port_send(br_host_port(net->host[0], 0), frame);
	net_run(net, net->clock.now + BR_S);
}

static const uint8_t to_nodes[6] = {0x33, 0x33, 0, 0, 0, 1}, to_second[6] = {2, 0, 0, 0, 0, 2};

static inline void forge_router(struct net *net, const char *src, uint16_t lifetime_s,
                                const char *prefix, uint32_t valid_s)
{
	struct br_nd_router router = {.lifetime_s = lifetime_s, .prefixes = 1};
	uint8_t octets[BR_ND_MESSAGE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	uint32_t word;

	router.prefix[0] = (struct br_nd_prefix){.length = 64, .on_link = true, .valid_s = valid_s};
	memcpy(router.prefix[0].prefix, end(prefix, 0).ip, 16);
	word = br_nd_router_put(&w, &router);
	forge(net, src, "ff02::1", to_nodes, BR_ICMP6_ROUTER_ADVERTISEMENT, word,
	      (struct br_octets){octets, br_written(&w)});
}

#endif
