/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/baseline.h - failures that are known, each with the reason why it stays
 *
 * A text file, a failure a line: the id of a requirement or the name of a script, blanks, the
 * reason. Empty lines and what begins with '#' is left out.
 */
#ifndef BR_CONFORMANCE_CONFORM_BASELINE_H
#define BR_CONFORMANCE_CONFORM_BASELINE_H

#include <stdio.h>

struct br_baseline;

/**
 * br_baseline_load() - Read it
 * @ret_baseline: Set on 0 only
 * @err:	Gets a line for each mistake: "file:line:column: what was expected"
 *
 * Return: 0, -EINVAL, or what open(2) said
 */
int br_baseline_load(struct br_baseline **ret_baseline, const char *path, FILE *err);
struct br_baseline *br_baseline_free(struct br_baseline *baseline); /* NULL in, NULL out */

const char *br_baseline_reason(const struct br_baseline *baseline, const char *name); /* or NULL */

#endif /* BR_CONFORMANCE_CONFORM_BASELINE_H */
