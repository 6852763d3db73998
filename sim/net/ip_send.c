/* SPDX-License-Identifier: BSD-2-Clause */
/* IP out: the way to an address, and what goes it, whole or in pieces: RFC 791 §3.2,
 * RFC 1122 §3.3.1, RFC 1112 §6.4; RFC 8200 §4.5, RFC 4861 §5.2, RFC 8201
 */
#include <errno.h>
#include <stdlib.h>
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
		*ret_route = (struct br_host_route){.link = link, .mtu = link->mtu};
		if (dst == UINT32_MAX)
			memset(ret_route->mac, 0xff, sizeof(ret_route->mac));
		else
			multicast_mac(dst, ret_route->mac);
		return 0;
	}
	link = link_towards(host, wanted, dst);
	if (link) {
		*ret_route = (struct br_host_route){
			.link = link, .next_hop = br_ip_key_of4(dst), .mtu = link->mtu};
		if (br_host_is_broadcast(link, dst)) {
			ret_route->next_hop = (struct br_ip_key){0};
			memset(ret_route->mac, 0xff, sizeof(ret_route->mac));
		}
		return 0;
	}
	link = host->gateway ? link_towards(host, wanted, host->gateway) : NULL;
	if (!link || dst == 0)
		return -ENETUNREACH;
	*ret_route = (struct br_host_route){
		.link = link, .next_hop = br_ip_key_of4(host->gateway), .mtu = link->mtu};
	return 0;
}

/* RFC 4861 §5.2, step 1 */
static bool is_on_link6(const struct br_host_link *link, const uint8_t ip[16], br_time now)
{
	const struct br_six *six = link->six;

	for (size_t i = 0; i < six->addresses; i++) {
		const struct br_six_address *a = &six->address[i];

		if (!br_ip_is_link_local6(a->ip) && br_ip_in_prefix(ip, a->ip, a->bits))
			return true;
	}
	for (size_t i = 0; i < six->prefixes; i++) {
		const struct br_six_prefix *p = &six->prefix[i];

		if (p->until > now && br_ip_in_prefix(ip, p->ip, p->bits))
			return true;
	}
	return false;
}

bool br_host_has_way6(const struct br_host *host, uint32_t index, const uint8_t ip[16])
{
	const struct br_host_link *link = index < host->links ? host->link[index] : NULL;

	if (!link || !link->six)
		return false;
	return br_ip_is_multicast6(ip) || br_ip_is_link_local6(ip) ||
	       is_on_link6(link, ip, host->clock->now) || br_host_has_router6(host, index);
}

static const uint8_t *router_of(const struct br_host_link *link, br_time now)
{
	for (size_t i = 0; i < link->six->routers; i++) {
		if (link->six->router[i].until > now)
			return link->six->router[i].ip;
	}
	return NULL;
}

static uint32_t mtu_to(const struct br_host *host, const struct br_host_link *link,
                       const uint8_t dst[16])
{
	uint32_t mtu = link->six->mtu ? link->six->mtu : link->mtu;
	size_t paths = host->paths < BR_HOST_PATHS_MAX ? host->paths : BR_HOST_PATHS_MAX;
	struct br_ip_key key;

	if (paths == 0)
		return mtu;
	key = br_ip_key_of(dst);
	for (size_t i = 0; i < paths; i++) {
		if (br_ip_key_equal(host->path[i].dst, key) && host->path[i].mtu < mtu)
			mtu = host->path[i].mtu;
	}
	return mtu;
}

void br_ip_path_mtu(struct br_host *host, const uint8_t dst[16], uint32_t mtu)
{
	struct br_ip_key key = br_ip_key_of(dst);
	size_t paths = host->paths < BR_HOST_PATHS_MAX ? host->paths : BR_HOST_PATHS_MAX;
	struct br_six_path *path = NULL;

	for (size_t i = 0; i < paths && !path; i++) {
		if (br_ip_key_equal(host->path[i].dst, key))
			path = &host->path[i];
	}
	if (path && path->mtu <= mtu)
		return;
	if (!host->path)
		host->path = calloc(BR_HOST_PATHS_MAX, sizeof(host->path[0]));
	if (!host->path)
		return;
	if (!path)
		path = &host->path[host->paths++ % BR_HOST_PATHS_MAX];
	*path = (struct br_six_path){.dst = key, .mtu = mtu};
}

static int route6(struct br_host *host, uint32_t wanted, const uint8_t dst[16],
                  struct br_host_route *ret_route)
{
	struct br_host_link *link = wanted < host->links ? host->link[wanted] : NULL;
	br_time now = host->clock->now;
	const uint8_t *router = NULL;

	if (br_ip_is_multicast6(dst) || br_ip_is_link_local6(dst)) {
		if (!link || !link->six)
			return -ENETUNREACH;
		*ret_route = (struct br_host_route){.link = link, .mtu = mtu_to(host, link, dst)};
		if (br_ip_is_multicast6(dst))
			br_ask_group_mac(dst, ret_route->mac);
		else
			ret_route->next_hop = br_ip_key_of(dst);
		return 0;
	}
	if (!link || !link->six || !is_on_link6(link, dst, now)) {
		link = NULL;
		for (uint32_t i = 0; i < host->links && !link; i++) {
			if (host->link[i]->six && is_on_link6(host->link[i], dst, now))
				link = host->link[i];
		}
	}
	if (!link && wanted < host->links && host->link[wanted]->six) {
		link = host->link[wanted];
		router = router_of(link, now);
		link = router ? link : NULL;
	}
	for (uint32_t i = 0; i < host->links && !link; i++) {
		router = host->link[i]->six ? router_of(host->link[i], now) : NULL;
		if (router)
			link = host->link[i];
	}
	if (!link)
		return -ENETUNREACH;
	*ret_route = (struct br_host_route){.link = link,
	                                    .next_hop = br_ip_key_of(router ? router : dst),
	                                    .mtu = mtu_to(host, link, dst)};
	return 0;
}

int br_ip_route(struct br_host *host, uint32_t link, const struct br_endpoint *dst,
                struct br_host_route *ret_route)
{
	if (br_ip_is_ipv4(dst->ip))
		return br_ipv4_route(host, link, br_endpoint_to_ipv4(dst), ret_route);
	if (br_ip_is_zero(dst->ip))
		return -ENETUNREACH;
	return route6(host, link, dst->ip, ret_route);
}

void br_ip_head(struct br_host *host, const struct br_host_route *route,
                const struct br_endpoint *src, const struct br_endpoint *dst, uint8_t ttl,
                bool dont_fragment, struct br_packet_route *ret_head)
{
	const struct br_six *six = route->link->six;

	*ret_head = (struct br_packet_route){.ttl = ttl ? ttl : BR_HOST_TTL};
	memcpy(ret_head->eth_src, route->link->port.mac, sizeof(ret_head->eth_src));
	memcpy(ret_head->eth_dst, route->mac, sizeof(ret_head->eth_dst));
	if (br_ip_is_ipv4(dst->ip)) {
		uint32_t from = br_endpoint_to_ipv4(src);

		ret_head->src = from ? from : route->link->address;
		ret_head->dst = br_endpoint_to_ipv4(dst);
		ret_head->identification = host->identification++;
		ret_head->fragment = dont_fragment ? BR_IPV4_DONT_FRAGMENT : 0;
		ret_head->tos = host->habits.tos;
		return;
	}
	const uint8_t *from = br_ip_is_zero(src->ip) || br_ip_is_ipv4(src->ip)
	                              ? br_host_source6(route->link, dst->ip)
	                              : src->ip;

	ret_head->six = true;
	if (ttl == 0 && six && (six->habits.hop_limit || six->hop_limit))
		ret_head->ttl = six->habits.hop_limit ? six->habits.hop_limit : six->hop_limit;
	if (from)
		memcpy(ret_head->src6, from, sizeof(ret_head->src6));
	memcpy(ret_head->dst6, dst->ip, sizeof(ret_head->dst6));
}

void br_ip_send(struct br_host *host, const struct br_host_route *route, struct br_frame *frame)
{
	if (br_ip_key_is_none(route->next_hop)) {
		memcpy(frame->data, route->mac, 6);
		br_host_send_frame(route->link, frame);
		return;
	}

	const uint8_t *mac =
		br_neighbour_lookup(host, route->link->index, route->next_hop, host->clock->now);

	if (mac) {
		memcpy(frame->data, mac, 6);
		br_host_send_frame(route->link, frame);
	} else {
		br_neighbour_send(route->link, route->next_hop, frame, host->clock->now);
	}
}

int br_ip_send_fragments(struct br_host *host, const struct br_host_route *route,
                         const struct br_packet_route *head, uint8_t protocol,
                         struct br_octets payload)
{
	size_t header = head->six ? BR_IPV6_HEADER + BR_IPV6_FRAGMENT_HEADER : BR_IPV4_HEADER;
	size_t room = (route->mtu - header) & ~(size_t)7;
	struct br_packet_route piece = *head;
	size_t offset = 0;

	if (payload.size > PAYLOAD_MAX || route->mtu < header + 8)
		return -EMSGSIZE;
	if (head->six)
		piece.identification = ++host->six_identification;
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

		int result = br_packet_build_ip(frame, &piece, protocol,
		                                (struct br_octets){payload.data + offset, size},
		                                (struct br_octets){NULL, 0});

		if (result < 0) {
			br_frame_unref(frame);
			return result;
		}
		host->counters.fragments_out++;
		br_ip_send(host, route, frame);
		offset += size;
	}
	return 0;
}
