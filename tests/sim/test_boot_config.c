/* SPDX-License-Identifier: BSD-2-Clause */
/* A pxelinux.cfg to the list of files it wants. */
#include "tests/helper.h"

#include <string.h>

#include "sim/models/boot_config.h"

static void check(const struct br_boot_config *config, const char *want)
{
	static const char *const kinds[] = {"kernel", "initrd"};
	char got[1024] = "";

	for (size_t i = 0; i < config->items; i++) {
		strcat(got, kinds[config->item[i].kind]);
		strcat(got, " ");
		strcat(got, config->item[i].path);
		strcat(got, "\n");
	}
	assert_string_equal(got, want);
}

static void pxelinux(const char *text, bool initrd_first, const char *want)
{
	struct br_boot_config config;

	br_boot_config_pxelinux(&config, text, initrd_first);
	check(&config, want);
}

static void pxelinux_takes_the_default_label(void **state)
{
	static const char text[] = "DEFAULT linux\nPROMPT 0\n\n"
				   "LABEL memtest\n  KERNEL memtest\n"
				   "LABEL linux\n  KERNEL vmlinuz\n"
				   "  APPEND initrd=initrd.img console=ttyS0\r\n";

	(void)state;
	pxelinux(text, false, "kernel vmlinuz\ninitrd initrd.img\n");
	pxelinux(text, true, "initrd initrd.img\nkernel vmlinuz\n"); /* U-Boot's order */
}

static void pxelinux_takes_the_first_label_else(void **state)
{
	(void)state;
	pxelinux("label a\n\tlinux /vmlinuz-a\n\tinitrd /a.gz\nlabel b\nlinux /b", false,
	         "kernel /vmlinuz-a\ninitrd /a.gz\n");
	pxelinux("default nowhere\nlabel a\nkernel k", false, "kernel k\n");
	pxelinux("", false, "");
	pxelinux("label\nlabel\n\n", false, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pxelinux_takes_the_default_label),
		cmocka_unit_test(pxelinux_takes_the_first_label_else),
	};

	return cmocka_run_group_tests_name("boot_config", tests, NULL, NULL);
}
