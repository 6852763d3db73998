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

#include "conformance/conform/verdicts.h"
#include "conformance/watch.h"
#include "sim/script/collect.h"

struct br_html;

/**
 * struct br_play_options - How
 * @watch:	Judges every frame, as br_watch_rules
 * @skip:	Why a script is not to be played, or NULL; may be NULL
 * @rehearsed:	The same scripts for a server of their own: what takes longer than @pace_s
 *		there in virtual time is not played; NULL: all are
 * @prepare:	Makes the server ready for a script; returns why it is not, or NULL. May be NULL
 * @context:	Handed to @skip and @prepare
 * @html:	Gets the story of each script, as "@server: scenario"; NULL: none is wanted
 * @progress:	Tells on a terminal which script is at hand
 */
struct br_play_options {
	const struct br_run_watch *watch;
	const char *(*skip)(void *context, const struct br_script *script);
	const char *(*prepare)(void *context, const struct br_script *script);
	void *context;
	const struct br_scripts *rehearsed;
	unsigned pace_s;
	struct br_html *html;
	const char *server;
	bool progress;
};

/* Has it a line for a requirement that is called so, or begins so (areas.h)? */
bool br_shows_below(const struct br_script *script, const char *name);

/* Return: false if a signal ended it before all were played */
bool br_play_all(struct br_conform *verdicts, const struct br_scripts *scripts,
                 const struct br_play_options *options);

#endif /* BR_CONFORMANCE_CONFORM_PLAY_H */
