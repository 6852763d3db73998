/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP: RFC 768, RFC 1122 §4.1, RFC 8200 §8.1 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/net/host_stack.h"

enum {
	DATAGRAM_MAX = 65535 - BR_IPV4_HEADER - BR_UDP_HEADER,
};

int br_udp_init(struct br_host *host)
{
	size_t room = 4;

	while (room < 2 * host->limits.udp_ports_max)
		room *= 2;
	host->port = calloc(room, sizeof(host->port[0]));
	host->port_mask = (uint32_t)(room - 1);
	return host->port ? 0 : -ENOMEM;
}

static uint32_t home_of(const struct br_host *host, uint16_t port)
{
	return (uint32_t)(port * UINT32_C(0x9e3779b1) >> 13) & host->port_mask;
}

/* Where @port lies, or the empty place where it would. Half the places are empty. */
static uint32_t place_of(const struct br_host *host, uint16_t port)
{
	uint32_t at = home_of(host, port);

	while (host->port[at] != 0 && host->port[at] != port)
		at = (at + 1) & host->port_mask;
	return at;
}

int br_host_udp_open(struct br_host *host, uint16_t port)
{
	uint32_t at = place_of(host, port);

	if (port == 0 || host->port[at] == port)
		return -EADDRINUSE;
	if (host->ports == host->limits.udp_ports_max)
		return -ENOSPC;
	host->port[at] = port;
	host->ports++;
	br_host_listen_port(host, port, true);
	return 0;
}

void br_host_udp_close(struct br_host *host, uint16_t port)
{
	uint32_t hole = place_of(host, port);

	if (port == 0 || host->port[hole] == 0)
		return;
	host->ports--;
	/* what could not lie at its home because of this one moves up */
	for (uint32_t at = (hole + 1) & host->port_mask; host->port[at] != 0;
	     at = (at + 1) & host->port_mask) {
		uint32_t home = home_of(host, host->port[at]);

		if (((at - home) & host->port_mask) >= ((at - hole) & host->port_mask)) {
			host->port[hole] = host->port[at];
			hole = at;
		}
	}
	host->port[hole] = 0;
	br_host_listen_port(host, port, false);
}

bool br_udp_is_open(const struct br_host *host, uint16_t port)
{
	return port != 0 && host->port[place_of(host, port)] != 0;
}

void br_udp_input(const struct br_host_arrival *arrival)
{
	struct br_host *host = arrival->link->host;
	const struct br_packet *packet = arrival->packet;

	if (packet->wrong) {
		host->counters.bad++;
		return;
	}
	if (!br_udp_is_open(host, packet->dst.port)) {
		host->counters.no_port++;
		if (host->habits.unreachables)
			br_icmp_error(arrival, BR_ICMP_UNREACHABLE, 3, 0);
		return;
	}
	if (!host->user.datagram)
		return;

	struct br_datagram datagram = {
		.link = arrival->link->index,
		.local = packet->dst,
		.remote = packet->src,
		.no_checksum = packet->udp.checksum == 0 &&
	                       !(arrival->frame &&
	                         arrival->frame->checksums_virtual & BR_CHECKSUM_TRANSPORT),
		.payload = packet->payload,
	};

	if (br_packet_is_six(packet)) {
		datagram.ttl = packet->ipv6.hop_limit;
		datagram.dont_fragment = true; /* no router may */
		if (datagram.no_checksum) {    /* RFC 8200 §8.1: it is not optional */
			host->counters.bad++;
			return;
		}
	} else {
		datagram.ttl = packet->ipv4.ttl;
		datagram.dont_fragment = (packet->ipv4.fragment & BR_IPV4_DONT_FRAGMENT) != 0;
	}
	memcpy(datagram.remote_mac, packet->eth_src, sizeof(datagram.remote_mac));
	host->user.datagram(host->user.context, &datagram, arrival->now);
}

static bool wants_checksum(const struct br_host *host, const struct br_packet_route *head,
                           const struct br_datagram *datagram)
{
	return head->six || (!datagram->no_checksum && host->habits.udp_checksums);
}

/* Too big for one frame: put together once, with its checksum, then cut. */
static int send_large(struct br_host *host, const struct br_host_route *route,
                      const struct br_packet_route *head, const struct br_datagram *datagram)
{
	size_t size = BR_UDP_HEADER + datagram->payload.size + datagram->body.size;
	uint8_t *whole = malloc(size);

	if (!whole)
		return -ENOBUFS;

	const uint16_t fields[4] = {datagram->local.port, datagram->remote.port, (uint16_t)size, 0};

	for (size_t i = 0; i < 4; i++) {
		whole[2 * i] = (uint8_t)(fields[i] >> 8);
		whole[2 * i + 1] = (uint8_t)fields[i];
	}
	if (datagram->payload.size > 0)
		memcpy(whole + BR_UDP_HEADER, datagram->payload.data, datagram->payload.size);
	if (datagram->body.size > 0)
		memcpy(whole + BR_UDP_HEADER + datagram->payload.size, datagram->body.data,
		       datagram->body.size);
	if (wants_checksum(host, head, datagram)) {
		uint32_t sum = br_packet_route_sum(head, BR_IP_PROTOCOL_UDP, size);
		uint16_t checksum = br_checksum_fold(br_checksum_add(sum, whole, size));

		checksum = checksum ? checksum : 0xffff;
		whole[6] = (uint8_t)(checksum >> 8);
		whole[7] = (uint8_t)checksum;
	}

	int result = br_ip_send_fragments(host, route, head, BR_IP_PROTOCOL_UDP,
	                                  (struct br_octets){whole, size});

	free(whole);
	return result;
}

static int find_route(struct br_host *host, const struct br_datagram *datagram,
                      struct br_host_route *ret_route)
{
	const uint8_t *mac = datagram->remote_mac;

	if (!(mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]))
		return br_ip_route(host, datagram->link, &datagram->remote, ret_route);
	if (datagram->link >= host->links)
		return -ENETUNREACH;
	*ret_route = (struct br_host_route){.link = host->link[datagram->link],
	                                    .mtu = host->link[datagram->link]->mtu};
	memcpy(ret_route->mac, mac, sizeof(ret_route->mac));
	return 0;
}

int br_host_udp_send(struct br_host *host, const struct br_datagram *datagram)
{
	bool six = !br_ip_is_ipv4(datagram->remote.ip);
	size_t header = six ? BR_IPV6_HEADER : BR_IPV4_HEADER;
	size_t size = datagram->payload.size + datagram->body.size;
	struct br_host_route route;
	struct br_packet_route head;

	if (find_route(host, datagram, &route) < 0) {
		host->counters.unroutable++;
		return -ENETUNREACH;
	}

	bool large = size + header + BR_UDP_HEADER > route.mtu;

	if (size > DATAGRAM_MAX || (large && datagram->dont_fragment))
		return -EMSGSIZE;
	br_ip_head(host, &route, &datagram->local, &datagram->remote, datagram->ttl,
	           datagram->dont_fragment, &head);
	if (datagram->no_source)
		head.src = 0;
	if (large)
		return send_large(host, &route, &head, datagram);

	struct br_frame *frame = br_host_new_frame(host);

	if (!frame)
		return -ENOBUFS;
	if (br_packet_build_udp(frame, &head, datagram->local.port, datagram->remote.port,
	                        datagram->payload, datagram->body) < 0) {
		br_frame_unref(frame);
		return -EMSGSIZE;
	}
	if (!wants_checksum(host, &head, datagram)) {
		uint8_t *udp = frame->data + BR_ETHERNET_HEADER + BR_IPV4_HEADER;

		br_frame_finish(frame);
		udp[6] = udp[7] = 0;
	}
	br_ip_send(host, &route, frame);
	return 0;
}
