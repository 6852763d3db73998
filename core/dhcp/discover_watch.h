/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/discover_watch.h - notices clients that ask again and again, or come late
 *
 * Two things a server cannot mend but can say: a client that never takes any offer
 * (quirk dual-offer-not-merged), and a first DISCOVER that says it has waited for
 * half a minute (quirk stp-blocked-first-30s: the switch port passed nothing).
 * Bounded: the machine that was quiet longest is forgotten first.
 */
#ifndef BR_CORE_DHCP_DISCOVER_WATCH_H
#define BR_CORE_DHCP_DISCOVER_WATCH_H

#include "core/formats/dhcp_message.h"
#include "core/outbox.h"

enum {
	BR_DISCOVER_WATCH_MACHINES = 64,
	BR_DISCOVER_WATCH_TRIES = 4,    /* firmware gives up after as many */
	BR_DISCOVER_WATCH_LATE_S = 28,  /* secs of the last of EDK2's four: 0, 4, 12, 28 */
	BR_DISCOVER_WATCH_SANE_S = 180, /* above: not a time, GRUB sends its clock */
};

struct br_discover_watch {
	struct {
		uint8_t mac[6];
		uint32_t xid;
		uint32_t tries; /* 0: free, or has moved on */
		uint64_t seen;  /* rises with each DISCOVER */
	} machine[BR_DISCOVER_WATCH_MACHINES];
	uint64_t discovers;
};

/* A zeroed watch is valid. Notes go to @outbox, about @event's peer. */
void br_discover_watch_asked(struct br_discover_watch *watch, const struct br_dhcp_message *message,
                             const struct br_event *event, struct br_outbox *outbox);

/* It sent a REQUEST or came to port 4011: an offer was taken. */
void br_discover_watch_moved_on(struct br_discover_watch *watch,
                                const struct br_dhcp_message *message);

#endif /* BR_CORE_DHCP_DISCOVER_WATCH_H */
