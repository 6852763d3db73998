/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/compare.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *br_judgement_name(enum br_judgement judgement)
{
	static const char *const names[] = {
		[BR_JUDGED_EQUAL] = "equal",
		[BR_JUDGED_BETTER] = "better",
		[BR_JUDGED_DIVERGED] = "diverged",
		[BR_JUDGED_WORSE] = "worse",
	};

	return names[judgement];
}

void br_compare_note(struct br_comparison *c, enum br_judgement judgement, const char *rule,
                     const char *format, ...)
{
	size_t size = strlen(c->text);
	va_list args;

	if (judgement > c->judgement)
		c->judgement = judgement;
	if (size > 0 && size + 3 < sizeof(c->text)) {
		memcpy(c->text + size, "; ", 3);
		size += 2;
	}
	va_start(args, format);
	(void)vsnprintf(c->text + size, sizeof(c->text) - size, format, args);
	va_end(args);
	size = strlen(c->text);
	if (rule)
		(void)snprintf(c->text + size, sizeof(c->text) - size, " (%s)", rule);
}
