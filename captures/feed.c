/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/fragments.h"
#include "captures/link.h"
#include "core/dhcp_message.h"

enum {
	FRAGMENTED_MAX = 32,
	COPIES = 1 << 13,         /* packets remembered to know their copies */
	COPY_DISTANCE = 20000,    /* packets between a packet and its copy, at most */
	MARKS_MAX = 256,          /* DHCP messages of a file that may tell a clock shift */
	MARK_FRAMES_MAX = 200000, /* of a file, that are searched for them */
};

#define COPY_TIME (BR_S / 2) /* between interfaces of one recorder; later it was sent again */

/* What tells packets apart, short of checksums (offloaded at one place) and of octets that may
 * be cut at one place.
 */
enum {
	COPY_HEADER_TCP = 14, /* ports, both numbers, flags */
	COPY_HEADER = 4,
	PLACES_MAX = 6,
	COPY_PAYLOAD = 4, /* a TFTP opcode and block, a DNS number */
};

struct copy {
	uint64_t hash;
	uint64_t number;
	uint32_t places;
	size_t file;
	br_time at;                 /* of the first */
	uint32_t place[PLACES_MAX]; /* where it was seen, hashed */
};

struct source {
	struct br_capture *capture;
	struct br_feed_file file;
	bool waiting; /* .frame is the next of this file */
	struct br_capture_frame frame;
};

struct br_feed {
	size_t count;
	struct source source[BR_FEED_FILES_MAX];
	struct br_fragments *fragments;
	struct br_link_frame link;
	uint64_t number, duplicates;
	struct copy copy[COPIES];
};

/* A DHCP message seen in two files: by whose clock when. */
struct mark {
	uint8_t op, type, hops;
	bool to_client; /* a reply on its last hop */
	uint16_t secs;
	uint32_t xid, server_id;
	uint8_t chaddr[6];
	br_time at;
};

static bool read_mark(struct mark *ret, const struct br_packet *p, br_time at,
                      struct br_dhcp_message *m)
{
	if (p->transport != BR_TRANSPORT_UDP ||
	    (p->dst.port != BR_DHCP_PORT_SERVER && p->dst.port != BR_DHCP_PORT_CLIENT) ||
	    br_dhcp_parse(p->payload, m) < 0 || !m->has_cookie)
		return false;
	*ret = (struct mark){.op = m->header.op,
	                     .type = (uint8_t)m->type,
	                     .hops = m->header.hops,
	                     .to_client = p->dst.port == BR_DHCP_PORT_CLIENT,
	                     .secs = m->header.secs,
	                     .xid = m->header.xid,
	                     .at = at};
	memcpy(ret->chaddr, m->header.chaddr, sizeof(ret->chaddr));
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_SERVER_ID, &ret->server_id);
	return true;
}

static size_t find_marks(const char *path, struct mark marks[MARKS_MAX], struct br_link_frame *link)
{
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_dhcp_message *m = malloc(sizeof(*m));
	struct br_capture *capture = NULL;
	struct br_capture_frame frame;
	size_t count = 0;

	if (m && strcmp(path, "-") != 0 && br_capture_open(&capture, path, remark) == 0) {
		while (count < MARKS_MAX && br_capture_next(capture, &frame) == 1 &&
		       frame.number < MARK_FRAMES_MAX) {
			struct br_packet packet;

			if (!br_link_to_ethernet(link, &frame))
				continue;
			br_packet_parse(&packet, link->octets, link->size, false);
			count += read_mark(&marks[count], &packet, frame.at, m);
		}
	}
	(void)br_capture_close(capture);
	free(m);
	return count;
}

static bool same_message(const struct mark *a, const struct mark *b)
{
	return a->op == b->op && a->type == b->type && a->xid == b->xid && a->secs == b->secs &&
	       a->server_id == b->server_id && !memcmp(a->chaddr, b->chaddr, sizeof(a->chaddr));
}

/* Which of a pair is the later copy, so what their times say of the shift from @b's clock to
 * @a's. 1: @a is later, the shift is at most @a->at - @b->at; -1: @b is, at least; 0: about
 */
static int direction(const struct mark *a, const struct mark *b)
{
	if (a->op == BR_DHCP_OP_REQUEST) /* the later copy has more hops */
		return a->hops == b->hops ? 0 : a->hops < b->hops ? -1 : 1;
	return a->to_client == b->to_client ? 0 : a->to_client ? 1 : -1;
}

/* Bounds from all pairs; the middle of what they leave. */
static void find_shift(struct br_feed_file *file, const struct mark *a, size_t a_count,
                       const struct mark *b, size_t b_count)
{
	int64_t least = INT64_MIN, most = INT64_MAX;

	for (size_t i = 0; i < a_count; i++) {
		for (size_t k = 0; k < b_count; k++) {
			if (!same_message(&a[i], &b[k]))
				continue;
			int64_t shift = (int64_t)(a[i].at - b[k].at);
			int which = direction(&a[i], &b[k]);

			file->shift_pairs++;
			if (which >= 0 && shift < most)
				most = shift;
			if (which <= 0 && shift > least)
				least = shift;
			break;
		}
	}
	if (least != INT64_MIN && most != INT64_MAX)
		file->shift = least / 2 + most / 2;
	else if (least != INT64_MIN)
		file->shift = least;
	else if (most != INT64_MAX)
		file->shift = most;
}

static int align(struct br_feed *feed)
{
	struct mark *marks = malloc(2 * MARKS_MAX * sizeof(*marks));

	if (!marks)
		return -ENOMEM;
	size_t first = find_marks(feed->source[0].file.path, marks, &feed->link);

	for (size_t i = 1; i < feed->count; i++) {
		size_t count =
			find_marks(feed->source[i].file.path, marks + MARKS_MAX, &feed->link);

		find_shift(&feed->source[i].file, marks, first, marks + MARKS_MAX, count);
	}
	free(marks);
	return 0;
}

int br_feed_open(struct br_feed **ret_feed, const char *const *paths, size_t count,
                 char remark[static BR_CAPTURE_REMARK_SIZE])
{
	struct br_feed *feed;
	int result = 0;

	if (count > BR_FEED_FILES_MAX || count == 0)
		return -E2BIG;
	feed = calloc(1, sizeof(*feed));
	if (!feed)
		return -ENOMEM;
	for (size_t i = 0; i < count && result == 0; i++) {
		feed->source[i].file.path = paths[i];
		result = br_capture_open(&feed->source[i].capture, paths[i], remark);
		feed->count++;
	}
	if (result == 0)
		result = br_fragments_new(&feed->fragments, FRAGMENTED_MAX);
	if (result == 0 && count > 1)
		result = align(feed);
	if (result < 0) {
		(void)br_feed_close(feed);
		return result;
	}
	*ret_feed = feed;
	return 0;
}

struct br_feed *br_feed_close(struct br_feed *feed)
{
	if (!feed)
		return NULL;
	for (size_t i = 0; i < feed->count; i++)
		(void)br_capture_close(feed->source[i].capture);
	(void)br_fragments_free(feed->fragments);
	free(feed);
	return NULL;
}

static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
	const uint8_t *p = data;

	for (; size >= 8; p += 8, size -= 8) {
		uint64_t word;

		memcpy(&word, p, 8);
		hash = (hash ^ word) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 32;
	}
	for (; size > 0; p++, size--)
		hash = (hash ^ *p) * 0x100000001b3;
	return hash;
}

/* A packet that a router or a second interface showed again: alike but for its frame. */
static bool is_copy(struct br_feed *feed, const struct br_packet *p, size_t file, br_time at)
{
	if (p->network != BR_NETWORK_IPV4 && p->network != BR_NETWORK_IPV6)
		return false;
	uint64_t hash = mix(p->protocol, p->src.ip, 16);
	uint32_t identification =
		p->network == BR_NETWORK_IPV4 ? p->ipv4.identification : p->ipv6.identification;
	size_t header = p->protocol == BR_IP_PROTOCOL_TCP ? COPY_HEADER_TCP : COPY_HEADER;
	size_t payload = p->payload.size < COPY_PAYLOAD ? p->payload.size : COPY_PAYLOAD;

	if (header > p->ip_payload.size)
		header = p->ip_payload.size;

	hash = mix(hash, p->dst.ip, 16);
	hash = mix(hash, &identification, sizeof(identification));
	hash = mix(hash, &p->ip_payload_size, sizeof(p->ip_payload_size));
	hash = mix(hash, p->ip_payload.data, header);
	hash = mix(hash, p->payload.data, payload);

	uint64_t place = mix(feed->link.place + (file << 32), p->eth_src, 6);
	feed->number++;
	uint32_t here = (uint32_t)mix(place, p->eth_dst, 6);
	struct copy *c = &feed->copy[hash % COPIES];
	bool again = c->hash != hash || feed->number - c->number > COPY_DISTANCE ||
	             c->places == PLACES_MAX ||
	             (c->file == file && (at > c->at ? at - c->at : c->at - at) > COPY_TIME);

	for (uint32_t i = 0; i < c->places && !again; i++)
		again = c->place[i] == here; /* sent again, not seen again */
	if (!again) {
		c->place[c->places++] = here;
		feed->duplicates++;
		return true;
	}
	*c = (struct copy){hash, feed->number, 1, file, at, {here}};
	return false;
}

static void fill(struct source *s)
{
	int result;

	if (s->waiting || !s->capture)
		return;
	result = br_capture_next(s->capture, &s->frame);
	s->file.octets = br_capture_octets(s->capture);
	if (result == 1) {
		s->file.frames++;
		s->waiting = true;
		return;
	}
	if (result < 0)
		memcpy(s->file.damage, br_capture_remark(s->capture), sizeof(s->file.damage));
	s->file.dropped = br_capture_dropped(s->capture);
	s->file.left_out += br_capture_left_out(s->capture);
	s->capture = br_capture_close(s->capture);
}

static br_time shifted(const struct source *s)
{
	if (s->file.shift < 0 && s->frame.at < (uint64_t)-s->file.shift)
		return 0;
	return s->frame.at + (uint64_t)s->file.shift;
}

static struct source *earliest(struct br_feed *feed)
{
	struct source *next = NULL;

	for (size_t i = 0; i < feed->count; i++) {
		struct source *s = &feed->source[i];

		fill(s);
		if (s->waiting && (!next || shifted(s) < shifted(next)))
			next = s;
	}
	return next;
}

int br_feed_next(struct br_feed *feed, struct br_feed_packet *ret_packet)
{
	struct source *s;

	while ((s = earliest(feed))) {
		struct br_packet packet;
		br_time at = shifted(s);
		size_t file = (size_t)(s - feed->source);

		s->waiting = false;
		if (!br_link_to_ethernet(&feed->link, &s->frame)) {
			if (s->file.left_out++ == 0)
				s->file.link_left_out = s->frame.link_type;
			continue;
		}
		br_packet_parse(&packet, feed->link.octets, feed->link.size, false);
		if (is_copy(feed, &packet, file, at))
			continue;
		*ret_packet =
			(struct br_feed_packet){.file = file, .frame = s->frame.number, .at = at};
		if (!packet.fragment)
			ret_packet->packet = packet;
		else if (!br_fragments_add(feed->fragments, &packet, at, &ret_packet->packet))
			continue;
		return 1;
	}
	return 0;
}

size_t br_feed_files(const struct br_feed *feed)
{
	return feed->count;
}

const struct br_feed_file *br_feed_file(struct br_feed *feed, size_t index)
{
	return &feed->source[index].file;
}

uint64_t br_feed_duplicates(const struct br_feed *feed)
{
	return feed->duplicates;
}

uint64_t br_feed_fragments_lost(const struct br_feed *feed)
{
	return br_fragments_given_up(feed->fragments);
}
