/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/escape.h - text inside of other texts: a shell's line, XML, what a terminal shows */
#ifndef BR_SIM_ESCAPE_H
#define BR_SIM_ESCAPE_H

#include <stdio.h>

#include "core/base/bytes.h"

/* As a shell takes it for one word */
void br_escape_shell(const char *word, FILE *to);

/* What XML 1.0 does not allow is left out; an octet of no character becomes one that says so. */
void br_escape_xml(const char *text, FILE *to);

/* What a peer wrote: nothing of it that a terminal would obey. What is not ASCII or does not print
 * is \xNN.
 */
void br_escape_terminal(struct br_octets octets, FILE *to);

#endif /* BR_SIM_ESCAPE_H */
