/* SPDX-License-Identifier: BSD-2-Clause */
/* One UDP datagram over IPv4 and over IPv6 is cut into IP fragments, the fragments cut
 * by a snap length or put out of order: lengths must come out right, octets only where
 * the capture kept them.
 */
#include <string.h>

#include "captures/read/fragments.h"
#include "helper.h"

enum {
	PAYLOAD = 3000,
	STEP = 1480,
};

static uint8_t datagram[BR_UDP_HEADER + PAYLOAD];

static int setup(void **state)
{
	(void)state;
	datagram[0] = 0x10; /* ports 4096 -> 69 */
	datagram[3] = 69;
	datagram[4] = (uint8_t)(sizeof(datagram) >> 8);
	datagram[5] = (uint8_t)sizeof(datagram);
	for (size_t i = 0; i < PAYLOAD; i++)
		datagram[BR_UDP_HEADER + i] = (uint8_t)(i * 7);
	return 0;
}

/* IPv6 and fragment header in front of @size octets */
static void put_ipv6(uint8_t buffer[static 48], size_t size, uint8_t next, size_t offset, bool more)
{
	memset(buffer, 0, 48);
	buffer[0] = 0x60;
	buffer[4] = (uint8_t)((size + 8) >> 8);
	buffer[5] = (uint8_t)(size + 8);
	buffer[6] = 44;
	buffer[7] = 64;
	buffer[23] = 1;
	buffer[39] = 2;
	buffer[40] = next;
	buffer[42] = (uint8_t)(offset >> 8);
	buffer[43] = (uint8_t)((offset & 0xf8) | more);
	buffer[47] = 99;
}

/* Fragment number @index of the datagram as a packet, of which @kept payload octets remain. */
static void fragment(struct br_packet *ret, bool six, size_t index, size_t kept)
{
	static uint8_t buffer[64 + STEP];
	size_t offset = index * STEP, header = six ? 48 : 20;
	size_t size = sizeof(datagram) - offset < STEP ? sizeof(datagram) - offset : STEP;
	bool more = offset + size < sizeof(datagram);

	memset(buffer, 0, header);
	if (six) {
		put_ipv6(buffer, size, 17, offset, more);
	} else {
		buffer[0] = 0x45;
		buffer[2] = (uint8_t)((size + 20) >> 8);
		buffer[3] = (uint8_t)(size + 20);
		buffer[5] = 99;
		buffer[6] = (uint8_t)((more ? 0x20 : 0) | (offset / 8) >> 8);
		buffer[7] = (uint8_t)(offset / 8);
		buffer[8] = 64;
		buffer[9] = 17;
		buffer[12] = buffer[16] = 10;
		buffer[15] = 1;
		buffer[19] = 2;
	}
	memcpy(buffer + header, datagram + offset, size);
	if (kept > size)
		kept = size;
	br_packet_parse_ip(ret, (struct br_octets){buffer, header + kept}, header + size, false);
	assert_true(ret->fragment);
}

/* Pieces of an IPv6 datagram whose first part are destination options: they count for the
 * offsets, and stand in the first piece alone (RFC 8200 section 4.5).
 */
static void options_piece(struct br_packet *ret, size_t index, size_t first_size, uint8_t next)
{
	static uint8_t buffer[48 + 16 + sizeof(datagram)];
	static const uint8_t options[16] = {17, 1, 1, 12}; /* UDP behind it; PadN over the rest */
	uint8_t body[sizeof(options) + sizeof(datagram)];
	size_t offset = index == 0 ? 0 : first_size;
	size_t size = index == 0 ? first_size : sizeof(body) - first_size;

	memcpy(body, options, sizeof(options));
	memcpy(body + sizeof(options), datagram, sizeof(datagram));
	put_ipv6(buffer, size, next, offset, index == 0);
	memcpy(buffer + 48, body + offset, size);
	br_packet_parse_ip(ret, (struct br_octets){buffer, 48 + size}, 48 + size, false);
	assert_true(ret->fragment);
}

static void extension_headers_of_the_first_piece_count(void **state)
{
	static const struct {
		size_t first_size;
		uint8_t next_later;
		bool later_first;
	} cases[] = {
		{1496, 60, false}, {1496, 60, true},
		{24, 60, false},   {16, 60, true},   /* the options alone */
		{1496, 17, false}, {1496, 59, true}, /* what later pieces say does not count */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct br_fragments *f;
		struct br_packet piece, whole;

		assert_int_equal(br_fragments_new(&f, 2), 0);
		for (size_t k = 0; k < 2; k++) {
			size_t index = cases[i].later_first ? 1 - k : k;

			options_piece(&piece, index, cases[i].first_size,
			              index == 0 ? 60 : cases[i].next_later);
			assert_int_equal(br_fragments_add(f, &piece, 0, &whole), k == 1);
		}
		assert_int_equal(whole.transport, BR_TRANSPORT_UDP);
		assert_int_equal(whole.dst.port, 69);
		assert_int_equal(whole.wrong, 0);
		assert_int_equal(whole.payload.size, PAYLOAD);
		assert_memory_equal(whole.payload.data, datagram + BR_UDP_HEADER, PAYLOAD);
		(void)br_fragments_free(f);
	}
}

static void joins(bool six, const size_t order[3], size_t kept, size_t want)
{
	struct br_fragments *f;
	struct br_packet piece, whole;

	assert_int_equal(br_fragments_new(&f, 2), 0);
	for (size_t i = 0; i < 3; i++) {
		fragment(&piece, six, order[i], kept);
		assert_int_equal(br_fragments_add(f, &piece, i * BR_MS, &whole), i == 2);
	}
	assert_false(whole.fragment);
	assert_int_equal(whole.transport, BR_TRANSPORT_UDP);
	assert_int_equal(whole.src.port, 4096);
	assert_int_equal(whole.dst.port, 69);
	assert_int_equal(whole.payload_size, PAYLOAD);
	assert_int_equal(whole.payload.size, want);
	assert_memory_equal(whole.payload.data, datagram + BR_UDP_HEADER, want);
	assert_int_equal(br_fragments_given_up(f), 0);
	assert_null(br_fragments_free(f));
}

static void pieces_in_any_order_make_the_datagram(void **state)
{
	static const size_t orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {0, 2, 1}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		joins(false, orders[i], STEP, PAYLOAD);
		joins(true, orders[i], STEP, PAYLOAD);
	}
}

static void cut_pieces_count_but_add_nothing(void **state)
{
	(void)state;
	joins(false, (const size_t[]){0, 1, 2}, 100, 100 - BR_UDP_HEADER);
	joins(true, (const size_t[]){2, 0, 1}, 100, 100 - BR_UDP_HEADER);
}

static void a_missing_piece_is_counted_not_guessed(void **state)
{
	struct br_fragments *f;
	struct br_packet piece, whole;

	(void)state;
	assert_int_equal(br_fragments_new(&f, 2), 0);
	fragment(&piece, false, 0, STEP);
	assert_false(br_fragments_add(f, &piece, 0, &whole));
	fragment(&piece, false, 2, STEP);
	assert_false(br_fragments_add(f, &piece, 0, &whole));
	assert_int_equal(br_fragments_given_up(f), 1);
	fragment(&piece, false, 1, STEP); /* a minute later: another datagram of that number */
	assert_false(br_fragments_add(f, &piece, 61 * BR_S, &whole));
	assert_int_equal(br_fragments_given_up(f), 2);
	(void)br_fragments_free(f);
}

static void a_piece_beyond_64_kib_is_refused(void **state)
{
	struct br_fragments *f;
	struct br_packet piece, whole;

	(void)state;
	assert_int_equal(br_fragments_new(&f, 1), 0);
	fragment(&piece, false, 2, STEP);
	piece.ipv4.fragment = BR_IPV4_OFFSET; /* 65528: RFC 791's longest is 65535 with header */
	assert_false(br_fragments_add(f, &piece, 0, &whole));
	assert_int_equal(br_fragments_given_up(f), 0);
	(void)br_fragments_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_in_any_order_make_the_datagram),
		cmocka_unit_test(extension_headers_of_the_first_piece_count),
		cmocka_unit_test(cut_pieces_count_but_add_nothing),
		cmocka_unit_test(a_missing_piece_is_counted_not_guessed),
		cmocka_unit_test(a_piece_beyond_64_kib_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
