/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/page_frames.h - the frames of one machine as the story of a page
 *
 * What the script language can say is told in its words: DHCP, TFTP, HTTP; of the rest, what it
 * is. The middle of a transfer is left out, and so are TCP segments that begin no message.
 */
#ifndef BR_CAPTURES_EXPLAIN_PAGE_FRAMES_H
#define BR_CAPTURES_EXPLAIN_PAGE_FRAMES_H

#include "sim/net/packet.h"
#include "sim/page/html.h"

enum {
	BR_PAGE_LANES_MAX = 12, /* the machine, and those it speaks with */
};

struct br_page_frames;

/* @name, @role: of the machine's lane. Out of memory ends the program. */
struct br_page_frames *br_page_frames_new(struct br_html *html, const uint8_t mac[6],
                                          const char *role);
struct br_page_frames *br_page_frames_free(struct br_page_frames *frames); /* NULL in, NULL out */

/* Who that is; others are "a server". Before the first packet. */
void br_page_frames_server(struct br_page_frames *frames, const struct br_endpoint *address,
                           const char *role);
/* One of its packets, in order; @at: since the story began */
void br_page_frames_packet(struct br_page_frames *frames, const struct br_packet *packet,
                           uint64_t frame, br_time at);
/* The lanes, when all packets came. */
void br_page_frames_end(struct br_page_frames *frames);

#endif /* BR_CAPTURES_EXPLAIN_PAGE_FRAMES_H */
