/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/six/dhcp6_answer.h - what clients send and servers answer, RFC 8415 §18 */
#ifndef BR_CONFORMANCE_RULES_SIX_DHCP6_ANSWER_H
#define BR_CONFORMANCE_RULES_SIX_DHCP6_ANSWER_H

#include "conformance/rules/six/dhcp6_table.h"

void br_rules_client6(struct br_rules *r, const struct br_asked6 *q);
void br_rules_answer6(struct br_rules *r, struct br_reply6 *y);

/* The ADVERTISE of the server that speaks now, to the same client; NULL: none was seen. */
const struct br_answered6 *br_rules_advertise6(struct br_rules *r, const struct br_reply6 *y);

#endif /* BR_CONFORMANCE_RULES_SIX_DHCP6_ANSWER_H */
