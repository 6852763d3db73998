/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/disguise_text.h - texts under other words of the same length
 *
 * A text is words, and what stands between them. Addresses, UUIDs and MAC addresses, in every
 * form they are written in, become what they become elsewhere; a word that is public and says
 * something about a boot ("grub", "PXEClient", ".efi", "not found") stays; every other letter
 * becomes another letter, every digit another digit, of the same word always the same, in small
 * and capital letters alike. Everything between words stays.
 */
#ifndef BR_CAPTURES_CONVERT_DISGUISE_TEXT_H
#define BR_CAPTURES_CONVERT_DISGUISE_TEXT_H

#include "captures/convert/disguise.h"

/* Which words are known; bits, for the table of them */
enum br_disguise_text {
	BR_TEXT_SECRET = 0,      /* none */
	BR_TEXT_NAME = 1 << 0,   /* of hosts and domains: "local", "arpa"; a port behind it stays */
	BR_TEXT_PATH = 1 << 1,   /* of files, also as URL: what boot files are called */
	BR_TEXT_CLASS = 1 << 2,  /* classes, products, media types; numbers behind them stay */
	BR_TEXT_PHRASE = 1 << 3, /* what servers say, with names of files in it */
};

/* In place */
void br_disguise_text(struct br_disguise *disguise, enum br_disguise_text kind, uint8_t *octets,
                      size_t size);
/* Octets that may be a text, for fields that are anything: as one, or br_disguise_octets() */
void br_disguise_anything(struct br_disguise *disguise, uint8_t *octets, size_t size);

#endif /* BR_CAPTURES_CONVERT_DISGUISE_TEXT_H */
