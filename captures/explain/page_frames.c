/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/page_frames.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "captures/explain/show.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "sim/lines/line.h"
#include "sim/script/observe.h"

enum {
	TEXT_SIZE = 400,
	FLOWS = 64, /* transfers whose middle is left out at once */
};

struct lane {
	struct br_endpoint address;
	char role[32];
};

/* A TFTP transfer */
struct drawn_transfer {
	uint16_t client, server;
	uint64_t blocks;
	size_t size; /* of the first */
	bool done;
};

struct br_page_frames {
	struct br_html *html;
	uint8_t mac[6];
	struct lane lane[BR_PAGE_LANES_MAX]; /* [0] is the machine */
	size_t lanes;
	struct drawn_transfer flow[FLOWS];
	struct br_decoded decoded;
};

struct br_page_frames *br_page_frames_new(struct br_html *html, const uint8_t mac[6],
                                          const char *role)
{
	struct br_page_frames *f = calloc(1, sizeof(*f));

	if (!f)
		abort();
	f->html = html;
	memcpy(f->mac, mac, sizeof(f->mac));
	f->lanes = 1;
	(void)snprintf(f->lane[0].role, sizeof(f->lane[0].role), "%s", role);
	return f;
}

struct br_page_frames *br_page_frames_free(struct br_page_frames *f)
{
	free(f);
	return NULL;
}

static bool same_address(const struct br_endpoint *a, const struct br_endpoint *b)
{
	return !memcmp(a->ip, b->ip, sizeof(a->ip));
}

static int lane_at(struct br_page_frames *f, const struct br_endpoint *address, const char *role)
{
	for (size_t i = 1; i < f->lanes; i++) {
		if (same_address(&f->lane[i].address, address))
			return (int)i;
	}
	if (f->lanes == BR_PAGE_LANES_MAX)
		return BR_HTML_NOBODY;
	f->lane[f->lanes].address = *address;
	(void)snprintf(f->lane[f->lanes].role, sizeof(f->lane[0].role), "%s", role);
	return (int)f->lanes++;
}

void br_page_frames_server(struct br_page_frames *f, const struct br_endpoint *address,
                           const char *role)
{
	int lane = lane_at(f, address, role);

	if (lane > 0 && strcmp(f->lane[lane].role, role) != 0)
		(void)snprintf(f->lane[lane].role, sizeof(f->lane[0].role), "address, boot");
}

/* The middle of a transfer tells nothing. */
static bool is_middle(struct br_page_frames *f, const struct br_packet *packet, bool up)
{
	const struct br_tftp_packet *t = &f->decoded.tftp;
	uint16_t client = up ? packet->src.port : packet->dst.port;
	uint16_t server = up ? packet->dst.port : packet->src.port;
	struct drawn_transfer *flow = &f->flow[client % FLOWS];

	if (t->opcode != BR_TFTP_DATA && t->opcode != BR_TFTP_ACK)
		return false;
	if (flow->client != client || flow->server != server)
		*flow = (struct drawn_transfer){.client = client, .server = server};
	if (t->opcode == BR_TFTP_DATA && flow->blocks++ == 0)
		flow->size = packet->payload_size;
	flow->done = flow->done || (t->opcode == BR_TFTP_DATA && packet->payload_size < flow->size);
	return flow->blocks > 1 && !flow->done;
}

static void put_message(struct br_page_frames *f, char text[TEXT_SIZE])
{
	struct br_writer w = br_writer_of(text, TEXT_SIZE - 1);

	br_line_print_packet(&f->decoded, NULL, &w);
	(void)br_text_end(&w);
}

static const char *dhcp6_type(const struct br_packet *p)
{
	const char *name = p->payload.size > 0 ? br_dhcp6_type_name(p->payload.data[0]) : NULL;

	return name ? name : "message";
}

/* In words of its own; "" says nothing of it. */
static void put_other(const struct br_packet *p, char text[TEXT_SIZE])
{
	char address[BR_SHOW_ADDRESS];

	text[0] = '\0';
	if (p->network == BR_NETWORK_ARP)
		(void)snprintf(text, TEXT_SIZE,
		               p->arp.operation == BR_ARP_REQUEST ? "arp who has %s"
		                                                  : "arp %s is here",
		               br_show_ipv4(address, p->arp.operation == BR_ARP_REQUEST
		                                             ? p->arp.target_ip
		                                             : p->arp.sender_ip));
	else if (p->transport == BR_TRANSPORT_ICMP || p->transport == BR_TRANSPORT_ICMPV6)
		(void)snprintf(text, TEXT_SIZE, "icmp type %u code %u", p->icmp.type, p->icmp.code);
	else if (p->transport == BR_TRANSPORT_TCP && p->tcp.flags & BR_TCP_SYN)
		(void)snprintf(text, TEXT_SIZE, "tcp syn%s, port %u",
		               p->tcp.flags & BR_TCP_ACK ? " ack" : "",
		               p->tcp.flags & BR_TCP_ACK ? p->src.port : p->dst.port);
	else if (p->transport == BR_TRANSPORT_TCP && p->tcp.flags & BR_TCP_RST)
		(void)snprintf(text, TEXT_SIZE, "tcp rst");
	else if (p->transport == BR_TRANSPORT_UDP &&
	         (p->dst.port == BR_DHCP6_PORT_SERVER || p->dst.port == BR_DHCP6_PORT_CLIENT))
		(void)snprintf(text, TEXT_SIZE, "dhcpv6 %s", dhcp6_type(p));
	else if (p->transport == BR_TRANSPORT_UDP)
		(void)snprintf(text, TEXT_SIZE, "udp %u -> %u, %" PRIu32 " octets", p->src.port,
		               p->dst.port, p->payload_size);
}

static bool decode(struct br_page_frames *f, const struct br_packet *p)
{
	struct br_seen seen = {.source = p->src, .target = p->dst, .payload = p->payload};

	if (p->transport == BR_TRANSPORT_UDP)
		return br_seen_decode(&seen, &f->decoded);
	return p->transport == BR_TRANSPORT_TCP && p->payload.size > 0 &&
	       br_protocol_http.decode(p->payload, &f->decoded);
}

static bool is_to_all(const struct br_packet *p)
{
	return (p->eth_dst[0] & 1) != 0;
}

void br_page_frames_packet(struct br_page_frames *f, const struct br_packet *packet, uint64_t frame,
                           br_time at)
{
	bool up = !memcmp(packet->eth_src, f->mac, sizeof(f->mac)), ip;
	struct br_html_event event = {.at = at, .frame = frame};
	struct br_endpoint peer = up ? packet->dst : packet->src;
	char text[TEXT_SIZE];

	ip = packet->network == BR_NETWORK_IPV4 || packet->network == BR_NETWORK_IPV6;
	if (packet->network == BR_NETWORK_ARP) {
		ip = true;
		peer = br_endpoint_ipv4(up ? packet->arp.target_ip : packet->arp.sender_ip, 0);
	}
	if (decode(f, packet)) {
		if (f->decoded.protocol == &br_protocol_tftp && is_middle(f, packet, up))
			return;
		put_message(f, text);
	} else if (packet->transport == BR_TRANSPORT_TCP && packet->payload_size > 0) {
		return;
	} else {
		put_other(packet, text);
	}
	if (text[0] == '\0')
		return;
	event.text = text;
	event.from = up ? 0 : ip ? lane_at(f, &peer, "a server") : BR_HTML_NOBODY;
	event.to = is_to_all(packet) ? BR_HTML_EVERYBODY
	           : !up             ? 0
	           : ip              ? lane_at(f, &peer, "a server")
	                             : BR_HTML_NOBODY;
	if (event.from == BR_HTML_NOBODY)
		event.to = BR_HTML_NOBODY;
	br_html_event(f->html, &event);
}

void br_page_frames_end(struct br_page_frames *f)
{
	char address[BR_SHOW_ADDRESS];

	br_html_lane(f->html, "fw", f->lane[0].role);
	for (size_t i = 1; i < f->lanes; i++)
		br_html_lane(f->html, br_show_address(address, &f->lane[i].address, false),
		             f->lane[i].role);
}
