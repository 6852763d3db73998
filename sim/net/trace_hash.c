/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/trace_hash.h"

#include <string.h>

enum {
	LANES = 4, /* multiplications that do not wait for each other */
	STEP = LANES * 8,
};

/* Odd, with about half of the bits set; any such would do: the first is 2^64 by the
 * golden ratio, the others are the first outputs of SplitMix64 from 0, made odd.
 */
static const uint64_t factors[LANES] = {
	UINT64_C(0x9e3779b97f4a7c15),
	UINT64_C(0xe220a8397b1dcdaf),
	UINT64_C(0x6e789e6aa1b965f5),
	UINT64_C(0x06c45d188009454f),
};

/* gcc -O2 makes eight shifted octets one load, but only after it has found them too
 * many to inline: so the order is said outright.
 */
static uint64_t le64_at(const uint8_t *octet)
{
	uint64_t word;

	memcpy(&word, octet, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

static uint64_t mix(uint64_t state, uint64_t word, uint64_t factor)
{
	uint64_t z = (state ^ word) * factor;

	return z ^ z >> 29;
}

void br_trace_hash_init(struct br_trace_hash *hash)
{
	*hash = (struct br_trace_hash){.state = factors[1]};
}

void br_trace_hash_add_u64(struct br_trace_hash *hash, uint64_t value)
{
	hash->state = mix(hash->state, value, factors[0]);
}

void br_trace_hash_add(struct br_trace_hash *hash, const void *octets, size_t size)
{
	const uint8_t *octet = octets;
	uint8_t last[8] = {0};
	size_t left = size;
	/* Four variables rather than an array: so they stay in registers. */
	uint64_t a = hash->state + factors[0], b = hash->state + factors[1];
	uint64_t c = hash->state + factors[2], d = hash->state + factors[3];

	for (; left >= STEP; octet += STEP, left -= STEP) {
		a = mix(a, le64_at(octet), factors[0]);
		b = mix(b, le64_at(octet + 8), factors[1]);
		c = mix(c, le64_at(octet + 16), factors[2]);
		d = mix(d, le64_at(octet + 24), factors[3]);
	}
	for (; left >= 8; octet += 8, left -= 8)
		a = mix(a, le64_at(octet), factors[0]);
	if (left > 0)
		memcpy(last, octet, left);
	/* The size tells octets from the zeros that fill up the last word. */
	hash->state = mix(a, le64_at(last), factors[1]) + size;
	hash->state = mix(hash->state, b, factors[1]);
	hash->state = mix(hash->state, c, factors[2]);
	hash->state = mix(hash->state, d, factors[3]);
}

/* A frame whose checksums are real and right counts as if they were virtual. */
static bool is_right(const struct br_frame *frame, const struct br_checksum *sums, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const uint8_t *field = frame->data + sums[i].at;

		if ((field[0] << 8 | field[1]) != sums[i].value)
			return false;
	}
	return count > 0;
}

static void see(void *context, const struct br_segment *segment, const struct br_port *from,
                struct br_frame *frame, br_time now)
{
	struct br_trace_hash *hash = context;
	struct br_checksum sums[BR_FRAME_CHECKSUMS_MAX];
	uint8_t head[BR_FRAME_HEADERS_MAX];
	size_t head_size = frame->size < sizeof(head) ? frame->size : sizeof(head);
	size_t count = 0;

	(void)from;
	hash->frames++;
	br_trace_hash_add_u64(hash, now);
	br_trace_hash_add_u64(hash, br_segment_index(segment));
	memcpy(head, frame->data, head_size);
	if (!frame->checksums_virtual)
		count = br_frame_checksums((struct br_octets){frame->data, frame->size}, sums);
	if (count > 0 && is_right(frame, sums, count)) {
		for (size_t i = 0; i < count; i++)
			memset(head + sums[i].at, 0, 2);
	}
	br_trace_hash_add(hash, head, head_size);
	br_trace_hash_add(hash, frame->data + head_size, frame->size - head_size);
}

struct br_tap br_trace_hash_tap(struct br_trace_hash *hash)
{
	return (struct br_tap){.see = see, .context = hash};
}

uint64_t br_trace_hash_value(const struct br_trace_hash *hash)
{
	return mix(hash->state, hash->frames, factors[2]);
}
