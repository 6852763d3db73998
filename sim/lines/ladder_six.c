/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/ladder_six.h"

#include <string.h>

#include "core/base/address.h"
#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/nd.h"

enum {
	SHOWN_MAX = 80, /* octets of a text out of a packet: a URL */
	ADDRESS_TEXT = 48,
};

static void put_ip(struct br_pen *pen, const char *field, const uint8_t ip[BR_IP_SIZE])
{
	char text[ADDRESS_TEXT];
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put_ipv6(&w, ip);
	(void)br_text_end(&w);
	br_pen_put(pen, " %s=%s", field, text);
}

/* Option 16 up to its first ':': what kind of client, or of server. */
static void put_class(struct br_pen *pen, struct br_octets options)
{
	struct br_octets value = br_dhcp6_find(options, BR_DHCP6_OPTION_VENDOR_CLASS), text;
	uint32_t enterprise;
	const uint8_t *colon;

	if (!value.data || !br_dhcp6_vendor_class(value, &enterprise, &text) || !text.size)
		return;
	colon = memchr(text.data, ':', text.size);
	if (colon)
		text.size = (size_t)(colon - text.data);
	br_pen_put(pen, " class=");
	br_pen_put_octets(pen, text, SHOWN_MAX);
}

/* RFC 5970 section 3.3: one architecture or several, of two octets each */
static void put_architectures(struct br_pen *pen, struct br_octets options)
{
	struct br_octets value = br_dhcp6_find(options, BR_DHCP6_OPTION_ARCH);

	for (size_t i = 0; i + 1 < value.size; i += 2)
		br_pen_put(pen, "%s%u",
		           i ? "," : " opt61=", (unsigned)value.data[i] << 8 | value.data[i + 1]);
}

/* Section 3.4: type, major, minor */
static void put_interface(struct br_pen *pen, struct br_octets options)
{
	struct br_octets value = br_dhcp6_find(options, BR_DHCP6_OPTION_NII);

	if (value.size == 3)
		br_pen_put(pen, " opt62=%u,%u,%u", value.data[0], value.data[1], value.data[2]);
}

static bool is_from_server(uint8_t type)
{
	return type == BR_DHCP6_TYPE_ADVERTISE || type == BR_DHCP6_TYPE_REPLY ||
	       type == BR_DHCP6_TYPE_RECONFIGURE;
}

static void put_message(struct br_pen *pen, const struct br_dhcp6_message *m)
{
	struct br_dhcp6_ia ia = br_dhcp6_ia(br_dhcp6_find(m->options, BR_DHCP6_OPTION_IA_NA));
	int status = br_dhcp6_status(m->options);

	if (ia.there && ia.addresses > 0)
		put_ip(pen, "addr", ia.address);
	if (ia.there && ia.status > 0)
		br_pen_put(pen, " ia-status=%d", ia.status);
	if (status > 0)
		br_pen_put(pen, " status=%d", status);
	put_class(pen, m->options);
	if (is_from_server(m->type)) {
		br_pen_put_text(pen, "opt59", br_dhcp6_find(m->options, BR_DHCP6_OPTION_BOOT_URL),
		                SHOWN_MAX);
		return;
	}
	put_architectures(pen, m->options);
	put_interface(pen, m->options);
}

static void name_ip(struct br_pen *pen, const uint8_t ip[BR_IP_SIZE], const char *name)
{
	if (name)
		(void)br_pen_name(pen->ip, &pen->ips, ip, BR_IP_SIZE, name);
}

/* Section 18.2.10 of RFC 8415: it is the client's from now on, if this is the client's link. */
static void name_leased(struct br_pen *pen, const struct br_dhcp6_message *m,
                        const struct br_packet *packet)
{
	struct br_dhcp6_ia ia = br_dhcp6_ia(br_dhcp6_find(m->options, BR_DHCP6_OPTION_IA_NA));

	if (m->type == BR_DHCP6_TYPE_REPLY && m->levels == 0 && ia.there && ia.addresses > 0)
		name_ip(pen, ia.address, br_pen_name_of_mac(pen, packet->eth_dst));
}

bool br_ladder_six_dhcp(struct br_pen *pen, const struct br_packet *packet, br_time at)
{
	struct br_dhcp6_message m;
	const char *type;

	if (br_dhcp6_parse(packet->payload, &m) < 0 || m.levels > BR_DHCP6_RELAYS_MAX)
		return false;
	type = br_dhcp6_type_name(m.type);
	if (!type)
		return false;
	br_pen_begin(pen, at, &packet->src, packet->eth_src, &packet->dst);
	if (m.levels > 0)
		br_pen_put(pen, "dhcp6 %s inner=%s hops=%u", br_dhcp6_type_name(m.level[0].type),
		           type, m.level[0].hops);
	else
		br_pen_put(pen, "dhcp6 %s", type);
	put_message(pen, &m);
	if (m.levels > 0)
		put_ip(pen, "link", m.level[m.levels - 1].link);
	br_pen_say(pen, false);
	name_leased(pen, &m, packet);
	return true;
}

/* A link-local address is its sender's; any other may have come through a router. */
void br_ladder_six_learn(struct br_pen *pen, const struct br_packet *packet)
{
	const char *name = br_pen_name_of_mac(pen, packet->eth_src);
	struct br_nd_neighbour neighbour;

	if (packet->network != BR_NETWORK_IPV6)
		return;
	if (br_ip_is_link_local6(packet->src.ip))
		name_ip(pen, packet->src.ip, name);
	if (packet->transport == BR_TRANSPORT_ICMPV6 &&
	    packet->icmp.type == BR_ICMP6_NEIGHBOUR_ADVERTISEMENT &&
	    br_nd_neighbour_get(packet->icmp.rest, packet->payload, &neighbour) == 0)
		name_ip(pen, neighbour.target, name);
}

static void tell_router(struct br_pen *pen, const struct br_packet *packet, br_time at,
                        const struct br_nd_router *ra)
{
	char from[ADDRESS_TEXT], to[ADDRESS_TEXT];

	br_pen_address(pen, packet->src.ip, packet->eth_src, from, sizeof(from));
	br_pen_address(pen, packet->dst.ip, NULL, to, sizeof(to));
	br_pen_begin_named(pen, at, from, to);
	br_pen_put(pen, "icmp6 ra flags=%s lifetime=%u",
	           ra->managed ? ra->other ? "MO" : "M" : (ra->other ? "O" : "none"),
	           ra->lifetime_s);
	if (ra->prefixes > 0) {
		put_ip(pen, "prefix", ra->prefix[0].prefix);
		br_pen_put(pen, "/%u prefix-flags=%s%s", ra->prefix[0].length,
		           ra->prefix[0].on_link ? "L" : "", ra->prefix[0].autonomous ? "A" : "");
	}
	if (ra->mtu)
		br_pen_put(pen, " mtu=%u", ra->mtu);
	br_pen_say(pen, false);
}

void br_ladder_six_icmp(struct br_ladder_six *six, struct br_pen *pen,
                        const struct br_packet *packet, br_time at)
{
	struct br_nd_router ra;
	uint64_t hash;

	if (packet->icmp.type == BR_ICMP6_ROUTER_SOLICITATION)
		six->asked = true;
	if (packet->icmp.type != BR_ICMP6_ROUTER_ADVERTISEMENT ||
	    br_nd_router_get(packet->icmp.rest, packet->payload, &ra) < 0)
		return;
	hash = br_hash(packet->icmp.rest, packet->payload.data, packet->payload.size);
	if (!six->asked && six->told == hash)
		return;
	six->asked = false;
	six->told = hash;
	tell_router(pen, packet, at, &ra);
}
