/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp6/client6.h - who sent a DHCPv6 message: what rules and reservations ask for */
#ifndef BR_CORE_DHCP6_CLIENT6_H
#define BR_CORE_DHCP6_CLIENT6_H

#include "core/dhcp/policy.h"
#include "core/formats/dhcp6_message.h"
#include "core/port.h"

/* Its own link-local address, from behind how many relays ever: RFC 8415 §9 */
const uint8_t *br_client6_peer(const struct br_dhcp6_message *message,
                               const struct br_endpoint *remote);

/* A hardware address is that of option 79 (RFC 6939), of the DUID, or of a link-local address
 * made of one (RFC 4291 appendix A), in this order.
 */
void br_client6_of(const struct br_dhcp6_message *message, const struct br_endpoint *remote,
                   struct br_client *ret_client);

#endif /* BR_CORE_DHCP6_CLIENT6_H */
