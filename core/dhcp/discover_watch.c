/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/discover_watch.h"

#include <string.h>

static size_t find(const struct br_discover_watch *watch, const uint8_t mac[6])
{
	size_t oldest = 0;

	for (size_t i = 0; i < BR_DISCOVER_WATCH_MACHINES; i++) {
		if (watch->machine[i].tries > 0 && memcmp(watch->machine[i].mac, mac, 6) == 0)
			return i;
		if (watch->machine[i].seen < watch->machine[oldest].seen)
			oldest = i;
	}
	return oldest;
}

/* iPXE counts something else in `secs`, CLIENT_MODELS 4.1; it says so in option 77. */
static bool came_late(const struct br_dhcp_message *m)
{
	return m->header.secs >= BR_DISCOVER_WATCH_LATE_S &&
	       m->header.secs <= BR_DISCOVER_WATCH_SANE_S &&
	       br_dhcp_get(m, BR_DHCP_OPTION_USER_CLASS).size == 0;
}

void br_discover_watch_asked(struct br_discover_watch *watch, const struct br_dhcp_message *message,
                             const struct br_event *event, struct br_outbox *outbox)
{
	const uint8_t *mac = message->header.chaddr;
	size_t i = find(watch, mac);
	bool known = watch->machine[i].tries > 0 && memcmp(watch->machine[i].mac, mac, 6) == 0 &&
	             watch->machine[i].xid == message->header.xid;

	if (!known) {
		memcpy(watch->machine[i].mac, mac, 6);
		watch->machine[i].xid = message->header.xid;
		watch->machine[i].tries = 0;
		if (came_late(message))
			br_outbox_note(outbox, BR_NOTE_DHCP_CAME_LATE, event->link, &event->remote,
			               NULL);
	}
	watch->machine[i].seen = ++watch->discovers;
	if (++watch->machine[i].tries == BR_DISCOVER_WATCH_TRIES)
		br_outbox_note(outbox, BR_NOTE_DHCP_OFFER_NOT_TAKEN, event->link, &event->remote,
		               NULL);
}

void br_discover_watch_moved_on(struct br_discover_watch *watch,
                                const struct br_dhcp_message *message)
{
	size_t i = find(watch, message->header.chaddr);

	if (memcmp(watch->machine[i].mac, message->header.chaddr, 6) == 0)
		watch->machine[i].tries = 0;
}
