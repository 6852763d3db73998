/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets by the book are read, built and printed back; each is cut at every length,
 * flush against an unreadable page, and must be refused or leave what it lacks out.
 */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"
#include "core/formats/tftp_packet.h"

/* The NUL that ends the literal is the last octet of the packet. */
#define STRINGS(literal) ((struct br_octets){(const uint8_t *)(literal), sizeof(literal)})
#define OCTETS(literal)  ((struct br_octets){(const uint8_t *)(literal), sizeof(literal) - 1})

static const char rrq[] = "\0\1boot.efi\0octet\0tsize\0000\0blksize\0001468\0windowsize\0004";

static void assert_text(struct br_octets got, const char *want)
{
	assert_true(br_text_is(got, want));
}

static void a_request_keeps_names_values_and_their_order(void **state)
{
	struct br_tftp_packet packet;

	(void)state;
	assert_int_equal(br_tftp_parse(STRINGS(rrq), &packet), 0);
	assert_int_equal(packet.opcode, BR_TFTP_RRQ);
	assert_text(packet.file, "boot.efi");
	assert_text(packet.mode, "octet");
	assert_int_equal(packet.options, 3);
	assert_text(packet.option[0].name, "tsize");
	assert_text(packet.option[0].value, "0");
	assert_text(packet.option[1].name, "blksize");
	assert_text(packet.option[1].value, "1468");
	assert_text(packet.option[2].name, "windowsize");
	assert_text(packet.option[2].value, "4");
	assert_int_equal(packet.tail.size, 0);
}

static void option_names_are_found_in_any_case_TFTP_OPT_01(void **state)
{
	struct br_tftp_packet packet;

	(void)state;
	assert_int_equal(br_tftp_parse(STRINGS("\0\1f\0octet\0BlkSize\0001024"), &packet), 0);
	assert_non_null(br_tftp_option_find(&packet, "blksize"));
	assert_text(br_tftp_option_find(&packet, "blksize")->name, "BlkSize");
	assert_null(br_tftp_option_find(&packet, "blksiz"));
	assert_null(br_tftp_option_find(&packet, "tsize"));
}

static void option_numbers_are_whole_decimals_in_bounds_TFTP_BLK_04(void **state)
{
	static const struct {
		const char *value;
		bool good;
	} rows[] = {
		{"8", true},      {"65464", true},  {"0512", true},
		{"7", false},     {"65465", false}, {"99999", false},
		{"-1", false},    {"0x400", false}, {"", false},
		{"1024k", false}, {" 1024", false}, {"18446744073709551624", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct br_tftp_option option = {.value = br_text(rows[i].value)};
		uint64_t number = 1;

		assert_int_equal(br_tftp_option_number(&option, 8, 65464, &number), rows[i].good);
		assert_int_equal(number == 1, !rows[i].good);
	}
}

static void data_ack_and_error_are_read(void **state)
{
	struct br_tftp_packet packet;

	(void)state;
	assert_int_equal(br_tftp_parse(OCTETS("\0\3\xff\xfe"
	                                      "abc"),
	                               &packet),
	                 0);
	assert_int_equal(packet.block, 0xfffe);
	assert_text(packet.data, "abc");
	assert_int_equal(br_tftp_parse(OCTETS("\0\4\0\7"), &packet), 0);
	assert_int_equal(packet.opcode, BR_TFTP_ACK);
	assert_int_equal(packet.block, 7);
	assert_int_equal(packet.data.size, 0);
	assert_int_equal(br_tftp_parse(STRINGS("\0\5\0\10User aborted the transfer"), &packet), 0);
	assert_int_equal(packet.code, BR_TFTP_ERROR_OPTION);
	assert_text(packet.text, "User aborted the transfer");
	assert_false(packet.text_open);
}

/* Old ROMs send it so; the text is still worth showing. */
static void an_error_without_its_zero_octet_keeps_its_text(void **state)
{
	struct br_tftp_packet packet;

	(void)state;
	assert_int_equal(br_tftp_parse(OCTETS("\0\5\0\0abc"), &packet), 0);
	assert_text(packet.text, "abc");
	assert_true(packet.text_open);
}

/* quirk tivoli-oack-trailing-garbage: who reads it decides */
static void octets_that_are_no_option_are_the_tail(void **state)
{
	static const struct {
		struct br_octets packet;
		size_t options, tail;
	} rows[] = {
		{{(const uint8_t *)"\0\6tsize\0001\0abc", 13}, 1, 3},
		{{(const uint8_t *)"\0\6tsize\0001\0abc\0", 14}, 1, 4},
		{{(const uint8_t *)"\0\6tsize\0001\0\0\0\0", 13}, 1, 3},
		{{(const uint8_t *)"\0\4\0\1pad", 7}, 0, 3},
		{{(const uint8_t *)"\0\5\0\1a\0pad", 9}, 0, 3},
		{{(const uint8_t *)"\0\6", 2}, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct br_tftp_packet packet;

		assert_int_equal(br_tftp_parse(rows[i].packet, &packet), 0);
		assert_int_equal(packet.options, rows[i].options);
		assert_int_equal(packet.tail.size, rows[i].tail);
	}
}

static void too_many_options_are_refused_ROB_TF_02(void **state)
{
	uint8_t octets[2 + 2 * 2 + 4 * (BR_TFTP_OPTIONS_MAX + 1)];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_tftp_packet packet;

	(void)state;
	br_put_bytes(&w, "\0\1f\0m", 6);
	for (size_t i = 0; i < BR_TFTP_OPTIONS_MAX; i++)
		br_tftp_put_option(&w, "a", "b");
	assert_int_equal(br_tftp_parse((struct br_octets){octets, br_written(&w)}, &packet), 0);
	assert_int_equal(packet.options, BR_TFTP_OPTIONS_MAX);
	br_tftp_put_option(&w, "a", "b");
	assert_false(w.bad);
	assert_int_equal(br_tftp_parse((struct br_octets){octets, br_written(&w)}, &packet),
	                 -E2BIG);
}

static const struct {
	struct br_octets packet;
	size_t size_min; /* shorter ones are refused */
} canonical[] = {
	{{(const uint8_t *)rrq, sizeof(rrq)}, sizeof("\0\1boot.efi\0octet")},
	{{(const uint8_t *)"\0\2new\0netascii", 15}, 15},
	{{(const uint8_t *)"\0\3\0\1abcdef", 10}, 4},
	{{(const uint8_t *)"\0\4\xff\xff", 4}, 4},
	{{(const uint8_t *)"\0\5\0\1File not found", 19}, 4},
	{{(const uint8_t *)"\0\6tsize\0001048504\0blksize\0001468", 29}, 2},
};

enum {
	CANONICAL = sizeof(canonical) / sizeof(canonical[0])
};

static void every_packet_cut_anywhere_is_refused_or_lacks_its_end_ROB_TF_01(void **state)
{
	(void)state;
	for (size_t i = 0; i < CANONICAL; i++) {
		for (size_t size = 0; size <= canonical[i].packet.size; size++) {
			struct br_reader r = guarded(canonical[i].packet.data, size);
			struct br_tftp_packet packet = {.opcode = 77};
			struct br_octets octets = {r.pos, size};
			bool good = size >= canonical[i].size_min;

			assert_int_equal(br_tftp_parse(octets, &packet), good ? 0 : -EBADMSG);
			assert_int_equal(packet.opcode == 77, !good);
		}
	}
}

static void building_what_was_parsed_gives_the_same_octets(void **state)
{
	(void)state;
	for (size_t i = 0; i < CANONICAL; i++) {
		for (size_t size = canonical[i].size_min; size <= canonical[i].packet.size;
		     size++) {
			struct br_octets octets = {canonical[i].packet.data, size};
			struct br_tftp_packet packet;
			uint8_t built[128];
			struct br_writer w = br_writer_of(built, sizeof(built));

			assert_int_equal(br_tftp_parse(octets, &packet), 0);
			br_tftp_build(&packet, &w);
			assert_false(w.bad);
			assert_int_equal(br_written(&w), size);
			assert_memory_equal(built, octets.data, size);
		}
	}
}

static void an_opcode_nobody_knows_is_refused(void **state)
{
	struct br_tftp_packet packet = {.opcode = 77};

	(void)state;
	assert_int_equal(br_tftp_parse(OCTETS("\0\0\0\0"), &packet), -ENOTSUP);
	assert_int_equal(br_tftp_parse(OCTETS("\0\7\0\0"), &packet), -ENOTSUP);
	assert_int_equal(br_tftp_parse(OCTETS("\1\1\0\0"), &packet), -ENOTSUP);
	assert_int_equal(packet.opcode, 77);
}

static void the_small_builders_write_the_figures_of_the_rfc(void **state)
{
	uint8_t octets[64];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	static const char want[] = "\0\3\xff\xff\0\4\0\2\0\5\0\1no\0blksize\0"
				   "512\0a\0b";

	(void)state;
	br_tftp_put_data_head(&w, 65535);
	br_tftp_put_ack(&w, 2);
	br_tftp_put_error(&w, BR_TFTP_ERROR_NOT_FOUND, "no");
	br_tftp_put_option_number(&w, "blksize", 512);
	br_tftp_put_option(&w, "a", "b");
	assert_false(w.bad);
	assert_int_equal(br_written(&w), sizeof(want));
	assert_memory_equal(octets, want, sizeof(want));
}

static void a_packet_prints_one_field_a_line(void **state)
{
	static const struct {
		struct br_octets packet;
		const char *print;
	} rows[] = {
		{{(const uint8_t *)rrq, sizeof(rrq)},
	         "opcode rrq\nfile \"boot.efi\"\nmode \"octet\"\noption \"tsize\" \"0\"\n"
	         "option \"blksize\" \"1468\"\noption \"windowsize\" \"4\"\n"},
		{{(const uint8_t *)"\0\3\0\1abc", 7}, "opcode data\nblock 1\ndata.size 3\n"},
		{{(const uint8_t *)"\0\4\0\1", 4}, "opcode ack\nblock 1\n"},
		{{(const uint8_t *)"\0\5\0\10\x1b[m", 8},
	         "opcode error\ncode 8\ntext \"\\x1b[m\"\n"},
		{{(const uint8_t *)"\0\6a\0001\0\xff", 7},
	         "opcode oack\noption \"a\" \"1\"\ntail \"\\xff\"\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct br_tftp_packet packet;
		char print[256];
		struct br_writer w = br_writer_of(print, sizeof(print));

		assert_int_equal(br_tftp_parse(rows[i].packet, &packet), 0);
		br_tftp_print(&packet, &w);
		assert_string_equal(br_text_end(&w), rows[i].print);
	}
}

static void the_opcode_alone_is_read_of_anything(void **state)
{
	struct br_reader r = GUARDED(0, 4);

	(void)state;
	assert_int_equal(br_tftp_opcode((struct br_octets){r.pos, 2}), BR_TFTP_ACK);
	r = GUARDED(0x54, 0x58);
	assert_int_equal(br_tftp_opcode((struct br_octets){r.pos, 2}), 0x5458);
	r = GUARDED(1);
	assert_int_equal(br_tftp_opcode((struct br_octets){r.pos, 1}), 0);
	assert_int_equal(br_tftp_opcode((struct br_octets){NULL, 0}), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_keeps_names_values_and_their_order),
		cmocka_unit_test(option_names_are_found_in_any_case_TFTP_OPT_01),
		cmocka_unit_test(option_numbers_are_whole_decimals_in_bounds_TFTP_BLK_04),
		cmocka_unit_test(data_ack_and_error_are_read),
		cmocka_unit_test(an_error_without_its_zero_octet_keeps_its_text),
		cmocka_unit_test(octets_that_are_no_option_are_the_tail),
		cmocka_unit_test(too_many_options_are_refused_ROB_TF_02),
		cmocka_unit_test(every_packet_cut_anywhere_is_refused_or_lacks_its_end_ROB_TF_01),
		cmocka_unit_test(building_what_was_parsed_gives_the_same_octets),
		cmocka_unit_test(an_opcode_nobody_knows_is_refused),
		cmocka_unit_test(the_small_builders_write_the_figures_of_the_rfc),
		cmocka_unit_test(a_packet_prints_one_field_a_line),
		cmocka_unit_test(the_opcode_alone_is_read_of_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
