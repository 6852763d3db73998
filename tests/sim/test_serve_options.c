/* SPDX-License-Identifier: BSD-2-Clause */
/* Each wrong word is one line that names it; right ones end in a configuration with a link. */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>

#include "sim/serve/serve_options.h"

static struct br_serve_options options;
static char error[512];

static int parse(const char *words)
{
	static char copy[512];
	char *argv[32] = {"serve"};
	int argc = 1;

	assert_true(strlen(words) < sizeof(copy));
	strcpy(copy, words);
	for (char *rest = NULL, *word = strtok_r(copy, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	static const struct br_command_verb verb = {
		.name = "serve", .operand = br_serve_operands, .option = br_serve_option_rows};
	struct br_words line = br_words_of(&verb);
	int result;

	memset(error, 0, sizeof(error));
	line.err = fmemopen(error, sizeof(error), "w");
	assert_non_null(line.err);
	result = br_serve_options_parse(&options, &line, argc, argv);
	fclose(line.err);
	return result;
}

static void right_words_are_taken(void **state)
{
	const struct br_iface iface = {
		.mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56}, .mtu = 1400, .up = true};

	(void)state;
	assert_int_equal(parse("eth9 --address 10.77.0.1/24 --root /srv --pcap a.pcapng --seed 7 "
	                       "--gateway 10.77.0.254 role=tftp blksize=1024"),
	                 0);
	assert_string_equal(options.interface, "eth9");
	assert_int_equal(options.address, 0x0a4d0001);
	assert_int_equal(options.netmask, 0xffffff00);
	assert_int_equal(options.gateway, 0x0a4d00fe);
	assert_int_equal(options.seed, 7);
	assert_string_equal(options.root, "/srv");
	assert_string_equal(options.pcap, "a.pcapng");
	assert_int_equal(options.config.roles, BR_ROLE_TFTP);
	assert_int_equal(options.config.blksize_max, 1024);
	assert_int_equal(br_serve_options_check(&options, &iface, error, sizeof(error)), 0);
	assert_int_equal(options.config.links, 1);
	assert_int_equal(options.config.link[0].address, 0x0a4d0001);
	assert_int_equal(options.config.link[0].mtu, 1400);
	/* its own, of one card, administered locally, the same each time */
	assert_memory_not_equal(options.mac, iface.mac, 6);
	assert_int_equal(options.mac[0] & 3, 2);
}

static void ipv6_alone_is_enough(void **state)
{
	const struct br_iface iface = {
		.mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56}, .mtu = 1500, .up = true};
	const uint8_t address[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};

	(void)state;
	assert_int_equal(
		parse("eth9 --address6 2001:db8::1/64 --gateway6 fe80::1 --ra MO role=dhcp6 "
	              "pool6=2001:db8::100-2001:db8::1ff boot=a.efi"),
		0);
	assert_int_equal(br_serve_options_check(&options, &iface, error, sizeof(error)), 0);
	assert_true(options.six.advertises && options.six.managed && options.six.other);
	assert_int_equal(options.config.link[0].address, 0);
	assert_memory_equal(options.config.link[0].address6, address, 16);
	assert_int_equal(options.config.link[0].prefix6, 64);
	assert_memory_equal(options.config.link[0].mac, options.mac, 6); /* its DUID has it */
}

static void of_ipv6_too_what_does_not_suit_is_refused(void **state)
{
	static const struct {
		const char *words, *named;
		uint32_t mtu;
	} table[] = {
		{"eth9 role=dhcp6", "--address6 is missing", 1500},
		{"eth9 --address 10.77.0.1/24 role=proxydhcp6", "--address6 is missing", 1500},
		{"eth9 --address6 2001:db8::1/64 role=dhcp", "--address is missing", 1500},
		{"eth9 --address6 2001:db8::1/64 --root / --gateway 10.77.0.254", "--gateway",
	         1500},
		{"eth9 --address 10.77.0.1/24 --root / --ra M", "--ra does nothing", 1500},
		{"eth9 --address 10.77.0.1/24 --root / --gateway6 fe80::1", "--gateway6 does",
	         1500},
		{"eth9 --address6 2001:db8::1/64 --root / --gateway6 2001:db9::1", "not in", 1500},
		{"eth9 --address6 2001:db8::1/64 --root /", "1280", 1279},
		{"eth9 --address6 2001:db8::1/64 role=dhcp6 pool6=2001:db9::1-2001:db9::2",
	         "lies in none", 1500},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct br_iface iface = {.mac = {2, 0, 0, 0, 0, 9}, .up = true};

		iface.mtu = table[i].mtu;
		assert_int_equal(parse(table[i].words), 0);
		assert_int_equal(br_serve_options_check(&options, &iface, error, sizeof(error)),
		                 -EINVAL);
		assert_non_null(strstr(error, table[i].named));
	}
}

static void without_a_role_it_is_a_file_server(void **state)
{
	(void)state;
	assert_int_equal(parse("eth9 --address 10.77.0.1/24 --root /srv"), 0);
	assert_int_equal(options.config.roles, BR_ROLE_TFTP | BR_ROLE_HTTP);
	assert_int_equal(parse("eth9 --address 10.77.0.1/24 role=dhcp"), 0); /* needs no files */
}

static void wrong_words_are_named(void **state)
{
	static const struct {
		const char *words, *named;
	} table[] = {
		{"", "IFACE is missing"},
		{"eth9", "--root"},
		{"eth9 eth8", "eth8"},
		{"eth9 --root", "--root"},
		{"eth9 --colour red", "--colour"},
		{"eth9 colour=red", "colour"},
		{"eth9 blksize=1", "blksize"},
		{"eth9 --address 10.77.0.1", "10.77.0.1"},
		{"eth9 --address 10.77.0.1/0", "10.77.0.1/0"},
		{"eth9 --address 10.77.0.1/31", "/31"},
		{"eth9 --address 10.77.0.0/24", "10.77.0.0/24"},
		{"eth9 --address 10.77.0.255/24", "10.77.0.255"},
		{"eth9 --address 224.0.0.1/24", "224.0.0.1"},
		{"eth9 --address 127.0.0.1/8", "127.0.0.1"},
		{"eth9 --address 10.77.0.1/24x", "24x"},
		{"eth9 --mac 01:00:00:00:00:01", "01:00:00:00:00:01"},
		{"eth9 --mac 2", "--mac"},
		{"eth9 --seed -1", "--seed"},
		{"eth9 --gateway here", "here"},
		{"eth9 --address6 2001:db8::1", "2001:db8:1::1/64"},
		{"eth9 --address6 10.77.0.1/24", "2001:db8:1::1/64"},
		{"eth9 --address6 fe80::1/64", "2001:db8:1::1/64"},
		{"eth9 --address6 ff02::1/64", "2001:db8:1::1/64"},
		{"eth9 --address6 2001:db8::1/128", "2001:db8:1::1/64"},
		{"eth9 --gateway6 10.77.0.1", "fe80::1"},
		{"eth9 --ra maybe", "off, on, M, O or MO"},
		{"eth9 --root /srv pool6=2001:db8::1-2001:db8::9", "role=dhcp6"},
		{"eth9 --root /srv --leases l role=tftp", "role=dhcp6"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(parse(table[i].words), -EINVAL);
		assert_non_null(strstr(error, table[i].named));
		assert_ptr_equal(strchr(error, '\n'), error + strlen(error) - 1); /* one line */
	}
}

static void what_does_not_suit_the_interface_is_refused(void **state)
{
	const struct br_iface good = {.mac = {2, 0, 0, 0, 0, 9}, .mtu = 1500, .up = true};
	struct br_iface bad;

	(void)state;
	assert_int_equal(parse("eth9 --root /srv"), 0);
	assert_int_equal(br_serve_options_check(&options, &good, error, sizeof(error)), -EINVAL);
	bad = good;
	bad.address = 0x0a4d0009;
	assert_int_equal(br_serve_options_check(&options, &bad, error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, "10.77.0.9")); /* says which network it would be in */
	assert_int_equal(parse("eth9 --root /srv --address 10.77.0.1/24"), 0);
	bad = good;
	bad.up = false;
	assert_int_equal(br_serve_options_check(&options, &bad, error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, "down"));
	bad = good;
	bad.mtu = 500;
	assert_int_equal(br_serve_options_check(&options, &bad, error, sizeof(error)), -EINVAL);
	assert_int_equal(parse("eth9 --root /srv --address 10.77.0.1/24 --mac 02:00:00:00:00:09"),
	                 0);
	assert_int_equal(br_serve_options_check(&options, &good, error, sizeof(error)), -EINVAL);
	assert_int_equal(parse("eth9 --root /srv --address 10.77.0.1/24 --gateway 10.78.0.1"), 0);
	assert_int_equal(br_serve_options_check(&options, &good, error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, "--gateway"));
	assert_int_equal(parse("eth9 --root /srv --address 10.77.0.1/24 role=dhcp "
	                       "pool=10.99.0.100-10.99.0.199"),
	                 0);
	assert_int_equal(br_serve_options_check(&options, &good, error, sizeof(error)), -EINVAL);
	assert_string_equal(error, "pool 10.99.0.100-10.99.0.199 lies in none of the server's nets "
	                           "10.77.0.0/24, nor in a subnet= before it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_words_are_taken),
		cmocka_unit_test(ipv6_alone_is_enough),
		cmocka_unit_test(of_ipv6_too_what_does_not_suit_is_refused),
		cmocka_unit_test(without_a_role_it_is_a_file_server),
		cmocka_unit_test(wrong_words_are_named),
		cmocka_unit_test(what_does_not_suit_the_interface_is_refused),
	};

	return cmocka_run_group_tests_name("serve_options", tests, NULL, NULL);
}
