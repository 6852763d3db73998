/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/lint/verb_lint.h - `bootrig lint`: a configuration, started, and every client's boot */
#ifndef BR_CAPTURES_LINT_VERB_LINT_H
#define BR_CAPTURES_LINT_VERB_LINT_H

#include "sim/command/verb.h"

/* lint dnsmasq=FILE [--root DIR] [--clients LIST] */
extern const struct br_command_verb br_verb_lint;

#endif /* BR_CAPTURES_LINT_VERB_LINT_H */
