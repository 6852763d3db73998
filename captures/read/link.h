/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/read/link.h - every link type a capture may have, as Ethernet
 *
 * Captures taken on "any" interface, a tunnel or a loopback carry other headers than
 * Ethernet. They are rewritten so that one dissector (sim/net/packet.h) serves all.
 * Link types: https://www.tcpdump.org/linktypes.html
 */
#ifndef BR_CAPTURES_READ_LINK_H
#define BR_CAPTURES_READ_LINK_H

#include "captures/read/capture.h"
#include "sim/net/packet.h"

enum br_link {
	BR_LINK_NULL = 0, /* address family in the order of the recording machine */
	BR_LINK_ETHERNET = 1,
	BR_LINK_RAW_BSD = 12, /* DLT_RAW that went into a file as it was */
	BR_LINK_RAW_OPENBSD = 14,
	BR_LINK_RAW = 101,
	BR_LINK_80211 = 105,
	BR_LINK_LOOP = 108, /* address family in network order */
	BR_LINK_LINUX_SLL = 113,
	BR_LINK_80211_RADIOTAP = 127,
	BR_LINK_IPV4 = 228,
	BR_LINK_IPV6 = 229,
	BR_LINK_LINUX_SLL2 = 276,
};

/**
 * struct br_link_frame - A recorded frame as Ethernet
 * @octets:	Borrowed from the capture, or from @buffer when it was rewritten
 * @size:	Octets on the wire, with the Ethernet header
 * @header:	Octets of the record in front of what stands behind the Ethernet header
 * @place:	Tells apart where one frame was seen several times: the interface number of
 *		"any" captures (SLL2), the way through the access point (Wi-Fi); 0 elsewhere
 */
struct br_link_frame {
	struct br_octets octets;
	uint32_t size;
	size_t header;
	uint32_t place;
	uint8_t buffer[BR_ETHERNET_HEADER + BR_CAPTURE_FRAME_SIZE_MAX];
};

/* Addresses that the link does not tell are zero. False: a link type that is none of
 * these, a frame shorter than its link header, or a Wi-Fi frame that carries no readable data:
 * management, control, encrypted, part of an A-MSDU.
 */
bool br_link_to_ethernet(struct br_link_frame *ret_frame, const struct br_capture_frame *frame);
const char *br_link_name(uint32_t link_type); /* "Ethernet"; NULL if it is none of these */

#endif /* BR_CAPTURES_READ_LINK_H */
