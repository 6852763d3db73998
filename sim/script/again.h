/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/again.h - what a run must be called with to be the same once more */
#ifndef BR_SIM_SCRIPT_AGAIN_H
#define BR_SIM_SCRIPT_AGAIN_H

#include "sim/script/suite.h"

/* Beside its script and its seed: " --fault 'lan drop ...'". Return: to be freed */
char *br_again_words(const struct br_suite_options *options);

#endif /* BR_SIM_SCRIPT_AGAIN_H */
