/* SPDX-License-Identifier: BSD-2-Clause */
/* The clocks of two recorders, on both sides of a relay and of one that sets its clock wrong. */
#include "captures/read/clock_shift.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/time.h"
#include "helper.h"

enum {
	FILE_SIZE_MAX = 1 << 20,
	HEADER = 24, /* of a pcap file, and of a record in it; draft-ietf-opsawg-pcap */
	RECORD = 16,
	PATH = 256,
};

static void path_of(char path[static PATH], const char *name)
{
	assert_non_null(getenv("BR_CAPTURES"));
	(void)snprintf(path, PATH, "%s/%s", getenv("BR_CAPTURES"), name);
}

static uint32_t get_le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_le32(uint8_t *p, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

/* A little-endian pcap again, by a clock that is @ahead_s fast, and @late_us as late again when a
 * request to a DHCP server comes by.
 */
static void set_clock(char path[static PATH], const char *from, uint32_t ahead_s, uint32_t late_us)
{
	static uint8_t octets[FILE_SIZE_MAX];
	FILE *in = fopen(from, "rb"), *out;
	size_t size;

	assert_non_null(in);
	size = fread(octets, 1, sizeof(octets), in);
	assert_int_equal(fclose(in), 0);
	assert_in_range(size, HEADER + RECORD, sizeof(octets) - 1);
	for (size_t at = HEADER; at < size; at += RECORD + get_le32(octets + at + 8)) {
		const uint8_t *frame = octets + at + RECORD;
		bool request = frame[23] == 17 && frame[37] == 67 && frame[42] == 1;
		uint32_t us = get_le32(octets + at + 4) + (request ? late_us : 0);

		put_le32(octets + at, get_le32(octets + at) + ahead_s + us / 1000000);
		put_le32(octets + at + 4, us % 1000000);
	}
	(void)snprintf(path, PATH, "clock-shift-XXXXXX");
	out = fdopen(mkstemp(path), "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(octets, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

/* One machine recorded both sides: its clock differs from itself by the delay of the relay. */
static void a_clock_an_hour_ahead_is_set_back(void **state)
{
	char client[PATH], server[PATH], wrong[PATH];
	const char *paths[3] = {client, server, wrong};
	struct br_clock_shift shift[3];

	(void)state;
	path_of(client, "ovmf-virtio-relaytwo-ref.pcap");
	path_of(server, "ovmf-virtio-relaytwo-ref-srvside.pcap");
	set_clock(wrong, server, 3600, 0);
	assert_int_equal(br_clock_shift_find(paths, 3, shift), 0);
	(void)unlink(wrong);
	assert_int_equal(shift[0].shift, 0);
	assert_int_equal(shift[0].pairs, 0);
	assert_true(shift[1].by_dhcp);
	assert_true(shift[1].pairs > 0);
	assert_true(llabs(shift[1].shift) < (long long)BR_MS);
	assert_true(shift[2].by_dhcp);
	assert_int_equal(shift[2].pairs, shift[1].pairs);
	assert_int_equal(shift[2].shift, shift[1].shift - (int64_t)(3600 * BR_S));
}

/* Requests take 200 ms to the second recorder, replies none: as far apart may the clocks be. */
static void the_middle_of_what_both_ways_leave_is_taken(void **state)
{
	char client[PATH], server[PATH], late[PATH];
	const char *paths[2] = {client, late};
	struct br_clock_shift shift[2];

	(void)state;
	path_of(client, "ovmf-virtio-relaytwo-ref.pcap");
	path_of(server, "ovmf-virtio-relaytwo-ref-srvside.pcap");
	set_clock(late, server, 0, 200000);
	assert_int_equal(br_clock_shift_find(paths, 2, shift), 0);
	(void)unlink(late);
	assert_true(shift[1].by_dhcp);
	assert_true(llabs(shift[1].shift + (int64_t)(100 * BR_MS)) < (long long)BR_MS);
}

/* A boot over IPv6, whose DHCP is not compared: the same file twice, one by another clock. */
static void transfers_tell_it_where_there_is_no_dhcpv4(void **state)
{
	char right[PATH], wrong[PATH];
	const char *paths[2] = {right, wrong};
	struct br_clock_shift shift[2];

	(void)state;
	path_of(right, "ovmf-virtio-pxe6-ref.pcap");
	set_clock(wrong, right, 7, 0);
	assert_int_equal(br_clock_shift_find(paths, 2, shift), 0);
	(void)unlink(wrong);
	assert_false(shift[1].by_dhcp);
	assert_true(shift[1].pairs > 0);
	assert_int_equal(shift[1].shift, -(int64_t)(7 * BR_S));
}

static void what_has_nothing_in_common_tells_nothing(void **state)
{
	char one[PATH], other[PATH];
	const char *paths[3] = {one, other, "no such file"};
	struct br_clock_shift shift[3];

	(void)state;
	path_of(one, "ovmf-virtio-relaytwo-ref.pcap");
	path_of(other, "seabios-virtio-delay5-nicside.pcap");
	assert_int_equal(br_clock_shift_find(paths, 3, shift), 0);
	for (size_t i = 1; i < 3; i++) {
		assert_int_equal(shift[i].pairs, 0);
		assert_int_equal(shift[i].shift, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_an_hour_ahead_is_set_back),
		cmocka_unit_test(the_middle_of_what_both_ways_leave_is_taken),
		cmocka_unit_test(transfers_tell_it_where_there_is_no_dhcpv4),
		cmocka_unit_test(what_has_nothing_in_common_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
