/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/exit_code.h - what the command `bootrig` ends with, whatever its verb */
#ifndef BR_SIM_EXIT_CODE_H
#define BR_SIM_EXIT_CODE_H

enum {
	BR_EXIT_PASSED = 0,
	BR_EXIT_FAILED = 1,
	BR_EXIT_BAD_USAGE = 2,   /* called wrongly, or a file that cannot be used */
	BR_EXIT_NOTHING_RAN = 3, /* nothing of what was asked for is there */
	BR_EXIT_SKIPPED = 77,    /* all of it, declared unsupported */
};

#endif /* BR_SIM_EXIT_CODE_H */
