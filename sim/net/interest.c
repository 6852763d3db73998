/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/interest.h"

#include <assert.h>
#include <stdlib.h>

#include "core/formats/dhcp_message.h"

enum {
	ROOM_FIRST = 16,
	EARS_MAX = 4, /* a topic is for */
};

struct br_interest_entry {
	uint32_t value, slot;
	uint32_t next, previous; /* handles in the bucket; next alone: in the free list */
	enum br_ear ear;
};

struct interest_key {
	enum br_ear ear;
	uint32_t value;
};

static uint32_t *bucket_of(const struct br_interest *interest, enum br_ear ear, uint32_t value)
{
	uint64_t key = (uint64_t)ear << 32 | value;

	return &interest->bucket[key * UINT64_C(0x9e3779b97f4a7c15) >> 32 & interest->mask];
}

void br_interest_reset(struct br_interest *interest)
{
	free(interest->entry);
	free(interest->bucket);
	br_hearsay_reset(&interest->hearsay);
	*interest = (struct br_interest){.entry = NULL};
}

static void link_entry(struct br_interest *interest, uint32_t handle)
{
	struct br_interest_entry *entry = &interest->entry[handle - 1];
	uint32_t *bucket = bucket_of(interest, entry->ear, entry->value);

	entry->previous = 0;
	entry->next = *bucket;
	if (*bucket > 0)
		interest->entry[*bucket - 1].previous = handle;
	*bucket = handle;
}

/* Only when every entry is in use, so that all of them are hung up again. */
static bool grow(struct br_interest *interest)
{
	uint32_t room = interest->room > 0 ? interest->room * 2 : ROOM_FIRST;
	struct br_interest_entry *entry;
	uint32_t *bucket;

	if (room < interest->room)
		return false;
	entry = realloc(interest->entry, room * sizeof(*entry));
	if (!entry)
		return false;
	interest->entry = entry;
	bucket = calloc(room, sizeof(*bucket));
	if (!bucket)
		return false;
	free(interest->bucket);
	interest->bucket = bucket;
	interest->room = room;
	interest->mask = room - 1;
	for (uint32_t handle = 1; handle <= interest->entries; handle++)
		link_entry(interest, handle);
	return true;
}

uint32_t br_interest_add(struct br_interest *interest, uint32_t slot, enum br_ear ear,
                         uint32_t value)
{
	uint32_t handle = interest->free;

	if (handle == 0 && interest->entries == interest->room && !grow(interest)) {
		interest->incomplete = true;
		return 0;
	}
	if (handle > 0)
		interest->free = interest->entry[handle - 1].next;
	else
		handle = ++interest->entries;
	interest->entry[handle - 1] =
		(struct br_interest_entry){.value = value, .slot = slot, .ear = ear};
	link_entry(interest, handle);
	interest->added++;
	return handle;
}

uint32_t br_interest_believe(struct br_interest *interest, uint32_t slot, uint32_t address,
                             const uint8_t mac[6], uint16_t vlan)
{
	uint32_t claim = br_hearsay_believe(&interest->hearsay, address, mac, vlan);
	uint32_t handle = claim > 0 ? br_interest_add(interest, slot, BR_EAR_BELIEF, claim) : 0;

	if (handle == 0) {
		interest->incomplete = true;
		if (claim > 0)
			br_hearsay_doubt(&interest->hearsay, claim);
	}
	return handle;
}

void br_interest_remove(struct br_interest *interest, uint32_t handle)
{
	if (handle == 0)
		return;
	assert(handle <= interest->entries);

	struct br_interest_entry *entry = &interest->entry[handle - 1];

	if (entry->ear == BR_EAR_BELIEF)
		br_hearsay_doubt(&interest->hearsay, entry->value);
	if (entry->previous > 0)
		interest->entry[entry->previous - 1].next = entry->next;
	else
		*bucket_of(interest, entry->ear, entry->value) = entry->next;
	if (entry->next > 0)
		interest->entry[entry->next - 1].previous = entry->previous;
	entry->next = interest->free;
	interest->free = handle;
}

void br_interest_heard(struct br_interest *interest, const struct br_topic *topic, uint32_t slot,
                       br_time now)
{
	br_hearsay_heard(&interest->hearsay, topic, slot, now);
}

br_time br_interest_confirmed(const struct br_interest *interest, uint32_t handle)
{
	const struct br_interest_entry *entry = handle > 0 ? &interest->entry[handle - 1] : NULL;

	return entry && entry->ear == BR_EAR_BELIEF
	               ? br_hearsay_last(&interest->hearsay, entry->value, entry->slot)
	               : 0;
}

/* DHCP's two, RFC 2131 §4.1: what else is broadcast is rare, and everybody looks at it. */
static bool has_ears(uint16_t port)
{
	return port == BR_DHCP_PORT_SERVER || port == BR_DHCP_PORT_CLIENT;
}

/* The ears that @topic is for; 0: anybody's. */
static size_t keys_of(const struct br_topic *topic, struct interest_key key[EARS_MAX])
{
	size_t count = 0;

	key[count++] = (struct interest_key){.ear = BR_EAR_ALL};
	switch (topic->kind) {
	case BR_TOPIC_ARP:
		key[count++] = (struct interest_key){BR_EAR_ADDRESS, topic->sender};
		if (topic->target != topic->sender)
			key[count++] = (struct interest_key){BR_EAR_ADDRESS, topic->target};
		key[count++] = (struct interest_key){BR_EAR_NEIGHBOUR, topic->sender};
		return count;
	case BR_TOPIC_UDP:
		if (!has_ears(topic->port) ||
		    (topic->port == BR_DHCP_PORT_CLIENT && !topic->has_xid))
			return 0;
		key[count++] = (struct interest_key){BR_EAR_PORT, topic->port};
		if (topic->has_xid)
			key[count++] = (struct interest_key){BR_EAR_XID, topic->xid};
		return count;
	case BR_TOPIC_OTHER:
		break;
	}
	return 0;
}

static bool put(struct br_audience *audience, uint32_t slot)
{
	if (audience->count == audience->room) {
		uint32_t room = audience->room > 0 ? audience->room * 2 : ROOM_FIRST;
		uint32_t *bigger = realloc(audience->slot, room * sizeof(*bigger));

		if (!bigger)
			return false;
		audience->slot = bigger;
		audience->room = room;
	}
	audience->slot[audience->count++] = slot;
	return true;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* In order, and without those that two ears have named. */
static void settle(struct br_audience *audience)
{
	uint32_t count = 0;

	if (audience->count < 2)
		return;
	qsort(audience->slot, audience->count, sizeof(audience->slot[0]), compare);
	for (uint32_t i = 0; i < audience->count; i++) {
		if (i == 0 || audience->slot[i] != audience->slot[i - 1])
			audience->slot[count++] = audience->slot[i];
	}
	audience->count = count;
}

/* All with one key. */
static bool put_ears(const struct br_interest *interest, enum br_ear ear, uint32_t value,
                     uint32_t first, struct br_audience *audience)
{
	uint32_t at = *bucket_of(interest, ear, value);

	while (at > 0) {
		const struct br_interest_entry *entry = &interest->entry[at - 1];

		if (entry->ear == ear && entry->value == value && entry->slot >= first &&
		    !put(audience, entry->slot))
			return false;
		at = entry->next;
	}
	return true;
}

/* Those who know the sender otherwise. */
static bool put_surprised(const struct br_interest *interest, const struct br_topic *topic,
                          uint32_t first, struct br_audience *audience)
{
	const struct br_hearsay *hearsay = &interest->hearsay;
	uint32_t claim = br_hearsay_about(hearsay, topic->sender, 0);

	for (; claim > 0; claim = br_hearsay_about(hearsay, topic->sender, claim)) {
		if (!br_hearsay_is(hearsay, claim, topic) &&
		    !put_ears(interest, BR_EAR_BELIEF, claim, first, audience))
			return false;
	}
	return true;
}

bool br_interest_find(const struct br_interest *interest, const struct br_topic *topic,
                      uint32_t first, struct br_audience *audience)
{
	struct interest_key key[EARS_MAX];
	size_t keys = keys_of(topic, key);

	audience->count = 0;
	if (keys == 0 || interest->incomplete)
		return false;
	for (size_t i = 0; i < keys && interest->entries > 0; i++) {
		if (!put_ears(interest, key[i].ear, key[i].value, first, audience))
			return false;
	}
	if (topic->kind == BR_TOPIC_ARP && !put_surprised(interest, topic, first, audience))
		return false;
	settle(audience);
	return true;
}
