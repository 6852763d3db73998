/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/fidelity.h - how near each model comes to the machines it stands for
 *
 * The figures are those of sim/models/fidelity.tsv, which tests/fidelity/measure.py measures
 * over the recordings of real boots, and holds equal.
 */
#ifndef BR_SIM_MODELS_FIDELITY_H
#define BR_SIM_MODELS_FIDELITY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct br_fidelity - What was measured of one model
 * @captures:	Recordings of real boots
 * @real, @model, @both: Packets that the machines sent, that the model sent against the same
 *		answers, and those of both that stand in the same order
 * @fields, @equal: Fields of those packets, and how many are equal
 * @whole:	Packets that are equal in every field
 * @waits, @near: Waits of 0.1 s and more, and those within 10 per cent
 */
struct br_fidelity {
	uint32_t captures;
	uint32_t real, model, both;
	uint32_t fields, equal, whole;
	uint32_t waits, near;
};

bool br_fidelity_find(struct br_fidelity *ret_fidelity, const char *name); /* false: none */
void br_fidelity_list(FILE *to); /* every model, a line each */

#endif /* BR_SIM_MODELS_FIDELITY_H */
