/* SPDX-License-Identifier: BSD-2-Clause */
/* IP in: RFC 791, RFC 1122 §3, RFC 8200 */
#include <string.h>

#include "core/formats/dhcp_message.h"
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
	/* RFC 2131 §4.1: whoever waits for an address takes what is sent to its MAC. Others without
	 * one have IPv6 alone, and no IPv4 is for them.
	 */
	return link->address == 0 && !group_frame &&
	       br_udp_is_open(link->host, BR_DHCP_PORT_CLIENT);
}

/* RFC 4291 §2.5.2, §2.5.3, §2.7 */
static bool is_martian6(const struct br_packet *packet)
{
	return br_ip_is_multicast6(packet->src.ip) || br_ip_is_ipv4(packet->src.ip) ||
	       br_ip_is_loopback6(packet->src.ip) || br_ip_is_zero(packet->dst.ip) ||
	       br_ip_is_loopback6(packet->dst.ip);
}

/* An address that is not checked yet hears neighbour discovery alone: RFC 4862 §5.4 */
static bool is_for_us6(const struct br_host_link *link, const struct br_packet *packet,
                       bool *ret_to_all)
{
	*ret_to_all = packet->eth_dst[0] & 1;
	if (br_ip_is_multicast6(packet->dst.ip)) {
		*ret_to_all = true;
		return br_six_has_group(link, packet->dst.ip);
	}
	return br_host_has(link->host, link, packet->dst.ip);
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
	case BR_TRANSPORT_ICMPV6:
		br_icmp_input(arrival);
		break;
	case BR_TRANSPORT_TCP:
		if (arrival->to_all || !br_host_has(host, arrival->link, packet->dst.ip))
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
		break;
	}
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

void br_ip_expire(struct br_host *host, br_time now)
{
	struct br_reassembly_lost lost;

	while (host->reassembly && br_reassembly_expire(host->reassembly, now, &lost)) {
		host->counters.fragments_dropped += lost.pieces;
		tell_of_lost(host, &lost, now);
	}
}

/* A whole header that says what may be. */
static bool is_sound(const struct br_host_link *link, const struct br_packet *packet)
{
	const uint32_t hopeless =
		BR_PACKET_CUT | BR_PACKET_SHORT | BR_PACKET_BAD_HEADER | BR_PACKET_BAD_IP_CHECKSUM;

	if (packet->wrong & hopeless)
		return false;
	if (br_packet_is_six(packet))
		return !is_martian6(packet);
	return packet->ipv4.header_size >= BR_IPV4_HEADER &&
	       packet->ipv4.size >= packet->ipv4.header_size && !is_martian(link, packet->ipv4.src);
}

void br_ip_input(struct br_host_link *link, const struct br_packet *packet,
                 const struct br_frame *frame, br_time now)
{
	struct br_host *host = link->host;
	struct br_host_arrival arrival = {
		.link = link, .packet = packet, .frame = frame, .now = now};
	struct br_packet whole;
	bool for_us;

	if (!is_sound(link, packet)) {
		host->counters.bad++;
		return;
	}
	for_us = br_packet_is_six(packet) ? is_for_us6(link, packet, &arrival.to_all)
	                                  : is_for_us(link, packet, &arrival.to_all);
	if (!for_us) {
		if (host->forwarding)
			br_forward(&arrival);
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
