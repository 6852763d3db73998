/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/talk/tcp.c - TCP connections: lengths by sequence numbers
 *
 * Each direction is followed in order (RFC 9293 §3.4). Octets the capture did not keep
 * still count; what the other side acknowledged has passed, seen or not.
 */
#include "conformance/talk/tcp.h"

#include <string.h>

#include "conformance/talk/clients.h"
#include "conformance/talk/flows.h"
#include "conformance/talk/http.h"
#include "conformance/talk/servers.h"
#include "core/formats/http_head.h"

enum {
	PORT_HTTPS = 443,
	PORT_HTTP_OTHER = 8080,
	LATE_FLOWS = 8, /* exchanges of a client that late content may belong to */
};

static bool is_boot_port(uint16_t port)
{
	return port == BR_HTTP_PORT || port == PORT_HTTPS || port == PORT_HTTP_OTHER;
}

static void read_syn(struct br_talk_tcp *t, const struct br_packet *p)
{
	t->isn = p->tcp.sequence;
	t->has_isn = true;
	t->syn_window = p->tcp.window;
	t->syn_mss = p->tcp.mss;
	t->syn_scale = p->tcp.window_scale;
	t->syn_options_size = (uint8_t)p->tcp.options.size;
	t->ttl = p->network == BR_NETWORK_IPV4 ? p->ipv4.ttl : p->ipv6.hop_limit;
}

static void let_go(struct br_talk *talk, struct br_talk_exchange *e)
{
	talk_flow_drop(talk, e);
	talk_give(talk, e, e->tcp.up, sizeof(*e->tcp.up));
	talk_give(talk, e, e->tcp.down, sizeof(*e->tcp.down));
	e->tcp.up = e->tcp.down = NULL;
}

/* A SYN repeated, or sent again after a refusal, belongs to the same attempt to connect. */
static bool is_repeat(const struct br_talk_tcp *t, const struct br_packet *p)
{
	return br_endpoint_equal(&t->server, &p->dst) && t->opened == 0 &&
	       t->end != BR_TALK_ERROR_CLIENT;
}

static struct br_talk_exchange *open_tcp(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet *p = seen->packet;
	struct br_talk_client *client = talk_sender(talk, seen, is_boot_port(p->dst.port));
	struct br_talk_exchange *e = talk_flow_find(talk, BR_TALK_TCP, &p->src);

	if (e && is_repeat(&e->tcp, p)) {
		talk_times_add(&e->tcp.syn, seen);
		talk_touch(client, e, seen);
		return e;
	}
	if (e)
		let_go(talk, e);
	if (!client || !(e = talk_add_exchange(talk, client, BR_TALK_TCP, seen)))
		return NULL;
	e->tcp.client = p->src;
	e->tcp.server = p->dst;
	e->tcp.last_progress = seen->at;
	e->tcp.up = talk_take(talk, e, sizeof(*e->tcp.up));
	e->tcp.down = talk_take(talk, e, sizeof(*e->tcp.down));
	if (p->tcp.flags & BR_TCP_SYN) {
		read_syn(&e->tcp, p);
		talk_times_add(&e->tcp.syn, seen);
	}
	talk_flow_put(talk, e);
	(void)talk_server(talk, &p->dst);
	talk_touch(client, e, seen);
	return e;
}

/* Octets in order, content known as far as @octets goes. */
static void pass(struct br_talk *talk, struct br_talk_exchange *e, bool up, struct br_octets octets,
                 uint32_t size, const struct seen *seen)
{
	struct br_talk_flow *f = up ? e->tcp.up : e->tcp.down;
	struct br_talk_tcp *t = &e->tcp;

	f->next += size;
	f->octets += size;
	if (seen->at > t->last_progress && seen->at - t->last_progress > t->stall_max)
		t->stall_max = seen->at - t->last_progress;
	t->last_progress = seen->at;
	talk_http(talk, e, up, octets, size, seen);
}

static void close_holes(struct br_talk *talk, struct br_talk_exchange *e, bool up,
                        const struct seen *seen)
{
	struct br_talk_flow *f = up ? e->tcp.up : e->tcp.down;

	for (uint8_t i = 0; i < f->hole_count;) {
		if ((int32_t)(f->hole[i][0] - f->next) > 0) {
			i++;
			continue;
		}
		uint32_t end = f->hole[i][1];

		f->hole_count--;
		memmove(f->hole[i], f->hole[i + 1],
		        (size_t)(f->hole_count - i) * sizeof(f->hole[0]));
		if ((int32_t)(end - f->next) > 0)
			pass(talk, e, up, (struct br_octets){0}, end - f->next, seen);
		i = 0;
	}
}

/* Octets behind a gap: remembered by number, content forgotten. */
static void add_hole(struct br_talk_flow *f, uint32_t first, uint32_t end)
{
	for (uint8_t i = 0; i < f->hole_count; i++) {
		if ((int32_t)(first - f->hole[i][1]) <= 0 && (int32_t)(end - f->hole[i][0]) >= 0) {
			if ((int32_t)(first - f->hole[i][0]) >= 0 &&
			    (int32_t)(end - f->hole[i][1]) <= 0)
				f->repeated += end - first;
			if ((int32_t)(first - f->hole[i][0]) < 0)
				f->hole[i][0] = first;
			if ((int32_t)(end - f->hole[i][1]) > 0)
				f->hole[i][1] = end;
			return;
		}
	}
	if (f->hole_count < BR_TALK_HOLES_MAX) {
		f->hole[f->hole_count][0] = first;
		f->hole[f->hole_count++][1] = end;
	}
}

static void take_data(struct br_talk *talk, struct br_talk_exchange *e, bool up,
                      const struct seen *seen)
{
	struct br_talk_flow *f = up ? e->tcp.up : e->tcp.down;
	const struct br_packet *p = seen->packet;
	struct br_octets octets = p->payload;
	uint32_t sequence = p->tcp.sequence, size = p->payload_size;

	if (!f->started) {
		f->started = true;
		f->next = sequence + (p->tcp.flags & BR_TCP_SYN ? 1 : 0);
		f->highest = f->next;
	}
	if (p->tcp.flags & BR_TCP_SYN)
		return;
	if (size == 0)
		return;
	uint32_t end = sequence + size;

	if ((int32_t)(end - f->highest) > 0)
		f->highest = end;
	if ((int32_t)(sequence - f->next) > 0) {
		add_hole(f, sequence, end);
		return;
	}
	uint32_t old = f->next - sequence;

	if (old >= size) {
		f->repeated += size;
		if (!up)
			talk_unheard(e, seen);
		return;
	}
	f->repeated += old;
	octets = old < octets.size ? (struct br_octets){octets.data + old, octets.size - old}
	                           : (struct br_octets){0};
	pass(talk, e, up, octets, size - old, seen);
	close_holes(talk, e, up, seen);
}

/* What one side acknowledges has passed by, also where the capture has a gap. */
static void take_ack(struct br_talk *talk, struct br_talk_exchange *e, bool up,
                     const struct seen *seen)
{
	struct br_talk_flow *other = up ? e->tcp.down : e->tcp.up;
	uint32_t ack = seen->packet->tcp.acknowledgement;

	if (!(seen->packet->tcp.flags & BR_TCP_ACK) || !other->started)
		return;
	if (up && ack != e->tcp.acked) {
		e->tcp.acked = ack;
		talk_heard(e);
	}
	uint32_t ahead = ack - other->next;

	if ((int32_t)ahead <= 0 || (int32_t)(ack - other->highest) > 0)
		return; /* old, or one for a FIN */
	uint32_t held = 0;

	for (uint8_t i = 0; i < other->hole_count; i++) {
		if ((int32_t)(ack - other->hole[i][0]) > 0)
			held += other->hole[i][1] - other->hole[i][0];
	}
	other->lost += ahead > held ? ahead - held : 0;
	pass(talk, e, !up, (struct br_octets){0}, ahead, seen);
	close_holes(talk, e, !up, seen);
}

static void finish(struct br_talk *talk, struct br_talk_exchange *e, bool up,
                   const struct seen *seen)
{
	struct br_talk_tcp *t = &e->tcp;
	const uint8_t over = BR_TCP_FIN | BR_TCP_RST;

	if (!up && seen->packet->tcp.flags & over && !t->fin_client && t->end == BR_TALK_OPEN)
		t->server_first = true;
	if (up && seen->packet->tcp.flags & over && t->left == 0)
		t->left = seen->at;
	if (seen->packet->tcp.flags & BR_TCP_FIN) {
		if (up)
			t->fin_client = true;
		else
			t->fin_server = true;
		if (t->fin_client && t->fin_server && t->end == BR_TALK_OPEN)
			t->end = BR_TALK_COMPLETE;
	}
	if (!(seen->packet->tcp.flags & BR_TCP_RST))
		return;
	if (!up && t->opened == 0) {
		t->refusals++;
		return;
	}
	if (t->end == BR_TALK_OPEN)
		t->end = up ? BR_TALK_ERROR_CLIENT : BR_TALK_ERROR_SERVER;
	let_go(talk, e);
}

/* Content for a client that has reset the connection: its answer came late. */
static bool is_late(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet *p = seen->packet;
	struct br_talk_client *client = p->payload_size > 0 ? talk_receiver(talk, seen) : NULL;
	size_t left = LATE_FLOWS;

	for (size_t i = client ? client->exchanges : 0; i-- > 0 && left > 0; left--) {
		struct br_talk_tcp *t = &client->exchange[i]->tcp;

		if (client->exchange[i]->kind != BR_TALK_TCP || t->end != BR_TALK_ERROR_CLIENT ||
		    !br_endpoint_equal(&t->client, &p->dst) ||
		    !br_endpoint_equal(&t->server, &p->src))
			continue;
		if (t->late == 0)
			t->late = seen->at;
		return true;
	}
	return false;
}

bool talk_tcp(struct br_talk *talk, const struct seen *seen)
{
	const struct br_packet *p = seen->packet;
	bool syn = p->tcp.flags & BR_TCP_SYN, ack = p->tcp.flags & BR_TCP_ACK;
	struct br_talk_exchange *e = syn && !ack ? open_tcp(talk, seen) : NULL;
	bool up = e != NULL;

	if (!e) {
		e = talk_flow_find(talk, BR_TALK_TCP, &p->src);
		up = e != NULL;
	}
	if (!e)
		e = talk_flow_find(talk, BR_TALK_TCP, &p->dst);
	if (!e && !syn && is_boot_port(p->dst.port) && p->payload_size > 0) {
		e = open_tcp(talk, seen); /* its beginning is not in the capture */
		up = true;
		if (e)
			e->tcp.opened = seen->at;
	}
	if (!e && is_late(talk, seen))
		return true;
	if (!e && p->src.port == BR_HTTP_PORT && p->payload_size > 0) {
		talk->late.segments++;
		talk->late.from = p->src;
		talk->late.to = p->dst;
	}
	if (!e || !e->tcp.up || !e->tcp.down ||
	    !br_endpoint_equal(up ? &p->dst : &p->src, &e->tcp.server))
		return false;
	if (syn && ack && !up) {
		struct br_talk_server *s = talk_server_speaks(talk, seen);

		if (s)
			s->http++;
		e->tcp.syn_acks++;
		if (e->tcp.opened == 0)
			talk_unheard(e, seen);
	} else if (up && ack && e->tcp.opened == 0 && e->tcp.syn_acks > 0) {
		e->tcp.opened = seen->at;
	}
	if (!up && e->tcp.opened == 0 && p->tcp.flags & BR_TCP_RST) {
		struct br_talk_server *s = talk_server_speaks(talk, seen);

		if (s)
			s->closed++;
	}
	e->tcp.last = seen->at;
	talk_layers(e, seen, up);
	if (up && !(p->tcp.flags & BR_TCP_RST))
		e->tcp.zero_windows = p->tcp.window == 0 ? e->tcp.zero_windows + 1 : 0;
	take_data(talk, e, up, seen);
	e->tcp.octets_down = e->tcp.down->octets;
	e->tcp.repeated_down = e->tcp.down->repeated;
	take_ack(talk, e, up, seen);
	talk_touch(up ? talk_find_address(talk, &p->src) : talk_find_address(talk, &p->dst), e,
	           seen);
	finish(talk, e, up, seen);
	return true;
}
