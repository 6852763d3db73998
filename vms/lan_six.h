/* SPDX-License-Identifier: BSD-2-Clause */
/* vms/lan_six.h - IPv6 of a net for real machines: network, addresses of servers, a router
 */
#ifndef BR_VMS_LAN_SIX_H
#define BR_VMS_LAN_SIX_H

#include "core/config.h"
#include "sim/net/host.h"

/**
 * struct br_lan_six - IPv6 of a net
 * @on:		It has a @network of so many @bits
 * @router:	The first server on it stands for a router, whose advertisements say M and O
 */
struct br_lan_six {
	bool on;
	uint8_t network[BR_IP_SIZE], bits;
	bool router, managed, other;
	bool advertised; /* by a server by now */
};

/* "2001:db8:1::/64"; false, and nothing changed, if it is no network of hosts */
bool br_lan_six_take_network(struct br_lan_six *six, const char *text);
/* off, on, M, O or MO; false if it is none of these, or there is no network */
bool br_lan_six_take_ra(struct br_lan_six *six, const char *value);
/* A server's link, with the address its configuration has. Return: 0 or what the host said */
int br_lan_six_switch_on(struct br_lan_six *six, struct br_host *host, uint32_t index,
                         const struct br_config_link *link);

#endif /* BR_VMS_LAN_SIX_H */
