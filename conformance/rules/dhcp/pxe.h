/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/pxe.h - PXE clients, proxies and boot servers */
#ifndef BR_CONFORMANCE_RULES_DHCP_PXE_H
#define BR_CONFORMANCE_RULES_DHCP_PXE_H

#include "conformance/rules/dhcp/dhcp_table.h"

void br_rules_pxe_request(struct br_rules *r, const struct br_deal *deal, const struct br_asked *q,
                          const struct br_dhcp_message *m);
void br_rules_pxe_reply(struct br_rules *r, const struct br_reply *y,
                        const struct br_answered *now);

#endif /* BR_CONFORMANCE_RULES_DHCP_PXE_H */
