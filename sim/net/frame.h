/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/frame.h - one Ethernet frame, built once, counted, never copied on its way
 *
 * A frame lies in one piece of memory from the Ethernet header to the last octet,
 * without FCS. Frames come from a pool with a limit; a full pool is a lost frame
 * and a counter, never a crash. Inside the simulator the checksums of IPv4, ICMP,
 * UDP and TCP stay virtual (fields zero, @checksums_virtual set): br_frame_finish()
 * computes them when a frame leaves through a real port or into a capture.
 */
#ifndef BR_FRAME_H
#define BR_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct br_frame_pool;

struct br_frame {
	uint32_t references;
	uint32_t size; /* octets in data[] */
	bool checksums_virtual;
	struct br_frame_pool *pool;
	struct br_frame *next; /* in the pool's free list, or in a queue of its one holder */
	uint8_t data[];
};

struct br_frame_pool {
	struct br_frame *free;
	size_t frame_size_max; /* octets of data[] in each: MTU + 14, + 4 for a VLAN tag */
	size_t frames;         /* made so far */
	size_t frames_max;
	uint64_t exhausted; /* how often there was none */
};

void br_frame_pool_init(struct br_frame_pool *pool, size_t frame_size_max, size_t frames_max);
void br_frame_pool_reset(struct br_frame_pool *pool); /* every frame must be back */

struct br_frame *br_frame_new(struct br_frame_pool *pool); /* size 0, one reference; or NULL */
struct br_frame *br_frame_ref(struct br_frame *frame);
void br_frame_unref(struct br_frame *frame); /* NULL is fine */

/* Compute every checksum in place; leaves what it cannot parse, and fragments
 * other than the first, as they are. Does nothing to a frame that is finished.
 */
void br_frame_finish(struct br_frame *frame);

/* RFC 1071, over @size octets, folded into @sum; both in host order. */
uint32_t br_checksum_add(uint32_t sum, const void *data, size_t size);
uint16_t br_checksum_fold(uint32_t sum); /* the ones' complement, ready for the field */

#endif /* BR_FRAME_H */
