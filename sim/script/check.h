/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/check.h - what `check` asks of the end state: files, counters, leases */
#ifndef BR_SIM_SCRIPT_CHECK_H
#define BR_SIM_SCRIPT_CHECK_H

#include "sim/script/runner.h"

/* Does it hold now? @ret_got: what is the case, as text; @ret_want: what the line asks. */
bool br_check_holds(struct br_runner *r, const struct br_check *check, char *ret_want,
                    char *ret_got, size_t size);

#endif /* BR_SIM_SCRIPT_CHECK_H */
