/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/models/grub_words.h - a text of GRUB's script language cut into words
 *
 * grub-core/script/yylex.l: words, quotes, variables; separators stand for themselves.
 */
#ifndef BR_SIM_MODELS_GRUB_WORDS_H
#define BR_SIM_MODELS_GRUB_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	GRUB_WORDS_MAX = 48,
	GRUB_WORDS_SIZE = 1536,
};

enum grub_token {
	GRUB_TOKEN_END,       /* of the text */
	GRUB_TOKEN_SEPARATOR, /* a line's end or ';' */
	GRUB_TOKEN_OPEN,      /* '{' */
	GRUB_TOKEN_CLOSE,     /* '}' */
	GRUB_TOKEN_OTHER,     /* '|', '&', '<', '>' */
	GRUB_TOKEN_WORD,
};

/* Words with variables and quotes resolved. */
struct grub_words {
	char *word[GRUB_WORDS_MAX];
	size_t count;
	size_t used;
	bool full; /* more than there is room for */
	char text[GRUB_WORDS_SIZE];
};

/* The next token of a text; moves @at behind it. A word's octets: @ret_word, @ret_size. */
enum grub_token grub_token_next(const char **at, const char **ret_word, size_t *ret_size);

/* One word as written, to none, one or several words. @get: the value of a variable */
void grub_words_add(struct grub_words *words, const char *word, size_t size,
                    const char *(*get)(const void *context, const char *name, size_t size),
                    const void *context);
void grub_words_add_plain(struct grub_words *words, const char *word);

#endif /* BR_SIM_MODELS_GRUB_WORDS_H */
