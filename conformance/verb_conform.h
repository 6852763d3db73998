/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/verb_conform.h - the verb `conform` of the command */
#ifndef BR_CONFORMANCE_VERB_CONFORM_H
#define BR_CONFORMANCE_VERB_CONFORM_H

#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_conform;

#endif /* BR_CONFORMANCE_VERB_CONFORM_H */
