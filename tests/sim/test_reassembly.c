/* SPDX-License-Identifier: BSD-2-Clause */
/* One UDP datagram over IPv4 and over IPv6 is cut into IP fragments, the fragments cut
 * by a snap length or put out of order: lengths must come out right, octets only where
 * the capture kept them. To a host the same come repeated, overlapping, and late.
 */
#include <string.h>

#include "sim/net/reassembly.h"
#include "tests/helper.h"

enum {
	PAYLOAD = 3000,
	STEP = 1480,
};

#define RULES(max)                                                                                 \
	(&(const struct br_reassembly_rules){.datagrams_max = (max), .pieces_max = UINT32_MAX})
#define STRICT(max)                                                                                \
	(&(const struct br_reassembly_rules){                                                      \
		.datagrams_max = (max), .pieces_max = 4, .strict = true})

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

static uint64_t lost(const struct br_reassembly *t)
{
	return br_reassembly_counters(t)->given_up + br_reassembly_waiting(t);
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
		struct br_reassembly *t;
		struct br_packet piece, whole;

		assert_int_equal(br_reassembly_new(&t, RULES(2)), 0);
		for (size_t k = 0; k < 2; k++) {
			size_t index = cases[i].later_first ? 1 - k : k;

			options_piece(&piece, index, cases[i].first_size,
			              index == 0 ? 60 : cases[i].next_later);
			assert_int_equal(br_reassembly_add(t, &piece, 0, 0, &whole), k == 1);
		}
		assert_int_equal(whole.transport, BR_TRANSPORT_UDP);
		assert_int_equal(whole.dst.port, 69);
		assert_int_equal(whole.wrong, 0);
		assert_int_equal(whole.payload.size, PAYLOAD);
		assert_memory_equal(whole.payload.data, datagram + BR_UDP_HEADER, PAYLOAD);
		(void)br_reassembly_free(t);
	}
}

static void joins(bool six, const size_t order[3], size_t kept, size_t want)
{
	struct br_reassembly *t;
	struct br_packet piece, whole;

	assert_int_equal(br_reassembly_new(&t, RULES(2)), 0);
	for (size_t i = 0; i < 3; i++) {
		fragment(&piece, six, order[i], kept);
		assert_int_equal(br_reassembly_add(t, &piece, 0, i * BR_MS, &whole), i == 2);
	}
	assert_false(whole.fragment);
	assert_int_equal(whole.transport, BR_TRANSPORT_UDP);
	assert_int_equal(whole.src.port, 4096);
	assert_int_equal(whole.dst.port, 69);
	assert_int_equal(whole.payload_size, PAYLOAD);
	assert_int_equal(whole.payload.size, want);
	assert_memory_equal(whole.payload.data, datagram + BR_UDP_HEADER, want);
	assert_int_equal(lost(t), 0);
	assert_null(br_reassembly_free(t));
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
	struct br_reassembly *t;
	struct br_packet piece, whole;

	(void)state;
	assert_int_equal(br_reassembly_new(&t, RULES(2)), 0);
	fragment(&piece, false, 0, STEP);
	assert_false(br_reassembly_add(t, &piece, 0, 0, &whole));
	fragment(&piece, false, 2, STEP);
	assert_false(br_reassembly_add(t, &piece, 0, 0, &whole));
	assert_int_equal(lost(t), 1);
	fragment(&piece, false, 1, STEP); /* a minute later: another datagram of that number */
	assert_false(br_reassembly_add(t, &piece, 0, 61 * BR_S, &whole));
	assert_int_equal(lost(t), 2);
	(void)br_reassembly_free(t);
}

static void a_piece_beyond_64_kib_is_refused(void **state)
{
	struct br_reassembly *t;
	struct br_packet piece, whole;

	(void)state;
	assert_int_equal(br_reassembly_new(&t, RULES(1)), 0);
	fragment(&piece, false, 2, STEP);
	piece.ipv4.fragment = BR_IPV4_OFFSET; /* 65528: RFC 791's longest is 65535 with header */
	assert_false(br_reassembly_add(t, &piece, 0, 0, &whole));
	assert_int_equal(lost(t), 0);
	(void)br_reassembly_free(t);
}

/* Octets @start to @end of the datagram, over IPv4 or IPv6. */
static struct br_packet part(bool six, size_t start, size_t end, bool more)
{
	static uint8_t buffer[48 + sizeof(datagram)];
	size_t header = six ? 48 : 20, size = end - start;
	struct br_packet packet;

	if (six) {
		put_ipv6(buffer, size, 17, start, more);
	} else {
		memset(buffer, 0, header);
		buffer[0] = 0x45;
		buffer[1] = start == 0 ? 0x10 : 0;
		buffer[2] = (uint8_t)((size + 20) >> 8);
		buffer[3] = (uint8_t)(size + 20);
		buffer[5] = 99;
		buffer[6] = (uint8_t)((more ? 0x20 : 0) | (start / 8) >> 8);
		buffer[7] = (uint8_t)(start / 8);
		buffer[8] = start == 0 ? 63 : 60;
		buffer[9] = 17;
		buffer[12] = buffer[16] = 10;
		buffer[15] = 1;
		buffer[19] = 2;
	}
	memcpy(buffer + header, datagram + start, size);
	br_packet_parse_ip(&packet, (struct br_octets){buffer, header + size}, header + size,
	                   false);
	assert_true(packet.fragment);
	return packet;
}

static bool add(struct br_reassembly *t, struct br_packet piece, struct br_packet *ret_whole)
{
	return br_reassembly_add(t, &piece, 0, 0, ret_whole);
}

static void a_host_ignores_a_piece_that_comes_twice(void **state)
{
	struct br_reassembly *t;
	struct br_packet whole;

	(void)state;
	for (int six = 0; six < 2; six++) {
		assert_int_equal(br_reassembly_new(&t, STRICT(2)), 0);
		for (size_t twice = 0; twice < 2; twice++) {
			assert_false(add(t, part(six, 2960, 3008, false), &whole));
			assert_false(add(t, part(six, 8, 16, true), &whole));
			assert_false(add(t, part(six, 16, 2960, true), &whole));
		}
		assert_true(add(t, part(six, 0, 8, true), &whole));
		assert_int_equal(whole.payload.size, PAYLOAD);
		assert_memory_equal(whole.payload.data, datagram + BR_UDP_HEADER, PAYLOAD);
		assert_int_equal(br_reassembly_counters(t)->dropped, 0);
		assert_int_equal(br_reassembly_counters(t)->whole, 1);
		if (!six) { /* the header is that of the first piece */
			assert_int_equal(whole.ipv4.ttl, 63);
			assert_int_equal(whole.ipv4.tos, 0x10);
		}
		assert_int_equal(br_reassembly_waiting(t), 0);
		(void)br_reassembly_free(t);
	}
}

/* RFC 5722 §4; who reads a capture goes on with what came last */
static void an_overlap_ends_the_datagram_of_a_host_alone(void **state)
{
	static const struct {
		size_t start, end;
		bool more;
	} overlaps[] = {
		{8, 16, true},     /* the end of the first piece */
		{0, 8, true},      /* its beginning */
		{0, 32, true},     /* all of both */
		{8, 24, true},     /* some of both */
		{16, 40, true},    /* the second, and more */
		{24, 3008, false}, /* the second's end, and the rest */
		{8, 16, false},    /* an end before the second */
		{0, 24, true},     /* the first, and some of the second */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(overlaps) / sizeof(overlaps[0]); i++) {
		bool six = i % 2;
		struct br_reassembly *host, *capture;
		struct br_packet whole, piece;

		assert_int_equal(br_reassembly_new(&host, STRICT(2)), 0);
		assert_int_equal(br_reassembly_new(&capture, RULES(2)), 0);
		for (size_t k = 0; k < 2; k++) {
			struct br_reassembly *t = k ? capture : host;

			assert_false(add(t, part(six, 0, 16, true), &whole));
			assert_false(add(t, part(six, 16, 32, true), &whole));
			piece = part(six, overlaps[i].start, overlaps[i].end, overlaps[i].more);
			assert_int_equal(add(t, piece, &whole), k == 1 && !overlaps[i].more);
		}
		assert_int_equal(br_reassembly_waiting(host), 0);
		assert_int_equal(br_reassembly_counters(host)->dropped, 3);
		assert_int_equal(br_reassembly_counters(host)->given_up, 1);
		assert_int_equal(br_reassembly_counters(capture)->dropped, 0);
		if (overlaps[i].more)
			assert_true(add(capture, part(six, 32, 3008, false), &whole));
		(void)br_reassembly_free(host);
		(void)br_reassembly_free(capture);
	}
}

static void two_ends_or_octets_behind_it_end_the_datagram(void **state)
{
	struct br_reassembly *t;
	struct br_packet whole;

	(void)state;
	assert_int_equal(br_reassembly_new(&t, STRICT(2)), 0);
	assert_false(add(t, part(false, 40, 53, false), &whole));
	assert_false(add(t, part(false, 40, 52, false), &whole)); /* another end */
	assert_int_equal(br_reassembly_counters(t)->dropped, 2);
	assert_false(add(t, part(false, 40, 53, false), &whole));
	assert_false(add(t, part(false, 56, 64, true), &whole)); /* behind it */
	assert_int_equal(br_reassembly_counters(t)->dropped, 4);
	assert_false(add(t, part(false, 56, 64, true), &whole));
	assert_false(add(t, part(false, 40, 53, false), &whole)); /* before it */
	assert_int_equal(br_reassembly_counters(t)->dropped, 6);
	(void)br_reassembly_free(t);
}

static void what_no_datagram_can_have_is_refused(void **state)
{
	struct br_reassembly *t;
	struct br_packet whole;

	(void)state;
	assert_int_equal(br_reassembly_new(&t, STRICT(1)), 0);
	assert_false(add(t, part(false, 0, 13, true), &whole)); /* no multiple of 8 */
	assert_int_equal(br_reassembly_waiting(t), 0);
	for (size_t i = 0; i < 5; i++) /* one more than the rules allow */
		assert_false(add(t, part(false, 8 * i, 8 * i + 8, true), &whole));
	assert_int_equal(br_reassembly_waiting(t), 0);
	assert_int_equal(br_reassembly_counters(t)->dropped, 6);
	(void)br_reassembly_free(t);
	assert_int_equal(br_reassembly_new(&t, RULES(1)), 0);
	assert_false(add(t, part(false, 0, 13, true), &whole)); /* of 13 octets 8 count */
	assert_true(add(t, part(false, 8, 3008, false), &whole));
	(void)br_reassembly_free(t);
	assert_int_equal(br_reassembly_new(&t, STRICT(0)), 0);
	assert_false(add(t, part(false, 0, 16, true), &whole));
	assert_int_equal(br_reassembly_counters(t)->dropped, 1);
	(void)br_reassembly_free(t);
}

static void the_late_and_the_oldest_are_given_up(void **state)
{
	struct br_reassembly *t;
	struct br_reassembly_lost gone;
	struct br_packet piece, whole, first;

	(void)state;
	assert_int_equal(br_reassembly_new(&t, STRICT(2)), 0);
	assert_true(br_reassembly_deadline(t) == BR_TIME_NEVER);
	for (uint16_t id = 1; id <= 3; id++) {
		piece = part(false, id == 2 ? 0 : 16, id == 2 ? 16 : 32, true);
		piece.ipv4.identification = id;
		assert_false(br_reassembly_add(t, &piece, 40U + id, id * BR_S, &whole));
	}
	assert_int_equal(br_reassembly_counters(t)->given_up, 1); /* the first made room */
	while (br_reassembly_expire(t, 32 * BR_S - 1, &gone))
		fail();
	assert_int_equal(br_reassembly_deadline(t), 32 * BR_S);
	assert_true(br_reassembly_expire(t, 32 * BR_S, &gone));
	assert_int_equal(gone.mark, 42);
	br_packet_parse_ip(&first, gone.first, gone.first.size, true);
	assert_int_equal(first.wrong & (BR_PACKET_SHORT | BR_PACKET_BAD_LENGTH), 0);
	assert_int_equal(first.ipv4.fragment, BR_IPV4_MORE_FRAGMENTS);
	assert_int_equal(first.ip_payload.size, 16);
	assert_memory_equal(first.ip_payload.data, datagram, 16);
	assert_false(br_reassembly_expire(t, 32 * BR_S, &gone));
	assert_int_equal(br_reassembly_deadline(t), 33 * BR_S);
	assert_true(br_reassembly_expire(t, 60 * BR_S, &gone));
	assert_null(gone.first.data); /* its first piece never came */
	assert_false(br_reassembly_expire(t, 60 * BR_S, &gone));
	assert_true(br_reassembly_deadline(t) == BR_TIME_NEVER);
	assert_int_equal(br_reassembly_counters(t)->given_up, 3);
	(void)br_reassembly_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_in_any_order_make_the_datagram),
		cmocka_unit_test(extension_headers_of_the_first_piece_count),
		cmocka_unit_test(cut_pieces_count_but_add_nothing),
		cmocka_unit_test(a_missing_piece_is_counted_not_guessed),
		cmocka_unit_test(a_piece_beyond_64_kib_is_refused),
		cmocka_unit_test(a_host_ignores_a_piece_that_comes_twice),
		cmocka_unit_test(an_overlap_ends_the_datagram_of_a_host_alone),
		cmocka_unit_test(two_ends_or_octets_behind_it_end_the_datagram),
		cmocka_unit_test(what_no_datagram_can_have_is_refused),
		cmocka_unit_test(the_late_and_the_oldest_are_given_up),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
