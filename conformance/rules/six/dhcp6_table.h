/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/six/dhcp6_table.h - DHCPv6 as rules remember it; for the rules of IPv6 alone
 *
 * Numbers in host order.
 */
#ifndef BR_CONFORMANCE_RULES_SIX_DHCP6_TABLE_H
#define BR_CONFORMANCE_RULES_SIX_DHCP6_TABLE_H

#include <string.h>

#include "conformance/rules/base/judge.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"

enum {
	BR_ASKED6_MAX = 128,
	BR_ANSWERED6_MAX = 128,
	BR_ARCH6_MAX = 16,
	BR_DUID6_KEPT = 160,
};

enum br_class6 {
	BR_CLASS6_NONE, /* no option 16, or another */
	BR_CLASS6_PXE,  /* one that starts with PXEClient */
	BR_CLASS6_HTTP, /* HTTPClient */
};

/* Option 1; .size and .hash of all of it, even where that is more than is kept */
struct br_duid6 {
	bool there;
	uint32_t size, hash;
	uint8_t octets[BR_DUID6_KEPT];
};

/**
 * struct br_relay6 - One level of relaying
 * @id_hash:	Of Interface-Id; 0: there is none
 * @has_port:	Option 135 is there
 * @boot:	An option 59..62 is there; its code
 */
struct br_relay6 {
	uint8_t hops;
	uint8_t link[16], peer[16];
	uint32_t id_hash;
	bool has_port;
	uint16_t boot;
};

/**
 * struct br_asked6 - A message of a client, or a relay's copy of it
 * @frame, @at, @link: As handed to br_rules_packet()
 * @xid, @type:	Of the innermost message
 * @bad:	BR_RULE_NONE, or the rule that forbids to answer it
 * @unsure:	Not all of it was seen
 * @malformed:	An option does not fit in what holds it
 * @answered:	An answer came
 * @src ... @dst_port: Of the headers below
 * @level:	The relays it came through, @levels of them, outermost first
 * @server_hash: Of option 2; 0: none
 * @ia:		The first IA_NA; @has_ia: there is one of any kind
 * @rapid, @has_oro: Options 14 and 6 are there
 * @ipxe:	It is iPXE that asks, by option 15
 * @edk2:	A class as EDK2 has it
 * @elapsed:	Option 8; -1: none
 * @wanted:	Option 6, a bit for each code below 256
 * @arch:	Option 61, @archs of them
 * @whole_hash, @same_hash: Of the innermost message; without what may change when it is sent again
 */
struct br_asked6 {
	uint64_t frame;
	br_time at;
	uint32_t link, xid;
	uint8_t type;
	enum br_rule bad;
	bool unsure, malformed, answered;
	uint8_t src[16], dst[16], eth_src[6];
	uint16_t src_port, dst_port;
	size_t levels;
	struct br_relay6 level[BR_DHCP6_RELAYS_MAX];
	struct br_duid6 duid;
	uint32_t server_hash;
	struct br_dhcp6_ia ia;
	bool has_ia, rapid, ipxe, edk2, has_oro;
	int32_t elapsed;
	enum br_class6 class;
	uint8_t wanted[32];
	size_t archs;
	uint16_t arch[BR_ARCH6_MAX];
	uint32_t whole_hash, same_hash;
};

/**
 * struct br_answered6 - A message of a server, or what a relay made of it
 * @frame, @at, @link: As handed to br_rules_packet()
 * @xid, @type, @levels: As of br_asked6
 * @wrong_xid:	It answers another transaction-id: D6-ADV-02
 * @duid_hash, @server_hash, @url_hash: Of options 1, 2 and 59; 0: none
 * @iaid, @address: Of the IA_NA that the question has; @has_address: it gives one
 * @whole_hash, @same_hash: As of br_asked6
 * @ipxe, @eth_client, @wanted: Of the question
 * @preference:	Option 7
 * @has:	The options of the message, a bit for each code below 256
 */
struct br_answered6 {
	uint64_t frame;
	br_time at;
	uint32_t xid, link;
	uint8_t type;
	size_t levels;
	bool wrong_xid;
	uint32_t duid_hash, server_hash, iaid, url_hash;
	uint32_t whole_hash, same_hash;
	bool has_address, ipxe;
	uint8_t address[16], eth_client[6];
	uint8_t preference;
	uint8_t wanted[32], has[32];
};

struct br_dhcp6_watch {
	struct br_asked6 asked[BR_ASKED6_MAX]; /* the last so many */
	size_t askeds;
	struct br_answered6 answered[BR_ANSWERED6_MAX];
	size_t answereds;
	struct br_dhcp6_message message;
	struct br_relay6 level[BR_DHCP6_RELAYS_MAX]; /* of @message */
	struct {
		uint8_t ip[16];
		uint64_t frame;
	} binl[16]; /* who sent class PXEClient */
	size_t binls;
};

/**
 * struct br_reply6 - The answer at hand
 * @level:	Its relays, outermost first, as many as @m has
 * @q:		What it answers; NULL: that was not seen
 * @forwarded:	By a relay: the server's own words were, or may be, seen elsewhere
 */
struct br_reply6 {
	const struct br_dhcp6_message *m;
	const struct br_relay6 *level;
	struct br_asked6 *q;
	struct br_answered6 now;
	struct br_dhcp6_ia ia;
	struct br_octets url;
	bool forwarded;
};

static inline bool br_bit6(const uint8_t set[32], uint16_t code)
{
	return code < 256 && (set[code / 8] >> (code % 8) & 1) != 0;
}
static inline bool br_is_group6(const uint8_t ip[16])
{
	return ip[0] == 0xff;
}
static inline bool br_is_link_local6(const uint8_t ip[16])
{
	return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
}
static inline bool br_is_zero6(const uint8_t ip[16])
{
	static const uint8_t zero[16];

	return !memcmp(ip, zero, sizeof(zero));
}

/* RFC 5952 §4 */
const char *br_rules_ip6(char text[static 48], const uint8_t ip[16]);
#define BR_IP6(ip) br_rules_ip6((char[48]){0}, ip)

/* The same without what may change when it is said again: times and lifetimes. */
uint32_t br_dhcp6_same_hash(struct br_octets options);

/* Newest first; NULL when @back is beyond what is remembered. */
struct br_asked6 *br_asked6_back(struct br_rules *r, size_t back);
struct br_answered6 *br_answered6_back(struct br_rules *r, size_t back);

#endif /* BR_CONFORMANCE_RULES_SIX_DHCP6_TABLE_H */
