/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_SIZE = 16384
};

struct chunk {
	struct chunk *next;
	size_t used, size;
	alignas(max_align_t) uint8_t octet[];
};

struct br_arena {
	struct chunk *chunk;
};

static void *or_die(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

struct br_arena *br_arena_new(void)
{
	return or_die(calloc(1, sizeof(struct br_arena)));
}

struct br_arena *br_arena_free(struct br_arena *arena)
{
	struct chunk *next;

	if (!arena)
		return NULL;
	for (struct chunk *c = arena->chunk; c; c = next) {
		next = c->next;
		free(c);
	}
	free(arena);
	return NULL;
}

void *br_arena_take(struct br_arena *arena, size_t size)
{
	size_t whole = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct chunk *c = arena->chunk;
	void *taken;

	if (!c || c->size - c->used < whole) {
		size_t room = whole > CHUNK_SIZE ? whole : CHUNK_SIZE;

		c = or_die(calloc(1, sizeof(*c) + room));
		c->size = room;
		c->next = arena->chunk;
		arena->chunk = c;
	}
	taken = c->octet + c->used;
	c->used += whole;
	return taken;
}

char *br_arena_text(struct br_arena *arena, const char *text, size_t size)
{
	char *copy = br_arena_take(arena, size + 1);

	if (size > 0)
		memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

void *br_arena_grow(struct br_arena *arena, void *array, size_t count, size_t element_size)
{
	void *larger;

	if (count > 0 && (count & (count - 1)) != 0)
		return array; /* between two powers of two there is room */
	larger = br_arena_take(arena, (count > 0 ? 2 * count : 1) * element_size);
	if (count > 0)
		memcpy(larger, array, count * element_size);
	return larger;
}
