/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/dhcp/probe.h"

#include <errno.h>
#include <string.h>

struct br_probe *br_probes_find(struct br_probes *probes, uint32_t link, uint32_t address)
{
	for (size_t i = 0; i < BR_PROBES_MAX && probes->count > 0; i++) {
		struct br_probe *probe = &probes->probe[i];

		if (probe->address == address && address != 0 && probe->event.link == link)
			return probe;
	}
	return NULL;
}

int br_probes_put(struct br_probes *probes, uint32_t address, const uint8_t chaddr[static 6],
                  const struct br_event *event, br_time until)
{
	struct br_probe *probe = br_probes_find(probes, event->link, address);
	bool is_new = !probe;

	if (event->payload.size > BR_PROBE_SIZE_MAX)
		return -ENOSPC;
	for (size_t i = 0; i < BR_PROBES_MAX && !probe; i++) {
		if (probes->probe[i].address == 0)
			probe = &probes->probe[i];
	}
	if (!probe)
		return -ENOSPC;
	probes->count += is_new;
	if (is_new)
		probe->until = until;
	probe->address = address;
	memcpy(probe->chaddr, chaddr, sizeof(probe->chaddr));
	memmove(probe->octets, event->payload.data, event->payload.size);
	probe->event = *event;
	probe->event.payload.data = probe->octets;
	return is_new;
}

void br_probes_drop(struct br_probes *probes, struct br_probe *probe)
{
	probe->address = 0;
	probes->count--;
}

struct br_probe *br_probes_due(struct br_probes *probes, br_time now)
{
	struct br_probe *first = NULL;

	for (size_t i = 0; i < BR_PROBES_MAX && probes->count > 0; i++) {
		struct br_probe *probe = &probes->probe[i];

		if (probe->address != 0 && (!first || probe->until < first->until))
			first = probe;
	}
	return first && first->until <= now ? first : NULL;
}

br_time br_probes_deadline(const struct br_probes *probes)
{
	br_time deadline = BR_TIME_NEVER;

	for (size_t i = 0; i < BR_PROBES_MAX && probes->count > 0; i++) {
		if (probes->probe[i].address != 0 && probes->probe[i].until < deadline)
			deadline = probes->probe[i].until;
	}
	return deadline;
}
