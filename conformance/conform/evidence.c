/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/evidence.h"

#include <stdlib.h>
#include <string.h>

enum piece_kind {
	PIECE_HELD,
	PIECE_BROKEN,
	PIECE_BROKEN_OFF,
	PIECE_SKIPPED,
};

/* @against: of what was broken; @reason: of what was skipped. Both to be freed, or NULL */
struct br_evidence_piece {
	enum piece_kind kind;
	char id[24];
	const struct br_script *script;
	bool rig;
	struct br_against *against;
	char *reason;
};

static void *copy_of(const void *octets, size_t size)
{
	void *copy = malloc(size);

	if (!copy)
		abort();
	return memcpy(copy, octets, size);
}

static void add(struct br_evidence *evidence, const struct br_evidence_piece *piece)
{
	struct br_evidence_piece *more =
		realloc(evidence->piece, (evidence->count + 1) * sizeof(*more));

	if (!more)
		abort();
	evidence->piece = more;
	evidence->piece[evidence->count++] = *piece;
	evidence->against = evidence->against || piece->against != NULL;
}

void br_evidence_held(struct br_evidence *evidence, const char *id, const struct br_script *script)
{
	struct br_evidence_piece piece = {.kind = PIECE_HELD, .script = script};

	(void)snprintf(piece.id, sizeof(piece.id), "%s", id);
	add(evidence, &piece);
}

void br_evidence_broken(struct br_evidence *evidence, const char *id,
                        const struct br_against *against)
{
	struct br_evidence_piece piece = {.kind = PIECE_BROKEN,
	                                  .against = copy_of(against, sizeof(*against))};

	(void)snprintf(piece.id, sizeof(piece.id), "%s", id);
	add(evidence, &piece);
}

void br_evidence_broken_off(struct br_evidence *evidence, const struct br_against *at, bool rig)
{
	const struct br_evidence_piece piece = {
		.kind = PIECE_BROKEN_OFF, .rig = rig, .against = copy_of(at, sizeof(*at))};

	add(evidence, &piece);
}

void br_evidence_skipped(struct br_evidence *evidence, const struct br_script *script,
                         const char *reason)
{
	const struct br_evidence_piece piece = {.kind = PIECE_SKIPPED,
	                                        .script = script,
	                                        .reason = copy_of(reason, strlen(reason) + 1)};

	add(evidence, &piece);
}

void br_evidence_forget(struct br_evidence *evidence)
{
	for (size_t i = 0; i < evidence->count; i++) {
		free(evidence->piece[i].against);
		free(evidence->piece[i].reason);
	}
	free(evidence->piece);
	*evidence = (struct br_evidence){.count = 0};
}

void br_evidence_weigh(struct br_evidence *evidence, struct br_conform *verdicts)
{
	for (size_t i = 0; i < evidence->count; i++) {
		const struct br_evidence_piece *piece = &evidence->piece[i];

		switch (piece->kind) {
		case PIECE_HELD:
			br_verdicts_held(verdicts, piece->id, piece->script);
			break;
		case PIECE_BROKEN:
			br_verdicts_broken(verdicts, piece->id, piece->against);
			break;
		case PIECE_BROKEN_OFF:
			br_verdicts_broken_off(verdicts, piece->against, piece->rig);
			break;
		case PIECE_SKIPPED:
			br_verdicts_skipped(verdicts, piece->script, piece->reason);
			break;
		}
	}
	verdicts->played += evidence->played;
	br_evidence_forget(evidence);
}

bool br_evidence_send(struct br_evidence *evidence, FILE *to)
{
	bool good = fwrite(evidence, sizeof(*evidence), 1, to) == 1;

	for (size_t i = 0; good && i < evidence->count; i++) {
		const struct br_evidence_piece *piece = &evidence->piece[i];
		size_t size = piece->reason ? strlen(piece->reason) + 1 : 0;

		good = fwrite(piece, sizeof(*piece), 1, to) == 1 &&
		       (!piece->against ||
		        fwrite(piece->against, sizeof(*piece->against), 1, to) == 1) &&
		       (!piece->reason || (fwrite(&size, sizeof(size), 1, to) == 1 &&
		                           fwrite(piece->reason, 1, size, to) == size));
	}
	br_evidence_forget(evidence);
	return good;
}

/* Return: false if it ended within; then nothing of it is to be freed */
static bool receive_piece(struct br_evidence_piece *piece, FILE *from)
{
	bool against, reason;
	size_t size = 0;

	if (fread(piece, sizeof(*piece), 1, from) != 1)
		return false;
	against = piece->against != NULL; /* a place in the other process: that there was one */
	reason = piece->reason != NULL;
	piece->against = NULL;
	piece->reason = NULL;
	if (against) {
		piece->against = calloc(1, sizeof(*piece->against));
		if (!piece->against)
			abort();
	}
	if (against && fread(piece->against, sizeof(*piece->against), 1, from) != 1) {
		free(piece->against);
		return false;
	}
	if (reason && fread(&size, sizeof(size), 1, from) == 1) {
		piece->reason = calloc(1, size + 1);
		if (!piece->reason)
			abort();
	}
	if (reason && (!piece->reason || fread(piece->reason, 1, size, from) != size)) {
		free(piece->against);
		free(piece->reason);
		return false;
	}
	return true;
}

bool br_evidence_receive(struct br_evidence *ret_evidence, FILE *from)
{
	struct br_evidence sent, *evidence = ret_evidence;
	struct br_evidence_piece piece;

	*evidence = (struct br_evidence){.count = 0};
	if (fread(&sent, sizeof(sent), 1, from) != 1)
		return false;
	for (size_t i = 0; i < sent.count; i++) {
		if (!receive_piece(&piece, from)) {
			br_evidence_forget(evidence);
			return false;
		}
		add(evidence, &piece);
	}
	evidence->played = sent.played;
	return true;
}
