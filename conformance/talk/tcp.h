/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/tcp.h - TCP connections */
#ifndef BR_CONFORMANCE_TALK_TCP_H
#define BR_CONFORMANCE_TALK_TCP_H

#include "conformance/talk/store.h"

/* Return: the packet was of one that is followed */
bool talk_tcp(struct br_talk *talk, const struct seen *seen);

#endif /* BR_CONFORMANCE_TALK_TCP_H */
