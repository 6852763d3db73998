/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/replay/recorded.h"

#include <errno.h>

enum {
	MESSAGES_MAX = 1024,
};

static void read_all(struct br_recorded *r, bool several)
{
	struct br_feed_packet packet;
	uint64_t frame = 0;

	while (br_feed_next(r->feed, &packet) == 1) {
		/* of several files: their order, for their numbers are not one row */
		frame = several ? frame + 1 : packet.frame;
		br_talk_packet(r->talk, &packet.packet, frame, packet.at);
		br_tape_take(r->tape, &packet.packet, frame, packet.at);
		br_script_relay_take(&r->relay, &packet.packet, frame);
	}
}

int br_recorded_read(struct br_recorded *r, const char *path, const char *other, const uint8_t *mac,
                     FILE *err)
{
	const char *paths[] = {path, other};
	char remark[BR_CAPTURE_REMARK_SIZE] = "out of memory";

	if (br_fingerprints_new(&r->prints, br_fingerprints_text, remark, sizeof(remark)) < 0 ||
	    br_feed_open(&r->feed, paths, other ? 2 : 1, remark) < 0 ||
	    br_talk_new(&r->talk, &br_talk_limits_default) < 0 ||
	    br_tape_new(&r->tape, MESSAGES_MAX) < 0) {
		fprintf(err, "%s\n", remark);
		return -EBADMSG;
	}
	if (mac)
		br_tape_only(r->tape, mac);
	read_all(r, other != NULL);

	const struct br_talk_client *client = br_story_pick(r->talk, mac);

	r->has_story = client && br_story_init(&r->story, r->talk, client, r->prints) == 0;
	return 0;
}

bool br_recorded_is_damaged(struct br_recorded *r)
{
	for (size_t i = 0; i < br_feed_files(r->feed); i++) {
		if (br_feed_file(r->feed, i)->damage[0])
			return true;
	}
	return false;
}

bool br_recorded_say_damage(struct br_recorded *r, FILE *err)
{
	for (size_t i = 0; i < br_feed_files(r->feed); i++) {
		if (br_feed_file(r->feed, i)->damage[0])
			fprintf(err, "%s\n", br_feed_file(r->feed, i)->damage);
	}
	return br_recorded_is_damaged(r);
}

void br_recorded_reset(struct br_recorded *r)
{
	if (r->has_story)
		br_story_reset(&r->story);
	(void)br_tape_free(r->tape);
	(void)br_talk_free(r->talk);
	(void)br_feed_close(r->feed);
	(void)br_fingerprints_free(r->prints);
	*r = (struct br_recorded){.has_story = false};
}
