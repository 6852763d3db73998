/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/six/binl6.h - port 4011 of who sends class PXEClient: D6-NB-11 */
#ifndef BR_CONFORMANCE_RULES_SIX_BINL6_H
#define BR_CONFORMANCE_RULES_SIX_BINL6_H

#include "conformance/rules/six/dhcp6_table.h"

/* An answer: does it say that its sender serves on port 4011? */
void br_rules_note_binl6(struct br_rules *r, const struct br_reply6 *y);

/* The sender, if class PXEClient came from there: its port 4011 answers, or is closed. */
void br_rules_binl6(struct br_rules *r, bool answers);

#endif /* BR_CONFORMANCE_RULES_SIX_BINL6_H */
