/* SPDX-License-Identifier: BSD-2-Clause */
/* What to boot over DHCPv6: RFC 5970, classes, port 4011, and a server for that alone. */
#include "tests/core/dhcp6_bench.h"

#include <string.h>

#include "core/base/text.h"

#define POOL  "role=dhcp6 pool6=2001:db8::100-2001:db8::1ff "
#define PROXY "role=proxydhcp6 "

static struct bench6 bench;

static struct ask6 solicit(uint16_t arch)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	ask6_ia(&ask, 1, NULL);
	ask6_pxe(&ask, arch);
	return ask;
}

static struct ask6 http_solicit(uint16_t arch)
{
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	ask6_ia(&ask, 1, NULL);
	ask6_http(&ask, arch);
	return ask;
}

static void pxe_is_told_a_url_in_brackets_and_no_class(void **state) /* D6-NB-01, 02, 08, 09, 11 */
{
	struct ask6 ask = solicit(7);

	(void)state;
	bench6_open(&bench, POOL "boot=bootx64.efi@arch:7 boot=arm.efi@arch:11");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/bootx64.efi");
	assert_null(answer6(&bench, 16).data);
	assert_int_equal(answer6(&bench, 61).size, 2); /* D6-NB-04, D6-NB-05 */
	assert_memory_equal(answer6(&bench, 61).data, "\0\7", 2);
	assert_string_equal(bench.detail[BR_NOTE_DHCP6_ADVERTISED],
	                    "2001:db8::100 boots tftp://[2001:db8::1]/bootx64.efi");
	ask.type = BR_DHCP6_TYPE_REQUEST;
	ask6_server(&ask);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/bootx64.efi");

	ask = solicit(11); /* D6-NB-07 */
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/arm.efi");
	ask = solicit(27);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_null(answer6(&bench, 59).data);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_POLICY_NO_RULE), 1);
	bench6_close(&bench);
}

/* A rule with an empty name is found by one of the types, and boots none of them. */
static void of_nothing_to_boot_each_type_comes_back_once(void **state) /* D6-NB-05 */
{
	struct ask6 ask = solicit(7);

	(void)state;
	bench6_open(&bench, POOL "boot=@arch:7");
	ask6_drop(&ask, BR_DHCP6_OPTION_ARCH);
	ask6_put(&ask, BR_DHCP6_OPTION_ARCH, "\0\6\0\7", 4);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_null(answer6(&bench, 59).data);
	assert_int_equal(answer6(&bench, 61).size, 4);
	assert_memory_equal(answer6(&bench, 61).data, "\0\6\0\7", 4);
	bench6_close(&bench);
}

static void http_is_told_its_class_beside_the_url(void **state) /* D6-FMT-02 */
{
	struct ask6 ask = http_solicit(16);

	(void)state;
	bench6_open(&bench, POOL "boot=bootx64.efi opt6-16=\"none\"");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	answer6_is_text(&bench, 59, "http://[2001:db8::1]/bootx64.efi");
	assert_int_equal(br_dhcp6_count(bench.m.options, 16), 1);
	assert_int_equal(answer6(&bench, 16).size, 16);
	assert_memory_equal(answer6(&bench, 16).data, "\0\0\1\x57\0\12HTTPClient", 16);
	bench6_close(&bench);
	bench6_open(&bench, POOL "boot=http://[2001:db8::2]:8080/x.efi http-port=81");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	answer6_is_text(&bench, 59, "http://[2001:db8::2]:8080/x.efi");
	bench6_close(&bench);
	bench6_open(&bench, POOL "boot=x_y.efi http-port=81");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	answer6_is_text(&bench, 59, "http://[2001:db8::1]:81/x%20y.efi");
	bench6_close(&bench);
	bench6_open(&bench, POOL "preference=1"); /* nothing to boot: no class either */
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_null(answer6(&bench, 16).data);
	bench6_close(&bench);
}

static void a_name_in_the_url_comes_with_a_server_of_names(void **state) /* D6-NB-09 */
{
	static const uint16_t wanted[] = {59};
	struct ask6 ask = solicit(7);

	(void)state;
	ask6_oro(&ask, wanted, 1);
	bench6_open(&bench, POOL "boot=tftp://boot.example/x.efi dns6=2001:db8::53");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	answer6_is_text(&bench, 59, "tftp://boot.example/x.efi");
	assert_int_equal(answer6(&bench, 23).size, 16);
	bench6_close(&bench);
}

static void a_rule_of_the_other_family_is_passed_over(void **state)
{
	static const struct {
		const char *words;
		bool http;
		const char *url;
		enum br_note note;
	} cases[] = {
		{POOL "boot=x@server:10.77.0.3 boot=y", false, "tftp://[2001:db8::1]/y",
	         BR_NOTE_COUNT},
		{POOL "boot=x@server:10.77.0.3", false, NULL, BR_NOTE_POLICY_OTHER_FAMILY},
		{POOL "boot=x@server:10.77.0.3,server:2001:db8::3", false, "tftp://[2001:db8::3]/x",
	         BR_NOTE_COUNT},
		{POOL "boot=http://10.77.0.1/x", true, NULL, BR_NOTE_POLICY_OTHER_FAMILY},
		{POOL "boot=tftp://[2001:db8::2]/x", false, "tftp://[2001:db8::2]/x",
	         BR_NOTE_COUNT},
		{POOL "boot=tftp://[2001:db8::2]/x", true, NULL, BR_NOTE_POLICY_URL_WITHHELD},
		{POOL "boot=http://[2001:db8::2]/x", false, NULL, BR_NOTE_POLICY_URL_WITHHELD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ask6 ask = cases[i].http ? http_solicit(16) : solicit(7);

		bench6_open(&bench, cases[i].words);
		assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
		if (cases[i].url)
			answer6_is_text(&bench, 59, cases[i].url);
		else
			assert_null(answer6(&bench, 59).data);
		if (cases[i].note != BR_NOTE_COUNT)
			assert_int_equal(bench6_noted(&bench, cases[i].note), 1);
		bench6_close(&bench);
	}
}

static void ipxe_gets_its_second_stage(void **state) /* D6-NB-15 */
{
	struct ask6 ask = solicit(7);

	(void)state;
	ask6_put(&ask, BR_DHCP6_OPTION_USER_CLASS, "\0\4iPXE", 6);
	bench6_open(&bench, POOL "boot=ipxe.efi boot=http://[2001:db8::1]/a.ipxe@user-class:iPXE");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	answer6_is_text(&bench, 59, "http://[2001:db8::1]/a.ipxe");
	bench6_close(&bench);
	bench6_open(&bench, POOL "boot=ipxe.efi");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/ipxe.efi");
	assert_int_equal(bench6_noted(&bench, BR_NOTE_POLICY_LOOP_LIKELY), 1);
	bench6_close(&bench);
}

static void rules_know_a_machine_by_its_duid(void **state)
{
	static const uint8_t edk2[] = "\0\4\x44\x33\x22\x11\x66\x55\x88\x77\x99\xaa\xbb\xcc\xdd\xee"
				      "\xff\0";
	struct ask6 ask = solicit(7);

	(void)state;
	bench6_open(&bench, POOL "boot=mac@mac:52:54:00:12:34:56 "
	                         "boot=uuid@uuid:11223344-5566-7788-99aa-bbccddeeff00 boot=any");
	(void)bench6_ask(&bench, &ask);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/mac");
	bench.from = "fe80::1";
	ask6_drop(&ask, 1);
	ask6_put(&ask, 1, edk2, 18);
	(void)bench6_ask(&bench, &ask);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/uuid");
	bench6_close(&bench);
}

static void grub_asks_for_the_url_in_its_request_alone(void **state) /* D6-NB-16 */
{
	static const uint16_t wanted[] = {59, 23};
	struct ask6 ask = ask6_of(BR_DHCP6_TYPE_SOLICIT);

	(void)state;
	ask6_drop(&ask, BR_DHCP6_OPTION_ORO);
	ask6_ia(&ask, 0, NULL);
	bench6_open(&bench, POOL "boot=grub.cfg");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_string_equal(answer6_address(&bench), "2001:db8::100");
	assert_null(answer6(&bench, 59).data);
	ask.type = BR_DHCP6_TYPE_REQUEST; /* with the same transaction-id: D6-NB-17 */
	ask6_server(&ask);
	ask6_oro(&ask, wanted, 2);
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/grub.cfg");
	bench6_close(&bench);
}

static void parameters_fill_the_option(void **state) /* D6-NB-03, D6-NB-10 */
{
	struct ask6 pxe = solicit(7), http = http_solicit(16);

	(void)state;
	bench6_open(&bench, POOL "boot=x boot-param=root=/dev/sda boot-param=quiet");
	(void)bench6_ask(&bench, &http);
	assert_int_equal(answer6(&bench, 60).size, 2 + 13 + 2 + 5);
	assert_memory_equal(answer6(&bench, 60).data, "\0\15root=/dev/sda\0\5quiet", 22);
	(void)bench6_ask(&bench, &pxe);
	assert_null(answer6(&bench, 60).data);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_PARAMETERS_WITHHELD), 1);
	bench6_close(&bench);
	bench6_open(&bench, POOL "boot=x boot-param=1024 boot-param=quiet");
	(void)bench6_ask(&bench, &pxe);
	assert_memory_equal(answer6(&bench, 60).data,
	                    "\0\4"
	                    "1024\0\5quiet",
	                    13);
	bench6_close(&bench);
	bench6_open(&bench, POOL "boot=x boot-param=65536");
	(void)bench6_ask(&bench, &pxe);
	assert_null(answer6(&bench, 60).data);
	bench6_close(&bench);
}

static void architectures_are_those_of_the_client(void **state) /* D6-NB-04, D6-NB-05 */
{
	struct ask6 ask = solicit(6);

	(void)state;
	ask6_drop(&ask, 61);
	ask6_put(&ask, 61, "\0\6\0\7\0\33", 6);
	bench6_open(&bench, POOL "boot=x64@arch:7 boot=ia32@arch:6");
	(void)bench6_ask(&bench, &ask);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/x64");
	assert_int_equal(answer6(&bench, 61).size, 4);
	assert_memory_equal(answer6(&bench, 61).data, "\0\7\0\6", 4);
	bench6_close(&bench);
	bench6_open(&bench, POOL);
	(void)bench6_ask(&bench, &ask);
	assert_int_equal(answer6(&bench, 61).size, 6);
	bench6_close(&bench);
}

static void options_come_once_and_if_asked(void **state) /* D6-ADV-04, D6-FMT-01, D6-VAL-06 */
{
	static const uint16_t wanted[] = {23, 59, 23, 59, 31};
	struct ask6 ask = solicit(7);

	(void)state;
	ask6_oro(&ask, wanted, 5);
	ask6_put(&ask, 65000, "?", 1);
	ask6_put(&ask, 17, "\0\0\0\x63zz", 6);
	bench6_open(&bench, POOL "boot=x dns6=2001:db8::53,2001:db8::54 opt6-31=2001:db8::7b "
	                         "opt6-24=\"no\" opt6-17!=hex:00000157");
	(void)bench6_ask(&bench, &ask);
	assert_int_equal(br_dhcp6_count(bench.m.options, 23), 1);
	assert_int_equal(answer6(&bench, 23).size, 32);
	assert_int_equal(br_dhcp6_count(bench.m.options, 59), 1);
	assert_int_equal(answer6(&bench, 31).size, 16);
	assert_null(answer6(&bench, 24).data);
	assert_int_equal(answer6(&bench, 17).size, 4);
	ask.type = BR_DHCP6_TYPE_REQUEST;
	ask6_server(&ask);
	(void)bench6_ask(&bench, &ask);
	assert_int_equal(answer6(&bench, 23).size, 32);
	assert_int_equal(answer6(&bench, 31).size, 16);
	bench6_close(&bench);
}

static void no_answer_is_longer_than_firmware_takes(void **state) /* D6-NB-14 */
{
	char words[4096];
	struct br_writer w = br_writer_of(words, sizeof(words));
	struct ask6 ask = solicit(7);
	uint8_t duid[130] = {1};

	(void)state;
	br_text_put(&w, POOL "boot=x");
	for (unsigned code = 100; code < 104; code++) {
		br_text_put(&w, " opt6-");
		br_text_put_decimal(&w, code);
		br_text_put(&w, "!=\"");
		for (int i = 0; i < 400; i++)
			br_put_u8(&w, 'x');
		br_text_put(&w, "\"");
	}
	bench6_open(&bench, br_text_end(&w));
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_true(bench.answer_size <= 1452 && bench.answer_size > 1300);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/x");
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_OPTION_LEFT_OUT), 1);
	bench6_close(&bench);

	/* what must be there may be too much for what relays leave */
	uint8_t octets[BENCH6_SIZE];
	size_t size;
	char id[600];

	memset(id, 'i', sizeof(id));
	id[sizeof(id) - 1] = 0;
	ask6_drop(&ask, 1);
	ask6_put(&ask, 1, duid, sizeof(duid));
	size = ask6_octets(&ask, octets);
	for (uint8_t level = 0; level < 3; level++)
		size = wrap6(octets, "2001:db8::99", "fe80::1", level, id, octets, size);
	bench6_open(&bench, POOL "boot=x");
	assert_int_equal(bench6_octets(&bench, octets, size), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_REPLY_TOO_LONG), 1);
	bench6_close(&bench);
}

/* EDK2's PxeBcRequestBootService(): the Request again, without IA, to the host in 59. */
static void port_4011_says_what_547_did(void **state) /* D6-NB-11 */
{
	struct ask6 ask = solicit(7);

	(void)state;
	bench6_open(&bench, POOL "pxe-class6=on boot=x");
	(void)bench6_ask(&bench, &ask);
	assert_memory_equal(answer6(&bench, 16).data, "\0\0\1\x57\0\11PXEClient", 15);
	ask6_drop(&ask, 3);
	ask6_server(&ask);
	ask.type = BR_DHCP6_TYPE_REQUEST;
	bench.from = "2001:db8::100";
	bench.to = "2001:db8::1";
	bench.from_port = bench.to_port = BR_DHCP6_PORT_PXE;
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/x");
	assert_int_equal(bench6_noted(&bench, BR_NOTE_PXE6_ANSWERED), 1);
	assert_int_equal(bench.action.remote.port, BR_DHCP6_PORT_PXE);
	assert_int_equal(bench.action.local.port, BR_DHCP6_PORT_PXE);
	assert_memory_equal(bench.action.local.ip, bench.config.link[0].address6, 16);
	assert_null(answer6(&bench, 3).data);
	bench.to = "ff02::1:2"; /* where it goes without a URL */
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_REPLY);
	ask.type = BR_DHCP6_TYPE_SOLICIT;
	ask6_drop(&ask, 2);
	assert_int_equal(bench6_ask(&bench, &ask), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_TYPE_IGNORED), 1);
	bench6_close(&bench);
}

static void beside_an_address_server_it_says_what_to_boot(void **state)
{
	struct ask6 pxe = solicit(7), http = http_solicit(16),
		    plain = ask6_of(BR_DHCP6_TYPE_SOLICIT);
	struct br_dhcp6_binding binding;

	(void)state;
	bench6_open(&bench, PROXY "boot=x@arch:7 boot=y@arch:16");
	assert_int_equal(bench.ports, 2);
	assert_int_equal(bench6_ask(&bench, &pxe), BR_DHCP6_TYPE_ADVERTISE);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/x");
	assert_memory_equal(answer6(&bench, 16).data, "\0\0\1\x57\0\11PXEClient", 15);
	assert_null(answer6(&bench, 3).data);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_PXE6_OFFERED), 1);
	assert_int_equal(bench6_ask(&bench, &http), BR_DHCP6_TYPE_ADVERTISE);
	answer6_is_text(&bench, 59, "http://[2001:db8::1]/y");
	assert_memory_equal(answer6(&bench, 16).data, "\0\0\1\x57\0\12HTTPClient", 16);

	ask6_ia(&plain, 1, NULL);
	assert_int_equal(bench6_ask(&bench, &plain), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_PXE6_NOT_A_CLIENT), 1);
	pxe = solicit(11);
	assert_int_equal(bench6_ask(&bench, &pxe), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_PXE6_NOTHING_TO_BOOT), 1);
	pxe.type = BR_DHCP6_TYPE_REQUEST;
	ask6_server(&pxe);
	assert_int_equal(bench6_ask(&bench, &pxe), ANSWER_NONE);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_PXE6_LEASE_TRAFFIC), 1);
	assert_false(br_dhcp6_binding_at(br_server_dhcp6(bench.server), 0, &binding));

	/* what the standard has for it: a client with an address asks for the rest */
	pxe = ask6_of(BR_DHCP6_TYPE_INFORMATION);
	ask6_pxe(&pxe, 7);
	assert_int_equal(bench6_ask(&bench, &pxe), BR_DHCP6_TYPE_REPLY);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/x");
	assert_int_equal(bench6_noted(&bench, BR_NOTE_DHCP6_INFORMED), 1);
	bench6_close(&bench);
}

static void by_the_book_the_ia_says_that_there_is_no_address(void **state)
{
	struct ask6 ask = solicit(7);

	(void)state;
	bench6_open(&bench, PROXY "proxy6-ia=on preference=7 boot=x");
	assert_int_equal(bench6_ask(&bench, &ask), BR_DHCP6_TYPE_ADVERTISE);
	assert_int_equal(answer6_ia(&bench).iaid, 1);
	assert_int_equal(answer6_ia(&bench).status, BR_DHCP6_STATUS_NO_ADDRESS);
	answer6_is_text(&bench, 59, "tftp://[2001:db8::1]/x");
	assert_int_equal(answer6(&bench, 7).data[0], 7);
	assert_int_equal(bench6_noted(&bench, BR_NOTE_PXE6_OFFERED_WITH_STATUS), 1);
	bench6_close(&bench);
}

static void the_configured_duid_is_the_servers(void **state)
{
	struct ask6 ask = solicit(7);

	(void)state;
	bench6_open(&bench, POOL "duid=00:02:00:00:12:34:ab:cd");
	(void)bench6_ask(&bench, &ask);
	assert_int_equal(answer6(&bench, 2).size, 8);
	assert_memory_equal(answer6(&bench, 2).data, "\0\2\0\0\x12\x34\xab\xcd", 8);
	bench6_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pxe_is_told_a_url_in_brackets_and_no_class),
		cmocka_unit_test(of_nothing_to_boot_each_type_comes_back_once),
		cmocka_unit_test(http_is_told_its_class_beside_the_url),
		cmocka_unit_test(a_name_in_the_url_comes_with_a_server_of_names),
		cmocka_unit_test(a_rule_of_the_other_family_is_passed_over),
		cmocka_unit_test(ipxe_gets_its_second_stage),
		cmocka_unit_test(rules_know_a_machine_by_its_duid),
		cmocka_unit_test(grub_asks_for_the_url_in_its_request_alone),
		cmocka_unit_test(parameters_fill_the_option),
		cmocka_unit_test(architectures_are_those_of_the_client),
		cmocka_unit_test(options_come_once_and_if_asked),
		cmocka_unit_test(no_answer_is_longer_than_firmware_takes),
		cmocka_unit_test(port_4011_says_what_547_did),
		cmocka_unit_test(beside_an_address_server_it_says_what_to_boot),
		cmocka_unit_test(by_the_book_the_ia_says_that_there_is_no_address),
		cmocka_unit_test(the_configured_duid_is_the_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
