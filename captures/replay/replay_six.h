/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/replay_six.h - DHCPv6 messages asked again, each answer held against the recorded
 *
 * Addresses out of a pool are the core's own: the machine then goes on with those.
 */
#ifndef BR_CAPTURES_REPLAY_REPLAY_SIX_H
#define BR_CAPTURES_REPLAY_REPLAY_SIX_H

#include "captures/replay/replay_dhcp.h"

enum {
	BR_REPLAY_SIX_SWAPS_MAX = 16,
};

/**
 * struct br_replay_six - Zero but for .run, .story and .attempt, for each attempt
 * @next:	Of the log of captures/replay/six_log.h, the first that was not asked
 * @was, @is:	An address of the recording, and the core's in its place
 */
struct br_replay_six {
	struct br_replay_run *run;
	const struct br_story *story;
	const struct br_attempt *attempt;
	size_t next, swaps;
	struct {
		uint8_t was[16], is[16];
	} swap[BR_REPLAY_SIX_SWAPS_MAX];
};

/* What was sent before that frame. */
void br_replay_six(struct br_replay_six *six, uint64_t before);

#endif /* BR_CAPTURES_REPLAY_REPLAY_SIX_H */
