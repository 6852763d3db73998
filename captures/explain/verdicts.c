/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/explain/verdicts.h"

#include <string.h>

enum {
	ID_COLUMNS = 26,
};

void br_verdicts_print(FILE *out)
{
	for (const char *line = br_verdicts_text; *line;) {
		int size = (int)strcspn(line, "\n");
		int id = (int)strcspn(line, "\t\n"), says = 0;

		if (line[0] != '#' && id < size) {
			says = (int)strcspn(line + id + 1, "\t\n");
			fprintf(out, "%-*.*s %.*s\n", ID_COLUMNS, id, line, says, line + id + 1);
			if (id + 1 + says < size)
				fprintf(out, "%*s shown by %.*s\n", ID_COLUMNS, "",
				        size - id - says - 2, line + id + says + 2);
		}
		line += size;
		line += *line == '\n';
	}
}
