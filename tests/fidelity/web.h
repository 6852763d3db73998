/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/fidelity/web.h - the recorded HTTP servers as hosts with a TCP of their own
 *
 * What they say is the tape's: head by head, as many octets behind it as there were.
 */
#ifndef BR_TESTS_FIDELITY_WEB_H
#define BR_TESTS_FIDELITY_WEB_H

#include "sim/net/host.h"
#include "tests/fidelity/tape.h"

enum {
	WEB_CONNECTIONS_MAX = 256,
	WEB_REQUEST_SIZE = 4096,
};

struct tape_web;

struct web_connection {
	struct tape_web *web;
	uint32_t stream;
	char request[WEB_REQUEST_SIZE];
	size_t have;
	const struct tape_page *page;
	struct br_octets head; /* what is left of it */
	uint64_t at, size;     /* of the body */
	bool sending, closes;
};

struct tape_web {
	struct tape *tape;
	struct br_host *host;
	const struct tape_server *server;
	struct web_connection connection[WEB_CONNECTIONS_MAX];
};

void web_open(struct tape_web *web, struct tape *tape, const struct tape_server *server,
              struct br_wire *wire, struct br_segment *segment, uint64_t seed);

#endif /* BR_TESTS_FIDELITY_WEB_H */
