/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/talk/quiet.h"

static bool is_before(const struct talk_waiting *a, const struct talk_waiting *b)
{
	return a->last < b->last || (a->last == b->last && a->client->number < b->client->number);
}

static void sift_up(struct talk_waiting *heap, size_t at)
{
	while (at > 0 && is_before(&heap[at], &heap[(at - 1) / 2])) {
		struct talk_waiting w = heap[at];

		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
		heap[at] = w;
	}
}

static void sift_down(struct talk_waiting *heap, size_t count, size_t at)
{
	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
			if (is_before(&heap[child], &heap[least]))
				least = child;
		}
		if (least == at)
			return;
		struct talk_waiting w = heap[at];

		heap[at] = heap[least];
		heap[least] = w;
		at = least;
	}
}

void talk_quiet_add(struct br_talk *talk, struct br_talk_client *client)
{
	talk->quiet[talk->clients] = (struct talk_waiting){client->last, client};
	sift_up(talk->quiet, talk->clients++);
}

/* Bring the client that was quiet longest to the top of the first @count. */
static void settle(struct talk_waiting *heap, size_t count)
{
	while (count > 0 && heap[0].last < heap[0].client->last) {
		heap[0].last = heap[0].client->last;
		sift_down(heap, count, 0);
	}
}

struct br_talk_client *talk_quiet_take(struct br_talk *talk, const struct br_talk_client *keep)
{
	struct talk_waiting *heap = talk->quiet, kept;
	size_t count = talk->clients;

	settle(heap, count);
	if (count == 0 || (count == 1 && heap[0].client == keep))
		return NULL;
	kept = heap[0];
	heap[0] = heap[--count];
	sift_down(heap, count, 0);
	if (kept.client != keep)
		return kept.client;
	settle(heap, count);
	struct br_talk_client *client = heap[0].client;

	heap[0] = kept;
	sift_down(heap, count, 0);
	return client;
}
