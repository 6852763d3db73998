/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/replay_tally.h - what a replay has to report, line by line, and how often which
 * judgement was given
 */
#ifndef BR_CAPTURES_REPLAY_REPLAY_TALLY_H
#define BR_CAPTURES_REPLAY_REPLAY_TALLY_H

#include "captures/replay/compare.h"

enum {
	BR_REPLAY_REPORT_MAX = 1 << 17,
};

/**
 * struct br_replay_tally - Zero at first
 * @count:	By judgement
 * @skipped:	Things that were not replayed
 * @report:	Of @size octets; what does not fit is left out
 */
struct br_replay_tally {
	unsigned count[BR_JUDGED_WORSE + 1], skipped;
	size_t size;
	char report[BR_REPLAY_REPORT_MAX];
};

void br_replay_report(struct br_replay_tally *tally, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void br_replay_judged(struct br_replay_tally *tally, const struct br_comparison *c, uint64_t frame,
                      const char *what);
void br_replay_skipped(struct br_replay_tally *tally, uint64_t frame, const char *what,
                       const char *why);

#endif /* BR_CAPTURES_REPLAY_REPLAY_TALLY_H */
