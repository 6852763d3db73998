/* SPDX-License-Identifier: BSD-2-Clause */
/* The PXE ROM of a PC BIOS, as PXE 2.1 demands it and dumps of Intel ROMs show it. */
#include <string.h>

#include "core/formats/dhcp_message.h"
#include "tests/sim/boot_rig.h"

#define DHCP   "role=dhcp pool=192.0.2.100-192.0.2.199"
#define CLIENT (BOOT_NET + 100)
#define PEER   (BOOT_NET + 3)
#define MASK   "0104ffffff00"
#define PXE    "3c09505845436c69656e74"

static uint64_t boot_core(const char *first, const char *second, uint32_t loss)
{
	struct boot_rig *rig = boot_rig_new("pxe-rom-bios", first, second, loss, 3);
	struct br_boot_result result;
	uint64_t hash;

	assert_int_equal(br_file_store_generate(rig->files, "boot.0", 300000, 7), 0);
	result = boot_rig_run(rig, 4000);
	assert_string_equal(result.error, "");
	assert_int_equal(result.octets, 300000);
	assert_int_equal(rig->wrong, 0);
	hash = br_trace_hash_value(&rig->hash);
	boot_rig_free(rig);
	return hash;
}

static void boots_from_the_core_by_every_path(void **state)
{
	static const char *const cases[][2] = {
		{DHCP, "role=proxydhcp,tftp boot=boot.0"},
		{DHCP, "role=proxydhcp,tftp windowsize=on boot=boot.0"},
		{"role=dhcp,pxe,tftp pool=192.0.2.100-192.0.2.199 boot=boot.0", NULL},
		{"role=dhcp,tftp pool=192.0.2.100-192.0.2.199 boot=boot.0", NULL},
		{DHCP, "role=proxydhcp,tftp menu=32768,One,boot.0 menu-prompt=3,Wait"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (uint32_t loss = 0; loss <= 50000; loss += 50000)
			assert_int_equal(boot_core(cases[i][0], cases[i][1], loss),
			                 boot_core(cases[i][0], cases[i][1], loss));
	}
}

static void an_offer_without_pxe_waits_for_the_second_try(void **state)
{
	struct boot_rig *rig =
		boot_rig_new("pxe-rom-bios",
	                     "role=dhcp,tftp pool=192.0.2.100-192.0.2.199 boot=boot.0", NULL, 0, 1);

	(void)state; /* PXE 2.1 section 2.2.1: it goes on through the 4 s and 8 s tries */
	boot_rig_text(rig, "boot.0", "hello");
	boot_rig_run(rig, 100);
	assert_int_equal(rig->sent[1].at / BR_S, 4);
	assert_int_equal(rig->sent[2].at / BR_S, 12);
	assert_int_equal(rig->sent[2].octets[242], 3); /* REQUEST */
	boot_rig_free(rig);
}

static void messages_are_padded_and_live_20_hops(void **state)
{
	struct boot_rig *rig = boot_rig_new("pxe-rom-bios", NULL, NULL, 0, 1);
	struct br_boot_result result = boot_rig_run(rig, 100);

	(void)state;
	assert_int_equal(rig->sents, 4);
	assert_int_equal(rig->sent[0].size, 548);
	assert_int_equal(rig->sent[0].ttl, 20);
	assert_string_equal(result.error, "PXE-E51: No DHCP or proxyDHCP offers were received.");
	boot_rig_free(rig);
}

static void failures_have_the_roms_numbers(void **state)
{
	static const struct {
		struct boot_reply reply[3];
		struct boot_tftp tftp[1];
		const char *error;
	} cases[] = {
		{{{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK PXE},
	          {67, 3, 0, 0, 5, 3, CLIENT, 0, NULL, MASK PXE}},
	         {{0, NULL}},
	         "PXE-E55: ProxyDHCP service did not reply to request on port 4011."},
		{{{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.0", MASK PXE},
	          {67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.0", MASK PXE}},
	         {{0, NULL}},
	         "PXE-E32: TFTP open timeout."},
		{{{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.0", MASK PXE},
	          {67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.0", MASK PXE}},
	         {{1, "000500014e6f00"}},
	         "PXE-E3B: TFTP Error - File Not found."},
		{{{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK}},
	         {{0, NULL}},
	         "PXE-E53: No boot filename received."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct boot_rig *rig = boot_rig_new("pxe-rom-bios", NULL, NULL, 0, 1);
		struct br_boot_result result;

		boot_rig_peer(rig, cases[i].reply, 3, cases[i].tftp, 1);
		result = boot_rig_run(rig, 200);
		assert_string_equal(result.error, cases[i].error);
		boot_rig_free(rig);
	}
}

static void a_file_in_the_dhcp_offer_needs_no_4011(void **state)
{
	static const struct boot_reply reply[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "boot.0", MASK PXE},
		{67, 3, 0, 0, 5, 3, CLIENT, PEER, "boot.0", MASK PXE}};
	static const struct boot_tftp tftp[] = {{1, "0003000168656c6c6f"}, /* no options at all */
	                                        {3, "0003000168656c6c6f"}};
	struct boot_rig *rig = boot_rig_new("pxe-rom-bios", NULL, NULL, 0, 1);
	struct br_boot_result result;
	size_t index = 0;

	(void)state;
	boot_rig_peer(rig, reply, 2, tftp, 2);
	boot_rig_text(rig, "boot.0", "hello");
	result = boot_rig_run(rig, 200);
	assert_string_equal(result.error, "");
	assert_int_equal(result.octets, 5);
	assert_null(boot_rig_next(rig, &index, 4011));
	boot_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_from_the_core_by_every_path),
		cmocka_unit_test(an_offer_without_pxe_waits_for_the_second_try),
		cmocka_unit_test(messages_are_padded_and_live_20_hops),
		cmocka_unit_test(failures_have_the_roms_numbers),
		cmocka_unit_test(a_file_in_the_dhcp_offer_needs_no_4011),
	};

	return cmocka_run_group_tests_name("firmware_rom", tests, NULL, NULL);
}
