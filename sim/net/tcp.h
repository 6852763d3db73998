/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/tcp.h - all TCP streams of one host, sans-I/O (RFC 9293)
 *
 * Theory of operation
 *
 * Segments and time go in, segments, events and a deadline come out. After every
 * call that may change something, the owner (sim/net/host.c) takes the events out
 * until there are none, then the segments until there are none, then sleeps until
 * the deadline. Octets of an event or a segment are borrowed until the next call.
 *
 * Why ours: every simulated host needs its own stack on an injected clock, and the
 * same seed must give the same segments. It is held against the Linux kernel's.
 *
 * What it does: both sides of the handshake with simultaneous open; MSS and window
 * scale options (536 octets and no scaling for a peer that sends none, as GRUB);
 * flow control both ways with zero-window probes; out-of-order data kept within
 * the receive window; RFC 6298 retransmission with Karn's rule; NewReno congestion
 * control (RFC 5681, 6582, 6928) with limited transmit (RFC 3042); both half
 * closes; RST and SYN judged after RFC 5961. Nagle's algorithm is off: boot
 * traffic is requests and bulk, and no peer here wants the delay.
 *
 * What it leaves out: SACK, PAWS, urgent data (the octets arrive in line), keep-alives,
 * path MTU discovery beyond believing "fragmentation needed".
 *
 * ACKs: every second segment in order, or after 40 ms (RFC 1122 §4.2.3.2); at once
 * when something is out of order, ends a gap, repeats, or carries FIN.
 *
 * Memory: stream slots at the start; a send buffer with the first write of a slot
 * and a receive buffer when data first comes out of order or is not wanted yet.
 * Both stay with the slot. Data in order goes to the user straight from the frame.
 *
 * Nothing lives for ever: SYN and data are given up after a number of repeats,
 * after the user has closed so are probes of a window that stays closed,
 * a peer that never sends its FIN after ours has an idle bound, TIME-WAIT is a
 * short table outside the slots whose oldest entry makes room. Only a stream that
 * the user itself keeps open, with a peer that answers, has no end here.
 */
#ifndef BR_SIM_NET_TCP_H
#define BR_SIM_NET_TCP_H

#include "core/port.h"
#include "sim/net/packet.h"

struct br_tcp;

enum {
	BR_TCP_LISTENS_MAX = 16,
	BR_TCP_MSS_OF_LINK = UINT16_MAX,
};

/**
 * struct br_tcp_options - Limits, and what a firmware's stack shows of itself
 * @streams_max:	Slots; the half of them, rounded up, may be half open: then, or when
 *			all are taken, the oldest half open one makes room; a SYN is dropped
 *			if there is none
 * @buffer_size:	Octets each way for each stream
 * @receive_window:	Largest window offered; 0: @buffer_size. What comes early and does not fit
 *			into the buffer is dropped
 * @mss:		In our SYN; 0: no option at all (GRUB); BR_TCP_MSS_OF_LINK: the
 *			link's MTU - 40, or 60 over IPv6
 * @window_scaling:	Offer and take RFC 7323 window scale
 * @scale:		Shift to offer, if the buffer does not want a larger one
 * @timestamps:		Offer and echo RFC 7323 timestamps, and say SACK permitted, in the order
 *			of iPXE: timestamps, SACK, scale, MSS
 * @ttl:		Of the IP header; 0: the host's own
 * @may_fragment:	Without the DF bit
 * @bare_reset:		The user's RST carries no ACK, and the full window
 * @fin_no_window:	FIN offers no window
 * @first_twice:	The first data of a stream goes out a second time at once
 * @whole_window:	Each segment offers all there is, in fours: no crumbs are saved up
 * @ack_every:		Segments in order until an ACK is due; 1: each
 * @ack_delay:		Longest wait for the next
 * @large_max:		Octets of data in one segment that whoever sends it cuts into segments of
 *			the MSS; 0: no more than one
 * @rto_initial:	RFC 6298 §2.1
 * @rto_min, @rto_max:	Bounds of the retransmission timeout
 * @syn_retries:	Repeats of SYN or SYN-ACK before a stream is given up
 * @retries:		Repeats of data, FIN or window probe without any answer
 * @time_wait:		How long a closed stream's ends are remembered
 * @fin_wait:		Idle bound after our FIN was acknowledged
 * @cookies:		When no more may be half open the next SYN is answered all the same, by a
 *			sequence number that stands for the stream (RFC 4987 §3.6), and no other
 *			makes room
 */
struct br_tcp_options {
	size_t streams_max;
	uint32_t buffer_size;
	uint32_t receive_window;
	uint16_t mss;
	bool window_scaling;
	uint8_t scale;
	bool timestamps;
	uint8_t ttl;
	bool may_fragment;
	bool bare_reset;
	bool fin_no_window;
	bool whole_window;
	bool first_twice;
	bool cookies;
	uint8_t ack_every;
	uint8_t syn_retries, retries;
	uint32_t large_max;
	br_time ack_delay;
	br_time rto_initial, rto_min, rto_max;
	br_time time_wait, fin_wait;
};

extern const struct br_tcp_options br_tcp_options_default;

/**
 * struct br_tcp_segment - One segment with its ends, in or out
 * @link, @mtu:		In: where it came from and what that link carries. Out: of the stream
 * @local, @remote:	Our end and the peer's, whichever way it goes
 * @head:		In: as parsed. Out: everything br_packet_build_tcp() reads
 * @payload, @body:	In: all in @payload. Out: one behind the other
 * @cut:		Out: it stands for segments of so many octets of data each, the last of
 *			fewer; 0: for itself
 */
struct br_tcp_segment {
	uint32_t link, mtu;
	struct br_endpoint local, remote;
	struct br_packet_tcp head;
	struct br_octets payload, body;
	uint16_t cut;
};

enum br_stream_event {
	BR_STREAM_OPENED, /* by a peer (listening port) or by us: the handshake is done */
	BR_STREAM_DATA,   /* octets, in order */
	BR_STREAM_END,    /* the peer sent FIN: no more data will come */
	BR_STREAM_CREDIT, /* more room to write than there was */
	BR_STREAM_GONE,   /* the last event; error says why */
};

/**
 * struct br_tcp_event - Something the user of a stream must know
 * @stream:	Its number, below streams_max; free for reuse after GONE
 * @error:	GONE: 0 closed by both; ECONNRESET the peer's RST; ECONNREFUSED RST
 *		or ICMP unreachable instead of an answer to our SYN; ETIMEDOUT given up
 * @data:	DATA: the octets
 */
struct br_tcp_event {
	enum br_stream_event kind;
	uint32_t stream;
	int error;
	struct br_octets data;
};

struct br_tcp_counters {
	uint64_t segments_in, segments_out;
	uint64_t retransmissions;  /* segments sent again, for whatever reason */
	uint64_t fast_retransmits; /* RFC 5681 §3.2 */
	uint64_t timeouts;         /* RFC 6298 §5.4 */
	uint64_t probes;           /* of a zero window */
	uint64_t out_of_order;     /* segments kept for later */
	uint64_t dropped;          /* segments or parts that could not be kept */
	uint64_t resets_sent;
	uint64_t challenge_acks;    /* RFC 5961 */
	uint64_t syns_dropped;      /* no slot free */
	uint64_t half_open_dropped; /* the oldest that made room for another SYN */
	uint64_t cookies_sent, cookies_taken;
	uint64_t given_up;
};

int br_tcp_new(struct br_tcp **ret_tcp, const struct br_tcp_options *options,
               uint64_t seed); /* 0, -ENOMEM, or -EINVAL: no streams, no buffer, no ack_every */
struct br_tcp *br_tcp_free(struct br_tcp *tcp); /* NULL in, NULL out */
/* For streams opened from now on; streams_max and buffer_size stay as they are. */
void br_tcp_set_options(struct br_tcp *tcp, const struct br_tcp_options *options);
const struct br_tcp_options *br_tcp_get_options(const struct br_tcp *tcp);

int br_tcp_listen(struct br_tcp *tcp, uint16_t port);    /* 0, -EADDRINUSE, -ENOSPC */
void br_tcp_unlisten(struct br_tcp *tcp, uint16_t port); /* streams stay */

/* A local port of 0 takes the next ephemeral one. Return: the stream; -ENOSPC when
 * no slot or no port is free; -EADDRINUSE when these ends have a stream
 */
int br_tcp_connect(struct br_tcp *tcp, const struct br_endpoint *local,
                   const struct br_endpoint *remote, uint32_t link, uint32_t mtu, br_time now);

uint32_t br_tcp_credit(const struct br_tcp *tcp,
                       uint32_t stream); /* 0 before OPENED, after close */

/* Return: octets taken, fewer than given when the buffer is full; -ENOTCONN for a
 * stream that is not open or was closed for writing; -ENOMEM
 */
int br_tcp_write(struct br_tcp *tcp, uint32_t stream, struct br_octets octets, br_time now);
void br_tcp_close(struct br_tcp *tcp, uint32_t stream, br_time now); /* FIN behind the rest */
void br_tcp_reset(struct br_tcp *tcp, uint32_t stream);              /* RST; no GONE follows */
/* While paused no DATA comes; the window shrinks as the buffer fills. */
void br_tcp_pause(struct br_tcp *tcp, uint32_t stream, bool paused, br_time now);
/* False, and nothing set, for a stream that is not there. */
bool br_tcp_ends(const struct br_tcp *tcp, uint32_t stream, struct br_endpoint *ret_local,
                 struct br_endpoint *ret_remote, uint32_t *ret_link);

void br_tcp_input(struct br_tcp *tcp, const struct br_tcp_segment *segment, br_time now);
/* An ICMP error about @segment we sent; @icmp: type << 8 | code; @mtu of code 4, or 0 */
void br_tcp_unreachable(struct br_tcp *tcp, const struct br_tcp_segment *segment, uint16_t icmp,
                        uint32_t mtu, br_time now);
bool br_tcp_event(struct br_tcp *tcp, struct br_tcp_event *ret_event); /* until false */
bool br_tcp_output(struct br_tcp *tcp, struct br_tcp_segment *ret_segment, br_time now); /* same */
bool br_tcp_has_events(const struct br_tcp *tcp);    /* maybe: what is paused counts */
br_time br_tcp_deadline(const struct br_tcp *tcp);   /* may be early, never late */
void br_tcp_expire(struct br_tcp *tcp, br_time now); /* early calls do nothing */

const struct br_tcp_counters *br_tcp_counters(const struct br_tcp *tcp);

#endif /* BR_SIM_NET_TCP_H */
