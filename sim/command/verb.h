/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/command/verb.h - a verb of the command as a table: what it takes, and what that is
 *
 * One table is all there is to say about a verb. words.h reads the command line by it, and
 * help.h, man pages and completion.h are printed from it, so that none of them can lag behind.
 */
#ifndef BR_SIM_COMMAND_VERB_H
#define BR_SIM_COMMAND_VERB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct br_page;

/* What stands behind an option or as an operand, and where its value goes: @at octets into the
 * structure the verb gives to br_words_read().
 */
enum br_takes {
	BR_TAKES_NOTHING,  /* a flag: a bool becomes true */
	BR_TAKES_TEXT,     /* const char *, as are the next three; borrowed from the words */
	BR_TAKES_FILE,     /* any file; for completion, as the next one */
	BR_TAKES_FOLDER,   /* a folder */
	BR_TAKES_CHOICE,   /* one of those between the bars of .argument: real|counted */
	BR_TAKES_NUMBER,   /* uint64_t from .least to .most */
	BR_TAKES_MAC,      /* uint8_t[6] */
	BR_TAKES_IPV4,     /* uint32_t, host order */
	BR_TAKES_SCENARIO, /* operands only: a script by its path or name, or a requirement */
	BR_TAKES_PROFILE,  /* operands only: one of vms/profiles */
	BR_TAKES_VERB,     /* operands only */
};

/**
 * struct br_option - One option; a table ends with a row without a name
 * @name:	"--seed"
 * @argument:	What stands behind it, for people: "N"; NULL: nothing
 * @says:	What it does, one or more sentences; may hold lines of its own
 * @standard:	What holds without it, if that wants a word
 * @at:		See enum br_takes
 * @given:	A bool there that becomes true with it; 0: none is wanted
 * @least, @most: Of a number; @most 0: UINT64_MAX
 * @take:	Reads what stands behind it instead, NULL: nothing special: @word[0], and further
 *		ones up to @word[@count - 1] if it likes. Return: how many it took; 0: they make
 *		no sense, and @error says what was expected if that is more than @argument
 */
struct br_option {
	const char *name, *argument, *says, *standard;
	enum br_takes takes;
	size_t at, given;
	uint64_t least, most;
	int (*take)(void *target, char **word, int count, char *error, size_t size);
};

/* What stands between the options, in this order; a table ends with a row without a name. */
struct br_operand {
	const char *name; /* "PCAP" */
	const char *says;
	enum br_takes takes;
	size_t least, most;
};

#define BR_OPERANDS_ANY SIZE_MAX /* as .most */

/**
 * struct br_command_verb - All there is to say about a verb
 * @name:	"from-pcap"
 * @says:	In the list of verbs: one line, no full stop
 * @about:	Paragraphs, divided by an empty line
 * @operand, @option: Their tables; NULL: none
 * @more:	Prints further sections of its page; NULL: there are none
 * @exits:	What its exit code means where that differs from what br_exit_codes says; or NULL
 * @examples:	Command lines, ended by NULL; or NULL
 * @run:	@argv[0] is the verb; the exit code
 */
struct br_command_verb {
	const char *name, *says, *about;
	const struct br_operand *operand;
	const struct br_option *option;
	void (*more)(struct br_page *page);
	const char *exits;
	const char *const *examples;
	int (*run)(int argc, char **argv);
};

#endif /* BR_SIM_COMMAND_VERB_H */
