/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/recorder.h - every frame of a run into a pcapng file, with comments
 *
 * One interface a segment, named after it; nanoseconds; checksums made real in the
 * file, not in the frame. libpcap writes no comments and one interface only, so
 * the blocks are written here (draft-ietf-opsawg-pcapng §4), little-endian.
 *
 * Virtual time 0 is BR_RECORDER_EPOCH in the file, so that the same run writes the
 * same octets; a run in real time says what its time 0 was.
 */
#ifndef BR_SIM_NET_RECORDER_H
#define BR_SIM_NET_RECORDER_H

#include "sim/net/wire.h"

#define BR_RECORDER_EPOCH (UINT64_C(1735689600) * BR_S) /* 2025-01-01 00:00:00 UTC */

struct br_recorder;

/**
 * br_recorder_new() - Begin a file; what was there is replaced
 * @ret_recorder:	Set on 0 only
 * @path:		Of the file; "-" is standard output
 * @epoch:		What time 0 is, in ns since 1970-01-01 UTC
 *
 * Return: 0, -ENOMEM, or what open(2) says
 */
int br_recorder_new(struct br_recorder **ret_recorder, const char *path, br_time epoch);

/* Writes out what is left. *ret_error, if given: 0, or the first negative errno of
 * any write. NULL in, NULL out.
 */
struct br_recorder *br_recorder_free(struct br_recorder *recorder, int *ret_error);

struct br_tap br_recorder_tap(struct br_recorder *recorder); /* for br_wire_add_tap() */

/* Put text to the frame recorded last, or to the next if there is none, or if it
 * was flushed. May be called again: a frame can have several. Cut off at 4096 octets.
 */
void br_recorder_comment(struct br_recorder *recorder, const char *text);
void br_recorder_comment_next(struct br_recorder *recorder, const char *text);

/* Put text to a frame, counted from 1, be it an earlier one or the next. One that has left the
 * buffer (128 KiB of frames stay at least) is written already: then to the last, and it says of
 * which it is.
 */
void br_recorder_comment_at(struct br_recorder *recorder, uint64_t frame, const char *text);

enum {
	BR_RECORDER_RANDOM_SIZE = 32, /* of a ClientHello */
	BR_RECORDER_MASTER_SIZE = 48, /* octets of a master secret of TLS 1.2 and before */
};

/* What opens a TLS connection, as a Decryption Secrets Block with a line of a key log, before all
 * frames that have not left the buffer. The same again is not written again, as both ends of a
 * connection tell it. Fits br_tls_secret; @context: the recorder, NULL does nothing
 */
void br_recorder_secret(void *context, const uint8_t random[static BR_RECORDER_RANDOM_SIZE],
                        const uint8_t master[static BR_RECORDER_MASTER_SIZE]);

/* Frames recorded so far, so the number of the last: Wireshark counts from 1. */
uint64_t br_recorder_frames(const struct br_recorder *recorder);
int br_recorder_flush(struct br_recorder *recorder); /* 0 or negative errno */

#endif /* BR_SIM_NET_RECORDER_H */
