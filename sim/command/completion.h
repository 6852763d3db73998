/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/command/completion.h - what a shell offers at the TAB key, written from the tables */
#ifndef BR_SIM_COMMAND_COMPLETION_H
#define BR_SIM_COMMAND_COMPLETION_H

#include <stdio.h>

#include "sim/command/verb.h"

/* To be read by bash (`source <(bootrig completion bash)`); @verb ends with NULL. */
void br_completion_bash(const struct br_command_verb *const *verb, FILE *to);

/* To be found by zsh as _bootrig in a folder of its fpath. */
void br_completion_zsh(const struct br_command_verb *const *verb, FILE *to);

#endif /* BR_SIM_COMMAND_COMPLETION_H */
