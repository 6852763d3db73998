/* SPDX-License-Identifier: BSD-2-Clause */
/* tests/captures/plant_kinds.h - faults of many kinds, with values that are drawn */
#ifndef BR_TESTS_CAPTURES_PLANT_KINDS_H
#define BR_TESTS_CAPTURES_PLANT_KINDS_H

#include "tests/captures/recording.h"

/* @right: the verdicts that name it, between blanks; @captures end with NULL */
struct planted_kind {
	const char *name;
	const char *const *captures;
	void (*plant)(struct recording *r);
	const char *right;
};

extern const struct planted_kind planted_kinds[], planted_layers[];
extern const size_t planted_kinds_count, planted_layers_count;

#endif /* BR_TESTS_CAPTURES_PLANT_KINDS_H */
