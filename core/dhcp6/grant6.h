/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp6/grant6.h - which IA_NA gets which address: messages about leases, RFC 8415 §18.3 */
#ifndef BR_CORE_DHCP6_GRANT6_H
#define BR_CORE_DHCP6_GRANT6_H

#include "core/dhcp6/exchange6.h"

void br_dhcp6_on_solicit(struct br_dhcp6_exchange *x);   /* §18.3.1 */
void br_dhcp6_on_request(struct br_dhcp6_exchange *x);   /* §18.3.2 */
void br_dhcp6_on_confirm(struct br_dhcp6_exchange *x);   /* §18.3.3 */
void br_dhcp6_on_renew(struct br_dhcp6_exchange *x);     /* §18.3.4 */
void br_dhcp6_on_rebind(struct br_dhcp6_exchange *x);    /* §18.3.5 */
void br_dhcp6_on_give_back(struct br_dhcp6_exchange *x); /* Release §18.3.7, Decline §18.3.8 */

/* What is kept of a binding; the key is borrowed from it. */
void br_dhcp6_record_of(const struct br_dhcp6 *dhcp6, const struct br_lease *lease,
                        struct br_lease_record *ret_record);

/* The client chose another server: what it was offered is free. */
void br_dhcp6_withdraw(struct br_dhcp6_exchange *x);

#endif /* BR_CORE_DHCP6_GRANT6_H */
