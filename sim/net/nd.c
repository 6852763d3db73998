/* SPDX-License-Identifier: BSD-2-Clause */
/* Neighbour discovery in: RFC 4861 §6.1, §7.1, §7.2 */
#include <string.h>

#include "sim/net/host_stack.h"

static bool has_mac(const uint8_t mac[6])
{
	return br_neighbour_mac_is_usable(mac);
}

/* RFC 4861 §7.2.4 */
static void answer(const struct br_host_arrival *arrival, const struct br_nd_neighbour *question)
{
	static const uint8_t all_nodes[16] = {0xff, 0x02, [15] = 1};
	const struct br_packet *packet = arrival->packet;
	struct br_host_link *link = arrival->link;
	bool probe = br_ip_is_zero(packet->src.ip);
	bool asked_by_group = br_ip_is_multicast6(packet->dst.ip);
	uint8_t octets[BR_ND_MESSAGE_MAX];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_nd_neighbour says = {
		.flags = (probe ? 0 : BR_ND_SOLICITED) | BR_ND_OVERRIDE |
	                 (link->host->forwarding ? BR_ND_ROUTER : 0),
	};
	struct br_octets body;
	struct br_frame *frame;
	uint32_t word;

	memcpy(says.target, question->target, sizeof(says.target));
	/* §7.2.4: who asks one has the address, and may be spared the option */
	if (asked_by_group || link->six->habits.always_says_mac)
		memcpy(says.mac, link->port.mac, sizeof(says.mac));
	word = br_nd_neighbour_put(&w, &says, false);
	body = (struct br_octets){octets, br_written(&w)};
	if (probe || !link->six->habits.learns_by_asking) {
		br_ask_send_nd(link, BR_ICMP6_NEIGHBOUR_ADVERTISEMENT, question->target,
		               probe ? all_nodes : packet->src.ip,
		               has_mac(question->mac) ? question->mac : packet->eth_src, word,
		               body);
		return;
	}
	frame = br_ask_make_nd(link, BR_ICMP6_NEIGHBOUR_ADVERTISEMENT, question->target,
	                       packet->src.ip, NULL, word, body);
	if (frame)
		br_neighbour_send(link, br_ip_key_of(packet->src.ip), frame, arrival->now);
}

/* RFC 4861 §7.1.1: from ::, it goes to a solicited-node group and has no MAC to tell. */
static bool is_probe_well_formed(const struct br_packet *packet,
                                 const struct br_nd_neighbour *question)
{
	uint8_t group[16];

	br_ip_solicited_node(packet->dst.ip, group);
	return br_ip_equal(packet->dst.ip, group) && !has_mac(question->mac);
}

/* RFC 4861 §7.1.1, §7.2.3 */
static void solicited(const struct br_host_arrival *arrival)
{
	struct br_host_link *link = arrival->link;
	const struct br_packet *packet = arrival->packet;
	bool probe = br_ip_is_zero(packet->src.ip);
	const struct br_six_address *ours;
	struct br_nd_neighbour question;

	if (br_nd_neighbour_get(packet->icmp.rest, packet->payload, &question) < 0 ||
	    br_ip_is_multicast6(question.target) ||
	    (probe && !is_probe_well_formed(packet, &question))) {
		link->host->counters.bad++;
		return;
	}
	ours = br_host_find6(link, question.target);
	if (!ours)
		return;
	if (ours->tentative) { /* RFC 4862 §5.4.3 */
		if (probe)
			br_six_claimed(link, question.target, packet->eth_src, true, arrival->now);
		return;
	}
	if (!probe && has_mac(question.mac) && !link->six->habits.learns_by_asking)
		br_neighbour_learn(link, br_ip_key_of(packet->src.ip), question.mac, true,
		                   arrival->now);
	answer(arrival, &question);
	if (!probe)
		br_six_prove(link, packet->src.ip, packet->eth_src, arrival->now);
}

/* RFC 4861 §7.1.2, §7.2.5 */
static void advertised(const struct br_host_arrival *arrival)
{
	struct br_host_link *link = arrival->link;
	struct br_host *host = link->host;
	const struct br_packet *packet = arrival->packet;
	struct br_nd_neighbour says;
	struct br_ip_key key;

	if (br_nd_neighbour_get(packet->icmp.rest, packet->payload, &says) < 0 ||
	    br_ip_is_multicast6(says.target) ||
	    (br_ip_is_multicast6(packet->dst.ip) && says.flags & BR_ND_SOLICITED)) {
		host->counters.bad++;
		return;
	}
	if (br_host_find6(link, says.target)) {
		br_six_claimed(link, says.target, has_mac(says.mac) ? says.mac : packet->eth_src,
		               false, arrival->now);
		return;
	}
	key = br_ip_key_of(says.target);
	if (!br_neighbour_is_known_of(host, link->index, key))
		return; /* §7.2.5: nobody asked */
	if (!has_mac(says.mac)) {
		const uint8_t *known = br_neighbour_lookup(host, link->index, key, arrival->now);

		if (!known && !(says.flags & BR_ND_SOLICITED))
			return;
		memcpy(says.mac, known ? known : packet->eth_src, sizeof(says.mac));
	} else if (!(says.flags & BR_ND_OVERRIDE) &&
	           br_neighbour_lookup(host, link->index, key, arrival->now)) {
		return;
	}
	br_neighbour_learn(link, key, says.mac, false, arrival->now);
}

/* RFC 4861 §6.1.2 */
static void router_speaks(const struct br_host_arrival *arrival)
{
	struct br_host_link *link = arrival->link;
	const struct br_packet *packet = arrival->packet;
	struct br_nd_router router;

	if (!br_ip_is_link_local6(packet->src.ip) ||
	    br_nd_router_get(packet->icmp.rest, packet->payload, &router) < 0) {
		link->host->counters.bad++;
		return;
	}
	if (has_mac(router.mac))
		br_neighbour_learn(link, br_ip_key_of(packet->src.ip), router.mac, true,
		                   arrival->now);
	br_six_advertised(link, &router, packet->src.ip, arrival->now);
}

/* RFC 4861 §6.1.1 */
static void router_asked(const struct br_host_arrival *arrival)
{
	struct br_host_link *link = arrival->link;
	const struct br_packet *packet = arrival->packet;
	uint8_t mac[6] = {0};

	if (!link->six->advertises)
		return;
	if (br_nd_solicit_get(packet->payload, mac) && has_mac(mac)) {
		if (br_ip_is_zero(packet->src.ip)) {
			link->host->counters.bad++;
			return;
		}
		br_neighbour_learn(link, br_ip_key_of(packet->src.ip), mac, true, arrival->now);
	}
	br_six_solicited(link, arrival->now);
}

void br_nd_input(const struct br_host_arrival *arrival)
{
	const struct br_packet *packet = arrival->packet;

	/* RFC 4861 §6.1, §7.1: nobody off the link can have sent it */
	if (packet->wrong || packet->ipv6.hop_limit != BR_ND_HOP_LIMIT || packet->icmp.code != 0) {
		arrival->link->host->counters.bad++;
		return;
	}
	switch (packet->icmp.type) {
	case BR_ICMP6_NEIGHBOUR_SOLICITATION:
		solicited(arrival);
		break;
	case BR_ICMP6_NEIGHBOUR_ADVERTISEMENT:
		advertised(arrival);
		break;
	case BR_ICMP6_ROUTER_ADVERTISEMENT:
		router_speaks(arrival);
		break;
	case BR_ICMP6_ROUTER_SOLICITATION:
		router_asked(arrival);
		break;
	default:
		break;
	}
}
