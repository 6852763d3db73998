/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4 in and through: RFC 791, RFC 1122 §3, RFC 1812 §5 */
#include <string.h>

#include "sim/net/host_stack.h"

enum {
	LOOPBACK_NET = 127,
	MULTICAST_FIRST = 224,
	PIECES_MAX = 64, /* of one datagram: more is an attack */
};

#define ALL_HOSTS UINT32_C(0xe0000001) /* 224.0.0.1, RFC 1112 §4 */

static bool has_group(const struct br_host_link *link, uint32_t address)
{
	if (address == ALL_HOSTS)
		return true;
	for (size_t i = 0; i < link->groups; i++) {
		if (link->group[i] == address)
			return true;
	}
	return false;
}

/* RFC 1122 §3.2.1.3: what no source may be */
static bool is_martian(const struct br_host_link *link, uint32_t src)
{
	return src >> 24 >= MULTICAST_FIRST || src >> 24 == LOOPBACK_NET ||
	       (src != 0 && br_host_is_broadcast(link, src));
}

/* Is it for us? Weak host model (RFC 1122 §3.3.4.2): any of our addresses will do. */
static bool is_for_us(struct br_host_link *link, const struct br_packet *packet, bool *ret_to_all)
{
	uint32_t dst = packet->ipv4.dst;
	bool group_frame = packet->eth_dst[0] & 1;

	*ret_to_all = group_frame;
	if (dst == link->address || br_host_is_ours(link->host, dst))
		return true;
	if (br_host_is_broadcast(link, dst)) {
		*ret_to_all = true;
		return true;
	}
	if (br_ipv4_is_multicast(dst)) {
		*ret_to_all = true;
		return has_group(link, dst);
	}
	/* RFC 2131 §4.1: no address yet, so what is sent to our MAC must be meant for us */
	return link->address == 0 && !group_frame;
}

static void deliver(const struct br_host_arrival *arrival)
{
	const struct br_packet *packet = arrival->packet;
	struct br_host *host = arrival->link->host;

	if (packet->wrong & BR_PACKET_BAD_L4_CHECKSUM) {
		host->counters.bad++;
		return;
	}
	if (host->blocks > 0 &&
	    (packet->transport == BR_TRANSPORT_UDP || packet->transport == BR_TRANSPORT_TCP) &&
	    br_host_is_blocked(host, packet->dst.port))
		return;
	switch (packet->transport) {
	case BR_TRANSPORT_UDP:
		br_udp_input(arrival);
		break;
	case BR_TRANSPORT_ICMP:
		br_icmp_input(arrival);
		break;
	case BR_TRANSPORT_TCP:
		if (arrival->to_all || !br_host_is_ours(host, packet->ipv4.dst))
			break; /* RFC 9293 §3.9.2.3 */
		if (packet->wrong & ~(uint32_t)BR_PACKET_BAD_OPTION) {
			host->counters.bad++;
			break;
		}
		br_host_tcp_input(arrival);
		break;
	case BR_TRANSPORT_OTHER:
		if (packet->protocol != BR_IP_PROTOCOL_IGMP)
			br_icmp_error(arrival, BR_ICMP_UNREACHABLE, 2, 0);
		break;
	case BR_TRANSPORT_NONE:
	case BR_TRANSPORT_ICMPV6:
		break;
	}
}

/* Copy a frame that is to be routed, one hop older. */
static struct br_frame *older(struct br_host *host, const struct br_frame *frame)
{
	struct br_frame *copy = br_host_new_frame(host);

	if (!copy)
		return NULL;
	memcpy(copy->data, frame->data, frame->size);
	copy->size = frame->size;
	copy->checksums_virtual = frame->checksums_virtual;

	uint8_t *ip = copy->data + BR_ETHERNET_HEADER;

	ip[8]--;
	if (!(copy->checksums_virtual & BR_CHECKSUM_HEADER)) { /* RFC 1624 §3 */
		uint32_t sum = (uint32_t)(uint16_t) ~(ip[10] << 8 | ip[11]);

		sum += (uint32_t)(uint16_t) ~((ip[8] + 1) << 8) + (uint32_t)(ip[8] << 8);

		uint16_t checksum = br_checksum_fold(sum);

		ip[10] = (uint8_t)(checksum >> 8);
		ip[11] = (uint8_t)checksum;
	}
	return copy;
}

/* What is too big for the next link: in pieces, each with the rest of the header. */
static void forward_fragments(struct br_host *host, const struct br_host_route *route,
                              struct br_frame *frame)
{
	struct br_packet packet;

	br_frame_finish(frame); /* the checksum of the whole goes with the first piece */
	br_packet_parse_frame(&packet, frame);

	struct br_packet_route head = {
		.src = packet.ipv4.src,
		.dst = packet.ipv4.dst,
		.identification = packet.ipv4.identification,
		.fragment = packet.ipv4.fragment,
		.tos = packet.ipv4.tos,
		.ttl = packet.ipv4.ttl,
	};

	memcpy(head.eth_src, route->link->port.mac, sizeof(head.eth_src));
	(void)br_ipv4_send_fragments(host, route, &head, packet.protocol, packet.ip_payload);
	br_frame_unref(frame);
}

/* RFC 1812 §5.2 */
static void forward(const struct br_host_arrival *arrival)
{
	struct br_host *host = arrival->link->host;
	const struct br_packet *packet = arrival->packet;
	struct br_host_route route;

	if (arrival->to_all || packet->ipv4.src == 0 || packet->vlan_tags > 0)
		return;
	if (packet->ipv4.ttl <= 1) {
		br_icmp_error(arrival, BR_ICMP_TIME_EXCEEDED, 0, 0);
		return;
	}
	if (br_ipv4_route(host, BR_HOST_NO_LINK, packet->ipv4.dst, &route) < 0) {
		host->counters.unroutable++;
		br_icmp_error(arrival, BR_ICMP_UNREACHABLE, 0, 0);
		return;
	}
	if (route.next_hop == 0) /* a directed broadcast: RFC 2644 */
		return;
	if (packet->ipv4.size > route.link->mtu && packet->ipv4.fragment & BR_IPV4_DONT_FRAGMENT) {
		br_icmp_error(arrival, BR_ICMP_UNREACHABLE, 4, route.link->mtu); /* RFC 1191 §4 */
		return;
	}

	struct br_frame *frame = older(host, arrival->frame);

	if (!frame)
		return;
	host->counters.forwarded++;
	frame->size = BR_ETHERNET_HEADER + packet->ipv4.size; /* padding stays behind */
	memcpy(frame->data + 6, route.link->port.mac, 6);
	if (packet->ipv4.size > route.link->mtu)
		forward_fragments(host, &route, frame);
	else
		br_ipv4_send(host, &route, frame);
}

/* The table is made with the first piece: few machines of a crowd ever see one. */
static struct br_reassembly *table_of(struct br_host *host)
{
	const struct br_reassembly_rules rules = {.datagrams_max = host->limits.reassemblies_max,
	                                          .pieces_max = PIECES_MAX,
	                                          .strict = true};

	if (!host->reassembly)
		(void)br_reassembly_new(&host->reassembly, &rules);
	return host->reassembly;
}

/* Take a piece; true if that was the last one missing. */
static bool put_together(const struct br_host_arrival *piece, struct br_packet *ret_whole)
{
	struct br_host *host = piece->link->host;
	struct br_reassembly *table = table_of(host);
	uint32_t mark = piece->link->index << 1 | piece->to_all;
	bool whole;

	host->counters.fragments_in++;
	if (!table) {
		host->counters.fragments_dropped++;
		return false;
	}

	br_time deadline = br_reassembly_deadline(table);
	uint64_t dropped = br_reassembly_counters(table)->dropped;

	whole = br_reassembly_add(table, piece->packet, mark, piece->now, ret_whole);
	host->counters.fragments_dropped += br_reassembly_counters(table)->dropped - dropped;
	host->counters.reassembled += whole;
	if (br_reassembly_deadline(table) < deadline)
		br_host_schedule(host);
	return whole;
}

/* RFC 792: time exceeded in reassembly, if the first piece is there to be quoted */
static void tell_of_lost(struct br_host *host, const struct br_reassembly_lost *lost, br_time now)
{
	struct br_packet packet;
	struct br_host_arrival first = {.link = host->link[lost->mark >> 1],
	                                .packet = &packet,
	                                .to_all = lost->mark & 1,
	                                .now = now};

	if (!lost->first.data)
		return;
	br_packet_parse_ip(&packet, lost->first, lost->first.size, false);
	br_icmp_error(&first, BR_ICMP_TIME_EXCEEDED, 1, 0);
}

void br_ipv4_expire(struct br_host *host, br_time now)
{
	struct br_reassembly_lost lost;

	while (host->reassembly && br_reassembly_expire(host->reassembly, now, &lost)) {
		host->counters.fragments_dropped += lost.pieces;
		tell_of_lost(host, &lost, now);
	}
}

void br_ipv4_input(struct br_host_link *link, const struct br_packet *packet,
                   const struct br_frame *frame, br_time now)
{
	const uint32_t hopeless =
		BR_PACKET_CUT | BR_PACKET_SHORT | BR_PACKET_BAD_HEADER | BR_PACKET_BAD_IP_CHECKSUM;
	struct br_host *host = link->host;
	struct br_host_arrival arrival = {
		.link = link, .packet = packet, .frame = frame, .now = now};
	struct br_packet whole;

	if (packet->wrong & hopeless || packet->ipv4.header_size < BR_IPV4_HEADER ||
	    packet->ipv4.size < packet->ipv4.header_size) {
		host->counters.bad++;
		return;
	}
	if (is_martian(link, packet->ipv4.src)) {
		host->counters.bad++;
		return;
	}
	if (!is_for_us(link, packet, &arrival.to_all)) {
		if (host->forwarding)
			forward(&arrival);
		else
			host->counters.not_for_us++;
		return;
	}
	if (!packet->fragment) {
		deliver(&arrival);
	} else if (put_together(&arrival, &whole)) {
		arrival.packet = &whole;
		arrival.frame = NULL;
		deliver(&arrival);
	}
}
