/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/runner.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	REAL_BOUNDS = 10,     /* in real time bounds are so many times what lines say */
	REAL_BOUND_MIN_S = 2, /* and at least this: a busy machine takes its time */
	/* a machine that sends nothing and says nothing for so long; EDK2 waits 32 s for offers at
	 * most, by its own clock, which a busy machine stretches
	 */
	HUNG_S = 60,
};

bool br_runner_failed(const struct br_runner *r)
{
	return r->result->failure.kind != BR_FAILURE_NONE;
}

bool br_runner_fail(struct br_runner *r, enum br_failure_kind kind, const struct br_item *item,
                    const char *format, ...)
{
	struct br_failure *f = &r->result->failure;
	va_list args;

	if (br_runner_failed(r))
		return false;
	f->kind = kind;
	f->item = item;
	f->label = r->label;
	f->at = r->stage ? r->stage->world->clock.now : 0;
	va_start(args, format);
	vsnprintf(f->why, sizeof(f->why), format, args);
	va_end(args);
	return false;
}

struct br_waiting *br_runner_head(struct br_runner *r)
{
	return r->count > 0 ? &r->queue[r->first] : NULL;
}

void br_runner_pop(struct br_runner *r)
{
	assert(r->count > 0);
	br_seen_drop(&r->queue[r->first].seen);
	r->first = (r->first + 1) % BR_RUNNER_QUEUE_MAX;
	r->count--;
}

void br_runner_unexpected(struct br_runner *r)
{
	const struct br_item *item = r->pc < r->script->items ? &r->script->item[r->pc] : NULL;

	if (br_runner_failed(r))
		return;
	br_runner_fail(r, BR_FAILURE_UNEXPECTED, item,
	               "the server sent a packet that no line expects");
	br_runner_show_got(r, &br_runner_head(r)->seen);
}

br_time br_runner_bound(const struct br_runner *r, br_time bound)
{
	if (!r->stage->world->loop)
		return bound;
	bound *= REAL_BOUNDS;
	return bound < REAL_BOUND_MIN_S * BR_S ? REAL_BOUND_MIN_S * BR_S : bound;
}

struct br_guest *br_runner_guest(const struct br_runner *r, int node)
{
	return node >= 0 ? r->stage->world->node[node].guest : NULL;
}

static bool has_a_file(const struct br_runner *r, size_t node)
{
	const struct br_received *received = &r->stage->received;

	for (size_t i = 0; i < received->receipts; i++) {
		if (received->receipt[i].node == node && received->receipt[i].whole)
			return true;
	}
	return false;
}

const char *br_runner_guest_outcome(const struct br_runner *r, size_t node)
{
	struct br_guest *guest = r->stage->world->node[node].guest;

	if (has_a_file(r, node))
		return "booted";
	switch (br_guest_state(guest)) {
	case BR_GUEST_LOADED:
		return "booted";
	case BR_GUEST_CRASHED:
		return "crashed";
	case BR_GUEST_FAILED:
		return "failed";
	case BR_GUEST_ENDED:
	case BR_GUEST_OFF:
		return "off";
	case BR_GUEST_RUNNING:
		break;
	}
	if (br_guest_silent_since(guest) + HUNG_S * BR_S < r->stage->world->clock.now)
		return "hung";
	return "running";
}

bool br_runner_guest_is_over(const struct br_runner *r, size_t node)
{
	return strcmp(br_runner_guest_outcome(r, node), "running") != 0;
}
