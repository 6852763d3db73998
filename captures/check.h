/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/check.h - the verb `check`: does this capture follow this script?
 *
 * Exit: 0 it follows, 1 it does not, 2 bad usage, script or file; also a damaged capture: judged
 * is what stands before that.
 */
#ifndef BR_CAPTURES_CHECK_H
#define BR_CAPTURES_CHECK_H

#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_check;

#endif /* BR_CAPTURES_CHECK_H */
