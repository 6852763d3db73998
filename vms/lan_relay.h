/* SPDX-License-Identifier: BSD-2-Clause */
/* vms/lan_relay.h - a relay of `bootrig lan`: it routes, and passes DHCP of both families on
 */
#ifndef BR_VMS_LAN_RELAY_H
#define BR_VMS_LAN_RELAY_H

#include "core/config.h"
#include "sim/net/relay.h"
#include "sim/net/relay6.h"

/* What stands behind --relay beside its addresses; zero at first */
struct br_lan_relay {
	struct br_relay_options four;
	struct br_relay6_options six;
	struct br_relay *relay;
	struct br_agent6 *agent;
};

/* to=ADDRESS, interface-id=TEXT. Return: false if it is neither, or there is no room */
bool br_lan_relay_take(struct br_lan_relay *relay, const char *key, const char *value);
/* On a host that has all its addresses. Return: 0 or what the host said */
int br_lan_relay_start(struct br_lan_relay *relay, struct br_host *host);
void br_lan_relay_stop(struct br_lan_relay *relay);
/* What is elsewhere goes to a relay that is at @there on this link. */
void br_lan_relay_lead(struct br_host *host, uint32_t link, const struct br_config_link *there);

/* Of a net that no machine is in: what relay and server say to each other. All else comes by
 * where a machine is, and is told there.
 */
bool br_lan_relay_is_told(const struct br_frame *frame);

#endif /* BR_VMS_LAN_RELAY_H */
