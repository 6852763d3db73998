/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/clock.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

int br_clock_init(struct br_clock *clock, size_t timers)
{
	size_t room = timers > 0 ? timers : 1;
	struct br_clock_entry *queue = calloc(room + 1, sizeof(*queue));

	if (!queue)
		return -ENOMEM;
	*clock = (struct br_clock){.queue = queue, .room = room};
	return 0;
}

void br_clock_reset(struct br_clock *clock)
{
	for (size_t i = 1; i <= clock->count; i++)
		clock->queue[i].timer->place = 0;
	free(clock->queue);
	*clock = (struct br_clock){.now = clock->now};
}

static bool before(const struct br_clock_entry *a, const struct br_clock_entry *b)
{
	return a->at != b->at ? a->at < b->at : a->sequence < b->sequence;
}

static void put_at(struct br_clock *clock, size_t place, struct br_clock_entry entry)
{
	clock->queue[place] = entry;
	entry.timer->place = place;
}

/* Let @entry rise from the hole at @place, or sink, until the heap is one again. */
static void settle(struct br_clock *clock, size_t place, struct br_clock_entry entry)
{
	struct br_clock_entry *queue = clock->queue;

	while (place > 1 && before(&entry, &queue[place / 2])) {
		put_at(clock, place, queue[place / 2]);
		place /= 2;
	}
	for (;;) {
		size_t child = 2 * place;

		if (child > clock->count)
			break;
		if (child < clock->count && before(&queue[child + 1], &queue[child]))
			child++;
		if (!before(&queue[child], &entry))
			break;
		put_at(clock, place, queue[child]);
		place = child;
	}
	put_at(clock, place, entry);
}

static void grow(struct br_clock *clock)
{
	size_t room = 2 * clock->room;
	struct br_clock_entry *queue = realloc(clock->queue, (room + 1) * sizeof(*queue));

	/* A timer that is lost would be a run that hangs: better none at all. */
	if (!queue)
		abort();
	clock->queue = queue;
	clock->room = room;
}

void br_clock_cancel(struct br_clock *clock, struct br_timer *timer)
{
	size_t place = timer->place;

	if (place == 0)
		return;
	assert(place <= clock->count);
	assert(clock->queue[place].timer == timer);
	timer->place = 0;

	struct br_clock_entry last = clock->queue[clock->count--];

	if (last.timer != timer)
		settle(clock, place, last);
}

uint64_t br_clock_turn(struct br_clock *clock)
{
	return ++clock->sequence;
}

void br_clock_set_turn(struct br_clock *clock, struct br_timer *timer, br_time at, uint64_t turn)
{
	size_t place = timer->place;

	if (place == 0) {
		if (clock->count == clock->room)
			grow(clock);
		place = ++clock->count;
	}
	timer->at = at < clock->now ? clock->now : at;
	timer->sequence = turn;
	settle(clock, place,
	       (struct br_clock_entry){.at = timer->at, .sequence = turn, .timer = timer});
}

void br_clock_set(struct br_clock *clock, struct br_timer *timer, br_time at)
{
	if (at == BR_TIME_NEVER)
		br_clock_cancel(clock, timer);
	else
		br_clock_set_turn(clock, timer, at, br_clock_turn(clock));
}

bool br_clock_is_first(const struct br_clock *clock, br_time at, uint64_t turn)
{
	struct br_clock_entry entry = {.at = at, .sequence = turn};

	return clock->count == 0 || before(&entry, &clock->queue[1]);
}

br_time br_clock_next(const struct br_clock *clock)
{
	return clock->count > 0 ? clock->queue[1].at : BR_TIME_NEVER;
}

bool br_clock_step(struct br_clock *clock, br_time until)
{
	if (clock->count == 0 || clock->queue[1].at > until)
		return false;

	struct br_timer *timer = clock->queue[1].timer;

	clock->now = clock->queue[1].at;
	br_clock_cancel(clock, timer);
	timer->fire(timer->context, clock->now);
	return true;
}

void br_clock_advance(struct br_clock *clock, br_time now)
{
	assert(now <= br_clock_next(clock));
	if (now > clock->now)
		clock->now = now;
}
