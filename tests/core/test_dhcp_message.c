/* SPDX-License-Identifier: BSD-2-Clause */
/* The three properties of a message: parse(build(m)) = m, build(parse(b)) = b for what real
 * firmware and servers put on the wire (tests/corpus/dhcp_message, cut out of captures), and
 * no truncation traps. Then RFC 3396, overload, and the builder's edges one by one.
 */
#include "core/formats/dhcp_message.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "tests/helper.h"

static const uint8_t mac[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

static struct br_dhcp_header header_of(uint8_t op)
{
	struct br_dhcp_header header = {
		.op = op, .htype = 1, .hlen = 6, .xid = 0x51a348a4, .flags = 0x8000};

	memcpy(header.chaddr, mac, sizeof(mac));
	return header;
}

static struct br_octets flush(const void *data, size_t size)
{
	struct br_reader r = guarded(data, size);

	return (struct br_octets){.data = r.pos, .size = size};
}

static bool same(struct br_octets a, struct br_octets b)
{
	return a.size == b.size && (!a.data) == (!b.data) &&
	       (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static void expect_same(const struct br_dhcp_message *a, const struct br_dhcp_message *b)
{
	assert_memory_equal(&a->header, &b->header, sizeof(a->header));
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->overload, b->overload);
	assert_int_equal(a->instances, b->instances);
	for (size_t i = 0; i < a->instances; i++) {
		assert_int_equal(a->instance[i].code, b->instance[i].code);
		assert_int_equal(a->instance[i].field, b->instance[i].field);
		assert_int_equal(a->instance[i].offset, b->instance[i].offset);
		assert_true(same(a->instance[i].value, b->instance[i].value));
	}
	for (unsigned code = 0; code < 256; code++)
		assert_true(same(br_dhcp_get(a, (uint8_t)code), br_dhcp_get(b, (uint8_t)code)));
	assert_memory_equal(a->ended, b->ended, sizeof(a->ended));
}

static size_t read_file(const char *path, uint8_t *target, size_t size)
{
	FILE *file = fopen(path, "rb");
	size_t got;

	assert_non_null(file);
	got = fread(target, 1, size, file);
	(void)fclose(file);
	return got;
}

static void for_each_capture(void (*see)(const char *name, struct br_octets datagram))
{
	const char *corpus = getenv("BR_CORPUS");
	char path[4096];
	size_t seen = 0;

	assert_non_null(corpus);
	(void)snprintf(path, sizeof(path), "%s/dhcp_message", corpus);

	DIR *dir = opendir(path);

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		static uint8_t data[4096];

		/* "broken-" and the like are the fuzz target's, see fuzz_dhcp_message.c */
		if (entry->d_name[0] == '.' || strncmp(entry->d_name, "made-", 5) == 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/dhcp_message/%s", corpus, entry->d_name);
		see(entry->d_name, flush(data, read_file(path, data, sizeof(data))));
		seen++;
	}
	(void)closedir(dir);
	assert_true(seen >= 40);
}

static void rebuild(const char *name, struct br_octets datagram)
{
	uint8_t buffer[4096];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));
	struct br_dhcp_message m;

	assert_int_equal(br_dhcp_parse(datagram, &m), 0);
	br_dhcp_build(&w, &m);
	assert_false(w.bad);
	if (br_written(&w) != datagram.size || memcmp(buffer, datagram.data, datagram.size) != 0)
		fail_msg("%s: built otherwise than captured", name);
	assert_true(m.has_cookie);
	assert_int_not_equal(m.type, BR_DHCP_TYPE_NONE);
	if (m.header.op == BR_DHCP_OP_REPLY && !br_dhcp_is_valid_edk2(&m))
		fail_msg("%s: a firmware took this reply", name);
}

static void captured_messages_are_rebuilt_octet_for_octet(void **state)
{
	(void)state;
	for_each_capture(rebuild);
}

static void truncate(const char *name, struct br_octets whole)
{
	uint8_t copy[4096], text[16384];

	(void)name;
	memcpy(copy, whole.data, whole.size);
	for (size_t size = 0; size < whole.size; size++) {
		struct br_dhcp_message m;
		int got = br_dhcp_parse(flush(copy, size), &m);

		assert_int_equal(got, size < BR_DHCP_HEADER_SIZE ? -EBADMSG : 0);
		if (got < 0)
			continue;

		struct br_writer w = br_writer_of(text, sizeof(text));

		br_dhcp_print(&w, &m);
		assert_false(w.bad);
		w = br_writer_of(text, sizeof(text));
		br_dhcp_build(&w, &m);
		(void)br_dhcp_is_valid_edk2(&m);
	}
}

static void every_truncation_is_read_to_its_edge_and_no_further(void **state)
{
	(void)state;
	for_each_capture(truncate);
}

/* A message as it may be built: any header, any options, overload and missing ENDs. */
static void draw_message(struct br_prng *prng, struct br_dhcp_message *m, const uint8_t *pool)
{
	size_t room[BR_DHCP_FIELD_COUNT] = {1000, 127, 63};

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < sizeof(m->header.chaddr); i++)
		m->header.chaddr[i] = (uint8_t)br_prng_next(prng);
	m->header.op = (uint8_t)br_prng_below(prng, 256);
	m->header.xid = (uint32_t)br_prng_next(prng);
	m->header.flags = (uint16_t)br_prng_next(prng);
	m->header.yiaddr = (uint32_t)br_prng_next(prng);
	m->header.giaddr = (uint32_t)br_prng_next(prng);
	m->has_cookie = true;
	m->overload = (uint8_t)br_prng_below(prng, 4);
	for (size_t field = 0; field < BR_DHCP_FIELD_COUNT; field++) {
		size_t wanted = br_prng_below(prng, 12);

		m->ended[field] = true;
		if (field > 0 && !(m->overload & field))
			continue;
		if (field == 0 && m->overload > 0) {
			m->instance[m->instances++] = (struct br_dhcp_instance){
				.code = 52, .value = {.data = &m->overload, .size = 1}};
			room[0] -= 3;
		}
		for (size_t i = 0; i < wanted; i++) {
			uint8_t code = (uint8_t)(1 + br_prng_below(prng, 51));
			size_t size = br_prng_below(prng, field == 0 ? 256 : 40);

			if (size + 2 > room[field])
				break;
			room[field] -= size + 2;
			m->instance[m->instances++] = (struct br_dhcp_instance){
				.code = code,
				.field = (uint8_t)field,
				.value = {.data = pool + br_prng_below(prng, 256), .size = size}};
		}
	}
}

static void what_was_built_is_parsed_again(void **state)
{
	struct br_prng prng = br_prng_of(1, 2131);
	uint8_t pool[512], first[2048], second[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(pool); i++)
		pool[i] = (uint8_t)br_prng_next(&prng);
	for (int run = 0; run < 2000; run++) {
		static struct br_dhcp_message drawn, parsed, again;
		struct br_writer w = br_writer_of(first, sizeof(first));

		draw_message(&prng, &drawn, pool);
		br_dhcp_build(&w, &drawn);
		assert_false(w.bad);
		assert_int_equal(br_dhcp_parse(flush(first, br_written(&w)), &parsed), 0);
		assert_int_equal(parsed.instances, drawn.instances);
		assert_int_equal(parsed.overload, drawn.overload);
		for (size_t i = 0; i < drawn.instances; i++) {
			assert_int_equal(parsed.instance[i].code, drawn.instance[i].code);
			assert_int_equal(parsed.instance[i].field, drawn.instance[i].field);
			assert_true(same(parsed.instance[i].value, drawn.instance[i].value));
		}
		w = br_writer_of(second, sizeof(second));
		br_dhcp_build(&w, &parsed);
		assert_int_equal(br_dhcp_parse((struct br_octets){second, br_written(&w)}, &again),
		                 0);
		expect_same(&parsed, &again);
	}
}

static void instances_are_joined_across_fields_in_order(void **state)
{
	/* D4C-OPT-08, D4C-OPT-09; RFC 2131 §4.1: options, file, sname */
	struct br_dhcp_header header = header_of(BR_DHCP_OP_REQUEST);
	uint8_t buffer[300];
	struct br_writer w = br_writer_of(buffer, sizeof(buffer));
	static struct br_dhcp_message m = {
		.has_cookie = true, .overload = 3, .ended = {true, true, true}, .instances = 6};
	static const uint8_t three = 3, discover = 1;

	(void)state;
	m.header = header;
	m.size = sizeof(buffer);
	m.instance[0] = (struct br_dhcp_instance){53, 0, 0, {&discover, 1}};
	m.instance[1] = (struct br_dhcp_instance){60, 0, 0, {(const uint8_t *)"PXE", 3}};
	m.instance[2] = (struct br_dhcp_instance){52, 0, 0, {&three, 1}};
	m.instance[3] = (struct br_dhcp_instance){60, 1, 0, {(const uint8_t *)"Cli", 3}};
	m.instance[4] = (struct br_dhcp_instance){52, 1, 0, {&three, 1}}; /* ROB-D4-07 */
	m.instance[5] = (struct br_dhcp_instance){60, 2, 0, {(const uint8_t *)"ent", 3}};
	br_dhcp_build(&w, &m);

	static struct br_dhcp_message got;

	assert_int_equal(br_dhcp_parse(flush(buffer, sizeof(buffer)), &got), 0);
	assert_int_equal(got.type, BR_DHCP_TYPE_DISCOVER);
	assert_int_equal(got.overload, 3);
	assert_int_equal(br_dhcp_count(&got, 60), 3);
	assert_true(
		same(br_dhcp_get(&got, 60), (struct br_octets){(const uint8_t *)"PXEClient", 9}));
	assert_int_equal(br_dhcp_get_first(&got, 60).size, 3); /* EDK2's view */
	assert_int_equal(br_dhcp_file(&got).size, 0);          /* it holds options */
}

static void lengths_must_fit_the_getter(void **state) /* ROB-D4-04 */
{
	uint8_t buffer[300];
	struct br_dhcp_header header = header_of(BR_DHCP_OP_REQUEST);
	struct br_dhcp_builder b;
	static struct br_dhcp_message m;
	uint8_t octet = 9;
	uint32_t number = 9;

	(void)state;
	br_dhcp_begin(&b, &header, buffer, sizeof(buffer), 0);
	br_dhcp_put(&b, 53, "\1\1", 2);
	br_dhcp_put(&b, 50, "abc", 3);
	br_dhcp_put(&b, 57, "", 0);
	br_dhcp_put_be32(&b, 54, 0xc0000201);
	assert_int_equal(br_dhcp_finish(&b, 300), 300);
	assert_int_equal(br_dhcp_parse(flush(buffer, 300), &m), 0);
	assert_int_equal(m.type, BR_DHCP_TYPE_NONE);
	assert_false(br_dhcp_get_u8(&m, 53, &octet));
	assert_false(br_dhcp_get_be32(&m, 50, &number));
	assert_false(br_dhcp_get_be32(&m, 51, &number));
	assert_int_equal(number, 9);
	assert_int_equal(octet, 9);
	assert_true(br_dhcp_get_be32(&m, 54, &number));
	assert_int_equal(number, 0xc0000201);
	assert_non_null(br_dhcp_get(&m, 57).data); /* there, of length 0 */
	assert_null(br_dhcp_get(&m, 58).data);
}

static void long_values_are_split_and_joined(void **state) /* D4C-OPT-10; RFC 3396 §6, §7 */
{
	uint8_t buffer[1000], value[600];
	struct br_dhcp_header header = header_of(BR_DHCP_OP_REPLY);
	struct br_dhcp_builder b;
	static struct br_dhcp_message m;

	(void)state;
	for (size_t i = 0; i < sizeof(value); i++)
		value[i] = (uint8_t)(i * 7);
	br_dhcp_begin(&b, &header, buffer, sizeof(buffer), 0);
	br_dhcp_put(&b, 119, value, sizeof(value));

	size_t size = br_dhcp_finish(&b, 300);

	assert_int_equal(size, 236 + 4 + 600 + 6 + 1);
	assert_int_equal(br_dhcp_parse(flush(buffer, size), &m), 0);
	assert_int_equal(br_dhcp_count(&m, 119), 3);
	assert_int_equal(m.instance[0].value.size, 255);
	assert_int_equal(m.instance[2].value.size, 90);
	assert_true(same(br_dhcp_get(&m, 119), (struct br_octets){value, sizeof(value)}));
}

static void surplus_goes_to_file_then_sname(void **state)
{
	/* D4C-OPT-05, D4C-OPT-06, D4C-OPT-07, D4C-OPT-02 */
	uint8_t buffer[300], value[50] = {7};
	struct br_dhcp_header header = header_of(BR_DHCP_OP_REPLY);
	struct br_dhcp_builder b;
	static struct br_dhcp_message m;

	(void)state;
	br_dhcp_begin(&b, &header, buffer, sizeof(buffer), 3);
	br_dhcp_put_u8(&b, 53, 2);
	br_dhcp_put(&b, 12, value, 50); /* 60 octets of options: 3 + 52, 4 kept for 52 and END */
	br_dhcp_put(&b, 15, value, 50);
	br_dhcp_put(&b, 17, value, 50);
	br_dhcp_put(&b, 40, value, 50);
	assert_false(br_dhcp_put_if_fits(&b, 64, value, 50));
	assert_true(br_dhcp_put_if_fits(&b, 80, NULL, 0)); /* in file, at its end */
	assert_int_equal(br_dhcp_finish(&b, 300), 300);
	assert_int_equal(br_dhcp_parse(flush(buffer, 300), &m), 0);
	assert_int_equal(m.overload, 3);
	assert_true(m.ended[0] && m.ended[1] && m.ended[2]);
	assert_true(br_dhcp_is_valid_edk2(&m));
	assert_int_equal(buffer[108], 15); /* an option in the first octet */
	assert_int_equal(buffer[44], 40);
	assert_int_equal(buffer[107], 0); /* zeros behind END, to the field's end */
	assert_int_equal(br_dhcp_get(&m, 40).size, 50);
	assert_int_equal(br_dhcp_get(&m, 17).size, 50);
}

static void without_leave_there_is_no_overload(void **state) /* D4C-OPT-12 */
{
	uint8_t buffer[300], value[60] = {7};
	struct br_dhcp_header header = header_of(BR_DHCP_OP_REPLY);
	struct br_dhcp_builder b;

	(void)state;
	br_dhcp_begin(&b, &header, buffer, sizeof(buffer), 0);
	br_dhcp_put_u8(&b, 53, 2);
	assert_false(br_dhcp_put_if_fits(&b, 12, value, 60));
	assert_true(br_dhcp_put_if_fits(&b, 12, value, 54)); /* to the last octet before END */
	assert_int_equal(br_dhcp_finish(&b, 300), 300);
	assert_int_equal(buffer[299], 255);

	br_dhcp_begin(&b, &header, buffer, sizeof(buffer), 0);
	br_dhcp_put(&b, 12, value, 60); /* must, and cannot */
	assert_int_equal(br_dhcp_finish(&b, 300), 0);
	br_dhcp_begin(&b, &header, buffer, 240, 0);
	assert_int_equal(br_dhcp_finish(&b, 300), 0);
}

static void the_relays_option_is_last_and_whole_or_not_there(void **state)
{
	/* RLS-02, RLS-03, RLS-04; RFC 3046 §2.2 */
	uint8_t buffer[548], agent[255] = {1, 253};
	struct br_dhcp_header header = header_of(BR_DHCP_OP_REPLY);
	struct br_dhcp_builder b;
	static struct br_dhcp_message m;

	(void)state;
	br_dhcp_begin(&b, &header, buffer, sizeof(buffer), 3);
	br_dhcp_put_u8(&b, 53, 2);
	assert_true(br_dhcp_put_last(&b, 82, agent, sizeof(agent)));
	br_dhcp_put(&b, 12, agent, 40);
	br_dhcp_put(&b, 15, agent, 90); /* what does not fit beside it goes to file */

	size_t size = br_dhcp_finish(&b, 300);

	assert_int_equal(br_dhcp_parse(flush(buffer, size), &m), 0);
	assert_int_equal(br_dhcp_get(&m, 82).size, 255);

	const struct br_dhcp_instance *last = NULL;

	for (size_t i = 0; i < m.instances; i++) {
		if (m.instance[i].field == BR_DHCP_FIELD_OPTIONS)
			last = &m.instance[i];
	}
	assert_non_null(last);
	assert_int_equal(last->code, 82);
	assert_int_equal(buffer[last->offset + 2 + 255], 255);

	br_dhcp_begin(&b, &header, buffer, 300, 3);
	assert_false(br_dhcp_put_last(&b, 82, agent, sizeof(agent)));
	br_dhcp_put_u8(&b, 53, 2);
	assert_int_equal(br_dhcp_finish(&b, 300), 300);
	assert_int_equal(br_dhcp_parse(flush(buffer, 300), &m), 0);
	assert_null(br_dhcp_get(&m, 82).data);
}

static void a_last_value_in_parts_has_room_for_the_head_of_each(void **state)
{
	/* 3 octets of option 53, 300 of value, 2 for each of its parts, 1 of END */
	const size_t enough = 240 + 3 + 300 + 2 * 2 + 1;
	uint8_t buffer[600], value[300];
	struct br_dhcp_header header = header_of(BR_DHCP_OP_REPLY);
	struct br_dhcp_builder b;
	static struct br_dhcp_message m;

	(void)state;
	memset(value, 0x55, sizeof(value));
	for (size_t room = enough - 8; room <= enough + 8; room++) {
		br_dhcp_begin(&b, &header, buffer, room, 0);
		br_dhcp_put_u8(&b, 53, 2);
		assert_int_equal(br_dhcp_put_last(&b, 125, value, sizeof(value)), room >= enough);

		size_t size = br_dhcp_finish(&b, 300);

		assert_true(size >= 300 && size <= room);
		assert_int_equal(br_dhcp_parse(flush(buffer, size), &m), 0);
		assert_int_equal(br_dhcp_get(&m, 125).size, room >= enough ? 300 : 0);
	}
}

static void a_split_value_that_does_not_fit_leaves_nothing_behind(void **state)
{
	uint8_t buffer[300], value[400];
	struct br_dhcp_header header = header_of(BR_DHCP_OP_REPLY);
	struct br_dhcp_builder b;
	static struct br_dhcp_message m;

	(void)state;
	memset(buffer, 0xee, sizeof(buffer));
	memset(value, 0x55, sizeof(value));
	br_dhcp_begin(&b, &header, buffer, sizeof(buffer), 3);
	br_dhcp_put_u8(&b, 53, 2);
	assert_false(br_dhcp_put_if_fits(&b, 119, value, sizeof(value)));
	assert_int_equal(br_dhcp_finish(&b, 300), 300);
	assert_null(memchr(buffer, 0x55, sizeof(buffer))); /* ROB-X-01 */
	assert_null(memchr(buffer, 0xee, sizeof(buffer)));
	assert_int_equal(br_dhcp_parse(flush(buffer, 300), &m), 0);
	assert_int_equal(m.overload, 0);
}

static void edk2_is_strict(void **state) /* D4C-OPT-02, D4C-OPT-03 */
{
	static const struct {
		uint8_t code;
		size_t size;
		bool good;
	} cases[] = {{1, 4, true},    {1, 8, false},  {3, 8, true},   {6, 6, false},
	             {13, 2, true},   {13, 4, false}, {51, 4, true},  {54, 3, false},
	             {61, 1, false},  {61, 2, true},  {67, 0, false}, {67, 1, true},
	             {121, 4, false}, {43, 0, false}, {224, 0, true}};
	struct br_dhcp_header header = header_of(BR_DHCP_OP_REPLY);
	static struct br_dhcp_message m;
	uint8_t buffer[300];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct br_dhcp_builder b;

		br_dhcp_begin(&b, &header, buffer, sizeof(buffer), 0);
		br_dhcp_put(&b, cases[i].code, "\1\1\1\1\1\1\1\1", cases[i].size);
		assert_int_equal(br_dhcp_finish(&b, 300), 300);
		assert_int_equal(br_dhcp_parse(flush(buffer, 300), &m), 0);
		assert_int_equal(br_dhcp_is_valid_edk2(&m), cases[i].good);
	}
	memset(buffer + 240, 0, 60); /* no END */
	assert_int_equal(br_dhcp_parse(flush(buffer, 300), &m), 0);
	assert_false(m.ended[BR_DHCP_FIELD_OPTIONS]);
	assert_false(br_dhcp_is_valid_edk2(&m));
}

static void too_much_is_refused(void **state)
{
	static uint8_t large[BR_DHCP_SIZE_MAX + 1];
	static struct br_dhcp_message m;

	(void)state;
	assert_int_equal(br_dhcp_parse((struct br_octets){large, sizeof(large)}, &m), -EMSGSIZE);
	assert_int_equal(br_dhcp_parse((struct br_octets){large, sizeof(large) - 1}, &m), 0);
	assert_false(m.has_cookie);
	memcpy(large + 236, "\x63\x82\x53\x63", 4);
	for (size_t i = 240; i + 1 < sizeof(large); i += 2)
		large[i] = 80; /* options of length 0, as many as fit */
	assert_int_equal(br_dhcp_parse((struct br_octets){large, sizeof(large) - 1}, &m),
	                 -EMSGSIZE);
	assert_int_equal(br_dhcp_parse((struct br_octets){large, 240 + 1024}, &m), 0);
	assert_int_equal(m.instances, 512);
}

static void prints_one_field_a_line(void **state)
{
	struct br_dhcp_header header = header_of(BR_DHCP_OP_REPLY);
	struct br_dhcp_builder b;
	static struct br_dhcp_message m;
	uint8_t buffer[400];
	char text[2048];
	struct br_writer w = br_writer_of(text, sizeof(text));

	(void)state;
	memcpy(header.file, "boot.efi", 8);
	header.yiaddr = 0x0a4d006f;
	br_dhcp_begin(&b, &header, buffer, sizeof(buffer), 0);
	br_dhcp_put_u8(&b, 53, 2);
	br_dhcp_put_be32(&b, 54, 0xc0000201);
	br_dhcp_put(&b, 43, "\6\1\10\377", 4);
	br_dhcp_put(&b, 6, "\1\2\3\4\5\6\7\10", 8);
	br_dhcp_put_text(&b, 60, "PXE\"Client");
	br_dhcp_put(&b, 93, "\0\7", 2);
	br_dhcp_put(&b, 80, NULL, 0);
	(void)br_dhcp_put_last(&b, 82, "\1\2cl\2\2\0\1", 8);

	size_t size = br_dhcp_finish(&b, 300);

	assert_int_equal(br_dhcp_parse(flush(buffer, size), &m), 0);
	br_dhcp_print(&w, &m);
	br_put_u8(&w, 0);
	assert_string_equal(text, "type offer\nop 2\nhtype 1\nhlen 6\nhops 0\nxid 0x51a348a4\n"
	                          "secs 0\nflags 0x8000\nciaddr 0.0.0.0\nyiaddr 10.77.0.111\n"
	                          "siaddr 0.0.0.0\ngiaddr 0.0.0.0\nchaddr 52:54:00:12:34:56\n"
	                          "sname \"\"\nfile \"boot.efi\"\noption.53 2\n"
	                          "option.54 192.0.2.1\noption.43.6 08\n"
	                          "option.6 1.2.3.4,5.6.7.8\noption.60 \"PXE\\\"Client\"\n"
	                          "option.93 7\noption.80 \"\"\noption.82.1 \"cl\"\n"
	                          "option.82.2 0001\n");
}

static void types_have_names(void **state)
{
	enum br_dhcp_type type;

	(void)state;
	assert_string_equal(br_dhcp_type_name(BR_DHCP_TYPE_ACK), "ack");
	assert_null(br_dhcp_type_name(BR_DHCP_TYPE_NONE));
	assert_null(br_dhcp_type_name((enum br_dhcp_type)200));
	assert_true(br_dhcp_type_by_name((struct br_octets){(const uint8_t *)"inform", 6}, &type));
	assert_int_equal(type, BR_DHCP_TYPE_INFORM);
	assert_false(br_dhcp_type_by_name((struct br_octets){(const uint8_t *)"in", 2}, &type));
}

static void fields_stand_where_the_figure_has_them(void **state)
{
	const struct br_dhcp_header header = {.hops = 1,
	                                      .xid = 0x02000000,
	                                      .secs = 0x0300,
	                                      .flags = 0x0400,
	                                      .ciaddr = 0x05000000,
	                                      .yiaddr = 0x06000000,
	                                      .giaddr = 0x07000000,
	                                      .chaddr = {8},
	                                      .sname = {9},
	                                      .file = {10}};
	static const size_t at[] = {BR_DHCP_AT_HOPS,   BR_DHCP_AT_XID,    BR_DHCP_AT_SECS,
	                            BR_DHCP_AT_FLAGS,  BR_DHCP_AT_CIADDR, BR_DHCP_AT_YIADDR,
	                            BR_DHCP_AT_GIADDR, BR_DHCP_AT_CHADDR, BR_DHCP_AT_SNAME,
	                            BR_DHCP_AT_FILE};
	uint8_t octets[BR_DHCP_AT_COOKIE];
	struct br_writer w = br_writer_of(octets, sizeof(octets));

	(void)state;
	br_dhcp_put_header(&w, &header);
	assert_false(w.bad);
	assert_int_equal(br_written(&w), BR_DHCP_AT_COOKIE);
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		assert_int_equal(octets[at[i]], i + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captured_messages_are_rebuilt_octet_for_octet),
		cmocka_unit_test(every_truncation_is_read_to_its_edge_and_no_further),
		cmocka_unit_test(what_was_built_is_parsed_again),
		cmocka_unit_test(instances_are_joined_across_fields_in_order),
		cmocka_unit_test(lengths_must_fit_the_getter),
		cmocka_unit_test(long_values_are_split_and_joined),
		cmocka_unit_test(surplus_goes_to_file_then_sname),
		cmocka_unit_test(without_leave_there_is_no_overload),
		cmocka_unit_test(the_relays_option_is_last_and_whole_or_not_there),
		cmocka_unit_test(a_last_value_in_parts_has_room_for_the_head_of_each),
		cmocka_unit_test(a_split_value_that_does_not_fit_leaves_nothing_behind),
		cmocka_unit_test(edk2_is_strict),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(prints_one_field_a_line),
		cmocka_unit_test(types_have_names),
		cmocka_unit_test(fields_stand_where_the_figure_has_them),
	};

	return cmocka_run_group_tests_name("dhcp_message", tests, NULL, NULL);
}
