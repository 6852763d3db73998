/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/received.h - which files came to whom, whole and right, by TFTP and HTTP
 *
 * Looks at every TFTP packet of scripted clients and at every body they read over HTTP;
 * firmware tells what it got. Each octet is compared with the file as it comes, so that
 * a wrong one is known with its offset. `transfer` reads its blocks from here too.
 */
#ifndef BR_SIM_SCRIPT_RECEIVED_H
#define BR_SIM_SCRIPT_RECEIVED_H

#include "sim/script/observe.h"

enum {
	BR_FLOWS_MAX = 64, /* TFTP transfers remembered; the oldest is forgotten */
	BR_RECEIPTS_MAX = 256,
};

/**
 * struct br_receipt - One file at one node
 * @prefix:	Octets from the start that came, in whatever pieces
 * @whole:	It came to its end
 * @wrong, @wrong_at: An octet differed, and the offset of the piece it was in
 */
struct br_receipt {
	size_t node;
	const char *file; /* of the script */
	uint64_t prefix, size;
	bool whole, wrong;
	uint64_t wrong_at;
};

/**
 * struct br_flow - A TFTP transfer as its packets tell it
 * @server, @server_port: Port 0 until the first answer
 * @blksize, @windowsize: As agreed: 512 and 1 without OACK
 * @seen:	"oack", "data" or NULL: what came last
 * @block:	Number of the block that came last in order
 * @blocks:	How many came in order, beyond 65535
 * @offset:	Octets they held
 * @done:	The short one was among them
 */
struct br_flow {
	int client, server;
	uint16_t client_port, server_port;
	struct br_endpoint answered_from; /* with the first answer */
	char file[128];
	bool octet_mode;
	uint32_t blksize, windowsize;
	enum br_flow_last {
		BR_FLOW_NOTHING,
		BR_FLOW_OACK,
		BR_FLOW_DATA,
		BR_FLOW_ERROR,
	} last;
	uint16_t block;
	uint64_t blocks, offset;
	bool done;
};

struct br_received {
	struct br_world *world;
	struct br_flow flow[BR_FLOWS_MAX];
	size_t flows; /* begun in all */
	struct br_receipt receipt[BR_RECEIPTS_MAX];
	size_t receipts;
};

/* What a packet of a flow was; for `transfer`. */
enum br_flow_event {
	BR_FLOW_OTHER,     /* not of a known flow, or nothing to tell */
	BR_FLOW_NEXT,      /* DATA, the next in order */
	BR_FLOW_REPEATED,  /* DATA that had come before */
	BR_FLOW_AHEAD,     /* DATA with a gap before it */
	BR_FLOW_OVERSIZED, /* DATA longer than agreed */
};

void br_received_init(struct br_received *received, struct br_world *world);

/* A TFTP datagram that was delivered. @ret_flow may be NULL. */
enum br_flow_event br_received_tftp(struct br_received *received, const struct br_seen *seen,
                                    const struct br_tftp_packet *packet, struct br_flow **ret_flow);
struct br_flow *br_received_flow(struct br_received *received, int client, uint16_t client_port,
                                 uint16_t server_port);

/* Octets of a file by another way; @end: no more will come of this piece. */
void br_received_octets(struct br_received *received, size_t node, const char *path,
                        uint64_t offset, struct br_octets octets, bool end);

const struct br_receipt *br_received_find(const struct br_received *received, size_t node,
                                          const char *file);

#endif /* BR_SIM_SCRIPT_RECEIVED_H */
