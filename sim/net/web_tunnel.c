/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/web_tunnel.c - two streams of a cache, joined by CONNECT: RFC 9110 section 9.3.6
 *
 * What one cannot take holds up the other, so that no more than what came at once is kept for it:
 * also what a client says before the far end is there, and that it will say no more.
 */
#include <stdlib.h>

#include "core/base/text.h"
#include "sim/net/web_cache_inside.h"

bool br_web_end_read(struct br_octets text, struct br_endpoint *ret_end)
{
	struct br_octets port = text, host;
	struct br_endpoint end = {.port = 0};
	uint64_t number;
	bool six = text.size > 0 && text.data[0] == '[';

	host = br_text_cut(&port, six ? ']' : ':');
	if (six) {
		if (port.size == 0 || port.data[0] != ':')
			return false;
		host = (struct br_octets){host.data + 1, host.size - 1};
		port = (struct br_octets){port.data + 1, port.size - 1};
	}
	if (!br_text_get_ip(host, end.ip) || br_ip_is_ipv4(end.ip) == six || !port.data ||
	    !br_text_get_decimal(port, UINT16_MAX, &number) || number == 0)
		return false;
	end.port = (uint16_t)number;
	*ret_end = end;
	return true;
}

/* What came behind the request is for the far end: it waits for it. */
static bool keep_rest(struct br_web_side *visit, size_t request_size)
{
	struct br_web_waiting rest = {.octets = NULL};

	if (!br_web_waiting_add(&rest, (struct br_octets){visit->in + request_size,
	                                                  visit->in_size - request_size}) ||
	    !br_web_waiting_add(&rest, br_web_waiting_left(&visit->waiting))) {
		free(rest.octets);
		return false;
	}
	free(visit->waiting.octets);
	rest.ends = visit->ended;
	visit->waiting = rest;
	visit->in_size = 0;
	return true;
}

uint16_t br_web_tunnel_begin(struct br_web_cache *c, uint32_t stream,
                             const struct br_http_head *request)
{
	struct br_web_side *visit = c->side[stream], *far;
	const struct br_endpoint any = {.port = 0};
	struct br_endpoint end;
	int other;

	if (c->options.no_connect || !br_web_end_read(request->target, &end))
		return c->options.no_connect ? 403 : 400;
	other = br_host_tcp_connect(c->host, &any, &end);
	if (other < 0)
		return 502;
	far = br_web_side_new(c, (uint32_t)other, SIDE_FAR);
	if (!far || !keep_rest(visit, request->size)) {
		br_host_stream_reset(c->host, (uint32_t)other);
		if (far)
			br_web_side_drop(c, (uint32_t)other);
		return 502;
	}
	c->counts.tunnels++;
	far->other = stream;
	visit->other = (uint32_t)other;
	visit->state = VISIT_TUNNELS;
	br_host_stream_pause(c->host, stream, visit->waiting.size > 0);
	return 0;
}

/* As much of what came from @from as the other side takes; then perhaps FIN behind it. */
static void pass_rest(struct br_web_cache *c, uint32_t from)
{
	struct br_web_side *side = c->side[from];
	struct br_octets left = br_web_waiting_left(&side->waiting);
	size_t taken;

	if (!side->open)
		return;
	if (!br_web_side_write(c, side->other, left, &taken)) {
		side->waiting.at += taken;
		return;
	}
	side->waiting.at = side->waiting.size = 0;
	if (side->waiting.ends)
		br_host_stream_close(c->host, side->other);
	br_host_stream_pause(c->host, from, false);
}

void br_web_tunnel_pass(struct br_web_cache *c, uint32_t from, struct br_octets data)
{
	struct br_web_side *side = c->side[from];

	if (!br_web_waiting_add(&side->waiting, data)) {
		br_web_side_cut_off(c, side->other);
		br_web_side_cut_off(c, from);
		return;
	}
	br_host_stream_pause(c->host, from, true);
	pass_rest(c, from);
}

void br_web_tunnel_stream(struct br_web_cache *c, uint32_t stream, enum br_stream_event event,
                          struct br_octets data)
{
	struct br_web_side *side = c->side[stream], *other = br_web_side_of(c, side->other);

	if (!other)
		return;
	switch (event) {
	case BR_STREAM_OPENED: {
		static const char yes[] = "HTTP/1.1 200 Connection established\r\n\r\n";

		side->open = other->open = true;
		(void)br_host_stream_write(c->host, side->other, br_text(yes));
		pass_rest(c, side->other);
		break;
	}
	case BR_STREAM_DATA:
		br_web_tunnel_pass(c, stream, data);
		break;
	case BR_STREAM_END:
		side->waiting.ends = true;
		pass_rest(c, stream);
		break;
	case BR_STREAM_CREDIT:
		pass_rest(c, side->other);
		break;
	case BR_STREAM_GONE:
		break;
	}
}

bool br_web_tunnel_gone(struct br_web_cache *c, uint32_t stream, uint32_t *ret_visit)
{
	uint32_t number = c->side[stream]->other;
	struct br_web_side *other = br_web_side_of(c, number);
	bool unreached = c->side[stream]->kind == SIDE_FAR && !c->side[stream]->open;
	bool all_went = c->side[stream]->waiting.ends && c->side[stream]->waiting.size == 0;

	br_web_side_drop(c, stream);
	if (!other)
		return false;
	other->other = (uint32_t)c->sides; /* nobody: the number will be another's */
	if (unreached && other->kind == SIDE_VISIT) {
		*ret_visit = number;
		return true;
	}
	if (!all_went || !other->waiting.ends)
		br_web_side_cut_off(c, number);
	return false;
}
