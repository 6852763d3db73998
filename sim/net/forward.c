/* SPDX-License-Identifier: BSD-2-Clause */
/* IP through: RFC 1812 §5, RFC 8200 §3 */
#include <string.h>

#include "sim/net/host_stack.h"

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

	if (ip[0] >> 4 == 6) {
		ip[7]--;
		return copy;
	}
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
	(void)br_ip_send_fragments(host, route, &head, packet.protocol, packet.ip_payload);
	br_frame_unref(frame);
}

/* What must not leave its link, or is of nobody: RFC 1812 §5.3.4, RFC 4291 §2.5.6, RFC 4443 §2.4 */
static bool stays(const struct br_host_arrival *arrival)
{
	const struct br_packet *packet = arrival->packet;

	if (arrival->to_all || packet->vlan_tags > 0)
		return true;
	if (!br_packet_is_six(packet))
		return packet->ipv4.src == 0;
	return br_ip_is_zero(packet->src.ip) || br_ip_is_link_local6(packet->src.ip) ||
	       br_ip_is_link_local6(packet->dst.ip);
}

void br_forward(const struct br_host_arrival *arrival)
{
	struct br_host *host = arrival->link->host;
	const struct br_packet *packet = arrival->packet;
	bool six = br_packet_is_six(packet);
	uint32_t size = six ? BR_IPV6_HEADER + (uint32_t)packet->ipv6.size : packet->ipv4.size;
	struct br_host_route route;

	if (stays(arrival))
		return;
	if ((six ? packet->ipv6.hop_limit : packet->ipv4.ttl) <= 1) {
		br_icmp_error(arrival, BR_ICMP_TIME_EXCEEDED, 0, 0);
		return;
	}
	if (br_ip_route(host, BR_HOST_NO_LINK, &packet->dst, &route) < 0) {
		host->counters.unroutable++;
		br_icmp_error(arrival, BR_ICMP_UNREACHABLE, 0, 0);
		return;
	}
	if (br_ip_key_is_none(route.next_hop)) /* a directed broadcast: RFC 2644 */
		return;
	if (size > route.link->mtu && (six || packet->ipv4.fragment & BR_IPV4_DONT_FRAGMENT)) {
		/* RFC 1191 §4, RFC 8200 §5 */
		br_icmp_error(arrival, BR_ICMP_UNREACHABLE, 4, route.link->mtu);
		return;
	}

	struct br_frame *frame = older(host, arrival->frame);

	if (!frame)
		return;
	host->counters.forwarded++;
	frame->size = BR_ETHERNET_HEADER + size; /* padding stays behind */
	memcpy(frame->data + 6, route.link->port.mac, 6);
	if (size > route.link->mtu)
		forward_fragments(host, &route, frame);
	else
		br_ip_send(host, &route, frame);
}
