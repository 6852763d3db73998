/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4 in, out and through: RFC 791, RFC 1122 §3, RFC 1812 §5 */
#include <errno.h>
#include <string.h>

#include "sim/net/host_stack.h"

enum {
	LOOPBACK_NET = 127,
	MULTICAST_FIRST = 224,
	MULTICAST_LAST = 239,
	PAYLOAD_MAX = 65535 - BR_IPV4_HEADER,
};

#define ALL_HOSTS UINT32_C(0xe0000001) /* 224.0.0.1, RFC 1112 §4 */

static bool is_multicast(uint32_t address)
{
	return address >> 24 >= MULTICAST_FIRST && address >> 24 <= MULTICAST_LAST;
}

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
	if (is_multicast(dst)) {
		*ret_to_all = true;
		return has_group(link, dst);
	}
	/* RFC 2131 §4.1: no address yet, so what is sent to our MAC must be meant for us */
	return link->address == 0 && !group_frame;
}

void br_ipv4_deliver(const struct br_host_arrival *arrival)
{
	const struct br_packet *packet = arrival->packet;
	struct br_host *host = arrival->link->host;

	if (packet->wrong & BR_PACKET_BAD_L4_CHECKSUM) {
		host->counters.bad++;
		return;
	}
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
	if (!copy->checksums_virtual) { /* RFC 1624 §3 */
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

void br_ipv4_input(struct br_host_link *link, const struct br_packet *packet,
                   const struct br_frame *frame, br_time now)
{
	const uint32_t hopeless =
		BR_PACKET_CUT | BR_PACKET_SHORT | BR_PACKET_BAD_HEADER | BR_PACKET_BAD_IP_CHECKSUM;
	struct br_host *host = link->host;
	struct br_host_arrival arrival = {
		.link = link, .packet = packet, .frame = frame, .now = now};

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
	if (packet->fragment)
		br_reassembly_input(&arrival);
	else
		br_ipv4_deliver(&arrival);
}

/* RFC 1112 §6.4 */
static void multicast_mac(uint32_t group, uint8_t mac[6])
{
	mac[0] = 0x01;
	mac[1] = 0x00;
	mac[2] = 0x5e;
	mac[3] = (uint8_t)(group >> 16 & 0x7f);
	mac[4] = (uint8_t)(group >> 8);
	mac[5] = (uint8_t)group;
}

static bool is_on_link(const struct br_host_link *link, uint32_t address)
{
	return link->address != 0 && ((link->address ^ address) & link->netmask) == 0;
}

static struct br_host_link *link_towards(const struct br_host *host, uint32_t wanted,
                                         uint32_t address)
{
	if (wanted < host->links && is_on_link(host->link[wanted], address))
		return host->link[wanted];
	for (uint32_t i = 0; i < host->links; i++) {
		if (is_on_link(host->link[i], address))
			return host->link[i];
	}
	return NULL;
}

int br_ipv4_route(struct br_host *host, uint32_t wanted, uint32_t dst,
                  struct br_host_route *ret_route)
{
	struct br_host_link *link = wanted < host->links ? host->link[wanted] : NULL;

	if (dst == UINT32_MAX || is_multicast(dst)) {
		if (!link)
			return -ENETUNREACH;
		*ret_route = (struct br_host_route){.link = link};
		if (dst == UINT32_MAX)
			memset(ret_route->mac, 0xff, sizeof(ret_route->mac));
		else
			multicast_mac(dst, ret_route->mac);
		return 0;
	}
	link = link_towards(host, wanted, dst);
	if (link) {
		*ret_route = (struct br_host_route){.link = link, .next_hop = dst};
		if (br_host_is_broadcast(link, dst)) {
			ret_route->next_hop = 0;
			memset(ret_route->mac, 0xff, sizeof(ret_route->mac));
		}
		return 0;
	}
	link = host->gateway ? link_towards(host, wanted, host->gateway) : NULL;
	if (!link || dst == 0)
		return -ENETUNREACH;
	*ret_route = (struct br_host_route){.link = link, .next_hop = host->gateway};
	return 0;
}

void br_ipv4_head(struct br_host *host, const struct br_host_route *route, uint32_t src,
                  uint32_t dst, uint8_t ttl, bool dont_fragment, struct br_packet_route *ret_head)
{
	*ret_head = (struct br_packet_route){
		.src = src ? src : route->link->address,
		.dst = dst,
		.identification = host->identification++,
		.fragment = dont_fragment ? BR_IPV4_DONT_FRAGMENT : 0,
		.ttl = ttl ? ttl : BR_HOST_TTL,
	};
	memcpy(ret_head->eth_src, route->link->port.mac, sizeof(ret_head->eth_src));
	memcpy(ret_head->eth_dst, route->mac, sizeof(ret_head->eth_dst));
}

void br_ipv4_send(struct br_host *host, const struct br_host_route *route, struct br_frame *frame)
{
	if (route->next_hop == 0) {
		memcpy(frame->data, route->mac, 6);
		br_host_send_frame(route->link, frame);
		return;
	}

	const uint8_t *mac =
		br_arp_lookup(host, route->link->index, route->next_hop, host->clock->now);

	if (mac) {
		memcpy(frame->data, mac, 6);
		br_host_send_frame(route->link, frame);
	} else {
		br_arp_send(route->link, route->next_hop, frame, host->clock->now);
	}
}

int br_ipv4_send_fragments(struct br_host *host, const struct br_host_route *route,
                           const struct br_packet_route *head, uint8_t protocol,
                           struct br_octets payload)
{
	size_t room = (route->link->mtu - BR_IPV4_HEADER) & ~(size_t)7;
	struct br_packet_route piece = *head;
	size_t offset = 0;

	if (payload.size > PAYLOAD_MAX || route->link->mtu < BR_IPV4_HEADER + 8)
		return -EMSGSIZE;
	while (offset < payload.size) {
		struct br_frame *frame = br_host_new_frame(host);
		size_t size = payload.size - offset < room ? payload.size - offset : room;
		/* what is a fragment already goes on from its own offset */
		uint32_t at = (head->fragment & BR_IPV4_OFFSET) + (uint32_t)(offset / 8);
		bool more = offset + size < payload.size ||
		            (head->fragment & BR_IPV4_MORE_FRAGMENTS) != 0;

		if (!frame)
			return -ENOBUFS;
		piece.fragment = (uint16_t)(at | (more ? BR_IPV4_MORE_FRAGMENTS : 0));

		int result = br_packet_build_ipv4(frame, &piece, protocol,
		                                  (struct br_octets){payload.data + offset, size},
		                                  (struct br_octets){NULL, 0});

		if (result < 0) {
			br_frame_unref(frame);
			return result;
		}
		br_frame_finish(frame); /* of a fragment that is the IP header alone */
		host->counters.fragments_out++;
		br_ipv4_send(host, route, frame);
		offset += size;
	}
	return 0;
}
