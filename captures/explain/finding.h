/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/finding.h - one thing that is to be said of a boot, and the words for it
 *
 * A finding has a fixed id (dhcp.no-offer, pxe.silent, tftp.no-options, ...), so that
 * machines can compare, and a text with the addresses and names of this capture. The
 * first finding of a diagnosis is its verdict. What is not known is said to be not
 * known: id `unknown`.
 */
#ifndef BR_CAPTURES_EXPLAIN_FINDING_H
#define BR_CAPTURES_EXPLAIN_FINDING_H

#include "captures/explain/story.h"

enum {
	BR_FINDINGS_MAX = 16,
	BR_FINDING_TEXT = 800,
	BR_FINDING_CHANGE = 400,
};

enum br_weight {
	BR_WEIGHT_OK,      /* nothing is wrong */
	BR_WEIGHT_REMARK,  /* cost time, or will hurt others; did not stop the boot */
	BR_WEIGHT_OPEN,    /* the capture ends before one could know */
	BR_WEIGHT_FAILURE, /* this stopped it */
	BR_WEIGHT_UNKNOWN, /* it stopped, and the capture does not tell why */
};

/**
 * struct br_verdict - The part of a finding that is the same in every capture
 * @id:		Fixed; "dhcp.no-offer"
 * @side:	Who must change: "server", "client", "configuration", "network",
 *		"capture", or "" when nothing is wrong
 * @requirements: Ids of the requirements that were broken, by commas; may be ""
 * @quirk:	Slug of a known quirk; ""
 */
struct br_verdict {
	const char *id;
	enum br_weight weight;
	const char *side, *requirements, *quirk;
};

/**
 * struct br_finding - One sentence or two
 * @id, @weight, @side, @requirements, @quirk: As of its verdict
 * @text:	What happened
 * @change:	What to do about it; ""
 * @first_frame, @last_frame: Where in the capture that is seen; 0: nowhere in particular
 */
struct br_finding {
	const char *id;
	enum br_weight weight;
	const char *side, *requirements, *quirk;
	char text[BR_FINDING_TEXT];
	char change[BR_FINDING_CHANGE];
	uint64_t first_frame, last_frame;
};

struct br_diagnosis {
	enum br_reached reached;
	size_t attempt; /* index of the attempt the verdict is about */
	size_t findings;
	struct br_finding finding[BR_FINDINGS_MAX];
};

const char *br_weight_name(enum br_weight weight); /* "ok", "remark", ... */

/* Add a finding; NULL when there is no room, which the functions below take. Its text is still
 * empty.
 */
struct br_finding *br_finding_add(struct br_diagnosis *d, const struct br_verdict *verdict);
/* Go on with its text. What does not fit is left out. */
void br_finding_say(struct br_finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Put it before what was said. */
void br_finding_say_before(struct br_finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* What to do about it, in the place of what was said before. */
void br_finding_change(struct br_finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* " The machine is up: ...", if it was seen alive */
void br_finding_say_alive(struct br_finding *f, const struct br_story *s,
                          const struct br_endpoint *address);
/* "It got an address, and the firmware asked 10.0.0.2 for boot.efi" */
void br_finding_say_where(struct br_finding *f, const struct br_attempt *a,
                          const struct br_story_file *file);
/* "the firmware", "GRUB": who asked for it */
const char *br_finding_asker(const struct br_story_file *file);

#endif /* BR_CAPTURES_EXPLAIN_FINDING_H */
