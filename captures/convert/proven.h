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

enum {
	BR_PROOF_MACHINES_MAX = 16
};

/* A machine of the script, and the lines that say what a good server does for it; 0: none do */
struct br_proof_machine {
	uint8_t mac[6];
	uint32_t first, last;
};

/**
 * struct br_proof - What a script is tried on
 * @name:	Of the capture, for the message
 * @text:	The script
 * @mended:	The same with servers that do what those lines of its machines say, at each of
 *		which the capture must not follow and @text may fail, but at no others; NULL: it
 *		says what the servers did
 * @stands:	Out: with @mended, @text passes too: the core cannot be set up with the fault
 * @path:	The capture, and @other its other side or NULL; what can be read only once, as a
 *		pipe, is not read again
 * @mac:	Whose packets; NULL: those of the script's client
 */
struct br_proof {
	const char *name;
	char *text, *mended;
	size_t machines;
	struct br_proof_machine machine[BR_PROOF_MACHINES_MAX];
	bool stands;
	const char *path, *other;
	const uint8_t *mac;
};

/* Return: whether it parses, is followed by its capture and passes; else why to @err, with the line
 * of the script, which nobody else will see
 */
bool br_prove(struct br_proof *proof, FILE *err);

#endif /* BR_CAPTURES_CONVERT_PROVEN_H */
