/* SPDX-License-Identifier: BSD-2-Clause */
/* vms/lan_net.h - a net of `bootrig lan`, and the words behind --net
 */
#ifndef BR_VMS_LAN_NET_H
#define BR_VMS_LAN_NET_H

#include "sim/net/fault.h"
#include "sim/net/port_qemu.h"
#include "vms/lan_six.h"

enum {
	BR_LAN_MTU = 1500,
};

struct br_lan_net {
	const char *name, *socket;
	uint32_t network, netmask, mtu; /* netmask 0: without IPv4 */
	struct br_lan_six six;
	br_time delay;
	struct br_fault_rates rates;
	struct br_fault *fault; /* NULL: nothing goes wrong by chance */
	struct br_segment *segment;
	struct br_port_qemu *machine;
};

/* The IPv4 network of several hosts, "10.77.0.0/24" */
bool br_lan_net_read_cidr(const char *text, uint32_t *ret_network, uint32_t *ret_netmask);
/* KEY=VALUE, as the lines `net` of scripts have it; cut in two.
 * Return: whether it makes sense; else @error says why not
 */
bool br_lan_net_take_word(struct br_lan_net *net, char *word, char *error, size_t size);
/* The address is of one of its networks. */
bool br_lan_net_has(const struct br_lan_net *net, const struct br_endpoint *end);

#endif /* BR_VMS_LAN_NET_H */
