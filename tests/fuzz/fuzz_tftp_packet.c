/* SPDX-License-Identifier: BSD-2-Clause */
/* What parses builds back to the same octets, prints, and parses again the same. */
#include <assert.h>
#include <string.h>

#include "core/formats/tftp_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t built[1 << 16], print[1 << 19];
	struct br_octets octets = {.data = data, .size = size};
	struct br_writer w = br_writer_of(built, sizeof(built));
	struct br_tftp_packet packet;

	if (size > sizeof(built) || br_tftp_parse(octets, &packet) < 0)
		return 0;
	assert(packet.options <= BR_TFTP_OPTIONS_MAX);
	br_tftp_build(&packet, &w);
	assert(!w.bad && br_written(&w) == size && memcmp(built, data, size) == 0);
	w = br_writer_of(print, sizeof(print));
	br_tftp_print(&packet, &w);
	assert(!w.bad && br_written(&w) > 0);
	(void)br_tftp_option_find(&packet, "blksize");
	return 0;
}
