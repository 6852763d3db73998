/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/replay_tally.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void br_replay_report(struct br_replay_tally *tally, const char *format, ...)
{
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(tally->report + tally->size, sizeof(tally->report) - tally->size, format,
	                 args);
	va_end(args);
	if (size > 0)
		tally->size += (size_t)size;
	if (tally->size >= sizeof(tally->report))
		tally->size = sizeof(tally->report) - 1;
}

void br_replay_judged(struct br_replay_tally *tally, const struct br_comparison *c, uint64_t frame,
                      const char *what)
{
	tally->count[c->judgement]++;
	br_replay_report(tally, "%-8s frame %" PRIu64 "  %s%s%s\n", br_judgement_name(c->judgement),
	                 frame, what, c->text[0] ? ": " : "", c->text);
}

void br_replay_skipped(struct br_replay_tally *tally, uint64_t frame, const char *what,
                       const char *why)
{
	tally->skipped++;
	br_replay_report(tally, "skipped  frame %" PRIu64 "  %s: %s\n", frame, what, why);
}
