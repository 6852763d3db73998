/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/requirements.h - what a netboot server, relay or client must do, one row each
 *
 * The rows are those of conformance/requirements.tsv, compiled in and sorted by id.
 */
#ifndef BR_CONFORMANCE_REQUIREMENTS_H
#define BR_CONFORMANCE_REQUIREMENTS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct br_requirement - One row
 * @id:		"TFTP-TSZ-01"
 * @list:	"core" or "extended"
 * @strength:	MUST, SHOULD, MAY: the RFC 2119 word is in the clause; LC-...: it binds in
 *		plain prose; DEFACTO: shipped firmware fails without it; ROBUST: a demand of
 *		this project, never counted as non-conformance
 * @binds:	Roles with commas: dhcpd, proxy, bootsrv, tftpd, httpd, dhcp6d, relay4,
 *		relay6, client, host
 * @clause:	"RFC 2349 (transfer size)", or source file and function
 * @sentence:	What must hold
 * @needs:	Feature a server must declare for the row to apply; "": none
 * @stimulus, @expected: How to provoke it, and what must be seen then
 * @ready:	Tests of the IPv6 Ready Logo that ask the same, of conformance/ipv6-ready.tsv, with
 *		", " between them; "": none is known to
 * @unwatched:	Why no rule judges it by watching; NULL: one does
 */
struct br_requirement {
	const char *id, *list, *strength, *binds, *clause, *sentence, *needs, *stimulus, *expected;
	const char *ready, *unwatched;
};

extern const struct br_requirement br_requirements[];
extern const size_t br_requirements_count;

const struct br_requirement *br_requirement_find(const char *id); /* NULL: none of that id */
/* The id that differs least, if it differs little; else NULL. */
const char *br_requirement_near(const char *id);
/* True if not meeting it is a failure, not a warning or a record. */
bool br_requirement_is_binding(const struct br_requirement *requirement);

/* It binds, and its row asks for more than a note where it is broken. NULL: false */
bool br_requirement_fails(const struct br_requirement *requirement);
/* What it takes for a breach to be a failure: a requirement of at least that strength. */
enum br_gate {
	BR_GATE_NONE,
	BR_GATE_MUST,   /* as br_requirement_fails() */
	BR_GATE_SHOULD, /* also SHOULD and LC-SHOULD, and DEFACTO: what shipped firmware needs */
};

/* What stands behind --fail-on, and what it means. */
#define BR_GATE_CHOICE "MUST|SHOULD"
enum br_gate br_gate_of(const char *word); /* NULL is BR_GATE_NONE */
/* NULL: false */
bool br_requirement_reaches(const struct br_requirement *requirement, enum br_gate gate);

/* Its row names who does not meet it, and boots all the same. NULL: false */
bool br_requirement_is_often_broken(const struct br_requirement *requirement);
/* True if @role ("tftpd") is among those it binds. */
bool br_requirement_binds(const struct br_requirement *requirement, const char *role);

/* Sentence, clause and a near id, in the form struct br_parse_options and reports take;
 * @context is not used. NULL if there is no such row.
 */
const char *br_requirement_sentence(void *context, const char *id);
const char *br_requirement_clause(void *context, const char *id);
const char *br_requirement_near_id(void *context, const char *id);

#endif /* BR_CONFORMANCE_REQUIREMENTS_H */
