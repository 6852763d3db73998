/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose.h - what stopped a boot, in sentences: which side, which rule, what
 * to change
 *
 * A finding has a fixed id (dhcp.no-offer, pxe.silent, tftp.no-options, ...), so that
 * machines can compare, and a text with the addresses and names of this capture. The
 * first finding of a diagnosis is its verdict. What is not known is said to be not
 * known: id `unknown`.
 */
#ifndef BR_CAPTURES_EXPLAIN_DIAGNOSE_H
#define BR_CAPTURES_EXPLAIN_DIAGNOSE_H

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
 * struct br_finding - One sentence or two
 * @id:		Fixed; "dhcp.no-offer"
 * @side:	Who must change: "server", "client", "configuration", "network",
 *		"capture", or "" when nothing is wrong
 * @requirements: Ids of the requirements that were broken, by commas; may be ""
 * @quirk:	Slug of a known quirk; ""
 * @text:	What happened
 * @change:	What to do about it; ""
 */
struct br_finding {
	const char *id;
	enum br_weight weight;
	const char *side, *requirements, *quirk;
	char text[BR_FINDING_TEXT];
	char change[BR_FINDING_CHANGE];
};

struct br_diagnosis {
	enum br_step step;
	size_t attempt; /* index of the attempt the verdict is about */
	size_t findings;
	struct br_finding finding[BR_FINDINGS_MAX];
};

/* For one client. There is always at least one finding. */
void br_diagnose(const struct br_story *story, struct br_diagnosis *ret);

/* What became of one attempt: the finding that stopped it, or that nothing did. */
void br_diagnose_attempt(const struct br_story *story, const struct br_attempt *attempt,
                         struct br_diagnosis *ret);

/* For a capture in which no client appears. */
void br_diagnose_nobody(const struct br_talk *talk, struct br_diagnosis *ret);

const char *br_weight_name(enum br_weight weight); /* "ok", "remark", ... */

#endif /* BR_CAPTURES_EXPLAIN_DIAGNOSE_H */
