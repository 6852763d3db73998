/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/tape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/formats/dhcp_message.h"

enum {
	MESSAGE_SIZE_MAX = 1500,
	AT_CHADDR = 28, /* RFC 2131 figure 1 */
};

struct message {
	uint64_t frame;
	size_t size;
	uint8_t *octets;
};

struct br_tape {
	size_t count, max;
	uint64_t left_out;
	bool has_only;
	uint8_t only[6];
	struct br_six_log six;
	struct message message[];
};

int br_tape_new(struct br_tape **ret_tape, size_t messages_max)
{
	struct br_tape *tape = calloc(1, sizeof(*tape) + messages_max * sizeof(struct message));

	if (!tape)
		return -ENOMEM;
	tape->max = messages_max;
	*ret_tape = tape;
	return 0;
}

struct br_tape *br_tape_free(struct br_tape *tape)
{
	for (size_t i = 0; tape && i < tape->count; i++)
		free(tape->message[i].octets);
	if (tape)
		br_six_log_reset(&tape->six);
	free(tape);
	return NULL;
}

static bool is_dhcp(const struct br_packet *p)
{
	return p->network == BR_NETWORK_IPV4 && p->transport == BR_TRANSPORT_UDP &&
	       (p->dst.port == BR_DHCP_PORT_SERVER || p->dst.port == BR_DHCP_PORT_CLIENT ||
	        p->dst.port == BR_DHCP_PORT_PXE || p->src.port == BR_DHCP_PORT_PXE) &&
	       p->payload.size == p->payload_size && p->payload.size >= BR_DHCP_HEADER_SIZE;
}

void br_tape_take(struct br_tape *tape, const struct br_packet *packet, uint64_t frame, br_time at)
{
	br_six_log_take(&tape->six, packet, frame, at, tape->has_only ? tape->only : NULL);
	if (!is_dhcp(packet) || (tape->has_only && memcmp(packet->payload.data + AT_CHADDR,
	                                                  tape->only, sizeof(tape->only)) != 0))
		return;
	if (tape->count == tape->max || packet->payload.size > MESSAGE_SIZE_MAX) {
		tape->left_out++;
		return;
	}
	struct message *m = &tape->message[tape->count];

	m->octets = malloc(packet->payload.size);
	if (!m->octets)
		return;
	memcpy(m->octets, packet->payload.data, packet->payload.size);
	m->size = packet->payload.size;
	m->frame = frame;
	tape->count++;
}

void br_tape_only(struct br_tape *tape, const uint8_t mac[6])
{
	tape->has_only = true;
	memcpy(tape->only, mac, sizeof(tape->only));
}

struct br_octets br_tape_find(const struct br_tape *tape, uint64_t frame)
{
	for (size_t i = 0; i < tape->count; i++) {
		if (tape->message[i].frame == frame)
			return (struct br_octets){tape->message[i].octets, tape->message[i].size};
	}
	return (struct br_octets){0};
}

const struct br_six_log *br_tape_six(const struct br_tape *tape)
{
	return &tape->six;
}

uint64_t br_tape_left_out(const struct br_tape *tape)
{
	return tape->left_out;
}
