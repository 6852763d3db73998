/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP: RFC 792, RFC 1122 §3.2.2, RFC 1812 §4.3; ICMPv6: RFC 4443
 *
 * Both families share their words here: an error has the type and code of ICMP, and those of
 * ICMPv6 where it goes out as one or comes in.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/net/host_stack.h"

enum {
	ERRORS_A_SECOND = 100,
	ERROR_SIZE_MAX = 576, /* RFC 1812 §4.3.2.3 */
	QUOTE4_MAX = ERROR_SIZE_MAX - BR_IPV4_HEADER - BR_ICMP_HEADER,
	QUOTE_MAX = BR_IPV6_MTU_MIN - BR_IPV6_HEADER - BR_ICMP_HEADER, /* RFC 4443 §2.4 c */
	PARAMETER_PROBLEM = 12,
	CODE_NET = 0,
	CODE_HOST = 1,
	CODE_PROTOCOL = 2,
	CODE_PORT = 3,
	CODE_TOO_BIG = 4,
	CODE_PROHIBITED = 13,
	NEXT_HEADER_AT = 6,   /* in the header of IPv6 */
	INFORMATIONAL6 = 128, /* ICMPv6: types below are errors */
};

static bool is_error(uint8_t type)
{
	return type == BR_ICMP_UNREACHABLE || type == BR_ICMP_TIME_EXCEEDED ||
	       type == PARAMETER_PROBLEM || type == 4 || type == 5;
}

/* RFC 1122 §3.2.2: what an error must never be about */
static bool may_tell(const struct br_host_arrival *about)
{
	const struct br_packet *packet = about->packet;

	if (br_packet_is_six(packet)) /* RFC 4443 §2.4 e */
		return !about->to_all && !br_ip_is_zero(packet->src.ip) &&
		       !(packet->ipv6.fragment & 0xfff8) &&
		       !(packet->transport == BR_TRANSPORT_ICMPV6 &&
		         packet->icmp.type < INFORMATIONAL6);
	/* sources that no host may have were dropped on arrival, but 0 is a client's */
	if (about->to_all || packet->ipv4.fragment & BR_IPV4_OFFSET || packet->ipv4.src == 0)
		return false;
	return !(packet->transport == BR_TRANSPORT_ICMP && is_error(packet->icmp.type));
}

/* RFC 1812 §4.3.2.8 */
static bool limited(struct br_host *host, br_time now)
{
	if (now - host->icmp_second >= BR_S || host->icmp_second > now) {
		host->icmp_second = now;
		host->icmp_errors = 0;
	}
	if (host->icmp_errors < ERRORS_A_SECOND) {
		host->icmp_errors++;
		return false;
	}
	host->counters.icmp_limited++;
	return true;
}

/* Copy what is quoted, with the checksum of its IP header where that is virtual. */
static size_t quote(const struct br_packet *packet, size_t behind_header, uint8_t target[QUOTE_MAX])
{
	size_t header = packet->ipv4.header_size;
	size_t size = header + packet->ip_payload.size;

	if (br_packet_is_six(packet)) { /* extension headers too */
		size = BR_IPV6_HEADER + packet->ipv6.size;
		size = size < QUOTE_MAX ? size : QUOTE_MAX;
		memcpy(target,
		       packet->ip_payload.data + packet->ip_payload.size - packet->ipv6.size -
		               BR_IPV6_HEADER,
		       size);
		return size;
	}
	if (behind_header > 0 && size > header + behind_header)
		size = header + behind_header;
	if (size > QUOTE4_MAX)
		size = QUOTE4_MAX;
	memcpy(target, packet->ip_payload.data - header, size);
	if (packet->ipv4.checksum == 0) {
		uint16_t checksum = br_checksum_fold(br_checksum_add(0, target, header));

		target[10] = (uint8_t)(checksum >> 8);
		target[11] = (uint8_t)checksum;
	}
	return size;
}

static void send_icmp(struct br_host *host, const struct br_host_route *route,
                      const struct br_packet_route *head, uint8_t type, uint8_t code, uint32_t rest,
                      struct br_octets payload)
{
	struct br_frame *frame = br_host_new_frame(host);

	if (!frame)
		return;
	if (br_packet_build_icmp(frame, head, type, code, rest, payload) < 0)
		br_frame_unref(frame);
	else
		br_ip_send(host, route, frame);
}

/* RFC 4443 §3, and the errors of ICMP that say the same */
static const struct {
	uint8_t type, code, type6, code6;
} same_errors[] = {
	{BR_ICMP_UNREACHABLE, CODE_NET, BR_ICMP6_UNREACHABLE, 0},
	{BR_ICMP_UNREACHABLE, CODE_PROHIBITED, BR_ICMP6_UNREACHABLE, 1},
	{BR_ICMP_UNREACHABLE, CODE_HOST, BR_ICMP6_UNREACHABLE, 3},
	{BR_ICMP_UNREACHABLE, CODE_PORT, BR_ICMP6_UNREACHABLE, 4},
	{BR_ICMP_UNREACHABLE, CODE_TOO_BIG, BR_ICMP6_TOO_BIG, 0},
	{BR_ICMP_UNREACHABLE, CODE_PROTOCOL, BR_ICMP6_PARAMETER_PROBLEM, 1},
	{BR_ICMP_TIME_EXCEEDED, 0, BR_ICMP6_TIME_EXCEEDED, 0},
	{BR_ICMP_TIME_EXCEEDED, 1, BR_ICMP6_TIME_EXCEEDED, 1},
};

static void to_six(uint8_t *type, uint8_t *code, uint32_t *rest)
{
	for (size_t i = 0; i < sizeof(same_errors) / sizeof(same_errors[0]); i++) {
		if (same_errors[i].type != *type || same_errors[i].code != *code)
			continue;
		*type = same_errors[i].type6;
		*code = same_errors[i].code6;
		if (*type == BR_ICMP6_PARAMETER_PROBLEM) /* which octet: the next header */
			*rest = NEXT_HEADER_AT;
		return;
	}
}

/* type << 8 | code, as ICMP would say it */
static uint16_t said(const struct br_packet *error)
{
	const struct br_packet_icmp *icmp = &error->icmp;

	if (!br_packet_is_six(error))
		return (uint16_t)(icmp->type << 8 | icmp->code);
	for (size_t i = 0; i < sizeof(same_errors) / sizeof(same_errors[0]); i++) {
		if (same_errors[i].type6 == icmp->type && same_errors[i].code6 == icmp->code)
			return (uint16_t)(same_errors[i].type << 8 | same_errors[i].code);
	}
	return icmp->type == BR_ICMP6_PARAMETER_PROBLEM ? PARAMETER_PROBLEM << 8
	                                                : BR_ICMP_UNREACHABLE << 8 | CODE_HOST;
}

static bool has_address(const struct br_host_link *link, const struct br_packet *packet)
{
	return br_packet_is_six(packet) ? br_host_source6(link, packet->src.ip) != NULL
	                                : link->address != 0;
}

void br_icmp_error(const struct br_host_arrival *about, uint8_t type, uint8_t code, uint32_t rest)
{
	struct br_host *host = about->link->host;
	const struct br_packet *packet = about->packet;
	struct br_endpoint src = {{0}, 0};
	struct br_packet_route head;
	struct br_host_route route;
	uint8_t octets[QUOTE_MAX];

	if (!may_tell(about) || br_ip_route(host, about->link->index, &packet->src, &route) < 0 ||
	    !has_address(route.link, packet) || limited(host, about->now))
		return;
	if (br_host_has(host, about->link, packet->dst.ip))
		src = packet->dst;
	if (br_packet_is_six(packet))
		to_six(&type, &code, &rest);
	br_ip_head(host, &route, &src, &packet->src, host->habits.icmp_ttl, false, &head);
	send_icmp(host, &route, &head, type, code, rest,
	          (struct br_octets){octets, quote(packet, host->habits.icmp_quote, octets)});
}

/* A ping too big for one frame comes back in as many pieces. */
static void send_large_echo(struct br_host *host, const struct br_host_route *route,
                            const struct br_packet_route *head, uint8_t type,
                            const struct br_packet *ping)
{
	uint8_t protocol = head->six ? BR_IP_PROTOCOL_ICMPV6 : BR_IP_PROTOCOL_ICMP;
	size_t size = BR_ICMP_HEADER + ping->payload.size;
	uint32_t sum = head->six ? br_packet_route_sum(head, protocol, size) : 0;
	uint8_t *whole = malloc(size);

	if (!whole)
		return;
	whole[0] = type;
	whole[1] = whole[2] = whole[3] = 0;
	for (int i = 0; i < 4; i++)
		whole[4 + i] = (uint8_t)(ping->icmp.rest >> (24 - 8 * i));
	memcpy(whole + BR_ICMP_HEADER, ping->payload.data, ping->payload.size);

	uint16_t checksum = br_checksum_fold(br_checksum_add(sum, whole, size));

	whole[2] = (uint8_t)(checksum >> 8);
	whole[3] = (uint8_t)checksum;
	(void)br_ip_send_fragments(host, route, head, protocol, (struct br_octets){whole, size});
	free(whole);
}

static void echo(const struct br_host_arrival *arrival)
{
	struct br_host *host = arrival->link->host;
	const struct br_packet *ping = arrival->packet;
	bool six = br_packet_is_six(ping);
	size_t header = six ? BR_IPV6_HEADER : BR_IPV4_HEADER;
	uint8_t type = six ? BR_ICMP6_ECHO_REPLY : BR_ICMP_ECHO_REPLY;
	struct br_host_route route;
	struct br_packet_route head;

	/* to a broadcast no answer: RFC 1122 §3.2.2.6 leaves it open, everybody refrains */
	if (!host->habits.echo || arrival->to_all || !has_address(arrival->link, ping) ||
	    br_ip_route(host, arrival->link->index, &ping->src, &route) < 0)
		return;
	br_ip_head(host, &route, &ping->dst, &ping->src, 0, false, &head);
	if (header + BR_ICMP_HEADER + ping->payload.size > route.mtu)
		send_large_echo(host, &route, &head, type, ping);
	else
		send_icmp(host, &route, &head, type, 0, ping->icmp.rest, ping->payload);
}

static void take_echo(const struct br_host_arrival *arrival)
{
	const struct br_host_user *user = &arrival->link->host->user;

	if (user->present && !arrival->to_all)
		user->present(user->context, arrival->link->index, arrival->packet->ipv4.src, NULL,
		              arrival->now);
}

void br_host_probe(struct br_host *host, uint32_t index, uint32_t address)
{
	static const uint8_t text[] = "is anybody there?";
	const struct br_endpoint to = br_endpoint_ipv4(address, 0), any = {{0}, 0};
	struct br_host_link *link = host->link[index];
	struct br_packet_route head;
	struct br_host_route route;

	if (link->address != 0 && ((address ^ link->address) & link->netmask) == 0) {
		br_ask_arp(link, address);
		return;
	}
	if (br_ipv4_route(host, index, address, &route) < 0)
		return;
	br_ip_head(host, &route, &any, &to, 0, false, &head);
	send_icmp(host, &route, &head, BR_ICMP_ECHO, 0, 0,
	          (struct br_octets){text, sizeof(text) - 1});
}

/* An error about something we sent: only its first octets came back. */
static void take_error(const struct br_host_arrival *arrival)
{
	struct br_host *host = arrival->link->host;
	const struct br_packet *error = arrival->packet;
	uint16_t icmp = said(error);
	bool too_big = br_packet_is_six(error) && error->icmp.type == BR_ICMP6_TOO_BIG;
	struct br_packet sent;

	br_packet_parse_ip(&sent, error->payload, error->payload.size, false);
	if (sent.network != error->network || !br_host_has(host, arrival->link, sent.src.ip))
		return;
	if (too_big && error->icmp.rest < BR_IPV6_MTU_MIN)
		return; /* RFC 8201 §4: nobody may ask for less, and who does is not heard */
	if (too_big)
		br_ip_path_mtu(host, sent.dst.ip, error->icmp.rest);
	if (sent.transport == BR_TRANSPORT_UDP && icmp == (BR_ICMP_UNREACHABLE << 8 | CODE_PORT))
		host->counters.unreachable++;
	if (sent.transport == BR_TRANSPORT_UDP && host->user.unreachable && !too_big)
		host->user.unreachable(host->user.context, &sent.src, &sent.dst, icmp,
		                       arrival->now);
	else if (sent.transport == BR_TRANSPORT_TCP)
		host->tcp_unreachable(host, &sent, icmp,
		                      too_big ? error->icmp.rest : error->icmp.rest & 0xffff,
		                      arrival->now);
}

static void icmp6_input(const struct br_host_arrival *arrival)
{
	switch (arrival->packet->icmp.type) {
	case BR_ICMP6_ECHO:
		echo(arrival);
		break;
	case BR_ICMP6_UNREACHABLE:
	case BR_ICMP6_TOO_BIG:
	case BR_ICMP6_TIME_EXCEEDED:
	case BR_ICMP6_PARAMETER_PROBLEM:
		take_error(arrival);
		break;
	default:
		br_nd_input(arrival);
		break;
	}
}

void br_icmp_input(const struct br_host_arrival *arrival)
{
	const struct br_packet *packet = arrival->packet;

	if (packet->wrong)
		arrival->link->host->counters.bad++;
	else if (br_packet_is_six(packet))
		icmp6_input(arrival);
	else if (packet->icmp.type == BR_ICMP_ECHO)
		echo(arrival);
	else if (packet->icmp.type == BR_ICMP_ECHO_REPLY)
		take_echo(arrival);
	else if (packet->icmp.type == BR_ICMP_UNREACHABLE ||
	         packet->icmp.type == BR_ICMP_TIME_EXCEEDED ||
	         packet->icmp.type == PARAMETER_PROBLEM)
		take_error(arrival);
}

void br_icmp_unresolved(struct br_host_link *link, const struct br_frame *frame, br_time now)
{
	const uint16_t icmp = BR_ICMP_UNREACHABLE << 8 | CODE_HOST;
	struct br_host *host = link->host;
	struct br_packet packet;

	br_packet_parse(&packet, (struct br_octets){frame->data, frame->size}, frame->size, false);
	if (packet.network != BR_NETWORK_IPV4 && packet.network != BR_NETWORK_IPV6)
		return;
	if (!br_host_has(host, link, packet.src.ip)) {
		struct br_host_arrival about = {.link = link, .packet = &packet, .now = now};

		br_icmp_error(&about, BR_ICMP_UNREACHABLE, CODE_HOST, 0);
	} else if (packet.transport == BR_TRANSPORT_UDP && host->user.unreachable) {
		host->user.unreachable(host->user.context, &packet.src, &packet.dst,
		                       BR_HOST_NO_ANSWER, now);
	} else if (packet.transport == BR_TRANSPORT_TCP) {
		host->tcp_unreachable(host, &packet, icmp, 0, now);
	}
}
