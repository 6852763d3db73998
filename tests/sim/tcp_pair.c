/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/tcp_pair.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "sim/net/tcp_stream.h"

struct tcp_pair_options tcp_pair_defaults(void)
{
	struct tcp_pair_options options = {
		.tcp = {br_tcp_options_default, br_tcp_options_default},
		.seed = 1,
		.delay = 1 * BR_MS,
	};

	return options;
}

void tcp_pair_init(struct tcp_pair *pair, const struct tcp_pair_options *options)
{
	*pair = (struct tcp_pair){
		.options = *options,
		.prng = br_prng_of(options->seed, 7),
		.end = {br_endpoint_ipv4(0xc0000201, 40000),
	                br_endpoint_ipv4(0xc0000202, TCP_PAIR_PORT)},
		.hash = BR_FNV64_SEED,
	};
	br_frame_pool_init(&pair->pool, BR_ETHERNET_HEADER + TCP_PAIR_MTU, 65536);
	for (int side = 0; side < 2; side++) {
		int result = br_tcp_new(&pair->tcp[side], &options->tcp[side],
		                        options->seed + (uint64_t)side);

		assert(result == 0);
		(void)result;
		pair->app[side].stream = -1;
	}
	(void)br_tcp_listen(pair->tcp[1], TCP_PAIR_PORT);
}

void tcp_pair_reset(struct tcp_pair *pair)
{
	for (size_t i = 0; i < pair->flights; i++)
		br_frame_unref(pair->flight[i].frame);
	free(pair->flight);
	br_frame_pool_reset(&pair->pool);
	for (int side = 0; side < 2; side++)
		br_tcp_free(pair->tcp[side]);
}

uint8_t tcp_pair_pattern(int side, uint64_t at)
{
	return (uint8_t)(at * 7 + (at >> 8) * 13 + (at >> 16) + (uint64_t)side * 101);
}

static void app_write(struct tcp_pair *pair, int side)
{
	struct tcp_app *app = &pair->app[side];
	uint8_t octets[4096];

	while (app->written < app->wanted) {
		uint64_t size = br_tcp_credit(pair->tcp[side], (uint32_t)app->stream);

		if (size > app->wanted - app->written)
			size = app->wanted - app->written;
		if (size > sizeof(octets))
			size = sizeof(octets);
		if (pair->options.write_max > 0 && size > pair->options.write_max)
			size = pair->options.write_max;
		if (size == 0)
			return;
		for (uint64_t i = 0; i < size; i++)
			octets[i] = tcp_pair_pattern(side, app->written + i);

		int taken = br_tcp_write(pair->tcp[side], (uint32_t)app->stream,
		                         (struct br_octets){octets, size}, pair->now);

		if (taken < 0)
			return;
		assert((uint64_t)taken == size);
		app->written += size;
	}
	if (app->close_when_written)
		br_tcp_close(pair->tcp[side], (uint32_t)app->stream, pair->now);
}

static void app_data(struct tcp_pair *pair, int side, struct br_octets data)
{
	struct tcp_app *app = &pair->app[side];

	for (size_t i = 0; i < data.size; i++)
		app->wrong |= data.data[i] != tcp_pair_pattern(!side, app->received + i);
	app->received += data.size;
	if (app->reset_when_received && app->received >= app->reset_at) {
		br_tcp_reset(pair->tcp[side], (uint32_t)app->stream);
		app->stream = -1;
	}
}

static void app_event(struct tcp_pair *pair, int side, const struct br_tcp_event *event)
{
	struct tcp_app *app = &pair->app[side];

	switch (event->kind) {
	case BR_STREAM_OPENED:
		app->stream = (int)event->stream;
		app->opened++;
		if (app->pause_when_opened)
			br_tcp_pause(pair->tcp[side], event->stream, true, pair->now);
		app_write(pair, side);
		break;
	case BR_STREAM_DATA:
		app_data(pair, side, event->data);
		break;
	case BR_STREAM_END:
		app->ended++;
		if (app->close_when_ended)
			br_tcp_close(pair->tcp[side], event->stream, pair->now);
		break;
	case BR_STREAM_CREDIT:
		app_write(pair, side);
		break;
	case BR_STREAM_GONE:
		app->gone++;
		app->error = event->error;
		app->stream = -1;
		break;
	}
}

static bool chance(struct tcp_pair *pair, unsigned percent)
{
	return percent > 0 && br_prng_below(&pair->prng, 100) < percent;
}

static void fly(struct tcp_pair *pair, int to, struct br_frame *frame, br_time at)
{
	if (pair->flights == pair->flights_room) {
		pair->flights_room = pair->flights_room ? pair->flights_room * 2 : 64;
		pair->flight = realloc(pair->flight, pair->flights_room * sizeof(pair->flight[0]));
		assert(pair->flight);
	}
	pair->flight[pair->flights++] =
		(struct tcp_pair_flight){.at = at, .turn = pair->turn++, .to = to, .frame = frame};
}

static void put_on_line(struct tcp_pair *pair, int from, struct br_frame *frame)
{
	br_time at = pair->now + pair->options.delay;

	if (chance(pair, pair->options.loss)) {
		br_frame_unref(frame);
		return;
	}
	if (chance(pair, pair->options.duplicate))
		fly(pair, !from, br_frame_ref(frame), at + pair->options.delay / 2);
	if (chance(pair, pair->options.reorder))
		at += pair->options.delay * (1 + br_prng_below(&pair->prng, 4));
	if (chance(pair, pair->options.corrupt)) {
		uint64_t bit = br_prng_below(&pair->prng, (frame->size - BR_ETHERNET_HEADER) * 8);

		frame->data[BR_ETHERNET_HEADER + bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	fly(pair, !from, frame, at);
}

static void send_segment(struct tcp_pair *pair, int from, const struct br_tcp_segment *segment)
{
	struct br_packet_route route = {
		.src = br_endpoint_to_ipv4(&segment->local),
		.dst = br_endpoint_to_ipv4(&segment->remote),
		.ttl = 64,
	};
	struct br_frame *frame = br_frame_new(&pair->pool);
	struct br_packet packet;

	assert(frame);
	int result = br_packet_build_tcp(frame, &route, segment->local.port, segment->remote.port,
	                                 &segment->head, segment->payload, segment->body);

	assert(result == 0);
	(void)result;
	br_frame_finish(frame);
	br_packet_parse_frame(&packet, frame);
	assert(packet.wrong == 0);
	pair->frames++;
	pair->hash = br_fnv64(pair->hash, frame->data, frame->size) ^ pair->now;
	pair->last[from] = packet;
	if (pair->manual) {
		size_t at = pair->sents < 63 ? pair->sents++ : 63; /* the rest on top of the last */

		pair->sent[at] = packet;
		if (packet.payload.size > 0)
			memcpy(pair->sent_octets[at], packet.payload.data,
			       packet.payload.size < 64 ? packet.payload.size : 64);
		br_frame_unref(frame);
	} else if (pair->drop && pair->drop(pair->context, from, &packet)) {
		br_frame_unref(frame);
	} else {
		put_on_line(pair, from, frame);
	}
}

static void pump_side(struct tcp_pair *pair, int side)
{
	struct br_tcp_event event;
	struct br_tcp_segment segment;

	while (br_tcp_event(pair->tcp[side], &event))
		app_event(pair, side, &event);
	while (br_tcp_output(pair->tcp[side], &segment, pair->now))
		send_segment(pair, side, &segment);
}

void tcp_pair_pump(struct tcp_pair *pair)
{
	pump_side(pair, 0);
	pump_side(pair, 1);
}

static void arrive(struct tcp_pair *pair, int to, const struct br_packet *packet)
{
	struct br_tcp_segment segment = {
		.mtu = TCP_PAIR_MTU,
		.local = packet->dst,
		.remote = packet->src,
		.head = packet->tcp,
		.payload = packet->payload,
	};

	br_tcp_input(pair->tcp[to], &segment, pair->now);
	pump_side(pair, to);
}

static void land(struct tcp_pair *pair, size_t index)
{
	struct tcp_pair_flight flight = pair->flight[index];
	struct br_packet packet;

	memmove(&pair->flight[index], &pair->flight[index + 1],
	        (pair->flights - index - 1) * sizeof(pair->flight[0]));
	pair->flights--;
	pair->now = flight.at;
	br_packet_parse_frame(&packet, flight.frame);
	if (packet.wrong == 0 && packet.transport == BR_TRANSPORT_TCP)
		arrive(pair, flight.to, &packet);
	br_frame_unref(flight.frame);
}

void tcp_pair_run(struct tcp_pair *pair, br_time until)
{
	tcp_pair_pump(pair);
	for (;;) {
		size_t first = 0;
		br_time timer[2] = {br_tcp_deadline(pair->tcp[0]), br_tcp_deadline(pair->tcp[1])};
		int side = timer[1] < timer[0];
		br_time flying = BR_TIME_NEVER;

		for (size_t i = 0; i < pair->flights; i++) {
			if (pair->flight[i].at < flying ||
			    (pair->flight[i].at == flying &&
			     pair->flight[i].turn < pair->flight[first].turn)) {
				first = i;
				flying = pair->flight[i].at;
			}
		}
		if (flying <= timer[side] && flying <= until && flying != BR_TIME_NEVER) {
			land(pair, first);
		} else if (timer[side] <= until && timer[side] != BR_TIME_NEVER) {
			pair->now = timer[side];
			br_tcp_expire(pair->tcp[side], pair->now);
			pump_side(pair, side);
		} else {
			break;
		}
	}
	if (until != BR_TIME_NEVER && pair->now < until)
		pair->now = until;
}

void tcp_pair_connect(struct tcp_pair *pair)
{
	int stream = br_tcp_connect(pair->tcp[0], &pair->end[0], &pair->end[1], 0, TCP_PAIR_MTU,
	                            pair->now);

	assert(stream >= 0);
	pair->app[0].stream = stream;
}

void tcp_pair_inject(struct tcp_pair *pair, int to, const struct br_packet_tcp *head,
                     const void *payload, size_t size)
{
	struct br_packet packet = {
		.src = pair->end[!to],
		.dst = pair->end[to],
		.tcp = *head,
		.payload = {payload, size},
	};

	arrive(pair, to, &packet);
}

static void check_stream(const struct br_tcp *tcp, const struct br_tcp_stream *s)
{
	uint32_t size = tcp->options.buffer_size;

	assert(s->send.count <= size && s->send.head < size);
	assert(s->receive.count <= s->rcv_max && s->receive.head < size);
	assert(s->direct.size == 0);
	assert(s->mss >= 1 || s->state == BR_TCP_SYN_SENT);
	assert(br_seq_le(s->snd_una, s->snd_nxt) && br_seq_le(s->snd_nxt, s->snd_max));
	assert(s->snd_max - s->snd_una <= s->send.count + 2);
	assert(s->ranges <= BR_TCP_RANGES_MAX);
	for (unsigned i = 0; i < s->ranges; i++) {
		assert(br_seq_lt(s->range[i].start, s->range[i].end));
		assert(br_seq_lt(i ? s->range[i - 1].end : s->rcv_nxt, s->range[i].start));
		assert(s->range[i].end - s->rcv_nxt + s->receive.count <= s->rcv_max);
	}
	/* what is under way has a timer, or it would wait for ever */
	bool quiet = s->state == BR_TCP_ABORTED || s->state == BR_TCP_DEAD;

	assert(quiet || s->snd_una == s->snd_max || s->retransmit_at != BR_TIME_NEVER);
	assert(quiet || s->send.count == 0 || s->retransmit_at != BR_TIME_NEVER);
	assert(quiet || s->state != BR_TCP_FIN_WAIT_2 || s->linger_at != BR_TIME_NEVER);
	assert(quiet || tcp->timers.want[s->index] <= br_tcp_next_timer(s));
	assert(quiet || br_timers_next(&tcp->timers) <= br_tcp_next_timer(s));
}

void tcp_pair_check(const struct tcp_pair *pair)
{
	for (int side = 0; side < 2; side++) {
		const struct br_tcp *tcp = pair->tcp[side];

		assert(!tcp->reply_due && tcp->output_head == BR_TCP_NONE);
		for (size_t i = 0; i < tcp->options.streams_max; i++) {
			if (tcp->stream[i].state != BR_TCP_FREE)
				check_stream(tcp, &tcp->stream[i]);
		}
	}
}

size_t tcp_pair_streams(const struct tcp_pair *pair, int side)
{
	const struct br_tcp *tcp = pair->tcp[side];
	size_t count = 0;

	for (size_t i = 0; i < tcp->options.streams_max; i++)
		count += tcp->stream[i].state != BR_TCP_FREE;
	return count;
}
