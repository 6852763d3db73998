/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp6/dhcp6.h - the DHCPv6 server, RFC 8415, with the boot options of RFC 5970
 *
 * With BR_ROLE_DHCP6 it gives addresses and says what to boot. With BR_ROLE_PROXYDHCP6 it says
 * what to boot alone, beside an address server that knows nothing of it: see core/dhcp6/boot6.h.
 */
#ifndef BR_CORE_DHCP6_DHCP6_H
#define BR_CORE_DHCP6_DHCP6_H

#include "core/context.h"

struct br_dhcp6;

/* What would be wrong with a DHCPv6 server of @config. Return: 0, or -EINVAL with @why as text */
int br_dhcp6_check(const struct br_config *config, struct br_writer *why);

int br_dhcp6_new(struct br_dhcp6 **ret_dhcp6, const struct br_context *context); /* or -ENOMEM */
struct br_dhcp6 *br_dhcp6_free(struct br_dhcp6 *dhcp6);

/* Port 4011 is asked, too. */
bool br_dhcp6_on_4011(const struct br_config *config);

/* A datagram to port 547 or 4011 over IPv6. */
void br_dhcp6_input(struct br_dhcp6 *dhcp6, const struct br_event *event, br_time now);
br_time br_dhcp6_deadline(const struct br_dhcp6 *dhcp6);
void br_dhcp6_expire(struct br_dhcp6 *dhcp6, br_time now);

/* As of br_dhcp_keep_leases() and br_dhcp_restore() */
void br_dhcp6_keep_leases(struct br_dhcp6 *dhcp6, const struct br_lease_store *store);
int br_dhcp6_restore(struct br_dhcp6 *dhcp6, const struct br_lease_record *record, br_time now);
/* The binding at @index as a record; false past the last. Borrowed until the next input. */
bool br_dhcp6_record_at(const struct br_dhcp6 *dhcp6, size_t index,
                        struct br_lease_record *ret_record);

/**
 * struct br_dhcp6_binding - A binding, for who looks on
 * @address:	Of an IA_NA
 * @offered, @bound, @declined: At most one
 * @iaid, @duid: Whose
 */
struct br_dhcp6_binding {
	uint8_t address[16];
	bool offered, bound, declined;
	br_time until;
	uint32_t iaid;
	struct br_octets duid;
};

/* False past the last; .data of @duid is borrowed until the next input. */
bool br_dhcp6_binding_at(const struct br_dhcp6 *dhcp6, size_t index,
                         struct br_dhcp6_binding *ret_binding);

#endif /* BR_CORE_DHCP6_DHCP6_H */
