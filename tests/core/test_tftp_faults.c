/* SPDX-License-Identifier: BSD-2-Clause */
/* The TFTP service when files are slow or break, tables are full, and peers send
 * whatever they like; and when all runs over one port.
 */
#include "tests/core/tftp_bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void a_file_that_breaks_ends_in_error_0_with_a_text(void **state)
{
	(void)state;
	rig.mapping = false;
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	rig.file[5].read_result = -EIO;
	send_ack(PORT, tid, 1);
	want_error(PORT, BR_TFTP_ERROR_UNDEFINED);
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_FILE_FAILED), 1);
	assert_int_equal(rig_note(&rig, BR_NOTE_TFTP_FILE_FAILED)->facts.error, -EIO);
	assert_int_equal(rig_note(&rig, BR_NOTE_TFTP_FILE_FAILED)->facts.octets, 512);
	assert_int_equal(rig.metrics.tftp_errors_total, 1);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	assert_int_equal(rig.open_files, 0);
	rig_forget(&rig);
	send_ack(PORT, tid, 1); /* TFTP-ERR-05: one copy */
	let_pass(60 * BR_S);
	want_nothing();
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 1);
}

static void files_that_cannot_be_opened_draw_error_0(void **state)
{
	(void)state;
	rig_add(&rig, "broken", NULL, 0)->open_result = -EIO;
	rig_add(&rig, "toomany", NULL, 0)->open_result = -EMFILE;
	ASK(PORT, RRQ("broken", "octet"));
	want_error(PORT, BR_TFTP_ERROR_UNDEFINED);
	ASK(PORT, RRQ("toomany", "octet"));
	want_error(PORT, BR_TFTP_ERROR_UNDEFINED);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_FILE_FAILED), 2);
}

static void a_file_that_shrinks_ends_in_error_0_not_in_stale_octets_ROB_TF_05(void **state)
{
	(void)state;
	rig.mapping = false;
	ASK(PORT, RRQ("f1m", "octet"));
	for (unsigned block = 1; block <= 100; block++) {
		want_data(PORT, block, 512);
		if (block == 100)
			rig.file[5].cut = 100 * 512 + 7;
		send_ack(PORT, tid, block);
	}
	want_error(PORT, BR_TFTP_ERROR_UNDEFINED);
	want_nothing();
}

static void a_file_that_stalls_is_asked_again_without_haste(void **state)
{
	unsigned calls = 0;

	(void)state;
	rig.mapping = false;
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	rig.file[5].read_stalls = 5;
	send_ack(PORT, tid, 1);
	want_nothing();
	while (rig.actions == rig.seen && calls++ < 20) {
		assert_true(br_tftp_deadline(tftp) > rig.now); /* no busy loop */
		rig.now = br_tftp_deadline(tftp);
		br_tftp_expire(tftp, rig.now);
		bench_drain();
	}
	assert_true(calls <= 6);
	want_data(PORT, 2, 512);
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_FILE_STALLED), 1);
	assert_int_equal(rig.metrics.tftp_retransmissions_total, 0);
	send_ack(PORT, tid, 2);
	want_data(PORT, 3, 512);
}

static void a_stall_in_mid_window_goes_on_where_it_was(void **state)
{
	(void)state;
	rig.mapping = false;
	rig.config.windowsize_on = true;
	ASK(PORT, RRQ("f1m", "octet" OPT("windowsize", "4")));
	want_oack(PORT, "windowsize 4");
	send_ack(PORT, tid, 0);
	for (unsigned block = 1; block <= 4; block++)
		want_data(PORT, block, 512);
	rig.file[5].read_stalls = 1;
	send_ack(PORT, tid, 4);
	want_nothing();
	let_pass(20 * BR_MS);
	for (unsigned block = 5; block <= 8; block++)
		want_data(PORT, block, 512);
	want_nothing();
}

static void a_file_that_stalls_for_ever_is_given_up(void **state)
{
	(void)state;
	rig.mapping = false;
	rig.file[5].read_stalls = 100000;
	ASK(PORT, RRQ("f1m", "octet"));
	want_nothing();
	let_pass(30 * BR_S);
	want_error(PORT, BR_TFTP_ERROR_UNDEFINED);
	want_nothing();
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
}

static void a_file_that_is_slow_to_open_is_asked_again(void **state)
{
	(void)state;
	rig.file[5].open_stalls = 3;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1024")));
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_FILE_STALLED), 1);
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1024"))); /* the client grows tired */
	want_nothing();
	assert_int_equal(br_tftp_open_transfers(tftp), 1);
	let_pass(200 * BR_MS);
	want_oack(PORT, "blksize 1024");
	want_nothing();
	send_ack(PORT, tid, 0);
	want_file(PORT, f1m, MIB, 1024, 1);
}

static void an_open_that_fails_in_the_end_is_refused(void **state)
{
	(void)state;
	rig.file[5].open_stalls = 2;
	rig.file[5].open_result = -ENOENT;
	ASK(PORT, RRQ("f1m", "octet"));
	let_pass(200 * BR_MS);
	want_error(PORT, BR_TFTP_ERROR_NOT_FOUND);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	rig.file[5].open_stalls = 100000;
	ASK(PORT, RRQ("f1m", "octet"));
	let_pass(30 * BR_S);
	want_error(PORT, BR_TFTP_ERROR_UNDEFINED);
	want_nothing();
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	let_pass(30 * BR_S);
	assert_true(br_tftp_deadline(tftp) == BR_TIME_NEVER);
}

static void a_full_table_drops_who_never_answered_first_ROB_TF_03(void **state)
{
	(void)state;
	rig.config.transfers_max = 8;
	bench_restart();
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	send_ack(PORT, tid, 1); /* this one lives */
	want_data(PORT, 2, 512);
	for (uint16_t i = 0; i < 10000; i++) {
		rig_forget(&rig);
		ASK((uint16_t)(3000 + i), RRQ("f1m", "octet" OPT("blksize", "1468")));
		want_oack((uint16_t)(3000 + i), "blksize 1468");
	}
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_EVICTED), 1);
	assert_int_equal(br_tftp_open_transfers(tftp), 8);
	assert_int_equal(rig.open_files, 8);
	ASK(PORT + 1, RRQ("f513", "octet"));
	want_file(PORT + 1, f1m, 513, 512, 1);
	let_pass(120 * BR_S);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	assert_int_equal(rig.open_files, 0);
}

static void a_table_full_of_living_transfers_stays_silent(void **state)
{
	(void)state;
	rig.config.transfers_max = 4;
	bench_restart();
	for (uint16_t i = 0; i < 4; i++) {
		ASK((uint16_t)(PORT + i), RRQ("f1m", "octet"));
		want_data((uint16_t)(PORT + i), 1, 512);
		send_ack((uint16_t)(PORT + i), tid, 1);
		want_data((uint16_t)(PORT + i), 2, 512);
	}
	ASK(PORT + 9, RRQ("f513", "octet"));
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_TABLE_FULL), 1);
	assert_int_equal(rig.open_files, 4);
	send_error(PORT + 3, tid, 0);
	ASK(PORT + 9, RRQ("f513", "octet")); /* the client asks again */
	want_file(PORT + 9, f1m, 513, 512, 1);
	/* what lingers makes room at once */
	ASK(PORT + 10, RRQ("f513", "octet"));
	want_file(PORT + 10, f1m, 513, 512, 1);
}

static void the_ports_run_out_before_the_table_does(void **state)
{
	(void)state;
	rig.config.tid_min = 50000;
	rig.config.tid_max = 50001;
	bench_restart();
	ASK(PORT, RRQ("f1m", "octet"));
	ASK(PORT + 1, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	want_data(PORT + 1, 1, 512);
	ASK(PORT + 2, RRQ("f1m", "octet"));
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_EVICTED), 1);
	want_data(PORT + 2, 1, 512);
	assert_in_range(tid, 50000, 50001);
	ASK(PORT + 3, RRQ("nosuch", "octet"));
	want_error(PORT + 3, BR_TFTP_ERROR_NOT_FOUND);
	assert_int_equal(tid, 69); /* no other was left */
}

static void all_transfers_expire_although_the_outbox_is_small(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 256; i++)
		ASK((uint16_t)(PORT + i), RRQ("f1m", "octet"));
	rig_forget(&rig);
	for (int i = 0; i < 100; i++) {
		let_pass(2 * BR_S); /* many at the same instant */
		assert_int_equal(rig_noted(&rig, BR_NOTE_SERVER_OUTBOX_FULL), 0);
		rig.used = 0;
		if (br_tftp_open_transfers(tftp) == 0)
			break;
		for (size_t k = 0; k < rig.actions; k++) /* keep the port actions only */
			assert_int_not_equal(rig.action[k].kind, BR_ACTION_STREAM_DATA);
		rig_forget(&rig);
	}
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 256);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_GAVE_UP), 256);
}

static void one_port_serves_all_and_tells_clients_apart_by_endpoint(void **state)
{
	(void)state;
	rig.config.single_port = true;
	bench_restart();
	ASK(PORT, RRQ("f513", "octet"));
	want_data(PORT, 1, 512);
	assert_int_equal(tid, 69);
	ASK(PORT + 1, RRQ("f1m", "octet" OPT("blksize", "1024")));
	want_oack(PORT + 1, "blksize 1024");
	assert_int_equal(tid, 69);
	send_ack(PORT, 69, 1);
	want_data(PORT, 2, 1);
	send_ack(PORT + 1, 69, 0);
	want_data(PORT + 1, 1, 1024);
	send_ack(PORT, 69, 2);
	assert_int_equal(rig.metrics.tftp_completed_total, 1);
	send_ack(PORT, 69, 2);     /* late */
	send_ack(PORT + 9, 69, 2); /* nobody's */
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_NOT_REQUEST), 1);
	ASK(PORT, RRQ("nosuch", "octet"));
	want_error(PORT, BR_TFTP_ERROR_NOT_FOUND);
	assert_int_equal(tid, 69);
	ASK(PORT, RRQ("f512", "octet")); /* while the one before lingers */
	want_file(PORT, f1m, 512, 512, 1);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_OPEN), 0);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 0);
}

static void limits_that_make_no_sense_are_refused(void **state)
{
	struct br_tftp *none = NULL;

	(void)state;
	rig.config.transfers_max = 0;
	assert_int_equal(br_tftp_new(&none, &rig.context), -EINVAL);
	rig.config.transfers_max = 1;
	rig.config.tid_min = 0;
	assert_int_equal(br_tftp_new(&none, &rig.context), -EINVAL);
	rig.config.tid_min = 9;
	rig.config.tid_max = 8;
	assert_int_equal(br_tftp_new(&none, &rig.context), -EINVAL);
	rig.config.tid_max = 9;
	rig.config.retry_ms = 0;
	assert_int_equal(br_tftp_new(&none, &rig.context), -EINVAL);
	assert_null(none);
	assert_null(br_tftp_free(NULL));
}

static void requests_and_acks_cut_anywhere_never_stop_the_service_ROB_TF_07(void **state)
{
	static const char request[] = RRQ("f513", "octet" OPT("tsize", "0") OPT("blksize", "64"));
	static const char packets[][6] = {{0, 4, 0, 0},         {0, 5, 0, 8, 'x', 0},
	                                  {0, 6, 'a', 0, 0, 0}, {0, 3, 0, 1, 1, 1},
	                                  {0, 1, 'a', 0, 0, 0}, {9, 9, 9, 9}};
	struct br_prng prng = br_prng_of(11, 0);

	(void)state;
	for (size_t size = 0; size <= sizeof(request); size++) {
		bench_restart();
		send_packet(PORT, 69, request, size);
		bench_restart();
		ASK(PORT, RRQ("f513", "octet" OPT("blksize", "64")));
		want_oack(PORT, "blksize 64");
		send_packet(PORT, tid, request, size);
		for (size_t i = 0; i < 6; i++)
			send_packet(PORT, tid, packets[i], size % 7);
	}
	bench_restart();
	for (int i = 0; i < 200000; i++) { /* mutations, to 69 and to a live port */
		char mutant[sizeof(request)];

		memcpy(mutant, request, sizeof(request));
		for (uint64_t k = br_prng_below(&prng, 4); k > 0; k--)
			mutant[br_prng_below(&prng, sizeof(mutant))] = (char)br_prng_next(&prng);
		rig_forget(&rig);
		send_packet((uint16_t)(1 + br_prng_below(&prng, 300)),
		            br_prng_below(&prng, 2) ? 69 : tid, mutant,
		            (size_t)br_prng_below(&prng, sizeof(mutant) + 1));
		rig.now += 1 * BR_MS;
		br_tftp_expire(tftp, rig.now);
		bench_drain();
	}
	rig_forget(&rig);
	ASK(PORT + 1, RRQ("f513", "octet"));
	while (rig_next(&rig)->remote.port != PORT + 1)
		;
	let_pass(130 * BR_S);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
		TEST(a_file_that_breaks_ends_in_error_0_with_a_text),
		TEST(files_that_cannot_be_opened_draw_error_0),
		TEST(a_file_that_shrinks_ends_in_error_0_not_in_stale_octets_ROB_TF_05),
		TEST(a_file_that_stalls_is_asked_again_without_haste),
		TEST(a_stall_in_mid_window_goes_on_where_it_was),
		TEST(a_file_that_stalls_for_ever_is_given_up),
		TEST(a_file_that_is_slow_to_open_is_asked_again),
		TEST(an_open_that_fails_in_the_end_is_refused),
		TEST(a_full_table_drops_who_never_answered_first_ROB_TF_03),
		TEST(a_table_full_of_living_transfers_stays_silent),
		TEST(the_ports_run_out_before_the_table_does),
		TEST(all_transfers_expire_although_the_outbox_is_small),
		TEST(one_port_serves_all_and_tells_clients_apart_by_endpoint),
		TEST(limits_that_make_no_sense_are_refused),
		TEST(requests_and_acks_cut_anywhere_never_stop_the_service_ROB_TF_07),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
