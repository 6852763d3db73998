/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/reassembly.h - IP datagrams put together from their pieces, by hosts and of captures
 *
 * RFC 791 §3.2, RFC 815, RFC 8200 §4.5. Lengths come from the headers: a datagram is whole when
 * all of its octets passed by, kept by the capture or not, and only octets that were kept,
 * without a hole from the first on, are in it. Nothing is invented. Memory is taken when a
 * piece needs it, never more than the limits allow; a full table gives up its oldest.
 */
#ifndef BR_SIM_NET_REASSEMBLY_H
#define BR_SIM_NET_REASSEMBLY_H

#include "sim/net/packet.h"

struct br_reassembly;

/**
 * struct br_reassembly_rules - How much is taken, and from whom
 * @datagrams_max:	In pieces at once; 0: every piece is dropped
 * @pieces_max:		Of one datagram: more is an attack
 * @strict:		As a host: a piece that overlaps another in part ends the datagram, as no
 *			honest sender makes such (RFC 1858, RFC 5722), a piece in the middle is a
 *			multiple of 8 octets, and the checksum of the whole is verified (RFC 1122
 *			§4.1.3.4). Else what came last is taken, as who reads a capture has no
 *			choice, and datagrams are given up when a later piece shows the time
 */
struct br_reassembly_rules {
	size_t datagrams_max;
	uint32_t pieces_max;
	bool strict;
};

/**
 * struct br_reassembly_counters - Since br_reassembly_new()
 * @whole:	Datagrams that were put together
 * @given_up:	Datagrams that were not: late, overlapping, or without room
 * @dropped:	Pieces of those, and pieces that were refused by themselves
 */
struct br_reassembly_counters {
	uint64_t whole, given_up, dropped;
};

/* A datagram whose time is over. @first: its first piece from the IP header on, with as much as
 * there is of it, or .data NULL; borrowed until a piece is added. @mark: what came with that.
 * @pieces: how many of it had come
 */
struct br_reassembly_lost {
	struct br_octets first;
	uint32_t mark, pieces;
};

/* Return: 0 or -ENOMEM */
int br_reassembly_new(struct br_reassembly **ret_reassembly,
                      const struct br_reassembly_rules *rules);
struct br_reassembly *br_reassembly_free(struct br_reassembly *reassembly); /* NULL in and out */

/**
 * br_reassembly_add() - Take a piece
 * @piece:	A packet with .fragment set
 * @mark:	The caller's own, for br_reassembly_lost
 * @ret_whole:	Set on true only: the datagram as if it had come in one piece, with the IP
 *		header of its first and the Ethernet header of its last to come. Octets are
 *		borrowed until a piece is added
 */
bool br_reassembly_add(struct br_reassembly *reassembly, const struct br_packet *piece,
                       uint32_t mark, br_time now, struct br_packet *ret_whole);

/* Give up one that waits since 30 s; false if there is none. Pieces wait until the deadline. */
bool br_reassembly_expire(struct br_reassembly *reassembly, br_time now,
                          struct br_reassembly_lost *ret_lost);
br_time br_reassembly_deadline(const struct br_reassembly *reassembly);

const struct br_reassembly_counters *br_reassembly_counters(const struct br_reassembly *reassembly);
size_t br_reassembly_waiting(const struct br_reassembly *reassembly); /* datagrams */

#endif /* BR_SIM_NET_REASSEMBLY_H */
