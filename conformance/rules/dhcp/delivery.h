/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/delivery.h - where a reply goes, and what becomes of option 82 */
#ifndef BR_CONFORMANCE_RULES_DHCP_DELIVERY_H
#define BR_CONFORMANCE_RULES_DHCP_DELIVERY_H

#include "conformance/rules/dhcp/dhcp_table.h"

void br_rules_dhcp_delivery(struct br_rules *r, const struct br_reply *y);
void br_rules_dhcp_agent(struct br_rules *r, const struct br_reply *y);

#endif /* BR_CONFORMANCE_RULES_DHCP_DELIVERY_H */
