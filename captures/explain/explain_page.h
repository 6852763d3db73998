/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/explain_page.h - an explanation as a page (sim/page/html.h)
 *
 * A row for each machine, in the group of its verdict, with what it tried and what to change; a
 * row for each rule that was broken. The story of a machine is drawn of its frames: it on the
 * left, whom it spoke with on the right.
 */
#ifndef BR_CAPTURES_EXPLAIN_EXPLAIN_PAGE_H
#define BR_CAPTURES_EXPLAIN_EXPLAIN_PAGE_H

#include "captures/explain/explain_forms.h"
#include "sim/page/html.h"

struct br_explain_page;

/* @since: where the page will lie, and an earlier one may. Out of memory ends the program. */
struct br_explain_page *br_explain_page_new(const struct br_explain *explain, const char *since);
struct br_explain_page *br_explain_page_free(struct br_explain_page *page); /* NULL in, NULL out */

void br_explain_page_client(struct br_explain_page *page, const struct br_story *story,
                            const struct br_diagnosis *d);
/* The captures are read once more, for the stories; not what is no file. */
void br_explain_page_write(struct br_explain_page *page, const struct br_explain_run *run,
                           FILE *to);

#endif /* BR_CAPTURES_EXPLAIN_EXPLAIN_PAGE_H */
