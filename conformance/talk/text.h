/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/text.h - octets as texts, addresses compared */
#ifndef BR_CONFORMANCE_TALK_TEXT_H
#define BR_CONFORMANCE_TALK_TEXT_H

#include "core/port.h"

/* What does not print as \xNN, cut to @room with its NUL. */
void talk_text(char *target, size_t room, struct br_octets octets);

/* The same of one word: blanks, quotes and = are octets too. */
void talk_word(char *target, size_t room, struct br_octets octets);

bool talk_same_address(const struct br_endpoint *a, const struct br_endpoint *b); /* any port */
bool talk_is_unspecified(const struct br_endpoint *address);

#endif /* BR_CONFORMANCE_TALK_TEXT_H */
