/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/http.h - HTTP in a TCP connection */
#ifndef BR_CONFORMANCE_TALK_HTTP_H
#define BR_CONFORMANCE_TALK_HTTP_H

#include "conformance/talk/store.h"

/* The next @size octets of one direction, @up: of the client; the capture kept @octets of them. */
void talk_http(struct br_talk *talk, struct br_talk_exchange *exchange, bool up,
               struct br_octets octets, uint64_t size, const struct seen *seen);

#endif /* BR_CONFORMANCE_TALK_HTTP_H */
