/* SPDX-License-Identifier: BSD-2-Clause */
/* What to send and when: one segment at a time; and what a timer that is due does. */
#include <errno.h>

#include "sim/net/tcp_stream.h"

enum {
	OPTION_MSS = 2,
	OPTION_NOP = 1,
	OPTION_WINDOW_SCALE = 3,
	OPTION_SACK_PERMITTED = 4,
	OPTION_TIMESTAMPS = 8,
};

uint32_t br_tcp_data_end(const struct br_tcp_stream *s)
{
	return s->snd_una + s->send.count;
}

/* RFC 6928 §2; after a lost SYN one segment, RFC 5681 §3.1 */
void br_tcp_congestion_start(struct br_tcp_stream *s)
{
	uint32_t initial = br_u32_min(10 * s->mss, br_u32_max(2 * s->mss, 14600));

	s->cwnd = s->syn_repeated ? s->mss : initial;
}

/* The window to offer now: not moved on by crumbs, RFC 9293 §3.8.6.2.2, and never
 * taken back.
 */
static uint16_t offer_window(const struct br_tcp *tcp, struct br_tcp_stream *s, bool syn)
{
	uint32_t room = br_tcp_receive_room(s);
	uint32_t offered = s->rcv_adv - s->rcv_nxt;
	uint8_t scale = syn ? 0 : s->rcv_scale;

	if (br_seq_lt(s->rcv_adv, s->rcv_nxt) || syn)
		offered = 0;
	if (room > offered && room - offered < br_u32_min(s->rcv_max / 2, s->mss) &&
	    !tcp->options.whole_window)
		room = offered;

	uint32_t field = br_u32_min(room >> scale, UINT16_MAX);

	if (tcp->options.whole_window && scale == 0)
		field &= ~UINT32_C(3);

	uint32_t edge = s->rcv_nxt + (field << scale);

	if (br_seq_lt(s->rcv_adv, edge))
		s->rcv_adv = edge;
	return (uint16_t)field;
}

/* @size octets at @sequence of the send buffer, which may wrap. */
static void lend_data(const struct br_tcp *tcp, const struct br_tcp_stream *s, uint32_t sequence,
                      uint32_t size, struct br_tcp_segment *out)
{
	uint32_t at = s->send.head + (sequence - s->snd_una);
	uint32_t whole = tcp->options.buffer_size;

	if (size == 0)
		return;
	if (at >= whole)
		at -= whole;

	uint32_t first = br_u32_min(size, whole - at);

	out->payload = (struct br_octets){s->send.data + at, first};
	if (first < size)
		out->body = (struct br_octets){s->send.data, size - first};
}

void br_tcp_put_stamps(struct br_writer *w, uint32_t recent, br_time now)
{
	br_put_u8(w, OPTION_NOP);
	br_put_u8(w, OPTION_NOP);
	br_put_u8(w, OPTION_TIMESTAMPS);
	br_put_u8(w, 10);
	br_put_be32(w, (uint32_t)(now / BR_MS));
	br_put_be32(w, recent);
}

void br_tcp_put_mss(struct br_writer *w, uint16_t mss)
{
	br_put_be32(w, OPTION_MSS << 24 | 4 << 16 | mss);
}

static void begin_segment(struct br_tcp *tcp, struct br_tcp_stream *s, uint8_t flags,
                          uint32_t sequence, struct br_tcp_segment *out, br_time now)
{
	struct br_writer w = br_writer_of(tcp->option_octets, sizeof(tcp->option_octets));

	*out = (struct br_tcp_segment){
		.link = s->link,
		.mtu = s->mtu,
		.local = s->local,
		.remote = s->remote,
		.head = {.flags = flags, .sequence = sequence, .window_scale = -1},
	};
	if (flags & BR_TCP_ACK)
		out->head.acknowledgement = s->rcv_nxt;
	tcp->counters.segments_out++;
	if (s->stamps && !(flags & (BR_TCP_SYN | BR_TCP_RST))) {
		br_tcp_put_stamps(&w, s->ts_recent, now);
		out->head.options = (struct br_octets){w.start, br_written(&w)};
	}
	if (flags & BR_TCP_RST)
		return;
	out->head.window = offer_window(tcp, s, (flags & BR_TCP_SYN) != 0);
	s->ack_due = false;
	s->ack_at = BR_TIME_NEVER;
	s->unacked = 0;
}

static void start_timer(struct br_tcp *tcp, struct br_tcp_stream *s, br_time now)
{
	if (s->retransmit_at == BR_TIME_NEVER)
		s->retransmit_at = now + s->rto;
	br_tcp_schedule(tcp, s);
}

/* @size counts what takes sequence numbers: octets, SYN, FIN. */
static void sent(struct br_tcp *tcp, struct br_tcp_stream *s, uint32_t sequence, uint32_t size,
                 br_time now)
{
	uint32_t end = sequence + size;

	if (size == 0)
		return;
	if (br_seq_lt(sequence, s->snd_max)) {
		tcp->counters.retransmissions++;
	} else if (!s->rtt_timing) {
		s->rtt_timing = true;
		s->rtt_start = now;
		s->rtt_sequence = end;
	}
	if (br_seq_lt(s->snd_nxt, end))
		s->snd_nxt = end;
	if (br_seq_lt(s->snd_max, end)) {
		tcp->octets_used += end - s->snd_max;
		s->snd_max = end;
	}
	start_timer(tcp, s, now);
}

/* Timestamps, SACK permitted, scale, MSS, as iPXE has them: net/tcp.c tcp_xmit */
static void put_syn_options(const struct br_tcp *tcp, const struct br_tcp_stream *s,
                            struct br_tcp_segment *out, struct br_writer *w, br_time now)
{
	br_tcp_put_stamps(w, s->ts_recent, now);
	br_put_u8(w, OPTION_NOP);
	br_put_u8(w, OPTION_NOP);
	br_put_u8(w, OPTION_SACK_PERMITTED);
	br_put_u8(w, 2);
	if (out->head.window_scale >= 0) {
		br_put_u8(w, OPTION_NOP);
		br_put_u8(w, OPTION_WINDOW_SCALE);
		br_put_u8(w, 3);
		br_put_u8(w, s->rcv_scale);
	}
	if (tcp->options.mss != 0)
		br_tcp_put_mss(w, out->head.mss);
}

static void output_syn(struct br_tcp *tcp, struct br_tcp_stream *s, struct br_tcp_segment *out,
                       br_time now)
{
	const struct br_tcp_options *options = &tcp->options;
	bool answer = s->state == BR_TCP_SYN_RECEIVED;
	uint32_t mss = s->mtu > br_tcp_headers(s) ? s->mtu - br_tcp_headers(s) : 1;
	struct br_writer w = br_writer_of(tcp->option_octets, sizeof(tcp->option_octets));
	bool stamps = answer ? s->stamps : options->timestamps;

	begin_segment(tcp, s, answer ? BR_TCP_SYN | BR_TCP_ACK : BR_TCP_SYN, s->iss, out, now);
	if (options->mss != 0)
		out->head.mss = (uint16_t)br_u32_min(mss, options->mss);
	/* RFC 7323 §2.2: in the answer only if the peer has offered it */
	if (options->window_scaling && (!answer || s->scaling))
		out->head.window_scale = (int8_t)s->rcv_scale;
	if (stamps) {
		put_syn_options(tcp, s, out, &w, now);
	} else {
		if (options->mss != 0)
			br_tcp_put_mss(&w, out->head.mss);
		if (out->head.window_scale >= 0)
			br_put_be32(&w, OPTION_NOP << 24 | OPTION_WINDOW_SCALE << 16 | 3 << 8 |
			                        s->rcv_scale);
	}
	out->head.options = (struct br_octets){w.start, br_written(&w)};
	s->syn_due = false;
	sent(tcp, s, s->iss, 1, now);
}

/* What one segment may carry of @usable octets: that of a full one, or of many in one. */
static uint32_t segment_size(const struct br_tcp *tcp, const struct br_tcp_stream *s,
                             uint32_t usable)
{
	uint32_t large = br_u32_min(usable, tcp->options.large_max);

	return large > s->mss ? large - large % s->mss : br_u32_min(usable, s->mss);
}

/* How much may go out at snd_nxt: false if nothing. RFC 9293 §3.8.6.2.1 without Nagle. */
static bool may_send(const struct br_tcp *tcp, const struct br_tcp_stream *s, uint32_t *ret_size,
                     bool *ret_fin)
{
	uint32_t end = br_tcp_data_end(s);
	uint32_t flight = s->snd_nxt - s->snd_una;

	if (br_seq_lt(end, s->snd_nxt))
		return false; /* FIN is out */

	uint32_t left = end - s->snd_nxt;
	uint32_t window = s->cwnd;

	if (!s->recovering && s->dup_acks > 0) /* RFC 3042 §2 */
		window += br_u32_min(s->dup_acks, 2) * s->mss;
	window = br_u32_min(window, s->snd_wnd);

	uint32_t usable = window > flight ? window - flight : 0;
	uint32_t size = segment_size(tcp, s, br_u32_min(left, usable));

	*ret_size = size;
	*ret_fin = s->fin_wanted && size == left;
	if (left == 0)
		return s->fin_wanted; /* takes no room from a reader: even into a closed window */
	if (size == 0)
		return false;
	/* what the window cuts to crumbs waits for an ACK, unless none will come */
	return size == left || size >= s->mss || flight == 0 || size >= s->snd_wnd_max / 2;
}

static void output_data(struct br_tcp *tcp, struct br_tcp_stream *s, uint32_t sequence,
                        uint32_t size, bool fin, struct br_tcp_segment *out, br_time now)
{
	uint8_t flags = BR_TCP_ACK;

	if (fin)
		flags |= BR_TCP_FIN;
	if (size > 0 && sequence + size == br_tcp_data_end(s))
		flags |= BR_TCP_PSH;
	begin_segment(tcp, s, flags, sequence, out, now);
	if (fin && tcp->options.fin_no_window)
		out->head.window = 0;
	lend_data(tcp, s, sequence, size, out);
	out->cut = size > s->mss ? (uint16_t)s->mss : 0;
	sent(tcp, s, sequence, size + fin, now);
}

/* Out of turn: the first segment the peer lacks, or one octet of it as a probe. */
static void output_again(struct br_tcp *tcp, struct br_tcp_stream *s, uint32_t size_max,
                         struct br_tcp_segment *out, br_time now)
{
	uint32_t size = br_u32_min(size_max, s->send.count);
	/* FIN only if it was sent before: else it has its own turn */
	bool fin = size == s->send.count && br_seq_lt(br_tcp_data_end(s), s->snd_max);

	s->rtt_timing = false; /* Karn: an ACK would not say which of the two it is for */
	output_data(tcp, s, s->snd_una, size, fin, out, now);
}

/* Of a segment without data: behind all that was sent, but inside the window. */
static uint32_t ack_sequence(const struct br_tcp_stream *s)
{
	uint32_t edge = s->snd_una + s->snd_wnd;

	return br_seq_lt(edge, s->snd_max) ? edge : s->snd_max;
}

/* Of our RST: SND.NXT, but not behind the window, where a probe of it stands: nobody would
 * hear it there (RFC 9293 §3.10.7.4, first check).
 */
static uint32_t reset_sequence(const struct br_tcp_stream *s)
{
	uint32_t edge = s->snd_una + s->snd_wnd;

	return br_seq_lt(edge, s->snd_nxt) ? edge : s->snd_nxt;
}

/* Nothing could go and nothing is on its way: ask again after a while. */
static void persist(struct br_tcp *tcp, struct br_tcp_stream *s, br_time now)
{
	if (s->send.count > 0 && s->snd_nxt == s->snd_una)
		start_timer(tcp, s, now);
	else
		br_tcp_schedule(tcp, s);
}

static bool output_synchronized(struct br_tcp *tcp, struct br_tcp_stream *s,
                                struct br_tcp_segment *out, br_time now)
{
	uint32_t size;
	bool fin;

	if (s->probe_due || s->resend_due) {
		uint32_t size_max = s->resend_due ? s->mss : 1;

		s->probe_due = s->resend_due = false;
		if (s->snd_una != s->snd_max || s->send.count > 0) {
			output_again(tcp, s, size_max, out, now);
			return true;
		}
	}
	if (may_send(tcp, s, &size, &fin)) {
		s->resend_due = tcp->options.first_twice && size > 0 && s->snd_max == s->iss + 1;
		output_data(tcp, s, s->snd_nxt, size, fin, out, now);
		return true;
	}
	if (s->ack_due) {
		begin_segment(tcp, s, BR_TCP_ACK, ack_sequence(s), out, now);
		return true;
	}
	persist(tcp, s, now);
	return false;
}

static void output_reset(struct br_tcp *tcp, struct br_tcp_stream *s, struct br_tcp_segment *out,
                         br_time now)
{
	bool bare = tcp->options.bare_reset;

	begin_segment(tcp, s, bare ? BR_TCP_RST : BR_TCP_RST | BR_TCP_ACK, reset_sequence(s), out,
	              now);
	if (bare)
		out->head.window = (uint16_t)br_u32_min(s->rcv_max, UINT16_MAX);
}

static bool output_of(struct br_tcp *tcp, struct br_tcp_stream *s, struct br_tcp_segment *out,
                      br_time now)
{
	switch (s->state) {
	case BR_TCP_FREE:
	case BR_TCP_DEAD:
		return false;
	case BR_TCP_SYN_SENT:
	case BR_TCP_SYN_RECEIVED:
		if (!s->syn_due)
			return false;
		output_syn(tcp, s, out, now);
		return true;
	case BR_TCP_ABORTED:
		output_reset(tcp, s, out, now);
		tcp->counters.resets_sent++;
		br_tcp_forget(tcp, s);
		return true;
	case BR_TCP_ESTABLISHED:
	case BR_TCP_FIN_WAIT_1:
	case BR_TCP_FIN_WAIT_2:
	case BR_TCP_CLOSE_WAIT:
	case BR_TCP_CLOSING:
	case BR_TCP_LAST_ACK:
		return output_synchronized(tcp, s, out, now);
	}
	return false;
}

bool br_tcp_output(struct br_tcp *tcp, struct br_tcp_segment *ret_segment, br_time now)
{
	if (tcp->reply_due) {
		*ret_segment = tcp->reply;
		tcp->reply_due = false;
		return true;
	}
	while (tcp->output_head != BR_TCP_NONE) {
		struct br_tcp_stream *s = &tcp->stream[tcp->output_head];

		if (output_of(tcp, s, ret_segment, now))
			return true;
		s->in_output = false;
		tcp->output_head = s->next_output;
	}
	return false;
}

/* RFC 6298 §5.4 to 5.6, RFC 5681 §3.1 */
static void timeout(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	uint32_t flight = s->snd_max - s->snd_una;

	tcp->counters.timeouts++;
	if (s->retries == 1)
		s->ssthresh = br_u32_max(flight / 2, 2 * s->mss);
	s->cwnd = s->mss;
	s->snd_nxt = s->snd_una;
	s->dup_acks = 0;
	s->recovering = false;
	s->recover = s->snd_max; /* RFC 6582 §4: what is sent twice now draws duplicate ACKs */
	s->recover_valid = true;
}

static void retransmit(struct br_tcp *tcp, struct br_tcp_stream *s, br_time now)
{
	bool opening = s->state == BR_TCP_SYN_SENT || s->state == BR_TCP_SYN_RECEIVED;

	if (s->retries >= (opening ? tcp->options.syn_retries : tcp->options.retries)) {
		tcp->counters.given_up++;
		br_tcp_gone(tcp, s, s->error ? s->error : ETIMEDOUT);
		return;
	}
	s->retries++;
	s->rto = s->rto * 2 < tcp->options.rto_max ? s->rto * 2 : tcp->options.rto_max;
	s->rtt_timing = false;
	if (opening) {
		s->syn_due = true;
		s->syn_repeated = true;
	} else if (s->snd_wnd == 0 && s->send.count > 0) {
		tcp->counters.probes++;
		s->snd_nxt = s->snd_una;
		s->probe_due = true;
	} else {
		timeout(tcp, s);
	}
	s->retransmit_at = now + s->rto;
	br_tcp_want_output(tcp, s);
}

br_time br_tcp_deadline(const struct br_tcp *tcp)
{
	return br_timers_next(&tcp->timers);
}

static void expire_stream(struct br_tcp *tcp, struct br_tcp_stream *s, br_time now)
{
	if (s->linger_at <= now) {
		tcp->counters.given_up++;
		br_tcp_gone(tcp, s, ETIMEDOUT);
		return;
	}
	if (s->ack_at <= now) {
		s->ack_at = BR_TIME_NEVER;
		s->ack_due = true;
		br_tcp_want_output(tcp, s);
	}
	if (s->retransmit_at <= now) {
		s->retransmit_at = BR_TIME_NEVER;
		retransmit(tcp, s, now);
	}
}

void br_tcp_expire(struct br_tcp *tcp, br_time now)
{
	uint32_t index;

	while (br_timers_expire(&tcp->timers, now, &index)) {
		struct br_tcp_stream *s = &tcp->stream[index];

		if (br_tcp_next_timer(s) <= now)
			expire_stream(tcp, s, now);
		if (s->state != BR_TCP_FREE && s->state != BR_TCP_DEAD)
			br_tcp_schedule(tcp, s);
	}
}
