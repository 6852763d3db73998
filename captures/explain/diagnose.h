/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose.h - what stopped a boot, in sentences: which side, which rule, what
 * to change
 *
 * The door to captures/explain/diagnoses.h: of a client's attempts it takes the one that people
 * ask about, finds what stopped it, and adds what else is worth saying.
 */
#ifndef BR_CAPTURES_EXPLAIN_DIAGNOSE_H
#define BR_CAPTURES_EXPLAIN_DIAGNOSE_H

#include "captures/explain/finding.h"

/* For one client. There is always at least one finding. */
void br_diagnose(const struct br_story *story, struct br_diagnosis *ret);

/* What became of one attempt: the finding that stopped it, or that nothing did. */
void br_diagnose_attempt(const struct br_story *story, const struct br_attempt *attempt,
                         struct br_diagnosis *ret);

/* For a capture in which no client appears. */
void br_diagnose_nobody(const struct br_talk *talk, struct br_diagnosis *ret);

#endif /* BR_CAPTURES_EXPLAIN_DIAGNOSE_H */
