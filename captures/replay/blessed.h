/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/blessed.h - a report that somebody has looked at, kept beside its capture
 *
 * boot.pcap has boot.pcap.replay: plain text to keep under version control, so that what is
 * blessed is reviewed as a diff. A later report that says something else is told line by
 * line, "-" what was blessed and "+" what is.
 */
#ifndef BR_CAPTURES_REPLAY_BLESSED_H
#define BR_CAPTURES_REPLAY_BLESSED_H

#include <stdbool.h>
#include <stdio.h>

enum br_blessed {
	BR_BLESSED_NOT, /* nothing is blessed */
	BR_BLESSED_SAME,
	BR_BLESSED_CHANGED, /* told on @out */
};

/* @captures: what is replayed, and the other side of a relay or NULL; kept beside the first
 * @bless: keep @report, whole or not at all, and BR_BLESSED_SAME
 * Return: enum br_blessed; -1 and a line on @err if the file cannot be read or written
 */
int br_blessed(const char *const captures[2], const char *report, bool bless, FILE *out, FILE *err);

#endif /* BR_CAPTURES_REPLAY_BLESSED_H */
