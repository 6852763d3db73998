/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/ladder_tftp.h - TFTP transfers on a ladder
 *
 * Requests, OACKs and ERRORs are a line each; DATA and ACKs of a transfer are one line
 * that counts. Used by sim/lines/ladder.c only.
 */
#ifndef BR_SIM_LINES_LADDER_TFTP_H
#define BR_SIM_LINES_LADDER_TFTP_H

#include "sim/lines/ladder_pen.h"

enum {
	BR_LADDER_TFTP_MAX = 64, /* transfers at once; the oldest makes room */
};

/**
 * struct br_ladder_tftp_flow - One RRQ and what came of it; zeroed: not in use
 * @server:	Port 0 until an answer showed the transfer ID (RFC 1350 §4)
 * @block:	Highest block seen, without the wrap at 65536
 * @again:	DATA seen before
 * @last_block:	A DATA shorter than blksize came: the file ends with it
 * @used_at:	For making room
 */
struct br_ladder_tftp_flow {
	bool used, writes, last_block;
	struct br_endpoint client, server;
	char file[64];
	uint32_t blksize;
	uint64_t block, blocks, acks, octets, again;
	br_time began_at, data_at, used_at, said_at;
};

struct br_ladder_tftp {
	struct br_ladder_tftp_flow flow[BR_LADDER_TFTP_MAX];
	size_t latest;
};

/* True if it belonged to a transfer. */
bool br_ladder_tftp_see(struct br_ladder_tftp *tftp, struct br_pen *pen,
                        const struct br_packet *packet, br_time at);
void br_ladder_tftp_finish(struct br_ladder_tftp *tftp, struct br_pen *pen, br_time at);

#endif /* BR_SIM_LINES_LADDER_TFTP_H */
