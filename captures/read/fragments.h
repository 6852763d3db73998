/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/read/fragments.h - IP fragments put together, also when the capture cut them
 *
 * RFC 791 §3.2 and RFC 8200 §4.5. Lengths come from the headers, so a datagram is
 * complete when all of its octets were seen to pass by, kept or not; only octets that
 * were kept, without a hole from the first on, are in the result. Nothing is invented.
 */
#ifndef BR_CAPTURES_READ_FRAGMENTS_H
#define BR_CAPTURES_READ_FRAGMENTS_H

#include "sim/net/packet.h"

struct br_fragments;

/* @datagrams_max: in pieces at once; the oldest makes room for another.
 * Return: 0 or -ENOMEM
 */
int br_fragments_new(struct br_fragments **ret_fragments, size_t datagrams_max);
struct br_fragments *br_fragments_free(struct br_fragments *fragments); /* NULL in, NULL out */

/**
 * br_fragments_add() - Take one fragment
 * @fragment:	A packet with .fragment set
 * @now:	Pieces older than 30 s (RFC 1122 §3.3.2 allows 60 to 120) are forgotten
 * @ret_whole:	Set on true only: the datagram as if it had come in one piece. Its
 *		octets live until the next call
 */
bool br_fragments_add(struct br_fragments *fragments, const struct br_packet *fragment, br_time now,
                      struct br_packet *ret_whole);

uint64_t br_fragments_given_up(const struct br_fragments *fragments); /* never completed */

#endif /* BR_CAPTURES_READ_FRAGMENTS_H */
