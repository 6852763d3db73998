/* SPDX-License-Identifier: BSD-2-Clause */
/* Two replies that differ in one thing each: the judgement must be the documented one. */
#include <string.h>

#include "captures/compare.h"
#include "helper.h"

struct reply {
	uint32_t siaddr;
	const char *header_file, *option_file;
	bool echo_uuid, dns, end;
	uint8_t extra; /* an option code; 0: none */
};

static const struct reply plain = {0xc0000202, "boot.efi", NULL, false, true, true, 0};

static void build(struct br_dhcp_message *ret, const struct reply *r, uint8_t op)
{
	static uint8_t buffers[4][600];
	static unsigned next;
	uint8_t *buffer = buffers[next++ % 4];
	struct br_dhcp_header header = {.op = op,
	                                .htype = 1,
	                                .hlen = 6,
	                                .xid = 7,
	                                .yiaddr = 0xc0000264,
	                                .siaddr = r->siaddr};
	struct br_dhcp_builder b;
	static const uint8_t uuid[17] = {0, 1, 2}, parameters[] = {1, 6, 66, 67};

	if (r->header_file)
		strcpy((char *)header.file, r->header_file);
	br_dhcp_begin(&b, &header, buffer, 600, 0);
	br_dhcp_put_u8(&b, BR_DHCP_OPTION_MESSAGE_TYPE, op == 1 ? 1 : 2);
	if (op == 1)
		br_dhcp_put(&b, BR_DHCP_OPTION_PARAMETERS, parameters, sizeof(parameters));
	if (r->option_file)
		br_dhcp_put_text(&b, BR_DHCP_OPTION_BOOT_FILE, r->option_file);
	if (r->echo_uuid || op == 1)
		br_dhcp_put(&b, BR_DHCP_OPTION_MACHINE_ID, uuid, sizeof(uuid));
	if (r->dns)
		br_dhcp_put_be32(&b, BR_DHCP_OPTION_DNS, 0xc0000201);
	if (r->extra)
		br_dhcp_put_u8(&b, r->extra, 1);
	assert_int_equal(br_dhcp_parse((struct br_octets){buffer, br_dhcp_finish(&b, 300)}, ret),
	                 0);
}

static void judged(const struct reply *recorded, const struct reply *ours,
                   enum br_judgement judgement, const char *text)
{
	static struct br_dhcp_message request, a, b;
	struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};

	build(&request, &plain, 1);
	build(&a, recorded, 2);
	build(&b, ours, 2);
	br_compare_dhcp(&c, &request, &a, &b, false);
	assert_string_equal(c.text, text);
	assert_int_equal(c.judgement, judgement);
}

static void each_difference_has_its_judgement(void **state)
{
	struct reply r;

	(void)state;
	judged(&plain, &plain, BR_JUDGED_EQUAL, "");
	r = plain;
	r.echo_uuid = true;
	judged(&plain, &r, BR_JUDGED_BETTER, "option 97 given back");
	judged(&r, &plain, BR_JUDGED_WORSE,
	       "option 97 absent, was 0001020000000000000000000000000000");
}

static void what_was_asked_for_and_is_gone_is_worse(void **state)
{
	struct reply r = plain;

	(void)state;
	r.dns = false;
	judged(&plain, &r, BR_JUDGED_WORSE, "option 6 absent, was 192.0.2.1");
	r = plain;
	r.header_file = NULL;
	judged(&plain, &r, BR_JUDGED_WORSE, "boot file is \"\", was \"boot.efi\"");
	r.option_file = "boot.efi"; /* in 67 only: shim would not see it */
	judged(&plain, &r, BR_JUDGED_WORSE, "boot file not in the header");
	judged(&r, &plain, BR_JUDGED_BETTER, "boot file in the header too");
}

static void what_nobody_asked_for_may_go(void **state)
{
	struct reply r = plain;

	(void)state;
	r.extra = 224;
	judged(&r, &plain, BR_JUDGED_EQUAL, "option 224 left out, nobody asked for it");
	judged(&plain, &r, BR_JUDGED_DIVERGED, "option 224 added: 01");
	r = plain;
	r.siaddr = 0xc0000203;
	judged(&plain, &r, BR_JUDGED_DIVERGED, "siaddr is 192.0.2.3, was 192.0.2.2");
	r.siaddr = 0;
	judged(&plain, &r, BR_JUDGED_WORSE, "siaddr is 0.0.0.0, was 192.0.2.2");
	judged(&r, &plain, BR_JUDGED_BETTER, "siaddr is 192.0.2.2, was 0.0.0.0");
}

static void tftp_options_are_held_against_what_was_asked(void **state)
{
	static const struct {
		const char *asked, *recorded, *ours, *text;
		enum br_judgement judgement;
	} rows[] = {
		{"tsize=0 blksize=1468", "tsize=5 blksize=1468", "blksize=1468 tsize=5", "",
	         BR_JUDGED_EQUAL},
		{"tsize=0 blksize=1468", "blksize=1468", "blksize=1468 tsize=5", "tsize granted: 5",
	         BR_JUDGED_BETTER},
		{"tsize=0 blksize=1468", "tsize=5 blksize=1468", "blksize=1468",
	         "tsize not granted, was 5", BR_JUDGED_WORSE},
		{"blksize=1468", "blksize=1468", "blksize=512", "blksize is 512, was 1468",
	         BR_JUDGED_DIVERGED},
		{"", "", "", "", BR_JUDGED_EQUAL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};

		br_compare_options(&c, rows[i].asked, rows[i].recorded, rows[i].ours);
		assert_string_equal(c.text, rows[i].text);
		assert_int_equal(c.judgement, rows[i].judgement);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_difference_has_its_judgement),
		cmocka_unit_test(what_was_asked_for_and_is_gone_is_worse),
		cmocka_unit_test(what_nobody_asked_for_may_go),
		cmocka_unit_test(tftp_options_are_held_against_what_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
