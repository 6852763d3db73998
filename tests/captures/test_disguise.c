/* SPDX-License-Identifier: BSD-2-Clause */
/* Pseudonyms: never what it was, never the same for two, of the same class and length, and the
 * same wherever and however it is written. Over many addresses, and each form of a text.
 */
#include "captures/convert/disguise_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/public_words.h"
#include "captures/explain/fingerprint.h"
#include "core/base/text.h"
#include "helper.h"

static int setup(void **state)
{
	struct br_disguise *d = br_disguise_new();

	assert_non_null(d);
	br_disguise_set_key(d, "key", 3);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	*state = br_disguise_free(*state);
	return 0;
}

static const uint8_t mac[6] = {0x3c, 0xec, 0xef, 0x12, 0x9a, 0x77};

static uint32_t ipv4(const char *text)
{
	uint32_t address = 0;

	assert_true(br_text_get_ipv4(br_text(text), &address));
	return address;
}

static size_t digits(uint32_t address)
{
	char text[16];

	return (size_t)snprintf(text, sizeof(text), "%u.%u.%u.%u", (unsigned)(address >> 24),
	                        (unsigned)(address >> 16 & 255), (unsigned)(address >> 8 & 255),
	                        (unsigned)(address & 255));
}

static void addresses_stay_of_their_class(void **state)
{
	static const struct {
		const char *address;
		uint32_t mask; /* of what does not change */
	} rows[] = {
		{"10.1.2.3", 0xff000000},
		{"172.16.5.9", 0xff000000},
		{"172.31.5.9", 0xff000000},
		{"192.168.0.1", 0xffff0000},
		{"169.254.7.8", 0xffff0000},
		{"100.64.0.9", 0xff000000},
		{"192.0.2.77", 0xff000000},
		{"198.51.100.7", 0},
		{"8.8.8.8", 0},
		{"172.15.1.1", 0xff000000},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t was = ipv4(rows[i].address), is = br_disguise_ipv4(*state, was);

		assert_int_not_equal(was, is);
		assert_int_equal(was & rows[i].mask, is & rows[i].mask);
		assert_int_equal(digits(was), digits(is));
		/* private or not, RFC 1918 and RFC 6598 */
		assert_int_equal(was >> 20 == 0xac1, is >> 20 == 0xac1);
		assert_int_equal(was >> 22 == 0x191, is >> 22 == 0x191);
		assert_int_equal(was >> 16 == 0xc0a8, is >> 16 == 0xc0a8);
		assert_int_equal(was >> 24 == 10, is >> 24 == 10);
	}
	static const char *const kept[] = {"0.0.0.0", "255.255.255.255", "127.0.0.1", "224.0.0.1",
	                                   "239.1.2.3"};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		assert_int_equal(br_disguise_ipv4(*state, ipv4(kept[i])), ipv4(kept[i]));
}

static void a_network_stays_one(void **state)
{
	uint32_t net = ipv4("192.168.80.0"), is = br_disguise_ipv4(*state, net);
	bool seen[256] = {false};

	assert_int_equal(is & 255, 0);
	for (uint32_t host = 0; host < 256; host++) {
		uint32_t other = br_disguise_ipv4(*state, net | host);

		assert_int_equal(other & 0xffffff00, is);
		assert_false(seen[other & 255]); /* no two become one */
		seen[other & 255] = true;
		assert_int_equal((other & 255) == host, host == 0 || host == 255);
	}
	assert_int_not_equal(br_disguise_ipv4(*state, ipv4("192.168.81.1")) & 0xffffff00, is);
}

static void a_network_of_any_width_stays_one(void **state)
{
	static const unsigned widths[] = {9, 15, 20, 22, 23, 25, 26, 28, 29};
	static const uint32_t places[] = {0, 1, 5, 17};

	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		uint32_t mask = UINT32_MAX << (32 - widths[i]);
		uint32_t net = ipv4("10.73.149.141") & mask, step = ~mask / 19 + 1;
		struct br_disguise *d = br_disguise_new();

		(void)state;
		assert_non_null(d);
		br_disguise_set_key(d, &widths[i], sizeof(widths[i]));
		br_disguise_learn_ipv4_net(d, net, widths[i]);
		uint32_t is = br_disguise_ipv4(d, net | (1 & ~mask)) & mask;

		for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++) {
			uint32_t host = net | ((1 + places[k] * step) & ~mask);

			assert_int_equal(br_disguise_ipv4(d, host) & mask, is);
		}
		assert_int_equal(br_disguise_ipv4(d, net | ~mask), is | ~mask); /* broadcast */
		d = br_disguise_free(d);
	}
}

static void what_is_made_of_a_mac_address_stays_made_of_it(void **state)
{
	struct br_disguise *d = *state;
	uint8_t is[6], group[6] = {0x33, 0x33, 0xff, 0x12, 0x9a, 0x77};
	uint8_t ip[16] = {0xfe, 0x80, [8] = 0x3e, 0xec, 0xef, 0xff, 0xfe, 0x12, 0x9a, 0x77};
	uint8_t node[16] = {0xff, 2, [11] = 1, 0xff, 0x12, 0x9a, 0x77};
	uint8_t uuid[16] = {[10] = 0x3c, 0xec, 0xef, 0x12, 0x9a, 0x77};
	uint8_t iaid[4] = {0xef, 0x12, 0x9a, 0x77}, other[6];

	memcpy(is, mac, 6);
	br_disguise_learn_mac(d, mac);
	br_disguise_mac(d, is);
	assert_memory_not_equal(is + 3, mac + 3, 3);
	assert_int_equal(is[0] & 3, mac[0] & 3);
	br_disguise_ipv6(d, ip);
	memcpy(other, is, 6);
	other[0] ^= 2;
	assert_memory_equal(ip, "\xfe\x80\0\0\0\0\0\0", 8);
	assert_memory_equal(ip + 8, other, 3);
	assert_memory_equal(ip + 13, other + 3, 3);
	br_disguise_ipv6(d, node);
	assert_memory_equal(node + 13, is + 3, 3);
	br_disguise_mac(d, group);
	assert_memory_equal(group, "\x33\x33\xff", 3);
	assert_memory_equal(group + 3, is + 3, 3);
	br_disguise_uuid(d, uuid, false);
	assert_memory_equal(uuid, "\0\0\0\0\0\0\0\0\0\0", 10);
	assert_memory_equal(uuid + 10, is, 6);
	br_disguise_iaid(d, iaid);
	assert_memory_equal(iaid, is + 2, 4);
}

static void a_repeated_octet_stays_repeated(void **state)
{
	uint8_t was[6] = {0x52, 0x52, 0x52, 0x52, 0x52, 0x52}, is[6];

	memcpy(is, was, 6);
	br_disguise_mac(*state, is);
	assert_memory_not_equal(is, was, 6);
	assert_memory_equal(is, is + 1, 5);
	assert_int_equal(is[0] & 3, was[0] & 3);
}

static void machines_are_never_mixed_up(void **state)
{
	static uint8_t seen[512][6];

	for (unsigned i = 0; i < 512; i++) {
		uint8_t *m = seen[i];

		memcpy(m, "\x52\x54\0\0\0\0", 6);
		m[4] = (uint8_t)(i >> 8);
		m[5] = (uint8_t)i;
		br_disguise_mac(*state, m);
		for (unsigned k = 0; k < i; k++)
			assert_memory_not_equal(m, seen[k], 6);
	}
}

/* Else one machine's pseudonym would be another's address, and nobody could tell. */
static void nothing_becomes_what_was_there(void **state)
{
	struct br_disguise *d = *state;
	uint8_t m[6] = {2, 0, 0, 0, 0, 0}, ip[16] = {0x20, 1, 0xd, 0xb8, 0, 2};

	for (uint8_t i = 1; i < 7; i++) {
		m[5] = ip[15] = i;
		br_disguise_learn_mac(d, m);
		br_disguise_learn_ipv6(d, ip);
		br_disguise_learn_ipv4(d, ipv4("10.0.0.0") | i, false);
	}
	for (uint8_t i = 1; i < 7; i++) {
		uint32_t is = br_disguise_ipv4(d, ipv4("10.0.0.0") | i);

		memcpy(m, "\2\0\0\0\0", 5);
		memcpy(ip, "\x20\1\xd\xb8\0\2\0\0\0\0\0\0\0\0", 15);
		m[5] = ip[15] = i;
		br_disguise_mac(d, m);
		br_disguise_ipv6(d, ip);
		assert_true(m[5] >= 7);
		assert_true(ip[15] >= 7 && memcmp(ip, "\x20\1\xd\xb8\0\2", 6) != 0);
		assert_true(is >> 8 != ipv4("10.0.0.0") >> 8);
	}
}

static void ipv6_keeps_prefixes_kinds_and_lengths(void **state)
{
	static const struct {
		const char *was;
		size_t octets; /* that stay */
	} rows[] = {{"2001:db8:2::1ef", 0}, {"fe80::7", 15}, {"fd12:3456:789a:1::10", 1}};
	struct br_disguise *d = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[64];

		(void)snprintf(text, sizeof(text), "[%s]:69 %s", rows[i].was, rows[i].was);
		br_disguise_text(d, BR_TEXT_PATH, (uint8_t *)text, strlen(text));
		assert_int_equal(strlen(text), 2 * strlen(rows[i].was) + 6);
		assert_null(strstr(text, rows[i].was));
		assert_memory_equal(text + 1, strchr(text, ' ') + 1, strlen(rows[i].was));
	}
	uint8_t a[16] = {0x20, 1, 0xd, 0xb8, 0, 2, [15] = 1},
		b[16] = {0x20, 1, 0xd, 0xb8, 0, 2, [8] = 9};
	uint8_t c[16] = {0x20, 1, 0xd, 0xb8, 0, 3, [15] = 1};

	br_disguise_ipv6(d, a);
	br_disguise_ipv6(d, b);
	br_disguise_ipv6(d, c);
	assert_memory_equal(a, b, 8);
	assert_memory_equal(a, c, 5);
	assert_memory_not_equal(a, c, 8);
	assert_int_equal(a[0] >> 5, 1); /* still a global one */
}

/* Each form of a text holds what the octets become. */
static void a_text_says_what_the_octets_say(void **state)
{
	struct br_disguise *d = *state;
	static const uint8_t uuid[16] = {0x4c, 0x4c, 0x45, 0x44, 0x00, 0x51, 0x35, 0x10,
	                                 0x80, 0x58, 0xb4, 0xc0, 0x4f, 0x4a, 0x33, 0x32};
	static const char *const forms[] = {
		"pxelinux.cfg/01-3c-ec-ef-12-9a-77",
		"pxelinux.cfg/4c4c4544-0051-3510-8058-b4c04f4a3332",
		"pxelinux.cfg/C0A85017",
		"pxelinux.cfg/C0A850",
		"C0A85017.img",
		"x?mac=3C:EC:EF:12:9A:77&b",
		"x?mac=3cecef129a77",
		"3cec.ef12.9a77",
		"http://192.168.80.23:8080/a",
		"x-192.168.80.23",
		"44454c4c-5100-1035-8058-b4c04f4a3332",
	};
	uint8_t m[6], u[16];
	uint32_t ip = br_disguise_ipv4(d, ipv4("192.168.80.23"));
	char want[16][80];
	unsigned q[4] = {(unsigned)(ip >> 24), (unsigned)(ip >> 16 & 255),
	                 (unsigned)(ip >> 8 & 255), (unsigned)(ip & 255)};

	br_disguise_learn_ipv4(d, ipv4("192.168.80.23"), true);
	br_disguise_learn_uuid(d, uuid);
	memcpy(m, mac, 6);
	br_disguise_mac(d, m);
	memcpy(u, uuid, 16);
	br_disguise_uuid(d, u, false);
	sprintf(want[0], "pxelinux.cfg/01-%02x-%02x-%02x-%02x-%02x-%02x", m[0], m[1], m[2], m[3],
	        m[4], m[5]);
	sprintf(want[1],
	        "pxelinux.cfg/%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
	        u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12],
	        u[13], u[14], u[15]);
	sprintf(want[2], "pxelinux.cfg/%08X", (unsigned)ip);
	sprintf(want[3], "pxelinux.cfg/%06X", (unsigned)ip >> 8);
	sprintf(want[4], "%08X.img", (unsigned)ip);
	sprintf(want[5], "%02X:%02X:%02X:%02X:%02X:%02X&", m[0], m[1], m[2], m[3], m[4], m[5]);
	sprintf(want[6], "%02x%02x%02x%02x%02x%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	sprintf(want[7], "%02x%02x.%02x%02x.%02x%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	sprintf(want[8], "http://%u.%u.%u.%u:8080/", q[0], q[1], q[2], q[3]);
	sprintf(want[9], "-%u.%u.%u.%u", q[0], q[1], q[2], q[3]);
	sprintf(want[10], "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
	        u[3], u[2], u[1], u[0], u[5], u[4], u[7], u[6], u[8], u[9], u[10], u[11], u[12],
	        u[13], u[14], u[15]);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		char text[80];

		(void)snprintf(text, sizeof(text), "%s", forms[i]);
		br_disguise_text(d, BR_TEXT_PATH, (uint8_t *)text, strlen(text));
		if (!strstr(text, want[i]))
			print_error("%s: %s, not %s\n", forms[i], text, want[i]);
		assert_non_null(strstr(text, want[i]));
	}
}

static void a_word_is_one_word_everywhere(void **state)
{
	char path[] = "/Rhenus/vmlinuz-5.10.0-rhenus.efi", host[] = "RHENUS.example:8080";
	char label[] = "rhenus", url[] = "http://rhenus.example:8080/boot/shimx64.efi";
	struct br_disguise *d = *state;

	br_disguise_text(d, BR_TEXT_PATH, (uint8_t *)path, strlen(path));
	br_disguise_text(d, BR_TEXT_NAME, (uint8_t *)host, strlen(host));
	br_disguise_text(d, BR_TEXT_SECRET, (uint8_t *)label, strlen(label));
	br_disguise_text(d, BR_TEXT_PATH, (uint8_t *)url, strlen(url));
	assert_string_not_equal(label, "rhenus");
	assert_memory_equal(path + 23, label, 6);
	assert_memory_equal(path + 7, "/vmlinuz-", 9);
	assert_string_equal(path + 29, ".efi");
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(host[i], label[i] - 'a' + 'A');
		assert_int_equal(url[7 + i], label[i]);
		assert_int_equal(path[1 + i], i == 0 ? label[i] - 'a' + 'A' : label[i]);
	}
	assert_string_equal(host + 14, ":8080");
	assert_string_equal(url + 21, ":8080/boot/shimx64.efi");
	assert_memory_not_equal(url + 14, "example", 7);
}

/* Whatever tells software apart in a name or a class comes through. */
static void what_fingerprints_look_for_stays(void **state)
{
	char *table = strdup(br_fingerprints_text), *line = table, *rest;
	size_t found = 0;

	assert_non_null(table);
	for (; line; line = rest) {
		char *field[6] = {0}, *at = line;
		size_t fields = 0;

		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		for (; at && fields < 6; fields++) {
			field[fields] = at;
			at = strchr(at, '\t');
			if (at)
				*at++ = '\0';
		}
		if (fields < 5)
			continue;
		bool path = !strcmp(field[3], "file") || !strcmp(field[3], "target");
		bool class = !strcmp(field[3], "class") || !strcmp(field[3], "agent") ||
		             !strcmp(field[3], "user");

		for (char *want = field[4], *next; (path || class) && want; want = next) {
			char text[128];

			next = strchr(want, '|');
			if (next)
				*next++ = '\0';
			(void)snprintf(text, sizeof(text), "%s", want + 1);
			br_disguise_text(*state, path ? BR_TEXT_PATH : BR_TEXT_CLASS,
			                 (uint8_t *)text, strlen(text));
			assert_string_equal(text, want + 1);
			found++;
		}
	}
	free(table);
	assert_true(found > 40);
}

/* story.c judges files by these, and diagnose_*.c by the others */
static void what_stories_look_for_stays(void **state)
{
	static const char *const names[] = {"x/revocations",
	                                    "shim_certificate_0.efi",
	                                    "mmx64.efi",
	                                    "fbaa64.efi",
	                                    "boot/grub/command.lst",
	                                    "grub/grub.cfg-",
	                                    "autoexec.ipxe",
	                                    "pxelinux.cfg/default",
	                                    "boot.scr.uimg",
	                                    "bootsig.bin",
	                                    "recovery.elf",
	                                    "dt-blob.bin",
	                                    "ldlinux.e64",
	                                    "dtb/x.dtb",
	                                    "uboot.env",
	                                    "boot.sig",
	                                    "vmlinuz",
	                                    "bzImage",
	                                    "initrd.img",
	                                    "initramfs",
	                                    "kernel",
	                                    "zImage",
	                                    "linux-arm64",
	                                    "linux.efi",
	                                    "syslinux.efi",
	                                    "Image",
	                                    "boot.wim",
	                                    "boot.ipxe",
	                                    "grub.cfg",
	                                    "disk.iso",
	                                    "/srv/x",
	                                    "/var/x",
	                                    "/tftpboot/x",
	                                    "/home/x",
	                                    "/opt/x",
	                                    "pxelinux.0"};
	char error[] = "is a directory";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char text[64];

		(void)snprintf(text, sizeof(text), "%s", names[i]);
		br_disguise_text(*state, BR_TEXT_PATH, (uint8_t *)text, strlen(text));
		for (size_t k = 0; text[k]; k++) { /* x stands for what may change */
			if (names[i][k] != 'x' && names[i][k] != text[k])
				print_error("%s became %s\n", names[i], text);
			assert_true(names[i][k] == 'x' || text[k] == names[i][k]);
		}
	}
	br_disguise_text(*state, BR_TEXT_PHRASE, (uint8_t *)error, strlen(error));
	assert_string_equal(error, "is a directory");
}

static void serial_numbers_go_versions_stay(void **state)
{
	static const struct {
		enum br_disguise_text kind;
		const char *text, *stays;
	} rows[] = {
		{BR_TEXT_CLASS, "PXEClient:Arch:00007:UNDI:003016",
	         "PXEClient:Arch:00007:UNDI:003016"},
		{BR_TEXT_CLASS, "UefiHttpBoot/1.0", "UefiHttpBoot/1.0"},
		{BR_TEXT_CLASS, "iPXE/1.21.1+ (gabc123)", "iPXE/1.21.1+ ("},
		{BR_TEXT_CLASS, "PXEClient:4711-88123456", "PXEClient:4711-"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[64];

		(void)snprintf(text, sizeof(text), "%s", rows[i].text);
		br_disguise_text(*state, rows[i].kind, (uint8_t *)text, strlen(text));
		assert_memory_equal(text, rows[i].stays, strlen(rows[i].stays));
		if (strlen(rows[i].text) > strlen(rows[i].stays))
			assert_string_not_equal(text, rows[i].text);
	}
}

static void words_are_small_sorted_and_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < br_public_words_count; i++) {
		const char *text = br_public_words[i].text;

		assert_true(text[0] != '\0' && br_public_words[i].kinds != 0);
		for (size_t k = 0; text[k]; k++)
			assert_false(text[k] >= 'A' && text[k] <= 'Z');
		if (i > 0)
			assert_true(strcmp(br_public_words[i - 1].text, text) < 0);
	}
}

static void any_octets_become_others_of_the_same_length(void **state)
{
	uint8_t was[600], is[sizeof(was) + 1];

	for (unsigned seed = 0; seed < 400; seed++) {
		size_t size = seed % sizeof(was);

		for (size_t i = 0; i < size; i++)
			was[i] = (uint8_t)((i + 1) * (seed + 7) * 2654435761U >> 13);
		memcpy(is, was, size);
		is[size] = 0x5a;
		br_disguise_octets(*state, is, size);
		assert_int_equal(is[size], 0x5a);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(is[i] == was[i], was[i] == 0);
		for (unsigned kind = 0; kind < 16; kind++) { /* no octet traps */
			memcpy(is, was, size);
			br_disguise_text(*state, (enum br_disguise_text)kind, is, size);
			assert_int_equal(is[size], 0x5a);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(addresses_stay_of_their_class),
		TEST(a_network_stays_one),
		TEST(a_network_of_any_width_stays_one),
		TEST(what_is_made_of_a_mac_address_stays_made_of_it),
		TEST(a_repeated_octet_stays_repeated),
		TEST(machines_are_never_mixed_up),
		TEST(nothing_becomes_what_was_there),
		TEST(ipv6_keeps_prefixes_kinds_and_lengths),
		TEST(a_text_says_what_the_octets_say),
		TEST(a_word_is_one_word_everywhere),
		TEST(what_fingerprints_look_for_stays),
		TEST(what_stories_look_for_stays),
		TEST(serial_numbers_go_versions_stay),
		TEST(words_are_small_sorted_and_once),
		TEST(any_octets_become_others_of_the_same_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
