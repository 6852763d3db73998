/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/vendor.h - option 43 of a reply to a PXE client, PXE 2.1 table 2-1 */
#ifndef BR_CONFORMANCE_RULES_DHCP_VENDOR_H
#define BR_CONFORMANCE_RULES_DHCP_VENDOR_H

#include "conformance/rules/dhcp/dhcp_table.h"

void br_rules_vendor(struct br_rules *r, const struct br_reply *y);

#endif /* BR_CONFORMANCE_RULES_DHCP_VENDOR_H */
