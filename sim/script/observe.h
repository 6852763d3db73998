/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/observe.h - what happens on the wires, as a script speaks of it
 *
 * A tap. Each datagram is seen once, on the net where its sender put it, with nodes
 * instead of addresses; what a router passes on is not seen again. A datagram in
 * fragments is seen when the last of them came by. Of TCP only the beginnings of connections and of
 * requests are looked at here: responses are seen where a scripted client reads them
 * (sim/script/browser.h).
 */
#ifndef BR_SIM_SCRIPT_OBSERVE_H
#define BR_SIM_SCRIPT_OBSERVE_H

#include "sim/script/world.h"

enum br_seen_kind {
	BR_SEEN_DATAGRAM,
	BR_SEEN_ICMP6, /* @payload is the ICMPv6 message; @source has its address and no port */
	BR_SEEN_ASKED, /* a segment that begins an HTTP request, @payload; for traces alone */
	BR_SEEN_HTTP,  /* a head arrived; @payload is the head alone */
	BR_SEEN_OPEN,  /* the SYN of who asks for a connection; for nevers alone */
	BR_SEEN_CLOSE, /* the server has closed the connection */
	BR_SEEN_RESET, /* or broken it, or refused it */
};

/**
 * struct br_seen - Something that was sent and not lost
 * @at, @sent:	When it was delivered, and put on the net; @sent 0: not known
 * @from, @to:	Nodes; @to may be BR_SCRIPT_NODE_ANYONE for broadcast or multicast, and
 *		either BR_SCRIPT_NODE_NONE for an address nobody here has
 * @net:	Where it was seen
 * @source, @target: Addresses and ports as in the packet
 * @payload:	Of UDP, or the head
 * @number:	Frames seen so far, this one included: its place in a capture of the run
 */
struct br_seen {
	enum br_seen_kind kind;
	br_time at, sent;
	int from, to;
	size_t net;
	struct br_endpoint source, target;
	struct br_octets payload;
	uint64_t number;
	struct br_frame *frame; /* keeps @payload alive, or NULL */
	uint8_t *copy;          /* or this does */
};

struct br_observer;

/* @lost: a fault took the frame away; @why says which */
typedef void br_seen_see(void *context, const struct br_seen *seen, const char *lost);

/* Return: 0, -ENOMEM or -ENOSPC. The octets of what is seen are lent for the call, unless
 * br_seen_keep() is asked to keep them.
 */
int br_observer_new(struct br_observer **ret_observer, struct br_world *world, br_seen_see *see,
                    void *context);
struct br_observer *br_observer_free(struct br_observer *observer); /* NULL in, NULL out */
uint64_t br_observer_frames(const struct br_observer *observer);

/* An address that @from looks for and whose owner has not been heard. */
struct br_unanswered {
	int from;
	struct br_endpoint address; /* without a port */
	br_time at;                 /* when it was asked first */
	unsigned asked;
};

const struct br_unanswered *br_observer_unanswered(const struct br_observer *observer,
                                                   size_t index); /* NULL at the end */

/* A copy that outlives the call: by reference if it can. Out of memory ends the program. */
struct br_seen br_seen_keep(const struct br_seen *seen);
void br_seen_drop(struct br_seen *seen);

/* What the octets are, judged by ports: false if they are nothing a line could say. */
bool br_seen_decode(const struct br_seen *seen, struct br_decoded *ret_decoded);

/* For one frame on its way, before it is delivered: false if it holds no whole datagram
 * a node sends. Borrows from the frame.
 */
bool br_seen_of_frame(const struct br_world *world, const struct br_port *from,
                      const struct br_frame *frame, struct br_seen *ret_seen);

/* "boot:67" or "10.77.0.9:67" */
void br_seen_print_end(const struct br_script *script, int node, const struct br_endpoint *end,
                       struct br_writer *w);

#endif /* BR_SIM_SCRIPT_OBSERVE_H */
