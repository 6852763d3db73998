/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/frame.h - one Ethernet frame, built once, counted, never copied on its way
 *
 * A frame lies in one piece of memory from the Ethernet header to the last octet,
 * without FCS. Frames come from a pool with a limit; a full pool is a lost frame
 * and a counter, never a crash. Inside the simulator the checksums of IPv4, ICMP,
 * UDP and TCP stay virtual (field zero, its bit in @checksums_virtual set):
 * br_frame_finish() and br_frame_fill() compute them when a frame leaves through a real
 * port or into a capture. A checksum without its bit is what it is, right or wrong.
 */
#ifndef BR_SIM_NET_FRAME_H
#define BR_SIM_NET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

struct br_frame_pool;

/* Bits of br_frame.checksums_virtual. A fragment has only the first: what it carries is
 * part of a datagram whose own checksum was done before the cut.
 */
enum br_checksum_bit {
	BR_CHECKSUM_HEADER = 1 << 0,    /* of the IPv4 header */
	BR_CHECKSUM_TRANSPORT = 1 << 1, /* of the ICMP, UDP or TCP behind it */
	BR_CHECKSUM_BOTH = BR_CHECKSUM_HEADER | BR_CHECKSUM_TRANSPORT,
};

struct br_frame {
	uint32_t references;
	uint32_t size; /* octets in data[] */
	uint16_t cut;  /* of a super-frame: TCP data in each that it stands for; 0: it is none */
	uint8_t checksums_virtual;
	uint64_t sent; /* br_time when it was put on a segment last, sim/net/wire.h */
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

/* A copy of its own, size and octets; NULL when the pool is empty. */
struct br_frame *br_frame_copy(const struct br_frame *frame);

/* Octets of Ethernet header and up to two VLAN tags, which an MTU does not count. */
size_t br_frame_header_size(struct br_octets octets);

/**
 * struct br_checksum - A checksum of a frame: where it lies and what it must be
 * @bit:	Whose it is
 * @at:		Octet of the frame where the two octets begin
 * @value:	In host order, computed as if the field were zero
 * @partial:	What a kernel leaves there for the NIC to complete: the sum of the
 *		pseudo-header alone; equal to @value where there is none
 */
struct br_checksum {
	enum br_checksum_bit bit;
	uint32_t at;
	uint16_t value;
	uint16_t partial;
};

enum {
	BR_FRAME_CHECKSUMS_MAX = 2,
	BR_FRAME_LARGE_MAX = 65535, /* octets of IP datagram in a super-frame: RFC 791 §3.1 */
	BR_FRAME_HEADERS_MAX = 160, /* every checksum lies in the first so many octets */
};

/**
 * br_frame_checksums() - Find and compute the checksums of a frame, changing nothing
 * @octets:	From the Ethernet header on; up to two VLAN tags are skipped
 *
 * IPv4 header (RFC 791 §3.1), then ICMP, UDP or TCP over IPv4, or ICMPv6, UDP or
 * TCP directly behind an IPv6 header. Of a fragment, the first or another, there
 * is the header's alone: who cuts a datagram into pieces must put the checksum of
 * the whole into it before. What does not parse has none. A UDP checksum that
 * comes out as 0 is 0xffff (RFC 768).
 *
 * Return: how many, at most BR_FRAME_CHECKSUMS_MAX
 */
size_t br_frame_checksums(struct br_octets octets,
                          struct br_checksum ret_sums[static BR_FRAME_CHECKSUMS_MAX]);

/* Write the virtual checksums of @frame into @octets, a copy of it of the same size. */
void br_frame_fill(const struct br_frame *frame, uint8_t *octets);

/**
 * struct br_frame_cutting - What who cuts a super-frame has to know of it
 * @tcp, @data:		Where the TCP header and what is behind it begin
 * @checksum:		Where TCP's checksum lies, from its header on
 */
struct br_frame_cutting {
	uint16_t tcp, data, checksum;
	bool v6;
};

/* As br_frame_fill() for a super-frame, but with the sum of the pseudo-header alone in the
 * place of TCP's checksum, to be completed in each piece. Return: false if it is no TCP
 */
bool br_frame_fill_for_cutting(const struct br_frame *frame, uint8_t *octets,
                               struct br_frame_cutting *ret_cutting);

/* Put its virtual checksums into the frame itself: none is virtual then. */
void br_frame_finish(struct br_frame *frame);

/* A frame from outside: if every checksum that br_frame_checksums() finds is right, or
 * as a local sender leaves it to its NIC (RFC 1071 over the pseudo-header alone, as
 * Linux does on a veth), they become virtual. What is not found, and all of a frame
 * where one is wrong, stays for the receiver to judge.
 */
void br_frame_accept(struct br_frame *frame);

/* RFC 1071, over @size octets, added to @sum; both in host order. Only the last of
 * several pieces may have an odd size.
 */
uint32_t br_checksum_add(uint32_t sum, const void *data, size_t size);
uint16_t br_checksum_fold(uint32_t sum); /* the ones' complement, ready for the field */

#endif /* BR_SIM_NET_FRAME_H */
