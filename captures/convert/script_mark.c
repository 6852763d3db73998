/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/script_mark.h"

#include <stdlib.h>

enum {
	ROOM = 64, /* marks that are taken at once */
};

void br_script_mark(struct br_script_marks *marks, FILE *out, br_time at)
{
	if (marks->count % ROOM == 0) {
		marks->mark = realloc(marks->mark, (marks->count + ROOM) * sizeof(marks->mark[0]));
		if (!marks->mark)
			abort();
	}
	marks->mark[marks->count++] = (struct br_script_mark){.begins = ftell(out), .at = at};
}
