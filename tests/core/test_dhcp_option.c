/* SPDX-License-Identifier: BSD-2-Clause */
/* One option at a time, RFC 2132 §2: each input lies flush against an unreadable page. */
#include "core/formats/dhcp_option.h"

#include <errno.h>

#include "tests/helper.h"

static void pads_are_skipped_and_end_ends(void **state) /* D4C-OPT-04 */
{
	struct br_reader r = GUARDED(0, 0, 53, 1, 1, 0, 80, 0, 255, 12, 1);
	struct br_dhcp_option option;

	(void)state;
	assert_int_equal(br_dhcp_option_get(&r, &option), 1);
	assert_int_equal(option.code, 53);
	assert_int_equal(option.value.size, 1);
	assert_int_equal(option.value.data[0], 1);
	assert_int_equal(br_dhcp_option_get(&r, &option), 1);
	assert_int_equal(option.code, 80); /* length 0 is an option, RFC 4039 */
	assert_int_equal(option.value.size, 0);
	assert_non_null(option.value.data);
	assert_int_equal(br_dhcp_option_get(&r, &option), 0);
	assert_int_equal(br_left(&r), 2); /* what lies behind END stays unread */
}

static void a_length_past_the_edge_is_bad(void **state) /* ROB-D4-01 */
{
	static const uint8_t whole[] = {12, 4, 'b', 'o', 'o', 't'};

	(void)state;
	for (size_t size = 1; size < sizeof(whole); size++) {
		struct br_reader r = guarded(whole, size);
		struct br_dhcp_option option = {.code = 7};

		assert_int_equal(br_dhcp_option_get(&r, &option), -EBADMSG);
		assert_int_equal(option.code, 7);
		assert_int_equal(br_dhcp_option_get(&r, &option), -EBADMSG);
	}
}

static void an_edge_without_end_is_told(void **state)
{
	struct br_reader r = GUARDED(53, 1, 1, 0);
	struct br_dhcp_option option;

	(void)state;
	assert_int_equal(br_dhcp_option_get(&r, &option), 1);
	assert_int_equal(br_dhcp_option_get(&r, &option), -ENODATA);
}

static void what_is_put_is_got(void **state)
{
	uint8_t buffer[300], value[255];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));
	struct br_dhcp_option option;

	(void)state;
	for (size_t i = 0; i < sizeof(value); i++)
		value[i] = (uint8_t)i;
	br_dhcp_option_put(&w, 43, value, sizeof(value));
	br_dhcp_option_put(&w, 80, NULL, 0);
	br_dhcp_option_put(&w, 60, value, 100); /* does not fit: all of it or nothing */
	assert_true(w.bad);
	assert_int_equal(br_written(&w), 259);

	struct br_reader r = guarded(buffer, br_written(&w));

	assert_int_equal(br_dhcp_option_get(&r, &option), 1);
	assert_int_equal(option.value.size, 255);
	assert_memory_equal(option.value.data, value, 255);
	assert_int_equal(br_dhcp_option_get(&r, &option), 1);
	assert_int_equal(option.code, 80);
}

static struct br_octets octets_of(struct br_reader r)
{
	return (struct br_octets){.data = r.pos, .size = br_left(&r)};
}

static void sub_options_end_by_their_parents_rules(void **state)
{
	struct br_octets pxe = octets_of(GUARDED(0, 6, 1, 8, 255, 71, 4, 1, 2, 3, 4));

	(void)state;
	assert_int_equal(br_dhcp_sub_option(pxe, 6, true).data[0], 8);
	assert_null(br_dhcp_sub_option(pxe, 71, true).data); /* behind END */

	/* RFC 3046 §2.0: no pad and no end in 82, so 255 and 0 are codes like any other */
	struct br_octets agent = octets_of(GUARDED(0, 1, 9, 255, 1, 8, 11, 4, 10, 0, 0, 1));

	assert_int_equal(br_dhcp_sub_option(agent, 255, false).data[0], 8);
	assert_int_equal(br_dhcp_sub_option(agent, 11, false).size, 4);

	struct br_octets broken = octets_of(GUARDED(1, 200, 1, 2, 3)); /* ROB-D4-06 */

	assert_null(br_dhcp_sub_option(broken, 1, false).data);
	broken = octets_of(GUARDED(71));
	assert_null(br_dhcp_sub_option(broken, 71, true).data);
}

static void sub_options_are_walked_to_the_end_or_the_edge(void **state)
{
	static const uint8_t broken[] = {1, 1, 7, 2, 3, 1};
	struct br_reader r = GUARDED(0, 6, 1, 8, 0, 71, 0, 255, 9, 9);
	struct br_dhcp_option sub;

	(void)state;
	assert_true(br_dhcp_option_has_end(43) && br_dhcp_option_has_end(175));
	assert_int_equal(br_dhcp_sub_option_get(&r, true, &sub), 1);
	assert_int_equal(sub.code, 6);
	assert_int_equal(br_dhcp_sub_option_get(&r, true, &sub), 1);
	assert_int_equal(sub.code, 71);
	assert_int_equal(sub.value.size, 0);
	assert_int_equal(br_dhcp_sub_option_get(&r, true, &sub), 0);

	r = GUARDED(0, 1, 9, 255, 0);
	assert_false(br_dhcp_option_has_end(82));
	assert_int_equal(br_dhcp_sub_option_get(&r, false, &sub), 1);
	assert_int_equal(sub.code, 0);
	assert_int_equal(br_dhcp_sub_option_get(&r, false, &sub), 1);
	assert_int_equal(sub.code, 255);
	assert_int_equal(br_dhcp_sub_option_get(&r, false, &sub), 0); /* the edge */

	for (size_t size = 4; size <= sizeof(broken); size++) {
		r = guarded(broken, size);
		assert_int_equal(br_dhcp_sub_option_get(&r, true, &sub), 1);
		assert_int_equal(br_dhcp_sub_option_get(&r, true, &sub), -EBADMSG);
		assert_int_equal(sub.code, 1); /* untouched */
		assert_int_equal(br_dhcp_sub_option_get(&r, true, &sub), -EBADMSG);
	}
}

static void what_runs_over_the_edge_is_named(void **state)
{
	struct br_dhcp_option option = {.code = 7};
	struct br_octets field = octets_of(GUARDED(53, 1, 1, 255, 12, 9, 'x'));

	(void)state;
	assert_false(br_dhcp_option_overruns(field, &option)); /* behind END nothing counts */
	field = octets_of(GUARDED(53, 1, 1, 0, 0, 12));
	assert_false(br_dhcp_option_overruns(field, &option));
	assert_false(br_dhcp_option_overruns((struct br_octets){NULL, 0}, &option));
	assert_int_equal(option.code, 7);
	field = octets_of(GUARDED(53, 1, 1, 0, 0, 12, 9, 'a', 'b'));
	assert_true(br_dhcp_option_overruns(field, &option));
	assert_int_equal(option.code, 12);
	assert_int_equal(option.value.size, 2);
	assert_memory_equal(option.value.data, "ab", 2);
	field = octets_of(GUARDED(61, 1));
	assert_true(br_dhcp_option_overruns(field, &option));
	assert_int_equal(option.code, 61);
	assert_int_equal(option.value.size, 0);
}

static void boot_servers_and_menu_are_read_to_their_edge(void **state)
{
	static const uint8_t tag8[] = {0x80, 1, 2, 10, 0, 0, 1, 10, 0, 0, 2,
	                               0,    0, 0, 1,  2, 1, 9, 9,  9, 9};
	static const uint8_t tag9[] = {0, 0, 5, 'L', 'o', 'c', 'a', 'l', 0x80, 1, 0};
	struct br_pxe_item item = {0};

	(void)state;
	for (size_t size = 0; size <= sizeof(tag8); size++) {
		struct br_reader r = guarded(tag8, size);
		size_t whole = size < 11 ? 0 : size < 14 ? 1 : size < sizeof(tag8) ? 2 : 3;
		bool at_edge = size == 0 || size == 11 || size == 14 || size == sizeof(tag8);

		for (size_t i = 0; i < whole; i++) {
			assert_int_equal(br_pxe_boot_servers_get(&r, &item), 1);
			assert_int_equal(item.type, i == 0 ? 0x8001 : i == 1 ? 0 : 0x0102);
			assert_int_equal(item.value.size, i == 0 ? 8 : i == 1 ? 0 : 4);
		}
		assert_int_equal(br_pxe_boot_servers_get(&r, &item), at_edge ? 0 : -EBADMSG);
		assert_int_equal(br_pxe_boot_server_first((struct br_octets){tag8, size}),
		                 size < 7 ? 0 : 0x0a000001);
	}
	for (size_t size = 0; size <= sizeof(tag9); size++) {
		struct br_reader r = guarded(tag9, size);
		size_t whole = size < 8 ? 0 : size < sizeof(tag9) ? 1 : 2;
		bool at_edge = size == 0 || size == 8 || size == sizeof(tag9);

		for (size_t i = 0; i < whole; i++) {
			assert_int_equal(br_pxe_boot_menu_get(&r, &item), 1);
			assert_int_equal(item.value.size, i == 0 ? 5 : 0);
		}
		assert_int_equal(br_pxe_boot_menu_get(&r, &item), at_edge ? 0 : -EBADMSG);
	}
	assert_int_equal(br_pxe_boot_server_first((struct br_octets){tag8 + 11, 10}), 0);
}

static void texts_of_a_user_class_are_read_to_their_edge(void **state)
{
	static const uint8_t classes[] = {4, 'i', 'P', 'X', 'E', 0, 2, 'a', 'b'};
	static const size_t sizes[] = {4, 0, 2};

	(void)state;
	for (size_t size = 0; size <= sizeof(classes); size++) {
		struct br_reader r = guarded(classes, size);
		size_t whole = size < 5 ? 0 : size < 6 ? 1 : size < sizeof(classes) ? 2 : 3;
		bool at_edge = size == 0 || size == 5 || size == 6 || size == sizeof(classes);
		struct br_octets text = {NULL, 7};

		for (size_t i = 0; i < whole; i++) {
			assert_int_equal(br_dhcp_user_class_get(&r, &text), 1);
			assert_int_equal(text.size, sizes[i]);
		}
		assert_int_equal(br_dhcp_user_class_get(&r, &text), at_edge ? 0 : -EBADMSG);
		assert_int_equal(text.size, whole ? sizes[whole - 1] : 7);
	}
}

static void the_numbers_have_their_names(void **state)
{
	(void)state;
	assert_string_equal(br_dhcp_option_name(54), "server-id");
	assert_string_equal(br_dhcp_option_name(BR_DHCP_OPTION_MACHINE_ID), "machine-id");
	assert_null(br_dhcp_option_name(224));
	assert_int_equal(br_dhcp_option_format(3), BR_DHCP_FORMAT_IPV4);
	assert_int_equal(br_dhcp_option_format(224), BR_DHCP_FORMAT_HEX);
	for (unsigned code = 0; code <= 76; code++) /* all of RFC 2132 */
		assert_non_null(br_dhcp_option_name((uint8_t)code));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pads_are_skipped_and_end_ends),
		cmocka_unit_test(a_length_past_the_edge_is_bad),
		cmocka_unit_test(an_edge_without_end_is_told),
		cmocka_unit_test(what_is_put_is_got),
		cmocka_unit_test(sub_options_end_by_their_parents_rules),
		cmocka_unit_test(sub_options_are_walked_to_the_end_or_the_edge),
		cmocka_unit_test(what_runs_over_the_edge_is_named),
		cmocka_unit_test(boot_servers_and_menu_are_read_to_their_edge),
		cmocka_unit_test(texts_of_a_user_class_are_read_to_their_edge),
		cmocka_unit_test(the_numbers_have_their_names),
	};

	return cmocka_run_group_tests_name("dhcp_option", tests, NULL, NULL);
}
