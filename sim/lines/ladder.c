/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/ladder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp_message.h"
#include "sim/lines/ladder_http.h"
#include "sim/lines/ladder_pen.h"
#include "sim/lines/ladder_six.h"
#include "sim/lines/ladder_tftp.h"

enum {
	ARPS_MAX = 32,   /* questions without an answer, remembered at once */
	OWNERS_MAX = 64, /* whose address is whose */
	SHOWN_MAX = 64,  /* octets of a text out of a packet */
};

struct ladder_question {
	uint8_t mac[6];
	uint32_t target;
	uint32_t count; /* 0: not in use */
	br_time at;
};

struct owner {
	uint32_t address;
	uint8_t mac[6];
};

struct br_ladder {
	struct br_pen pen;
	struct br_ladder_tftp tftp;
	struct br_ladder_http http;
	struct br_ladder_six six;
	struct br_dhcp_message dhcp;
	struct ladder_question question[ARPS_MAX];
	struct owner owner[OWNERS_MAX];
	size_t owners;
};

int br_ladder_new(struct br_ladder **ret_ladder, br_time start, br_ladder_say *say, void *context)
{
	struct br_ladder *ladder = calloc(1, sizeof(*ladder));

	if (!ladder)
		return -ENOMEM;
	ladder->pen.start = start;
	ladder->pen.say = say;
	ladder->pen.context = context;
	*ret_ladder = ladder;
	return 0;
}

struct br_ladder *br_ladder_free(struct br_ladder *ladder)
{
	free(ladder);
	return NULL;
}

bool br_ladder_name_mac(struct br_ladder *ladder, const uint8_t mac[6], const char *name)
{
	return br_pen_name(ladder->pen.mac, &ladder->pen.macs, mac, 6, name);
}

bool br_ladder_name_ipv4(struct br_ladder *ladder, uint32_t address, const char *name)
{
	struct br_endpoint endpoint = br_endpoint_ipv4(address, 0);

	return br_ladder_name_ip(ladder, endpoint.ip, name);
}

bool br_ladder_name_ip(struct br_ladder *ladder, const uint8_t ip[16], const char *name)
{
	return br_pen_name(ladder->pen.ip, &ladder->pen.ips, ip, 16, name);
}

static void put_ipv4(struct br_pen *pen, const char *field, uint32_t address)
{
	br_pen_put(pen, " %s=%u.%u.%u.%u", field, address >> 24, address >> 16 & 255,
	           address >> 8 & 255, address & 255);
}

static void put_address_option(struct br_pen *pen, const struct br_dhcp_message *dhcp,
                               const char *field, uint8_t code)
{
	uint32_t address;

	if (br_dhcp_get_be32(dhcp, code, &address))
		put_ipv4(pen, field, address);
}

/* Option 60 up to its first ':': what kind of client, or of server. */
static void put_class(struct br_pen *pen, const struct br_dhcp_message *dhcp)
{
	struct br_octets class = br_dhcp_get_text(dhcp, BR_DHCP_OPTION_VENDOR_CLASS);
	const uint8_t *colon = class.size ? memchr(class.data, ':', class.size) : NULL;

	if (!class.data)
		return;
	if (colon)
		class.size = (size_t)(colon - class.data);
	br_pen_put(pen, " opt60=");
	br_pen_put_octets(pen, class, SHOWN_MAX);
}

/* What a PXE server or client says in option 43, PXE 2.1 table 2-1 */
static void put_pxe(struct br_pen *pen, const struct br_dhcp_message *dhcp)
{
	struct br_octets vendor = br_dhcp_get(dhcp, BR_DHCP_OPTION_VENDOR);
	struct br_octets tag;

	if (!vendor.size)
		return;
	tag = br_dhcp_sub_option(vendor, BR_PXE_TAG_DISCOVERY_CONTROL, true);
	if (tag.size == 1)
		br_pen_put(pen, " opt43.6=%u", tag.data[0]);
	tag = br_dhcp_sub_option(vendor, BR_PXE_TAG_BOOT_MENU, true);
	if (tag.size)
		br_pen_put(pen, " opt43.9=menu");
	tag = br_dhcp_sub_option(vendor, BR_PXE_TAG_BOOT_ITEM, true);
	if (tag.size == 4)
		br_pen_put(pen, " opt43.71=%u", (unsigned)tag.data[0] << 8 | tag.data[1]);
}

static void put_from_client(struct br_pen *pen, const struct br_dhcp_message *dhcp)
{
	struct br_octets user = br_dhcp_get(dhcp, BR_DHCP_OPTION_USER_CLASS);
	uint16_t arch;

	put_class(pen, dhcp);
	if (br_dhcp_get_be16(dhcp, BR_DHCP_OPTION_ARCHITECTURE, &arch))
		br_pen_put(pen, " opt93=%u", arch);
	br_pen_put_text(pen, "opt77", user, SHOWN_MAX);
	if (dhcp->header.ciaddr)
		put_ipv4(pen, "ciaddr", dhcp->header.ciaddr);
	put_address_option(pen, dhcp, "opt50", BR_DHCP_OPTION_REQUESTED_ADDRESS);
	put_address_option(pen, dhcp, "opt54", BR_DHCP_OPTION_SERVER_ID);
	put_pxe(pen, dhcp);
	if (dhcp->header.secs)
		br_pen_put(pen, " secs=%u", dhcp->header.secs);
}

static void put_from_server(struct br_pen *pen, const struct br_dhcp_message *dhcp)
{
	struct br_octets file = br_dhcp_get_text(dhcp, BR_DHCP_OPTION_BOOT_FILE);

	if (dhcp->type != BR_DHCP_TYPE_NAK)
		put_ipv4(pen, "yiaddr", dhcp->header.yiaddr);
	if (dhcp->header.siaddr)
		put_ipv4(pen, "siaddr", dhcp->header.siaddr);
	put_class(pen, dhcp);
	put_pxe(pen, dhcp);
	br_pen_put_text(pen, "file", br_dhcp_file(dhcp), SHOWN_MAX);
	br_pen_put_text(pen, "opt67", file, SHOWN_MAX);
	put_address_option(pen, dhcp, "opt54", BR_DHCP_OPTION_SERVER_ID);
	br_pen_put_text(pen, "opt56", br_dhcp_get_text(dhcp, BR_DHCP_OPTION_MESSAGE), SHOWN_MAX);
}

static bool see_dhcp(struct br_ladder *ladder, const struct br_packet *packet, br_time at)
{
	struct br_dhcp_message *dhcp = &ladder->dhcp;
	struct br_pen *pen = &ladder->pen;
	const char *type, *name;

	if (br_dhcp_parse(packet->payload, dhcp) < 0)
		return false;
	type = br_dhcp_type_name(dhcp->type);
	br_pen_begin(pen, at, &packet->src, packet->eth_src, &packet->dst);
	br_pen_put(pen, "dhcp %s", dhcp->has_cookie && type ? type : "without a type");
	if (dhcp->header.op == BR_DHCP_OP_REQUEST)
		put_from_client(pen, dhcp);
	else
		put_from_server(pen, dhcp);
	if (dhcp->header.giaddr)
		put_ipv4(pen, "giaddr", dhcp->header.giaddr);
	br_pen_say(pen, false);

	name = br_pen_name_of_mac(pen, dhcp->header.chaddr);
	if (dhcp->type == BR_DHCP_TYPE_ACK && dhcp->header.yiaddr && name)
		br_ladder_name_ipv4(ladder, dhcp->header.yiaddr, name);
	return true;
}

static bool is_port(const struct br_packet *packet, uint16_t a, uint16_t b)
{
	return packet->src.port == a || packet->dst.port == a || packet->src.port == b ||
	       packet->dst.port == b;
}

static void see_udp(struct br_ladder *ladder, const struct br_packet *packet, br_time at)
{
	if (packet->network == BR_NETWORK_IPV4 &&
	    (is_port(packet, BR_DHCP_PORT_SERVER, BR_DHCP_PORT_CLIENT) ||
	     is_port(packet, BR_DHCP_PORT_PXE, BR_DHCP_PORT_PXE)) &&
	    see_dhcp(ladder, packet, at))
		return;
	if ((is_port(packet, BR_DHCP6_PORT_CLIENT, BR_DHCP6_PORT_SERVER) ||
	     (packet->network == BR_NETWORK_IPV6 &&
	      is_port(packet, BR_DHCP6_PORT_PXE, BR_DHCP6_PORT_PXE))) &&
	    br_ladder_six_dhcp(&ladder->pen, packet, at))
		return;
	br_ladder_tftp_see(&ladder->tftp, &ladder->pen, packet, at);
}

/* What came back for a packet that could not be delivered quotes that packet; RFC 792 */
static void see_icmp(struct br_ladder *ladder, const struct br_packet *packet, br_time at)
{
	struct br_pen *pen = &ladder->pen;
	char from[48], to[48];
	struct br_packet quoted;

	if (packet->icmp.type != BR_ICMP_UNREACHABLE && packet->icmp.type != BR_ICMP_TIME_EXCEEDED)
		return;
	br_packet_parse_ip(&quoted, packet->payload, packet->payload_size, false);
	br_pen_address(pen, packet->src.ip, packet->eth_src, from, sizeof(from));
	br_pen_address(pen, packet->dst.ip, NULL, to, sizeof(to));
	br_pen_begin_named(pen, at, from, to);
	if (packet->icmp.type == BR_ICMP_UNREACHABLE)
		br_pen_put(pen, "icmp unreachable code=%u", packet->icmp.code);
	else
		br_pen_put(pen, "icmp time exceeded");
	if (quoted.dst.port) {
		br_pen_address(pen, quoted.dst.ip, NULL, to, sizeof(to));
		br_pen_put(pen, " for %s:%u", to, quoted.dst.port);
	}
	br_pen_say(pen, false);
}

static void say_arp(struct br_ladder *ladder, const struct br_packet *packet, uint32_t count,
                    br_time at)
{
	struct br_pen *pen = &ladder->pen;
	const char *name = br_pen_name_of_mac(pen, packet->arp.sender_mac);
	struct br_endpoint sender = br_endpoint_ipv4(packet->arp.sender_ip, 0);
	char from[48];

	br_pen_begin_named(pen, at,
	                   name ? name : br_pen_address(pen, sender.ip, NULL, from, sizeof(from)),
	                   "*");
	br_pen_put(pen, "arp");
	put_ipv4(pen, "who-has", packet->arp.target_ip);
	br_pen_put(pen, " asked %u times, no answer", count);
	br_pen_say(pen, false);
}

/* A question is worth a line when it has to be asked again: the 3rd, 6th, 12th time.
 * Probes of an address before it is used (RFC 5227 §2.1.1) are not questions.
 */
static void see_question(struct br_ladder *ladder, const struct br_packet *packet, br_time at)
{
	struct ladder_question *free_place = &ladder->question[0];

	if (!packet->arp.sender_ip || packet->arp.sender_ip == packet->arp.target_ip)
		return;
	for (size_t i = 0; i < ARPS_MAX; i++) {
		struct ladder_question *q = &ladder->question[i];

		if (q->count && q->target == packet->arp.target_ip &&
		    !memcmp(q->mac, packet->arp.sender_mac, sizeof(q->mac))) {
			q->at = at;
			q->count++;
			for (uint32_t mark = 3; mark <= q->count; mark *= 2) {
				if (mark == q->count)
					say_arp(ladder, packet, q->count, at);
			}
			return;
		}
		if (!q->count || (free_place->count && q->at < free_place->at))
			free_place = q;
	}
	*free_place =
		(struct ladder_question){.target = packet->arp.target_ip, .count = 1, .at = at};
	memcpy(free_place->mac, packet->arp.sender_mac, sizeof(free_place->mac));
}

/* Two machines with one address end many a boot: say so the first time it shows. */
static void see_owner(struct br_ladder *ladder, const struct br_packet *packet, br_time at)
{
	const uint8_t *mac = packet->arp.sender_mac;
	struct owner *owner = NULL;

	for (size_t i = 0; i < ladder->owners && !owner; i++) {
		if (ladder->owner[i].address == packet->arp.sender_ip)
			owner = &ladder->owner[i];
	}
	if (owner && memcmp(owner->mac, mac, sizeof(owner->mac)) != 0) {
		const uint8_t *other = owner->mac;

		br_pen_begin_named(&ladder->pen, at, "*", "*");
		br_pen_put(&ladder->pen, "arp");
		put_ipv4(&ladder->pen, "address", packet->arp.sender_ip);
		br_pen_put(&ladder->pen,
		           " is claimed by %02x:%02x:%02x:%02x:%02x:%02x"
		           " and by %02x:%02x:%02x:%02x:%02x:%02x",
		           other[0], other[1], other[2], other[3], other[4], other[5], mac[0],
		           mac[1], mac[2], mac[3], mac[4], mac[5]);
		br_pen_say(&ladder->pen, false);
	}
	if (!owner && ladder->owners < OWNERS_MAX)
		owner = &ladder->owner[ladder->owners++];
	if (owner) {
		owner->address = packet->arp.sender_ip;
		memcpy(owner->mac, mac, sizeof(owner->mac));
	}
}

static void see_arp(struct br_ladder *ladder, const struct br_packet *packet, br_time at)
{
	if (packet->arp.operation == BR_ARP_REQUEST)
		see_question(ladder, packet, at);
	for (size_t i = 0; i < ARPS_MAX; i++) {
		if (packet->arp.operation == BR_ARP_REPLY &&
		    ladder->question[i].target == packet->arp.sender_ip)
			ladder->question[i].count = 0;
	}
	if (packet->arp.sender_ip && packet->arp.operation == BR_ARP_REPLY)
		see_owner(ladder, packet, at);
}

void br_ladder_see(struct br_ladder *ladder, struct br_octets captured, size_t size, br_time at)
{
	struct br_packet packet;

	br_packet_parse(&packet, captured, size, false);
	if (packet.network == BR_NETWORK_ARP) {
		see_arp(ladder, &packet, at);
		return;
	}
	br_ladder_six_learn(&ladder->pen, &packet);
	switch (packet.transport) {
	case BR_TRANSPORT_UDP:
		see_udp(ladder, &packet, at);
		break;
	case BR_TRANSPORT_TCP:
		br_ladder_http_see(&ladder->http, &ladder->pen, &packet, at);
		break;
	case BR_TRANSPORT_ICMP:
		see_icmp(ladder, &packet, at);
		break;
	case BR_TRANSPORT_ICMPV6:
		br_ladder_six_icmp(&ladder->six, &ladder->pen, &packet, at);
		break;
	case BR_TRANSPORT_NONE:
	case BR_TRANSPORT_OTHER:
		break;
	}
}

void br_ladder_note(struct br_ladder *ladder, const char *server, const struct br_action *note,
                    br_time at)
{
	struct br_pen *pen = &ladder->pen;

	br_pen_begin_remark(pen, at);
	br_pen_put(pen, "%s: %s, %s (%s)", server, br_note_name(note->note),
	           br_note_sentence(note->note), br_note_clause(note->note));
	if (note->payload.size) {
		br_pen_put(pen, ": ");
		br_pen_put_octets(pen, note->payload, SHOWN_MAX);
	}
	br_pen_say(pen, false);
}

void br_ladder_finish(struct br_ladder *ladder, br_time at)
{
	br_ladder_tftp_finish(&ladder->tftp, &ladder->pen, at);
	br_ladder_http_finish(&ladder->http, &ladder->pen, at);
}

static void tap_see(void *context, const struct br_segment *segment, const struct br_port *from,
                    struct br_frame *frame, br_time now)
{
	(void)segment;
	(void)from;
	br_ladder_see(context, (struct br_octets){frame->data, frame->size}, frame->size, now);
}

struct br_tap br_ladder_tap(struct br_ladder *ladder)
{
	return (struct br_tap){.see = tap_see, .context = ladder};
}
