/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/net/net.h - the rules of hosts below the services: the door
 *
 * What they remember is in one piece, for free(); NULL: out of memory.
 */
#ifndef BR_CONFORMANCE_RULES_NET_NET_H
#define BR_CONFORMANCE_RULES_NET_NET_H

#include "conformance/rules/base/judge.h"

struct br_net_watch *br_net_watch_new(void);

/* Every packet; @sum: of its UDP datagram, if it is one. */
void br_rules_net(struct br_rules *r, enum br_sum sum);

#endif /* BR_CONFORMANCE_RULES_NET_NET_H */
