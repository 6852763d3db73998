/* SPDX-License-Identifier: BSD-2-Clause */
/* A stream of arbitrary octets, cut arbitrarily, with arbitrary credit: the service never
 * gives out more than it may, keeps no file open behind the stream, and its answers start
 * as responses do. The first octet seeds the cuts.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "core/http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t content[3000] = "content";

static int file_open(void *context, const char *path, struct br_file_info *ret_info)
{
	int *open_files = context;

	assert(path[0] != 0 && path[0] != '/');
	if (path[0] == 'e')
		return -EAGAIN;
	if (path[0] != 'f')
		return -ENOENT;
	*ret_info = (struct br_file_info){.size = sizeof(content), .mtime_s = 1000};
	(*open_files)++;
	return 0;
}

static int file_read(void *context, int file, uint64_t offset, uint8_t *target, size_t size)
{
	(void)context;
	(void)file;
	if (offset >= sizeof(content))
		return 0;
	if (size > sizeof(content) - offset)
		size = sizeof(content) - (size_t)offset;
	memcpy(target, content + offset, size);
	return (int)size;
}

static void file_close(void *context, int file)
{
	int *open_files = context;

	(void)file;
	(*open_files)--;
	assert(*open_files >= 0);
}

/* What goes out, checked against the credit; adds to it. Return: the stream lives on */
static bool drain(struct br_http *http, struct br_outbox *outbox, uint32_t *credit,
                  uint64_t *out_size)
{
	struct br_action action;
	bool alive = true;

	br_outbox_reset(outbox);
	while (br_http_output(http, &action)) {
		size_t size = action.payload.size + action.body.size;

		alive = alive && action.kind != BR_ACTION_STREAM_RESET;
		if (action.kind != BR_ACTION_STREAM_DATA)
			continue;
		assert(size > 0 && size <= *credit);
		if (*out_size == 0)
			assert(action.payload.size > 0 && action.payload.data[0] == 'H');
		*credit -= (uint32_t)size;
		*out_size += size;
	}
	return alive;
}

static void play(struct br_http *http, struct br_outbox *outbox, const uint8_t *data, size_t size)
{
	struct br_prng prng = br_prng_of(data[0], 1);
	struct br_event event = {.kind = BR_EVENT_STREAM_OPEN, .credit = 500};
	struct br_reader r = br_reader_of(data + 1, size - 1);
	uint32_t credit = event.credit;
	uint64_t out_size = 0;
	br_time now = 0;
	bool alive = true;

	br_http_input(http, &event, now);
	while (alive && br_left(&r) > 0) {
		size_t piece = (size_t)br_prng_below(&prng, 40) + 1;

		if (piece > br_left(&r))
			piece = br_left(&r);
		event = (struct br_event){.kind = BR_EVENT_STREAM_DATA, .payload = {r.pos, piece}};
		(void)br_get_sub(&r, piece);
		br_http_input(http, &event, now);
		alive = drain(http, outbox, &credit, &out_size);
		if (alive && br_prng_below(&prng, 3) == 0) {
			credit = (uint32_t)br_prng_below(&prng, 2000);
			event = (struct br_event){.kind = BR_EVENT_STREAM_CREDIT, .credit = credit};
			br_http_input(http, &event, now);
			alive = drain(http, outbox, &credit, &out_size);
		}
		now += br_prng_below(&prng, 10 * BR_MS);
	}
	while (br_http_deadline(http) != BR_TIME_NEVER) { /* it ends by itself */
		now = br_http_deadline(http) > now ? br_http_deadline(http) : now;
		br_http_expire(http, now);
		(void)drain(http, outbox, &credit, &out_size);
	}
	assert(br_http_open_streams(http) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct br_outbox outbox;
	struct br_config config = {.streams_max = 1, .request_size_max = 512, .idle_ms = 1000};
	struct br_metrics metrics = {0};
	int open_files = 0;
	const struct br_files files = {&open_files, file_open, file_read, NULL, file_close};
	const struct br_context context = {&config, &files, &outbox, &metrics, 1};
	struct br_http *http = NULL;

	if (size < 2)
		return 0;
	br_outbox_reset(&outbox);
	if (br_http_new(&http, &context) < 0)
		abort();
	play(http, &outbox, data, size);
	assert(open_files == 0);
	br_http_free(http);
	return 0;
}
