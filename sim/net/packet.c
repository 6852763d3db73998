/* SPDX-License-Identifier: BSD-2-Clause */
/* Each header is checked once against its edge and then read by plain loads: every
 * frame of every run passes here several times, a cursor that checks each field
 * would cost more than the hosts do.
 */
#include "sim/net/packet.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum {
	ARP_HARDWARE_ETHERNET = 1,
	ETHERNET_TYPE_MIN = 1536, /* below: an 802.3 length */
	IPV6_HOP_BY_HOP = 0,
	IPV6_ROUTING = 43,
	IPV6_FRAGMENT = 44,
	IPV6_AUTHENTICATION = 51,
	IPV6_DESTINATION = 60,
	TCP_OPTION_END = 0,
	TCP_OPTION_NOP = 1,
	TCP_OPTION_MSS = 2,
	TCP_OPTION_WINDOW_SCALE = 3,
	TCP_OPTION_SACK_PERMITTED = 4,
	TCP_OPTION_TIMESTAMPS = 8,
	WINDOW_SCALE_MAX = 14, /* RFC 7323 §2.3: more is taken as 14 */
};

/* What is left to dissect: @size is what the wire carried, @captured what we have. */
struct rest {
	const uint8_t *data;
	size_t captured, size;
	uint8_t verify; /* which checksums: bits of enum br_checksum_bit */
};

static inline uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void set_be16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void set_be32(uint8_t *p, uint32_t value)
{
	set_be16(p, (uint16_t)(value >> 16));
	set_be16(p + 2, (uint16_t)value);
}

/* Is a header of @size there? If not, says who cut it. */
static bool whole(struct br_packet *packet, const struct rest *rest, size_t size)
{
	if (rest->captured >= size)
		return true;
	packet->wrong |= rest->size >= size ? BR_PACKET_CUT : BR_PACKET_SHORT;
	return false;
}

static void step(struct rest *rest, size_t size)
{
	rest->data += size;
	rest->captured -= size;
	rest->size -= size;
}

/* What lies behind @size is padding. */
static void trim(struct rest *rest, size_t size)
{
	if (rest->size > size)
		rest->size = size;
	if (rest->captured > size)
		rest->captured = size;
}

static void set_payload(struct br_packet *packet, const struct rest *rest)
{
	packet->payload = (struct br_octets){.data = rest->data, .size = rest->captured};
	packet->payload_size = (uint32_t)rest->size;
}

uint32_t br_packet_pseudo_sum(uint32_t src, uint32_t dst, uint8_t protocol, size_t size)
{
	return (src >> 16) + (src & 0xffff) + (dst >> 16) + (dst & 0xffff) + protocol +
	       (uint32_t)size;
}

/* RFC 8200 §8.1 */
static uint32_t pseudo_sum6(const uint8_t src[16], const uint8_t dst[16], uint8_t protocol,
                            size_t size)
{
	uint32_t sum = br_checksum_add(0, src, 16);

	return br_checksum_add(sum, dst, 16) + protocol + (uint32_t)size;
}

uint32_t br_packet_route_sum(const struct br_packet_route *route, uint8_t protocol, size_t size)
{
	return route->six ? pseudo_sum6(route->src6, route->dst6, protocol, size)
	                  : br_packet_pseudo_sum(route->src, route->dst, protocol, size);
}

static uint32_t pseudo_sum(const struct br_packet *packet, size_t size)
{
	if (packet->network == BR_NETWORK_IPV4)
		return br_packet_pseudo_sum(packet->ipv4.src, packet->ipv4.dst, packet->protocol,
		                            size);
	return pseudo_sum6(packet->src.ip, packet->dst.ip, packet->protocol, size);
}

/* @sum: of the pseudo header, or 0. Only what is there whole can be checked. */
static void verify(struct br_packet *packet, const struct rest *rest, uint32_t sum)
{
	if (!(rest->verify & BR_CHECKSUM_TRANSPORT) || packet->fragment ||
	    rest->captured < rest->size)
		return;
	if (br_checksum_fold(br_checksum_add(sum, rest->data, rest->size)) != 0)
		packet->wrong |= BR_PACKET_BAD_L4_CHECKSUM;
}

enum br_sum br_packet_sum(const struct br_packet *packet)
{
	bool tcp = packet->transport == BR_TRANSPORT_TCP;
	uint16_t sum = tcp ? packet->tcp.checksum : packet->udp.checksum;
	size_t size = tcp ? packet->ip_payload_size : packet->udp.size;

	if ((packet->transport != BR_TRANSPORT_UDP && !tcp) || (sum == 0 && !tcp))
		return BR_SUM_NONE;
	if (packet->fragment || packet->wrong & (BR_PACKET_CUT | BR_PACKET_BAD_LENGTH) ||
	    packet->ip_payload.size < size)
		return BR_SUM_UNSEEN;
	uint32_t pseudo = pseudo_sum(packet, size);

	if (br_checksum_fold(br_checksum_add(pseudo, packet->ip_payload.data, size)) == 0)
		return BR_SUM_RIGHT;
	uint16_t unfilled = (uint16_t)~br_checksum_fold(pseudo);
	/* where the NIC cuts TCP into segments too, the length is not in the sum */
	uint16_t segmented = (uint16_t)~br_checksum_fold(pseudo_sum(packet, 0));

	return sum == unfilled || sum == 0 || (tcp && sum == segmented) ? BR_SUM_UNFILLED
	                                                                : BR_SUM_WRONG;
}

static void get_ports(struct br_packet *packet, const struct rest *rest)
{
	if (rest->captured < 4)
		return;
	packet->src.port = be16(rest->data);
	packet->dst.port = be16(rest->data + 2);
}

/* RFC 768 */
static void parse_udp(struct br_packet *packet, struct rest *rest)
{
	packet->transport = BR_TRANSPORT_UDP;
	get_ports(packet, rest);
	if (!whole(packet, rest, BR_UDP_HEADER)) {
		set_payload(packet, &(struct rest){0});
		return;
	}
	packet->udp.size = be16(rest->data + 4);
	packet->udp.checksum = be16(rest->data + 6);
	if (packet->udp.size < BR_UDP_HEADER ||
	    (packet->udp.size > rest->size && !packet->fragment))
		packet->wrong |= BR_PACKET_BAD_LENGTH;
	else
		trim(rest, packet->udp.size);
	if (packet->udp.checksum != 0 || packet->network == BR_NETWORK_IPV6)
		verify(packet, rest, rest->verify ? pseudo_sum(packet, rest->size) : 0);
	step(rest, BR_UDP_HEADER);
	set_payload(packet, rest);
}

/* RFC 9293 §3.1, only what a SYN may say */
static void parse_tcp_options(struct br_packet *packet)
{
	const uint8_t *pos = packet->tcp.options.data;
	const uint8_t *end = pos + packet->tcp.options.size;

	while (pos < end && *pos != TCP_OPTION_END) {
		if (*pos == TCP_OPTION_NOP) {
			pos++;
			continue;
		}
		if (end - pos < 2 || pos[1] < 2 || pos[1] > end - pos) {
			packet->wrong |= BR_PACKET_BAD_OPTION;
			return;
		}
		if (pos[0] == TCP_OPTION_MSS && pos[1] == 4)
			packet->tcp.mss = be16(pos + 2);
		else if (pos[0] == TCP_OPTION_WINDOW_SCALE && pos[1] == 3)
			packet->tcp.window_scale =
				(int8_t)(pos[2] > WINDOW_SCALE_MAX ? WINDOW_SCALE_MAX : pos[2]);
		else if (pos[0] == TCP_OPTION_SACK_PERMITTED)
			packet->tcp.sack_permitted = true;
		else if (pos[0] == TCP_OPTION_TIMESTAMPS) {
			packet->tcp.timestamps = true;
			if (pos[1] == 10)
				packet->tcp.timestamp =
					(uint32_t)be16(pos + 2) << 16 | be16(pos + 4);
		}
		pos += pos[1];
	}
}

/* RFC 9293 §3.1 */
static void parse_tcp(struct br_packet *packet, struct rest *rest)
{
	packet->transport = BR_TRANSPORT_TCP;
	packet->tcp.window_scale = -1;
	get_ports(packet, rest);
	if (rest->captured >= 8)
		packet->tcp.sequence = be32(rest->data + 4);
	if (!whole(packet, rest, BR_TCP_HEADER)) {
		set_payload(packet, &(struct rest){0});
		return;
	}
	packet->tcp.acknowledgement = be32(rest->data + 8);
	packet->tcp.header_size = (uint8_t)(rest->data[12] >> 4 << 2);
	packet->tcp.flags = rest->data[13];
	packet->tcp.window = be16(rest->data + 14);
	packet->tcp.checksum = be16(rest->data + 16);
	packet->tcp.urgent = be16(rest->data + 18);
	verify(packet, rest, rest->verify ? pseudo_sum(packet, rest->size) : 0);

	size_t header = packet->tcp.header_size;

	if (header < BR_TCP_HEADER || header > rest->size) {
		packet->wrong |= BR_PACKET_BAD_LENGTH;
		header = BR_TCP_HEADER;
	} else if (!whole(packet, rest, header)) {
		header = BR_TCP_HEADER; /* cut: its options are unknown, its payload absent */
		rest->size -= (size_t)packet->tcp.header_size - BR_TCP_HEADER;
		rest->captured = BR_TCP_HEADER;
	}
	packet->tcp.options = (struct br_octets){.data = rest->data + BR_TCP_HEADER,
	                                         .size = header - BR_TCP_HEADER};
	if (header > BR_TCP_HEADER && (packet->tcp.flags & BR_TCP_SYN))
		parse_tcp_options(packet);
	step(rest, header);
	set_payload(packet, rest);
}

/* RFC 792, RFC 4443 */
static void parse_icmp(struct br_packet *packet, struct rest *rest)
{
	bool six = packet->protocol == BR_IP_PROTOCOL_ICMPV6;

	packet->transport = six ? BR_TRANSPORT_ICMPV6 : BR_TRANSPORT_ICMP;
	if (!whole(packet, rest, BR_ICMP_HEADER)) {
		set_payload(packet, &(struct rest){0});
		return;
	}
	packet->icmp.type = rest->data[0];
	packet->icmp.code = rest->data[1];
	packet->icmp.checksum = be16(rest->data + 2);
	packet->icmp.rest = be32(rest->data + 4);
	verify(packet, rest, six && rest->verify ? pseudo_sum(packet, rest->size) : 0);
	step(rest, BR_ICMP_HEADER);
	set_payload(packet, rest);
}

static void parse_transport(struct br_packet *packet, struct rest *rest)
{
	packet->ip_payload = (struct br_octets){.data = rest->data, .size = rest->captured};
	packet->ip_payload_size = (uint32_t)rest->size;
	set_payload(packet, rest);
	if (packet->protocol == BR_IP_PROTOCOL_UDP)
		parse_udp(packet, rest);
	else if (packet->protocol == BR_IP_PROTOCOL_TCP)
		parse_tcp(packet, rest);
	else if (packet->protocol ==
	         (packet->network == BR_NETWORK_IPV4 ? BR_IP_PROTOCOL_ICMP : BR_IP_PROTOCOL_ICMPV6))
		parse_icmp(packet, rest);
	else
		packet->transport = BR_TRANSPORT_OTHER;
}

static void no_transport(struct br_packet *packet, const struct rest *rest)
{
	packet->ip_payload = (struct br_octets){.data = rest->data, .size = rest->captured};
	packet->ip_payload_size = (uint32_t)rest->size;
	set_payload(packet, rest);
}

/* RFC 791 §3.1 */
static void parse_ipv4(struct br_packet *packet, struct rest *rest)
{
	const uint8_t *p = rest->data;

	packet->network = BR_NETWORK_IPV4;
	if (!whole(packet, rest, BR_IPV4_HEADER))
		return;
	packet->ipv4.header_size = (uint16_t)((p[0] & 15) << 2);
	packet->ipv4.tos = p[1];
	packet->ipv4.size = be16(p + 2);
	packet->ipv4.identification = be16(p + 4);
	packet->ipv4.fragment = be16(p + 6);
	packet->ipv4.ttl = p[8];
	packet->protocol = p[9];
	packet->ipv4.checksum = be16(p + 10);
	packet->ipv4.src = be32(p + 12);
	packet->ipv4.dst = be32(p + 16);
	packet->src = br_endpoint_ipv4(packet->ipv4.src, 0);
	packet->dst = br_endpoint_ipv4(packet->ipv4.dst, 0);
	if (p[0] >> 4 != 4)
		packet->wrong |= BR_PACKET_BAD_HEADER;

	size_t header = packet->ipv4.header_size;

	if (header < BR_IPV4_HEADER || packet->ipv4.size < header) {
		packet->wrong |= BR_PACKET_BAD_LENGTH;
		return;
	}
	if (packet->ipv4.size > rest->size)
		packet->wrong |= BR_PACKET_SHORT;
	trim(rest, packet->ipv4.size);
	if (!whole(packet, rest, header))
		return;
	if (rest->verify & BR_CHECKSUM_HEADER &&
	    br_checksum_fold(br_checksum_add(0, p, header)) != 0)
		packet->wrong |= BR_PACKET_BAD_IP_CHECKSUM;
	packet->fragment = (packet->ipv4.fragment & (BR_IPV4_MORE_FRAGMENTS | BR_IPV4_OFFSET)) != 0;
	step(rest, header);
	if (packet->ipv4.fragment & BR_IPV4_OFFSET)
		no_transport(packet, rest);
	else
		parse_transport(packet, rest);
}

/* RFC 8200 §4: step over extension headers. False if one does not fit or if this
 * is a fragment that does not begin its datagram.
 */
static bool walk_ipv6(struct br_packet *packet, struct rest *rest)
{
	for (;;) {
		bool is_fragment_header = packet->protocol == IPV6_FRAGMENT;
		size_t size;

		switch (packet->protocol) {
		case IPV6_HOP_BY_HOP:
		case IPV6_ROUTING:
		case IPV6_DESTINATION:
			if (!whole(packet, rest, 8))
				return false;
			size = (size_t)(rest->data[1] + 1) << 3;
			break;
		case IPV6_AUTHENTICATION: /* RFC 4302 §2.2: in units of 4, less 2 */
			if (!whole(packet, rest, 8))
				return false;
			size = (size_t)(rest->data[1] + 2) << 2;
			break;
		case IPV6_FRAGMENT:
			if (!whole(packet, rest, 8))
				return false;
			size = 8;
			packet->ipv6.fragment = be16(rest->data + 2);
			packet->ipv6.identification = be32(rest->data + 4);
			packet->fragment = (packet->ipv6.fragment & 0xfff9) != 0;
			break;
		default:
			return true;
		}
		if (!whole(packet, rest, size))
			return false;
		packet->protocol = rest->data[0];
		step(rest, size);
		if (is_fragment_header) {
			packet->ipv6.fragment_next = packet->protocol;
			packet->ipv6.fragment_headers = 0;
		} else {
			packet->ipv6.fragment_headers =
				(uint16_t)(packet->ipv6.fragment_headers + size);
		}
		if (packet->ipv6.fragment & 0xfff8)
			return false;
	}
}

/* RFC 8200 §3 */
static void parse_ipv6(struct br_packet *packet, struct rest *rest)
{
	const uint8_t *p = rest->data;

	packet->network = BR_NETWORK_IPV6;
	if (!whole(packet, rest, BR_IPV6_HEADER))
		return;
	if (p[0] >> 4 != 6)
		packet->wrong |= BR_PACKET_BAD_HEADER;
	packet->ipv6.traffic_class = (uint8_t)(be16(p) >> 4);
	packet->ipv6.flow = be32(p) & 0xfffff;
	packet->ipv6.size = be16(p + 4);
	packet->protocol = p[6];
	packet->ipv6.hop_limit = p[7];
	memcpy(packet->src.ip, p + 8, sizeof(packet->src.ip));
	memcpy(packet->dst.ip, p + 24, sizeof(packet->dst.ip));
	step(rest, BR_IPV6_HEADER);
	if (packet->ipv6.size > rest->size)
		packet->wrong |= BR_PACKET_SHORT;
	trim(rest, packet->ipv6.size);
	if (walk_ipv6(packet, rest))
		parse_transport(packet, rest);
	else
		no_transport(packet, rest);
}

/* RFC 826 */
static void parse_arp(struct br_packet *packet, struct rest *rest)
{
	const uint8_t *p = rest->data;

	if (!whole(packet, rest, BR_ARP_SIZE))
		return;
	if (be16(p) != ARP_HARDWARE_ETHERNET || be16(p + 2) != BR_ETHERNET_TYPE_IPV4 || p[4] != 6 ||
	    p[5] != 4) {
		packet->wrong |= BR_PACKET_BAD_HEADER;
		return;
	}
	packet->network = BR_NETWORK_ARP;
	packet->arp.operation = be16(p + 6);
	memcpy(packet->arp.sender_mac, p + 8, 6);
	packet->arp.sender_ip = be32(p + 14);
	memcpy(packet->arp.target_mac, p + 18, 6);
	packet->arp.target_ip = be32(p + 24);
	step(rest, BR_ARP_SIZE);
	set_payload(packet, rest);
}

static void parse_ethernet(struct br_packet *packet, struct br_octets captured, size_t size,
                           uint8_t verify)
{
	struct rest rest = {captured.data, captured.size, size, verify};
	struct br_ethernet ethernet;
	bool all;

	assert(size >= captured.size);
	*packet = (struct br_packet){0};
	if (!whole(packet, &rest, BR_ETHERNET_HEADER))
		return;
	all = br_ethernet_read(rest.data, rest.captured, &ethernet);
	memcpy(packet->eth_dst, rest.data, 6);
	memcpy(packet->eth_src, rest.data + 6, 6);
	packet->eth_type = ethernet.type;
	packet->vlan = ethernet.vlan;
	packet->vlan_tags = ethernet.tags;
	step(&rest, ethernet.header);
	if (!all) {
		(void)whole(packet, &rest, BR_ETHERNET_TAG);
		return;
	}
	set_payload(packet, &rest);
	if (packet->eth_type == BR_ETHERNET_TYPE_IPV4)
		parse_ipv4(packet, &rest);
	else if (packet->eth_type == BR_ETHERNET_TYPE_ARP)
		parse_arp(packet, &rest);
	else if (packet->eth_type == BR_ETHERNET_TYPE_IPV6)
		parse_ipv6(packet, &rest);
}

void br_packet_parse(struct br_packet *ret_packet, struct br_octets captured, size_t size,
                     bool verify_checksums)
{
	parse_ethernet(ret_packet, captured, size, verify_checksums ? BR_CHECKSUM_BOTH : 0);
}

void br_packet_parse_ip(struct br_packet *ret_packet, struct br_octets captured, size_t size,
                        bool verify_checksums)
{
	struct rest rest = {captured.data, captured.size, size,
	                    verify_checksums ? BR_CHECKSUM_BOTH : 0};

	assert(size >= captured.size);
	*ret_packet = (struct br_packet){0};
	if (!whole(ret_packet, &rest, 1))
		return;
	if (rest.data[0] >> 4 == 6)
		parse_ipv6(ret_packet, &rest);
	else
		parse_ipv4(ret_packet, &rest);
}

void br_packet_parse_frame(struct br_packet *ret_packet, const struct br_frame *frame)
{
	struct br_octets octets = {.data = frame->data, .size = frame->size};

	parse_ethernet(ret_packet, octets, octets.size,
	               BR_CHECKSUM_BOTH & (uint8_t)~frame->checksums_virtual);
}

static uint8_t *put_ethernet(uint8_t *p, const struct br_packet_route *route)
{
	memcpy(p, route->eth_dst, 6);
	memcpy(p + 6, route->eth_src, 6);
	p += 12;
	if (route->vlan_tagged) {
		set_be16(p, BR_ETHERNET_TYPE_VLAN);
		set_be16(p + 2, route->vlan);
		p += 4;
	}
	set_be16(p, route->six ? BR_ETHERNET_TYPE_IPV6 : BR_ETHERNET_TYPE_IPV4);
	return p + 2;
}

static uint8_t *put_ipv4(uint8_t *p, const struct br_packet_route *route, uint8_t protocol,
                         size_t size)
{
	p[0] = 4 << 4 | BR_IPV4_HEADER / 4;
	p[1] = route->tos;
	set_be16(p + 2, (uint16_t)(BR_IPV4_HEADER + size));
	set_be16(p + 4, (uint16_t)route->identification);
	set_be16(p + 6, route->fragment);
	p[8] = route->ttl;
	p[9] = protocol;
	set_be16(p + 10, 0);
	set_be32(p + 12, route->src);
	set_be32(p + 16, route->dst);
	return p + BR_IPV4_HEADER;
}

/* RFC 8200 §3, and §4.5 if it is a fragment: there M is the lowest bit, in units of 1 */
static uint8_t *put_ipv6(uint8_t *p, const struct br_packet_route *route, uint8_t protocol,
                         size_t size)
{
	set_be32(p, UINT32_C(6) << 28 | (uint32_t)route->tos << 20 | (route->flow & 0xfffff));
	set_be16(p + 4, (uint16_t)size);
	p[6] = protocol;
	p[7] = route->ttl;
	memcpy(p + 8, route->src6, sizeof(route->src6));
	memcpy(p + 24, route->dst6, sizeof(route->dst6));
	if (route->fragment == 0)
		return p + BR_IPV6_HEADER;
	p[6] = IPV6_FRAGMENT;
	set_be16(p + 4, (uint16_t)(size + BR_IPV6_FRAGMENT_HEADER));
	p += BR_IPV6_HEADER;
	p[0] = protocol;
	p[1] = 0;
	set_be16(p + 2, (uint16_t)((route->fragment & BR_IPV4_OFFSET) << 3 |
	                           (route->fragment & BR_IPV4_MORE_FRAGMENTS ? 1 : 0)));
	set_be32(p + 4, route->identification);
	return p + BR_IPV6_FRAGMENT_HEADER;
}

/* Ethernet and IP header for @size octets behind them; NULL if that does not fit. */
static uint8_t *begin(struct br_frame *frame, const struct br_packet_route *route, uint8_t protocol,
                      size_t size)
{
	bool piece = (route->fragment & (BR_IPV4_MORE_FRAGMENTS | BR_IPV4_OFFSET)) != 0;
	size_t ethernet = BR_ETHERNET_HEADER + (route->vlan_tagged ? BR_ETHERNET_TAG : 0);
	size_t header = !route->six
	                        ? BR_IPV4_HEADER
	                        : BR_IPV6_HEADER + (route->fragment ? BR_IPV6_FRAGMENT_HEADER : 0);

	if (size > UINT16_MAX - header || ethernet + header + size > frame->pool->frame_size_max)
		return NULL;

	uint8_t *p = put_ethernet(frame->data, route);

	frame->size = (uint32_t)(ethernet + header + size);
	frame->checksums_virtual = BR_CHECKSUM_BOTH;
	if (piece)
		frame->checksums_virtual = BR_CHECKSUM_HEADER;
	if (route->six) {
		frame->checksums_virtual &= BR_CHECKSUM_TRANSPORT;
		return put_ipv6(p, route, protocol, size);
	}
	return put_ipv4(p, route, protocol, size);
}

static void put_octets(uint8_t *p, struct br_octets payload, struct br_octets body)
{
	if (payload.size > 0)
		memcpy(p, payload.data, payload.size);
	if (body.size > 0)
		memcpy(p + payload.size, body.data, body.size);
}

int br_packet_build_ip(struct br_frame *frame, const struct br_packet_route *route,
                       uint8_t protocol, struct br_octets payload, struct br_octets body)
{
	uint8_t *p = begin(frame, route, protocol, payload.size + body.size);

	if (!p)
		return -EMSGSIZE;
	put_octets(p, payload, body);
	return 0;
}

int br_packet_build_udp(struct br_frame *frame, const struct br_packet_route *route,
                        uint16_t src_port, uint16_t dst_port, struct br_octets payload,
                        struct br_octets body)
{
	size_t size = BR_UDP_HEADER + payload.size + body.size;
	uint8_t *p = begin(frame, route, BR_IP_PROTOCOL_UDP, size);

	if (!p)
		return -EMSGSIZE;
	set_be16(p, src_port);
	set_be16(p + 2, dst_port);
	set_be16(p + 4, (uint16_t)size);
	set_be16(p + 6, 0);
	put_octets(p + BR_UDP_HEADER, payload, body);
	return 0;
}

int br_packet_build_tcp(struct br_frame *frame, const struct br_packet_route *route,
                        uint16_t src_port, uint16_t dst_port, const struct br_packet_tcp *tcp,
                        struct br_octets payload, struct br_octets body)
{
	size_t options = (tcp->options.size + 3) & ~(size_t)3;
	size_t header = BR_TCP_HEADER + options;

	if (header > 60)
		return -EMSGSIZE;

	uint8_t *p = begin(frame, route, BR_IP_PROTOCOL_TCP, header + payload.size + body.size);

	if (!p)
		return -EMSGSIZE;
	set_be16(p, src_port);
	set_be16(p + 2, dst_port);
	set_be32(p + 4, tcp->sequence);
	set_be32(p + 8, tcp->acknowledgement);
	p[12] = (uint8_t)(header / 4 << 4);
	p[13] = tcp->flags;
	set_be16(p + 14, tcp->window);
	set_be16(p + 16, 0);
	set_be16(p + 18, tcp->urgent);
	if (options > 0) {
		memset(p + header - 4, TCP_OPTION_END, 4);
		memcpy(p + BR_TCP_HEADER, tcp->options.data, tcp->options.size);
	}
	put_octets(p + header, payload, body);
	return 0;
}

int br_packet_build_icmp(struct br_frame *frame, const struct br_packet_route *route, uint8_t type,
                         uint8_t code, uint32_t rest, struct br_octets payload)
{
	uint8_t *p = begin(frame, route, route->six ? BR_IP_PROTOCOL_ICMPV6 : BR_IP_PROTOCOL_ICMP,
	                   BR_ICMP_HEADER + payload.size);

	if (!p)
		return -EMSGSIZE;
	p[0] = type;
	p[1] = code;
	set_be16(p + 2, 0);
	set_be32(p + 4, rest);
	put_octets(p + BR_ICMP_HEADER, payload, (struct br_octets){0});
	return 0;
}

int br_packet_build_arp(struct br_frame *frame, const uint8_t eth_dst[6], const uint8_t eth_src[6],
                        const struct br_packet_arp *arp)
{
	uint8_t *p = frame->data;

	if (frame->pool->frame_size_max < BR_ETHERNET_HEADER + BR_ARP_SIZE)
		return -EMSGSIZE;
	memcpy(p, eth_dst, 6);
	memcpy(p + 6, eth_src, 6);
	set_be16(p + 12, BR_ETHERNET_TYPE_ARP);
	p += BR_ETHERNET_HEADER;
	set_be16(p, ARP_HARDWARE_ETHERNET);
	set_be16(p + 2, BR_ETHERNET_TYPE_IPV4);
	p[4] = 6;
	p[5] = 4;
	set_be16(p + 6, arp->operation);
	memcpy(p + 8, arp->sender_mac, 6);
	set_be32(p + 14, arp->sender_ip);
	memcpy(p + 18, arp->target_mac, 6);
	set_be32(p + 24, arp->target_ip);
	frame->size = BR_ETHERNET_HEADER + BR_ARP_SIZE;
	return 0;
}
