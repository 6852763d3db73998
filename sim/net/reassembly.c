/* SPDX-License-Identifier: BSD-2-Clause */
/* Datagrams in pieces, RFC 791 §3.2, RFC 815. A piece that repeats another is
 * ignored; one that overlaps another in part ends the datagram, as no honest sender
 * makes such (RFC 1858, RFC 5722). A full table gives up its oldest. It is made with the
 * first piece: few machines of a crowd ever see one.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/net/host_stack.h"

enum {
	PATIENCE_S = 30, /* Linux; RFC 1122 §3.3.2 would like 60 */
	PAYLOAD_MAX = 65535 - BR_IPV4_HEADER,
};

/* Its memory stays, and what lies there until the next piece comes. */
static void empty(struct br_reassembly *r)
{
	uint8_t *data = r->data;
	uint32_t size_max = r->size_max;

	*r = (struct br_reassembly){.data = data, .size_max = size_max};
}

void br_reassembly_reset(struct br_host *host)
{
	for (size_t i = 0; host->reassembly && i < host->limits.reassemblies_max; i++)
		free(host->reassembly[i].data);
	free(host->reassembly);
	host->reassembly = NULL;
}

static bool has_table(struct br_host *host)
{
	if (!host->reassembly && host->limits.reassemblies_max > 0)
		host->reassembly =
			calloc(host->limits.reassemblies_max, sizeof(host->reassembly[0]));
	return host->reassembly != NULL;
}

static struct br_reassembly *find(struct br_host *host, const struct br_packet *packet)
{
	for (size_t i = 0; i < host->limits.reassemblies_max; i++) {
		struct br_reassembly *r = &host->reassembly[i];

		if (r->until != 0 && r->identification == packet->ipv4.identification &&
		    r->src == packet->ipv4.src && r->dst == packet->ipv4.dst &&
		    r->protocol == packet->protocol)
			return r;
	}
	return NULL;
}

static struct br_reassembly *begin(struct br_host *host, const struct br_packet *packet,
                                   br_time now)
{
	struct br_reassembly *r = &host->reassembly[0];

	for (size_t i = 1; i < host->limits.reassemblies_max && r->until != 0; i++) {
		if (host->reassembly[i].until < r->until)
			r = &host->reassembly[i];
	}
	if (r->until != 0)
		host->counters.fragments_dropped += r->parts;
	empty(r);
	r->src = packet->ipv4.src;
	r->dst = packet->ipv4.dst;
	r->identification = packet->ipv4.identification;
	r->protocol = packet->protocol;
	r->until = now + PATIENCE_S * BR_S;
	if (r->until < host->reassembly_at) {
		host->reassembly_at = r->until;
		br_host_schedule(host);
	}
	return r;
}

/* Room for octets up to @end behind the header. */
static bool grow(struct br_reassembly *r, uint32_t end)
{
	uint32_t size = r->size_max ? r->size_max : 4096;

	if (r->data && end <= r->size_max)
		return true;
	while (size < end)
		size *= 2;

	uint8_t *data = realloc(r->data, BR_IPV4_HEADER + size);

	if (!data)
		return false;
	r->data = data;
	r->size_max = size;
	return true;
}

enum piece {
	PIECE_NEW,
	PIECE_REPEATED,
	PIECE_WRONG, /* the whole datagram is not to be trusted */
};

static enum piece judge(const struct br_reassembly *r, uint32_t start, uint32_t end, bool last)
{
	if (last && r->size != 0 && r->size != end)
		return PIECE_WRONG;
	if (r->size != 0 && end > r->size)
		return PIECE_WRONG;
	for (uint32_t i = 0; i < r->parts; i++) {
		if (r->part[i].start == start && r->part[i].end == end)
			return PIECE_REPEATED;
		if (start < r->part[i].end && r->part[i].start < end)
			return PIECE_WRONG;
		if (last && r->part[i].end > end)
			return PIECE_WRONG;
	}
	return r->parts < BR_REASSEMBLY_PARTS ? PIECE_NEW : PIECE_WRONG;
}

static void complete(const struct br_host_arrival *last, struct br_reassembly *r,
                     struct br_packet *ret_whole)
{
	uint32_t size = BR_IPV4_HEADER + r->size;
	uint8_t *ip = r->data;

	/* the header of the first piece, as if it had never been cut */
	ip[2] = (uint8_t)(size >> 8);
	ip[3] = (uint8_t)size;
	ip[6] = ip[7] = ip[10] = ip[11] = 0;

	uint16_t checksum = br_checksum_fold(br_checksum_add(0, ip, BR_IPV4_HEADER));

	ip[10] = (uint8_t)(checksum >> 8);
	ip[11] = (uint8_t)checksum;
	/* RFC 1122 §4.1.3.4: of pieces nobody could check it before */
	br_packet_parse_ip(ret_whole, (struct br_octets){ip, size}, size, true);
	memcpy(ret_whole->eth_src, last->packet->eth_src, sizeof(ret_whole->eth_src));
	memcpy(ret_whole->eth_dst, last->packet->eth_dst, sizeof(ret_whole->eth_dst));
	last->link->host->counters.reassembled++;
	empty(r);
}

/* Of the first piece, without options: for the whole, or to be quoted when it fails. */
static void keep_header(const struct br_host_arrival *first, struct br_reassembly *r, uint32_t size)
{
	const struct br_packet *packet = first->packet;

	memcpy(r->data, packet->ip_payload.data - packet->ipv4.header_size, BR_IPV4_HEADER);
	r->data[0] = 4 << 4 | BR_IPV4_HEADER / 4;
	r->data[2] = (uint8_t)((BR_IPV4_HEADER + size) >> 8);
	r->data[3] = (uint8_t)(BR_IPV4_HEADER + size);
	r->first_size = size;
	r->link = first->link;
	r->to_all = first->to_all;
}

bool br_reassembly_input(const struct br_host_arrival *fragment, struct br_packet *ret_whole)
{
	const struct br_packet *packet = fragment->packet;
	struct br_host *host = fragment->link->host;
	uint32_t start = (packet->ipv4.fragment & BR_IPV4_OFFSET) * UINT32_C(8);
	uint32_t end = start + packet->ip_payload_size;
	bool last = !(packet->ipv4.fragment & BR_IPV4_MORE_FRAGMENTS);

	host->counters.fragments_in++;
	if (end > PAYLOAD_MAX || start == end || (!last && packet->ip_payload_size % 8 != 0) ||
	    !has_table(host)) {
		host->counters.fragments_dropped++;
		return false;
	}

	struct br_reassembly *r = find(host, packet);

	if (!r)
		r = begin(host, packet, fragment->now);

	enum piece piece = judge(r, start, end, last);

	if (piece == PIECE_REPEATED)
		return false;
	if (piece == PIECE_WRONG || !grow(r, end)) {
		host->counters.fragments_dropped += r->parts + 1;
		empty(r);
		return false;
	}
	memcpy(r->data + BR_IPV4_HEADER + start, packet->ip_payload.data, packet->ip_payload.size);
	if (start == 0)
		keep_header(fragment, r, end);
	if (last)
		r->size = end;
	r->part[r->parts].start = start;
	r->part[r->parts].end = end;
	r->parts++;
	r->have += end - start;
	if (r->size == 0 || r->have != r->size)
		return false;
	complete(fragment, r, ret_whole);
	return true;
}

/* RFC 792: time exceeded in reassembly, if the first piece is there to be quoted */
static void give_up(struct br_host *host, struct br_reassembly *r, br_time now)
{
	uint32_t size = BR_IPV4_HEADER + r->first_size;
	struct br_packet packet;

	if (r->first_size > 0) {
		struct br_host_arrival first = {
			.link = r->link, .packet = &packet, .to_all = r->to_all, .now = now};

		br_packet_parse_ip(&packet, (struct br_octets){r->data, size}, size, false);
		br_icmp_error(&first, BR_ICMP_TIME_EXCEEDED, 1, 0);
	}
	host->counters.fragments_dropped += r->parts;
	empty(r);
}

void br_reassembly_expire(struct br_host *host, br_time now)
{
	if (host->reassembly_at > now)
		return;
	host->reassembly_at = BR_TIME_NEVER;
	for (size_t i = 0; i < host->limits.reassemblies_max; i++) {
		struct br_reassembly *r = &host->reassembly[i];

		if (r->until != 0 && r->until <= now)
			give_up(host, r, now);
		else if (r->until != 0 && r->until < host->reassembly_at)
			host->reassembly_at = r->until;
	}
}
