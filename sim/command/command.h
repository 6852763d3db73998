/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/command/command.h - the command line from its first word: which verb, which help */
#ifndef BR_SIM_COMMAND_COMMAND_H
#define BR_SIM_COMMAND_COMMAND_H

#include "sim/command/verb.h"

/* Printed from the tables of all verbs, so they have no .run of their own. */
extern const struct br_command_verb br_verb_completion;
extern const struct br_command_verb br_verb_help;

/* What `bootrig` does. @verb ends with NULL, @version is "0.1 (2daaaf4)". Return: the exit code */
int br_command_run(const struct br_command_verb *const *verb, const char *version, int argc,
                   char **argv);

#endif /* BR_SIM_COMMAND_COMMAND_H */
