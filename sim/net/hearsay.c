/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/hearsay.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROOM_FIRST = 16,
};

void br_hearsay_reset(struct br_hearsay *hearsay)
{
	free(hearsay->claim);
	free(hearsay->bucket);
	*hearsay = (struct br_hearsay){.claim = NULL};
}

static uint32_t *bucket_of(const struct br_hearsay *hearsay, uint32_t address)
{
	return &hearsay->bucket[(address * UINT32_C(0x9e3779b1) >> 12) & hearsay->mask];
}

static struct br_claim *claim_of(const struct br_hearsay *hearsay, uint32_t number)
{
	assert(number > 0 && number <= hearsay->claims);
	return &hearsay->claim[number - 1];
}

static void link_claim(struct br_hearsay *hearsay, uint32_t number)
{
	struct br_claim *claim = claim_of(hearsay, number);
	uint32_t *bucket = bucket_of(hearsay, claim->address);

	claim->next = *bucket;
	*bucket = number;
}

/* Only when every place is taken, so that all claims are hung up again. */
static bool grow(struct br_hearsay *hearsay)
{
	uint32_t room = hearsay->room > 0 ? hearsay->room * 2 : ROOM_FIRST;
	struct br_claim *claim;
	uint32_t *bucket;

	if (room < hearsay->room)
		return false;
	claim = realloc(hearsay->claim, room * sizeof(*claim));
	if (!claim)
		return false;
	hearsay->claim = claim;
	bucket = calloc(room, sizeof(*bucket));
	if (!bucket)
		return false;
	free(hearsay->bucket);
	hearsay->bucket = bucket;
	hearsay->room = room;
	hearsay->mask = room - 1;
	for (uint32_t number = 1; number <= hearsay->claims; number++)
		link_claim(hearsay, number);
	return true;
}

uint32_t br_hearsay_about(const struct br_hearsay *hearsay, uint32_t address, uint32_t number)
{
	if (hearsay->claims == 0)
		return 0;
	number = number > 0 ? claim_of(hearsay, number)->next : *bucket_of(hearsay, address);
	while (number > 0 && claim_of(hearsay, number)->address != address)
		number = claim_of(hearsay, number)->next;
	return number;
}

static uint32_t find(const struct br_hearsay *hearsay, uint32_t address, const uint8_t mac[6],
                     uint16_t vlan)
{
	uint32_t number = br_hearsay_about(hearsay, address, 0);

	while (number > 0) {
		const struct br_claim *claim = claim_of(hearsay, number);

		if (claim->vlan == vlan && memcmp(claim->mac, mac, sizeof(claim->mac)) == 0)
			break;
		number = br_hearsay_about(hearsay, address, number);
	}
	return number;
}

uint32_t br_hearsay_believe(struct br_hearsay *hearsay, uint32_t address, const uint8_t mac[6],
                            uint16_t vlan)
{
	uint32_t number = find(hearsay, address, mac, vlan);

	if (number == 0) {
		if (hearsay->free == 0 && hearsay->claims == hearsay->room && !grow(hearsay))
			return 0;
		number = hearsay->free > 0 ? hearsay->free : ++hearsay->claims;
		if (hearsay->free > 0)
			hearsay->free = claim_of(hearsay, number)->next;
		*claim_of(hearsay, number) = (struct br_claim){.address = address, .vlan = vlan};
		memcpy(claim_of(hearsay, number)->mac, mac, 6);
		link_claim(hearsay, number);
	}
	claim_of(hearsay, number)->believers++;
	return number;
}

void br_hearsay_doubt(struct br_hearsay *hearsay, uint32_t number)
{
	struct br_claim *claim = claim_of(hearsay, number);
	uint32_t *link = bucket_of(hearsay, claim->address);

	assert(claim->believers > 0);
	if (--claim->believers > 0)
		return;
	while (*link != number)
		link = &claim_of(hearsay, *link)->next;
	*link = claim->next;
	claim->next = hearsay->free;
	hearsay->free = number;
}

bool br_hearsay_is(const struct br_hearsay *hearsay, uint32_t number, const struct br_topic *topic)
{
	const struct br_claim *claim = claim_of(hearsay, number);

	return topic->is_claim && claim->address == topic->sender && claim->vlan == topic->vlan &&
	       memcmp(claim->mac, topic->mac, sizeof(claim->mac)) == 0;
}

void br_hearsay_heard(struct br_hearsay *hearsay, const struct br_topic *topic, uint32_t slot,
                      br_time now)
{
	uint32_t number =
		topic->is_claim ? find(hearsay, topic->sender, topic->mac, topic->vlan) : 0;
	struct br_claim *claim;

	if (number == 0)
		return;
	claim = claim_of(hearsay, number);
	if (claim->from != slot) {
		claim->heard_before = claim->heard;
		claim->from = slot;
	}
	claim->heard = now;
}

br_time br_hearsay_last(const struct br_hearsay *hearsay, uint32_t number, uint32_t slot)
{
	const struct br_claim *claim = claim_of(hearsay, number);

	return claim->from != slot ? claim->heard : claim->heard_before;
}
