/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous_dhcp.h - DHCPv4 and DHCPv6 messages under other names */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_DHCP_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_DHCP_H

#include "captures/convert/anonymous_value.h"

/* First of all messages learn, then hide each in place. What is cut or broken is hidden as far as
 * it goes, and what cannot be read is hidden whole. Payloads of UDP.
 */
void br_anonymous_learn_dhcp4(struct br_disguise *disguise, struct br_octets payload);
void br_anonymous_hide_dhcp4(struct br_anonymous *a, uint8_t *payload, size_t size);
void br_anonymous_learn_dhcp6(struct br_disguise *disguise, struct br_octets payload);
void br_anonymous_hide_dhcp6(struct br_anonymous *a, uint8_t *payload, size_t size);

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_DHCP_H */
