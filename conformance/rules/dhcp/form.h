/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/form.h - what every reply must look like */
#ifndef BR_CONFORMANCE_RULES_DHCP_FORM_H
#define BR_CONFORMANCE_RULES_DHCP_FORM_H

#include "conformance/rules/dhcp/dhcp_table.h"

void br_rules_dhcp_form(struct br_rules *r, const struct br_reply *y);
void br_rules_dhcp_lease(struct br_rules *r, const struct br_reply *y); /* by an address server */

#endif /* BR_CONFORMANCE_RULES_DHCP_FORM_H */
