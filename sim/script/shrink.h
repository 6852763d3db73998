/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/shrink.h - the smallest script that still fails in the same way
 *
 * In this order, each change kept if the script still fails with the same kind of failure
 * at the same line: every step behind the failing line, what chance did (said by one
 * `fault` line instead, if that will do), `fault` lines, `vary` and `runs`, rates and
 * delays of nets, whole steps, arguments no line needs, comments and header
 * lines, and the sizes of files, halved again and again. What does not fail without faults
 * must not do so when smaller either. The file names its seed if it needs one. Of a script
 * that fails by a rule alone, every line can go but those that make the server break it.
 */
#ifndef BR_SIM_SCRIPT_SHRINK_H
#define BR_SIM_SCRIPT_SHRINK_H

#include <stdio.h>

#include "sim/script/run.h"

/**
 * br_shrink() - Reduce a failing script and write it
 * @script:	Not changed
 * @failed:	How it failed, with its seed
 * @watch:	Who judged the run that failed; asked again if it failed by a rule. NULL: nobody
 * @to:		Written to on success; its errors are the caller's to look at
 * @ret_lines, @ret_before: Lines that say something, after and before
 *
 * Return: false if it does not fail a second time
 */
bool br_shrink(const struct br_script *script, const struct br_run_result *failed,
               const struct br_run_watch *watch, FILE *to, size_t *ret_lines, size_t *ret_before);

#endif /* BR_SIM_SCRIPT_SHRINK_H */
