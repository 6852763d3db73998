/* SPDX-License-Identifier: BSD-2-Clause */
/* The test is the guest: it writes frames whole, in pieces and broken, reads late or not at
 * all, and leaves. Time limits are the loop's, generous, and only reached when it fails.
 */
#include "tests/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "sim/net/port_qemu.h"

struct port_qemu_rig {
	struct br_clock clock;
	struct br_loop *loop;
	struct br_wire *wire;
	struct br_segment *segment;
	struct br_port host; /* someone else on the segment */
	struct br_port_qemu *qemu;
	char folder[32], path[64];
	uint64_t got, wanted;
	uint8_t last[2048];
	uint32_t last_size;
	const char *why; /* of the last change */
	int changes;
};

static struct port_qemu_rig *rig;

static void host_receive(void *context, struct br_frame *frame, br_time now)
{
	(void)context, (void)now;
	rig->got++;
	rig->last_size = frame->size;
	memcpy(rig->last, frame->data, frame->size);
}

static void changed(void *context, const char *why, br_time now)
{
	(void)context, (void)now;
	rig->why = why;
	rig->changes++;
}

static int set_up(void **state)
{
	(void)state;
	rig = calloc(1, sizeof(*rig));
	strcpy(rig->folder, "/tmp/bootrig-test-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	snprintf(rig->path, sizeof(rig->path), "%s/net0.sock", rig->folder);
	assert_int_equal(br_clock_init(&rig->clock, 4), 0);
	assert_int_equal(br_loop_new(&rig->loop, &rig->clock), 0);
	assert_int_equal(br_wire_new(&rig->wire, &rig->clock, 1518, 64), 0);
	rig->segment = br_segment_new(rig->wire, "lan", 0, 1500);
	rig->host = (struct br_port){.receive = host_receive, .mac = {2, 0, 0, 0, 0, 1}};
	assert_int_equal(br_port_plug(&rig->host, rig->segment), 0);
	assert_int_equal(
		br_port_qemu_new(&rig->qemu, rig->loop, rig->segment, "guest", rig->path, 20000),
		0);
	br_port_qemu_on_change(rig->qemu, changed, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	br_port_qemu_free(rig->qemu);
	assert_int_equal(access(rig->path, F_OK), -1); /* it took its socket away */
	br_wire_free(rig->wire);
	br_loop_free(rig->loop);
	br_clock_reset(&rig->clock);
	rmdir(rig->folder);
	free(rig);
	return 0;
}

static int guest(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	strcpy(address.sun_path, rig->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static bool got_wanted(void *context)
{
	(void)context;
	return rig->got >= rig->wanted;
}

static bool has_changed(void *context)
{
	(void)context;
	return rig->changes > 0;
}

static void run_until(bool (*done)(void *context))
{
	assert_int_equal(br_loop_run(rig->loop, rig->clock.now + 20 * BR_S, done, NULL),
	                 BR_LOOP_DONE);
}

static void run_for(br_time time)
{
	assert_int_equal(br_loop_run(rig->loop, rig->clock.now + time, NULL, NULL), BR_LOOP_TIME);
}

static int connected_guest(void)
{
	int fd = guest();

	rig->changes = 0;
	run_until(has_changed);
	assert_null(rig->why);
	assert_true(br_port_qemu_is_connected(rig->qemu));
	rig->changes = 0;
	return fd;
}

/* Size and a frame to everyone, of @size octets of which the last is @tag. */
static size_t message(uint8_t *target, uint32_t size, uint8_t tag)
{
	struct br_writer w = br_writer_of(target, 4 + size);

	br_put_be32(&w, size);
	br_put_bytes(&w, "\xff\xff\xff\xff\xff\xff\x52\x54\x00\x12\x34\x56\x88\xb5", 14);
	br_put_zeros(&w, size - 15);
	br_put_u8(&w, tag);
	return 4 + size;
}

static void put(int fd, const void *octets, size_t size)
{
	assert_int_equal(send(fd, octets, size, MSG_NOSIGNAL), size);
}

static void frames_come_in_whatever_pieces_they_come_in(void **state)
{
	int fd = connected_guest();
	uint8_t stream[4096];
	size_t size = message(stream, 60, 'a');

	(void)state;
	size += message(stream + size, 1514, 'b');
	size += message(stream + size, 100, 'c');
	for (size_t piece = 1; piece <= size; piece = piece * 3 + 1) {
		rig->got = 0;
		rig->wanted = 3;
		for (size_t at = 0; at < size; at += piece) {
			put(fd, stream + at, size - at < piece ? size - at : piece);
			if (piece < 40 || at + piece >= size)
				run_for(1);
		}
		run_until(got_wanted);
		assert_int_equal(rig->got, 3);
		assert_int_equal(rig->last_size, 100);
		assert_int_equal(rig->last[99], 'c');
	}
	close(fd);
}

static struct br_frame *frame_for_guest(uint32_t size, uint8_t tag)
{
	struct br_frame *frame = br_frame_new(br_wire_frames(rig->wire));

	assert_non_null(frame);
	assert_int_equal(message(frame->data, size - 4, tag), size);
	memset(frame->data, 0xff, 6);
	frame->size = size;
	return frame;
}

static void get(int fd, void *target, size_t size)
{
	assert_int_equal(recv(fd, target, size, MSG_WAITALL), size);
}

static void frames_go_out_behind_their_size(void **state)
{
	static const uint8_t udp[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,  0, 0,  0,  0,
	                              1,    8,    0,    0x45, 0,    0,    29, 0, 0,  0,  0,
	                              64,   17,   0,    0,    10,   0,    0,  1, 10, 0,  0,
	                              2,    0,    67,   0,    68,   0,    9,  0, 0,  'x'};
	int fd = connected_guest();
	struct br_frame *frame = br_frame_new(br_wire_frames(rig->wire));
	uint8_t got[4 + sizeof(udp)];

	(void)state;
	memcpy(frame->data, udp, sizeof(udp));
	frame->size = sizeof(udp);
	frame->checksums_virtual = BR_CHECKSUM_BOTH;
	br_port_send(&rig->host, br_frame_ref(frame));
	run_for(1);
	get(fd, got, sizeof(got));
	assert_memory_equal(got, "\0\0\0\x2b", 4);
	assert_int_equal(frame->data[24] | frame->data[25], 0); /* the frame is as it was */
	br_frame_finish(frame);
	assert_memory_equal(got + 4, frame->data, sizeof(udp));
	br_frame_unref(frame);
	assert_int_equal(br_port_qemu_counts(rig->qemu)->frames_out, 1);
	close(fd);
}

static void a_guest_that_does_not_read_loses_frames_and_no_order(void **state)
{
	int fd = connected_guest(), small = 4096;
	const struct br_port_qemu_counts *counts = br_port_qemu_counts(rig->qemu);
	uint8_t got[4 + 1504], last = 0;
	int frames = 0;

	(void)state;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	while (counts->dropped_full < 50) {
		br_port_send(&rig->host, frame_for_guest(1504, (uint8_t)frames++));
		run_for(1);
		assert_true(frames < 100000);
	}
	/* what was queued is whole and in order, then there is room again */
	uint64_t queued = counts->frames_out;

	for (uint64_t i = 0; i < queued; i++) {
		run_for(1);
		get(fd, got, sizeof(got));
		assert_memory_equal(got, "\0\0\x05\xe0", 4);
		if (i > 0)
			assert_int_equal(got[4 + 1503], (uint8_t)(last + 1));
		last = got[4 + 1503];
	}
	br_port_send(&rig->host, frame_for_guest(1504, 'z'));
	run_for(1);
	get(fd, got, sizeof(got));
	assert_int_equal(got[4 + 1503], 'z');
	assert_int_equal((uint64_t)frames + 1, counts->frames_out + counts->dropped_full);
	close(fd);
}

static void a_guest_that_goes_is_reported_and_another_may_come(void **state)
{
	int fd = connected_guest();
	uint8_t stream[64];

	(void)state;
	put(fd, stream, message(stream, 60, 'a') - 30); /* dies in the middle of a frame */
	close(fd);
	run_until(has_changed);
	assert_string_equal(rig->why, "the guest closed its end");
	assert_false(br_port_qemu_is_connected(rig->qemu));
	br_port_send(&rig->host, frame_for_guest(60, 'b'));
	run_for(1);
	assert_int_equal(br_port_qemu_counts(rig->qemu)->dropped_nobody, 1);
	fd = connected_guest();
	rig->wanted = rig->got + 1;
	put(fd, stream, message(stream, 60, 'c'));
	run_until(got_wanted); /* the half frame of the other is forgotten */
	assert_int_equal(rig->last[59], 'c');
	assert_int_equal(br_port_qemu_counts(rig->qemu)->connected, 2);
	close(fd);
}

static void a_second_guest_at_once_is_refused(void **state)
{
	int first = connected_guest(), second = guest();
	uint8_t octet;

	(void)state;
	run_for(BR_MS);
	assert_int_equal(recv(second, &octet, 1, 0), 0);
	assert_int_equal(br_port_qemu_counts(rig->qemu)->refused, 1);
	assert_true(br_port_qemu_is_connected(rig->qemu));
	close(first);
	close(second);
}

static void what_is_no_frame_ends_the_connection(void **state)
{
	int fd = connected_guest();

	(void)state;
	put(fd, "GET / HTTP/1.1\r\n", 16);
	run_until(has_changed);
	assert_string_equal(rig->why, "the guest's end sent what is no frame");
	close(fd);
}

static void frames_of_odd_sizes_do_no_harm(void **state)
{
	int fd = connected_guest();
	uint8_t stream[70000] = {0};
	uint8_t frame[128];

	(void)state;
	put(fd, "\0\0\0\0", 4);
	put(fd,
	    "\0\0\0\x0d"
	    "0123456789abc",
	    17);
	stream[1] = 1; /* 65536 octets: more than this wire carries, less than nonsense */
	rig->wanted = rig->got + 1;

	size_t at = 0;

	while (at < 4 + 65536) {
		ssize_t sent = send(fd, stream + at, 4 + 65536 - at, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent > 0)
			at += (size_t)sent;
		run_for(1);
	}
	put(fd, frame, message(frame, 60, 'q'));
	run_until(got_wanted);
	assert_int_equal(rig->last[59], 'q');
	assert_int_equal(br_port_qemu_counts(rig->qemu)->dropped_in, 1);
	assert_int_equal(br_segment_counts(rig->segment)->runts, 2);
	close(fd);
}

static void a_socket_is_private_and_only_a_dead_one_is_replaced(void **state)
{
	struct br_port_qemu *other = NULL;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat status;
	char path[80], longer[200];

	(void)state;
	assert_int_equal(stat(rig->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(br_port_qemu_new(&other, rig->loop, rig->segment, "b", rig->path, 4096),
	                 -EADDRINUSE);
	run_for(BR_MS); /* the question whether anyone listens was a guest for a moment */
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(br_port_qemu_new(&other, rig->loop, rig->segment, "b", longer, 4096),
	                 -ENAMETOOLONG);
	snprintf(path, sizeof(path), "%s/other", rig->folder);

	int fd = open(path, O_CREAT | O_WRONLY, 0600); /* a file: not to be touched */

	close(fd);
	assert_int_equal(br_port_qemu_new(&other, rig->loop, rig->segment, "b", path, 4096),
	                 -EEXIST);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0); /* a socket that somebody left behind */
	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	assert_int_equal(br_port_qemu_new(&other, rig->loop, rig->segment, "b", path, 4096), 0);
	assert_null(other = br_port_qemu_free(other));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(frames_come_in_whatever_pieces_they_come_in),
		TEST(frames_go_out_behind_their_size),
		TEST(a_guest_that_does_not_read_loses_frames_and_no_order),
		TEST(a_guest_that_goes_is_reported_and_another_may_come),
		TEST(a_second_guest_at_once_is_refused),
		TEST(what_is_no_frame_ends_the_connection),
		TEST(frames_of_odd_sizes_do_no_harm),
		TEST(a_socket_is_private_and_only_a_dead_one_is_replaced),
	};

	return cmocka_run_group_tests_name("port_qemu", tests, NULL, NULL);
}
