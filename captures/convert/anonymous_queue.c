/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/anonymous_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/read/link.h"

enum {
	RECORDS_MAX = 512, /* that wait */
	OCTETS_MAX = 8 << 20,
	PIECES_MAX = 128, /* of a datagram */
	DATAGRAM_MAX = 65535,
	UNIT = 8, /* RFC 791 section 3.1 */
	MAC_SIZE = 6,
	SLL_SIZE_AT = 4, /* LINKTYPE_LINUX_SLL, and the second */
	SLL_MAC = 6,
	SLL2_SIZE_AT = 11,
	SLL2_MAC = 12,
	WIFI_FIRST_MAC = 4, /* IEEE 802.11-2020 section 9.3.2.1 */
	WIFI_LAST_MAC = 24,
	WIFI_BOTH_DS = 3,
};

/* One record; a fragment's payload stands at @payload of it, as it was */
struct waiting {
	struct br_capture_frame record;
	uint8_t *octets;
	bool fragment, done;
	struct br_packet packet; /* fragment: its octets are not borrowed */
	size_t payload, kept;    /* octets of the payload: where, how many there are */
	uint32_t size, offset;   /* of it on the wire; in the datagram */
	bool last;
};

struct br_anonymous_queue {
	struct br_anonymous_frames *frames;
	br_anonymous_put *put;
	void *context;
	struct waiting waiting[RECORDS_MAX];
	size_t count, octets;
	struct br_link_frame link;
	uint8_t ethernet[BR_ETHERNET_HEADER + BR_CAPTURE_FRAME_SIZE_MAX];
	uint8_t was[BR_IPV6_HEADER + DATAGRAM_MAX], is[BR_IPV6_HEADER + DATAGRAM_MAX];
};

int br_anonymous_queue_new(struct br_anonymous_queue **ret_queue,
                           struct br_anonymous_frames *frames, br_anonymous_put *put, void *context)
{
	struct br_anonymous_queue *q = calloc(1, sizeof(*q));

	if (!q)
		return -ENOMEM;
	q->frames = frames;
	q->put = put;
	q->context = context;
	*ret_queue = q;
	return 0;
}

struct br_anonymous_queue *br_anonymous_queue_free(struct br_anonymous_queue *queue)
{
	for (size_t i = 0; queue && i < queue->count; i++)
		free(queue->waiting[i].octets);
	free(queue);
	return NULL;
}

/* Put all that wait for nothing, up to the first fragment. */
static void put_done(struct br_anonymous_queue *q)
{
	size_t done = 0;

	while (done < q->count && q->waiting[done].done) {
		struct waiting *w = &q->waiting[done++];

		q->octets -= w->record.octets.size;
		q->put(q->context, &w->record);
		free(w->octets);
	}
	q->count -= done;
	memmove(q->waiting, q->waiting + done, q->count * sizeof(q->waiting[0]));
}

/* Datagrams in pieces */

static bool same_datagram(const struct br_packet *a, const struct br_packet *b)
{
	uint32_t of_a =
		a->network == BR_NETWORK_IPV4 ? a->ipv4.identification : a->ipv6.identification;
	uint32_t of_b =
		b->network == BR_NETWORK_IPV4 ? b->ipv4.identification : b->ipv6.identification;

	return a->network == b->network && a->protocol == b->protocol && of_a == of_b &&
	       !memcmp(a->src.ip, b->src.ip, 16) && !memcmp(a->dst.ip, b->dst.ip, 16);
}

static bool has_offset(struct waiting *const *piece, size_t pieces, uint32_t offset)
{
	for (size_t i = 0; i < pieces; i++) {
		if (piece[i]->offset == offset)
			return true;
	}
	return false;
}

/* The pieces of the datagram that @first waits for, by their offsets; a second one of the same
 * offset belongs to a copy. Return: how many
 */
static size_t collect(struct br_anonymous_queue *q, size_t first, struct waiting *piece[PIECES_MAX])
{
	size_t pieces = 0;

	for (size_t i = first; i < q->count && pieces < PIECES_MAX; i++) {
		struct waiting *w = &q->waiting[i];
		size_t at = pieces;

		if (w->done || !same_datagram(&w->packet, &q->waiting[first].packet) ||
		    has_offset(piece, pieces, w->offset))
			continue;
		for (; at > 0 && piece[at - 1]->offset > w->offset; at--)
			piece[at] = piece[at - 1];
		piece[at] = w;
		pieces++;
	}
	return pieces;
}

static bool is_whole(struct waiting *const *piece, size_t pieces)
{
	uint32_t end = 0;

	for (size_t i = 0; i < pieces; i++) {
		if (piece[i]->offset != end)
			return false;
		end += piece[i]->size;
	}
	return pieces > 0 && piece[pieces - 1]->last;
}

/* A header without options in front of all that is known from the first octet on */
static size_t put_header(uint8_t *to, const struct br_packet *p, size_t size)
{
	if (p->network == BR_NETWORK_IPV4) {
		memset(to, 0, BR_IPV4_HEADER);
		to[0] = 0x45;
		br_put16(to + 2, (uint32_t)(BR_IPV4_HEADER + size));
		to[9] = p->protocol;
		memcpy(to + 12, p->src.ip + 12, 4);
		memcpy(to + 16, p->dst.ip + 12, 4);
		return BR_IPV4_HEADER;
	}
	memset(to, 0, BR_IPV6_HEADER);
	to[0] = 0x60;
	br_put16(to + 4, (uint32_t)size);
	to[6] = p->protocol;
	memcpy(to + 8, p->src.ip, 16);
	memcpy(to + 24, p->dst.ip, 16);
	return BR_IPV6_HEADER;
}

/* Octets from the first on, without a gap: where the capture cut a piece they end. */
static size_t join(struct br_anonymous_queue *q, struct waiting *const *piece, size_t pieces,
                   size_t header, size_t room)
{
	size_t known = 0;

	for (size_t i = 0;
	     i < pieces && piece[i]->offset == known && known + piece[i]->kept <= room; i++) {
		memcpy(q->was + header + known, piece[i]->octets + piece[i]->payload,
		       piece[i]->kept);
		known += piece[i]->kept;
		if (piece[i]->kept < piece[i]->size)
			break;
	}
	return known;
}

static void finish(struct br_anonymous_queue *q, struct waiting *const *piece, size_t pieces)
{
	const struct waiting *last = piece[pieces - 1];
	size_t header =
		piece[0]->packet.network == BR_NETWORK_IPV4 ? BR_IPV4_HEADER : BR_IPV6_HEADER;
	size_t room = piece[0]->packet.network == BR_NETWORK_IPV4 ? DATAGRAM_MAX - BR_IPV4_HEADER
	                                                          : DATAGRAM_MAX;
	size_t known = join(q, piece, pieces, header, room), size = last->offset + last->size;
	struct br_packet whole;

	size = size < known ? known : size < room ? size : room;
	(void)put_header(q->was, &piece[0]->packet, size);
	memcpy(q->is, q->was, header + known);
	br_packet_parse_ip(&whole, (struct br_octets){q->was, header + known}, header + size,
	                   false);
	br_anonymous_ip_hide(q->frames, &whole, q->was, q->is, header + known);
	for (size_t i = 0; i < pieces; i++) {
		struct waiting *w = piece[i];
		uint8_t *payload = w->octets + w->payload;

		if ((size_t)w->offset + w->kept <= known)
			memcpy(payload, q->is + header + w->offset, w->kept);
		else
			br_anonymous_field(&q->frames->a, BR_LAYER_FRAME, BR_FRAME_CONTENT, payload,
			                   w->kept);
		w->done = true;
	}
}

/* The first that waits goes, whole or not. */
static void force(struct br_anonymous_queue *q)
{
	struct waiting *piece[PIECES_MAX];

	if (q->count > 0)
		finish(q, piece, collect(q, 0, piece));
	put_done(q);
}

/* Whether the datagram is whole that the newest record belongs to */
static void try(struct br_anonymous_queue *q)
{
	struct waiting *piece[PIECES_MAX];
	const struct waiting *newest = &q->waiting[q->count - 1];

	for (size_t i = 0; i < q->count; i++) {
		if (q->waiting[i].done || !same_datagram(&q->waiting[i].packet, &newest->packet))
			continue;
		size_t pieces = collect(q, i, piece);

		if (is_whole(piece, pieces))
			finish(q, piece, pieces);
	}
	put_done(q);
}

/* Records */

static void hide_mac(struct br_anonymous_queue *q, uint8_t *octets, size_t size, size_t at)
{
	if (at + MAC_SIZE <= size)
		br_anonymous_field(&q->frames->a, BR_LAYER_FRAME, BR_FRAME_MAC, octets + at,
		                   MAC_SIZE);
}

static void hide_cooked(struct br_anonymous_queue *q, uint8_t *octets, size_t size, size_t at,
                        unsigned length)
{
	if (length == MAC_SIZE)
		hide_mac(q, octets, size, at);
	else if (at + 8 <= size)
		br_disguise_octets(q->frames->a.disguise, octets + at, 8);
}

/* What stands in front of IP when it is not Ethernet. Radio headers name nobody. */
static void hide_link(struct br_anonymous_queue *q, uint32_t type, uint8_t *octets, size_t size)
{
	size_t at = 0;

	switch (type) {
	case BR_LINK_LINUX_SLL:
		hide_cooked(q, octets, size, SLL_MAC, br_get16(octets + SLL_SIZE_AT));
		break;
	case BR_LINK_LINUX_SLL2:
		hide_cooked(q, octets, size, SLL2_MAC, octets[SLL2_SIZE_AT]);
		break;
	case BR_LINK_80211_RADIOTAP:
		at = (size_t)octets[2] | (size_t)octets[3] << 8;
		/* fall through */
	case BR_LINK_80211:
		for (size_t mac = WIFI_FIRST_MAC; mac < WIFI_LAST_MAC - 2; mac += MAC_SIZE)
			hide_mac(q, octets, size, at + mac);
		if ((octets[at + 1] & WIFI_BOTH_DS) == WIFI_BOTH_DS)
			hide_mac(q, octets, size, at + WIFI_LAST_MAC);
		break;
	default:
		break;
	}
}

/* Into the record: the same octets where it is Ethernet, else those behind its header; what a
 * radio left behind the frame is its check sequence, and nobody's now.
 */
static void write_back(struct br_anonymous_queue *q, struct waiting *w)
{
	size_t size = w->record.octets.size, eth = q->link.octets.size;

	if (w->record.link_type == BR_LINK_ETHERNET) {
		memcpy(w->octets, q->ethernet, size);
		return;
	}
	hide_link(q, w->record.link_type, w->octets, q->link.header);
	memcpy(w->octets + q->link.header, q->ethernet + BR_ETHERNET_HEADER,
	       eth - BR_ETHERNET_HEADER);
	size_t end = q->link.header + eth - BR_ETHERNET_HEADER;

	memset(w->octets + end, 0, size - end);
}

static void note_fragment(struct br_anonymous_queue *q, struct waiting *w)
{
	const struct br_packet *p = &w->packet;
	uint16_t raw = p->network == BR_NETWORK_IPV4 ? p->ipv4.fragment : p->ipv6.fragment;
	bool four = p->network == BR_NETWORK_IPV4;

	w->fragment = true;
	w->payload = (size_t)(p->ip_payload.data - q->link.octets.data) - BR_ETHERNET_HEADER +
	             q->link.header;
	w->kept = p->ip_payload.size;
	w->size = p->ip_payload_size;
	w->offset = four ? (uint32_t)(raw & BR_IPV4_OFFSET) * UNIT : raw & 0xfff8U;
	w->last = four ? !(raw & BR_IPV4_MORE_FRAGMENTS) : !(raw & 1);
}

int br_anonymous_queue_add(struct br_anonymous_queue *queue, const struct br_capture_frame *record)
{
	size_t size = record->octets.size;
	struct waiting *w;

	if (!br_link_to_ethernet(&queue->link, record))
		return 0;
	while (queue->count == RECORDS_MAX ||
	       (queue->count > 0 && queue->octets + size > OCTETS_MAX))
		force(queue);
	w = &queue->waiting[queue->count];
	*w = (struct waiting){.record = *record, .octets = malloc(size), .done = true};
	if (!w->octets)
		return -ENOMEM;
	memcpy(w->octets, record->octets.data, size);
	w->record.octets.data = w->octets;
	memcpy(queue->ethernet, queue->link.octets.data, queue->link.octets.size);
	br_packet_parse(&w->packet, queue->link.octets, queue->link.size, false);
	br_anonymous_frame_hide(queue->frames, &w->packet, queue->link.octets.data, queue->ethernet,
	                        queue->link.octets.size);
	write_back(queue, w);
	queue->count++;
	queue->octets += size;
	if (w->packet.fragment && w->packet.ip_payload.data) {
		note_fragment(queue, w);
		w->done = false;
		try(queue);
	} else {
		put_done(queue);
	}
	return 1;
}

void br_anonymous_queue_flush(struct br_anonymous_queue *queue)
{
	while (queue->count > 0)
		force(queue);
}
