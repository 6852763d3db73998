/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/grub_flow.h - reserved words of GRUB's script language: if, for, function ... */
#ifndef BR_SIM_MODELS_GRUB_FLOW_H
#define BR_SIM_MODELS_GRUB_FLOW_H

#include "sim/models/grub_state.h"

extern const char *const br_grub_done_ends[], *const br_grub_do_ends[];

/* Move @at behind the first of these words at the beginning of a command and outside of what
 * nests; @close: '}' ends it. Return which word, or "}", or "" at the end of the text.
 */
const char *br_grub_skip(struct br_grub_script *s, const char *const *ends, bool close);

/* `done`: the loop goes on or is over. False: there is none */
bool br_grub_end_loop(struct br_grub_script *s);

/* 1: it was a reserved word, 0: it was not, -1: it stands where it must not */
int br_grub_reserved(struct br_grub_script *s, const char *word, size_t size);

#endif /* BR_SIM_MODELS_GRUB_FLOW_H */
