/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/iface.h - what the kernel says of its network interfaces */
#ifndef BR_SIM_NET_IFACE_H
#define BR_SIM_NET_IFACE_H

#include <stdbool.h>
#include <stdint.h>

struct br_iface {
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t address, netmask; /* its first IPv4 address, or 0 */
	bool up;
	bool veth; /* what its other end sends comes in here: that may be this host */
};

int br_iface_get(const char *name, struct br_iface *ret_iface); /* 0, -ENODEV, -EIO */

/* True if the kernel of this network namespace has that address, with the name
 * of the interface that has it.
 */
bool br_iface_holder(uint32_t address, char ret_name[static 16]);
bool br_iface_holder6(const uint8_t ip[static 16], char ret_name[static 16]);

#endif /* BR_SIM_NET_IFACE_H */
