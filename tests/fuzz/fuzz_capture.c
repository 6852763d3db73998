/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as a capture file: every frame is dissected, fragments are joined, the
 * conversation followed with little memory. A
 * corpus file whose name starts a known magic lets the fuzzer find the formats.
 */
#include <stdlib.h>
#include <string.h>

#include "captures/read/capture.h"
#include "captures/read/link.h"
#include "conformance/talk/conversation.h"
#include "sim/net/reassembly.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
	const uint8_t *data;
	size_t size;
};

static int64_t read_memory(void *context, void *target, size_t size)
{
	struct memory *m = context;
	size_t step = size < m->size ? size : m->size;

	if (step > 0)
		memcpy(target, m->data, step);
	m->data += step;
	m->size -= step;
	return (int64_t)step;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory memory = {data, size};
	struct br_capture_source source = {read_memory, NULL, &memory};
	struct br_capture *capture;
	static const struct br_reassembly_rules rules = {.datagrams_max = 4,
	                                                 .pieces_max = UINT32_MAX};
	struct br_reassembly *pieces;
	struct br_capture_frame frame;
	struct br_packet packet, whole;
	static const struct br_talk_limits limits = {40000, 16};
	struct br_talk *talk;
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_link_frame *link = malloc(sizeof(*link));

	if (br_capture_open_source(&capture, "fuzz", &source, remark) < 0) {
		free(link);
		return 0;
	}
	if (!link || br_reassembly_new(&pieces, &rules) < 0 || br_talk_new(&talk, &limits) < 0)
		abort();
	while (br_capture_next(capture, &frame) == 1) {
		if (!br_link_to_ethernet(link, &frame))
			continue;
		br_packet_parse(&packet, link->octets, link->size, false);
		if (!packet.fragment)
			br_talk_packet(talk, &packet, frame.number, frame.at);
		else if (br_reassembly_add(pieces, &packet, 0, frame.at, &whole))
			br_talk_packet(talk, &whole, frame.number, frame.at);
	}
	(void)br_talk_free(talk);
	(void)br_reassembly_free(pieces);
	(void)br_capture_close(capture);
	free(link);
	return 0;
}
