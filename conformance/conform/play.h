/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/play.h - play scripts for their evidence on requirements
 *
 * A line with @ids speaks for them once the script came past it; where it stopped it speaks
 * against them. A stimulus with @ids means what comes of it: the lines up to the next one that
 * sends something. A `never` has held when all has been quiet. Nothing has held in a run in which
 * the server answered nothing as it should.
 */
#ifndef BR_CONFORMANCE_CONFORM_PLAY_H
#define BR_CONFORMANCE_CONFORM_PLAY_H

#include "conformance/conform/evidence.h"
#include "conformance/watch.h"
#include "sim/script/collect.h"

struct br_html;

/**
 * struct br_play_options - How
 * @watch:	Judges every frame, as br_watch_rules
 * @prepare:	Makes the server ready for a script; returns why it is not, or NULL. May be NULL
 * @context:	Handed to @prepare
 * @real:	Time is, and therefore dear: what draws numbers is not played as often as it says
 * @html:	Gets the story of each script, as "@server: scenario"; NULL: none is wanted
 * @captures:	A folder that is there, for captures of what speaks against the server; NULL: none
 */
struct br_play_options {
	const struct br_run_watch *watch;
	const char *(*prepare)(void *context, const struct br_script *script);
	void *context;
	bool real;
	struct br_html *html;
	const char *server, *captures;
};

/* Has it a line for a requirement that is called so, or begins so (areas.h)? */
bool br_shows_below(const struct br_script *script, const char *name);

/* Play one script, as often as it says. @result: a place for what comes of a run */
void br_play(struct br_evidence *evidence, const struct br_script *script,
             const struct br_play_options *how, struct br_file_store *made,
             struct br_run_result *result);

/* The path of a script's capture below @folder */
void br_play_capture(char *text, size_t size, const char *folder, const char *scenario);

#endif /* BR_CONFORMANCE_CONFORM_PLAY_H */
