/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/frame_cut.h - a TCP super-frame back into the frames a wire would have carried
 *
 * Linux hands TCP over a veth in pieces of up to 64 KiB and leaves the cutting to a
 * card that is not there (TCP segmentation offload); a real card may glue what came
 * in one after another together (GRO). Either way a capture sees frames far above
 * the MTU. Rather than ask everyone to switch that off with ethtool(8), cut them.
 */
#ifndef BR_SIM_NET_FRAME_CUT_H
#define BR_SIM_NET_FRAME_CUT_H

#include "sim/net/frame.h"

/**
 * br_frame_cut() - Make frames of at most an MTU out of one that is above it
 * @pool:	Where the frames come from
 * @octets:	The super-frame from its Ethernet header on
 * @mtu:	Octets of IP datagram
 * @emit:	Called for each in order; takes the reference. Checksums are virtual:
 *		those of a super-frame are not looked at
 *
 * Each has the headers of the whole, its own sequence number, IPv4 identification
 * counted up, FIN and PSH on the last only, CWR on the first (RFC 9293 §3.1,
 * RFC 3168 §6.1.2).
 *
 * Return: how many were made; -EMSGSIZE if it is no TCP over IPv4 or IPv6 or its
 *	   headers leave no room; -ENOBUFS when the pool ran empty, some may be out
 */
int br_frame_cut(struct br_frame_pool *pool, struct br_octets octets, size_t mtu,
                 void (*emit)(void *context, struct br_frame *frame), void *context);

#endif /* BR_SIM_NET_FRAME_CUT_H */
