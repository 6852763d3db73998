/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/observe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/nd.h"

enum {
	PIECES_MAX = 16, /* datagrams in fragments at once */
	UNANSWERED_MAX = 16,
	DATAGRAM_MAX = 65535,
	FRAGMENT_UNIT = 8,
	DNS_PORT = 53, /* RFC 1035 4.2.1 */
};

/* A datagram that comes in fragments, in the order they come. */
struct pieces {
	struct br_endpoint src, dst;
	uint32_t identification;
	bool used;
	size_t got, size; /* octets of UDP there are; of the whole, 0: not known yet */
	uint8_t *octets;
	uint8_t begun[(DATAGRAM_MAX + 1) / FRAGMENT_UNIT / 8]; /* a bit for each offset that came */
};

struct br_observer {
	struct br_world *world;
	br_seen_see *see;
	void *context;
	uint64_t frames;
	size_t turn; /* which place of @pieces is given up next */
	struct pieces pieces[PIECES_MAX];
	struct br_unanswered unanswered[UNANSWERED_MAX];
	size_t unanswered_count;
};

static int target_of(const struct br_world *world, const struct br_packet *packet)
{
	int node;

	/* to all by IP, though to one card alone: rules tell that */
	if ((packet->eth_dst[0] & 1) != 0 || br_endpoint_to_ipv4(&packet->dst) == UINT32_MAX)
		return BR_SCRIPT_NODE_ANYONE;
	node = br_world_node_by_ip(world, &packet->dst);
	/* a client that has no address yet is known by its hardware */
	return node != BR_SCRIPT_NODE_NONE ? node : br_world_node_by_mac(world, packet->eth_dst);
}

/* False for what a router passes on. */
static bool is_own(const struct br_world *world, int node, const struct br_endpoint *source)
{
	bool none = br_ip_is_zero(source->ip) ||
	            (br_ip_is_ipv4(source->ip) && br_endpoint_to_ipv4(source) == 0);

	return none || !br_node_routes(&world->script->node[node]) ||
	       br_world_node_by_ip(world, source) == node;
}

static bool describe(const struct br_world *world, const struct br_port *from,
                     const struct br_packet *packet, struct br_seen *ret_seen)
{
	size_t link = 0;
	int node = br_world_node_by_port(world, from, &link);

	if (node < 0 ||
	    (packet->network != BR_NETWORK_IPV4 && packet->network != BR_NETWORK_IPV6) ||
	    !is_own(world, node, &packet->src))
		return false;
	*ret_seen = (struct br_seen){
		.kind = BR_SEEN_DATAGRAM,
		.at = world->clock.now,
		.from = node,
		.to = target_of(world, packet),
		.net = world->script->node[node].link[link].net,
		.source = packet->src,
		.target = packet->dst,
		.payload = packet->payload,
	};
	return true;
}

static bool describe_icmp6(const struct br_world *world, const struct br_port *from,
                           const struct br_packet *packet, struct br_seen *ret_seen)
{
	if (packet->fragment || !describe(world, from, packet, ret_seen))
		return false;
	ret_seen->kind = BR_SEEN_ICMP6;
	ret_seen->payload = packet->ip_payload;
	return true;
}

bool br_seen_of_frame(const struct br_world *world, const struct br_port *from,
                      const struct br_frame *frame, struct br_seen *ret_seen)
{
	struct br_packet packet;

	br_packet_parse_frame(&packet, frame);
	if (packet.transport == BR_TRANSPORT_ICMPV6)
		return describe_icmp6(world, from, &packet, ret_seen);
	return packet.transport == BR_TRANSPORT_UDP && describe(world, from, &packet, ret_seen);
}

/* Bits were flipped on the way: nobody takes it in, and what it says is not what was sent. */
static bool is_broken(const struct br_packet *packet)
{
	return (packet->wrong & (BR_PACKET_BAD_IP_CHECKSUM | BR_PACKET_BAD_L4_CHECKSUM |
	                         BR_PACKET_BAD_HEADER | BR_PACKET_SHORT | BR_PACKET_BAD_LENGTH)) !=
	       0;
}

static void see_broken(struct br_observer *o, const struct br_port *from,
                       const struct br_packet *packet)
{
	size_t link;
	int node = br_world_node_by_port(o->world, from, &link);
	struct br_seen seen = {
		.kind = BR_SEEN_DATAGRAM,
		.at = o->world->clock.now,
		.from = node,
		.to = BR_SCRIPT_NODE_NONE,
		.source = packet->src,
		.target = packet->dst,
		.payload = packet->payload,
		.number = o->frames,
	};

	if (node < 0 || packet->network == BR_NETWORK_ARP || packet->protocol == BR_IP_PROTOCOL_TCP)
		return;
	if (packet->transport == BR_TRANSPORT_ICMPV6) {
		seen.kind = BR_SEEN_ICMP6;
		seen.payload = packet->ip_payload;
	}
	seen.net = o->world->script->node[node].link[link].net;
	o->see(o->context, &seen, "its checksum is wrong");
}

static uint32_t identification_of(const struct br_packet *packet)
{
	return packet->network == BR_NETWORK_IPV6 ? packet->ipv6.identification
	                                          : packet->ipv4.identification;
}

static struct pieces *find_pieces(struct br_observer *o, const struct br_packet *packet)
{
	struct pieces *p;

	for (size_t i = 0; i < PIECES_MAX; i++) {
		p = &o->pieces[i];
		if (p->used && br_ip_equal(p->src.ip, packet->src.ip) &&
		    br_ip_equal(p->dst.ip, packet->dst.ip) &&
		    p->identification == identification_of(packet))
			return p;
	}
	p = &o->pieces[o->turn++ % PIECES_MAX];
	if (!p->octets)
		p->octets = malloc(DATAGRAM_MAX);
	if (!p->octets)
		return NULL;
	p->src = packet->src;
	p->dst = packet->dst;
	p->identification = identification_of(packet);
	p->used = true;
	p->got = p->size = 0;
	memset(p->begun, 0, sizeof(p->begun));
	return p;
}

/* True when the datagram is whole; its UDP header and payload are in ->octets then. */
static bool add_piece(struct br_observer *o, const struct br_packet *packet,
                      struct pieces **ret_pieces)
{
	bool six = packet->network == BR_NETWORK_IPV6;
	size_t unit = six ? packet->ipv6.fragment / FRAGMENT_UNIT
	                  : packet->ipv4.fragment & BR_IPV4_OFFSET;
	size_t offset = unit * FRAGMENT_UNIT;
	bool more = six ? (packet->ipv6.fragment & 1) != 0
	                : (packet->ipv4.fragment & BR_IPV4_MORE_FRAGMENTS) != 0;
	struct pieces *p = find_pieces(o, packet);

	if (!p || offset + packet->ip_payload.size > DATAGRAM_MAX ||
	    (p->begun[unit / 8] & 1 << unit % 8) != 0)
		return false;
	p->begun[unit / 8] |= (uint8_t)(1 << unit % 8);
	memcpy(p->octets + offset, packet->ip_payload.data, packet->ip_payload.size);
	p->got += packet->ip_payload.size;
	if (!more)
		p->size = offset + packet->ip_payload.size;
	*ret_pieces = p;
	return p->size > 0 && p->got >= p->size && p->size >= BR_UDP_HEADER;
}

/* The checksum over the pieces; 0 says there is none, RFC 768. */
static bool is_broken_whole(const struct pieces *p)
{
	struct br_packet_route route = {.six = !br_ip_is_ipv4(p->src.ip)};
	uint32_t sum;

	route.src = br_endpoint_to_ipv4(&p->src);
	route.dst = br_endpoint_to_ipv4(&p->dst);
	memcpy(route.src6, p->src.ip, sizeof(route.src6));
	memcpy(route.dst6, p->dst.ip, sizeof(route.dst6));
	sum = br_packet_route_sum(&route, BR_IP_PROTOCOL_UDP, p->size);

	return (p->octets[6] | p->octets[7]) != 0 &&
	       br_checksum_fold(br_checksum_add(sum, p->octets, p->size)) != 0;
}

static void see_pieces(struct br_observer *o, const struct br_port *from,
                       const struct br_packet *packet)
{
	struct pieces *p;
	struct br_reader r;
	struct br_seen seen;

	if (packet->protocol != BR_IP_PROTOCOL_UDP || !add_piece(o, packet, &p))
		return;
	p->used = false;
	if (is_broken_whole(p))
		return;
	if (!describe(o->world, from, packet, &seen))
		return;
	r = br_reader_of(p->octets, p->size);
	seen.source.port = br_get_be16(&r);
	seen.target.port = br_get_be16(&r);
	seen.payload = (struct br_octets){p->octets + BR_UDP_HEADER, p->size - BR_UDP_HEADER};
	seen.number = o->frames;
	o->see(o->context, &seen, NULL);
}

static struct br_unanswered *find_unanswered(struct br_observer *o, int from,
                                             const struct br_endpoint *address)
{
	for (size_t i = 0; i < o->unanswered_count; i++) {
		if (br_endpoint_equal(&o->unanswered[i].address, address) &&
		    o->unanswered[i].from == from)
			return &o->unanswered[i];
	}
	return NULL;
}

/* Whoever speaks is there. */
static void has_spoken(struct br_observer *o, const struct br_endpoint *who)
{
	for (size_t i = 0; i < o->unanswered_count;) {
		if (br_endpoint_equal(&o->unanswered[i].address, who))
			o->unanswered[i] = o->unanswered[--o->unanswered_count];
		else
			i++;
	}
}

static void is_wanted(struct br_observer *o, int from, const struct br_endpoint *address)
{
	struct br_unanswered *waits = find_unanswered(o, from, address);

	if (!waits && o->unanswered_count < UNANSWERED_MAX) {
		waits = &o->unanswered[o->unanswered_count++];
		*waits = (struct br_unanswered){from, *address, o->world->clock.now, 0};
	}
	if (waits)
		waits->asked++;
}

/* @heard: it was delivered; a question that is lost stays without an answer too */
static void see_arp(struct br_observer *o, int from, const struct br_packet_arp *arp, bool heard)
{
	const struct br_endpoint sender = br_endpoint_ipv4(arp->sender_ip, 0),
				 target = br_endpoint_ipv4(arp->target_ip, 0);

	if (heard)
		has_spoken(o, &sender);
	if (arp->operation == BR_ARP_REQUEST && arp->sender_ip != arp->target_ip)
		is_wanted(o, from, &target);
}

/* The same of IPv6; who checks an address of its own wants no answer. */
static void see_neighbour(struct br_observer *o, int from, const struct br_packet *packet,
                          bool heard)
{
	struct br_nd_neighbour neighbour;
	struct br_endpoint target = {{0}, 0}, sender = packet->src;
	uint8_t type = packet->icmp.type;

	if ((type != BR_ICMP6_NEIGHBOUR_SOLICITATION && type != BR_ICMP6_NEIGHBOUR_ADVERTISEMENT) ||
	    br_nd_neighbour_get(packet->icmp.rest, packet->payload, &neighbour) < 0)
		return;
	memcpy(target.ip, neighbour.target, sizeof(target.ip));
	if (heard && type == BR_ICMP6_NEIGHBOUR_ADVERTISEMENT)
		has_spoken(o, &target);
	else if (heard)
		has_spoken(o, &sender);
	if (type == BR_ICMP6_NEIGHBOUR_SOLICITATION && !br_ip_is_zero(packet->src.ip))
		is_wanted(o, from, &target);
}

const struct br_unanswered *br_observer_unanswered(const struct br_observer *observer, size_t index)
{
	return index < observer->unanswered_count ? &observer->unanswered[index] : NULL;
}

/* A method and a blank: no response begins so, and no body of a boot file by chance. */
static bool begins_request(struct br_octets payload)
{
	static const char *const starts[] = {"GET /",    "HEAD /",    "POST /",
	                                     "PUT /",    "DELETE /",  "OPTIONS /",
	                                     "GET http", "HEAD http", "CONNECT "};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (br_text_starts(payload, starts[i]))
			return true;
	}
	return false;
}

static void see_segment(struct br_observer *o, const struct br_port *from,
                        const struct br_packet *packet)
{
	struct br_seen seen;

	bool opens = (packet->tcp.flags & (BR_TCP_SYN | BR_TCP_ACK)) == BR_TCP_SYN;

	if ((!opens && !begins_request(packet->payload)) ||
	    !describe(o->world, from, packet, &seen))
		return;
	seen.kind = opens ? BR_SEEN_OPEN : BR_SEEN_ASKED;
	seen.number = o->frames;
	o->see(o->context, &seen, NULL);
}

static void frame_seen(void *context, const struct br_segment *segment, const struct br_port *from,
                       struct br_frame *frame, br_time now)
{
	struct br_observer *o = context;
	struct br_packet packet;
	struct br_seen seen;
	size_t link;

	(void)segment;
	(void)now;
	o->frames++;
	br_packet_parse_frame(&packet, frame);
	if (is_broken(&packet)) {
		see_broken(o, from, &packet);
	} else if (packet.fragment &&
	           (packet.network == BR_NETWORK_IPV4 || packet.network == BR_NETWORK_IPV6)) {
		see_pieces(o, from, &packet);
	} else if (packet.network == BR_NETWORK_ARP) {
		see_arp(o, br_world_node_by_port(o->world, from, &link), &packet.arp, true);
	} else if (packet.transport == BR_TRANSPORT_TCP) {
		see_segment(o, from, &packet);
	} else if ((packet.transport == BR_TRANSPORT_UDP ||
	            packet.transport == BR_TRANSPORT_ICMPV6) &&
	           br_seen_of_frame(o->world, from, frame, &seen)) {
		if (packet.transport == BR_TRANSPORT_ICMPV6)
			see_neighbour(o, seen.from, &packet, true);
		seen.frame = frame;
		seen.sent = frame->sent;
		seen.number = o->frames;
		o->see(o->context, &seen, NULL);
	}
}

static void frame_lost(void *context, const struct br_segment *segment, const struct br_port *from,
                       struct br_frame *frame, const char *why, br_time now)
{
	struct br_observer *o = context;
	struct br_packet packet;
	struct br_seen seen;
	size_t link;

	(void)segment;
	(void)now;
	br_packet_parse_frame(&packet, frame);
	if (packet.network == BR_NETWORK_ARP)
		see_arp(o, br_world_node_by_port(o->world, from, &link), &packet.arp, false);
	if (packet.transport == BR_TRANSPORT_ICMPV6)
		see_neighbour(o, br_world_node_by_port(o->world, from, &link), &packet, false);
	if (!br_seen_of_frame(o->world, from, frame, &seen))
		return;
	seen.number = o->frames;
	o->see(o->context, &seen, why);
}

int br_observer_new(struct br_observer **ret_observer, struct br_world *world, br_seen_see *see,
                    void *context)
{
	struct br_observer *o = calloc(1, sizeof(*o));
	struct br_tap tap = {.see = frame_seen, .lost = frame_lost, .context = o};
	int result;

	if (!o)
		return -ENOMEM;
	o->world = world;
	o->see = see;
	o->context = context;
	result = br_wire_add_tap(world->wire, &tap);
	if (result < 0) {
		free(o);
		return result;
	}
	*ret_observer = o;
	return 0;
}

struct br_observer *br_observer_free(struct br_observer *observer)
{
	if (!observer)
		return NULL;
	for (size_t i = 0; i < PIECES_MAX; i++)
		free(observer->pieces[i].octets);
	free(observer);
	return NULL;
}

uint64_t br_observer_frames(const struct br_observer *observer)
{
	return observer->frames;
}

struct br_seen br_seen_keep(const struct br_seen *seen)
{
	struct br_seen kept = *seen;

	if (kept.frame) {
		br_frame_ref(kept.frame);
		return kept;
	}
	kept.copy = malloc(seen->payload.size + 1);
	if (!kept.copy)
		abort();
	if (seen->payload.size > 0)
		memcpy(kept.copy, seen->payload.data, seen->payload.size);
	kept.payload.data = kept.copy;
	return kept;
}

void br_seen_drop(struct br_seen *seen)
{
	br_frame_unref(seen->frame);
	free(seen->copy);
	seen->frame = NULL;
	seen->copy = NULL;
}

static bool is_dhcp6_port(uint16_t port)
{
	return port == BR_DHCP6_PORT_SERVER || port == BR_DHCP6_PORT_CLIENT ||
	       port == BR_DHCP6_PORT_PXE;
}

static bool is_dhcp_port(uint16_t port)
{
	return port == BR_DHCP_PORT_SERVER || port == BR_DHCP_PORT_CLIENT ||
	       port == BR_DHCP_PORT_PXE;
}

bool br_seen_decode(const struct br_seen *seen, struct br_decoded *ret_decoded)
{
	switch (seen->kind) {
	case BR_SEEN_ICMP6:
		return br_protocol_icmp6.decode(seen->payload, ret_decoded);
	case BR_SEEN_DATAGRAM:
		if (!br_ip_is_ipv4(seen->target.ip)) {
			if (is_dhcp6_port(seen->source.port) || is_dhcp6_port(seen->target.port))
				return br_protocol_dhcp6.decode(seen->payload, ret_decoded);
		} else if (is_dhcp_port(seen->source.port) || is_dhcp_port(seen->target.port))
			return br_protocol_dhcp.decode(seen->payload, ret_decoded);
		if (seen->source.port == DNS_PORT || seen->target.port == DNS_PORT)
			return br_protocol_dns.decode(seen->payload, ret_decoded) ||
			       br_protocol_udp.decode(seen->payload, ret_decoded);
		return br_protocol_tftp.decode(seen->payload, ret_decoded);
	case BR_SEEN_ASKED:
	case BR_SEEN_HTTP:
		return br_protocol_http.decode(seen->payload, ret_decoded);
	case BR_SEEN_OPEN:
	case BR_SEEN_CLOSE:
	case BR_SEEN_RESET:
		ret_decoded->protocol = &br_protocol_http;
		ret_decoded->message = seen->kind == BR_SEEN_OPEN    ? "open"
		                       : seen->kind == BR_SEEN_CLOSE ? "close"
		                                                     : "reset";
		ret_decoded->payload = (struct br_octets){0};
		ret_decoded->http = (struct br_http_head){.major = 1};
		return true;
	}
	return false;
}

void br_seen_print_end(const struct br_script *script, int node, const struct br_endpoint *end,
                       struct br_writer *w)
{
	if (node == BR_SCRIPT_NODE_ANYONE)
		br_text_put(w, "*");
	else if (node >= 0)
		br_text_put(w, script->node[node].name);
	else
		br_text_put_url_host(w, end->ip);
	if (end->port == 0) /* of ICMPv6 */
		return;
	br_text_put(w, ":");
	br_text_put_decimal(w, end->port);
}
