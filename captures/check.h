/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/check.h - the verb `check`: does this capture follow this script?
 *
 * Exit: 0 it follows, 1 it does not, 2 bad usage, script or file; also a damaged capture: judged
 * is what stands before that.
 */
#ifndef BR_CAPTURES_CHECK_H
#define BR_CAPTURES_CHECK_H

#include <stdio.h>

#include "sim/command/verb.h"
#include "sim/script/follow.h"

/**
 * struct br_look - The captures, and whose packets
 * @chosen:	Those of one machine, @mac, which stands for the script's client, or is that of one
 *		of its clients; else those of its clients, by their MAC addresses
 */
struct br_look {
	const char *const *paths;
	size_t count;
	bool chosen;
	uint8_t mac[6];
};

/* @err: where damage, and machines that cannot be told apart, are told; NULL: nowhere
 * Return: 0; 1: what stands in front of damage was judged; -ESRCH: whose packets are meant is not
 *	   known; else an error of br_feed_open()
 */
int br_check_follow(const struct br_look *look, const struct br_script *script, FILE *err,
                    struct br_follow_result *ret_result);

extern const struct br_command_verb br_verb_check;

#endif /* BR_CAPTURES_CHECK_H */
