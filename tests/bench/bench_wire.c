/* SPDX-License-Identifier: BSD-2-Clause */
/* Figures for people: frames a second over a bare wire, then with what may be on it.
 *
 * Two ports play ping-pong, 1514 octets one way and 60 the other, as a TFTP transfer does.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim/net/fault.h"
#include "sim/net/trace_hash.h"
#include "sim/net/wire.h"

enum {
	FRAMES = 4000000,
	LARGE = 1514,
	SMALL = 60,
};

struct player {
	struct br_port port;
	struct br_wire *wire;
	const struct player *other;
	uint32_t size;
	uint64_t *left;
};

static void hit(const struct player *player)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(player->wire));

	memcpy(frame->data, player->other->port.mac, 6);
	memcpy(frame->data + 6, player->port.mac, 6);
	memcpy(frame->data + 12, "\x88\xb5", 2);
	memset(frame->data + 14, 0x55, player->size - 14); /* as a payload is copied in */
	frame->size = player->size;
	frame->checksums_virtual = BR_CHECKSUM_BOTH;
	br_port_send((struct br_port *)&player->port, frame);
}

static void receive(void *context, struct br_frame *frame, br_time now)
{
	const struct player *player = context;

	(void)frame;
	(void)now;
	if (*player->left > 0) {
		--*player->left;
		hit(player);
	}
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* others may be busy */
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int play(const char *what, bool with_fault, bool with_hash)
{
	struct br_clock clock;
	struct br_wire *wire;
	struct br_fault *fault = NULL;
	struct br_trace_hash hash;
	struct br_tap tap = br_trace_hash_tap(&hash);
	struct player players[2];
	uint64_t left = FRAMES;

	br_trace_hash_init(&hash);
	if (br_clock_init(&clock, 16) || br_wire_new(&wire, &clock, LARGE + 8, 64) ||
	    br_fault_new(&fault, 1))
		return 1;

	struct br_segment *segment = br_segment_new(wire, "lan", 50 * BR_MS / 1000, 1500);

	if (with_fault) /* nothing goes wrong, but everything is asked */
		br_segment_set_fault(segment, fault);
	br_fault_set_rates(fault, &(struct br_fault_rates){.duplicate = 1, .jitter = 1000});
	if (with_hash)
		br_wire_add_tap(wire, &tap);
	for (uint8_t i = 0; i < 2; i++) {
		players[i] = (struct player){.port = {.receive = receive,
		                                      .context = &players[i],
		                                      .mac = {2, 0, 0, 0, 0, i}},
		                             .wire = wire,
		                             .other = &players[1 - i],
		                             .size = i ? SMALL : LARGE,
		                             .left = &left};
		if (br_port_plug(&players[i].port, segment))
			return 1;
	}

	double start = seconds();

	hit(&players[0]);
	while (br_clock_step(&clock, BR_TIME_NEVER))
		;

	double rate = FRAMES / (seconds() - start) / 1e6;

	printf("%-28s %5.1f million frames/s\n", what, rate);
	br_wire_free(wire);
	br_fault_free(fault);
	br_clock_reset(&clock);
	return 0;
}

int main(void)
{
	return play("bare", false, false) || play("with the trace hash", false, true) ||
	       play("with faults and trace hash", true, true);
}
