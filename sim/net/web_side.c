/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/web_side.c - the connections of a cache, by the numbers of their streams */
#include <stdlib.h>
#include <string.h>

#include "sim/net/web_cache_inside.h"

struct br_web_side *br_web_side_of(const struct br_web_cache *c, uint32_t stream)
{
	return stream < c->sides ? c->side[stream] : NULL;
}

struct br_web_side *br_web_side_new(struct br_web_cache *c, uint32_t stream,
                                    enum br_web_side_kind kind)
{
	struct br_web_side *side = stream < c->sides ? calloc(1, sizeof(*side)) : NULL;

	if (!side)
		return NULL;
	side->kind = kind;
	side->object = OBJECTS;
	c->side[stream] = side;
	return side;
}

void br_web_side_drop(struct br_web_cache *c, uint32_t stream)
{
	br_clock_set(c->clock, &c->side[stream]->late, BR_TIME_NEVER);
	br_web_object_let_go(c, &c->side[stream]->object);
	free(c->side[stream]->waiting.octets);
	free(c->side[stream]);
	c->side[stream] = NULL;
}

void br_web_side_cut_off(struct br_web_cache *c, uint32_t stream)
{
	br_host_stream_reset(c->host, stream);
	br_web_side_drop(c, stream);
}

bool br_web_side_write(struct br_web_cache *c, uint32_t stream, struct br_octets octets,
                       size_t *ret_taken)
{
	int taken = octets.size > 0 ? br_host_stream_write(c->host, stream, octets) : 0;

	*ret_taken = taken > 0 ? (size_t)taken : 0;
	return *ret_taken == octets.size;
}

bool br_web_waiting_add(struct br_web_waiting *w, struct br_octets octets)
{
	uint8_t *more;

	if (octets.size == 0)
		return true;
	if (w->at > 0) {
		memmove(w->octets, w->octets + w->at, w->size - w->at);
		w->size -= w->at;
		w->at = 0;
	}
	more = realloc(w->octets, w->size + octets.size);
	if (!more)
		return false;
	memcpy(more + w->size, octets.data, octets.size);
	w->octets = more;
	w->size += octets.size;
	return true;
}

struct br_octets br_web_waiting_left(const struct br_web_waiting *w)
{
	if (w->at == w->size)
		return (struct br_octets){.size = 0};
	return (struct br_octets){w->octets + w->at, w->size - w->at};
}
