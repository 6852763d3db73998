/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/six/relay6.h - what relays make of messages, and servers behind them */
#ifndef BR_CONFORMANCE_RULES_SIX_RELAY6_H
#define BR_CONFORMANCE_RULES_SIX_RELAY6_H

#include "conformance/rules/six/dhcp6_table.h"

void br_rules_relay_forward6(struct br_rules *r, const struct br_asked6 *q);
void br_rules_relay_reply6(struct br_rules *r, struct br_reply6 *y);
void br_rules_relayed_down6(struct br_rules *r, const struct br_reply6 *y); /* to the client */

#endif /* BR_CONFORMANCE_RULES_SIX_RELAY6_H */
