/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/dhcp/dhcp_table.h - DHCP transactions as rules remember them; for the rules
 * alone */
#ifndef BR_CONFORMANCE_RULES_DHCP_DHCP_TABLE_H
#define BR_CONFORMANCE_RULES_DHCP_DHCP_TABLE_H

#include "conformance/rules/base/judge.h"
#include "core/base/text.h"
#include "core/formats/dhcp_message.h"

enum {
	BR_DEALS_MAX = 128,
	BR_ASKED_MAX = 8,
	BR_ANSWERED_MAX = 6,
	BR_BINDINGS_MAX = 128,
	BR_DHCP_SERVERS_MAX = 32,
	BR_RESERVED_MAX = 32,
	BR_PINGED_MAX = 8,
	BR_RELAYS_MAX = 8,
	BR_GIVEN_MAX = 64,
	BR_PXE_ANSWERS_MAX = 16,
	BR_PROMISES_MAX = 16,
	BR_READS_MAX = 8,
};

enum br_client_class {
	BR_CLASS_NONE, /* no option 60, or another */
	BR_CLASS_PXE,  /* starts with PXEClient */
	BR_CLASS_HTTP, /* starts with HTTPClient */
};

/**
 * struct br_asked_odd - What makes a request hard to read (odd.c)
 * @padded:	Pads stand between its options
 * @type, @item: Option 53, tag 71 of option 43, of another length than they have
 * @agent:	A sub-option runs over the end of option 82
 * @caseless:	Class PXEClient in other letters
 * @small:	Option 57 is below 576
 * @overrun, @overrun_left: Option that runs over the datagram's end, 0: none, and what is there
 *		of it
 * @id_first:	Octets of the first part of option 61 if it has several, @id_fields: they stand in
 *		different fields
 */
struct br_asked_odd {
	bool padded, type, item, agent, caseless, small;
	uint8_t overrun, overrun_left;
	uint8_t id_first;
	bool id_fields;
};

/**
 * struct br_asked_boot - For which machine a boot file is asked (boot.c)
 * @machine, @machines, @arches: Of the last type in option 93; of all, as bits; how many. A machine
 *		is a number that types share which run the same programs; 0: not told apart
 * @odd:	Option 93 is empty or of odd length
 * @undi:	Option 94 is there
 * @pi:		The boot ROM of a Raspberry Pi asks, which needs its own option 43
 * @ipxe_rule:	The rule that tells iPXE by what it sent in option 77, or BR_RULE_NONE
 */
struct br_asked_boot {
	unsigned machine, machines;
	size_t arches;
	bool odd, undi, pi;
	enum br_rule ipxe_rule;
};

/**
 * struct br_asked - A message of a client, or a relay's copy of it
 * @frame, @at, @link: As handed to br_rules_packet()
 * @src_ip ... @udp_sum: Of the headers below and of the message, as they stood
 * @type:	Option 53
 * @bad:	BR_RULE_NONE, or the rule that forbids to answer it
 * @copy:	Made by a relay
 * @max_size, @requested, @server_id, @link_subnet: Options 57, 50, 54, 118; 0: absent
 * @wanted:	Option 55, a bit for each code
 * @class:	By option 60
 * @arch:	The first of option 93; -1: absent, or odd
 * @ipxe:	It is iPXE that asks
 * @rapid, @overload: Options 80, 52 are there
 * @item, @item_type, @item_layer: Tag 71 of option 43
 * @id, @agent:	Options 61 and 82, their sizes -1: absent
 * @uuid:	Option 97, @uuid_size 0: absent
 * @head_hash:	Of flags, ciaddr, yiaddr, siaddr, sname and file
 * @options_hash: Of all options but 82, with their order and fields
 */
struct br_asked {
	uint64_t frame;
	br_time at;
	uint32_t link;
	uint32_t src_ip, dst_ip;
	uint16_t src_port, dst_port;
	uint8_t eth_src[6], eth_dst[6];
	uint8_t op, htype, hlen, hops;
	uint16_t flags, secs;
	uint32_t ciaddr, giaddr;
	uint16_t udp_sum;
	enum br_dhcp_type type;
	enum br_rule bad;
	bool copy;
	uint16_t max_size;
	uint32_t requested, server_id, link_subnet;
	uint8_t wanted[32];
	enum br_client_class class;
	int32_t arch;
	bool ipxe, edk2, rapid, overload;
	bool boots; /* it says so by class or architecture, or wants option 67 and has no class */
	bool item;
	uint16_t item_type, item_layer;
	int16_t id_size, agent_size;
	uint8_t id[255], agent[255];
	uint8_t uuid_size, uuid[17];
	uint32_t head_hash, options_hash;
	struct br_asked_odd odd;
	struct br_asked_boot boot;
};

enum {
	BR_SAME_OPTIONS = 8
};
extern const uint8_t br_same_codes[BR_SAME_OPTIONS]; /* whose values OFFER and ACK share */

/* A reply. */
struct br_answered {
	uint64_t frame;
	br_time at;
	enum br_dhcp_type type;
	bool forwarded; /* by a relay, to the client */
	bool pxe;       /* on 4011 */
	bool has_agent;
	uint8_t eth_src[6];
	uint32_t src_ip, dst_ip, server_id, yiaddr, siaddr, giaddr;
	uint32_t file_hash, uri_hash;   /* 0: none */
	uint32_t same[BR_SAME_OPTIONS]; /* hashes, 0: none */
	uint32_t all_hash; /* of everything but what may count down, and what a relay takes out */
};

struct br_deal {
	bool unsure; /* a message was not whole: nothing is compared with it */
	uint32_t xid;
	uint8_t chaddr[16];
	br_time last;
	size_t askeds, answereds; /* in all; the last so many are kept */
	struct br_asked asked[BR_ASKED_MAX];
	struct br_answered answered[BR_ANSWERED_MAX];
};

/* A client, as servers tell them apart. */
struct br_owner {
	uint8_t chaddr[16];
	bool has_id;
	uint32_t id_hash; /* of option 61 */
};

/**
 * struct br_binding - An ACK
 * @until:	0: released; else the end of the lease, or of shunning what was declined
 * @t1, @t2:	In seconds, 0: not said
 */
struct br_binding {
	uint32_t server_id, address, giaddr;
	struct br_owner owner;
	br_time until;
	bool declined;
	uint32_t t1, t2;
};

/* A boot file that a server gave to a client; @machine 0: it said none, or several. */
struct br_given {
	uint32_t server_id, file_hash;
	enum br_client_class class;
	unsigned machine;
	bool ipxe, pi;
	uint8_t chaddr[16];
	uint64_t frame;
	br_time at;
};

struct br_pxe_answer { /* on 4011 */
	uint32_t server_id, file_hash;
	enum br_dhcp_type type; /* of the request */
	unsigned machine;
	bool ipxe, item, credentials;
	uint16_t item_type;
	uint8_t chaddr[16];
	uint64_t frame;
};

/**
 * struct br_promise - A reply that names a boot file
 * @client:	Its address, 0: not known yet
 * @listed:	First address of tag 8, with bit 3 of tag 6; 0: none
 * @boot_server: Answered on 4011 for itself; 0: none
 * @blocks:	Option 13
 * @mac, @party: Who promised
 */
struct br_promise {
	uint32_t client, siaddr, listed, boot_server, file_hash;
	bool has_blocks;
	uint16_t blocks;
	uint8_t chaddr[6], mac[6];
	struct br_endpoint party;
	uint64_t frame;
};

struct br_file_read { /* an RRQ for a promised file */
	uint32_t client, server, file_hash;
	uint16_t port;
	bool answered;
};

/* An OFFER whose client has not answered. */
struct br_reserved {
	uint32_t server_id, address, giaddr;
	struct br_owner owner;
	uint64_t frame;
	br_time until;
};

struct br_pinged {
	uint32_t address, asker;
	uint8_t mac[6];
	uint64_t frame;
	br_time at;
};

struct br_dhcp_server {
	uint32_t ip;
	bool echoes_agent;
	bool overrides, uses_source_port;                 /* RFC 5107, RFC 8357 */
	bool offers;                                      /* addresses */
	uint8_t listed_for[16], listed_size, listed[255]; /* tag 8, and that binds chaddr */
	uint32_t pxe_id;      /* option 54 of its PXE OFFER, 0: none seen */
	uint64_t pxe_only_at; /* frame of an OFFER that leads to 4011; 0: none */
	bool pxe_same_host;   /* that OFFER has an address, and no boot file */
};

/* What a relay was seen to do, by its MAC address towards the servers. */
struct br_relay_seen {
	uint8_t mac[6];
	bool adds_agent, adds_flags; /* option 82; sub-option 10 in it */
	uint32_t own;                /* giaddr it filled in, of late */
};

struct br_dhcp_watch {
	struct br_relay_seen relay[BR_RELAYS_MAX];
	size_t relays; /* in all */
	struct br_deal deal[BR_DEALS_MAX];
	size_t deals; /* places ever used: the rest is not even touched */
	struct br_binding binding[BR_BINDINGS_MAX];
	size_t bindings; /* in all */
	struct br_reserved reserved[BR_RESERVED_MAX];
	size_t reservations; /* in all */
	struct br_given given[BR_GIVEN_MAX];
	size_t givens; /* in all */
	struct br_pxe_answer pxe_answer[BR_PXE_ANSWERS_MAX];
	size_t pxe_answers; /* in all */
	struct br_promise promise[BR_PROMISES_MAX];
	size_t promises; /* in all */
	struct br_file_read read[BR_READS_MAX];
	size_t reads; /* in all */
	struct br_pinged pinged[BR_PINGED_MAX];
	size_t pings; /* in all */
	struct br_dhcp_server server[BR_DHCP_SERVERS_MAX];
	size_t servers;
	struct br_dhcp_message message; /* the one at hand: large, so there is one */
};

/**
 * struct br_reply - The reply at hand
 * @asked, @askeds: What it may answer, newest first; none if that was not seen
 * @q:		The newest of these, or NULL
 * @forwarded:	A relay's copy on its way to the client
 * @counted:	The same was judged where the server sent it
 * @pxe_port:	It answers a request to 4011
 * @proxy:	An OFFER with yiaddr 0
 */
struct br_reply {
	const struct br_dhcp_message *m;
	struct br_deal *deal; /* NULL: no request of this transaction was seen */
	const struct br_asked *asked[BR_ASKED_MAX];
	size_t askeds;
	const struct br_asked *q;
	bool forwarded, counted, pxe_port, proxy;
	uint32_t src_ip, dst_ip, server_id;
	bool has_server_id;
	struct br_octets class, file, file67; /* .data NULL: absent */
	struct br_octets best_file;           /* 67, else header */
	struct br_octets vendor;
};

/* The transaction of a client, begun if there is none: a message of it came. */
struct br_deal *br_deal_for(struct br_rules *r, uint32_t xid, const uint8_t chaddr[16]);
/* The same, or NULL. */
struct br_deal *br_deal_find(struct br_dhcp_watch *w, uint32_t xid, const uint8_t chaddr[16]);
/* The only one with that xid, of late; NULL: none, or more than one. */
struct br_deal *br_deal_find_xid(struct br_rules *r, uint32_t xid);
/* How many messages of the client are remembered; the newest is 0 back. */
size_t br_deal_kept(const struct br_deal *deal);
const struct br_asked *br_deal_back(const struct br_deal *deal, size_t back);

struct br_dhcp_server *br_rules_server(struct br_rules *r, uint32_t ip); /* NULL: too many */
bool br_rules_is_uri(struct br_octets file);
static inline bool br_asked_wants(const struct br_asked *q, uint8_t code)
{
	return (q->wanted[code / 8] >> (code % 8) & 1) != 0;
}

#endif /* BR_CONFORMANCE_RULES_DHCP_DHCP_TABLE_H */
