/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/host_stack.h - inside a host: shared by its files and by nothing else
 *
 * Below, the files stand from the lowest to the highest; each calls only those before it.
 */
#ifndef BR_SIM_NET_HOST_STACK_H
#define BR_SIM_NET_HOST_STACK_H

#include "core/base/address.h"
#include "core/base/prng.h"
#include "core/formats/nd.h"
#include "sim/net/host.h"
#include "sim/net/packet.h"
#include "sim/net/reassembly.h"

enum {
	BR_HOST_GROUPS_MAX = 16, /* multicast groups of a link */
	BR_HOST_TTL = 64,        /* RFC 1700 */
	BR_HOST_EARS_MAX = 3 + BR_HOST_XIDS_MAX,
	BR_HOST_ADDRESSES_MAX = 8, /* IPv6, of a link */
	BR_HOST_PREFIXES_MAX = 8,
	BR_HOST_ROUTERS_MAX = 4,
	BR_HOST_PATHS_MAX = 16,
};

#define BR_HOST_NO_LINK   UINT32_MAX
#define BR_NEIGHBOUR_NONE UINT32_MAX

/* RFC 4862 §5.4. @at: when the next step of the check is due. @until, @preferred: so long it is
 * valid, and taken for something new, §5.5.4
 */
struct br_six_address {
	uint8_t ip[16];
	uint8_t bits; /* of the prefix that is on the link with it */
	bool tentative;
	bool autonomous; /* made of an advertised prefix */
	uint8_t probes;  /* sent */
	uint8_t reports; /* of its group, sent */
	br_time at, report_at;
	br_time until, preferred;
};

/* What is on the link, RFC 4861 §5.1 */
struct br_six_prefix {
	uint8_t ip[16];
	uint8_t bits;
	br_time until;
};

struct br_six_router {
	uint8_t ip[16];
	br_time until;
};

/**
 * struct br_six - IPv6 of a link; made when it is switched on
 * @group:	That were joined, beside those of its addresses and all nodes
 * @mtu:	Of an advertisement; 0: none
 * @hop_limit:	The same, for what says no other; 0: none
 * @solicited, @solicit_at: Router solicitations sent, and when the next is due
 * @advertises:	@advertisement is sent at @advertise_at, and every so often
 */
struct br_six {
	struct br_host_six_habits habits;
	br_time since; /* its clock's first tick is one tick later */
	struct br_prng draws;
	struct br_six_address address[BR_HOST_ADDRESSES_MAX];
	size_t addresses;
	uint8_t group[BR_HOST_GROUPS_MAX][16];
	size_t groups;
	struct br_six_prefix prefix[BR_HOST_PREFIXES_MAX];
	size_t prefixes;
	struct br_six_router router[BR_HOST_ROUTERS_MAX];
	size_t routers;
	uint32_t mtu;
	uint8_t hop_limit;
	uint8_t solicited;
	br_time solicit_at;
	br_time prove_at; /* @prove is asked whether it is there */
	uint8_t prove[16], prove_mac[6];
	bool advertises;
	struct br_host_advertisement advertisement;
	br_time advertise_at, advertised_at;
	bool was_advertised;
};

struct br_host_link {
	struct br_host *host;
	struct br_port port;
	uint32_t index;
	uint32_t mtu;
	uint16_t vlan;             /* of the tag; 0: none */
	uint32_t address, netmask; /* address 0: none */
	uint32_t group[BR_HOST_GROUPS_MAX];
	size_t groups;
	uint32_t ear[BR_HOST_EARS_MAX]; /* handles of br_port_listen(), without neighbours' */
	uint32_t ears;
	struct br_six *six; /* NULL: no IPv6 here */
};

/* An address of either family as a key, its halves as big-endian numbers: IPv4 as it is mapped
 * into IPv6. Zero: none.
 */
struct br_ip_key {
	uint64_t high, low;
};

/**
 * struct br_neighbour - RFC 826, RFC 4861 §5.1
 * @link, @address:	Who it is; @address zero: the place is empty
 * @mac:		When @known
 * @at:			Known: until then, or longer if the segment knows better. Else when
 *			to ask again
 * @asked:		Requests sent without an answer
 * @recent:		Used since the hand of the clock came by: not thrown out yet
 * @waiting:		Packets for it, first to last, whole but for the destination
 * @next:		In its bucket
 * @ear:		Handle of br_port_listen() or br_port_believe()
 */
struct br_neighbour {
	struct br_ip_key address;
	uint32_t link;
	uint8_t mac[6];
	bool known, recent;
	uint8_t asked;
	br_time at;
	struct br_frame *waiting, *waiting_last;
	uint32_t next;
	uint32_t ear;
};

struct br_neighbours {
	struct br_neighbour *entry;
	uint32_t *bucket;
	uint32_t bucket_mask;
	uint32_t count;            /* places in use, all below it */
	uint32_t hand;             /* where the search for a place to reuse goes on */
	uint32_t pending;          /* packets waiting, in all */
	struct br_ip_key given_up; /* the last address that nobody answered for */
	br_time next_at;           /* when the first unanswered question is due */
};

struct br_host {
	struct br_wire *wire;
	struct br_clock *clock;
	struct br_frame_pool *frames;
	char *name;
	struct br_host_limits limits;
	struct br_host_habits habits;
	struct br_host_counters counters;
	struct br_host_user user;
	uint64_t seed;
	struct br_timer timer;

	/* what a layer has to tell one above it: which packet's neighbour does not answer, and
	 * which segment of TCP's was quoted by an ICMP error or not delivered
	 */
	void (*unresolved)(struct br_host_link *link, const struct br_frame *frame, br_time now);
	void (*tcp_unreachable)(struct br_host *host, const struct br_packet *segment,
	                        uint16_t icmp, uint32_t mtu, br_time now);

	struct br_host_link *link[BR_HOST_LINKS_MAX];
	uint32_t links;
	uint32_t gateway;
	bool forwarding;
	uint16_t identification;

	struct br_neighbours neighbours;
	br_time six_at;              /* the first deadline of any link's IPv6 */
	uint32_t six_identification; /* of the next datagram in pieces */
	struct br_six_path {         /* RFC 8201: what a router said of the way to @dst */
		struct br_ip_key dst;
		uint32_t mtu;
	} * path;     /* BR_HOST_PATHS_MAX; NULL: none has said anything */
	size_t paths; /* in all; the oldest makes room */

	uint16_t *port; /* UDP ports that are open, open addressing; 0: empty */
	uint32_t port_mask, ports;
	bool hears_67, hears_68;        /* they are open */
	uint32_t xid[BR_HOST_XIDS_MAX]; /* that alone concern the user on port 68 */
	uint32_t xids;                  /* 0: all do */
	uint16_t blocked[BR_HOST_BLOCKED_MAX];
	uint32_t blocks;

	struct br_reassembly *reassembly; /* made when first needed */

	br_time icmp_second; /* errors are limited by the second */
	uint32_t icmp_errors;

	struct br_tcp *tcp; /* made when first needed */
	struct br_tcp_options tcp_options;
	bool pumping;
};

/* A datagram that came in, with what the layers above need to know of it */
struct br_host_arrival {
	struct br_host_link *link;
	const struct br_packet *packet;
	const struct br_frame *frame; /* NULL when put together from fragments */
	bool to_all;                  /* broadcast or multicast, by IP or by Ethernet */
	br_time now;
};

/**
 * struct br_host_route - How to get to a destination
 * @next_hop:	Zero: @mac is set
 * @mtu:	Octets of an IP datagram that get there whole, as far as is known
 */
struct br_host_route {
	struct br_host_link *link;
	struct br_ip_key next_hop;
	uint8_t mac[6];
	uint32_t mtu;
};

#define BR_IP_KEY_MAPPED (UINT64_C(0xffff) << 32)

static inline struct br_ip_key br_ip_key_of4(uint32_t address)
{
	return (struct br_ip_key){0, address ? BR_IP_KEY_MAPPED | address : 0};
}

static inline bool br_ip_key_is4(struct br_ip_key key)
{
	return key.high == 0 && key.low >> 32 == 0xffff;
}

static inline bool br_ip_key_is_none(struct br_ip_key key)
{
	return (key.high | key.low) == 0;
}

static inline bool br_ip_key_equal(struct br_ip_key a, struct br_ip_key b)
{
	return a.high == b.high && a.low == b.low;
}

struct br_ip_key br_ip_key_of(const uint8_t ip[16]);
void br_ip_key_put(struct br_ip_key key, uint8_t ret_ip[16]);

/* RFC 1112 §4 */
static inline bool br_ipv4_is_multicast(uint32_t address)
{
	return address >> 28 == 0xe;
}

static inline bool br_packet_is_six(const struct br_packet *packet)
{
	return packet->network == BR_NETWORK_IPV6;
}

/* host_base.c */
void br_host_remark(struct br_host *host, const char *text, br_time now);
void br_host_schedule(struct br_host *host); /* after a deadline has moved */
bool br_host_is_ours(const struct br_host *host, uint32_t address);
/* Either family, an IPv6 one that was checked; @link: of a link-local one */
bool br_host_has(const struct br_host *host, const struct br_host_link *link, const uint8_t ip[16]);
const struct br_six_address *br_host_find6(const struct br_host_link *link, const uint8_t ip[16]);
/* Our address for what goes to @dst on the link, NULL: none. RFC 6724 §5, rules 2 and 8 */
const uint8_t *br_host_source6(const struct br_host_link *link, const uint8_t dst[16]);
bool br_host_is_broadcast(const struct br_host_link *link, uint32_t address);
void br_host_send_frame(struct br_host_link *link, struct br_frame *frame);
struct br_frame *br_host_new_frame(struct br_host *host); /* NULL and counted */
/* Somebody else has our address. */
void br_host_conflict(struct br_host_link *link, const uint8_t mac[6], br_time now);

/* host_ears.c */
void br_host_listen(struct br_host *host); /* after what it listens for may have changed */
bool br_host_is_blocked(const struct br_host *host, uint16_t port);
void br_host_listen_port(struct br_host *host, uint16_t port, bool open);
void br_host_ignore(struct br_host_link *link);

/* ask.c: questions to neighbours, which nothing waits for here */
/* @waiting: What is to be sent there; NULL: nothing */
void br_ask_neighbour(struct br_host_link *link, struct br_ip_key address,
                      const struct br_frame *waiting);
void br_ask_arp(struct br_host_link *link, uint32_t address);
void br_ask_announce(struct br_host_link *link);
/* A neighbour's message from @src; @dst is a group, or @mac says where it goes, which may be NULL
 * in the first, if br_neighbour_send() fills it in. NULL: no frame was left
 */
struct br_frame *br_ask_make_nd(struct br_host_link *link, enum br_icmp6_type type,
                                const uint8_t src[16], const uint8_t dst[16], const uint8_t mac[6],
                                uint32_t word, struct br_octets body);
void br_ask_send_nd(struct br_host_link *link, enum br_icmp6_type type, const uint8_t src[16],
                    const uint8_t dst[16], const uint8_t mac[6], uint32_t word,
                    struct br_octets body);
/* To a group: the MAC it has, RFC 2464 §7 */
void br_ask_group_mac(const uint8_t group[16], uint8_t ret_mac[6]);
void br_ask_send_arp(struct br_host_link *link, const uint8_t to[6],
                     const struct br_packet_arp *arp);

/* neighbour.c */
int br_neighbours_init(struct br_host *host); /* 0 or -ENOMEM */
void br_neighbours_reset(struct br_host *host);
/* The neighbour's MAC, or NULL. */
const uint8_t *br_neighbour_lookup(struct br_host *host, uint32_t link, struct br_ip_key address,
                                   br_time now);
bool br_neighbour_is_known_of(const struct br_host *host, uint32_t link, struct br_ip_key address);
/* @add: also if nothing was known of it */
void br_neighbour_learn(struct br_host_link *link, struct br_ip_key address, const uint8_t mac[6],
                        bool add, br_time now);
/* Send @frame to @address once that is known: takes the reference. */
void br_neighbour_send(struct br_host_link *link, struct br_ip_key address, struct br_frame *frame,
                       br_time now);
void br_neighbours_expire(struct br_host *host, br_time now);
void br_neighbours_forget_link(struct br_host *host, uint32_t link); /* IPv4: it has changed */
void br_neighbours_change_vlan(struct br_host *host, uint32_t link); /* before it changes */
bool br_neighbour_mac_is_usable(const uint8_t mac[6]);

/* arp.c */
void br_arp_input(struct br_host_link *link, const struct br_packet *packet, br_time now);
/* Would a packet with these addresses teach us anything, or want an answer? */
bool br_arp_concerns(const struct br_host_link *link, uint32_t sender, uint32_t target);

/* ip_send.c */
/* @link: where it should go out if that is a way; needed for broadcasts. 0 or -ENETUNREACH */
int br_ip_route(struct br_host *host, uint32_t link, const struct br_endpoint *dst,
                struct br_host_route *ret_route);
int br_ipv4_route(struct br_host *host, uint32_t link, uint32_t dst,
                  struct br_host_route *ret_route);
/* Fill in addresses, identification and the like; a zero @src or @ttl is the default. */
void br_ip_head(struct br_host *host, const struct br_host_route *route,
                const struct br_endpoint *src, const struct br_endpoint *dst, uint8_t ttl,
                bool dont_fragment, struct br_packet_route *ret_head);
/* Send a frame whose headers are written, but for the Ethernet destination. */
void br_ip_send(struct br_host *host, const struct br_host_route *route, struct br_frame *frame);
/* A payload that is too big for one frame; checksums inside it are done. */
int br_ip_send_fragments(struct br_host *host, const struct br_host_route *route,
                         const struct br_packet_route *head, uint8_t protocol,
                         struct br_octets payload);
void br_ip_path_mtu(struct br_host *host, const uint8_t dst[16], uint32_t mtu); /* RFC 8201 §4 */

/* six.c: addresses, prefixes and routers of IPv6 */
void br_six_expire(struct br_host *host, br_time now);
bool br_six_has_group(const struct br_host_link *link, const uint8_t group[16]);
void br_six_advertised(struct br_host_link *link, const struct br_nd_router *router,
                       const uint8_t from[16], br_time now);
void br_six_prove(struct br_host_link *link, const uint8_t ip[16], const uint8_t mac[6],
                  br_time now);
void br_six_solicited(struct br_host_link *link, br_time now); /* by a host, of a router */
/* Somebody else has, or looks whether it may have, an address that we check or use. */
void br_six_claimed(struct br_host_link *link, const uint8_t ip[16], const uint8_t mac[6],
                    bool probe, br_time now);

/* nd.c */
void br_nd_input(const struct br_host_arrival *arrival);

/* icmp.c; types and codes are those of ICMP, for ICMPv6 too */
void br_icmp_input(const struct br_host_arrival *arrival);
/* Tell the sender of what has arrived, if RFC 1122 §3.2.2 and RFC 4443 §2.4 allow it. */
void br_icmp_error(const struct br_host_arrival *about, uint8_t type, uint8_t code, uint32_t rest);
/* Tell our own user, or whose packet we forwarded, that its neighbour does not answer. */
void br_icmp_unresolved(struct br_host_link *link, const struct br_frame *frame, br_time now);

/* udp.c */
int br_udp_init(struct br_host *host); /* 0 or -ENOMEM */
bool br_udp_is_open(const struct br_host *host, uint16_t port);
void br_udp_input(const struct br_host_arrival *arrival);

/* host_tcp.c */
void br_host_tcp_input(const struct br_host_arrival *arrival);
/* About a segment we sent, quoted or undelivered. */
void br_host_tcp_unreachable(struct br_host *host, const struct br_packet *segment, uint16_t icmp,
                             uint32_t mtu, br_time now);
void br_host_tcp_expire(struct br_host *host, br_time now);
void br_host_pump(struct br_host *host); /* take out what TCP has to say */

/* forward.c */
/* What came is for another: RFC 1812 §5.2, RFC 8200 §3 */
void br_forward(const struct br_host_arrival *arrival);

/* ip.c */
void br_ip_input(struct br_host_link *link, const struct br_packet *packet,
                 const struct br_frame *frame, br_time now);
void br_ip_expire(struct br_host *host, br_time now); /* datagrams that stayed in pieces */

#endif /* BR_SIM_NET_HOST_STACK_H */
