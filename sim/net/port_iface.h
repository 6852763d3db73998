/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/port_iface.h - a port of a segment with a network interface in it, by libpcap
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
 * - VLAN tags are where they were on the wire.
 */
#ifndef BR_SIM_NET_PORT_IFACE_H
#define BR_SIM_NET_PORT_IFACE_H

#include "sim/net/loop.h"
#include "sim/net/wire.h"

struct br_port_iface;

/* What the kernel says of an interface. */
struct br_iface {
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t address, netmask; /* its first IPv4 address, or 0 */
	bool up;
};

int br_iface_get(const char *name, struct br_iface *ret_iface); /* 0, -ENODEV, -EIO */

/* True if the kernel of this network namespace has that IPv4 address, with the name
 * of the interface that has it.
 */
bool br_iface_holder(uint32_t address, char ret_name[static 16]);

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
 * @error:	On failure: what was wrong, one line without a full stop
 *
 * Return: 0, -ENOMEM, -EPERM without CAP_NET_RAW, -ENODEV, -ENETDOWN, -EINVAL if it
 *	   is no Ethernet, -EIO for the rest
 */
int br_port_iface_new(struct br_port_iface **ret_port, struct br_loop *loop,
                      struct br_segment *segment, const char *interface, bool promiscuous,
                      char *error, size_t error_size);
struct br_port_iface *br_port_iface_free(struct br_port_iface *port); /* NULL in, NULL out */

/* The interface went away or down; called once, @why is for people. */
void br_port_iface_on_gone(struct br_port_iface *port,
                           void (*gone)(void *context, const char *why, br_time now),
                           void *context);
const struct br_port_iface_counts *br_port_iface_counts(struct br_port_iface *port);
struct br_port *br_port_iface_port(struct br_port_iface *port);

#endif /* BR_SIM_NET_PORT_IFACE_H */
