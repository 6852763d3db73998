/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/verdicts.h - what `bootrig explain` may say, as a list for people */
#ifndef BR_CAPTURES_EXPLAIN_VERDICTS_H
#define BR_CAPTURES_EXPLAIN_VERDICTS_H

#include <stdio.h>

extern const char br_verdicts_text[]; /* captures/explain/verdicts.tsv */

/* Each id, its meaning and what shows it, in columns. */
void br_verdicts_print(FILE *out);

#endif /* BR_CAPTURES_EXPLAIN_VERDICTS_H */
