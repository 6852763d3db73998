/* SPDX-License-Identifier: BSD-2-Clause */
/* U-Boot against the core and scripted servers: two DHCPs, boot.scr.uimg, the EFI program,
 * pxelinux.cfg. Captures uboot-arm64-*, uboot-riscv64s-virtio-pxe.
 */
#include <string.h>

#include "core/formats/dhcp_message.h"
#include "tests/sim/boot_rig.h"

#define CORE   "role=dhcp,tftp pool=192.0.2.100-192.0.2.199 next-server=192.0.2.1"
#define CLIENT (BOOT_NET + 100)
#define PEER   (BOOT_NET + 3)
#define MASK   "0104ffffff00"

static uint64_t boot_core(const char *model, const char *words, bool script, uint32_t loss,
                          enum br_boot_step step)
{
	struct boot_rig *rig = boot_rig_new(model, words, NULL, loss, 3);
	struct br_boot_result result;
	uint64_t hash;

	if (script)
		boot_rig_text(rig, "boot.scr.uimg", "script");
	boot_rig_text(rig, "pxelinux.cfg/default-arm", "label a\nkernel Image\ninitrd rd.gz\n");
	assert_int_equal(br_file_store_generate(rig->files, "boot.efi", 300000, 7), 0);
	assert_int_equal(br_file_store_generate(rig->files, "Image", 300000, 8), 0);
	assert_int_equal(br_file_store_generate(rig->files, "rd.gz", 100000, 9), 0);
	result = boot_rig_run(rig, 4000);
	assert_string_equal(result.error, "");
	assert_int_equal(result.state, BR_BOOT_DONE);
	assert_int_equal(result.step, step);
	assert_int_equal(rig->wrong, 0);
	hash = br_trace_hash_value(&rig->hash);
	boot_rig_free(rig);
	return hash;
}

static void boots_from_the_core_by_every_path(void **state)
{
	static const struct {
		const char *model, *words;
		bool script;
		enum br_boot_step step;
	} cases[] = {
		{"uboot-arm64", CORE, true, BR_BOOT_STEP_PROGRAM},
		{"uboot-arm64", CORE " boot=boot.efi", false, BR_BOOT_STEP_PROGRAM},
		{"uboot-arm64", CORE " windowsize=on boot=boot.efi", false, BR_BOOT_STEP_PROGRAM},
		{"uboot-arm", CORE " boot=boot.efi", false, BR_BOOT_STEP_PROGRAM},
		{"uboot-arm64", CORE, false, BR_BOOT_STEP_SYSTEM},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (uint32_t loss = 0; loss <= 50000; loss += 50000) {
			uint64_t once = boot_core(cases[i].model, cases[i].words, cases[i].script,
			                          loss, cases[i].step);

			assert_int_equal(once, boot_core(cases[i].model, cases[i].words,
			                                 cases[i].script, loss, cases[i].step));
		}
	}
}

/* Names asked for, in order, with blanks between. */
static const char *names(const struct boot_rig *rig, char *target, size_t size)
{
	size_t index = 0;

	target[0] = '\0';
	for (const struct boot_sent *sent; (sent = boot_rig_next(rig, &index, 69));) {
		strncat(target, (const char *)sent->octets + 2, size - strlen(target) - 2);
		strcat(target, " ");
	}
	return target;
}

static void the_initrd_comes_before_the_kernel(void **state)
{
	struct boot_rig *rig = boot_rig_new("uboot-arm64", CORE, NULL, 0, 3);
	char asked[600];

	(void)state; /* uboot-riscv64s-virtio-pxe #7-#1471 */
	boot_rig_text(rig, "pxelinux.cfg/C00002", "label a\nkernel Image\ninitrd rd.gz\n");
	boot_rig_text(rig, "Image", "kernel");
	boot_rig_text(rig, "rd.gz", "initrd");
	boot_rig_run(rig, 100);
	assert_string_equal(names(rig, asked, sizeof(asked)),
	                    "boot.scr.uimg pxelinux.cfg/01-52-54-00-12-34-56 "
	                    "pxelinux.cfg/C0000264 pxelinux.cfg/C000026 pxelinux.cfg/C00002 "
	                    "rd.gz Image ");
	boot_rig_free(rig);
}

static void every_discover_has_another_xid(void **state)
{
	struct boot_rig *rig = boot_rig_new("uboot-arm64", NULL, NULL, 0, 3);
	struct br_boot_result result = boot_rig_run(rig, 200);

	(void)state; /* uboot-arm64-virtio-noserver: 17 tries in 30 s, then as PXEClient */
	assert_string_equal(result.error, "Retry time exceeded");
	assert_int_equal(rig->sents, 34);
	assert_int_equal(rig->sent[1].at / BR_MS, 250);
	assert_int_equal(rig->sent[4].at / BR_MS, 3750);
	assert_int_equal(rig->sent[16].at / BR_MS, 27750);
	assert_int_equal(rig->sent[16].octets[108], 'b'); /* boot.scr.uimg, then no name */
	assert_int_equal(rig->sent[17].octets[108], 0);
	for (size_t i = 1; i < 17; i++)
		assert_memory_not_equal(rig->sent[i].octets + 4, rig->sent[i - 1].octets + 4, 4);
	assert_memory_equal(rig->sent[0].octets + 4, "\x00\x12\x34\x56", 4); /* the MAC's tail */
	boot_rig_free(rig);
}

static void an_offer_to_an_earlier_xid_is_taken(void **state)
{
	/* delay5 #9-#10: the OFFER is late, and the xid that of the first DISCOVER */
	static const struct boot_reply replies[] = {
		{67, 1, 1, 600 * BR_MS, 2, 3, CLIENT, PEER, "", MASK},
		{67, 3, 0, 0, 5, 3, CLIENT, PEER, "", MASK}};
	struct boot_rig *rig = boot_rig_new("uboot-arm64", NULL, NULL, 0, 3);

	(void)state;
	boot_rig_peer(rig, replies, 2, NULL, 0);
	boot_rig_run(rig, 1);
	assert_int_equal(rig->sent[2].at / BR_MS, 600); /* REQUEST between the tries */
	assert_int_equal(rig->sent[2].octets[242], 3);
	assert_memory_equal(rig->sent[2].octets + 4, rig->sent[0].octets + 4, 4);
	boot_rig_free(rig);
}

/* uboot-riscv64-virtio-noack f.1-14: time and tries go on, a name in option 67 is taken over */
static void without_ack_it_goes_on_and_names_the_file_of_option_67(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, PEER, "", MASK "4305612e656669"},
		{67, 3, 2, 0, 5, 3, CLIENT, PEER, "", MASK "4305612e656669"},
		{67, 3, 3, 0, 5, 3, CLIENT, PEER, "", MASK "4305612e656669"}};
	struct boot_rig *rig = boot_rig_new("uboot-arm64", NULL, NULL, 0, 3);
	const struct boot_sent *discover, *request;
	size_t index = 0;

	(void)state;
	boot_rig_peer(rig, replies, 3, NULL, 0);
	boot_rig_run(rig, 300);
	for (int i = 0; i < 2; i++)
		(void)boot_rig_next(rig, &index, 67);
	discover = boot_rig_next(rig, &index, 67);
	request = boot_rig_next(rig, &index, 67);
	assert_int_equal(discover->at / BR_MS, 5000);
	assert_int_equal(discover->octets[9], 5); /* secs */
	assert_int_equal(request->octets[9], 5);
	assert_string_equal((const char *)request->octets + 108, "boot.scr.uimg");
	discover = boot_rig_next(rig, &index, 67);
	request = boot_rig_next(rig, &index, 67);
	assert_int_equal(discover->octets[9], 0);
	assert_string_equal((const char *)discover->octets + 108, "boot.scr.uimg");
	assert_string_equal((const char *)request->octets + 108, "a.efi");
	boot_rig_free(rig);
}

/* OFFERs without an ACK: 28 s of it, as without OFFERs */
static void without_ack_it_gives_up_as_well(void **state)
{
	static const struct boot_reply replies[] = {{67, 1, 0, 0, 2, 3, CLIENT, PEER, "", MASK}};
	struct boot_rig *rig = boot_rig_new("uboot-arm64", NULL, NULL, 0, 3);

	(void)state;
	boot_rig_peer(rig, replies, 1, NULL, 0);
	assert_string_equal(boot_rig_run(rig, 300).error, "Retry time exceeded");
	assert_int_equal(rig->sents, 24); /* 30 s, twice: DISCOVER and REQUEST each 5 s */
	boot_rig_free(rig);
}

/* uboot-arm64-virtio-ping #15-#887: a script that boots nothing, then DHCP as a PXE client */
static void it_goes_on_behind_a_script_that_boots_nothing(void **state)
{
	char text[100] = "", asked[200];
	struct boot_rig *rig = boot_rig_new("uboot-arm64", CORE " boot=boot.efi", NULL, 0, 3);

	(void)state;
	memset(text, ' ', 90);
	memcpy(text + 80, "echo hi", 7);
	boot_rig_text(rig, "boot.scr.uimg", text);
	boot_rig_text(rig, "boot.efi", "hello");
	assert_int_equal(boot_rig_run(rig, 100).step, BR_BOOT_STEP_PROGRAM);
	assert_string_equal(names(rig, asked, sizeof(asked)), "boot.scr.uimg boot.efi dtb/ ");
	boot_rig_free(rig);

	rig = boot_rig_new("uboot-arm64", CORE " boot=boot.efi", NULL, 0, 3);
	memcpy(text + 80, "booti 1", 7);
	boot_rig_text(rig, "boot.scr.uimg", text);
	boot_rig_run(rig, 100);
	assert_string_equal(names(rig, asked, sizeof(asked)), "boot.scr.uimg ");
	boot_rig_free(rig);
}

static void what_it_sends_has_df_and_ttl_255(void **state)
{
	struct boot_rig *rig = boot_rig_new("uboot-arm64", CORE " boot=boot.efi", NULL, 0, 3);

	(void)state;
	boot_rig_text(rig, "boot.efi", "hello");
	boot_rig_run(rig, 100);
	assert_in_range(rig->sents, 6, 100);
	for (size_t i = 0; i < rig->sents; i++) {
		assert_int_equal(rig->sent[i].ttl, 255);
		assert_true(rig->sent[i].dont_fragment);
	}
	boot_rig_free(rig);
}

static void a_silent_tftp_server_is_asked_ten_times(void **state)
{
	static const struct boot_reply replies[] = {{67, 1, 0, 0, 2, 3, CLIENT, PEER, "", MASK},
	                                            {67, 3, 0, 0, 5, 3, CLIENT, PEER, "", MASK}};
	struct boot_rig *rig = boot_rig_new("uboot-arm64", NULL, NULL, 0, 3);
	size_t index = 0, count = 0;

	(void)state; /* uboot-arm64-virtio-proxy: every 5 s, 10 times */
	boot_rig_peer(rig, replies, 2, NULL, 0);
	boot_rig_run(rig, 52);
	for (const struct boot_sent *sent; (sent = boot_rig_next(rig, &index, 69)); count++) {
		if (strcmp((const char *)sent->octets + 2, "boot.scr.uimg"))
			break;
		assert_int_equal(sent->at / BR_S, 5 * count);
	}
	assert_int_equal(count, 10);
	boot_rig_free(rig);
}

static void a_gap_is_acknowledged_once(void **state)
{
	static const struct boot_reply replies[] = {{67, 1, 0, 0, 2, 3, CLIENT, PEER, "", MASK},
	                                            {67, 3, 0, 0, 5, 3, CLIENT, PEER, "", MASK}};
	static const struct boot_tftp script[] = {
		{1, "0006626c6b73697a65003800"}, /* OACK blksize=8 */
		{2, "000300016162636465666768"},
		{2, "000300036162636465666768"},
		{2, "000300046162636465666768"},
		{4, "000300026162636465666768"},
		{5, "0003000362"}};
	static const uint8_t acks[] = {0, 1, 1, 2, 3};
	struct boot_rig *rig = boot_rig_new("uboot-arm64", NULL, NULL, 0, 3);
	size_t count = 0;

	(void)state; /* net/tftp.c tftp_handler */
	boot_rig_peer(rig, replies, 2, script, 6);
	boot_rig_text(rig, "boot.scr.uimg", "abcdefghabcdefghb");
	assert_int_equal(boot_rig_run(rig, 52).state, BR_BOOT_DONE);
	for (size_t i = 0; i < rig->sents; i++) {
		if (rig->sent[i].size != 4)
			continue;
		assert_in_range(count, 0, 4);
		assert_int_equal(rig->sent[i].octets[3], acks[count]);
		count++;
	}
	assert_int_equal(count, 5);
	assert_int_equal(rig->wrong, 0);
	boot_rig_free(rig);
}

/* net/tftp.c tftp_handler, TFTP_OACK: STATE_INVALID_OPTION; timeout=5 is what it asked for */
static void an_oack_with_another_timeout_is_refused(void **state)
{
	static const struct boot_reply replies[] = {{67, 1, 0, 0, 2, 3, CLIENT, PEER, "", MASK},
	                                            {67, 3, 0, 0, 5, 3, CLIENT, PEER, "", MASK}};
	static const struct boot_tftp scripts[][2] = {
		{{1, "000674696d656f7574003500"}, {2, "0003000168"}},
		{{1, "000674696d656f7574003600"}, {2, "0003000168"}}};
	static const char error[] = "\0\5\0\x08Option Negotiation Failed";

	(void)state;
	for (size_t other = 0; other <= 1; other++) {
		struct boot_rig *rig = boot_rig_new("uboot-arm64", NULL, NULL, 0, 3);
		size_t errors = 0;

		boot_rig_peer(rig, replies, 2, scripts[other], 2);
		boot_rig_text(rig, "boot.scr.uimg", "h");
		boot_rig_run(rig, 1);
		for (size_t i = 0; i < rig->sents; i++)
			errors += rig->sent[i].size == sizeof(error) &&
			          !memcmp(rig->sent[i].octets, error, sizeof(error));
		assert_int_equal(errors, other);
		boot_rig_free(rig);
	}
}

static void without_siaddr_there_is_no_server(void **state)
{
	static const struct boot_reply replies[] = {
		{67, 1, 0, 0, 2, 3, CLIENT, 0, "boot.efi", MASK "42093139322e302e322e33"},
		{67, 3, 0, 0, 5, 3, CLIENT, 0, "boot.efi", MASK}};
	struct boot_rig *rig = boot_rig_new("uboot-arm64", NULL, NULL, 0, 3);
	struct br_boot_result result;

	(void)state; /* net/bootp.c: option 66 is not looked at */
	boot_rig_peer(rig, replies, 2, NULL, 0);
	result = boot_rig_run(rig, 52);
	assert_string_equal(result.error, "*** ERROR: `serverip' not set");
	boot_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_from_the_core_by_every_path),
		cmocka_unit_test(the_initrd_comes_before_the_kernel),
		cmocka_unit_test(every_discover_has_another_xid),
		cmocka_unit_test(an_offer_to_an_earlier_xid_is_taken),
		cmocka_unit_test(without_ack_it_goes_on_and_names_the_file_of_option_67),
		cmocka_unit_test(without_ack_it_gives_up_as_well),
		cmocka_unit_test(it_goes_on_behind_a_script_that_boots_nothing),
		cmocka_unit_test(what_it_sends_has_df_and_ttl_255),
		cmocka_unit_test(a_silent_tftp_server_is_asked_ten_times),
		cmocka_unit_test(a_gap_is_acknowledged_once),
		cmocka_unit_test(an_oack_with_another_timeout_is_refused),
		cmocka_unit_test(without_siaddr_there_is_no_server),
	};

	return cmocka_run_group_tests_name("firmware_uboot", tests, NULL, NULL);
}
