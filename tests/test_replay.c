/* SPDX-License-Identifier: BSD-2-Clause */
/* The client side of every recorded boot is played against the core: nothing may be worse
 * than the recorded server, and where servers were right the core must be equal.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "captures/replay.h"
#include "helper.h"

enum {
	TEXT_MAX = 1 << 17,
};

static int replay(const char *path, bool bless, char text[TEXT_MAX])
{
	FILE *out = tmpfile(), *err = tmpfile();
	struct br_replay r = {.path = path, .bless = bless, .out = out, .err = err};

	assert_non_null(out);
	assert_non_null(err);
	int code = br_replay(&r);

	rewind(out);
	text[fread(text, 1, TEXT_MAX - 1, out)] = '\0';
	(void)fclose(out);
	(void)fclose(err);
	return code;
}

static void corpus_path(char path[512], const char *name)
{
	assert_non_null(getenv("BR_CAPTURES"));
	(void)snprintf(path, 512, "%s/%s", getenv("BR_CAPTURES"), name);
}

static void nothing_is_worse_than_the_recorded_servers(void **state)
{
	static char text[TEXT_MAX];
	unsigned replayed = 0, equal = 0;
	char path[512];
	DIR *dir;

	(void)state;
	corpus_path(path, "");
	assert_non_null(dir = opendir(path));
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (!strstr(entry->d_name, ".pcap") || strstr(entry->d_name, ".replay"))
			continue;
		corpus_path(path, entry->d_name);
		int code = replay(path, false, text);

		if (code == 1 || strstr(text, "\nworse "))
			print_error("%s:\n%s", entry->d_name, text);
		assert_int_not_equal(code, 1);
		replayed += code == 0;
		for (const char *at = text; (at = strstr(at, "equal    frame")); at++)
			equal++;
	}
	(void)closedir(dir);
	assert_true(replayed > 100);
	assert_true(equal > 500);
}

static void expect(const char *name, const char *line)
{
	static char text[TEXT_MAX];
	char path[512];

	corpus_path(path, name);
	assert_int_equal(replay(path, false, text), 0);
	if (!strstr(text, line))
		print_error("%s: no \"%s\" in\n%s", name, line, text);
	assert_non_null(strstr(text, line));
}

static void known_boots_compare_as_they_should(void **state)
{
	(void)state;
	/* the 4011 answer of dnsmasq, octet for octet the same fields */
	expect("ovmf-2022.11-dnsmasq-2.90-two-server.pcap", "equal    frame 23  DHCP ack of");
	/* a server that knew no options, one that did not listen, one that lost packets */
	expect("ovmf-virtio-tftpnoopt.pcap", "TFTP shimx64.efi: tsize granted: ");
	expect("ovmf-virtio-no4011.pcap", "better   frame 12  DHCP message: answered, nobody did");
	expect("s390-ccw-loss5.pcap", "equal    frame 7  TFTP vmlinuz-s390x");
	expect("ovmf-virtio-notftp.pcap", "equal    frame 11  TFTP shimx64.efi");
	/* the menu of option 43 and its item */
	expect("ovmf-virtio-twoprompt.pcap", "frame 13  DHCP ack of 192.0.2.2");
	/* HTTP, HEAD and GET */
	expect("ovmf-virtio-http.pcap", "equal    frame 10  HTTP /shimx64.efi\n");
	expect("aavmf64-virtio-pxe6.pcap", "IPv6 is not replayed");
}

static void a_blessed_report_holds_until_it_changes(void **state)
{
	static char text[TEXT_MAX];
	char from[512], path[] = "/tmp/br-replay-XXXXXX", blessed[64], octets[4096];
	int descriptor = mkstemp(path);
	FILE *in, *out = fdopen(descriptor, "wb"), *report;

	(void)state;
	assert_non_null(out);
	corpus_path(from, "ovmf-virtio-nofile.pcap");
	assert_non_null(in = fopen(from, "rb"));
	size_t size = fread(octets, 1, sizeof(octets), in);

	assert_int_equal(fwrite(octets, 1, size, out), size);
	(void)fclose(in);
	(void)fclose(out);
	(void)snprintf(blessed, sizeof(blessed), "%s.replay", path);
	assert_int_equal(replay(path, true, text), 0);
	assert_int_equal(replay(path, false, text), 0);
	assert_null(strstr(text, "not as blessed"));
	assert_non_null(report = fopen(blessed, "a"));
	(void)fputs("worse    frame 99  something else\n", report);
	(void)fclose(report);
	assert_int_equal(replay(path, false, text), 1);
	assert_non_null(strstr(text, "not as blessed"));
	(void)unlink(blessed);
	(void)unlink(path);
}

static void a_capture_without_client_replays_nothing(void **state)
{
	static char text[TEXT_MAX];
	char path[512];

	(void)state;
	corpus_path(path, "ovmf-e1000-combined.pcap");
	assert_int_equal(replay(path, false, text), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_worse_than_the_recorded_servers),
		cmocka_unit_test(known_boots_compare_as_they_should),
		cmocka_unit_test(a_blessed_report_holds_until_it_changes),
		cmocka_unit_test(a_capture_without_client_replays_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
