/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of both families: what is read, what is refused, and the one way each is written. */
#include "core/base/address.h"

#include <string.h>

#include "core/base/text.h"
#include "tests/helper.h"

static const char *written(const uint8_t ip[BR_IP_SIZE])
{
	static uint8_t room[64];
	struct br_writer w = br_writer_of(room, sizeof(room));

	br_text_put_ip(&w, ip);
	return br_text_end(&w);
}

/* RFC 5952 section 4: leading zeros, the longest run, the first of two, no run of one, case */
static void what_is_read_is_written_in_its_canonical_form(void **state)
{
	static const char *const rows[][2] = {
		{"2001:db8::1", "2001:db8::1"},
		{"2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
		{"::", "::"},
		{"::1", "::1"},
		{"1::", "1::"},
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
		{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
		{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
		{"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
		{"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
		{"::ffff:192.0.2.33", "192.0.2.33"},
		{"10.77.0.1", "10.77.0.1"},
		{"fe80::5054:ff:fe12:3456", "fe80::5054:ff:fe12:3456"},
		{"0:0:0:0:0:0:10:0", "::10:0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t ip[BR_IP_SIZE];

		assert_true(br_text_get_ip(br_text(rows[i][0]), ip));
		assert_string_equal(written(ip), rows[i][1]);
	}
}

static void other_text_is_refused_and_nothing_touched(void **state)
{
	static const char *const rows[] = {
		"",
		":",
		":::",
		"1::2::3",
		"1:2:3:4:5:6:7",
		"12345::",
		"g::",
		"1:",
		":1",
		"1:2:3:4:5:6:7:8:9",
		"::1 ",
		" ::1",
		"::1.2.3",
		"::1.2.3.256",
		"1:2:3:4:5:6:7:1.2.3.4",
		"1.2.3.4::",
		"[::1]",
		"fe80::1%eth",
		"10.77.0",
		"1::2:3:4:5:6:7:8:9",
		"::1:2:3:4:5:6:7:8",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t ip[BR_IP_SIZE], before[BR_IP_SIZE];

		memset(ip, 0x5a, sizeof(ip));
		memcpy(before, ip, sizeof(before));
		assert_false(br_text_get_ip(br_text(rows[i]), ip));
		assert_memory_equal(ip, before, sizeof(ip));
	}
}

static void a_prefix_has_0_to_128_bits(void **state)
{
	uint8_t ip[BR_IP_SIZE], bits = 77;

	(void)state;
	assert_true(br_text_get_cidr6(br_text("2001:db8::1/64"), ip, &bits));
	assert_int_equal(bits, 64);
	assert_string_equal(written(ip), "2001:db8::1");
	assert_true(br_text_get_cidr6(br_text("::/0"), ip, &bits));
	assert_int_equal(bits, 0);
	assert_false(br_text_get_cidr6(br_text("2001:db8::1/129"), ip, &bits));
	assert_false(br_text_get_cidr6(br_text("2001:db8::1"), ip, &bits));
	assert_false(br_text_get_cidr6(br_text("10.77.0.0/24"), ip, &bits));
	assert_int_equal(bits, 0);
}

static void a_prefix_covers_what_has_its_bits(void **state)
{
	uint8_t a[BR_IP_SIZE], b[BR_IP_SIZE];

	(void)state;
	br_text_get_ipv6(br_text("2001:db8:0:80::1"), a);
	br_text_get_ipv6(br_text("2001:db8:0:ff::2"), b);
	assert_true(br_ip_in_prefix(a, b, 0));
	assert_true(br_ip_in_prefix(a, b, 57));
	assert_false(br_ip_in_prefix(a, b, 58));
	assert_false(br_ip_in_prefix(a, b, 128));
	assert_true(br_ip_in_prefix(a, a, 128));
}

/* The addresses of ovmf-virtio-pxe6-ref.pcap */
static void addresses_are_made_of_hardware_ones(void **state)
{
	static const uint8_t mac[6] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
	uint8_t ip[BR_IP_SIZE], prefix[BR_IP_SIZE];

	(void)state;
	br_ip_link_local(mac, ip);
	assert_string_equal(written(ip), "fe80::5054:ff:fe12:3456");
	br_ip_solicited_node(ip, prefix);
	assert_string_equal(written(prefix), "ff02::1:ff12:3456");
	br_text_get_ipv6(br_text("2001:db8:2::"), prefix);
	br_ip_of_prefix(prefix, mac, ip);
	assert_string_equal(written(ip), "2001:db8:2:0:5054:ff:fe12:3456");
}

static void a_url_has_an_ipv6_host_in_brackets(void **state)
{
	uint8_t ip[BR_IP_SIZE], room[64];
	struct br_writer w = br_writer_of(room, sizeof(room));

	(void)state;
	br_text_get_ip(br_text("2001:db8::2"), ip);
	br_text_put_url_host(&w, ip);
	br_text_get_ip(br_text("10.0.0.1"), ip);
	br_text_put_url_host(&w, ip);
	assert_string_equal(br_text_end(&w), "[2001:db8::2]10.0.0.1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_is_written_in_its_canonical_form),
		cmocka_unit_test(other_text_is_refused_and_nothing_touched),
		cmocka_unit_test(a_prefix_has_0_to_128_bits),
		cmocka_unit_test(a_prefix_covers_what_has_its_bits),
		cmocka_unit_test(addresses_are_made_of_hardware_ones),
		cmocka_unit_test(a_url_has_an_ipv6_host_in_brackets),
	};

	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
