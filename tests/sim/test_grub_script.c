/* SPDX-License-Identifier: BSD-2-Clause */
/* What grub.cfg files want, one after the other, if all they ask for is there but "gone". */
#include "tests/helper.h"

#include <stdio.h>
#include <string.h>

#include "sim/models/grub_script.h"

enum {
	STEPS_MAX = 200,
};

static const char *const wants[] = {
	[BR_GRUB_PROMPT] = "prompt",  [BR_GRUB_MODULE] = "mod",  [BR_GRUB_KERNEL] = "kernel",
	[BR_GRUB_INITRD] = "initrd",  [BR_GRUB_CHAIN] = "chain", [BR_GRUB_FILE] = "file",
	[BR_GRUB_CONFIG] = "config",  [BR_GRUB_DHCP] = "dhcp",   [BR_GRUB_SLEEP] = "sleep",
	[BR_GRUB_BOOT] = "boot",      [BR_GRUB_EXIT] = "exit",   [BR_GRUB_KEY] = "key",
	[BR_GRUB_REFUSED] = "refused"};

static bool is_last(enum br_grub_want want)
{
	return want == BR_GRUB_PROMPT || want == BR_GRUB_BOOT || want == BR_GRUB_EXIT ||
	       want == BR_GRUB_KEY || want == BR_GRUB_REFUSED;
}

/* "kernel /a" and so on, a line each, into @got. @other: what a configuration asked for says */
static void run(struct br_grub_script *script, const char *text, const char *other, char *got,
                size_t size)
{
	size_t used = 0;

	got[0] = '\0';
	assert_int_equal(br_grub_script_begin(script, text), 0);
	for (unsigned i = 0; i < STEPS_MAX; i++) {
		struct br_grub_step step = br_grub_script_next(script);
		bool there = !strstr(step.path, "gone");

		if (used < size)
			used += (size_t)snprintf(got + used, size - used, "%s%s%s",
			                         wants[step.want], step.path[0] ? " " : "",
			                         step.path);
		if (step.ms > 0 && used < size)
			used += (size_t)snprintf(got + used, size - used, " %u", step.ms);
		if (used < size)
			used += (size_t)snprintf(got + used, size - used, "\n");
		if (is_last(step.want))
			return;
		br_grub_script_result(script, there);
		if (step.want == BR_GRUB_CONFIG && there)
			assert_int_equal(br_grub_script_begin(script, other), 0);
	}
	fail_msg("it goes on and on:\n%s", got);
}

static void check(const char *text, const char *other, const char *want)
{
	struct br_grub_script *script = br_grub_script_new();
	char got[2048];

	assert_non_null(script);
	br_grub_script_set(script, "net_default_server", "192.0.2.1");
	run(script, text, other, got, sizeof(got));
	if (strcmp(got, want) != 0)
		print_error("for:\n%s\n", text);
	assert_string_equal(got, want);
	br_grub_script_free(script);
}

/* vms/payload/grub.cfg: the command in the condition is run, and decides */
static void a_command_may_be_the_condition(void **state)
{
	static const char text[] = "insmod http\n"
				   "if linux (http,$net_default_server)/%s quiet; then\n"
				   "\tinitrd (http,$net_default_server)/initrd.img\n"
				   "else\n"
				   "\tlinux (tftp,$net_default_server)/vmlinuz\n"
				   "\tinitrd (tftp,$net_default_server)/initrd.img\n"
				   "fi\nboot\n";
	char with_file[512];

	(void)state;
	snprintf(with_file, sizeof(with_file), text, "vmlinuz");
	check(with_file, "",
	      "mod http\nkernel (http,192.0.2.1)/vmlinuz\n"
	      "initrd (http,192.0.2.1)/initrd.img\nboot kernel\n");
	snprintf(with_file, sizeof(with_file), text, "gone");
	check(with_file, "",
	      "mod http\nkernel (http,192.0.2.1)/gone\nkernel (tftp,192.0.2.1)/vmlinuz\n"
	      "initrd (tftp,192.0.2.1)/initrd.img\nboot kernel\n");
}

static void branches_nest(void **state)
{
	static const char text[] = "if [ \"$net_default_server\" = %s ]; then\n"
				   "  if [ -z \"$nothing\" ]; then\n    linux /a\n  else\n"
				   "    linux /b\n  fi\n"
				   "elif [ x != %s ]\nthen\n  linux /c\n"
				   "else\n  if true; then linux /d; fi\nfi\nboot\n"
				   "# linux /comment; linux /no\n";
	char filled[512];

	(void)state;
	snprintf(filled, sizeof(filled), text, "192.0.2.1", "y");
	check(filled, "", "kernel /a\nboot kernel\n");
	snprintf(filled, sizeof(filled), text, "192.0.2.9", "x");
	check(filled, "", "kernel /d\nboot kernel\n");
	check("if [ a = b ]; then linux /a; elif [ 2 -gt 1 -a ! -f /x ]; then linux /b;\n"
	      "else linux /c; fi; boot",
	      "", "kernel /b\nboot kernel\n");
}

static void loops_and_functions_run(void **state)
{
	(void)state;
	check("for f in one \"two three\" $net_default_server; do\n linux \"/$f\"\ndone\nboot", "",
	      "kernel /one\nkernel /two three\nkernel /192.0.2.1\nboot kernel\n");
	check("set n=x\nwhile [ $n != xxx ]; do linux /$n; set n=x$n; done; boot", "",
	      "kernel /x\nkernel /xx\nboot kernel\n");
	check("until linux /gone$n; do set n=; break; linux /no; done\nlinux /b; boot", "",
	      "kernel /gone\nkernel /b\nboot kernel\n");
	check("for a in 1 2 3; do if [ $a = 2 ]; then continue; fi; linux /$a; done; boot", "",
	      "kernel /1\nkernel /3\nboot kernel\n");
	check("function load {\n if [ $# -lt 2 ]; then return 1; fi\n linux /$1; shift\n"
	      " initrd /$1 newc:x:/y\n}\nif load a; then linux /no; fi\nload b c\nboot\n",
	      "", "kernel /b\ninitrd /c\ninitrd /y\nboot kernel\n");
}

static void the_default_entry_is_booted(void **state)
{
	static const char entries[] = "menuentry 'one; { quoted' --id first {\n\tlinux /one\n}\n"
				      "menuentry \"two\" --class os {\n"
				      "\tlinuxefi /two quiet # \n\tinitrdefi /two.img\n}\n"
				      "submenu 'more' {\n menuentry 'three' { linux /three; }\n"
				      " menuentry 'four' {\n  linux /four\n }\n}\n"
				      "menuentry gone {\n linux /gone\n}\n";
	static const struct {
		const char *settings, *want;
	} cases[] = {
		{"set timeout=0\nset default=1\n", "kernel /two\ninitrd /two.img\nboot kernel\n"},
		{"set timeout=5\nset default=first\n", "sleep 5000\nkernel /one\nboot kernel\n"},
		{"set timeout=0\nset default=\"more>four\"\n", "kernel /four\nboot kernel\n"},
		{"set timeout=0\nset default=3\nset fallback=0\n",
	         "kernel /gone\nkernel /one\nboot kernel\n"},
		{"set timeout=0\nset default=3\n",
	         "kernel /gone\nkey GRUB's menu entry loaded nothing, the menu is back\n"},
		{"", "key GRUB's menu waits for a key: it has no timeout\n"},
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "%s%s", cases[i].settings, entries);
		check(text, "", cases[i].want);
	}
}

static void a_person_may_choose_an_entry(void **state)
{
	struct br_grub_script *script = br_grub_script_new();
	char got[256];

	(void)state;
	br_grub_script_choose(script, 1);
	run(script, "menuentry a { linux /a; }\nmenuentry b { linux /b; }\n", "", got, sizeof(got));
	assert_string_equal(got, "kernel /b\nboot kernel\n");
	br_grub_script_free(script);
}

static void other_configurations_are_read(void **state)
{
	(void)state;
	check("source /x.cfg\nlinux /$k\nboot\n", "set k=from-x\n",
	      "config /x.cfg\nkernel /from-x\nboot kernel\n");
	check("configfile /x.cfg\nlinux /no\nboot\n", "linux /yes\nboot\n",
	      "config /x.cfg\nkernel /yes\nboot kernel\n");
	check("source /gone.cfg\nlinux /after\nboot\n", "",
	      "config /gone.cfg\nkernel /after\nboot kernel\n");
	check("set timeout=0\nmenuentry a {\n configfile /m.cfg\n}\n",
	      "set timeout=0\nmenuentry b {\n chainloader /b.efi\n}\n",
	      "config /m.cfg\nchain /b.efi\nboot chain\n");
}

/* What is not known stops it with a word; nothing is stepped over in silence. */
static void what_is_not_known_is_refused(void **state)
{
	(void)state;
	check("echo fine\ncryptomount -a\nlinux /a\n", "",
	      "refused the model of GRUB does not know `cryptomount'\n");
	check("if [ a = a ]; then linux /a; cryptomount; fi\n", "",
	      "kernel /a\nrefused the model of GRUB does not know `cryptomount'\n");
	check("linux /a | echo\n", "", "refused the model of GRUB does not know `|'\n");
	check("fi\n", "", "refused the model of GRUB does not know `fi'\n");
	check("while true; do set a=b; done\n", "",
	      "refused the model of GRUB does not know `a loop that never ends'\n");
	check("initrd /no-kernel\nboot\n", "", "prompt\n");
	check("linux /a\n", "", "kernel /a\nprompt\n");
	check("net_bootp\nsleep --interruptible 2\nhalt\n", "",
	      "dhcp net_bootp\nsleep 2000\nexit halt\n");
	check("net_bootp6\nnet_ipv6_autoconf efinet0\nhalt\n", "",
	      "dhcp net_bootp6\ndhcp net_ipv6_autoconf\nexit halt\n");
}

/* Anything may come: only that it ends is asked. */
static void nonsense_ends(void **state)
{
	static const char *const pieces[] = {"if ",
	                                     "then\n",
	                                     "else ",
	                                     "fi\n",
	                                     "for a in b; do ",
	                                     "done\n",
	                                     "{ ",
	                                     "}\n",
	                                     "$",
	                                     "${",
	                                     "\"",
	                                     "'",
	                                     "\\",
	                                     "linux ",
	                                     "[ ",
	                                     "] ",
	                                     "! -a ",
	                                     "menuentry x {",
	                                     "function f {",
	                                     "f\n",
	                                     "while ",
	                                     "true;",
	                                     "break\n",
	                                     "return\n",
	                                     "source a\n",
	                                     "$@ $# $9 ",
	                                     "submenu y {",
	                                     "set a=$a$a\n"};
	char text[600], got[4096];
	uint32_t random = 1;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct br_grub_script *script = br_grub_script_new();
		size_t used = 0;

		while (used < sizeof(text) - 40) {
			random = random * 1103515245 + 12345;
			used += (size_t)snprintf(
				text + used, sizeof(text) - used, "%s",
				pieces[(random >> 16) % (sizeof(pieces) / sizeof(pieces[0]))]);
			if ((random >> 8) % 19 == 0)
				break;
		}
		assert_int_equal(br_grub_script_begin(script, text), 0);
		for (unsigned i = 0; i < 40; i++) {
			struct br_grub_step step = br_grub_script_next(script);

			if (is_last(step.want))
				break;
			br_grub_script_result(script, i % 2);
		}
		br_grub_script_free(script);
	}
	struct br_grub_script *script = br_grub_script_new();

	memset(got, 'a', sizeof(got) - 1);
	got[sizeof(got) - 1] = '\0';
	assert_int_equal(br_grub_script_begin(script, got), 0);
	assert_int_equal(br_grub_script_next(script).want, BR_GRUB_REFUSED);
	br_grub_script_free(script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_may_be_the_condition),
		cmocka_unit_test(branches_nest),
		cmocka_unit_test(loops_and_functions_run),
		cmocka_unit_test(the_default_entry_is_booted),
		cmocka_unit_test(a_person_may_choose_an_entry),
		cmocka_unit_test(other_configurations_are_read),
		cmocka_unit_test(what_is_not_known_is_refused),
		cmocka_unit_test(nonsense_ends),
	};

	return cmocka_run_group_tests_name("grub_script", tests, NULL, NULL);
}
