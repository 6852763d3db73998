/* SPDX-License-Identifier: BSD-2-Clause */
/* core/context.h - what every service of one server shares
 *
 * core/server.c owns these and hands one pointer to each service when it is made.
 * A service has the same five doors as the server itself: _new (the only
 * allocation), _input, _output where it makes bulk, _deadline, _expire.
 */
#ifndef BR_CORE_CONTEXT_H
#define BR_CORE_CONTEXT_H

#include "core/config.h"
#include "core/metrics.h"
#include "core/outbox.h"
#include "core/port.h"

/**
 * struct br_context - Shared by dhcp, pxe, tftp and http
 * @config:	The server's own copy; never changes
 * @files:	Boot files
 * @outbox:	Small answers and notes of the input being handled
 * @metrics:	Counters
 * @seed:	For the generators of the services, br_prng_of(seed, purpose)
 */
struct br_context {
	const struct br_config *config;
	const struct br_files *files;
	struct br_outbox *outbox;
	struct br_metrics *metrics;
	uint64_t seed;
};

#endif /* BR_CORE_CONTEXT_H */
