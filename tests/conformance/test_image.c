/* SPDX-License-Identifier: BSD-2-Clause */
/* What a boot file is, from octets as captures keep them: many, few, or none. */
#include <string.h>

#include "conformance/talk/image.h"
#include "core/base/arch.h"
#include "helper.h"

enum {
	AT = 0x80,
	LINUX_AT = 0x202,
	SIZE = 1024,
};

static uint8_t file[SIZE];

static void pe(uint16_t machine)
{
	memset(file, 0, sizeof(file));
	memcpy(file, "MZ", 2);
	file[0x3c] = AT;
	memcpy(file + AT, "PE\0\0", 4);
	file[AT + 4] = (uint8_t)(machine & 0xff);
	file[AT + 5] = (uint8_t)(machine >> 8);
}

static struct br_image_kind look(size_t size)
{
	return br_image_of((struct br_octets){file, size});
}

static void machine_is_read_where_enough_was_kept(void **state)
{
	struct br_image_kind kind;

	(void)state;
	pe(0x8664);
	kind = look(SIZE);
	assert_int_equal(kind.image, BR_IMAGE_PE);
	assert_int_equal(kind.machine, 0x8664);
	assert_true(kind.deep);
	assert_false(kind.linux);
	assert_false(look(AT + 6).deep);
	assert_int_equal(look(AT + 6).machine, 0x8664);
	assert_int_equal(look(AT + 5).machine, 0);
	assert_int_equal(look(8).image, BR_IMAGE_PE);
	assert_int_equal(look(3).image, BR_IMAGE_UNSEEN);
	memcpy(file + LINUX_AT, "HdrS", 4);
	assert_true(look(SIZE).linux);
}

static void pe_header_behind_the_end_is_not_read(void **state)
{
	(void)state;
	pe(0x8664);
	memset(file + 0x3c, 0xff, 4);
	assert_int_equal(look(SIZE).machine, 0);
	file[0x3c] = 0xfd, file[0x3d] = 3, file[0x3e] = file[0x3f] = 0;
	assert_int_equal(look(SIZE).machine, 0);
}

static void other_files_are_told_apart(void **state)
{
	static const struct {
		const char *start;
		enum br_image image;
	} rows[] = {{"#!ipxe\nboot", BR_IMAGE_IPXE},
	            {"<!DOCTYPE html>", BR_IMAGE_HTML},
	            {"<html><body>", BR_IMAGE_HTML},
	            {"\x7f"
	             "ELF\1\1\1",
	             BR_IMAGE_ELF},
	            {"\xea\x24\x7c", BR_IMAGE_UNSEEN},
	            {"\xea\x24\x7c\1", BR_IMAGE_OTHER}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct br_octets o = {(const uint8_t *)rows[i].start, strlen(rows[i].start)};

		assert_int_equal(br_image_of(o).image, rows[i].image);
	}
}

static void zeros_and_nothing_accuse_nobody(void **state)
{
	struct br_image_kind kind;

	(void)state;
	memset(file, 0, sizeof(file));
	kind = look(SIZE);
	assert_int_equal(kind.image, BR_IMAGE_UNSEEN);
	assert_true(br_image_suits_uefi(&kind, BR_ARCH_X64_UEFI));
	assert_int_equal(br_image_of((struct br_octets){0}).image, BR_IMAGE_UNSEEN);
}

static void program_suits_its_own_machine_only(void **state)
{
	struct br_image_kind x64, arm, unknown;

	(void)state;
	pe(0x8664);
	x64 = look(SIZE);
	unknown = look(8);
	pe(0xaa64);
	arm = look(SIZE);
	assert_true(br_image_suits_uefi(&x64, BR_ARCH_X64_UEFI));
	assert_true(br_image_suits_uefi(&x64, BR_ARCH_EBC)); /* some x64 firmware says so */
	assert_true(br_image_suits_uefi(&x64, BR_ARCH_X64_UEFI_HTTP));
	assert_false(br_image_suits_uefi(&x64, BR_ARCH_X86_UEFI));
	assert_false(br_image_suits_uefi(&x64, BR_ARCH_ARM64_UEFI));
	assert_true(br_image_suits_uefi(&arm, BR_ARCH_ARM64_UEFI_HTTP));
	assert_false(br_image_suits_uefi(&arm, BR_ARCH_X64_UEFI));
	assert_true(br_image_suits_uefi(&unknown, BR_ARCH_ARM64_UEFI));
	assert_true(br_image_suits_uefi(&arm, -1)); /* a client that never said what it is */
	assert_string_equal(br_image_says(&arm), "an EFI program for ARM64");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machine_is_read_where_enough_was_kept),
		cmocka_unit_test(pe_header_behind_the_end_is_not_read),
		cmocka_unit_test(other_files_are_told_apart),
		cmocka_unit_test(zeros_and_nothing_accuse_nobody),
		cmocka_unit_test(program_suits_its_own_machine_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
