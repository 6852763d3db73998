/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/tell.h - verdicts for people, and as JUnit and JSON */
#ifndef BR_CONFORMANCE_CONFORM_TELL_H
#define BR_CONFORMANCE_CONFORM_TELL_H

#include "conformance/conform/verdicts.h"
#include "sim/script/style.h"

struct br_html;

/**
 * struct br_tell_options - How
 * @target:	The server
 * @command:	How this program is called, for lines that can be pasted; NULL: "bootrig"
 * @server, @address, @roles: What stood behind these options; NULL: nothing
 * @strict:	What only should hold fails too
 * @all:	Also each requirement that passed, and what checked it
 * @captures:	The folder that those of what failed lie in (play.h); NULL: there are none
 * @html:	Of br_tell_page(): begun, with the stories of what was played
 */
struct br_tell_options {
	const struct br_verdict_target *target;
	const char *command, *server, *address, *roles, *captures;
	bool strict, all;
	struct br_style look;
	struct br_html *html;
};

/* Area by area and group by group; the last line is "N passed, N failed, N skipped". */
void br_tell_text(const struct br_conform *verdicts, const struct br_tell_options *options,
                  FILE *to);

/* A test case for each requirement that was asked for, and for each script that broke off. */
void br_tell_junit(const struct br_conform *verdicts, const struct br_tell_options *options,
                   FILE *to);

/* A flat array: {server, requirement, strength, verdict, ...}. */
void br_tell_json(const struct br_conform *verdicts, const struct br_tell_options *options,
                  FILE *to);

/* A page, a row for each of these. */
void br_tell_page(const struct br_conform *verdicts, const struct br_tell_options *options,
                  FILE *to);

#endif /* BR_CONFORMANCE_CONFORM_TELL_H */
