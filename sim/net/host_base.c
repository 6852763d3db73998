/* SPDX-License-Identifier: BSD-2-Clause */
/* What every layer of a host stands on: its addresses, its timer, frames in and out of
 * its pool.
 */
#include <string.h>

#include "sim/net/host_stack.h"

void br_host_remark(struct br_host *host, const char *text, br_time now)
{
	if (host->user.remark)
		host->user.remark(host->user.context, text, now);
}

/* A timer that is set too early is left: waking up for nothing is cheaper than to
 * move it with every frame.
 */
void br_host_schedule(struct br_host *host)
{
	br_time at = host->arp.next_at;

	if (host->reassembly && br_reassembly_deadline(host->reassembly) < at)
		at = br_reassembly_deadline(host->reassembly);
	if (host->tcp && br_tcp_deadline(host->tcp) < at)
		at = br_tcp_deadline(host->tcp);
	if (at == BR_TIME_NEVER)
		br_clock_cancel(host->clock, &host->timer);
	else if (host->timer.place == 0 || at < host->timer.at)
		br_clock_set(host->clock, &host->timer, at);
}

bool br_host_is_ours(const struct br_host *host, uint32_t address)
{
	for (uint32_t i = 0; i < host->links; i++) {
		if (host->link[i]->address == address && address != 0)
			return true;
	}
	return false;
}

/* RFC 919 §7; a netmask of 31 or 32 bits has none, RFC 3021 */
bool br_host_is_broadcast(const struct br_host_link *link, uint32_t address)
{
	if (address == UINT32_MAX)
		return true;
	return link->address != 0 && link->netmask < UINT32_MAX - 1 && link->netmask != 0 &&
	       address == (link->address | ~link->netmask);
}

struct br_frame *br_host_new_frame(struct br_host *host)
{
	struct br_frame *frame = br_frame_new(host->frames);

	if (!frame)
		host->counters.no_frame++;
	return frame;
}

/* Between the addresses and the type; the pool's frames have room for it beside the MTU. */
static void put_tag(const struct br_host_link *link, struct br_frame *frame)
{
	uint8_t *at = frame->data + BR_ETHERNET_TAG_AT;

	if (frame->size + BR_ETHERNET_TAG > frame->pool->frame_size_max)
		return;
	memmove(at + BR_ETHERNET_TAG, at, frame->size - BR_ETHERNET_TAG_AT);
	at[0] = BR_ETHERNET_TYPE_VLAN >> 8;
	at[1] = BR_ETHERNET_TYPE_VLAN & 0xff;
	at[2] = (uint8_t)(link->vlan >> 8);
	at[3] = (uint8_t)link->vlan;
	frame->size += BR_ETHERNET_TAG;
}

void br_host_send_frame(struct br_host_link *link, struct br_frame *frame)
{
	link->host->counters.frames_out++;
	if (link->vlan != 0)
		put_tag(link, frame);
	br_port_send(&link->port, frame);
}
