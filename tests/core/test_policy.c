/* SPDX-License-Identifier: BSD-2-Clause */
/* Which boot file is for whom, asked through the address server, which says what the rules say
 * in header and options alike (the bench checks that they agree, D4S-BF-03).
 */
#include "core/dhcp/policy.h"

#include <stdio.h>
#include <string.h>

#include "core/base/arch.h"
#include "core/base/text.h"
#include "tests/core/dhcp_bench.h"

#define POOL "role=dhcp pool=10.77.0.100-10.77.0.199 "

static struct bench bench;

static int close_bench(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

/* Ask as @model with option 93 = @arch and expect @file; "" for none. */
static void expect_file(enum model model, int arch, const char *file)
{
	struct ask ask;

	ask_init(&ask, model, BR_DHCP_TYPE_DISCOVER, 1);
	if (arch >= 0)
		ask_set_arch(&ask, (uint16_t)arch);
	assert_true(bench_ask(&bench, &ask));
	if (!reply_file_is(&bench, file))
		fail_msg("arch %d: got \"%.127s\", want \"%s\"", arch,
		         (const char *)bench.reply.header.file, file);
	if (model != UBOOT) /* which does not ask for it */
		assert_int_equal(reply_has(&bench, 67), file[0] != 0);
}

static void the_file_follows_the_architecture(void **state)
{
	/* PXE-ARCH-01, D4S-BF-01, PXE-V43-10: and no option 60, as nobody answers on 4011 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "boot=undionly.kpxe@arch:0 boot=bootia32.efi@arch:6 "
	                        "boot=bootx64.efi@arch:x64-uefi boot=bootaa64.efi@arch:11,server:"
	                        "10.77.0.9 boot=bootriscv64.efi@arch:27");
	expect_file(PXE_BIOS, 0, "undionly.kpxe");
	expect_file(PXE_X64, 6, "bootia32.efi");
	expect_file(PXE_X64, 7, "bootx64.efi");
	assert_int_equal(bench.reply.header.siaddr, IP(10, 77, 0, 1));
	assert_true(reply_is(&bench, 66, "10.77.0.1"));
	assert_false(reply_has(&bench, 60));
	assert_false(reply_has(&bench, 43));
	expect_file(PXE_X64, 27, "bootriscv64.efi");
	expect_file(PXE_X64, 11, "bootaa64.efi");
	assert_int_equal(bench.reply.header.siaddr, IP(10, 77, 0, 9));
	expect_file(PXE_X64, 10, "");
	assert_true(bench_noted(&bench, BR_NOTE_POLICY_NO_RULE));
	assert_int_equal(bench.reply.header.siaddr, 0);

	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1); /* 93 wins over option 60 */
	ask_set(&ask, 93, "\0\6", 2);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "bootia32.efi"));
	ask_remove(&ask, 93); /* and its digits stand in for a missing 93 */
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "bootx64.efi"));
}

static void every_type_of_the_registry_can_be_served(void **state)
{
	char words[4096] = POOL;

	(void)state;
	for (unsigned arch = 0; arch < BR_ARCH_COUNT; arch++)
		(void)sprintf(words + strlen(words), "boot=file-%u@arch:%u ", arch, arch);
	bench_open(&bench, words);
	for (unsigned arch = 0; arch < BR_ARCH_COUNT; arch++) {
		char want[64];

		(void)sprintf(want, br_arch_is_http(arch) ? "http://10.77.0.1/file-%u" : "file-%u",
		              arch);
		expect_file(br_arch_is_http(arch) ? HTTP_X64 : PXE_X64, (int)arch, want);
		if (br_arch_is_http(arch)) /* HBD-08 */
			assert_true(reply_is(&bench, 60, "HTTPClient"));
	}
	expect_file(PXE_X64, 42, "");
	assert_true(bench_noted(&bench, BR_NOTE_POLICY_UNKNOWN_ARCH));
	bench_close(&bench);
	bench_open(&bench, POOL "boot=for-any boot=mine@mac:52:54:00:00:00:01");
	expect_file(PXE_X64, 41, "for-any");
	expect_file(PXE_X64, 42, "mine"); /* named, and so known after all */
	bench.config.rules = 1;
	expect_file(PXE_X64, 42, "");
}

static void seven_and_nine_are_the_same_unless_apart(void **state) /* PXE-ARCH-02 */
{
	(void)state;
	bench_open(&bench, POOL "boot=bootx64.efi@arch:7");
	expect_file(PXE_X64, 7, "bootx64.efi");
	expect_file(PXE_X64, 9, "bootx64.efi");
	bench_close(&bench);
	bench_open(&bench, POOL "boot=bootx64.efi@arch:9");
	expect_file(PXE_X64, 7, "bootx64.efi");
	bench_close(&bench);
	bench_open(&bench, POOL "boot=bootx64.efi@arch:7 boot=ebc.efi@arch:9");
	expect_file(PXE_X64, 7, "bootx64.efi");
	expect_file(PXE_X64, 9, "ebc.efi");
}

static void lists_and_broken_lists(void **state)
{
	/* PXE-ARCH-03, PXE-ARCH-04 */
	static const uint8_t odd[3] = {0, 7, 0};
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "boot=bootx64.efi@arch:7");
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set(&ask, 93, "\0\6\0\7", 4);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "bootx64.efi"));
	for (size_t size = 0; size <= 3; size += size == 1 ? 2 : 1) { /* 0, 1, 3 */
		ask_set(&ask, 93, odd, size);
		assert_true(bench_ask(&bench, &ask));
		assert_true(reply_file_is(&bench, ""));
	}
}

static void rules_name_machines_and_classes(void **state)
{
	/* D4S-CLS-01, D4S-UC-01, D4C-OPT-13 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "boot=mine@mac:52:54:00:00:00:05 "
	                        "boot=uuid@uuid:11223344-5566-7788-99aa-bbccddeeff00,arch:11 "
	                        "boot=exact@vendor-class:PXEClient:Arch:00007:UNDI:003016 "
	                        "boot=uboot@vendor-class:U-Boot* boot=test@user-class:test");
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 5);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "mine"));
	expect_file(PXE_AA64, 11, "uuid");
	expect_file(PXE_X64, 7, "");
	expect_file(UBOOT, -1, "uboot");
	ask_init(&ask, PXE_AA64, BR_DHCP_TYPE_DISCOVER, 1);
	for (size_t i = 0; i < ask.options; i++) {
		if (ask.option[i].code == 97)
			ask.option[i].value[0] = 1; /* RFC 4578 §2.3: the type must be 0 */
	}
	ask_set_arch(&ask, 11);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, ""));
	ask_set(&ask, 97, "\0AAAAAAAAAAAAAAAA", 17); /* another machine */
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, ""));
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	ask_set_text(&ask, 60, "PXEClient:Arch:00007:UNDI:003016");
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "exact"));
	ask_set_text(&ask, 60, "PXEClient:Arch:00007:UNDI:003017");
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, ""));
	ask_set(&ask, 60, "PXEClient:Arch:00007:UNDI:003016\0\0", 34);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "exact"));
	ask_set_text(&ask, 60, "PXEClient");
	ask_put(&ask, 77, "\5other\4test", 11);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "test"));
}

/* Without option 60 there are no octets to compare, not even a pointer to none. */
static void a_star_alone_takes_any_class_or_none(void **state)
{
	(void)state;
	bench_open(&bench, POOL "boot=any@vendor-class:*");
	expect_file(PLAIN, -1, "any");
	expect_file(UBOOT, 22, "any");
	bench_close(&bench);
	bench_open(&bench, POOL "boot=some@vendor-class:P*");
	expect_file(PLAIN, -1, "");
}

static void user_classes_are_counted_or_raw(void **state) /* D4S-UC-01, D4S-UC-02 */
{
	static const struct {
		const char *octets;
		size_t size;
		bool has;
	} cases[] = {{"iPXE", 4, true},          {"\4iPXE", 5, true},  {"\4test\4iPXE", 10, true},
	             {"\4iPXE\4test", 10, true}, {"\5iPXE", 5, false}, {"iPXEx", 5, false},
	             {"\3iPX", 4, false},        {"", 0, false},       {"\0\0\4iPXE", 7, true},
	             {"\4iPXE\4", 6, true}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct br_octets octets = {(const uint8_t *)cases[i].octets, cases[i].size};

		assert_int_equal(br_user_class_has(octets, "iPXE"), cases[i].has);
	}
}

static void no_url_for_pxe_clients(void **state)
{
	/* PXE-ARCH-05, HBD-11 */
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "boot=http://10.77.0.2:8080/shim.efi boot=shim.efi");
	expect_file(PXE_X64, 7, "shim.efi");
	expect_file(GRUB, -1, "shim.efi");
	assert_false(reply_has(&bench, 60));
	expect_file(HTTP_X64, 16, "http://10.77.0.2:8080/shim.efi");
	assert_int_equal(bench.reply.header.siaddr, IP(10, 77, 0, 2));
	bench_close(&bench);
	bench_open(&bench, POOL "boot=http://10.77.0.2/shim.efi");
	expect_file(PXE_X64, 7, "");
	assert_true(bench_noted(&bench, BR_NOTE_POLICY_URL_WITHHELD));
	expect_file(PLAIN, -1, "");
	expect_file(PXE_X64, 16, ""); /* an HTTP type, but PXEClient */
	bench_close(&bench);
	bench_open(&bench, POOL "boot=tftp://10.77.0.2/shim.efi");
	expect_file(HTTP_X64, 16, ""); /* HBD-02: http or https */
	assert_false(reply_has(&bench, 60));
	ask_init(&ask, IPXE, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask)); /* HBD-10 */
	assert_true(reply_file_is(&bench, "tftp://10.77.0.2/shim.efi"));
	assert_true(reply_is(&bench, 67, "tftp://10.77.0.2/shim.efi"));
}

static void http_clients_get_an_absolute_url(void **state)
{
	/* HBD-01, HBD-02, HBD-03, HBD-09 */
	static struct br_dhcp_message offer;
	struct ask ask;

	(void)state;
	bench_open(&bench,
	           POOL "boot=https://secure.test/a.efi@vendor-class:HTTPClient:Arch:00019* "
	                "boot=a_b.efi@arch:16 boot=/c.efi@arch:15,server:10.77.0.8 "
	                "http-port=8080 dns=10.77.0.53");
	ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_is(&bench, 60, "HTTPClient"));
	assert_true(reply_is(&bench, 67, "http://10.77.0.1:8080/a%20b.efi"));
	assert_false(reply_has(&bench, 43));
	offer = bench.reply;
	ask_select(&ask, &bench);
	assert_true(bench_ask(&bench, &ask));
	assert_true(br_text_equal(br_dhcp_get(&offer, 67), br_dhcp_get(&bench.reply, 67)));
	assert_true(reply_is(&bench, 60, "HTTPClient"));
	expect_file(HTTP_X64, 15, "http://10.77.0.8:8080/c.efi");

	ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 2); /* HBD-06 */
	ask_set_arch(&ask, 19);
	ask_set(&ask, 55, "\103", 1); /* does not even ask for option 6 */
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_is(&bench, 67, "https://secure.test/a.efi"));
	assert_int_equal(reply_be32(&bench, 6), IP(10, 77, 0, 53));
	bench.config.http_port = 80;
	ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_is(&bench, 67, "http://10.77.0.1/a%20b.efi"));
}

static void long_urls(void **state) /* HBD-04, HBD-05 */
{
	char words[1200] = POOL "boot=http://10.77.0.2/";
	struct ask ask;
	size_t size = strlen(words);

	(void)state;
	memset(words + size, 'u', 255 - strlen("http://10.77.0.2/"));
	bench_open(&bench, words);
	ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(br_dhcp_get(&bench.reply, 67).size, 255);
	assert_int_equal(bench.reply.header.file[0], 0); /* too long for the header */
	assert_int_equal(bench.reply.header.siaddr, IP(10, 77, 0, 2));
	ask_init(&ask, UBOOT, BR_DHCP_TYPE_DISCOVER, 2); /* loads by HTTP, does not ask for 67 */
	ask_set(&ask, 93, "\0\30", 2);
	ask_set(&ask, 57, "\5\xdc", 2);
	assert_true(bench_ask(&bench, &ask));
	assert_int_equal(br_dhcp_get(&bench.reply, 67).size, 255);
	assert_false(reply_has(&bench, 60));
	words[strlen(words)] = 'u';
	bench_expect_refused(words);
	ask_init(&ask, HTTP_X64, BR_DHCP_TYPE_DISCOVER, 1);
	for (size_t length = 127; length <= 128; length++) { /* with its NUL in the header */
		bench_close(&bench);
		words[size + length - strlen("http://10.77.0.2/")] = '\0';
		words[size + length - strlen("http://10.77.0.2/") - 1] = 'u';
		bench_open(&bench, words);
		assert_true(bench_ask(&bench, &ask));
		assert_int_equal(br_dhcp_get(&bench.reply, 67).size, length);
		assert_int_equal(br_dhcp_file(&bench.reply).size, length == 127 ? 127 : 0);
	}

	bench_close(&bench);
	memset(words, 0, sizeof(words));
	strcpy(words, POOL "boot=");
	memset(words + strlen(words), '+', 127); /* three octets each in a URL */
	bench_open(&bench, words);
	assert_true(bench_ask(&bench, &ask));
	assert_false(reply_has(&bench, 67));
	assert_false(reply_has(&bench, 60));
	assert_true(bench_noted(&bench, BR_NOTE_POLICY_URL_TOO_LONG));
}

static void chainload_loops_are_broken(void **state) /* D4S-UC-02, quirk ipxe-chainload-loop */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "boot=ipxe.efi@arch:7 boot=undionly.kpxe@arch:0 "
	                        "boot=http://10.77.0.2/script.ipxe@user-class:iPXE,arch:7");
	expect_file(PXE_X64, 7, "ipxe.efi");
	ask_init(&ask, IPXE, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_is(&bench, 67, "http://10.77.0.2/script.ipxe"));
	ask_set(&ask, 77, "\4iPXE", 5);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_is(&bench, 67, "http://10.77.0.2/script.ipxe"));
	ask_remove(&ask, 77); /* FlexBoot: option 175 alone */
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_is(&bench, 67, "http://10.77.0.2/script.ipxe"));
	ask_set_arch(&ask, 0); /* no rule for iPXE fits, the others would loop */
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, ""));
	assert_true(bench_noted(&bench, BR_NOTE_POLICY_LOOP_BROKEN));
	bench_close(&bench);

	bench_open(&bench, POOL "boot=ipxe.efi@arch:7"); /* it may be in ROM: served, and noted */
	ask_set_arch(&ask, 7);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "ipxe.efi"));
	assert_true(bench_noted(&bench, BR_NOTE_POLICY_LOOP_LIKELY));
}

static void a_pi_is_no_pc(void **state)
{
	/* PXE-ARCH-06, PXE-V43-16 */
	struct ask ask;
	struct br_octets vendor, menu;

	(void)state;
	bench_open(&bench, POOL "boot=pxelinux.0 boot=pxelinux.0@arch:0");
	ask_init(&ask, RPI3, BR_DHCP_TYPE_DISCOVER, 1);
	for (int way = 0; way < 3; way++) { /* told by 97 and 55; by 55; by the maker of the MAC */
		assert_true(bench_ask(&bench, &ask));
		assert_true(reply_file_is(&bench, ""));
		assert_int_equal(bench.reply.header.siaddr, IP(10, 77, 0, 1));
		assert_true(reply_is(&bench, 60, "PXEClient"));
		vendor = br_dhcp_get(&bench.reply, 43);
		menu = br_dhcp_sub_option(vendor, 9, true);
		assert_int_equal(menu.size, 23);
		assert_memory_equal(menu.data, "\0\0\24Raspberry Pi Boot   ", 23);
		assert_int_equal(vendor.data[vendor.size - 1], 255);
		ask_remove(&ask, 97);
		if (way == 1) {
			ask_remove(&ask, 55);
			memcpy(ask.header.chaddr, "\xb8\x27\xeb", 3);
		}
	}
	expect_file(PXE_BIOS, 0, "pxelinux.0");
	bench_close(&bench);
	bench_open(&bench, POOL "boot=pxelinux.0 boot=bootcode.bin@arch:41,server:10.77.0.4");
	ask_init(&ask, RPI3, BR_DHCP_TYPE_DISCOVER, 1);
	assert_true(bench_ask(&bench, &ask));
	assert_true(reply_file_is(&bench, "bootcode.bin"));
	assert_int_equal(bench.reply.header.siaddr, IP(10, 77, 0, 4));
}

static void direct_boot_goes_with_its_control(void **state) /* PXE-V43-11, PXE-V43-01, -02 */
{
	struct ask ask;

	(void)state;
	bench_open(&bench, POOL "boot=bootx64.efi@arch:7 discovery-control=8");
	ask_init(&ask, PXE_X64, BR_DHCP_TYPE_DISCOVER, 1);
	for (int ack = 0; ack < 2; ack++) {
		assert_true(bench_ask(&bench, &ask));
		assert_true(reply_file_is(&bench, "bootx64.efi"));
		assert_true(reply_is(&bench, 60, "PXEClient"));
		/* 10: bit 1 is added, as there is no group to ask */
		assert_true(reply_is(&bench, 43, "\6\1\n\377"));
		ask_select(&ask, &bench);
	}
	expect_file(PXE_AA64, 11, ""); /* quirk edk2-pxe10-no-menu-aborts: no 43 without file */
	assert_false(reply_has(&bench, 43));
	assert_false(reply_has(&bench, 60));
}

static void next_server_stands_in(void **state)
{
	(void)state;
	bench_open(&bench, POOL "next-server=10.77.0.9 boot=bootx64.efi@arch:7");
	expect_file(PLAIN, -1, "");
	assert_int_equal(bench.reply.header.siaddr, IP(10, 77, 0, 9));
	expect_file(PXE_X64, 7, "bootx64.efi");
	assert_int_equal(bench.reply.header.siaddr, IP(10, 77, 0, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_file_follows_the_architecture, close_bench),
		cmocka_unit_test_teardown(every_type_of_the_registry_can_be_served, close_bench),
		cmocka_unit_test_teardown(seven_and_nine_are_the_same_unless_apart, close_bench),
		cmocka_unit_test_teardown(lists_and_broken_lists, close_bench),
		cmocka_unit_test_teardown(rules_name_machines_and_classes, close_bench),
		cmocka_unit_test_teardown(a_star_alone_takes_any_class_or_none, close_bench),
		cmocka_unit_test(user_classes_are_counted_or_raw),
		cmocka_unit_test_teardown(no_url_for_pxe_clients, close_bench),
		cmocka_unit_test_teardown(http_clients_get_an_absolute_url, close_bench),
		cmocka_unit_test_teardown(long_urls, close_bench),
		cmocka_unit_test_teardown(chainload_loops_are_broken, close_bench),
		cmocka_unit_test_teardown(a_pi_is_no_pc, close_bench),
		cmocka_unit_test_teardown(direct_boot_goes_with_its_control, close_bench),
		cmocka_unit_test_teardown(next_server_stands_in, close_bench),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
