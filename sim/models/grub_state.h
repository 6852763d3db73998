/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/grub_state.h - what a running script of GRUB knows: texts, variables, functions,
 * menu entries, and the frames that are open; for sim/models/grub_*.c alone
 */
#ifndef BR_SIM_MODELS_GRUB_STATE_H
#define BR_SIM_MODELS_GRUB_STATE_H

#include "sim/models/grub_script.h"
#include "sim/models/grub_words.h"

enum {
	BR_GRUB_TEXTS_MAX = 16,
	BR_GRUB_TEXTS_SIZE_MAX = 1 << 18,
	BR_GRUB_FRAMES_MAX = 24,
	BR_GRUB_VARIABLES_MAX = 64,
	BR_GRUB_NAME_SIZE = 40,
	BR_GRUB_VALUE_SIZE = 256,
	BR_GRUB_FUNCTIONS_MAX = 32,
	BR_GRUB_ENTRIES_MAX = 64,
};

enum br_grub_frame_kind {
	BR_GRUB_FRAME_IF,     /* @state: BR_GRUB_FRAME_CONDITION until `then` */
	BR_GRUB_FRAME_WHILE,  /* @place: its condition; @state: what that must be, 0 until */
	BR_GRUB_FRAME_FOR,    /* @place: its body; @words: the values to come */
	BR_GRUB_FRAME_BODY,   /* of a function or a menu entry: ends at '}', goes on at @place */
	BR_GRUB_FRAME_SOURCE, /* a text: ends where it ends, goes on at @place */
};

enum {
	BR_GRUB_FRAME_CONDITION = 0,
	BR_GRUB_FRAME_TAKEN = 1,
	BR_GRUB_FRAME_ENTRY =
		2, /* of a BR_GRUB_FRAME_BODY: it is a menu entry, what is loaded is booted */
};

struct br_grub_frame {
	enum br_grub_frame_kind kind;
	int state;
	size_t index; /* of @words: the value at hand, or how often shift moved */
	const char *place;
	const char *name; /* BR_GRUB_FRAME_FOR: its variable, in the text */
	size_t name_size;
	struct grub_words *words; /* values of for, arguments of a function */
};

struct br_grub_place {
	char name[BR_GRUB_NAME_SIZE];
	const char *body;
};

struct br_grub_entry {
	char title[64];
	char id[40];
	const char *body;
	bool submenu;
};

struct br_grub_script {
	char *text[BR_GRUB_TEXTS_MAX];
	size_t texts, texts_size;
	const char *at;
	struct br_grub_frame frame[BR_GRUB_FRAMES_MAX];
	size_t frames;
	struct {
		char name[BR_GRUB_NAME_SIZE];
		char *value;
	} variable[BR_GRUB_VARIABLES_MAX];
	size_t variables;
	struct br_grub_place function[BR_GRUB_FUNCTIONS_MAX];
	size_t functions;
	struct br_grub_entry entry[BR_GRUB_ENTRIES_MAX];
	size_t entries;

	int status; /* of the last command, 0: success */
	bool kernel, chain;
	bool fallen; /* the entry `fallback` names was tried */
	bool chosen;
	unsigned choice;
	bool sources; /* the text that is asked for is sourced, else it is a new menu */

	enum br_grub_want files; /* what the words below are wanted for */
	struct grub_words words; /* of the command at hand */
	size_t next;             /* of them, the next file; 0: none */
	bool ended;
	struct br_grub_step last;
	char scratch[GRUB_WORDS_SIZE]; /* value of $? and the like */
};

/* A name and its value; too long a one, or one too many, is not set. */
void br_grub_set(struct br_grub_script *s, const char *name, size_t size, const char *value);
void br_grub_unset(struct br_grub_script *s, const char *name);
/* For grub_words_add(): @context is the script. $?, $1 and the like, too. */
const char *br_grub_get(const void *context, const char *name, size_t size);
/* The frame whose words are $1, $2 ..., or NULL */
struct br_grub_frame *br_grub_arguments(struct br_grub_script *s);

/* The innermost frame if it is of this kind. */
struct br_grub_frame *br_grub_top(struct br_grub_script *s, enum br_grub_frame_kind kind);
/* NULL: nested too deep */
struct br_grub_frame *br_grub_push(struct br_grub_script *s, enum br_grub_frame_kind kind,
                                   const char *place);
void br_grub_pop(struct br_grub_script *s);
/* Close what is open inside a frame of one of these kinds. False: there is none */
bool br_grub_unwind(struct br_grub_script *s, enum br_grub_frame_kind kind,
                    enum br_grub_frame_kind other);

bool br_grub_is_word(const char *word, size_t size, const char *text);
bool br_grub_is_one_of(const char *word, size_t size, const char *const *list);

#endif /* BR_SIM_MODELS_GRUB_STATE_H */
