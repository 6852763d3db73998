/* SPDX-License-Identifier: BSD-2-Clause */
/* The client side of every recorded boot is played against the core: nothing may be worse
 * than the recorded server, and where servers were right the core must be equal.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "captures/replay/replay.h"
#include "captures/replay/setup6.h"
#include "conformance/requirements.h"
#include "core/base/address.h"
#include "helper.h"

enum {
	TEXT_MAX = 1 << 17,
};

static int replay_with(const char *path, const char *server, bool bless, char text[TEXT_MAX])
{
	FILE *out = tmpfile(), *err = tmpfile();
	struct br_replay r = {.path = path, .bless = bless, .out = out, .err = err};
	char word[256], error[160];

	assert_non_null(out);
	assert_non_null(err);
	if (server) {
		(void)snprintf(word, sizeof(word), "%s", server);
		assert_int_equal(br_setup_take(&r.words, word, error, sizeof(error)), 0);
	}
	int code = br_replay(&r);

	rewind(out);
	text[fread(text, 1, TEXT_MAX - 1, out)] = '\0';
	(void)fclose(out);
	(void)fclose(err);
	return code;
}

static int replay(const char *path, bool bless, char text[TEXT_MAX])
{
	return replay_with(path, NULL, bless, text);
}

static void corpus_path(char path[512], const char *name)
{
	assert_non_null(getenv("BR_CAPTURES"));
	(void)snprintf(path, 512, "%s/%s", getenv("BR_CAPTURES"), name);
}

static void nothing_is_worse_than_the_recorded_servers(void **state)
{
	static char text[TEXT_MAX];
	unsigned replayed = 0, equal = 0, diverged = 0;
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
		for (const char *at = text; (at = strstr(at, "diverged frame")); at++)
			diverged++;
	}
	(void)closedir(dir);
	assert_true(replayed > 100);
	assert_true(equal > 500);
	assert_true(diverged <= 4); /* what was lost, or came to two tries at once */
}

/* "(D4S-BF-02)" behind a difference must be the id of a requirement, or name an RFC. */
static void rules_are_known(const char *text)
{
	for (const char *at = text; (at = strchr(at, '(')); at++) {
		char id[32] = "";

		if (sscanf(at, "(%31[A-Z0-9-])", id) == 1 && strchr(id, '-') &&
		    at[1 + strlen(id)] == ')')
			assert_non_null(br_requirement_sentence(NULL, id));
	}
}

/* What is better is so because of a rule, line by line. */
static void better_is_the_recorded_server_s_fault(void **state)
{
	static char text[TEXT_MAX];
	unsigned better = 0;
	char path[512];
	DIR *dir;

	(void)state;
	corpus_path(path, "");
	assert_non_null(dir = opendir(path));
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (!strstr(entry->d_name, ".pcap"))
			continue;
		corpus_path(path, entry->d_name);
		(void)replay(path, false, text);
		rules_are_known(text);
		for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
			if (strncmp(line, "better ", 7) != 0)
				continue;
			if (!strchr(line, '('))
				print_error("%s: %s\n", entry->d_name, line);
			assert_non_null(strchr(line, '('));
			better++;
		}
	}
	(void)closedir(dir);
	assert_true(better > 100);
}

/* The core set up otherwise than the recorded server must show in the comparison. */
static void another_setup_is_worse(void **state)
{
	static char text[TEXT_MAX];
	static const struct {
		const char *capture, *server, *line;
	} rows[] = {
		{"ovmf-virtio-two", "lease=60", "option 51 is 60, was 3600"},
		{"ovmf-virtio-two", "192.0.2.1:next-server=192.0.2.9",
	         "siaddr is 192.0.2.9, was 192.0.2.1 (D4S-BF-01)"},
		{"ovmf-virtio-two", "192.0.2.1:router=192.0.2.7", "option 3 is 192.0.2.7"},
		{"ovmf-virtio-two", "192.0.2.1:dns=192.0.2.7", "option 6 is 192.0.2.7"},
		{"ovmf-virtio-two", "192.0.2.2:boot=other.efi", "boot file is \"other.efi\""},
		{"ovmf-virtio-two", "192.0.2.2:role=tftp", "DHCP offer of 192.0.2.2: no answer"},
		{"ovmf-virtio-two", "192.0.2.2:role=proxydhcp", "shimx64.efi: no answer"},
		{"ovmf-virtio-two", "192.0.2.2:blksize=512",
	         "blksize is 512, was 1468 (TFTP-BLK-05)"},
		{"ovmf-virtio-tftpwin", "windowsize=off", "windowsize not granted"},
		{"ovmf-virtio-twoprompt", "192.0.2.2:menu=9,other", "option 43 tag 9 is"},
		{"ovmf-virtio-http", "role=dhcp", "HTTP /shimx64.efi: no answer"},
		{"seabios-virtio-relaytwo", "192.0.2.1:lease=60", "option 51 is 60"},
		{"seabios-virtio-relaytwo-srvside", "192.0.2.1:lease=60", "option 51 is 60"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[512], name[64];

		(void)snprintf(name, sizeof(name), "%s.pcap", rows[i].capture);
		corpus_path(path, name);
		assert_int_equal(replay_with(path, rows[i].server, false, text), 1);
		const char *said = strstr(text, rows[i].line);

		if (!said)
			print_error("%s with row %zu says:\n%s", name, i, text);
		assert_non_null(said);
		assert_non_null(strstr(text, "\nworse "));
	}
	char path[512];

	corpus_path(path, "ovmf-virtio-two.pcap");
	assert_int_equal(replay_with(path, "192.0.2.77:lease=60", false, text), 2);
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
	expect("ovmf-virtio-two.pcap", "equal    frame 2  DHCP offer of 192.0.2.2\n");
	/* behind a relay: seen by its servers, and by its client */
	expect("seabios-virtio-relaytwo-srvside.pcap", "frame 12  DHCP offer of 192.0.2.1: option");
	expect("seabios-virtio-relaytwo.pcap", "frame 4  DHCP offer of 192.0.2.1: option");
	expect("ovmf-virtio-no4011.pcap",
	       "DHCP ack of 192.0.2.2: answered, nobody did; the client");
	expect("s390-ccw-loss5.pcap", "equal    frame 7  TFTP vmlinuz-s390x");
	expect("ovmf-virtio-notftp.pcap", "equal    frame 11  TFTP shimx64.efi");
	/* the menu of option 43 and its item */
	expect("ovmf-virtio-twoprompt.pcap", "frame 13  DHCP ack of 192.0.2.2");
	/* HTTP, HEAD and GET */
	expect("ovmf-virtio-http.pcap", "equal    frame 13  HTTP /shimx64.efi\n");
	expect("seabios-virtio-dual.pcap", "beside a boot over IPv4 it leads nowhere");
	expect("aavmf64-virtio-pxe6.pcap", "equal    frame 19  DHCPv6 reply");
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
	assert_non_null(strstr(text, "0 worse, as blessed\n"));
	/* what is worse may be blessed as well */
	assert_int_equal(replay_with(path, "lease=60", false, text), 1);
	assert_non_null(strstr(text, "\n+ worse "));
	assert_int_equal(replay_with(path, "lease=60", true, text), 0);
	assert_int_equal(replay_with(path, "lease=60", false, text), 0);
	assert_non_null(strstr(text, " 0 failed, "));
	assert_int_equal(replay(path, true, text), 0);
	assert_non_null(report = fopen(blessed, "a"));
	(void)fputs("worse    frame 99  something else\n", report);
	(void)fclose(report);
	assert_int_equal(replay(path, false, text), 1);
	assert_non_null(strstr(text, "not as blessed"));
	assert_non_null(strstr(text, "\n- worse    frame 99  something else\n"));
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

/* Four hosts, of which the client and one server have theirs: one place is left, for one of two. */
static void an_address_that_is_made_up_is_of_the_network_and_nobodys(void **state)
{
	static const uint8_t net[16] = {0x20, 1, 0xd, 0xb8, [15] = 0x10};
	struct br_setup *setup = calloc(1, sizeof(*setup));

	(void)state;
	assert_non_null(setup);
	setup->six.on = true;
	setup->six.bits = 126;
	memcpy(setup->six.prefix, net, 16);
	setup->servers = 3;
	for (size_t i = 0; i < 3; i++)
		setup->server[i].mac[5] = (uint8_t)(i + 1);
	memcpy(setup->server[1].address6, net, 16);
	setup->server[1].address6[15] = 0x13;
	setup->server[1].config.reservations6 = 1;
	memcpy(setup->server[1].config.reservation6[0].address, net, 16);
	setup->server[1].config.reservation6[0].address[15] = 0x12;
	br_setup6_settle(setup);
	assert_memory_equal(setup->server[0].address6, net, 15);
	assert_int_equal(setup->server[0].address6[15], 0x11);
	assert_int_equal(setup->server[0].config.link[0].prefix6, 126);
	assert_true(br_ip_is_zero(setup->server[2].address6));
	free(setup);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_worse_than_the_recorded_servers),
		cmocka_unit_test(better_is_the_recorded_server_s_fault),
		cmocka_unit_test(another_setup_is_worse),
		cmocka_unit_test(known_boots_compare_as_they_should),
		cmocka_unit_test(a_blessed_report_holds_until_it_changes),
		cmocka_unit_test(a_capture_without_client_replays_nothing),
		cmocka_unit_test(an_address_that_is_made_up_is_of_the_network_and_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
