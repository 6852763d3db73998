/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/captures/hiding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "captures/convert/same_verdict.h"
#include "captures/read/capture.h"
#include "captures/read/link.h"
#include "helper.h"

struct hiding_frame {
	br_time at;
	uint32_t size;
	size_t kept;
	struct br_packet packet;
};

static size_t read_frames(const char *path, struct hiding_frame *frame, size_t room)
{
	static struct br_link_frame link;
	char remark[BR_CAPTURE_REMARK_SIZE];
	struct br_capture_frame record;
	struct br_capture *capture;
	size_t count = 0;

	assert_int_equal(br_capture_open(&capture, path, remark), 0);
	while (count < room && br_capture_next(capture, &record) == 1) {
		if (!br_link_to_ethernet(&link, &record))
			continue;
		frame[count] = (struct hiding_frame){
			.at = record.at, .size = record.original_size, .kept = record.octets.size};
		br_packet_parse(&frame[count++].packet, link.octets, link.size, true);
	}
	(void)br_capture_close(capture);
	return count;
}

void hiding_assert_alike(const char *was_path, const char *is_path)
{
	enum {
		FRAMES = 4000
	};
	struct hiding_frame *was = calloc(FRAMES, sizeof(*was)), *is = calloc(FRAMES, sizeof(*is));

	assert_true(was && is);
	size_t count = read_frames(was_path, was, FRAMES);

	assert_int_equal(count, read_frames(is_path, is, FRAMES));
	for (size_t i = 0; i < count; i++) {
		if (was[i].packet.wrong != is[i].packet.wrong)
			print_error("%s frame %zu: wrong %x became %x\n", was_path, i + 1,
			            (unsigned)was[i].packet.wrong, (unsigned)is[i].packet.wrong);
		assert_int_equal(was[i].packet.wrong, is[i].packet.wrong);
		assert_true(was[i].at == is[i].at);
		assert_int_equal(was[i].size, is[i].size);
		assert_int_equal(was[i].kept, is[i].kept);
		assert_int_equal(was[i].packet.transport, is[i].packet.transport);
		assert_int_equal(was[i].packet.dst.port, is[i].packet.dst.port);
	}
	free(was);
	free(is);
}

void hiding_make(const char *const *paths, size_t count, struct br_spool from[2],
                 struct br_spool to[2], struct br_anonymous_who *who)
{
	struct br_anonymous_report report;

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(br_spool_open(&from[i], paths[i], stderr), 0);
		assert_int_equal(br_spool_new(&to[i], paths[i], stderr), 0);
	}
	FILE *err = fopen("/dev/null", "w");

	assert_non_null(err);
	assert_int_equal(br_anonymous_pcap(from, to, count, who, err, &report), 0);
	(void)fclose(err);
	assert_int_equal(report.left_out, 0);
	br_anonymous_report_reset(&report);
}

void hiding_assert_same_verdict(const char *const *was, const char *const *is, size_t count)
{
	struct br_verdicts before, after;

	assert_int_equal(br_verdicts_read(&before, was, count, NULL, stderr), 0);
	assert_int_equal(br_verdicts_read(&after, is, count, NULL, stderr), 0);
	assert_true(before.clients > 0);
	if (!br_verdicts_equal(&before, &after, stderr))
		fail_msg("%s", was[0]);
	br_verdicts_reset(&before);
	br_verdicts_reset(&after);
}
