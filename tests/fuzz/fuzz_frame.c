/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as a frame from outside: accepted, finished, cut, judged, without a trap; and
 * what was accepted as right is right again when it is finished.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/net/frame_cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	SIZE_MAX_HERE = 4096,
};

static void drop(void *context, struct br_frame *frame)
{
	uint32_t *octets = context;

	*octets += frame->size;
	br_frame_finish(frame);
	br_frame_unref(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct br_frame_pool pool;
	uint32_t octets = 0;

	if (size > SIZE_MAX_HERE)
		return 0;
	br_frame_pool_init(&pool, SIZE_MAX_HERE, 2);

	struct br_frame *frame = br_frame_new(&pool);

	memcpy(frame->data, data, size);
	frame->size = (uint32_t)size;
	br_frame_accept(frame);
	if (frame->checksums_virtual) {
		br_frame_finish(frame);
		br_frame_accept(frame);
		assert(frame->checksums_virtual);
		br_frame_finish(frame);
	} else {
		assert(memcmp(frame->data, data, size) == 0);
	}
	assert(br_frame_header_size((struct br_octets){data, size}) <= 22);
	(void)br_frame_cut(&pool, (struct br_octets){data, size}, 100, drop, &octets);
	assert(octets <= 4 * SIZE_MAX_HERE * 100);
	br_frame_unref(frame);
	br_frame_pool_reset(&pool);
	return 0;
}
