/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/stop.h - a signal ends a command, and leaves nothing half done behind
 *
 * SIGINT, SIGTERM, SIGHUP and SIGPIPE end a process as they would, once outputs under way
 * (sim/output.h) are taken away. A command that has something to say first asks for it: then
 * the first of these only makes br_stop_signal() say so, and the second one ends the process.
 * What was ignored when the process began stays so, as nohup(1) wants it.
 */
#ifndef BR_SIM_STOP_H
#define BR_SIM_STOP_H

#include <stdbool.h>
#include <stddef.h>

/* Call once at the start of a program. SIGXFSZ is ignored from then on: a file that may not
 * grow is a write that fails. A descriptor 0, 1 or 2 that is closed becomes one that can neither
 * be read nor written: no file gets its number, and what goes there is known to be lost.
 */
void br_stop_guard(void);

void br_stop_gently(void);   /* from now on the first signal is only kept */
void br_stop_at_once(void);  /* and from now on the first one ends the process again */
int br_stop_signal(void);    /* which one came since, or 0 */
void br_stop_conclude(void); /* all is said: the process ends by the signal that came, if one did */

/* Wait until @fd, below FD_SETSIZE, can be read. Return: false once a signal came, be it long ago:
 * none slips in between a look and the wait
 */
bool br_stop_await(int fd);
/* The same for the first of several that can be read; those below 0 are left out. Return: which,
 * or -1 once a signal came
 */
int br_stop_await_any(const int *fd, size_t count);

#endif /* BR_SIM_STOP_H */
