/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/columns.h - what a line wants above what came, and marks where they differ
 *
 * Of a run (show.c) and of a capture (follow.c) alike.
 */
#ifndef BR_SIM_SCRIPT_COLUMNS_H
#define BR_SIM_SCRIPT_COLUMNS_H

#include "sim/script/expect.h"

/**
 * struct br_columns - The three lines as they grow, column by column
 * @script, @variables: Names of nodes, and what variables stand for by now
 */
struct br_columns {
	const struct br_script *script;
	const struct br_variables *variables;
	struct br_writer want, got, marks;
};

/* @verdict: NULL: nothing is marked. @seen: NULL: nothing came; else @decoded is what it says */
void br_columns_show(struct br_columns *columns, const struct br_step *step,
                     const struct br_line_verdict *verdict, const struct br_seen *seen,
                     const struct br_decoded *decoded);

/* Blanks up to a column. */
void br_columns_pad(struct br_writer *w, size_t column);
/* Blanks at the end are cut, and the text is ended. */
void br_columns_end(struct br_writer *w);

#endif /* BR_SIM_SCRIPT_COLUMNS_H */
