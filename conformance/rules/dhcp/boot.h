/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/boot.h - which boot file for which client */
#ifndef BR_CONFORMANCE_RULES_DHCP_BOOT_H
#define BR_CONFORMANCE_RULES_DHCP_BOOT_H

#include "conformance/rules/dhcp/dhcp_table.h"

/* Reads the architectures out of @m. */
void br_rules_note_arch(struct br_asked *q, const struct br_dhcp_message *m);

/* One answer, one on port 4011, and the boot servers one lists, against what was said before. */
void br_rules_boot_file(struct br_rules *r, const struct br_reply *y);
void br_rules_pxe_answer(struct br_rules *r, const struct br_reply *y);
void br_rules_listed(struct br_rules *r, const struct br_reply *y);

#endif /* BR_CONFORMANCE_RULES_DHCP_BOOT_H */
