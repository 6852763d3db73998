/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/hidden.h - captures under other names, checked before anybody gets them
 *
 * What explain says of them is compared with what it says of the originals. If that is the same
 * they are written, and a report of what was changed and what was kept; if not, each stands beside
 * the place it was meant for, with ".rejected" behind its name, and what differs is told.
 */
#ifndef BR_CAPTURES_CONVERT_HIDDEN_H
#define BR_CAPTURES_CONVERT_HIDDEN_H

#include "captures/convert/anonymous_pcap.h"

enum {
	BR_HIDDEN_MAX = 2
};

/**
 * struct br_hidden - Zero at first; to be reset whatever came of making it
 * @to:		The captures, to be read by their paths
 * @damaged:	One of the originals is: what stood before that is hidden, and that was told
 */
struct br_hidden {
	struct br_spool from[BR_HIDDEN_MAX], to[BR_HIDDEN_MAX];
	bool damaged;
};

/* @from: @count paths, "-" is standard input. @out: where each is written, or NULL
 * @who: who is meant, by the old names and then by the new. @err: the report of what is written too
 * Return: an exit code: 0; 1: explain says something else of it; 2: after one line why
 */
int br_hidden_make(struct br_hidden *hidden, const char *const *from, const char *const *out,
                   size_t count, struct br_anonymous_who *who, FILE *err);
void br_hidden_reset(struct br_hidden *hidden);

#endif /* BR_CAPTURES_CONVERT_HIDDEN_H */
