/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/areas.h - requirements by group: what an id says before its number
 *
 * "TFTP-WIN-03" is of the group "TFTP-WIN" in the area "TFTP"; "RLS-01" of the group and area
 * "RLS".
 */
#ifndef BR_CONFORMANCE_CONFORM_AREAS_H
#define BR_CONFORMANCE_CONFORM_AREAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

size_t br_area_of(const char *id);  /* how many of its letters name the area */
size_t br_group_of(const char *id); /* and the group */

const char *br_area_title(const char *id); /* "TFTP", in words: "file transfer by TFTP" */

/* "TFTP-WIN-03" is below itself, "TFTP-WIN" and "TFTP", and all is below "". */
bool br_area_is_below(const char *id, const char *name);

/* What each strength of the table means, a line each. */
void br_area_legend(const char *prefix, FILE *to);

#endif /* BR_CONFORMANCE_CONFORM_AREAS_H */
