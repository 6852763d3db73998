/* SPDX-License-Identifier: BSD-2-Clause */
/* grub.cfg and pxelinux.cfg to the list of files they want. */
#include "tests/helper.h"

#include <string.h>

#include "sim/models/boot_config.h"

static void check(const struct br_boot_config *config, const char *want)
{
	static const char *const kinds[] = {"mod", "kernel", "initrd", "chain", "config"};
	char got[1024] = "";

	for (size_t i = 0; i < config->items; i++) {
		strcat(got, kinds[config->item[i].kind]);
		strcat(got, " ");
		strcat(got, config->item[i].path);
		strcat(got, "\n");
	}
	assert_string_equal(got, want);
}

static void grub(const char *text, const char *server, const char *want)
{
	struct br_boot_config config;

	br_boot_config_grub(&config, text, server, "tftp,192.0.2.1", "(tftp,192.0.2.1)/grub");
	check(&config, want);
}

static void grub_variables_choose_the_server(void **state)
{
	static const char text[] =
		"set timeout=0\n"
		"echo \"GRUB-CFG-OK root=$root prefix=$prefix\"\n"
		"set srv=192.0.2.2\n"
		"if [ -n \"$net_default_server\" ]; then set srv=$net_default_server; fi\n"
		"insmod http\n"
		"linux (http,$srv)/vmlinuz console=ttyS0 root=/dev/ram0\n"
		"initrd (http,${srv})/initrd.img\nboot\n";

	(void)state;
	grub(text, "192.0.2.1",
	     "mod http\nkernel (http,192.0.2.1)/vmlinuz\ninitrd (http,192.0.2.1)/initrd.img\n");
	grub(text, "",
	     "mod http\nkernel (http,192.0.2.2)/vmlinuz\ninitrd (http,192.0.2.2)/initrd.img\n");
}

static void grub_takes_the_default_entry(void **state)
{
	static const char text[] = "set default=1\n"
				   "menuentry 'one; { quoted' {\n\tlinux /one\n}\n"
				   "menuentry \"two\" --class os {\n"
				   "\tlinuxefi /two quiet # \n\tinitrdefi /two.img\n}\n"
				   "menuentry 'three' {\n linux /three\n}\nlinux /behind\n";

	(void)state;
	grub(text, "", "kernel /two\ninitrd /two.img\n");
}

static void grub_branches_nest(void **state)
{
	static const char text[] = "if [ \"$net_default_server\" = 192.0.2.9 ]; then\n"
				   "  if [ -z \"$nothing\" ]; then\n    linux /a\n  else\n"
				   "    linux /b\n  fi\n"
				   "elif [ x != y ]\nthen\n  chainloader /c.efi\n"
				   "else\n  configfile /d.cfg\nfi\n# linux /comment; linux /no\n";

	(void)state;
	grub(text, "192.0.2.9", "kernel /a\n");
	grub(text, "192.0.2.1", "chain /c.efi\n");
}

static void grub_survives_nonsense(void **state)
{
	char text[4096];

	(void)state;
	grub("", "", "");
	grub("fi\nelse\n}\nmenuentry\nset\nset =\nlinux\n$\n${\n\"", "", "");
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	grub(text, "", "");
	for (size_t i = 0; i + 3 < sizeof(text); i += 3)
		memcpy(text + i, "if\n", 3);
	grub(text, "", "");
	for (size_t i = 0; i + 8 < sizeof(text); i += 8)
		memcpy(text + i, "linux a\n", 8);
	text[4088] = '\0';
	struct br_boot_config config;
	br_boot_config_grub(&config, text, "", "", "");
	assert_int_equal(config.items, BR_BOOT_ITEMS_MAX);
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
		cmocka_unit_test(grub_variables_choose_the_server),
		cmocka_unit_test(grub_takes_the_default_entry),
		cmocka_unit_test(grub_branches_nest),
		cmocka_unit_test(grub_survives_nonsense),
		cmocka_unit_test(pxelinux_takes_the_default_label),
		cmocka_unit_test(pxelinux_takes_the_first_label_else),
	};

	return cmocka_run_group_tests_name("boot_config", tests, NULL, NULL);
}
