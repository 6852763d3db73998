/* SPDX-License-Identifier: BSD-2-Clause */
/* vms/driven.h - the verbs that python drives: `demo`, `vm` and `test`
 *
 * Their words are read here as those of every verb, so that help and messages are the same; then
 * vms/rig.py takes over, with this command to call back. `test` is the launcher's: it builds what
 * it tests, and the tests are not installed.
 */
#ifndef BR_VMS_DRIVEN_H
#define BR_VMS_DRIVEN_H

#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_demo;
extern const struct br_command_verb br_verb_matrix;
extern const struct br_command_verb br_verb_test;
extern const struct br_command_verb br_verb_vm;

#endif /* BR_VMS_DRIVEN_H */
