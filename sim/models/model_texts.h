/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/model_texts.h - the .model files and their figures as embed.py compiles them in */
#ifndef BR_SIM_MODELS_MODEL_TEXTS_H
#define BR_SIM_MODELS_MODEL_TEXTS_H

#include <stddef.h>

struct br_model_text {
	const char *name; /* of the file, without .model */
	const char *text;
};

extern const struct br_model_text br_model_texts[]; /* sorted by name */
extern const size_t br_model_texts_count;
extern const char br_fidelity_text[]; /* sim/models/fidelity.tsv */

#endif /* BR_SIM_MODELS_MODEL_TEXTS_H */
