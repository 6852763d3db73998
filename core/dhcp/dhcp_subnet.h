/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/dhcp_subnet.h - which subnet a client is on, and which of its addresses may be given
 *
 * RFC 2131 §4.3.1: the subnet of giaddr, else of the link; RFC 3527 and RFC 3011 let a relay or
 * client name another.
 */
#ifndef BR_CORE_DHCP_DHCP_SUBNET_H
#define BR_CORE_DHCP_DHCP_SUBNET_H

#include "core/config.h"
#include "core/formats/dhcp_message.h"
#include "core/port.h"

/* The subnets of the config with pools given their networks, and those of links besides. */
struct br_dhcp_subnets {
	const struct br_config *config;
	struct br_config_subnet subnet[BR_CONFIG_SUBNETS_MAX + BR_CONFIG_LINKS_MAX];
	size_t count;
};

/* Return: 0, or -EINVAL if a pool is of no link's network, or a subnet would have two pools;
 * then @why has it as text
 */
int br_dhcp_subnets_init(struct br_dhcp_subnets *subnets, const struct br_config *config,
                         struct br_writer *why);

/* The subnet @address lies in, the longest mask if several; NULL if none. */
const struct br_config_subnet *br_dhcp_subnet_of(const struct br_dhcp_subnets *subnets,
                                                 uint32_t address);

/* Where the client of @message is; NULL if no subnet is configured for it. */
const struct br_config_subnet *br_dhcp_subnet_choose(const struct br_dhcp_subnets *subnets,
                                                     const struct br_dhcp_message *message,
                                                     const struct br_event *event);

bool br_dhcp_subnet_has(const struct br_config_subnet *subnet, uint32_t address);

/* @address is one of this server's. */
bool br_dhcp_is_own(const struct br_config *config, uint32_t address);

/* The first reservation on @subnet that one of @marks has, by enum br_config_mark, .data NULL
 * where the client shows none; NULL if there is none.
 */
const struct br_config_reservation *
br_dhcp_reserved(const struct br_config *config, const struct br_config_subnet *subnet,
                 const struct br_octets marks[static BR_CONFIG_MARK_COUNT]);

/* @address may be given to clients without a reservation: of the pool, no network or broadcast
 * address, not a router's or this server's own, and not reserved.
 */
bool br_dhcp_in_pool(const struct br_config *config, const struct br_config_subnet *subnet,
                     uint32_t address);

/* May be an address of a host: not 0/8, not loopback, not multicast or beyond (RFC 1122
 * §3.2.1.3).
 */
bool br_is_host_address(uint32_t address);

#endif /* BR_CORE_DHCP_DHCP_SUBNET_H */
