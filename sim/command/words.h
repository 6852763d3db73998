/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/command/words.h - the words behind a verb, read by its table
 *
 * Options may stand anywhere, as "--seed 7" or "--seed=7"; behind "--" all words are operands.
 * What is wrong is one line that says what was expected and which help to ask for.
 */
#ifndef BR_SIM_COMMAND_WORDS_H
#define BR_SIM_COMMAND_WORDS_H

#include <stdio.h>

#include "sim/command/verb.h"

/**
 * struct br_words - What was read, and where messages go
 * @out, @err:	Set by br_words_of() to standard output and error
 * @operand, @count: The operands, in their order
 * @code:	Behind a false of br_words_read(): what the command ends with
 */
struct br_words {
	const struct br_command_verb *verb;
	FILE *out, *err;
	char **operand;
	size_t count;
	int code;
};

struct br_words br_words_of(const struct br_command_verb *verb);

/**
 * br_words_read() - Read them all
 * @argv:	@argv[0] is the verb; its words are moved about
 * @target:	Where values go; holds what is standard before
 *
 * Return: true; false if nothing is left to do: help was asked for and given, or a word cannot
 *	   be used, which was said
 */
bool br_words_read(struct br_words *words, int argc, char **argv, void *target);

/* One option, as if "@name @value" stood among the words. @name: "--seed", one of the table's that
 * takes something. Return: true, or false after saying what is wrong
 */
bool br_words_read_option(struct br_words *words, char *name, char *value, void *target);

/* A word that only the verb can judge: "bootrig VERB: ...; 'bootrig VERB --help' explains it".
 * Return: BR_EXIT_BAD_USAGE, which is .code too
 */
int br_words_wrong(struct br_words *words, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* BR_SIM_COMMAND_WORDS_H */
