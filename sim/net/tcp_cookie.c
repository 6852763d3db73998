/* SPDX-License-Identifier: BSD-2-Clause */
/* Streams that are kept in the peer's memory until it has shown that it is there: RFC 4987 §3.6
 *
 * When as many SYNs are answered as may be, our sequence number for the next one says all that
 * has to be known of it: when (5 bits, for two turns of 64 s), which MSS (3 bits), and 24 bits
 * that only who got the answer can send back. Window scale and timestamps are not in it: such a
 * stream goes without. The mixing is that of our other sequence numbers and no cryptography.
 */
#include "sim/net/tcp_stream.h"

#include "core/base/hash.h"

enum {
	TURN_S = 64,
	TURNS = 32,
	INDEX_SHIFT = 24,
	TURN_SHIFT = 27,
};

static const uint16_t sizes[] = {8, 512, 536, 1024, 1220, 1400, 1440, 1460};

static uint32_t turn_of(br_time now)
{
	return (uint32_t)(now / (TURN_S * BR_S)) % TURNS;
}

static uint32_t cookie(const struct br_tcp *tcp, const struct br_tcp_segment *ends, uint32_t irs,
                       uint32_t index, uint32_t turn)
{
	uint32_t numbers[] = {irs, index, turn,
	                      (uint32_t)ends->local.port << 16 | ends->remote.port};
	uint64_t hash =
		br_fnv64(tcp->secret ^ BR_FNV64_SEED, ends->local.ip, sizeof(ends->local.ip));

	hash = br_fnv64(hash, ends->remote.ip, sizeof(ends->remote.ip));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct br_prng mixed = br_prng_of(hash, numbers[i]);

		hash = br_prng_next(&mixed);
	}
	return turn << TURN_SHIFT | index << INDEX_SHIFT | (uint32_t)(hash >> 40);
}

uint32_t br_tcp_cookie(const struct br_tcp *tcp, const struct br_tcp_segment *syn, uint32_t mss,
                       br_time now)
{
	uint32_t index = 0;

	while (index + 1 < sizeof(sizes) / sizeof(sizes[0]) && sizes[index + 1] <= mss)
		index++;
	return cookie(tcp, syn, syn->head.sequence, index, turn_of(now));
}

uint16_t br_tcp_cookie_mss(const struct br_tcp *tcp, const struct br_tcp_segment *ack, br_time now)
{
	uint32_t sent = ack->head.acknowledgement - 1;
	uint32_t index = sent >> INDEX_SHIFT & 7, turn = sent >> TURN_SHIFT;
	uint32_t age = (turn_of(now) + TURNS - turn) % TURNS;

	if (age > 1 || cookie(tcp, ack, ack->head.sequence - 1, index, turn) != sent)
		return 0;
	return sizes[index];
}
