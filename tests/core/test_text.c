/* SPDX-License-Identifier: BSD-2-Clause */
/* Text in, numbers out, and back: edges of each range, and nothing touched on failure. */
#include "core/base/text.h"

#include <string.h>

#include "tests/helper.h"

static void decimal_takes_its_range_and_no_more(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		bool good;
		uint64_t value;
	} cases[] = {
		{"0", 0, true, 0},
		{"1", 0, false, 0},
		{"255", 255, true, 255},
		{"256", 255, false, 0},
		{"0007", 9, true, 7},
		{"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
		{"18446744073709551616", UINT64_MAX, false, 0},
		{"99999999999999999999", UINT64_MAX, false, 0},
		{"", 9, false, 0},
		{"-1", 9, false, 0},
		{"+1", 9, false, 0},
		{" 1", 9, false, 0},
		{"1 ", 9, false, 0},
		{"0x1", 9, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t value = 77;
		bool good = br_text_get_decimal(br_text(cases[i].text), cases[i].max, &value);

		assert_int_equal(good, cases[i].good);
		assert_int_equal(value, cases[i].good ? cases[i].value : 77);
	}
}

static void dotted_quad_has_four_parts(void **state)
{
	static const char *const bad[] = {"",        "1.2.3",    "1.2.3.4.5", "1.2.3.256",
	                                  "1..3.4",  "1.2.3.4.", ".1.2.3.4",  "1.2.3.0004",
	                                  "a.b.c.d", "1.2.3.4 "};
	uint32_t address = 9;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(br_text_get_ipv4(br_text(bad[i]), &address));
	assert_int_equal(address, 9);
	assert_true(br_text_get_ipv4(br_text("255.0.10.254"), &address));
	assert_int_equal(address, 0xff000afe);
}

static void cidr_keeps_the_bits_of_the_host(void **state)
{
	static const char *const bad[] = {"",
	                                  "10.77.0.1",
	                                  "10.77.0.1/",
	                                  "/24",
	                                  "10.77.0/24",
	                                  "10.77.0.1/33",
	                                  "10.77.0.1/a",
	                                  "word/24",
	                                  "10.77.0.1/2/4",
	                                  "10.77.0.1/-1"};
	static const struct {
		const char *text;
		uint32_t address, netmask;
	} good[] = {
		{"10.77.0.1/24", 0x0a4d0001, 0xffffff00}, {"0.0.0.0/0", 0, 0},
		{"192.0.2.9/32", 0xc0000209, UINT32_MAX}, {"128.0.0.0/1", 0x80000000, 0x80000000},
		{"10.0.0.0/31", 0x0a000000, 0xfffffffe},
	};
	uint32_t address = 9, netmask = 8;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(br_text_get_cidr(br_text(bad[i]), &address, &netmask));
	assert_int_equal(address, 9);
	assert_int_equal(netmask, 8);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(br_text_get_cidr(br_text(good[i].text), &address, &netmask));
		assert_int_equal(address, good[i].address);
		assert_int_equal(netmask, good[i].netmask);
	}
}

static void mac_needs_every_separator(void **state)
{
	static const uint8_t want[6] = {0x52, 0x54, 0, 0x12, 0xAB, 0xcd};
	static const char *const bad[] = {"525400123456", "52:54:00:12:34", "52:54:00:12:34:5g",
	                                  "52:54:00:12:34:56:78", "52:54:00:12:3456:7"};
	uint8_t mac[6] = {1, 1, 1, 1, 1, 1};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(br_text_get_mac(br_text(bad[i]), mac));
	assert_int_equal(mac[0], 1);
	assert_true(br_text_get_mac(br_text("52:54:00:12:AB:cd"), mac));
	assert_memory_equal(mac, want, 6);
	assert_true(br_text_get_mac(br_text("52-54-00-12-ab-cd"), mac));
}

static void hex_is_pairs(void **state)
{
	uint8_t octets[4] = {9, 9, 9, 9};
	size_t size = 7;

	(void)state;
	assert_false(br_text_get_hex(br_text("123"), octets, 4, &size));
	assert_false(br_text_get_hex(br_text("0102030405"), octets, 4, &size));
	assert_false(br_text_get_hex(br_text("01::02"), octets, 4, &size));
	assert_false(br_text_get_hex(br_text("01:"), octets, 4, &size));
	assert_false(br_text_get_hex(br_text(""), octets, 4, &size));
	assert_int_equal(size, 7);
	assert_int_equal(octets[0], 9);
	assert_true(br_text_get_hex(br_text("Fe:00a1"), octets, 4, &size));
	assert_int_equal(size, 3);
	assert_memory_equal(octets, "\xfe\x00\xa1\x09", 4);
}

static void compares_with_and_without_case(void **state)
{
	struct br_octets text = br_text("PXEClient:Arch");

	(void)state;
	assert_true(br_text_starts(text, "PXEClient"));
	assert_false(br_text_starts(text, "pxeclient"));
	assert_true(br_text_starts_nocase(text, "pxeclient"));
	assert_false(br_text_starts(br_text("PXE"), "PXEClient"));
	assert_true(br_text_is(br_text("a"), "a"));
	assert_false(br_text_is(br_text("ab"), "a"));
	assert_true(br_text_is_nocase(br_text("OcTeT"), "octet"));
	assert_false(br_text_is_nocase(br_text("[et"), "{et")); /* only letters fold */
	assert_true(br_text_is(br_text(NULL), ""));
}

static void a_url_begins_with_a_scheme(void **state)
{
	static const char *const urls[] = {"http://", "HTTPS://h/x", "tftp://[2001:db8::1]/a",
	                                   "a+b-c.9://", "x://://"};
	static const char *const names[] = {"",        "http",      "http:/",    "http:/x/y",
	                                    "://host", "9p://host", "-a://host", "a b://host",
	                                    "d/x://y", "a:b://c"};

	(void)state;
	assert_false(br_text_is_url((struct br_octets){0}));
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		assert_true(br_text_is_url(br_text(urls[i])));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_false(br_text_is_url(br_text(names[i])));
	assert_true(br_text_is_url(br_text("boot.efi://"))); /* odd, and a scheme */
}

static void cuts_at_separators(void **state)
{
	struct br_octets rest = br_text("a,,b");

	(void)state;
	assert_true(br_text_is(br_text_cut(&rest, ','), "a"));
	assert_true(br_text_is(br_text_cut(&rest, ','), ""));
	assert_non_null(rest.data);
	assert_true(br_text_is(br_text_cut(&rest, ','), "b"));
	assert_null(rest.data);
	rest = br_text("a,");
	assert_true(br_text_is(br_text_cut(&rest, ','), "a"));
	assert_non_null(rest.data); /* one more part, an empty one */
	assert_int_equal(br_text_cut(&rest, ',').size, 0);
	assert_null(rest.data);
}

static void writes_numbers_and_addresses(void **state)
{
	char buffer[256];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	(void)state;
	br_text_put_decimal(&w, 0);
	br_put_u8(&w, ' ');
	br_text_put_decimal(&w, UINT64_MAX);
	br_put_u8(&w, ' ');
	br_text_put_padded(&w, 7, 5);
	br_put_u8(&w, ' ');
	br_text_put_hex(&w, 0xbeef, 8);
	br_put_u8(&w, ' ');
	br_text_put_ipv4(&w, 0xc0000201);
	br_put_u8(&w, ' ');
	br_text_put_mac(&w, (const uint8_t[6]){0x52, 0x54, 0, 1, 2, 0xff});
	br_put_u8(&w, ' ');
	br_text_put_quoted(&w, (struct br_octets){(const uint8_t *)"a\"\\\x1b%n", 6});
	assert_string_equal(br_text_end(&w), "0 18446744073709551615 00007 0000beef 192.0.2.1 "
	                                     "52:54:00:01:02:ff \"a\\\"\\\\\\x1b%n\"");
}

static void a_netmask_is_written_as_its_leading_ones(void **state)
{
	char buffer[64];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	(void)state;
	br_text_put_cidr(&w, 0xc0000200, 0xffffff00);
	br_put_u8(&w, ' ');
	br_text_put_cidr(&w, 0, 0);
	br_put_u8(&w, ' ');
	br_text_put_cidr(&w, 0xc0000201, UINT32_MAX);
	assert_string_equal(br_text_end(&w), "192.0.2.0/24 0.0.0.0/0 192.0.2.1/32");
}

static void a_text_that_does_not_fit_is_cut_and_closed(void **state)
{
	char buffer[4] = "zzz";
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	(void)state;
	br_text_put(&w, "ab");
	br_text_put(&w, "cdef");
	assert_true(w.bad);
	assert_string_equal(br_text_end(&w), "ab");
	w = br_writer_of(buffer, sizeof(buffer));
	br_text_put(&w, "abcd");
	assert_string_equal(br_text_end(&w), "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimal_takes_its_range_and_no_more),
		cmocka_unit_test(dotted_quad_has_four_parts),
		cmocka_unit_test(cidr_keeps_the_bits_of_the_host),
		cmocka_unit_test(mac_needs_every_separator),
		cmocka_unit_test(hex_is_pairs),
		cmocka_unit_test(compares_with_and_without_case),
		cmocka_unit_test(a_url_begins_with_a_scheme),
		cmocka_unit_test(cuts_at_separators),
		cmocka_unit_test(writes_numbers_and_addresses),
		cmocka_unit_test(a_netmask_is_written_as_its_leading_ones),
		cmocka_unit_test(a_text_that_does_not_fit_is_cut_and_closed),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
