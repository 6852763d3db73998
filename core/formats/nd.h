/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/nd.h - ICMPv6: errors, echo, neighbour discovery and listeners of multicast
 *
 * RFC 4443, RFC 4861, RFC 8106, RFC 2710, RFC 3810. The first 8 octets of a message are its
 * type, code, checksum and a word of 32 bits; a body follows. Readers and writers here are of
 * bodies, and of that word where it holds something.
 */
#ifndef BR_CORE_FORMATS_ND_H
#define BR_CORE_FORMATS_ND_H

#include "core/base/bytes.h"

enum br_icmp6_type {
	BR_ICMP6_UNREACHABLE = 1, /* RFC 4443 section 3 */
	BR_ICMP6_TOO_BIG = 2,     /* the word is the MTU of the next link */
	BR_ICMP6_TIME_EXCEEDED = 3,
	BR_ICMP6_PARAMETER_PROBLEM = 4,
	BR_ICMP6_ECHO = 128, /* section 4 */
	BR_ICMP6_ECHO_REPLY = 129,
	BR_ICMP6_LISTENER_QUERY = 130, /* RFC 2710 section 3 */
	BR_ICMP6_LISTENER_REPORT = 131,
	BR_ICMP6_LISTENER_DONE = 132,
	BR_ICMP6_ROUTER_SOLICITATION = 133, /* RFC 4861 section 4 */
	BR_ICMP6_ROUTER_ADVERTISEMENT = 134,
	BR_ICMP6_NEIGHBOUR_SOLICITATION = 135,
	BR_ICMP6_NEIGHBOUR_ADVERTISEMENT = 136,
	BR_ICMP6_REDIRECT = 137,
	BR_ICMP6_LISTENER_REPORT_2 = 143, /* RFC 3810 section 5.2 */
};

enum {
	BR_ND_ADVERTISEMENT_HEAD = 8, /* of a router advertisement behind the ICMPv6 header */
	BR_ND_TARGET_SIZE = 16,       /* of a neighbour's message, there */
	BR_ND_HOP_LIMIT = 255,        /* every message of RFC 4861 has this */
	BR_ND_PREFIXES_MAX = 8,       /* of one advertisement that are kept */
	BR_ND_RDNSS_MAX = 4,
	BR_ND_MESSAGE_MAX = 512, /* octets of body that the writers here may need */
};

#define BR_ND_FOR_EVER UINT32_MAX /* seconds of a lifetime */

enum br_nd_flag { /* in the word of a neighbour advertisement, RFC 4861 section 4.4 */
	BR_ND_ROUTER = 1 << 2,
	BR_ND_SOLICITED = 1 << 1,
	BR_ND_OVERRIDE = 1 << 0,
};

/* RFC 4861 section 4.6.2 */
struct br_nd_prefix {
	uint8_t prefix[16];
	uint8_t length;  /* bits, 0 to 128 */
	bool on_link;    /* L */
	bool autonomous; /* A: addresses may be made of it */
	uint32_t valid_s, preferred_s;
};

/* The next prefix among the options of a router advertisement, others left out.
 * Return: 1, 0 at the end, -EBADMSG if an option runs over the end; @ret_prefix untouched unless 1
 */
int br_nd_prefix_get(struct br_reader *options, struct br_nd_prefix *ret_prefix);

/**
 * struct br_nd_neighbour - A neighbour solicitation or advertisement: RFC 4861 sections 4.3, 4.4
 * @mac:	Of its option: of who asks, or of the target; all zero: there is none
 * @nonce:	It has option 14, RFC 3971 section 5.3.2: a probe of RFC 7527
 * @flags:	Advertisement: bits of enum br_nd_flag
 */
struct br_nd_neighbour {
	uint8_t target[16];
	uint8_t mac[6];
	bool nonce;
	unsigned flags;
};

/* @word: the second of the message; @body: behind it. Return: 0, or -EBADMSG if it is cut short,
 * or an option is, or has the length 0 (RFC 4861 section 7.1)
 */
int br_nd_neighbour_get(uint32_t word, struct br_octets body, struct br_nd_neighbour *ret);
/* @solicits: its option is the hardware address of the source, else that of the target.
 * Return: the word
 */
uint32_t br_nd_neighbour_put(struct br_writer *w, const struct br_nd_neighbour *neighbour,
                             bool solicits);

/**
 * struct br_nd_router - A router advertisement: RFC 4861 section 4.2, RFC 8106 section 5.1
 * @hop_limit:	0: not said
 * @managed, @other: M: addresses come by DHCPv6; O: other things do
 * @lifetime_s:	As a default router; 0: it is none
 * @reachable_ms, @retransmit_ms: 0: not said
 * @mtu:	Of option 5; 0: not said
 * @mac:	Of option 1; all zero: not said
 * @prefix:	Options 3, the first BR_ND_PREFIXES_MAX
 * @rdnss:	Option 25: recursive name servers, for @rdnss_s seconds
 */
struct br_nd_router {
	uint8_t hop_limit;
	bool managed, other;
	uint16_t lifetime_s;
	uint32_t reachable_ms, retransmit_ms;
	uint32_t mtu;
	uint8_t mac[6];
	struct br_nd_prefix prefix[BR_ND_PREFIXES_MAX];
	size_t prefixes;
	uint8_t rdnss[BR_ND_RDNSS_MAX][16];
	size_t rdnsses;
	uint32_t rdnss_s;
};

int br_nd_router_get(uint32_t word, struct br_octets body, struct br_nd_router *ret); /* as above */
uint32_t br_nd_router_put(struct br_writer *w, const struct br_nd_router *router);

/* The option of a router solicitation; no word. @mac all zero: none (RFC 4861 section 4.1) */
void br_nd_solicit_put(struct br_writer *w, const uint8_t mac[6]);
/* False if there is none, or a wrong one. */
bool br_nd_solicit_get(struct br_octets body, uint8_t ret_mac[6]);

/* A whole listener's message behind its hop-by-hop header with the router alert (RFC 2711), its
 * checksum left for the caller at *@ret_checksum_at. @type: BR_ICMP6_LISTENER_REPORT, _DONE, or
 * _REPORT_2, which says "all sources of @group"
 */
void br_nd_listener_put(struct br_writer *w, enum br_icmp6_type type, const uint8_t group[16],
                        size_t *ret_message_at, size_t *ret_checksum_at);

const char *br_icmp6_type_name(uint8_t type); /* "rs", "ra", "ns", "na", "echo", ...; NULL */

#endif /* BR_CORE_FORMATS_ND_H */
