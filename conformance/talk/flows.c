/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/talk/flows.h"

#include "conformance/talk/text.h"
#include "core/base/hash.h"

static const struct br_endpoint *client_of(const struct br_talk_exchange *exchange)
{
	return exchange->kind == BR_TALK_TFTP ? &exchange->tftp.client : &exchange->tcp.client;
}

static size_t flow_bucket(const struct br_endpoint *client)
{
	return br_hash(client->port, client->ip, 16) % FLOW_BUCKETS;
}

void talk_flow_put(struct br_talk *talk, struct br_talk_exchange *exchange)
{
	size_t bucket = flow_bucket(client_of(exchange));

	exchange->next_flow = talk->flow[bucket];
	talk->flow[bucket] = exchange;
}

void talk_flow_drop(struct br_talk *talk, struct br_talk_exchange *exchange)
{
	if (exchange->kind != BR_TALK_TFTP && exchange->kind != BR_TALK_TCP)
		return;
	struct br_talk_exchange **at = &talk->flow[flow_bucket(client_of(exchange))];

	while (*at && *at != exchange)
		at = &(*at)->next_flow;
	if (*at)
		*at = exchange->next_flow;
	exchange->next_flow = NULL;
}

struct br_talk_exchange *talk_flow_find(const struct br_talk *talk, enum br_talk_kind kind,
                                        const struct br_endpoint *client)
{
	struct br_talk_exchange *e = talk->flow[flow_bucket(client)];

	while (e && (e->kind != kind || !br_endpoint_equal(client_of(e), client)))
		e = e->next_flow;
	return e;
}
