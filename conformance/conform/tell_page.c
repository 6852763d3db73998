/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdicts as a page (sim/page/html.h): servers against groups, and the story behind each */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/conform/again.h"
#include "conformance/conform/areas.h"
#include "conformance/conform/tell.h"
#include "sim/page/html.h"

enum {
	SCRIPTS_MAX = 4, /* whose text is shown with a row */
	NAME_SIZE = 400,
};

static const struct br_script *shown_script(const struct br_verdict_row *row)
{
	if (row->against)
		return row->against->script;
	return row->scripts > 0 ? row->script[0] : NULL;
}

static void put_evidence(struct br_html *html, const struct br_verdict_row *row)
{
	char text[NAME_SIZE];

	(void)snprintf(text, sizeof(text), "held %" PRIu32 " times, broken %" PRIu32 " times%s",
	               row->held, row->broken,
	               row->by_rule ? ", also judged by a rule in whatever passes" : "");
	if (row->held + row->broken > 0)
		br_html_fact(html, "evidence", text);
	if (row->reason)
		br_html_fact(html, "reason", row->reason);
	for (size_t i = 0; i < row->scripts; i++)
		br_html_fact(html, i == 0 ? "scripts" : "", row->script[i]->scenario);
}

static size_t paths_of(const struct br_verdict_row *row, const char *path[SCRIPTS_MAX])
{
	size_t count = 0;

	if (row->against)
		path[count++] = row->against->script->path;
	for (size_t i = 0; i < row->scripts && count < SCRIPTS_MAX; i++) {
		bool known = row->against && row->against->script == row->script[i];

		if (!known)
			path[count++] = row->script[i]->path;
	}
	return count;
}

static void put_row(struct br_html *html, const struct br_verdict_row *row,
                    const struct br_tell_options *o)
{
	const struct br_requirement *q = row->requirement;
	const struct br_script *script = shown_script(row);
	char group[32], key[NAME_SIZE], story[NAME_SIZE];
	char *again = row->against ? br_again_text(row->against, o) : NULL;
	const char *path[SCRIPTS_MAX];

	(void)snprintf(group, sizeof(group), "%.*s", (int)br_group_of(q->id), q->id);
	(void)snprintf(key, sizeof(key), "%s/%s", o->target->name, q->id);
	(void)snprintf(story, sizeof(story), "%s: %s", o->target->name,
	               script ? script->scenario : "");
	put_evidence(html, row);
	br_html_row(html, &(struct br_html_row){.key = key,
	                                        .column = o->target->name,
	                                        .group = group,
	                                        .name = q->id,
	                                        .result = br_verdict_name(row->kind),
	                                        .about = q->sentence,
	                                        .clause = q->clause,
	                                        .strength = q->strength,
	                                        .why = row->against ? row->against->why : NULL,
	                                        .want = row->against ? row->against->want : NULL,
	                                        .got = row->against ? row->against->got : NULL,
	                                        .again = again,
	                                        .story = script ? story : NULL,
	                                        .script = path,
	                                        .scripts = paths_of(row, path),
	                                        .line = row->against ? row->against->line : 0});
	free(again);
}

static void put_broken_off(struct br_html *html, const struct br_broken_off *off,
                           const struct br_tell_options *o)
{
	const struct br_script *script = off->at.script;
	char key[NAME_SIZE], story[NAME_SIZE], *again = br_again_text(&off->at, o);

	(void)snprintf(key, sizeof(key), "%s/%s", o->target->name, script->scenario);
	(void)snprintf(story, sizeof(story), "%s: %s", o->target->name, script->scenario);
	if (off->reason)
		br_html_fact(html, "reason", off->reason);
	br_html_row(html,
	            &(struct br_html_row){.key = key,
	                                  .column = o->target->name,
	                                  .group = "scripts",
	                                  .name = script->scenario,
	                                  .result = off->reason ? "known"
	                                            : off->rig  ? "broken"
	                                                        : "fail",
	                                  .about = "It broke off at a line of no requirement.",
	                                  .why = off->at.why,
	                                  .want = off->at.want,
	                                  .got = off->at.got,
	                                  .again = again,
	                                  .story = story,
	                                  .script = &script->path,
	                                  .scripts = 1,
	                                  .line = off->at.line});
	free(again);
}

void br_tell_page(const struct br_conform *v, const struct br_tell_options *o, FILE *to)
{
	char *legend = NULL;
	size_t size = 0;
	FILE *lines = open_memstream(&legend, &size);

	if (!lines)
		abort();
	br_area_legend("", lines);
	(void)fclose(lines);
	br_html_legend(o->html, legend);
	free(legend);
	for (size_t i = 0; i < v->rows; i++) {
		if (v->row[i].wanted)
			put_row(o->html, &v->row[i], o);
	}
	for (size_t i = 0; i < v->offs; i++)
		put_broken_off(o->html, &v->off[i], o);
	br_html_write(o->html, to);
}
