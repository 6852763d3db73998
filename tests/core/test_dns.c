/* SPDX-License-Identifier: BSD-2-Clause */
/* A query as RFC 1035 has it, and answers whole, cut at every length, and wrong. */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>

#include "core/formats/dns.h"

/* boot.lab.test with a CNAME before the address, names compressed */
static const uint8_t answer[] = {
	0x12, 0x34, 0x81, 0x80, 0,   1, 0,   2,   0,   0,   0, 0,    4,  'b',  'o', 'o',
	't',  3,    'l',  'a',  'b', 4, 't', 'e', 's', 't', 0, 0,    1,  0,    1,   0xc0,
	12,   0,    5,    0,    1,   0, 0,   0,   60,  0,   2, 0xc0, 17, 0xc0, 17,  0,
	1,    0,    1,    0,    0,   0, 60,  0,   4,   192, 0, 2,    2};

static void a_query_is_by_the_book(void **state)
{
	static const uint8_t want[] = {0x12, 0x34, 1,   0,   0,   1,   0, 0,   0,   0,   0,
	                               0,    4,    'b', 'o', 'o', 't', 3, 'l', 'a', 'b', 4,
	                               't',  'e',  's', 't', 0,   0,   1, 0,   1};
	uint8_t buffer[BR_DNS_QUERY_SIZE_MAX];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));

	(void)state;
	br_dns_put_query(&w, 0x1234, "boot.lab.test");
	assert_false(w.bad);
	assert_int_equal(br_written(&w), sizeof(want));
	assert_memory_equal(buffer, want, sizeof(want));
}

static void names_that_are_none_are_refused(void **state)
{
	static const char *const names[] = {
		"a..b", ".a",
		"a1234567890123456789012345678901234567890123456789012345678901234.b"};
	uint8_t buffer[BR_DNS_QUERY_SIZE_MAX];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct br_writer w = br_writer_of(buffer, sizeof(buffer));

		br_dns_put_query(&w, 1, names[i]);
		assert_true(w.bad);
	}
}

static void the_address_is_found_behind_a_cname(void **state)
{
	struct br_reader r = guarded(answer, sizeof(answer));
	uint32_t address = 0;

	(void)state;
	assert_int_equal(br_dns_get_address((struct br_octets){r.pos, sizeof(answer)}, 0x1234,
	                                    &address, NULL),
	                 0);
	assert_int_equal(address, 0xc0000202);
}

static void four_octets_of_another_type_are_no_address(void **state)
{
	uint8_t other[sizeof(answer)];
	uint32_t address = 7;

	(void)state;
	memcpy(other, answer, sizeof(answer));
	other[sizeof(answer) - 13] = 16; /* TXT */
	assert_int_equal(br_dns_get_address((struct br_octets){other, sizeof(other)}, 0x1234,
	                                    &address, NULL),
	                 -ENOENT);
	assert_int_equal(address, 7);
}

static void a_cut_answer_is_none(void **state)
{
	(void)state;
	for (size_t size = 0; size < sizeof(answer); size++) {
		struct br_reader r = guarded(answer, size);
		uint32_t address = 7;

		assert_int_equal(
			br_dns_get_address((struct br_octets){r.pos, size}, 0x1234, &address, NULL),
			-EBADMSG);
		assert_int_equal(address, 7);
	}
}

static void others_answers_are_not_ours(void **state)
{
	struct br_octets octets = {answer, sizeof(answer)};
	uint8_t none[sizeof(answer)];
	uint32_t address = 7;

	(void)state;
	assert_int_equal(br_dns_get_address(octets, 0x1235, &address, NULL), -EBADMSG);
	memcpy(none, answer, sizeof(answer));
	none[7] = 0; /* no answers: there is no such name */
	assert_int_equal(
		br_dns_get_address((struct br_octets){none, sizeof(none)}, 0x1234, &address, NULL),
		-ENOENT);
	none[2] = 1; /* a query */
	assert_int_equal(
		br_dns_get_address((struct br_octets){none, sizeof(none)}, 0x1234, &address, NULL),
		-EBADMSG);
	assert_int_equal(address, 7);
}

static bool next_label_is(struct br_octets *name, const char *want)
{
	struct br_octets label;

	return br_dns_label_get(name, &label) && label.size == strlen(want) &&
	       !memcmp(label.data, want, label.size);
}

static void records_come_in_their_order_up_to_the_cut(void **state)
{
	(void)state;
	for (size_t size = 12; size <= sizeof(answer); size++) {
		struct br_reader r = guarded(answer, size);
		struct br_dns_message m;
		struct br_dns_record record = {.type = 7};
		int want[] = {size >= 31 ? 1 : -EBADMSG, size >= 45 ? 1 : -EBADMSG,
		              size == sizeof(answer) ? 1 : -EBADMSG};

		assert_int_equal(br_dns_parse((struct br_octets){r.pos, size}, &m), 0);
		assert_int_equal(m.id, 0x1234);
		assert_int_equal(br_dns_question_get(&m, &record), want[0]);
		assert_int_equal(record.type, want[0] == 1 ? BR_DNS_TYPE_A : 7);
		if (want[0] == 1) {
			assert_true(next_label_is(&record.name, "boot"));
			assert_true(next_label_is(&record.name, "lab"));
			assert_true(next_label_is(&record.name, "test"));
			assert_false(next_label_is(&record.name, ""));
			assert_int_equal(br_dns_question_get(&m, &record), 0);
		}
		assert_int_equal(br_dns_answer_get(&m, &record), want[1]);
		if (want[1] == 1)
			assert_int_equal(record.type, 5); /* CNAME, and its name a pointer */
		assert_int_equal(br_dns_answer_get(&m, &record), want[2]);
		if (want[2] == 1) {
			assert_false(next_label_is(&record.name, "lab"));
			assert_int_equal(record.value.size, 4);
			assert_int_equal(br_dns_answer_get(&m, &record), 0);
		}
	}
}

static void octets_that_begin_no_label_are_no_name(void **state)
{
	uint8_t bad[sizeof(answer)];
	uint32_t address = 7;

	(void)state;
	memcpy(bad, answer, sizeof(answer));
	for (unsigned first = 64; first < 0xc0; first++) { /* 01 and 10: RFC 1035 §4.1.4 */
		struct br_octets name = {bad + 12, 19}, label;

		bad[12] = (uint8_t)first;
		assert_int_equal(br_dns_get_address((struct br_octets){bad, sizeof(bad)}, 0x1234,
		                                    &address, NULL),
		                 -EBADMSG);
		assert_false(br_dns_label_get(&name, &label));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_by_the_book),
		cmocka_unit_test(names_that_are_none_are_refused),
		cmocka_unit_test(the_address_is_found_behind_a_cname),
		cmocka_unit_test(four_octets_of_another_type_are_no_address),
		cmocka_unit_test(a_cut_answer_is_none),
		cmocka_unit_test(others_answers_are_not_ours),
		cmocka_unit_test(records_come_in_their_order_up_to_the_cut),
		cmocka_unit_test(octets_that_begin_no_label_are_no_name),
	};

	return cmocka_run_group_tests_name("dns", tests, NULL, NULL);
}
