/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/report_page.h - results of a suite as a page (sim/page/html.h) */
#ifndef BR_SIM_SCRIPT_REPORT_PAGE_H
#define BR_SIM_SCRIPT_REPORT_PAGE_H

#include "sim/script/suite.h"

/* A row for each script, by folder. What is not real is played once more, for its story. @since:
 * where the page will lie, and an earlier one may
 */
void br_report_page(const struct br_suite_row *rows, size_t count,
                    const struct br_suite_options *options, const char *since, FILE *to);

#endif /* BR_SIM_SCRIPT_REPORT_PAGE_H */
