/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/store.h - what the conversation*.c files share; nobody else's */
#ifndef BR_CONFORMANCE_TALK_STORE_H
#define BR_CONFORMANCE_TALK_STORE_H

#include "conformance/talk/conversation.h"
#include "core/formats/dhcp_message.h"
#include "core/formats/tftp_packet.h"

enum {
	FLOW_BUCKETS = 4096,
	MAC_BUCKETS = 1024,
	ADDRESS_ROOM = 16384,
	ADDRESS_STEPS = 8, /* places where an address may stand, one after the other */
	PROBES_MAX = 16,
};

struct probe { /* a server tried an address before it offered it */
	struct br_endpoint address;
	br_time at;
};

/* A client in the heap. @last may be older than the client's own, which only grows: it is put
 * right when it comes to the top.
 */
struct waiting {
	br_time last;
	struct br_talk_client *client;
};

struct br_talk {
	struct br_talk_limits limits;
	size_t memory;
	uint64_t evicted, seen_clients, advertisements, cut, fragments_lost;
	struct br_talk_late late;
	br_talk_see *see;
	void *see_context;
	bool any;
	br_time first, last;
	struct br_talk_client **client; /* in order of appearance */
	size_t clients, clients_room;
	struct waiting *quiet; /* heap: who was quiet longest, as many as clients */
	struct br_talk_server server[BR_TALK_SERVERS_MAX];
	size_t servers;
	struct probe probe[PROBES_MAX];
	size_t probes;
	struct br_talk_client *by_mac[MAC_BUCKETS];
	struct br_talk_client *by_address[ADDRESS_ROOM]; /* a cache: verified when used */
	struct br_talk_exchange *flow[FLOW_BUCKETS];
	struct br_dhcp_message dhcp; /* scratch */
	struct br_tftp_packet tftp;  /* scratch */
};

/* A packet on its way through, with what everything needs of it. */
struct seen {
	const struct br_packet *packet;
	uint64_t frame;
	br_time at;
};

/* Texts */
void talk_text(char *target, size_t room, struct br_octets octets);
void talk_times_add(struct br_talk_times *times, const struct seen *seen);

size_t talk_hash(const void *data, size_t size);

/* Make @size octets of room by forgetting clients, but not @keep; false: it is not enough. */
bool talk_room_for(struct br_talk *talk, size_t size, const struct br_talk_client *keep);
/* With its exchanges; who holds it elsewhere lets go before. */
void talk_free_client(struct br_talk *talk, struct br_talk_client *client);

/* Clients; new ones are made when memory allows, else NULL. */
struct br_talk_client *talk_find_mac(const struct br_talk *talk, const uint8_t mac[6]);
struct br_talk_client *talk_client_of_mac(struct br_talk *talk, const uint8_t mac[6],
                                          const struct seen *seen);
struct br_talk_client *talk_find_address(const struct br_talk *talk,
                                         const struct br_endpoint *address);
/* Who sent the packet: by its address, then by its MAC; @make a new client if needed. */
struct br_talk_client *talk_sender(struct br_talk *talk, const struct seen *seen, bool make);
struct br_talk_client *talk_receiver(struct br_talk *talk, const struct seen *seen);
void talk_add_address(struct br_talk *talk, struct br_talk_client *client,
                      const struct br_endpoint *address);

/* RFC 4291 appendix A: the MAC inside a link-local address made from it. False: it is none */
bool talk_mac_of_address(const uint8_t ip[16], uint8_t ret_mac[6]);

/* Exchanges */
struct br_talk_exchange *talk_add_exchange(struct br_talk *talk, struct br_talk_client *client,
                                           enum br_talk_kind kind, const struct seen *seen);
void talk_touch(struct br_talk_client *client, struct br_talk_exchange *exchange,
                const struct seen *seen);
/* The latest of @kind, or NULL. */
struct br_talk_exchange *talk_latest(const struct br_talk_client *client, enum br_talk_kind kind);

/* Open flows, found by the client's endpoint. */
void talk_flow_put(struct br_talk *talk, struct br_talk_exchange *exchange);
void talk_flow_drop(struct br_talk *talk, struct br_talk_exchange *exchange);
struct br_talk_exchange *talk_flow_find(const struct br_talk *talk, enum br_talk_kind kind,
                                        const struct br_endpoint *client);
const struct br_endpoint *talk_flow_client(const struct br_talk_exchange *exchange);
bool talk_same_address(const struct br_endpoint *a, const struct br_endpoint *b);
bool talk_is_unspecified(const struct br_endpoint *address);

/* Memory that counts against memory_max; freed with its exchange. */
void *talk_take(struct br_talk *talk, struct br_talk_exchange *exchange, size_t size);
void talk_give(struct br_talk *talk, struct br_talk_exchange *exchange, void *memory, size_t size);

/* The last transaction numbers of a DHCP exchange; @count grows beyond the room. */
bool talk_has_xid(const uint32_t xids[static BR_TALK_XIDS_MAX], uint32_t count, uint32_t xid);
void talk_add_xid(uint32_t xids[static BR_TALK_XIDS_MAX], uint32_t *count, uint32_t xid);

/* Its place in the table; br_talk.servers: it is not in it. */
size_t talk_server_index(const struct br_talk *talk, const struct br_endpoint *address);
/* Servers; new ones are put into the table, NULL when that is full. */
struct br_talk_server *talk_server(struct br_talk *talk, const struct br_endpoint *address);
/* The packet's sender is one that answers. */
struct br_talk_server *talk_server_speaks(struct br_talk *talk, const struct seen *seen);

/* One file each. True: the packet was theirs. */
bool talk_dhcp(struct br_talk *talk, const struct seen *seen);
bool talk_tftp(struct br_talk *talk, const struct seen *seen);
bool talk_tcp(struct br_talk *talk, const struct seen *seen);
bool talk_dhcp6(struct br_talk *talk, const struct seen *seen);
bool talk_dns(struct br_talk *talk, const struct seen *seen);
void talk_arp(struct br_talk *talk, const struct seen *seen);
void talk_icmp(struct br_talk *talk, const struct seen *seen);
void talk_icmpv6(struct br_talk *talk, const struct seen *seen);
/* HTTP in a TCP connection */
void talk_http(struct br_talk *talk, struct br_talk_exchange *exchange, bool up,
               struct br_octets octets, uint64_t size, const struct seen *seen);

#endif /* BR_CONFORMANCE_TALK_STORE_H */
