/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/bridge.h - the long way between two segments: a bridge with a slow line in it
 *
 * Every frame of one segment goes to the other, as through two switches with a line between them.
 * Each direction has a sender that takes rate bits a second, a queue before it that drops what
 * comes when it is full, then a delay with jitter and loss. Frames keep their order. Draws come
 * from the seed, so that a run is the same each time; what tc-netem(8) does without one.
 */
#ifndef BR_SIM_NET_BRIDGE_H
#define BR_SIM_NET_BRIDGE_H

#include "sim/net/wire.h"

struct br_bridge;

/**
 * struct br_bridge_options - The same both ways
 * @delay:	From one segment to the other, beside what sending takes
 * @jitter:	At most so much more, drawn for each frame; the order is kept
 * @loss_ppm:	Frames that are lost, of a million
 * @rate_bps:	Bits a second; 0: no limit
 * @queue:	Frames that may wait for the sender; one more is dropped
 */
struct br_bridge_options {
	br_time delay, jitter;
	uint32_t loss_ppm;
	uint64_t rate_bps;
	uint32_t queue;
};

enum {
	BR_BRIDGE_QUEUE_STANDARD = 100,
	BR_BRIDGE_FLIGHT_MAX = 4096, /* frames under way in each direction */
};

struct br_bridge_counts {
	uint64_t frames, octets; /* that went over */
	uint64_t lost;           /* by chance */
	uint64_t dropped;        /* the queue was full, or there was no room */
};

/* Between two segments of one wire. Return: 0 or -ENOMEM */
int br_bridge_new(struct br_bridge **ret_link, struct br_segment *near, struct br_segment *far,
                  const struct br_bridge_options *options, uint64_t seed);
struct br_bridge *br_bridge_free(struct br_bridge *link); /* NULL in, NULL out */
/* @back: from the far one to the near one */
const struct br_bridge_counts *br_bridge_counts(const struct br_bridge *link, bool back);
/* A frame that this port sent is one that a link brought. */
bool br_bridge_is_port(const struct br_port *port);

#endif /* BR_SIM_NET_BRIDGE_H */
