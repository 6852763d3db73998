/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/command/words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/command/help.h"
#include "sim/exit_code.h"
#include "sim/lines/field.h"
#include "sim/nearest.h"

enum {
	ERROR_SIZE = 512,
	WRONG_SIZE = 4096, /* a word may be a long path */
};

struct br_words br_words_of(const struct br_command_verb *verb)
{
	return (struct br_words){.verb = verb, .out = stdout, .err = stderr};
}

int br_words_wrong(struct br_words *words, const char *format, ...)
{
	char what[WRONG_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	fprintf(words->err, "bootrig %s: %s%s 'bootrig %s --help' explains it\n", words->verb->name,
	        what, what[strlen(what) - 1] == '?' ? "" : ";", words->verb->name);
	words->code = BR_EXIT_BAD_USAGE;
	return words->code;
}

/* The row of "--seed" or "--seed=7"; NULL: there is none */
static const struct br_option *find(const struct br_command_verb *verb, const char *word)
{
	for (const struct br_option *o = verb->option; o && o->name; o++) {
		size_t size = strlen(o->name);

		if (!strncmp(word, o->name, size) && (word[size] == '\0' || word[size] == '='))
			return o;
	}
	return NULL;
}

static int no_option(struct br_words *words, const char *word)
{
	struct br_nearest nearest = br_nearest_to(word, strcspn(word, "="));
	char hint[BR_NEAREST_WORD_MAX + 32];

	for (const struct br_option *o = words->verb->option; o && o->name; o++)
		br_nearest_try(&nearest, o->name);
	br_nearest_try(&nearest, "--help");
	return br_words_wrong(words, "there is no option '%s'%s", word,
	                      br_nearest_hint(&nearest, hint, sizeof(hint)));
}

static bool is_choice(const char *choices, const char *word)
{
	size_t size = strlen(word);

	for (const char *one = choices; *one; one += strcspn(one, "|"), one += *one == '|') {
		if (size > 0 && strcspn(one, "|") == size && !strncmp(one, word, size))
			return true;
	}
	return false;
}

static bool take_number(struct br_words *words, const struct br_option *o, const char *value,
                        uint64_t *ret)
{
	uint64_t most = o->most ? o->most : UINT64_MAX, number;

	if (br_number_read(br_text(value), most, &number) && number >= o->least) {
		*ret = number;
		return true;
	}
	if (o->most)
		br_words_wrong(words, "%s %s: expected a number from %" PRIu64 " to %" PRIu64,
		               o->name, value, o->least, o->most);
	else if (o->least)
		br_words_wrong(words, "%s %s: expected a number, %" PRIu64 " at least", o->name,
		               value, o->least);
	else
		br_words_wrong(words, "%s %s: expected a number", o->name, value);
	return false;
}

static int take_words(struct br_words *words, const struct br_option *o, char **word, int count,
                      void *target)
{
	char error[ERROR_SIZE] = "";
	int taken = o->take(target, word, count, error, sizeof(error));

	if (taken > 0)
		return taken;
	br_words_wrong(words, "%s %s: %s%s", o->name, word[0], error[0] ? error : "expected ",
	               error[0] ? "" : o->argument);
	return -1;
}

/* Return: words used behind the option, -1: told */
static int take_value(struct br_words *words, const struct br_option *o, char **word, int count,
                      void *target)
{
	char *at = (char *)target + o->at, *value = word[0];
	const char *expected = NULL;

	if (o->take)
		return take_words(words, o, word, count, target);
	switch (o->takes) {
	case BR_TAKES_NUMBER:
		return take_number(words, o, value, (uint64_t *)(void *)at) ? 1 : -1;
	case BR_TAKES_MAC:
		if (!br_text_get_mac(br_text(value), (uint8_t *)at))
			expected = "a MAC address, as in 52:54:00:12:34:56";
		break;
	case BR_TAKES_IPV4:
		if (!br_text_get_ipv4(br_text(value), (uint32_t *)(void *)at))
			expected = "an IPv4 address, as in 10.77.0.1";
		break;
	case BR_TAKES_CHOICE:
		if (!is_choice(o->argument, value))
			expected = o->argument;
		else
			*(const char **)(void *)at = value;
		break;
	case BR_TAKES_TEXT:
	case BR_TAKES_FILE:
	case BR_TAKES_FOLDER:
	case BR_TAKES_SCENARIO:
	case BR_TAKES_PROFILE:
	case BR_TAKES_VERB:
		*(const char **)(void *)at = value;
		break;
	case BR_TAKES_NOTHING:
		break;
	}
	if (expected)
		br_words_wrong(words, "%s %s: expected %s", o->name, value, expected);
	return expected ? -1 : 1;
}

/* @word[0] is the option. Return: words used with it, -1: told */
static int take_option(struct br_words *words, char **word, int count, void *target)
{
	const struct br_option *o = find(words->verb, word[0]);
	int used = 1;

	if (!o) {
		no_option(words, word[0]);
		return -1;
	}
	char *equals = strchr(word[0] + strlen(o->name), '=');

	if (o->takes == BR_TAKES_NOTHING) {
		if (equals) {
			br_words_wrong(words, "%s: nothing goes with %s", word[0], o->name);
			return -1;
		}
		*(bool *)((char *)target + o->at) = true;
		return 1;
	}
	if (equals) {
		word[0] = equals + 1;
		used = take_value(words, o, word, count, target);
	} else if (count == 1 || find(words->verb, word[1])) {
		br_words_wrong(words, "%s: expected %s behind it%s%s%s", o->name, o->argument,
		               count > 1 ? ", not '" : "", count > 1 ? word[1] : "",
		               count > 1 ? "'" : "");
		return -1;
	} else {
		used = take_value(words, o, word + 1, count - 1, target);
		used += used > 0;
	}
	if (used > 0 && o->given)
		*(bool *)((char *)target + o->given) = true;
	return used;
}

bool br_words_read_option(struct br_words *words, char *name, char *value, void *target)
{
	char *word[2] = {name, value};

	return take_option(words, word, 2, target) == 2;
}

/* As many as the table wants? */
static bool count_operands(struct br_words *words)
{
	size_t least = 0, most = 0;

	for (const struct br_operand *o = words->verb->operand; o && o->name; o++) {
		least += o->least;
		most = o->most == BR_OPERANDS_ANY ? o->most : most + o->most;
		if (words->count < least) {
			br_words_wrong(words, "%s is missing", o->name);
			return false;
		}
	}
	if (words->count > most) {
		br_words_wrong(words, "one word too many: '%s'", words->operand[most]);
		return false;
	}
	return true;
}

bool br_words_read(struct br_words *words, int argc, char **argv, void *target)
{
	bool options = true;
	int i = 1;

	words->operand = argv;
	words->count = 0;
	while (i < argc) {
		int used = 1;

		if (!options || argv[i][0] != '-' || argv[i][1] == '\0') {
			words->operand[words->count++] = argv[i];
		} else if (!strcmp(argv[i], "--")) {
			options = false;
		} else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			br_help_verb(words->verb, words->out);
			words->code = BR_EXIT_PASSED;
			return false;
		} else {
			used = take_option(words, argv + i, argc - i, target);
		}
		if (used < 0)
			return false;
		i += used;
	}
	return count_operands(words);
}
