/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/parse.h - the text of a script as struct br_script
 *
 * One pass, line by line. Every mistake is told as path:line:column, what was
 * expected, the line with a caret, and a near name if there is one; parsing goes on
 * with the next line, so that one run shows them all.
 */
#ifndef BR_SIM_SCRIPT_PARSE_H
#define BR_SIM_SCRIPT_PARSE_H

#include <stdio.h>

#include "sim/script/retarget.h"
#include "sim/script/script.h"

/**
 * struct br_parse_options - What the parser asks others; all may be NULL
 * @errors:	Where mistakes are told
 * @requirement: The sentence of a requirement, or NULL: then @ID is a mistake
 * @near:	A requirement id close to this one, or NULL
 * @context:	Handed to both
 * @target:	Of br_script_load(): play it against this server, retarget.h
 * @fault, @faults: What stands behind `fault` in lines that are to be there before the first
 *		step, as options of a command say it
 */
struct br_parse_options {
	FILE *errors;
	const char *(*requirement)(void *context, const char *id);
	const char *(*near)(void *context, const char *id);
	void *context;
	const struct br_retarget *target;
	const char *const *fault;
	size_t faults;
};

/**
 * br_script_parse() - Read a text
 * @ret_script:	Set on 0 only; br_script_free() it
 * @path:	For messages, for `use` and `from=` lines, for the scenario's name
 * @text:	Need not end in NUL; copied
 *
 * Return: 0, or -EINVAL when mistakes were told
 */
int br_script_parse(struct br_script **ret_script, const char *path, const char *text, size_t size,
                    const struct br_parse_options *options);

/* The same from a file; one that is not for @target has ->lacks.
 * Return: 0, -EINVAL, or what open(2) or read(2) said, told too */
int br_script_load(struct br_script **ret_script, const char *path,
                   const struct br_parse_options *options);
struct br_script *br_script_free(struct br_script *script); /* NULL in, NULL out */

#endif /* BR_SIM_SCRIPT_PARSE_H */
