/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * Reading. br_dhcp_parse() notes each instance of an option where it stood, first in the
 * options field, then in file and sname if option 52 says so (RFC 2131 §4.1), and then joins
 * those of one code (RFC 3396 §7): .joined_first finds a code that stood there once without
 * a copy, .joined holds the values of those that stood there more often.
 *
 * Building. A message that was read is built as it was, instance by instance (br_dhcp_build).
 * A new one is put together by struct br_dhcp_builder: a writer for each field that may hold
 * options, with room kept for what comes last, END and options 52 and 82. An option goes into
 * the first field with room for all of it; only what is longer than 255 octets is split.
 */
#include "core/formats/dhcp_message.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/defect.h"

enum {
	OVERLOAD_SIZE = 3, /* option 52: code, length, value */
};

static void header_get(struct br_reader *r, struct br_dhcp_header *h)
{
	h->op = br_get_u8(r);
	h->htype = br_get_u8(r);
	h->hlen = br_get_u8(r);
	h->hops = br_get_u8(r);
	h->xid = br_get_be32(r);
	h->secs = br_get_be16(r);
	h->flags = br_get_be16(r);
	h->ciaddr = br_get_be32(r);
	h->yiaddr = br_get_be32(r);
	h->siaddr = br_get_be32(r);
	h->giaddr = br_get_be32(r);
	br_get_bytes(r, h->chaddr, sizeof(h->chaddr));
	br_get_bytes(r, h->sname, sizeof(h->sname));
	br_get_bytes(r, h->file, sizeof(h->file));
}

void br_dhcp_put_header(struct br_writer *w, const struct br_dhcp_header *h)
{
	br_put_u8(w, h->op);
	br_put_u8(w, h->htype);
	br_put_u8(w, h->hlen);
	br_put_u8(w, h->hops);
	br_put_be32(w, h->xid);
	br_put_be16(w, h->secs);
	br_put_be16(w, h->flags);
	br_put_be32(w, h->ciaddr);
	br_put_be32(w, h->yiaddr);
	br_put_be32(w, h->siaddr);
	br_put_be32(w, h->giaddr);
	br_put_bytes(w, h->chaddr, sizeof(h->chaddr));
	br_put_bytes(w, h->sname, sizeof(h->sname));
	br_put_bytes(w, h->file, sizeof(h->file));
}

/* Read every option of one field. Return: 0, or -EMSGSIZE if there are too many. */
static int parse_field(struct br_dhcp_message *m, const uint8_t *start, struct br_reader r,
                       enum br_dhcp_field field)
{
	struct br_dhcp_option option;
	int got;

	while ((got = br_dhcp_option_get(&r, &option)) == 1) {
		if (m->instances == BR_DHCP_INSTANCES_MAX)
			return -EMSGSIZE;
		m->instance[m->instances++] = (struct br_dhcp_instance){
			.code = option.code,
			.field = (uint8_t)field,
			.offset = (uint16_t)(option.value.data - 2 - start),
			.value = option.value,
		};
	}
	m->ended[field] = got == 0;
	m->broken[field] = got == -EBADMSG;
	return 0;
}

/* RFC 3396 §7: instances of one code are one option, in the order they were met. */
static void join(struct br_dhcp_message *m)
{
	size_t used = 0;

	for (size_t i = 0; i < m->instances; i++) {
		uint8_t code = m->instance[i].code;

		if (m->joined_count[code]++ == 0) {
			m->joined_first[code] = (uint16_t)i;
			m->joined_size[code] = 0;
		}
		m->joined_size[code] = (uint16_t)(m->joined_size[code] + m->instance[i].value.size);
	}
	for (size_t i = 0; i < m->instances; i++) {
		uint8_t code = m->instance[i].code;

		if (m->joined_count[code] < 2)
			continue;
		if (m->joined_first[code] == i) {
			m->joined_offset[code] = (uint16_t)used;
			used += m->joined_size[code];
			m->joined_size[code] = 0; /* counts up again below */
		}

		struct br_octets value = m->instance[i].value;

		memcpy(m->joined + m->joined_offset[code] + m->joined_size[code], value.data,
		       value.size);
		m->joined_size[code] = (uint16_t)(m->joined_size[code] + value.size);
	}
	assert(used <= sizeof(m->joined));
}

/* RFC 2132 §9.3, read in the options field only: what file says of itself is no news. */
static uint8_t overload_of(const struct br_dhcp_message *m)
{
	for (size_t i = 0; i < m->instances; i++) {
		const struct br_dhcp_instance *instance = &m->instance[i];

		if (instance->code == BR_DHCP_OPTION_OVERLOAD && instance->value.size == 1)
			return instance->value.data[0] <= 3 ? instance->value.data[0] : 0;
	}
	return 0;
}

/* No options yet. What lies behind .instances, and of codes that do not occur, is never read
 * and so not cleared: it is nine tenths of the message and would cost more than reading one.
 */
static void begin(struct br_dhcp_message *m)
{
	m->type = BR_DHCP_TYPE_NONE;
	m->overload = 0;
	m->instances = 0;
	for (size_t i = 0; i < BR_DHCP_FIELD_COUNT; i++) {
		m->ended[i] = true;
		m->broken[i] = false;
	}
	memset(m->joined_count, 0, sizeof(m->joined_count));
}

int br_dhcp_parse(struct br_octets datagram, struct br_dhcp_message *m)
{
	struct br_reader r = br_reader_of(datagram.data, datagram.size);
	int error;

	if (datagram.size < BR_DHCP_HEADER_SIZE)
		return -EBADMSG;
	if (datagram.size > BR_DHCP_SIZE_MAX)
		return -EMSGSIZE;
	begin(m);
	m->size = datagram.size;
	header_get(&r, &m->header);
	m->has_cookie = br_get_be32(&r) == BR_DHCP_COOKIE;
	if (!m->has_cookie)
		return 0;
	error = parse_field(m, datagram.data, r, BR_DHCP_FIELD_OPTIONS);
	m->overload = BR_DEFECT(D4C_OPT_08) ? 0 : overload_of(m);
	if (error == 0 && (m->overload & BR_DHCP_OVERLOAD_FILE))
		error = parse_field(m, datagram.data,
		                    br_reader_of(datagram.data + BR_DHCP_AT_FILE, 128),
		                    BR_DHCP_FIELD_FILE);
	if (error == 0 && (m->overload & BR_DHCP_OVERLOAD_SNAME))
		error = parse_field(m, datagram.data,
		                    br_reader_of(datagram.data + BR_DHCP_AT_SNAME, 64),
		                    BR_DHCP_FIELD_SNAME);
	if (error < 0)
		return error;
	join(m);

	uint8_t type;

	if (br_dhcp_get_u8(m, BR_DHCP_OPTION_MESSAGE_TYPE, &type))
		m->type = (enum br_dhcp_type)type;
	return 0;
}

struct br_octets br_dhcp_get(const struct br_dhcp_message *m, uint8_t code)
{
	if (m->joined_count[code] < 2 || BR_DEFECT(D4C_OPT_09))
		return br_dhcp_get_first(m, code);
	return (struct br_octets){.data = m->joined + m->joined_offset[code],
	                          .size = m->joined_size[code]};
}

struct br_octets br_dhcp_get_first(const struct br_dhcp_message *m, uint8_t code)
{
	if (m->joined_count[code] == 0)
		return (struct br_octets){0};
	return m->instance[m->joined_first[code]].value;
}

size_t br_dhcp_count(const struct br_dhcp_message *m, uint8_t code)
{
	return m->joined_count[code];
}

bool br_dhcp_get_u8(const struct br_dhcp_message *m, uint8_t code, uint8_t *ret)
{
	struct br_octets value = br_dhcp_get(m, code);

	if (value.size != 1)
		return false;
	*ret = value.data[0];
	return true;
}

bool br_dhcp_get_be16(const struct br_dhcp_message *m, uint8_t code, uint16_t *ret)
{
	struct br_octets value = br_dhcp_get(m, code);
	struct br_reader r = br_reader_of(value.data, value.size);

	if (value.size != 2)
		return false;
	*ret = br_get_be16(&r);
	return true;
}

bool br_dhcp_get_be32(const struct br_dhcp_message *m, uint8_t code, uint32_t *ret)
{
	struct br_octets value = br_dhcp_get(m, code);
	struct br_reader r = br_reader_of(value.data, value.size);

	if (value.size != 4)
		return false;
	*ret = br_get_be32(&r);
	return true;
}

struct br_octets br_dhcp_get_text(const struct br_dhcp_message *m, uint8_t code)
{
	struct br_octets value = br_dhcp_get(m, code);

	while (value.size > 0 && value.data[value.size - 1] == 0)
		value.size--;
	return value;
}

static struct br_octets until_nul(const uint8_t *data, size_t size)
{
	const uint8_t *nul = memchr(data, 0, size);

	return (struct br_octets){.data = data, .size = nul ? (size_t)(nul - data) : size};
}

struct br_octets br_dhcp_sname(const struct br_dhcp_message *m)
{
	if (m->overload & BR_DHCP_OVERLOAD_SNAME)
		return (struct br_octets){.data = m->header.sname};
	return until_nul(m->header.sname, sizeof(m->header.sname));
}

struct br_octets br_dhcp_file(const struct br_dhcp_message *m)
{
	if (m->overload & BR_DHCP_OVERLOAD_FILE)
		return (struct br_octets){.data = m->header.file};
	return until_nul(m->header.file, sizeof(m->header.file));
}

/* Which lengths EDK2 takes, Dhcp4Option.c DhcpOptionFormats: units of how many octets, how
 * many units at least and (1: exactly one) at most; a unit of 0 is an option it lets pass.
 */
static void edk2_format(uint8_t code, size_t *ret_unit, size_t *ret_min, bool *ret_single)
{
	static const uint8_t single[] = {1,  2,  13, 16, 19, 20, 22, 23, 24, 26, 27,
	                                 28, 29, 30, 31, 32, 34, 35, 36, 37, 38, 39,
	                                 46, 50, 51, 52, 53, 54, 57, 58, 59};
	static const size_t units[] = {
		[BR_DHCP_FORMAT_HEX] = 1, [BR_DHCP_FORMAT_TEXT] = 1, [BR_DHCP_FORMAT_U8] = 1,
		[BR_DHCP_FORMAT_U16] = 2, [BR_DHCP_FORMAT_U32] = 4,  [BR_DHCP_FORMAT_IPV4] = 4,
		[BR_DHCP_FORMAT_SUB] = 1,
	};
	bool known = (code >= 1 && code <= 76 && code != 62 && code != 63) ||
	             code == BR_DHCP_OPTION_CLASSLESS_ROUTES;

	*ret_unit = known ? units[br_dhcp_option_format(code)] : 0;
	if (code == BR_DHCP_OPTION_POLICY_FILTER || code == BR_DHCP_OPTION_STATIC_ROUTES)
		*ret_unit = 8;
	*ret_min = 1;
	if (code == BR_DHCP_OPTION_CLIENT_ID)
		*ret_min = 2;
	if (code == BR_DHCP_OPTION_CLASSLESS_ROUTES)
		*ret_min = 5;
	if (code == BR_DHCP_OPTION_MOBILE_IP_AGENT)
		*ret_min = 0;
	*ret_single = memchr(single, code, sizeof(single)) != NULL;
}

static bool edk2_accepts(uint8_t code, struct br_octets value)
{
	static const uint8_t switches[] = {19, 20, 27, 29, 30, 31, 34, 36, 39};
	size_t unit, min;
	bool single;

	edk2_format(code, &unit, &min, &single);
	if (unit == 0)
		return true;
	if (value.size % unit != 0 || value.size < min * unit || (single && value.size > unit))
		return false;
	if (memchr(switches, code, sizeof(switches)))
		return value.data[0] <= 1;
	if (code == BR_DHCP_OPTION_OVERLOAD)
		return value.data[0] >= 1 && value.data[0] <= 3;
	if (code == BR_DHCP_OPTION_MESSAGE_TYPE)
		return value.data[0] >= 1 && value.data[0] <= 9;
	return true;
}

bool br_dhcp_is_valid_edk2(const struct br_dhcp_message *m)
{
	if (!m->has_cookie)
		return true;
	for (size_t i = 0; i < BR_DHCP_FIELD_COUNT; i++) {
		if (!m->ended[i] || m->broken[i])
			return false;
	}
	for (unsigned code = 1; code < 255; code++) {
		if (br_dhcp_count(m, (uint8_t)code) > 0 &&
		    !edk2_accepts((uint8_t)code, br_dhcp_get(m, (uint8_t)code)))
			return false;
	}
	return true;
}

/* The options that stood in @field, and its END. */
static void build_field(struct br_writer *w, const struct br_dhcp_message *m,
                        enum br_dhcp_field field)
{
	for (size_t i = 0; i < m->instances; i++) {
		const struct br_dhcp_instance *instance = &m->instance[i];

		if (instance->field == field)
			br_dhcp_option_put(w, instance->code, instance->value.data,
			                   instance->value.size);
	}
	if (m->ended[field])
		br_put_u8(w, BR_DHCP_OPTION_END);
}

/* A field of the header that carries options, written over its old contents. */
static bool build_overloaded(const struct br_dhcp_message *m, enum br_dhcp_field field,
                             uint8_t *target, size_t size)
{
	struct br_writer w = br_writer_of(target, size);

	memset(target, 0, size);
	build_field(&w, m, field);
	return !w.bad;
}

void br_dhcp_build(struct br_writer *w, const struct br_dhcp_message *m)
{
	struct br_dhcp_header header = m->header;
	const uint8_t *start = w->pos;
	bool fits = true;

	if (m->overload & BR_DHCP_OVERLOAD_FILE)
		fits = build_overloaded(m, BR_DHCP_FIELD_FILE, header.file, sizeof(header.file));
	if (m->overload & BR_DHCP_OVERLOAD_SNAME)
		fits = build_overloaded(m, BR_DHCP_FIELD_SNAME, header.sname,
		                        sizeof(header.sname)) &&
		       fits;
	br_dhcp_put_header(w, &header);
	if (m->has_cookie) {
		br_put_be32(w, BR_DHCP_COOKIE);
		build_field(w, m, BR_DHCP_FIELD_OPTIONS);
	}
	if (!w->bad && (size_t)(w->pos - start) < m->size)
		br_put_zeros(w, m->size - (size_t)(w->pos - start));
	if (!fits)
		w->bad = true;
}

void br_dhcp_begin(struct br_dhcp_builder *b, const struct br_dhcp_header *header, void *buffer,
                   size_t size, unsigned overload_allowed)
{
	size_t reserve = 1 + (overload_allowed ? OVERLOAD_SIZE : 0); /* END, option 52 */
	uint8_t *first = buffer;

	*b = (struct br_dhcp_builder){.w = br_writer_of(buffer, size)};
	br_dhcp_put_header(&b->w, header);
	br_put_be32(&b->w, BR_DHCP_COOKIE ^ (BR_DEFECT(D4C_HDR_10) ? 1 : 0));
	if (b->w.bad || br_room(&b->w) < reserve) {
		b->bad = true;
		return;
	}
	b->field[BR_DHCP_FIELD_OPTIONS] =
		br_writer_of(first + BR_DHCP_AT_OPTIONS, size - BR_DHCP_AT_OPTIONS - reserve);
	b->field[BR_DHCP_FIELD_FILE] =
		br_writer_of(first + BR_DHCP_AT_FILE, sizeof(header->file) - 1);
	b->field[BR_DHCP_FIELD_SNAME] =
		br_writer_of(first + BR_DHCP_AT_SNAME, sizeof(header->sname) - 1);
	b->overload_allowed[BR_DHCP_FIELD_OPTIONS] = true;
	b->overload_allowed[BR_DHCP_FIELD_FILE] = overload_allowed & BR_DHCP_OVERLOAD_FILE;
	b->overload_allowed[BR_DHCP_FIELD_SNAME] = overload_allowed & BR_DHCP_OVERLOAD_SNAME;
}

static const uint8_t overload_bit[BR_DHCP_FIELD_COUNT] = {
	[BR_DHCP_FIELD_FILE] = BR_DHCP_OVERLOAD_FILE,
	[BR_DHCP_FIELD_SNAME] = BR_DHCP_OVERLOAD_SNAME,
};

/* One instance into @field; the first of a header field takes its old contents away. */
static void put_instance(struct br_dhcp_builder *b, size_t field, uint8_t code,
                         struct br_octets value)
{
	struct br_writer *w = &b->field[field];

	if (field != BR_DHCP_FIELD_OPTIONS && !(b->overload & overload_bit[field])) {
		memset(w->start, 0, (size_t)(w->end - w->start) + 1);
		b->overload |= overload_bit[field];
	}
	br_dhcp_option_put(w, code, value.data, value.size);
}

/* RFC 3396 §6: parts of one code, in the order in which the fields are read. */
static bool put_parts(struct br_dhcp_builder *b, uint8_t code, struct br_octets rest)
{
	for (size_t field = 0; field < BR_DHCP_FIELD_COUNT && rest.size > 0; field++) {
		while (b->overload_allowed[field] && rest.size > 0 &&
		       br_room(&b->field[field]) > 2) {
			struct br_octets part = rest;

			if (part.size > 255)
				part.size = 255;
			if (part.size > br_room(&b->field[field]) - 2)
				part.size = br_room(&b->field[field]) - 2;
			put_instance(b, field, code, part);
			rest.data += part.size;
			rest.size -= part.size;
		}
	}
	return rest.size == 0;
}

bool br_dhcp_put_if_fits(struct br_dhcp_builder *b, uint8_t code, const void *value, size_t size)
{
	struct br_octets octets = {.data = value, .size = size};
	struct br_dhcp_builder before = *b;

	if (b->bad)
		return false;
	if (BR_DEFECT(D4C_OPT_10) && size > 255)
		octets.size = size = 255;
	if (size > 255) {
		uint8_t touched;

		if (put_parts(b, code, octets))
			return true;
		touched = b->overload & (uint8_t)~before.overload;
		*b = before; /* what lies behind the writers is overwritten or zeroed later */
		for (size_t field = BR_DHCP_FIELD_FILE; field < BR_DHCP_FIELD_COUNT; field++) {
			struct br_writer *w = &b->field[field];

			if (touched & overload_bit[field])
				memset(w->start, 0, (size_t)(w->end - w->start) + 1);
		}
		return false;
	}
	for (size_t field = 0; field < BR_DHCP_FIELD_COUNT; field++) {
		if (b->overload_allowed[field] && br_room(&b->field[field]) >= 2 + size) {
			put_instance(b, field, code, octets);
			return true;
		}
	}
	return false;
}

void br_dhcp_put(struct br_dhcp_builder *b, uint8_t code, const void *value, size_t size)
{
	if (!br_dhcp_put_if_fits(b, code, value, size))
		b->bad = true;
}

void br_dhcp_put_u8(struct br_dhcp_builder *b, uint8_t code, uint8_t value)
{
	br_dhcp_put(b, code, &value, sizeof(value));
}

void br_dhcp_put_be16(struct br_dhcp_builder *b, uint8_t code, uint16_t value)
{
	const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};

	br_dhcp_put(b, code, octets, sizeof(octets));
}

void br_dhcp_put_be32(struct br_dhcp_builder *b, uint8_t code, uint32_t value)
{
	const uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
	                           (uint8_t)(value >> 8), (uint8_t)value};

	br_dhcp_put(b, code, octets, sizeof(octets));
}

void br_dhcp_put_text(struct br_dhcp_builder *b, uint8_t code, const char *text)
{
	br_dhcp_put(b, code, text, strlen(text));
}

void br_dhcp_put_pad(struct br_dhcp_builder *b)
{
	struct br_writer *w = &b->field[BR_DHCP_FIELD_OPTIONS];

	if (!b->bad && br_room(w) > 0)
		br_put_u8(w, BR_DHCP_OPTION_PAD);
}

bool br_dhcp_put_last(struct br_dhcp_builder *b, uint8_t code, const void *value, size_t size)
{
	struct br_writer *w = &b->field[BR_DHCP_FIELD_OPTIONS];
	size_t parts = size > 255 ? (size + 254) / 255 : 1;

	assert(!b->last.data);
	if (b->bad || br_room(w) < size + 2 * parts)
		return false;
	w->end -= size + 2 * parts;
	b->last_code = code;
	b->last = (struct br_octets){.data = value, .size = size};
	return true;
}

size_t br_dhcp_finish(struct br_dhcp_builder *b, size_t size_min)
{
	struct br_octets last = b->last;
	struct br_writer *w = &b->w;

	if (b->bad)
		return 0;
	w->pos = b->field[BR_DHCP_FIELD_OPTIONS].pos;
	if (b->overload > 0 && !BR_DEFECT(D4C_OPT_05))
		br_dhcp_option_put(w, BR_DHCP_OPTION_OVERLOAD, &b->overload, 1);
	while (last.data) {
		size_t part = last.size > 255 ? 255 : last.size;

		br_dhcp_option_put(w, b->last_code, last.data, part);
		last.size -= part;
		last.data = last.size > 0 ? last.data + part : NULL;
	}
	br_put_u8(w, BR_DEFECT(D4C_OPT_01) ? BR_DHCP_OPTION_PAD : BR_DHCP_OPTION_END);
	for (size_t field = BR_DHCP_FIELD_FILE; field < BR_DHCP_FIELD_COUNT; field++) {
		struct br_writer *overloaded = &b->field[field];

		if (!(b->overload & overload_bit[field]))
			continue;
		*overloaded->pos = BR_DEFECT(D4C_OPT_02) ? BR_DHCP_OPTION_PAD : BR_DHCP_OPTION_END;
		memset(overloaded->pos + 1, BR_DEFECT(D4C_OPT_06) ? 0xff : 0,
		       (size_t)(overloaded->end - overloaded->pos));
		if (BR_DEFECT(D4C_OPT_07))
			overloaded->start[1] = 0xff;
	}
	assert(!w->bad); /* begin and put_last kept the room */
	if (br_written(w) < size_min) {
		size_t missing = size_min - br_written(w);

		br_put_zeros(w, missing < br_room(w) ? missing : br_room(w));
	}
	return br_written(w);
}
