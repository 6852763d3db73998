/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/six/dhcp6.h - the rules of DHCPv6, its relays and its boot options: the door
 *
 * What they remember is in one piece, for free(); NULL: out of memory.
 */
#ifndef BR_CONFORMANCE_RULES_SIX_DHCP6_H
#define BR_CONFORMANCE_RULES_SIX_DHCP6_H

#include "conformance/rules/base/judge.h"

struct br_dhcp6_watch *br_dhcp6_watch_new(void);

/* A UDP datagram over IPv6, and what is known of its checksum. */
void br_rules_dhcp6(struct br_rules *r, enum br_sum sum);

#endif /* BR_CONFORMANCE_RULES_SIX_DHCP6_H */
