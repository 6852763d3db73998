/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/six/dhcp6_table.h - DHCPv6 as rules remember it; for the rules of IPv6 alone
 *
 * Codes are those of RFC 8415 §21, of RFC 5970 and RFC 8357. Numbers in host order.
 */
#ifndef BR_CONFORMANCE_RULES_SIX_DHCP6_TABLE_H
#define BR_CONFORMANCE_RULES_SIX_DHCP6_TABLE_H

#include "conformance/rules/base/judge.h"

enum {
	BR_DHCP6_PORT_CLIENT = 546,
	BR_DHCP6_PORT_SERVER = 547,
	BR_DHCP6_PORT_PXE = 4011,

	BR_DHCP6_SOLICIT = 1,
	BR_DHCP6_ADVERTISE = 2,
	BR_DHCP6_REQUEST = 3,
	BR_DHCP6_CONFIRM = 4,
	BR_DHCP6_RENEW = 5,
	BR_DHCP6_REBIND = 6,
	BR_DHCP6_REPLY = 7,
	BR_DHCP6_RELEASE = 8,
	BR_DHCP6_DECLINE = 9,
	BR_DHCP6_RECONFIGURE = 10,
	BR_DHCP6_INFORMATION = 11,
	BR_DHCP6_RELAY_FORWARD = 12,
	BR_DHCP6_RELAY_REPLY = 13,

	BR_DHCP6_CLIENT_ID = 1,
	BR_DHCP6_SERVER_ID = 2,
	BR_DHCP6_IA_NA = 3,
	BR_DHCP6_IA_TA = 4,
	BR_DHCP6_ADDRESS = 5,
	BR_DHCP6_ORO = 6,
	BR_DHCP6_PREFERENCE = 7,
	BR_DHCP6_ELAPSED = 8,
	BR_DHCP6_RELAYED = 9,
	BR_DHCP6_STATUS = 13,
	BR_DHCP6_RAPID_COMMIT = 14,
	BR_DHCP6_USER_CLASS = 15,
	BR_DHCP6_VENDOR_CLASS = 16,
	BR_DHCP6_INTERFACE_ID = 18,
	BR_DHCP6_DNS = 23,
	BR_DHCP6_IA_PD = 25,
	BR_DHCP6_BOOT_URL = 59,
	BR_DHCP6_BOOT_PARAMETERS = 60,
	BR_DHCP6_ARCH = 61,
	BR_DHCP6_NII = 62,
	BR_DHCP6_RELAY_PORT = 135,

	BR_DHCP6_NO_BINDING = 3,
	BR_DHCP6_NO_ADDRESS = 2,
	BR_DHCP6_NOT_ON_LINK = 4,
	BR_DHCP6_USE_MULTICAST = 5,

	BR_RELAYS6_MAX = 10,
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
 * struct br_dhcp6_message - A message out of its relays; octets are borrowed
 * @level:	Outermost first
 * @whole:	The innermost message, from its type on
 * @malformed:	An option, or one inside an IA, does not end where what holds it ends
 */
struct br_dhcp6_message {
	uint8_t outer, type;
	uint32_t xid;
	size_t levels;
	struct br_relay6 level[BR_RELAYS6_MAX];
	struct br_octets whole, options;
	bool malformed;
};

/* False: too short, or relayed deeper than is remembered. */
bool br_dhcp6_parse(struct br_dhcp6_message *ret, struct br_octets payload);
bool br_dhcp6_next(struct br_reader *options, uint16_t *ret_code, struct br_octets *ret_value);
/* The first; .data NULL: there is none. */
struct br_octets br_dhcp6_find(struct br_octets options, uint16_t code);
size_t br_dhcp6_count(struct br_octets options, uint16_t code);
/* The code of a status option in there; -1: none. */
int br_dhcp6_status(struct br_octets options);

/**
 * struct br_ia6 - The first IA_NA
 * @addresses:	How many; @address and its lifetimes are of the first
 */
struct br_ia6 {
	bool there;
	uint32_t iaid, t1, t2, preferred, valid;
	size_t addresses;
	uint8_t address[16];
	int status;
};
struct br_ia6 br_dhcp6_ia(struct br_octets options);
struct br_ia6 br_dhcp6_ia_of(struct br_octets options, uint32_t iaid);
/* The same without what may change when it is said again: times and lifetimes. */
uint32_t br_dhcp6_same_hash(struct br_octets options);

/* What is in option 59: .data NULL when it has no such part. */
struct br_url6 {
	struct br_octets scheme, host, path;
	bool well_formed; /* RFC 3986 characters, a scheme, a host */
	bool literal;     /* the host is in brackets */
	bool bare;        /* the host is an IPv6 address, and is not */
};
struct br_url6 br_url6_read(struct br_octets url);

struct br_duid6 {
	bool there;
	uint32_t size, hash;
	uint8_t octets[BR_DUID6_KEPT];
};

/* A message of a client, or a relay's copy of it. */
struct br_asked6 {
	uint64_t frame;
	br_time at;
	uint32_t link, xid;
	uint8_t type;
	enum br_rule bad; /* BR_RULE_NONE, or the rule that forbids to answer it */
	bool unsure;      /* not all of it was seen */
	bool malformed, answered;
	uint8_t src[16], dst[16], eth_src[6];
	uint16_t src_port, dst_port;
	size_t levels;
	struct br_relay6 level[BR_RELAYS6_MAX];
	struct br_duid6 duid;
	uint32_t server_hash; /* of option 2; 0: none */
	struct br_ia6 ia;
	bool has_ia, rapid, ipxe, has_oro;
	int32_t elapsed; /* -1: none */
	enum br_class6 class;
	uint8_t wanted[32];
	size_t archs;
	uint16_t arch[BR_ARCH6_MAX];
	uint32_t whole_hash, same_hash;
};

/* A message of a server, or what a relay made of it. */
struct br_answered6 {
	uint64_t frame;
	br_time at;
	uint32_t xid, link;
	uint8_t type;
	size_t levels;
	bool wrong_xid;                                  /* D6-ADV-02 */
	uint32_t duid_hash, server_hash, iaid, url_hash; /* 0: none */
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
	struct {
		uint8_t ip[16];
		uint64_t frame;
	} binl[16]; /* who sent class PXEClient */
	size_t binls;
};

/**
 * struct br_reply6 - The answer at hand
 * @q:		What it answers; NULL: that was not seen
 * @forwarded:	By a relay: the server's own words were, or may be, seen elsewhere
 */
struct br_reply6 {
	const struct br_dhcp6_message *m;
	struct br_asked6 *q;
	struct br_answered6 now;
	struct br_ia6 ia;
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

	for (int i = 0; i < 16; i++) {
		if (ip[i] != zero[i])
			return false;
	}
	return true;
}
/* RFC 5952 §4 */
const char *br_rules_ip6(char text[static 48], const uint8_t ip[16]);
#define BR_IP6(ip) br_rules_ip6((char[48]){0}, ip)

/* Newest first; NULL when @back is beyond what is remembered. */
struct br_asked6 *br_asked6_back(struct br_rules *r, size_t back);
struct br_answered6 *br_answered6_back(struct br_rules *r, size_t back);

/* The judges: of a request, of an answer, of its boot options, of relays. */
void br_rules_client6(struct br_rules *r, const struct br_asked6 *q);
void br_rules_answer6(struct br_rules *r, struct br_reply6 *y);
void br_rules_boot6(struct br_rules *r, struct br_reply6 *y);
/* The sender, if class PXEClient came from there: its port 4011 answers, or is closed. */
void br_rules_binl6(struct br_rules *r, bool answers);
/* The ADVERTISE of the server that speaks now, to the same client; NULL: none was seen. */
const struct br_answered6 *br_rules_advertise6(struct br_rules *r, const struct br_reply6 *y);
void br_rules_relay_forward6(struct br_rules *r, const struct br_asked6 *q);
void br_rules_relay_reply6(struct br_rules *r, struct br_reply6 *y);
void br_rules_relayed_down6(struct br_rules *r, const struct br_reply6 *y);

/* For rules_nd.c: prefixes that routers announce, addresses that servers hand out. */
bool br_rules_is_announced6(const struct br_rules *r, const uint8_t ip[16]);
void br_rules_address6(struct br_rules *r, const struct br_reply6 *y);

#endif /* BR_CONFORMANCE_RULES_SIX_DHCP6_TABLE_H */
