/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_private.h - what the diagnose*.c files share; nobody else's */
#ifndef BR_CAPTURES_EXPLAIN_DIAGNOSE_PRIVATE_H
#define BR_CAPTURES_EXPLAIN_DIAGNOSE_PRIVATE_H

#include "captures/explain/diagnose.h"
#include "captures/explain/show.h"

/* The fixed part of a finding. */
struct verdict {
	const char *id;
	enum br_weight weight;
	const char *side, *requirements, *quirk;
};

/* Add a finding; NULL when there is no room. Its text is still empty. */
struct br_finding *finding_add(struct br_diagnosis *d, const struct verdict *verdict);
void finding_text(struct br_finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_change(struct br_finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Each: true if it found what stopped the attempt, and added it. */
bool diagnose_dhcp(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
bool diagnose_dhcp6(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
bool diagnose_pxe(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
bool diagnose_server(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
bool diagnose_files(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
bool diagnose_name(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
bool diagnose_program(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
bool diagnose_wire(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
/* Faults the client bore, of messages and of files. */
void remark_wire(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
void remark_files(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);
/* What did not stop it but is worth saying. */
void diagnose_remarks(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d);

/* Of the story */
bool is_software(const struct br_fingerprint *who, const char *software);
double in_seconds(br_time time);
/* The capture ends less than @time after @at. */
bool ends_within(const struct br_story *s, br_time at, br_time time);
/* " The machine is up: ...", if it was seen alive */
void say_alive(struct br_finding *f, const struct br_story *s, const struct br_endpoint *address);
/* The transfer stopped or was given up, and the capture tells whose packets did not arrive. */
bool diagnose_deaf(const struct br_story *s, const struct br_attempt *a,
                   const struct br_story_file *file, struct br_diagnosis *d);
/* "It got an address, and the firmware asked 10.0.0.2 for boot.efi" */
void say_where(struct br_finding *f, const struct br_attempt *a, const struct br_story_file *file);
/* The address @target was looked for in this attempt and never found. */
const struct br_talk_arp *unanswered_arp(const struct br_story *s, const struct br_attempt *a);

#endif /* BR_CAPTURES_EXPLAIN_DIAGNOSE_PRIVATE_H */
