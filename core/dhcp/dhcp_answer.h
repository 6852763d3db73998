/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/dhcp_answer.h - the parameters an address server gives: OFFER, ACK and BOOTP alike
 *
 * OFFER and ACK come from the same function of the same request, so they never disagree
 * (RFC 2131 §3.1): firmware takes the mask from the one and the boot file from the other.
 */
#ifndef BR_CORE_DHCP_DHCP_ANSWER_H
#define BR_CORE_DHCP_DHCP_ANSWER_H

#include "core/dhcp/dhcp_reply.h"

/**
 * struct br_dhcp_answer - Whom the parameters are for
 * @subnet:	Where the client is; NULL: not known (INFORM)
 * @client, @boot: Who it is, and what it boots
 * @own:	This server's address on the client's side
 * @lease_s:	Option 51; 0: no lease (INFORM, BOOTP)
 */
struct br_dhcp_answer {
	const struct br_config *config;
	const struct br_config_subnet *subnet;
	const struct br_client *client;
	const struct br_boot *boot;
	uint32_t own;
	uint32_t lease_s;
};

/* Return: true if the client is sent to port 4011 for its boot file, PXE 2.1 §2.2.3 */
bool br_dhcp_answer(struct br_dhcp_reply *reply, const struct br_dhcp_answer *answer);

#endif /* BR_CORE_DHCP_DHCP_ANSWER_H */
