/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/timers.h"

#include <errno.h>
#include <stdlib.h>

struct br_timers_slot {
	br_time at; /* the deadline, or an earlier one it was put off from */
	uint32_t number;
};

int br_timers_init(struct br_timers *timers, size_t max)
{
	*timers = (struct br_timers){.max = max};
	timers->slot = calloc(max, sizeof(timers->slot[0]));
	timers->want = calloc(max, sizeof(timers->want[0]));
	timers->place = calloc(max, sizeof(timers->place[0]));
	if (!timers->slot || !timers->want || !timers->place) {
		br_timers_fini(timers);
		return -ENOMEM;
	}
	for (size_t i = 0; i < max; i++)
		timers->want[i] = BR_TIME_NEVER;
	return 0;
}

void br_timers_fini(struct br_timers *timers)
{
	free(timers->slot);
	free(timers->want);
	free(timers->place);
	*timers = (struct br_timers){0};
}

/* Equal times go by number, so that the order never depends on the heap's past. */
static bool before(const struct br_timers_slot *a, const struct br_timers_slot *b)
{
	return a->at != b->at ? a->at < b->at : a->number < b->number;
}

static void put_at(struct br_timers *timers, size_t index, struct br_timers_slot slot)
{
	timers->slot[index] = slot;
	timers->place[slot.number] = (uint32_t)index + 1;
}

/* Put @slot into the hole at @index, moving the hole to where it belongs. */
static void settle(struct br_timers *timers, size_t index, struct br_timers_slot slot)
{
	while (index > 0) {
		size_t parent = (index - 1) / 2;

		if (!before(&slot, &timers->slot[parent]))
			break;
		put_at(timers, index, timers->slot[parent]);
		index = parent;
	}
	for (;;) {
		size_t child = 2 * index + 1;

		if (child >= timers->count)
			break;
		if (child + 1 < timers->count &&
		    before(&timers->slot[child + 1], &timers->slot[child]))
			child++;
		if (!before(&timers->slot[child], &slot))
			break;
		put_at(timers, index, timers->slot[child]);
		index = child;
	}
	put_at(timers, index, slot);
}

static void take_out(struct br_timers *timers, size_t index)
{
	timers->place[timers->slot[index].number] = 0;
	timers->count--;
	if (index < timers->count)
		settle(timers, index, timers->slot[timers->count]);
}

void br_timers_set(struct br_timers *timers, uint32_t number, br_time at)
{
	size_t place = timers->place[number];
	struct br_timers_slot slot = {.at = at, .number = number};

	if (at == BR_TIME_NEVER) {
		br_timers_clear(timers, number);
		return;
	}
	timers->want[number] = at;
	if (place == 0) {
		timers->count++;
		settle(timers, timers->count - 1, slot);
	} else if (at < timers->slot[place - 1].at) {
		settle(timers, place - 1, slot);
	}
}

void br_timers_clear(struct br_timers *timers, uint32_t number)
{
	timers->want[number] = BR_TIME_NEVER;
	if (timers->place[number] > 0)
		take_out(timers, timers->place[number] - 1);
}

br_time br_timers_next(const struct br_timers *timers)
{
	return timers->count > 0 ? timers->slot[0].at : BR_TIME_NEVER;
}

bool br_timers_expire(struct br_timers *timers, br_time now, uint32_t *ret_number)
{
	while (timers->count > 0 && timers->slot[0].at <= now) {
		struct br_timers_slot first = timers->slot[0];

		if (timers->want[first.number] > now) {
			first.at = timers->want[first.number];
			settle(timers, 0, first);
			continue;
		}
		br_timers_clear(timers, first.number);
		*ret_number = first.number;
		return true;
	}
	return false;
}
