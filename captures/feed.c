/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/clock_steps.h"
#include "captures/copies.h"
#include "captures/fragments.h"
#include "captures/link.h"
#include "core/dhcp_message.h"
#include "core/tftp_packet.h"

enum {
	FRAGMENTED_MAX = 32,
	MARKS_MAX = 512,          /* packets of a file that may tell a clock shift */
	MARK_FRAMES_MAX = 200000, /* of a file, that are searched for them */
	IPV6_HEADER = 40,
};

struct source {
	struct br_capture *capture;
	struct br_feed_file file;
	bool waiting; /* .frame is the next of this file */
	struct br_capture_frame frame;
	struct br_clock_steps clock;
};

struct br_feed {
	size_t count;
	struct source source[BR_FEED_FILES_MAX];
	struct br_fragments *fragments;
	struct br_link_frame link;
	struct br_copies *copies;
};

/* A packet that tells the clocks of two files apart: by whose clock when. A DHCP message, or what
 * opens a transfer.
 */
struct mark {
	bool dhcp;
	bool used; /* has its pair */
	uint8_t op, type, hops;
	bool to_client; /* a reply on its last hop */
	uint16_t secs;
	uint32_t xid, server_id;
	uint8_t chaddr[6];
	uint64_t identity; /* not of DHCP: a relay changes it */
	br_time at;
};

struct marks {
	bool dhcp; /* there are such */
	size_t count;
	struct mark mark[MARKS_MAX];
};

static bool read_mark(struct mark *ret, const struct br_packet *p, br_time at,
                      struct br_dhcp_message *m)
{
	*ret = (struct mark){.at = at};
	if (p->transport == BR_TRANSPORT_TCP)
		ret->identity = p->tcp.flags & BR_TCP_SYN ? br_copies_identity(p) : 0;
	if (p->transport == BR_TRANSPORT_UDP && p->dst.port == BR_TFTP_PORT)
		ret->identity = br_copies_identity(p);
	if (ret->identity != 0 || p->transport != BR_TRANSPORT_UDP)
		return ret->identity != 0;
	if ((p->dst.port != BR_DHCP_PORT_SERVER && p->dst.port != BR_DHCP_PORT_CLIENT) ||
	    br_dhcp_parse(p->payload, m) < 0 || !m->has_cookie)
		return false;
	ret->dhcp = true;
	ret->op = m->header.op;
	ret->type = (uint8_t)m->type;
	ret->hops = m->header.hops;
	ret->to_client = p->dst.port == BR_DHCP_PORT_CLIENT;
	ret->secs = m->header.secs;
	ret->xid = m->header.xid;
	memcpy(ret->chaddr, m->header.chaddr, sizeof(ret->chaddr));
	(void)br_dhcp_get_be32(m, BR_DHCP_OPTION_SERVER_ID, &ret->server_id);
	return true;
}

static void find_marks(const char *path, struct marks *ret, struct br_link_frame *link)
{
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_dhcp_message *m = malloc(sizeof(*m));
	struct br_capture *capture = NULL;
	struct br_capture_frame frame;

	ret->dhcp = false;
	ret->count = 0;
	if (m && br_capture_is_file(path) && br_capture_open(&capture, path, remark) == 0) {
		while (ret->count < MARKS_MAX && br_capture_next(capture, &frame) == 1 &&
		       frame.number < MARK_FRAMES_MAX) {
			struct br_packet packet;

			if (!br_link_to_ethernet(link, &frame))
				continue;
			br_packet_parse(&packet, link->octets, link->size, false);
			if (!read_mark(&ret->mark[ret->count], &packet, frame.at, m))
				continue;
			ret->dhcp = ret->dhcp || ret->mark[ret->count].dhcp;
			ret->count++;
		}
	}
	(void)br_capture_close(capture);
	free(m);
}

static bool same_message(const struct mark *a, const struct mark *b)
{
	return a->dhcp && b->dhcp && a->op == b->op && a->type == b->type && a->xid == b->xid &&
	       a->secs == b->secs && a->server_id == b->server_id &&
	       !memcmp(a->chaddr, b->chaddr, sizeof(a->chaddr));
}

/* Which of a pair is the later copy, so what their times say of the shift from @b's clock to
 * @a's. 1: @a is later, the shift is at most @a->at - @b->at; -1: @b is, at least; 0: about
 */
static int direction(const struct mark *a, const struct mark *b)
{
	if (!a->dhcp)
		return 0;
	if (a->op == BR_DHCP_OP_REQUEST) /* the later copy has more hops */
		return a->hops == b->hops ? 0 : a->hops < b->hops ? -1 : 1;
	return a->to_client == b->to_client ? 0 : a->to_client ? 1 : -1;
}

/* Bounds from all pairs; the middle of what they leave. A message that was sent three times
 * makes three pairs. Firmware begins its transfers alike each time: they count only where
 * one file has no DHCP that could speak against it.
 */
static void find_shift(struct br_feed_file *file, const struct marks *a, struct marks *b)
{
	int64_t least = INT64_MIN, most = INT64_MAX;
	bool dhcp = a->dhcp && b->dhcp;

	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < b->count; k++) {
			const struct mark *one = &a->mark[i], *other = &b->mark[k];

			if (other->used ||
			    (dhcp ? !same_message(one, other)
			          : one->identity == 0 || one->identity != other->identity))
				continue;
			int64_t shift = (int64_t)(one->at - other->at);
			int which = direction(one, other);

			b->mark[k].used = true;
			file->shift_pairs++;
			if (which >= 0 && shift < most)
				most = shift;
			if (which <= 0 && shift > least)
				least = shift;
			break;
		}
	}
	file->shift_by_dhcp = dhcp;
	if (least != INT64_MIN && most != INT64_MAX)
		file->shift = least / 2 + most / 2;
	else if (least != INT64_MIN)
		file->shift = least;
	else if (most != INT64_MAX)
		file->shift = most;
}

static int align(struct br_feed *feed)
{
	struct marks *marks = malloc(2 * sizeof(*marks));

	if (!marks)
		return -ENOMEM;
	find_marks(feed->source[0].file.path, &marks[0], &feed->link);
	for (size_t i = 1; i < feed->count; i++) {
		find_marks(feed->source[i].file.path, &marks[1], &feed->link);
		find_shift(&feed->source[i].file, &marks[0], &marks[1]);
	}
	free(marks);
	return 0;
}

/* Octets of the datagram as its IP header says, with it */
static size_t announced(const struct br_packet *p)
{
	return p->network == BR_NETWORK_IPV4   ? p->ipv4.size
	       : p->network == BR_NETWORK_IPV6 ? (size_t)IPV6_HEADER + p->ipv6.size
	                                       : 0;
}

/* Some recorders say less than was on the wire: converters give the kept length for the
 * whole one, and where the NIC cuts TCP into segments (Windows) the total length is 0. The
 * IP header knows better than the first, the frame better than the second.
 */
static void parse(struct br_feed *feed, struct br_packet *ret)
{
	struct br_octets octets = feed->link.octets;
	size_t size = feed->link.size, ip;

	br_packet_parse(ret, octets, size, false);
	ip = BR_ETHERNET_HEADER + 4 * (size_t)ret->vlan_tags;
	if (ret->network == BR_NETWORK_IPV4 && ret->ipv4.size == 0 && size > ip &&
	    octets.size >= ip + BR_IPV4_HEADER && ret->protocol == BR_IP_PROTOCOL_TCP) {
		size_t total = size - ip < UINT16_MAX ? size - ip : UINT16_MAX;

		if (octets.data != feed->link.buffer)
			memcpy(feed->link.buffer, octets.data, octets.size);
		feed->link.buffer[ip + 2] = (uint8_t)(total >> 8);
		feed->link.buffer[ip + 3] = (uint8_t)total;
		feed->link.octets.data = feed->link.buffer;
		br_packet_parse(ret, feed->link.octets, size, false);
	} else if (ret->wrong & BR_PACKET_SHORT && ip + announced(ret) > size) {
		br_packet_parse(ret, octets, ip + announced(ret), false);
	}
}

/* A mirror port that shows both directions of a switch gives every frame twice, alike in all
 * octets. Only that nearly all come so tells them from what the network doubled.
 */
static void listen_to_mirror(struct br_feed *feed, size_t file)
{
	struct source *s = &feed->source[file];
	struct br_capture *start = br_capture_rehearse(s->capture);
	struct br_capture_frame frame;
	struct br_mirror_test test = {0};

	while (start && !br_mirror_test_done(&test) && br_capture_next(s->capture, &frame) == 1) {
		struct br_packet packet;

		if (!br_link_to_ethernet(&feed->link, &frame))
			continue;
		br_packet_parse(&packet, feed->link.octets, feed->link.size, false);
		br_mirror_test_add(&test, &packet, feed->link.place, frame.at);
	}
	s->file.mirrored = br_mirror_test_says(&test);
	if (start)
		br_capture_rewind(s->capture, start);
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
		result = br_copies_new(&feed->copies);
	for (size_t i = 0; i < count && result == 0; i++)
		listen_to_mirror(feed, i);
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
	(void)br_copies_free(feed->copies);
	free(feed);
	return NULL;
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
		s->file.untimed += !s->frame.timed;
		s->waiting = true;
		s->frame.at = br_clock_steps_straighten(&s->clock, s->frame.interface,
		                                        s->frame.number, s->frame.at);
		s->file.steps = s->clock.steps;
		s->file.step_frame = s->clock.frame;
		s->file.step_back = s->clock.back;
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
		parse(feed, &packet);
		const struct br_copy_place place = {
			.file = file,
			.interface = s->frame.interface,
			.place = feed->link.place,
			.mirrored = s->file.mirrored,
		};

		if (br_copies_seen(feed->copies, &packet, &place, at))
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
	return br_copies_found(feed->copies);
}

uint64_t br_feed_fragments_lost(const struct br_feed *feed)
{
	return br_fragments_given_up(feed->fragments);
}
