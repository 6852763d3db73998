/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/explain_forms.h - the two forms an explanation takes: for people, and for
 * machines
 *
 * explain.c goes through the captures and calls one form or the other, part by part, as there is
 * something to tell: explain_text.c or explain_json.c.
 */
#ifndef BR_CAPTURES_EXPLAIN_EXPLAIN_FORMS_H
#define BR_CAPTURES_EXPLAIN_EXPLAIN_FORMS_H

#include "captures/explain/explain.h"
#include "captures/explain/finding.h"
#include "captures/read/feed.h"
#include "conformance/rules/rules.h"

enum {
	BR_EXPLAIN_HOSTS_NAMED = 8, /* of each errand; the rest are counted */
};

/* Machines that boot nothing, by what they were about. */
struct br_explain_hosts {
	uint64_t count;
	char name[BR_EXPLAIN_HOSTS_NAMED][48]; /* MAC address; an IP address without one */
};

/* A run of explain: one form is chosen at its start. */
struct br_explain_run {
	const struct br_explain *explain;
	struct br_feed *feed;
	struct br_talk *talk;
	struct br_rules *rules;
	struct br_fingerprints *prints;
	unsigned clients, passed, failed, skipped;
	struct br_explain_hosts hosts[BR_ERRANDS];
	struct br_explain_page *page;   /* NULL: none is wanted */
	struct br_explain_junit *junit; /* the same */
	bool any;                       /* a client was printed: JSON needs a comma */
};

void br_explain_text_head(struct br_explain_run *run);
void br_explain_text_client(struct br_explain_run *run, const struct br_story *story,
                            const struct br_diagnosis *d);
/* A line for each errand of those that do not boot. */
void br_explain_text_hosts(const struct br_explain_run *run);
void br_explain_text_nobody(struct br_explain_run *run, const struct br_diagnosis *d);
void br_explain_text_foot(struct br_explain_run *run);

void br_explain_json_head(struct br_explain_run *run);
void br_explain_json_client(struct br_explain_run *run, const struct br_story *story,
                            const struct br_diagnosis *d);
/* @nobody: there was no client, and this is why; or NULL */
void br_explain_json_clients_end(struct br_explain_run *run, const struct br_diagnosis *nobody);
void br_explain_json_foot(struct br_explain_run *run);

#endif /* BR_CAPTURES_EXPLAIN_EXPLAIN_FORMS_H */
