/* SPDX-License-Identifier: BSD-2-Clause */
/* core/base/path.h - the name a client uses becomes a path br_files takes
 *
 * Shims ask for /grubx64.efi and //grubx64.efi, Windows loaders for \boot\bcd; all
 * name a file below the one root there is. Nothing here can name one above it.
 */
#ifndef BR_CORE_BASE_PATH_H
#define BR_CORE_BASE_PATH_H

#include <stddef.h>

#include "core/base/bytes.h"

enum {
	BR_PATH_SIZE = 512, /* of a clean path, with its NUL */
};

/**
 * br_path_clean() - Drop empty and "." parts, take '\\' for '/'
 * @name:	As the client sent it, any octets
 * @ret_path:	Relative and NUL-terminated on success, else unchanged
 *
 * Return: its length, 0 for the root itself, -EACCES if a part is "..", -EINVAL if
 *	   there is a NUL in it, -ENAMETOOLONG
 */
int br_path_clean(struct br_octets name, char ret_path[static BR_PATH_SIZE]);

#endif /* BR_CORE_BASE_PATH_H */
