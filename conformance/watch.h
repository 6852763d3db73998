/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/watch.h - the rules as the watcher of a script's run
 *
 * The server under test fails a script when it breaks a requirement that binds (MUST, or
 * plain prose that means it) and that no line of the script names: those lines judge it
 * themselves.
 */
#ifndef BR_CONFORMANCE_WATCH_H
#define BR_CONFORMANCE_WATCH_H

#include "conformance/requirements.h"
#include "conformance/rules/base/breach.h"
#include "sim/script/run.h"

/**
 * struct br_watch_wish - What else is wanted of a watcher
 * @gate:	What fails a run; BR_GATE_NONE is BR_GATE_MUST
 * @tell:	At the end of a run, of each rule that was judged about the server. @breach: the
 *		first, or NULL: it was kept. NULL: nobody is told
 */
struct br_watch_wish {
	enum br_gate gate;
	void (*tell)(void *context, const char *id, const struct br_breach *breach);
	void *context;
};

/* As .context of a copy of it: a struct br_watch_wish, which must outlive the run; or NULL. */
extern const struct br_run_watch br_watch_rules;

#endif /* BR_CONFORMANCE_WATCH_H */
