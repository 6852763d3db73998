/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/verb_run.h - the verbs `run` and `list` of the command */
#ifndef BR_CONFORMANCE_VERB_RUN_H
#define BR_CONFORMANCE_VERB_RUN_H

#include <stdio.h>

#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_run;
extern const struct br_command_verb br_verb_list;

/* `list verdicts` is of captures/, which conformance/ does not know: told beforehand. */
void br_list_verdicts_by(void (*print)(FILE *out));

#endif /* BR_CONFORMANCE_VERB_RUN_H */
