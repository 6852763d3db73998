/* SPDX-License-Identifier: BSD-2-Clause */
/* Single segments, made by hand, into our TCP: what firmware, old duplicates and
 * attackers send. Side 1 is the stack, the test plays side 0.
 */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>

#include "tests/sim/tcp_pair.h"

enum {
	ACK = BR_TCP_ACK,
	PSH = BR_TCP_PSH,
	SYN = BR_TCP_SYN,
	FIN = BR_TCP_FIN,
	RST = BR_TCP_RST,
};

#define ISS UINT32_C(0xfffffe00) /* so that every test wraps a little later */

/* The test's end of the stream, as octets of the stream: 0 is the first. */
struct hand {
	struct tcp_pair pair;
	uint32_t peer_iss; /* of the stack */
};

static struct hand hand;

static void put(uint8_t flags, uint32_t sequence, uint32_t acknowledgement, uint16_t window,
                const void *payload, size_t size)
{
	struct br_packet_tcp head = {.flags = flags,
	                             .sequence = sequence,
	                             .acknowledgement = acknowledgement,
	                             .window = window,
	                             .window_scale = -1};

	hand.pair.sents = 0;
	tcp_pair_inject(&hand.pair, 1, &head, payload, size);
	tcp_pair_check(&hand.pair);
}

/* Octets @start to @end of our stream, acknowledging @acked octets of the stack's. */
static void put_data(uint8_t flags, uint32_t start, uint32_t end, uint32_t acked, uint16_t window)
{
	uint8_t octets[65536];

	for (uint32_t i = start; i < end; i++)
		octets[i - start] = tcp_pair_pattern(0, i);
	put(flags, ISS + 1 + start, hand.peer_iss + 1 + acked, window, octets, end - start);
}

/* The only segment the stack has just sent: its flags, and what it acknowledges. */
static void assert_answer(uint8_t flags, uint32_t acked)
{
	const struct br_packet_tcp *tcp = &hand.pair.sent[0].tcp;

	assert_int_equal(hand.pair.sents, 1);
	assert_int_equal(tcp->flags, flags);
	if (flags & ACK)
		assert_int_equal(tcp->acknowledgement, ISS + 1 + acked);
}

static void start(const struct tcp_pair_options *options)
{
	tcp_pair_init(&hand.pair, options);
	hand.pair.manual = true;
}

static void open_with(uint16_t mss, int8_t window_scale, uint16_t window)
{
	struct br_packet_tcp syn = {.flags = SYN,
	                            .sequence = ISS,
	                            .window = window,
	                            .mss = mss,
	                            .window_scale = window_scale};

	hand.pair.sents = 0;
	tcp_pair_inject(&hand.pair, 1, &syn, NULL, 0);
	assert_answer(SYN | ACK, 0);
	/* RFC 7323 §2.2: answered only if offered */
	assert_int_equal(hand.pair.sent[0].tcp.window_scale >= 0, window_scale >= 0);
	hand.peer_iss = hand.pair.sent[0].tcp.sequence;
	put(ACK, ISS + 1, hand.peer_iss + 1, window, NULL, 0);
	assert_int_equal(hand.pair.app[1].opened, 1);
}

static int set_up(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();

	(void)state;
	start(&options);
	open_with(1460, -1, 65535);
	assert_int_equal(hand.pair.sents, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	assert_false(hand.pair.app[1].wrong);
	tcp_pair_check(&hand.pair);
	tcp_pair_reset(&hand.pair);
	return 0;
}

static void wait_ms(uint64_t ms)
{
	hand.pair.sents = 0;
	tcp_pair_run(&hand.pair, hand.pair.now + ms * BR_MS);
}

static void write_octets(size_t size)
{
	static uint8_t octets[65536];
	struct tcp_pair *pair = &hand.pair;
	int taken = br_tcp_write(pair->tcp[1], (uint32_t)pair->app[1].stream,
	                         (struct br_octets){octets, size}, pair->now);

	assert_int_equal(taken, size);
	pair->sents = 0;
	tcp_pair_pump(pair);
}

static void every_second_segment_is_acknowledged_or_one_after_40_ms(void **state)
{
	(void)state;
	put_data(ACK | PSH, 0, 100, 0, 65535);
	assert_int_equal(hand.pair.sents, 0);
	assert_int_equal(hand.pair.app[1].received, 100);
	put_data(ACK | PSH, 100, 200, 0, 65535);
	assert_answer(ACK, 200);
	put_data(ACK | PSH, 200, 300, 0, 65535);
	wait_ms(39);
	assert_int_equal(hand.pair.sents, 0);
	wait_ms(1);
	assert_answer(ACK, 300);
}

static void a_repeated_request_is_acknowledged_at_once_and_read_once(void **state)
{
	(void)state; /* GRUB sends each GET twice */
	put_data(ACK | PSH, 0, 80, 0, 8192);
	put_data(ACK | PSH, 0, 80, 0, 8192);
	assert_answer(ACK, 80);
	assert_int_equal(hand.pair.app[1].received, 80);
}

static void pieces_may_come_in_any_order_and_overlap(void **state)
{
	static const uint32_t pieces[][2] = {{900, 1000}, {300, 400}, {350, 600}, {100, 150},
	                                     {590, 910},  {0, 50},    {20, 120},  {140, 310}};

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		put_data(ACK, pieces[i][0], pieces[i][1], 0, 65535);
		assert_int_equal(hand.pair.sents, 1); /* each tells the peer where the gap is */
	}
	assert_answer(ACK, 1000);
	assert_int_equal(hand.pair.app[1].received, 1000);
	assert_true(br_tcp_counters(hand.pair.tcp[1])->out_of_order >= 5);
}

static void more_gaps_than_can_be_kept_cost_only_a_repeat(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 30; i++)
		put_data(ACK, i * 100, i * 100 + 50, 0, 65535);
	assert_true(br_tcp_counters(hand.pair.tcp[1])->dropped > 0);
	for (uint32_t i = 0; i <= 30; i++)
		put_data(ACK, i * 100, i * 100 + 100, 0, 65535);
	assert_int_equal(hand.pair.app[1].received, 3100);
}

static void what_runs_over_the_window_is_cut(void **state)
{
	struct br_tcp *tcp = hand.pair.tcp[1];

	(void)state;
	br_tcp_pause(tcp, (uint32_t)hand.pair.app[1].stream, true, 0);
	put_data(ACK, 0, 60000, 0, 65535);
	put_data(ACK | FIN, 60000, 70000, 0, 65535); /* 5535 fit: neither the rest nor FIN */
	assert_answer(ACK, 65535);
	assert_int_equal(hand.pair.sent[0].tcp.window, 0);
	put_data(ACK, 65535, 65536, 0, 65535); /* a window probe */
	assert_answer(ACK, 65535);
	br_tcp_pause(tcp, (uint32_t)hand.pair.app[1].stream, false, 0);
	hand.pair.sents = 0;
	tcp_pair_pump(&hand.pair);
	assert_answer(ACK, 65535);
	assert_int_equal(hand.pair.sent[0].tcp.window, 65535);
	assert_int_equal(hand.pair.app[1].received, 65535);
	assert_int_equal(hand.pair.app[1].ended, 0);
	put_data(ACK | FIN, 65535, 70000, 0, 65535);
	assert_answer(ACK, 70001);
	assert_int_equal(hand.pair.app[1].received, 70000);
	assert_int_equal(hand.pair.app[1].ended, 1);
}

static void acks_count_even_when_our_window_is_closed(void **state)
{
	struct br_tcp *tcp = hand.pair.tcp[1];
	uint32_t stream = (uint32_t)hand.pair.app[1].stream;

	(void)state;
	br_tcp_pause(tcp, stream, true, 0);
	write_octets(1000);
	put_data(ACK, 0, 40000, 0, 65535);
	put_data(ACK, 40000, 65535, 0, 65535);
	assert_int_equal(br_tcp_credit(tcp, stream), 64535);
	put_data(ACK, 65535, 65535, 1000, 65535);
	assert_int_equal(br_tcp_credit(tcp, stream), 65535);
}

static void fin_may_carry_data_and_come_early(void **state)
{
	(void)state;
	put_data(ACK | FIN, 100, 200, 0, 65535);
	assert_answer(ACK, 0);
	put_data(ACK, 200, 300, 0, 65535); /* behind the FIN there is nothing */
	put_data(ACK, 0, 100, 0, 65535);
	assert_answer(ACK, 201);
	assert_int_equal(hand.pair.app[1].received, 200);
	assert_int_equal(hand.pair.app[1].ended, 1);
	put_data(ACK | FIN, 100, 200, 0, 65535); /* our ACK was lost */
	assert_answer(ACK, 201);
	assert_int_equal(hand.pair.app[1].ended, 1);
}

static void what_lies_behind_a_fin_is_nothing(void **state)
{
	(void)state;
	put_data(ACK, 201, 300, 0, 65535);
	put_data(ACK | FIN, 0, 200, 0, 65535);
	assert_answer(ACK, 201);
	assert_int_equal(hand.pair.app[1].received, 200);
	assert_int_equal(hand.pair.app[1].ended, 1);
}

static void an_early_fin_is_acknowledged_with_the_gap_filled(void **state)
{
	(void)state;
	put_data(ACK | FIN, 100, 100, 0, 65535);
	assert_answer(ACK, 0);
	put_data(ACK, 0, 100, 0, 65535);
	assert_answer(ACK, 101);
	assert_int_equal(hand.pair.app[1].ended, 1);
}

static void our_fin_goes_even_into_a_closed_window(void **state)
{
	(void)state;
	write_octets(100);
	put_data(ACK, 0, 0, 100, 0);
	br_tcp_close(hand.pair.tcp[1], (uint32_t)hand.pair.app[1].stream, 0);
	hand.pair.sents = 0;
	tcp_pair_pump(&hand.pair);
	assert_answer(FIN | ACK, 0);
}

static void a_window_that_opens_is_filled_from_what_was_refused(void **state)
{
	(void)state;
	write_octets(1000);
	put_data(ACK, 0, 0, 1000, 0);
	write_octets(500);
	assert_int_equal(hand.pair.sents, 0);
	wait_ms(200);
	assert_int_equal(hand.pair.sents, 1);
	assert_int_equal(hand.pair.sent[0].payload_size, 1);
	put_data(ACK, 0, 0, 1000, 0); /* the probe was not taken in */
	put_data(ACK, 0, 0, 1000, 8192);
	assert_int_equal(hand.pair.sents, 1);
	assert_int_equal(hand.pair.sent[0].tcp.sequence, hand.peer_iss + 1 + 1000);
	assert_int_equal(hand.pair.sent[0].payload_size, 500);
	put_data(ACK, 0, 0, 1500, 8192);
}

static void two_duplicate_acks_each_let_a_segment_go(void **state)
{
	(void)state; /* RFC 3042: so that a small window can bring the third */
	write_octets(40000);
	assert_int_equal(hand.pair.sents, 10); /* RFC 6928 */
	for (uint32_t i = 0; i < 2; i++) {
		put_data(ACK, 0, 0, 0, 65535);
		assert_int_equal(hand.pair.sents, 1);
		assert_int_equal(hand.pair.sent[0].tcp.sequence,
		                 hand.peer_iss + 1 + (10 + i) * 1460);
	}
	put_data(ACK, 0, 0, 0, 65535);
	assert_int_equal(hand.pair.sent[0].tcp.sequence, hand.peer_iss + 1);
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->fast_retransmits, 1);
}

static void a_partial_ack_brings_the_next_hole_and_nothing_more(void **state)
{
	(void)state; /* RFC 6582 §3.2; segments 0 and 5 of the first 12 are lost */
	write_octets(60000);
	for (uint32_t i = 0; i < 4; i++)
		put_data(ACK, 0, 0, 0, 65535);
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->fast_retransmits, 1);
	put_data(ACK, 0, 0, 5 * 1460, 65535);
	assert_int_equal(hand.pair.sents, 1);
	assert_int_equal(hand.pair.sent[0].tcp.sequence, hand.peer_iss + 1 + 5 * 1460);
	assert_int_equal(hand.pair.sent[0].payload_size, 1460);
	put_data(ACK, 0, 0, 12 * 1460, 65535); /* the end of the recovery: no burst either */
	assert_int_equal(hand.pair.sents, 2);
	assert_int_equal(hand.pair.sent[0].tcp.sequence, hand.peer_iss + 1 + 12 * 1460);
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->retransmissions, 2);
}

static void a_small_write_does_not_wait_for_the_ack_of_another(void **state)
{
	(void)state; /* no Nagle: RFC 9293 §3.7.4 leaves it to the user */
	for (uint32_t i = 0; i < 5; i++) {
		write_octets(100);
		assert_int_equal(hand.pair.sents, 1);
		assert_int_equal(hand.pair.sent[0].payload_size, 100);
		assert_int_equal(hand.pair.sent[0].tcp.sequence, hand.peer_iss + 1 + i * 100);
	}
	write_octets(2000); /* nor does the end of a long one */
	assert_int_equal(hand.pair.sents, 2);
	assert_int_equal(hand.pair.sent[1].payload_size, 2000 - 1460);
}

static void our_window_is_not_opened_by_crumbs(void **state)
{
	struct br_tcp *tcp = hand.pair.tcp[1];
	uint32_t stream = (uint32_t)hand.pair.app[1].stream;
	struct br_tcp_event event;

	(void)state; /* RFC 9293 §3.8.6.2.2 */
	/* the first octets leave the ring shortly before its end, so that the next come in two */
	br_tcp_pause(tcp, stream, true, 0);
	put_data(ACK, 0, 65435, 0, 65535);
	br_tcp_pause(tcp, stream, false, 0);
	tcp_pair_pump(&hand.pair);
	br_tcp_pause(tcp, stream, true, 0);
	put_data(ACK, 65435, 120000, 0, 65535);
	put_data(ACK, 120000, 130970, 0, 65535);
	assert_int_equal(hand.pair.sent[0].tcp.window, 0);
	br_tcp_pause(tcp, stream, false, 0);
	assert_true(br_tcp_event(tcp, &event));
	br_tcp_pause(tcp, stream, true, 0);
	assert_int_equal(event.data.size, 100);
	hand.pair.app[1].received += event.data.size;
	put_data(ACK, 130969, 130970, 0, 65535); /* a repeat: there is room for 100 */
	assert_answer(ACK, 130970);
	assert_int_equal(hand.pair.sent[0].tcp.window, 0);
	br_tcp_pause(tcp, stream, false, 0);
	hand.pair.sents = 0;
	tcp_pair_pump(&hand.pair);
	assert_int_equal(hand.pair.sent[0].tcp.window, 65535);
	assert_int_equal(hand.pair.app[1].received, 130970);
}

static void fin_with_window_0_leaves_our_data_to_be_probed_then_dropped(void **state)
{
	(void)state; /* GRUB closes so in the middle of a file */
	write_octets(20000);
	assert_in_range(hand.pair.sents, 10, 14);
	put_data(ACK | FIN, 0, 0, 14600, 0);
	assert_answer(ACK, 1);
	assert_int_equal(hand.pair.app[1].ended, 1);
	wait_ms(300 * 1000);
	assert_int_equal(hand.pair.app[1].gone, 1);
	assert_int_equal(hand.pair.app[1].error, ETIMEDOUT);
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->probes, 8);
	assert_int_equal(hand.pair.sents, 8);
	assert_int_equal(hand.pair.sent[0].payload_size, 1);
	assert_int_equal(hand.pair.sent[0].tcp.sequence, hand.peer_iss + 1 + 14600);
}

static void a_window_of_one_octet_is_filled_and_not_more(void **state)
{
	(void)state;
	put_data(ACK, 0, 0, 0, 1);
	write_octets(5);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(hand.pair.sents, 1);
		assert_int_equal(hand.pair.sent[0].payload_size, 1);
		put_data(ACK, 0, 0, i + 1, 1);
	}
	assert_int_equal(hand.pair.sents, 0);
}

static void what_a_window_cuts_to_crumbs_waits_for_an_ack(void **state)
{
	(void)state; /* RFC 9293 §3.8.6.2.1 */
	put_data(ACK, 0, 0, 0, 2000);
	write_octets(5000);
	assert_int_equal(hand.pair.sents, 1);
	assert_int_equal(hand.pair.sent[0].payload_size, 1460);
	put_data(ACK, 0, 0, 1460, 2000);
	assert_int_equal(hand.pair.sents, 1);
	assert_int_equal(hand.pair.sent[0].payload_size, 1460);
}

static void the_windows_scale_is_taken_from_the_syn(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();

	(void)state;
	tcp_pair_reset(&hand.pair);
	options.tcp[1].buffer_size = 65536;
	start(&options);
	open_with(1000, 3, 1000);
	put_data(ACK, 0, 0, 0, 500); /* 4000 octets */
	write_octets(10000);
	assert_int_equal(hand.pair.sents, 4);
	assert_int_equal(hand.pair.sent[0].payload_size, 1000);
}

static void an_absurd_mss_is_bounded(void **state)
{
	static const uint16_t mss[] = {0, 1, 7, 8, 9, 535, 1460, 1461, 65535};
	static const uint32_t wanted[] = {536, 8, 8, 8, 9, 535, 1460, 1460, 1460};

	(void)state;
	for (size_t i = 0; i < sizeof(mss) / sizeof(mss[0]); i++) {
		struct tcp_pair_options options = tcp_pair_defaults();

		tcp_pair_reset(&hand.pair);
		start(&options);
		open_with(mss[i], -1, 65535);
		write_octets(20000);
		assert_int_equal(hand.pair.sent[0].payload_size, wanted[i]);
	}
}

static void rst_counts_only_at_the_left_edge_of_the_window(void **state)
{
	(void)state; /* RFC 5961 §3.2 */
	put(RST, ISS + 1 - 5, 0, 0, NULL, 0);
	assert_int_equal(hand.pair.sents, 0);
	put(RST, ISS + 1 + 70000, 0, 0, NULL, 0);
	assert_int_equal(hand.pair.sents, 0);
	put(RST, ISS + 1 + 5, 0, 0, NULL, 0);
	assert_answer(ACK, 0);
	assert_int_equal(hand.pair.app[1].gone, 0);
	put(RST, ISS + 1, 0, 0, NULL, 0);
	assert_int_equal(hand.pair.sents, 0);
	assert_int_equal(hand.pair.app[1].gone, 1);
	assert_int_equal(hand.pair.app[1].error, ECONNRESET);
}

static void a_machine_that_starts_anew_gets_rid_of_its_old_stream(void **state)
{
	(void)state; /* EDK2 takes port 1407 after every boot; RFC 5961 §4.2 */
	put(SYN, 5000, 0, 65535, NULL, 0);
	assert_answer(ACK, 0);
	assert_int_equal(hand.pair.app[1].gone, 0);
	/* in SYN-SENT it answers what it does not know with RST, RFC 9293 §3.10.7.3 */
	put(RST, hand.pair.sent[0].tcp.acknowledgement, 0, 0, NULL, 0);
	assert_int_equal(hand.pair.app[1].gone, 1);
	put(SYN, 5000, 0, 65535, NULL, 0);
	assert_int_equal(hand.pair.sent[0].tcp.flags, SYN | ACK);
	assert_int_equal(hand.pair.sent[0].tcp.acknowledgement, 5001);
}

static void an_ack_of_what_was_never_sent_is_challenged(void **state)
{
	(void)state; /* RFC 5961 §5.2 */
	put_data(ACK, 0, 100, 1, 65535);
	assert_answer(ACK, 0);
	assert_int_equal(hand.pair.app[1].received, 0);
	put_data(ACK, 0, 100, 0U - 70000, 65535);
	assert_answer(ACK, 0);
	assert_int_equal(hand.pair.app[1].received, 0);
	put_data(ACK, 0, 100, 0, 65535);
	assert_int_equal(hand.pair.app[1].received, 100);
}

static void nonsense_does_not_draw_acks_without_end(void **state)
{
	unsigned answers = 0;

	(void)state; /* RFC 5961 §7 */
	for (int i = 0; i < 1000; i++) {
		put(RST, ISS + 1 + 5, 0, 0, NULL, 0);
		answers += (unsigned)hand.pair.sents;
	}
	assert_int_equal(answers, 100);
	for (int i = 0; i < 1000; i++) {
		put(ACK, ISS - 5, hand.peer_iss + 1, 65535, NULL, 0);
		answers += (unsigned)hand.pair.sents;
	}
	assert_int_equal(answers, 101);
	wait_ms(1000);
	put(ACK, ISS, hand.peer_iss + 1, 65535, NULL, 0); /* a keep-alive, as Linux sends it */
	assert_answer(ACK, 0);
}

static void segments_without_stream_are_refused(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();

	(void)state; /* RFC 9293 §3.10.7.1, 3.10.7.2 */
	tcp_pair_reset(&hand.pair);
	start(&options);
	put(ACK, 100, 200, 0, NULL, 0);
	assert_int_equal(hand.pair.sent[0].tcp.flags, RST);
	assert_int_equal(hand.pair.sent[0].tcp.sequence, 200);
	put(SYN | ACK, 100, 200, 0, NULL, 0);
	assert_int_equal(hand.pair.sent[0].tcp.flags, RST);
	put(RST, 100, 200, 0, NULL, 0);
	assert_int_equal(hand.pair.sents, 0);
	put(SYN | FIN, 100, 0, 0, NULL, 0);
	assert_int_equal(hand.pair.sents, 0);
	put(0, 100, 0, 0, NULL, 0);
	assert_int_equal(hand.pair.sents, 0);
	br_tcp_unlisten(hand.pair.tcp[1], TCP_PAIR_PORT);
	put(SYN | PSH, 100, 0, 0, "abc", 3);
	assert_int_equal(hand.pair.sent[0].tcp.flags, RST | ACK);
	assert_int_equal(hand.pair.sent[0].tcp.sequence, 0);
	assert_int_equal(hand.pair.sent[0].tcp.acknowledgement, 104);
}

static void a_half_open_stream_takes_a_new_syn_and_ends_by_itself(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();

	(void)state;
	tcp_pair_reset(&hand.pair);
	start(&options);
	put(SYN, 100, 0, 1000, NULL, 0);
	put(SYN, 100, 0, 1000, NULL, 0);
	assert_int_equal(hand.pair.sent[0].tcp.flags, SYN | ACK); /* ours was lost */
	put(SYN, 777, 0, 1000, NULL, 0);
	assert_int_equal(hand.pair.sents, 1);
	assert_int_equal(hand.pair.sent[0].tcp.acknowledgement, 778);
	put(ACK, 778, hand.pair.sent[0].tcp.sequence + 9, 1000, NULL, 0);
	assert_int_equal(hand.pair.sent[0].tcp.flags, RST);
	wait_ms(100 * 1000);
	assert_int_equal(hand.pair.sents, 5);
	assert_int_equal(tcp_pair_streams(&hand.pair, 1), 0);
	assert_int_equal(hand.pair.app[1].opened + hand.pair.app[1].gone, 0); /* never heard of */
	put(SYN, 100, 0, 1000, NULL, 0);
	put(RST, 101, 0, 0, NULL, 0);
	assert_int_equal(tcp_pair_streams(&hand.pair, 1), 0);
}

static void the_oldest_half_open_stream_makes_room_for_another_syn(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	uint32_t iss[4];

	(void)state;
	options.tcp[1].streams_max = 5;
	start(&options);
	for (uint16_t i = 0; i < 4; i++) { /* three of five slots may be half open */
		hand.pair.end[0].port = (uint16_t)(1000 + i);
		put(SYN, ISS, 0, 65535, NULL, 0);
		assert_answer(SYN | ACK, 0);
		iss[i] = hand.pair.sent[0].tcp.sequence;
	}
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->half_open_dropped, 1);
	assert_int_equal(tcp_pair_streams(&hand.pair, 1), 3);
	hand.pair.end[0].port = 1000;
	put(ACK, ISS + 1, iss[0] + 1, 65535, NULL, 0);
	assert_answer(RST, 0);
	for (uint16_t i = 1; i < 4; i++) {
		hand.pair.end[0].port = (uint16_t)(1000 + i);
		put(ACK, ISS + 1, iss[i] + 1, 65535, NULL, 0);
		assert_int_equal(hand.pair.sents, 0);
	}
	assert_int_equal(hand.pair.app[1].opened, 3);
	for (uint16_t i = 0; i < 50; i++) { /* open streams are safe from any number of SYNs */
		hand.pair.end[0].port = (uint16_t)(2000 + i);
		put(SYN, ISS, 0, 65535, NULL, 0);
		assert_answer(SYN | ACK, 0);
	}
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->half_open_dropped, 1 + 48);
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->syns_dropped, 0);
	assert_int_equal(hand.pair.app[1].gone, 0);
	tcp_pair_reset(&hand.pair);
}

/* What a stack with cookies sends for a SYN when three of five slots are half open already */
static uint32_t cookie_for(uint16_t port, uint16_t mss)
{
	struct br_packet_tcp syn = {
		.flags = SYN, .sequence = ISS, .window = 1000, .mss = mss, .window_scale = 7};

	hand.pair.end[0].port = port;
	hand.pair.sents = 0;
	tcp_pair_inject(&hand.pair, 1, &syn, NULL, 0);
	assert_answer(SYN | ACK, 0);
	assert_int_equal(hand.pair.sent[0].tcp.mss, 1460);
	assert_int_equal(hand.pair.sent[0].tcp.window_scale, -1);
	return hand.pair.sent[0].tcp.sequence;
}

static void a_stream_that_found_no_room_half_open_is_taken_when_its_peer_is_there(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	uint32_t cookie, stale;

	(void)state;
	options.tcp[1].streams_max = 5;
	options.tcp[1].cookies = true;
	start(&options);
	for (uint16_t i = 0; i < 3; i++) {
		hand.pair.end[0].port = (uint16_t)(1000 + i);
		put(SYN, ISS, 0, 65535, NULL, 0);
	}
	for (uint16_t i = 0; i < 50; i++)
		(void)cookie_for((uint16_t)(3000 + i), 1460);
	assert_int_equal(tcp_pair_streams(&hand.pair, 1), 3);
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->half_open_dropped, 0);
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->cookies_sent, 50);

	cookie = cookie_for(2000, 1300); /* 1220 is the next size that it can say */
	put(ACK, ISS + 1, cookie + 2, 65535, NULL, 0);
	assert_answer(RST, 0);
	put(ACK, ISS + 2, cookie + 1, 65535, NULL, 0);
	assert_answer(RST, 0);
	hand.pair.end[0].port = 2001;
	put(ACK, ISS + 1, cookie + 1, 65535, NULL, 0); /* another's */
	assert_answer(RST, 0);
	assert_int_equal(hand.pair.app[1].opened, 0);
	hand.pair.end[0].port = 2000;
	hand.peer_iss = cookie;
	put_data(ACK | PSH, 0, 100, 0, 65535); /* the ACK before it was lost */
	assert_int_equal(hand.pair.app[1].opened, 1);
	assert_int_equal(hand.pair.app[1].received, 100);
	write_octets(4000);
	assert_int_equal(hand.pair.sent[0].payload_size, 1220);
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->cookies_taken, 1);

	for (uint16_t i = 0; i < 3;
	     i++) { /* of five slots the fifth is taken from a half open one */
		cookie = cookie_for((uint16_t)(2010 + i), 1460);
		put(ACK, ISS + 1, cookie + 1, 65535, NULL, 0);
		assert_int_equal(hand.pair.app[1].opened, 2 + i);
		assert_int_equal(tcp_pair_streams(&hand.pair, 1), 5);
	}
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->half_open_dropped, 2);

	stale = cookie_for(2002, 1460);
	wait_ms(1000 * 64 * 2);
	hand.pair.end[0].port = 2002;
	put(ACK, ISS + 1, stale + 1, 65535, NULL, 0);
	assert_answer(RST, 0);
	tcp_pair_reset(&hand.pair);
}

static void our_half_closed_the_peer_may_not_wait_for_ever(void **state)
{
	(void)state;
	br_tcp_close(hand.pair.tcp[1], (uint32_t)hand.pair.app[1].stream, 0);
	hand.pair.sents = 0;
	tcp_pair_pump(&hand.pair);
	assert_answer(FIN | ACK, 0);
	put_data(ACK, 0, 0, 1, 65535);
	wait_ms(50 * 1000);
	put_data(ACK, 0, 100, 1, 65535); /* it lives, so it gets another minute */
	wait_ms(50 * 1000);
	assert_int_equal(hand.pair.app[1].gone, 0);
	wait_ms(10 * 1000);
	assert_int_equal(hand.pair.app[1].gone, 1);
	assert_int_equal(hand.pair.app[1].error, ETIMEDOUT);
}

static void time_wait_answers_old_segments_and_lets_new_syns_through(void **state)
{
	(void)state;
	br_tcp_close(hand.pair.tcp[1], (uint32_t)hand.pair.app[1].stream, 0);
	tcp_pair_pump(&hand.pair);
	put_data(ACK | FIN, 0, 0, 1, 65535);
	assert_answer(ACK, 1);
	assert_int_equal(hand.pair.app[1].gone, 1);
	assert_int_equal(tcp_pair_streams(&hand.pair, 1), 0);
	put_data(ACK | FIN, 0, 0, 1, 65535);
	assert_answer(ACK, 1);
	put(SYN, ISS - 100, 0, 65535, NULL, 0); /* an old duplicate */
	assert_answer(ACK, 1);
	put(SYN, ISS + 100, 0, 65535, NULL, 0);
	assert_int_equal(hand.pair.sent[0].tcp.flags, SYN | ACK);
	assert_true((int32_t)(hand.pair.sent[0].tcp.sequence - hand.peer_iss) > 1);
	put(RST, ISS + 101, 0, 0, NULL, 0);
	wait_ms(10 * 1000);
	put_data(ACK | FIN, 0, 0, 1, 65535); /* forgotten by now */
	assert_int_equal(hand.pair.sent[0].tcp.flags, RST);
}

static void icmp_errors_are_heard_when_they_are_about_us(void **state)
{
	struct br_tcp_segment about = {.local = hand.pair.end[1], .remote = hand.pair.end[0]};
	struct br_tcp *tcp = hand.pair.tcp[1];

	(void)state;
	write_octets(10000);
	about.head.sequence = hand.peer_iss + 1 + 20000; /* not on its way: RFC 5927 §4.1 */
	br_tcp_unreachable(tcp, &about, 3 << 8 | 4, 600, 0);
	hand.pair.sents = 0;
	tcp_pair_pump(&hand.pair);
	assert_int_equal(hand.pair.sents, 0);
	about.head.sequence = hand.peer_iss + 1 + 1460;
	br_tcp_unreachable(tcp, &about, 3 << 8 | 4, 600, 0);
	tcp_pair_pump(&hand.pair);
	assert_int_equal(hand.pair.sent[0].payload_size, 560);
	br_tcp_unreachable(tcp, &about, 3 << 8 | 3, 0, 0); /* established: a soft error */
	assert_int_equal(hand.pair.app[1].gone, 0);
	wait_ms(300 * 1000);
	assert_int_equal(hand.pair.app[1].error, EHOSTUNREACH);

	hand.pair.app[1].stream =
		br_tcp_connect(tcp, &hand.pair.end[1], &hand.pair.end[0], 0, 1500, hand.pair.now);
	tcp_pair_pump(&hand.pair);
	about.head.sequence = hand.pair.last[1].tcp.sequence;
	br_tcp_unreachable(tcp, &about, 3 << 8 | 3, 0, hand.pair.now);
	tcp_pair_pump(&hand.pair);
	assert_int_equal(hand.pair.app[1].error, ECONNREFUSED);
}

static void a_slow_line_draws_no_needless_repeats(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();

	(void)state; /* RFC 6298: the timer follows the round trip of 800 ms */
	tcp_pair_reset(&hand.pair);
	options.delay = 400 * BR_MS;
	tcp_pair_init(&hand.pair, &options);
	hand.pair.app[0].wanted = hand.pair.app[1].wanted = 200000;
	hand.pair.app[0].close_when_written = hand.pair.app[1].close_when_written = true;
	tcp_pair_connect(&hand.pair);
	tcp_pair_run(&hand.pair, BR_TIME_NEVER);
	assert_int_equal(hand.pair.app[0].received, 200000);
	assert_int_equal(hand.pair.app[1].received, 200000);
	assert_int_equal(br_tcp_counters(hand.pair.tcp[0])->retransmissions, 0);
	assert_int_equal(br_tcp_counters(hand.pair.tcp[1])->retransmissions, 0);
}

/* How long until the stack sends something by itself. */
static br_time wait_for_segment(void)
{
	br_time before = hand.pair.now;

	hand.pair.sents = 0;
	while (hand.pair.sents == 0)
		tcp_pair_run(&hand.pair, hand.pair.now + BR_MS);
	return hand.pair.now - before;
}

static void repeats_come_twice_as_late_each_time(void **state)
{
	struct br_tcp_options options = *br_tcp_get_options(hand.pair.tcp[1]);

	(void)state; /* RFC 6298 §5.5 */
	options.rto_max = 1000 * BR_MS;
	br_tcp_set_options(hand.pair.tcp[1], &options);
	write_octets(100);
	assert_int_equal(wait_for_segment(), 200 * BR_MS);
	assert_int_equal(hand.pair.sent[0].payload_size, 100);
	assert_int_equal(wait_for_segment(), 400 * BR_MS);
	assert_int_equal(wait_for_segment(), 800 * BR_MS);
	assert_int_equal(wait_for_segment(), 1000 * BR_MS);
	assert_int_equal(wait_for_segment(), 1000 * BR_MS);
}

static void a_repeated_segment_says_nothing_of_the_round_trip(void **state)
{
	(void)state; /* Karn: else these 190 ms would make the next timeout 214 ms */
	write_octets(1460 * 5);
	wait_ms(190);
	for (int i = 0; i < 3; i++)
		put_data(ACK, 0, 0, 0, 65535);
	assert_int_equal(hand.pair.sents, 1);
	assert_int_equal(hand.pair.sent[0].tcp.sequence, hand.peer_iss + 1);
	put_data(ACK, 0, 0, 1460 * 5, 65535);
	write_octets(100);
	assert_int_equal(wait_for_segment(), 200 * BR_MS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_second_segment_is_acknowledged_or_one_after_40_ms),
		TEST(a_repeated_request_is_acknowledged_at_once_and_read_once),
		TEST(pieces_may_come_in_any_order_and_overlap),
		TEST(more_gaps_than_can_be_kept_cost_only_a_repeat),
		TEST(what_runs_over_the_window_is_cut),
		TEST(acks_count_even_when_our_window_is_closed),
		TEST(fin_may_carry_data_and_come_early),
		TEST(what_lies_behind_a_fin_is_nothing),
		TEST(an_early_fin_is_acknowledged_with_the_gap_filled),
		TEST(our_fin_goes_even_into_a_closed_window),
		TEST(a_window_that_opens_is_filled_from_what_was_refused),
		TEST(two_duplicate_acks_each_let_a_segment_go),
		TEST(a_partial_ack_brings_the_next_hole_and_nothing_more),
		TEST(a_small_write_does_not_wait_for_the_ack_of_another),
		TEST(our_window_is_not_opened_by_crumbs),
		TEST(fin_with_window_0_leaves_our_data_to_be_probed_then_dropped),
		TEST(a_window_of_one_octet_is_filled_and_not_more),
		TEST(what_a_window_cuts_to_crumbs_waits_for_an_ack),
		TEST(the_windows_scale_is_taken_from_the_syn),
		TEST(an_absurd_mss_is_bounded),
		TEST(rst_counts_only_at_the_left_edge_of_the_window),
		TEST(a_machine_that_starts_anew_gets_rid_of_its_old_stream),
		TEST(an_ack_of_what_was_never_sent_is_challenged),
		TEST(nonsense_does_not_draw_acks_without_end),
		TEST(segments_without_stream_are_refused),
		TEST(a_half_open_stream_takes_a_new_syn_and_ends_by_itself),
		cmocka_unit_test(the_oldest_half_open_stream_makes_room_for_another_syn),
		cmocka_unit_test(
			a_stream_that_found_no_room_half_open_is_taken_when_its_peer_is_there),
		TEST(our_half_closed_the_peer_may_not_wait_for_ever),
		TEST(time_wait_answers_old_segments_and_lets_new_syns_through),
		TEST(icmp_errors_are_heard_when_they_are_about_us),
		TEST(a_slow_line_draws_no_needless_repeats),
		TEST(repeats_come_twice_as_late_each_time),
		TEST(a_repeated_segment_says_nothing_of_the_round_trip),
	};

	return cmocka_run_group_tests_name("tcp_segments", tests, NULL, NULL);
}
