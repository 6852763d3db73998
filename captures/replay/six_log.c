/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/six_log.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"

enum {
	MESSAGES_MAX = 2048,
	NEIGHBOURS_MAX = 1024, /* of these */
	MESSAGE_SIZE_MAX = 1500,
};
#define RA_WITHIN (3 * BR_S)

static void note_speaker(struct br_six_log *log, const struct br_packet *p)
{
	if (br_ip_is_zero(p->src.ip) || br_ip_is_multicast6(p->src.ip) ||
	    log->speakers == BR_SIX_SPEAKERS_MAX || br_six_log_mac(log, p->src.ip))
		return;
	memcpy(log->speaker[log->speakers].ip, p->src.ip, 16);
	memcpy(log->speaker[log->speakers++].mac, p->eth_src, 6);
}

static bool is_dhcp6_port(uint16_t port)
{
	return port == BR_DHCP6_PORT_CLIENT || port == BR_DHCP6_PORT_SERVER ||
	       port == BR_DHCP6_PORT_PXE;
}

static bool is_dhcp6(const struct br_packet *p)
{
	return p->transport == BR_TRANSPORT_UDP && is_dhcp6_port(p->dst.port) &&
	       is_dhcp6_port(p->src.port) && p->payload.size == p->payload_size &&
	       p->payload.size >= 4;
}

static bool is_neighbour(const struct br_packet *p)
{
	return p->transport == BR_TRANSPORT_ICMPV6 && !p->fragment &&
	       p->icmp.type >= BR_ICMP6_ROUTER_SOLICITATION &&
	       p->icmp.type <= BR_ICMP6_NEIGHBOUR_ADVERTISEMENT &&
	       p->ip_payload.size == p->ip_payload_size;
}

static bool is_of(const struct br_packet *p, const uint8_t *only)
{
	return !only || !memcmp(p->eth_src, only, 6) || !memcmp(p->eth_dst, only, 6) ||
	       (p->transport == BR_TRANSPORT_ICMPV6 &&
	        p->icmp.type == BR_ICMP6_ROUTER_ADVERTISEMENT);
}

void br_six_log_take(struct br_six_log *log, const struct br_packet *packet, uint64_t frame,
                     br_time at, const uint8_t *only)
{
	bool icmp = is_neighbour(packet);
	struct br_octets octets = icmp ? packet->ip_payload : packet->payload;
	struct br_six_message *m;

	if (packet->network != BR_NETWORK_IPV6)
		return;
	note_speaker(log, packet);
	if ((!icmp && !is_dhcp6(packet)) || !is_of(packet, only) || log->count == MESSAGES_MAX ||
	    octets.size > MESSAGE_SIZE_MAX || (icmp && log->neighbours == NEIGHBOURS_MAX))
		return;
	if (log->count == log->room) {
		log->room = log->room > 0 ? 2 * log->room : 64;
		log->message = realloc(log->message, log->room * sizeof(*log->message));
		if (!log->message)
			abort();
	}
	m = &log->message[log->count++];
	*m = (struct br_six_message){.frame = frame,
	                             .at = at,
	                             .src = packet->src,
	                             .dst = packet->dst,
	                             .icmp = icmp,
	                             .type = octets.data[0],
	                             .size = octets.size,
	                             .octets = malloc(octets.size)};
	if (!m->octets)
		abort();
	memcpy(m->octets, octets.data, octets.size);
	memcpy(m->eth_src, packet->eth_src, 6);
	memcpy(m->eth_dst, packet->eth_dst, 6);
	log->neighbours += icmp;
	if (!icmp && m->type != BR_DHCP6_TYPE_RELAY_FORWARD && m->type != BR_DHCP6_TYPE_RELAY_REPLY)
		m->xid = (uint32_t)octets.data[1] << 16 | (uint32_t)octets.data[2] << 8 |
		         octets.data[3];
}

void br_six_log_reset(struct br_six_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		free(log->message[i].octets);
	free(log->message);
	*log = (struct br_six_log){0};
}

const uint8_t *br_six_log_mac(const struct br_six_log *log, const uint8_t ip[16])
{
	for (size_t i = 0; i < log->speakers; i++) {
		if (br_ip_equal(log->speaker[i].ip, ip))
			return log->speaker[i].mac;
	}
	return NULL;
}

struct br_octets br_six_octets(const struct br_six_message *message)
{
	return (struct br_octets){message->octets, message->size};
}

bool br_six_is_answer(const struct br_six_message *message)
{
	return !message->icmp &&
	       (message->type == BR_DHCP6_TYPE_ADVERTISE || message->type == BR_DHCP6_TYPE_REPLY);
}

/* Whether an Advertise, or a Reply, can be the answer; RFC 8415 section 18.3 */
static bool has_such(const struct br_six_message *question, const struct br_six_message *answer)
{
	if (question->icmp || br_six_is_answer(question) || question->xid != answer->xid ||
	    memcmp(question->eth_src, answer->eth_dst, 6) != 0)
		return false;
	return answer->type == BR_DHCP6_TYPE_REPLY || question->type == BR_DHCP6_TYPE_SOLICIT;
}

size_t br_six_log_question(const struct br_six_log *log, size_t index)
{
	const struct br_six_message *answer = &log->message[index];

	while (index-- > 0) {
		if (has_such(&log->message[index], answer))
			return index;
	}
	return SIZE_MAX;
}

bool br_six_log_is_repeat(const struct br_six_log *log, size_t index)
{
	const struct br_six_message *m = &log->message[index];

	while (index-- > 0) {
		const struct br_six_message *old = &log->message[index];

		if (!old->icmp && old->type == m->type && old->xid == m->xid &&
		    old->dst.port == m->dst.port && !memcmp(old->eth_src, m->eth_src, 6))
			return true;
	}
	return false;
}

size_t br_six_log_advertisement(const struct br_six_log *log, size_t index)
{
	br_time asked = log->message[index].at;

	for (size_t i = index + 1; i < log->count && log->message[i].at <= asked + RA_WITHIN; i++) {
		const struct br_six_message *m = &log->message[i];

		if (m->icmp && m->type == BR_ICMP6_ROUTER_ADVERTISEMENT)
			return i;
	}
	return SIZE_MAX;
}
