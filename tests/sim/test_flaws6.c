/* SPDX-License-Identifier: BSD-2-Clause */
/* Each flaw by one packet that has it, and none by packets that are well. */
#include "sim/models/flaws6.h"

#include <string.h>

#include "core/base/text.h"
#include "tests/helper.h"

#define MACS "525400123456020000000009"

static const char *advertise(const char *hex)
{
	uint8_t octets[1500];
	struct br_dhcp6_message m;
	size_t size;

	assert_true(br_text_get_hex(br_text(hex), octets, sizeof(octets), &size));
	assert_int_equal(br_dhcp6_parse((struct br_octets){octets, size}, &m), 0);
	return br_flaw6_of_advertise(&m);
}

static void advertises_have_four(void **state)
{
	uint8_t octets[1000] = {2, 1, 2, 3, 0, 2};
	struct br_dhcp6_message m;
	struct br_writer w;

	(void)state;
	assert_memory_equal(advertise("020102030003000500000001ff"), "CVE-2023-45229", 14);
	assert_memory_equal(advertise("020102030004000200ff"), "CVE-2023-45229", 14);
	assert_memory_equal(advertise("0201020300170004aabbccdd"), "CVE-2023-45234", 14);
	for (size_t size = 130; size <= 131; size++) {
		for (int with_ia = 0; with_ia < 2; with_ia++) {
			const char *flaw;

			w = br_writer_of(octets, sizeof(octets));
			br_dhcp6_put_head(&w, BR_DHCP6_TYPE_ADVERTISE, 1);
			br_dhcp6_put(&w, BR_DHCP6_OPTION_SERVER_ID, octets + 500, size);
			if (with_ia)
				br_dhcp6_put(&w, BR_DHCP6_OPTION_IA_NA, octets + 500, 12);
			assert_int_equal(
				br_dhcp6_parse((struct br_octets){octets, br_written(&w)}, &m), 0);
			flaw = br_flaw6_of_advertise(&m);
			if (size == 130)
				assert_null(flaw);
			else
				assert_memory_equal(
					flaw, with_ia ? "CVE-2023-45230" : "CVE-2023-45235", 14);
		}
	}
}

static const char *of_frame(const char *hex)
{
	uint8_t octets[400];
	size_t size;

	assert_true(br_text_get_hex(br_text(hex), octets, sizeof(octets), &size));
	for (size_t cut = 0; cut < size; cut++) /* nothing is read past an end */
		(void)br_flaw6_of_frame((struct br_octets){octets, cut});
	return br_flaw6_of_frame((struct br_octets){octets, size});
}

static void frames_have_three(void **state)
{
	(void)state;
	assert_memory_equal(
		of_frame(MACS
	                 "86dd60000000002a3afffe80000000000000000000fffe000009fe800000000000005054"
	                 "00fffe123456890044d200000000fe80000000000000505400fffe12345620010db80001"
	                 "000000000000000000010209"),
		"CVE-2023-45231", 14);
	assert_memory_equal(
		of_frame(MACS
	                 "86dd6000000000103cfffe80000000000000000000fffe000009fe800000000000005054"
	                 "00fffe1234563a001efe000000008000fff300010001"),
		"CVE-2023-45232", 14);
	assert_memory_equal(
		of_frame(MACS
	                 "86dd6000000000103cfffe80000000000000000000fffe000009fe800000000000005054"
	                 "00fffe1234563a0001fe000000008000fff300010001"),
		"CVE-2023-45233", 14);
	/* a ping */
	assert_null(of_frame(
		MACS "86dd6000000000083afffe80000000000000000000fffe000009fe800000000000005054"
		     "00fffe1234568000000000010001"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(advertises_have_four),
		cmocka_unit_test(frames_have_three),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
