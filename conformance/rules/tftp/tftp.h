/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/tftp/tftp.h - the rules of TFTP: the door
 *
 * What they remember is in one piece, for free(); NULL: out of memory.
 */
#ifndef BR_CONFORMANCE_RULES_TFTP_TFTP_H
#define BR_CONFORMANCE_RULES_TFTP_TFTP_H

#include "conformance/rules/base/judge.h"

struct br_tftp_watch *br_tftp_watch_new(void);

void br_rules_tftp(struct br_rules *r);          /* a UDP datagram */
void br_rules_tftp_fragment(struct br_rules *r); /* an IP fragment */

/* What the rules of hosts know of it: the packet at hand is of a transfer; a client's port is told
 * closed (TFTP-RTX-05).
 */
bool br_rules_tftp_serves(const struct br_rules *r);
void br_rules_tftp_closed(struct br_rules *r, const struct br_packet *quoted);

#endif /* BR_CONFORMANCE_RULES_TFTP_TFTP_H */
