/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/same_verdict.h - whether explain says the same of two captures */
#ifndef BR_CAPTURES_CONVERT_SAME_VERDICT_H
#define BR_CAPTURES_CONVERT_SAME_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What explain says of a capture, or of several of one event: of each client how far it got, who
 * it is, its findings, and what became of each attempt, by their names. Damage counts as the end.
 */
struct br_verdicts {
	char **client; /* a line each, without anything that names it */
	size_t clients;
	size_t seen; /* of these, machines */
};

/* What is asked for: @rules: the findings alone, and behind them, as one client more, the rules
 * that are broken; @mac: of that client only, NULL: of all
 */
struct br_verdicts_wish {
	bool rules;
	const uint8_t *mac;
};

/* Return: 0; -EBADMSG and a line to @err: one cannot be read; -ENOMEM. @wish: may be NULL */
int br_verdicts_read(struct br_verdicts *ret_verdicts, const char *const *paths, size_t count,
                     const struct br_verdicts_wish *wish, FILE *err);
/* Some client is in it. */
bool br_verdicts_any(const struct br_verdicts *verdicts);
void br_verdicts_reset(struct br_verdicts *verdicts);

/* A line to @err, unless that is NULL, for each client of which something else is said */
bool br_verdicts_equal(const struct br_verdicts *before, const struct br_verdicts *after,
                       FILE *err);

#endif /* BR_CAPTURES_CONVERT_SAME_VERDICT_H */
