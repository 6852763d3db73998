/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/read/capture.h - frames out of a capture file, in one pass and bounded memory
 *
 * pcap (both byte orders, microseconds and nanoseconds, and the one of patched libpcaps
 * that keeps more of each frame) and pcapng (sections of either byte order, many interfaces
 * of different link types, enhanced, simple and old packet blocks, any time resolution).
 * libpcap reads both, but refuses a pcapng whose interfaces differ in link type or snap
 * length, hides drop counters, and gives up without saying how much of a damaged file was
 * left; support captures have all three.
 *
 * Layouts: draft-ietf-opsawg-pcap ("PCAP Capture File Format") and
 * draft-ietf-opsawg-pcapng.
 */
#ifndef BR_CAPTURES_READ_CAPTURE_H
#define BR_CAPTURES_READ_CAPTURE_H

#include "core/base/bytes.h"
#include "core/base/time.h"

enum {
	BR_CAPTURE_FRAME_SIZE_MAX = 1 << 18, /* tcpdump's own limit; more is damage */
	BR_CAPTURE_INTERFACES_MAX = 256,     /* in a section; frames of others are left out */
	BR_CAPTURE_REMARK_SIZE = 320,
};

/**
 * struct br_capture_frame - One recorded frame
 * @number:	From 1, as tshark counts
 * @timed:	False for simple packet blocks, which carry no time; @at repeats the last
 * @at:		ns since 1970-01-01 UTC by the clock of the recording machine
 * @interface:	Index over all sections, from 0
 * @link_type:	LINKTYPE_ value, captures/read/link.h
 * @original_size: Octets on the wire; more than .octets.size when the file holds a part
 * @octets:	What was kept; valid until the next call
 */
struct br_capture_frame {
	uint64_t number;
	bool timed;
	br_time at;
	uint32_t interface;
	uint32_t link_type;
	uint32_t original_size;
	struct br_octets octets;
};

/**
 * struct br_capture_source - Where octets come from; lets tests read from memory
 * @read:	Up to @size octets; 0 at the end; negative errno
 * @close:	Or NULL
 * @context:	Theirs
 */
struct br_capture_source {
	int64_t (*read)(void *context, void *target, size_t size);
	void (*close)(void *context);
	void *context;
};

struct br_capture;

/**
 * br_capture_open() - Open a file, or standard input when @path is "-"
 * @ret_capture:	Set on 0 only
 * @remark:		On failure the one line that says what was expected
 *
 * Return: 0; -EBADMSG: not a capture; -EIO: it cannot be read; -ENOMEM; else what open() said
 */
int br_capture_open(struct br_capture **ret_capture, const char *path,
                    char remark[static BR_CAPTURE_REMARK_SIZE]);
/* The same from @source, which is closed with the capture, and on failure. @name: for remarks
 * Return: 0; -EBADMSG, -EIO, -ENOMEM
 */
int br_capture_open_source(struct br_capture **ret_capture, const char *name,
                           const struct br_capture_source *source,
                           char remark[static BR_CAPTURE_REMARK_SIZE]);
struct br_capture *br_capture_close(struct br_capture *capture); /* NULL in, NULL out */

/**
 * br_capture_next() - The next frame
 *
 * Return: 1: a frame; 0: the end of an undamaged file; -EBADMSG: damage, and nothing
 *	   behind it can be read: br_capture_remark() is the line to show; -EIO: the
 *	   source failed. After 0 or an error every further call says the same.
 */
int br_capture_next(struct br_capture *capture, struct br_capture_frame *ret_frame);

/* A file that gives the same octets when it is opened again: no pipe and no standard input. */
bool br_capture_is_file(const char *path);

/**
 * br_capture_rehearse() - Look at the first frames, then have them again
 *
 * What br_capture_next() gives then are the frames of the first MiB at most, damage told
 * as the end; br_capture_rewind() brings it back to here. Works for pipes as well.
 *
 * Return: what br_capture_rewind() needs, and frees; NULL: no memory, nothing happened
 */
struct br_capture *br_capture_rehearse(struct br_capture *capture);
void br_capture_rewind(struct br_capture *capture, struct br_capture *rehearsed);

/* "FILE: at octet N: expected ..., found ..."; frames read before it are good */
const char *br_capture_remark(const struct br_capture *capture);
uint64_t br_capture_octets(const struct br_capture *capture); /* read so far */
/* Frames the recorder says it lost (pcapng interface statistics); 0: none or not said */
uint64_t br_capture_dropped(const struct br_capture *capture);
/* Frames of interfaces beyond the limit, or whose link type is not said */
uint64_t br_capture_left_out(const struct br_capture *capture);

#endif /* BR_CAPTURES_READ_CAPTURE_H */
