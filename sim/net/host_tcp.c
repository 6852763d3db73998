/* SPDX-License-Identifier: BSD-2-Clause */
/* Between a host and its TCP (sim/net/tcp.h): segments become frames, events calls. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "sim/net/host_stack.h"

/* Most hosts never speak TCP, so it is made when first needed. */
static struct br_tcp *tcp_of(struct br_host *host)
{
	if (!host->tcp && br_tcp_new(&host->tcp, &host->tcp_options, host->seed) < 0)
		return NULL;
	return host->tcp;
}

/* @frame: taken */
static void send_in(struct br_host *host, const struct br_host_route *route,
                    const struct br_tcp_segment *segment, struct br_frame *frame)
{
	struct br_packet_route head;

	if (!frame)
		return; /* lost, as on any wire: it will be sent again */
	br_ip_head(host, route, &segment->local, &segment->remote, host->tcp_options.ttl,
	           !host->tcp_options.may_fragment, &head);
	if (br_packet_build_tcp(frame, &head, segment->local.port, segment->remote.port,
	                        &segment->head, segment->payload, segment->body) < 0)
		br_frame_unref(frame);
	else
		br_ip_send(host, route, frame);
}

/* The first @size octets of what lies in two pieces, which lose them. */
static struct br_octets take_front(struct br_octets *octets, size_t size)
{
	struct br_octets front = {octets->data, octets->size < size ? octets->size : size};

	if (front.size > 0)
		octets->data += front.size;
	octets->size -= front.size;
	return front;
}

/* What no super-frame carries, as the segments that it stands for. */
static void send_cut(struct br_host *host, const struct br_host_route *route,
                     const struct br_tcp_segment *segment)
{
	struct br_octets payload = segment->payload, body = segment->body;
	struct br_tcp_segment piece = *segment;

	while (payload.size + body.size > 0) {
		piece.payload = take_front(&payload, segment->cut);
		piece.body = take_front(&body, segment->cut - piece.payload.size);
		piece.head.flags = segment->head.flags;
		if (payload.size + body.size > 0)
			piece.head.flags &= (uint8_t) ~(BR_TCP_FIN | BR_TCP_PSH);
		send_in(host, route, &piece, br_host_new_frame(host));
		piece.head.sequence += (uint32_t)(piece.payload.size + piece.body.size);
	}
}

static void send_segment(struct br_host *host, const struct br_tcp_segment *segment)
{
	struct br_host_route route;
	struct br_frame *large;

	if (br_ip_route(host, segment->link, &segment->remote, &route) < 0) {
		host->counters.unroutable++;
		return;
	}
	if (segment->cut == 0) {
		send_in(host, &route, segment, br_host_new_frame(host));
		return;
	}
	large = br_segment_large_frame(route.link->port.segment);
	if (!large) {
		send_cut(host, &route, segment);
		return;
	}
	large->cut = segment->cut;
	send_in(host, &route, segment, large);
}

void br_host_pump(struct br_host *host)
{
	struct br_tcp_event event;
	struct br_tcp_segment segment;
	br_time now = host->clock->now;

	if (host->pumping) /* a user's call out of its own callback: the loop below sees to it */
		return;
	host->pumping = true;
	do {
		while (br_tcp_event(host->tcp, &event)) {
			if (host->user.stream)
				host->user.stream(host->user.context, event.stream, event.kind,
				                  event.error, event.data, now);
		}
		while (br_tcp_output(host->tcp, &segment, now))
			send_segment(host, &segment);
	} while (br_tcp_has_events(host->tcp)); /* sending may tell that nobody is there */
	host->pumping = false;
	br_host_schedule(host);
}

void br_host_tcp_input(const struct br_host_arrival *arrival)
{
	struct br_host *host = arrival->link->host;
	const struct br_packet *packet = arrival->packet;
	struct br_tcp_segment segment = {
		.link = arrival->link->index,
		.mtu = arrival->link->mtu,
		.local = packet->dst,
		.remote = packet->src,
		.head = packet->tcp,
		.payload = packet->payload,
	};

	assert(!host->pumping); /* frames come by the clock, never out of a call of ours */
	if (!tcp_of(host))
		return;
	br_tcp_input(host->tcp, &segment, arrival->now);
	br_host_pump(host);
}

void br_host_tcp_unreachable(struct br_host *host, const struct br_packet *segment, uint16_t icmp,
                             uint32_t mtu, br_time now)
{
	struct br_tcp_segment sent = {
		.local = segment->src, .remote = segment->dst, .head = segment->tcp};

	if (!host->tcp)
		return;
	br_tcp_unreachable(host->tcp, &sent, icmp, mtu, now);
	br_host_pump(host);
}

void br_host_tcp_expire(struct br_host *host, br_time now)
{
	if (!host->tcp || br_tcp_deadline(host->tcp) > now)
		return;
	br_tcp_expire(host->tcp, now);
	br_host_pump(host);
}

void br_host_set_tcp_options(struct br_host *host, const struct br_tcp_options *options)
{
	host->tcp_options = *options;
	host->tcp_options.streams_max = host->limits.streams_max;
	host->tcp_options.buffer_size = (uint32_t)host->limits.stream_buffer_size;
	if (host->tcp)
		br_tcp_set_options(host->tcp, &host->tcp_options);
}

const struct br_tcp_options *br_host_get_tcp_options(const struct br_host *host)
{
	return &host->tcp_options;
}

const struct br_tcp_counters *br_host_tcp_counters(const struct br_host *host)
{
	static const struct br_tcp_counters none;

	return host->tcp ? br_tcp_counters(host->tcp) : &none;
}

int br_host_tcp_listen(struct br_host *host, uint16_t port)
{
	return tcp_of(host) ? br_tcp_listen(host->tcp, port) : -ENOSPC;
}

static bool link_has(const struct br_host_link *link, const uint8_t ip[16])
{
	if (br_ip_is_ipv4(ip))
		return br_ip_key_equal(br_ip_key_of(ip), br_ip_key_of4(link->address));
	return br_host_find6(link, ip) != NULL;
}

/* The address of the link, if @from says none; false if there is none. */
static bool put_source(const struct br_host_link *link, const struct br_endpoint *remote,
                       bool has_source, struct br_endpoint *from)
{
	const uint8_t *six = NULL;

	if (br_ip_is_ipv4(remote->ip)) {
		if (!has_source)
			*from = br_endpoint_ipv4(link->address, from->port);
		return link->address != 0;
	}
	six = br_host_source6(link, remote->ip);
	if (!has_source && six)
		memcpy(from->ip, six, sizeof(from->ip));
	return six != NULL;
}

int br_host_tcp_connect(struct br_host *host, const struct br_endpoint *local,
                        const struct br_endpoint *remote)
{
	bool has_source =
		!br_ip_is_zero(local->ip) && !br_ip_equal(local->ip, br_endpoint_ipv4(0, 0).ip);
	struct br_endpoint from = *local;
	struct br_host_route route;
	uint32_t link = BR_HOST_NO_LINK;

	for (uint32_t i = 0; i < host->links && has_source; i++) {
		if (link_has(host->link[i], local->ip))
			link = i;
	}
	if (br_ip_route(host, link, remote, &route) < 0 || br_ip_key_is_none(route.next_hop) ||
	    !put_source(route.link, remote, has_source, &from))
		return -ENETUNREACH;
	if (!tcp_of(host))
		return -ENOSPC;

	int stream = br_tcp_connect(host->tcp, &from, remote, route.link->index, route.mtu,
	                            host->clock->now);

	if (stream >= 0)
		br_host_pump(host);
	return stream;
}

uint32_t br_host_stream_credit(const struct br_host *host, uint32_t stream)
{
	return host->tcp ? br_tcp_credit(host->tcp, stream) : 0;
}

int br_host_stream_write(struct br_host *host, uint32_t stream, struct br_octets octets)
{
	if (!host->tcp)
		return -ENOTCONN;

	int taken = br_tcp_write(host->tcp, stream, octets, host->clock->now);

	br_host_pump(host);
	return taken;
}

void br_host_stream_close(struct br_host *host, uint32_t stream)
{
	if (!host->tcp)
		return;
	br_tcp_close(host->tcp, stream, host->clock->now);
	br_host_pump(host);
}

void br_host_stream_reset(struct br_host *host, uint32_t stream)
{
	if (!host->tcp)
		return;
	br_tcp_reset(host->tcp, stream);
	br_host_pump(host);
}

void br_host_stream_pause(struct br_host *host, uint32_t stream, bool paused)
{
	if (!host->tcp)
		return;
	br_tcp_pause(host->tcp, stream, paused, host->clock->now);
	br_host_pump(host);
}

bool br_host_stream_ends(const struct br_host *host, uint32_t stream, struct br_endpoint *ret_local,
                         struct br_endpoint *ret_remote, uint32_t *ret_link)
{
	return host->tcp && br_tcp_ends(host->tcp, stream, ret_local, ret_remote, ret_link);
}
