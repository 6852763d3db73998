/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/reach.h - the way from a client to an address, as far as it was told one
 *
 * Of what DHCP told in one attempt: netmask (option 1), router (3), static routes (33), and the
 * classless ones (121, Microsoft's 249), beside which 3 and 33 do not count (RFC 3442).
 */
#ifndef BR_CAPTURES_EXPLAIN_REACH_H
#define BR_CAPTURES_EXPLAIN_REACH_H

#include "captures/explain/story.h"

enum br_way {
	BR_WAY_UNKNOWN, /* no ACK, a part of it, or no netmask in it */
	BR_WAY_NEAR,    /* on the client's own network */
	BR_WAY_ROUTER,  /* by a router that is on it */
	BR_WAY_FAR,     /* by a router that is not on it itself */
	BR_WAY_NONE,    /* nothing leads there */
	BR_WAY_HIDDEN,  /* nothing of option 121 or 249 does, but the router of option 3 would */
};

/* @ret_via: the router, with _ROUTER and _FAR; addresses in host order */
enum br_way br_reach(const struct br_talk_reply *ack, uint32_t address, uint32_t *ret_via);

/* Address of the boot server: of the URL, else siaddr; 0: none told, or a name */
uint32_t br_reach_boot_server(const struct br_talk_reply *ack);
/* The host of @url as an IPv6 address; false: it is none */
bool br_reach_literal6(const char *url, uint8_t ret_ip[16]);
/* Why no machine has @address, or none of the network with @netmask (0: another): RFC 1122 section
 * 3.2.1.3, RFC 6890. NULL: one may
 */
const char *br_reach_unusable(uint32_t address, uint32_t netmask);
/* Octets of the host's name in @url, at @ret_host; 0: no URL, or the host is an address */
size_t br_reach_host(const char *url, const char **ret_host);
/* The answer that told the client what to boot: of port 4011, the ACK, else the proxy's OFFER; the
 * ACK where none did; NULL: there is none
 */
const struct br_talk_reply *br_reach_teller(const struct br_attempt *attempt);
/* What DNS said that the host of the boot file's URL has; 0: nothing, or it is no name */
uint32_t br_reach_by_name(const struct br_story *story, const struct br_attempt *attempt);

/* Who told the client of this address in the attempt: "next server (siaddr)", "router (option 3)";
 * NULL: nobody
 */
const char *br_reach_told(const struct br_attempt *attempt, const struct br_endpoint *address);

#endif /* BR_CAPTURES_EXPLAIN_REACH_H */
