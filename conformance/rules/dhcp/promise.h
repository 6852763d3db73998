/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/promise.h - what a reply promises of its boot file */
#ifndef BR_CONFORMANCE_RULES_DHCP_PROMISE_H
#define BR_CONFORMANCE_RULES_DHCP_PROMISE_H

#include "conformance/rules/dhcp/dhcp_table.h"

void br_rules_promise(struct br_rules *r, const struct br_reply *y);

/* Port 69 is closed where @quoted went. */
void br_rules_boot_closed(struct br_rules *r, const struct br_packet *quoted);

#endif /* BR_CONFORMANCE_RULES_DHCP_PROMISE_H */
