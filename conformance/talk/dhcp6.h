/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/dhcp6.h - DHCPv6 transactions */
#ifndef BR_CONFORMANCE_TALK_DHCP6_H
#define BR_CONFORMANCE_TALK_DHCP6_H

#include "conformance/talk/store.h"

/* Return: the packet was theirs */
bool talk_dhcp6(struct br_talk *talk, const struct seen *seen);

#endif /* BR_CONFORMANCE_TALK_DHCP6_H */
