/* SPDX-License-Identifier: BSD-2-Clause */
/* What users call, and the events they take out. */
#include "sim/net/tcp.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/net/tcp_stream.h"

enum {
	EPHEMERAL_FIRST = 49152, /* RFC 6335 §6 */
	EPHEMERAL_COUNT = 65536 - EPHEMERAL_FIRST,
	TIME_WAITS_MAX = 256,
	BUFFER_SIZE_MAX = 1 << 28, /* windows stay far below 2^31; RFC 7323 §2.3 */
	STREAMS_MAX = 1 << 20,
};

const struct br_tcp_options br_tcp_options_default = {
	.streams_max = 16,
	.buffer_size = 65535,
	.mss = BR_TCP_MSS_OF_LINK,
	.window_scaling = true,
	.ack_every = 2,
	.ack_delay = 40 * BR_MS,
	.syn_retries = 5,
	.retries = 8,
	.rto_initial = 1 * BR_S,
	.rto_min = 200 * BR_MS,
	.rto_max = 60 * BR_S,
	.time_wait = 4 * BR_S,
	.fin_wait = 60 * BR_S,
};

static bool options_make_sense(const struct br_tcp_options *options)
{
	return options->streams_max > 0 && options->streams_max <= STREAMS_MAX &&
	       options->buffer_size > 0 && options->buffer_size <= BUFFER_SIZE_MAX &&
	       options->ack_every > 0 && options->rto_min > 0 &&
	       options->rto_min <= options->rto_max;
}

int br_tcp_new(struct br_tcp **ret_tcp, const struct br_tcp_options *options, uint64_t seed)
{
	if (!options_make_sense(options))
		return -EINVAL;

	struct br_tcp *tcp = calloc(1, sizeof(*tcp));
	size_t count = options->streams_max, buckets = 1;

	if (!tcp)
		return -ENOMEM;
	while (buckets < count)
		buckets *= 2;

	struct br_prng prng = br_prng_of(seed, 0x746370 /* "tcp" */);

	tcp->options = *options;
	tcp->secret = br_prng_next(&prng);
	tcp->ephemeral = (uint16_t)br_prng_below(&prng, EPHEMERAL_COUNT);
	tcp->time_waits = count < TIME_WAITS_MAX ? count : TIME_WAITS_MAX;
	tcp->bucket_mask = (uint32_t)(buckets - 1);
	tcp->stream = calloc(count, sizeof(tcp->stream[0]));
	tcp->bucket = calloc(buckets, sizeof(tcp->bucket[0]));
	tcp->time_wait = calloc(tcp->time_waits, sizeof(tcp->time_wait[0]));
	if (!tcp->stream || !tcp->bucket || !tcp->time_wait ||
	    br_timers_init(&tcp->timers, count) < 0) {
		br_tcp_free(tcp);
		return -ENOMEM;
	}
	for (size_t i = 0; i < buckets; i++)
		tcp->bucket[i] = BR_TCP_NONE;
	for (size_t i = 0; i < count; i++) {
		tcp->stream[i].index = (uint32_t)i;
		tcp->stream[i].next = i + 1 < count ? (uint32_t)(i + 1) : BR_TCP_NONE;
	}
	tcp->free = 0;
	tcp->event_head = tcp->event_tail = BR_TCP_NONE;
	tcp->output_head = tcp->output_tail = BR_TCP_NONE;
	tcp->half_head = tcp->half_tail = BR_TCP_NONE;
	*ret_tcp = tcp;
	return 0;
}

struct br_tcp *br_tcp_free(struct br_tcp *tcp)
{
	if (!tcp)
		return NULL;
	for (size_t i = 0; tcp->stream && i < tcp->options.streams_max; i++) {
		free(tcp->stream[i].send.data);
		free(tcp->stream[i].receive.data);
	}
	free(tcp->stream);
	free(tcp->bucket);
	br_timers_fini(&tcp->timers);
	free(tcp->time_wait);
	free(tcp);
	return NULL;
}

void br_tcp_set_options(struct br_tcp *tcp, const struct br_tcp_options *options)
{
	struct br_tcp_options wanted = *options;

	wanted.streams_max = tcp->options.streams_max;
	wanted.buffer_size = tcp->options.buffer_size;
	assert(options_make_sense(&wanted));
	tcp->options = wanted;
}

const struct br_tcp_options *br_tcp_get_options(const struct br_tcp *tcp)
{
	return &tcp->options;
}

const struct br_tcp_counters *br_tcp_counters(const struct br_tcp *tcp)
{
	return &tcp->counters;
}

int br_tcp_listen(struct br_tcp *tcp, uint16_t port)
{
	if (br_tcp_listening(tcp, port))
		return -EADDRINUSE;
	if (tcp->listens == BR_TCP_LISTENS_MAX)
		return -ENOSPC;
	tcp->listen[tcp->listens++] = port;
	return 0;
}

void br_tcp_unlisten(struct br_tcp *tcp, uint16_t port)
{
	for (size_t i = 0; i < tcp->listens; i++) {
		if (tcp->listen[i] == port) {
			tcp->listen[i] = tcp->listen[--tcp->listens];
			return;
		}
	}
}

static bool pick_port(struct br_tcp *tcp, struct br_endpoint *local,
                      const struct br_endpoint *remote)
{
	for (int i = 0; i < EPHEMERAL_COUNT; i++) {
		local->port = (uint16_t)(EPHEMERAL_FIRST + tcp->ephemeral);
		tcp->ephemeral = (uint16_t)((tcp->ephemeral + 1) % EPHEMERAL_COUNT);
		if (!br_tcp_find(tcp, local, remote))
			return true;
	}
	return false;
}

int br_tcp_connect(struct br_tcp *tcp, const struct br_endpoint *local,
                   const struct br_endpoint *remote, uint32_t link, uint32_t mtu, br_time now)
{
	struct br_tcp_segment ends = {.local = *local, .remote = *remote, .link = link, .mtu = mtu};

	if (local->port == 0 && !pick_port(tcp, &ends.local, remote))
		return -ENOSPC;
	if (br_tcp_find(tcp, &ends.local, remote))
		return -EADDRINUSE;

	struct br_tcp_time_wait *old = br_tcp_time_wait_find(tcp, &ends, now);
	struct br_tcp_stream *s = br_tcp_take(tcp, &ends, BR_TCP_SYN_SENT, now);

	if (!s)
		return -ENOSPC;
	if (old)
		old->until = 0; /* we know our own sequence numbers: RFC 6191 §2 */
	br_tcp_want_output(tcp, s);
	return (int)s->index;
}

/* The slot, if the user may still name it: stale numbers must do no harm. */
static struct br_tcp_stream *live(const struct br_tcp *tcp, uint32_t stream)
{
	if (stream >= tcp->options.streams_max)
		return NULL;

	struct br_tcp_stream *s = &tcp->stream[stream];
	bool known = s->told_open || !s->passive;

	return s->state != BR_TCP_FREE && s->state != BR_TCP_ABORTED && known ? s : NULL;
}

static bool writable(const struct br_tcp_stream *s)
{
	return (s->state == BR_TCP_ESTABLISHED || s->state == BR_TCP_CLOSE_WAIT) && s->told_open;
}

uint32_t br_tcp_credit(const struct br_tcp *tcp, uint32_t stream)
{
	const struct br_tcp_stream *s = live(tcp, stream);

	return s && writable(s) ? tcp->options.buffer_size - s->send.count : 0;
}

int br_tcp_write(struct br_tcp *tcp, uint32_t stream, struct br_octets octets, br_time now)
{
	struct br_tcp_stream *s = live(tcp, stream);

	(void)now;
	if (!s || !writable(s))
		return -ENOTCONN;
	if (!br_tcp_ring_ready(tcp, &s->send))
		return -ENOMEM;

	uint32_t room = tcp->options.buffer_size - s->send.count;

	if (octets.size > room)
		octets.size = room;
	br_tcp_ring_put(&s->send, tcp->options.buffer_size, s->send.count, octets);
	s->send.count += (uint32_t)octets.size;
	br_tcp_want_output(tcp, s);
	return (int)octets.size;
}

/* RFC 9293 §3.10.4 */
void br_tcp_close(struct br_tcp *tcp, uint32_t stream, br_time now)
{
	struct br_tcp_stream *s = live(tcp, stream);

	(void)now;
	if (!s || s->fin_wanted)
		return;
	switch (s->state) {
	case BR_TCP_SYN_SENT:
		br_tcp_gone(tcp, s, 0);
		return;
	case BR_TCP_SYN_RECEIVED: /* FIN-WAIT-1 follows with ESTABLISHED */
		break;
	case BR_TCP_ESTABLISHED:
		s->state = BR_TCP_FIN_WAIT_1;
		break;
	case BR_TCP_CLOSE_WAIT:
		s->state = BR_TCP_LAST_ACK;
		break;
	case BR_TCP_FREE:
	case BR_TCP_FIN_WAIT_1:
	case BR_TCP_FIN_WAIT_2:
	case BR_TCP_CLOSING:
	case BR_TCP_LAST_ACK:
	case BR_TCP_ABORTED:
	case BR_TCP_DEAD:
		return;
	}
	s->fin_wanted = true;
	s->events &= (uint8_t)~BR_TCP_TELL_CREDIT;
	br_tcp_want_output(tcp, s);
}

/* RFC 9293 §3.10.5 */
void br_tcp_reset(struct br_tcp *tcp, uint32_t stream)
{
	struct br_tcp_stream *s = live(tcp, stream);

	if (!s)
		return;
	if (s->state == BR_TCP_SYN_SENT || s->state == BR_TCP_DEAD) {
		br_tcp_forget(tcp, s);
		return;
	}
	br_tcp_unschedule(tcp, s);
	s->retransmit_at = s->ack_at = s->linger_at = BR_TIME_NEVER;
	s->events = 0;
	s->direct = (struct br_octets){0};
	s->state = BR_TCP_ABORTED;
	br_tcp_want_output(tcp, s);
}

void br_tcp_pause(struct br_tcp *tcp, uint32_t stream, bool paused, br_time now)
{
	struct br_tcp_stream *s = live(tcp, stream);

	(void)now;
	if (!s || s->paused == paused)
		return;
	s->paused = paused;
	if (paused && s->direct.size > 0 && br_tcp_ring_ready(tcp, &s->receive)) {
		br_tcp_ring_put(&s->receive, tcp->options.buffer_size, 0, s->direct);
		s->receive.count = (uint32_t)s->direct.size;
		s->direct = (struct br_octets){0};
	}
	if (!paused && s->events)
		br_tcp_tell(tcp, s, 0);
}

bool br_tcp_ends(const struct br_tcp *tcp, uint32_t stream, struct br_endpoint *ret_local,
                 struct br_endpoint *ret_remote, uint32_t *ret_link)
{
	const struct br_tcp_stream *s = live(tcp, stream);

	if (!s)
		return false;
	*ret_local = s->local;
	*ret_remote = s->remote;
	*ret_link = s->link;
	return true;
}

/* The user has taken octets from the ring: tell the peer when the window has grown
 * by something worth a segment, RFC 9293 §3.8.6.2.2.
 */
static void reopen_window(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	uint32_t growth = s->rcv_nxt + br_tcp_receive_room(s) - s->rcv_adv;

	if (s->fin_received || s->state == BR_TCP_DEAD)
		return;
	if ((int32_t)growth > 0 && growth >= br_u32_min(s->rcv_max / 2, s->mss)) {
		s->ack_due = true;
		br_tcp_want_output(tcp, s);
	}
}

static void take_data(struct br_tcp *tcp, struct br_tcp_stream *s, struct br_tcp_event *event)
{
	event->kind = BR_STREAM_DATA;
	if (s->direct.size > 0) {
		event->data = s->direct;
		s->direct = (struct br_octets){0};
	} else {
		uint32_t size = tcp->options.buffer_size;
		uint32_t count = br_u32_min(s->receive.count, size - s->receive.head);

		event->data = (struct br_octets){s->receive.data + s->receive.head, count};
		s->receive.head = s->receive.head + count == size ? 0 : s->receive.head + count;
		s->receive.count -= count;
		reopen_window(tcp, s);
	}
	if (s->receive.count == 0)
		s->events &= (uint8_t)~BR_TCP_TELL_DATA;
}

/* The next event of @s; false when there is none now. */
static bool event_of(struct br_tcp *tcp, struct br_tcp_stream *s, struct br_tcp_event *event)
{
	/* paused: what the peer says goes behind its data. Room to write does not, or two that wait
	 * for each other would for ever
	 */
	bool held = s->events & BR_TCP_TELL_DATA && s->paused && s->direct.size == 0;

	*event = (struct br_tcp_event){.stream = s->index};
	if (s->events & BR_TCP_TELL_OPENED) {
		s->events &= (uint8_t)~BR_TCP_TELL_OPENED;
		s->told_open = true;
		event->kind = BR_STREAM_OPENED;
	} else if (s->events & BR_TCP_TELL_DATA && !held &&
	           !(s->state == BR_TCP_DEAD && s->error)) {
		take_data(tcp, s, event);
	} else if (s->events & BR_TCP_TELL_GONE && s->error) {
		event->kind = BR_STREAM_GONE;
		event->error = s->error;
		br_tcp_forget(tcp, s);
	} else if (s->events & BR_TCP_TELL_END && !held) {
		s->events &= (uint8_t)~BR_TCP_TELL_END;
		event->kind = BR_STREAM_END;
	} else if (s->events & BR_TCP_TELL_CREDIT) {
		s->events &= (uint8_t)~BR_TCP_TELL_CREDIT;
		event->kind = BR_STREAM_CREDIT;
	} else if (s->events & BR_TCP_TELL_GONE && !held) {
		event->kind = BR_STREAM_GONE;
		br_tcp_forget(tcp, s);
	} else {
		return false;
	}
	return true;
}

bool br_tcp_event(struct br_tcp *tcp, struct br_tcp_event *ret_event)
{
	while (tcp->event_head != BR_TCP_NONE) {
		struct br_tcp_stream *s = &tcp->stream[tcp->event_head];

		if (event_of(tcp, s, ret_event))
			return true;
		s->in_events = false;
		tcp->event_head = s->next_event;
	}
	return false;
}

bool br_tcp_has_events(const struct br_tcp *tcp)
{
	return tcp->event_head != BR_TCP_NONE;
}
