/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/dhcp_destination.h - where an answer goes */
#ifndef BR_CORE_DHCP_DHCP_DESTINATION_H
#define BR_CORE_DHCP_DHCP_DESTINATION_H

#include "core/dhcp/dhcp_exchange.h"

/* RFC 2131 §4.1, RFC 1542 §5.4. @ciaddr: where the client can be reached, @yiaddr: of the reply;
 * 0: none. Return: an action without payload
 */
struct br_action br_dhcp_destination(const struct br_dhcp_exchange *x, uint32_t ciaddr,
                                     uint32_t yiaddr);

#endif /* BR_CORE_DHCP_DHCP_DESTINATION_H */
