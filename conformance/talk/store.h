/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/store.h - clients and their exchanges in memory; for conformance/talk alone
 *
 * Who is forgotten when that runs out is the client that was quiet longest, then of one client what
 * stands in the middle.
 */
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

struct talk_probe { /* a server tried an address before it offered it */
	struct br_endpoint address;
	br_time at;
};

/* A client in the heap. @last may be older than the client's own, which only grows: it is put
 * right when it comes to the top.
 */
struct talk_waiting {
	br_time last;
	struct br_talk_client *client;
};

/**
 * struct br_talk - All that is known of one capture
 * @memory:	Octets of clients and exchanges, held against @limits
 * @evicted, @seen_clients: Clients forgotten; all there ever were
 * @advertisements, @cut, @fragments_lost, @late, @spoken: As conversation.h says them
 * @prefix, @has_router6: Of the last router advertisement
 * @router6:	As conversation.h says it
 * @file:	Of the packet at hand
 * @beyond:	Packets of other ports than those of DHCP and TFTP requests
 * @framed:	Packets with a MAC address
 * @see, @see_context: Who hears of a client that is forgotten
 * @any, @first, @last: A packet came; the earliest and the latest time of any
 * @client:	In order of appearance
 * @quiet:	Heap: who was quiet longest, as many as clients (quiet.h)
 * @probe:	The last so many, of @probes in all
 * @by_mac:	Chains by br_talk_client.next
 * @by_address:	A cache: verified when used
 * @flow:	Chains by br_talk_exchange.next_flow (flows.h)
 * @dhcp, @tftp: The message at hand: large, so there is one
 */
struct br_talk {
	struct br_talk_limits limits;
	size_t memory;
	uint64_t evicted, seen_clients, advertisements, cut, fragments_lost, spoken;
	struct br_nd_prefix prefix[BR_TALK_PREFIXES_MAX];
	size_t prefixes, file;
	bool has_router6;
	struct br_talk_router6 router6;
	uint64_t beyond, framed;
	struct br_talk_late late;
	br_talk_see *see;
	void *see_context;
	bool any;
	br_time first, last;
	struct br_talk_client **client;
	size_t clients, clients_room;
	struct talk_waiting *quiet;
	struct br_talk_server server[BR_TALK_SERVERS_MAX];
	size_t servers;
	struct talk_probe probe[PROBES_MAX];
	size_t probes;
	struct br_talk_client *by_mac[MAC_BUCKETS];
	struct br_talk_client *by_address[ADDRESS_ROOM];
	struct br_talk_exchange *flow[FLOW_BUCKETS];
	struct br_dhcp_message dhcp;
	struct br_tftp_packet tftp;
};

/* A packet on its way through, with what everything needs of it. */
struct seen {
	const struct br_packet *packet;
	uint64_t frame;
	br_time at;
	size_t file;
};

/* Make @size octets of room by forgetting clients, but not @keep; false: it is not enough. */
bool talk_room_for(struct br_talk *talk, size_t size, const struct br_talk_client *keep);
/* With its exchanges; who holds it elsewhere lets go before. */
void talk_free_client(struct br_talk *talk, struct br_talk_client *client);

/* One more exchange of @client; older ones are forgotten for its room. NULL: there is none. */
struct br_talk_exchange *talk_add_exchange(struct br_talk *talk, struct br_talk_client *client,
                                           enum br_talk_kind kind, const struct seen *seen);
void talk_touch(struct br_talk_client *client, struct br_talk_exchange *exchange,
                const struct seen *seen);
/* Its VLAN; @up: the client sent it. */
void talk_layers(struct br_talk_exchange *exchange, const struct seen *seen, bool up);
/* The client took no notice of this packet to it, as far as can be told now. */
void talk_unheard(struct br_talk_exchange *exchange, const struct seen *seen);
/* ...and now of those before. */
void talk_heard(struct br_talk_exchange *exchange);
/* Number of the VLAN; -1: no tag, or a priority tag, which names none (IEEE 802.1Q 9.6) */
int32_t talk_vlan_of(const struct br_packet *packet);
/* The latest of @kind, or NULL. */
struct br_talk_exchange *talk_latest(const struct br_talk_client *client, enum br_talk_kind kind);

void talk_times_add(struct br_talk_times *times, const struct seen *seen);

/* Memory that counts against memory_max; freed with its exchange. */
void *talk_take(struct br_talk *talk, struct br_talk_exchange *exchange, size_t size);
void talk_give(struct br_talk *talk, struct br_talk_exchange *exchange, void *memory, size_t size);

/* The last transaction numbers of a DHCP exchange; @count grows beyond the room. */
bool talk_has_xid(const uint32_t xids[static BR_TALK_XIDS_MAX], uint32_t count, uint32_t xid);
void talk_add_xid(uint32_t xids[static BR_TALK_XIDS_MAX], uint32_t *count, uint32_t xid);

#endif /* BR_CONFORMANCE_TALK_STORE_H */
