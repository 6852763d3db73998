/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/tcp_stream.h - one stream, shared by the tcp*.c files and by nothing else
 *
 * Theory of operation
 *
 * From the lowest file to the highest, each calling only those before it:
 * tcp_table.c	takes and frees slots, finds them, and knows whose turn it is
 * tcp_cookie.c	makes a sequence number that stands for a stream
 * tcp_receive.c	holds data that is early or unwanted
 * tcp_output.c	decides what to send, and acts when a timer is due
 * tcp_input.c	judges a segment in the order of RFC 9293 §3.10.7
 * tcp.c		what users call, and the events they take out
 *
 * Nothing is sent or told at once. Input, a user's call or a timer changes a stream and
 * puts its slot on the list of those with something to tell (.events says what) or to
 * send (the .._due flags, data, a FIN); br_tcp_event() and br_tcp_output() take one thing
 * at a time from the head of a list, and the slot leaves it when it has no more. So the
 * order is the order in which streams got something to do, whatever memory they lie in.
 *
 * A slot goes FREE -> taken by br_tcp_take() -> the states of the RFC -> DEAD, out of the
 * buckets, until the user has heard GONE -> FREE. One the user never knew of is freed
 * without DEAD, one the user reset goes through ABORTED until its RST is out. Those half
 * open have half of the slots, and the oldest of them makes room for another: SYNs that
 * nobody follows up shut no client out (RFC 4987 §3.4).
 */
#ifndef BR_SIM_NET_TCP_STREAM_H
#define BR_SIM_NET_TCP_STREAM_H

#include "core/base/address.h"
#include "core/base/prng.h"
#include "core/base/timers.h"
#include "sim/net/tcp.h"

enum {
	BR_TCP_RANGES_MAX = 16, /* pieces of out-of-order data kept at once */
	BR_TCP_STAMP_SIZE = 12, /* octets of timestamps and two NOPs before, RFC 7323 A */
};

#define BR_TCP_NONE UINT32_MAX /* no such stream */

/* RFC 9293 §3.3.2. LISTEN is a port of the table, TIME-WAIT an entry of its own. */
enum br_tcp_state {
	BR_TCP_FREE,         /* in the free list */
	BR_TCP_SYN_SENT,     /* user knows the number; waiting for the peer's SYN */
	BR_TCP_SYN_RECEIVED, /* of a listening port: the user does not know of it yet */
	BR_TCP_ESTABLISHED,
	BR_TCP_FIN_WAIT_1, /* closed by us: FIN goes out behind the data */
	BR_TCP_FIN_WAIT_2, /* ... and is acknowledged; the peer may still send */
	BR_TCP_CLOSE_WAIT, /* closed by the peer; we may still send */
	BR_TCP_CLOSING,    /* both closed, our FIN not acknowledged */
	BR_TCP_LAST_ACK,   /* closed by the peer, then by us */
	BR_TCP_ABORTED,    /* reset by us: RST goes out, then the slot is free */
	BR_TCP_DEAD,       /* out of the table; waits for the user to take GONE */
};

/* Octets [start, end) relative to nothing: sequence numbers */
struct br_tcp_range {
	uint32_t start, end;
};

/* @head: index of the first octet held; @count: octets in order behind it */
struct br_tcp_ring {
	uint8_t *data;
	uint32_t head, count;
};

/* Bits of br_tcp_stream.events, taken in this order */
enum {
	BR_TCP_TELL_OPENED = 1 << 0,
	BR_TCP_TELL_DATA = 1 << 1,
	BR_TCP_TELL_END = 1 << 2,
	BR_TCP_TELL_CREDIT = 1 << 3,
	BR_TCP_TELL_GONE = 1 << 4,
};

/**
 * struct br_tcp_stream - The transmission control block, RFC 9293 §3.3.1
 *
 * The sequence numbers keep the RFC's names. snd_max is the highest snd_nxt ever
 * was: a timeout takes snd_nxt back to snd_una (go back N).
 */
struct br_tcp_stream {
	enum br_tcp_state state;
	uint32_t index;
	struct br_endpoint local, remote;
	uint32_t link, mtu;
	uint32_t next;        /* in its bucket or in the free list */
	uint32_t next_event;  /* in the list of streams with events */
	uint32_t next_output; /* in the list of streams with something to send */
	bool in_events, in_output;
	bool passive;   /* came from a listening port */
	bool half_open; /* passive, in SYN-RECEIVED, in the list of these */
	uint32_t next_half, previous_half;
	bool told_open; /* the user knows it */
	bool paused;
	uint8_t events;
	int error; /* of GONE */

	/* sending */
	uint32_t iss, snd_una, snd_nxt, snd_max, snd_wnd, snd_wl1, snd_wl2, snd_wnd_max;
	uint32_t mss; /* octets of data in a full segment to this peer */
	uint8_t snd_scale;
	bool fin_wanted;   /* the user closed */
	bool syn_due;      /* SYN or SYN-ACK is to be sent */
	bool resend_due;   /* one segment at snd_una, out of turn */
	bool probe_due;    /* one octet into a zero window */
	bool ack_due;      /* an ACK even if there is nothing else */
	bool syn_repeated; /* RFC 6298 §5.7, RFC 6928 §2 */
	bool scaling;      /* both sides offered window scale */
	bool stamps;       /* ... and timestamps, RFC 7323 §3.2 */
	uint32_t ts_recent;
	struct br_tcp_ring send;

	/* congestion control, RFC 5681 and 6582 */
	uint32_t cwnd, ssthresh, recover;
	uint8_t dup_acks;
	bool recovering;
	bool recover_valid;

	/* round trip, RFC 6298 */
	br_time srtt, rttvar, rto;
	br_time rtt_start;
	uint32_t rtt_sequence;
	bool rtt_timing;
	uint8_t retries;

	/* receiving */
	uint32_t irs, rcv_nxt;
	uint32_t rcv_adv; /* right edge of the window last offered */
	uint32_t rcv_max; /* largest window we offer */
	uint32_t fin_sequence;
	uint8_t rcv_scale;
	uint8_t unacked; /* segments in order since our last ACK */
	uint8_t ranges;
	bool fin_known;
	bool fin_received;
	struct br_tcp_ring receive;
	struct br_tcp_range range[BR_TCP_RANGES_MAX]; /* by sequence, apart from each other */
	struct br_octets direct; /* in order, still in the frame, until events are taken */

	/* timers */
	br_time retransmit_at, ack_at, linger_at;
	br_time challenge_at; /* no answer to a segment outside the window before this */
};

/* What is left of a closed stream for a while, RFC 9293 §3.6.1 */
struct br_tcp_time_wait {
	struct br_endpoint local, remote;
	uint32_t snd_nxt, rcv_nxt;
	uint32_t ts_recent;
	bool stamps;
	br_time until; /* 0: empty */
};

struct br_tcp {
	struct br_tcp_options options;
	struct br_tcp_counters counters;
	uint64_t secret;      /* of initial sequence numbers, RFC 6528 */
	uint32_t octets_used; /* sequence space ever used, see br_tcp_initial_sequence() */
	uint16_t ephemeral;
	uint16_t listen[BR_TCP_LISTENS_MAX];
	size_t listens;

	struct br_tcp_stream *stream;
	uint32_t *bucket;
	uint32_t bucket_mask;
	uint32_t free;
	uint32_t event_head, event_tail;
	uint32_t output_head, output_tail;
	uint32_t half_head, half_tail; /* half open, the oldest first */
	size_t half_open;
	struct br_timers timers; /* by index of the stream; may be early */

	struct br_tcp_time_wait *time_wait;
	size_t time_waits, time_wait_next;

	bool reply_due; /* a segment that belongs to no stream */
	struct br_tcp_segment reply;
	uint8_t option_octets[24]; /* of the segment being given out */
	br_time challenge_second;
	uint32_t challenges; /* in that second */
};

/* Modulo 2^32, RFC 9293 §3.4 */
static inline bool br_seq_lt(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool br_seq_le(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) <= 0;
}

static inline uint32_t br_u32_min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static inline uint32_t br_u32_max(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* tcp_table.c */
struct br_tcp_stream *br_tcp_find(struct br_tcp *tcp, const struct br_endpoint *local,
                                  const struct br_endpoint *remote);
/* A slot in state @state, in the table; NULL when there is none. */
struct br_tcp_stream *br_tcp_take(struct br_tcp *tcp, const struct br_tcp_segment *ends,
                                  enum br_tcp_state state, br_time now);
void br_tcp_forget(struct br_tcp *tcp, struct br_tcp_stream *s); /* frees the slot */
/* One more, or one fewer, that has sent SYN alone; to leave twice does nothing. */
void br_tcp_half_open_enter(struct br_tcp *tcp, struct br_tcp_stream *s);
void br_tcp_half_open_leave(struct br_tcp *tcp, struct br_tcp_stream *s);
/* They have their share of the slots, or all are taken. */
bool br_tcp_half_open_full(const struct br_tcp *tcp);
void br_tcp_half_open_make_room(struct br_tcp *tcp); /* before another: if so, the oldest goes */
void br_tcp_gone(struct br_tcp *tcp, struct br_tcp_stream *s, int error); /* ... once told */
void br_tcp_tell(struct br_tcp *tcp, struct br_tcp_stream *s, uint8_t event);
void br_tcp_want_output(struct br_tcp *tcp, struct br_tcp_stream *s);
bool br_tcp_listening(const struct br_tcp *tcp, uint16_t port);
void br_tcp_time_wait_enter(struct br_tcp *tcp, struct br_tcp_stream *s, br_time now);
struct br_tcp_time_wait *br_tcp_time_wait_find(struct br_tcp *tcp,
                                               const struct br_tcp_segment *segment, br_time now);
/* When the first of its timers is due. */
br_time br_tcp_next_timer(const struct br_tcp_stream *s);
void br_tcp_schedule(struct br_tcp *tcp, struct br_tcp_stream *s); /* after a timer moved */
void br_tcp_unschedule(struct br_tcp *tcp, struct br_tcp_stream *s);

/* tcp_cookie.c */
/* Our sequence number in the answer to @syn that stands for a stream with segments of @mss. */
uint32_t br_tcp_cookie(const struct br_tcp *tcp, const struct br_tcp_segment *syn, uint32_t mss,
                       br_time now);
/* The MSS of the stream that @ack brings back, somewhat smaller perhaps; 0: it is none of ours. */
uint16_t br_tcp_cookie_mss(const struct br_tcp *tcp, const struct br_tcp_segment *ack, br_time now);

/* tcp_output.c */
/* The timestamps option as data segments carry it: BR_TCP_STAMP_SIZE octets. */
void br_tcp_put_stamps(struct br_writer *w, uint32_t recent, br_time now);
void br_tcp_put_mss(struct br_writer *w, uint16_t mss); /* the option of a SYN */
void br_tcp_congestion_start(struct br_tcp_stream *s);
uint32_t br_tcp_data_end(const struct br_tcp_stream *s); /* sequence number of our FIN */

/* tcp_receive.c */
uint32_t br_tcp_receive_room(const struct br_tcp_stream *s);
bool br_tcp_ring_ready(const struct br_tcp *tcp, struct br_tcp_ring *ring); /* allocates once */
void br_tcp_ring_put(struct br_tcp_ring *ring, uint32_t size, uint32_t offset,
                     struct br_octets octets);
/* Take text at @sequence, already inside the window. Moves rcv_nxt; true if it did. */
bool br_tcp_receive(struct br_tcp *tcp, struct br_tcp_stream *s, uint32_t sequence,
                    struct br_octets text);

/* Octets of IP and TCP in front of what goes to @remote, without options */
static inline uint32_t br_tcp_headers_to(const struct br_endpoint *remote)
{
	return (br_ip_is_ipv4(remote->ip) ? BR_IPV4_HEADER : BR_IPV6_HEADER) + BR_TCP_HEADER;
}

static inline uint32_t br_tcp_headers(const struct br_tcp_stream *s)
{
	return br_tcp_headers_to(&s->remote);
}

#endif /* BR_SIM_NET_TCP_STREAM_H */
