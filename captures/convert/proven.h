/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/proven.h - a script out of a capture, tried before it is given away
 *
 * Whoever gets a script runs it and checks his capture with it: one that the parser refuses, that
 * the capture itself does not follow, or that the core fails though it is set up like the servers
 * of the capture, would only puzzle him.
 */
#ifndef BR_CAPTURES_CONVERT_PROVEN_H
#define BR_CAPTURES_CONVERT_PROVEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct br_proof - What a script is tried on
 * @name:	Of the capture, for the message
 * @text:	The script, @size octets
 * @path:	The capture, and @other its other side or NULL; what can be read only once, as a
 *		pipe, is not read again
 * @mac:	Whose packets; NULL: those of the script's client
 */
struct br_proof {
	const char *name;
	const char *text;
	size_t size;
	const char *path, *other;
	const uint8_t *mac;
};

/* Return: whether it parses, is followed by its capture and passes; else one line to @err */
bool br_prove(const struct br_proof *proof, FILE *err);

#endif /* BR_CAPTURES_CONVERT_PROVEN_H */
