/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/replay/compare.h - what the core answered against what the recorded server answered
 *
 * Field by field. `better`: the recorded server broke a rule, named by the id of its
 * requirement or its clause, and the core does not. `worse`: the core breaks one, or does not
 * say what it was set up to say. `diverged`: the client would go another way, and no rule
 * says which is right. `equal`: the same, or different without effect; then the text says
 * what. Fields that must differ (server ports, times) are not compared.
 */
#ifndef BR_CAPTURES_REPLAY_COMPARE_H
#define BR_CAPTURES_REPLAY_COMPARE_H

#include "captures/explain/story.h"
#include "captures/replay/player.h"
#include "core/formats/dhcp_message.h"

enum br_judgement { /* in rising weight: the heaviest field is the message's */
	BR_JUDGED_EQUAL,
	BR_JUDGED_BETTER,
	BR_JUDGED_DIVERGED,
	BR_JUDGED_WORSE,
};

enum {
	BR_COMPARISON_TEXT = 1000,
};

struct br_comparison {
	enum br_judgement judgement;
	char text[BR_COMPARISON_TEXT]; /* "option 61 given back (D4S-ID-01); ..."; "" when equal */
};

const char *br_judgement_name(enum br_judgement judgement);
/* @rule: a requirement's id, a clause, or NULL */
void br_compare_note(struct br_comparison *c, enum br_judgement judgement, const char *rule,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* How a DHCP reply travelled. */
struct br_compare_way {
	struct br_endpoint from, to;
};

/**
 * struct br_compare_dhcp - Two replies to one message
 * @request, @asked: The message as the server got it, and its way there
 * @recorded, @recorded_way: The reply of the capture
 * @ours, @our_way: The core's
 * @behind_relay: The recorded reply is the copy a relay made for the client: its giaddr,
 *		option 82, flags and way are the relay's
 */
struct br_compare_dhcp {
	const struct br_dhcp_message *request, *recorded, *ours;
	struct br_compare_way asked, recorded_way, our_way;
	bool behind_relay;
};

void br_compare_dhcp(struct br_comparison *c, const struct br_compare_dhcp *pair);

/* "tsize=5 blksize=1468" against another such text; @asked decides what is better. */
void br_compare_options(struct br_comparison *c, const char *asked, const char *recorded,
                        const char *ours);
void br_compare_tftp(struct br_comparison *c, const struct br_story_file *recorded,
                     const struct br_player_tftp *ours);
void br_compare_http(struct br_comparison *c, const struct br_story_file *recorded,
                     const struct br_player_http *ours);

#endif /* BR_CAPTURES_REPLAY_COMPARE_H */
