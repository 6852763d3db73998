/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/serve/serve.h - `bootrig serve`: the server core on a network interface, in real time
 *
 * One line for each note on standard output, sim/serve/tell.h. Ends on SIGINT or SIGTERM with
 * the counters. sim/serve/serve_options.h has the words it takes.
 *
 * Exit: 0 ended by a signal; 1 the interface went away; 2 it was called wrongly or lacks a
 * permission, or the capture could not be written, with one line that says so.
 */
#ifndef BR_SIM_SERVE_SERVE_H
#define BR_SIM_SERVE_SERVE_H

#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_serve;

#endif /* BR_SIM_SERVE_SERVE_H */
