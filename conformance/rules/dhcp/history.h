/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/history.h - a reply against what the same server said before */
#ifndef BR_CONFORMANCE_RULES_DHCP_HISTORY_H
#define BR_CONFORMANCE_RULES_DHCP_HISTORY_H

#include "conformance/rules/dhcp/dhcp_table.h"

void br_rules_dhcp_history(struct br_rules *r, const struct br_reply *y,
                           const struct br_answered *now);

/* Had the same request an answer of this server already? */
bool br_rules_was_answered(const struct br_reply *y, const struct br_answered *now);

#endif /* BR_CONFORMANCE_RULES_DHCP_HISTORY_H */
