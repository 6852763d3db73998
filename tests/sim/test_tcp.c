/* SPDX-License-Identifier: BSD-2-Clause */
/* Our TCP against itself over a bad line in virtual time: handshake, transfer, close.
 * What only hand-made segments can show is in test_tcp_segments.c.
 */
#include "tests/helper.h"

#include <errno.h>

#include "tests/sim/tcp_pair.h"

enum {
	MEBIBYTE = 1 << 20,
};

static void assert_done(const struct tcp_pair *pair)
{
	for (int side = 0; side < 2; side++) {
		assert_false(pair->app[side].wrong);
		assert_int_equal(pair->app[side].received, pair->app[!side].wanted);
		assert_int_equal(pair->app[side].opened, 1);
		assert_int_equal(pair->app[side].ended, 1);
		assert_int_equal(pair->app[side].gone, 1);
		assert_int_equal(pair->app[side].error, 0);
		assert_true(br_tcp_deadline(pair->tcp[side]) == BR_TIME_NEVER);
	}
}

static void exchange(struct tcp_pair *pair, const struct tcp_pair_options *options, uint64_t up,
                     uint64_t down)
{
	tcp_pair_init(pair, options);
	pair->app[0].wanted = up;
	pair->app[1].wanted = down;
	pair->app[0].close_when_written = true;
	pair->app[1].close_when_written = true;
	tcp_pair_connect(pair);
	tcp_pair_run(pair, BR_TIME_NEVER);
}

static void a_mebibyte_goes_both_ways_octet_exact(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	exchange(&pair, &options, MEBIBYTE, MEBIBYTE);
	assert_done(&pair);
	assert_int_equal(br_tcp_counters(pair.tcp[0])->retransmissions, 0);
	assert_int_equal(br_tcp_counters(pair.tcp[1])->retransmissions, 0);
	tcp_pair_reset(&pair);
}

static void a_mebibyte_survives_a_bad_line(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct tcp_pair_options options = tcp_pair_defaults();
		struct tcp_pair pair;

		options.seed = seed;
		options.loss = 5;
		options.duplicate = 5;
		options.reorder = 10;
		options.corrupt = 2;
		exchange(&pair, &options, MEBIBYTE, MEBIBYTE);
		assert_done(&pair);
		assert_true(br_tcp_counters(pair.tcp[0])->retransmissions > 0);
		assert_true(br_tcp_counters(pair.tcp[1])->fast_retransmits > 0);
		assert_true(br_tcp_counters(pair.tcp[1])->out_of_order > 0);
		tcp_pair_reset(&pair);
	}
}

static void a_third_of_all_frames_may_be_lost(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	options.loss = 33;
	options.tcp[0].retries = options.tcp[1].retries = 20;
	options.tcp[0].syn_retries = options.tcp[1].syn_retries = 20;
	exchange(&pair, &options, 65536, 65536);
	assert_int_equal(pair.app[0].received, 65536);
	assert_int_equal(pair.app[1].received, 65536);
	assert_false(pair.app[0].wrong || pair.app[1].wrong);
	tcp_pair_reset(&pair);
}

static uint64_t hash_of(uint64_t seed)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	options.seed = seed;
	options.loss = 3;
	options.reorder = 5;
	exchange(&pair, &options, 200000, 100000);

	uint64_t hash = pair.hash;

	assert_done(&pair);
	tcp_pair_reset(&pair);
	return hash;
}

static void the_same_seed_gives_the_same_segments(void **state)
{
	(void)state;
	assert_true(hash_of(11) == hash_of(11));
	assert_true(hash_of(11) != hash_of(12));
}

static void windows_beyond_64k_need_both_sides_to_scale(void **state)
{
	(void)state;
	for (int scaling = 0; scaling < 4; scaling++) {
		struct tcp_pair_options options = tcp_pair_defaults();
		struct tcp_pair pair;

		options.delay = 20 * BR_MS; /* 40 ms for 64 KiB, if that is the window */
		for (int side = 0; side < 2; side++) {
			options.tcp[side].buffer_size = 1 << 20;
			options.tcp[side].window_scaling = scaling >> side & 1;
		}
		exchange(&pair, &options, 0, 8 * MEBIBYTE);
		assert_done(&pair);
		if (scaling == 3)
			assert_true(pair.now < 10 * BR_S); /* with TIME-WAIT gone from the count */
		else
			assert_true(pair.now > 8 * MEBIBYTE / 65535 * 40 * BR_MS);
		assert_int_equal(pair.last[0].tcp.window_scale, -1);
		tcp_pair_reset(&pair);
	}
}

struct largest {
	uint32_t payload[2];
};

static bool note_largest(void *context, int from, const struct br_packet *packet)
{
	struct largest *largest = context;

	if (packet->payload_size > largest->payload[from])
		largest->payload[from] = packet->payload_size;
	return false;
}

static void a_peer_without_mss_option_gets_536_octets(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct largest largest = {{0, 0}};
	struct tcp_pair pair;

	(void)state;
	options.tcp[0].mss = 0;
	tcp_pair_init(&pair, &options);
	pair.drop = note_largest;
	pair.context = &largest;
	pair.app[0].wanted = pair.app[1].wanted = 100000;
	pair.app[0].close_when_written = pair.app[1].close_when_written = true;
	tcp_pair_connect(&pair);
	tcp_pair_run(&pair, BR_TIME_NEVER);
	assert_done(&pair);
	assert_int_equal(largest.payload[1], 536);
	assert_int_equal(largest.payload[0], 1460);
	tcp_pair_reset(&pair);
}

static void windows_of_one_octet_work(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	options.tcp[0].receive_window = 1;
	options.tcp[0].ack_every = 1;
	exchange(&pair, &options, 3000, 700);
	assert_done(&pair);
	assert_int_equal(pair.last[0].tcp.window, 1);
	tcp_pair_reset(&pair);
}

/* The initial sequence number moves with the clock: begin where it is about to wrap. */
static void sequence_numbers_wrap_on_either_side(void **state)
{
	(void)state;
	for (int side = 0; side < 2; side++) {
		for (uint32_t before = 0; before < 4; before++) {
			struct tcp_pair_options options = tcp_pair_defaults();
			struct tcp_pair pair;
			uint32_t iss;

			tcp_pair_init(&pair, &options);
			tcp_pair_connect(&pair);
			tcp_pair_run(&pair, 1500 * BR_MS / 1000);
			iss = pair.last[side].tcp.sequence;
			tcp_pair_reset(&pair);

			options.loss = 3;
			options.reorder = 5;
			tcp_pair_init(&pair, &options);
			pair.now = (uint64_t)(uint32_t)(0U - before * 700 - iss) * 4000;
			pair.app[0].wanted = pair.app[1].wanted = 200000;
			pair.app[0].close_when_written = pair.app[1].close_when_written = true;
			tcp_pair_connect(&pair);
			tcp_pair_pump(&pair);
			if (side == 0)
				assert_int_equal(pair.last[0].tcp.sequence, 0U - before * 700);
			tcp_pair_run(&pair, BR_TIME_NEVER);
			assert_done(&pair);
			assert_true(pair.last[side].tcp.sequence < 1U << 30);
			tcp_pair_reset(&pair);
		}
	}
}

/* Drop the first @count frames of @from whose flags are @flags, or carry data. */
struct victim {
	int from;
	uint8_t flags, mask;
	bool data;
	int skip, count, dropped;
};

static bool drop_victim(void *context, int from, const struct br_packet *packet)
{
	struct victim *victim = context;

	if (from != victim->from || (packet->tcp.flags & victim->mask) != victim->flags ||
	    (victim->data && packet->payload_size == 0) || victim->dropped == victim->count)
		return false;
	if (victim->skip-- > 0)
		return false;
	victim->dropped++;
	return true;
}

static void exchange_without(struct tcp_pair *pair, struct victim *victim, uint64_t up,
                             uint64_t down)
{
	struct tcp_pair_options options = tcp_pair_defaults();

	tcp_pair_init(pair, &options);
	pair->drop = drop_victim;
	pair->context = victim;
	pair->app[0].wanted = up;
	pair->app[1].wanted = down;
	pair->app[0].close_when_written = pair->app[1].close_when_written = true;
	tcp_pair_connect(pair);
	tcp_pair_run(pair, BR_TIME_NEVER);
	assert_int_equal(victim->dropped, victim->count);
}

static void a_lost_segment_of_the_handshake_or_the_close_is_repeated(void **state)
{
	const uint8_t syn = BR_TCP_SYN, ack = BR_TCP_ACK, fin = BR_TCP_FIN;
	struct victim victims[] = {
		{.from = 0, .mask = syn, .flags = syn, .count = 1},
		{.from = 0, .mask = syn, .flags = syn, .count = 3},
		{.from = 1, .mask = syn, .flags = syn, .count = 1},
		{.from = 1, .mask = syn, .flags = syn, .count = 2},
		{.from = 0, .mask = syn | ack, .flags = ack, .count = 1},
		{.from = 0, .mask = fin, .flags = fin, .count = 1},
		{.from = 1, .mask = fin, .flags = fin, .count = 2},
		{.from = 0, .mask = syn | ack | fin, .flags = ack, .skip = 2, .count = 3},
		{.from = 1, .mask = syn | ack | fin, .flags = ack, .count = 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(victims) / sizeof(victims[0]); i++) {
		struct tcp_pair pair;

		exchange_without(&pair, &victims[i], 5000, 3000);
		assert_done(&pair);
		tcp_pair_reset(&pair);
	}
}

static void the_last_ack_is_repeated_out_of_time_wait(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct victim victim = {.from = 0, .mask = 0xff, .flags = BR_TCP_ACK, .count = 1};
	struct tcp_pair pair;

	(void)state;
	tcp_pair_init(&pair, &options);
	pair.drop = drop_victim;
	pair.context = &victim;
	pair.app[0].close_when_written = true; /* at once: side 0 closes first */
	pair.app[1].close_when_ended = true;
	tcp_pair_connect(&pair);
	tcp_pair_run(&pair, BR_TIME_NEVER);
	assert_int_equal(victim.dropped, 1);
	assert_done(&pair);
	assert_true(br_tcp_counters(pair.tcp[1])->retransmissions > 0);
	tcp_pair_reset(&pair);
}

static void three_duplicate_acks_bring_the_lost_segment_at_once(void **state)
{
	struct victim victim = {.from = 1, .data = true, .skip = 8, .count = 1};
	struct tcp_pair pair;

	(void)state;
	exchange_without(&pair, &victim, 0, 100000);
	assert_done(&pair);
	assert_int_equal(br_tcp_counters(pair.tcp[1])->fast_retransmits, 1);
	assert_int_equal(br_tcp_counters(pair.tcp[1])->timeouts, 0);
	assert_int_equal(br_tcp_counters(pair.tcp[1])->retransmissions, 1);
	tcp_pair_reset(&pair);
}

static void several_holes_in_one_window_are_filled_without_timeout(void **state)
{
	struct victim victim = {.from = 1, .data = true, .skip = 12, .count = 3};
	struct tcp_pair pair;

	(void)state;
	exchange_without(&pair, &victim, 0, 200000);
	assert_done(&pair);
	assert_int_equal(br_tcp_counters(pair.tcp[1])->timeouts, 0);
	assert_int_equal(br_tcp_counters(pair.tcp[1])->retransmissions, 3);
	tcp_pair_reset(&pair);
}

static void the_last_segment_lost_waits_for_the_timer(void **state)
{
	struct victim victim = {.from = 0, .data = true, .count = 2};
	struct tcp_pair pair;

	(void)state;
	exchange_without(&pair, &victim, 100, 0);
	assert_done(&pair);
	assert_int_equal(br_tcp_counters(pair.tcp[0])->timeouts, 2);
	/* the first RTO is 200 ms, the second twice that; RFC 6298 §5.5 */
	assert_in_range(pair.now, 600 * BR_MS, 700 * BR_MS);
	tcp_pair_reset(&pair);
}

static void both_may_open_at_once(void **state)
{
	(void)state;
	for (unsigned loss = 0; loss <= 30; loss += 10) {
		struct tcp_pair_options options = tcp_pair_defaults();
		struct tcp_pair pair;

		options.loss = loss;
		options.seed = 3;
		tcp_pair_init(&pair, &options);
		br_tcp_unlisten(pair.tcp[1], TCP_PAIR_PORT);
		for (int side = 0; side < 2; side++) {
			pair.app[side].wanted = 10000;
			pair.app[side].close_when_written = true;
			pair.app[side].stream =
				br_tcp_connect(pair.tcp[side], &pair.end[side], &pair.end[!side], 0,
			                       TCP_PAIR_MTU, pair.now);
			assert_true(pair.app[side].stream >= 0);
		}
		tcp_pair_run(&pair, BR_TIME_NEVER);
		assert_done(&pair);
		tcp_pair_reset(&pair);
	}
}

static void both_may_close_at_once(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	tcp_pair_init(&pair, &options);
	tcp_pair_connect(&pair);
	tcp_pair_run(&pair, 100 * BR_MS);
	br_tcp_close(pair.tcp[0], (uint32_t)pair.app[0].stream, pair.now);
	br_tcp_close(pair.tcp[1], (uint32_t)pair.app[1].stream, pair.now);
	tcp_pair_run(&pair, BR_TIME_NEVER);
	assert_done(&pair);
	tcp_pair_reset(&pair);
}

static void a_half_closed_stream_still_carries_the_other_way(void **state)
{
	(void)state;
	for (int closer = 0; closer < 2; closer++) {
		struct tcp_pair_options options = tcp_pair_defaults();
		struct tcp_pair pair;

		tcp_pair_init(&pair, &options);
		tcp_pair_connect(&pair);
		tcp_pair_run(&pair, 100 * BR_MS);
		br_tcp_close(pair.tcp[closer], (uint32_t)pair.app[closer].stream, pair.now);
		tcp_pair_run(&pair, 200 * BR_MS);
		assert_int_equal(pair.app[!closer].ended, 1);
		pair.app[!closer].wanted = 300000;
		pair.app[!closer].close_when_written = true;

		struct br_octets first = {(const uint8_t *)"", 0};
		uint32_t stream = (uint32_t)pair.app[!closer].stream;

		assert_int_equal(br_tcp_write(pair.tcp[!closer], stream, first, pair.now), 0);
		assert_int_equal(br_tcp_credit(pair.tcp[closer], 0), 0);
		/* the applications write on CREDIT: one octet to set it going */
		uint8_t octet = closer ? 0 : 101;

		assert_int_equal(br_tcp_write(pair.tcp[!closer], stream,
		                              (struct br_octets){&octet, 1}, pair.now),
		                 1);
		pair.app[!closer].written = 1;
		tcp_pair_run(&pair, BR_TIME_NEVER);
		assert_done(&pair);
		tcp_pair_reset(&pair);
	}
}

static void a_reset_ends_the_other_side_with_econnreset(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	tcp_pair_init(&pair, &options);
	pair.app[1].wanted = 50000;
	pair.app[0].reset_when_received = true; /* EDK2 ends a finished HTTP read so */
	pair.app[0].reset_at = 50000;
	tcp_pair_connect(&pair);
	tcp_pair_run(&pair, BR_TIME_NEVER);
	assert_int_equal(pair.app[0].received, 50000);
	assert_int_equal(pair.app[0].gone, 0); /* who resets is not told */
	assert_int_equal(pair.app[1].gone, 1);
	assert_int_equal(pair.app[1].error, ECONNRESET);
	assert_int_equal(br_tcp_counters(pair.tcp[0])->resets_sent, 1);
	assert_true(br_tcp_deadline(pair.tcp[0]) == BR_TIME_NEVER);
	assert_true(br_tcp_deadline(pair.tcp[1]) == BR_TIME_NEVER);
	tcp_pair_reset(&pair);
}

static void a_closed_port_refuses(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	tcp_pair_init(&pair, &options);
	br_tcp_unlisten(pair.tcp[1], TCP_PAIR_PORT);
	tcp_pair_connect(&pair);
	tcp_pair_run(&pair, BR_TIME_NEVER);
	assert_int_equal(pair.app[0].gone, 1);
	assert_int_equal(pair.app[0].error, ECONNREFUSED);
	assert_int_equal(pair.app[0].opened, 0);
	tcp_pair_reset(&pair);
}

static void nobody_there_is_given_up_with_etimedout(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	options.loss = 100;
	tcp_pair_init(&pair, &options);
	tcp_pair_connect(&pair);
	tcp_pair_run(&pair, BR_TIME_NEVER);
	assert_int_equal(pair.frames, 6); /* at 0, 1, 3, 7, 15, 31 s; the end at 63 s */
	assert_int_equal(pair.now, 63 * BR_S);
	assert_int_equal(pair.app[0].error, ETIMEDOUT);
	assert_int_equal(pair.app[0].gone, 1);
	tcp_pair_reset(&pair);
}

static void a_peer_that_falls_silent_is_given_up(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct victim victim = {.from = 1, .count = 1 << 20};
	struct tcp_pair pair;

	(void)state;
	tcp_pair_init(&pair, &options);
	tcp_pair_connect(&pair);
	tcp_pair_run(&pair, 100 * BR_MS);
	pair.drop = drop_victim; /* of side 1 nothing comes any more */
	pair.context = &victim;
	assert_int_equal(br_tcp_write(pair.tcp[0], (uint32_t)pair.app[0].stream,
	                              (struct br_octets){(const uint8_t *)"\x65", 1}, pair.now),
	                 1);
	br_tcp_close(pair.tcp[0], (uint32_t)pair.app[0].stream, pair.now);
	tcp_pair_run(&pair, BR_TIME_NEVER);
	assert_int_equal(pair.app[0].error, ETIMEDOUT);
	assert_int_equal(br_tcp_counters(pair.tcp[0])->given_up, 1);
	assert_int_equal(br_tcp_counters(pair.tcp[0])->timeouts, 8);
	tcp_pair_reset(&pair);
}

static void a_full_table_drops_the_syn_and_counts_it(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct br_endpoint second;
	struct tcp_pair pair;

	(void)state;
	options.tcp[1].streams_max = 1;
	tcp_pair_init(&pair, &options);
	tcp_pair_connect(&pair);
	tcp_pair_run(&pair, 100 * BR_MS);
	second = pair.end[0];
	second.port++;
	int stream = br_tcp_connect(pair.tcp[0], &second, &pair.end[1], 0, TCP_PAIR_MTU, pair.now);

	assert_true(stream >= 0);
	tcp_pair_run(&pair, 200 * BR_MS);
	assert_int_equal(br_tcp_counters(pair.tcp[1])->syns_dropped, 1);
	assert_int_equal(pair.app[0].opened, 1);
	br_tcp_reset(pair.tcp[1], (uint32_t)pair.app[1].stream); /* now there is room */
	tcp_pair_run(&pair, 3 * BR_S);
	assert_int_equal(pair.app[0].gone, 1);
	assert_int_equal(pair.app[0].opened, 2);
	tcp_pair_reset(&pair);
}

static void a_paused_reader_closes_the_window_and_opens_it_again(void **state)
{
	(void)state;
	for (int lose_update = 0; lose_update < 2; lose_update++) {
		struct tcp_pair_options options = tcp_pair_defaults();
		struct victim victim = {.from = 0, .count = lose_update};
		struct tcp_pair pair;

		options.tcp[0].receive_window = 10000;
		tcp_pair_init(&pair, &options);
		pair.app[0].pause_when_opened = true;
		pair.app[1].wanted = 100000;
		pair.app[0].close_when_ended = pair.app[1].close_when_written = true;
		tcp_pair_connect(&pair);
		tcp_pair_run(&pair, 20 * BR_S);
		assert_int_equal(pair.app[0].received, 0);
		assert_int_equal(pair.last[0].tcp.window, 0);
		assert_in_range(br_tcp_counters(pair.tcp[1])->probes, 5, 8); /* .2, .6, 1.4 s */
		pair.drop = drop_victim;
		pair.context = &victim;
		br_tcp_pause(pair.tcp[0], (uint32_t)pair.app[0].stream, false, pair.now);
		tcp_pair_run(&pair, BR_TIME_NEVER);
		assert_int_equal(victim.dropped, lose_update);
		assert_done(&pair);
		tcp_pair_reset(&pair);
	}
}

static void who_does_not_read_is_told_of_room_to_write(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	tcp_pair_init(&pair, &options);
	pair.app[0].pause_when_opened = true;
	pair.app[0].wanted = 300000;
	pair.app[1].wanted = 1000; /* waits for the reader all the while */
	tcp_pair_connect(&pair);
	tcp_pair_run(&pair, 20 * BR_S);
	assert_int_equal(pair.app[0].received, 0);
	assert_int_equal(pair.app[1].received, 300000);
	tcp_pair_reset(&pair);
}

/* For an hour, of a writer that has more than the window takes, and perhaps closes */
static void read_nothing(struct tcp_pair *pair, bool closes)
{
	struct tcp_pair_options options = tcp_pair_defaults();

	options.tcp[0].receive_window = 1000;
	tcp_pair_init(pair, &options);
	pair->app[0].pause_when_opened = true;
	pair->app[1].wanted = 5000;
	pair->app[1].close_when_written = closes;
	tcp_pair_connect(pair);
	tcp_pair_run(pair, 3600 * BR_S);
}

static void a_reader_that_never_reads_is_probed_as_long_as_it_answers(void **state)
{
	struct tcp_pair pair;

	(void)state;
	read_nothing(&pair, false);
	assert_int_equal(pair.app[1].gone, 0);
	assert_in_range(br_tcp_counters(pair.tcp[1])->probes, 60, 75); /* at most a minute apart */
	pair.options.loss = 100;                                       /* and now it is dead */
	tcp_pair_run(&pair, BR_TIME_NEVER);
	assert_int_equal(pair.app[1].error, ETIMEDOUT);
	tcp_pair_reset(&pair);
}

/* It answers each probe; whoever closed waits for it as long as for one that does not. */
static void who_closed_does_not_wait_for_ever_for_a_reader_that_never_reads(void **state)
{
	struct tcp_pair pair;

	(void)state;
	read_nothing(&pair, true);
	assert_int_equal(pair.app[1].gone, 1);
	assert_int_equal(pair.app[1].error, ETIMEDOUT);
	assert_int_equal(tcp_pair_streams(&pair, 1), 0);
	assert_int_equal(br_tcp_counters(pair.tcp[1])->probes, pair.options.tcp[1].retries);
	tcp_pair_reset(&pair);
}

static void small_writes_are_sent_at_once(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	options.write_max = 7;
	options.loss = 3;
	exchange(&pair, &options, 20000, 20000);
	assert_done(&pair);
	tcp_pair_reset(&pair);
}

static void the_same_ports_may_be_used_again_at_once(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	exchange(&pair, &options, 100000, 100000); /* GRUB takes 21550 for every boot */
	assert_done(&pair);
	for (int round = 0; round < 5; round++) {
		pair.app[0] = pair.app[1] =
			(struct tcp_app){.stream = -1, .wanted = 50000, .close_when_written = true};
		br_time before = pair.now;

		tcp_pair_connect(&pair);
		tcp_pair_run(&pair, BR_TIME_NEVER);
		assert_done(&pair);
		assert_true(pair.now - before < 500 * BR_MS); /* no SYN was repeated */
	}
	tcp_pair_reset(&pair);
}

static void the_timers_of_many_streams_keep_their_order(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	options.loss = 100; /* each SYN is repeated on its own schedule */
	options.tcp[0].streams_max = 100;
	tcp_pair_init(&pair, &options);
	for (uint32_t i = 0; i < 400; i++) {
		struct br_endpoint local = pair.end[0];

		local.port = (uint16_t)(2000 + i);
		(void)br_tcp_connect(pair.tcp[0], &local, &pair.end[1], 0, TCP_PAIR_MTU, pair.now);
		tcp_pair_run(&pair, pair.now + (i * 7919 % 97) * BR_MS);
		if (i % 3 == 0)
			br_tcp_reset(pair.tcp[0], i * 31 % 100);
		tcp_pair_check(&pair);
	}
	tcp_pair_run(&pair, BR_TIME_NEVER);
	tcp_pair_check(&pair);
	assert_int_equal(tcp_pair_streams(&pair, 0), 0);
	tcp_pair_reset(&pair);
}

static void a_stale_number_does_no_harm(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct br_endpoint local, remote;
	struct tcp_pair pair;
	uint32_t link;

	(void)state;
	exchange(&pair, &options, 10, 10);
	for (uint32_t stream = 0; stream < 20; stream++) {
		assert_int_equal(br_tcp_credit(pair.tcp[0], stream), 0);
		assert_int_equal(br_tcp_write(pair.tcp[0], stream, (struct br_octets){0}, 0),
		                 -ENOTCONN);
		br_tcp_close(pair.tcp[0], stream, 0);
		br_tcp_reset(pair.tcp[0], stream);
		br_tcp_pause(pair.tcp[0], stream, true, 0);
		assert_false(br_tcp_ends(pair.tcp[0], stream, &local, &remote, &link));
	}
	tcp_pair_reset(&pair);
}

static void ports_listen_once_and_up_to_a_limit(void **state)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	(void)state;
	tcp_pair_init(&pair, &options);
	assert_int_equal(br_tcp_listen(pair.tcp[1], TCP_PAIR_PORT), -EADDRINUSE);
	for (uint16_t i = 1; i < BR_TCP_LISTENS_MAX; i++)
		assert_int_equal(br_tcp_listen(pair.tcp[1], (uint16_t)(TCP_PAIR_PORT + i)), 0);
	assert_int_equal(br_tcp_listen(pair.tcp[1], 9999), -ENOSPC);
	br_tcp_unlisten(pair.tcp[1], TCP_PAIR_PORT);
	assert_int_equal(br_tcp_listen(pair.tcp[1], 9999), 0);
	assert_int_equal(br_tcp_connect(pair.tcp[0], &pair.end[0], &pair.end[1], 0, 1500, 0), 0);
	assert_int_equal(br_tcp_connect(pair.tcp[0], &pair.end[0], &pair.end[1], 0, 1500, 0),
	                 -EADDRINUSE);
	tcp_pair_reset(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mebibyte_goes_both_ways_octet_exact),
		cmocka_unit_test(a_mebibyte_survives_a_bad_line),
		cmocka_unit_test(a_third_of_all_frames_may_be_lost),
		cmocka_unit_test(the_same_seed_gives_the_same_segments),
		cmocka_unit_test(windows_beyond_64k_need_both_sides_to_scale),
		cmocka_unit_test(a_peer_without_mss_option_gets_536_octets),
		cmocka_unit_test(windows_of_one_octet_work),
		cmocka_unit_test(sequence_numbers_wrap_on_either_side),
		cmocka_unit_test(a_lost_segment_of_the_handshake_or_the_close_is_repeated),
		cmocka_unit_test(the_last_ack_is_repeated_out_of_time_wait),
		cmocka_unit_test(three_duplicate_acks_bring_the_lost_segment_at_once),
		cmocka_unit_test(several_holes_in_one_window_are_filled_without_timeout),
		cmocka_unit_test(the_last_segment_lost_waits_for_the_timer),
		cmocka_unit_test(both_may_open_at_once),
		cmocka_unit_test(both_may_close_at_once),
		cmocka_unit_test(a_half_closed_stream_still_carries_the_other_way),
		cmocka_unit_test(a_reset_ends_the_other_side_with_econnreset),
		cmocka_unit_test(a_closed_port_refuses),
		cmocka_unit_test(nobody_there_is_given_up_with_etimedout),
		cmocka_unit_test(a_peer_that_falls_silent_is_given_up),
		cmocka_unit_test(a_full_table_drops_the_syn_and_counts_it),
		cmocka_unit_test(a_paused_reader_closes_the_window_and_opens_it_again),
		cmocka_unit_test(who_does_not_read_is_told_of_room_to_write),
		cmocka_unit_test(a_reader_that_never_reads_is_probed_as_long_as_it_answers),
		cmocka_unit_test(who_closed_does_not_wait_for_ever_for_a_reader_that_never_reads),
		cmocka_unit_test(small_writes_are_sent_at_once),
		cmocka_unit_test(the_same_ports_may_be_used_again_at_once),
		cmocka_unit_test(the_timers_of_many_streams_keep_their_order),
		cmocka_unit_test(a_stale_number_does_no_harm),
		cmocka_unit_test(ports_listen_once_and_up_to_a_limit),
	};

	return cmocka_run_group_tests_name("tcp", tests, NULL, NULL);
}
