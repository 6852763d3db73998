/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/command/page.h - a page of a manual: text for a terminal, or man(7) for man
 *
 * Paragraphs are divided by an empty line in the text given; what stands on a line of its own
 * there is wrapped with what is around it, unless it begins with a blank or tab: such lines stay
 * as they are.
 */
#ifndef BR_SIM_COMMAND_PAGE_H
#define BR_SIM_COMMAND_PAGE_H

#include <stdbool.h>
#include <stdio.h>

enum br_page_form {
	BR_PAGE_TEXT,
	BR_PAGE_MAN,
};

struct br_page {
	FILE *to;
	enum br_page_form form;
	bool begun; /* something stands on it: what comes next keeps a distance */
};

/* The title of a man page and its NAME; a page of text has none. */
void br_page_title(struct br_page *page, const char *name, const char *section, const char *says);

void br_page_section(struct br_page *page, const char *title);
void br_page_text(struct br_page *page, const char *text);

/* A thing and what it is; @argument stands behind @term, NULL is none; @text may be NULL. */
void br_page_item(struct br_page *page, const char *term, const char *argument, const char *text);

/* A line that stays as it is: a command, a synopsis. */
void br_page_line(struct br_page *page, const char *line);

#endif /* BR_SIM_COMMAND_PAGE_H */
