/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP: RFC 792, RFC 1122 §3.2.2, RFC 1812 §4.3 */
#include <stdlib.h>
#include <string.h>

#include "sim/net/host_stack.h"

enum {
	ERRORS_A_SECOND = 100,
	ERROR_SIZE_MAX = 576, /* RFC 1812 §4.3.2.3 */
	QUOTE_MAX = ERROR_SIZE_MAX - BR_IPV4_HEADER - BR_ICMP_HEADER,
	PARAMETER_PROBLEM = 12,
	CODE_HOST = 1,
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

	if (behind_header > 0 && size > header + behind_header)
		size = header + behind_header;
	if (size > QUOTE_MAX)
		size = QUOTE_MAX;
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
		br_ipv4_send(host, route, frame);
}

void br_icmp_error(const struct br_host_arrival *about, uint8_t type, uint8_t code, uint32_t rest)
{
	struct br_host *host = about->link->host;
	const struct br_packet *packet = about->packet;
	uint32_t src = br_host_is_ours(host, packet->ipv4.dst) ? packet->ipv4.dst : 0;
	struct br_packet_route head;
	struct br_host_route route;
	uint8_t octets[QUOTE_MAX];

	if (!may_tell(about) ||
	    br_ipv4_route(host, about->link->index, packet->ipv4.src, &route) < 0 ||
	    route.link->address == 0 || limited(host, about->now))
		return;
	br_ipv4_head(host, &route, src, packet->ipv4.src, host->habits.icmp_ttl, false, &head);
	send_icmp(host, &route, &head, type, code, rest,
	          (struct br_octets){octets, quote(packet, host->habits.icmp_quote, octets)});
}

/* A ping too big for one frame comes back in as many pieces. */
static void send_large_echo(struct br_host *host, const struct br_host_route *route,
                            const struct br_packet_route *head, const struct br_packet *ping)
{
	size_t size = BR_ICMP_HEADER + ping->payload.size;
	uint8_t *whole = malloc(size);

	if (!whole)
		return;
	whole[0] = BR_ICMP_ECHO_REPLY;
	whole[1] = whole[2] = whole[3] = 0;
	for (int i = 0; i < 4; i++)
		whole[4 + i] = (uint8_t)(ping->icmp.rest >> (24 - 8 * i));
	memcpy(whole + BR_ICMP_HEADER, ping->payload.data, ping->payload.size);

	uint16_t checksum = br_checksum_fold(br_checksum_add(0, whole, size));

	whole[2] = (uint8_t)(checksum >> 8);
	whole[3] = (uint8_t)checksum;
	(void)br_ipv4_send_fragments(host, route, head, BR_IP_PROTOCOL_ICMP,
	                             (struct br_octets){whole, size});
	free(whole);
}

static void echo(const struct br_host_arrival *arrival)
{
	struct br_host *host = arrival->link->host;
	const struct br_packet *ping = arrival->packet;
	struct br_host_route route;
	struct br_packet_route head;

	/* to a broadcast no answer: RFC 1122 §3.2.2.6 leaves it open, everybody refrains */
	if (!host->habits.echo || arrival->to_all || arrival->link->address == 0 ||
	    br_ipv4_route(host, arrival->link->index, ping->ipv4.src, &route) < 0)
		return;
	br_ipv4_head(host, &route, ping->ipv4.dst, ping->ipv4.src, 0, false, &head);
	if (BR_IPV4_HEADER + BR_ICMP_HEADER + ping->payload.size > route.link->mtu)
		send_large_echo(host, &route, &head, ping);
	else
		send_icmp(host, &route, &head, BR_ICMP_ECHO_REPLY, 0, ping->icmp.rest,
		          ping->payload);
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
	struct br_host_link *link = host->link[index];
	struct br_packet_route head;
	struct br_host_route route;

	if (link->address != 0 && ((address ^ link->address) & link->netmask) == 0) {
		br_arp_ask(link, address);
		return;
	}
	if (br_ipv4_route(host, index, address, &route) < 0)
		return;
	br_ipv4_head(host, &route, 0, address, 0, false, &head);
	send_icmp(host, &route, &head, BR_ICMP_ECHO, 0, 0,
	          (struct br_octets){text, sizeof(text) - 1});
}

/* An error about something we sent: only its first octets came back. */
static void take_error(const struct br_host_arrival *arrival)
{
	struct br_host *host = arrival->link->host;
	const struct br_packet *error = arrival->packet;
	uint16_t icmp = (uint16_t)(error->icmp.type << 8 | error->icmp.code);
	struct br_packet sent;

	br_packet_parse_ip(&sent, error->payload, error->payload.size, false);
	if (sent.network != BR_NETWORK_IPV4 || !br_host_is_ours(host, sent.ipv4.src))
		return;
	if (sent.transport == BR_TRANSPORT_UDP && host->user.unreachable)
		host->user.unreachable(host->user.context, &sent.src, &sent.dst, icmp,
		                       arrival->now);
	else if (sent.transport == BR_TRANSPORT_TCP)
		host->tcp_unreachable(host, &sent, icmp, error->icmp.rest & 0xffff, arrival->now);
}

void br_icmp_input(const struct br_host_arrival *arrival)
{
	const struct br_packet *packet = arrival->packet;

	if (packet->wrong)
		arrival->link->host->counters.bad++;
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
	if (packet.network != BR_NETWORK_IPV4)
		return;
	if (!br_host_is_ours(host, packet.ipv4.src)) {
		struct br_host_arrival about = {.link = link, .packet = &packet, .now = now};

		br_icmp_error(&about, BR_ICMP_UNREACHABLE, CODE_HOST, 0);
	} else if (packet.transport == BR_TRANSPORT_UDP && host->user.unreachable) {
		host->user.unreachable(host->user.context, &packet.src, &packet.dst,
		                       BR_HOST_NO_ANSWER, now);
	} else if (packet.transport == BR_TRANSPORT_TCP) {
		host->tcp_unreachable(host, &packet, icmp, 0, now);
	}
}
