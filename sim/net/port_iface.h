/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/port_iface.h - a port of a segment with a network interface in it, by packet(7)
 *
 * A veth into a namespace with a server in it, or a card with a machine on it. What
 * others send there comes onto the segment, what the segment carries goes out; our
 * own frames are not seen again. Needs CAP_NET_RAW.
 *
 * - A simulated host on the segment must not have an address that the kernel holds:
 *   the kernel would answer too, with RST and port unreachable. br_iface_holder()
 *   tells. An interface without an address is best.
 * - Checksums that a local sender left to its card are completed, wrong ones stay
 *   wrong (br_frame_accept()).
 * - TCP super-frames are cut to the segment's MTU (sim/net/frame_cut.h): there is no
 *   need for ethtool(8). Anything else above it is dropped by the segment, counted.
 *   The other way, super-frames of the segment (br_segment_allow_large()) go out whole:
 *   the kernel, or the card, cuts them.
 * - VLAN tags are where they were on the wire.
 *
 * Frames that come faster than they are read wait in the kernel, in a queue that takes memory
 * for what is in it alone; what does not fit is counted as missed.
 */
#ifndef BR_SIM_NET_PORT_IFACE_H
#define BR_SIM_NET_PORT_IFACE_H

#include "sim/net/iface.h"
#include "sim/net/iface_filter.h"
#include "sim/net/loop.h"
#include "sim/net/wire.h"

struct br_port_iface;

struct br_port_iface_counts {
	uint64_t frames_in, frames_out;
	uint64_t cut;         /* super-frames taken apart */
	uint64_t dropped_in;  /* out of frames, or larger than any frame of the wire */
	uint64_t dropped_out; /* the kernel took it not: queue full, above its MTU, down */
	uint64_t missed;      /* dropped by the kernel in front of us, as it last said */
};

/**
 * br_port_iface_new() - Open an interface
 * @ret_port:	Set on 0 only
 * @loop:	Becomes real; outlives the port, as @segment does
 * @interface:	Its name; borrowed, also the name of the port
 * @promiscuous: Ask the card for frames to any address: a simulated host has one of
 *		its own, so this is needed on a card, not on a veth
 * @filter:	What is wanted of them; NULL: all
 * @error:	On failure: what was wrong, one line without a full stop
 *
 * Return: 0, -ENOMEM, -EPERM without CAP_NET_RAW, -ENODEV, -ENETDOWN, -EINVAL if it
 *	   is no Ethernet, -EIO for the rest
 */
int br_port_iface_new(struct br_port_iface **ret_port, struct br_loop *loop,
                      struct br_segment *segment, const char *interface, bool promiscuous,
                      const struct br_iface_filter *filter, char *error, size_t error_size);
struct br_port_iface *br_port_iface_free(struct br_port_iface *port); /* NULL in, NULL out */

/* The interface went away; called once, @why is for people. */
void br_port_iface_on_gone(struct br_port_iface *port,
                           void (*gone)(void *context, const char *why, br_time now),
                           void *context);
const struct br_port_iface_counts *br_port_iface_counts(struct br_port_iface *port);
struct br_port *br_port_iface_port(struct br_port_iface *port);

#endif /* BR_SIM_NET_PORT_IFACE_H */
