/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripts written from recorded boots must run as they are, and pass: each firmware, PXE
 * with and without proxy, menus, HTTP, missing files.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "captures/convert/from_pcap.h"
#include "conformance/verb_run.h"
#include "helper.h"

static int script_of(const char *name, uint32_t sut, bool anonymous, const char *path)
{
	char capture[512];
	FILE *out = fopen(path, "w"), *err = tmpfile();
	struct br_from_pcap from = {
		.path = capture, .sut = sut, .anonymous = anonymous, .out = out, .err = err};

	assert_non_null(getenv("BR_CAPTURES"));
	assert_non_null(out);
	assert_non_null(err);
	(void)snprintf(capture, sizeof(capture), "%s/%s.pcap", getenv("BR_CAPTURES"), name);
	int code = br_from_pcap(&from);

	(void)fclose(out);
	(void)fclose(err);
	return code;
}

static void read_text(const char *path, char *text, size_t room)
{
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	text[fread(text, 1, room - 1, file)] = '\0';
	(void)fclose(file);
}

static void runs(const char *name, bool anonymous)
{
	char directory[] = "/tmp/br-from-pcap-XXXXXX", path[64];
	char verb[] = "run";
	char *arguments[] = {verb, path, NULL};

	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/x.wire", directory);
	assert_int_equal(script_of(name, 0, anonymous, path), 0);
	/* what it prints is TAP too, and must not mix with this test's */
	int kept = dup(STDOUT_FILENO), nowhere = open("/dev/null", O_WRONLY);

	(void)fflush(stdout);
	assert_true(kept >= 0 && nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0);
	int code = br_verb_run.run(2, arguments);

	(void)fflush(stdout);
	assert_true(dup2(kept, STDOUT_FILENO) >= 0);
	(void)close(kept);
	(void)close(nowhere);

	if (code != 0)
		print_error("%s: its script does not pass\n", name);
	(void)unlink(path);
	(void)rmdir(directory);
	assert_int_equal(code, 0);
}

static void scripts_of_recorded_boots_run_and_pass(void **state)
{
	static const char *const names[] = {
		"aavmf64-virtio-nouuid",   "ovmf-2022.11-dnsmasq-2.90-two-server",
		"ovmf-virtio-http",        "ovmf-virtio-nofile",
		"ovmf-virtio-tftpwin",     "ovmf-virtio-twoprompt",
		"s390-ccw-pxecfg",         "seabios-virtio-combsys",
		"seabios-virtio-ipxehttp", "slof-vlan-combined",
		"uboot25-arm-virtio-auto",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		runs(names[i], false);
		runs(names[i], true);
	}
}

static void only_the_named_server_is_under_test(void **state)
{
	static char text[16384];
	char path[] = "/tmp/br-from-pcap-XXXXXX";
	int descriptor = mkstemp(path);

	(void)state;
	assert_true(descriptor >= 0);
	(void)close(descriptor);
	assert_int_equal(script_of("ovmf-2022.11-dnsmasq-2.90-two-server", 0x0a4d0002, false, path),
	                 0);
	read_text(path, text, sizeof(text));
	assert_non_null(strstr(
		text, "node boot1 sut lan=10.77.0.2 role=proxydhcp,tftp proxy-offer=bare boot="));
	assert_non_null(strstr(text, "node boot2 peer lan=10.77.0.1\n"));
	/* the peer's own offer is sent as it was, whole */
	assert_non_null(strstr(text, "         boot2:67 -> *:68 dhcp offer xid=$x"));
	assert_non_null(strstr(text, "<=1s     boot1:67 -> *:68 dhcp offer xid=$x"));
	assert_non_null(strstr(text, "tftp oack blksize=1468 tsize=1048504\n"));
	assert_non_null(strstr(text, "transfer boot1:$t2 -> fw:$p2 boot.efi\n"));
	(void)unlink(path);
}

static void an_anonymous_script_names_nobody(void **state)
{
	/* addresses of both kinds, the UUID, names of files, some of addresses */
	static const char *const secrets[] = {"192.0.2.", "52:54:00:12", "pxelinux.cfg/C",
	                                      "44332211", "pxelinux",    "vmlinuz",
	                                      "source "};
	static char text[32768];
	char path[] = "/tmp/br-from-pcap-XXXXXX";
	int descriptor = mkstemp(path);

	(void)state;
	assert_true(descriptor >= 0);
	(void)close(descriptor);
	assert_int_equal(script_of("seabios-virtio-combsys", 0, false, path), 0);
	read_text(path, text, sizeof(text));
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		assert_non_null(strstr(text, secrets[i]));
	assert_int_equal(script_of("seabios-virtio-combsys", 0, true, path), 0);
	read_text(path, text, sizeof(text));
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		assert_null(strstr(text, secrets[i]));
	assert_non_null(strstr(text, "tftp rrq file1.0 octet"));
	(void)unlink(path);
}

static void what_cannot_be_a_script_says_so(void **state)
{
	char path[] = "/tmp/br-from-pcap-XXXXXX";
	int descriptor = mkstemp(path);

	(void)state;
	assert_true(descriptor >= 0);
	(void)close(descriptor);
	assert_int_equal(script_of("ovmf-virtio-none", 0, false, path), 3);
	assert_int_equal(script_of("seabios-virtio-relaytwo", 0, false, path), 3);
	assert_int_equal(script_of("nosuch", 0, false, path), 2);
	(void)unlink(path);
}

/* Not the file under other names that the script is made of. */
static void what_is_wrong_names_the_capture_that_was_given(void **state)
{
	static const struct {
		const char *name, *says;
	} cases[] = {{"ovmf-virtio-none", ": no server answered this client\n"},
	             {"ovmf-e1000-combined", ": no client asks for a boot in it\n"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char capture[512], errors[1024] = "", want[1024];
		FILE *out = fopen("/dev/null", "w"), *err = fmemopen(errors, sizeof(errors), "w");
		struct br_from_pcap from = {
			.path = capture, .anonymous = true, .out = out, .err = err};

		assert_non_null(out);
		assert_non_null(err);
		(void)snprintf(capture, sizeof(capture), "%s/%s.pcap", getenv("BR_CAPTURES"),
		               cases[i].name);
		(void)snprintf(want, sizeof(want), "%s%s", capture, cases[i].says);
		assert_int_equal(br_from_pcap(&from), 3);
		(void)fclose(out);
		(void)fclose(err);
		assert_string_equal(errors, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_of_recorded_boots_run_and_pass),
		cmocka_unit_test(only_the_named_server_is_under_test),
		cmocka_unit_test(an_anonymous_script_names_nobody),
		cmocka_unit_test(what_is_wrong_names_the_capture_that_was_given),
		cmocka_unit_test(what_cannot_be_a_script_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
