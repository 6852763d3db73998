/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/compare.h - what the core answered against what the recorded server answered
 *
 * Field by field. `better`: the core follows a rule the recorded server did not, or grants
 * what was asked and not given. `worse`: the client asked for it, the recorded server gave
 * it, the core does not. `diverged`: different, and neither rule nor client says which is
 * right. Fields that must differ (server ports, relays, times) are not compared.
 */
#ifndef BR_COMPARE_H
#define BR_COMPARE_H

#include "captures/story.h"
#include "core/dhcp_message.h"

enum br_judgement { /* in rising weight: the heaviest field is the message's */
	BR_JUDGED_EQUAL,
	BR_JUDGED_BETTER,
	BR_JUDGED_DIVERGED,
	BR_JUDGED_WORSE,
};

enum {
	BR_COMPARISON_TEXT = 600,
};

struct br_comparison {
	enum br_judgement judgement;
	char text[BR_COMPARISON_TEXT]; /* "option 28 absent, was 192.0.2.255; ..."; "" when equal */
};

const char *br_judgement_name(enum br_judgement judgement);
void br_compare_note(struct br_comparison *c, enum br_judgement judgement, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Two DHCPv4 replies to @request; @relayed: the recorded one came through a relay. */
void br_compare_dhcp(struct br_comparison *c, const struct br_dhcp_message *request,
                     const struct br_dhcp_message *recorded, const struct br_dhcp_message *ours,
                     bool relayed);

/* "tsize=5 blksize=1468" against another such text; @asked decides what is better. */
void br_compare_options(struct br_comparison *c, const char *asked, const char *recorded,
                        const char *ours);

#endif /* BR_COMPARE_H */
