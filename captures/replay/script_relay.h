/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/script_relay.h - what a DHCP relay passed on, of both its sides
 *
 * A script of a relayed boot needs all four legs of an exchange: client to relay, relay to
 * server and back. They may stand in one capture or in one for each side.
 */
#ifndef BR_CAPTURES_REPLAY_SCRIPT_RELAY_H
#define BR_CAPTURES_REPLAY_SCRIPT_RELAY_H

#include "sim/net/packet.h"

enum {
	BR_SCRIPT_LEGS_MAX = 64,
};

enum br_script_leg_kind {
	BR_SCRIPT_LEG_NONE,
	BR_SCRIPT_LEG_CLIENT, /* request of the client itself */
	BR_SCRIPT_LEG_UP,     /* request of the relay to a server */
	BR_SCRIPT_LEG_DOWN,   /* reply of a server to the relay */
	BR_SCRIPT_LEG_LAST,   /* reply of the relay to the client */
};

struct br_script_leg {
	enum br_script_leg_kind kind;
	uint8_t type; /* enum br_dhcp_type */
	uint32_t xid, source, target, giaddr, yiaddr, server_id;
	uint16_t source_port, target_port;
	uint64_t frame;
};

struct br_script_relay {
	size_t legs;
	struct br_script_leg leg[BR_SCRIPT_LEGS_MAX]; /* repeated ones once */
	uint8_t mac[6];                               /* on the servers' side */
	bool has_mac;
	uint32_t giaddr, up; /* its addresses on either side; 0: not seen */
	uint32_t server;     /* one it sent to */
	uint32_t spoken[16]; /* by ARP, with @mac */
	uint8_t speaker[16][6];
	size_t speakers;
};

void br_script_relay_take(struct br_script_relay *relay, const struct br_packet *packet,
                          uint64_t frame);
/* After the last packet: false if one of the legs is missing, or its address. */
bool br_script_relay_whole(struct br_script_relay *relay);

#endif /* BR_CAPTURES_REPLAY_SCRIPT_RELAY_H */
