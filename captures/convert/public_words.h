/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/public_words.h - words of texts that tell of a boot and of nobody */
#ifndef BR_CAPTURES_CONVERT_PUBLIC_WORDS_H
#define BR_CAPTURES_CONVERT_PUBLIC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct br_public_word - One word that stays
 * @text:	In small letters; capitals are the same
 * @kinds:	In texts of these kinds, bits of enum br_disguise_text
 * @within:	Also as a part of a longer word, as "grub" in "grubx64"
 */
struct br_public_word {
	const char *text;
	unsigned kinds;
	bool within;
};

extern const struct br_public_word br_public_words[];
extern const size_t br_public_words_count;

#endif /* BR_CAPTURES_CONVERT_PUBLIC_WORDS_H */
