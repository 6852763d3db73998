/* SPDX-License-Identifier: BSD-2-Clause */
/* Capture files are built octet by octet in every variant the formats allow, then cut
 * and spoilt at every place: what stands before the damage must come out unchanged,
 * and one line must say what was expected.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/read/capture.h"
#include "helper.h"

struct file {
	bool big;
	size_t size;
	uint8_t octets[4096];
	size_t pos; /* while it is read */
	size_t step_max;
};

static void put(struct file *f, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		f->octets[f->size++] = (uint8_t)(value >> 8 * (f->big ? size - 1 - i : i));
}

static void put_frame_octets(struct file *f, uint8_t first, size_t size)
{
	for (size_t i = 0; i < size; i++)
		f->octets[f->size++] = (uint8_t)(first + i);
}

static int64_t read_file(void *context, void *target, size_t size)
{
	struct file *f = context;
	size_t step = f->size - f->pos;

	if (step > size)
		step = size;
	if (step > f->step_max)
		step = f->step_max;
	memcpy(target, f->octets + f->pos, step);
	f->pos += step;
	return (int64_t)step;
}

static int open_file(struct br_capture **ret, struct file *f, char remark[BR_CAPTURE_REMARK_SIZE])
{
	struct br_capture_source source = {read_file, NULL, f};

	f->pos = 0;
	if (f->step_max == 0)
		f->step_max = 7; /* octets come thinly, as from a pipe */
	return br_capture_open_source(ret, "x.pcap", &source, remark);
}

static void pcap_header(struct file *f, uint32_t magic, uint32_t link_type)
{
	put(f, magic, 4);
	put(f, 2, 2);
	put(f, 4, 2);
	put(f, 0, 8);
	put(f, 65535, 4);
	put(f, link_type, 4);
}

static void pcap_record(struct file *f, uint32_t s, uint32_t fraction, uint32_t kept,
                        uint32_t original)
{
	put(f, s, 4);
	put(f, fraction, 4);
	put(f, kept, 4);
	put(f, original, 4);
	put_frame_octets(f, (uint8_t)kept, kept);
}

static void block(struct file *f, uint32_t type, const struct file *body)
{
	uint32_t padded = (uint32_t)(body->size + 3) / 4 * 4;

	put(f, type, 4);
	put(f, 12 + padded, 4);
	memcpy(f->octets + f->size, body->octets, body->size);
	f->size += body->size;
	while (f->size % 4)
		f->octets[f->size++] = 0;
	put(f, 12 + padded, 4);
}

static void section(struct file *f, bool big)
{
	struct file body = {.big = big};

	f->big = big;
	put(&body, 0x1a2b3c4d, 4);
	put(&body, 1, 2);
	put(&body, 0, 2);
	put(&body, UINT64_MAX, 8);
	block(f, 0x0a0d0d0a, &body);
}

/* @resolution 0xff: no option, so microseconds */
static void interface(struct file *f, uint16_t link_type, uint32_t snap, uint8_t resolution,
                      int64_t offset_s)
{
	struct file body = {.big = f->big};

	put(&body, link_type, 2);
	put(&body, 0, 2);
	put(&body, snap, 4);
	if (resolution != 0xff) {
		put(&body, 9, 2);
		put(&body, 1, 2);
		put(&body, resolution, 1);
		put(&body, 0, 3);
		put(&body, 14, 2);
		put(&body, 8, 2);
		put(&body, (uint64_t)offset_s, 8);
		put(&body, 0, 4);
	}
	block(f, 1, &body);
}

static void enhanced(struct file *f, uint32_t index, uint64_t ticks, uint32_t kept,
                     uint32_t original)
{
	struct file body = {.big = f->big};

	put(&body, index, 4);
	put(&body, ticks >> 32, 4);
	put(&body, (uint32_t)ticks, 4);
	put(&body, kept, 4);
	put(&body, original, 4);
	put_frame_octets(&body, (uint8_t)kept, kept);
	while (body.size % 4)
		body.octets[body.size++] = 0;
	put(&body, 1, 2); /* a comment */
	put(&body, 5, 2);
	put_frame_octets(&body, 'a', 8);
	put(&body, 0, 4);
	block(f, 6, &body);
}

static void simple(struct file *f, uint32_t original, uint32_t kept)
{
	struct file body = {.big = f->big};

	put(&body, original, 4);
	put_frame_octets(&body, (uint8_t)kept, kept);
	block(f, 3, &body);
}

static void expect_frame(struct br_capture *c, uint64_t number, br_time at, uint32_t link_type,
                         size_t kept, uint32_t original)
{
	struct br_capture_frame frame;

	assert_int_equal(br_capture_next(c, &frame), 1);
	assert_int_equal(frame.number, number);
	assert_int_equal(frame.at, at);
	assert_int_equal(frame.link_type, link_type);
	assert_int_equal(frame.octets.size, kept);
	assert_int_equal(frame.original_size, original);
	for (size_t i = 0; i < kept; i++)
		assert_int_equal(frame.octets.data[i], (uint8_t)(kept + i));
}

static void all_four_pcap_magics_are_read(void **state)
{
	static const struct {
		uint32_t magic;
		bool big, nano;
	} kinds[] = {{0xa1b2c3d4, false, false},
	             {0xa1b2c3d4, true, false},
	             {0xa1b23c4d, false, true},
	             {0xa1b23c4d, true, true}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct file f = {.big = kinds[i].big};
		struct br_capture *c;
		struct br_capture_frame frame;
		char remark[BR_CAPTURE_REMARK_SIZE];

		pcap_header(&f, kinds[i].magic, 1);
		pcap_record(&f, 1700000000, 5, 60, 60);
		pcap_record(&f, 1700000001, 6, 20, 1514);
		assert_int_equal(open_file(&c, &f, remark), 0);
		uint64_t unit = kinds[i].nano ? 1 : 1000;

		expect_frame(c, 1, 1700000000 * BR_S + 5 * unit, 1, 60, 60);
		expect_frame(c, 2, 1700000001 * BR_S + 6 * unit, 1, 20, 1514);
		assert_int_equal(br_capture_next(c, &frame), 0);
		assert_int_equal(br_capture_next(c, &frame), 0);
		assert_int_equal(br_capture_octets(c), f.size);
		assert_null(br_capture_close(c));
	}
}

static void several_sections(struct file *f)
{
	section(f, false);
	interface(f, 1, 0, 0xff, 0); /* microseconds */
	interface(f, 276, 0, 9, 0);  /* another link type, nanoseconds */
	enhanced(f, 1, 1234567890, 40, 40);
	enhanced(f, 0, 2000000, 33, 1514); /* padded */
	section(f, true);
	interface(f, 101, 24, 0x8a, 100); /* 2^-10 s, clock 100 s behind */
	simple(f, 60, 24);
	enhanced(f, 0, 3 * 1024 + 512, 21, 21);
}

static void pcapng_of_two_orders_and_link_types_is_read(void **state)
{
	struct file f = {0};
	struct br_capture *c;
	struct br_capture_frame frame;
	char remark[BR_CAPTURE_REMARK_SIZE];

	(void)state;
	several_sections(&f);
	assert_int_equal(open_file(&c, &f, remark), 0);
	expect_frame(c, 1, 1234567890, 276, 40, 40);
	expect_frame(c, 2, 2 * BR_S, 1, 33, 1514);
	assert_int_equal(br_capture_next(c, &frame), 1);
	assert_false(frame.timed); /* a simple packet block: cut to the snap length */
	assert_int_equal(frame.octets.size, 24);
	assert_int_equal(frame.original_size, 60);
	assert_int_equal(frame.interface, 2);
	expect_frame(c, 4, 103 * BR_S + 500 * BR_MS, 101, 21, 21);
	assert_int_equal(br_capture_next(c, &frame), 0);
	(void)br_capture_close(c);
}

static void time_counts_in_powers_of_ten_and_of_two(void **state)
{
	static const struct {
		uint8_t resolution;
		uint64_t ticks;
		br_time at;
	} rows[] = {
		{0, 3, 3 * BR_S},
		{6, 1500000, 1500 * BR_MS},
		{9, 1500000000, 1500 * BR_MS},
		{12, UINT64_C(1500000000000), 1500 * BR_MS},
		{0x80, 3, 3 * BR_S},
		{0x81, 3, 1500 * BR_MS},
		{0x80 | 32, UINT64_C(7) << 31, 3500 * BR_MS},
		{0x80 | 40, UINT64_C(7) << 39, 3500 * BR_MS}, /* a fraction of more than 32 bits */
		{0x80 | 63, UINT64_C(3) << 61, 750 * BR_MS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct file f = {0};
		struct br_capture *c;
		char remark[BR_CAPTURE_REMARK_SIZE];

		section(&f, false);
		interface(&f, 1, 0, rows[i].resolution, 0);
		enhanced(&f, 0, rows[i].ticks, 20, 20);
		assert_int_equal(open_file(&c, &f, remark), 0);
		expect_frame(c, 1, rows[i].at, 1, 20, 20);
		(void)br_capture_close(c);
	}
}

/* Interface statistics: so many the recorder dropped since it began. */
static void statistics(struct file *f, uint32_t index, uint64_t dropped)
{
	struct file body = {.big = f->big};

	put(&body, index, 4);
	put(&body, 0, 8);
	put(&body, 5, 2);
	put(&body, 8, 2);
	put(&body, dropped, 8);
	put(&body, 0, 4);
	block(f, 5, &body);
}

static void what_recorders_dropped_is_added_up_over_sections(void **state)
{
	struct file f = {0};
	struct br_capture *c;
	struct br_capture_frame frame;
	char remark[BR_CAPTURE_REMARK_SIZE];

	(void)state;
	section(&f, false);
	interface(&f, 1, 0, 0xff, 0);
	interface(&f, 1, 0, 0xff, 0);
	statistics(&f, 0, 2);
	statistics(&f, 0, 3); /* told again: not in addition */
	statistics(&f, 1, 10);
	statistics(&f, 2, 5000); /* of none that there is */
	section(&f, true);
	interface(&f, 1, 0, 0xff, 0);
	statistics(&f, 0, 100);
	section(&f, false);
	interface(&f, 1, 0, 0xff, 0);
	statistics(&f, 0, 1000);
	assert_int_equal(open_file(&c, &f, remark), 0);
	assert_int_equal(br_capture_next(c, &frame), 0);
	assert_int_equal(br_capture_dropped(c), 1113);
	(void)br_capture_close(c);
}

/* draft-ietf-opsawg-pcapng section 4.2: 20 octets at least. Frames name interfaces by number, so
 * one that is badly described must not move those behind it.
 */
static void a_short_interface_block_renumbers_nothing(void **state)
{
	struct file f = {0}, empty = {.big = false}, no_snap = {.big = false};
	struct br_capture *c;
	struct br_capture_frame frame;
	char remark[BR_CAPTURE_REMARK_SIZE];

	(void)state;
	section(&f, false);
	interface(&f, 1, 0, 9, 0);
	block(&f, 1, &empty); /* number 1: 12 octets, no link type */
	put(&no_snap, 113, 2);
	put(&no_snap, 0, 2);
	block(&f, 1, &no_snap); /* number 2: 16 octets, no snap length */
	interface(&f, 276, 0, 9, 0);
	enhanced(&f, 0, 1000, 40, 40);
	enhanced(&f, 1, 2000, 41, 41);
	enhanced(&f, 2, 3, 42, 42);
	enhanced(&f, 3, 4000, 43, 43);
	assert_int_equal(open_file(&c, &f, remark), 0);
	expect_frame(c, 1, 1000, 1, 40, 40);
	expect_frame(c, 3, 3000, 113, 42, 42); /* microseconds, as nothing says otherwise */
	expect_frame(c, 4, 4000, 276, 43, 43);
	assert_int_equal(br_capture_next(c, &frame), 0);
	assert_int_equal(br_capture_left_out(c), 1);
	(void)br_capture_close(c);
}

/* Where whole frames end in @f, by reading it whole. */
static size_t frame_ends(struct file *f, size_t ends[16])
{
	struct br_capture *c;
	struct br_capture_frame frame;
	char remark[BR_CAPTURE_REMARK_SIZE];
	size_t count = 0;

	assert_int_equal(open_file(&c, f, remark), 0);
	while (br_capture_next(c, &frame) == 1)
		ends[count++] = (size_t)br_capture_octets(c);
	(void)br_capture_close(c);
	return count;
}

static void cut_everywhere(const struct file *whole, size_t header)
{
	size_t ends[16], frames;
	struct file f = *whole;

	frames = frame_ends(&f, ends);
	assert_true(frames >= 3);
	for (size_t size = 0; size < whole->size; size++) {
		struct br_capture *c;
		struct br_capture_frame frame;
		char remark[BR_CAPTURE_REMARK_SIZE] = "";
		size_t want = 0, got = 0;
		int result;

		f = *whole;
		f.size = size;
		while (want < frames && ends[want] <= size)
			want++;
		if (size < header) {
			assert_int_equal(open_file(&c, &f, remark), -EBADMSG);
			assert_non_null(strstr(remark, "x.pcap: at octet 0: expected "));
			continue;
		}
		assert_int_equal(open_file(&c, &f, remark), 0);
		while ((result = br_capture_next(c, &frame)) == 1)
			got++;
		assert_int_equal(got, want);
		if (result != 0) {
			assert_int_equal(result, -EBADMSG);
			assert_non_null(strstr(br_capture_remark(c), "expected "));
			assert_non_null(strstr(br_capture_remark(c), "found the end of the file"));
			assert_int_equal(br_capture_next(c, &frame), -EBADMSG);
		}
		(void)br_capture_close(c);
	}
}

static void pcap_cut_at_every_octet_gives_the_frames_before(void **state)
{
	struct file f = {.big = true};

	(void)state;
	pcap_header(&f, 0xa1b2c3d4, 1);
	for (uint32_t i = 0; i < 3; i++)
		pcap_record(&f, 1700000000 + i, 0, 14 + i, 60);
	cut_everywhere(&f, 24);
}

static void pcapng_cut_at_every_octet_gives_the_frames_before(void **state)
{
	struct file f = {0};

	(void)state;
	several_sections(&f);
	cut_everywhere(&f, 4); /* from the magic on it counts as opened */
}

static void flipping_any_octet_never_breaks_the_reader(void **state)
{
	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		struct file whole = {0};

		if (kind == 0) {
			pcap_header(&whole, 0xa1b2c3d4, 1);
			pcap_record(&whole, 1, 2, 40, 60);
			pcap_record(&whole, 3, 4, 40, 60);
		} else {
			several_sections(&whole);
		}
		for (size_t at = 0; at < whole.size; at++) {
			struct file f = whole;
			struct br_capture *c;
			struct br_capture_frame frame;
			char remark[BR_CAPTURE_REMARK_SIZE];
			size_t frames = 0;

			f.octets[at] ^= 0xff;
			if (open_file(&c, &f, remark) < 0)
				continue;
			while (br_capture_next(c, &frame) == 1) {
				assert_true(frame.octets.size <= frame.original_size);
				frames++;
			}
			assert_true(frames <= 4);
			(void)br_capture_close(c);
		}
	}
}

static void expect_damage(struct file *f, const char *says)
{
	struct br_capture *c;
	struct br_capture_frame frame;
	char remark[BR_CAPTURE_REMARK_SIZE];

	if (open_file(&c, f, remark) < 0) {
		assert_non_null(strstr(remark, says));
		return;
	}
	while (br_capture_next(c, &frame) == 1)
		;
	assert_int_equal(br_capture_next(c, &frame), -EBADMSG);
	assert_non_null(strstr(br_capture_remark(c), says));
	(void)br_capture_close(c);
}

static void absurd_lengths_are_named(void **state)
{
	struct file f = {0};

	(void)state;
	pcap_header(&f, 0xa1b2c3d4, 1);
	pcap_record(&f, 1, 2, 40, 60);
	put(&f, 1, 8);
	put(&f, 0x7fffffff, 4);
	put(&f, 60, 4);
	expect_damage(&f, "frame 2, found 2147483647");

	f = (struct file){0};
	section(&f, false);
	put(&f, 6, 4);
	put(&f, 0xfffffff0, 4);
	put(&f, 0, 8);
	expect_damage(&f, "found a length of 4294967280");

	f = (struct file){0};
	section(&f, false);
	put(&f, 6, 4);
	put(&f, 3, 4); /* would never end */
	put(&f, 0, 8);
	expect_damage(&f, "multiple of 4");

	f = (struct file){0};
	section(&f, false);
	interface(&f, 1, 0, 0xff, 0);
	enhanced(&f, 7, 0, 20, 20);
	expect_damage(&f, "found interface 7");

	f = (struct file){0};
	section(&f, false);
	interface(&f, 1, 0, 0xff, 0);
	enhanced(&f, 0, 0, 20, 20);
	f.octets[f.size - 4] ^= 4;
	expect_damage(&f, "to end with its length");
}

static void other_files_are_called_by_name(void **state)
{
	static const uint8_t gzip[] = {0x1f, 0x8b, 8, 0, 0, 0};
	struct file f = {0};

	(void)state;
	memcpy(f.octets, gzip, sizeof(gzip));
	f.size = sizeof(gzip);
	expect_damage(&f, "found 1f8b0800 (gzip: unpack it first)");
	memcpy(f.octets, "hello", 5);
	expect_damage(&f, "expected the magic number of pcap or pcapng, found 68656c6c");
	f.size = 0;
	expect_damage(&f, "expected a capture (pcap or pcapng), found 0 octets");
}

static void a_large_unknown_block_is_walked_over(void **state)
{
	static uint8_t huge[3 << 20];
	struct file f = {0};
	struct br_capture *c;
	char remark[BR_CAPTURE_REMARK_SIZE];
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	section(&f, false);
	interface(&f, 1, 0, 0xff, 0);
	(void)fwrite(f.octets, 1, f.size, file);
	uint32_t head[2] = {0x0bad, sizeof(huge)};

	memcpy(huge, head, 8); /* little-endian machines only; others see damage first */
	memcpy(huge + sizeof(huge) - 4, &head[1], 4);
	(void)fwrite(huge, 1, sizeof(huge), file);
	size_t before = f.size;

	enhanced(&f, 0, 7000000, 20, 20);
	(void)fwrite(f.octets + before, 1, f.size - before, file);
	(void)fflush(file);
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	assert_int_equal(br_capture_open(&c, path, remark), 0);
	expect_frame(c, 1, 7 * BR_S, 1, 20, 20);
	(void)br_capture_close(c);
	(void)fclose(file);
}

static void a_missing_file_says_why(void **state)
{
	struct br_capture *c;
	char remark[BR_CAPTURE_REMARK_SIZE];

	(void)state;
	assert_int_equal(br_capture_open(&c, "/nonexistent.pcap", remark), -ENOENT);
	assert_string_equal(remark, "/nonexistent.pcap: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_four_pcap_magics_are_read),
		cmocka_unit_test(pcapng_of_two_orders_and_link_types_is_read),
		cmocka_unit_test(time_counts_in_powers_of_ten_and_of_two),
		cmocka_unit_test(what_recorders_dropped_is_added_up_over_sections),
		cmocka_unit_test(a_short_interface_block_renumbers_nothing),
		cmocka_unit_test(pcap_cut_at_every_octet_gives_the_frames_before),
		cmocka_unit_test(pcapng_cut_at_every_octet_gives_the_frames_before),
		cmocka_unit_test(flipping_any_octet_never_breaks_the_reader),
		cmocka_unit_test(absurd_lengths_are_named),
		cmocka_unit_test(other_files_are_called_by_name),
		cmocka_unit_test(a_large_unknown_block_is_walked_over),
		cmocka_unit_test(a_missing_file_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
