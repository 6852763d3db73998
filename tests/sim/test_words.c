/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of a command line become values as their table says, or one line that says what was
 * expected; the same table is help, man page and completion. Method: a verb with an option of each
 * kind.
 */
#include "tests/helper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/command/completion.h"
#include "sim/command/help.h"
#include "sim/command/words.h"
#include "sim/exit_code.h"

struct values {
	bool flag, has_number;
	const char *text, *choice;
	uint64_t number, any;
	uint8_t mac[6];
	uint32_t address;
	char *pair[2];
};

static int take_pair(void *target, char **word, int count, char *error, size_t size)
{
	struct values *values = target;

	if (count > 1 && !strcmp(word[1], "odd"))
		snprintf(error, size, "odd is no second");
	if (count < 2 || !strcmp(word[1], "odd"))
		return 0;
	values->pair[0] = word[0];
	values->pair[1] = word[1];
	return 2;
}

#define AT(member) offsetof(struct values, member)

static const struct br_option options[] = {
	{.name = "--flag", .says = "a flag; it's [not] much: a flag", .at = AT(flag)},
	{.name = "--text", .argument = "T", .says = "t", .takes = BR_TAKES_FILE, .at = AT(text)},
	{.name = "--choice",
         .argument = "real|counted",
         .says = "which",
         .standard = "real",
         .takes = BR_TAKES_CHOICE,
         .at = AT(choice)},
	{.name = "--number",
         .argument = "N",
         .says = "n",
         .takes = BR_TAKES_NUMBER,
         .at = AT(number),
         .given = AT(has_number),
         .least = 2,
         .most = 9},
	{.name = "--any", .argument = "N", .says = "n", .takes = BR_TAKES_NUMBER, .at = AT(any)},
	{.name = "--mac", .argument = "MAC", .says = "m", .takes = BR_TAKES_MAC, .at = AT(mac)},
	{.name = "--address",
         .argument = "A",
         .says = "a",
         .takes = BR_TAKES_IPV4,
         .at = AT(address)},
	{.name = "--pair",
         .argument = "ONE TWO",
         .says = "p",
         .take = take_pair,
         .takes = BR_TAKES_TEXT},
	{.name = NULL},
};

static const struct br_operand operands[] = {
	{"FILE", "a file", BR_TAKES_FILE, 1, 1},
	{"PCAP", "captures", BR_TAKES_FILE, 0, 2},
	{NULL, NULL, BR_TAKES_NOTHING, 0, 0},
};

static const struct br_command_verb verb = {
	.name = "try",
	.says = "try it",
	.about = "First \\ paragraph.\n\n.second paragraph",
	.operand = operands,
	.option = options,
};

static struct values values;
static struct br_words line;
static char said[4096];

static bool read_words(const char *words)
{
	static char copy[512], *argv[32] = {"try"};
	int argc = 1;
	bool result;

	assert_true(strlen(words) < sizeof(copy));
	strcpy(copy, words);
	for (char *rest = NULL, *word = strtok_r(copy, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	memset(&values, 0, sizeof(values));
	memset(said, 0, sizeof(said));
	line = br_words_of(&verb);
	line.out = line.err = fmemopen(said, sizeof(said), "w");
	assert_non_null(line.err);
	result = br_words_read(&line, argc, argv, &values);
	fclose(line.err);
	return result;
}

static void each_kind_of_value_arrives(void **state)
{
	static const uint8_t mac[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

	(void)state;
	assert_true(read_words("a --flag --text t --choice counted --number 9 --mac "
	                       "52:54:00:12:34:56 b --any 0x10 --address 10.77.0.1 --pair x y c"));
	assert_true(values.flag);
	assert_string_equal(values.text, "t");
	assert_string_equal(values.choice, "counted");
	assert_int_equal(values.number, 9);
	assert_true(values.has_number);
	assert_int_equal(values.any, 16);
	assert_memory_equal(values.mac, mac, sizeof(mac));
	assert_int_equal(values.address, 0x0a4d0001);
	assert_string_equal(values.pair[0], "x");
	assert_string_equal(values.pair[1], "y");
	assert_int_equal(line.count, 3);
	assert_string_equal(line.operand[0], "a");
	assert_string_equal(line.operand[1], "b");
	assert_string_equal(line.operand[2], "c");
	assert_string_equal(said, "");
}

static void what_is_not_given_stays_as_it_was(void **state)
{
	const struct values none = {.flag = false};

	(void)state;
	assert_true(read_words("a"));
	assert_memory_equal(&values, &none, sizeof(none));
}

static void values_may_stand_behind_an_equals_sign(void **state)
{
	(void)state;
	assert_true(read_words("--number=3 --pair=x y --text=a=b f"));
	assert_int_equal(values.number, 3);
	assert_string_equal(values.pair[0], "x");
	assert_string_equal(values.pair[1], "y");
	assert_string_equal(values.text, "a=b");
	assert_int_equal(line.count, 1);
}

static void a_dash_and_all_behind_two_are_operands(void **state)
{
	(void)state;
	assert_true(read_words("- -- --flag --help"));
	assert_false(values.flag);
	assert_int_equal(line.count, 3);
	assert_string_equal(line.operand[1], "--flag");
	assert_string_equal(line.operand[2], "--help");
}

static void a_wrong_word_is_one_line_that_leads_on(void **state)
{
	static const struct {
		const char *words, *says;
	} table[] = {
		{"", "FILE is missing;"},
		{"a b c d", "one word too many: 'd';"},
		{"a --flog", "there is no option '--flog'; did you mean '--flag'?"},
		{"a -x", "there is no option '-x';"},
		{"a --helb", "there is no option '--helb'; did you mean '--help'?"},
		{"a --numbers=3", "there is no option '--numbers=3'; did you mean '--number'?"},
		{"a --flag=1", "--flag=1: nothing goes with --flag;"},
		{"a --number", "--number: expected N behind it;"},
		{"a --number --flag", "--number: expected N behind it, not '--flag';"},
		{"a --number 1", "--number 1: expected a number from 2 to 9;"},
		{"a --number=10", "--number 10: expected a number from 2 to 9;"},
		{"a --any x", "--any x: expected a number;"},
		{"a --any 18446744073709551616", "--any 18446744073709551616: expected a number;"},
		{"a --choice rea", "--choice rea: expected real|counted;"},
		{"a --choice real|counted", "--choice real|counted: expected real|counted;"},
		{"a --mac 52", "--mac 52: expected a MAC address, as in 52:54:00:12:34:56;"},
		{"a --address 10.77",
	         "--address 10.77: expected an IPv4 address, as in 10.77.0.1;"},
		{"a --pair x", "--pair x: expected ONE TWO;"},
		{"a --pair x odd", "--pair x: odd is no second;"},
	};
	char whole[256];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_false(read_words(table[i].words));
		assert_int_equal(line.code, BR_EXIT_BAD_USAGE);
		snprintf(whole, sizeof(whole), "bootrig try: %s 'bootrig try --help' explains it\n",
		         table[i].says);
		assert_string_equal(said, whole);
	}
}

static void help_says_all_there_is_to_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_false(read_words(i ? "a -h" : "--help --nonsense"));
		assert_int_equal(line.code, BR_EXIT_PASSED);
		assert_non_null(strstr(said, "bootrig try [OPTION...] FILE [PCAP...]\n"));
		assert_non_null(strstr(said, "\nFirst \\ paragraph.\n\n.second paragraph\n"));
		assert_non_null(strstr(said, "\n  FILE                a file\n"));
		assert_non_null(strstr(said, "\n  --choice real|counted\n                      "
		                             "which (default: real)\n"));
		for (const struct br_option *o = options; o->name; o++)
			assert_non_null(strstr(said, o->name));
	}
}

static char *printed(void (*print)(const struct br_command_verb *const *verbs, FILE *to))
{
	static const struct br_command_verb *const verbs[] = {&verb, NULL};
	FILE *to = fmemopen(memset(said, 0, sizeof(said)), sizeof(said), "w");

	assert_non_null(to);
	if (print)
		print(verbs, to);
	else
		br_help_verb_man(&verb, to);
	fclose(to);
	return said;
}

static void a_man_page_keeps_its_octets(void **state)
{
	(void)state;
	printed(NULL);
	assert_non_null(strstr(said, ".TH \"BOOTRIG-TRY\" \"1\" \"\" \"bootrig\"\n.SH NAME\n"
	                             "bootrig\\-try \\- try it\n"));
	assert_non_null(strstr(said, "\nFirst \\e paragraph.\n.sp\n\\&.second paragraph\n"));
	assert_non_null(strstr(said, ".TP\n\\fB\\-\\-number\\fR \\fIN\\fR\nn\n"));
}

static void completions_know_every_option_and_choice(void **state)
{
	(void)state;
	printed(br_completion_bash);
	assert_non_null(strstr(said, "options='--flag --text --choice --number --any --mac "
	                             "--address --pair'\n"));
	assert_non_null(
		strstr(said, "--choice)\n\t\t\t_bootrig_offer \"$word\" words real counted\n"));
	printed(br_completion_zsh);
	assert_non_null(strstr(said, "'*--flag[a flag]'"));
	assert_non_null(strstr(said, "'*--choice=[which]:real|counted:(real counted)'"));
	assert_non_null(strstr(said, "':FILE:_files'"));
	assert_non_null(strstr(said, "'*:PCAP:_files'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_value_arrives),
		cmocka_unit_test(what_is_not_given_stays_as_it_was),
		cmocka_unit_test(values_may_stand_behind_an_equals_sign),
		cmocka_unit_test(a_dash_and_all_behind_two_are_operands),
		cmocka_unit_test(a_wrong_word_is_one_line_that_leads_on),
		cmocka_unit_test(help_says_all_there_is_to_say),
		cmocka_unit_test(a_man_page_keeps_its_octets),
		cmocka_unit_test(completions_know_every_option_and_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
