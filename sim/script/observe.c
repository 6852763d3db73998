/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/observe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

enum {
	PIECES_MAX = 16, /* datagrams in fragments at once */
	UNANSWERED_MAX = 16,
	DATAGRAM_MAX = 65535,
	FRAGMENT_UNIT = 8,
	DNS_PORT = 53, /* RFC 1035 4.2.1 */
};

/* A datagram that comes in fragments, in the order they come. */
struct pieces {
	uint32_t src, dst;
	uint16_t identification;
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
	uint32_t address = packet->network == BR_NETWORK_IPV4 ? packet->ipv4.dst : 0;
	int node;

	if ((packet->eth_dst[0] & 1) != 0)
		return BR_SCRIPT_NODE_ANYONE;
	node = br_world_node_by_ipv4(world, address);
	/* a client that has no address yet is known by its hardware */
	return node != BR_SCRIPT_NODE_NONE ? node : br_world_node_by_mac(world, packet->eth_dst);
}

/* False for what a router passes on. */
static bool is_own(const struct br_world *world, int node, uint32_t source)
{
	if (source == 0 || world->script->node[node].kind != BR_NODE_RELAY)
		return true;
	return br_world_node_by_ipv4(world, source) == node;
}

static bool describe(const struct br_world *world, const struct br_port *from,
                     const struct br_packet *packet, struct br_seen *ret_seen)
{
	size_t link = 0;
	int node = br_world_node_by_port(world, from, &link);

	if (node < 0 || packet->network != BR_NETWORK_IPV4 ||
	    !is_own(world, node, packet->ipv4.src))
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

bool br_seen_of_frame(const struct br_world *world, const struct br_port *from,
                      const struct br_frame *frame, struct br_seen *ret_seen)
{
	struct br_packet packet;

	br_packet_parse_frame(&packet, frame);
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
	seen.net = o->world->script->node[node].link[link].net;
	o->see(o->context, &seen, "its checksum is wrong");
}

static struct pieces *find_pieces(struct br_observer *o, const struct br_packet *packet)
{
	struct pieces *p;

	for (size_t i = 0; i < PIECES_MAX; i++) {
		p = &o->pieces[i];
		if (p->used && p->src == packet->ipv4.src && p->dst == packet->ipv4.dst &&
		    p->identification == packet->ipv4.identification)
			return p;
	}
	p = &o->pieces[o->turn++ % PIECES_MAX];
	if (!p->octets)
		p->octets = malloc(DATAGRAM_MAX);
	if (!p->octets)
		return NULL;
	p->src = packet->ipv4.src;
	p->dst = packet->ipv4.dst;
	p->identification = packet->ipv4.identification;
	p->used = true;
	p->got = p->size = 0;
	memset(p->begun, 0, sizeof(p->begun));
	return p;
}

/* True when the datagram is whole; its UDP header and payload are in ->octets then. */
static bool add_piece(struct br_observer *o, const struct br_packet *packet,
                      struct pieces **ret_pieces)
{
	size_t unit = packet->ipv4.fragment & BR_IPV4_OFFSET, offset = unit * FRAGMENT_UNIT;
	struct pieces *p = find_pieces(o, packet);

	if (!p || offset + packet->ip_payload.size > DATAGRAM_MAX ||
	    (p->begun[unit / 8] & 1 << unit % 8) != 0)
		return false;
	p->begun[unit / 8] |= (uint8_t)(1 << unit % 8);
	memcpy(p->octets + offset, packet->ip_payload.data, packet->ip_payload.size);
	p->got += packet->ip_payload.size;
	if ((packet->ipv4.fragment & BR_IPV4_MORE_FRAGMENTS) == 0)
		p->size = offset + packet->ip_payload.size;
	*ret_pieces = p;
	return p->size > 0 && p->got >= p->size && p->size >= BR_UDP_HEADER;
}

/* The checksum over the pieces; 0 says there is none, RFC 768. */
static bool is_broken_whole(const struct pieces *p)
{
	uint32_t sum = br_packet_pseudo_sum(p->src, p->dst, BR_IP_PROTOCOL_UDP, p->size);

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
	seen.source = br_endpoint_ipv4(packet->ipv4.src, br_get_be16(&r));
	seen.target = br_endpoint_ipv4(packet->ipv4.dst, br_get_be16(&r));
	seen.payload = (struct br_octets){p->octets + BR_UDP_HEADER, p->size - BR_UDP_HEADER};
	seen.number = o->frames;
	o->see(o->context, &seen, NULL);
}

static struct br_unanswered *find_unanswered(struct br_observer *o, int from, uint32_t address)
{
	for (size_t i = 0; i < o->unanswered_count; i++) {
		if (o->unanswered[i].address == address && o->unanswered[i].from == from)
			return &o->unanswered[i];
	}
	return NULL;
}

/* @heard: it was delivered; a question that is lost stays without an answer too */
static void see_arp(struct br_observer *o, int from, const struct br_packet_arp *arp, bool heard)
{
	struct br_unanswered *waits;

	for (size_t i = 0; heard && i < o->unanswered_count;) { /* whoever speaks is there */
		if (o->unanswered[i].address == arp->sender_ip)
			o->unanswered[i] = o->unanswered[--o->unanswered_count];
		else
			i++;
	}
	if (arp->operation != BR_ARP_REQUEST || arp->sender_ip == arp->target_ip)
		return;
	waits = find_unanswered(o, from, arp->target_ip);
	if (!waits && o->unanswered_count < UNANSWERED_MAX) {
		waits = &o->unanswered[o->unanswered_count++];
		*waits = (struct br_unanswered){from, arp->target_ip, o->world->clock.now, 0};
	}
	if (waits)
		waits->asked++;
}

const struct br_unanswered *br_observer_unanswered(const struct br_observer *observer, size_t index)
{
	return index < observer->unanswered_count ? &observer->unanswered[index] : NULL;
}

/* A method and a blank: no response begins so, and no body of a boot file by chance. */
static bool begins_request(struct br_octets payload)
{
	static const char *const starts[] = {"GET /",    "HEAD /",    "POST /",   "PUT /",
	                                     "DELETE /", "OPTIONS /", "GET http", "HEAD http"};

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

	if (!begins_request(packet->payload) || !describe(o->world, from, packet, &seen))
		return;
	seen.kind = BR_SEEN_ASKED;
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
	} else if (packet.fragment && packet.network == BR_NETWORK_IPV4) {
		see_pieces(o, from, &packet);
	} else if (packet.network == BR_NETWORK_ARP) {
		see_arp(o, br_world_node_by_port(o->world, from, &link), &packet.arp, true);
	} else if (packet.transport == BR_TRANSPORT_TCP) {
		see_segment(o, from, &packet);
	} else if (packet.transport == BR_TRANSPORT_UDP &&
	           describe(o->world, from, &packet, &seen)) {
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

static bool is_dhcp_port(uint16_t port)
{
	return port == BR_DHCP_PORT_SERVER || port == BR_DHCP_PORT_CLIENT ||
	       port == BR_DHCP_PORT_PXE;
}

bool br_seen_decode(const struct br_seen *seen, struct br_decoded *ret_decoded)
{
	switch (seen->kind) {
	case BR_SEEN_DATAGRAM:
		if (is_dhcp_port(seen->source.port) || is_dhcp_port(seen->target.port))
			return br_protocol_dhcp.decode(seen->payload, ret_decoded);
		if (seen->source.port == DNS_PORT || seen->target.port == DNS_PORT)
			return br_protocol_dns.decode(seen->payload, ret_decoded) ||
			       br_protocol_udp.decode(seen->payload, ret_decoded);
		return br_protocol_tftp.decode(seen->payload, ret_decoded);
	case BR_SEEN_ASKED:
	case BR_SEEN_HTTP:
		return br_protocol_http.decode(seen->payload, ret_decoded);
	case BR_SEEN_CLOSE:
	case BR_SEEN_RESET:
		ret_decoded->protocol = &br_protocol_http;
		ret_decoded->message = seen->kind == BR_SEEN_CLOSE ? "close" : "reset";
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
		br_text_put_ipv4(w, br_endpoint_to_ipv4(end));
	br_text_put(w, ":");
	br_text_put_decimal(w, end->port);
}
