/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/dhcp.h - DHCPv4 transactions and PXE boot server requests */
#ifndef BR_CONFORMANCE_TALK_DHCP_H
#define BR_CONFORMANCE_TALK_DHCP_H

#include "conformance/talk/store.h"

/* Return: the packet was theirs */
bool talk_dhcp(struct br_talk *talk, const struct seen *seen);

#endif /* BR_CONFORMANCE_TALK_DHCP_H */
