/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/anonymous_frame.h"

#include <string.h>

#include "captures/convert/anonymous_dhcp.h"
#include "captures/convert/anonymous_talk.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/dns.h"
#include "core/formats/tftp_packet.h"

enum {
	IPV4_SUM = 10,
	IPV4_ADDRESSES = 12,
	IPV6_ADDRESSES = 8,
	IPV6_NEXT = 6,
	IPV6_HOP_BY_HOP = 0, /* RFC 8200 section 4 */
	IPV6_ROUTING = 43,
	IPV6_FRAGMENT = 44,
	IPV6_AUTHENTICATION = 51,
	IPV6_DESTINATION = 60,
	OPTION_ROUTER_ALERT6 = 5,   /* RFC 2711 */
	OPTION_ROUTER_ALERT4 = 148, /* RFC 2113 */
	TCP_OPTION_TIMESTAMPS = 8,
	ICMP_REDIRECT = 5,
	ICMP_SOURCE_QUENCH = 4,
	ICMP_PARAMETER = 12,
	ICMPV6_ERRORS = 4,
	ICMPV6_ECHO = 128,
	ICMPV6_ECHO_REPLY = 129,
};

/* What it is */

static bool is_port(const struct br_packet *p, uint16_t port)
{
	return p->src.port == port || p->dst.port == port;
}

static uint32_t get_be32(const uint8_t *octets)
{
	struct br_reader r = br_reader_of(octets, 4);

	return br_get_be32(&r);
}

static bool is_dhcp4_port(uint16_t port)
{
	return port == BR_DHCP_PORT_SERVER || port == BR_DHCP_PORT_CLIENT ||
	       port == BR_DHCP_PORT_PXE;
}

/* Servers that answer from another port are a fault to be found: by the cookie then. */
static bool is_dhcp4(const struct br_packet *p)
{
	bool cookie = p->payload.size >= BR_DHCP_AT_OPTIONS &&
	              get_be32(p->payload.data + BR_DHCP_AT_COOKIE) == BR_DHCP_COOKIE;

	if (p->payload.size < BR_DHCP_HEADER_SIZE)
		return false;
	return (is_dhcp4_port(p->src.port) && is_dhcp4_port(p->dst.port)) ||
	       ((is_dhcp4_port(p->src.port) || is_dhcp4_port(p->dst.port)) && cookie);
}

static bool is_tftp(const struct br_anonymous_frames *f, const struct br_packet *p)
{
	return is_port(p, BR_TFTP_PORT) || f->tftp[p->src.port / 8] >> p->src.port % 8 & 1 ||
	       f->tftp[p->dst.port / 8] >> p->dst.port % 8 & 1;
}

/* Learning */

static void learn_udp(struct br_anonymous_frames *f, const struct br_packet *p)
{
	if (is_dhcp4(p))
		br_anonymous_learn_dhcp4(f->a.disguise, p->payload);
	else if (is_port(p, BR_DHCP6_PORT_CLIENT) || is_port(p, BR_DHCP6_PORT_SERVER))
		br_anonymous_learn_dhcp6(f->a.disguise, p->payload);
	else if (p->dst.port == BR_TFTP_PORT)
		f->tftp[p->src.port / 8] |= (uint8_t)(1 << p->src.port % 8);
}

void br_anonymous_frame_learn(struct br_anonymous_frames *frames, const struct br_packet *frame)
{
	struct br_disguise *d = frames->a.disguise;

	br_disguise_learn_mac(d, frame->eth_src);
	br_disguise_learn_mac(d, frame->eth_dst);
	if (frame->network == BR_NETWORK_ARP) {
		br_disguise_learn_mac(d, frame->arp.sender_mac);
		br_disguise_learn_mac(d, frame->arp.target_mac);
		br_disguise_learn_ipv4(d, frame->arp.sender_ip, false);
		br_disguise_learn_ipv4(d, frame->arp.target_ip, false);
	} else if (frame->network == BR_NETWORK_IPV4) {
		br_disguise_learn_ipv4(d, frame->ipv4.src, false);
		br_disguise_learn_ipv4(d, frame->ipv4.dst, false);
	} else if (frame->network == BR_NETWORK_IPV6) {
		br_disguise_learn_ipv6(d, frame->src.ip);
		br_disguise_learn_ipv6(d, frame->dst.ip);
	}
	if (frame->transport == BR_TRANSPORT_UDP)
		learn_udp(frames, frame);
	else if (frame->transport == BR_TRANSPORT_TCP)
		br_anonymous_http_learn(frames->http, frame);
	else if (frame->transport == BR_TRANSPORT_ICMPV6)
		br_anonymous_learn_nd(d, frame->ip_payload);
}

/* Payloads */

static void hide_udp(struct br_anonymous_frames *f, const struct br_packet *p, uint8_t *payload,
                     size_t size)
{
	if (is_dhcp4(p))
		br_anonymous_hide_dhcp4(&f->a, payload, size);
	else if (is_port(p, BR_DHCP6_PORT_CLIENT) || is_port(p, BR_DHCP6_PORT_SERVER))
		br_anonymous_hide_dhcp6(&f->a, payload, size);
	else if (is_port(p, BR_DNS_PORT))
		br_anonymous_hide_dns(&f->a, payload, size);
	else if (is_tftp(f, p))
		br_anonymous_hide_tftp(&f->a, payload, size);
	else if (size > 0)
		br_anonymous_field(&f->a, BR_LAYER_FRAME, BR_FRAME_OTHER, payload, size);
}

static void hide_ip(struct br_anonymous_frames *f, const struct br_packet *p, const uint8_t *was,
                    uint8_t *ip, size_t size, bool quoted);

/* What an error quotes is a packet with checksums of its own. */
static void hide_quoted(struct br_anonymous_frames *f, uint8_t *ip, size_t size)
{
	uint8_t was[2048];
	struct br_packet packet;

	if (size > sizeof(was)) {
		br_disguise_octets(f->a.disguise, ip + sizeof(was), size - sizeof(was));
		size = sizeof(was);
	}
	memcpy(was, ip, size);
	br_packet_parse_ip(&packet, (struct br_octets){was, size}, size, false);
	if (packet.network == BR_NETWORK_IPV4 || packet.network == BR_NETWORK_IPV6)
		hide_ip(f, &packet, was, ip, size, true);
	else
		br_disguise_octets(f->a.disguise, ip, size);
}

static void hide_icmp4(struct br_anonymous_frames *f, uint8_t *icmp, size_t size, bool quoted)
{
	uint8_t *rest = icmp + BR_ICMP_HEADER;
	size_t left = size - BR_ICMP_HEADER;

	switch (icmp[0]) {
	case ICMP_REDIRECT:
		br_anonymous_field(&f->a, BR_LAYER_FRAME, BR_FRAME_IPV4, icmp + 4, 4);
		/* fall through */
	case BR_ICMP_UNREACHABLE:
	case BR_ICMP_TIME_EXCEEDED:
	case ICMP_SOURCE_QUENCH:
	case ICMP_PARAMETER:
		if (!quoted) {
			hide_quoted(f, rest, left);
			return;
		}
		break;
	default:
		break;
	}
	if (left > 0)
		br_anonymous_field(&f->a, BR_LAYER_FRAME, BR_FRAME_OTHER, rest, left);
}

static void hide_icmp6(struct br_anonymous_frames *f, uint8_t *icmp, size_t size, bool quoted)
{
	if (icmp[0] >= 1 && icmp[0] <= ICMPV6_ERRORS && !quoted)
		hide_quoted(f, icmp + BR_ICMP_HEADER, size - BR_ICMP_HEADER);
	else if (!br_anonymous_hide_nd(&f->a, icmp, size) && size > BR_ICMP_HEADER)
		br_anonymous_field(&f->a, BR_LAYER_FRAME, BR_FRAME_OTHER, icmp + BR_ICMP_HEADER,
		                   size - BR_ICMP_HEADER);
}

/* Cookies and signatures are options too, and nobody knows what else: RFC 9293 section 3.1 */
static void hide_tcp_options(struct br_anonymous_frames *f, uint8_t *options, size_t size)
{
	size_t at = 0;

	while (at < size && options[at] != 0) {
		if (options[at] == 1) {
			at++;
			continue;
		}
		size_t length = at + 1 < size ? options[at + 1] : 0;

		if (length < 2 || length > size - at)
			break;
		if (options[at] > TCP_OPTION_TIMESTAMPS)
			br_disguise_octets(f->a.disguise, options + at + 2, length - 2);
		at += length;
	}
	br_disguise_octets(f->a.disguise, options + at, size - at);
}

/* Behind the header of IP. What stands behind the end of the payload is not its own. */
static void hide_transport(struct br_anonymous_frames *f, const struct br_packet *p, uint8_t *l4,
                           size_t size, bool quoted)
{
	size_t head = p->payload.data ? (size_t)(p->payload.data - p->ip_payload.data) : size;
	size_t kept = p->payload.data ? p->payload.size : 0;

	switch (p->transport) {
	case BR_TRANSPORT_UDP:
		hide_udp(f, p, l4 + head, kept);
		break;
	case BR_TRANSPORT_TCP:
		if (head > BR_TCP_HEADER && head <= size)
			hide_tcp_options(f, l4 + BR_TCP_HEADER, head - BR_TCP_HEADER);
		if (kept > 0)
			br_anonymous_http_hide(f->http, &f->a, p, l4 + head, kept);
		break;
	case BR_TRANSPORT_ICMP:
		if (size > BR_ICMP_HEADER)
			hide_icmp4(f, l4, size, quoted);
		return;
	case BR_TRANSPORT_ICMPV6:
		if (size >= BR_ICMP_HEADER)
			hide_icmp6(f, l4, size, quoted);
		return;
	case BR_TRANSPORT_NONE:
	case BR_TRANSPORT_OTHER:
		if (size > 0)
			br_anonymous_field(&f->a, BR_LAYER_FRAME, BR_FRAME_OTHER, l4, size);
		return;
	}
	if (head + kept < size)
		br_disguise_octets(f->a.disguise, l4 + head + kept, size - head - kept);
}

/* IP */

static void hide_ipv4_options(struct br_anonymous_frames *f, uint8_t *options, size_t size)
{
	if (size > 0 && options[0] > 1 && options[0] != OPTION_ROUTER_ALERT4)
		br_disguise_octets(f->a.disguise, options, size);
}

/* RFC 8200 section 4: a router alert and padding say nothing; of others the lengths stay. */
static void hide_extensions(struct br_anonymous_frames *f, uint8_t next, uint8_t *at, size_t size)
{
	while (size >= 8) {
		size_t length = next == IPV6_FRAGMENT         ? 8
		                : next == IPV6_AUTHENTICATION ? (at[1] + 2U) * 4U
		                                              : (at[1] + 1U) * 8U;
		bool plain = next == IPV6_FRAGMENT ||
		             ((next == IPV6_HOP_BY_HOP || next == IPV6_DESTINATION) &&
		              length == 8 && (at[2] == OPTION_ROUTER_ALERT6 || at[2] <= 1));

		length = length < size ? length : size;
		if (!plain)
			br_disguise_octets(f->a.disguise, at + 4, length - 4);
		next = at[0];
		at += length;
		size -= length;
	}
	br_disguise_octets(f->a.disguise, at, size);
}

/* What is hidden and counts: addresses, and all behind the header */
static uint32_t sum_of(const struct br_packet *p, const uint8_t *ip, const uint8_t *l4, size_t size)
{
	uint32_t sum = 0;

	if (p->network == BR_NETWORK_IPV6)
		sum = br_checksum_add(0, ip + IPV6_ADDRESSES, 32);
	else if (p->transport != BR_TRANSPORT_ICMP)
		sum = br_checksum_add(0, ip + IPV4_ADDRESSES, 8);
	return br_checksum_add(sum, l4, size);
}

/* What is left for the network card to complete: the sum of the pseudo header */
static uint16_t partial_of(const struct br_packet *p, const uint8_t *ip)
{
	uint32_t sum = p->network == BR_NETWORK_IPV6 ? br_checksum_add(0, ip + IPV6_ADDRESSES, 32)
	                                             : br_checksum_add(0, ip + IPV4_ADDRESSES, 8);

	return (uint16_t)~br_checksum_fold(sum + p->protocol + p->ip_payload_size);
}

static size_t checksum_at(const struct br_packet *p)
{
	switch (p->transport) {
	case BR_TRANSPORT_UDP:
		return 6;
	case BR_TRANSPORT_TCP:
		return 16;
	case BR_TRANSPORT_ICMP:
	case BR_TRANSPORT_ICMPV6:
		return 2;
	case BR_TRANSPORT_NONE:
	case BR_TRANSPORT_OTHER:
		break;
	}
	return SIZE_MAX - 2;
}

static void hide_addresses(struct br_anonymous_frames *f, const struct br_packet *p, uint8_t *ip)
{
	if (p->network == BR_NETWORK_IPV4)
		br_anonymous_field(&f->a, BR_LAYER_FRAME, BR_FRAME_IPV4, ip + IPV4_ADDRESSES, 8);
	else
		br_anonymous_field(&f->a, BR_LAYER_FRAME, BR_FRAME_IPV6, ip + IPV6_ADDRESSES, 32);
}

/* Addresses, what stands between header and payload, and the header's own checksum */
static void hide_header(struct br_anonymous_frames *f, const struct br_packet *p, uint8_t *ip,
                        size_t size)
{
	size_t header = p->network == BR_NETWORK_IPV4 ? BR_IPV4_HEADER : BR_IPV6_HEADER;
	uint32_t was = 0;

	if (p->network == BR_NETWORK_IPV6) {
		hide_addresses(f, p, ip);
		hide_extensions(f, ip[IPV6_NEXT], ip + header, size - header);
		return;
	}
	uint16_t sum = br_get16(ip + IPV4_SUM);

	br_put16(ip + IPV4_SUM, 0);
	was = br_checksum_fold(br_checksum_add(0, ip, size));
	hide_addresses(f, p, ip);
	hide_ipv4_options(f, ip + header, size - header);
	br_put16(ip + IPV4_SUM,
	         br_checksum_fold(was + (~(uint32_t)sum & 0xffff) + br_checksum_add(0, ip, size)));
}

/* RFC 1624 equation 3 */
static void update_checksum(const struct br_packet *p, const uint8_t *ip, uint8_t *at, uint16_t sum,
                            uint32_t change, bool partial)
{
	uint16_t now = br_checksum_fold(change);

	if (p->transport == BR_TRANSPORT_UDP && sum == 0)
		return; /* none, RFC 768 */
	if (partial)
		now = partial_of(p, ip);
	else if (now == 0 && p->transport == BR_TRANSPORT_UDP)
		now = 0xffff;
	br_put16(at, now);
}

/* @was: @ip as it was */
static void hide_ip(struct br_anonymous_frames *f, const struct br_packet *p, const uint8_t *was,
                    uint8_t *ip, size_t size, bool quoted)
{
	size_t header = p->network == BR_NETWORK_IPV4 ? BR_IPV4_HEADER : BR_IPV6_HEADER;
	size_t at = checksum_at(p), l4_size = p->ip_payload.size;

	if (size < header) { /* cut within */
		size_t from = p->network == BR_NETWORK_IPV4 ? IPV4_ADDRESSES : IPV6_ADDRESSES;

		if (size > from)
			br_disguise_octets(f->a.disguise, ip + from, size - from);
		return;
	}
	if (!p->ip_payload.data) { /* its header is broken, or cut in its options */
		br_disguise_octets(f->a.disguise, ip + header, size - header);
		hide_header(f, p, ip, header);
		return;
	}
	uint8_t *l4 = ip + (p->ip_payload.data - was);
	bool has_sum = l4_size >= 2 && at <= l4_size - 2;
	uint16_t sum = has_sum ? br_get16(l4 + at) : 0;
	bool partial = has_sum && sum == partial_of(p, ip);
	uint32_t change = 0;

	if (has_sum) {
		br_put16(l4 + at, 0);
		change = br_checksum_fold(sum_of(p, ip, l4, l4_size)) + (~(uint32_t)sum & 0xffff);
	}
	bool all = quoted || !p->fragment;

	hide_header(f, p, ip, (size_t)(l4 - ip));
	if (all)
		hide_transport(f, p, l4, l4_size, quoted);
	if (has_sum && all)
		update_checksum(p, ip, l4 + at, sum, change + sum_of(p, ip, l4, l4_size), partial);
	else if (has_sum)
		br_put16(l4 + at, sum);
	if ((size_t)(l4 - ip) + l4_size < size)
		br_disguise_octets(f->a.disguise, l4 + l4_size, size - (size_t)(l4 - ip) - l4_size);
}

void br_anonymous_ip_hide(struct br_anonymous_frames *frames, const struct br_packet *packet,
                          const uint8_t *was, uint8_t *octets, size_t size)
{
	hide_ip(frames, packet, was, octets, size, false);
}

/* Ethernet */

static void hide_arp(struct br_anonymous_frames *f, uint8_t *arp)
{
	for (size_t at = 8; at < BR_ARP_SIZE; at += 10) {
		br_anonymous_field(&f->a, BR_LAYER_FRAME, BR_FRAME_MAC, arp + at, 6);
		if (get_be32(arp + at + 6) != 0)
			br_anonymous_field(&f->a, BR_LAYER_FRAME, BR_FRAME_IPV4, arp + at + 6, 4);
	}
}

/* What fills a short frame is anybody's. */
static void clear_padding(struct br_anonymous_frames *f, uint8_t *octets, size_t size)
{
	bool any = false;

	for (size_t i = 0; i < size; i++)
		any = any || octets[i];
	memset(octets, 0, size);
	if (size > 0)
		br_hide_count(&f->a.tally, br_hide_row_of(BR_LAYER_FRAME, BR_FRAME_PADDING), any);
}

/* Octets of the IP packet, by its own header, of the @size there are behind Ethernet's */
static size_t ip_size(const struct br_packet *p, size_t size)
{
	size_t own = p->network == BR_NETWORK_IPV4   ? p->ipv4.size
	             : p->network == BR_NETWORK_IPV6 ? BR_IPV6_HEADER + p->ipv6.size
	                                             : BR_ARP_SIZE;
	size_t least = p->network == BR_NETWORK_IPV4 ? BR_IPV4_HEADER : 0;

	if (p->network == BR_NETWORK_IPV6 && p->ipv6.size == 0) /* or a jumbogram */
		return size;
	return own < size && own >= least ? own : size;
}

void br_anonymous_frame_hide(struct br_anonymous_frames *frames, const struct br_packet *frame,
                             const uint8_t *was, uint8_t *octets, size_t size)
{
	size_t head = BR_ETHERNET_HEADER + (size_t)frame->vlan_tags * BR_ETHERNET_TAG;

	if (size < head) {
		br_disguise_octets(frames->a.disguise, octets, size);
		return;
	}
	br_anonymous_field(&frames->a, BR_LAYER_FRAME, BR_FRAME_MAC, octets, 6);
	br_anonymous_field(&frames->a, BR_LAYER_FRAME, BR_FRAME_MAC, octets + 6, 6);
	br_hide_count(&frames->a.tally, br_hide_row_of(BR_LAYER_FRAME, BR_FRAME_HEADERS), false);

	uint8_t *rest = octets + head;
	size_t left = size - head, own = ip_size(frame, left);

	switch (frame->network) {
	case BR_NETWORK_ARP:
		hide_arp(frames, rest);
		clear_padding(frames, rest + own, left - own);
		break;
	case BR_NETWORK_IPV4:
	case BR_NETWORK_IPV6:
		clear_padding(frames, rest + own, left - own);
		hide_ip(frames, frame, was + head, rest, own, false);
		break;
	case BR_NETWORK_OTHER:
		if (left > 0)
			br_anonymous_field(&frames->a, BR_LAYER_FRAME, BR_FRAME_OTHER, rest, left);
		break;
	}
}
