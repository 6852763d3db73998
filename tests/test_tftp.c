/* SPDX-License-Identifier: BSD-2-Clause */
/* The TFTP service on the bench: each test says what a client sends and when, and
 * looks at every datagram, note and counter that comes of it.
 */
#include "tests/helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/tftp.h"
#include "core/tftp_packet.h"
#include "tests/rig.h"

/* A request: the NUL that ends the literal closes the last string. */
#define RRQ(name, rest)  "\0\1" name "\0" rest
#define OPT(name, value) "\0" name "\0" value

#define CLIENT UINT32_C(0xc0000264) /* 192.0.2.100 */
#define SERVER UINT32_C(0xc0000201)

enum {
	MIB = 1 << 20,
	PORT = 2000,
};

static struct rig rig;
static struct br_tftp *tftp;
static uint8_t *f1m;
static uint16_t tid; /* where the last reply came from */
static struct br_tftp_packet got;

static void drain(void)
{
	struct br_action action;

	rig_keep_outbox(&rig);
	while (br_tftp_output(tftp, &action))
		rig_keep(&rig, &action);
	rig_keep_outbox(&rig);
}

static void send_from(struct br_endpoint remote, struct br_endpoint local, const void *data,
                      size_t size)
{
	uint8_t *exact = malloc(size > 0 ? size : 1); /* the sanitizer sees one octet too far */
	const struct br_event event = {
		.kind = BR_EVENT_DATAGRAM,
		.local = local,
		.remote = remote,
		.payload = {exact, size},
	};

	assert_non_null(exact);
	if (size > 0)
		memcpy(exact, data, size);
	br_tftp_input(tftp, &event, rig.now);
	drain();
	free(exact);
}

static void send_to(uint16_t from, uint16_t to, const void *data, size_t size)
{
	send_from(br_endpoint_ipv4(CLIENT, from), br_endpoint_ipv4(SERVER, to), data, size);
}

#define ASK(port, request) send_to(port, BR_TFTP_PORT, request, sizeof(request))

static void ack(uint16_t from, uint16_t to, unsigned block)
{
	const uint8_t octets[] = {0, BR_TFTP_ACK, (uint8_t)(block >> 8), (uint8_t)block};

	send_to(from, to, octets, sizeof(octets));
}

static void error(uint16_t from, uint16_t to, uint8_t code)
{
	const uint8_t octets[] = {0, BR_TFTP_ERROR, 0, code, 'n', 'o', 0};

	send_to(from, to, octets, sizeof(octets));
}

/* Time passes; every deadline on the way is kept. */
static void wait_for(br_time time)
{
	br_time end = rig.now + time;

	while (br_tftp_deadline(tftp) <= end) {
		if (br_tftp_deadline(tftp) > rig.now)
			rig.now = br_tftp_deadline(tftp);
		br_tftp_expire(tftp, rig.now);
		drain();
	}
	rig.now = end;
}

/* The next datagram, to @port, read into `got`. */
static void next(uint16_t port)
{
	static uint8_t whole[BR_TFTP_HEAD_SIZE + BR_TFTP_BLKSIZE_MAX];
	const struct br_action *action = rig_next(&rig);
	struct br_writer w = br_writer_of(whole, sizeof(whole));

	assert_non_null(action);
	assert_int_equal(action->kind, BR_ACTION_DATAGRAM);
	assert_int_equal(br_endpoint_to_ipv4(&action->remote), CLIENT);
	assert_int_equal(br_endpoint_to_ipv4(&action->local), SERVER);
	assert_int_equal(action->remote.port, port);
	br_put_bytes(&w, action->payload.data, action->payload.size);
	br_put_bytes(&w, action->body.data, action->body.size);
	assert_false(w.bad);
	assert_int_equal(br_tftp_parse((struct br_octets){whole, br_written(&w)}, &got), 0);
	assert_int_equal(got.tail.size, 0);
	tid = action->local.port;
}

static void next_data(uint16_t port, unsigned block, size_t size)
{
	next(port);
	assert_int_equal(got.opcode, BR_TFTP_DATA);
	assert_int_equal(got.block, block);
	assert_int_equal(got.data.size, size);
}

static void next_error(uint16_t port, unsigned code)
{
	next(port);
	assert_int_equal(got.opcode, BR_TFTP_ERROR);
	assert_int_equal(got.code, code);
	/* TFTP-ERR-03: netascii, closed by one zero octet */
	assert_false(got.text_open);
	assert_true(got.text.size > 0);
	for (size_t i = 0; i < got.text.size; i++)
		assert_in_range(got.text.data[i], ' ', '~');
}

/* @want: "blksize 1024 tsize 5", all of it and in that order */
static void next_oack(uint16_t port, const char *want)
{
	char text[128];
	struct br_writer w = br_writer_of(text, sizeof(text));

	next(port);
	assert_int_equal(got.opcode, BR_TFTP_OACK);
	for (size_t i = 0; i < got.options; i++) {
		if (i > 0)
			br_put_u8(&w, ' ');
		br_put_bytes(&w, got.option[i].name.data, got.option[i].name.size);
		br_put_u8(&w, ' ');
		br_put_bytes(&w, got.option[i].value.data, got.option[i].value.size);
	}
	assert_string_equal(br_text_end(&w), want);
}

static void nothing_more(void)
{
	assert_null(rig_next(&rig));
}

/* Acknowledge every window from the first DATA on, which is due now. */
static void receive(uint16_t port, const uint8_t *want, uint64_t size, size_t blksize,
                    unsigned window)
{
	uint64_t done = 0, block = 0;

	for (;;) {
		for (unsigned i = 0; i < window && done <= size; i++) {
			size_t part = size - done < blksize ? (size_t)(size - done) : blksize;

			block++;
			next_data(port, (uint16_t)block, part);
			if (part > 0)
				assert_memory_equal(got.data.data, want + done, part);
			done += part < blksize ? part + 1
			                       : part; /* past the end: that was the last */
		}
		nothing_more();
		rig_forget(&rig);
		ack(port, tid, (uint16_t)block);
		if (done > size)
			break;
	}
	nothing_more();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_COMPLETED), 1);
}

static int start(void)
{
	assert_int_equal(br_tftp_new(&tftp, &rig.context), 0);
	return 0;
}

static void restart(void)
{
	tftp = br_tftp_free(tftp);
	assert_int_equal(rig.open_files, 0);
	rig_forget(&rig);
	(void)start();
}

static int setup(void **state)
{
	(void)state;
	if (!f1m)
		f1m = rig_octets(MIB, 1);
	rig_init(&rig);
	(void)rig_add(&rig, "boot/f0", f1m, 0);
	(void)rig_add(&rig, "boot/f1", f1m, 1);
	(void)rig_add(&rig, "f511", f1m, 511);
	(void)rig_add(&rig, "f512", f1m, 512);
	(void)rig_add(&rig, "f513", f1m, 513);
	(void)rig_add(&rig, "f1m", f1m, MIB);
	return start();
}

static int teardown(void **state)
{
	(void)state;
	tftp = br_tftp_free(tftp);
	return rig.open_files != 0;
}

static void the_first_reply_is_block_1_from_a_new_port_TFTP_RRQ_01_03(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet"));
	next_data(PORT, 1, 512);
	assert_memory_equal(got.data.data, f1m, 512);
	assert_in_range(tid, 49152, 65535);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_OPEN), 1);
	assert_int_equal(rig.action[0].kind, BR_ACTION_PORT_OPEN); /* before the DATA */
	assert_true(br_tftp_owns_port(tftp, tid));
	assert_false(br_tftp_owns_port(tftp, (uint16_t)(tid ^ 1)));
	assert_true(br_tftp_owns_port(tftp, 69));
	assert_int_equal(br_tftp_open_transfers(tftp), 1);
	assert_int_equal(rig.metrics.tftp_requests_total, 1);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_STARTED), 1);
	nothing_more();
}

static void whole_files_arrive_and_end_by_the_last_block_rule_TFTP_RRQ_04_05_06_07(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f513", "octet"));
	receive(PORT, f1m, 513, 512, 1);
	ASK(PORT + 1, RRQ("f512", "octet"));
	receive(PORT + 1, f1m, 512, 512, 1);
	ASK(PORT + 2, RRQ("boot/f0", "octet"));
	receive(PORT + 2, f1m, 0, 512, 1);
	ASK(PORT + 3, RRQ("f1m", "octet"));
	receive(PORT + 3, f1m, MIB, 512, 1);
	assert_int_equal(rig.metrics.tftp_completed_total, 4);
	assert_int_equal(rig.metrics.tftp_retransmissions_total, 0);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	assert_int_equal(rig.open_files, 0);
	rig_forget(&rig);
	wait_for(60 * BR_S);
	nothing_more();
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 4);
	assert_false(br_tftp_owns_port(tftp, tid));
	assert_true(br_tftp_deadline(tftp) == BR_TIME_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(the_first_reply_is_block_1_from_a_new_port_TFTP_RRQ_01_03),
		TEST(whole_files_arrive_and_end_by_the_last_block_rule_TFTP_RRQ_04_05_06_07),
#undef TEST
	};

	(void)restart;
	(void)next_error;
	(void)next_oack;
	(void)error;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
