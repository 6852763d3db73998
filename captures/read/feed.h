/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/read/feed.h - the packets of one capture, or of several of one event, in order
 *
 * Frames of any link type become packets, fragments are joined, and what was recorded
 * at several places (two sides of a relay, "any" interface) comes once. Files of
 * different machines are merged by what caused what (captures/read/clock_shift.h). Their time
 * stamps alone say nothing.
 */
#ifndef BR_CAPTURES_READ_FEED_H
#define BR_CAPTURES_READ_FEED_H

#include "captures/read/capture.h"
#include "sim/net/packet.h"

enum {
	BR_FEED_FILES_MAX = 8
};

/**
 * struct br_feed_file - What is to say of one file
 * @shift:	Added to its time stamps; 0 for the first file
 * @shift_pairs: Packets of both this and the first file that told the shift; 0: none did, and
 *		its stamps were taken as they are
 * @shift_by_dhcp: They were DHCP messages; else what opened transfers
 * @damage:	Empty, or the line to show
 * @frames:	Read
 * @octets:	Of the file, read
 * @dropped:	The recorder says it lost so many frames
 * @left_out:	Frames of interfaces or link types that are not understood
 * @undescribed: Of these, frames of interfaces that the file does not describe, or of too many
 * @link_left_out: Link type of the first of the others
 * @mirrored:	Nearly every frame is in it twice: taken once (captures/read/copies.h)
 * @untimed:	Frames without a time stamp (pcapng simple packet blocks)
 * @steps:	So often its time stamps went back by more than a second. Its order is kept, and
 *		what stands behind such a place is shifted to follow (captures/read/clock_steps.h)
 * @first, @last: When its frames were recorded, by the clock of the first file
 * @step_frame, @step_back: The first such frame, and by how much
 */
struct br_feed_file {
	const char *path;
	int64_t shift;
	uint32_t shift_pairs;
	bool shift_by_dhcp;
	char damage[BR_CAPTURE_REMARK_SIZE];
	uint64_t frames, octets, dropped, left_out, undescribed;
	uint32_t link_left_out;
	bool mirrored;
	uint64_t untimed, steps, step_frame;
	br_time step_back;
	br_time first, last;
};

/**
 * struct br_feed_packet - One packet
 * @file:	Index of the file it stood in
 * @frame:	Its number there
 * @at:		ns since 1970 by the clock of the first file
 * @packet:	Borrows until the next call
 */
struct br_feed_packet {
	size_t file;
	uint64_t frame;
	br_time at;
	struct br_packet packet;
};

struct br_feed;

/* @remark: on failure, the line to show. Return: 0; -EBADMSG: a file is no capture;
 * -E2BIG: more than BR_FEED_FILES_MAX; -ENOMEM; else what open() said
 */
int br_feed_open(struct br_feed **ret_feed, const char *const *paths, size_t count,
                 char remark[static BR_CAPTURE_REMARK_SIZE]);
struct br_feed *br_feed_close(struct br_feed *feed); /* NULL in, NULL out */

/* 1: a packet; 0: the end. Damage ends its file, not the feed: see br_feed_file.damage. */
int br_feed_next(struct br_feed *feed, struct br_feed_packet *ret_packet);

size_t br_feed_files(const struct br_feed *feed);
const struct br_feed_file *br_feed_file(struct br_feed *feed, size_t index);
uint64_t br_feed_duplicates(const struct br_feed *feed); /* seen at another place already */
/* Of several files: that frame was recorded in another one as well. */
bool br_feed_is_shared(const struct br_feed *feed, size_t file, uint64_t frame);
uint64_t br_feed_fragments_lost(const struct br_feed *feed); /* datagrams never completed */

#endif /* BR_CAPTURES_READ_FEED_H */
