/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/read/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "captures/read/clock_shift.h"
#include "captures/read/clock_steps.h"
#include "captures/read/copies.h"
#include "captures/read/link.h"
#include "sim/net/reassembly.h"

/* Theory of operation
 *
 * A file is opened, looked at for whether every frame is in it twice, and with others beside it
 * aligned to the clock of the first. Then the packet that is earliest by the common clock is
 * given, one at a time: its time straightened (clock_steps) and shifted (clock_shift), its frame
 * made Ethernet (link), dropped if it is a copy (copies), kept back while it is a piece of a
 * datagram (sim/net/reassembly). Of each file one frame is in memory.
 */
enum {
	FRAGMENTED_MAX = 32, /* datagrams in pieces at once */
};

struct source {
	struct br_capture *capture;
	struct br_feed_file file;
	uint8_t *shared; /* a bit for each frame: it is in another file as well */
	size_t shared_room;
	bool waiting; /* .frame is the next of this file */
	struct br_capture_frame frame;
	struct br_clock_steps clock;
};

struct br_feed {
	size_t count;
	struct source source[BR_FEED_FILES_MAX];
	struct br_reassembly *pieces;
	struct br_link_frame link;
	struct br_copies *copies;
};

/* What to add to the time stamps of all files but the first */
static int align(struct br_feed *feed, const char *const *paths)
{
	struct br_clock_shift shift[BR_FEED_FILES_MAX] = {0};
	int result = br_clock_shift_find(paths, feed->count, shift);

	for (size_t i = 1; i < feed->count && result == 0; i++) {
		struct br_feed_file *file = &feed->source[i].file;

		file->shift = shift[i].shift;
		file->shift_pairs = shift[i].pairs;
		file->shift_by_dhcp = shift[i].by_dhcp;
	}
	return result;
}

/* Octets of the datagram as its IP header says, with it */
static size_t announced(const struct br_packet *p)
{
	return p->network == BR_NETWORK_IPV4   ? p->ipv4.size
	       : p->network == BR_NETWORK_IPV6 ? (size_t)BR_IPV6_HEADER + p->ipv6.size
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
	ip = BR_ETHERNET_HEADER + BR_ETHERNET_TAG * (size_t)ret->vlan_tags;
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
	static const struct br_reassembly_rules pieces = {.datagrams_max = FRAGMENTED_MAX,
	                                                  .pieces_max = UINT32_MAX};
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
		result = br_reassembly_new(&feed->pieces, &pieces);
	if (result == 0 && count > 1)
		result = align(feed, paths);
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
	for (size_t i = 0; i < feed->count; i++)
		free(feed->source[i].shared);
	(void)br_reassembly_free(feed->pieces);
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
	s->file.undescribed = br_capture_left_out(s->capture);
	s->file.left_out += s->file.undescribed;
	s->capture = br_capture_close(s->capture);
}

static br_time shifted(const struct source *s)
{
	return br_clock_shift_add(s->frame.at, s->file.shift);
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

/* The packet at hand, of @file, was in another file before. */
static void note_shared(struct br_feed *feed, size_t file)
{
	size_t first;
	uint64_t frame;

	br_copies_first(feed->copies, &first, &frame);
	struct source *s = &feed->source[first];

	if (first == file)
		return;
	if (frame / 8 >= s->shared_room) {
		size_t room = (size_t)(frame / 8 + 1) * 2;
		uint8_t *more = realloc(s->shared, room);

		if (!more)
			return;
		memset(more + s->shared_room, 0, room - s->shared_room);
		s->shared = more;
		s->shared_room = room;
	}
	s->shared[frame / 8] |= (uint8_t)(1u << frame % 8);
}

bool br_feed_is_shared(const struct br_feed *feed, size_t file, uint64_t frame)
{
	const struct source *s = &feed->source[file];

	return frame / 8 < s->shared_room && s->shared[frame / 8] >> frame % 8 & 1;
}

int br_feed_next(struct br_feed *feed, struct br_feed_packet *ret_packet)
{
	struct source *s;

	while ((s = earliest(feed))) {
		struct br_packet packet;
		br_time at = shifted(s);
		size_t file = (size_t)(s - feed->source);

		s->waiting = false;
		s->file.last = at;
		if (s->file.first == 0)
			s->file.first = at;
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
			.frame = s->frame.number,
			.mirrored = s->file.mirrored,
		};

		if (br_copies_seen(feed->copies, &packet, &place, at)) {
			note_shared(feed, file);
			continue;
		}
		*ret_packet =
			(struct br_feed_packet){.file = file, .frame = s->frame.number, .at = at};
		if (!packet.fragment)
			ret_packet->packet = packet;
		else if (!br_reassembly_add(feed->pieces, &packet, 0, at, &ret_packet->packet))
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
	return br_reassembly_counters(feed->pieces)->given_up + br_reassembly_waiting(feed->pieces);
}
