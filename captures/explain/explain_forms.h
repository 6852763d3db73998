/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/explain_private.h - the two forms an explanation takes; for explain*.c alone */
#ifndef BR_CAPTURES_EXPLAIN_EXPLAIN_PRIVATE_H
#define BR_CAPTURES_EXPLAIN_EXPLAIN_PRIVATE_H

#include "captures/explain/diagnose.h"
#include "captures/explain/explain.h"
#include "captures/explain/show.h"
#include "captures/read/feed.h"
#include "conformance/rules/rules.h"

/* A run of explain: one form is chosen at its start. */
struct run {
	const struct br_explain *explain;
	struct br_feed *feed;
	struct br_talk *talk;
	struct br_rules *rules;
	struct br_fingerprints *prints;
	unsigned clients, passed, failed, skipped;
	bool any; /* a client was printed: JSON needs a comma */
};

void text_head(struct run *run);
void text_client(struct run *run, const struct br_story *story, const struct br_diagnosis *d);
void text_nobody(struct run *run, const struct br_diagnosis *d);
void text_rules(struct run *run);
void text_foot(struct run *run);

void json_head(struct run *run);
void json_client(struct run *run, const struct br_story *story, const struct br_diagnosis *d);
void json_clients_end(struct run *run, const struct br_diagnosis *nobody); /* or NULL */
void json_rules(struct run *run);
void json_member(FILE *out, const char *name, const char *value); /* ,"name":"value" */
void json_foot(struct run *run);

#endif /* BR_CAPTURES_EXPLAIN_EXPLAIN_PRIVATE_H */
