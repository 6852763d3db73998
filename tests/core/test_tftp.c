/* SPDX-License-Identifier: BSD-2-Clause */
/* The TFTP service on the bench: each test says what a client sends and when, and
 * looks at every datagram, note and counter that comes of it.
 */
#include "tests/core/tftp_bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

static void the_first_reply_is_block_1_from_a_new_port_TFTP_RRQ_01_03(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
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
	want_nothing();
}

static void whole_files_arrive_and_end_by_the_last_block_rule_TFTP_RRQ_04_05_06_07(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f513", "octet"));
	want_file(PORT, f1m, 513, 512, 1);
	ASK(PORT + 1, RRQ("f512", "octet"));
	want_file(PORT + 1, f1m, 512, 512, 1);
	ASK(PORT + 2, RRQ("boot/f0", "octet"));
	want_file(PORT + 2, f1m, 0, 512, 1);
	ASK(PORT + 3, RRQ("f1m", "octet"));
	want_file(PORT + 3, f1m, MIB, 512, 1);
	assert_int_equal(rig.metrics.tftp_completed_total, 4);
	assert_int_equal(rig.metrics.tftp_retransmissions_total, 0);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	assert_int_equal(rig.open_files, 0);
	rig_forget(&rig);
	let_pass(60 * BR_S);
	want_nothing();
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 4);
	assert_false(br_tftp_owns_port(tftp, tid));
	assert_true(br_tftp_deadline(tftp) == BR_TIME_NEVER);
}

static void requests_and_modes_in_any_case_are_served_TFTP_RRQ_02(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f512", "OCTET"));
	want_data(PORT, 1, 512);
	ASK(PORT + 1, RRQ("f512", "oCtEt"));
	want_data(PORT + 1, 1, 512);
}

static void other_modes_are_refused_from_a_fresh_port_TFTP_RRQ_09_10(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f512", "mail"));
	want_error(PORT, BR_TFTP_ERROR_ILLEGAL);
	assert_int_not_equal(tid, 69);
	ASK(PORT, RRQ("f512", "binary8"));
	want_error(PORT, BR_TFTP_ERROR_ILLEGAL);
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_BAD_MODE), 2);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_OPEN), 2);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 2);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	assert_int_equal(rig.metrics.tftp_errors_total, 2);
}

/* The text is taken back from netascii by RFC 764 and must be the file. */
static void netascii_case(const char *text, size_t size, unsigned blksize)
{
	uint8_t sent[4096];
	char back[4096];
	size_t sent_size = 0, back_size = 0;
	static const char head[] = RRQ("text", "NetASCII\0blksize");
	char request[64];
	struct br_writer w = br_writer_of(request, sizeof(request));

	rig.file[rig.file_count - 1].data = (const uint8_t *)text;
	rig.file[rig.file_count - 1].info.size = size;
	br_put_bytes(&w, head, sizeof(head));
	br_text_put_decimal(&w, blksize);
	br_put_u8(&w, 0);
	send_packet(PORT, BR_TFTP_PORT, request, br_written(&w));
	want_packet(PORT);
	assert_int_equal(got.opcode, BR_TFTP_OACK);
	send_ack(PORT, tid, 0);
	for (unsigned block = 1;; block++) {
		want_packet(PORT);
		assert_int_equal(got.block, block);
		assert_true(got.data.size <= blksize);
		memcpy(sent + sent_size, got.data.data, got.data.size);
		sent_size += got.data.size;
		want_nothing();
		if (got.data.size < blksize)
			break;
		rig_forget(&rig);
		send_ack(PORT, tid, block);
	}
	rig_forget(&rig);
	send_ack(PORT, tid, got.block);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_COMPLETED), 1);
	rig_forget(&rig);
	for (size_t i = 0; i < sent_size; i++) {
		back[back_size++] = (char)sent[i];
		if (sent[i] == '\r') {
			i++;
			assert_true(i < sent_size && (sent[i] == '\n' || sent[i] == 0));
			back[back_size - 1] = sent[i] == 0 ? '\r' : '\n';
		} else {
			assert_int_not_equal(sent[i], '\n');
		}
	}
	assert_int_equal(back_size, size);
	assert_memory_equal(back, text, size);
}

static void netascii_has_cr_lf_and_cr_nul_on_any_block_edge_TFTP_RRQ_08(void **state)
{
	static char text[1800];

	(void)state;
	(void)rig_add(&rig, "text", text, 0);
	netascii_case("", 0, 512);
	netascii_case("a\nb\rc\r\nd", 8, 512);
	for (unsigned blksize = 8; blksize < 20; blksize++) {
		netascii_case("1234567\n9\r1\n\n\n\r\r\r2345678\n", 26, blksize);
		netascii_case("1234567\n", 8, blksize);
		netascii_case("1234567\r", 8, blksize);
	}
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "ab\n\rc\n"[f1m[i] % 6];
	netascii_case(text, sizeof(text), 512);
	rig.mapping = false;
	netascii_case(text, sizeof(text), 1024);
}

static void tsize_and_windows_are_left_out_of_netascii_TFTP_TSZ_03(void **state)
{
	(void)state;
	rig.config.windowsize_on = true;
	ASK(PORT,
	    RRQ("f513", "netascii" OPT("tsize", "0") OPT("windowsize", "4") OPT("blksize", "64")));
	want_oack(PORT, "blksize 64");
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_NETASCII_TSIZE), 1);
}

static void a_lost_netascii_block_comes_again_the_same(void **state)
{
	char first[512];

	(void)state;
	ASK(PORT, RRQ("f1m", "netascii"));
	want_data(PORT, 1, 512);
	send_ack(PORT, tid, 1);
	want_data(PORT, 2, 512);
	memcpy(first, got.data.data, 512);
	let_pass(BR_S);
	want_data(PORT, 2, 512);
	assert_memory_equal(got.data.data, first, 512);
	send_ack(PORT, tid, 2);
	want_data(PORT, 3, 512);
	assert_memory_not_equal(got.data.data, first, 512);
}

static void a_missing_file_draws_error_1_at_once_TFTP_ERR_01_OACK_09(void **state)
{
	(void)state;
	ASK(PORT, RRQ("nosuch", "octet" OPT("tsize", "0")));
	want_error(PORT, BR_TFTP_ERROR_NOT_FOUND);
	assert_int_not_equal(tid, 69);
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_NOT_FOUND), 1);
	assert_int_equal(rig.metrics.tftp_misses_total, 1);
	assert_int_equal(rig.metrics.tftp_errors_total, 0);
	rig_forget(&rig);
	let_pass(120 * BR_S); /* TFTP-ERR-05: never again */
	want_nothing();
}

static void what_may_not_be_read_draws_error_2_TFTP_ERR_02_ACC_01_03(void **state)
{
	static const char *const names[] = {
		"../../etc/hostname", "a/../../x", "a/../f512", "..\\x", "dir", "secret", "/", "."};

	(void)state;
	rig_add(&rig, "dir", NULL, 0)->open_result = -EISDIR;
	rig_add(&rig, "secret", NULL, 0)->open_result = -EACCES;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char request[64] = "\0\1";

		memcpy(request + 2, names[i], strlen(names[i]));
		memcpy(request + 3 + strlen(names[i]), "octet", 6);
		send_packet(PORT, 69, request, 3 + strlen(names[i]) + 6);
		want_error(PORT, BR_TFTP_ERROR_ACCESS);
		want_nothing();
	}
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_FORBIDDEN), 8);
	/* below the root, an absolute name is just a name */
	ASK(PORT, RRQ("/etc/hostname", "octet"));
	want_error(PORT, BR_TFTP_ERROR_NOT_FOUND);
	assert_string_equal(rig.asked, "etc/hostname");
}

static void slashes_of_every_kind_name_the_same_file_TFTP_NAM_01_02(void **state)
{
	(void)state;
	ASK(PORT, RRQ("/boot/f1", "octet"));
	want_file(PORT, f1m, 1, 512, 1);
	ASK(PORT + 1, RRQ("boot//f1", "octet"));
	want_file(PORT + 1, f1m, 1, 512, 1);
	ASK(PORT + 2, RRQ("\\boot\\f1", "octet"));
	want_file(PORT + 2, f1m, 1, 512, 1);
	ASK(PORT + 3, RRQ("//./boot/./f1", "octet"));
	want_file(PORT + 3, f1m, 1, 512, 1);
}

static void octets_behind_the_name_are_left_off_opt67_no_nul_ff(void **state)
{
	(void)state;
	ASK(PORT, RRQ("boot/f1\xff", "octet"));
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_NAME_JUNK), 1);
	want_file(PORT, f1m, 1, 512, 1);
	ASK(PORT + 1, RRQ("boot/f1\x06\x04\xc0\x02z", "octet"));
	want_file(PORT + 1, f1m, 1, 512, 1);
	/* a file that is really called so comes first */
	(void)rig_add(&rig, "boot/f1\xff", f1m + 7, 2);
	ASK(PORT + 2, RRQ("boot/f1\xff", "octet"));
	want_file(PORT + 2, f1m + 7, 2, 512, 1);
	ASK(PORT + 3, RRQ("nosuch\xff", "octet"));
	want_error(PORT + 3, BR_TFTP_ERROR_NOT_FOUND);
}

static void a_url_as_name_is_a_miss_that_says_why_url_as_bootfile_to_pxe(void **state)
{
	(void)state;
	ASK(PORT, RRQ("http://192.0.2.1/boot.efi", "octet" OPT("tsize", "0")));
	want_error(PORT, BR_TFTP_ERROR_NOT_FOUND);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_URL_NAME), 1);
	ASK(PORT, RRQ("HTTPS://192.0.2.1/boot.efi", "octet"));
	want_error(PORT, BR_TFTP_ERROR_NOT_FOUND);
	ASK(PORT, RRQ("tftp://192.0.2.1/boot.efi", "octet"));
	want_error(PORT, BR_TFTP_ERROR_NOT_FOUND);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_URL_NAME), 3);
}

static void odd_octets_in_names_are_escaped_in_notes_ROB_TF_06(void **state)
{
	(void)state;
	ASK(PORT, RRQ("\x01\x1b[m%s\x80", "octet"));
	want_error(PORT, BR_TFTP_ERROR_NOT_FOUND);
	for (size_t i = 0; i < rig.actions; i++) {
		struct br_octets text = rig.action[i].payload;

		for (size_t k = 0; rig.action[i].kind == BR_ACTION_NOTE && k < text.size; k++)
			assert_in_range(text.data[k], ' ', '~');
	}
}

static void an_error_of_the_client_ends_the_transfer_TFTP_ERR_04_05(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	send_ack(PORT, tid, 1);
	want_data(PORT, 2, 512);
	send_error(PORT, tid, 0);
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_CLIENT_ERROR), 1);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 1);
	assert_int_equal(rig.metrics.tftp_errors_total, 1);
	assert_int_equal(rig.open_files, 0);
	assert_true(br_tftp_deadline(tftp) == BR_TIME_NEVER);
}

static void write_requests_are_refused_TFTP_ERR_06(void **state)
{
	static const char request[] = "\0\2new\0octet\0tsize\0"
				      "1000000000000000";

	(void)state;
	send_packet(PORT, 69, request, sizeof(request));
	want_error(PORT, BR_TFTP_ERROR_ACCESS);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_READ_ONLY), 1);
	assert_int_equal(rig.opens, 0);
}

static void what_is_no_request_starts_nothing_at_69_TFTP_ERR_07(void **state)
{
	static const char opcode_9[] = {0, 9, 0, 0};
	static const char data[] = {0, 3, 0, 1, 'x'};
	static const char oack[] = "\0\6tsize\0"
				   "0";

	(void)state;
	send_packet(PORT, 69, data, sizeof(data));
	send_ack(PORT, 69, 0);
	send_packet(PORT, 69, oack, sizeof(oack));
	send_error(PORT, 69, 5); /* TFTP-ERR-05: or two servers could talk for ever */
	send_packet(PORT, 69, data, 1);
	send_packet(PORT, 69, data, 0);
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_NOT_REQUEST), 6);
	send_packet(PORT, 69, opcode_9, sizeof(opcode_9));
	want_error(PORT, BR_TFTP_ERROR_ILLEGAL);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
}

static void broken_requests_draw_error_4_and_nothing_else_ROB_TF_01_02(void **state)
{
	static const char whole[] = RRQ("f1m", "octet" OPT("blksize", "1024"));
	static char big[60000] = "\0\1";

	(void)state;
	for (size_t size = 2; size < sizeof(whole); size++) {
		rig_forget(&rig);
		send_packet(PORT, 69, whole, size);
		/* whole without the option, or with its name alone, which is left out */
		if (size == sizeof(RRQ("f1m", "octet")) ||
		    size == sizeof(RRQ("f1m", "octet\0blksize"))) {
			want_data(PORT, 1, 512);
			send_error(PORT, tid, 0);
			continue;
		}
		want_error(PORT, BR_TFTP_ERROR_ILLEGAL);
		want_nothing();
		assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_BAD_PACKET), 1);
	}
	ASK(PORT, RRQ("", "octet"));
	want_error(PORT, BR_TFTP_ERROR_ILLEGAL);
	memset(big + 2, 'a', sizeof(big) - 3);
	send_packet(PORT, 69, big, sizeof(big));
	want_error(PORT, BR_TFTP_ERROR_ILLEGAL);
	memset(big + 100, 0, sizeof(big) - 100);
	send_packet(PORT, 69, big, sizeof(big));
	want_error(PORT, BR_TFTP_ERROR_ILLEGAL);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
}

static void a_request_of_512_octets_is_taken_and_padding_is_no_error_TFTP_OPT_07(void **state)
{
	char request[512] = "\0\1";
	static const char padded[] = "\0\1f512\0octet\0\0\0\0";

	(void)state;
	memset(request + 2, 'a', sizeof(request) - 2 - 7);
	memcpy(request + sizeof(request) - 6, "octet", 6);
	request[sizeof(request) - 7] = 0;
	send_packet(PORT, 69, request, sizeof(request));
	want_error(PORT, BR_TFTP_ERROR_NOT_FOUND);
	send_packet(PORT, 69, padded, sizeof(padded));
	want_data(PORT, 1, 512);
}

static void a_foreign_port_gets_error_5_and_the_transfer_goes_on_TFTP_TID_01(void **state)
{
	uint16_t mine;

	(void)state;
	ASK(PORT, RRQ("f513", "octet"));
	want_data(PORT, 1, 512);
	mine = tid;
	send_ack(PORT + 1, mine, 1);
	want_error(PORT + 1, BR_TFTP_ERROR_UNKNOWN_TID);
	assert_int_equal(tid, mine);
	send_error(PORT + 1, mine, 5); /* an ERROR draws no ERROR */
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_FOREIGN_TID), 2);
	send_ack(PORT, mine, 1);
	want_data(PORT, 2, 1);
	send_ack(PORT, mine, 2);
	assert_int_equal(rig.metrics.tftp_completed_total, 1);
}

static void a_copy_of_the_request_is_answered_from_the_same_port_TFTP_TID_03(void **state)
{
	uint16_t first;

	(void)state;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1024")));
	want_oack(PORT, "blksize 1024");
	first = tid;
	rig.now += 10 * BR_MS;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1024")));
	want_oack(PORT, "blksize 1024");
	assert_int_equal(tid, first);
	assert_int_equal(br_tftp_open_transfers(tftp), 1);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_OPEN), 1);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_RRQ_REPEATED), 1);
	/* quirk edk2-dup-oack-double-ack0: two ACK 0 come back, DATA 1 goes out once */
	send_ack(PORT, tid, 0);
	send_ack(PORT, tid, 0);
	want_data(PORT, 1, 1024);
	want_nothing();
	/* a copy that comes late is a copy still */
	rig.now += 10 * BR_MS;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1024")));
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_RRQ_LATE), 1);
	send_ack(PORT, tid, 1);
	want_data(PORT, 2, 1024);
}

static void a_client_that_never_hears_us_is_named_tftp_nat_container_tid(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++) {
		ASK(PORT, RRQ("f1m", "octet"));
		want_data(PORT, 1, 512);
		rig.now += 300 * BR_MS;
	}
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_UNHEARD), 1);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_RRQ_REPEATED), 5);
}

static void transfer_ids_differ_and_are_not_counted_up_TFTP_TID_04(void **state)
{
	uint16_t ports[16];
	unsigned neighbours = 0;

	(void)state;
	for (uint16_t i = 0; i < 16; i++) {
		ASK((uint16_t)(PORT + i), RRQ("f1m", "octet"));
		want_data((uint16_t)(PORT + i), 1, 512);
		ports[i] = tid;
		for (uint16_t k = 0; k < i; k++)
			assert_int_not_equal(ports[k], tid);
		neighbours += i > 0 && ports[i] == ports[i - 1] + 1;
	}
	assert_true(neighbours < 3);
}

static void the_same_seed_draws_the_same_transfer_ids(void **state)
{
	uint16_t first;

	(void)state;
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	first = tid;
	bench_restart();
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	assert_int_equal(tid, first);
	rig.context.seed = 2;
	bench_restart();
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	assert_int_not_equal(tid, first);
}

static void one_block_is_out_at_a_time_and_no_ack_draws_two_TFTP_LCK_01_02_03_04(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	let_pass(300 * BR_MS);
	want_nothing();
	for (unsigned block = 1; block < 9; block++) {
		send_ack(PORT, tid, block);
		want_data(PORT, block + 1, 512);
		send_ack(PORT, tid, block); /* LCK-02 */
		want_nothing();
	}
	send_ack(PORT, tid, 3); /* LCK-03 */
	send_ack(PORT, tid, 0);
	send_ack(PORT, tid, 15); /* LCK-04 */
	send_ack(PORT, tid, 65535);
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_ACK_REPEATED), 8);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_ACK_IGNORED), 4);
	assert_int_equal(rig.metrics.tftp_retransmissions_total, 0);
	assert_int_equal(rig.metrics.tftp_data_total, 9);
	send_ack(PORT, tid, 9);
	want_data(PORT, 10, 512);
}

static void silence_draws_copies_ever_further_apart_and_an_end_TFTP_RTX_01_02_03(void **state)
{
	static const br_time gaps_s[] = {1, 2, 4, 8, 16, 16}; /* and no further apart than 16 s */
	br_time start_of_silence, last = 0;
	unsigned copies = 0;

	(void)state;
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	send_ack(PORT, tid, 1);
	want_data(PORT, 2, 512);
	start_of_silence = last = rig.now;
	while (br_tftp_open_transfers(tftp) > 0) {
		rig.now = br_tftp_deadline(tftp);
		rig_forget(&rig);
		br_tftp_expire(tftp, rig.now);
		bench_drain();
		if (br_tftp_open_transfers(tftp) == 0)
			break;
		want_data(PORT, 2, 512);
		want_nothing();
		assert_true(copies < sizeof(gaps_s) / sizeof(gaps_s[0]));
		assert_int_equal(rig.now - last, gaps_s[copies++] * BR_S);
		last = rig.now;
	}
	assert_int_equal(copies, 6);
	assert_true(rig.now - start_of_silence < 120 * BR_S);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_GAVE_UP), 1);
	assert_int_equal(rig_note(&rig, BR_NOTE_TFTP_GAVE_UP)->facts.octets, 512);
	assert_in_range(rig_note(&rig, BR_NOTE_TFTP_GAVE_UP)->facts.took, 60 * BR_S, 130 * BR_S);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 1);
	assert_int_equal(rig.metrics.tftp_given_up_total, 1);
	assert_int_equal(rig.metrics.tftp_errors_total, 0);
	assert_int_equal(rig.metrics.tftp_retransmissions_total, 6);
	assert_true(br_tftp_deadline(tftp) == BR_TIME_NEVER);
}

static void each_block_has_all_its_retries_and_starts_with_the_short_wait(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	send_ack(PORT, tid, 1); /* before, 512 octets are not repeated to who asked with 15 */
	want_data(PORT, 2, 512);
	for (unsigned block = 2; block < 5; block++) {
		let_pass((1 + 2 + 4) * BR_S);
		for (int i = 0; i < 3; i++)
			want_data(PORT, block, 512);
		want_nothing();
		send_ack(PORT, tid, block);
		want_data(PORT, block + 1, 512);
	}
	assert_int_equal(rig.metrics.tftp_given_up_total, 0);
}

static void many_retries_still_end_within_two_minutes_TFTP_RTX_03_WIN_11_ROB_TF_03(void **state)
{
	(void)state;
	rig.config.retries_max = 100;
	rig.config.windowsize_on = true;
	ASK(PORT, RRQ("f1m", "octet" OPT("windowsize", "4")));
	want_oack(PORT, "windowsize 4");
	send_ack(PORT, tid, 0);
	rig.config.retry_ms = 100;
	ASK(PORT + 1, RRQ("f1m", "octet" OPT("blksize", "1468")));
	let_pass(120 * BR_S);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_GAVE_UP), 2);
}

static void the_wait_adapts_to_a_slow_link_TFTP_RTX_02(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1468")));
	want_oack(PORT, "blksize 1468");
	for (unsigned block = 0; block < 20; block++) {
		rig.now += 900 * BR_MS; /* below the first wait, so never sent twice */
		send_ack(PORT, tid, block);
		want_data(PORT, block + 1, 1468);
	}
	rig.now += 900 * BR_MS;
	rig.config.retry_ms = 100; /* what was measured counts, not this */
	send_ack(PORT, tid, 20);
	want_data(PORT, 21, 1468);
	let_pass(890 * BR_MS);
	want_nothing();
	let_pass(60 * BR_MS);
	want_data(PORT, 21, 1468);
}

static void the_final_block_is_sent_again_until_acknowledged_TFTP_RTX_04(void **state)
{
	(void)state;
	ASK(PORT, RRQ("boot/f1", "octet"));
	want_data(PORT, 1, 1);
	let_pass(BR_S);
	want_data(PORT, 1, 1);
	let_pass(2 * BR_S);
	want_data(PORT, 1, 1);
	send_ack(PORT, tid, 1);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_COMPLETED), 1);
	let_pass(60 * BR_S);
	want_nothing();
}

static void a_final_ack_that_never_comes_is_no_failure_last_ack_never_sent(void **state)
{
	(void)state;
	ASK(PORT, RRQ("boot/f1", "octet"));
	let_pass(60 * BR_S);
	for (int i = 0; i < 4; i++)
		want_data(PORT, 1, 1);
	want_nothing();
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_NO_FINAL_ACK), 1);
	assert_int_equal(rig.metrics.tftp_completed_total, 1);
	assert_int_equal(rig.metrics.tftp_given_up_total, 0);
}

static void a_late_ack_finds_the_port_open_a_while(void **state)
{
	(void)state;
	ASK(PORT, RRQ("boot/f1", "octet"));
	want_data(PORT, 1, 1);
	send_ack(PORT, tid, 1);
	assert_int_equal(br_tftp_open_transfers(tftp), 0);
	assert_true(br_tftp_owns_port(tftp, tid));
	send_ack(PORT, tid, 1);
	send_error(PORT, tid, 0);
	send_ack(PORT + 1, tid, 1);
	want_nothing();
	assert_int_equal(rig.metrics.tftp_errors_total, 0);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 0);
	let_pass(3 * BR_S);
	assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 1);
	assert_false(br_tftp_owns_port(tftp, tid));
	send_ack(PORT, tid, 1); /* to nobody: dropped */
	want_nothing();
}

static void block_numbers_run_on_to_0_TFTP_WRAP_01_WIN_14(void **state)
{
	uint8_t *f40m = rig_octets(40 * MIB, 2);

	(void)state;
	(void)rig_add(&rig, "f40m", f40m, 40 * MIB);
	ASK(PORT, RRQ("f40m", "octet"));
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_WRAPS), 1);
	want_file(PORT, f40m, 40 * MIB, 512, 1);
	rig.config.windowsize_on = true;
	ASK(PORT, RRQ("f40m", "octet" OPT("windowsize", "8")));
	want_oack(PORT, "windowsize 8");
	send_ack(PORT, tid, 0);
	want_file(PORT, f40m, 40 * MIB, 512, 8);
	assert_int_equal(rig.metrics.tftp_retransmissions_total, 0);
	free(f40m);
}

static void requests_to_broadcast_addresses_are_not_answered_TFTP_ACC_02(void **state)
{
	static const char request[] = RRQ("boot/f1", "octet");
	static const uint32_t to[] = {0xffffffff, 0xc00002ff, 0xe0000001};
	static const uint32_t from[] = {0, 0xffffffff, 0xc00002ff, 0xe0000001};
	struct br_endpoint multicast = {.ip = {0xff, 2, [15] = 1}, .port = 69};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		send_from(br_endpoint_ipv4(CLIENT, PORT), br_endpoint_ipv4(to[i], 69), request,
		          sizeof(request));
	send_from(br_endpoint_ipv4(CLIENT, PORT), multicast, request, sizeof(request));
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_BROADCAST), 4);
	for (size_t i = 0; i < 4; i++)
		send_from(br_endpoint_ipv4(from[i], PORT), br_endpoint_ipv4(SERVER, 69), request,
		          sizeof(request));
	send_from(br_endpoint_ipv4(CLIENT, 0), br_endpoint_ipv4(SERVER, 69), request,
	          sizeof(request));
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_BAD_SOURCE), 5);
	want_nothing();
	assert_int_equal(rig.opens, 0);
}

static void two_hundred_clients_and_a_stalled_one_do_not_wait_TFTP_CON_01(void **state)
{
	uint16_t ports[200];

	(void)state;
	for (uint16_t i = 0; i < 200; i++) {
		ASK((uint16_t)(PORT + i), RRQ("f1m", "octet" OPT("blksize", "1024")));
		want_oack((uint16_t)(PORT + i), "blksize 1024");
		ports[i] = tid;
		rig_forget(&rig);
	}
	assert_int_equal(br_tftp_open_transfers(tftp), 200);
	for (unsigned block = 0; block <= 1025; block++) {
		for (uint16_t i = 1; i < 200; i++) { /* 0 says nothing more */
			send_ack((uint16_t)(PORT + i), ports[i], block);
			if (block > 1024)
				continue;
			want_data((uint16_t)(PORT + i), block + 1, block < 1024 ? 1024 : 0);
			if (block < 1024)
				assert_memory_equal(got.data.data, f1m + block * 1024, 1024);
			want_nothing();
			rig_forget(&rig);
		}
	}
	assert_int_equal(rig.metrics.tftp_completed_total, 199);
	assert_int_equal(br_tftp_open_transfers(tftp), 1);
}

/* EDK2 sends 8, Intel's ROM and iPXE 0, others 5 or 4; the next request comes at once,
 * from the next port or the same.
 */
static void a_size_probe_leaves_nothing_behind_TFTP_CON_02_OACK_05(void **state)
{
	static const uint8_t codes[] = {8, 0, 5, 4};

	(void)state;
	for (uint16_t i = 0; i < 8; i++) {
		uint16_t again = (uint16_t)(i < 4 ? PORT + 1 : PORT);

		bench_restart();
		rig.metrics.tftp_size_probes_total = 0;
		ASK(PORT, RRQ("f1m", "octet" OPT("tsize", "0") OPT("blksize", "1468")
		                             OPT("windowsize", "4")));
		want_oack(PORT, "tsize 1048576 blksize 1468");
		send_error(PORT, tid, codes[i % 4]);
		want_nothing();
		assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_SIZE_PROBE), 1);
		assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_CLIENT_ERROR), 0);
		assert_int_equal(rig.metrics.tftp_size_probes_total, 1);
		assert_int_equal(rig.metrics.tftp_errors_total, 0);
		assert_int_equal(br_tftp_open_transfers(tftp), 0);
		assert_int_equal(rig.open_files, 0);
		assert_int_equal(rig_count(&rig, BR_ACTION_PORT_CLOSE), 1);
		assert_true(br_tftp_deadline(tftp) == BR_TIME_NEVER);
		ASK(again, RRQ("f1m", "octet" OPT("blksize", "1468") OPT("windowsize", "4")));
		want_oack(again, "blksize 1468");
		send_ack(again, tid, 0);
		want_file(again, f1m, MIB, 1468, 1);
	}
}

static void refused_options_without_tsize_are_no_probe(void **state)
{
	(void)state;
	ASK(PORT, RRQ("f1m", "octet" OPT("blksize", "1468")));
	want_oack(PORT, "blksize 1468");
	send_error(PORT, tid, 8);
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_OPTIONS_REFUSED), 1);
	assert_int_equal(rig.metrics.tftp_size_probes_total, 0);
	assert_int_equal(rig.metrics.tftp_errors_total, 1);
	want_nothing();
}

static void a_new_request_from_the_same_port_starts_afresh_TFTP_CON_03(void **state)
{
	uint16_t old;

	(void)state;
	ASK(PORT, RRQ("f1m", "octet"));
	for (unsigned block = 1; block <= 3; block++) {
		want_data(PORT, block, 512);
		send_ack(PORT, tid, block);
	}
	want_data(PORT, 4, 512);
	old = tid;
	let_pass(999 * BR_MS);
	ASK(PORT, RRQ("f513", "octet"));
	assert_int_equal(rig_noted(&rig, BR_NOTE_TFTP_ABANDONED), 1);
	assert_false(br_tftp_owns_port(tftp, old));
	want_file(PORT, f1m, 513, 512, 1);
	/* and so does the very same request, once it can be no copy any more */
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	send_ack(PORT, tid, 1);
	want_data(PORT, 2, 512);
	let_pass(500 * BR_MS);
	ASK(PORT, RRQ("f1m", "octet"));
	want_data(PORT, 1, 512);
	assert_int_equal(br_tftp_open_transfers(tftp), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
		TEST(the_first_reply_is_block_1_from_a_new_port_TFTP_RRQ_01_03),
		TEST(whole_files_arrive_and_end_by_the_last_block_rule_TFTP_RRQ_04_05_06_07),
		TEST(requests_and_modes_in_any_case_are_served_TFTP_RRQ_02),
		TEST(other_modes_are_refused_from_a_fresh_port_TFTP_RRQ_09_10),
		TEST(netascii_has_cr_lf_and_cr_nul_on_any_block_edge_TFTP_RRQ_08),
		TEST(tsize_and_windows_are_left_out_of_netascii_TFTP_TSZ_03),
		TEST(a_lost_netascii_block_comes_again_the_same),
		TEST(a_missing_file_draws_error_1_at_once_TFTP_ERR_01_OACK_09),
		TEST(what_may_not_be_read_draws_error_2_TFTP_ERR_02_ACC_01_03),
		TEST(slashes_of_every_kind_name_the_same_file_TFTP_NAM_01_02),
		TEST(octets_behind_the_name_are_left_off_opt67_no_nul_ff),
		TEST(a_url_as_name_is_a_miss_that_says_why_url_as_bootfile_to_pxe),
		TEST(odd_octets_in_names_are_escaped_in_notes_ROB_TF_06),
		TEST(an_error_of_the_client_ends_the_transfer_TFTP_ERR_04_05),
		TEST(write_requests_are_refused_TFTP_ERR_06),
		TEST(what_is_no_request_starts_nothing_at_69_TFTP_ERR_07),
		TEST(broken_requests_draw_error_4_and_nothing_else_ROB_TF_01_02),
		TEST(a_request_of_512_octets_is_taken_and_padding_is_no_error_TFTP_OPT_07),
		TEST(a_foreign_port_gets_error_5_and_the_transfer_goes_on_TFTP_TID_01),
		TEST(a_copy_of_the_request_is_answered_from_the_same_port_TFTP_TID_03),
		TEST(a_client_that_never_hears_us_is_named_tftp_nat_container_tid),
		TEST(transfer_ids_differ_and_are_not_counted_up_TFTP_TID_04),
		TEST(the_same_seed_draws_the_same_transfer_ids),
		TEST(one_block_is_out_at_a_time_and_no_ack_draws_two_TFTP_LCK_01_02_03_04),
		TEST(silence_draws_copies_ever_further_apart_and_an_end_TFTP_RTX_01_02_03),
		TEST(each_block_has_all_its_retries_and_starts_with_the_short_wait),
		TEST(many_retries_still_end_within_two_minutes_TFTP_RTX_03_WIN_11_ROB_TF_03),
		TEST(the_wait_adapts_to_a_slow_link_TFTP_RTX_02),
		TEST(the_final_block_is_sent_again_until_acknowledged_TFTP_RTX_04),
		TEST(a_final_ack_that_never_comes_is_no_failure_last_ack_never_sent),
		TEST(a_late_ack_finds_the_port_open_a_while),
		TEST(block_numbers_run_on_to_0_TFTP_WRAP_01_WIN_14),
		TEST(requests_to_broadcast_addresses_are_not_answered_TFTP_ACC_02),
		TEST(two_hundred_clients_and_a_stalled_one_do_not_wait_TFTP_CON_01),
		TEST(a_size_probe_leaves_nothing_behind_TFTP_CON_02_OACK_05),
		TEST(refused_options_without_tsize_are_no_probe),
		TEST(a_new_request_from_the_same_port_starts_afresh_TFTP_CON_03),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
