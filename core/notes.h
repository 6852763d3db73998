/* SPDX-License-Identifier: BSD-2-Clause */
/* core/notes.h - every decision the core explains, and the clause it rests on
 *
 * X(NAME, "service.short_name", "clause", "sentence"): the log, the tests and the
 * explanations all read this table. Keep each service's rows together and sorted.
 * A note is not an error: it says what was decided and why.
 */
#ifndef BR_NOTES_H
#define BR_NOTES_H

/* clang-format off */
#define BR_NOTES(X) \
	X(DHCP_BAD_COOKIE, "dhcp.bad_cookie", "RFC 2131 3", "no magic cookie: not DHCP, dropped") \
	X(SERVER_OUTBOX_FULL, "server.outbox_full", "limit", "more actions than the outbox holds; one was lost")
/* clang-format on */

enum br_note {
#define X(name, text, clause, sentence) BR_NOTE_##name,
	BR_NOTES(X)
#undef X
	BR_NOTE_COUNT /* how many there are; never emitted */
};

const char *br_note_name(enum br_note note);     /* "tftp.size_probe" */
const char *br_note_clause(enum br_note note);   /* "RFC 2347" */
const char *br_note_sentence(enum br_note note); /* what it means, for people */

#endif /* BR_NOTES_H */
