/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/style.h - how a report looks: on a terminal fitted to it, and in colour
 *
 * For whoever is no terminal lines are as long as they are, and plain: a file and a machine
 * get the same text on every system.
 */
#ifndef BR_SIM_SCRIPT_STYLE_H
#define BR_SIM_SCRIPT_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * struct br_style - Of all lines of one report
 * @prefix:	Before each line: "# " in TAP, or ""
 * @width:	Columns of the terminal; 0: there is none
 * @colour:	Never without a terminal
 */
struct br_style {
	const char *prefix;
	size_t width;
	bool colour;
};

enum br_style_colour {
	BR_STYLE_PLAIN,
	BR_STYLE_GOOD,
	BR_STYLE_BAD,
	BR_STYLE_SKIPPED,
	BR_STYLE_FAINT,
};

/* What fits @to. Colour is for a terminal that is not "dumb", unless NO_COLOR is set and not
 * empty (no-color.org).
 */
struct br_style br_style_of(FILE *to, const char *prefix);

/* @text in that colour, where there are colours. */
void br_style_put(const struct br_style *look, enum br_style_colour colour, const char *text,
                  FILE *to);

/* What stands before each line of a report, for what writes the rest of it itself. */
void br_style_label(const struct br_style *look, const char *label, FILE *to);

/* The line of a report that @label begins, "why", or "" for one that goes on: words that do
 * not fit go on below each other.
 */
void br_style_line(const struct br_style *look, const char *label, const char *text, FILE *to);

/* The same for what somebody may want to copy, or what stands in columns: never folded. */
void br_style_whole(const struct br_style *look, const char *label, const char *text, FILE *to);

/**
 * struct br_style_row - One of several lines below each other, column by column
 * @text:	Octets are columns
 */
struct br_style_row {
	const char *label, *text;
	enum br_style_colour colour;
};

/* Folded all at the same columns, between words where that can be. A row is left out where it
 * has nothing but blanks, unless it begins there.
 */
void br_style_rows(const struct br_style *look, const struct br_style_row *row, size_t rows,
                   FILE *to);

/* One line without a label, and the line's end; what does not fit is cut off. */
void br_style_cut(const struct br_style *look, const char *text, FILE *to);

#endif /* BR_SIM_SCRIPT_STYLE_H */
