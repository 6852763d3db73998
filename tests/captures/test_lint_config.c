/* SPDX-License-Identifier: BSD-2-Clause */
/* Goal: what is read out of a configuration is what stands there, line by line, and no text is
 * too odd to be read. Method: small configurations, and those of conformance/lint cut off at every
 * fifth octet.
 */
#define _GNU_SOURCE /* memfd_create() */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "captures/lint/config.h"
#include "core/base/arch.h"
#include "tests/helper.h"

static char path[32]; /* of a file in memory */
static int file;
static struct br_lint_config config;

static void read_text(enum br_lint_kind kind, const char *text, size_t size)
{
	FILE *nowhere = fopen("/dev/null", "we");

	assert_non_null(nowhere);
	assert_int_equal(ftruncate(file, 0), 0);
	assert_int_equal(pwrite(file, text, size, 0), size);
	br_lint_config_free(&config);
	(void)br_lint_config_read(&config, kind, path, nowhere);
	fclose(nowhere);
}

static void read_whole(enum br_lint_kind kind, const char *text)
{
	read_text(kind, text, strlen(text));
}

static void dnsmasq_is_read_with_its_tags(void **state)
{
	(void)state;
	read_whole(BR_LINT_DNSMASQ, "# dhcp-boot=no\n"
	                            "interface=br0 # not this\n"
	                            "dhcp-range=set:lan,10.1.0.50,10.1.0.59,255.255.0.0,1h\n"
	                            "dhcp-match=set:arm,option:client-arch,11\n"
	                            "tag-if=set:ours,tag:arm,tag:lan\n"
	                            "dhcp-boot=tag:ours,\"a b.efi\",,10.1.0.7\n"
	                            "tftp-root=/srv/x\n");
	assert_string_equal(config.device, "br0");
	assert_true(config.four && !config.six);
	assert_int_equal(config.pool, 10);
	assert_int_equal(config.netmask, 0xffff0000);
	assert_int_equal(config.address, 0x0a010007);
	assert_int_equal(config.boots, 1);
	assert_int_equal(config.boot[0].line, 6);
	assert_string_equal(config.boot[0].file, "a b.efi");
	assert_int_equal(config.boot[0].whens, 3); /* 5, and what that wants: 4 and 3 */
	assert_int_equal(config.boot[0].when[0], 5);
	assert_string_equal(config.root, "/srv/x");
}

static void kea_is_read_with_the_test_of_its_class(void **state)
{
	(void)state;
	read_whole(BR_LINT_KEA, "{ // \"boot-file-name\": \"no\"\n"
	                        "\"Dhcp4\": { /* \"subnet\": \"10.9.0.0/24\"\n"
	                        "*/ \"interfaces-config\": {\"interfaces\": [\"eth7/10.2.0.5\"]},\n"
	                        "\"client-classes\": [{\"name\": \"a\",\n"
	                        "\"test\": \"option[93].hex == 0x0010\",\n"
	                        "\"option-data\": [{\"name\": \"boot-file-name\",\n"
	                        "\"data\": \"http://10.2.0.5:8080/x.efi\"}]}],\n"
	                        "\"subnet4\": [{\"subnet\": \"10.2.0.0/25\",\n"
	                        "\"pools\": [{\"pool\": \"10.2.0.10 - 10.2.0.20\"}]}]}}\n");
	assert_string_equal(config.device, "eth7");
	assert_int_equal(config.address, 0x0a020005);
	assert_int_equal(config.netmask, 0xffffff80);
	assert_int_equal(config.pool, 11);
	assert_int_equal(config.ports, 1);
	assert_int_equal(config.port[0], 8080);
	assert_int_equal(config.boots, 1);
	assert_int_equal(config.boot[0].line, 7);
	assert_int_equal(config.boot[0].whens, 1);
	assert_int_equal(config.boot[0].when[0], 5);
}

static void a_comment_and_a_text_end_where_the_language_says(void **state)
{
	(void)state;
	/* the star of its beginning ends no comment; what is in it is not read, lines count */
	read_whole(BR_LINT_KEA, "{ \"Dhcp4\": { /*/ \"subnet4\": [{\"subnet\": \"10.9.0.0/24\"}],\n"
	                        "/*/ \"subnet4\": [{\"subnet\": \"10.2.0.0/24\",\n"
	                        "\"boot-file-name\": \"a.efi\"}] /**/ }}\n");
	assert_int_equal(config.network, 0x0a020000);
	assert_int_equal(config.boots, 1);
	assert_int_equal(config.boot[0].line, 3);
	/* a backslash that is itself escaped keeps no quote from ending a text */
	read_whole(BR_LINT_KEA, "{ \"Dhcp4\": { \"x\": \"c:\\\\\", // \"subnet\": \"10.9.0.0/24\"\n"
	                        "\"y\": \"\\\" // no comment\", \"subnet4\": [{\"subnet\": "
	                        "\"10.2.0.0/24\"}]}}\n");
	assert_int_equal(config.network, 0x0a020000);
}

static void dhcpd_is_read_with_its_blocks(void **state)
{
	(void)state;
	read_whole(BR_LINT_DHCPD, "class \"x\" {\n"
	                          "  match if substring(option vendor-class-identifier, 0, 9) =\n"
	                          "    \"PXEClient\"; # filename \"no\";\n"
	                          "  next-server 10.3.0.9;\n"
	                          "  if option arch = 00:07 { filename \"a;b.efi\"; }\n"
	                          "}\n"
	                          "subnet 10.3.0.0 netmask 255.255.255.0 {\n"
	                          "  range 10.3.0.100 10.3.0.149;\n"
	                          "}\n");
	assert_int_equal(config.network, 0x0a030000);
	assert_int_equal(config.pool, 50);
	assert_int_equal(config.boots, 1);
	assert_int_equal(config.boot[0].line, 5);
	assert_string_equal(config.boot[0].file, "a;b.efi");
	assert_string_equal(config.boot[0].server, "10.3.0.9");
	assert_int_equal(config.boot[0].whens, 2);
	assert_int_equal(config.boot[0].when[0], 5);
	assert_int_equal(config.boot[0].when[1], 2);
}

static void an_architecture_is_known_in_each_way_it_is_written(void **state)
{
	static const char *const eleven[] = {
		"PXEClient:Arch:00011",
		"PXEClient:Arch:00011:UNDI",
		"option:client-arch,11",
		"option[93].hex == 0x000B",
		"option arch = 00:0b {",
		"pxe-service=ARM64_EFI,\"x\",y",
		"substring(option vendor-class-identifier, 15, 5) = \"00011\""};

	(void)state;
	for (size_t i = 0; i < sizeof(eleven) / sizeof(eleven[0]); i++) {
		assert_true(br_lint_names_arch(eleven[i], 11));
		assert_false(br_lint_names_arch(eleven[i], 1));
		assert_false(br_lint_names_arch(eleven[i], 16));
	}
	assert_false(br_lint_names_arch("option:client-arch,11", -1));
	assert_true(br_lint_same_family(BR_ARCH_ARM64_UEFI, BR_ARCH_ARM64_UEFI_HTTP));
	assert_false(br_lint_same_family(BR_ARCH_ARM64_UEFI, BR_ARCH_X64_UEFI));
}

static enum br_lint_kind kind_of(const char *name)
{
	return strstr(name, ".kea.")     ? BR_LINT_KEA
	       : strstr(name, ".dhcpd.") ? BR_LINT_DHCPD
	                                 : BR_LINT_DNSMASQ;
}

static void a_file_that_is_cut_off_anywhere_is_read(void **state)
{
	DIR *folder = opendir(BR_LINT_FOLDER);
	char *text = malloc(1 << 16);
	size_t files = 0;

	(void)state;
	assert_true(folder && text);
	for (struct dirent *entry; (entry = readdir(folder));) {
		char name[512];
		FILE *from;
		size_t size;

		if (!strstr(entry->d_name, ".conf"))
			continue;
		(void)snprintf(name, sizeof(name), "%s/%.200s", BR_LINT_FOLDER, entry->d_name);
		from = fopen(name, "re");
		assert_non_null(from);
		size = fread(text, 1, 1 << 16, from);
		fclose(from);
		for (size_t cut = 0; cut <= size; cut += 5)
			read_text(kind_of(entry->d_name), text, cut);
		assert_true(config.four || config.six);
		assert_true(config.lines > 5);
		files++;
	}
	assert_int_equal(files, 19);
	closedir(folder);
	free(text);
}

static void a_text_of_any_octets_is_read(void **state)
{
	uint32_t x = 1;
	char text[400];

	static const char letters[] = "{}[]\":;,=#/*'\\\n dhcp-boot=tag:subnet4 pool 10.0.0.1";

	(void)state;
	for (int i = 0; i < 3000; i++) {
		for (size_t k = 0; k < sizeof(text); k++) {
			x = x * 1103515245 + 12345;
			text[k] = letters[(x >> 16) % (sizeof(letters) - 1)];
		}
		read_text((enum br_lint_kind)(i % BR_LINT_KINDS), text, sizeof(text));
	}
	memset(text, '{', sizeof(text));
	read_text(BR_LINT_KEA, text, sizeof(text));
	read_text(BR_LINT_DHCPD, text, sizeof(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dnsmasq_is_read_with_its_tags),
		cmocka_unit_test(kea_is_read_with_the_test_of_its_class),
		cmocka_unit_test(a_comment_and_a_text_end_where_the_language_says),
		cmocka_unit_test(dhcpd_is_read_with_its_blocks),
		cmocka_unit_test(an_architecture_is_known_in_each_way_it_is_written),
		cmocka_unit_test(a_file_that_is_cut_off_anywhere_is_read),
		cmocka_unit_test(a_text_of_any_octets_is_read),
	};
	int result;

	file = memfd_create("lint", MFD_CLOEXEC);
	if (file < 0)
		return 1;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	result = cmocka_run_group_tests(tests, NULL, NULL);
	br_lint_config_free(&config);
	return result;
}
