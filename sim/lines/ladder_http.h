/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/lines/ladder_http.h - HTTP over TCP on a ladder
 *
 * A request is a line; a response is a line that grows while its content flows. TCP
 * itself is silent unless a connection is refused, unanswered or cut off. Octets are
 * taken in order as they pass; a piece that the capture missed ends the story of that
 * message. Used by sim/lines/ladder.c only.
 */
#ifndef BR_SIM_LINES_LADDER_HTTP_H
#define BR_SIM_LINES_LADDER_HTTP_H

#include "sim/lines/ladder_pen.h"

enum {
	BR_LADDER_HTTP_MAX = 64,         /* connections at once; the oldest makes room */
	BR_LADDER_HTTP_HEAD_SIZE = 2048, /* a longer head is not read */
	BR_LADDER_HTTP_ASKED_MAX = 8,    /* requests on their way in one connection */
	BR_LADDER_HTTP_HOLES_MAX = 16,   /* of one body at once */
};

/* Octets of a body that were lost on the way, and will come again */
struct br_ladder_http_hole {
	uint32_t start, size;
};

/**
 * struct br_ladder_http_way - One direction of a connection
 * @known:	@next is valid
 * @next:	Sequence number of the next octet in order
 * @lost:	Octets are missing, or it is not HTTP: nothing more is read here
 * @again:	Segments seen before
 * @head, @head_size, @seen: What came of a head, and how far it was looked at
 * @body_left:	Octets of content still to come; UINT64_MAX: until the end
 * @hole:	Of the content, in front of @next; they are of @body_left
 */
struct br_ladder_http_way {
	bool known, lost;
	uint32_t next;
	uint64_t again;
	uint64_t body_left;
	struct br_ladder_http_hole hole[BR_LADDER_HTTP_HOLES_MAX];
	size_t holes;
	size_t head_size, seen;
	uint8_t head[BR_LADDER_HTTP_HEAD_SIZE];
};

struct br_ladder_http_asked {
	bool is_head;
	char target[64];
};

/**
 * struct br_ladder_http_flow - One connection; zeroed: not in use
 * @established: The server said SYN+ACK, or data was seen
 * @asked, @asked_count: Requests without a response, oldest first
 * @answering:	A response's content is under way, of asked[0]
 */
struct br_ladder_http_flow {
	bool used, established, answering;
	struct br_endpoint client, server;
	struct br_ladder_http_way to_server, to_client;
	struct br_ladder_http_asked asked[BR_LADDER_HTTP_ASKED_MAX];
	size_t asked_count;
	uint32_t syns;
	uint16_t status;
	uint64_t length, octets;
	br_time answer_at, used_at, said_at;
};

struct br_ladder_http {
	struct br_ladder_http_flow flow[BR_LADDER_HTTP_MAX];
	size_t latest;
};

void br_ladder_http_see(struct br_ladder_http *http, struct br_pen *pen,
                        const struct br_packet *packet, br_time at);
void br_ladder_http_finish(struct br_ladder_http *http, struct br_pen *pen, br_time at);

#endif /* BR_SIM_LINES_LADDER_HTTP_H */
