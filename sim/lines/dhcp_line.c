/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/dhcp_line.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "sim/lines/option_list.h"

enum {
	SIZE_MAX_OF_MESSAGE = 4096,
	NO_SUB = -1,
	COUNT_OF = -2,
};

static const char *const messages[] = {"discover", "offer",  "request", "decline", "ack", "nak",
                                       "release",  "inform", "bootp",   "bytes",   NULL};

static const struct br_field_row fields[] = {
	{"op", "1 a request, 2 a reply"},
	{"htype", "hardware type, 1 is Ethernet"},
	{"hlen", "octets of the hardware address"},
	{"hops", "relays passed"},
	{"xid", "transaction"},
	{"secs", "seconds since the client began"},
	{"flags", "broadcast, 0, or octets"},
	{"ciaddr", "address the client has"},
	{"yiaddr", "address it is given"},
	{"siaddr", "next server"},
	{"giaddr", "relay"},
	{"chaddr", "hardware address of the client"},
	{"sname", "name of the server, 64 octets at most"},
	{"file", "boot file of the header, 128 octets at most"},
	{"bootfile", "what a client boots: option 67, else file; a stimulus sets option 67"},
	{"cookie", "0x63825363 of DHCP; absent in BOOTP"},
	{"size", "octets of UDP payload; in a stimulus at least so many, with zeros"},
	{"codes", "options in their order, as in [53,57,55]"},
	{"last", "the last option"},
	{"cut", "stimulus: the message ends after so many octets"},
	{"tail", "stimulus: octets behind the END option"},
	{"octets", "the whole payload"},
	{"in", "about the field before it: an address of that network"},
	{NULL, NULL},
};

/* The fixed fields: how each is written, and where its number lies in br_dhcp_header. */
static const struct header_field {
	const char *name;
	enum br_field_format format;
	size_t offset;
} header_fields[] = {
	{"op", BR_FIELD_U8, offsetof(struct br_dhcp_header, op)},
	{"htype", BR_FIELD_U8, offsetof(struct br_dhcp_header, htype)},
	{"hlen", BR_FIELD_U8, offsetof(struct br_dhcp_header, hlen)},
	{"hops", BR_FIELD_U8, offsetof(struct br_dhcp_header, hops)},
	{"xid", BR_FIELD_XID, offsetof(struct br_dhcp_header, xid)},
	{"secs", BR_FIELD_U16, offsetof(struct br_dhcp_header, secs)},
	{"flags", BR_FIELD_FLAGS, offsetof(struct br_dhcp_header, flags)},
	{"ciaddr", BR_FIELD_IPV4, offsetof(struct br_dhcp_header, ciaddr)},
	{"yiaddr", BR_FIELD_IPV4, offsetof(struct br_dhcp_header, yiaddr)},
	{"siaddr", BR_FIELD_IPV4, offsetof(struct br_dhcp_header, siaddr)},
	{"giaddr", BR_FIELD_IPV4, offsetof(struct br_dhcp_header, giaddr)},
	{"chaddr", BR_FIELD_MAC, offsetof(struct br_dhcp_header, chaddr)},
	{"sname", BR_FIELD_TEXT, offsetof(struct br_dhcp_header, sname)},
	{"file", BR_FIELD_TEXT, offsetof(struct br_dhcp_header, file)},
};

static const struct header_field *header_field(const char *name)
{
	for (size_t i = 0; i < sizeof(header_fields) / sizeof(header_fields[0]); i++) {
		if (!strcmp(header_fields[i].name, name))
			return &header_fields[i];
	}
	return NULL;
}

static bool has_message(const char *message)
{
	for (size_t i = 0; messages[i]; i++) {
		if (!strcmp(messages[i], message))
			return true;
	}
	return false;
}

/* "opt82", "opt82.1", "opt82.count" */
static bool option_name(const char *name, uint8_t *ret_code, int *ret_sub)
{
	struct br_octets rest = br_text(name), part;
	uint64_t code, sub = 0;

	if (!br_text_starts(rest, "opt"))
		return false;
	rest.data += 3;
	rest.size -= 3;
	part = br_text_cut(&rest, '.');
	if (!br_text_get_decimal(part, 255, &code))
		return false;
	*ret_code = (uint8_t)code;
	*ret_sub = NO_SUB;
	if (!rest.data)
		return true;
	if (br_text_is(rest, "count")) {
		*ret_sub = COUNT_OF;
		return true;
	}
	if (!br_text_get_decimal(rest, 255, &sub))
		return false;
	*ret_sub = (int)sub;
	return true;
}

static enum br_field_format sub_format(uint8_t code, int sub)
{
	static const struct {
		uint8_t code, sub;
		enum br_field_format format;
	} known[] = {
		{43, BR_PXE_TAG_DISCOVERY_CONTROL, BR_FIELD_U8},
		{43, BR_PXE_TAG_DISCOVERY_GROUP, BR_FIELD_IPV4},
		{43, BR_PXE_TAG_MTFTP_IP, BR_FIELD_IPV4},
		{82, BR_RELAY_AGENT_LINK_SELECTION, BR_FIELD_IPV4},
		{82, BR_RELAY_AGENT_SERVER_ID, BR_FIELD_IPV4},
		{82, BR_RELAY_AGENT_RELAY_SOURCE_PORT, BR_FIELD_NONE},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].code == code && known[i].sub == sub)
			return known[i].format;
	}
	return BR_FIELD_HEX;
}

enum br_field_format br_dhcp_line_format(uint8_t code, int sub)
{
	if (sub >= 0)
		return sub_format(code, sub);
	switch (br_dhcp_option_format(code)) {
	case BR_DHCP_FORMAT_TEXT:
		return BR_FIELD_TEXT;
	case BR_DHCP_FORMAT_U8:
		return BR_FIELD_U8;
	case BR_DHCP_FORMAT_U16:
		return BR_FIELD_U16;
	case BR_DHCP_FORMAT_U32:
		return BR_FIELD_U32;
	case BR_DHCP_FORMAT_IPV4:
		return BR_FIELD_IPV4;
	case BR_DHCP_FORMAT_NONE:
		return BR_FIELD_NONE;
	case BR_DHCP_FORMAT_SUB:
	case BR_DHCP_FORMAT_HEX:
		break;
	}
	return BR_FIELD_HEX;
}

static bool format(const char *message, const char *name, enum br_field_format *ret_format)
{
	const struct header_field *field = header_field(name);
	uint8_t code;
	int sub;

	(void)message;
	if (field)
		*ret_format = field->format;
	else if (!strcmp(name, "bootfile"))
		*ret_format = BR_FIELD_TEXT;
	else if (!strcmp(name, "cookie"))
		*ret_format = BR_FIELD_XID;
	else if (!strcmp(name, "codes") || !strcmp(name, "last"))
		*ret_format = BR_FIELD_U8;
	else if (!strcmp(name, "size") || !strcmp(name, "cut"))
		*ret_format = BR_FIELD_U64;
	else if (!strcmp(name, "tail") || !strcmp(name, "octets"))
		*ret_format = BR_FIELD_HEX;
	else if (!option_name(name, &code, &sub))
		return false;
	else
		*ret_format = sub == COUNT_OF ? BR_FIELD_U64 : br_dhcp_line_format(code, sub);
	return true;
}

static const char *positional(const char *message, size_t index)
{
	return message && !strcmp(message, "bytes") && index == 0 ? "octets" : NULL;
}

static bool decode(struct br_octets payload, struct br_decoded *ret_decoded)
{
	const char *name;

	ret_decoded->protocol = &br_protocol_dhcp;
	ret_decoded->payload = payload;
	if (br_dhcp_parse(payload, &ret_decoded->dhcp) < 0)
		return false;
	for (size_t i = 0; i < ret_decoded->dhcp.instances; i++)
		ret_decoded->codes[i] = ret_decoded->dhcp.instance[i].code;
	name = br_dhcp_type_name(ret_decoded->dhcp.type);
	ret_decoded->message = name ? name : "bootp";
	return true;
}

static void set_number(struct br_field *field, enum br_field_format number_format, uint64_t number,
                       size_t width)
{
	field->format = number_format;
	for (size_t i = 0; i < width; i++)
		field->room[i] = (uint8_t)(number >> 8 * (width - 1 - i));
	field->octets = (struct br_octets){field->room, width};
}

static bool get_text(struct br_octets text, struct br_field *ret_field)
{
	ret_field->format = BR_FIELD_TEXT;
	ret_field->octets = text;
	return text.size > 0;
}

static bool get_header(const struct br_dhcp_message *m, const struct header_field *field,
                       struct br_field *ret_field)
{
	const uint8_t *at = (const uint8_t *)&m->header + field->offset;
	uint16_t half;
	uint32_t word;

	switch (field->format) {
	case BR_FIELD_U8:
		set_number(ret_field, field->format, *at, 1);
		return true;
	case BR_FIELD_U16:
	case BR_FIELD_FLAGS:
		memcpy(&half, at, sizeof(half));
		set_number(ret_field, field->format, half, 2);
		return true;
	case BR_FIELD_XID:
	case BR_FIELD_IPV4:
		memcpy(&word, at, sizeof(word));
		set_number(ret_field, field->format, word, 4);
		return true;
	case BR_FIELD_MAC:
		ret_field->format = BR_FIELD_MAC;
		ret_field->octets = (struct br_octets){m->header.chaddr,
		                                       m->header.hlen < sizeof(m->header.chaddr)
		                                               ? m->header.hlen
		                                               : sizeof(m->header.chaddr)};
		return true;
	case BR_FIELD_TEXT:
		return get_text(!strcmp(field->name, "file") ? br_dhcp_file(m) : br_dhcp_sname(m),
		                ret_field);
	case BR_FIELD_HEX:
	case BR_FIELD_U32:
	case BR_FIELD_U64:
	case BR_FIELD_IPV6:
	case BR_FIELD_DECIMAL:
	case BR_FIELD_NONE:
		break;
	}
	return false;
}

/* Servers put the name in either place, and clients look in both. */
static bool get_boot_file(const struct br_dhcp_message *m, struct br_field *ret_field)
{
	struct br_octets option = br_dhcp_get_text(m, BR_DHCP_OPTION_BOOT_FILE);

	return get_text(option.size > 0 ? option : br_dhcp_file(m), ret_field);
}

static bool get_option(const struct br_dhcp_message *m, uint8_t code, int sub,
                       struct br_field *ret_field)
{
	struct br_octets value = br_dhcp_get(m, code);

	if (sub == COUNT_OF) {
		set_number(ret_field, BR_FIELD_U64, br_dhcp_count(m, code), 8);
		return true;
	}
	if (value.data && sub >= 0)
		value = br_dhcp_sub_option(value, (uint8_t)sub, br_dhcp_option_has_end(code));
	ret_field->format = br_dhcp_line_format(code, sub);
	ret_field->octets = value;
	return value.data != NULL;
}

static bool get(const struct br_decoded *decoded, const char *name, struct br_field *ret_field)
{
	const struct br_dhcp_message *m = &decoded->dhcp;
	const struct header_field *field = header_field(name);
	uint8_t code;
	int sub;

	if (field)
		return get_header(m, field, ret_field);
	if (option_name(name, &code, &sub))
		return get_option(m, code, sub, ret_field);
	if (!strcmp(name, "bootfile"))
		return get_boot_file(m, ret_field);
	if (!strcmp(name, "octets")) {
		ret_field->format = BR_FIELD_HEX;
		ret_field->octets = decoded->payload;
		return true;
	}
	if (!strcmp(name, "size")) {
		set_number(ret_field, BR_FIELD_U64, decoded->payload.size, 8);
		return true;
	}
	if (!strcmp(name, "cookie")) {
		set_number(ret_field, BR_FIELD_XID, BR_DHCP_COOKIE, 4);
		return m->has_cookie;
	}
	if (!strcmp(name, "codes")) {
		ret_field->format = BR_FIELD_U8;
		ret_field->octets = (struct br_octets){decoded->codes, m->instances};
		return m->instances > 0;
	}
	if (!strcmp(name, "last")) {
		set_number(ret_field, BR_FIELD_U8,
		           m->instances > 0 ? m->instance[m->instances - 1].code : 0, 1);
		return m->instances > 0;
	}
	return false;
}

/* Header fields that say something, then each option once, in the order of the packet. */
static bool next(const struct br_decoded *decoded, size_t index, char *ret_name, size_t name_size)
{
	static const char *const plain[] = {"op", "htype", "hlen", "chaddr", NULL};
	const struct br_dhcp_message *m = &decoded->dhcp;
	size_t seen = 0;

	for (size_t i = 0; i < sizeof(header_fields) / sizeof(header_fields[0]); i++) {
		struct br_field field;
		uint64_t number = 1;
		bool skip = !get_header(m, &header_fields[i], &field);

		for (size_t k = 0; plain[k]; k++)
			skip = skip || !strcmp(plain[k], header_fields[i].name);
		if (field.format != BR_FIELD_XID && !skip &&
		    br_field_number(field.format, field.octets, &number) && number == 0)
			skip = true;
		if (!skip && seen++ == index) {
			snprintf(ret_name, name_size, "%s", header_fields[i].name);
			return true;
		}
	}
	for (size_t i = 0; i < m->instances; i++) {
		uint8_t code = m->instance[i].code;

		if (code == BR_DHCP_OPTION_MESSAGE_TYPE || m->joined_first[code] != i)
			continue;
		if (seen++ == index) {
			snprintf(ret_name, name_size, "opt%u", (unsigned)code);
			return true;
		}
	}
	return false;
}

struct making {
	struct br_dhcp_header header;
	uint32_t cookie;
	struct br_option_list list;
	size_t size_min;
	bool cut;
	size_t cut_size;
	struct br_octets tail;
	struct br_writer w; /* of values made here */
	uint8_t room[SIZE_MAX_OF_MESSAGE];
	struct br_decoded decoded;
};

static void start_from_template(struct making *m, const struct br_build *build)
{
	const struct br_dhcp_message *message = &m->decoded.dhcp;

	m->w = br_writer_of(m->room, sizeof(m->room));
	m->cookie = BR_DHCP_COOKIE;
	m->size_min = BR_DHCP_SIZE_MIN;
	m->list.options = 0;
	m->cut = false;
	m->tail = (struct br_octets){0};
	m->header = (struct br_dhcp_header){.op = BR_DHCP_OP_REQUEST, .htype = 1, .hlen = 6};
	if (build->template.size == 0 || !decode(build->template, &m->decoded))
		return;
	m->header = message->header;
	for (size_t i = 0; i < message->instances; i++) {
		uint8_t code = message->instance[i].code;

		/* joined, so that a line sees what br_dhcp_get() will see */
		if (message->joined_first[code] == i)
			br_option_list_keep(&m->list, code, br_dhcp_get(message, code));
	}
}

/* The parent's value with one sub-option replaced or added. */
static void put_sub_option(struct making *m, uint8_t code, uint8_t sub, bool absent,
                           struct br_octets value)
{
	struct br_listed_option *parent = br_option_list_find(&m->list, code);
	bool has_end = br_dhcp_option_has_end(code);
	struct br_dhcp_option old;
	struct br_reader r = {0};
	uint8_t *start = m->w.pos;

	if (parent)
		r = br_reader_of(parent->value.data, parent->value.size);
	while (br_dhcp_sub_option_get(&r, has_end, &old) == 1) {
		if (old.code != sub)
			br_dhcp_option_put(&m->w, old.code, old.value.data, old.value.size);
	}
	if (!absent)
		br_dhcp_option_put(&m->w, sub, value.data, value.size);
	if (code == BR_DHCP_OPTION_VENDOR)
		br_put_u8(&m->w, BR_DHCP_OPTION_END); /* PXE 2.1 §2.1 */
	value = (struct br_octets){start, (size_t)(m->w.pos - start)};
	if (parent)
		parent->value = value;
	else
		br_option_list_set(&m->list, code, value);
}

static void set_header(struct making *m, const struct header_field *field, struct br_octets octets)
{
	uint8_t *at = (uint8_t *)&m->header + field->offset;
	struct br_reader r = br_reader_of(octets.data, octets.size);
	uint16_t half;
	uint32_t word;
	size_t room =
		!strcmp(field->name, "file") ? sizeof(m->header.file) : sizeof(m->header.sname);

	switch (field->format) {
	case BR_FIELD_U8:
		*at = br_get_u8(&r);
		break;
	case BR_FIELD_U16:
	case BR_FIELD_FLAGS:
		half = br_get_be16(&r);
		memcpy(at, &half, sizeof(half));
		break;
	case BR_FIELD_XID:
	case BR_FIELD_IPV4:
		word = br_get_be32(&r);
		memcpy(at, &word, sizeof(word));
		break;
	case BR_FIELD_MAC:
		memset(at, 0, sizeof(m->header.chaddr));
		br_get_bytes(&r, at,
		             octets.size < sizeof(m->header.chaddr) ? octets.size
		                                                    : sizeof(m->header.chaddr));
		break;
	case BR_FIELD_TEXT:
		memset(at, 0, room);
		br_get_bytes(&r, at, octets.size < room ? octets.size : room);
		break;
	case BR_FIELD_HEX:
	case BR_FIELD_U32:
	case BR_FIELD_U64:
	case BR_FIELD_IPV6:
	case BR_FIELD_DECIMAL:
	case BR_FIELD_NONE:
		break;
	}
}

/* Only whole options are split over several, RFC 3396. */
static bool sub_options_fit(const struct br_build *b, char *error)
{
	for (size_t i = 0; i < b->settings; i++) {
		const struct br_setting *setting = &b->setting[i];
		uint8_t code;
		int sub;

		if (setting->octets.size <= UINT8_MAX || !option_name(setting->name, &code, &sub) ||
		    sub < 0)
			continue;
		snprintf(error, BR_LINE_ERROR_SIZE, "expected at most 255 octets for %s, found %zu",
		         setting->name, setting->octets.size);
		return false;
	}
	return true;
}

static void apply(struct making *m, const struct br_setting *setting)
{
	const struct header_field *field = header_field(setting->name);
	uint64_t number = 0;
	uint8_t code;
	int sub;

	if (field) {
		set_header(m, field, setting->octets); /* absent: zeros */
	} else if (option_name(setting->name, &code, &sub)) {
		if (sub >= 0)
			put_sub_option(m, code, (uint8_t)sub, setting->absent, setting->octets);
		else if (!setting->absent)
			br_option_list_set(&m->list, code, setting->octets);
		else
			br_option_list_take_out(&m->list, code);
	} else if (!strcmp(setting->name, "bootfile")) {
		br_option_list_set(&m->list, BR_DHCP_OPTION_BOOT_FILE, setting->octets);
	} else if (!strcmp(setting->name, "tail")) {
		m->tail = setting->octets;
	} else if (br_field_number(BR_FIELD_HEX, setting->octets, &number)) {
		if (!strcmp(setting->name, "cookie"))
			m->cookie = (uint32_t)number;
		else if (!strcmp(setting->name, "size"))
			m->size_min = (size_t)number;
		else if (!strcmp(setting->name, "cut")) {
			m->cut = true;
			m->cut_size = (size_t)number;
		}
	}
}

static void set_type(struct making *m, const char *message)
{
	static const uint8_t of_type[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
	enum br_dhcp_type type;
	struct br_listed_option *option;
	struct br_octets value;

	if (!br_dhcp_type_by_name(br_text(message), &type)) /* bootp */
		return;
	if (type == BR_DHCP_TYPE_OFFER || type == BR_DHCP_TYPE_ACK || type == BR_DHCP_TYPE_NAK)
		m->header.op = BR_DHCP_OP_REPLY;
	else
		m->header.op = BR_DHCP_OP_REQUEST;
	value = (struct br_octets){&of_type[type], 1};
	option = br_option_list_find(&m->list, BR_DHCP_OPTION_MESSAGE_TYPE);
	if (option)
		option->value = value;
	else
		br_option_list_put_first(&m->list, BR_DHCP_OPTION_MESSAGE_TYPE, value);
}

static void put_all(struct making *m, struct br_writer *w)
{
	uint8_t *start = w->pos;

	br_dhcp_put_header(w, &m->header);
	br_put_be32(w, m->cookie);
	for (size_t i = 0; i < m->list.options; i++) {
		struct br_octets value = m->list.option[i].value;

		do { /* RFC 3396 §6 */
			size_t size = value.size < 255 ? value.size : 255;

			br_dhcp_option_put(w, (uint8_t)m->list.option[i].code, value.data, size);
			value.data = size > 0 ? value.data + size : value.data;
			value.size -= size;
		} while (value.size > 0);
	}
	br_put_u8(w, BR_DHCP_OPTION_END);
	if ((size_t)(w->pos - start) < m->size_min)
		br_put_zeros(w, m->size_min - (size_t)(w->pos - start));
	br_put_bytes(w, m->tail.data, m->tail.size);
	if (m->cut && (size_t)(w->pos - start) > m->cut_size)
		w->pos = start + m->cut_size;
}

static int build(const struct br_build *b, struct br_writer *w,
                 char error[static BR_LINE_ERROR_SIZE])
{
	struct making m;

	if (!strcmp(b->message, "bytes")) {
		for (size_t i = 0; i < b->settings; i++)
			br_put_bytes(w, b->setting[i].octets.data, b->setting[i].octets.size);
		return w->bad ? -EINVAL : 0;
	}
	if (!sub_options_fit(b, error))
		return -EINVAL;
	start_from_template(&m, b);
	set_type(&m, b->message);
	for (size_t i = 0; i < b->settings; i++)
		apply(&m, &b->setting[i]);
	put_all(&m, w);
	if (w->bad || m.w.bad) {
		snprintf(error, BR_LINE_ERROR_SIZE, "the message is longer than %d octets",
		         SIZE_MAX_OF_MESSAGE);
		return -EINVAL;
	}
	return 0;
}

const struct br_protocol br_protocol_dhcp = {
	.name = "dhcp",
	.messages = messages,
	.fields = fields,
	.has_message = has_message,
	.format = format,
	.positional = positional,
	.decode = decode,
	.get = get,
	.next = next,
	.build = build,
};
