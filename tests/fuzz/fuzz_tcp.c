/* SPDX-License-Identifier: BSD-2-Clause */
/* Segments in any order with any numbers, near to those that are right, into a stack
 * that listens, answers and connects. Ten octets of input make one segment; between
 * any two, what must hold inside is asserted.
 */
#include <stdlib.h>

#include "tests/sim/tcp_pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	STEP = 10,
	ACT_WAIT = 1 << 0,  /* let a while pass first */
	ACT_LONG = 1 << 1,  /* ... a long while */
	ACT_PAUSE = 1 << 2, /* the reader stops */
	ACT_GO = 1 << 3,    /* ... and goes on */
	ACT_CLOSE = 1 << 4,
	ACT_RESET = 1 << 5,
	ACT_CONNECT = 1 << 6, /* we open a stream to the fuzzer */
	ACT_MSS = 1 << 7,
};

static void act(struct tcp_pair *pair, uint8_t acts)
{
	struct br_tcp *tcp = pair->tcp[1];
	int stream = pair->app[1].stream;

	if (acts & (ACT_WAIT | ACT_LONG))
		tcp_pair_run(pair, pair->now + (acts & ACT_LONG ? 20 * BR_S : 300 * BR_MS));
	if (acts & ACT_CONNECT && stream < 0) {
		stream = br_tcp_connect(tcp, &pair->end[1], &pair->end[0], 0, TCP_PAIR_MTU,
		                        pair->now);
		pair->app[1].stream = stream;
	}
	if (stream < 0)
		return;
	if (acts & ACT_PAUSE)
		br_tcp_pause(tcp, (uint32_t)stream, true, pair->now);
	if (acts & ACT_GO)
		br_tcp_pause(tcp, (uint32_t)stream, false, pair->now);
	if (acts & ACT_CLOSE)
		br_tcp_close(tcp, (uint32_t)stream, pair->now);
	if (acts & ACT_RESET) {
		br_tcp_reset(tcp, (uint32_t)stream);
		pair->app[1].stream = -1;
	}
	tcp_pair_pump(pair);
}

static uint16_t word(const uint8_t *data)
{
	return (uint16_t)(data[0] | data[1] << 8);
}

/* A number near @value: 0x8000 in the input is right. */
static uint32_t near(uint32_t value, const uint8_t *data)
{
	return value + word(data) - 0x8000U;
}

static void inject(struct tcp_pair *pair, const uint8_t *data)
{
	static const uint8_t octets[4096];
	const struct br_packet *last = &pair->last[1];
	uint32_t end = last->tcp.sequence + last->payload_size;
	struct br_packet_tcp head = {
		.flags = data[0], .window = word(data + 6), .window_scale = -1};

	if (last->tcp.flags & (BR_TCP_SYN | BR_TCP_FIN))
		end++;
	head.sequence = near(last->tcp.acknowledgement, data + 2);
	head.acknowledgement = near(end, data + 4);
	if (data[0] & BR_TCP_SYN && data[1] & ACT_MSS) {
		head.mss = word(data + 6);
		head.window_scale = (int8_t)(data[9] % 15);
	}
	tcp_pair_inject(pair, 1, &head, octets, (size_t)(word(data + 8) & 0x0fff));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	options.tcp[1].streams_max = 2;
	options.tcp[1].buffer_size = 5000;
	tcp_pair_init(&pair, &options);
	pair.manual = true;
	pair.app[1].wanted = 20000;
	for (; size >= STEP; data += STEP, size -= STEP) {
		act(&pair, data[1]);
		inject(&pair, data);
		pair.sents = 0;
		tcp_pair_check(&pair);
	}
	/* the peer is silent from here on: whatever is open is closed, and must end */
	if (pair.app[1].stream >= 0) {
		br_tcp_pause(pair.tcp[1], (uint32_t)pair.app[1].stream, false, pair.now);
		br_tcp_close(pair.tcp[1], (uint32_t)pair.app[1].stream, pair.now);
	}
	tcp_pair_run(&pair, pair.now + 3600 * BR_S);
	tcp_pair_check(&pair);
	if (br_tcp_deadline(pair.tcp[1]) != BR_TIME_NEVER)
		abort();
	tcp_pair_reset(&pair);
	return 0;
}
