/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/talk/clients.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/talk/quiet.h"
#include "conformance/talk/text.h"
#include "core/base/hash.h"

struct br_talk_client *talk_find_mac(const struct br_talk *talk, const uint8_t mac[6])
{
	struct br_talk_client *c = talk->by_mac[br_hash(0, mac, 6) % MAC_BUCKETS];

	while (c && memcmp(c->mac, mac, 6) != 0)
		c = c->next;
	return c;
}

static struct br_talk_client *new_client(struct br_talk *talk, const struct seen *seen)
{
	struct br_talk_client *c;

	if (!talk_room_for(talk, sizeof(*c), NULL))
		return NULL;
	if (talk->clients == talk->clients_room) {
		size_t room = talk->clients_room ? talk->clients_room * 2 : 16;
		struct br_talk_client **more = realloc(talk->client, room * sizeof(*more));

		if (!more)
			return NULL;
		talk->client = more;
		struct talk_waiting *quiet = realloc(talk->quiet, room * sizeof(*quiet));

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
	talk_quiet_add(talk, c);
	return c;
}

struct br_talk_client *talk_new_without_mac(struct br_talk *talk, struct br_octets client_id,
                                            const struct seen *seen)
{
	struct br_talk_client *c = new_client(talk, seen);

	if (!c)
		return NULL;
	c->has_mac = true;
	c->client_id_size = (uint8_t)(client_id.size < sizeof(c->client_id) ? client_id.size
	                                                                    : sizeof(c->client_id));
	if (c->client_id_size > 0)
		memcpy(c->client_id, client_id.data, c->client_id_size);
	return c;
}

struct br_talk_client *talk_client_of_mac(struct br_talk *talk, const uint8_t mac[6],
                                          const struct seen *seen)
{
	struct br_talk_client *c = talk_find_mac(talk, mac);

	if (c || !(c = new_client(talk, seen)))
		return c;
	size_t bucket = br_hash(0, mac, 6) % MAC_BUCKETS;

	memcpy(c->mac, mac, 6);
	c->has_mac = true;
	c->next = talk->by_mac[bucket];
	talk->by_mac[bucket] = c;
	return c;
}

struct br_talk_client *talk_find_address(const struct br_talk *talk,
                                         const struct br_endpoint *address)
{
	uint64_t start = br_hash(0, address->ip, 16);

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
	uint64_t start = br_hash(0, address->ip, 16);
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

bool talk_is_group(const uint8_t mac[6])
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
	return talk_is_group(mac) && talk_mac_of_address(address->ip, made) ? made : mac;
}

struct br_talk_client *talk_sender(struct br_talk *talk, const struct seen *seen, bool make)
{
	const struct br_packet *p = seen->packet;
	struct br_talk_client *c = talk_find_address(talk, &p->src);
	uint8_t made[6];
	const uint8_t *mac = mac_of(p->eth_src, &p->src, made);

	if (c)
		return c;
	if (!talk_is_group(mac))
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

	return c || talk_is_group(mac) ? c : talk_find_mac(talk, mac);
}
