/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/watch.h - the rules as the watcher of a script's run
 *
 * The server under test fails a script when it breaks a requirement that binds (MUST, or
 * plain prose that means it) and that no line of the script names: those lines judge it
 * themselves.
 */
#ifndef BR_CONFORMANCE_WATCH_H
#define BR_CONFORMANCE_WATCH_H

#include "sim/script/run.h"

extern const struct br_run_watch br_watch_rules;

#endif /* BR_CONFORMANCE_WATCH_H */
