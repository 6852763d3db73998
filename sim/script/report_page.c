/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/report_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/script/again.h"
#include "sim/script/page_story.h"

enum {
	FACTS_MAX = 16, /* requirements that a row speaks of */
	TEXT_SIZE = 700,
};

/* "tftp/read" of "tftp/read/netascii" */
static void folder_of(const char *scenario, char *text, size_t size)
{
	const char *slash = strrchr(scenario, '/');

	(void)snprintf(text, size, "%.*s", (int)(slash ? slash - scenario : 1),
	               slash ? scenario : ".");
}

static const char *result_of(const struct br_run_result *r)
{
	return r->result == BR_RESULT_UNSUPPORTED ? "unsupported" : br_result_name(r->result);
}

/* Who is real in it, else the server of ours */
static const char *column_of(const struct br_script *script)
{
	for (size_t i = 0; script && i < script->nodes; i++) {
		if (script->node[i].profile)
			return script->node[i].profile;
		if (script->node[i].kind == BR_NODE_IFACE)
			return script->node[i].name;
	}
	return "core";
}

static void put_requirement(struct br_html *html, const struct br_report_sources *sources,
                            const char *id)
{
	const char *sentence = sources->sentence ? sources->sentence(sources->context, id) : NULL;
	const char *clause = sources->clause ? sources->clause(sources->context, id) : NULL;
	char text[TEXT_SIZE];

	(void)snprintf(text, sizeof(text), "%s (%s)", sentence ? sentence : "",
	               clause ? clause : "");
	br_html_fact(html, id, text);
}

/* What the failing line is about; of a script that passed what it shows. */
static void put_requirements(struct br_html *html, const struct br_suite_row *row,
                             const struct br_report_sources *sources)
{
	const struct br_item *failed = row->result->failure.item;
	size_t items = !row->script ? 0 : failed ? 1 : row->script->items;
	const char *told[FACTS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < items; i++) {
		struct br_ids ids = br_item_ids(failed ? failed : &row->script->item[i]);

		for (size_t k = 0; k < ids.count && count < FACTS_MAX; k++) {
			bool known = false;

			for (size_t n = 0; n < count; n++)
				known = known || !strcmp(told[n], ids.id[k]);
			if (known)
				continue;
			told[count++] = ids.id[k];
			put_requirement(html, sources, ids.id[k]);
		}
	}
	if (row->result->failure.rule[0])
		put_requirement(html, sources, row->result->failure.rule);
}

static void put_row(struct br_html *html, const struct br_suite_row *row,
                    const struct br_suite_options *o)
{
	const struct br_run_result *r = row->result;
	const struct br_failure *f = &r->failure;
	const char *name = row->script ? row->script->scenario : row->name;
	char group[TEXT_SIZE], key[TEXT_SIZE], again[2 * TEXT_SIZE], *words = br_again_words(o);
	bool failed = f->kind != BR_FAILURE_NONE;

	folder_of(name, group, sizeof(group));
	(void)snprintf(key, sizeof(key), "%s/%s", column_of(row->script), name);
	(void)snprintf(again, sizeof(again), "%s run %s%s --seed %" PRIu64 "%s",
	               o->command ? o->command : "bootrig", row->path, o->against ? o->against : "",
	               r->seed, words);
	free(words);
	put_requirements(html, row, &o->sources);
	br_html_row(html, &(struct br_html_row){
				  .key = key,
				  .column = column_of(row->script),
				  .group = group,
				  .name = name,
				  .result = result_of(r),
				  .about = row->script ? row->script->title : NULL,
				  .why = failed ? f->why : r->reason,
				  .want = failed ? f->want : NULL,
				  .got = failed ? f->got : NULL,
				  .marks = failed ? f->marks : NULL,
				  .again = row->script ? again : NULL,
				  .said = row->report,
				  .story = name,
				  .script = &row->path,
				  .scripts = row->script ? 1 : 0,
				  .line = failed && f->item && !strcmp(f->item->path, row->path)
	                                          ? f->item->line
	                                          : 0});
}

void br_report_page(const struct br_suite_row *rows, size_t count,
                    const struct br_suite_options *options, const char *since, FILE *to)
{
	struct br_html *html = br_html_new("bootrig run", "folder");

	br_html_since(html, since, NULL);
	for (size_t i = 0; i < count; i++) {
		const struct br_script *script = rows[i].script;

		if (script && !script->real && rows[i].result->result != BR_RESULT_UNSUPPORTED)
			br_page_story_of(html, script, rows[i].result->seed, options->watch);
		else if (script)
			br_html_file(html, script->path, script->path);
		put_row(html, &rows[i], options);
	}
	br_html_write(html, to);
	br_html_free(html);
}
