/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/grub_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct br_grub_script *br_grub_script_new(void)
{
	return calloc(1, sizeof(struct br_grub_script));
}

void br_grub_script_free(struct br_grub_script *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->texts; i++)
		free(s->text[i]);
	for (size_t i = 0; i < s->frames; i++)
		free(s->frame[i].words);
	for (size_t i = 0; i < s->variables; i++)
		free(s->variable[i].value);
	free(s);
}

/* Variables */

static size_t find_variable(const struct br_grub_script *s, const char *name, size_t size)
{
	size_t i = 0;

	while (i < s->variables &&
	       (strncmp(s->variable[i].name, name, size) != 0 || s->variable[i].name[size] != '\0'))
		i++;
	return i;
}

void br_grub_set(struct br_grub_script *s, const char *name, size_t size, const char *value)
{
	size_t i, length = strlen(value);
	char *copy;

	if (size == 0 || size >= BR_GRUB_NAME_SIZE)
		return;
	i = find_variable(s, name, size);
	if (i == BR_GRUB_VARIABLES_MAX || length >= BR_GRUB_VALUE_SIZE)
		return;
	copy = malloc(length + 1);
	if (!copy)
		return;
	memcpy(copy, value, length + 1);
	if (i == s->variables) {
		memcpy(s->variable[i].name, name, size);
		s->variable[i].name[size] = '\0';
		s->variable[i].value = NULL;
		s->variables++;
	}
	free(s->variable[i].value);
	s->variable[i].value = copy;
}

void br_grub_unset(struct br_grub_script *s, const char *name)
{
	size_t i = find_variable(s, name, strlen(name));

	if (i == s->variables)
		return;
	free(s->variable[i].value);
	s->variable[i] = s->variable[--s->variables];
}

void br_grub_script_set(struct br_grub_script *s, const char *name, const char *value)
{
	br_grub_set(s, name, strlen(name), value);
}

/* The frame whose words are $1, $2 ... */
struct br_grub_frame *br_grub_arguments(struct br_grub_script *s)
{
	for (size_t i = s->frames; i-- > 0;) {
		if (s->frame[i].kind == BR_GRUB_FRAME_BODY)
			return s->frame[i].words ? &s->frame[i] : NULL;
	}
	return NULL;
}

/* $?, $#, $1 ...; NULL: it is no such variable. $* and $@ are one value. */
static const char *special(struct br_grub_script *s, const char *name, size_t size)
{
	char *buffer = s->scratch;
	struct br_grub_frame *frame = br_grub_arguments(s);
	size_t count = frame ? frame->words->count - frame->index : 1;

	if (size != 1 || !strchr("?#*@123456789", name[0]))
		return NULL;
	buffer[0] = '\0';
	if (name[0] == '?') {
		snprintf(buffer, sizeof(s->scratch), "%d", s->status);
	} else if (name[0] == '#') {
		snprintf(buffer, sizeof(s->scratch), "%zu", count - 1);
	} else if (name[0] == '*' || name[0] == '@') {
		for (size_t i = 1; i < count; i++) {
			strcat(buffer,
			       i > 1 ? " " : ""); /* together no more than the words' room */
			strcat(buffer, frame->words->word[frame->index + i]);
		}
	} else if ((size_t)(name[0] - '0') < count) {
		return frame->words->word[frame->index + (size_t)(name[0] - '0')];
	}
	return buffer;
}

const char *br_grub_get(const void *context, const char *name, size_t size)
{
	struct br_grub_script *s = (struct br_grub_script *)(uintptr_t)context;
	const char *value = size > 0 ? special(s, name, size) : "";
	size_t i;

	if (value)
		return value;
	i = find_variable(s, name, size);
	return i < s->variables ? s->variable[i].value : "";
}

const char *br_grub_script_get(const struct br_grub_script *s, const char *name)
{
	size_t i = find_variable(s, name, strlen(name));

	return i < s->variables ? s->variable[i].value : "";
}

/* Frames */

struct br_grub_frame *br_grub_top(struct br_grub_script *s, enum br_grub_frame_kind kind)
{
	if (s->frames == 0 || s->frame[s->frames - 1].kind != kind)
		return NULL;
	return &s->frame[s->frames - 1];
}

struct br_grub_frame *br_grub_push(struct br_grub_script *s, enum br_grub_frame_kind kind,
                                   const char *place)
{
	if (s->frames == BR_GRUB_FRAMES_MAX)
		return NULL;
	s->frame[s->frames] = (struct br_grub_frame){.kind = kind, .place = place};
	return &s->frame[s->frames++];
}

void br_grub_pop(struct br_grub_script *s)
{
	free(s->frame[--s->frames].words);
}

bool br_grub_unwind(struct br_grub_script *s, enum br_grub_frame_kind kind,
                    enum br_grub_frame_kind other)
{
	size_t depth = s->frames;

	while (depth > 0 && s->frame[depth - 1].kind != kind && s->frame[depth - 1].kind != other)
		depth--;
	if (depth == 0)
		return false;
	while (s->frames > depth)
		br_grub_pop(s);
	return true;
}

bool br_grub_is_word(const char *word, size_t size, const char *text)
{
	return strlen(text) == size && memcmp(word, text, size) == 0;
}

bool br_grub_is_one_of(const char *word, size_t size, const char *const *list)
{
	while (*list && !br_grub_is_word(word, size, *list))
		list++;
	return *list != NULL;
}
