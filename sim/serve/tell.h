/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/serve/tell.h - what `serve` says: a line for each note, as text or as JSON, and counters
 *
 *	2026-01-31T12:00:00.123456Z tftp.completed  10.77.0.5:1024 52:54:00:12:34:56 SENTENCE:
 *	DETAIL, 1048576 octets in 0.532 s, 1.97 MB/s
 *
 * With --json each line is an object (RFC 8259) of "time", "event" and what belongs to it; of a
 * "note" that is "note", "clause", "says" and, where known, "peer", "mac", "address", "detail",
 * "octets", "seconds" and "error". Time is UTC, RFC 3339.
 */
#ifndef BR_SIM_SERVE_TELL_H
#define BR_SIM_SERVE_TELL_H

#include <stdio.h>

#include "core/port.h"
#include "sim/net/host.h"
#include "sim/net/loop.h"
#include "sim/serve/log.h"

/**
 * struct br_tell - Who tells
 * @loop:	Knows what time it is
 * @host:	Knows hardware addresses; may be NULL
 * @server:	Knows them of those it gave a lease; may be NULL
 */
struct br_tell {
	struct br_log *log;
	bool json;
	struct br_loop *loop;
	struct br_host *host;
	struct br_server *server;
};

struct br_tell_counter {
	const char *name;
	uint64_t value;
};

void br_tell_note(const struct br_tell *tell, const struct br_action *note, br_time now);

/* "reloaded", "failed" and the like; @says may be NULL. */
void br_tell_event(const struct br_tell *tell, const char *event, const char *says);
/* Those that are not 0, as text a line each. */
void br_tell_counters(const struct br_tell *tell, const char *event,
                      const struct br_tell_counter *counter, size_t count);
/* The same and all of them as one object into a file, without a line feed. */
void br_tell_status(const struct br_tell *tell, FILE *to, const char *event,
                    const struct br_tell_counter *counter, size_t count);
/* For br_log_new(); @context: a struct br_tell */
void br_tell_lost(void *context, uint64_t lines, struct br_writer *line);

#endif /* BR_SIM_SERVE_TELL_H */
