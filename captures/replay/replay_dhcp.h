/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/replay_dhcp.h - DHCP messages asked again, and each answer held against the
 * recorded one
 */
#ifndef BR_CAPTURES_REPLAY_REPLAY_DHCP_H
#define BR_CAPTURES_REPLAY_REPLAY_DHCP_H

#include "captures/replay/player.h"
#include "captures/replay/replay_tally.h"
#include "captures/replay/script_relay.h"

/**
 * struct br_replay_run - One replay under way
 * @player:	Who asks
 * @tape:	The messages as they were
 * @relay:	What one passed on, if there was one
 * @tally:	What comes of it
 */
struct br_replay_run {
	struct br_player *player;
	const struct br_tape *tape;
	const struct br_script_relay *relay;
	struct br_replay_tally *tally;
};

void br_replay_dhcp(struct br_replay_run *run, const struct br_talk_dhcp *d);
void br_replay_pxe(struct br_replay_run *run, const struct br_talk_pxe *x);

#endif /* BR_CAPTURES_REPLAY_REPLAY_DHCP_H */
