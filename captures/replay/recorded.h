/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/recorded.h - what one machine did, read out of a capture: the story of its boots,
 * and the DHCP messages themselves, for `replay` and `from-pcap`
 */
#ifndef BR_CAPTURES_REPLAY_RECORDED_H
#define BR_CAPTURES_REPLAY_RECORDED_H

#include <stdio.h>

#include "captures/explain/story.h"
#include "captures/read/feed.h"
#include "captures/replay/script_relay.h"
#include "captures/replay/tape.h"

/**
 * struct br_recorded - Zero at first; to be reset whatever came of reading it
 * @has_story:	A machine was found, and @story is its
 * @relay:	What a relay passed on
 */
struct br_recorded {
	struct br_fingerprints *prints;
	struct br_feed *feed;
	struct br_talk *talk;
	struct br_tape *tape;
	struct br_script_relay relay;
	struct br_story story;
	bool has_story;
};

/* @other: the other side of a relay, or NULL; then frames are counted through both files
 * @mac: whose story; NULL: the first that asks for a boot. What is wrong goes to @err, a line
 * Return: 0, damaged further on or not; -EBADMSG: it cannot be read
 */
int br_recorded_read(struct br_recorded *recorded, const char *path, const char *other,
                     const uint8_t *mac, FILE *err);
bool br_recorded_is_damaged(struct br_recorded *recorded);
/* A line to @err for each damaged file. Return: whether there was one */
bool br_recorded_say_damage(struct br_recorded *recorded, FILE *err);
void br_recorded_reset(struct br_recorded *recorded);

#endif /* BR_CAPTURES_REPLAY_RECORDED_H */
