/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/hello/verb_hello.h - bootrig hello: which boot firmware can shake hands with a server */
#ifndef BR_CAPTURES_HELLO_VERB_HELLO_H
#define BR_CAPTURES_HELLO_VERB_HELLO_H

#include "sim/command/verb.h"

extern const struct br_command_verb br_verb_hello;

#endif /* BR_CAPTURES_HELLO_VERB_HELLO_H */
