/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/verdicts.h - what each requirement came to: evidence in, verdicts out
 *
 * Evidence is a line of a script that held or did not, or a rule that was kept or broken on the
 * way. One piece against a requirement outweighs all for it, and without any it has not been
 * checked: silence of the rig is no praise of the server.
 */
#ifndef BR_CONFORMANCE_CONFORM_VERDICTS_H
#define BR_CONFORMANCE_CONFORM_VERDICTS_H

#include <stdint.h>

#include "conformance/requirements.h"
#include "sim/script/run.h"

enum br_verdict_kind {
	BR_VERDICT_UNCHECKED,   /* nothing that ran says anything */
	BR_VERDICT_PASS,        /* checked, and held each time */
	BR_VERDICT_WARN,        /* did not hold, but does not bind: see br_requirement_fails() */
	BR_VERDICT_FAIL,        /* did not hold */
	BR_VERDICT_KNOWN,       /* did not hold, and the baseline says so */
	BR_VERDICT_STALE,       /* the baseline says it does not hold, and it does */
	BR_VERDICT_UNSUPPORTED, /* not for this server, or declared by it, with a reason */
	BR_VERDICT_KINDS,       /* how many there are; never a value */
};

/**
 * struct br_against - The first piece of evidence against a requirement, or what broke a script off
 * @script:	That was played, with @seed
 * @line:	Of the script; 0: a rule, or the end of the run
 * @frame:	In a capture of that run; 0: none
 */
struct br_against {
	const struct br_script *script;
	uint64_t seed, frame;
	uint32_t line;
	char why[256], want[BR_FAILURE_TEXT_SIZE], got[BR_FAILURE_TEXT_SIZE];
};

/**
 * struct br_verdict_row - One requirement
 * @wanted:	It was asked for
 * @held, @broken: Pieces of evidence
 * @against:	The first that was broken; NULL: none
 * @script:	Those with a line for it that was reached; @scripts of them
 * @by_rule:	Some of the evidence is a rule's
 * @kind, @reason: Set by br_verdicts_conclude(). @reason may be NULL
 */
struct br_verdict_row {
	const struct br_requirement *requirement;
	bool wanted;
	uint32_t held, broken;
	struct br_against *against;
	const struct br_script **script;
	size_t scripts;
	bool by_rule;
	enum br_verdict_kind kind;
	const char *reason;
};

/* A script that did not come to its end at a line that names no requirement, or was refused. */
struct br_broken_off {
	struct br_against at;
	bool rig;           /* the script or the rig is to blame */
	const char *reason; /* the baseline knows it, and why; NULL: it does not */
};

/* A script that was not played. */
struct br_not_played {
	const struct br_script *script;
	char reason[200];
};

struct br_conform {
	struct br_verdict_row *row; /* one for each requirement, in their order */
	size_t rows;
	struct br_broken_off *off;
	size_t offs;
	struct br_not_played *skipped;
	size_t skippeds;
	size_t played;
};

/* What is known of the server beforehand. */
struct br_verdict_target {
	const char *name;
	const char *roles; /* as in struct br_requirement, "dhcpd,tftpd" */
	/* NULL: it is expected to hold; else why it is not for this server */
	const char *(*gap)(const void *context, const struct br_requirement *requirement);
	/* A failure that is known: of a requirement or a scenario. NULL: it is not */
	const char *(*known)(const void *context, const char *name);
	const void *context;
};

void br_verdicts_init(struct br_conform *verdicts, const char *only); /* @only: NULL is all */
void br_verdicts_free(struct br_conform *verdicts);

struct br_verdict_row *br_verdicts_find(struct br_conform *verdicts, const char *id);
void br_verdicts_held(struct br_conform *verdicts, const char *id, const struct br_script *script);
void br_verdicts_broken(struct br_conform *verdicts, const char *id,
                        const struct br_against *against);
void br_verdicts_broken_off(struct br_conform *verdicts, const struct br_against *at, bool rig);
void br_verdicts_skipped(struct br_conform *verdicts, const struct br_script *script,
                         const char *reason);

/* All evidence is in: each row gets its verdict. */
void br_verdicts_conclude(struct br_conform *verdicts, const struct br_verdict_target *target);

size_t br_verdicts_count(const struct br_conform *verdicts, enum br_verdict_kind kind);
const char *br_verdict_name(enum br_verdict_kind kind); /* "pass", as in JSON */

/* @strict: what only should hold fails too. An exit code */
int br_verdicts_exit_code(const struct br_conform *verdicts, bool strict);

#endif /* BR_CONFORMANCE_CONFORM_VERDICTS_H */
