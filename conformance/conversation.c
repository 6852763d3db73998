/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conversation.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/conversation_private.h"

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

static void free_client(struct br_talk *talk, struct br_talk_client *client)
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
		free_client(talk, talk->client[i]);
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

static size_t hash(const void *data, size_t size)
{
	const uint8_t *p = data;
	uint64_t h = 0x9e3779b97f4a7c15;

	for (size_t i = 0; i < size; i++)
		h = (h ^ p[i]) * 0x100000001b3;
	return (size_t)(h ^ h >> 29);
}

/* Clients */

struct br_talk_client *talk_find_mac(const struct br_talk *talk, const uint8_t mac[6])
{
	struct br_talk_client *c = talk->by_mac[hash(mac, 6) % MAC_BUCKETS];

	while (c && memcmp(c->mac, mac, 6) != 0)
		c = c->next;
	return c;
}

static void forget_mac(struct br_talk *talk, const struct br_talk_client *client)
{
	struct br_talk_client **at = &talk->by_mac[hash(client->mac, 6) % MAC_BUCKETS];

	while (*at && *at != client)
		at = &(*at)->next;
	if (*at)
		*at = client->next;
}

static bool is_before(const struct waiting *a, const struct waiting *b)
{
	return a->last < b->last || (a->last == b->last && a->client->number < b->client->number);
}

static void sift_up(struct waiting *heap, size_t at)
{
	while (at > 0 && is_before(&heap[at], &heap[(at - 1) / 2])) {
		struct waiting w = heap[at];

		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
		heap[at] = w;
	}
}

static void sift_down(struct waiting *heap, size_t count, size_t at)
{
	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
			if (is_before(&heap[child], &heap[least]))
				least = child;
		}
		if (least == at)
			return;
		struct waiting w = heap[at];

		heap[at] = heap[least];
		heap[least] = w;
		at = least;
	}
}

/* Bring the client that was quiet longest to the top of the first @count. */
static void settle(struct waiting *heap, size_t count)
{
	while (count > 0 && heap[0].last < heap[0].client->last) {
		heap[0].last = heap[0].client->last;
		sift_down(heap, count, 0);
	}
}

/* Take the client that was quiet longest, but not @keep, out of the heap; NULL: there is none. */
static struct br_talk_client *take_quietest(struct br_talk *talk, const struct br_talk_client *keep)
{
	struct waiting *heap = talk->quiet, kept;
	size_t count = talk->clients;

	settle(heap, count);
	if (count == 0 || (count == 1 && heap[0].client == keep))
		return NULL;
	kept = heap[0];
	heap[0] = heap[--count];
	sift_down(heap, count, 0);
	if (kept.client != keep)
		return kept.client;
	settle(heap, count);
	struct br_talk_client *client = heap[0].client;

	heap[0] = kept;
	sift_down(heap, count, 0);
	return client;
}

/* Make room by forgetting the client that was quiet longest, but not @keep. */
static bool evict(struct br_talk *talk, const struct br_talk_client *keep)
{
	struct br_talk_client *client = take_quietest(talk, keep);
	size_t low = 0, high = talk->clients;

	if (!client)
		return false;
	if (talk->see)
		talk->see(talk->see_context, client);
	forget_mac(talk, client);
	for (size_t i = 0; i < ADDRESS_ROOM; i++) {
		if (talk->by_address[i] == client)
			talk->by_address[i] = NULL;
	}
	while (low + 1 < high) { /* they stand in order of their numbers */
		size_t middle = low + (high - low) / 2;

		if (talk->client[middle]->number <= client->number)
			low = middle;
		else
			high = middle;
	}
	memmove(&talk->client[low], &talk->client[low + 1],
	        (talk->clients - low - 1) * sizeof(talk->client[0]));
	talk->clients--;
	talk->evicted++;
	free_client(talk, client);
	return true;
}

static bool room_for(struct br_talk *talk, size_t size, const struct br_talk_client *keep)
{
	while (talk->memory + size > talk->limits.memory_max) {
		if (!evict(talk, keep))
			return false;
	}
	return true;
}

static struct br_talk_client *new_client(struct br_talk *talk, const struct seen *seen)
{
	struct br_talk_client *c;

	if (!room_for(talk, sizeof(*c), NULL))
		return NULL;
	if (talk->clients == talk->clients_room) {
		size_t room = talk->clients_room ? talk->clients_room * 2 : 16;
		struct br_talk_client **more = realloc(talk->client, room * sizeof(*more));

		if (!more)
			return NULL;
		talk->client = more;
		struct waiting *quiet = realloc(talk->quiet, room * sizeof(*quiet));

		if (!quiet)
			return NULL;
		talk->quiet = quiet;
		talk->clients_room = room;
	}
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	talk->memory += sizeof(*c);
	c->number = ++talk->seen_clients;
	c->first = c->last = seen->at;
	c->first_frame = seen->frame;
	c->arp_unanswered_since = BR_TIME_NEVER;
	talk->client[talk->clients] = c;
	talk->quiet[talk->clients] = (struct waiting){c->last, c};
	sift_up(talk->quiet, talk->clients++);
	return c;
}

struct br_talk_client *talk_client_of_mac(struct br_talk *talk, const uint8_t mac[6],
                                          const struct seen *seen)
{
	struct br_talk_client *c = talk_find_mac(talk, mac);

	if (c || !(c = new_client(talk, seen)))
		return c;
	size_t bucket = hash(mac, 6) % MAC_BUCKETS;

	memcpy(c->mac, mac, 6);
	c->has_mac = true;
	c->next = talk->by_mac[bucket];
	talk->by_mac[bucket] = c;
	return c;
}

struct br_talk_client *talk_find_address(const struct br_talk *talk,
                                         const struct br_endpoint *address)
{
	size_t start = hash(address->ip, 16);

	for (size_t i = 0; i < ADDRESS_STEPS; i++) {
		struct br_talk_client *c = talk->by_address[(start + i) % ADDRESS_ROOM];

		for (size_t k = 0; c && k < c->addresses; k++) {
			if (talk_same_address(&c->address[k], address))
				return c;
		}
	}
	return NULL;
}

void talk_add_address(struct br_talk *talk, struct br_talk_client *client,
                      const struct br_endpoint *address)
{
	size_t start = hash(address->ip, 16);
	struct br_talk_client *holder = talk_find_address(talk, address);

	if (talk_is_unspecified(address) || holder == client)
		return;
	if (holder) { /* leased to somebody else since */
		for (size_t k = 0; k < holder->addresses; k++) {
			if (talk_same_address(&holder->address[k], address))
				holder->address[k] = holder->address[--holder->addresses];
		}
	}
	if (client->addresses == BR_TALK_ADDRESSES_MAX) {
		memmove(client->address, client->address + 1,
		        (BR_TALK_ADDRESSES_MAX - 1) * sizeof(client->address[0]));
		client->addresses--;
	}
	client->address[client->addresses] = *address;
	client->address[client->addresses++].port = 0;
	for (size_t i = 0; i < ADDRESS_STEPS; i++) {
		struct br_talk_client **at = &talk->by_address[(start + i) % ADDRESS_ROOM];

		if (!*at || i + 1 == ADDRESS_STEPS) {
			*at = client;
			return;
		}
	}
}

static bool is_group(const uint8_t mac[6])
{
	static const uint8_t none[6];

	return mac[0] & 1 || !memcmp(mac, none, 6);
}

bool talk_mac_of_address(const uint8_t ip[16], uint8_t ret_mac[6])
{
	static const uint8_t prefix[] = {0xfe, 0x80, 0, 0, 0, 0, 0, 0};

	if (memcmp(ip, prefix, sizeof(prefix)) != 0 || ip[11] != 0xff || ip[12] != 0xfe)
		return false;
	memcpy(ret_mac, ip + 8, 3);
	memcpy(ret_mac + 3, ip + 13, 3);
	ret_mac[0] ^= 2;
	return true;
}

/* The address tells the MAC where the capture does not. */
static const uint8_t *mac_of(const uint8_t mac[6], const struct br_endpoint *address,
                             uint8_t made[6])
{
	return is_group(mac) && talk_mac_of_address(address->ip, made) ? made : mac;
}

struct br_talk_client *talk_sender(struct br_talk *talk, const struct seen *seen, bool make)
{
	const struct br_packet *p = seen->packet;
	struct br_talk_client *c = talk_find_address(talk, &p->src);
	uint8_t made[6];
	const uint8_t *mac = mac_of(p->eth_src, &p->src, made);

	if (c)
		return c;
	if (!is_group(mac))
		c = make ? talk_client_of_mac(talk, mac, seen) : talk_find_mac(talk, mac);
	else if (make) /* a capture without link-layer addresses */
		c = new_client(talk, seen);
	if (c)
		talk_add_address(talk, c, &p->src);
	return c;
}

struct br_talk_client *talk_receiver(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet *p = seen->packet;
	struct br_talk_client *c = talk_find_address(talk, &p->dst);
	uint8_t made[6];
	const uint8_t *mac = mac_of(p->eth_dst, &p->dst, made);

	return c || is_group(mac) ? c : talk_find_mac(talk, mac);
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
	if (!room_for(talk, (room - client->room) * sizeof(*more), client))
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
	while (!room_for(talk, size, client)) {
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
	return (hash(client->ip, 16) ^ hash(&client->port, 2)) % FLOW_BUCKETS;
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
