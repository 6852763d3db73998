/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/print.h - a parsed script as text again
 *
 * Words, comments and empty lines come back as they stood; only the columns are set
 * anew. Parsing the text gives the same script. Items that are cut, and those of a
 * used file, are left out.
 */
#ifndef BR_SIM_SCRIPT_PRINT_H
#define BR_SIM_SCRIPT_PRINT_H

#include <stdio.h>

#include "sim/script/script.h"

void br_script_print(const struct br_script *script, FILE *to);

/* One item without its line feed, comment or columns: for reports. */
void br_item_print(const struct br_script *script, const struct br_item *item, FILE *to);

/* The same for a file in another folder: paths in it are absolute. */
void br_item_print_moved(const struct br_script *script, const struct br_item *item, FILE *to);

/* "boot:67", "fw:$p1", "*" */
void br_end_print(const struct br_script *script, const struct br_end *end, struct br_writer *w);

/* The same without its port: "boot", "*", "[2001:db8::1]" */
void br_end_print_host(const struct br_script *script, const struct br_end *end,
                       struct br_writer *w);

/* "dhcp offer xid=$x opt54=10.77.0.1", without ends and ids */
void br_line_print(const struct br_line *line, struct br_writer *w);

#endif /* BR_SIM_SCRIPT_PRINT_H */
