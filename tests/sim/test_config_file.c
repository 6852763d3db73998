/* SPDX-License-Identifier: BSD-2-Clause */
/* A configuration file: what is taken means what TOML says, what is not is told with its place. */
#include "tests/helper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/text.h"
#include "sim/serve/config_file.h"

static struct br_serve_options options;
static char error[512], path[64];

static int read_text(const char *text)
{
	FILE *to = fopen(path, "w");
	int result;

	assert_non_null(to);
	assert_true(fputs(text, to) >= 0);
	assert_int_equal(fclose(to), 0);
	memset(&options, 0, sizeof(options));
	br_config_init(&options.config);
	error[0] = '\0';
	result = br_config_file_read(path, br_serve_option_rows, &options, error, sizeof(error));
	assert_int_equal(strncmp(error, path, result ? strlen(path) : 0), 0);
	return result;
}

static int make(void **state)
{
	int fd;

	(void)state;
	strcpy(path, "/tmp/config-file-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	return close(fd);
}

static int unmake(void **state)
{
	(void)state;
	return unlink(path);
}

static void a_file_has_the_words_of_the_command_line(void **state)
{
	(void)state;
	assert_int_equal(
		read_text("# comment\n\nrole = [\"dhcp\", 'tftp'] # both\r\n"
	                  "subnet='10.77.0.0/24'\n"
	                  "pool = \"10.77.0.100-10.77.0.199\"\n"
	                  "boot = [ # one word each\n\t\"a\\u002eefi@arch:7\",\n'b\\c',]\n"
	                  "lease = 1_800\nauthoritative = false\nwindowsize = true\n"
	                  "dns = [\"10.77.0.1\",\"10.77.0.2\"]\n\"opt28!\" = \"10.77.0.255\"\n"
	                  "menu = []\n"
	                  "[ serve ]\naddress = \"10.77.0.1/24\"\nroot = \"/srv\"\njson = true\n"
	                  "seed = 7\nmac = \"02:00:00:00:00:01\""),
		0);
	assert_int_equal(options.config.roles, BR_ROLE_DHCP | BR_ROLE_TFTP);
	assert_int_equal(options.config.subnet[0].pool_first, 0x0a4d0064);
	assert_int_equal(options.config.rules, 2);
	assert_string_equal(options.config.rule[0].file, "a.efi");
	assert_int_equal(options.config.rule[0].arch, 7);
	assert_string_equal(options.config.rule[1].file, "b\\c");
	assert_int_equal(options.config.lease_s, 1800);
	assert_false(options.config.authoritative);
	assert_true(options.config.windowsize_on);
	assert_int_equal(options.config.options, 2);
	assert_int_equal(options.config.option[0].size, 8);
	assert_true(options.config.option[1].forced);
	assert_int_equal(options.address, 0x0a4d0001);
	assert_string_equal(options.root, "/srv");
	assert_true(options.json);
	assert_int_equal(options.seed, 7);
	assert_true(options.seed_set && options.mac_set);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
	static const struct {
		const char *text, *place, *says;
	} table[] = {
		{"lease = 0", ":1:9: ", "expected seconds"},
		{"\n lease = 5\nlease = 5", ":3:6: ", "once"},
		{"colour = 1", ":1:10: ", "no setting 'colour'"},
		{"leese = 1", ":1:9: ", "lease"},
		{"lease", ":1:6: ", "'='"},
		{"lease = ", ":1:9: ", "a whole number"},
		{"lease = 1.5", ":1:9: ", "a whole number"},
		{"lease = 0x10", ":1:9: ", "a whole number"},
		{"lease = 010", ":1:9: ", "a whole number"},
		{"lease = 1__0", ":1:9: ", "a whole number"},
		{"lease = 1979-05-27", ":1:9: ", "a whole number"},
		{"lease = 5 5", ":1:11: ", "the line's end"},
		{"lease = {a = 1}", ":1:9: ", "a whole number"},
		{"boot.a = 1", ":1:5: ", "'='"},
		{"boot = \"a", ":1:10: ", "the string's end"},
		{"boot = \"a\nb\"", ":1:10: ", "the string's end"},
		{"boot = \"\"\"a\"\"\"", ":1:8: ", "on one line"},
		{"boot = \"\\q\"", ":1:10: ", "behind a backslash"},
		{"boot = \"\\ud800\"", ":1:10: ", "number of a character"},
		{"boot = \"\xff\"", ":1:9: ", "UTF-8"},
		{"boot = \"\x01\"", ":1:9: ", "prints"},
		{"boot = [\"a\" \"b\"]", ":1:13: ", "',' or ']'"},
		{"boot = [\"a\",\n[\"b\"]]", ":2:1: ", "a whole number"},
		{"boot = [\"a\"", ":1:12: ", "',' or ']'"},
		{"# \x02", ":1:3: ", "control character"},
		{"[[serve]]", ":1:2: ", "a key"},
		{"[serve.a]", ":1:7: ", "one name"},
		{"[serve]\n[serve]", ":2:7: ", "once"},
		{"[other]\na = 1", ":2:5: ", "[other]"},
		{"[serve]\naddress = \"10.77.0.0/24\"", ":2:11: ", "a host's address"},
		{"[serve]\njson = 1", ":2:8: ", "true or false"},
		{"[serve]\nroot = [\"a\"]", ":2:9: ", "one value"},
		{"[serve]\nconfig = \"a\"", ":2:10: ", "no option 'config'"},
		{"= 1", ":1:1: ", "a key"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(read_text(table[i].text), -EINVAL);
		if (!strstr(error, table[i].place) || !strstr(error, table[i].says))
			fail_msg("%s: %s", table[i].text, error);
	}
}

static void a_file_cut_anywhere_is_read_without_harm(void **state)
{
	static const char whole[] = "role = [\"dhcp\", \"tftp\"]\nboot = \"a\\u00e4\\\"b\" # c\n"
				    "lease = -1_0\n[serve]\nroot = 'a'\njson = true\n";
	char part[sizeof(whole)];

	(void)state;
	for (size_t size = 0; size < sizeof(whole); size++) {
		memcpy(part, whole, size);
		part[size] = '\0';
		(void)read_text(part);
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(
		br_config_file_read(path, br_serve_option_rows, &options, error, sizeof(error)),
		-ENOENT);
	assert_non_null(strstr(error, "No such file"));
	assert_int_equal(make(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_has_the_words_of_the_command_line),
		cmocka_unit_test(what_is_wrong_is_told_with_its_place),
		cmocka_unit_test(a_file_cut_anywhere_is_read_without_harm),
	};

	return cmocka_run_group_tests_name("config_file", tests, make, unmake);
}
