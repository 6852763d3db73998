/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/watch.h - the rules as the watcher of a script's run
 *
 * The server under test fails a script when it breaks a requirement that binds (MUST, or
 * plain prose that means it) and that no line of the script names: those lines judge it
 * themselves.
 */
#ifndef BR_CONFORMANCE_WATCH_H
#define BR_CONFORMANCE_WATCH_H

#include "conformance/rules/base/breach.h"
#include "sim/script/run.h"

/**
 * struct br_watch_teller - Who is told at the end of a run what each rule says of the server
 * @tell:	Of each rule that was judged about it. @breach: the first, or NULL: it was kept
 */
struct br_watch_teller {
	void (*tell)(void *context, const char *id, const struct br_breach *breach);
	void *context;
};

/* As .context of a copy of it: a struct br_watch_teller, which must outlive the run; or NULL. */
extern const struct br_run_watch br_watch_rules;

#endif /* BR_CONFORMANCE_WATCH_H */
