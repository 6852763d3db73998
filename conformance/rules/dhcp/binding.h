/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/binding.h - addresses: offered, granted, given back */
#ifndef BR_CONFORMANCE_RULES_DHCP_BINDING_H
#define BR_CONFORMANCE_RULES_DHCP_BINDING_H

#include "conformance/rules/dhcp/dhcp_table.h"

void br_rules_offer_bound(struct br_rules *r, const struct br_reply *y);
void br_rules_bind(struct br_rules *r, const struct br_reply *y);

/* A message of a client: may it mean that it does not want what it was offered? */
void br_rules_not_reserved(struct br_rules *r, const struct br_dhcp_message *m,
                           const struct br_asked *q);

/* The client gave @address back, or found it in use. */
void br_rules_binding_ends(struct br_rules *r, const struct br_dhcp_message *m, uint32_t address,
                           bool declined);

#endif /* BR_CONFORMANCE_RULES_DHCP_BINDING_H */
