/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp6/boot6.h - what to boot, said by a server that gives no addresses
 *
 * RFC 8415 knows no proxy. A server without addresses may answer a Solicit with NoAddrsAvail in
 * each IA (§18.3.9), and clients pass such an Advertise over (§18.2.9); it may answer an
 * Information-request with all it has (§18.3.6), and a client that has its address elsewhere takes
 * that. EDK2 knows a proxy all the same (PxeBcDhcp6.c PxeBcParseDhcp6Packet): an Advertise without
 * an IA, with class PXEClient, is kept beside the one with an address, and then UDP port 4011 of
 * the host in option 59 is asked, by a Request without an IA. One with NoAddrsAvail it throws away
 * (Dhcp6Io.c Dhcp6HandleAdvertiseMsg), 59 and all.
 */
#ifndef BR_CORE_DHCP6_BOOT6_H
#define BR_CORE_DHCP6_BOOT6_H

#include "core/dhcp6/exchange6.h"

/* A message to port 547 of a server that gives no addresses. */
void br_dhcp6_boot_alone(struct br_dhcp6_exchange *x);
/* A message to port 4011. */
void br_dhcp6_boot_on_4011(struct br_dhcp6_exchange *x);
/* An Information-request: RFC 8415 §18.3.6 */
void br_dhcp6_inform(struct br_dhcp6_exchange *x);

#endif /* BR_CORE_DHCP6_BOOT6_H */
