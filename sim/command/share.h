/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/command/share.h - where the command's own files lie: scripts, profiles of machines
 *
 * In this order: where the environment's BOOTRIG_SHARE points; ../share/bootrig beside the
 * folder the command lies in, as `meson install` puts it; the folder it was built for, which is
 * the source tree until it is installed.
 */
#ifndef BR_SIM_COMMAND_SHARE_H
#define BR_SIM_COMMAND_SHARE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	BR_SHARE_PATH_SIZE = 4096,
};

/**
 * br_share_begin() - Find the folder, once and before anything asks for a path in it
 * @built_for:	The last resort
 *
 * It is put into the environment, so that what the command starts finds the same.
 */
void br_share_begin(const char *built_for);

/* The path of what lies @below it: relative if that is where we stand. "." before the above. */
void br_share_path(char target[static BR_SHARE_PATH_SIZE], const char *below);

/* The command itself, for whom it starts. Return: 0 or the negative errno of readlink() */
int br_share_command(char target[static BR_SHARE_PATH_SIZE]);

#endif /* BR_SIM_COMMAND_SHARE_H */
