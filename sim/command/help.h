/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/command/help.h - what a verb's table says, for a terminal and for man */
#ifndef BR_SIM_COMMAND_HELP_H
#define BR_SIM_COMMAND_HELP_H

#include "sim/command/page.h"
#include "sim/command/verb.h"

/* All of one verb, as its --help says it and as bootrig-VERB(1) does. */
void br_help_verb(const struct br_command_verb *verb, FILE *to);
void br_help_verb_man(const struct br_command_verb *verb, FILE *to);

/* The command: its verbs, exit codes and what it looks for; @verb ends with NULL. */
void br_help_command(const struct br_command_verb *const *verb, FILE *to);
void br_help_command_man(const struct br_command_verb *const *verb, FILE *to);

#endif /* BR_SIM_COMMAND_HELP_H */
