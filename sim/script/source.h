/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/source.h - files a script consists of, or names */
#ifndef BR_SIM_SCRIPT_SOURCE_H
#define BR_SIM_SCRIPT_SOURCE_H

#include <stddef.h>

enum {
	BR_SOURCE_PATH_SIZE = 4096,
};

/* A whole file, with a NUL behind it that is not counted; free() it. NULL: errno says why,
 * EFBIG if it is no regular file and does not end.
 */
char *br_source_read(const char *path, size_t *ret_size);

/* Why it is no file that can be read, or NULL if it is one. */
const char *br_source_cannot_read(const char *path);

/* @path as seen from the file @beside. Return: 0 or -ENAMETOOLONG */
int br_source_beside(char ret_path[static BR_SOURCE_PATH_SIZE], const char *beside,
                     const char *path);

#endif /* BR_SIM_SCRIPT_SOURCE_H */
