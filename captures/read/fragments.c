/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/fragments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	HEADER_ROOM = BR_IPV6_HEADER, /* an IPv4 header is built at the end of it */
	SIZE_MAX_IP = 65535 - BR_IPV4_HEADER,
	UNITS = (SIZE_MAX_IP + 7) / 8,
};
#define FORGET_AFTER (30 * BR_S)

struct datagram {
	bool used;
	bool total_known;
	uint8_t protocol;
	uint32_t identification;
	struct br_endpoint src, dst;
	br_time since;
	size_t total;                  /* octets, once the last piece was seen */
	size_t missing_from;           /* first octet the capture did not keep */
	uint8_t seen[(UNITS + 7) / 8]; /* a bit for each 8 octets that passed by */
	uint8_t octets[HEADER_ROOM + SIZE_MAX_IP + 8];
};

struct br_fragments {
	size_t datagrams_max;
	uint64_t given_up;
	struct datagram datagram[];
};

int br_fragments_new(struct br_fragments **ret_fragments, size_t datagrams_max)
{
	struct br_fragments *f = calloc(1, sizeof(*f) + datagrams_max * sizeof(struct datagram));

	if (!f)
		return -ENOMEM;
	f->datagrams_max = datagrams_max;
	*ret_fragments = f;
	return 0;
}

struct br_fragments *br_fragments_free(struct br_fragments *fragments)
{
	free(fragments);
	return NULL;
}

uint64_t br_fragments_given_up(const struct br_fragments *fragments)
{
	uint64_t waiting = 0;

	for (size_t i = 0; i < fragments->datagrams_max; i++)
		waiting += fragments->datagram[i].used;
	return fragments->given_up + waiting;
}

/* RFC 8200 §4.5: over IPv6 the protocol does not count, only that of the first piece. */
static bool is_of(const struct datagram *d, const struct br_packet *p, uint32_t identification)
{
	return d->used && d->identification == identification &&
	       (p->network == BR_NETWORK_IPV6 || d->protocol == p->protocol) &&
	       !memcmp(d->src.ip, p->src.ip, 16) && !memcmp(d->dst.ip, p->dst.ip, 16);
}

/* The one under way for @p, or a fresh one in the place of the oldest. */
static struct datagram *find(struct br_fragments *f, const struct br_packet *p,
                             uint32_t identification, br_time now)
{
	struct datagram *room = &f->datagram[0];

	for (size_t i = 0; i < f->datagrams_max; i++) {
		struct datagram *d = &f->datagram[i];

		if (d->used && now > d->since && now - d->since > FORGET_AFTER) {
			d->used = false;
			f->given_up++;
		}
		if (is_of(d, p, identification))
			return d;
		if (!d->used || (room->used && d->since < room->since))
			room = d;
	}
	if (room->used)
		f->given_up++;
	room->used = true;
	room->total_known = false;
	room->protocol = p->protocol;
	room->identification = identification;
	room->src = p->src;
	room->dst = p->dst;
	room->since = now;
	room->total = 0;
	room->missing_from = SIZE_MAX_IP;
	memset(room->seen, 0, sizeof(room->seen));
	return room;
}

static bool complete(const struct datagram *d)
{
	if (!d->total_known)
		return false;
	for (size_t unit = 0; unit * 8 < d->total; unit++) {
		if (!(d->seen[unit / 8] & 1U << unit % 8))
			return false;
	}
	return true;
}

static void put_be16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* A header as the whole datagram would have had it, in front of what was kept. */
static void whole(struct datagram *d, const struct br_packet *last, struct br_packet *ret_whole)
{
	size_t kept = d->missing_from < d->total ? d->missing_from : d->total;
	bool four = last->network == BR_NETWORK_IPV4;
	size_t header = four ? BR_IPV4_HEADER : BR_IPV6_HEADER;
	uint8_t *start = d->octets + HEADER_ROOM - header;

	memset(start, 0, header);
	if (four) {
		start[0] = 0x45;
		put_be16(start + 2, header + d->total);
		put_be16(start + 4, d->identification);
		start[8] = last->ipv4.ttl;
		start[9] = d->protocol;
		memcpy(start + 12, d->src.ip + 12, 4);
		memcpy(start + 16, d->dst.ip + 12, 4);
	} else {
		start[0] = 0x60;
		put_be16(start + 4, d->total);
		start[6] = d->protocol;
		start[7] = last->ipv6.hop_limit;
		memcpy(start + 8, d->src.ip, 16);
		memcpy(start + 24, d->dst.ip, 16);
	}
	br_packet_parse_ip(ret_whole, (struct br_octets){start, header + kept}, header + d->total,
	                   false);
	memcpy(ret_whole->eth_src, last->eth_src, sizeof(ret_whole->eth_src));
	memcpy(ret_whole->eth_dst, last->eth_dst, sizeof(ret_whole->eth_dst));
	ret_whole->eth_type = last->eth_type;
	ret_whole->vlan = last->vlan;
	ret_whole->vlan_tags = last->vlan_tags;
}

bool br_fragments_add(struct br_fragments *fragments, const struct br_packet *fragment, br_time now,
                      struct br_packet *ret_whole)
{
	bool four = fragment->network == BR_NETWORK_IPV4;
	size_t offset = four ? (size_t)(fragment->ipv4.fragment & BR_IPV4_OFFSET) * 8
	                     : fragment->ipv6.fragment & 0xfff8U;
	bool more = four ? fragment->ipv4.fragment & BR_IPV4_MORE_FRAGMENTS
	                 : fragment->ipv6.fragment & 1;
	size_t headers = four ? 0 : fragment->ipv6.fragment_headers;
	size_t size = headers + fragment->ip_payload_size;
	size_t kept = headers + fragment->ip_payload.size;

	if (size == 0 || offset + size > SIZE_MAX_IP)
		return false; /* RFC 791: no datagram is so long; "ping of death" */
	struct datagram *d =
		find(fragments, fragment,
	             four ? fragment->ipv4.identification : fragment->ipv6.identification, now);

	if (more)
		size -= size % 8; /* all but the last are multiples of 8 */
	else if (!d->total_known || d->total < offset + size) {
		d->total = offset + size;
		d->total_known = true;
	}
	if (kept > size)
		kept = size;
	if (kept > 0)
		memcpy(d->octets + HEADER_ROOM + offset, fragment->ip_payload.data - headers, kept);
	if (!four && offset == 0)
		d->protocol = fragment->ipv6.fragment_next;
	if (kept < size && offset + kept < d->missing_from)
		d->missing_from = offset + kept;
	for (size_t unit = offset / 8; unit * 8 < offset + size; unit++)
		d->seen[unit / 8] |= (uint8_t)(1U << unit % 8);
	if (!complete(d))
		return false;
	d->used = false;
	whole(d, fragment, ret_whole);
	return true;
}
