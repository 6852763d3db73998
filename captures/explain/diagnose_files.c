/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/explain/diagnose_files.c - which file stopped the boot, and what is to say of the others
 *
 * The first that failed after the last that came whole: what failed before was borne. Of a file
 * that stopped it the causes that need more than its outcome are looked for first (it was asked
 * of the wrong server, packets are lost); then its outcome is told, in the words of the protocol
 * it was asked for by.
 */
#include <string.h>

#include "captures/explain/diagnoses.h"

static bool is_hard(enum br_outcome outcome)
{
	return outcome != BR_OUTCOME_COMPLETE && outcome != BR_OUTCOME_PROBE &&
	       outcome != BR_OUTCOME_MISS && outcome != BR_OUTCOME_UNSEEN &&
	       outcome != BR_OUTCOME_CUT;
}

/* Failures that are worth a word also when the boot went on. */
static bool went_on_after(enum br_outcome outcome)
{
	return outcome == BR_OUTCOME_NO_OPTIONS || outcome == BR_OUTCOME_NO_SIZE ||
	       outcome == BR_OUTCOME_BAD_OACK || outcome == BR_OUTCOME_REDIRECTED ||
	       outcome == BR_OUTCOME_IMAGE_TYPE || outcome == BR_OUTCOME_TID_CHANGED ||
	       outcome == BR_OUTCOME_OTHER_ADDRESS;
}

static bool by_tftp(const struct br_story_file *file)
{
	return file->exchange->kind == BR_TALK_TFTP;
}

static const struct br_verdict *verdict_of(const struct br_story_file *file)
{
	return by_tftp(file) ? br_diagnose_tftp_verdict(file->outcome)
	                     : br_diagnose_http_verdict(file->outcome);
}

static void say(struct br_finding *f, const struct br_story *s, const struct br_attempt *a,
                const struct br_story_file *file)
{
	br_finding_say_where(f, a, file);
	if (by_tftp(file))
		br_diagnose_tftp_say(f, s, a, file);
	else
		br_diagnose_http_say(f, s, file);
}

/* As if the answers had not come */
static bool is_unheard(enum br_outcome outcome)
{
	return outcome == BR_OUTCOME_SILENT || outcome == BR_OUTCOME_STALLED ||
	       outcome == BR_OUTCOME_GOING_ON || outcome == BR_OUTCOME_ABORTED ||
	       outcome == BR_OUTCOME_MIXED;
}

static void file_failed(const struct br_story *s, const struct br_attempt *a,
                        const struct br_story_file *file, struct br_diagnosis *d)
{
	if (file->outcome == BR_OUTCOME_TLS) {
		br_diagnose_tls(a, file, d);
		return;
	}
	if (br_diagnose_filter(s, a, file, d))
		return;
	if (is_unheard(file->outcome) && br_diagnose_layers(s, a, file->exchange, d))
		return;
	if (br_diagnose_wrong_server(a, file, d) || br_diagnose_aim(a, file, d))
		return;
	if (by_tftp(file) && (br_diagnose_wrap(a, file, d) || br_diagnose_tftp_loss(a, file, d) ||
	                      br_diagnose_deaf(s, a, file, d)))
		return;
	say(br_finding_add(d, verdict_of(file)), s, a, file);
}

bool br_diagnose_files(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	const struct br_story_file *bad = NULL;

	if (a->files == 0)
		return false;
	for (size_t i = 0; i < a->files; i++) {
		const struct br_story_file *f = &a->file[i];

		if (f->outcome == BR_OUTCOME_COMPLETE)
			bad = NULL; /* it went on after that */
		else if (is_hard(f->outcome) && !bad)
			bad = f;
	}
	if (bad) {
		file_failed(s, a, bad, d);
		return true;
	}
	if (br_diagnose_no_configuration(a, d) || br_diagnose_nothing_found(s, a, d) ||
	    br_diagnose_no_server(s, a, d) || br_diagnose_shim_name(s, a, d))
		return true;
	return a->programs > 0 && br_diagnose_quiet_loader(s, a, d);
}

void br_remark_files(const struct br_story *s, const struct br_attempt *a, struct br_diagnosis *d)
{
	bool oack = false, unseen = false, failed = false, image = false;

	for (size_t i = 0; i < a->files; i++) {
		const struct br_story_file *file = &a->file[i];
		const struct br_talk_tftp *t = by_tftp(file) ? &file->exchange->tftp : NULL;

		if (t && t->oack_bad && file->outcome != BR_OUTCOME_BAD_OACK && !oack) {
			br_remark_tftp_oack(file, d);
			oack = true;
		}
		if (t && t->data_unseen && !unseen) {
			br_remark_tftp_unseen(file, d);
			unseen = true;
		}
		image = image || br_remark_http_image(a, file, d);
		struct br_verdict verdict = *verdict_of(file);

		if (failed || !went_on_after(file->outcome) || !verdict.id ||
		    !strcmp(verdict.id, d->finding[0].id))
			continue;
		failed = true;
		verdict.weight = BR_WEIGHT_REMARK;
		struct br_finding *f = br_finding_add(d, &verdict);

		say(f, s, a, file);
		br_finding_say(f, " It went on all the same.");
	}
}
