/* SPDX-License-Identifier: BSD-2-Clause */
/* Two captures of one event whose clocks differ by more than any two clocks should: the packets of
 * both come, in order, and no time runs over the edges of br_time.
 */
#define _GNU_SOURCE
#include "tests/helper.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "captures/read/clock_shift.h"
#include "captures/read/feed.h"
#include "tests/captures/recording.h"

enum {
	FRAMES = 4,
};

struct feed_file {
	int fd;
	char path[64];
};

/* The beginning of a boot, the first frame at @since. */
static struct feed_file file_at(br_time since)
{
	const struct recording_form form = {.ng = true, .nano = true};
	struct feed_file file = {.fd = memfd_create("feed", 0)};
	struct recording r;

	assert_true(file.fd >= 0);
	(void)snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
	recording_load_named(&r, "ovmf-virtio-nofile.pcap");
	recording_cut(&r, FRAMES);
	br_time first = r.frame[0].at;

	for (size_t i = 0; i < r.frames; i++)
		r.frame[i].at = r.frame[i].at - first + since;
	FILE *out = fopen(file.path, "wb");

	assert_non_null(out);
	(void)recording_write(&r, &form, out);
	assert_int_equal(fclose(out), 0);
	recording_reset(&r);
	return file;
}

static struct br_clock_shift shift_between(br_time one, br_time other)
{
	struct feed_file a = file_at(one), b = file_at(other);
	const char *paths[] = {a.path, b.path};
	struct br_clock_shift shift[2];

	assert_int_equal(br_clock_shift_find(paths, 2, shift), 0);
	(void)close(a.fd);
	(void)close(b.fd);
	return shift[1];
}

static void clocks_too_far_apart_for_a_number_tell_no_shift(void **state)
{
	const br_time half = UINT64_C(1) << 63;

	(void)state;
	assert_true(shift_between(half - 2, 0).shift == INT64_MAX - 1);
	assert_true(shift_between(0, half - 2).shift == -(INT64_MAX - 1));
	for (br_time apart = half - 1; apart < half + half / 2; apart += half / 4 - 1) {
		assert_int_equal(shift_between(apart, 0).pairs, 0);
		assert_int_equal(shift_between(0, apart).pairs, 0);
		assert_true(shift_between(apart, 0).shift == 0);
	}
}

static void time_stops_at_its_edges(void **state)
{
	(void)state;
	assert_true(br_clock_shift_add(5, -7) == 0);
	assert_true(br_clock_shift_add(7, -5) == 2);
	assert_true(br_clock_shift_add(5, 7) == 12);
	assert_true(br_clock_shift_add(BR_TIME_NEVER - 5, 7) == BR_TIME_NEVER - 1);
	assert_true(br_clock_shift_add(0, INT64_MIN) == 0);
	assert_true(br_clock_shift_add(BR_TIME_NEVER - 1, INT64_MIN) == (UINT64_C(1) << 63) - 2);
}

static void packets_come_in_order_whatever_the_clocks_say(void **state)
{
	static const br_time clocks[][2] = {
		{UINT64_C(1) << 63, 0},
		{0, UINT64_C(1) << 63},
		{BR_TIME_NEVER - 2, UINT64_C(1) << 62},
		{BR_TIME_NEVER - 2, (UINT64_C(1) << 63) + BR_S},
		{3 * (UINT64_C(1) << 62), 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		struct feed_file a = file_at(clocks[i][0]), b = file_at(clocks[i][1]);
		const char *paths[] = {a.path, b.path};
		char remark[BR_CAPTURE_REMARK_SIZE] = "";
		struct br_feed *feed;
		struct br_feed_packet packet;
		br_time last = 0;
		uint64_t packets = 0;

		assert_int_equal(br_feed_open(&feed, paths, 2, remark), 0);
		for (; br_feed_next(feed, &packet) == 1; packets++) {
			assert_true(packet.at >= last);
			assert_true(packet.at < BR_TIME_NEVER);
			last = packet.at;
		}
		assert_int_equal(packets + br_feed_duplicates(feed), 2 * FRAMES);
		(void)br_feed_close(feed);
		(void)close(a.fd);
		(void)close(b.fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_too_far_apart_for_a_number_tell_no_shift),
		cmocka_unit_test(time_stops_at_its_edges),
		cmocka_unit_test(packets_come_in_order_whatever_the_clocks_say),
	};

	return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
