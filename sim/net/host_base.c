/* SPDX-License-Identifier: BSD-2-Clause */
/* What every layer of a host stands on: its addresses, its timer, frames in and out of
 * its pool.
 */
#include <string.h>

#include "sim/net/host_stack.h"

enum {
	SCOPE_LINK = 2, /* of a group, RFC 4291 §2.7; below it the interface itself */
};

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
	br_time at = host->neighbours.next_at;

	if (host->six_at < at)
		at = host->six_at;
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

static uint64_t be64(const uint8_t *octets)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | octets[i];
	return value;
}

struct br_ip_key br_ip_key_of(const uint8_t ip[16])
{
	struct br_ip_key key = {be64(ip), be64(ip + 8)};

	/* 0.0.0.0 is none, as :: is */
	return key.high == 0 && key.low == BR_IP_KEY_MAPPED ? (struct br_ip_key){0} : key;
}

void br_ip_key_put(struct br_ip_key key, uint8_t ret_ip[16])
{
	for (int i = 0; i < 8; i++) {
		ret_ip[i] = (uint8_t)(key.high >> (56 - 8 * i));
		ret_ip[8 + i] = (uint8_t)(key.low >> (56 - 8 * i));
	}
}

const struct br_six_address *br_host_find6(const struct br_host_link *link, const uint8_t ip[16])
{
	for (size_t i = 0; link->six && i < link->six->addresses; i++) {
		if (br_ip_equal(link->six->address[i].ip, ip))
			return &link->six->address[i];
	}
	return NULL;
}

bool br_host_has(const struct br_host *host, const struct br_host_link *link, const uint8_t ip[16])
{
	const struct br_six_address *address;

	if (br_ip_is_ipv4(ip))
		return br_host_is_ours(host, (uint32_t)br_ip_key_of(ip).low);
	if (br_ip_is_link_local6(ip)) {
		address = br_host_find6(link, ip);
		return address && !address->tentative;
	}
	for (uint32_t i = 0; i < host->links; i++) {
		address = br_host_find6(host->link[i], ip);
		if (address && !address->tentative)
			return true;
	}
	return false;
}

/* RFC 6724 §5, rule 3, then what is of the destination's network */
static bool is_better(const struct br_six_address *than, const struct br_six_address *a,
                      const uint8_t dst[16], br_time now)
{
	if (!than)
		return true;
	if ((than->preferred <= now) != (a->preferred <= now))
		return a->preferred > now;
	return br_ip_in_prefix(dst, a->ip, a->bits);
}

const uint8_t *br_host_source6(const struct br_host_link *link, const uint8_t dst[16])
{
	bool near = br_ip_is_link_local6(dst) ||
	            (br_ip_is_multicast6(dst) && (dst[1] & 0xf) <= SCOPE_LINK);
	const struct br_six_address *global = NULL;
	const uint8_t *local = NULL;

	for (size_t i = 0; link->six && i < link->six->addresses; i++) {
		const struct br_six_address *a = &link->six->address[i];

		if (a->tentative)
			continue;
		if (br_ip_is_link_local6(a->ip))
			local = local ? local : a->ip;
		else if (is_better(global, a, dst, link->host->clock->now))
			global = a;
	}
	if (near && local)
		return local;
	return global ? global->ip : local;
}

/* RFC 919 §7; a netmask of 31 or 32 bits has none, RFC 3021 */
bool br_host_is_broadcast(const struct br_host_link *link, uint32_t address)
{
	if (address == UINT32_MAX)
		return true;
	return link->address != 0 && link->netmask < UINT32_MAX - 1 && link->netmask != 0 &&
	       address == (link->address | ~link->netmask);
}

void br_host_conflict(struct br_host_link *link, const uint8_t mac[6], br_time now)
{
	static const char digits[] = "0123456789abcdef";
	char text[] = "address conflict: our address is also used by 00:00:00:00:00:00";
	char *at = text + sizeof(text) - 1 - 17;

	for (int i = 0; i < 6; i++) {
		at[i * 3] = digits[mac[i] >> 4];
		at[i * 3 + 1] = digits[mac[i] & 15];
	}
	link->host->counters.conflicts++;
	br_host_remark(link->host, text, now);
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
	uint32_t least = link->host->habits.frame_size_min;

	link->host->counters.frames_out++;
	if (frame->size < least) {
		memset(frame->data + frame->size, 0, least - frame->size);
		frame->size = least;
	}
	if (link->vlan != 0)
		put_tag(link, frame);
	br_port_send(&link->port, frame);
}
