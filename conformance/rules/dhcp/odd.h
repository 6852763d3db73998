/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/odd.h - requests that are hard to read */
#ifndef BR_CONFORMANCE_RULES_DHCP_ODD_H
#define BR_CONFORMANCE_RULES_DHCP_ODD_H

#include "conformance/rules/dhcp/dhcp_table.h"

/* What is odd about @m is noted in @q; the reply shows how that was read. */
void br_rules_note_odd(struct br_rules *r, struct br_asked *q, const struct br_dhcp_message *m);
void br_rules_odd(struct br_rules *r, const struct br_reply *y);

/* The rule that @id breaks as the echo of @q's option 61 if that is hard to read. */
enum br_rule br_rules_of_id(const struct br_asked *q, struct br_octets id);

#endif /* BR_CONFORMANCE_RULES_DHCP_ODD_H */
