/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/nearest.h - which of the names there are somebody meant who wrote another */
#ifndef BR_SIM_NEAREST_H
#define BR_SIM_NEAREST_H

#include <stddef.h>

enum {
	BR_NEAREST_WORD_MAX = 64, /* longer words have no near name */
};

/* The nearest of the names tried, or NULL when none is near: at most a third of the letters
 * differ. Of several it is the first.
 */
struct br_nearest {
	const char *word;
	size_t size;
	const char *best;
	size_t distance;
};

struct br_nearest br_nearest_to(const char *word, size_t size);
void br_nearest_try(struct br_nearest *nearest, const char *name);

/* "; did you mean 'offer'?", or "". */
const char *br_nearest_hint(const struct br_nearest *nearest, char *room, size_t size);

#endif /* BR_SIM_NEAREST_H */
