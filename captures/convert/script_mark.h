/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/script_mark.h - where the steps of a machine begin in its text, and in time
 *
 * Between two marks stands what must stay together: what the machine sent, and what came of it.
 */
#ifndef BR_CAPTURES_CONVERT_SCRIPT_MARK_H
#define BR_CAPTURES_CONVERT_SCRIPT_MARK_H

#include <stddef.h>
#include <stdio.h>

#include "core/base/time.h"

struct br_script_mark {
	long begins; /* octet of the text */
	br_time at;
};

/* Zero at first; .mark is to be freed */
struct br_script_marks {
	size_t count;
	struct br_script_mark *mark;
};

/* A step begins where @out stands. Out of memory ends the program. */
void br_script_mark(struct br_script_marks *marks, FILE *out, br_time at);

#endif /* BR_CAPTURES_CONVERT_SCRIPT_MARK_H */
