/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/core/tftp_bench.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

struct rig rig;
struct br_tftp *tftp;
uint16_t tid; /* where the last reply came from */
struct br_tftp_packet got;

void bench_drain(void)
{
	struct br_action action;

	rig_keep_outbox(&rig);
	while (br_tftp_output(tftp, &action))
		rig_keep(&rig, &action);
	rig_keep_outbox(&rig);
}

void send_from(struct br_endpoint remote, struct br_endpoint local, const void *data, size_t size)
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
	bench_drain();
	free(exact);
}

void send_packet(uint16_t from, uint16_t to, const void *data, size_t size)
{
	send_from(br_endpoint_ipv4(CLIENT, from), br_endpoint_ipv4(SERVER, to), data, size);
}

void send_ack(uint16_t from, uint16_t to, unsigned block)
{
	const uint8_t octets[] = {0, BR_TFTP_ACK, (uint8_t)(block >> 8), (uint8_t)block};

	send_packet(from, to, octets, sizeof(octets));
}

void send_error(uint16_t from, uint16_t to, uint8_t code)
{
	const uint8_t octets[] = {0, BR_TFTP_ERROR, 0, code, 'n', 'o', 0};

	send_packet(from, to, octets, sizeof(octets));
}

void let_pass(br_time time)
{
	br_time end = rig.now + time;

	while (br_tftp_deadline(tftp) <= end) {
		if (br_tftp_deadline(tftp) > rig.now)
			rig.now = br_tftp_deadline(tftp);
		br_tftp_expire(tftp, rig.now);
		bench_drain();
	}
	rig.now = end;
}

/* The next datagram, to @port, read into `got`. */
void want_packet(uint16_t port)
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

void want_data(uint16_t port, unsigned block, size_t size)
{
	want_packet(port);
	assert_int_equal(got.opcode, BR_TFTP_DATA);
	assert_int_equal(got.block, block);
	assert_int_equal(got.data.size, size);
}

void want_error(uint16_t port, unsigned code)
{
	want_packet(port);
	assert_int_equal(got.opcode, BR_TFTP_ERROR);
	assert_int_equal(got.code, code);
	/* TFTP-ERR-03: netascii, closed by one zero octet */
	assert_false(got.text_open);
	assert_true(got.text.size > 0);
	for (size_t i = 0; i < got.text.size; i++)
		assert_in_range(got.text.data[i], ' ', '~');
}

void want_oack(uint16_t port, const char *want)
{
	char text[128];
	struct br_writer w = br_writer_of(text, sizeof(text));

	want_packet(port);
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

void want_nothing(void)
{
	assert_null(rig_next(&rig));
}

void want_file(uint16_t port, const uint8_t *want, uint64_t size, size_t blksize, unsigned window)
{
	uint64_t done = 0, block = 0;

	for (;;) {
		for (unsigned i = 0; i < window && done <= size; i++) {
			size_t part = size - done < blksize ? (size_t)(size - done) : blksize;

			block++;
			want_data(port, (uint16_t)block, part);
			if (part > 0)
				assert_memory_equal(got.data.data, want + done, part);
			done += part < blksize ? part + 1
			                       : part; /* past the end: that was the last */
		}
		want_nothing();
		rig_forget(&rig);
		send_ack(port, tid, (uint16_t)block);
		if (done > size)
			break;
	}
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_COMPLETED), 1);
	assert_true(rig_note(&rig, BR_NOTE_TFTP_COMPLETED)->facts.counted);
	assert_int_equal(rig_note(&rig, BR_NOTE_TFTP_COMPLETED)->facts.octets, size);
}

static int start(void)
{
	assert_int_equal(br_tftp_new(&tftp, &rig.context), 0);
	return 0;
}

void bench_restart(void)
{
	tftp = br_tftp_free(tftp);
	assert_int_equal(rig.open_files, 0);
	rig_forget(&rig);
	(void)start();
}

int bench_setup(void **state)
{
	(void)state;
	rig_init(&rig);
	(void)rig_add(&rig, "boot/f0", f1m, 0);
	(void)rig_add(&rig, "boot/f1", f1m, 1);
	(void)rig_add(&rig, "f511", f1m, 511);
	(void)rig_add(&rig, "f512", f1m, 512);
	(void)rig_add(&rig, "f513", f1m, 513);
	(void)rig_add(&rig, "f1m", f1m, MIB);
	return start();
}

int bench_teardown(void **state)
{
	(void)state;
	tftp = br_tftp_free(tftp);
	return rig.open_files != 0;
}
