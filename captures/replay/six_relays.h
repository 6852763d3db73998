/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/six_relays.h - the DHCPv6 relays between a machine and its servers, out of a log
 *
 * A Relay-forward names the relays it came through, and where it was sent from the last of them:
 * RFC 8415 section 19.1. A capture may lack some of the ways between them.
 */
#ifndef BR_CAPTURES_REPLAY_SIX_RELAYS_H
#define BR_CAPTURES_REPLAY_SIX_RELAYS_H

#include "captures/replay/six_log.h"

enum {
	BR_SIX_RELAYS_MAX = 4, /* those behind them are not looked at */
};

/**
 * struct br_six_relay - One of them
 * @link:	Its link-address: on the side of the machine; zero: it names none (RFC 6221, or what
 *		came from another relay told that by its source)
 * @down:	On that side, where it was asked; zero: by a group, or not seen
 * @up:		On the other side; zero: its link-local address is all that was seen
 * @mac:	On the side of the machine; zero: not seen
 * @interface_id: Option 18, borrowed from the log; no octets: none
 */
struct br_six_relay {
	uint8_t link[16], down[16], up[16];
	uint8_t mac[6];
	struct br_octets interface_id;
};

/**
 * struct br_six_relays - The longest way that a message of that machine went
 * @count:	Relays on it, @relay has the one next to the machine first; 0: it asked directly
 * @whole:	The capture has each of the ways, there and back
 */
struct br_six_relays {
	size_t count;
	bool whole;
	struct br_six_relay relay[BR_SIX_RELAYS_MAX];
};

/* Of the machine @mac, as far as its messages lie in these frames */
void br_six_relays_find(struct br_six_relays *ret_relays, const struct br_six_log *log,
                        const uint8_t mac[6], uint64_t first_frame, uint64_t last_frame);
/* Whether that machine says it, or is told it, directly or through relays. */
bool br_six_is_of(const struct br_six_log *log, const struct br_six_message *message,
                  const uint8_t mac[6]);

#endif /* BR_CAPTURES_REPLAY_SIX_RELAYS_H */
