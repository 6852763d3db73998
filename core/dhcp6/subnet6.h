/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp6/subnet6.h - which network a DHCPv6 client is on, and its addresses as numbers
 *
 * RFC 8415 §13.1: the link-address of the relay next to the client that has one, else the link
 * that the message came in by.
 *
 * The table of bindings (core/dhcp/lease.h) knows addresses of 32 bits. An address that may be
 * given out has such a number here: that of its network, and behind it either how far it stands
 * behind the first of the pool, or which reservation it is of. So pools count to 2^25 at most.
 */
#ifndef BR_CORE_DHCP6_SUBNET6_H
#define BR_CORE_DHCP6_SUBNET6_H

#include "core/config.h"
#include "core/formats/dhcp6_message.h"
#include "core/port.h"

enum {
	BR_SUBNET6_POOL_MAX = 1 << 25,
};

/* Of the config's, or of a link. */
struct br_dhcp6_subnet {
	uint8_t prefix[16];
	uint8_t bits;
	uint32_t pool_count; /* 0: reservations only */
	uint8_t pool_first[16];
};

struct br_dhcp6_subnets {
	const struct br_config *config;
	struct br_dhcp6_subnet subnet[BR_CONFIG_SUBNETS_MAX + BR_CONFIG_LINKS_MAX];
	size_t count;
};

/* Return: 0, or -EINVAL if a pool is of no link's network, a subnet would have two pools, or a
 * reserved address is of no network or the server's own; then @why has it as text
 */
int br_dhcp6_subnets_init(struct br_dhcp6_subnets *subnets, const struct br_config *config,
                          struct br_writer *why);

/* Where the client of @message is; NULL if no network is configured for it. */
const struct br_dhcp6_subnet *br_dhcp6_subnet_choose(const struct br_dhcp6_subnets *subnets,
                                                     const struct br_dhcp6_message *message,
                                                     const struct br_event *event);

/* @address is one of this server's. */
bool br_dhcp6_is_own(const struct br_config *config, const uint8_t address[static 16]);

/* Of bindings on @subnet the numbers are those with @ret_network under @ret_mask. */
void br_dhcp6_subnet_numbers(const struct br_dhcp6_subnets *subnets,
                             const struct br_dhcp6_subnet *subnet, uint32_t *ret_network,
                             uint32_t *ret_mask);
/* 0 if it is neither of the pool nor reserved */
uint32_t br_dhcp6_number_of(const struct br_dhcp6_subnets *subnets,
                            const struct br_dhcp6_subnet *subnet, const uint8_t address[static 16]);
/* The same, on whatever subnet it is */
uint32_t br_dhcp6_find_number(const struct br_dhcp6_subnets *subnets,
                              const uint8_t address[static 16]);
void br_dhcp6_address_of(const struct br_dhcp6_subnets *subnets, uint32_t number,
                         uint8_t ret[static 16]);

#endif /* BR_CORE_DHCP6_SUBNET6_H */
