/* SPDX-License-Identifier: BSD-2-Clause */
/* A segment has arrived: RFC 9293 §3.10.7, in its order, with RFC 5961's care. */
#include <assert.h>
#include <errno.h>

#include "sim/net/tcp_stream.h"

enum {
	MSS_DEFAULT = 536, /* RFC 9293 §3.7.1 */
	MSS_MIN = 8,       /* what a hostile option can make us send in a segment */
	DUP_ACKS_OF_LOSS = 3,
	DUP_ACKS_MAX = 200,
	CHALLENGES_A_SECOND = 100, /* RFC 5961 §7 */
	CHALLENGE_APART_MS = 100,
	RTO_AFTER_LOST_SYN_S = 3, /* RFC 6298 §5.7 */
	CLOCK_GRANULARITY_MS = 1,
};

static uint32_t occupied(const struct br_tcp_segment *segment)
{
	uint8_t flags = segment->head.flags;

	return (uint32_t)segment->payload.size + !!(flags & BR_TCP_SYN) + !!(flags & BR_TCP_FIN);
}

static void reply(struct br_tcp *tcp, const struct br_tcp_segment *to, uint8_t flags,
                  uint32_t sequence, uint32_t acknowledgement, uint16_t window)
{
	assert(!tcp->reply_due); /* the owner takes all segments before the next input */
	tcp->reply_due = true;
	tcp->counters.segments_out++;
	tcp->reply = (struct br_tcp_segment){
		.link = to->link,
		.mtu = to->mtu,
		.local = to->local,
		.remote = to->remote,
		.head = {.flags = flags,
	                 .sequence = sequence,
	                 .acknowledgement = acknowledgement,
	                 .window = window,
	                 .window_scale = -1},
	};
}

/* RFC 9293 §3.10.7.1 */
static void refuse(struct br_tcp *tcp, const struct br_tcp_segment *segment)
{
	if (segment->head.flags & BR_TCP_RST)
		return;
	tcp->counters.resets_sent++;
	if (segment->head.flags & BR_TCP_ACK)
		reply(tcp, segment, BR_TCP_RST, segment->head.acknowledgement, 0, 0);
	else
		reply(tcp, segment, BR_TCP_RST | BR_TCP_ACK, 0,
		      segment->head.sequence + occupied(segment), 0);
}

static void ack_now(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	s->ack_due = true;
	br_tcp_want_output(tcp, s);
}

/* RFC 5961 §7: a sender of nonsense must not get a stream of ACKs for it. */
static void challenge(struct br_tcp *tcp, struct br_tcp_stream *s, br_time now)
{
	if (now - tcp->challenge_second >= BR_S || tcp->challenge_second > now) {
		tcp->challenge_second = now;
		tcp->challenges = 0;
	}
	if (tcp->challenges >= CHALLENGES_A_SECOND)
		return;
	tcp->challenges++;
	tcp->counters.challenge_acks++;
	ack_now(tcp, s);
}

/* What the peer's SYN says: RFC 9293 §3.7.1, RFC 7323 §2 */
static void take_syn(struct br_tcp *tcp, struct br_tcp_stream *s,
                     const struct br_tcp_segment *segment)
{
	uint32_t headers = br_tcp_headers(s);
	uint32_t ours = s->mtu > headers + MSS_MIN ? s->mtu - headers : MSS_MIN;
	uint32_t theirs = segment->head.mss > 0 ? segment->head.mss : MSS_DEFAULT;

	s->irs = segment->head.sequence;
	s->rcv_nxt = s->irs + 1;
	s->mss = br_u32_min(ours, br_u32_max(theirs, MSS_MIN));
	s->scaling = tcp->options.window_scaling && segment->head.window_scale >= 0;
	if (s->scaling) {
		s->snd_scale = (uint8_t)segment->head.window_scale;
	} else {
		s->rcv_scale = 0;
		s->rcv_max = br_u32_min(s->rcv_max, UINT16_MAX);
	}
	s->stamps = segment->head.timestamps && tcp->options.timestamps;
	s->ts_recent = segment->head.timestamp;
	if (s->stamps)
		s->mss -= br_u32_min(BR_TCP_STAMP_SIZE, s->mss - 1);
	s->rcv_adv = s->rcv_nxt + br_u32_min(s->rcv_max, UINT16_MAX);
	s->snd_wnd = s->snd_wnd_max = segment->head.window;
	s->snd_wl1 = segment->head.sequence;
	s->snd_wl2 = s->iss;
}

/* RFC 6298 §2.2, 2.3 */
static void measure(struct br_tcp *tcp, struct br_tcp_stream *s, br_time now)
{
	br_time rtt = now - s->rtt_start;
	br_time apart = s->srtt > rtt ? s->srtt - rtt : rtt - s->srtt;

	if (s->srtt == 0) {
		s->srtt = rtt > 0 ? rtt : 1;
		s->rttvar = rtt / 2;
	} else {
		s->rttvar = s->rttvar - s->rttvar / 4 + apart / 4;
		s->srtt = s->srtt - s->srtt / 8 + rtt / 8;
	}
	s->rtt_timing = false;

	br_time spread = 4 * s->rttvar > CLOCK_GRANULARITY_MS * BR_MS
	                         ? 4 * s->rttvar
	                         : CLOCK_GRANULARITY_MS * BR_MS;

	s->rto = s->srtt + spread;
	if (s->rto < tcp->options.rto_min)
		s->rto = tcp->options.rto_min;
	if (s->rto > tcp->options.rto_max)
		s->rto = tcp->options.rto_max;
}

/* Our SYN is acknowledged and we have the peer's. */
static void establish(struct br_tcp *tcp, struct br_tcp_stream *s,
                      const struct br_tcp_segment *segment, br_time now)
{
	s->snd_una = s->iss + 1;
	s->snd_wl1 = segment->head.sequence;
	s->snd_wl2 = segment->head.acknowledgement;
	s->retransmit_at = BR_TIME_NEVER;
	s->retries = 0;
	s->error = 0;
	if (s->rtt_timing)
		measure(tcp, s, now);
	else if (s->syn_repeated && s->rto < RTO_AFTER_LOST_SYN_S * BR_S)
		s->rto = RTO_AFTER_LOST_SYN_S * BR_S;
	else if (s->syn_repeated)
		s->rto = tcp->options.rto_initial > RTO_AFTER_LOST_SYN_S * BR_S
		                 ? tcp->options.rto_initial
		                 : RTO_AFTER_LOST_SYN_S * BR_S;
	br_tcp_congestion_start(s);
	br_tcp_half_open_leave(tcp, s);
	s->state = s->fin_wanted ? BR_TCP_FIN_WAIT_1 : BR_TCP_ESTABLISHED;
	br_tcp_tell(tcp, s, BR_TCP_TELL_OPENED);
	if (s->fin_wanted)
		br_tcp_want_output(tcp, s);
}

static uint32_t window_of(const struct br_tcp_stream *s, const struct br_tcp_segment *segment)
{
	return (uint32_t)segment->head.window << s->snd_scale;
}

/* The window has opened: what went into it while it was closed is sent again. */
static void window_opened(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	s->snd_nxt = s->snd_una;
	s->retries = 0;
	s->probe_due = false;
	s->retransmit_at = BR_TIME_NEVER;
	s->rtt_timing = false;
	if (s->srtt > 0) {
		s->rto = s->srtt + 4 * s->rttvar;
		if (s->rto < tcp->options.rto_min)
			s->rto = tcp->options.rto_min;
	}
}

/* RFC 9293 §3.10.7.4, "SND.UNA =< SEG.ACK =< SND.NXT". True if the window moved. */
static bool update_window(struct br_tcp *tcp, struct br_tcp_stream *s,
                          const struct br_tcp_segment *segment)
{
	uint32_t before = s->snd_wnd;
	uint32_t sequence = segment->head.sequence;

	if (br_seq_lt(sequence, s->snd_wl1) ||
	    (sequence == s->snd_wl1 && br_seq_lt(segment->head.acknowledgement, s->snd_wl2)))
		return false;
	s->snd_wnd = window_of(s, segment);
	s->snd_wl1 = sequence;
	s->snd_wl2 = segment->head.acknowledgement;
	s->snd_wnd_max = br_u32_max(s->snd_wnd_max, s->snd_wnd);
	if (before == 0 && s->snd_wnd > 0)
		window_opened(tcp, s);
	return s->snd_wnd != before;
}

/* RFC 5681 §3.1, §3.2; RFC 6582 §3.2 */
static void congestion_on_new_ack(struct br_tcp_stream *s, uint32_t acked)
{
	uint32_t flight = s->snd_max - s->snd_una;

	s->dup_acks = 0;
	if (s->recovering && br_seq_lt(s->snd_una, s->recover)) { /* partial: the next hole */
		s->resend_due = true;
		s->cwnd -= br_u32_min(acked, s->cwnd - s->mss);
		if (acked >= s->mss)
			s->cwnd += s->mss;
		return;
	}
	if (s->recovering) {
		s->recovering = false;
		s->cwnd = br_u32_min(s->ssthresh, br_u32_max(flight, s->mss) + s->mss);
		return;
	}
	if (s->cwnd < s->ssthresh) /* ACKs come for every second segment: RFC 3465 §2.2 */
		s->cwnd += br_u32_min(acked, 2 * s->mss);
	else
		s->cwnd += br_u32_max(1, (uint32_t)((uint64_t)s->mss * s->mss / s->cwnd));
	s->cwnd = br_u32_min(s->cwnd, UINT32_C(1) << 30);
}

static void duplicate_ack(struct br_tcp *tcp, struct br_tcp_stream *s)
{
	uint32_t flight = s->snd_max - s->snd_una;

	if (s->dup_acks < DUP_ACKS_MAX)
		s->dup_acks++;
	br_tcp_want_output(tcp, s);
	if (s->recovering) {
		if (s->dup_acks < DUP_ACKS_MAX)
			s->cwnd += s->mss;
		return;
	}
	/* RFC 6582 §4.1: these may be our own repeats coming back */
	if (s->dup_acks != DUP_ACKS_OF_LOSS ||
	    (s->recover_valid && br_seq_le(s->snd_una, s->recover)))
		return;
	tcp->counters.fast_retransmits++;
	s->ssthresh = br_u32_max(flight / 2, 2 * s->mss);
	s->cwnd = s->ssthresh + DUP_ACKS_OF_LOSS * s->mss;
	s->recover = s->snd_max;
	s->recover_valid = true;
	s->recovering = true;
	s->resend_due = true;
}

static void advance(struct br_tcp *tcp, struct br_tcp_stream *s, uint32_t acknowledgement,
                    br_time now)
{
	uint32_t acked = acknowledgement - s->snd_una;
	uint32_t octets = br_u32_min(acked, s->send.count);
	uint32_t size = tcp->options.buffer_size;

	s->send.head = (uint32_t)(((uint64_t)s->send.head + octets) % size);
	s->send.count -= octets;
	s->snd_una = acknowledgement;
	if (br_seq_lt(s->snd_nxt, s->snd_una))
		s->snd_nxt = s->snd_una;
	if (acked > octets) /* only FIN lies behind the data */
		s->fin_wanted = false;
	if (s->rtt_timing && br_seq_le(s->rtt_sequence, acknowledgement))
		measure(tcp, s, now);
	s->retries = 0;
	congestion_on_new_ack(s, acked);
	s->retransmit_at = s->snd_una == s->snd_max ? BR_TIME_NEVER : now + s->rto;
	br_tcp_schedule(tcp, s);
	br_tcp_want_output(tcp, s);
	if (octets > 0 && (s->state == BR_TCP_ESTABLISHED || s->state == BR_TCP_CLOSE_WAIT))
		br_tcp_tell(tcp, s, BR_TCP_TELL_CREDIT);
}

/* Our FIN is acknowledged. False if that was the end of the stream. */
static bool fin_acknowledged(struct br_tcp *tcp, struct br_tcp_stream *s, br_time now)
{
	if (s->state == BR_TCP_FIN_WAIT_1) {
		s->state = BR_TCP_FIN_WAIT_2;
	} else if (s->state == BR_TCP_CLOSING) {
		br_tcp_time_wait_enter(tcp, s, now);
		br_tcp_gone(tcp, s, 0);
		return false;
	} else if (s->state == BR_TCP_LAST_ACK) {
		br_tcp_gone(tcp, s, 0);
		return false;
	}
	return true;
}

/* "fifth, check the ACK field". False if there is nothing more to look at. */
static bool take_ack(struct br_tcp *tcp, struct br_tcp_stream *s,
                     const struct br_tcp_segment *segment, br_time now)
{
	uint32_t acknowledgement = segment->head.acknowledgement;
	bool closing = s->fin_wanted;

	if (br_seq_lt(s->snd_max, acknowledgement) ||
	    br_seq_lt(acknowledgement, s->snd_una - s->snd_wnd_max)) { /* RFC 5961 §5.2 */
		challenge(tcp, s, now);
		return false;
	}
	if (br_seq_lt(acknowledgement, s->snd_una))
		return true;
	s->error = 0;

	bool progress = acknowledgement != s->snd_una;

	if (progress)
		advance(tcp, s, acknowledgement, now);

	bool moved = update_window(tcp, s, segment);

	/* the peer lives: it answers probes, RFC 9293 §3.8.6.1. Once the user has closed that is
	 * not enough, or who never reads would keep the slot for ever
	 */
	if (s->snd_wnd == 0 && !s->fin_wanted)
		s->retries = 0;
	if (moved)
		br_tcp_want_output(tcp, s);
	else if (!progress && s->snd_una != s->snd_max && occupied(segment) == 0 && s->snd_wnd > 0)
		duplicate_ack(tcp, s);
	if (closing && !s->fin_wanted)
		return fin_acknowledged(tcp, s, now);
	return true;
}

/* "eighth, check the FIN bit". False if that was the end of the stream. */
static bool take_fin(struct br_tcp *tcp, struct br_tcp_stream *s,
                     const struct br_tcp_segment *segment, br_time now)
{
	if (!s->fin_known || s->fin_received || s->rcv_nxt != s->fin_sequence)
		return true;
	s->rcv_nxt++;
	s->fin_received = true;
	s->ranges = 0; /* a liar's data behind its own FIN */
	br_tcp_tell(tcp, s, BR_TCP_TELL_END);
	if (s->state == BR_TCP_ESTABLISHED) {
		s->state = BR_TCP_CLOSE_WAIT;
	} else if (s->state == BR_TCP_FIN_WAIT_1) {
		s->state = BR_TCP_CLOSING;
	} else if (s->state == BR_TCP_FIN_WAIT_2) {
		uint32_t window = br_u32_min(s->rcv_max >> s->rcv_scale, UINT16_MAX);

		br_tcp_time_wait_enter(tcp, s, now);
		reply(tcp, segment, BR_TCP_ACK, s->snd_max, s->rcv_nxt, (uint16_t)window);
		br_tcp_gone(tcp, s, 0);
		return false;
	}
	ack_now(tcp, s);
	return true;
}

/* "seventh, process the segment text". The part at @sequence that is new and fits. */
static void take_text(struct br_tcp *tcp, struct br_tcp_stream *s, uint32_t sequence,
                      struct br_octets text, bool fin, br_time now)
{
	bool trimmed = false, gap = s->ranges > 0;
	uint32_t room = br_tcp_receive_room(s);

	if (br_seq_lt(sequence, s->rcv_nxt)) {
		uint32_t old = br_u32_min(s->rcv_nxt - sequence, (uint32_t)text.size);

		text.data += old;
		text.size -= old;
		sequence += old;
		trimmed = old > 0;
	}

	uint32_t offset = sequence - s->rcv_nxt;
	uint32_t fits = room > offset ? room - offset : 0;

	if (text.size > fits) {
		text.size = fits;
		fin = false;
		trimmed = true;
		tcp->counters.dropped++;
	}
	if (s->fin_known && br_seq_lt(s->fin_sequence, sequence + (uint32_t)text.size)) {
		text.size = br_seq_lt(sequence, s->fin_sequence) ? s->fin_sequence - sequence : 0;
		fin = false;
	}
	if (fin && !s->fin_known) {
		s->fin_known = true;
		s->fin_sequence = sequence + (uint32_t)text.size;
	}
	if (text.size == 0) {
		if (trimmed || fin)
			ack_now(tcp, s);
		return;
	}
	if (!br_tcp_receive(tcp, s, sequence, text) || gap || trimmed || fin ||
	    ++s->unacked >= tcp->options.ack_every) {
		ack_now(tcp, s);
	} else if (s->ack_at == BR_TIME_NEVER) {
		s->ack_at = now + tcp->options.ack_delay;
		br_tcp_schedule(tcp, s);
	}
}

/* RFC 9293 §3.10.7.4, "first, check sequence number" */
static bool acceptable(const struct br_tcp_stream *s, const struct br_tcp_segment *segment)
{
	uint32_t sequence = segment->head.sequence, size = occupied(segment);
	uint32_t window = br_tcp_receive_room(s);

	if (size == 0 || window == 0) /* a peer that has filled our window stands at its edge */
		return br_seq_le(s->rcv_nxt, sequence) && br_seq_le(sequence, s->rcv_nxt + window);
	return br_seq_lt(sequence, s->rcv_nxt + window) && br_seq_lt(s->rcv_nxt, sequence + size);
}

static void unacceptable(struct br_tcp *tcp, struct br_tcp_stream *s,
                         const struct br_tcp_segment *segment, br_time now)
{
	if (segment->head.flags & BR_TCP_RST)
		return;
	if (s->state == BR_TCP_SYN_RECEIVED) { /* our SYN-ACK was lost */
		s->syn_due = true;
		br_tcp_want_output(tcp, s);
		return;
	}
	/* two stacks that each find the other wrong must not talk about it for ever */
	if (occupied(segment) == 0) {
		if (now < s->challenge_at)
			return;
		s->challenge_at = now + CHALLENGE_APART_MS * BR_MS;
	}
	ack_now(tcp, s);
}

/* RFC 9293 §3.10.7.3 */
static void input_syn_sent(struct br_tcp *tcp, struct br_tcp_stream *s,
                           const struct br_tcp_segment *segment, br_time now)
{
	uint8_t flags = segment->head.flags;
	bool answers = flags & BR_TCP_ACK && segment->head.acknowledgement == s->iss + 1;

	if (flags & BR_TCP_ACK && !answers) {
		refuse(tcp, segment);
		return;
	}
	if (flags & BR_TCP_RST) {
		if (answers)
			br_tcp_gone(tcp, s, ECONNREFUSED);
		return;
	}
	if (!(flags & BR_TCP_SYN))
		return;
	take_syn(tcp, s, segment);
	if (!answers) { /* both open at once, RFC 9293 §3.5 figure 7 */
		s->state = BR_TCP_SYN_RECEIVED;
		s->syn_due = true;
		br_tcp_want_output(tcp, s);
		return;
	}
	establish(tcp, s, segment, now);
	ack_now(tcp, s);
	take_text(tcp, s, s->rcv_nxt, segment->payload, (flags & BR_TCP_FIN) != 0, now);
	(void)take_fin(tcp, s, segment, now);
}

/* RST inside the window counts only at its left edge, RFC 5961 §3.2 */
static void take_rst(struct br_tcp *tcp, struct br_tcp_stream *s,
                     const struct br_tcp_segment *segment, br_time now)
{
	bool refused = s->state == BR_TCP_SYN_RECEIVED && !s->passive;

	if (segment->head.sequence != s->rcv_nxt) {
		challenge(tcp, s, now);
		return;
	}
	br_tcp_gone(tcp, s, refused ? ECONNREFUSED : ECONNRESET);
}

/* A SYN of the stream's own beginning, or of a client that has started anew. */
static void take_late_syn(struct br_tcp *tcp, struct br_tcp_stream *s,
                          const struct br_tcp_segment *segment, br_time now)
{
	bool again = segment->head.sequence == s->irs;

	if (s->state != BR_TCP_SYN_RECEIVED) { /* RFC 5961 §4.2 */
		challenge(tcp, s, now);
		return;
	}
	if (!again && s->passive && !(segment->head.flags & BR_TCP_ACK)) {
		take_syn(tcp, s, segment); /* as if from LISTEN: the old attempt is dead */
	} else if (s->passive == false && segment->head.flags & BR_TCP_ACK && again &&
	           segment->head.acknowledgement == s->iss + 1) {
		establish(tcp, s, segment, now); /* the answer of one who opened at once with us */
		ack_now(tcp, s);
		return;
	}
	s->syn_due = true;
	br_tcp_want_output(tcp, s);
}

/* RFC 9293 §3.10.7.4 */
static void input_synchronized(struct br_tcp *tcp, struct br_tcp_stream *s,
                               const struct br_tcp_segment *segment, br_time now)
{
	uint8_t flags = segment->head.flags;

	if (flags & BR_TCP_SYN && !(flags & BR_TCP_RST)) {
		take_late_syn(tcp, s, segment, now);
		return;
	}
	if (!acceptable(s, segment)) {
		unacceptable(tcp, s, segment, now);
		return;
	}
	if (segment->head.timestamps && br_seq_le(segment->head.sequence, s->rcv_nxt))
		s->ts_recent = segment->head.timestamp;
	if (flags & BR_TCP_RST) {
		take_rst(tcp, s, segment, now);
		return;
	}
	if (!(flags & BR_TCP_ACK))
		return;
	if (s->state == BR_TCP_SYN_RECEIVED) {
		if (segment->head.acknowledgement != s->iss + 1) {
			refuse(tcp, segment);
			return;
		}
		establish(tcp, s, segment, now);
		s->snd_wnd = window_of(s, segment);
		s->snd_wnd_max = br_u32_max(s->snd_wnd_max, s->snd_wnd);
	} else if (!take_ack(tcp, s, segment, now)) {
		return;
	}
	if (s->state == BR_TCP_FIN_WAIT_2) { /* now, or a while ago: the peer lives */
		s->linger_at = now + tcp->options.fin_wait;
		br_tcp_schedule(tcp, s);
	}
	if (s->fin_received)
		return;
	take_text(tcp, s, segment->head.sequence, segment->payload, (flags & BR_TCP_FIN) != 0, now);
	(void)take_fin(tcp, s, segment, now);
}

/* Our SYN for a stream that the peer is to remember. */
static void answer_by_cookie(struct br_tcp *tcp, const struct br_tcp_segment *syn, br_time now)
{
	struct br_writer w = br_writer_of(tcp->option_octets, sizeof(tcp->option_octets));
	uint32_t ours = syn->mtu - br_tcp_headers_to(&syn->remote);
	uint32_t theirs = syn->head.mss > 0 ? syn->head.mss : MSS_DEFAULT;
	uint32_t window = tcp->options.receive_window ? tcp->options.receive_window
	                                              : tcp->options.buffer_size;

	tcp->counters.cookies_sent++;
	reply(tcp, syn, BR_TCP_SYN | BR_TCP_ACK,
	      br_tcp_cookie(tcp, syn, br_u32_min(ours, theirs), now), syn->head.sequence + 1,
	      (uint16_t)br_u32_min(window, UINT16_MAX));
	br_tcp_put_mss(&w, (uint16_t)ours);
	tcp->reply.head.options = (struct br_octets){w.start, br_written(&w)};
}

/* The peer brings a stream back. False: it is none that we have answered. */
static bool take_cookie(struct br_tcp *tcp, const struct br_tcp_segment *segment, br_time now)
{
	struct br_tcp_segment syn = *segment;
	struct br_tcp_stream *s;

	syn.head = (struct br_packet_tcp){
		.sequence = segment->head.sequence - 1,
		.window = segment->head.window,
		.mss = br_tcp_cookie_mss(tcp, segment, now),
		.window_scale = -1,
	};
	if (syn.head.mss == 0)
		return false;
	if (tcp->free == BR_TCP_NONE) /* whoever is there goes before who may not be */
		br_tcp_half_open_make_room(tcp);
	s = br_tcp_take(tcp, segment, BR_TCP_SYN_RECEIVED, now);
	if (!s) {
		tcp->counters.syns_dropped++; /* the peer will say it again */
		return true;
	}
	tcp->counters.cookies_taken++;
	s->passive = true;
	s->syn_due = false;
	s->iss = s->snd_una = segment->head.acknowledgement - 1;
	s->snd_nxt = s->snd_max = s->iss + 1;
	take_syn(tcp, s, &syn);
	input_synchronized(tcp, s, segment, now);
	return true;
}

/* RFC 9293 §3.10.7.2 */
static void input_listen(struct br_tcp *tcp, const struct br_tcp_segment *segment, br_time now)
{
	uint8_t flags = segment->head.flags;
	bool listening = br_tcp_listening(tcp, segment->local.port);

	if (listening && tcp->options.cookies && flags & BR_TCP_ACK &&
	    !(flags & (BR_TCP_SYN | BR_TCP_RST)) && take_cookie(tcp, segment, now))
		return;
	if (!listening || flags & BR_TCP_ACK) {
		refuse(tcp, segment);
		return;
	}
	if (!(flags & BR_TCP_SYN) || flags & (BR_TCP_RST | BR_TCP_FIN))
		return;
	if (tcp->options.cookies && br_tcp_half_open_full(tcp)) {
		answer_by_cookie(tcp, segment, now);
		return;
	}
	br_tcp_half_open_make_room(tcp);

	struct br_tcp_stream *s = br_tcp_take(tcp, segment, BR_TCP_SYN_RECEIVED, now);

	if (!s) {
		tcp->counters.syns_dropped++;
		return;
	}
	s->passive = true;
	br_tcp_half_open_enter(tcp, s);
	take_syn(tcp, s, segment);
	br_tcp_want_output(tcp, s);
}

/* RFC 9293 §3.10.7.4 for TIME-WAIT. True if the segment was for it. */
static bool input_time_wait(struct br_tcp *tcp, const struct br_tcp_segment *segment, br_time now)
{
	struct br_tcp_time_wait *t = br_tcp_time_wait_find(tcp, segment, now);
	uint8_t flags = segment->head.flags;

	if (!t)
		return false;
	if (flags & BR_TCP_RST) {
		if (segment->head.sequence == t->rcv_nxt)
			t->until = 0;
		return true;
	}
	/* a new incarnation, RFC 9293 §3.6.1: GRUB takes the same ports again and again */
	if (flags & BR_TCP_SYN && !(flags & BR_TCP_ACK) &&
	    br_seq_lt(t->rcv_nxt, segment->head.sequence) &&
	    br_tcp_listening(tcp, segment->local.port)) {
		t->until = 0;
		return false;
	}
	if (occupied(segment) > 0) { /* our last ACK was lost */
		t->until = now + tcp->options.time_wait;
		reply(tcp, segment, BR_TCP_ACK, t->snd_nxt, t->rcv_nxt, 0);
		if (t->stamps) { /* a peer drops what lacks them, RFC 7323 §3.2 */
			struct br_writer w =
				br_writer_of(tcp->option_octets, sizeof(tcp->option_octets));

			br_tcp_put_stamps(&w, t->ts_recent, now);
			tcp->reply.head.options = (struct br_octets){w.start, br_written(&w)};
		}
	}
	return true;
}

void br_tcp_input(struct br_tcp *tcp, const struct br_tcp_segment *segment, br_time now)
{
	struct br_tcp_stream *s = br_tcp_find(tcp, &segment->local, &segment->remote);

	tcp->counters.segments_in++;
	if (!s) {
		if (!input_time_wait(tcp, segment, now))
			input_listen(tcp, segment, now);
		return;
	}
	if (s->state == BR_TCP_ABORTED)
		return;
	if (s->state == BR_TCP_SYN_SENT)
		input_syn_sent(tcp, s, segment, now);
	else
		input_synchronized(tcp, s, segment, now);
}

/* RFC 1191 §6.3, RFC 5927: only about what is on its way */
static void too_big(struct br_tcp *tcp, struct br_tcp_stream *s, uint32_t mtu)
{
	uint32_t headers = br_tcp_headers(s);
	uint32_t mss = mtu > headers ? mtu - headers : MSS_DEFAULT;

	if (mss < MSS_MIN)
		mss = MSS_MIN;
	if (mss >= s->mss || s->snd_una == s->snd_max)
		return;
	s->mss = mss;
	s->snd_nxt = s->snd_una;
	s->rtt_timing = false;
	br_tcp_want_output(tcp, s);
}

void br_tcp_unreachable(struct br_tcp *tcp, const struct br_tcp_segment *segment, uint16_t icmp,
                        uint32_t mtu, br_time now)
{
	struct br_tcp_stream *s = br_tcp_find(tcp, &segment->local, &segment->remote);
	uint8_t code = (uint8_t)icmp;

	(void)now;
	if (!s || s->state == BR_TCP_ABORTED || icmp >> 8 != BR_ICMP_UNREACHABLE)
		return;
	if (br_seq_lt(segment->head.sequence, s->snd_una) ||
	    !br_seq_lt(segment->head.sequence, s->snd_max)) /* RFC 5927 §4.1 */
		return;
	if (code == 4)
		too_big(tcp, s, mtu);
	else if (s->state == BR_TCP_SYN_SENT && (code == 2 || code == 3)) /* RFC 1122 §4.2.3.9 */
		br_tcp_gone(tcp, s, ECONNREFUSED);
	else
		s->error = EHOSTUNREACH; /* if it is never answered, this is why */
}
