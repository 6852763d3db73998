/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/iface_filter.h - what the kernel keeps away from a host behind an interface
 *
 * A port on a busy network is shown what all machines say to each other and to everybody. A
 * program of the kernel's packet filter (bpf(4), Linux's socket filters) lets by what one host
 * could want, so that no room of its queue is taken by the rest.
 */
#ifndef BR_SIM_NET_IFACE_FILTER_H
#define BR_SIM_NET_IFACE_FILTER_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BR_IFACE_FILTER_PORTS_MAX = 8,
	BR_IFACE_FILTER_NODES_MAX = 4,
	BR_IFACE_FILTER_SIZE = 56 + 2 * BR_IFACE_FILTER_PORTS_MAX + BR_IFACE_FILTER_NODES_MAX,
};

/**
 * struct br_iface_filter - What a host listens to
 * @mac:	All that is sent to it comes by, whatever it is
 * @port:	UDP over IPv4 that is sent to all, or to a group, comes by for these ports. So do
 *		ARP, and the pieces of a datagram behind its first, which name no port
 * @port6:	The same over IPv6, with all of ICMPv6
 * @node:	The last three octets of the host's addresses: of groups that stand for one address
 *		(RFC 4291 section 2.7.1) those come by, and no others. None: nothing of IPv6 that is
 *		sent to a group comes by
 *
 * Tagged frames (IEEE 802.1Q) are of another network, but for those with VLAN 0: the tag says
 * their priority alone.
 */
struct br_iface_filter {
	uint8_t mac[6];
	uint16_t port[BR_IFACE_FILTER_PORTS_MAX];
	size_t ports;
	uint16_t port6[BR_IFACE_FILTER_PORTS_MAX];
	size_t ports6;
	uint32_t node[BR_IFACE_FILTER_NODES_MAX];
	size_t nodes;
};

/* Return: how many instructions */
size_t br_iface_filter_make(const struct br_iface_filter *filter,
                            struct sock_filter ret_program[static BR_IFACE_FILTER_SIZE]);

#endif /* BR_SIM_NET_IFACE_FILTER_H */
