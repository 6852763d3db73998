/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/verb_run.h - the verbs `run` and `list` of the command */
#ifndef BR_CONFORMANCE_VERB_RUN_H
#define BR_CONFORMANCE_VERB_RUN_H

#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_run;
extern const struct br_command_verb br_verb_list;

#endif /* BR_CONFORMANCE_VERB_RUN_H */
