/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/read/spool.h - a capture that can be read more than once, also out of a pipe
 *
 * What gives its octets only once, a pipe or standard input, is copied into a file without a
 * name, which is gone with the process.
 */
#ifndef BR_CAPTURES_READ_SPOOL_H
#define BR_CAPTURES_READ_SPOOL_H

#include <stdbool.h>
#include <stdio.h>

/**
 * struct br_spool - Zero at first
 * @name:	What people call it: borrowed
 * @path:	Opens it again and again
 * @file:	The copy, or NULL
 */
struct br_spool {
	const char *name, *path;
	FILE *file;
	char own[32];
};

/* An empty one, to write to and then to read by its path. Return: 0, or -errno and a line */
int br_spool_new(struct br_spool *ret_spool, const char *name, FILE *err);
/* Of a capture; "-" is standard input. Return: 0, or -errno and a line to @err */
int br_spool_open(struct br_spool *ret_spool, const char *name, FILE *err);
/* All of it to @to. False: it cannot be read; whether @to was written is told by ferror() */
bool br_spool_copy(const struct br_spool *spool, FILE *to);
void br_spool_close(struct br_spool *spool);

#endif /* BR_CAPTURES_READ_SPOOL_H */
