/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/parse_step.h - the step verbs and the line form: never, transfer, check, ... */
#ifndef BR_SIM_SCRIPT_PARSE_STEP_H
#define BR_SIM_SCRIPT_PARSE_STEP_H

#include "sim/script/parser.h"

#endif /* BR_SIM_SCRIPT_PARSE_STEP_H */
