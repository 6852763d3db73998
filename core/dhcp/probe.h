/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/probe.h - DISCOVERs that wait while somebody is asked for: RFC 2131 §3.1, §4.4.1
 *
 * Before an address goes to a client that does not have it, the adapter asks the network whether
 * anybody answers there (BR_ACTION_PROBE). Meanwhile the DISCOVER waits here, as it came; if
 * nobody answers in time it is looked at again.
 */
#ifndef BR_CORE_DHCP_PROBE_H
#define BR_CORE_DHCP_PROBE_H

#include "core/port.h"

enum {
	BR_PROBES_MAX = 64,       /* at once; who comes then is answered without */
	BR_PROBE_SIZE_MAX = 1472, /* octets of a DISCOVER; a longer one is, too */
};

/**
 * struct br_probe - One DISCOVER
 * @address:	What it would be offered; 0: the place is free
 * @until:	Then nobody is there
 * @chaddr:	Of the client: an answer by itself is none
 * @event:	As it came, with @octets
 */
struct br_probe {
	uint32_t address;
	br_time until;
	uint8_t chaddr[6];
	struct br_event event;
	uint8_t octets[BR_PROBE_SIZE_MAX];
};

struct br_probes {
	struct br_probe probe[BR_PROBES_MAX];
	uint32_t count;
};

/* The one for @address on @link; NULL: none */
struct br_probe *br_probes_find(struct br_probes *probes, uint32_t link, uint32_t address);

/* Let @event wait until @until; one that waits for the same is replaced, and its time stays.
 * Return: 1 if the network is to be asked, 0 if it was already, -ENOSPC
 */
int br_probes_put(struct br_probes *probes, uint32_t address, const uint8_t chaddr[static 6],
                  const struct br_event *event, br_time until);
void br_probes_drop(struct br_probes *probes, struct br_probe *probe);

/* The one whose time was over first, NULL: none yet */
struct br_probe *br_probes_due(struct br_probes *probes, br_time now);
br_time br_probes_deadline(const struct br_probes *probes);

#endif /* BR_CORE_DHCP_PROBE_H */
