/* SPDX-License-Identifier: BSD-2-Clause */
/* What was recorded is read back: octets and times by libpcap, comments, interface names
 * and checksums by tshark, which also says whether it finds anything malformed.
 */
#include "tests/helper.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/prng.h"
#include "sim/net/recorder.h"

enum {
	FRAMES = 3000,
};

struct recorder_net {
	char path[32];
	struct br_clock clock;
	struct br_wire *wire;
	struct br_segment *segment[2];
	struct br_recorder *recorder;
	struct br_tap tap;
};

static void make(struct recorder_net *net)
{
	int fd;

	strcpy(net->path, "/tmp/bootrig-test-XXXXXX");
	fd = mkstemp(net->path);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(br_clock_init(&net->clock, 1), 0);
	assert_int_equal(br_wire_new(&net->wire, &net->clock, 70000, 4), 0);
	net->segment[0] = br_segment_new(net->wire, "clients", 0, 1500);
	net->segment[1] = br_segment_new(net->wire, "servers", 0, 1500);
	assert_int_equal(br_recorder_new(&net->recorder, net->path, BR_RECORDER_EPOCH), 0);
	net->tap = br_recorder_tap(net->recorder);
}

static void unmake(struct recorder_net *net)
{
	br_wire_free(net->wire);
	br_clock_reset(&net->clock);
	unlink(net->path);
}

/* A UDP datagram of @size octets in all to the discard port, checksums virtual. */
static struct br_frame *datagram(struct recorder_net *net, uint32_t size)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(net->wire));
	struct br_writer w = br_writer_of(frame->data, 70000);
	struct br_prng prng = br_prng_of(1, size);

	br_put_bytes(&w, "\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0", 14);
	br_put_be32(&w, 0x45000000 | (size - 14));
	br_put_be32(&w, 0);
	br_put_be32(&w, 0x40110000);
	br_put_be32(&w, 0x0a000001);
	br_put_be32(&w, 0x0a000002);
	br_put_be32(&w, 0x10000009);
	br_put_be32(&w, (size - 34) << 16);
	while (br_written(&w) < size)
		br_put_u8(&w, (uint8_t)br_prng_next(&prng));
	frame->size = size;
	frame->checksums_virtual = BR_CHECKSUM_BOTH;
	return frame;
}

static void record(struct recorder_net *net, size_t segment, uint32_t size, br_time now)
{
	struct br_frame *frame = datagram(net, size);

	net->tap.see(net->tap.context, net->segment[segment], NULL, frame, now);
	assert_true(frame->checksums_virtual); /* the file's copy was finished, not this */
	assert_int_equal(frame->data[24] | frame->data[25], 0);
	br_frame_unref(frame);
}

static void finish(struct recorder_net *net)
{
	int error = 1;

	assert_null(br_recorder_free(net->recorder, &error));
	assert_int_equal(error, 0);
}

static uint32_t size_of(uint32_t index)
{
	return 42 + (index * 37) % 1473;
}

static void libpcap_reads_every_octet_and_nanosecond(void **state)
{
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *octets;
	struct recorder_net net;

	(void)state;
	make(&net);
	for (uint32_t i = 0; i < FRAMES; i++) {
		record(&net, i % 3 == 0, size_of(i), i * BR_S + i);
		if (i % 100 == 7)
			br_recorder_comment(net.recorder, "a comment among many frames");
	}
	assert_int_equal(br_recorder_frames(net.recorder), FRAMES);
	finish(&net);

	pcap_t *pcap = pcap_open_offline_with_tstamp_precision(net.path, PCAP_TSTAMP_PRECISION_NANO,
	                                                       error);

	assert_non_null(pcap);
	for (uint32_t i = 0; i < FRAMES; i++) {
		struct br_frame *frame = datagram(&net, size_of(i));

		assert_int_equal(pcap_next_ex(pcap, &header, &octets), 1);
		assert_int_equal(header->caplen, frame->size);
		assert_int_equal(header->len, frame->size);
		assert_int_equal(header->ts.tv_sec, BR_RECORDER_EPOCH / BR_S + i);
		assert_int_equal(header->ts.tv_usec, i); /* nanoseconds, asked for above */
		br_frame_finish(frame);
		assert_memory_equal(octets, frame->data, frame->size);
		br_frame_unref(frame);
	}
	assert_int_equal(pcap_next_ex(pcap, &header, &octets), PCAP_ERROR_BREAK);
	pcap_close(pcap);
	unmake(&net);
}

static void tshark_agrees(void **state)
{
	static const char want[] = "1|clients|1735689600.000000000|1|1|one,two ümlaut|\n"
				   "2|servers|1735689601.500000000|1|1|for the next|\n"
				   "3|clients|1735689602.000000007|1|1||\n";
	char command[512], got[512] = "";
	struct recorder_net net;

	(void)state;
	if (system("tshark --version >/dev/null 2>&1") != 0)
		skip();
	make(&net);
	record(&net, 0, 60, 0);
	br_recorder_comment(net.recorder, "one");
	br_recorder_comment(net.recorder, "two ümlaut");
	br_recorder_comment_next(net.recorder, "for the next");
	record(&net, 1, 1511, BR_S * 3 / 2);
	record(&net, 0, 99, 2 * BR_S + 7);
	finish(&net);
	snprintf(command, sizeof(command),
	         "tshark -n -r %s -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -T fields "
	         "-E separator='|' -E occurrence=a -e frame.number -e frame.interface_name "
	         "-e frame.time_epoch -e ip.checksum.status -e udp.checksum.status "
	         "-e frame.comment -e _ws.malformed 2>&1",
	         net.path);

	FILE *tshark = popen(command, "r");

	assert_non_null(tshark);
	(void)!fread(got, 1, sizeof(got) - 1, tshark);
	assert_int_equal(pclose(tshark), 0);
	assert_non_null(strstr(got, "1|clients"));
	assert_string_equal(strstr(got, "1|clients"), want);
	unmake(&net);
}

static void the_largest_frame_and_many_comments_fit(void **state)
{
	char error[PCAP_ERRBUF_SIZE], *text = calloc(1, 10001);
	struct pcap_pkthdr *header;
	const u_char *octets;
	struct recorder_net net;

	(void)state;
	make(&net);
	memset(text, 'x', 10000);
	for (int i = 0; i < 20; i++) {
		record(&net, 0, 65549, 0);
		for (int k = 0; k < 50; k++) /* more than a buffer: the last are left out */
			br_recorder_comment(net.recorder, text);
		for (int k = 0; k < 10; k++)
			br_recorder_comment_next(net.recorder, text);
	}
	finish(&net);

	pcap_t *pcap = pcap_open_offline(net.path, error);

	assert_non_null(pcap);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(pcap_next_ex(pcap, &header, &octets), 1);
		assert_int_equal(header->caplen, 65549);
	}
	assert_int_equal(pcap_next_ex(pcap, &header, &octets), PCAP_ERROR_BREAK);
	pcap_close(pcap);
	free(text);
	unmake(&net);
}

static void a_disk_that_is_full_is_an_error_at_the_end(void **state)
{
	struct br_recorder *recorder;
	int error = 0;
	struct recorder_net net;

	(void)state;
	make(&net);
	finish(&net);
	if (access("/dev/full", W_OK) != 0)
		skip();
	assert_int_equal(br_recorder_new(&recorder, "/dev/full", 0), 0);
	br_recorder_free(recorder, &error);
	assert_int_equal(error, -28);                                             /* ENOSPC */
	assert_int_equal(br_recorder_new(&recorder, "/nonexistent/file", 0), -2); /* ENOENT */
	unmake(&net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libpcap_reads_every_octet_and_nanosecond),
		cmocka_unit_test(tshark_agrees),
		cmocka_unit_test(the_largest_frame_and_many_comments_fit),
		cmocka_unit_test(a_disk_that_is_full_is_an_error_at_the_end),
	};

	return cmocka_run_group_tests_name("recorder", tests, NULL, NULL);
}
