/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/six/nd.h - the rules of neighbor discovery: the door
 *
 * What they remember is in one piece, for free(); NULL: out of memory.
 */
#ifndef BR_CONFORMANCE_RULES_SIX_ND_H
#define BR_CONFORMANCE_RULES_SIX_ND_H

#include "conformance/rules/six/dhcp6_table.h"

struct br_nd_watch *br_nd_watch_new(void);

void br_rules_nd(struct br_rules *r); /* every packet over IPv6 */

/* For the rules of DHCPv6: is @ip of a prefix that routers announce? A server hands out an address.
 */
bool br_rules_is_announced6(const struct br_rules *r, const uint8_t ip[16]);
void br_rules_address6(struct br_rules *r, const struct br_reply6 *y);

#endif /* BR_CONFORMANCE_RULES_SIX_ND_H */
