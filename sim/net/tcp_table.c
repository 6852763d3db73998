/* SPDX-License-Identifier: BSD-2-Clause */
/* The slots of streams: found by their ends in buckets, waiting their turn in two lists
 * (what to tell the user, what to send) and for a deadline each; and what is remembered of
 * closed ones.
 */
#include <assert.h>
#include <string.h>

#include "sim/net/tcp_stream.h"

enum {
	ISN_TICK_NS = 4000, /* RFC 9293 §3.4.1 */
};

br_time br_tcp_next_timer(const struct br_tcp_stream *s)
{
	br_time at = s->retransmit_at;

	if (s->ack_at < at)
		at = s->ack_at;
	return s->linger_at < at ? s->linger_at : at;
}

/* With none set the deadline before is left: a wake-up that finds nothing to do is cheaper. */
void br_tcp_schedule(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	br_time at = br_tcp_next_timer(s);

	if (at != BR_TIME_NEVER)
		br_timers_set(&tcp->timers, s->index, at);
}

void br_tcp_unschedule(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	br_timers_clear(&tcp->timers, s->index);
}

bool br_tcp_listening(const struct br_tcp *tcp, uint16_t port)
{
	for (size_t i = 0; i < tcp->listens; i++) {
		if (tcp->listen[i] == port)
			return true;
	}
	return false;
}

static uint64_t mix(uint64_t value)
{
	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

static uint64_t word(const uint8_t *octets)
{
	uint64_t value;

	memcpy(&value, octets, sizeof(value)); /* any order does: it is only mixed */
	return value;
}

/* Ends that differ in an address's last octets or in a port spread over the buckets. */
static uint32_t *bucket_of(struct br_tcp *tcp, const struct br_endpoint *local,
                           const struct br_endpoint *remote)
{
	uint64_t key = word(remote->ip + 8) * UINT64_C(0x9e3779b97f4a7c15);

	key ^= (uint64_t)local->port << 16 | remote->port;
	key ^= word(local->ip + 8) >> 7;
	return &tcp->bucket[(key * UINT64_C(0x9e3779b97f4a7c15) >> 40) & tcp->bucket_mask];
}

static bool same_ends(const struct br_endpoint *local, const struct br_endpoint *remote,
                      const struct br_endpoint *local2, const struct br_endpoint *remote2)
{
	return remote->port == remote2->port && local->port == local2->port &&
	       memcmp(remote->ip, remote2->ip, sizeof(remote->ip)) == 0 &&
	       memcmp(local->ip, local2->ip, sizeof(local->ip)) == 0;
}

struct br_tcp_stream *br_tcp_find(struct br_tcp *tcp, const struct br_endpoint *local,
                                  const struct br_endpoint *remote)
{
	uint32_t index = *bucket_of(tcp, local, remote);

	while (index != BR_TCP_NONE) {
		struct br_tcp_stream *s = &tcp->stream[index];

		if (same_ends(&s->local, &s->remote, local, remote))
			return s;
		index = s->next;
	}
	return NULL;
}

/* RFC 6528 §3: a clock plus a secret of the ends, so that a new stream between the
 * same ends begins above the old one. Virtual time may stand still while megabytes
 * pass, so the octets sent push the clock on.
 */
static uint32_t initial_sequence(const struct br_tcp *tcp, const struct br_tcp_stream *s,
                                 br_time now)
{
	uint64_t key = tcp->secret;

	key = mix(key ^ word(s->local.ip + 8));
	key = mix(key ^ word(s->remote.ip + 8));
	key = mix(key ^ ((uint64_t)s->local.port << 16 | s->remote.port));
	return (uint32_t)key + (uint32_t)(now / ISN_TICK_NS) + tcp->octets_used;
}

static uint8_t scale_for(uint32_t window)
{
	uint8_t scale = 0;

	while (window >> scale > UINT16_MAX)
		scale++;
	return scale;
}

struct br_tcp_stream *br_tcp_take(struct br_tcp *tcp, const struct br_tcp_segment *ends,
                                  enum br_tcp_state state, br_time now)
{
	const struct br_tcp_options *options = &tcp->options;

	if (tcp->free == BR_TCP_NONE)
		return NULL;

	struct br_tcp_stream *s = &tcp->stream[tcp->free];
	uint32_t *bucket = bucket_of(tcp, &ends->local, &ends->remote);

	assert(s->state == BR_TCP_FREE);
	tcp->free = s->next;
	*s = (struct br_tcp_stream){
		.state = state,
		.index = s->index,
		.local = ends->local,
		.remote = ends->remote,
		.link = ends->link,
		.mtu = ends->mtu,
		.next = *bucket,
		.next_event = s->next_event, /* it may still be in a list */
		.next_output = s->next_output,
		.in_events = s->in_events,
		.in_output = s->in_output,
		.send.data = s->send.data,
		.receive.data = s->receive.data,
		.ssthresh = UINT32_MAX,
		.rto = options->rto_initial,
		.rcv_max = options->receive_window ? options->receive_window : options->buffer_size,
		.retransmit_at = BR_TIME_NEVER,
		.ack_at = BR_TIME_NEVER,
		.linger_at = BR_TIME_NEVER,
		.syn_due = true,
	};
	*bucket = s->index;
	if (options->window_scaling)
		s->rcv_scale = (uint8_t)br_u32_max(options->scale, scale_for(s->rcv_max));
	s->iss = initial_sequence(tcp, s, now);
	s->snd_una = s->snd_nxt = s->snd_max = s->iss;
	tcp->octets_used += 64;
	return s;
}

static void leave_bucket(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	uint32_t *link = bucket_of(tcp, &s->local, &s->remote);

	while (*link != s->index)
		link = &tcp->stream[*link].next;
	*link = s->next;
}

void br_tcp_half_open_enter(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	s->half_open = true;
	s->next_half = BR_TCP_NONE;
	s->previous_half = tcp->half_tail;
	if (tcp->half_tail == BR_TCP_NONE)
		tcp->half_head = s->index;
	else
		tcp->stream[tcp->half_tail].next_half = s->index;
	tcp->half_tail = s->index;
	tcp->half_open++;
}

void br_tcp_half_open_leave(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	if (!s->half_open)
		return;
	s->half_open = false;
	if (s->previous_half == BR_TCP_NONE)
		tcp->half_head = s->next_half;
	else
		tcp->stream[s->previous_half].next_half = s->next_half;
	if (s->next_half == BR_TCP_NONE)
		tcp->half_tail = s->previous_half;
	else
		tcp->stream[s->next_half].previous_half = s->previous_half;
	tcp->half_open--;
}

bool br_tcp_half_open_full(const struct br_tcp *tcp)
{
	return tcp->free == BR_TCP_NONE || tcp->half_open >= (tcp->options.streams_max + 1) / 2;
}

void br_tcp_half_open_make_room(struct br_tcp *tcp)
{
	if (!br_tcp_half_open_full(tcp) || tcp->half_head == BR_TCP_NONE)
		return;
	tcp->counters.half_open_dropped++;
	br_tcp_forget(tcp, &tcp->stream[tcp->half_head]);
}

void br_tcp_forget(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	if (s->state != BR_TCP_DEAD)
		leave_bucket(tcp, s);
	br_tcp_half_open_leave(tcp, s);
	br_tcp_unschedule(tcp, s);
	s->state = BR_TCP_FREE;
	s->events = 0;
	s->direct = (struct br_octets){0};
	s->next = tcp->free;
	tcp->free = s->index;
}

void br_tcp_gone(struct br_tcp *tcp, struct br_tcp_stream *s, int error)
{
	assert(s->state != BR_TCP_FREE && s->state != BR_TCP_DEAD);
	if (s->passive && !s->told_open && !(s->events & BR_TCP_TELL_OPENED)) {
		br_tcp_forget(tcp, s);
		return;
	}
	leave_bucket(tcp, s);
	br_tcp_unschedule(tcp, s);
	s->state = BR_TCP_DEAD;
	s->error = error;
	s->events &= (uint8_t)~BR_TCP_TELL_CREDIT;
	br_tcp_tell(tcp, s, BR_TCP_TELL_GONE);
}

void br_tcp_tell(struct br_tcp *tcp, struct br_tcp_stream *s, uint8_t event)
{
	s->events |= event;
	if (s->in_events)
		return;
	s->in_events = true;
	s->next_event = BR_TCP_NONE;
	if (tcp->event_head == BR_TCP_NONE)
		tcp->event_head = s->index;
	else
		tcp->stream[tcp->event_tail].next_event = s->index;
	tcp->event_tail = s->index;
}

void br_tcp_want_output(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	if (s->in_output)
		return;
	s->in_output = true;
	s->next_output = BR_TCP_NONE;
	if (tcp->output_head == BR_TCP_NONE)
		tcp->output_head = s->index;
	else
		tcp->stream[tcp->output_tail].next_output = s->index;
	tcp->output_tail = s->index;
}

/* Entries of one table live equally long, so the next place is the oldest. */
void br_tcp_time_wait_enter(struct br_tcp *tcp, struct br_tcp_stream *s, br_time now)
{
	tcp->time_wait[tcp->time_wait_next] = (struct br_tcp_time_wait){
		.local = s->local,
		.remote = s->remote,
		.snd_nxt = s->snd_max,
		.rcv_nxt = s->rcv_nxt,
		.ts_recent = s->ts_recent,
		.stamps = s->stamps,
		.until = now + tcp->options.time_wait,
	};
	tcp->time_wait_next = (tcp->time_wait_next + 1) % tcp->time_waits;
}

struct br_tcp_time_wait *br_tcp_time_wait_find(struct br_tcp *tcp,
                                               const struct br_tcp_segment *segment, br_time now)
{
	for (size_t i = 0; i < tcp->time_waits; i++) {
		struct br_tcp_time_wait *t = &tcp->time_wait[i];

		if (t->until > now &&
		    same_ends(&t->local, &t->remote, &segment->local, &segment->remote))
			return t;
	}
	return NULL;
}
