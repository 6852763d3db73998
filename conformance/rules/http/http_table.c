/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/rules/http/http_table.h"

#include <string.h>

#include "conformance/rules/http/http.h"

static uint32_t hash(struct br_octets octets)
{
	return br_rules_hash(BR_RULES_HASH_SEED, octets.data, octets.size);
}

void br_rules_uri(struct br_rules *r, struct br_octets uri)
{
	struct br_octets rest = uri;

	(void)br_text_cut(&rest, '/');
	(void)br_text_cut(&rest, '/');
	(void)br_text_cut(&rest, '/');
	if (rest.data)
		r->http->uri[r->http->uris++ % BR_HTTP_URIS_MAX] = hash(rest);
}

bool br_http_has_clock(struct br_rules *r, bool now)
{
	struct br_http_watch *w = r->http;
	uint32_t server = br_rules_host_hash(r->packet->src.ip);

	for (size_t i = 0; i < w->clocks && i < BR_HTTP_CLOCKS_MAX; i++) {
		if (w->clock[i] == server)
			return true;
	}
	if (now)
		w->clock[w->clocks++ % BR_HTTP_CLOCKS_MAX] = server;
	return now;
}

bool br_http_was_handed_out(const struct br_rules *r, struct br_octets target)
{
	struct br_octets path = target;

	if (path.size > 0 && path.data[0] == '/')
		path = (struct br_octets){path.data + 1, path.size - 1};
	for (size_t i = 0; i < r->http->uris && i < BR_HTTP_URIS_MAX; i++) {
		if (r->http->uri[i] == hash(path))
			return true;
	}
	return false;
}

static struct br_http_known *find_known(struct br_http_watch *w, uint32_t server, uint32_t target)
{
	for (size_t i = 0; i < w->knowns && i < BR_HTTP_KNOWN_MAX; i++) {
		if (w->known[i].server == server && w->known[i].target == target)
			return &w->known[i];
	}
	return NULL;
}

const struct br_http_known *br_http_known_of(const struct br_rules *r, struct br_octets target)
{
	return find_known(r->http, br_rules_host_hash(r->packet->src.ip), hash(target));
}

struct br_http_known *br_http_known_for(struct br_rules *r, uint32_t server,
                                        struct br_octets target)
{
	struct br_http_watch *w = r->http;
	struct br_http_known *k = find_known(w, server, hash(target));

	if (!k) {
		k = &w->known[w->knowns++ % BR_HTTP_KNOWN_MAX];
		*k = (struct br_http_known){.target = hash(target), .server = server};
	}
	return k;
}

struct br_http_connection *br_http_find(struct br_rules *r, bool *ret_up)
{
	const struct br_packet *p = r->packet;

	for (size_t i = 0; i < r->http->connections; i++) {
		struct br_http_connection *c = &r->http->connection[i];

		if (!c->used)
			continue;
		*ret_up = br_endpoint_equal(&c->client, &p->src) &&
		          br_endpoint_equal(&c->server, &p->dst);
		if (*ret_up || (br_endpoint_equal(&c->client, &p->dst) &&
		                br_endpoint_equal(&c->server, &p->src)))
			return c;
	}
	return NULL;
}

static struct br_http_connection *place(struct br_http_watch *w)
{
	struct br_http_connection *oldest = &w->connection[0];

	for (size_t i = 0; i < w->connections; i++) {
		if (!w->connection[i].used)
			return &w->connection[i];
		if (w->connection[i].last < oldest->last)
			oldest = &w->connection[i];
	}
	return w->connections < BR_HTTP_CONNECTIONS_MAX ? &w->connection[w->connections++] : oldest;
}

void br_http_open(struct br_rules *r, struct br_http_connection *c)
{
	const struct br_packet *p = r->packet;

	if (!c)
		c = place(r->http);
	*c = (struct br_http_connection){.used = true,
	                                 .client = p->src,
	                                 .server = p->dst,
	                                 .last = r->at,
	                                 .opened_at = r->at,
	                                 .up_at = r->at,
	                                 .down_at = r->at,
	                                 .last_said = BR_RULE_NONE};
	c->up.started = true;
	c->up.next = p->tcp.sequence + 1;
}
