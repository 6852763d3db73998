/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/fingerprint.h - which firmware or loader speaks, and why one can say so
 *
 * The facts lie in captures/explain/fingerprints.tsv, each with its source; here they are only
 * compared. An exchange is turned into named texts ("order" = "53,57,55"), each fact
 * that holds adds its weight, and the software with the most wins. One weak sign names nobody: it
 * takes two, or one by which a program names itself. What would be so of that software and is not
 * speaks against the name, and is told beside it.
 */
#ifndef BR_CAPTURES_EXPLAIN_FINGERPRINT_H
#define BR_CAPTURES_EXPLAIN_FINGERPRINT_H

#include "conformance/talk/conversation.h"

enum {
	BR_FINGERPRINT_REASONS_MAX = 8,
	BR_FINGERPRINT_SCORE_MIN = 3,    /* less is a guess, and is not made */
	BR_FINGERPRINT_NAMES_ITSELF = 8, /* a fact of this weight needs no second */
};

extern const char br_fingerprints_text[]; /* captures/explain/fingerprints.tsv */

struct br_fingerprints;

/**
 * struct br_fingerprint - Who it is
 * @software:	"edk2", the first column of the table; NULL: not known
 * @name:	"UEFI firmware (EDK2)"
 * @kind:	"firmware", "rom", "loader", "kernel", "tool", or what boots nothing here: "host",
 *		"phone", "device", "modem"
 * @score:	Sum of the weights that held
 * @signs:	How many facts held that tell it from others
 * @reason:	The facts that held, as sentences without a full stop
 * @against:	Those that could have held and did not
 * @note:	What else they tell: a version, a setting
 */
struct br_fingerprint {
	const char *software, *name, *kind;
	int score;
	size_t signs, reasons, againsts, notes;
	const char *reason[BR_FINGERPRINT_REASONS_MAX];
	const char *against[BR_FINGERPRINT_REASONS_MAX];
	const char *note[BR_FINGERPRINT_REASONS_MAX];
};

/* @error: on failure, which line and what was expected. Return: 0, -EINVAL, -ENOMEM */
int br_fingerprints_new(struct br_fingerprints **ret_prints, const char *text, char *error,
                        size_t error_size);
struct br_fingerprints *br_fingerprints_free(struct br_fingerprints *prints);

/* @index: of the HTTP request, in a TCP connection; else ignored */
void br_fingerprint(const struct br_fingerprints *prints, const struct br_talk_client *client,
                    const struct br_talk_exchange *exchange, size_t index,
                    struct br_fingerprint *ret);

/* Whether it is @software, as the first column of the table has it. */
bool br_fingerprint_is(const struct br_fingerprint *fingerprint, const char *software);

/* Add what @other found to @fingerprint, when it is the same software. */
void br_fingerprint_add(struct br_fingerprint *fingerprint, const struct br_fingerprint *other);

#endif /* BR_CAPTURES_EXPLAIN_FINGERPRINT_H */
