/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/flows.h - open flows of TFTP and TCP, found by the client's endpoint */
#ifndef BR_CONFORMANCE_TALK_FLOWS_H
#define BR_CONFORMANCE_TALK_FLOWS_H

#include "conformance/talk/store.h"

void talk_flow_put(struct br_talk *talk, struct br_talk_exchange *exchange);
void talk_flow_drop(struct br_talk *talk, struct br_talk_exchange *exchange); /* if it is one */
struct br_talk_exchange *talk_flow_find(const struct br_talk *talk, enum br_talk_kind kind,
                                        const struct br_endpoint *client);

#endif /* BR_CONFORMANCE_TALK_FLOWS_H */
