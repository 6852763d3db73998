/* SPDX-License-Identifier: BSD-2-Clause */
/* What explain calls things: names as they are, neighbours by their name, frames once. */
#include <stdlib.h>
#include <string.h>

#include "core/formats/tftp_packet.h"
#include "helper.h"
#include "tests/captures/plant_tools.h"

enum {
	TEXT_MAX = 1 << 19,
};

static char text[TEXT_MAX];

static void explain_rrq_of(const char *name)
{
	static const char options[] = "\0octet\0tsize\0000\0blksize\0001468"; /* and a NUL */
	struct recording r;
	uint8_t request[256] = {0, BR_TFTP_RRQ};
	size_t size = strlen(name);

	recording_load_named(&r, "aavmf64-virtio-missing.pcap");
	memcpy(request + 2, name, size);
	memcpy(request + 2 + size, options, sizeof(options));
	for (size_t i = 0; (i = recording_find_tftp(&r, i, BR_TFTP_RRQ)) != SIZE_MAX; i++)
		recording_set_payload(&r, i, request, 2 + size + sizeof(options));
	(void)recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
}

/* JSON doubles a backslash; letters of UTF-8 stand as they are. */
static void names_stand_as_they_are(void **state)
{
	(void)state;
	explain_rrq_of("\\Boot\\BCD");
	assert_non_null(strstr(text, "for \\\\Boot\\\\BCD, and the server answered ERROR"));
	explain_rrq_of("d\xc3\xa9marrage/\xe5\x90\xaf\xe5\x8a\xa8.efi");
	assert_non_null(strstr(text, "for d\xc3\xa9marrage/\xe5\x90\xaf\xe5\x8a\xa8.efi, and"));
	assert_null(strstr(text, "opt67-no-nul-ff"));
}

/* No letter: an octet alone, the start of one, a control character */
static void octets_that_are_no_letters_stand_as_hex(void **state)
{
	(void)state;
	explain_rrq_of("boot.efi\xff");
	assert_non_null(strstr(text, "boot.efi\\\\xff"));
	assert_non_null(strstr(text, "opt67-no-nul-ff"));
	explain_rrq_of("a\xc3"
	               "b\xc2\x85\xe2\x82");
	assert_non_null(strstr(text, "a\\\\xc3b\\\\xc2\\\\x85\\\\xe2\\\\x82"));
}

static void neighbours_of_ipv6_are_not_arp(void **state)
{
	struct recording r;

	(void)state;
	recording_load_named(&r, "public/ipv6-prefix-112.pcap");
	(void)recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	assert_non_null(strstr(text, "IPv6 neighbor solicitation for 2001:db8:0:1::2:2"));
	assert_null(strstr(text, "ARP"));
}

/* An ACK of which three options are not those of the OFFER is one frame. */
static void a_frame_counts_once_for_a_rule(void **state)
{
	struct recording r;
	size_t a;

	(void)state;
	recording_load_named(&r, "ovmf-virtio-combipxe.pcap");
	a = plant_ack(&r);
	for (uint8_t code = 1; code < 7; code = (uint8_t)(code + (code == 1 ? 2 : 3))) {
		plant_option_ip(&r, plant_offer(&r), code, 0xffffff00);
		plant_option_ip(&r, a, code, 0xffff0000 + code);
	}
	recording_cut(&r, a + 1);
	plant_run_on(&r);
	(void)recording_explain_clean(&r, text, TEXT_MAX);
	recording_reset(&r);
	const char *breach = strstr(text, "{\"id\":\"D4S-REQ-05\"");

	assert_non_null(breach);
	assert_non_null(strstr(breach, "\"count\":1,"));
	assert_true(strstr(breach, "\"count\":1,") < strstr(breach, "\"seen\""));
}

/* What stands in chaddr behind hlen is padding. */
static void padding_of_an_address_breaks_no_rule(void **state)
{
	struct recording r;
	size_t broken = 0;

	(void)state;
	for (unsigned padded = 0; padded < 2; padded++) {
		recording_load_named(&r, "aavmf64-virtio-nouuid.pcap");
		for (size_t i = 0; padded && i < r.frames; i++) {
			struct br_packet p = recording_packet(&r, i);

			if (p.transport == BR_TRANSPORT_UDP && p.dst.port == 67)
				plant_poke(&r, i, 28 + 6, "padding!!!", 10);
		}
		(void)recording_explain_clean(&r, text, TEXT_MAX);
		recording_reset(&r);
		size_t here = 0;

		for (const char *at = strstr(text, "\"strength\""); at;
		     at = strstr(at + 1, "\"strength\""))
			here++;
		if (padded)
			assert_int_equal(here, broken);
		broken = here;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_stand_as_they_are),
		cmocka_unit_test(octets_that_are_no_letters_stand_as_hex),
		cmocka_unit_test(neighbours_of_ipv6_are_not_arp),
		cmocka_unit_test(a_frame_counts_once_for_a_rule),
		cmocka_unit_test(padding_of_an_address_breaks_no_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
