/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/six/boot6.h - the boot options of an answer, RFC 5970 */
#ifndef BR_CONFORMANCE_RULES_SIX_BOOT6_H
#define BR_CONFORMANCE_RULES_SIX_BOOT6_H

#include "conformance/rules/six/dhcp6_table.h"

void br_rules_boot6(struct br_rules *r, struct br_reply6 *y);

#endif /* BR_CONFORMANCE_RULES_SIX_BOOT6_H */
