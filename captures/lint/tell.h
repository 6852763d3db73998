/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/lint/tell.h - a report of lint as a text, as JSON, as JUnit, as rows of a page */
#ifndef BR_CAPTURES_LINT_TELL_H
#define BR_CAPTURES_LINT_TELL_H

#include "captures/lint/judge.h"
#include "sim/page/html.h"
#include "sim/script/style.h"

void br_lint_tell_text(const struct br_lint_report *report, const struct br_style *look, FILE *to);
void br_lint_tell_json(const struct br_lint_report *report, FILE *to);
void br_lint_tell_junit(const struct br_lint_report *report, FILE *to);

/* @pcap: NULL: no stories. What passed of client @i is in the capture of its wave. */
void br_lint_tell_page(const struct br_lint_report *report, struct br_html *html,
                       const char *const *pcap, FILE *to);

const char *br_lint_result_name(enum br_lint_result result); /* "boots" */

#endif /* BR_CAPTURES_LINT_TELL_H */
