/* SPDX-License-Identifier: BSD-2-Clause */
/* Raspberry Pi against the core and scripted servers: option 43, no REQUEST, its files. */
#include <stdio.h>
#include <string.h>

#include "core/formats/dhcp_message.h"
#include "tests/sim/boot_rig.h"

/* dnsmasq's pxe-service=0,"Raspberry Pi Boot": 06 01 03, 0a 04 00 "PXE", 09 14 00 00 11 text, ff */
#define TEXT43 "0601030a0400505845091400001152617370626572727920506920426f6f74ff"
#define CORE   "role=dhcp,tftp pool=192.0.2.100-192.0.2.199 next-server=192.0.2.1"
#define CLIENT (BOOT_NET + 100)
#define PEER   (BOOT_NET + 3)
#define MASK   "0104ffffff00"

static void add_files(struct boot_rig *rig, const char *serial)
{
	static const char *const common[] = {"bootcode.bin", "config.txt", "kernel7.img",
	                                     "kernel8.img"};
	static const char *const firmware[] = {"start.elf", "start4.elf"};
	char path[64];

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(br_file_store_generate(rig->files, common[i], 90000, i), 0);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", serial, firmware[i]);
		assert_int_equal(br_file_store_generate(rig->files, path, 90000, i), 0);
	}
}

static uint64_t boot_core(const char *model, const char *serial, uint32_t loss)
{
	struct boot_rig *rig = boot_rig_new(model, CORE, NULL, loss, 3);
	struct br_boot_result result;
	uint64_t hash;

	add_files(rig, serial);
	result = boot_rig_run(rig, 4000);
	assert_string_equal(result.error, "");
	assert_int_equal(result.step, BR_BOOT_STEP_SYSTEM);
	assert_int_equal(rig->wrong, 0);
	hash = br_trace_hash_value(&rig->hash);
	boot_rig_free(rig);
	return hash;
}

static void boots_from_the_core_by_every_path(void **state)
{
	static const char *const cases[][2] = {{"rpi3-rom", ""},
	                                       {"rpi3-rom", "00123456/"},
	                                       {"rpi4-eeprom", ""},
	                                       {"rpi4-eeprom", "00123456/"}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		for (uint32_t loss = 0; loss <= 50000; loss += 50000)
			assert_int_equal(boot_core(cases[i][0], cases[i][1], loss),
			                 boot_core(cases[i][0], cases[i][1], loss));
	}
}

static void the_rom_requests_nothing(void **state)
{
	struct boot_rig *rig = boot_rig_new("rpi3-rom", CORE, NULL, 0, 3);
	size_t index = 0;
	const struct boot_sent *sent;

	(void)state;
	add_files(rig, "");
	boot_rig_run(rig, 100);
	sent = boot_rig_next(rig, &index, 67);
	assert_memory_equal(sent->octets + 4, "\x26\xf3\x03\x39", 4); /* firmware issue 859 */
	assert_int_equal(sent->size, 320);
	assert_int_equal(sent->ttl, 128);
	assert_null(boot_rig_next(rig, &index, 67));
	index = 0;
	sent = boot_rig_next(rig, &index, 69);
	assert_int_equal(sent->size, 2 + 13 + 6); /* no option at all */
	assert_memory_equal(sent->octets + 2, "bootcode.bin\0octet", 19);
	assert_int_equal(sent->source, 49152);
	boot_rig_free(rig);
}

static void an_offer_without_the_text_is_none(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "bootcode.bin", MASK}};
	struct boot_rig *rig = boot_rig_new("rpi3-rom", NULL, NULL, 0, 3);
	struct br_boot_result result;

	(void)state;
	boot_rig_peer(rig, replies, 1, NULL, 0);
	result = boot_rig_run(rig, 100);
	assert_non_null(strstr(result.error, "option 43"));
	assert_int_equal(rig->sents, 5); /* 5 tries, 5 s apart */
	assert_int_equal(rig->sent[4].at / BR_S, 20);
	assert_int_equal(result.ended / BR_S, 25);
	boot_rig_free(rig);
}

static void a_proxys_text_will_do(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, 0, NULL, MASK},
		{67, 1, 0, BR_MS, 2, 4, 0, 0, NULL, "3c09505845436c69656e742b20" TEXT43}};
	struct boot_rig *rig = boot_rig_new("rpi3-rom", NULL, NULL, 0, 3);
	size_t index = 0;

	(void)state; /* rpi-eeprom issue 376: its server is then the proxy */
	boot_rig_peer(rig, replies, 2, NULL, 0);
	boot_rig_run(rig, 3);
	assert_int_equal(boot_rig_next(rig, &index, 69)->to, BOOT_NET + 4);
	boot_rig_free(rig);
}

static void the_address_is_that_of_the_offer_with_the_text(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT + 1, PEER, NULL, MASK},
		{67, 1, 0, BR_MS, 2, 4, CLIENT, 0, NULL, MASK "2b20" TEXT43}};
	struct boot_rig *rig = boot_rig_new("rpi3-rom", NULL, NULL, 0, 3);
	struct br_boot_result result;

	(void)state;
	boot_rig_peer(rig, replies, 2, NULL, 0);
	result = boot_rig_run(rig, 3);
	assert_int_equal(result.address, CLIENT);
	boot_rig_free(rig);
}

static void a_missing_start_elf_ends_it(void **state)
{
	struct boot_rig *rig = boot_rig_new("rpi3-rom", CORE, NULL, 0, 3);
	struct br_boot_result result;

	(void)state;
	boot_rig_text(rig, "bootcode.bin", "x");
	result = boot_rig_run(rig, 100);
	assert_string_equal(result.error, "Firmware not found: start.elf");
	boot_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_from_the_core_by_every_path),
		cmocka_unit_test(the_rom_requests_nothing),
		cmocka_unit_test(an_offer_without_the_text_is_none),
		cmocka_unit_test(a_proxys_text_will_do),
		cmocka_unit_test(the_address_is_that_of_the_offer_with_the_text),
		cmocka_unit_test(a_missing_start_elf_ends_it),
	};

	return cmocka_run_group_tests_name("firmware_rpi", tests, NULL, NULL);
}
