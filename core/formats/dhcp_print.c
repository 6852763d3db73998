/* SPDX-License-Identifier: BSD-2-Clause */
/* How messages and their values read as text: the printing half of core/formats/dhcp_message.h */
#include "core/base/text.h"
#include "core/formats/dhcp_message.h"

static const char *const type_names[] = {
	[BR_DHCP_TYPE_DISCOVER] = "discover",
	[BR_DHCP_TYPE_OFFER] = "offer",
	[BR_DHCP_TYPE_REQUEST] = "request",
	[BR_DHCP_TYPE_DECLINE] = "decline",
	[BR_DHCP_TYPE_ACK] = "ack",
	[BR_DHCP_TYPE_NAK] = "nak",
	[BR_DHCP_TYPE_RELEASE] = "release",
	[BR_DHCP_TYPE_INFORM] = "inform",
	[BR_DHCP_TYPE_FORCERENEW] = "forcerenew",
	[BR_DHCP_TYPE_LEASEQUERY] = "leasequery",
	[BR_DHCP_TYPE_LEASEUNASSIGNED] = "leaseunassigned",
	[BR_DHCP_TYPE_LEASEUNKNOWN] = "leaseunknown",
	[BR_DHCP_TYPE_LEASEACTIVE] = "leaseactive",
};

enum {
	TYPE_COUNT = sizeof(type_names) / sizeof(type_names[0])
};

const char *br_dhcp_type_name(enum br_dhcp_type type)
{
	return (unsigned)type < TYPE_COUNT ? type_names[type] : NULL;
}

bool br_dhcp_type_by_name(struct br_octets name, enum br_dhcp_type *ret_type)
{
	for (unsigned type = 1; type < TYPE_COUNT; type++) {
		if (br_text_is(name, type_names[type])) {
			*ret_type = (enum br_dhcp_type)type;
			return true;
		}
	}
	return false;
}

/* Numbers of @unit octets each, parted by commas; addresses as dotted quads. */
static void print_list(struct br_writer *w, struct br_octets value, size_t unit, bool addresses)
{
	struct br_reader r = br_reader_of(value.data, value.size);

	for (bool first = true; br_left(&r) > 0; first = false) {
		uint32_t number = 0;

		for (size_t i = 0; i < unit; i++)
			number = number << 8 | br_get_u8(&r);
		if (!first)
			br_put_u8(w, ',');
		if (addresses)
			br_text_put_ipv4(w, number);
		else
			br_text_put_decimal(w, number);
	}
}

static bool is_printable(struct br_octets value)
{
	for (size_t i = 0; i < value.size; i++) {
		if (value.data[i] < ' ' || value.data[i] > '~')
			return false;
	}
	return true;
}

void br_dhcp_print_value(struct br_writer *w, uint8_t code, struct br_octets value)
{
	static const uint8_t units[] = {
		[BR_DHCP_FORMAT_HEX] = 0,  [BR_DHCP_FORMAT_TEXT] = 0, [BR_DHCP_FORMAT_U8] = 1,
		[BR_DHCP_FORMAT_U16] = 2,  [BR_DHCP_FORMAT_U32] = 4,  [BR_DHCP_FORMAT_IPV4] = 4,
		[BR_DHCP_FORMAT_NONE] = 0, [BR_DHCP_FORMAT_SUB] = 0,
	};
	enum br_dhcp_format format = br_dhcp_option_format(code);
	uint8_t unit = units[format];

	if (value.size == 0 || format == BR_DHCP_FORMAT_TEXT)
		br_text_put_quoted(w, value);
	else if (unit == 0 || value.size % unit != 0)
		br_text_put_octets(w, value);
	else
		print_list(w, value, unit, format == BR_DHCP_FORMAT_IPV4);
}

static void print_option(struct br_writer *w, uint8_t code, struct br_octets value)
{
	struct br_reader r = br_reader_of(value.data, value.size);
	struct br_dhcp_option sub;
	bool parses = br_dhcp_option_format(code) == BR_DHCP_FORMAT_SUB;
	bool has_end = br_dhcp_option_has_end(code);

	while (parses && br_dhcp_sub_option_get(&r, has_end, &sub) == 1)
		;
	if (!parses || r.bad || value.size == 0) {
		br_text_put(w, "option.");
		br_text_put_decimal(w, code);
		br_put_u8(w, ' ');
		br_dhcp_print_value(w, code, value);
		br_put_u8(w, '\n');
		return;
	}
	r = br_reader_of(value.data, value.size);
	while (br_dhcp_sub_option_get(&r, has_end, &sub) == 1) {
		br_text_put(w, "option.");
		br_text_put_decimal(w, code);
		br_put_u8(w, '.');
		br_text_put_decimal(w, sub.code);
		br_put_u8(w, ' ');
		if (is_printable(sub.value))
			br_text_put_quoted(w, sub.value);
		else
			br_text_put_octets(w, sub.value);
		br_put_u8(w, '\n');
	}
}

static void print_number(struct br_writer *w, const char *name, uint32_t value)
{
	br_text_put(w, name);
	br_put_u8(w, ' ');
	br_text_put_decimal(w, value);
	br_put_u8(w, '\n');
}

static void print_hex(struct br_writer *w, const char *name, uint32_t value, unsigned digits)
{
	br_text_put(w, name);
	br_text_put(w, " 0x");
	br_text_put_hex(w, value, digits);
	br_put_u8(w, '\n');
}

static void print_address(struct br_writer *w, const char *name, uint32_t address)
{
	br_text_put(w, name);
	br_put_u8(w, ' ');
	br_text_put_ipv4(w, address);
	br_put_u8(w, '\n');
}

static void print_text(struct br_writer *w, const char *name, struct br_octets text)
{
	br_text_put(w, name);
	br_put_u8(w, ' ');
	br_text_put_quoted(w, text);
	br_put_u8(w, '\n');
}

static void print_header(struct br_writer *w, const struct br_dhcp_message *m)
{
	const struct br_dhcp_header *h = &m->header;
	size_t hlen = h->hlen < sizeof(h->chaddr) ? h->hlen : sizeof(h->chaddr);

	print_number(w, "op", h->op);
	print_number(w, "htype", h->htype);
	print_number(w, "hlen", h->hlen);
	print_number(w, "hops", h->hops);
	print_hex(w, "xid", h->xid, 8);
	print_number(w, "secs", h->secs);
	print_hex(w, "flags", h->flags, 4);
	print_address(w, "ciaddr", h->ciaddr);
	print_address(w, "yiaddr", h->yiaddr);
	print_address(w, "siaddr", h->siaddr);
	print_address(w, "giaddr", h->giaddr);
	br_text_put(w, "chaddr ");
	if (hlen == 6)
		br_text_put_mac(w, h->chaddr);
	else
		br_text_put_octets(w, (struct br_octets){.data = h->chaddr, .size = hlen});
	br_put_u8(w, '\n');
	print_text(w, "sname", br_dhcp_sname(m));
	print_text(w, "file", br_dhcp_file(m));
}

void br_dhcp_print(struct br_writer *w, const struct br_dhcp_message *m)
{
	static const char *const fields[] = {"options", "file", "sname"};
	const char *type = br_dhcp_type_name(m->type);

	if (type) {
		br_text_put(w, "type ");
		br_text_put(w, type);
		br_put_u8(w, '\n');
	}
	print_header(w, m);
	for (size_t i = 0; i < m->instances; i++) {
		uint8_t code = m->instance[i].code;

		if (m->joined_first[code] == i)
			print_option(w, code, br_dhcp_get(m, code));
	}
	for (size_t i = 0; i < BR_DHCP_FIELD_COUNT; i++) {
		if (m->ended[i] && !m->broken[i])
			continue;
		br_text_put(w, m->broken[i] ? "broken " : "no-end ");
		br_text_put(w, fields[i]);
		br_put_u8(w, '\n');
	}
}
