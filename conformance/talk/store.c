/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/talk/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/talk/flows.h"
#include "conformance/talk/quiet.h"
#include "conformance/talk/text.h"
#include "core/base/hash.h"

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

static void forget_mac(struct br_talk *talk, const struct br_talk_client *client)
{
	struct br_talk_client **at = &talk->by_mac[br_hash(0, client->mac, 6) % MAC_BUCKETS];

	while (*at && *at != client)
		at = &(*at)->next;
	if (*at)
		*at = client->next;
}

/* Make room by forgetting the client that was quiet longest, but not @keep. */
static bool evict(struct br_talk *talk, const struct br_talk_client *keep)
{
	struct br_talk_client *client = talk_quiet_take(talk, keep);
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
	talk_free_client(talk, client);
	return true;
}

bool talk_room_for(struct br_talk *talk, size_t size, const struct br_talk_client *keep)
{
	while (talk->memory + size > talk->limits.memory_max) {
		if (!evict(talk, keep))
			return false;
	}
	return true;
}

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
	e->layers.vlan_up = e->layers.vlan_down = -1;
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

int32_t talk_vlan_of(const struct br_packet *packet)
{
	int32_t id = packet->vlan & 0xfff;

	return packet->vlan_tags > 0 && id > 0 ? id : -1;
}

void talk_layers(struct br_talk_exchange *exchange, const struct seen *seen, bool up)
{
	if (up) {
		exchange->layers.vlan_up = talk_vlan_of(seen->packet);
	} else {
		exchange->layers.vlan_down = talk_vlan_of(seen->packet);
		exchange->layers.down = true;
	}
}

void talk_unheard(struct br_talk_exchange *exchange, const struct seen *seen)
{
	exchange->layers.deaf++;
	exchange->layers.deaf_file = seen->file;
	exchange->layers.deaf_frame = seen->frame;
	exchange->layers.wrong += br_packet_sum(seen->packet) == BR_SUM_WRONG;
}

void talk_heard(struct br_talk_exchange *exchange)
{
	exchange->layers.deaf = exchange->layers.wrong = 0;
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

void talk_times_add(struct br_talk_times *times, const struct seen *seen)
{
	if (times->count == 0)
		times->frame = seen->frame;
	if (times->count < BR_TALK_TIMES_MAX)
		times->at[times->count] = seen->at;
	times->count++;
	times->last = seen->at;
	times->last_frame = seen->frame;
	times->source = seen->file;
}
