/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as a frame: nothing is read past the end, whatever is claimed. */
#include <stdlib.h>

#include "sim/net/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Touch what was lent, so that a sanitizer sees where it lies. */
static unsigned touch(const struct br_packet *packet, const uint8_t *data, size_t size)
{
	const struct br_octets lent[] = {packet->payload, packet->ip_payload};
	unsigned sum = 0;

	for (size_t i = 0; i < 2; i++) {
		for (size_t at = 0; at < lent[i].size; at++)
			sum += lent[i].data[at];
		if (lent[i].size > 0 &&
		    (lent[i].data < data || lent[i].data + lent[i].size > data + size))
			abort();
	}
	if (packet->payload.size > packet->payload_size)
		abort();
	if (packet->transport == BR_TRANSPORT_TCP) {
		for (size_t at = 0; at < packet->tcp.options.size; at++)
			sum += packet->tcp.options.data[at];
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct br_octets octets = {.data = data, .size = size};
	struct br_packet packet, again;
	volatile unsigned sum = 0;

	br_packet_parse(&packet, octets, size, true);
	sum += touch(&packet, data, size);
	br_packet_parse(&again, octets, size, false);
	/* verifying only adds to what is wrong */
	if ((again.wrong & ~packet.wrong) != 0 || again.transport != packet.transport)
		abort();
	br_packet_parse(&packet, octets, size + 100, true); /* a capture cut short */
	sum += touch(&packet, data, size);
	br_packet_parse_ip(&packet, octets, size, true);
	sum += touch(&packet, data, size);
	(void)sum;
	return 0;
}
