/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4 out: the way to an address, and what goes it, whole or in pieces: RFC 791 §3.2,
 * RFC 1122 §3.3.1, RFC 1112 §6.4
 */
#include <errno.h>
#include <string.h>

#include "sim/net/host_stack.h"

enum {
	PAYLOAD_MAX = 65535 - BR_IPV4_HEADER,
};

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

	if (dst == UINT32_MAX || br_ipv4_is_multicast(dst)) {
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
		host->counters.fragments_out++;
		br_ipv4_send(host, route, frame);
		offset += size;
	}
	return 0;
}
