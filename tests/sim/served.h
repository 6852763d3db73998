/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/sim/served.h - a server on a wire, for every rig, lab and bench that needs one
 *
 * A mistake in here ends the program: it is not what a test is about.
 */
#ifndef BR_TESTS_SIM_SERVED_H
#define BR_TESTS_SIM_SERVED_H

#include "sim/net/files.h"
#include "sim/net/server_host.h"

/**
 * struct served_site - Where it stands, and how it is set up
 * @limits:	NULL: br_host_limits_server
 * @words:	KEY=VALUE words of core/config.h, separated by blanks
 * @leases_max:	More than a word may ask for; 0: what the words say
 */
struct served_site {
	struct br_wire *wire;
	struct br_clock *clock;
	struct br_segment *segment;
	struct br_file_store *store;
	const struct br_host_limits *limits;
	const char *name;
	uint8_t mac[6];
	uint32_t address, netmask;
	uint8_t address6[16]; /* of a net of 64 bits; ::, none */
	const char *words;
	uint32_t leases_max;
	uint64_t seed, host_seed;
};

void served_must(int error, const char *what); /* be 0 or more */
void served_new(const struct served_site *site, struct br_host **ret_host,
                struct br_server_host **ret_server);

#endif /* BR_TESTS_SIM_SERVED_H */
