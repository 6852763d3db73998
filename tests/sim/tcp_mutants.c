/* SPDX-License-Identifier: BSD-2-Clause */
/* tcp_mutants [COUNT [SEED]] - COUNT mutated segments into two stacks at work
 *
 * Two stacks exchange data while copies of their own segments, with fields changed at
 * random, are thrown in. Nothing may crash, no invariant may break, and once the line
 * is dead every slot must come free. Run it under a sanitizer with a million.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/sim/tcp_pair.h"

enum {
	COUNT_DEFAULT = 20000,
	MUTANTS_A_RUN = 200,
};

struct mutator {
	struct br_prng prng;
	struct br_packet_tcp recent[2][32]; /* heads each side has sent */
	size_t sizes[2][32];
	unsigned count[2];
	unsigned long made;
	unsigned long ends[2]; /* streams that ended well, and that did not */
};

static bool remember(void *context, int from, const struct br_packet *packet)
{
	struct mutator *m = context;
	unsigned at = m->count[from]++ % 32;

	m->recent[from][at] = packet->tcp;
	m->recent[from][at].options = (struct br_octets){NULL, 0};
	m->sizes[from][at] = packet->payload_size;
	return false;
}

static uint64_t draw(struct mutator *m, uint64_t bound)
{
	return br_prng_below(&m->prng, bound);
}

/* A little beside, by a power of two, or anything at all. */
static uint32_t shift(struct mutator *m, uint32_t value)
{
	switch (draw(m, 4)) {
	case 0:
		return value + (uint32_t)draw(m, 5) - 2;
	case 1:
		return value + (UINT32_C(1) << draw(m, 32));
	case 2:
		return value - (UINT32_C(1) << draw(m, 32));
	default:
		return (uint32_t)br_prng_next(&m->prng);
	}
}

static void mutate(struct tcp_pair *pair, struct mutator *m)
{
	static const uint8_t octets[2048];
	int from = (int)draw(m, 2);
	unsigned known = m->count[from] < 32 ? m->count[from] : 32;

	if (known == 0)
		return;

	unsigned at = (unsigned)draw(m, known);
	struct br_packet_tcp head = m->recent[from][at];
	size_t size = m->sizes[from][at];
	uint64_t what = br_prng_next(&m->prng);

	if (what & 1)
		head.sequence = shift(m, head.sequence);
	if (what & 2)
		head.acknowledgement = shift(m, head.acknowledgement);
	if (what & 4)
		head.flags ^= (uint8_t)(1 << draw(m, 8));
	if (what & 8)
		head.flags = (uint8_t)draw(m, 256);
	if (what & 16)
		head.window = (uint16_t)(draw(m, 2) ? 0 : draw(m, 65536));
	if (what & 32)
		size = draw(m, 1461);
	if (what & 64)
		head.mss = (uint16_t)draw(m, 65536);
	if (what & 128)
		head.window_scale = (int8_t)((int)draw(m, 16) - 1);
	m->made++;
	tcp_pair_inject(pair, !from, &head, octets, size);
	tcp_pair_check(pair);
}

static void run(struct mutator *m, uint64_t seed)
{
	struct tcp_pair_options options = tcp_pair_defaults();
	struct tcp_pair pair;

	options.seed = seed;
	options.loss = (unsigned)draw(m, 10);
	options.reorder = (unsigned)draw(m, 10);
	for (int side = 0; side < 2; side++) {
		options.tcp[side].streams_max = 3;
		options.tcp[side].buffer_size = 1 + (uint32_t)draw(m, draw(m, 2) ? 70000 : 3000);
	}
	tcp_pair_init(&pair, &options);
	pair.drop = remember;
	pair.context = m;
	m->count[0] = m->count[1] = 0;
	for (int side = 0; side < 2; side++) {
		pair.app[side].wanted = draw(m, 100000);
		pair.app[side].close_when_written = draw(m, 4) > 0;
		pair.app[side].close_when_ended = true;
	}
	tcp_pair_connect(&pair);
	for (int i = 0; i < MUTANTS_A_RUN; i++) {
		tcp_pair_run(&pair, pair.now + draw(m, 3 * BR_MS));
		mutate(&pair, m);
	}
	tcp_pair_run(&pair, pair.now + 30 * BR_S);
	for (int side = 0; side < 2; side++) {
		m->ends[pair.app[side].error != 0]++;
		for (uint32_t stream = 0; stream < 3; stream++)
			br_tcp_close(pair.tcp[side], stream, pair.now);
	}
	pair.options.loss = 100;
	tcp_pair_run(&pair, pair.now + 7200 * BR_S);
	tcp_pair_check(&pair);
	for (int side = 0; side < 2; side++) {
		if (tcp_pair_streams(&pair, side) != 0) {
			(void)fprintf(stderr, "seed %llu: a stream of side %d lives for ever\n",
			              (unsigned long long)seed, side);
			exit(EXIT_FAILURE);
		}
	}
	tcp_pair_reset(&pair);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : COUNT_DEFAULT;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	struct mutator m = {.prng = br_prng_of(seed, 3)};

	while (m.made < count)
		run(&m, seed++);
	(void)printf("%lu mutated segments; %lu ends well, %lu with an error\n", m.made, m.ends[0],
	             m.ends[1]);
	return m.made > 0 && m.ends[0] > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
