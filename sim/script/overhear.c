/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/overhear.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/http_head.h"
#include "sim/net/server_host.h"
#include "sim/script/node_tls.h"

enum {
	STREAMS_MAX = 16, /* the oldest gives way */
	HELD_MAX = 128,   /* segments ahead of a gap */
	ASKED_MAX = 8,    /* requests whose responses have not come */
	HEAD_MAX = 16384,
	TARGET_SIZE = 256,
	LOADS_MAX = 64, /* records on their way, or as many as are sealed at once */
};

/* So many octets that the server said are in so many of its stream */
struct load {
	uint64_t plain, stream;
};

struct asked {
	bool to_head;
	char target[TARGET_SIZE];
};

/* One connection, of which the server's half is read. */
struct stream {
	int client, server;
	struct br_endpoint near, far; /* the machine, the server */
	bool used;
	uint32_t next; /* sequence number of the octet that is read next */
	struct asked asked[ASKED_MAX];
	size_t first, count;
	bool in_body;
	uint64_t left, offset;
	struct asked now; /* whose body it is */
	size_t head_size, seen;
	uint8_t head[HEAD_MAX];
	struct br_frame *held[HELD_MAX];
	size_t helds;
	bool sealed;            /* by TLS */
	uint64_t passed, taken; /* octets of the server's stream; what they carried */
	uint8_t *plain;         /* said by the server, and not passed as a whole record yet */
	size_t plain_size, plain_room;
	struct load load[LOADS_MAX];
	size_t loads;
};

struct br_overhear {
	struct br_world *world;
	struct br_received *received;
	br_seen_see *see;
	void *context;
	size_t turn;
	struct stream stream[STREAMS_MAX];
};

static struct stream *find(struct br_overhear *o, const struct br_endpoint *near,
                           const struct br_endpoint *far)
{
	for (size_t i = 0; i < STREAMS_MAX; i++) {
		struct stream *s = &o->stream[i];

		if (s->used && br_endpoint_equal(&s->near, near) && br_endpoint_equal(&s->far, far))
			return s;
	}
	return NULL;
}

static void forget(struct stream *s)
{
	for (size_t i = 0; i < s->helds; i++)
		br_frame_unref(s->held[i]);
	free(s->plain);
	s->plain = NULL;
	s->plain_size = s->plain_room = s->loads = 0;
	s->helds = 0;
	s->used = false;
}

static bool speaks_tls(const struct br_overhear *o, int server, uint16_t port)
{
	struct br_tls_settings settings;

	if (server < 0 || !o->world->node[server].server)
		return false;
	br_node_tls(&o->world->script->node[server], &settings);
	return settings.on && settings.port == port;
}

/* The machine calls a server. */
static void begin(struct br_overhear *o, int client, const struct br_packet *packet)
{
	struct stream *s = find(o, &packet->src, &packet->dst);

	if (!s)
		s = &o->stream[o->turn++ % STREAMS_MAX];
	forget(s);
	s->used = true;
	s->client = client;
	s->server = br_world_node_by_ip(o->world, &packet->dst);
	s->near = packet->src;
	s->far = packet->dst;
	s->first = s->count = 0;
	s->head_size = s->seen = 0;
	s->in_body = false;
	s->next = 0;
	s->sealed = speaks_tls(o, s->server, s->far.port);
	s->passed = s->taken = 0;
}

static void ask(struct stream *s, struct br_octets payload)
{
	struct br_http_head head;
	struct asked *asked;
	size_t seen = 0;
	uint16_t status;

	if (s->count == ASKED_MAX ||
	    br_http_parse(BR_HTTP_REQUEST, payload, HEAD_MAX, &seen, &head, &status) != 1)
		return;
	asked = &s->asked[(s->first + s->count++) % ASKED_MAX];
	asked->to_head = br_text_is(head.method, "HEAD");
	(void)snprintf(asked->target, sizeof(asked->target), "%.*s", (int)head.target.size,
	               (const char *)head.target.data);
}

static void take_head(struct br_overhear *o, struct stream *s, const struct br_http_head *head)
{
	const struct br_http_field *range = br_http_field_find(head, "Content-Range");
	struct br_seen seen = {.kind = BR_SEEN_HTTP,
	                       .at = o->world->clock.now,
	                       .from = s->server,
	                       .to = s->client,
	                       .net = o->world->script->node[s->client].link[0].net,
	                       .source = s->far,
	                       .target = s->near,
	                       .payload = {s->head, head->size}};
	enum br_http_body body;
	uint64_t first = 0, last, total;

	o->see(o->context, &seen, NULL);
	if (head->status < 200 || s->count == 0)
		return;
	s->now = s->asked[s->first];
	s->first = (s->first + 1) % ASKED_MAX;
	s->count--;
	if (br_http_response_body(head, s->now.to_head, &body, &s->left) < 0 ||
	    body != BR_HTTP_BODY_LENGTH || (head->status != 200 && head->status != 206))
		s->left = 0;
	if (head->status == 206 &&
	    (!range || !br_http_content_range(range->value, &first, &last, &total)))
		s->left = 0;
	s->offset = first;
	s->in_body = s->left > 0;
}

/* Octets into the head until it is whole. Return: how many of them it took */
static size_t gather_head(struct br_overhear *o, struct stream *s, struct br_octets octets)
{
	size_t before = s->head_size, room = HEAD_MAX - before;
	size_t size = octets.size < room ? octets.size : room;
	struct br_http_head head;
	uint16_t status;
	int result;

	memcpy(s->head + before, octets.data, size);
	s->head_size += size;
	result = br_http_parse(BR_HTTP_RESPONSE, (struct br_octets){s->head, s->head_size},
	                       HEAD_MAX, &s->seen, &head, &status);
	if (result == 0 && s->head_size < HEAD_MAX)
		return size;
	s->head_size = s->seen = 0;
	if (result != 1) /* no HTTP, or a body without a length: what is behind it is not known */
		return octets.size;
	take_head(o, s, &head);
	return head.size > before ? head.size - before : size;
}

static void take_octets(struct br_overhear *o, struct stream *s, struct br_octets octets)
{
	while (octets.size > 0) {
		size_t used = octets.size;

		if (s->in_body) {
			used = used < s->left ? used : (size_t)s->left;
			s->left -= used;
			br_received_octets(o->received, (size_t)s->client, s->now.target, s->offset,
			                   (struct br_octets){octets.data, used}, s->left == 0);
			s->offset += used;
			s->in_body = s->left > 0;
		} else {
			used = gather_head(o, s, octets);
		}
		octets.data += used;
		octets.size -= used;
	}
}

/* What was in records that have passed */
static void take_carried(struct br_overhear *o, struct stream *s)
{
	uint64_t upto = s->taken;
	size_t size, gone = 0;

	while (gone < s->loads && s->load[gone].stream <= s->passed)
		upto = s->load[gone++].plain;
	s->loads -= gone;
	memmove(s->load, s->load + gone, s->loads * sizeof(s->load[0]));
	size = (size_t)(upto - s->taken);
	if (size == 0 || size > s->plain_size)
		return;
	s->taken = upto;
	take_octets(o, s, (struct br_octets){s->plain, size});
	s->plain_size -= size;
	memmove(s->plain, s->plain + size, s->plain_size);
}

static void said(void *context, const struct br_endpoint *client, const struct br_endpoint *server,
                 bool by_client, struct br_octets plain)
{
	struct stream *s = find(context, client, server);
	size_t room;
	uint8_t *larger;

	if (!s || plain.size == 0)
		return;
	if (by_client) {
		if (br_http_begins(BR_HTTP_REQUEST, plain))
			ask(s, plain);
		return;
	}
	if (plain.size > s->plain_room - s->plain_size) {
		room = 2 * (s->plain_size + plain.size);
		larger = realloc(s->plain, room);
		if (!larger)
			return; /* then it is not seen as received */
		s->plain = larger;
		s->plain_room = room;
	}
	memcpy(s->plain + s->plain_size, plain.data, plain.size);
	s->plain_size += plain.size;
}

static void carried(void *context, const struct br_endpoint *client,
                    const struct br_endpoint *server, uint64_t plain, uint64_t stream)
{
	struct stream *s = find(context, client, server);

	if (!s)
		return;
	if (s->loads == LOADS_MAX) /* the last two count as one, which passes later */
		s->loads--;
	s->load[s->loads++] = (struct load){plain, stream};
	take_carried(context, s); /* the host sends at once what it can */
}

/* Return: false if it lies ahead of what is read next */
static bool take_segment(struct br_overhear *o, struct stream *s, const struct br_packet *packet)
{
	struct br_octets octets = packet->payload;
	uint32_t old = s->next - packet->tcp.sequence;

	if ((int32_t)old < 0)
		return false;
	if (old >= octets.size)
		return true;
	octets.data += old;
	octets.size -= old;
	s->next += (uint32_t)octets.size;
	s->passed += octets.size;
	if (s->sealed)
		take_carried(o, s);
	else
		take_octets(o, s, octets);
	return true;
}

static void take_held(struct br_overhear *o, struct stream *s)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < s->helds && !more; i++) {
			struct br_frame *frame = s->held[i];
			struct br_packet packet;

			br_packet_parse_frame(&packet, frame);
			if (!take_segment(o, s, &packet))
				continue;
			s->held[i] = s->held[--s->helds];
			br_frame_unref(frame);
			more = true;
		}
	}
}

static void from_server(struct br_overhear *o, struct stream *s, const struct br_packet *packet,
                        struct br_frame *frame)
{
	if ((packet->tcp.flags & BR_TCP_SYN) != 0) {
		s->next = packet->tcp.sequence + 1;
		return;
	}
	if (packet->payload.size == 0)
		return;
	if (take_segment(o, s, packet)) {
		take_held(o, s);
	} else if (s->helds < HELD_MAX) {
		br_frame_ref(frame);
		s->held[s->helds++] = frame;
	}
}

static void see(void *context, const struct br_segment *segment, const struct br_port *from,
                struct br_frame *frame, br_time now)
{
	struct br_overhear *o = context;
	struct br_packet packet;
	struct stream *s;
	size_t link;
	int node;

	(void)segment;
	(void)now;
	br_packet_parse_frame(&packet, frame);
	if (packet.transport != BR_TRANSPORT_TCP || packet.fragment || packet.wrong != 0)
		return;
	node = br_world_node_by_port(o->world, from, &link);
	if (node >= 0 && o->world->node[node].guest) {
		if ((packet.tcp.flags & (BR_TCP_SYN | BR_TCP_ACK)) == BR_TCP_SYN)
			begin(o, node, &packet);
		s = find(o, &packet.src, &packet.dst);
		if (s && br_http_begins(BR_HTTP_REQUEST, packet.payload))
			ask(s, packet.payload);
	} else {
		s = find(o, &packet.dst, &packet.src);
		if (s && (s->next != 0 || (packet.tcp.flags & BR_TCP_SYN) != 0))
			from_server(o, s, &packet, frame);
	}
}

int br_overhear_new(struct br_overhear **ret_overhear, struct br_world *world,
                    struct br_received *received, br_seen_see *see_it, void *context)
{
	struct br_overhear *o = calloc(1, sizeof(*o));
	struct br_tap tap = {.see = see, .context = o};
	struct br_tls_ear ear = {.said = said, .carried = carried, .context = o};
	int result;

	if (!o)
		return -ENOMEM;
	o->world = world;
	o->received = received;
	o->see = see_it;
	o->context = context;
	result = br_wire_add_tap(world->wire, &tap);
	if (result < 0) {
		free(o);
		return result;
	}
	for (size_t i = 0; i < world->nodes; i++) {
		if (world->node[i].server)
			br_server_host_on_plain(world->node[i].server, &ear);
	}
	*ret_overhear = o;
	return 0;
}

struct br_overhear *br_overhear_free(struct br_overhear *overhear)
{
	const struct br_tls_ear deaf = {.said = NULL};

	for (size_t i = 0; overhear && i < overhear->world->nodes; i++) {
		if (overhear->world->node[i].server)
			br_server_host_on_plain(overhear->world->node[i].server, &deaf);
	}
	for (size_t i = 0; overhear && i < STREAMS_MAX; i++)
		forget(&overhear->stream[i]);
	free(overhear);
	return NULL;
}
