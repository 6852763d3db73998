/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/dhcp.h - the rules of DHCP, PXE and its relays over IPv4: the door
 *
 * What they remember is in one piece, for free(); NULL: out of memory.
 */
#ifndef BR_CONFORMANCE_RULES_DHCP_DHCP_H
#define BR_CONFORMANCE_RULES_DHCP_DHCP_H

#include "conformance/rules/base/judge.h"

struct br_dhcp_watch *br_dhcp_watch_new(void);

/* A UDP datagram over IPv4, and what is known of its checksum. */
void br_rules_dhcp(struct br_rules *r, enum br_sum sum);

/* What other packets show of it: a UDP datagram that may read a promised boot file (D4S-BF-06), an
 * ICMP echo reply (D4S-DISC-12), a port told closed (PXE-V43-10, PXE-V43-15).
 */
void br_rules_boot_read(struct br_rules *r);
void br_rules_pinged(struct br_rules *r);
void br_rules_dhcp_closed(struct br_rules *r, const struct br_packet *quoted);

#endif /* BR_CONFORMANCE_RULES_DHCP_DHCP_H */
