/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/page_story.h - runs of scripts as stories of a page (sim/page/html.h)
 *
 * The nodes of the script are the lanes: machines, then relays, then servers. What a fault took
 * away or held back on its way is drawn so, and what servers noted stands between.
 */
#ifndef BR_SIM_SCRIPT_PAGE_STORY_H
#define BR_SIM_SCRIPT_PAGE_STORY_H

#include "sim/page/html.h"
#include "sim/script/run.h"

/**
 * struct br_page_story - One run that is listened to
 * @html:	The page
 * @usual:	How long a frame takes that nothing holds
 * @frames:	Of its own; NULL: they go elsewhere
 */
struct br_page_story {
	struct br_html *html;
	const struct br_script *script;
	br_time usual;
	bool heard;
	FILE *frames;
	int lane[BR_SCRIPT_NODES_MAX];
	struct br_run_hear hear;
	char pcap[32];
};

/* The run that comes becomes the story of that name, and the script a text under its path; @options
 * get who listens, and where frames go if nobody wants them otherwise. If there is a story of that
 * name already nobody listens.
 */
void br_page_story_begin(struct br_page_story *story, struct br_html *html, const char *name,
                         const struct br_script *script, struct br_run_options *options);
/* @failed: its capture may be larger than those of others */
void br_page_story_end(struct br_page_story *story, const struct br_run_options *options,
                       bool failed);

/* The run of that seed again, where time is not real, as the story of its scenario: for who had no
 * page when it ran.
 */
void br_page_story_of(struct br_html *html, const struct br_script *script, uint64_t seed,
                      const struct br_run_watch *watch);

#endif /* BR_SIM_SCRIPT_PAGE_STORY_H */
