/* SPDX-License-Identifier: BSD-2-Clause */
/* One DHCP message with everything in it that names somebody, in a capture: under other names
 * no octet of it may be left, lengths stay, and what is named on a command line is found again.
 */
#include "captures/convert/anonymous_pcap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "captures/convert/from_pcap.h"
#include "core/formats/dhcp_message.h"
#include "helper.h"

enum {
	ROOM = 2048,
	HEADERS = 14 + 20 + 8,
};

#define CLIENT UINT32_C(0xc0a85017) /* 192.168.80.23 */
#define SERVER UINT32_C(0xc0a85001)

static const uint8_t mac[6] = {0x3c, 0xec, 0xef, 0x12, 0x9a, 0x77};

struct planted_secret {
	const void *octets;
	size_t size;
};

#define SECRET(text)                                                                               \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

/* Each stands somewhere in message(). */
static const struct planted_secret secrets[] = {
	{mac, 6},
	SECRET("\xef\x12\x9a\x77"), /* xid */
	SECRET("\xc0\xa8\x50\x17"),
	SECRET("\xc0\xa8\x50\x01"),
	SECRET("\xc0\xa8\x5a\x09"),
	SECRET("\xc0\xa8\x63\x01"),
	SECRET("\xc0\xa8\x5b\x07"),
	SECRET("\xc0\xa8\x5c\x05"),
	SECRET("node17"),
	SECRET("hpc.example"),
	SECRET("Rescue of Building 9"),
	SECRET("Ask Jane for F8"),
	SECRET("rack7-port12"),
	SECRET("switch-b9"),
	SECRET("3c-ec-ef-12-9a-77"),
	SECRET("C0A85017"),
	SECRET("192.168.80.1"),
	SECRET("deploy"),
	SECRET("s3cret"),
	SECRET("\x4c\x4c\x45\x44\x00\x51\x35\x10"),
};

static void put(struct br_dhcp_builder *b, uint8_t code, const char *value, size_t size)
{
	br_dhcp_put(b, code, value, size);
}

static size_t message(uint8_t *target, size_t room)
{
	struct br_dhcp_header h = {.op = 2,
	                           .htype = 1,
	                           .hlen = 6,
	                           .xid = 0xef129a77, /* as iPXE: of the MAC */
	                           .yiaddr = CLIENT,
	                           .siaddr = SERVER};
	struct br_dhcp_builder b;
	static const char uuid[] = "\0\x4c\x4c\x45\x44\x00\x51\x35\x10\x80\x58\xb4\xc0\x4f\x4a\x33"
				   "\x32";

	memcpy(h.chaddr, mac, 6);
	strcpy((char *)h.sname, "node17");
	strcpy((char *)h.file, "pxelinux.cfg/01-3c-ec-ef-12-9a-77");
	br_dhcp_begin(&b, &h, target, room, 0);
	br_dhcp_put_u8(&b, 53, 5);
	br_dhcp_put_be32(&b, 54, SERVER);
	br_dhcp_put_be32(&b, 3, SERVER);
	put(&b, 16, "\xc0\xa8\x5b\x07", 4);
	put(&b, 21, "\xc0\xa8\x5c\x05\xff\xff\xff\xff", 8);
	br_dhcp_put_text(&b, 12, "node17");
	br_dhcp_put_text(&b, 15, "hpc.example");
	br_dhcp_put_text(&b, 66, "192.168.80.1");
	br_dhcp_put_text(&b, 67, "pxelinux.cfg/C0A85017");
	br_dhcp_put_text(&b, 60, "PXEClient");
	put(&b, 61, "\1\x3c\xec\xef\x12\x9a\x77", 7);
	put(&b, 97, uuid, 17);
	put(&b, 43,
	    "\6\1\3\x08\7\x80\1\1\xc0\xa8\x5a\x09\0\x09\x17\x80\1\x14Rescue of Building 9"
	    "\x0a\x10\5Ask Jane for F8\xff",
	    3 + 1 + 9 + 2 + 23 + 2 + 16 + 1); /* with a pad between the tags */
	put(&b, 121, "\x18\x0a\x01\x02\xc0\xa8\x63\x01", 8);
	put(&b, 175, "\xbe\6deploy\xbf\6s3cret", 16);
	put(&b, 82, "\1\x0crack7-port12\2\x09switch-b9", 25);
	return br_dhcp_finish(&b, 300);
}

/* A capture of that one frame, in the classic format. */
static void write_capture(const char *path)
{
	static const uint8_t file_header[24] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0,
	                                        0,    0,    0,    0,    0, 0, 4, 0, 1, 0, 0, 0};
	uint8_t frame[ROOM] = {0}, record[16] = {0};
	size_t size = message(frame + HEADERS, sizeof(frame) - HEADERS);
	struct br_writer w = br_writer_of(frame, HEADERS);
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	br_put_bytes(&w, mac, 6);
	br_put_bytes(&w, "\2\0\0\0\0\1", 6);
	br_put_be16(&w, 0x0800);
	br_put_be16(&w, 0x4500);
	br_put_be16(&w, (uint16_t)(28 + size));
	br_put_be32(&w, 0);
	br_put_be32(&w, 64U << 24 | 17 << 16);
	br_put_be32(&w, SERVER);
	br_put_be32(&w, CLIENT);
	br_put_be16(&w, 67);
	br_put_be16(&w, 68);
	br_put_be16(&w, (uint16_t)(8 + size));
	br_put_be16(&w, 0);
	for (size_t i = 0; i < 2; i++) {
		record[8 + i] = record[12 + i] = (uint8_t)((HEADERS + size) >> 8 * i);
	}
	assert_int_equal(fwrite(file_header, 1, 24, out), 24);
	assert_int_equal(fwrite(record, 1, 16, out), 16);
	assert_int_equal(fwrite(frame, 1, HEADERS + size, out), HEADERS + size);
	assert_int_equal(fclose(out), 0);
}

static size_t read_file(const char *path, uint8_t octets[ROOM])
{
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	size_t size = fread(octets, 1, ROOM, file);

	(void)fclose(file);
	return size;
}

static bool holds(const uint8_t *octets, size_t size, const struct planted_secret *s)
{
	for (size_t i = 0; i + s->size <= size; i++) {
		if (!memcmp(octets + i, s->octets, s->size))
			return true;
	}
	return false;
}

static void nothing_that_names_somebody_is_left(void **state)
{
	char directory[] = "/tmp/br-anonymous-XXXXXX", path[3][64];
	const char *from[] = {path[0], path[0]}, *to[] = {path[1], path[2]};
	struct br_anonymous_who who = {.has_mac = true, .address = SERVER};
	struct br_anonymous_count count;
	static uint8_t was[ROOM], is[ROOM], other[ROOM];

	(void)state;
	assert_non_null(mkdtemp(directory));
	for (size_t i = 0; i < 3; i++)
		(void)snprintf(path[i], sizeof(path[i]), "%s/%zu.pcap", directory, i);
	write_capture(path[0]);
	memcpy(who.mac, mac, 6);
	assert_int_equal(br_anonymous_pcap(from, to, 2, &who, stderr, &count), 0);
	assert_int_equal(count.kept, 2);

	size_t before = read_file(path[0], was), after = read_file(path[1], is);

	assert_int_equal(before, after);
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		if (!holds(was, before, &secrets[i]) || holds(is, after, &secrets[i]))
			print_error("secret %zu\n", i);
		assert_true(holds(was, before, &secrets[i])); /* else it proves nothing */
		assert_false(holds(is, after, &secrets[i]));
	}
	/* what a boot hangs on stays, and the same becomes the same in both files */
	assert_true(holds(is, after, &(struct planted_secret)SECRET("PXEClient")));
	assert_true(holds(is, after, &(struct planted_secret)SECRET("pxelinux.cfg/01-02-")));
	assert_int_equal(read_file(path[2], other), after);
	assert_memory_equal(is, other, after);
	/* who was named is found again */
	assert_memory_equal(is + 40, who.mac, 6);
	assert_true(holds(is, after,
	                  &(struct planted_secret){(const uint8_t[]){(uint8_t)(who.address >> 24),
	                                                             (uint8_t)(who.address >> 16),
	                                                             (uint8_t)(who.address >> 8),
	                                                             (uint8_t)who.address},
	                                           4}));
	for (size_t i = 0; i < 3; i++)
		(void)unlink(path[i]);
	(void)rmdir(directory);
}

static void client_and_server_are_named_by_their_old_names(void **state)
{
	char out[] = "/tmp/br-anonymous-XXXXXX", capture[512], *text = NULL;
	size_t size = 0;
	FILE *script = open_memstream(&text, &size), *err = tmpfile();
	struct br_from_pcap from = {.path = capture,
	                            .has_client = true,
	                            .client = {0x52, 0x54, 0, 0x12, 0x34, 0x56},
	                            .sut = 0xc0000202,
	                            .to = {out, NULL},
	                            .out = script,
	                            .err = err};
	int descriptor = mkstemp(out);

	(void)state;
	assert_true(descriptor >= 0 && script && err && getenv("BR_CAPTURES"));
	(void)close(descriptor);
	(void)snprintf(capture, sizeof(capture), "%s/ovmf-virtio-two.pcap", getenv("BR_CAPTURES"));
	assert_int_equal(br_from_pcap(&from), 0);
	(void)fclose(script);
	(void)fclose(err);
	assert_non_null(strstr(text, "node boot1 sut lan="));
	assert_non_null(strstr(text, "node boot2 peer lan="));
	assert_null(strstr(text, "192.0.2."));
	assert_null(strstr(text, "52:54:00:12:34:56"));
	free(text);
	(void)unlink(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_names_somebody_is_left),
		cmocka_unit_test(client_and_server_are_named_by_their_old_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
