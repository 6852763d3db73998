/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/check.h - the verb `check`: does this capture follow this script?
 *
 * Exit: 0 it follows, 1 it does not, 2 bad usage, script or file; also a damaged capture: judged
 * is what stands before that.
 */
#ifndef BR_CAPTURES_CHECK_H
#define BR_CAPTURES_CHECK_H

#include <stdio.h>

#include "captures/read/only_client.h"
#include "sim/command/verb.h"
#include "sim/script/follow.h"

/**
 * struct br_look - The captures, and whose packets
 * @chosen:	Those of one machine, .only.mac; else that of the script's client, or all
 */
struct br_look {
	const char *const *paths;
	size_t count;
	bool chosen;
	struct br_only_client only;
};

/* @err: where damage is told; NULL: nowhere
 * Return: 0; 1: what stands in front of damage was judged; else an error of br_feed_open()
 */
int br_check_follow(struct br_look *look, const struct br_script *script, FILE *err,
                    struct br_follow_result *ret_result);

extern const struct br_command_verb br_verb_check;

#endif /* BR_CAPTURES_CHECK_H */
