/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/relay.h - what a relay does, where both of its sides are seen */
#ifndef BR_CONFORMANCE_RULES_DHCP_RELAY_H
#define BR_CONFORMANCE_RULES_DHCP_RELAY_H

#include "conformance/rules/dhcp/dhcp_table.h"

void br_rules_relay_request(struct br_rules *r, const struct br_deal *deal,
                            const struct br_asked *q, const struct br_dhcp_message *m);
void br_rules_relay_reply(struct br_rules *r, const struct br_reply *y,
                          const struct br_answered *now);

#endif /* BR_CONFORMANCE_RULES_DHCP_RELAY_H */
