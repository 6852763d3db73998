/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/serve/log.h - lines to standard output that hold up nobody
 *
 * Who reads the log may be slow, stopped or gone: the server is none of that. A line is written
 * at once if it can be, else it waits in a buffer of fixed size; lines that find no room are
 * counted, and a line says how many were lost as soon as there is room again.
 */
#ifndef BR_SIM_SERVE_LOG_H
#define BR_SIM_SERVE_LOG_H

#include "core/base/bytes.h"
#include "sim/net/clock.h"

enum {
	BR_LOG_LINE_MAX = 4096, /* octets, with the line feed; a longer one is cut */
};

struct br_log;

/* @fd: borrowed; its file status flags are left alone, as others may share them.
 * @lost: makes the line about lost ones, without a line feed. Return: 0 or -ENOMEM
 */
int br_log_new(struct br_log **ret_log, int fd, struct br_clock *clock,
               void (*lost)(void *context, uint64_t lines, struct br_writer *line), void *context);
/* What waits is written if it can be, without waiting. NULL in, NULL out */
struct br_log *br_log_free(struct br_log *log);

void br_log_put(struct br_log *log, struct br_octets line); /* without its line feed */
uint64_t br_log_lost(const struct br_log *log);             /* lines, in all */

#endif /* BR_SIM_SERVE_LOG_H */
