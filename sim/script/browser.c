/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/browser.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/http_body.h"

enum {
	CONNECTIONS_MAX = 64,
	PENDING_MAX = 32, /* requests under way on one connection */
	HEAD_MAX = 65536,
	SEND_MAX = 1 << 22,
	TARGET_SIZE = 256,
};

struct pending {
	bool to_head;
	char target[TARGET_SIZE];
};

struct connection {
	struct br_browser *client;
	size_t node;
	uint16_t port;
	struct br_endpoint local, server;
	uint32_t stream;
	bool open;  /* the handshake is done */
	bool gone;  /* no stream any more */
	bool ended; /* the server sent FIN */
	bool closing;
	bool serves; /* it came to the node: @server is who called */

	uint8_t *out; /* what waits to be written */
	size_t out_size;

	struct pending pending[PENDING_MAX];
	size_t first, count;

	uint8_t *head; /* of the response being read */
	size_t head_size, seen;
	enum br_http_body body;
	bool in_body;
	uint64_t left, offset;
	bool compare; /* the body is octets of the file asked for */
	struct br_http_chunks chunks;
};

struct br_browser {
	struct br_world *world;
	struct br_received *received;
	br_seen_see *see;
	void *context;
	struct connection *connection[CONNECTIONS_MAX];
	size_t connections;
	struct node_user {
		struct br_browser *client;
		size_t node;
	} user[BR_SCRIPT_NODES_MAX];
};

static struct connection *by_port(const struct br_browser *client, size_t node, uint16_t port)
{
	for (size_t i = client->connections; i > 0; i--) {
		struct connection *c = client->connection[i - 1];

		if (c->node == node && c->port == port && !c->serves)
			return c;
	}
	return NULL;
}

static struct connection *by_stream(const struct br_browser *client, size_t node, uint32_t stream)
{
	for (size_t i = client->connections; i > 0; i--) {
		struct connection *c = client->connection[i - 1];

		if (c->node == node && c->stream == stream && !c->gone)
			return c;
	}
	return NULL;
}

static void tell(struct connection *c, enum br_seen_kind kind, struct br_octets payload)
{
	struct br_browser *client = c->client;
	struct br_host *host = client->world->node[c->node].host;
	struct br_seen seen = {
		.kind = kind,
		.at = client->world->clock.now,
		.from = br_world_node_by_ip(client->world, &c->server),
		.to = (int)c->node,
		.net = client->world->script->node[c->node].link[0].net,
		.source = c->server,
		.target = br_endpoint_ipv4(br_host_address(host, 0), c->port),
		.payload = payload,
	};

	if (!br_ip_is_ipv4(c->server.ip))
		seen.target = c->local;
	client->see(client->context, &seen, NULL);
}

static void flush(struct connection *c)
{
	struct br_host *host = c->client->world->node[c->node].host;
	int taken;

	while (c->open && !c->gone && c->out_size > 0) {
		taken = br_host_stream_write(host, c->stream,
		                             (struct br_octets){c->out, c->out_size});
		if (taken <= 0)
			return;
		c->out_size -= (size_t)taken;
		memmove(c->out, c->out + taken, c->out_size);
	}
	if (c->open && !c->gone && c->closing && c->out_size == 0)
		br_host_stream_close(host, c->stream);
}

static void end_of_response(struct connection *c)
{
	c->in_body = false;
	c->head_size = 0;
	c->seen = 0;
	c->offset = 0;
}

static void take_octets(struct connection *c, struct br_octets octets, bool end)
{
	const struct pending *asked = &c->pending[(c->first + PENDING_MAX - 1) % PENDING_MAX];

	if (c->compare)
		br_received_octets(c->client->received, c->node, asked->target, c->offset, octets,
		                   end);
	c->offset += octets.size;
}

/* The head is whole: tell it, and see how long the body is. */
static void take_head(struct connection *c, const struct br_http_head *head)
{
	struct pending *asked = &c->pending[c->first];
	const struct br_http_field *range = br_http_field_find(head, "Content-Range");
	uint64_t first = 0, last, total;
	bool interim = head->status < 200; /* RFC 9110 §15.2 */
	bool expected = c->count > 0;

	tell(c, BR_SEEN_HTTP, (struct br_octets){c->head, head->size});
	if (interim)
		return;
	if (expected) {
		c->first = (c->first + 1) % PENDING_MAX;
		c->count--;
	}
	if (br_http_response_body(head, expected && asked->to_head, &c->body, &c->left) < 0)
		c->body = BR_HTTP_BODY_UNTIL_CLOSE;
	c->compare = expected && (head->status == 200 || head->status == 206) &&
	             !br_http_field_find(head, "Content-Encoding");
	if (head->status == 206)
		c->compare = c->compare && range &&
		             br_http_content_range(range->value, &first, &last, &total);
	c->offset = first;
	c->in_body = c->body != BR_HTTP_BODY_NONE;
	c->chunks = (struct br_http_chunks){0};
	if (c->body == BR_HTTP_BODY_LENGTH && c->left == 0) {
		take_octets(c, (struct br_octets){0}, true);
		c->in_body = false;
	}
}

static size_t take_body(struct connection *c, struct br_octets octets)
{
	struct br_reader r = br_reader_of(octets.data, octets.size);
	struct br_octets piece = octets;
	int result;

	if (c->body == BR_HTTP_BODY_CHUNKED) {
		while ((result = br_http_chunks_get(&c->chunks, &r, &piece)) == 1)
			take_octets(c, piece, false);
		if (result < 0) {
			take_octets(c, (struct br_octets){0}, result == -ENODATA);
			end_of_response(c);
		}
		return octets.size - br_left(&r);
	}
	if (c->body == BR_HTTP_BODY_LENGTH && piece.size > c->left)
		piece.size = (size_t)c->left;
	c->left -= c->body == BR_HTTP_BODY_LENGTH ? piece.size : 0;
	take_octets(c, piece, c->body == BR_HTTP_BODY_LENGTH && c->left == 0);
	if (c->body == BR_HTTP_BODY_LENGTH && c->left == 0)
		end_of_response(c);
	return piece.size;
}

/* Octets into the head until it is whole. Return: how many of @octets were used */
static size_t gather_head(struct connection *c, struct br_octets octets)
{
	size_t before = c->head_size, room = HEAD_MAX - before;
	size_t size = octets.size < room ? octets.size : room;
	struct br_http_head head;
	uint16_t status;
	int result;

	if (!c->head)
		c->head = malloc(HEAD_MAX);
	if (!c->head)
		return octets.size;
	memcpy(c->head + before, octets.data, size);
	c->head_size += size;
	result = br_http_parse(BR_HTTP_RESPONSE, (struct br_octets){c->head, c->head_size},
	                       HEAD_MAX, &c->seen, &head, &status);
	if (result == 0 && c->head_size < HEAD_MAX)
		return size;
	if (result != 1) { /* not HTTP: nothing more can be said of this connection */
		br_host_stream_reset(c->client->world->node[c->node].host, c->stream);
		c->gone = true;
		return octets.size;
	}
	take_head(c, &head);
	if (!c->in_body)
		end_of_response(c);
	return head.size - before;
}

static void take_data(struct connection *c, struct br_octets data)
{
	while (data.size > 0 && !c->gone) {
		size_t used = c->in_body ? take_body(c, data) : gather_head(c, data);

		data.data += used;
		data.size -= used;
	}
}

/* A client has called a node that serves. */
static struct connection *accept_stream(struct br_browser *client, size_t node, uint32_t stream)
{
	struct connection *c;
	struct br_endpoint local, remote;
	uint32_t link;

	if (client->connections == CONNECTIONS_MAX ||
	    !br_host_stream_ends(client->world->node[node].host, stream, &local, &remote, &link))
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->client = client;
	c->node = node;
	c->port = remote.port;
	c->local = local;
	c->server = remote;
	c->stream = stream;
	c->serves = true;
	client->connection[client->connections++] = c;
	return c;
}

static void stream_event(void *context, uint32_t stream, enum br_stream_event event, int error,
                         struct br_octets data, br_time now)
{
	struct node_user *user = context;
	struct connection *c = by_stream(user->client, user->node, stream);

	(void)now;
	if (!c && event == BR_STREAM_OPENED)
		c = accept_stream(user->client, user->node, stream);
	if (!c)
		return;
	if (c->serves && (event == BR_STREAM_DATA || event == BR_STREAM_END))
		return; /* lines say what was asked, and when it is over */
	switch (event) {
	case BR_STREAM_OPENED:
		c->open = true;
		flush(c);
		break;
	case BR_STREAM_DATA:
		take_data(c, data);
		break;
	case BR_STREAM_END:
		c->ended = true;
		if (c->in_body && c->body == BR_HTTP_BODY_UNTIL_CLOSE)
			take_octets(c, (struct br_octets){0}, true);
		tell(c, BR_SEEN_CLOSE, (struct br_octets){0});
		break;
	case BR_STREAM_CREDIT:
		flush(c);
		break;
	case BR_STREAM_GONE:
		c->gone = true;
		if (error != 0 && !c->serves)
			tell(c, BR_SEEN_RESET, (struct br_octets){0});
		break;
	}
}

int br_browser_new(struct br_browser **ret_client, struct br_world *world,
                   struct br_received *received, br_seen_see *see, void *context)
{
	struct br_browser *client = calloc(1, sizeof(*client));

	if (!client)
		return -ENOMEM;
	client->world = world;
	client->received = received;
	client->see = see;
	client->context = context;
	for (size_t i = 0; i < world->nodes; i++) {
		struct br_world_node *node = &world->node[i];
		struct br_host_user user = {.context = &client->user[i], .stream = stream_event};

		client->user[i] = (struct node_user){client, i};
		if (!node->server && !node->cache && !node->relay && !node->firmware)
			br_host_set_user(node->host, &user);
	}
	*ret_client = client;
	return 0;
}

struct br_browser *br_browser_free(struct br_browser *client)
{
	if (!client)
		return NULL;
	for (size_t i = 0; i < client->connections; i++) {
		free(client->connection[i]->head);
		free(client->connection[i]->out);
		free(client->connection[i]);
	}
	free(client);
	return NULL;
}

int br_browser_connect(struct br_browser *client, size_t node, uint16_t port,
                       const struct br_endpoint *server)
{
	struct br_host *host = client->world->node[node].host;
	struct br_endpoint local = br_endpoint_ipv4(br_host_address(host, 0), port), remote;
	struct connection *c;
	uint32_t link;
	int stream;

	if (client->connections == CONNECTIONS_MAX)
		return -ENOSPC;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOSPC;
	if (!br_ip_is_ipv4(server->ip))
		local = (struct br_endpoint){.port = port};
	stream = br_host_tcp_connect(host, &local, server);
	if (stream < 0) {
		free(c);
		return stream;
	}
	br_host_stream_ends(host, (uint32_t)stream, &local, &remote, &link);
	c->client = client;
	c->node = node;
	c->port = local.port;
	c->local = local;
	c->server = *server;
	c->stream = (uint32_t)stream;
	client->connection[client->connections++] = c;
	return c->port;
}

bool br_browser_has(const struct br_browser *client, size_t node, uint16_t port)
{
	return by_port(client, node, port) != NULL;
}

static int put_out(struct connection *c, struct br_octets octets)
{
	uint8_t *larger;

	if (c->out_size + octets.size > SEND_MAX)
		return -ENOSPC;
	larger = realloc(c->out, c->out_size + octets.size + 1);
	if (!larger)
		return -ENOSPC;
	c->out = larger;
	if (octets.size > 0)
		memcpy(c->out + c->out_size, octets.data, octets.size);
	c->out_size += octets.size;
	return 0;
}

int br_browser_send(struct br_browser *client, size_t node, uint16_t port, struct br_octets octets,
                    const char *method, const char *target)
{
	struct connection *c = by_port(client, node, port);

	if (!c || c->gone)
		return -ENOTCONN;
	if (c->count == PENDING_MAX || put_out(c, octets) < 0)
		return -ENOSPC;
	if (method) {
		struct pending *p = &c->pending[(c->first + c->count++) % PENDING_MAX];

		p->to_head = !strcmp(method, "HEAD");
		snprintf(p->target, sizeof(p->target), "%s", target);
	}
	flush(c);
	return 0;
}

static int end_it(struct connection *c, bool reset)
{
	if (!c || c->gone)
		return -ENOTCONN;
	if (reset) {
		br_host_stream_reset(c->client->world->node[c->node].host, c->stream);
		c->gone = true;
	} else {
		c->closing = true;
		flush(c);
	}
	return 0;
}

int br_browser_end(struct br_browser *client, size_t node, uint16_t port, bool reset)
{
	return end_it(by_port(client, node, port), reset);
}

int br_browser_serve(struct br_browser *client, size_t node, uint16_t port)
{
	return br_host_tcp_listen(client->world->node[node].host, port);
}

static struct connection *of_client(const struct br_browser *client, size_t node, int from,
                                    uint16_t port)
{
	for (size_t i = client->connections; i > 0; i--) {
		struct connection *c = client->connection[i - 1];

		if (c->serves && c->node == node && (port == 0 || c->port == port) &&
		    (from < 0 || br_world_node_by_ip(client->world, &c->server) == from))
			return c;
	}
	return NULL;
}

int br_browser_reply(struct br_browser *client, size_t node, int from, uint16_t port,
                     struct br_octets octets)
{
	struct connection *c = of_client(client, node, from, port);

	if (!c || c->gone)
		return -ENOTCONN;
	if (put_out(c, octets) < 0)
		return -ENOSPC;
	flush(c);
	return 0;
}

int br_browser_end_reply(struct br_browser *client, size_t node, int from, uint16_t port,
                         bool reset)
{
	return end_it(of_client(client, node, from, port), reset);
}
