/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/talk/conversation.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/talk/store.h"

/* Theory of operation
 *
 * Each packet is given to the file of its protocol, which finds the client it belongs
 * to and the exchange at hand, or starts one. Nothing is kept of a packet but what the
 * exchange's record says of it, so a transfer of any length costs the same. Flows (TFTP
 * and TCP) are found by the client's endpoint alone: a new use of an endpoint ends the
 * old flow, as it does on a real machine.
 *
 * What it leaves out: data inside bulk transfers, protocols that boot nobody.
 */
const struct br_talk_limits br_talk_limits_default = {
	.memory_max = (size_t)64 << 20,
	.exchanges_max = 512,
};

int br_talk_new(struct br_talk **ret_talk, const struct br_talk_limits *limits)
{
	struct br_talk *talk = calloc(1, sizeof(*talk));

	if (!talk)
		return -ENOMEM;
	talk->limits = *limits;
	*ret_talk = talk;
	return 0;
}

static void free_exchange(struct br_talk *talk, struct br_talk_exchange *e)
{
	talk_flow_drop(talk, e);
	if (e->kind == BR_TALK_TCP) {
		free(e->tcp.up);
		free(e->tcp.down);
		free(e->tcp.request);
	}
	talk->memory -= e->memory;
	free(e);
}

void talk_free_client(struct br_talk *talk, struct br_talk_client *client)
{
	for (size_t i = 0; i < client->exchanges; i++)
		free_exchange(talk, client->exchange[i]);
	talk->memory -= sizeof(*client) + client->room * sizeof(client->exchange[0]);
	free(client->exchange);
	free(client);
}

struct br_talk *br_talk_free(struct br_talk *talk)
{
	if (!talk)
		return NULL;
	for (size_t i = 0; i < talk->clients; i++)
		talk_free_client(talk, talk->client[i]);
	free(talk->client);
	free(talk->quiet);
	free(talk);
	return NULL;
}

void br_talk_on_evict(struct br_talk *talk, br_talk_see *see, void *context)
{
	talk->see = see;
	talk->see_context = context;
}

/* Texts */

void talk_text(char *target, size_t room, struct br_octets octets)
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0;

	for (size_t i = 0; i < octets.size; i++) {
		uint8_t octet = octets.data[i];
		bool plain = octet >= 0x20 && octet < 0x7f && octet != '\\';

		if (at + (plain ? 1 : 4) >= room)
			break;
		if (plain) {
			target[at++] = (char)octet;
			continue;
		}
		target[at++] = '\\';
		target[at++] = 'x';
		target[at++] = digits[octet >> 4];
		target[at++] = digits[octet & 15];
	}
	target[at] = '\0';
}

void talk_times_add(struct br_talk_times *times, const struct seen *seen)
{
	if (times->count == 0)
		times->frame = seen->frame;
	if (times->count < BR_TALK_TIMES_MAX)
		times->at[times->count] = seen->at;
	times->count++;
	times->last = seen->at;
}

/* Addresses */

bool talk_same_address(const struct br_endpoint *a, const struct br_endpoint *b)
{
	return !memcmp(a->ip, b->ip, sizeof(a->ip));
}

bool talk_is_unspecified(const struct br_endpoint *address)
{
	static const uint8_t none[16];

	return !memcmp(address->ip, none, 16) ||
	       (!memcmp(address->ip, none, 10) && address->ip[10] == 0xff &&
	        !memcmp(address->ip + 12, none, 4));
}

size_t talk_hash(const void *data, size_t size)
{
	const uint8_t *p = data;
	uint64_t h = 0x9e3779b97f4a7c15;

	for (size_t i = 0; i < size; i++)
		h = (h ^ p[i]) * 0x100000001b3;
	return (size_t)(h ^ h >> 29);
}

/* Exchanges */

static size_t exchange_size(enum br_talk_kind kind)
{
	size_t base = offsetof(struct br_talk_exchange, dhcp);

	switch (kind) {
	case BR_TALK_DHCP:
		return base + sizeof(struct br_talk_dhcp);
	case BR_TALK_PXE:
		return base + sizeof(struct br_talk_pxe);
	case BR_TALK_TFTP:
		return base + sizeof(struct br_talk_tftp);
	case BR_TALK_TCP:
		return base + sizeof(struct br_talk_tcp);
	case BR_TALK_DNS:
		return base + sizeof(struct br_talk_dns);
	case BR_TALK_ARP:
		return base + sizeof(struct br_talk_arp);
	case BR_TALK_DHCP6:
		return base + sizeof(struct br_talk_dhcp6);
	case BR_TALK_ND:
		return base + sizeof(struct br_talk_nd);
	}
	assert(false);
	return 0;
}

/* The first and the last exchanges tell the story: make room between them. */
static void forget_middle(struct br_talk *talk, struct br_talk_client *client)
{
	size_t middle = client->exchanges / 2;

	free_exchange(talk, client->exchange[middle]);
	memmove(&client->exchange[middle], &client->exchange[middle + 1],
	        (client->exchanges - middle - 1) * sizeof(client->exchange[0]));
	client->exchanges--;
	client->left_out++;
}

static bool grow(struct br_talk *talk, struct br_talk_client *client)
{
	size_t room = client->room ? client->room * 2 : 8;
	struct br_talk_exchange **more;

	if (client->exchanges < client->room)
		return true;
	if (!talk_room_for(talk, (room - client->room) * sizeof(*more), client))
		return false;
	more = realloc(client->exchange, room * sizeof(*more));
	if (!more)
		return false;
	talk->memory += (room - client->room) * sizeof(*more);
	client->exchange = more;
	client->room = room;
	return true;
}

struct br_talk_exchange *talk_add_exchange(struct br_talk *talk, struct br_talk_client *client,
                                           enum br_talk_kind kind, const struct seen *seen)
{
	size_t size = exchange_size(kind);
	struct br_talk_exchange *e;

	while (client->exchanges >= talk->limits.exchanges_max && client->exchanges > 0)
		forget_middle(talk, client);
	while (!talk_room_for(talk, size, client)) {
		if (client->exchanges == 0)
			return NULL;
		forget_middle(talk, client);
	}
	if (!grow(talk, client) || !(e = calloc(1, size)))
		return NULL;
	talk->memory += size;
	e->kind = kind;
	e->memory = size;
	e->first = e->last = seen->at;
	e->first_frame = e->last_frame = seen->frame;
	client->exchange[client->exchanges++] = e;
	return e;
}

void talk_touch(struct br_talk_client *client, struct br_talk_exchange *exchange,
                const struct seen *seen)
{
	if (client) {
		client->frames++;
		client->octets += seen->packet->ip_payload_size;
		client->last = seen->at;
		client->last_frame = seen->frame;
	}
	if (exchange) {
		exchange->last = seen->at;
		exchange->last_frame = seen->frame;
	}
}

struct br_talk_exchange *talk_latest(const struct br_talk_client *client, enum br_talk_kind kind)
{
	for (size_t i = client->exchanges; i-- > 0;) {
		if (client->exchange[i]->kind == kind)
			return client->exchange[i];
	}
	return NULL;
}

void *talk_take(struct br_talk *talk, struct br_talk_exchange *exchange, size_t size)
{
	/* Never evicts: the caller holds pointers into clients. The limit may be passed by
	 * the few open connections and is regained by the next exchange.
	 */
	void *memory = calloc(1, size);

	if (memory) {
		talk->memory += size;
		exchange->memory += size;
	}
	return memory;
}

void talk_give(struct br_talk *talk, struct br_talk_exchange *exchange, void *memory, size_t size)
{
	if (!memory)
		return;
	talk->memory -= size;
	exchange->memory -= size;
	free(memory);
}

bool talk_has_xid(const uint32_t xids[static BR_TALK_XIDS_MAX], uint32_t count, uint32_t xid)
{
	for (uint32_t i = 0; i < count && i < BR_TALK_XIDS_MAX; i++) {
		if (xids[i] == xid)
			return true;
	}
	return false;
}

void talk_add_xid(uint32_t xids[static BR_TALK_XIDS_MAX], uint32_t *count, uint32_t xid)
{
	if (!talk_has_xid(xids, *count, xid))
		xids[(*count)++ % BR_TALK_XIDS_MAX] = xid;
}

/* Flows */

const struct br_endpoint *talk_flow_client(const struct br_talk_exchange *exchange)
{
	return exchange->kind == BR_TALK_TFTP ? &exchange->tftp.client : &exchange->tcp.client;
}

static size_t flow_bucket(const struct br_endpoint *client)
{
	return (talk_hash(client->ip, 16) ^ talk_hash(&client->port, 2)) % FLOW_BUCKETS;
}

void talk_flow_put(struct br_talk *talk, struct br_talk_exchange *exchange)
{
	size_t bucket = flow_bucket(talk_flow_client(exchange));

	exchange->next_flow = talk->flow[bucket];
	talk->flow[bucket] = exchange;
}

void talk_flow_drop(struct br_talk *talk, struct br_talk_exchange *exchange)
{
	if (exchange->kind != BR_TALK_TFTP && exchange->kind != BR_TALK_TCP)
		return;
	struct br_talk_exchange **at = &talk->flow[flow_bucket(talk_flow_client(exchange))];

	while (*at && *at != exchange)
		at = &(*at)->next_flow;
	if (*at)
		*at = exchange->next_flow;
	exchange->next_flow = NULL;
}

struct br_talk_exchange *talk_flow_find(const struct br_talk *talk, enum br_talk_kind kind,
                                        const struct br_endpoint *client)
{
	struct br_talk_exchange *e = talk->flow[flow_bucket(client)];

	while (e && (e->kind != kind || !br_endpoint_equal(talk_flow_client(e), client)))
		e = e->next_flow;
	return e;
}

/* Servers */

size_t talk_server_index(const struct br_talk *talk, const struct br_endpoint *address)
{
	size_t i = 0;

	while (i < talk->servers && !talk_same_address(&talk->server[i].address, address))
		i++;
	return i;
}

struct br_talk_server *talk_server(struct br_talk *talk, const struct br_endpoint *address)
{
	size_t index = talk_server_index(talk, address);

	if (index < talk->servers)
		return &talk->server[index];
	if (talk->servers == BR_TALK_SERVERS_MAX || talk_is_unspecified(address))
		return NULL;
	struct br_talk_server *s = &talk->server[talk->servers++];

	*s = (struct br_talk_server){.address = *address};
	s->address.port = 0;
	return s;
}

struct br_talk_server *talk_server_speaks(struct br_talk *talk, const struct seen *seen)
{
	struct br_talk_server *s = talk_server(talk, &seen->packet->src);

	if (!s)
		return NULL;
	if (!s->alive)
		s->first = seen->at;
	s->alive = true;
	s->last = seen->at;
	memcpy(s->mac, seen->packet->eth_src, 6);
	return s;
}

/* The door */

void br_talk_packet(struct br_talk *talk, const struct br_packet *packet, uint64_t frame,
                    br_time at)
{
	const struct seen seen = {packet, frame, at};

	if (!talk->any || at < talk->first)
		talk->first = at;
	if (!talk->any || at > talk->last)
		talk->last = at;
	talk->any = true;
	if (packet->network == BR_NETWORK_ARP) {
		talk_arp(talk, &seen);
		return;
	}
	switch (packet->transport) {
	case BR_TRANSPORT_UDP:
		if (!talk_dhcp(talk, &seen) && !talk_dhcp6(talk, &seen) && !talk_tftp(talk, &seen))
			(void)talk_dns(talk, &seen);
		break;
	case BR_TRANSPORT_TCP:
		(void)talk_tcp(talk, &seen);
		break;
	case BR_TRANSPORT_ICMP:
		talk_icmp(talk, &seen);
		break;
	case BR_TRANSPORT_ICMPV6:
		talk_icmpv6(talk, &seen);
		break;
	case BR_TRANSPORT_NONE:
	case BR_TRANSPORT_OTHER:
		break;
	}
}

size_t br_talk_clients(const struct br_talk *talk)
{
	return talk->clients;
}

const struct br_talk_client *br_talk_client(const struct br_talk *talk, size_t index)
{
	assert(index < talk->clients);
	return talk->client[index];
}

size_t br_talk_servers(const struct br_talk *talk)
{
	return talk->servers;
}

const struct br_talk_server *br_talk_server(const struct br_talk *talk, size_t index)
{
	assert(index < talk->servers);
	return &talk->server[index];
}

const struct br_talk_server *br_talk_find_server(const struct br_talk *talk,
                                                 const struct br_endpoint *address)
{
	size_t index = talk_server_index(talk, address);

	return index < talk->servers ? &talk->server[index] : NULL;
}

const struct br_talk_late *br_talk_late(const struct br_talk *talk)
{
	return &talk->late;
}

void br_talk_set_fragments_lost(struct br_talk *talk, uint64_t datagrams)
{
	talk->fragments_lost = datagrams;
}

uint64_t br_talk_fragments_lost(const struct br_talk *talk)
{
	return talk->fragments_lost;
}

uint64_t br_talk_router_advertisements(const struct br_talk *talk)
{
	return talk->advertisements;
}

uint64_t br_talk_cut(const struct br_talk *talk)
{
	return talk->cut;
}

uint64_t br_talk_evicted(const struct br_talk *talk)
{
	return talk->evicted;
}

size_t br_talk_memory(const struct br_talk *talk)
{
	return talk->memory;
}

br_time br_talk_first(const struct br_talk *talk)
{
	return talk->first;
}

br_time br_talk_last(const struct br_talk *talk)
{
	return talk->last;
}
