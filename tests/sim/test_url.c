/* SPDX-License-Identifier: BSD-2-Clause */
/* References of boot scripts against the URL of the script, and TFTP names out of URLs. */
#include "tests/helper.h"

#include "core/base/text.h"
#include "sim/models/url.h"

static void references_are_resolved(void **state)
{
	static const struct {
		const char *base, *reference, *url;
	} cases[] = {
		{"tftp://192.0.2.2/boot.ipxe", "vmlinuz", "tftp://192.0.2.2/vmlinuz"},
		{"tftp://192.0.2.2/a/b.ipxe", "c/d", "tftp://192.0.2.2/a/c/d"},
		{"http://192.0.2.2:8080/a/b", "/c", "http://192.0.2.2:8080/c"},
		{"tftp://192.0.2.2/a", "http://boot.lab.test/x", "http://boot.lab.test/x"},
		{"http://192.0.2.2", "x",
	         "http://192.0.2.2x"}, /* no path: nothing to be relative to */
		{"", "tftp://192.0.2.2//a", "tftp://192.0.2.2//a"},
	};
	char url[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(br_url_resolve(url, sizeof(url), cases[i].base,
		                           br_text(cases[i].reference)));
		assert_string_equal(url, cases[i].url);
	}
}

static void what_does_not_fit_is_refused(void **state)
{
	char url[24] = "as it was";

	(void)state;
	assert_false(br_url_resolve(url, sizeof(url), "tftp://192.0.2.2/x", br_text("12345678")));
	assert_string_equal(url, "as it was");
	assert_true(br_url_resolve(url, sizeof(url), "tftp://192.0.2.2/x", br_text("123456")));
	assert_false(br_url_tftp(url, sizeof(url), 0xc0000202, br_text("12345678")));
}

static void a_tftp_name_keeps_its_second_slash(void **state)
{
	struct br_endpoint server;
	const char *path;

	(void)state;
	assert_true(br_url_split_tftp("tftp://192.0.2.2//grub/grub.cfg", &server, &path));
	assert_int_equal(br_endpoint_to_ipv4(&server), 0xc0000202);
	assert_int_equal(server.port, 69);
	assert_string_equal(path, "/grub/grub.cfg");
	assert_true(br_url_split_tftp("TFTP://192.0.2.2/x", &server, &path));
	assert_string_equal(path, "x");
	assert_false(br_url_split_tftp("tftp://192.0.2.2", &server, &path));
	assert_false(br_url_split_tftp("tftp://boot.lab.test/x", &server, &path));
	assert_false(br_url_split_tftp("http://192.0.2.2/x", &server, &path));
}

static void an_ipv6_address_stands_in_brackets(void **state)
{
	struct br_endpoint server;
	const char *path;
	char url[64];

	(void)state;
	assert_true(br_url_split_tftp("tftp://[2001:db8::2]//grubx64.efi", &server, &path));
	assert_string_equal(path, "/grubx64.efi");
	assert_true(br_url_tftp_at(url, sizeof(url), &server, br_text("x")));
	assert_string_equal(url, "tftp://[2001:db8::2]/x");
	assert_false(br_url_tftp_at(url, 22, &server, br_text("x")));
	assert_false(br_url_split_tftp("tftp://2001:db8::2/x", &server, &path));
	assert_false(br_url_split_tftp("tftp://[2001:db8::2/x", &server, &path));
	assert_false(br_url_split_tftp("tftp://[2001:db8::2]", &server, &path));
	assert_false(br_url_split_tftp("tftp://[192.0.2.2]/x", &server, &path));
	assert_true(br_url_resolve(url, sizeof(url), "tftp://[2001:db8::2]/dir/a", br_text("b")));
	assert_string_equal(url, "tftp://[2001:db8::2]/dir/b");
}

static void a_scheme_makes_it_absolute(void **state)
{
	(void)state;
	assert_true(br_url_is_absolute(br_text("http://x")));
	assert_true(br_url_is_absolute(br_text("tftp:x")));
	assert_false(br_url_is_absolute(br_text("c:/x"))); /* one letter is a drive */
	assert_false(br_url_is_absolute(br_text("/http://x")));
	assert_false(br_url_is_absolute(br_text("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_are_resolved),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(a_tftp_name_keeps_its_second_slash),
		cmocka_unit_test(an_ipv6_address_stands_in_brackets),
		cmocka_unit_test(a_scheme_makes_it_absolute),
	};

	return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
