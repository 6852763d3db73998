/* SPDX-License-Identifier: BSD-2-Clause */
/* Any frames at all on a ladder: each is a size of two octets and so many octets; the
 * highest bit of the size says that the capture kept half of the frame.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"
#include "sim/lines/ladder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_line(void *context, const struct br_ladder_line *line)
{
	size_t *octets = context;

	*octets += strlen(line->text); /* all of it must be there to be read */
	if (line->text[strcspn(line->text, "\n\r\033")] != '\0')
		abort(); /* a peer must not write to anyone's terminal */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct br_reader r = br_reader_of(data, size);
	struct br_ladder *ladder;
	size_t octets = 0;
	br_time now = 0;

	if (br_ladder_new(&ladder, BR_TIME_NEVER, read_line, &octets) < 0)
		abort();
	while (br_left(&r) > 0) {
		uint16_t head = br_get_be16(&r);
		size_t frame_size = head & 0x7fff;
		struct br_reader frame = br_get_sub(&r, frame_size);
		size_t captured = head & 0x8000 ? frame_size / 2 : frame_size;
		uint8_t *copy;

		if (r.bad)
			break;
		copy = malloc(captured > 0 ? captured
		                           : 1); /* exact: the sanitizer sees one too far */
		if (!copy)
			abort();
		memcpy(copy, frame.pos, captured);
		now += 30 * BR_MS;
		br_ladder_see(ladder, (struct br_octets){copy, captured}, frame_size, now);
		free(copy);
	}
	br_ladder_finish(ladder, now);
	br_ladder_free(ladder);
	return 0;
}
