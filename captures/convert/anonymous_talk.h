/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous_talk.h - what else is said in a boot, under other names: neighbour
 * discovery, DNS, TFTP
 */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_TALK_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_TALK_H

#include "captures/convert/anonymous_value.h"

/* ICMPv6 from its type on; RFC 4861, and MLD (RFC 2710, 3810). True: it was one of these, and
 * there is nothing else to hide in it.
 */
void br_anonymous_learn_nd(struct br_disguise *disguise, struct br_octets icmp);
bool br_anonymous_hide_nd(struct br_anonymous *a, uint8_t *icmp, size_t size);

/* UDP payloads */
void br_anonymous_hide_dns(struct br_anonymous *a, uint8_t *payload, size_t size);
void br_anonymous_hide_tftp(struct br_anonymous *a, uint8_t *payload, size_t size);

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_TALK_H */
