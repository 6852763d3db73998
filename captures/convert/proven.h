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
 * @text:	The script
 * @mended:	The same with servers that do what the lines from @cure_line on say, which the
 *		capture must not follow and @text may fail at, but not before; NULL: it says what
 *		the servers did
 * @stands:	Out: with @mended, @text passes too: the core cannot be set up with the fault
 * @path:	The capture, and @other its other side or NULL; what can be read only once, as a
 *		pipe, is not read again
 * @mac:	Whose packets; NULL: those of the script's client
 */
struct br_proof {
	const char *name;
	char *text, *mended;
	uint32_t cure_line;
	bool stands;
	const char *path, *other;
	const uint8_t *mac;
};

/* Return: whether it parses, is followed by its capture and passes; else why to @err, with the line
 * of the script, which nobody else will see
 */
bool br_prove(struct br_proof *proof, FILE *err);

#endif /* BR_CAPTURES_CONVERT_PROVEN_H */
