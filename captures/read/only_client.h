/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/read/only_client.h - the packets of one machine out of a capture of many
 *
 * Its MAC address tells them, in the frame or in chaddr (a broadcast reply is for one
 * machine, a relay's copy has another frame), and the addresses it was given or sent from.
 */
#ifndef BR_CAPTURES_READ_ONLY_CLIENT_H
#define BR_CAPTURES_READ_ONLY_CLIENT_H

#include "core/formats/dhcp_message.h"
#include "sim/net/packet.h"

enum {
	BR_ONLY_CLIENT_ADDRESSES = 8
};

/**
 * struct br_only_client - Zero but for the MAC address at first
 * @mac:	Whose packets
 * @seen:	It asked for an address, or was given one
 */
struct br_only_client {
	uint8_t mac[6];
	bool seen;
	size_t addresses;
	uint32_t address[BR_ONLY_CLIENT_ADDRESSES];
	size_t addresses6; /* of IPv6: what it sent from */
	uint8_t address6[BR_ONLY_CLIENT_ADDRESSES][16];
	struct br_dhcp_message message; /* room to read in */
};

/* Packets in the order of the capture, for addresses are learned on the way. */
bool br_only_client_takes(struct br_only_client *only, const struct br_packet *packet);

#endif /* BR_CAPTURES_READ_ONLY_CLIENT_H */
