/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/anonymous_frame.h - a frame under other names, layer by layer
 *
 * Learn all frames of a capture first, then hide each. Lengths stay. A checksum that was right is
 * right afterwards, one that was wrong is wrong by as much, one that was left to the network card
 * is left to it: what changed is added to the old one (RFC 1624), so frames of which the capture
 * holds a part are no other case.
 */
#ifndef BR_CAPTURES_CONVERT_ANONYMOUS_FRAME_H
#define BR_CAPTURES_CONVERT_ANONYMOUS_FRAME_H

#include "captures/convert/anonymous_http.h"

struct br_anonymous_frames {
	struct br_anonymous a;
	struct br_anonymous_http *http;
	uint8_t tftp[65536 / 8]; /* bits: ports of those who asked on 69 */
};

/* @frame: whole, or a fragment put together */
void br_anonymous_frame_learn(struct br_anonymous_frames *frames, const struct br_packet *frame);

/* @frame: @was taken apart, not verified. @octets: the same octets, hidden in place. Ethernet; of a
 * fragment only what stands before its payload: captures/convert/anonymous_queue.h does the rest
 */
void br_anonymous_frame_hide(struct br_anonymous_frames *frames, const struct br_packet *frame,
                             const uint8_t *was, uint8_t *octets, size_t size);
/* The same for an IP packet of its own, as br_packet_parse_ip() took it apart */
void br_anonymous_ip_hide(struct br_anonymous_frames *frames, const struct br_packet *packet,
                          const uint8_t *was, uint8_t *octets, size_t size);

#endif /* BR_CAPTURES_CONVERT_ANONYMOUS_FRAME_H */
