/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/fidelity.h - how near each model comes to the machines it stands for
 *
 * The figures are those of sim/models/fidelity.tsv, which tests/fidelity/measure.py measures
 * over the recordings of real boots, and holds equal.
 */
#ifndef BR_SIM_MODELS_FIDELITY_H
#define BR_SIM_MODELS_FIDELITY_H

#include <stdio.h>

void br_fidelity_list(FILE *to); /* every model, a line each */

#endif /* BR_SIM_MODELS_FIDELITY_H */
