/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/notes.h"

#include <assert.h>

static const struct {
	const char *name, *clause, *sentence;
} notes[BR_NOTE_COUNT] = {
#define X(note, text, clause_text, says) {text, clause_text, says},
	BR_NOTES(X)
#undef X
};

const char *br_note_name(enum br_note note)
{
	assert(note < BR_NOTE_COUNT);
	return notes[note].name;
}

const char *br_note_clause(enum br_note note)
{
	assert(note < BR_NOTE_COUNT);
	return notes[note].clause;
}

const char *br_note_sentence(enum br_note note)
{
	assert(note < BR_NOTE_COUNT);
	return notes[note].sentence;
}
