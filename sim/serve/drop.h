/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/serve/drop.h - rights given up once all is open that needs them
 *
 * A fault in the server is then worth little: no root, no capability, no way to get one back
 * (no_new_privs), and of the kernel only the calls that serving takes (seccomp, where the build
 * has libseccomp).
 */
#ifndef BR_SIM_SERVE_DROP_H
#define BR_SIM_SERVE_DROP_H

#include <stddef.h>

/* Room for @files descriptors, as far as the limits can be moved. Return: how many there is */
size_t br_drop_room_for_files(size_t files);

/**
 * br_drop_rights() - For good
 * @user:	Who to be from now on if this is root; "root" stays root, without capabilities.
 *		NULL: nobody. Without root only capabilities and calls are given up
 * @error:	On failure one line
 *
 * Return: 0, -ENOENT if there is no such user, or what the kernel said
 */
int br_drop_rights(const char *user, char *error, size_t error_size);

#endif /* BR_SIM_SERVE_DROP_H */
