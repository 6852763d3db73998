/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/ladder_six.h - lines about DHCPv6 and routers, and names of IPv6 addresses
 *
 * Used by sim/lines/ladder.c only. Fields are called as in the script language. A router that
 * advertises itself again and again is told when it was asked, and when it says something new.
 */
#ifndef BR_SIM_LINES_LADDER_SIX_H
#define BR_SIM_LINES_LADDER_SIX_H

#include "sim/lines/ladder_pen.h"

/**
 * struct br_ladder_six - What was told of routers
 * @asked:	Somebody asks, and had no answer yet
 * @told:	Hash of the last advertisement that was told; 0: none was
 */
struct br_ladder_six {
	bool asked;
	uint64_t told;
};

/* The machine that sent this on the link has that address from now on, if it has a name. */
void br_ladder_six_learn(struct br_pen *pen, const struct br_packet *packet);
/* Return: whether it was a message of DHCPv6 */
bool br_ladder_six_dhcp(struct br_pen *pen, const struct br_packet *packet, br_time at);
void br_ladder_six_icmp(struct br_ladder_six *six, struct br_pen *pen,
                        const struct br_packet *packet, br_time at);

#endif /* BR_SIM_LINES_LADDER_SIX_H */
