/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/replay.h - `bootrig replay`: the recorded client against the core
 *
 * The network of the capture is built again in virtual time (captures/replay/stage.h), with
 * the core
 * set up like each recorded server (captures/replay/setup.h); each thing the client asked is asked
 * again - DHCP messages octet for octet, files by the same request with the same options -
 * and what the core answers is held against what the recorded server answered: better,
 * equal, worse or diverged (captures/replay/compare.h). Ports, block numbers and the ends of
 * transfers follow the core. Behind a relay its servers' side is played.
 *
 * A report can be blessed (captures/replay/blessed.h).
 */
#ifndef BR_CAPTURES_REPLAY_REPLAY_H
#define BR_CAPTURES_REPLAY_REPLAY_H

#include <stdio.h>

#include "captures/replay/compare.h"
#include "sim/command/verb.h"

struct br_replay {
	const char *path;
	const char *other; /* the other side of a relay; NULL: none, or both are in @path */
	struct br_setup_words words;
	bool has_client, bless;
	uint8_t client[6];
	FILE *out, *err;
};

/* Return: the exit code: 0 nothing worse, or all as blessed; 1 something is worse, or not
 * as blessed; 2 the capture or the blessed report cannot be read; 3 nothing to replay
 */
int br_replay(const struct br_replay *replay);

/* replay PCAP [PCAP] [--client MAC] [--server [ADDR:]KEY=VALUE]... [--bless] */
extern const struct br_command_verb br_verb_replay;

#endif /* BR_CAPTURES_REPLAY_REPLAY_H */
