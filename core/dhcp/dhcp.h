/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/dhcp.h - the DHCPv4 address server, RFC 2131, on port 67
 *
 * Theory of operation: core/dhcp/dhcp.c. What it says about booting comes from
 * core/dhcp/policy.h, what it remembers of clients is in core/dhcp/lease.h. IPv4 addresses
 * are numbers in host order.
 */
#ifndef BR_CORE_DHCP_DHCP_H
#define BR_CORE_DHCP_DHCP_H

#include "core/context.h"
#include "core/dhcp/dhcp_question.h"
#include "core/dhcp/lease.h"

struct br_dhcp;

/* Return: 0, -ENOMEM, or -EINVAL if a pool lies on no subnet, a subnet has two pools, or
 * br_config.leases_max is 0
 */
int br_dhcp_new(struct br_dhcp **ret_dhcp, const struct br_context *context);
struct br_dhcp *br_dhcp_free(struct br_dhcp *dhcp); /* NULL in, NULL out */

/* @question: came to port 67. Replies and notes go to the outbox. */
void br_dhcp_input(struct br_dhcp *dhcp, const struct br_dhcp_question *question, br_time now);
void br_dhcp_address_used(struct br_dhcp *dhcp, const struct br_event *event, br_time now);
void br_dhcp_keep_leases(struct br_dhcp *dhcp, const struct br_lease_store *store);
int br_dhcp_restore(struct br_dhcp *dhcp, const struct br_lease_record *record,
                    br_time now);               /* 0, -EINVAL, -ENOSPC */
void br_dhcp_reconfigure(struct br_dhcp *dhcp); /* the context's settings are others, and sound */
br_time br_dhcp_deadline(const struct br_dhcp *dhcp);
void br_dhcp_expire(struct br_dhcp *dhcp, br_time now); /* early calls do nothing */

/* What is remembered of @address, in any state; NULL if it was never given to anyone. */
const struct br_lease *br_dhcp_lease_find(const struct br_dhcp *dhcp, uint32_t address);
/* All of them, @index from 0, in no order that means anything; NULL past the last. */
const struct br_lease *br_dhcp_lease_at(const struct br_dhcp *dhcp, size_t index);

#endif /* BR_CORE_DHCP_DHCP_H */
