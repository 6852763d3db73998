/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole boots without QEMU: a firmware model against the server core, over the wire,
 * in virtual time. What one boot does here a real machine does in the vms suite.
 */
#include "tests/helper.h"

#include <stdio.h>
#include <string.h>

#include "tests/sim/lab.h"

static struct lab lab;

enum {
	BOOT_FILE_SIZE = 1048504
}; /* shimx64.efi of the captures */

static const char dhcp_words[] = "role=dhcp pool=10.77.0.100-10.77.0.199";
static const char boot_words[] = "role=proxydhcp,tftp boot=boot.efi";

static struct br_boot_result boot_two_servers(uint64_t seed, const char *more, uint32_t loss)
{
	char words[200];
	struct br_firmware *firmware;

	lab_open(&lab, seed, true);
	assert_int_equal(br_file_store_generate(lab.store, "boot.efi", BOOT_FILE_SIZE, 1), 0);
	lab_server(&lab, "dhcp", 1, dhcp_words);
	(void)snprintf(words, sizeof(words), "%s%s", boot_words, more);
	lab_server(&lab, "boot", 2, words);
	firmware = lab_firmware(&lab, "edk2-x64-pxe4", 0x56);
	br_fault_set_rates(lab.fault, &(struct br_fault_rates){.loss = loss});
	br_segment_set_fault(lab.lan, lab.fault);
	lab_run(&lab, 4000 * BR_S);
	return br_firmware_result(firmware);
}

static void assert_booted(const struct br_boot_result *result)
{
	assert_int_equal(result->state, BR_BOOT_DONE);
	assert_string_equal(result->error, "");
	assert_int_equal(result->octets, BOOT_FILE_SIZE);
	assert_false(lab.wrong_octets);
}

static void two_servers_boot_edk2_over_pxe(void **state)
{
	struct br_boot_result result = boot_two_servers(1, "", 0);
	const struct br_metrics *boot = br_server_metrics(br_server_host_core(lab.server[1]));

	(void)state;
	assert_booted(&result);
	assert_int_equal(boot->tftp_size_probes_total, 1);
	assert_int_equal(boot->tftp_errors_total, 0); /* a probe is not an error */
	assert_int_equal(lab.note[BR_NOTE_TFTP_SIZE_PROBE], 1);
	assert_int_equal(br_server_open_transfers(br_server_host_core(lab.server[1])), 0);
	lab_close(&lab);
}

static void one_ack_a_block_unless_the_window_is_on(void **state)
{
	const uint64_t blocks = BOOT_FILE_SIZE / 1468 + 1;
	struct br_boot_result result = boot_two_servers(1, "", 0);
	uint64_t in_off = br_server_metrics(br_server_host_core(lab.server[1]))->datagrams_in_total;
	uint64_t in_on;

	(void)state;
	assert_booted(&result);
	lab_close(&lab);
	result = boot_two_servers(1, " windowsize=on", 0);
	assert_booted(&result);
	in_on = br_server_metrics(br_server_host_core(lab.server[1]))->datagrams_in_total;
	/* the rest is the same: DISCOVER, REQUEST, 4011, two RRQs, an ERROR, an ACK 0 */
	assert_int_equal(in_off - in_on, blocks - (blocks + 3) / 4);
	lab_close(&lab);
}

static void five_per_cent_loss_only_takes_longer(void **state)
{
	struct br_boot_result result = boot_two_servers(7, "", 50000);

	(void)state;
	assert_booted(&result);
	assert_true(result.repeated > 0);
	lab_close(&lab);
}

static void a_run_is_a_function_of_its_seed(void **state)
{
	uint64_t first, again, other;

	(void)state;
	boot_two_servers(3, "", 20000);
	first = br_trace_hash_value(&lab.hash);
	lab_close(&lab);
	boot_two_servers(3, "", 20000);
	again = br_trace_hash_value(&lab.hash);
	lab_close(&lab);
	boot_two_servers(4, "", 20000);
	other = br_trace_hash_value(&lab.hash);
	lab_close(&lab);
	assert_true(first == again);
	assert_true(first != other);
}

static struct br_boot_result boot_one_server(const char *model, const char *words)
{
	struct br_firmware *firmware;

	lab_open(&lab, 1, true);
	assert_int_equal(br_file_store_generate(lab.store, "boot.efi", BOOT_FILE_SIZE, 1), 0);
	lab_server(&lab, "boot", 1, words);
	firmware = lab_firmware(&lab, model, 0x56);
	lab_run(&lab, 400 * BR_S);
	return br_firmware_result(firmware);
}

static void one_server_boots_edk2_over_pxe_by_4011(void **state)
{
	struct br_boot_result result = boot_one_server(
		"edk2-x64-pxe4", "role=dhcp,pxe,tftp pool=10.77.0.100-10.77.0.199 boot=boot.efi");

	(void)state;
	assert_booted(&result);
	lab_close(&lab);
}

static void one_server_boots_edk2_over_pxe_without_option_60(void **state)
{
	struct br_boot_result result = boot_one_server(
		"edk2-x64-pxe4", "role=dhcp,tftp pool=10.77.0.100-10.77.0.199 boot=boot.efi");

	(void)state;
	assert_booted(&result);
	lab_close(&lab);
}

static void one_server_boots_edk2_over_http(void **state)
{
	struct br_boot_result result = boot_one_server(
		"edk2-x64-http4", "role=dhcp,http pool=10.77.0.100-10.77.0.199 boot=boot.efi");

	(void)state;
	assert_booted(&result);
	lab_close(&lab);
}

static void a_missing_file_shows_as_e23(void **state)
{
	struct br_boot_result result = boot_one_server(
		"edk2-x64-pxe4", "role=dhcp,tftp pool=10.77.0.100-10.77.0.199 boot=other.efi");

	(void)state;
	assert_int_equal(result.state, BR_BOOT_FAILED);
	assert_int_equal(strncmp(result.error, "PXE-E23", 7), 0);
	lab_close(&lab);
}

static void nobody_there_shows_as_e18_after_a_minute(void **state)
{
	struct br_boot_result result;
	struct br_firmware *firmware;

	(void)state;
	lab_open(&lab, 1, true);
	firmware = lab_firmware(&lab, "edk2-x64-pxe4", 0x56);
	lab_run(&lab, 400 * BR_S);
	result = br_firmware_result(firmware);
	assert_int_equal(result.state, BR_BOOT_FAILED);
	assert_int_equal(strncmp(result.error, "PXE-E18", 7), 0);
	/* 4 + 8 + 16 + 32, of which the first ends up to a second early */
	assert_in_range(result.ended - result.started, 59 * BR_S, 60 * BR_S);
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_servers_boot_edk2_over_pxe),
		cmocka_unit_test(one_ack_a_block_unless_the_window_is_on),
		cmocka_unit_test(five_per_cent_loss_only_takes_longer),
		cmocka_unit_test(a_run_is_a_function_of_its_seed),
		cmocka_unit_test(one_server_boots_edk2_over_pxe_by_4011),
		cmocka_unit_test(one_server_boots_edk2_over_pxe_without_option_60),
		cmocka_unit_test(one_server_boots_edk2_over_http),
		cmocka_unit_test(a_missing_file_shows_as_e23),
		cmocka_unit_test(nobody_there_shows_as_e18_after_a_minute),
	};

	return cmocka_run_group_tests_name("boot", tests, NULL, NULL);
}
