/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/wire.h - segments and ports: a broadcast domain and what is plugged into it
 *
 * A segment is a switch without delay of its own inside: a frame for a known
 * address goes to that port alone, any other to all but the sender (that has an ear
 * for it: sim/net/interest.h). Its link
 * delay, its MTU and its faults (sim/net/fault.h) work when a frame enters, so
 * they hit simulated and real parts alike. Taps see every frame that is delivered.
 */
#ifndef BR_SIM_NET_WIRE_H
#define BR_SIM_NET_WIRE_H

#include <stdbool.h>

#include "core/base/time.h"
#include "sim/net/clock.h"
#include "sim/net/frame.h"
#include "sim/net/interest.h"

struct br_segment;
struct br_wire;
struct br_fault;

/**
 * struct br_port - A socket of a segment, owned by who is plugged into it
 * @name:	For traces; borrowed
 * @receive:	A frame has arrived; borrowed, take a reference to keep it
 * @context:	Handed to @receive
 * @mac:	Frames for it come here; all zero: taught by what it sends
 *		(its other source addresses are learned too, as a switch does)
 * @promiscuous: Gets every frame of the segment but its own (a relay never needs it);
 *		read by br_port_plug()
 * @selective:	Of what is sent to all it gets at least what br_port_listen() names, and
 *		drops the rest without a trace; read by br_port_plug()
 * @blocked_until: Nothing goes in or out before this time: a switch port in a
 *		spanning tree's listening state, a pulled cable. br_port_block() sets it;
 *		@blocked_in: while this frame was given, which still came in
 * @segment, @index: Written by br_port_plug(); @segment is NULL when unplugged
 * @ear:	For all, of a port that is not selective; the segment's own
 *
 * The name, address and callback are set before br_port_plug().
 */
struct br_port {
	const char *name;
	void (*receive)(void *context, struct br_frame *frame, br_time now);
	void *context;
	uint8_t mac[6];
	bool promiscuous;
	bool selective;
	br_time blocked_until;
	uint64_t blocked_in;
	struct br_segment *segment;
	uint32_t index;
	uint32_t ear;
};

/* Sees each frame once as it is delivered, before any port gets it: the recorder,
 * the judges, the trace hash. @from is NULL if the sender is unplugged by now.
 * @lost, which may be NULL, tells of those that never will be, and why.
 */
struct br_tap {
	void (*see)(void *context, const struct br_segment *segment, const struct br_port *from,
	            struct br_frame *frame, br_time now);
	void *context;
	void (*lost)(void *context, const struct br_segment *segment, const struct br_port *from,
	             struct br_frame *frame, const char *why, br_time now);
};

/* What a segment has seen; counters only grow. */
struct br_segment_counts {
	uint64_t sent;       /* frames ports put on it */
	uint64_t delivered;  /* frames that reached the other side, each counted once */
	uint64_t received;   /* calls of a port's @receive */
	uint64_t flooded;    /* delivered to all ports */
	uint64_t octets;     /* of those delivered */
	uint64_t oversized;  /* above the MTU, dropped */
	uint64_t runts;      /* shorter than an Ethernet header, dropped */
	uint64_t blocked;    /* into a port or out of one that is blocked, dropped */
	uint64_t lost;       /* by a fault */
	uint64_t duplicated; /* by a fault */
	uint64_t no_memory;  /* out of memory, dropped */
};

/**
 * br_wire_new() - A network with no segments yet
 * @ret_wire:		Set on 0 only
 * @clock:		Outlives the wire
 * @frame_size_max:	Largest frame on any segment
 * @frames_max:		Frames under way at once, in all
 *
 * Return: 0 or -ENOMEM
 */
int br_wire_new(struct br_wire **ret_wire, struct br_clock *clock, size_t frame_size_max,
                size_t frames_max);
struct br_wire *br_wire_free(struct br_wire *wire);
struct br_frame_pool *br_wire_frames(struct br_wire *wire);
size_t br_wire_segments(const struct br_wire *wire);
struct br_segment *br_wire_segment(const struct br_wire *wire, size_t index);
struct br_clock *br_wire_clock(struct br_wire *wire);
int br_wire_add_tap(struct br_wire *wire, const struct br_tap *tap); /* 0 or -ENOSPC */
/* On: every port gets what is sent to all, and looks at all of it as if nothing were known
 * of its topic. Nothing may come out different but the time it takes: for the tests that
 * hold the two against each other.
 */
void br_wire_visit_all(struct br_wire *wire, bool on);
bool br_wire_visits_all(const struct br_wire *wire);

/* @delay: from one port to another; @mtu: octets of IP datagram. NULL when out of memory. */
struct br_segment *br_segment_new(struct br_wire *wire, const char *name, br_time delay,
                                  uint32_t mtu);
const char *br_segment_name(const struct br_segment *segment);
uint32_t br_segment_index(const struct br_segment *segment); /* from 0, in order of creation */
uint32_t br_segment_mtu(const struct br_segment *segment);
struct br_wire *br_segment_wire(const struct br_segment *segment);
br_time br_segment_delay(const struct br_segment *segment);
const struct br_segment_counts *br_segment_counts(const struct br_segment *segment);
void br_segment_set_fault(struct br_segment *segment, struct br_fault *fault); /* or NULL */

/* From now on super-frames (br_frame.cut) may go on the segment: for one with nobody on it who
 * cannot take them. @count: how many there may be at once on the whole wire, the first time.
 */
void br_segment_allow_large(struct br_segment *segment, size_t count);
/* One for at most BR_FRAME_LARGE_MAX octets of IP datagram; NULL if there is none, or none is
 * allowed.
 */
struct br_frame *br_segment_large_frame(struct br_segment *segment);

int br_port_plug(struct br_port *port, struct br_segment *segment); /* 0 or -ENOMEM */
void br_port_unplug(struct br_port *port);
void br_port_block(struct br_port *port, br_time until);

/* What a selective port listens for; until br_port_ignore(), and before it is unplugged.
 * Return: a handle for br_port_ignore(), which takes 0 as well
 */
uint32_t br_port_listen(struct br_port *port, enum br_ear ear, uint32_t value);
/* The same for a neighbour that is known: what says nothing new in a broadcast does not come,
 * but br_port_confirmed() tells when it last would have; 0: never.
 */
uint32_t br_port_believe(struct br_port *port, uint32_t address, const uint8_t mac[6],
                         uint16_t vlan);
br_time br_port_confirmed(const struct br_port *port, uint32_t handle);
void br_port_ignore(struct br_port *port, uint32_t handle);

/* Put a frame on the segment: takes the caller's reference. It is read-only from
 * now on, for the sender too if it kept a reference. On an unplugged port it is lost.
 */
void br_port_send(struct br_port *port, struct br_frame *frame);

#endif /* BR_SIM_NET_WIRE_H */
