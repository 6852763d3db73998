/* SPDX-License-Identifier: BSD-2-Clause */
/* SLOF and the network boot of s390 against the core and scripted servers: rounds of DHCP, one
 * TFTP port, the search below pxelinux.cfg/, lists of files. Captures slof-* and s390-ccw-*.
 */
#include <string.h>

#include "core/formats/dhcp_message.h"
#include "tests/sim/boot_rig.h"

#define CORE   "role=dhcp,tftp pool=192.0.2.100-192.0.2.199 next-server=192.0.2.1"
#define CLIENT (BOOT_NET + 100)
#define PEER   (BOOT_NET + 3)
#define MASK   "0104ffffff00"

static unsigned type_of(const struct boot_sent *sent)
{
	struct br_dhcp_message message;

	assert_int_equal(br_dhcp_parse((struct br_octets){sent->octets, sent->size}, &message), 0);
	return message.type;
}

static void slof_reads_its_file_from_port_2001(void **state)
{
	struct boot_rig *rig = boot_rig_new("slof-ppc64", CORE " boot=grub.elf", NULL, 0, 3);
	struct br_boot_result result;
	size_t index = 0;

	(void)state;
	assert_int_equal(br_file_store_generate(rig->files, "grub.elf", 300000, 7), 0);
	result = boot_rig_run(rig, 60);
	assert_int_equal(result.state, BR_BOOT_DONE);
	assert_int_equal(result.step, BR_BOOT_STEP_PROGRAM);
	assert_int_equal(rig->wrong, 0);
	assert_int_equal(boot_rig_next(rig, &index, 69)->source, 2001);
	boot_rig_free(rig);
}

/* dhcp.c dhcp_attempt(): what comes behind 2 s gives an address, and the next round uses it. */
static void a_late_offer_costs_a_round(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 1, 3 * BR_S, 2, 3, CLIENT, PEER, "a", MASK},
		{67, 1, 2, 0, 2, 3, CLIENT, PEER, "a", MASK},
		{67, 3, 0, 0, 5, 3, CLIENT, PEER, "a", MASK}};
	static const struct {
		unsigned at_ms, type;
	} want[] = {{0, 1}, {3000, 3}, {8130, 1}, {8130, 3}};
	struct boot_rig *rig = boot_rig_new("slof-ppc64", NULL, NULL, 0, 1);
	size_t index = 0;

	(void)state; /* s390-ccw-ping frames 2-13 */
	boot_rig_peer(rig, replies, 3, NULL, 0);
	boot_rig_run(rig, 20);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct boot_sent *sent = boot_rig_next(rig, &index, 67);

		assert_non_null(sent);
		assert_int_equal(type_of(sent), want[i].type);
		assert_in_range(sent->at / BR_MS, want[i].at_ms, want[i].at_ms + 5);
		assert_memory_equal(sent->octets + 4, rig->sent[0].octets + 4, 4); /* xid */
	}
	boot_rig_free(rig);
}

static void nobody_there_takes_ten_rounds(void **state)
{
	struct boot_rig *rig = boot_rig_new("s390-netboot", NULL, NULL, 0, 1);
	struct br_boot_result result = boot_rig_run(rig, 300);

	(void)state;
	assert_int_equal(result.state, BR_BOOT_FAILED);
	assert_int_equal(rig->sents, 10);
	assert_int_equal(result.ended / BR_S, 81);
	boot_rig_free(rig);
}

/* tftp.c tftp(): each fourth second without a word, until twenty of them are over */
static void a_silent_server_is_asked_each_four_seconds(void **state)
{
	static const struct boot_reply replies[] = {{67, 1, 0, 0, 2, 3, CLIENT, PEER, "a", MASK},
	                                            {67, 3, 0, 0, 5, 3, CLIENT, PEER, "a", MASK}};
	struct boot_rig *rig = boot_rig_new("s390-netboot", NULL, NULL, 0, 1);
	br_time first = 0;
	size_t index = 0;

	(void)state;
	boot_rig_peer(rig, replies, 2, NULL, 0);
	boot_rig_run(rig, 24);
	for (unsigned i = 0; i < 6; i++) {
		const struct boot_sent *sent = boot_rig_next(rig, &index, 69);

		assert_non_null(sent);
		first = i > 0 ? first : sent->at;
		assert_int_equal((sent->at - first + BR_MS) / BR_S, 4 * i);
		assert_memory_equal(sent->octets, "\0\1a\0octet\0blksize\0001428", 22);
	}
	boot_rig_free(rig);
}

static void s390_searches_when_its_file_is_not_there_and_gives_its_address_back(void **state)
{
	struct boot_rig *rig = boot_rig_new("s390-netboot", CORE " boot=s390/no", NULL, 0, 3);
	struct br_boot_result result;
	size_t index = 0;

	(void)state;
	boot_rig_text(rig, "s390/pxelinux.cfg/C000026", "label a\nkernel image\ninitrd rd\n");
	assert_int_equal(br_file_store_generate(rig->files, "image", 30000, 8), 0);
	assert_int_equal(br_file_store_generate(rig->files, "rd", 10000, 9), 0);
	result = boot_rig_run(rig, 60);
	assert_int_equal(result.state, BR_BOOT_DONE);
	assert_int_equal(result.step, BR_BOOT_STEP_SYSTEM);
	assert_string_equal(result.file, "rd");
	assert_int_equal(rig->wrong, 0);
	(void)boot_rig_next(rig, &index, 67);
	(void)boot_rig_next(rig, &index, 67);
	assert_int_equal(type_of(boot_rig_next(rig, &index, 67)), BR_DHCP_TYPE_RELEASE);
	boot_rig_free(rig);
}

static void s390_reads_the_files_of_a_list(void **state)
{
	struct boot_rig *rig = boot_rig_new("s390-netboot", CORE " boot=a.ins", NULL, 0, 3);
	struct br_boot_result result;

	(void)state; /* s390-ccw-ins frames 12-8532 */
	boot_rig_text(rig, "a.ins", "* of ours\nimage 0x0\nrd 0x2000000\n");
	assert_int_equal(br_file_store_generate(rig->files, "image", 30000, 8), 0);
	assert_int_equal(br_file_store_generate(rig->files, "rd", 10000, 9), 0);
	result = boot_rig_run(rig, 60);
	assert_int_equal(result.state, BR_BOOT_DONE);
	assert_int_equal(result.step, BR_BOOT_STEP_SYSTEM);
	assert_string_equal(result.file, "rd");
	assert_int_equal(result.files, 3);
	boot_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slof_reads_its_file_from_port_2001),
		cmocka_unit_test(a_late_offer_costs_a_round),
		cmocka_unit_test(nobody_there_takes_ten_rounds),
		cmocka_unit_test(a_silent_server_is_asked_each_four_seconds),
		cmocka_unit_test(
			s390_searches_when_its_file_is_not_there_and_gives_its_address_back),
		cmocka_unit_test(s390_reads_the_files_of_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
