/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/sim/tcp_pair.h - two TCP stacks, a bad line between them, an application on each
 *
 * Segments cross as finished frames, so that what is tested is what a peer reads.
 * Time is virtual; the same options give the same trace, which @hash tells.
 */
#ifndef BR_TESTS_SIM_TCP_PAIR_H
#define BR_TESTS_SIM_TCP_PAIR_H

#include "core/base/prng.h"
#include "sim/net/packet.h"
#include "sim/net/tcp.h"

enum {
	TCP_PAIR_MTU = 1500,
	TCP_PAIR_PORT = 80,
};

/* How bad the line is, in percent of frames, and what each end is. */
struct tcp_pair_options {
	struct br_tcp_options tcp[2];
	uint64_t seed;
	br_time delay;
	unsigned loss, duplicate, reorder, corrupt;
	unsigned write_max; /* octets the applications write at once; 0: all they may */
};

/* An application sends @wanted octets of a pattern and checks what it gets. */
struct tcp_app {
	int stream; /* -1: none */
	uint64_t wanted, written, received;
	bool close_when_written;  /* shut our half when all is written */
	bool close_when_ended;    /* shut our half when the peer has shut its own */
	bool reset_when_received; /* ... this many octets, EDK2 ends so */
	uint64_t reset_at;
	bool pause_when_opened;
	unsigned opened, ended, gone;
	int error;
	bool wrong; /* an octet was not what the pattern says */
};

struct tcp_pair_flight {
	br_time at;
	uint64_t turn;
	int to;
	struct br_frame *frame;
};

struct tcp_pair {
	struct tcp_pair_options options;
	struct br_tcp *tcp[2];
	struct tcp_app app[2];
	struct br_endpoint end[2];
	struct br_frame_pool pool;
	struct br_prng prng;
	struct tcp_pair_flight *flight;
	size_t flights, flights_room;
	uint64_t turn;
	br_time now;
	uint64_t hash, frames;
	bool (*drop)(void *context, int from, const struct br_packet *packet);
	void *context;
	struct br_packet last[2]; /* last segment each side sent, payload not valid */
	bool manual;              /* leave what is sent to the test */
	struct br_packet sent[64];
	uint8_t sent_octets[64][64]; /* first octets of each payload */
	size_t sents;
};

struct tcp_pair_options tcp_pair_defaults(void);
void tcp_pair_init(struct tcp_pair *pair, const struct tcp_pair_options *options);
void tcp_pair_reset(struct tcp_pair *pair);

/* Side 1 listens on TCP_PAIR_PORT; side 0 opens a stream to it. */
void tcp_pair_connect(struct tcp_pair *pair);
/* Until nothing is left to happen, or @until. */
void tcp_pair_run(struct tcp_pair *pair, br_time until);
/* Take events and segments out of both sides. */
void tcp_pair_pump(struct tcp_pair *pair);

uint8_t tcp_pair_pattern(int side, uint64_t at); /* what side @side sends */

/* A segment made by hand arrives at side @to. */
void tcp_pair_inject(struct tcp_pair *pair, int to, const struct br_packet_tcp *head,
                     const void *payload, size_t size);

/* Asserts what must hold inside both stacks between any two segments. */
void tcp_pair_check(const struct tcp_pair *pair);
/* Slots in use, whatever their state. */
size_t tcp_pair_streams(const struct tcp_pair *pair, int side);

#endif /* BR_TESTS_SIM_TCP_PAIR_H */
