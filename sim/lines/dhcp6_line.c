/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A DHCPv6 message, or one that relays have wrapped: `relay-forw` has the fields of its outermost
 * relay, inner.FIELD those of the message inside. addr, iaid and the like are about the first
 * IA_NA, which a stimulus writes anew when one of them is set.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "sim/lines/line.h"
#include "sim/lines/option_list.h"

enum {
	SIZE_MAX_OF_MESSAGE = 4096,
	XID_MASK = 0xffffff,
	COUNTED_MAX = BR_DHCP_INSTANCES_MAX / 2, /* codes of two octets each */
};

static const char *const messages[] = {
	"solicit",     "advertise",  "request",    "confirm", "renew",
	"rebind",      "reply",      "release",    "decline", "information-request",
	"reconfigure", "relay-forw", "relay-repl", "bytes",   NULL,
};

static const struct br_field_row fields[] = {
	{"xid", "transaction, 24 bits"},
	{"iaid", "of the first IA_NA (option 3), as the rest of these"},
	{"t1", "seconds until renewal"},
	{"t2", "seconds until rebinding"},
	{"addr", "its first address"},
	{"preferred", "seconds, of that address"},
	{"valid", "seconds, of that address"},
	{"ia-status", "status code inside the IA: 2 NoAddrsAvail, 3 NoBinding, 4 NotOnLink"},
	{"status", "status code of the message (option 13): 5 UseMulticast"},
	{"class", "text of the vendor class (option 16)"},
	{"hops", "of a relay's message: hop-count"},
	{"link", "of a relay's message: link-address"},
	{"peer", "of a relay's message: peer-address"},
	{"inner", "name of the message inside a relay's"},
	{"codes", "options in their order, as in [1,2,3]"},
	{"size", "octets of UDP payload"},
	{"cut", "stimulus: the message ends after so many octets"},
	{"tail", "stimulus: octets behind the last option"},
	{"octets", "the whole payload"},
	{"in", "about the field before it: an address of that network"},
	{NULL, NULL},
};

static bool has_message(const char *message)
{
	for (size_t i = 0; messages[i]; i++) {
		if (!strcmp(messages[i], message))
			return true;
	}
	return false;
}

static bool option_name(const char *name, uint16_t *ret_code, bool *ret_count)
{
	struct br_octets rest = br_text(name), part;
	uint64_t code;

	if (!br_text_starts(rest, "opt"))
		return false;
	rest.data += 3;
	rest.size -= 3;
	part = br_text_cut(&rest, '.');
	if (!br_text_get_decimal(part, UINT16_MAX, &code) || code == 0)
		return false;
	*ret_code = (uint16_t)code;
	*ret_count = rest.data && br_text_is(rest, "count");
	return !rest.data || *ret_count;
}

/* As RFC 8415, 3646, 5970 and 7083 write them; what is not here is octets. */
static enum br_field_format option_format(uint16_t code)
{
	static const struct {
		uint16_t code;
		enum br_field_format format;
	} known[] = {
		{BR_DHCP6_OPTION_ORO, BR_FIELD_U16},
		{BR_DHCP6_OPTION_PREFERENCE, BR_FIELD_U8},
		{BR_DHCP6_OPTION_ELAPSED, BR_FIELD_U16},
		{12, BR_FIELD_IPV6}, /* server unicast */
		{BR_DHCP6_OPTION_RAPID_COMMIT, BR_FIELD_NONE},
		{BR_DHCP6_OPTION_DNS, BR_FIELD_IPV6},
		{32, BR_FIELD_U32}, /* information refresh time */
		{BR_DHCP6_OPTION_BOOT_URL, BR_FIELD_TEXT},
		{BR_DHCP6_OPTION_ARCH, BR_FIELD_U16},
		{BR_DHCP6_OPTION_NII, BR_FIELD_U8},
		{82, BR_FIELD_U32}, /* SOL_MAX_RT */
		{83, BR_FIELD_U32},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].code == code)
			return known[i].format;
	}
	return BR_FIELD_HEX;
}

static const struct {
	const char *name;
	enum br_field_format format;
} plain_fields[] = {
	{"xid", BR_FIELD_XID},    {"iaid", BR_FIELD_U32},      {"t1", BR_FIELD_U32},
	{"t2", BR_FIELD_U32},     {"addr", BR_FIELD_IPV6},     {"preferred", BR_FIELD_U32},
	{"valid", BR_FIELD_U32},  {"ia-status", BR_FIELD_U16}, {"status", BR_FIELD_U16},
	{"class", BR_FIELD_TEXT}, {"hops", BR_FIELD_U8},       {"link", BR_FIELD_IPV6},
	{"peer", BR_FIELD_IPV6},  {"inner", BR_FIELD_TEXT},    {"codes", BR_FIELD_U16},
	{"size", BR_FIELD_U64},   {"cut", BR_FIELD_U64},       {"tail", BR_FIELD_HEX},
	{"octets", BR_FIELD_HEX},
};

static bool is_inner(const char *name)
{
	return !strncmp(name, "inner.", 6);
}

static bool format(const char *message, const char *name, enum br_field_format *ret_format)
{
	uint16_t code;
	bool count;

	(void)message;
	if (is_inner(name))
		name += 6;
	for (size_t i = 0; i < sizeof(plain_fields) / sizeof(plain_fields[0]); i++) {
		*ret_format = plain_fields[i].format;
		if (!strcmp(plain_fields[i].name, name))
			return true;
	}
	if (!option_name(name, &code, &count))
		return false;
	*ret_format = count ? BR_FIELD_U64 : option_format(code);
	return true;
}

static const char *positional(const char *message, size_t index)
{
	return message && !strcmp(message, "bytes") && index == 0 ? "octets" : NULL;
}

static uint8_t type_of(const struct br_dhcp6_message *m)
{
	return m->levels > 0 ? m->level[0].type : m->type;
}

static bool decode(struct br_octets payload, struct br_decoded *ret_decoded)
{
	ret_decoded->protocol = &br_protocol_dhcp6;
	ret_decoded->payload = payload;
	if (br_dhcp6_parse(payload, &ret_decoded->dhcp6) < 0)
		return false;
	ret_decoded->message = br_dhcp6_type_name(type_of(&ret_decoded->dhcp6));
	if (!ret_decoded->message)
		return false;

	const struct br_dhcp6_message *m = &ret_decoded->dhcp6;
	struct br_octets options = m->levels > 0 ? m->level[0].options : m->options;
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_writer w = br_writer_of(ret_decoded->codes, sizeof(ret_decoded->codes));
	struct br_dhcp6_option option;

	while (br_dhcp6_option_get(&r, &option) == 1 && br_room(&w) >= 4)
		br_put_be16(&w, option.code);
	br_put_be16(&w, 0); /* closes them: no option has that code */
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

static void set_ip(struct br_field *field, const uint8_t ip[16])
{
	field->format = BR_FIELD_IPV6;
	memcpy(field->room, ip, BR_IP_SIZE);
	field->octets = (struct br_octets){field->room, BR_IP_SIZE};
}

static bool get_option(struct br_octets options, const char *name, struct br_field *ret_field)
{
	uint16_t code;
	bool count;

	if (!option_name(name, &code, &count))
		return false;
	if (count) {
		set_number(ret_field, BR_FIELD_U64, br_dhcp6_count(options, code), 8);
		return true;
	}
	ret_field->format = option_format(code);
	ret_field->octets = br_dhcp6_find(options, code);
	return ret_field->octets.data != NULL;
}

/* Of the first IA_NA; false if it has no such thing. */
static bool get_ia(struct br_octets options, const char *name, struct br_field *ret_field)
{
	struct br_dhcp6_ia ia = br_dhcp6_ia(br_dhcp6_find(options, BR_DHCP6_OPTION_IA_NA));

	if (!ia.there)
		return false;
	if (!strcmp(name, "iaid"))
		set_number(ret_field, BR_FIELD_U32, ia.iaid, 4);
	else if (!strcmp(name, "t1"))
		set_number(ret_field, BR_FIELD_U32, ia.t1, 4);
	else if (!strcmp(name, "t2"))
		set_number(ret_field, BR_FIELD_U32, ia.t2, 4);
	else if (!strcmp(name, "ia-status") && ia.status >= 0)
		set_number(ret_field, BR_FIELD_U16, (uint64_t)ia.status, 2);
	else if (ia.addresses == 0)
		return false;
	else if (!strcmp(name, "addr"))
		set_ip(ret_field, ia.address);
	else if (!strcmp(name, "preferred"))
		set_number(ret_field, BR_FIELD_U32, ia.preferred, 4);
	else if (!strcmp(name, "valid"))
		set_number(ret_field, BR_FIELD_U32, ia.valid, 4);
	else
		return false;
	return true;
}

static bool get_class(struct br_octets options, struct br_field *ret_field)
{
	struct br_octets value = br_dhcp6_find(options, BR_DHCP6_OPTION_VENDOR_CLASS);
	uint32_t enterprise;

	ret_field->format = BR_FIELD_TEXT;
	return value.data && br_dhcp6_vendor_class(value, &enterprise, &ret_field->octets) &&
	       ret_field->octets.size > 0;
}

/* What a message and a relay's have alike */
static bool get_from(struct br_octets options, const char *name, struct br_field *ret_field)
{
	int status;

	if (!strcmp(name, "class"))
		return get_class(options, ret_field);
	if (!strcmp(name, "status")) {
		status = br_dhcp6_status(options);
		set_number(ret_field, BR_FIELD_U16, (uint64_t)(status < 0 ? 0 : status), 2);
		return status >= 0;
	}
	return get_option(options, name, ret_field) || get_ia(options, name, ret_field);
}

static bool get_relay(const struct br_dhcp6_message *m, const char *name,
                      struct br_field *ret_field)
{
	const struct br_dhcp6_relay *relay = &m->level[0];
	const char *inside = br_dhcp6_type_name(m->type);

	if (!strcmp(name, "hops"))
		set_number(ret_field, BR_FIELD_U8, relay->hops, 1);
	else if (!strcmp(name, "link"))
		set_ip(ret_field, relay->link);
	else if (!strcmp(name, "peer"))
		set_ip(ret_field, relay->peer);
	else if (!strcmp(name, "inner") && inside)
		*ret_field = (struct br_field){.format = BR_FIELD_TEXT, .octets = br_text(inside)};
	else
		return get_from(relay->options, name, ret_field);
	return true;
}

static bool get(const struct br_decoded *decoded, const char *name, struct br_field *ret_field)
{
	const struct br_dhcp6_message *m = &decoded->dhcp6;
	size_t codes = 0;

	if (!strcmp(name, "octets")) {
		ret_field->format = BR_FIELD_HEX;
		ret_field->octets = decoded->payload;
		return true;
	}
	if (!strcmp(name, "size")) {
		set_number(ret_field, BR_FIELD_U64, decoded->payload.size, 8);
		return true;
	}
	if (!strcmp(name, "codes")) {
		while (codes < COUNTED_MAX &&
		       (decoded->codes[2 * codes] | decoded->codes[2 * codes + 1]) != 0)
			codes++;
		ret_field->format = BR_FIELD_U16;
		ret_field->octets = (struct br_octets){decoded->codes, 2 * codes};
		return codes > 0;
	}
	if (is_inner(name)) {
		if (m->levels == 0)
			return false;
		name += 6;
	} else if (m->levels > 0) {
		return get_relay(m, name, ret_field);
	}
	if (!strcmp(name, "xid")) {
		set_number(ret_field, BR_FIELD_XID, m->xid, 4);
		return true;
	}
	return get_from(m->options, name, ret_field);
}

/* Fixed fields, then each option once, in the order of the packet; what an IA says by its names. */
static bool next(const struct br_decoded *decoded, size_t index, char *ret_name, size_t name_size)
{
	static const char *const fixed[] = {"xid", NULL};
	static const char *const of_relay[] = {"hops", "link", "peer", "inner", NULL};
	static const char *const of_ia[] = {"iaid",      "t1",    "t2",        "addr",
	                                    "preferred", "valid", "ia-status", NULL};
	const char *const *names = decoded->dhcp6.levels > 0 ? of_relay : fixed;
	struct br_field field;
	size_t seen = 0;

	for (size_t i = 0; names[i]; i++) {
		if (seen++ == index) {
			(void)snprintf(ret_name, name_size, "%s", names[i]);
			return true;
		}
	}
	for (size_t i = 0; decoded->codes[i] | decoded->codes[i + 1]; i += 2) {
		unsigned code = (unsigned)decoded->codes[i] << 8 | decoded->codes[i + 1];
		bool again = false;

		for (size_t k = 0; k < i; k += 2)
			again = again || (decoded->codes[k] == decoded->codes[i] &&
			                  decoded->codes[k + 1] == decoded->codes[i + 1]);
		if (again || (code == BR_DHCP6_OPTION_RELAYED && decoded->dhcp6.levels > 0))
			continue;
		for (size_t k = 0; code == BR_DHCP6_OPTION_IA_NA && of_ia[k]; k++) {
			if (get(decoded, of_ia[k], &field) && seen++ == index) {
				(void)snprintf(ret_name, name_size, "%s", of_ia[k]);
				return true;
			}
		}
		if (code != BR_DHCP6_OPTION_IA_NA && seen++ == index) {
			(void)snprintf(ret_name, name_size, "opt%u", code);
			return true;
		}
	}
	return false;
}

struct making6 {
	uint8_t type;
	uint32_t xid;
	struct br_dhcp6_relay relay;
	struct br_option_list list;
	bool cut;
	size_t cut_size;
	struct br_octets tail;
	struct br_dhcp6_ia ia;
	bool ia_set, has_address;
	struct br_writer w; /* of values made here */
	uint8_t room[SIZE_MAX_OF_MESSAGE];
};

static bool is_relays(uint8_t type)
{
	return type == BR_DHCP6_TYPE_RELAY_FORWARD || type == BR_DHCP6_TYPE_RELAY_REPLY;
}

static uint8_t type_by_name(const char *message)
{
	for (unsigned type = 1; type < UINT8_MAX; type++) {
		const char *name = br_dhcp6_type_name((uint8_t)type);

		if (name && !strcmp(name, message))
			return (uint8_t)type;
	}
	return 0;
}

static void start_from_template(struct making6 *m, const struct br_build *build,
                                struct br_decoded *decoded)
{
	const struct br_dhcp6_message *from = &decoded->dhcp6;
	struct br_octets options;
	struct br_reader r;
	struct br_dhcp6_option option;

	memset(m, 0, offsetof(struct making6, room));
	m->w = br_writer_of(m->room, sizeof(m->room));
	m->type = type_by_name(build->message);
	m->ia.status = -1;
	if (build->template.size == 0 || !decode(build->template, decoded))
		return;
	m->xid = from->xid;
	if (from->levels > 0)
		m->relay = from->level[0];
	options = from->levels > 0 ? from->level[0].options : from->options;
	m->ia = br_dhcp6_ia(br_dhcp6_find(options, BR_DHCP6_OPTION_IA_NA));
	m->has_address = m->ia.addresses > 0;
	r = br_reader_of(options.data, options.size);
	while (br_dhcp6_option_get(&r, &option) == 1)
		br_option_list_keep(&m->list, option.code, option.value);
}

/* What was written into ->w since @start */
static void put_made(struct making6 *m, uint16_t code, const uint8_t *start)
{
	br_option_list_set(&m->list, code, (struct br_octets){start, (size_t)(m->w.pos - start)});
}

/* False if @name is nothing of an IA. */
static bool set_ia(struct making6 *m, const char *name, struct br_octets octets, bool absent)
{
	struct br_reader r = br_reader_of(octets.data, octets.size);

	if (!strcmp(name, "iaid"))
		m->ia.iaid = br_get_be32(&r);
	else if (!strcmp(name, "t1"))
		m->ia.t1 = br_get_be32(&r);
	else if (!strcmp(name, "t2"))
		m->ia.t2 = br_get_be32(&r);
	else if (!strcmp(name, "preferred"))
		m->ia.preferred = br_get_be32(&r);
	else if (!strcmp(name, "valid"))
		m->ia.valid = br_get_be32(&r);
	else if (!strcmp(name, "ia-status"))
		m->ia.status = absent ? -1 : br_get_be16(&r);
	else if (!strcmp(name, "addr"))
		br_get_bytes(&r, m->ia.address, sizeof(m->ia.address));
	else
		return false;
	if (!strcmp(name, "addr"))
		m->has_address = !absent;
	m->ia_set = true;
	return true;
}

static void put_ia(struct making6 *m)
{
	uint8_t *start = m->w.pos;

	br_put_be32(&m->w, m->ia.iaid);
	br_put_be32(&m->w, m->ia.t1);
	br_put_be32(&m->w, m->ia.t2);
	if (m->has_address)
		br_dhcp6_put_address(&m->w, m->ia.address, m->ia.preferred, m->ia.valid);
	if (m->ia.status >= 0)
		br_dhcp6_put_status(&m->w, (enum br_dhcp6_status)m->ia.status, "");
	put_made(m, BR_DHCP6_OPTION_IA_NA, start);
}

static bool set_relay(struct making6 *m, const char *name, struct br_octets octets)
{
	struct br_reader r = br_reader_of(octets.data, octets.size);

	if (!strcmp(name, "hops"))
		m->relay.hops = br_get_u8(&r);
	else if (!strcmp(name, "link"))
		br_get_bytes(&r, m->relay.link, sizeof(m->relay.link));
	else if (!strcmp(name, "peer"))
		br_get_bytes(&r, m->relay.peer, sizeof(m->relay.peer));
	else
		return false;
	return true;
}

/* RFC 8415 section 21.16: PXE's enterprise number in front, as firmware writes it */
static void put_class(struct making6 *m, struct br_octets text)
{
	enum {
		PXE_ENTERPRISE = 343 /* Intel's, which EDK2 uses: UefiPxeBcDxe/PxeBcDhcp6.h */
	};
	uint8_t *start = m->w.pos;

	br_put_be32(&m->w, PXE_ENTERPRISE);
	br_put_be16(&m->w, (uint16_t)text.size);
	br_put_bytes(&m->w, text.data, text.size);
	put_made(m, BR_DHCP6_OPTION_VENDOR_CLASS, start);
}

static void apply(struct making6 *m, const struct br_setting *setting)
{
	struct br_octets octets = setting->octets;
	uint64_t number = 0;
	uint8_t *start = m->w.pos;
	uint16_t code;
	bool count;

	if (option_name(setting->name, &code, &count)) {
		if (!setting->absent)
			br_option_list_set(&m->list, code, octets);
		else
			br_option_list_take_out(&m->list, code);
	} else if (setting->absent && !strcmp(setting->name, "class")) {
		br_option_list_take_out(&m->list, BR_DHCP6_OPTION_VENDOR_CLASS);
	} else if (setting->absent && !strcmp(setting->name, "status")) {
		br_option_list_take_out(&m->list, BR_DHCP6_OPTION_STATUS);
	} else if (set_ia(m, setting->name, octets, setting->absent) ||
	           set_relay(m, setting->name, octets)) {
		return;
	} else if (!strcmp(setting->name, "class")) {
		put_class(m, octets);
	} else if (!strcmp(setting->name, "tail")) {
		m->tail = octets;
	} else if (br_field_number(BR_FIELD_HEX, octets, &number)) {
		if (!strcmp(setting->name, "xid")) {
			m->xid = (uint32_t)number & XID_MASK;
		} else if (!strcmp(setting->name, "status")) {
			br_put_be16(&m->w, (uint16_t)number);
			put_made(m, BR_DHCP6_OPTION_STATUS, start);
		} else if (!strcmp(setting->name, "cut")) {
			m->cut = true;
			m->cut_size = (size_t)number;
		}
	}
}

static void put_all(struct making6 *m, struct br_writer *w)
{
	uint8_t *start = w->pos;

	if (is_relays(m->type)) {
		m->relay.type = m->type;
		br_dhcp6_put_relay(w, &m->relay);
	} else {
		br_dhcp6_put_head(w, m->type, m->xid);
	}
	for (size_t i = 0; i < m->list.options; i++) {
		const struct br_listed_option *option = &m->list.option[i];

		br_dhcp6_put(w, option->code, option->value.data, option->value.size);
	}
	br_put_bytes(w, m->tail.data, m->tail.size);
	if (m->cut && (size_t)(w->pos - start) > m->cut_size)
		w->pos = start + m->cut_size;
}

static int build(const struct br_build *b, struct br_writer *w,
                 char error[static BR_LINE_ERROR_SIZE])
{
	struct br_decoded decoded;
	struct making6 m;

	if (!strcmp(b->message, "bytes")) {
		for (size_t i = 0; i < b->settings; i++)
			br_put_bytes(w, b->setting[i].octets.data, b->setting[i].octets.size);
		return w->bad ? -EINVAL : 0;
	}
	start_from_template(&m, b, &decoded);
	for (size_t i = 0; i < b->settings; i++) {
		if (is_inner(b->setting[i].name)) {
			(void)snprintf(error, BR_LINE_ERROR_SIZE,
			               "%s is of the message inside, which is as it came: opt9= "
			               "sets its octets",
			               b->setting[i].name);
			return -EINVAL;
		}
		apply(&m, &b->setting[i]);
	}
	if (m.ia_set)
		put_ia(&m);
	put_all(&m, w);
	if (w->bad || m.w.bad) {
		(void)snprintf(error, BR_LINE_ERROR_SIZE, "the message is longer than %d octets",
		               SIZE_MAX_OF_MESSAGE);
		return -EINVAL;
	}
	return 0;
}

const struct br_protocol br_protocol_dhcp6 = {
	.name = "dhcp6",
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
