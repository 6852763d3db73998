/* SPDX-License-Identifier: BSD-2-Clause */
/* The table is whole and sorted, ids are found, and near ones are suggested. */
#include "tests/helper.h"

#include <string.h>

#include "conformance/requirements.h"

static void every_row_is_found_by_its_id(void **state)
{
	(void)state;
	assert_int_equal(br_requirements_count, 489);
	for (size_t i = 0; i < br_requirements_count; i++) {
		const struct br_requirement *r = &br_requirements[i];

		assert_ptr_equal(br_requirement_find(r->id), r);
		assert_true(strlen(r->clause) > 0 && strlen(r->sentence) > 10);
		assert_true(strlen(r->stimulus) > 0 && strlen(r->expected) > 0);
	}
	assert_null(br_requirement_find("TFTP-TSZ-99"));
	assert_null(br_requirement_find(""));
}

static void a_row_reads_as_in_the_catalogue(void **state)
{
	const struct br_requirement *r = br_requirement_find("TFTP-TSZ-01");

	(void)state;
	assert_string_equal(r->strength, "LC-MUST");
	assert_string_equal(r->clause, "RFC 2349 (transfer size)");
	assert_string_equal(r->sentence, "tsize=0 in an octet RRQ is answered with the file size.");
	assert_string_equal(r->needs, "");
	assert_string_equal(br_requirement_find("PXE-PRX-09")->needs, "standalone-proxy");
	assert_true(br_requirement_is_binding(r));
	assert_false(br_requirement_is_binding(br_requirement_find("HBD-01"))); /* DEFACTO */
	assert_true(br_requirement_fails(r));
	assert_false(br_requirement_fails(br_requirement_find("HBD-01")));
	assert_true(br_requirement_is_binding(br_requirement_find("PXE-BS-05"))); /* but */
	assert_false(br_requirement_fails(br_requirement_find("PXE-BS-05")));
	assert_false(br_requirement_fails(NULL));
	assert_true(br_requirement_is_often_broken(br_requirement_find("PXE-CLI-06")));
	assert_false(br_requirement_is_often_broken(br_requirement_find("D4S-DISC-03")));
}

static void what_ipv6_ready_asks_too_has_its_number(void **state)
{
	size_t numbered = 0;

	(void)state;
	for (size_t i = 0; i < br_requirements_count; i++) {
		const struct br_requirement *r = &br_requirements[i];

		numbered += r->ready[0] != '\0';
		assert_true(!r->ready[0] || !strncmp(r->id, "D6-", 3));
	}
	assert_int_equal(numbered, 5);
	assert_string_equal(br_requirement_find("D6-ADV-02")->ready, "DHCP_CONF.2.1.2");
	assert_string_equal(br_requirement_find("D6-VAL-01")->ready, "");
}

static void roles_are_whole_words(void **state)
{
	const struct br_requirement *r = br_requirement_find("D4C-HDR-01");

	(void)state;
	assert_true(br_requirement_binds(r, "dhcpd"));
	assert_true(br_requirement_binds(r, "bootsrv"));
	assert_false(br_requirement_binds(r, "dhcp"));
	assert_false(br_requirement_binds(r, "tftpd"));
}

static void a_near_id_is_suggested(void **state)
{
	(void)state;
	assert_string_equal(br_requirement_near("TFTP-TZS-01"), "TFTP-TSZ-01");
	assert_null(br_requirement_near("nothing-like-it"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_found_by_its_id),
		cmocka_unit_test(a_row_reads_as_in_the_catalogue),
		cmocka_unit_test(what_ipv6_ready_asks_too_has_its_number),
		cmocka_unit_test(roles_are_whole_words),
		cmocka_unit_test(a_near_id_is_suggested),
	};

	return cmocka_run_group_tests_name("requirements", tests, NULL, NULL);
}
