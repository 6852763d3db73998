/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/script_six_net.h - what a recorded boot over IPv6 tells of its network, as lines
 *
 * The machine's own net, and one behind each DHCPv6 relay; servers of another prefix that no relay
 * leads to stand behind the router.
 */
#ifndef BR_CAPTURES_CONVERT_SCRIPT_SIX_NET_H
#define BR_CAPTURES_CONVERT_SCRIPT_SIX_NET_H

#include "captures/replay/setup.h"

/* Header lines: the nets, with IPv4 too if @four, the relays, and the router */
void br_script_six_nets(FILE *out, const struct br_setup *setup, bool four);
/* "up=2001:db8::1 mac=... gw=...": how a server's node is plugged in */
void br_script_six_plug(FILE *out, const struct br_setup *setup,
                        const struct br_setup_server *server);

/* Whether a server stands on another net than the machine: then it has to know a router. */
bool br_script_six_is_routed(const struct br_setup *setup);

/* The node of the relay that wraps a message as the @level-th, from 1 on: "relay", "relay2" */
const char *br_script_relay6(const struct br_setup *setup, size_t level, char name[static 16]);
/* The node that advertises: "rt", or the relay that does */
const char *br_script_router6(const struct br_setup *setup, char name[static 16]);

#endif /* BR_CAPTURES_CONVERT_SCRIPT_SIX_NET_H */
