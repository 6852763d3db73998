/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/team.h - play many scripts, one after the other or side by side
 *
 * Side by side each process has a server and a network of its own, so that no script is told from
 * another by anything but its number: the result is the same however many there are. A process
 * takes the next script when it is done with one, the longest first; evidence is weighed in the
 * order of scripts.
 */
#ifndef BR_CONFORMANCE_CONFORM_TEAM_H
#define BR_CONFORMANCE_CONFORM_TEAM_H

#include "conformance/conform/play.h"

enum {
	BR_TEAM_MAX = 64,
	BR_TEAM_ERROR_SIZE = 300,
};

/**
 * struct br_team_options - How
 * @play:	Of each script; its .context is handed to all of these, too
 * @skip:	Why a script is not to be played, or NULL; may be NULL
 * @rehearsed:	The same scripts for a server of their own: what takes longer than @pace_s
 *		there in virtual time is not played; NULL: all are
 * @progress:	Tells on a terminal which script is at hand
 * @at_once:	So many processes; 0: this one alone, and none of the following is called
 * @begin:	First in each of them, counted from 1: makes its server and network. Return: 0, or
 *		negative errno with the reason in @error
 * @said:	In it: what the server said since the last time, to be freed; or NULL
 * @end:	Last in it. Return: whether all went well with the server
 * @keep:	In this process, in the order of scripts: what was said meanwhile
 */
struct br_team_options {
	struct br_play_options play;
	const char *(*skip)(void *context, const struct br_script *script);
	const struct br_scripts *rehearsed;
	unsigned pace_s;
	bool progress;
	size_t at_once;
	int (*begin)(void *context, size_t number, char error[static BR_TEAM_ERROR_SIZE]);
	char *(*said)(void *context);
	bool (*end)(void *context);
	void (*keep)(void *context, const struct br_script *script, const char *said);
};

/**
 * struct br_team_result - What came of it, but for the verdicts
 * @whole:	All were played: no signal ended it before
 * @unwell:	Something was wrong with a server that is no verdict
 * @error, @why: The first process could not begin: negative errno, and the reason
 */
struct br_team_result {
	bool whole, unwell;
	int error;
	char why[BR_TEAM_ERROR_SIZE];
};

void br_team_play(struct br_conform *verdicts, const struct br_scripts *scripts,
                  const struct br_team_options *options, struct br_team_result *ret_result);

#endif /* BR_CONFORMANCE_CONFORM_TEAM_H */
