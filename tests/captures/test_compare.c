/* SPDX-License-Identifier: BSD-2-Clause */
/* Two replies that differ in one thing each: the judgement must be the documented one. */
#include <string.h>

#include "captures/replay/compare.h"
#include "helper.h"

struct compare_reply {
	uint32_t yiaddr, siaddr, server_id, lease_s, t2_s;
	const char *header_file, *option_file, *class;
	bool echo_type, echo_uuid, dns;
	uint8_t extra; /* an option code; 0: none */
	uint32_t to;   /* where it was sent; 0: where it belongs */
};

static const struct compare_reply plain = {.yiaddr = 0xc0000264,
                                           .siaddr = 0xc0000202,
                                           .server_id = 0xc0000201,
                                           .lease_s = 3600,
                                           .t2_s = 3150,
                                           .header_file = "boot.efi",
                                           .dns = true};
static const struct compare_reply asking = {.class = "PXEClient"};

static void build(struct br_dhcp_message *ret, const struct compare_reply *r, uint8_t op)
{
	static uint8_t buffers[4][600];
	static unsigned next;
	uint8_t *buffer = buffers[next++ % 4];
	struct br_dhcp_header header = {.op = op,
	                                .htype = 1,
	                                .hlen = 6,
	                                .xid = 7,
	                                .yiaddr = r->yiaddr,
	                                .siaddr = r->siaddr};
	struct br_dhcp_builder b;
	static const uint8_t uuid[17] = {0, 1, 2}, parameters[] = {1, 6, 66, 67};

	if (r->header_file)
		strcpy((char *)header.file, r->header_file);
	br_dhcp_begin(&b, &header, buffer, 600, 0);
	br_dhcp_put_u8(&b, BR_DHCP_OPTION_MESSAGE_TYPE, op == 1 ? 1 : 2);
	if (op == 1)
		br_dhcp_put(&b, BR_DHCP_OPTION_PARAMETERS, parameters, sizeof(parameters));
	if (r->server_id) {
		br_dhcp_put_be32(&b, BR_DHCP_OPTION_SERVER_ID, r->server_id);
		br_dhcp_put_be32(&b, BR_DHCP_OPTION_LEASE_TIME, r->lease_s);
		br_dhcp_put_be32(&b, BR_DHCP_OPTION_RENEWAL_TIME, 1800);
		br_dhcp_put_be32(&b, BR_DHCP_OPTION_REBINDING_TIME, r->t2_s);
	}
	if (r->class)
		br_dhcp_put_text(&b, BR_DHCP_OPTION_VENDOR_CLASS, r->class);
	if (r->option_file)
		br_dhcp_put_text(&b, BR_DHCP_OPTION_BOOT_FILE, r->option_file);
	if (r->echo_uuid || op == 1)
		br_dhcp_put(&b, BR_DHCP_OPTION_MACHINE_ID, uuid, sizeof(uuid));
	if (r->echo_type || op == 1)
		br_dhcp_put(&b, BR_DHCP_OPTION_ARCHITECTURE, "\0\7", 2);
	if (r->dns)
		br_dhcp_put_be32(&b, BR_DHCP_OPTION_DNS, 0xc0000201);
	if (r->extra)
		br_dhcp_put_u8(&b, r->extra, 1);
	assert_int_equal(br_dhcp_parse((struct br_octets){buffer, br_dhcp_finish(&b, 300)}, ret),
	                 0);
}

static void judged(const struct compare_reply *recorded, const struct compare_reply *ours,
                   enum br_judgement judgement, const char *text)
{
	static struct br_dhcp_message request, a, b;
	struct br_comparison c = {.judgement = BR_JUDGED_EQUAL};
	struct br_compare_way way = {.from = br_endpoint_ipv4(0xc0000201, 67),
	                             .to = br_endpoint_ipv4(0xc0000264, 68)};
	struct br_compare_dhcp pair = {
		.request = &request,
		.recorded = &a,
		.ours = &b,
		.asked = {.from = br_endpoint_ipv4(0, 68), .to = br_endpoint_ipv4(UINT32_MAX, 67)},
		.recorded_way = way,
		.our_way = way};

	build(&request, &asking, 1);
	request.header.yiaddr = 0;
	build(&a, recorded, 2);
	build(&b, ours, 2);
	pair.our_way.to = br_endpoint_ipv4(ours->to ? ours->to : 0xc0000264, 68);
	br_compare_dhcp(&c, &pair);
	assert_string_equal(c.text, text);
	assert_int_equal(c.judgement, judgement);
}

static void each_difference_has_its_judgement(void **state)
{
	struct compare_reply r = plain, pxe = plain, type = plain, echo;

	(void)state;
	judged(&plain, &plain, BR_JUDGED_EQUAL, "");
	r.echo_uuid = true; /* nobody reads it of an address server, a PXE server must give it */
	judged(&plain, &r, BR_JUDGED_EQUAL, "option 97 given back");
	judged(&r, &plain, BR_JUDGED_WORSE,
	       "option 97 absent, was 0001020000000000000000000000000000 (PXE-PRX-06)");
	type.echo_type = true;
	judged(&plain, &type, BR_JUDGED_EQUAL, "");
	judged(&type, &plain, BR_JUDGED_WORSE, "option 93 absent, was 7 (PXE-PRX-07)");
	pxe.class = "PXEClient";
	echo = pxe;
	echo.echo_uuid = true;
	judged(&pxe, &echo, BR_JUDGED_BETTER, "option 97 given back (PXE-PRX-06)");
	judged(&pxe, &plain, BR_JUDGED_WORSE, "option 60 absent, was \"PXEClient\" (PXE-PRX-05)");
	judged(&plain, &pxe, BR_JUDGED_DIVERGED, "option 60 added: \"PXEClient\"");
}

static void what_was_asked_for_and_is_gone_is_worse(void **state)
{
	struct compare_reply r = plain;

	(void)state;
	r.dns = false;
	judged(&plain, &r, BR_JUDGED_WORSE, "option 6 absent, was 192.0.2.1 (D4S-DISC-10)");
	r = plain;
	r.header_file = NULL;
	judged(&plain, &r, BR_JUDGED_WORSE, "boot file is \"\", was \"boot.efi\" (D4S-BF-01)");
	r.option_file = "boot.efi"; /* in 67 only: shim would not see it */
	judged(&plain, &r, BR_JUDGED_WORSE, "boot file not in the header (D4S-BF-02)");
	judged(&r, &plain, BR_JUDGED_WORSE,
	       "option 67 absent, was \"boot.efi\" (D4S-DISC-10); "
	       "boot file in the header too (D4S-BF-02)");
	r.header_file = "other.efi";
	judged(&plain, &r, BR_JUDGED_WORSE, "header and option 67 differ (D4S-BF-03)");
}

static void what_nobody_asked_for_may_go(void **state)
{
	struct compare_reply r = plain;

	(void)state;
	r.extra = 224;
	judged(&r, &plain, BR_JUDGED_EQUAL, "option 224 left out, nobody asked for it");
	judged(&plain, &r, BR_JUDGED_DIVERGED, "option 224 added: 01");
	r.extra = 50;
	judged(&plain, &r, BR_JUDGED_WORSE,
	       "option 50 added: 01; option 50 in it (D4S-DISC-04); "
	       "EDK2 would drop it as malformed");
}

static void addresses_are_as_configured_or_worse(void **state)
{
	struct compare_reply r = plain, bare = plain;

	(void)state;
	r.siaddr = 0xc0000203;
	judged(&plain, &r, BR_JUDGED_WORSE, "siaddr is 192.0.2.3, was 192.0.2.2 (D4S-BF-01)");
	r.siaddr = 0;
	judged(&plain, &r, BR_JUDGED_WORSE, "siaddr is 0.0.0.0, was 192.0.2.2 (D4S-BF-01)");
	judged(&r, &plain, BR_JUDGED_BETTER, "siaddr is 192.0.2.2, was 0.0.0.0 (D4S-BF-01)");
	r = plain;
	r.header_file = bare.header_file = NULL; /* nothing to load: the server itself is meant */
	r.siaddr = 0;
	bare.siaddr = 0xc0000201;
	judged(&r, &bare, BR_JUDGED_EQUAL, "siaddr is 192.0.2.1, was 0.0.0.0");
	r = plain;
	r.yiaddr = 0xc0000265;
	r.to = r.yiaddr;
	judged(&plain, &r, BR_JUDGED_WORSE, "yiaddr is 192.0.2.101, was 192.0.2.100 (D4S-DISC-01)");
	r = plain;
	r.to = UINT32_MAX;
	judged(&plain, &r, BR_JUDGED_WORSE, "sent to 255.255.255.255 port 68 (D4S-DLV-03)");
	r = plain;
	r.server_id = 0xc0000209;
	judged(&plain, &r, BR_JUDGED_WORSE, "option 54 is 192.0.2.9, was 192.0.2.1 (D4S-SID-01)");
}

static void times_are_as_configured_or_worse(void **state)
{
	struct compare_reply r = plain;

	(void)state;
	r.lease_s = 0;
	judged(&plain, &r, BR_JUDGED_WORSE,
	       "option 51 is 0, was 3600 (D4S-DISC-03); T1 1800, T2 3150, lease 0 (D4S-LSE-01)");
	r.lease_s = 7200;
	judged(&plain, &r, BR_JUDGED_WORSE, "option 51 is 7200, was 3600");
	r = plain;
	r.t2_s = 3149; /* rounded another way: in order, and no client waits so long */
	judged(&plain, &r, BR_JUDGED_EQUAL, "option 59 is 3149, was 3150");
	r.t2_s = 1700;
	judged(&plain, &r, BR_JUDGED_WORSE,
	       "option 59 is 1700, was 3150; T1 1800, T2 1700, lease 3600 (D4S-LSE-01)");
}

static void tftp_options_are_held_against_what_was_asked(void **state)
{
	static const struct {
		const char *asked, *recorded, *ours, *text;
		enum br_judgement judgement;
	} rows[] = {
		{"tsize=0 blksize=1468", "tsize=5 blksize=1468", "blksize=1468 tsize=5", "",
	         BR_JUDGED_EQUAL},
		{"tsize=0 blksize=1468", "blksize=1468", "blksize=1468 tsize=5",
	         "tsize granted: 5 (TFTP-TSZ-01)", BR_JUDGED_BETTER},
		{"blksize=1468 windowsize=4", "blksize=1468", "blksize=1468 windowsize=4",
	         "windowsize granted: 4", BR_JUDGED_WORSE},
		{"blksize=1468", "", "blksize=1468", "blksize granted: 1468 (TFTP-OPT-08)",
	         BR_JUDGED_BETTER},
		{"tsize=0 timeout=5", "tsize=5", "tsize=5 timeout=5", "timeout granted: 5",
	         BR_JUDGED_EQUAL},
		{"tsize=0 blksize=1468", "tsize=5 blksize=1468", "blksize=1468",
	         "tsize not granted, was 5 (TFTP-TSZ-01)", BR_JUDGED_WORSE},
		{"tsize=0", "tsize=5", "tsize=6", "tsize is 6, was 5 (TFTP-TSZ-01)",
	         BR_JUDGED_WORSE},
		{"blksize=1468", "blksize=1468", "blksize=512",
	         "blksize is 512, was 1468 (TFTP-BLK-05)", BR_JUDGED_WORSE},
		{"blksize=1024", "blksize=1024", "blksize=1468",
	         "blksize is 1468, was 1024 (TFTP-BLK-01)", BR_JUDGED_WORSE},
		{"blksize=1024", "blksize=1024", "blksize=1024 tsize=9",
	         "tsize in the OACK (TFTP-OACK-01)", BR_JUDGED_WORSE},
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
		cmocka_unit_test(addresses_are_as_configured_or_worse),
		cmocka_unit_test(times_are_as_configured_or_worse),
		cmocka_unit_test(tftp_options_are_held_against_what_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
