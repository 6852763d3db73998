/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/other.h - DNS, ARP, ICMP and neighbours */
#ifndef BR_CONFORMANCE_TALK_OTHER_H
#define BR_CONFORMANCE_TALK_OTHER_H

#include "conformance/talk/store.h"

bool talk_dns(struct br_talk *talk, const struct seen *seen); /* Return: the packet was DNS */
void talk_arp(struct br_talk *talk, const struct seen *seen);
void talk_icmp(struct br_talk *talk, const struct seen *seen);
void talk_icmpv6(struct br_talk *talk, const struct seen *seen);

#endif /* BR_CONFORMANCE_TALK_OTHER_H */
