/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/tftp/tftp_table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	TABLE_PURPOSE = 0x54494473, /* "TIDs": which transfer ID comes next */
};

static int allocate(struct br_tftp_table *table, uint32_t max, uint32_t pool_size)
{
	uint32_t buckets = 1;

	while (buckets < max && buckets < UINT32_C(1) << 31)
		buckets *= 2;
	table->bucket_mask = buckets - 1;
	table->transfer = calloc(max, sizeof(table->transfer[0]));
	table->bucket = calloc(buckets, sizeof(table->bucket[0]));
	table->pool = calloc((size_t)pool_size + 1, sizeof(table->pool[0]));
	table->by_port = calloc((size_t)pool_size + 1, sizeof(table->by_port[0]));
	if (!table->transfer || !table->bucket || !table->pool || !table->by_port)
		return -ENOMEM;
	return br_timers_init(&table->timers, max);
}

int br_tftp_table_init(struct br_tftp_table *table, uint32_t max, uint16_t port_min,
                       uint16_t port_max, uint64_t seed)
{
	uint32_t pool_size = port_min <= port_max ? (uint32_t)port_max - port_min + 1 : 0;

	*table = (struct br_tftp_table){
		.max = max,
		.pool_size = pool_size,
		.port_min = port_min,
		.prng = br_prng_of(seed, TABLE_PURPOSE),
	};
	if (allocate(table, max, pool_size) < 0) {
		br_tftp_table_fini(table);
		return -ENOMEM;
	}
	for (size_t order = 0; order < BR_TFTP_ORDERS; order++)
		table->first[order] = table->last[order] = BR_TFTP_NONE;
	table->hash_key = br_prng_next(&table->prng) | 1;
	for (uint32_t i = 0; i < max; i++)
		table->transfer[i].hash_next = i + 1 < max ? i + 1 : BR_TFTP_NONE;
	for (uint32_t i = 0; i <= table->bucket_mask; i++)
		table->bucket[i] = BR_TFTP_NONE;
	for (uint32_t i = 0; i < pool_size; i++) {
		table->pool[i] = (uint16_t)(port_min + i);
		table->by_port[i] = BR_TFTP_NONE;
	}
	return 0;
}

void br_tftp_table_fini(struct br_tftp_table *table)
{
	free(table->transfer);
	free(table->bucket);
	free(table->pool);
	free(table->by_port);
	br_timers_fini(&table->timers);
	*table = (struct br_tftp_table){0};
}

uint32_t br_tftp_table_number(const struct br_tftp_table *table,
                              const struct br_tftp_transfer *transfer)
{
	return (uint32_t)(transfer - table->transfer);
}

/* Multiplicative hashing under a key of the seed, so that nobody can aim at a chain. */
static uint32_t *bucket_of(const struct br_tftp_table *table, uint32_t link,
                           const struct br_endpoint *remote)
{
	uint64_t high, low, hash;

	memcpy(&high, remote->ip, sizeof(high));
	memcpy(&low, remote->ip + sizeof(high), sizeof(low));
	hash = (high ^ table->hash_key) * UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash ^ hash >> 32 ^ low) * UINT64_C(0xbf58476d1ce4e5b9);
	hash = (hash ^ hash >> 32 ^ remote->port ^ (uint64_t)link << 16) * table->hash_key;
	return &table->bucket[(hash >> 32 ^ hash >> 16) & table->bucket_mask];
}

void br_tftp_table_put(struct br_tftp_table *table, struct br_tftp_transfer *transfer,
                       enum br_tftp_order order)
{
	uint32_t number = br_tftp_table_number(table, transfer);
	uint32_t last = table->last[order];

	if (transfer->place[order].taken)
		return;
	transfer->place[order] =
		(struct br_tftp_place){.previous = last, .next = BR_TFTP_NONE, .taken = true};
	if (last == BR_TFTP_NONE)
		table->first[order] = number;
	else
		table->transfer[last].place[order].next = number;
	table->last[order] = number;
}

void br_tftp_table_drop(struct br_tftp_table *table, struct br_tftp_transfer *transfer,
                        enum br_tftp_order order)
{
	struct br_tftp_place *place = &transfer->place[order];

	if (!place->taken)
		return;
	if (place->previous == BR_TFTP_NONE)
		table->first[order] = place->next;
	else
		table->transfer[place->previous].place[order].next = place->next;
	if (place->next == BR_TFTP_NONE)
		table->last[order] = place->previous;
	else
		table->transfer[place->next].place[order].previous = place->previous;
	place->taken = false;
}

struct br_tftp_transfer *br_tftp_table_first(const struct br_tftp_table *table,
                                             enum br_tftp_order order)
{
	uint32_t number = table->first[order];

	return number == BR_TFTP_NONE ? NULL : &table->transfer[number];
}

static void take_port(struct br_tftp_table *table, struct br_tftp_transfer *transfer)
{
	uint32_t place = table->pool_used;
	uint32_t drawn = place + (uint32_t)br_prng_below(&table->prng, table->pool_size - place);
	uint16_t port = table->pool[drawn];

	table->pool[drawn] = table->pool[place];
	table->pool[place] = port;
	table->pool_used++;
	transfer->pool_place = place;
	transfer->local.port = port;
	table->by_port[port - table->port_min] = br_tftp_table_number(table, transfer);
}

static void give_port_back(struct br_tftp_table *table, struct br_tftp_transfer *transfer)
{
	uint32_t place = transfer->pool_place;
	uint16_t port = table->pool[place];
	uint16_t moved = table->pool[--table->pool_used];

	table->pool[place] = moved;
	table->pool[table->pool_used] = port;
	table->transfer[table->by_port[moved - table->port_min]].pool_place = place;
	table->by_port[port - table->port_min] = BR_TFTP_NONE;
}

struct br_tftp_transfer *br_tftp_table_add(struct br_tftp_table *table, uint32_t link,
                                           const struct br_endpoint *remote,
                                           const struct br_endpoint *local)
{
	uint32_t number = table->free;
	uint32_t *bucket = bucket_of(table, link, remote);
	struct br_tftp_transfer *transfer;

	if (number == BR_TFTP_NONE ||
	    (table->pool_size > 0 && table->pool_used == table->pool_size))
		return NULL;
	transfer = &table->transfer[number];
	table->free = transfer->hash_next;
	*transfer = (struct br_tftp_transfer){
		.remote = *remote,
		.local = *local,
		.link = link,
		.file = -1,
		.hash_next = *bucket,
	};
	*bucket = number;
	if (table->pool_size > 0)
		take_port(table, transfer);
	br_tftp_table_put(table, transfer, BR_TFTP_UNHEARD);
	return transfer;
}

void br_tftp_table_remove(struct br_tftp_table *table, struct br_tftp_transfer *transfer)
{
	uint32_t number = br_tftp_table_number(table, transfer);
	uint32_t *at = bucket_of(table, transfer->link, &transfer->remote);

	while (*at != number) {
		assert(*at != BR_TFTP_NONE);
		at = &table->transfer[*at].hash_next;
	}
	*at = transfer->hash_next;
	for (size_t order = 0; order < BR_TFTP_ORDERS; order++)
		br_tftp_table_drop(table, transfer, (enum br_tftp_order)order);
	br_timers_clear(&table->timers, number);
	if (table->pool_size > 0)
		give_port_back(table, transfer);
	transfer->state = BR_TFTP_FREE;
	transfer->hash_next = table->free;
	table->free = number;
}

struct br_tftp_transfer *br_tftp_table_of_client(const struct br_tftp_table *table, uint32_t link,
                                                 const struct br_endpoint *remote)
{
	struct br_tftp_transfer *lingering = NULL;

	for (uint32_t n = *bucket_of(table, link, remote); n != BR_TFTP_NONE;
	     n = table->transfer[n].hash_next) {
		struct br_tftp_transfer *transfer = &table->transfer[n];

		if (transfer->link != link || !br_endpoint_equal(&transfer->remote, remote))
			continue;
		if (transfer->state != BR_TFTP_LINGERING)
			return transfer;
		if (!lingering)
			lingering = transfer;
	}
	return lingering;
}

struct br_tftp_transfer *br_tftp_table_of_port(const struct br_tftp_table *table, uint16_t port)
{
	uint32_t number;

	if (port < table->port_min || (uint32_t)port - table->port_min >= table->pool_size)
		return NULL;
	number = table->by_port[port - table->port_min];
	return number == BR_TFTP_NONE ? NULL : &table->transfer[number];
}

uint16_t br_tftp_table_spare_port(struct br_tftp_table *table)
{
	uint32_t spare = table->pool_size - table->pool_used;

	if (spare == 0)
		return 0;
	return table->pool[table->pool_used + (uint32_t)br_prng_below(&table->prng, spare)];
}
