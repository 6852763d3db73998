/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/grub_flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *br_grub_skip(struct br_grub_script *s, const char *const *ends, bool close)
{
	static const char *const openers[] = {"if", "while", "until", "for", NULL};
	static const char *const closers[] = {"fi", "done", NULL};
	static const char *const leads[] = {"then", "else",  "elif",  "do",
	                                    "if",   "while", "until", NULL};
	unsigned depth = 0, braces = 0;
	bool begins = true;

	for (;;) {
		const char *word;
		size_t size;
		enum grub_token token = grub_token_next(&s->at, &word, &size);

		if (token == GRUB_TOKEN_END)
			return "";
		if (token == GRUB_TOKEN_OPEN)
			braces++;
		if (token == GRUB_TOKEN_CLOSE && braces == 0 && close)
			return "}";
		if (token == GRUB_TOKEN_CLOSE && braces > 0)
			braces--;
		if (token != GRUB_TOKEN_WORD || !begins) {
			begins = token != GRUB_TOKEN_WORD && token != GRUB_TOKEN_OTHER;
			continue;
		}
		for (size_t i = 0; depth == 0 && braces == 0 && ends[i]; i++) {
			if (br_grub_is_word(word, size, ends[i]))
				return ends[i];
		}
		depth += br_grub_is_one_of(word, size, openers);
		depth -= depth > 0 && br_grub_is_one_of(word, size, closers);
		begins = br_grub_is_one_of(word, size, leads);
	}
}

static const char *const no_ends[] = {NULL};
static const char *const if_ends[] = {"elif", "else", "fi", NULL};
static const char *const fi_ends[] = {"fi", NULL};
const char *const br_grub_done_ends[] = {"done", NULL};
const char *const br_grub_do_ends[] = {"do", NULL};

/* Reserved words */

static bool begin_for(struct br_grub_script *s)
{
	const char *word, *name;
	size_t size, name_size;
	struct br_grub_frame *frame;
	struct grub_words *values = calloc(1, sizeof(*values));
	bool fine = values && grub_token_next(&s->at, &name, &name_size) == GRUB_TOKEN_WORD &&
	            grub_token_next(&s->at, &word, &size) == GRUB_TOKEN_WORD &&
	            br_grub_is_word(word, size, "in");

	while (fine && grub_token_next(&s->at, &word, &size) == GRUB_TOKEN_WORD)
		grub_words_add(values, word, size, br_grub_get, s);
	frame = fine && !values->full && br_grub_skip(s, br_grub_do_ends, false)[0]
	                ? br_grub_push(s, BR_GRUB_FRAME_FOR, s->at)
	                : NULL;
	if (!frame) {
		free(values);
		return false;
	}
	frame->words = values;
	frame->name = name;
	frame->name_size = name_size;
	if (values->count == 0) {
		br_grub_skip(s, br_grub_done_ends, false);
		br_grub_pop(s);
	} else {
		br_grub_set(s, name, name_size, values->word[0]);
	}
	return true;
}

bool br_grub_end_loop(struct br_grub_script *s)
{
	struct br_grub_frame *frame = br_grub_top(s, BR_GRUB_FRAME_WHILE);

	if (frame) {
		s->at = frame->place;
		return true;
	}
	frame = br_grub_top(s, BR_GRUB_FRAME_FOR);
	if (!frame)
		return false;
	if (++frame->index < frame->words->count) {
		br_grub_set(s, frame->name, frame->name_size, frame->words->word[frame->index]);
		s->at = frame->place;
	} else {
		br_grub_pop(s);
	}
	return true;
}

static bool begin_body(struct br_grub_script *s)
{
	struct br_grub_frame *frame = br_grub_top(s, BR_GRUB_FRAME_WHILE);

	if (!frame)
		return false;
	if ((s->status == 0) != frame->state) {
		br_grub_skip(s, br_grub_done_ends, false);
		br_grub_pop(s);
	}
	return true;
}

static bool branch(struct br_grub_script *s, const char *word, size_t size)
{
	struct br_grub_frame *frame = br_grub_top(s, BR_GRUB_FRAME_IF);

	if (!frame)
		return false;
	if (br_grub_is_word(word, size, "then") && frame->state == BR_GRUB_FRAME_CONDITION) {
		if (s->status == 0) {
			frame->state = BR_GRUB_FRAME_TAKEN;
			return true;
		}
		word = br_grub_skip(s, if_ends, false);
		if (!strcmp(word, "else"))
			frame->state = BR_GRUB_FRAME_TAKEN;
		else if (strcmp(word, "elif") != 0)
			br_grub_pop(s);
	} else if (br_grub_is_word(word, size, "fi")) {
		br_grub_pop(s);
	} else if (frame->state == BR_GRUB_FRAME_TAKEN) { /* elif, else behind what was run */
		br_grub_skip(s, fi_ends, false);
		br_grub_pop(s);
	} else {
		return false;
	}
	return true;
}

static bool define_function(struct br_grub_script *s)
{
	const char *name, *word;
	size_t size, other;
	struct br_grub_place *place = NULL;

	if (grub_token_next(&s->at, &name, &size) != GRUB_TOKEN_WORD || size >= BR_GRUB_NAME_SIZE)
		return false;
	while (grub_token_next(&s->at, &word, &other) == GRUB_TOKEN_SEPARATOR)
		;
	if (*word != '{')
		return false;
	for (size_t i = 0; i < s->functions; i++) {
		if (br_grub_is_word(name, size, s->function[i].name))
			place = &s->function[i];
	}
	if (!place && s->functions == BR_GRUB_FUNCTIONS_MAX)
		return false;
	if (!place)
		place = &s->function[s->functions++];
	memcpy(place->name, name, size);
	place->name[size] = '\0';
	place->body = s->at;
	return strcmp(br_grub_skip(s, no_ends, true), "}") == 0;
}

/* menuentry TITLE [--id X] [--class X] ... { BODY } */
static bool define_entry(struct br_grub_script *s, bool submenu)
{
	struct br_grub_entry *entry = &s->entry[s->entries];
	const char *word;
	size_t size;
	enum grub_token token;

	s->words = (struct grub_words){.count = 0};
	while ((token = grub_token_next(&s->at, &word, &size)) == GRUB_TOKEN_WORD)
		grub_words_add(&s->words, word, size, br_grub_get, s);
	if (token != GRUB_TOKEN_OPEN || s->words.full || s->words.count == 0 ||
	    s->entries == BR_GRUB_ENTRIES_MAX)
		return false;
	*entry = (struct br_grub_entry){.body = s->at, .submenu = submenu};
	snprintf(entry->title, sizeof(entry->title), "%s", s->words.word[0]);
	for (size_t i = 0; i < s->words.count; i++) {
		const char *option = s->words.word[i];

		if (!strncmp(option, "--id=", 5))
			snprintf(entry->id, sizeof(entry->id), "%s", option + 5);
		else if ((!strcmp(option, "--id") || !strcmp(option, "$menuentry_id_option")) &&
		         i + 1 < s->words.count)
			snprintf(entry->id, sizeof(entry->id), "%s", s->words.word[i + 1]);
		else if (i == 0 && option[0] == '-')
			return false; /* options in front of the title: nobody writes them so */
	}
	s->entries++;
	return strcmp(br_grub_skip(s, no_ends, true), "}") == 0;
}

int br_grub_reserved(struct br_grub_script *s, const char *word, size_t size)
{
	static const char *const branches[] = {"then", "elif", "else", "fi", NULL};
	bool fine;

	if (br_grub_is_word(word, size, "if"))
		fine = br_grub_push(s, BR_GRUB_FRAME_IF, NULL) != NULL;
	else if (br_grub_is_one_of(word, size, branches))
		fine = branch(s, word, size);
	else if (br_grub_is_word(word, size, "while") || br_grub_is_word(word, size, "until")) {
		struct br_grub_frame *frame = br_grub_push(s, BR_GRUB_FRAME_WHILE, s->at);

		fine = frame != NULL;
		if (fine)
			frame->state = *word == 'w';
	} else if (br_grub_is_word(word, size, "for"))
		fine = begin_for(s);
	else if (br_grub_is_word(word, size, "do"))
		fine = begin_body(s);
	else if (br_grub_is_word(word, size, "done"))
		fine = br_grub_end_loop(s);
	else if (br_grub_is_word(word, size, "function"))
		fine = define_function(s);
	else if (br_grub_is_word(word, size, "menuentry") || br_grub_is_word(word, size, "submenu"))
		fine = define_entry(s, *word == 's');
	else
		return 0;
	return fine ? 1 : -1;
}
