/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/tls.h - TLS records in a TCP connection; for conformance/talk alone */
#ifndef BR_CONFORMANCE_TALK_TLS_H
#define BR_CONFORMANCE_TALK_TLS_H

#include "conformance/talk/store.h"

/* Octets in order; @octets may be fewer than @size, or none: the capture did not keep them. */
void talk_tls(struct br_talk_tcp *tcp, bool up, struct br_octets octets, uint64_t size);

#endif /* BR_CONFORMANCE_TALK_TLS_H */
