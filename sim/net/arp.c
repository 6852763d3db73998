/* SPDX-License-Identifier: BSD-2-Clause */
/* ARP in: RFC 826. Who else has our address is remarked (RFC 5227 §2.4) but not fought.
 *
 * What is broadcast of a known neighbour and says nothing new need not come here: the
 * segment notes it for all who believe the same, and neighbour.c asks for it.
 */
#include <string.h>

#include "sim/net/host_stack.h"

bool br_arp_concerns(const struct br_host_link *link, uint32_t sender, uint32_t target)
{
	const struct br_host *host = link->host;

	if (host->habits.arp_learn_all || (link->address != 0 && target == link->address) ||
	    (link->address != 0 && sender == link->address))
		return true;
	return br_neighbour_is_known_of(host, link->index, br_ip_key_of4(sender));
}

/* RFC 826, "Packet Reception" */
void br_arp_input(struct br_host_link *link, const struct br_packet *packet, br_time now)
{
	struct br_host *host = link->host;
	const struct br_packet_arp *arp = &packet->arp;
	bool for_us = link->address != 0 && arp->target_ip == link->address;

	if (!br_neighbour_mac_is_usable(arp->sender_mac) ||
	    memcmp(arp->sender_mac, link->port.mac, sizeof(arp->sender_mac)) == 0)
		return;
	if (link->address != 0 && arp->sender_ip == link->address) {
		br_host_conflict(link, arp->sender_mac, now);
		return;
	}
	if (arp->sender_ip != 0) /* 0: somebody probes, RFC 5227 §1.1 */
		br_neighbour_learn(link, br_ip_key_of4(arp->sender_ip), arp->sender_mac,
		                   (for_us && !host->habits.arp_asked_only) ||
		                           host->habits.arp_learn_all,
		                   now);
	if (for_us && arp->operation == BR_ARP_REPLY && host->user.present)
		host->user.present(host->user.context, link->index, arp->sender_ip, arp->sender_mac,
		                   now);
	if (for_us && arp->operation == BR_ARP_REQUEST) {
		struct br_packet_arp answer = {.operation = BR_ARP_REPLY,
		                               .sender_ip = link->address,
		                               .target_ip = arp->sender_ip};

		memcpy(answer.sender_mac, link->port.mac, sizeof(answer.sender_mac));
		memcpy(answer.target_mac, arp->sender_mac, sizeof(answer.target_mac));
		br_ask_send_arp(link, arp->sender_mac, &answer);
	}
}
