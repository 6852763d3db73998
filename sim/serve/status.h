/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/serve/status.h - who connects to a socket of the file system is told how things stand
 *
 * One JSON object and a line feed, then the connection ends: `nc -U PATH`. Nothing is read, and
 * nobody is waited for.
 */
#ifndef BR_SIM_SERVE_STATUS_H
#define BR_SIM_SERVE_STATUS_H

#include <stdio.h>

#include "sim/net/loop.h"

struct br_status;

/* A socket that a dead server left at @path is replaced. It has mode 0600.
 * Return: 0, -ENAMETOOLONG, -EADDRINUSE (somebody listens there), or what bind() and the like say
 */
int br_status_open(struct br_status **ret_status, const char *path, struct br_loop *loop,
                   void (*print)(void *context, FILE *to), void *context);
struct br_status *br_status_free(struct br_status *status); /* NULL in, NULL out */

#endif /* BR_SIM_SERVE_STATUS_H */
