/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/expect.h - does what was seen satisfy a line: its ends, then its message
 *
 * In a line `*` is broadcast; in `never` and `fault` it is anyone. A port that is an
 * unbound variable matches any port.
 */
#ifndef BR_SIM_SCRIPT_EXPECT_H
#define BR_SIM_SCRIPT_EXPECT_H

#include "sim/script/observe.h"

/**
 * struct br_line_verdict - How far a line and something seen agree
 * @matches:	All of it
 * @from, @from_port, @to, @to_port: The ends, part by part
 * @match:	The message
 */
struct br_line_verdict {
	bool matches;
	bool from, from_port, to, to_port;
	struct br_match match;
};

enum br_expect_star {
	BR_EXPECT_STAR_BROADCAST,
	BR_EXPECT_STAR_ANYONE,
};

void br_expect_match(const struct br_step *step, enum br_expect_star star,
                     const struct br_seen *seen, const struct br_decoded *decoded,
                     const struct br_variables *variables, struct br_line_verdict *ret_verdict);

/* The ends alone. */
bool br_expect_ends(const struct br_step *step, enum br_expect_star star,
                    const struct br_seen *seen, const struct br_variables *variables);

/* Bind ports and fields; after a match, and after a stimulus was sent. 0 or -ENOSPC */
int br_expect_bind(const struct br_step *step, const struct br_seen *seen,
                   const struct br_decoded *decoded, struct br_variables *variables);

/* How many parts agree: of several lines, the closest is the one a report speaks of. */
unsigned br_expect_closeness(const struct br_step *step, const struct br_line_verdict *verdict);

/* A port number, or 0 if it is a variable that is not bound. */
uint16_t br_expect_port(const struct br_end *end, const struct br_variables *variables);

#endif /* BR_SIM_SCRIPT_EXPECT_H */
