/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/lease.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"

static uint32_t address_bucket(const struct br_leases *leases, uint32_t address)
{
	return (address ^ address >> 16) & leases->mask;
}

static uint32_t key_bucket(const struct br_leases *leases, const uint8_t *key, size_t size)
{
	size_t own = size < leases->own_size ? size : leases->own_size;

	return (uint32_t)br_hash(0, key + own, size - own) & leases->mask;
}

int br_leases_init(struct br_leases *leases, uint32_t count_max, uint32_t own_size)
{
	uint32_t buckets = 16;

	while (buckets < count_max)
		buckets *= 2;
	*leases = (struct br_leases){
		.mask = buckets - 1, .count_max = count_max, .own_size = own_size};
	/* a place is written when it is first taken: empty_place() */
	leases->lease = malloc(count_max * sizeof(*leases->lease));
	leases->by_address = calloc(buckets, sizeof(*leases->by_address));
	leases->by_key = calloc(buckets, sizeof(*leases->by_key));
	if (!leases->lease || !leases->by_address || !leases->by_key) {
		br_leases_reset(leases);
		return -ENOMEM;
	}
	return 0;
}

void br_leases_reset(struct br_leases *leases)
{
	free(leases->lease);
	free(leases->by_address);
	free(leases->by_key);
	*leases = (struct br_leases){0};
}

struct br_lease *br_leases_by_address(const struct br_leases *leases, uint32_t address)
{
	uint32_t place = leases->by_address[address_bucket(leases, address)];

	while (place > 0 && leases->lease[place - 1].address != address)
		place = leases->lease[place - 1].next_by_address;
	return place > 0 ? &leases->lease[place - 1] : NULL;
}

static bool is_key(const struct br_lease *lease, struct br_octets key)
{
	return lease->key_size == key.size &&
	       (key.size == 0 || memcmp(lease->key, key.data, key.size) == 0);
}

bool br_lease_is_held(const struct br_lease *lease, br_time now)
{
	return lease->state != BR_LEASE_FREE && now < lease->until;
}

/* More is more useful: see br_leases_by_key(). */
static int usefulness(const struct br_lease *lease, br_time now)
{
	if (!br_lease_is_held(lease, now))
		return 1;
	switch (lease->state) {
	case BR_LEASE_BOUND:
		return 3;
	case BR_LEASE_OFFERED:
		return 2;
	case BR_LEASE_FREE:
	case BR_LEASE_DECLINED:
		break;
	}
	return 0;
}

struct br_lease *br_leases_by_key(const struct br_leases *leases, struct br_octets key,
                                  uint32_t network, uint32_t netmask, br_time now)
{
	struct br_lease *best = NULL;
	uint32_t place = leases->by_key[key_bucket(leases, key.data, key.size)];

	for (; place > 0; place = leases->lease[place - 1].next_by_key) {
		struct br_lease *lease = &leases->lease[place - 1];

		if (!is_key(lease, key) || (lease->address & netmask) != network ||
		    usefulness(lease, now) == 0)
			continue;
		/* of two it had, the one it had last */
		if (!best || usefulness(lease, now) > usefulness(best, now) ||
		    (usefulness(lease, now) == usefulness(best, now) && lease->until > best->until))
			best = lease;
	}
	return best;
}

struct br_lease *br_leases_next_of(const struct br_leases *leases, struct br_octets client,
                                   const struct br_lease *before)
{
	uint32_t place = before ? before->next_by_key
	                        : leases->by_key[(uint32_t)br_hash(0, client.data, client.size) &
	                                         leases->mask];

	for (; place > 0; place = leases->lease[place - 1].next_by_key) {
		struct br_lease *lease = &leases->lease[place - 1];

		if (lease->key_size == leases->own_size + client.size &&
		    memcmp(lease->key + leases->own_size, client.data, client.size) == 0)
			return lease;
	}
	return NULL;
}

static uint32_t place_of(const struct br_leases *leases, const struct br_lease *lease)
{
	return (uint32_t)(lease - leases->lease) + 1;
}

static void unlink_key(struct br_leases *leases, struct br_lease *lease)
{
	uint32_t *link = &leases->by_key[key_bucket(leases, lease->key, lease->key_size)];

	while (*link != place_of(leases, lease))
		link = &leases->lease[*link - 1].next_by_key;
	*link = lease->next_by_key;
}

static void unlink_address(struct br_leases *leases, struct br_lease *lease)
{
	uint32_t *link = &leases->by_address[address_bucket(leases, lease->address)];

	while (*link != place_of(leases, lease))
		link = &leases->lease[*link - 1].next_by_address;
	*link = lease->next_by_address;
}

static void link_key(struct br_leases *leases, struct br_lease *lease, struct br_octets key)
{
	uint32_t *link = &leases->by_key[key_bucket(leases, key.data, key.size)];

	lease->key_size = (uint8_t)key.size;
	memset(lease->key, 0, sizeof(lease->key));
	if (key.size > 0)
		memcpy(lease->key, key.data, key.size);
	lease->next_by_key = *link;
	*link = place_of(leases, lease);
}

static void link_address(struct br_leases *leases, struct br_lease *lease, uint32_t address)
{
	uint32_t *link = &leases->by_address[address_bucket(leases, address)];

	lease->address = address;
	lease->next_by_address = *link;
	*link = place_of(leases, lease);
}

/* A place that holds nothing, or nothing of use any more; NULL if all are held. */
static struct br_lease *empty_place(struct br_leases *leases, br_time now)
{
	struct br_lease *oldest = NULL;

	if (leases->count < leases->count_max) {
		leases->lease[leases->count] = (struct br_lease){0};
		return &leases->lease[leases->count++];
	}
	for (uint32_t i = 0; i < leases->count; i++) {
		struct br_lease *lease = &leases->lease[i];

		lease->run_end = 0; /* a record is about to go out of one */
		if (!br_lease_is_held(lease, now) && (!oldest || lease->until < oldest->until))
			oldest = lease;
	}
	if (!oldest)
		return NULL;
	unlink_key(leases, oldest);
	unlink_address(leases, oldest);
	*oldest = (struct br_lease){0};
	return oldest;
}

struct br_lease *br_leases_take(struct br_leases *leases, uint32_t address, struct br_octets key,
                                br_time now)
{
	struct br_lease *lease = br_leases_by_address(leases, address);

	assert(address != 0);
	assert(key.size <= BR_LEASE_KEY_MAX);
	if (lease && is_key(lease, key) && lease->state != BR_LEASE_DECLINED)
		return lease;
	if (lease) {
		if (br_lease_is_held(lease, now))
			return NULL;
		unlink_key(leases, lease);
		lease->state = BR_LEASE_FREE;
		link_key(leases, lease, key);
		return lease;
	}
	lease = empty_place(leases, now);
	if (!lease)
		return NULL;
	link_address(leases, lease, address);
	link_key(leases, lease, key);
	return lease;
}

/* The first address from @address up that has no record. Records lie in long runs when many
 * clients have come: the first of a run remembers how far it went, or every new client would
 * walk past all that came before.
 */
static uint64_t past_records(struct br_leases *leases, uint64_t address, uint32_t last)
{
	struct br_lease *first = NULL;

	while (address <= last) {
		struct br_lease *lease = br_leases_by_address(leases, (uint32_t)address);

		if (!lease)
			break;
		if (!first)
			first = lease;
		address = lease->run_end > address ? lease->run_end : address + 1;
	}
	if (first && address <= UINT32_MAX)
		first->run_end = (uint32_t)address;
	return address;
}

uint32_t br_leases_pick(struct br_leases *leases, uint32_t first, uint32_t last,
                        bool (*is_usable)(const void *context, uint32_t address),
                        const void *context, br_time now)
{
	const struct br_lease *oldest = NULL;
	uint64_t address = past_records(leases, first, last);

	while (address <= last) {
		if (is_usable(context, (uint32_t)address))
			return (uint32_t)address;
		address = past_records(leases, address + 1, last);
	}
	for (uint32_t i = 0; i < leases->count; i++) {
		const struct br_lease *lease = &leases->lease[i];

		if (lease->address < first || lease->address > last ||
		    br_lease_is_held(lease, now) || !is_usable(context, lease->address))
			continue;
		if (!oldest || lease->until < oldest->until)
			oldest = lease;
	}
	return oldest ? oldest->address : 0;
}

struct br_lease *br_leases_oldest_offer(const struct br_leases *leases, uint32_t first,
                                        uint32_t last, br_time until)
{
	struct br_lease *oldest = NULL;

	for (uint32_t i = 0; i < leases->count; i++) {
		struct br_lease *lease = &leases->lease[i];

		if (lease->state == BR_LEASE_OFFERED && lease->address >= first &&
		    lease->address <= last && lease->until <= until &&
		    (!oldest || lease->until < oldest->until))
			oldest = lease;
	}
	return oldest;
}
