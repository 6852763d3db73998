/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/replay_private.h - shared by the files of `bootrig replay` */
#ifndef BR_CAPTURES_REPLAY_REPLAY_PRIVATE_H
#define BR_CAPTURES_REPLAY_REPLAY_PRIVATE_H

#include "captures/replay/compare.h"
#include "captures/replay/player.h"
#include "captures/replay/script_relay.h"

enum {
	BR_REPLAY_REPORT_MAX = 1 << 17,
};

struct br_replay_run {
	struct br_player *player;
	const struct br_story *story;
	const struct br_tape *tape;
	const struct br_script_relay *relay; /* what one passed on, if there was one */
	unsigned count[BR_JUDGED_WORSE + 1], skipped;
	size_t size;
	char report[BR_REPLAY_REPORT_MAX];
};

void br_replay_report(struct br_replay_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void br_replay_judged(struct br_replay_run *run, const struct br_comparison *c, uint64_t frame,
                      const char *what);
void br_replay_skipped(struct br_replay_run *run, uint64_t frame, const char *what,
                       const char *why);

/* captures/replay/replay_dhcp.c: ask again, hold each answer against the recorded one */
void br_replay_dhcp(struct br_replay_run *run, const struct br_talk_dhcp *d);
void br_replay_pxe(struct br_replay_run *run, const struct br_talk_pxe *x);

#endif /* BR_CAPTURES_REPLAY_REPLAY_PRIVATE_H */
