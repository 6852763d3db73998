/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/trace_hash.h - 64 bits that stand for everything a run put on its wires
 *
 * A tap. Over each delivered frame, in order: time, segment, size, octets. Two runs
 * of the same script and seed must have the same; so must any compiler, byte order
 * and optimisation. Not a defence against anyone who wants two to collide.
 *
 * A frame counts as it means, not as it is stored: right checksums count as zero,
 * whether virtual or already computed; wrong ones count as they are.
 */
#ifndef BR_SIM_NET_TRACE_HASH_H
#define BR_SIM_NET_TRACE_HASH_H

#include "sim/net/wire.h"

struct br_trace_hash {
	uint64_t state;
	uint64_t frames;
};

void br_trace_hash_init(struct br_trace_hash *hash);
struct br_tap br_trace_hash_tap(struct br_trace_hash *hash); /* for br_wire_add_tap() */
uint64_t br_trace_hash_value(const struct br_trace_hash *hash);

/* Anything else that belongs to the run: a note, an end state. */
void br_trace_hash_add(struct br_trace_hash *hash, const void *octets, size_t size);
void br_trace_hash_add_u64(struct br_trace_hash *hash, uint64_t value);

#endif /* BR_SIM_NET_TRACE_HASH_H */
