/* SPDX-License-Identifier: BSD-2-Clause */
/* Options and windows of the TFTP service: what is asked, what is granted, and which
 * blocks go out on which ACK.
 */
#include "tests/core/tftp_bench.h"

#include <string.h>

static void names_are_read_in_any_case_and_written_in_lower_TFTP_OPT_01(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet" OPT("BLKSIZE", "1024")));
	want_oack(PORT, "blksize 1024");
	ASK(PORT + 1, RRQ("f1m", "octet" OPT("BlkSize", "1024") OPT("tSize", "0")));
	want_oack(PORT + 1, "blksize 1024 tsize 1048576");
}

static void without_an_accepted_option_there_is_no_oack_TFTP_OPT_02_03_04(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	ASK(PORT + 1, RRQ("f1m", "octet" OPT("foo", "1") OPT("blksize", "1024")));
	want_oack(PORT + 1, "blksize 1024");
	ASK(PORT + 2, RRQ("f1m", "octet" OPT("foo", "1")));
	want_data(PORT + 2, 1, 512);
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_OPTION_IGNORED), 2);
}

static void an_option_asked_twice_is_answered_once_TFTP_OPT_05(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "512") OPT("blksize", "1024")));
	want_oack(PORT, "blksize 512");
}

static void the_oack_keeps_the_order_asked_and_nothing_else_TFTP_OPT_06_OACK_01_02(void **state)
{
	(void)state;
	rig.config.windowsize_on = true;
	ASK(PORT,
	    RRQ("f1m", "octet" OPT("tsize", "0") OPT("blksize", "1468") OPT("windowsize", "4")));
	want_oack(PORT, "tsize 1048576 blksize 1468 windowsize 4"); /* TFTP-TSZ-05, WIN-13 */
	ASK(PORT + 1,
	    RRQ("f1m", "octet" OPT("windowsize", "4") OPT("timeout", "5") OPT("blksize", "1432")));
	want_oack(PORT + 1, "windowsize 4 timeout 5 blksize 1432");
	ASK(PORT + 2, RRQ("f1m", "octet" OPT("blksize", "1024")));
	want_oack(PORT + 2, "blksize 1024");
}

static void data_waits_for_ack_0_and_comes_once_TFTP_OACK_03_07_08(void **state)
{
	uint16_t first;

	(void)state;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1024")));
	want_oack(PORT, "blksize 1024");
	first = tid;
	let_pass(300 * BR_MS);
	want_nothing();
	send_ack(PORT, tid, 1);
	want_nothing();
	send_ack(PORT, tid, 0);
	want_data(PORT, 1, 1024);
	assert_int_equal(tid, first);
	send_ack(PORT, tid, 0);
	send_ack(PORT, tid, 0);
	want_nothing();
}

static void a_lost_oack_comes_again_the_same_TFTP_OACK_04(void **state)
{
	uint16_t first;

	(void)state;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1024") OPT("tsize", "0")));
	want_oack(PORT, "blksize 1024 tsize 1048576");
	first = tid;
	let_pass(BR_S);
	want_oack(PORT, "blksize 1024 tsize 1048576");
	assert_int_equal(tid, first);
	assert_int_equal(rig.metrics.tftp_retransmissions_total, 1);
	send_ack(PORT, tid, 0);
	want_data(PORT, 1, 1024);
}

static void blksize_is_granted_up_to_what_fits_TFTP_BLK_01_04_05_06(void **state)
{
	static const struct {
		const char *asked, *granted; /* NULL: left out */
	} rows[] = {
		{"8", "blksize 8"},
		{"512", "blksize 512"},
		{"1024", "blksize 1024"},
		{"1432", "blksize 1432"},
		{"1468", "blksize 1468"},
		{"1469", "blksize 1468"},
		{"8192", "blksize 1468"},
		{"65464", "blksize 1468"},
		{"7", NULL},
		{"0", NULL},
		{"65465", NULL},
		{"99999", NULL},
		{"-1", NULL},
		{"0x400", NULL},
		{"", NULL},
		{"1024k", NULL},
		{" 1024", NULL},
		{"4294967808", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char request[64] = "\0\1f1m\0octet\0blksize";
		size_t size = sizeof("\0\1f1m\0octet\0blksize");

		memcpy(request + size, rows[i].asked, strlen(rows[i].asked) + 1);
		bench_restart();
		send_packet(PORT, 69, request, size + strlen(rows[i].asked) + 1);
		if (rows[i].granted)
			want_oack(PORT, rows[i].granted);
		else
			want_data(PORT, 1, 512);
	}
}

static void blksize_keeps_to_the_configuration_and_the_link_TFTP_BLK_06(void **state)
{
	struct br_endpoint six = {.ip = {0x20, 1, 0x0d, 0xb8, [15] = 9}, .port = PORT};
	struct br_endpoint own = {.ip = {0x20, 1, 0x0d, 0xb8, [15] = 1}, .port = 69};
	static const char request[] = RRQ("f1m", "octet" OPT("blksize", "65464"));
	const struct br_action *action;

	(void)state;
	rig.config.blksize_max = 1024;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1468")));
	want_oack(PORT, "blksize 1024");
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_BLKSIZE_LOWERED), 1);
	rig.config.blksize_max = 65464;
	rig.config.link[0].mtu = 9000;
	ASK(PORT + 1, RRQ("f1m", "octet" OPT("blksize", "65464")));
	want_oack(PORT + 1, "blksize 8968");
	rig.config.link[0].mtu = 1500;
	send_from(six, own, request, sizeof(request));
	action = rig_next(&rig);
	assert_memory_equal(action->payload.data,
	                    "\0\6blksize\0"
	                    "1448",
	                    15);
	assert_memory_equal(action->local.ip, own.ip, 16);
}

static void all_but_the_last_block_have_the_agreed_size_TFTP_BLK_02_03(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1468")));
	want_oack(PORT, "blksize 1468");
	send_ack(PORT, tid, 0);
	want_file(PORT, f1m, MIB, 1468, 1);
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1024")));
	want_oack(PORT, "blksize 1024");
	send_ack(PORT, tid, 0);
	want_file(PORT, f1m, MIB, 1024, 1);
	assert_int_equal(got.block, 1025);
	assert_int_equal(got.data.size, 0);
	rig.config.blksize_max = 65464;
	rig.config.link[0].mtu = 65535;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "65464")));
	want_oack(PORT, "blksize 65464");
	send_ack(PORT, tid, 0);
	want_file(PORT, f1m, MIB, 65464, 1);
}

static void tsize_is_the_size_of_the_file_TFTP_TSZ_01_02(void **state)
{
	(void)state;
	(void)rig_add(&rig, "f5g", NULL, UINT64_C(5368709120));
	ASK(PORT, RRQ("f513", "octet" OPT("tsize", "0")));
	want_oack(PORT, "tsize 513");
	ASK(PORT + 1, RRQ("boot/f0", "octet" OPT("tsize", "0")));
	want_oack(PORT + 1, "tsize 0");
	ASK(PORT + 2, RRQ("f1m", "octet" OPT("tsize", "513"))); /* U-Boot's stale size */
	want_oack(PORT + 2, "tsize 1048576");
	ASK(PORT + 3, RRQ("f5g", "octet" OPT("tsize", "0")));
	want_oack(PORT + 3, "tsize 5368709120");
}

static void timeout_is_granted_as_asked_and_kept_TFTP_TMO_01_02_03_04(void **state)
{
	static const char *const bad[] = {"0", "256", "-1", "x"};

	(void)state;
	ASK(PORT, RRQ("f1m", "octet" OPT("timeout", "3")));
	want_oack(PORT, "timeout 3");
	send_ack(PORT, tid, 0);
	want_data(PORT, 1, 512);
	for (int i = 0; i < 4; i++) {
		let_pass(3 * BR_S - BR_MS);
		want_nothing();
		let_pass(BR_MS);
		want_data(PORT, 1, 512);
	}
	ASK(PORT + 1, RRQ("f1m", "octet" OPT("timeout", "5") OPT("blksize", "1468")));
	want_oack(PORT + 1, "timeout 5 blksize 1468");
	for (size_t i = 0; i < 4; i++) {
		char request[64] = "\0\1f1m\0octet\0timeout";
		size_t size = sizeof("\0\1f1m\0octet\0timeout");

		memcpy(request + size, bad[i], strlen(bad[i]) + 1);
		bench_restart();
		send_packet(PORT, 69, request, size + strlen(bad[i]) + 1);
		want_data(PORT, 1, 512);
	}
}

static void windowsize_is_left_out_when_off_and_the_log_says_so(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1468") OPT("windowsize", "4")));
	want_oack(PORT, "blksize 1468");
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_WINDOWSIZE_OFF), 1);
	send_ack(PORT, tid, 0);
	want_data(PORT, 1, 1468);
	want_nothing();
}

/* A transfer whose window is open for the first time; rig_forget()ten. */
static void start_window(const char *request, size_t size, const char *oack)
{
	rig.config.windowsize_on = true;
	send_packet(PORT, 69, request, size);
	want_oack(PORT, oack);
	send_ack(PORT, tid, 0);
}

#define WINDOW(n)                                                                                  \
	start_window(RRQ("f1m", "octet" OPT("windowsize", n)),                                     \
	             sizeof(RRQ("f1m", "octet" OPT("windowsize", n))), "windowsize " n)

static void want_blocks(unsigned first, unsigned last)
{
	for (unsigned block = first; block <= last; block++)
		want_data(PORT, block, 512);
	want_nothing();
}

static void windowsize_is_never_above_the_request_or_the_limit_TFTP_WIN_01_02(void **state)
{
	static const struct {
		const char *asked, *granted;
	} rows[] = {
		{"4", "windowsize 4"},
		{"16", "windowsize 16"},
		{"65535", "windowsize 64"},
		{"1", "windowsize 1"},
		{"0", NULL},
		{"65536", NULL},
		{"-1", NULL},
		{"x", NULL},
	};

	(void)state;
	rig.config.windowsize_on = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char request[64] = "\0\1f1m\0octet\0windowsize";
		size_t size = sizeof("\0\1f1m\0octet\0windowsize");

		memcpy(request + size, rows[i].asked, strlen(rows[i].asked) + 1);
		bench_restart();
		send_packet(PORT, 69, request, size + strlen(rows[i].asked) + 1);
		if (rows[i].granted)
			want_oack(PORT, rows[i].granted);
		else
			want_data(PORT, 1, 512);
	}
}

static void a_window_goes_out_and_then_waits_TFTP_WIN_03_05(void **state)
{
	(void)state;
	WINDOW("4");
	want_blocks(1, 4);
	send_ack(PORT, tid, 4);
	want_blocks(5, 8);
	send_ack(PORT, tid, 8);
	want_blocks(9, 12);
	let_pass(BR_S);
	want_blocks(9, 12);
	assert_int_equal(rig.metrics.tftp_retransmissions_total, 4);
	assert_int_equal(rig.metrics.tftp_data_total, 16);
}

static void an_ack_inside_the_window_starts_a_new_one_behind_it_TFTP_WIN_07(void **state)
{
	(void)state;
	WINDOW("4");
	want_blocks(1, 4);
	send_ack(PORT, tid, 4);
	want_blocks(5, 8);
	send_ack(PORT, tid, 5);
	want_blocks(6, 9);
	send_ack(PORT, tid, 5); /* blocks 7 and 8 of the window before draw the same ACK */
	send_ack(PORT, tid, 5);
	want_nothing();
	send_ack(PORT, tid, 9);
	want_blocks(10, 13);
}

static void windowsize_1_is_lock_step_TFTP_WIN_08(void **state)
{
	(void)state;
	WINDOW("1");
	want_blocks(1, 1);
	send_ack(PORT, tid, 0);
	want_nothing();
	send_ack(PORT, tid, 1);
	want_blocks(2, 2);
	send_ack(PORT, tid, 1);
	want_nothing();
}

static void a_short_last_window_ends_the_file_TFTP_WIN_09(void **state)
{
	static const char request[] =
		RRQ("f513", "octet" OPT("windowsize", "16") OPT("blksize", "512"));

	(void)state;
	start_window(request, sizeof(request), "windowsize 16 blksize 512");
	want_data(PORT, 1, 512);
	want_data(PORT, 2, 1);
	want_nothing();
	send_ack(PORT, tid, 2);
	assert_int_equal(rig.metrics.tftp_completed_total, 1);
	want_nothing();
}

static void repeated_acks_draw_the_window_once_more_at_most_TFTP_WIN_10(void **state)
{
	(void)state;
	WINDOW("8");
	want_blocks(1, 8);
	send_ack(PORT, tid, 8);
	want_blocks(9, 16);
	for (int i = 0; i < 4; i++)
		send_ack(PORT, tid, 8);
	want_blocks(9, 16);
}

/* EDK2 acknowledges each block it did not expect (Mtftp4Rrq.c): the first block of a
 * window lost draws three ACK 0, and every block that comes twice draws one more.
 */
static void a_lost_first_block_does_not_start_a_storm_edk2_window_dup_ack_storm(void **state)
{
	(void)state;
	WINDOW("4");
	want_blocks(1, 4); /* 1 is lost */
	send_ack(PORT, tid, 0);
	send_ack(PORT, tid, 0);
	send_ack(PORT, tid, 0);
	want_blocks(1, 4);
	send_ack(PORT, tid, 4);
	want_blocks(5, 8);
	/* had the first ACK 0 been a copy made by the network, 1 to 4 came twice */
	for (int i = 0; i < 4; i++)
		send_ack(PORT, tid, 4);
	want_nothing();
	send_ack(PORT, tid, 8);
	want_blocks(9, 12);
	/* all quiet again: a loss is taken for one again, and as it is the second so soon, the
	 * window comes in halves
	 */
	send_ack(PORT, tid, 8);
	want_blocks(9, 10);
	let_pass(BR_MS);
	want_blocks(11, 12);
}

/* A path that drops what is more than twelve blocks at once, and a client that says nothing
 * before a window of sixteen is whole.
 */
static void a_window_larger_than_the_queue_goes_out_in_bursts_that_fit(void **state)
{
	static const char request[] = RRQ("f1m", "octet" OPT("windowsize", "16"));
	unsigned expected = 1;
	br_time start;

	(void)state;
	start_window(request, sizeof(request), "windowsize 16");
	start = rig.now;
	while (rig.metrics.tftp_completed_total == 0) {
		const struct br_action *action;
		unsigned queued = 0, seen = expected;
		bool last = false;

		while ((action = rig_next(&rig))) {
			unsigned block =
				(unsigned)action->payload.data[2] << 8 | action->payload.data[3];

			if (queued++ < 12 && block == expected) {
				expected++;
				last = action->body.size < 512;
			}
		}
		rig_forget(&rig);
		if (expected > seen && ((expected - 1) % 16 == 0 || last))
			send_ack(PORT, tid, expected - 1);
		else
			let_pass(br_tftp_deadline(tftp) - rig.now);
	}
	assert_true(expected > MIB / 512);
	assert_true(rig.now - start < 6 * BR_S); /* with bursts of 16: a second for each window */
	assert_true(rig.metrics.tftp_retransmissions_total < 100);
}

static void one_percent_loss_is_survived_TFTP_WIN_13(void **state)
{
	static const char request[] =
		RRQ("f1m", "octet" OPT("blksize", "1468") OPT("windowsize", "4"));
	struct br_prng prng = br_prng_of(7, 7);
	uint64_t done = 0;
	unsigned expected = 1, waits = 0;

	(void)state;
	start_window(request, sizeof(request), "blksize 1468 windowsize 4");
	/* a client as EDK2's: ACK behind each fourth block, and of what was not expected */
	while (rig.metrics.tftp_completed_total == 0) {
		uint8_t acks[64];
		size_t count = 0;
		const struct br_action *action;

		while ((action = rig_next(&rig))) {
			unsigned block =
				(unsigned)action->payload.data[2] << 8 | action->payload.data[3];

			tid = action->local.port;
			if (br_prng_below(&prng, 100) == 0)
				continue;
			if (block == expected) {
				assert_true(done + action->body.size <= MIB);
				assert_memory_equal(action->body.data, f1m + done,
				                    action->body.size);
				done += action->body.size;
				expected++;
				if (block % 4 != 0 && action->body.size == 1468)
					continue;
			}
			assert_true(count < sizeof(acks));
			acks[count++] = (uint8_t)(expected - 1);
		}
		rig_forget(&rig);
		for (size_t i = 0; i < count; i++) {
			unsigned block = expected - 1;

			while ((uint8_t)block != acks[i])
				block--;
			if (br_prng_below(&prng, 100) > 0)
				send_ack(PORT, tid, block);
		}
		if (rig.actions == 0) {
			assert_true(++waits < 1000);
			let_pass(br_tftp_deadline(tftp) - rig.now);
		}
	}
	assert_int_equal(done, MIB);
	assert_true(rig.metrics.tftp_retransmissions_total > 0);
	assert_true(rig.metrics.tftp_data_total < 2 * (MIB / 1468));
}

/* ROB-TF-04: a forged request makes at most the packets that wait for its first ACK */
static void a_forged_request_is_no_amplifier_ROB_TF_04(void **state)
{
	(void)state;
	rig.config.windowsize_on = true;
	rig.config.windowsize_max = 65535;
	ASK(PORT, RRQ("f1m", "octet" OPT("windowsize", "65535") OPT("blksize", "65464")));
	let_pass(300 * BR_S);
	for (int i = 0; i < 7; i++)
		want_oack(PORT, "windowsize 65535 blksize 1468");
	want_nothing();
	ASK(PORT, RRQ("f1m", "octet"));
	let_pass(300 * BR_S);
	want_data(PORT, 1, 512); /* and no more: 544 octets for a request of 43 */
	want_nothing();
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	let_pass(5 * BR_S);
	ASK(PORT, RRQ("f1m", "octet")); /* an honest client asks again, and is answered */
	want_data(PORT, 1, 512);
	send_ack(PORT, tid, 1);
	want_data(PORT, 2, 512);
	let_pass(BR_S);
	want_data(PORT, 2, 512);
	let_pass(300 * BR_S);
	rig_forget(&rig);
	ASK(PORT, RRQ("boot/f1", "octet"));
	let_pass(300 * BR_S);
	for (int i = 0; i < 4; i++) /* of a short file all copies are within ten times */
		want_data(PORT, 1, 1);
	want_nothing();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
		TEST(names_are_read_in_any_case_and_written_in_lower_TFTP_OPT_01),
		TEST(without_an_accepted_option_there_is_no_oack_TFTP_OPT_02_03_04),
		TEST(an_option_asked_twice_is_answered_once_TFTP_OPT_05),
		TEST(the_oack_keeps_the_order_asked_and_nothing_else_TFTP_OPT_06_OACK_01_02),
		TEST(data_waits_for_ack_0_and_comes_once_TFTP_OACK_03_07_08),
		TEST(a_lost_oack_comes_again_the_same_TFTP_OACK_04),
		TEST(blksize_is_granted_up_to_what_fits_TFTP_BLK_01_04_05_06),
		TEST(blksize_keeps_to_the_configuration_and_the_link_TFTP_BLK_06),
		TEST(all_but_the_last_block_have_the_agreed_size_TFTP_BLK_02_03),
		TEST(tsize_is_the_size_of_the_file_TFTP_TSZ_01_02),
		TEST(timeout_is_granted_as_asked_and_kept_TFTP_TMO_01_02_03_04),
		TEST(windowsize_is_left_out_when_off_and_the_log_says_so),
		TEST(windowsize_is_never_above_the_request_or_the_limit_TFTP_WIN_01_02),
		TEST(a_window_goes_out_and_then_waits_TFTP_WIN_03_05),
		TEST(an_ack_inside_the_window_starts_a_new_one_behind_it_TFTP_WIN_07),
		TEST(windowsize_1_is_lock_step_TFTP_WIN_08),
		TEST(a_short_last_window_ends_the_file_TFTP_WIN_09),
		TEST(repeated_acks_draw_the_window_once_more_at_most_TFTP_WIN_10),
		TEST(a_lost_first_block_does_not_start_a_storm_edk2_window_dup_ack_storm),
		TEST(a_window_larger_than_the_queue_goes_out_in_bursts_that_fit),
		TEST(one_percent_loss_is_survived_TFTP_WIN_13),
		TEST(a_forged_request_is_no_amplifier_ROB_TF_04),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
