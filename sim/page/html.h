/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/page/html.h - results as a page: one file that works from a disk, with everything inside
 *
 * Whatever a verb finds out becomes rows of one kind: who (@column) against what (@group), a
 * result, and why. A row may name a story, which is what passed on the wire, drawn as a ladder
 * on one clock, with a capture to take out of the page; and scripts, whose text is in it. What
 * was in a page that stood in the same place is compared with: what has changed stands on top.
 *
 * report.html, report.js, page.js and page.css are the page; embed.py puts them together.
 */
#ifndef BR_SIM_PAGE_HTML_H
#define BR_SIM_PAGE_HTML_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/time.h"

enum {
	BR_HTML_EVERYBODY = -1,        /* in the place of a lane: sent to all */
	BR_HTML_NOBODY = -2,           /* said, not sent */
	BR_HTML_CAPTURE_MAX = 1 << 22, /* octets of a capture that is put into the page */
	BR_HTML_EVENTS_MAX = 400,      /* of a story: the last ones are told */
};

struct br_html;

/**
 * struct br_html_row - One result; any text may be NULL
 * @key:	Unlike that of any other row, and the same at the next run
 * @column, @group, @name: Whose, of what kind, and what it is called
 * @result:	"pass", "fail", "warn", "skipped" and the like
 * @about, @clause, @strength: What must hold, where that stands, and how much it binds
 * @why, @want, @got, @marks, @again: As in a report
 * @said:	A text of several lines
 * @story:	Name of the story
 * @script, @scripts: Names of texts; @line of the first is marked, 0: none is
 */
struct br_html_row {
	const char *key, *column, *group, *name, *result;
	const char *about, *clause, *strength;
	const char *why, *want, *got, *marks, *again, *said;
	const char *story;
	const char *const *script;
	size_t scripts;
	uint32_t line;
};

/**
 * struct br_html_event - Something that passed, or was said
 * @at, @sent:	When it arrived, was lost or was said; when it was sent, if it was held: else 0
 * @from, @to:	Lanes in the order of br_html_lane(), or of BR_HTML_...
 * @frame:	In the capture; 0: none
 * @lost:	Why it never arrived, or NULL
 */
struct br_html_event {
	br_time at, sent;
	int from, to;
	uint64_t frame;
	const char *lost, *text;
};

/* @title: "conform: core"; @groups: what a group is, "requirements". Out of memory ends the
 * program.
 */
struct br_html *br_html_new(const char *title, const char *groups);
struct br_html *br_html_free(struct br_html *html); /* NULL in, NULL out */

/* Compare with the page at @path; without one, or if that is none of ours, with nothing.
 * @column: rows of other columns stay as they are there, with their stories, and with their scripts
 * where no newer one of that name comes; NULL: all are made anew
 */
void br_html_since(struct br_html *html, const char *path, const char *column);
/* Lines at the end of the page: what words of the rows mean. */
void br_html_legend(struct br_html *html, const char *lines);

/* A name and a text beside the rest of the next row. */
void br_html_fact(struct br_html *html, const char *name, const char *value);
void br_html_row(struct br_html *html, const struct br_html_row *row);

/* A text that rows name as a script; the same name twice is the same text. */
void br_html_text(struct br_html *html, const char *name, const char *text);
/* The same, of a file; one that cannot be read is left out. */
void br_html_file(struct br_html *html, const char *name, const char *path);

/* A story: its lanes, then what passed. Where rows of other columns may stay its name begins
 * with the column, a colon and a blank. Return: false if there is one of that name already
 */
bool br_html_story(struct br_html *html, const char *name);
void br_html_lane(struct br_html *html, const char *name, const char *role);
void br_html_event(struct br_html *html, const struct br_html_event *event);
/* When its time 0 was, ns since 1970, for who has more to put on the same clock. */
void br_html_clock(struct br_html *html, br_time began);
/* With the capture at @path inside, if it has no more than @most octets, at most
 * BR_HTML_CAPTURE_MAX; else the page says that it has not, and where it is if @name is not NULL.
 * @path NULL: there is none
 */
void br_html_story_end(struct br_html *html, const char *path, size_t most, const char *name);

/* The last story, to hand it to another page of the same kind; to be freed, NULL: there is none */
char *br_html_story_give(const struct br_html *html);
/* One that another page gave; nothing happens if there is one of that name. */
void br_html_story_take(struct br_html *html, const char *story);

/* The whole page; errors stay with @to. */
void br_html_write(const struct br_html *html, FILE *to);

extern const char br_page_before[], br_page_behind[]; /* the page around its data */

#endif /* BR_SIM_PAGE_HTML_H */
