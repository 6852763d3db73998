/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/evidence.h - what came of one script, before it is weighed
 *
 * A list in the order in which it was found, which goes through a pipe if a process of its own
 * plays the script. Such a process is a copy of this one: a script is at the same place in both.
 */
#ifndef BR_CONFORMANCE_CONFORM_EVIDENCE_H
#define BR_CONFORMANCE_CONFORM_EVIDENCE_H

#include <stdio.h>

#include "conformance/conform/verdicts.h"

struct br_evidence_piece;

/**
 * struct br_evidence - Of one script
 * @played:	It came to a result, and was not left out
 * @against:	Something speaks against the server
 */
struct br_evidence {
	struct br_evidence_piece *piece;
	size_t count;
	bool played, against;
};

/* As br_verdicts_held() and the others there */
void br_evidence_held(struct br_evidence *evidence, const char *id, const struct br_script *script);
void br_evidence_broken(struct br_evidence *evidence, const char *id,
                        const struct br_against *against);
void br_evidence_broken_off(struct br_evidence *evidence, const struct br_against *at, bool rig);
void br_evidence_skipped(struct br_evidence *evidence, const struct br_script *script,
                         const char *reason);

/* All of it into the verdicts, and forget it. */
void br_evidence_weigh(struct br_evidence *evidence, struct br_conform *verdicts);

void br_evidence_forget(struct br_evidence *evidence);

/* Return: false if not all of it went through, or came; it is forgotten by whoever sent it. */
bool br_evidence_send(struct br_evidence *evidence, FILE *to);
bool br_evidence_receive(struct br_evidence *ret_evidence, FILE *from);

#endif /* BR_CONFORMANCE_CONFORM_EVIDENCE_H */
