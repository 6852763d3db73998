/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/port_qemu.h - a port of a segment with a QEMU guest's network card in it
 *
 *	-netdev stream,id=n,server=off,addr.type=unix,addr.path=PATH
 *
 * The socket listens before QEMU starts. Each frame goes behind its size, 4 octets,
 * most significant first (QEMU net/stream.c, qemu-options.hx). Nothing blocks: a
 * guest that does not read loses frames, counted, as on a real card. One guest at
 * a time; after it has gone another may come. Several guests are several ports.
 */
#ifndef BR_SIM_NET_PORT_QEMU_H
#define BR_SIM_NET_PORT_QEMU_H

#include "sim/net/loop.h"
#include "sim/net/wire.h"

struct br_port_qemu;

enum {
	BR_PORT_QEMU_QUEUE_SIZE = 1 << 20, /* a good queue_size: 690 full frames */
};

struct br_port_qemu_counts {
	uint64_t frames_in, frames_out;
	uint64_t dropped_full;   /* the guest did not read */
	uint64_t dropped_nobody; /* no guest */
	uint64_t dropped_in;     /* larger than any frame of the wire, or out of frames */
	uint64_t connected, refused;
};

/* A guest came, or went: @why then says so for people, else it is NULL. */
typedef void br_port_qemu_changed(void *context, const char *why, br_time now);

/**
 * br_port_qemu_new() - Listen on a socket
 * @ret_port:	Set on 0 only
 * @loop:	Becomes real; outlives the port, as @segment does
 * @name:	Of the port, for traces; borrowed
 * @path:	Made with permissions 0600, taken away by br_port_qemu_free(). A socket
 *		that nobody listens on any more is replaced
 * @queue_size:	Octets that wait for the guest, at least a frame and 4
 *
 * Return: 0, -ENOMEM, -ENAMETOOLONG, -EADDRINUSE if someone listens there, -EEXIST
 *	   if it is no socket, or what socket(2), bind(2) or listen(2) say
 */
int br_port_qemu_new(struct br_port_qemu **ret_port, struct br_loop *loop,
                     struct br_segment *segment, const char *name, const char *path,
                     size_t queue_size);
struct br_port_qemu *br_port_qemu_free(struct br_port_qemu *port); /* NULL in, NULL out */

void br_port_qemu_on_change(struct br_port_qemu *port, br_port_qemu_changed *changed,
                            void *context);
bool br_port_qemu_is_connected(const struct br_port_qemu *port);
const struct br_port_qemu_counts *br_port_qemu_counts(const struct br_port_qemu *port);
struct br_port *
br_port_qemu_port(struct br_port_qemu *port); /* to block it, to name it in faults */

#endif /* BR_SIM_NET_PORT_QEMU_H */
