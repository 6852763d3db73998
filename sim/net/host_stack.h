/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/host_stack.h - inside a host: shared by its files and by nothing else
 *
 * Below, the files stand from the lowest to the highest; each calls only those before it.
 */
#ifndef BR_SIM_NET_HOST_STACK_H
#define BR_SIM_NET_HOST_STACK_H

#include "sim/net/host.h"
#include "sim/net/packet.h"
#include "sim/net/reassembly.h"

enum {
	BR_HOST_GROUPS_MAX = 16, /* multicast groups of a link */
	BR_HOST_TTL = 64,        /* RFC 1700 */
	BR_HOST_EARS_MAX = 3 + BR_HOST_XIDS_MAX,
};

#define BR_HOST_NO_LINK UINT32_MAX
#define BR_ARP_NONE     UINT32_MAX

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
};

/**
 * struct br_arp_entry - One neighbour, RFC 826
 * @link, @address:	Who it is; @address 0: the place is empty
 * @mac:		When @known
 * @at:			Known: until then, or longer if the segment knows better. Else when
 *			to ask again
 * @asked:		Requests sent without an answer
 * @recent:		Used since the hand of the clock came by: not thrown out yet
 * @waiting:		Packets for it, first to last, whole but for the destination
 * @next:		In its bucket
 * @ear:		Handle of br_port_listen() or br_port_believe()
 */
struct br_arp_entry {
	uint32_t link, address;
	uint8_t mac[6];
	bool known, recent;
	uint8_t asked;
	br_time at;
	struct br_frame *waiting, *waiting_last;
	uint32_t next;
	uint32_t ear;
};

struct br_arp {
	struct br_arp_entry *entry;
	uint32_t *bucket;
	uint32_t bucket_mask;
	uint32_t count;    /* places in use, all below it */
	uint32_t hand;     /* where the search for a place to reuse goes on */
	uint32_t pending;  /* packets waiting, in all */
	uint32_t given_up; /* the last address that nobody answered for */
	br_time next_at;   /* when the first unanswered question is due */
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

	/* what a layer has to tell one above it: for whom nobody answers ARP, and which
	 * segment of TCP's was quoted by an ICMP error or not delivered
	 */
	void (*unresolved)(struct br_host_link *link, const struct br_frame *frame, br_time now);
	void (*tcp_unreachable)(struct br_host *host, const struct br_packet *segment,
	                        uint16_t icmp, uint32_t mtu, br_time now);

	struct br_host_link *link[BR_HOST_LINKS_MAX];
	uint32_t links;
	uint32_t gateway;
	bool forwarding;
	uint16_t identification;

	struct br_arp arp;

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

/* How to get to a destination */
struct br_host_route {
	struct br_host_link *link;
	uint32_t next_hop; /* 0: @mac is set */
	uint8_t mac[6];
};

/* RFC 1112 §4 */
static inline bool br_ipv4_is_multicast(uint32_t address)
{
	return address >> 28 == 0xe;
}

/* host_base.c */
void br_host_remark(struct br_host *host, const char *text, br_time now);
void br_host_schedule(struct br_host *host); /* after a deadline has moved */
bool br_host_is_ours(const struct br_host *host, uint32_t address);
bool br_host_is_broadcast(const struct br_host_link *link, uint32_t address);
void br_host_send_frame(struct br_host_link *link, struct br_frame *frame);
struct br_frame *br_host_new_frame(struct br_host *host); /* NULL and counted */

/* host_ears.c */
void br_host_listen(struct br_host *host); /* after what it listens for may have changed */
bool br_host_is_blocked(const struct br_host *host, uint16_t port);
void br_host_listen_port(struct br_host *host, uint16_t port, bool open);
void br_host_ignore(struct br_host_link *link);

/* arp.c */
int br_arp_init(struct br_host *host); /* 0 or -ENOMEM */
void br_arp_reset(struct br_host *host);
void br_arp_input(struct br_host_link *link, const struct br_packet *packet, br_time now);
/* Would a packet with these addresses teach us anything, or want an answer? */
bool br_arp_concerns(const struct br_host_link *link, uint32_t sender, uint32_t target);
/* The neighbour's MAC, or NULL. */
const uint8_t *br_arp_lookup(struct br_host *host, uint32_t link, uint32_t address, br_time now);
/* Send @frame to @address once that is known: takes the reference. */
void br_arp_send(struct br_host_link *link, uint32_t address, struct br_frame *frame, br_time now);
void br_arp_ask(struct br_host_link *link, uint32_t address); /* once; nothing waits for it */
void br_arp_announce(struct br_host_link *link);
void br_arp_expire(struct br_host *host, br_time now);
void br_arp_forget_link(struct br_host *host, uint32_t link); /* its address has changed */
void br_arp_change_vlan(struct br_host *host, uint32_t link); /* before it changes */

/* ipv4_send.c */
/* @link: where it should go out if that is a way; needed for broadcasts. 0 or -ENETUNREACH */
int br_ipv4_route(struct br_host *host, uint32_t link, uint32_t dst,
                  struct br_host_route *ret_route);
/* Fill in addresses, identification and the like; a zero @ttl is the default. */
void br_ipv4_head(struct br_host *host, const struct br_host_route *route, uint32_t src,
                  uint32_t dst, uint8_t ttl, bool dont_fragment, struct br_packet_route *ret_head);
/* Send a frame whose headers are written, but for the Ethernet destination. */
void br_ipv4_send(struct br_host *host, const struct br_host_route *route, struct br_frame *frame);
/* A payload that is too big for one frame; checksums inside it are done. */
int br_ipv4_send_fragments(struct br_host *host, const struct br_host_route *route,
                           const struct br_packet_route *head, uint8_t protocol,
                           struct br_octets payload);

/* icmp.c */
void br_icmp_input(const struct br_host_arrival *arrival);
/* Tell the sender of what has arrived, if RFC 1122 §3.2.2 allows it. */
void br_icmp_error(const struct br_host_arrival *about, uint8_t type, uint8_t code, uint32_t rest);
/* Tell our own user, or whose packet we forwarded, that nobody answers ARP. */
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

/* ipv4.c */
void br_ipv4_input(struct br_host_link *link, const struct br_packet *packet,
                   const struct br_frame *frame, br_time now);
void br_ipv4_expire(struct br_host *host, br_time now); /* datagrams that stayed in pieces */

#endif /* BR_SIM_NET_HOST_STACK_H */
