/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCPv6 messages whole, wrapped by relays, and cut at every length, each flush against a page
 * that cannot be read.
 */
#include "tests/helper.h"

#include <errno.h>
#include <string.h>

#include "core/formats/dhcp6_message.h"

enum {
	ROOM = 2048,
	HEADER = 4,
	RELAY_HEADER = 34,
	RELAY_COST = RELAY_HEADER + 4 + 2 + 4, /* Interface-Id of 2 octets, head of option 9 */
};

static const uint8_t duid[] = {0, 3, 0, 1, 0x52, 0x54, 0, 0x12, 0x34, 0x56};
static const uint8_t address[16] = {0x20, 1, 0x0d, 0xb8, [15] = 0x64};

static void put_option(struct br_writer *w, uint16_t code, const void *value, size_t size)
{
	br_put_be16(w, code);
	br_put_be16(w, (uint16_t)size);
	br_put_bytes(w, value, size);
}

/* An IA_NA of one address, and a status behind that */
static void put_ia(struct br_writer *w)
{
	br_put_be16(w, BR_DHCP6_OPTION_IA_NA);
	br_put_be16(w, 12 + 28 + 6);
	br_put_be32(w, 0x12345678);
	br_put_be32(w, 900);
	br_put_be32(w, 1440);
	br_put_be16(w, BR_DHCP6_OPTION_ADDRESS);
	br_put_be16(w, 24);
	br_put_bytes(w, address, sizeof(address));
	br_put_be32(w, 1800);
	br_put_be32(w, 3600);
	put_option(w, BR_DHCP6_OPTION_STATUS, "\0\4", 2);
}

static void put_reply(struct br_writer *w)
{
	br_put_be32(w, UINT32_C(0x07a1b2c3));
	put_option(w, BR_DHCP6_OPTION_CLIENT_ID, duid, sizeof(duid));
	put_ia(w);
	put_option(w, BR_DHCP6_OPTION_RAPID_COMMIT, NULL, 0);
}

/* What @levels relays made of the reply, the innermost with hop-count 0. */
static size_t wrapped(uint8_t octets[ROOM], size_t levels)
{
	uint8_t inside[ROOM];
	struct br_writer w = br_writer_of(octets, ROOM);
	size_t size;

	put_reply(&w);
	size = br_written(&w);
	for (size_t i = 0; i < levels; i++) {
		uint8_t peer[16] = {0xfe, 0x80, [15] = (uint8_t)i}, id[2] = {'p', (uint8_t)i};

		memcpy(inside, octets, size);
		w = br_writer_of(octets, ROOM);
		br_put_u8(&w, BR_DHCP6_TYPE_RELAY_REPLY);
		br_put_u8(&w, (uint8_t)i);
		br_put_bytes(&w, address, 16);
		br_put_bytes(&w, peer, 16);
		put_option(&w, BR_DHCP6_OPTION_INTERFACE_ID, id, sizeof(id));
		put_option(&w, BR_DHCP6_OPTION_RELAYED, inside, size);
		size = br_written(&w);
	}
	assert_false(w.bad);
	return size;
}

static int parse(const uint8_t *octets, size_t size, struct br_dhcp6_message *m)
{
	struct br_reader r = guarded(octets, size);

	return br_dhcp6_parse((struct br_octets){r.pos, size}, m);
}

static void a_message_is_read(void **state)
{
	uint8_t octets[ROOM];
	size_t size = wrapped(octets, 0);
	struct br_dhcp6_message m;
	struct br_dhcp6_ia ia;
	struct br_octets found;

	(void)state;
	assert_int_equal(parse(octets, size, &m), 0);
	assert_int_equal(m.type, BR_DHCP6_TYPE_REPLY);
	assert_int_equal(m.xid, 0xa1b2c3);
	assert_int_equal(m.levels, 0);
	assert_int_equal(m.whole.size, size);
	assert_false(m.malformed);
	found = br_dhcp6_find(m.options, BR_DHCP6_OPTION_CLIENT_ID);
	assert_int_equal(found.size, sizeof(duid));
	assert_memory_equal(found.data, duid, sizeof(duid));
	found = br_dhcp6_find(m.options, BR_DHCP6_OPTION_RAPID_COMMIT);
	assert_non_null(found.data); /* of length 0, and there */
	assert_null(br_dhcp6_find(m.options, BR_DHCP6_OPTION_BOOT_URL).data);
	assert_int_equal(br_dhcp6_status(m.options), -1); /* that inside the IA is the IA's */
	ia = br_dhcp6_ia(br_dhcp6_find(m.options, BR_DHCP6_OPTION_IA_NA));
	assert_true(ia.there);
	assert_int_equal(ia.iaid, 0x12345678);
	assert_int_equal(ia.t1, 900);
	assert_int_equal(ia.t2, 1440);
	assert_int_equal(ia.addresses, 1);
	assert_memory_equal(ia.address, address, sizeof(address));
	assert_int_equal(ia.preferred, 1800);
	assert_int_equal(ia.valid, 3600);
	assert_int_equal(ia.status, BR_DHCP6_STATUS_NOT_ON_LINK);
}

static void a_message_that_is_cut_says_so(void **state)
{
	static const size_t edges[] = {HEADER, HEADER + 14, HEADER + 14 + 50};
	uint8_t octets[ROOM];
	size_t size = wrapped(octets, 0);

	(void)state;
	for (size_t cut = 0; cut < size; cut++) {
		struct br_dhcp6_message m;
		bool at_edge = cut == edges[0] || cut == edges[1] || cut == edges[2];

		assert_int_equal(parse(octets, cut, &m), cut < HEADER ? -EBADMSG : 0);
		if (cut < HEADER)
			continue;
		assert_int_equal(m.malformed, !at_edge);
		assert_int_equal(br_dhcp6_count(m.options, BR_DHCP6_OPTION_CLIENT_ID),
		                 cut >= edges[1]);
		assert_int_equal(br_dhcp6_count(m.options, BR_DHCP6_OPTION_IA_NA), cut >= edges[2]);
	}
}

static void relays_are_taken_off_from_without(void **state)
{
	uint8_t octets[ROOM];

	(void)state;
	for (size_t levels = 1; levels <= BR_DHCP6_RELAYS_MAX; levels++) {
		size_t size = wrapped(octets, levels);
		struct br_dhcp6_message m;

		assert_int_equal(parse(octets, size, &m), 0);
		assert_int_equal(m.levels, levels);
		assert_int_equal(m.type, BR_DHCP6_TYPE_REPLY);
		assert_int_equal(m.xid, 0xa1b2c3);
		assert_int_equal(m.whole.size, size - levels * RELAY_COST);
		for (size_t i = 0; i < levels; i++) {
			const struct br_dhcp6_relay *relay = &m.level[i];
			struct br_octets id =
				br_dhcp6_find(relay->options, BR_DHCP6_OPTION_INTERFACE_ID);

			assert_int_equal(relay->type, BR_DHCP6_TYPE_RELAY_REPLY);
			assert_int_equal(relay->hops, levels - 1 - i);
			assert_int_equal(relay->peer[15], levels - 1 - i);
			assert_memory_equal(relay->link, address, 16);
			assert_int_equal(id.size, 2);
			assert_int_equal(id.data[1], levels - 1 - i);
		}
	}
}

/* Nine levels are by the book: the ninth relay got hop-count 7 and sent 8. RFC 8415 §19.1.2 */
static void more_relays_than_the_limit_allows_are_refused(void **state)
{
	uint8_t octets[ROOM];
	struct br_dhcp6_message m;

	(void)state;
	assert_true(BR_DHCP6_RELAYS_MAX > BR_DHCP6_HOP_COUNT_LIMIT + 1);
	assert_int_equal(parse(octets, wrapped(octets, BR_DHCP6_RELAYS_MAX + 1), &m), -EMSGSIZE);
	assert_int_equal(parse(octets, wrapped(octets, 30), &m), -EMSGSIZE);
}

static void a_relayed_message_that_is_cut_is_none(void **state)
{
	uint8_t octets[ROOM];
	size_t size = wrapped(octets, 3);
	struct br_dhcp6_message m;

	(void)state;
	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(parse(octets, cut, &m), -EBADMSG);
	assert_int_equal(parse(octets, size, &m), 0);
	octets[RELAY_HEADER + 6 + 1] = BR_DHCP6_OPTION_STATUS; /* no option 9 */
	assert_int_equal(parse(octets, size, &m), -EBADMSG);
}

static void options_that_do_not_fill_their_room_are_malformed(void **state)
{
	static const struct {
		uint8_t octets[24];
		size_t size;
		bool good;
	} cases[] = {
		{{0}, 0, true},
		{{0, 14, 0, 0}, 4, true},
		{{0, 14, 0}, 3, false},                                     /* half a head */
		{{0, 14, 0, 1}, 4, false},                                  /* over the edge */
		{{0, 3, 0, 11, 0, 0, 0, 1}, 15, false},                     /* no IA */
		{{0, 3, 0, 12, 0, 0, 0, 1}, 16, true},                      /* an empty one */
		{{0, 3, 0, 13, 0, 0, 0, 1}, 17, false},                     /* one octet more */
		{{0, 25, 0, 16, 0, 0, 0, 1, [16] = 0, 5, 0, 0}, 20, false}, /* no address */
		{{0, 3, 0, 16, 0, 0, 0, 1, [16] = 0, 13, 0, 0}, 20, true},  /* another option */
		{{0, 3, 0, 16, 0, 0, 0, 1, [16] = 0, 13, 0, 1, 0, 0, 0},
	         21,
	         false}, /* over the IA */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct br_reader r = guarded(cases[i].octets, cases[i].size);

		assert_int_equal(br_dhcp6_is_well_formed((struct br_octets){r.pos, cases[i].size}),
		                 cases[i].good);
	}
}

static void an_ia_without_a_whole_address_has_none(void **state)
{
	uint8_t octets[64];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_dhcp6_ia ia;

	(void)state;
	put_ia(&w);
	for (size_t size = 0; size < 12 + 28; size++) {
		struct br_reader r = guarded(octets + 4, size);

		ia = br_dhcp6_ia((struct br_octets){r.pos, size});
		assert_int_equal(ia.there, size >= 12);
		assert_int_equal(ia.addresses, 0);
		assert_int_equal(ia.status, -1);
	}
	octets[4 + 12 + 3] = 20; /* an address and half its lifetimes */
	ia = br_dhcp6_ia((struct br_octets){octets + 4, 12 + 24});
	assert_true(ia.there);
	assert_int_equal(ia.addresses, 0);
}

static void classes_are_found_behind_their_numbers(void **state)
{
	static const uint8_t vendor[] = {0, 0, 1, 0x57, 0, 2, 'P', 'X'}, user[] = {0, 1, 'i'};
	uint32_t enterprise = 7;
	struct br_octets text = {0};

	(void)state;
	for (size_t size = 0; size <= sizeof(vendor); size++) {
		struct br_reader r = guarded(vendor, size);
		bool good =
			br_dhcp6_vendor_class((struct br_octets){r.pos, size}, &enterprise, &text);

		assert_int_equal(good, size >= 4);
		assert_int_equal(enterprise, good ? 343 : 7);
		assert_int_equal(text.size, size > 6 ? size - 6 : 0);
	}
	for (size_t size = 0; size <= sizeof(user); size++) {
		struct br_reader r = guarded(user, size);

		assert_int_equal(br_dhcp6_user_class((struct br_octets){r.pos, size}).size,
		                 size > 2 ? 1 : 0);
	}
}

static void boot_parameters_are_read_to_their_edge(void **state)
{
	static const uint8_t parameters[] = {0, 3, '1', '2', '3', 0, 0, 0, 1, 'x'};
	static const size_t sizes[] = {3, 0, 1};

	(void)state;
	for (size_t size = 0; size <= sizeof(parameters); size++) {
		struct br_reader r = guarded(parameters, size);
		size_t whole = size < 5 ? 0 : size < 7 ? 1 : size < sizeof(parameters) ? 2 : 3;
		bool at_edge = size == 0 || size == 5 || size == 7 || size == sizeof(parameters);
		struct br_octets text = {NULL, 7};

		for (size_t i = 0; i < whole; i++) {
			assert_int_equal(br_dhcp6_boot_parameter_get(&r, &text), 1);
			assert_int_equal(text.size, sizes[i]);
		}
		assert_int_equal(br_dhcp6_boot_parameter_get(&r, &text), at_edge ? 0 : -EBADMSG);
		assert_int_equal(text.size, whole ? sizes[whole - 1] : 7);
	}
}

static void types_have_the_names_of_the_rfc(void **state)
{
	(void)state;
	assert_null(br_dhcp6_type_name(0));
	assert_string_equal(br_dhcp6_type_name(1), "solicit");
	assert_string_equal(br_dhcp6_type_name(11), "information-request");
	assert_string_equal(br_dhcp6_type_name(13), "relay-repl");
	for (uint8_t type = 1; type <= 13; type++)
		assert_non_null(br_dhcp6_type_name(type));
	assert_null(br_dhcp6_type_name(14));
	assert_null(br_dhcp6_type_name(255));
}

static void what_is_written_is_read_again(void **state)
{
	struct br_dhcp6_relay relay = {.type = BR_DHCP6_TYPE_RELAY_FORWARD, .hops = 3};
	uint8_t octets[ROOM], *relayed, *ia;
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	struct br_dhcp6_message m;
	struct br_dhcp6_ia read;
	struct br_octets text;
	uint32_t enterprise;

	(void)state;
	memcpy(relay.link, address, 16);
	br_dhcp6_put_relay(&w, &relay);
	relayed = br_dhcp6_begin(&w, BR_DHCP6_OPTION_RELAYED);
	br_dhcp6_put_head(&w, BR_DHCP6_TYPE_REPLY, 0xa1b2c3);
	br_dhcp6_put(&w, BR_DHCP6_OPTION_CLIENT_ID, duid, sizeof(duid));
	ia = br_dhcp6_begin(&w, BR_DHCP6_OPTION_IA_NA);
	br_put_be32(&w, 7);
	br_put_be32(&w, 50);
	br_put_be32(&w, 80);
	br_dhcp6_put_address(&w, address, 99, 100);
	br_dhcp6_put_status(&w, BR_DHCP6_STATUS_NO_BINDING, "gone");
	br_dhcp6_end(&w, ia);
	br_dhcp6_put_vendor_class(&w, BR_DHCP6_ENTERPRISE_INTEL, "HTTPClient");
	br_dhcp6_end(&w, relayed);
	assert_false(w.bad);
	assert_int_equal(parse(octets, br_written(&w), &m), 0);
	assert_int_equal(m.levels, 1);
	assert_int_equal(m.level[0].hops, 3);
	assert_memory_equal(m.level[0].link, address, 16);
	assert_int_equal(m.type, BR_DHCP6_TYPE_REPLY);
	assert_int_equal(m.xid, 0xa1b2c3);
	assert_false(m.malformed);
	read = br_dhcp6_ia(br_dhcp6_find(m.options, BR_DHCP6_OPTION_IA_NA));
	assert_int_equal(read.iaid, 7);
	assert_int_equal(read.preferred, 99);
	assert_int_equal(read.valid, 100);
	assert_int_equal(read.status, BR_DHCP6_STATUS_NO_BINDING);
	assert_true(br_dhcp6_vendor_class(br_dhcp6_find(m.options, 16), &enterprise, &text));
	assert_int_equal(enterprise, 343);
	assert_int_equal(text.size, 10);
}

static void what_does_not_fit_is_not_written(void **state)
{
	uint8_t octets[11];
	struct br_writer w = br_writer_of(octets, sizeof(octets));
	uint8_t *begun;

	(void)state;
	br_dhcp6_put(&w, 7, "12345678", 8);
	assert_true(w.bad);
	assert_int_equal(br_written(&w), 0);
	w = br_writer_of(octets, sizeof(octets));
	begun = br_dhcp6_begin(&w, 7);
	br_put_zeros(&w, 8);
	br_dhcp6_end(&w, begun);
	assert_true(w.bad);
	w = br_writer_of(octets, 3);
	br_dhcp6_end(&w, br_dhcp6_begin(&w, 7));
	assert_true(w.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_read),
		cmocka_unit_test(a_message_that_is_cut_says_so),
		cmocka_unit_test(relays_are_taken_off_from_without),
		cmocka_unit_test(more_relays_than_the_limit_allows_are_refused),
		cmocka_unit_test(a_relayed_message_that_is_cut_is_none),
		cmocka_unit_test(options_that_do_not_fill_their_room_are_malformed),
		cmocka_unit_test(an_ia_without_a_whole_address_has_none),
		cmocka_unit_test(classes_are_found_behind_their_numbers),
		cmocka_unit_test(boot_parameters_are_read_to_their_edge),
		cmocka_unit_test(types_have_the_names_of_the_rfc),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(what_does_not_fit_is_not_written),
	};

	return cmocka_run_group_tests_name("dhcp6_message", tests, NULL, NULL);
}
