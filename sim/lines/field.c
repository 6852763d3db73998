/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lines/field.h"

#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"

bool br_number_read(struct br_octets text, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (text.size < 3 || text.data[0] != '0' || (text.data[1] | 0x20) != 'x')
		return br_text_get_decimal(text, max, ret);
	for (size_t i = 2; i < text.size; i++) {
		uint8_t c = text.data[i] | 0x20;
		unsigned digit = c >= 'a' ? c - 'a' + 10u : c - '0' + 0u;

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) || value >> 60 != 0)
			return false;
		value = value << 4 | digit;
	}
	if (value > max)
		return false;
	*ret = value;
	return true;
}

/* Octets of one number of a format, 0 if it has none of fixed width. */
static size_t width_of(enum br_field_format format)
{
	switch (format) {
	case BR_FIELD_U8:
		return 1;
	case BR_FIELD_U16:
	case BR_FIELD_FLAGS:
		return 2;
	case BR_FIELD_U32:
	case BR_FIELD_XID:
	case BR_FIELD_IPV4:
		return 4;
	case BR_FIELD_U64:
		return 8;
	case BR_FIELD_IPV6:
		return BR_IP_SIZE;
	case BR_FIELD_HEX:
	case BR_FIELD_TEXT:
	case BR_FIELD_MAC:
	case BR_FIELD_DECIMAL:
	case BR_FIELD_NONE:
		break;
	}
	return 0;
}

static void put_number(struct br_writer *w, uint64_t number, size_t width)
{
	while (width > 0)
		br_put_u8(w, (uint8_t)(number >> (8 * --width)));
}

static uint64_t get_number(const uint8_t *data, size_t width)
{
	uint64_t number = 0;

	for (size_t i = 0; i < width; i++)
		number = number << 8 | data[i];
	return number;
}

static struct br_octets trimmed(struct br_octets text)
{
	while (text.size > 0 && text.data[0] == ' ') {
		text.data++;
		text.size--;
	}
	while (text.size > 0 && text.data[text.size - 1] == ' ')
		text.size--;
	return text;
}

static bool encode_element(enum br_field_format format, struct br_octets text, struct br_writer *w)
{
	size_t width = width_of(format);
	uint8_t ip[BR_IP_SIZE];
	uint32_t address;
	uint64_t number;

	if (format == BR_FIELD_IPV6) {
		br_put_bytes(w, ip, br_text_get_ipv6(text, ip) ? sizeof(ip) : 0);
		return br_text_get_ipv6(text, ip);
	}
	if (format == BR_FIELD_IPV4) {
		if (!br_text_get_ipv4(text, &address))
			return false;
		br_put_be32(w, address);
		return true;
	}
	if (!br_number_read(text, width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1,
	                    &number))
		return false;
	put_number(w, number, width);
	return true;
}

static bool encode_elements(enum br_field_format format, struct br_octets text, struct br_writer *w)
{
	struct br_octets rest = text;

	if (text.size == 0)
		return false;
	while (rest.data) {
		if (!encode_element(format, trimmed(br_text_cut(&rest, ',')), w))
			return false;
	}
	return true;
}

static bool encode_hex(struct br_octets text, struct br_writer *w)
{
	uint8_t octets[BR_FIELD_SIZE_MAX];
	size_t size = 0;

	if (text.size > 0 && !br_text_get_hex(text, octets, sizeof(octets), &size))
		return false;
	br_put_bytes(w, octets, size);
	return true;
}

static const char *expected(enum br_field_format format)
{
	switch (format) {
	case BR_FIELD_HEX:
		return "octets in hex, as in 0102636c, or text in quotes";
	case BR_FIELD_TEXT:
		return "a text, as in \"boot.efi\"";
	case BR_FIELD_U8:
		return "a number up to 255, or a list of them, as in [1,3,6]";
	case BR_FIELD_U16:
		return "a number up to 65535, or a list of them, as in [6,7]";
	case BR_FIELD_U32:
		return "a number up to 4294967295";
	case BR_FIELD_U64:
		return "a number";
	case BR_FIELD_XID:
		return "a number, as in 0x51a348a4";
	case BR_FIELD_FLAGS:
		return "broadcast, unicast, or a number up to 0xffff";
	case BR_FIELD_IPV4:
		return "an address, as in 10.77.0.1";
	case BR_FIELD_IPV6:
		return "an address, as in 2001:db8::1";
	case BR_FIELD_MAC:
		return "a hardware address, as in 52:54:00:12:34:56";
	case BR_FIELD_DECIMAL:
		return "a number or a text";
	case BR_FIELD_NONE:
		return "present or absent";
	}
	return "";
}

static bool encode_flags(struct br_octets text, struct br_writer *w)
{
	if (br_text_is(text, "broadcast"))
		br_put_be16(w, 0x8000); /* RFC 2131 figure 2 */
	else if (br_text_is(text, "unicast"))
		br_put_be16(w, 0);
	else
		return encode_element(BR_FIELD_FLAGS, text, w);
	return true;
}

static bool encode(enum br_field_format format, const struct br_value *value, struct br_writer *w)
{
	bool quoted = value->kind == BR_VALUE_STRING;
	uint8_t mac[6];

	if (!quoted && br_text_starts(value->text, "hex:"))
		return encode_hex((struct br_octets){value->text.data + 4, value->text.size - 4},
		                  w);
	switch (format) {
	case BR_FIELD_HEX:
		if (value->kind == BR_VALUE_LIST)
			return encode_elements(BR_FIELD_U8, value->text, w);
		if (!quoted)
			return value->text.size > 0 && encode_hex(value->text, w);
		br_put_bytes(w, value->text.data, value->text.size);
		return true;
	case BR_FIELD_TEXT:
	case BR_FIELD_DECIMAL:
		br_put_bytes(w, value->text.data, value->text.size);
		return value->kind != BR_VALUE_LIST;
	case BR_FIELD_MAC:
		br_put_bytes(w, mac, br_text_get_mac(value->text, mac) ? sizeof(mac) : 0);
		return br_text_get_mac(value->text, mac);
	case BR_FIELD_FLAGS:
		return !quoted && encode_flags(value->text, w);
	case BR_FIELD_U64:
	case BR_FIELD_XID:
		return !quoted && encode_element(format, value->text, w);
	case BR_FIELD_U8:
	case BR_FIELD_U16:
	case BR_FIELD_U32:
	case BR_FIELD_IPV4:
	case BR_FIELD_IPV6:
		return !quoted && encode_elements(format, value->text, w);
	case BR_FIELD_NONE:
		return false;
	}
	return false;
}

const char *br_field_encode(enum br_field_format format, const struct br_value *value,
                            struct br_writer *w)
{
	if (!encode(format, value, w))
		return expected(format);
	return w->bad ? "a shorter value" : NULL;
}

static bool is_word(struct br_octets text)
{
	if (text.size == 0 || br_text_starts(text, "hex:") || br_text_is(text, "absent") ||
	    br_text_is(text, "present") || text.data[0] == '@' || text.data[0] == '*')
		return false;
	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      (c != '\0' && memchr("._/:+-%", c, 7))))
			return false;
	}
	return true;
}

void br_text_print_word(struct br_octets text, struct br_writer *w)
{
	if (is_word(text))
		br_put_bytes(w, text.data, text.size);
	else
		br_text_put_quoted(w, text);
}

static void print_elements(enum br_field_format format, struct br_octets octets,
                           struct br_writer *w)
{
	size_t width = width_of(format);
	bool list = format != BR_FIELD_IPV4 && format != BR_FIELD_IPV6 && octets.size > width;

	if (list)
		br_text_put(w, "[");
	for (size_t at = 0; at < octets.size; at += width) {
		if (at > 0)
			br_text_put(w, ",");
		if (format == BR_FIELD_IPV6)
			br_text_put_ipv6(w, octets.data + at);
		else if (format == BR_FIELD_IPV4)
			br_text_put_ipv4(w, (uint32_t)get_number(octets.data + at, width));
		else
			br_text_put_decimal(w, get_number(octets.data + at, width));
	}
	if (list)
		br_text_put(w, "]");
}

static void print_hex(struct br_octets octets, bool bare, struct br_writer *w)
{
	if (!bare || octets.size == 0)
		br_text_put(w, "hex:");
	br_text_put_octets(w, octets);
}

void br_field_print(enum br_field_format format, struct br_octets octets, struct br_writer *w)
{
	size_t width = width_of(format);

	if (width > 0 && (octets.size == 0 || octets.size % width != 0)) {
		print_hex(octets, false, w); /* of no length this format knows */
		return;
	}
	switch (format) {
	case BR_FIELD_TEXT:
		br_text_put_quoted(w, octets);
		break;
	case BR_FIELD_DECIMAL:
		br_text_print_word(octets, w);
		break;
	case BR_FIELD_U8:
	case BR_FIELD_U16:
	case BR_FIELD_U32:
	case BR_FIELD_U64:
	case BR_FIELD_IPV4:
	case BR_FIELD_IPV6:
		print_elements(format, octets, w);
		break;
	case BR_FIELD_XID:
		br_text_put(w, "0x");
		br_text_put_hex(w, get_number(octets.data, width), 8);
		break;
	case BR_FIELD_FLAGS:
		if (get_number(octets.data, width) == 0x8000)
			br_text_put(w, "broadcast");
		else if (get_number(octets.data, width) == 0)
			br_text_put(w, "0");
		else
			br_text_put(w, "0x"), br_text_put_hex(w, get_number(octets.data, width), 4);
		break;
	case BR_FIELD_MAC:
		if (octets.size == 6)
			br_text_put_mac(w, octets.data);
		else
			print_hex(octets, false, w);
		break;
	case BR_FIELD_HEX:
		print_hex(octets, true, w);
		break;
	case BR_FIELD_NONE:
		if (octets.size == 0)
			br_text_put(w, "present");
		else
			print_hex(octets, false, w);
		break;
	}
}

bool br_field_number(enum br_field_format format, struct br_octets octets, uint64_t *ret_number)
{
	size_t width = width_of(format);

	if (format == BR_FIELD_DECIMAL || format == BR_FIELD_TEXT)
		return br_text_get_decimal(octets, UINT64_MAX, ret_number);
	if (format == BR_FIELD_HEX && octets.size > 0 && octets.size <= 8)
		width = octets.size;
	if (width == 0 || octets.size != width || format == BR_FIELD_IPV6)
		return false;
	*ret_number = get_number(octets.data, width);
	return true;
}

bool br_field_convert(const struct br_variable *variable, enum br_field_format format,
                      struct br_writer *w)
{
	size_t width = width_of(format);
	uint64_t number;

	if (variable->format == format ||
	    !br_field_number(variable->format, variable->octets, &number)) {
		br_put_bytes(w, variable->octets.data, variable->octets.size);
	} else if (width > 0 && width <= 8) {
		if (width < 8 && number >> 8 * width != 0)
			return false;
		put_number(w, number, width);
	} else if (format == BR_FIELD_DECIMAL || format == BR_FIELD_TEXT) {
		br_text_put_decimal(w, number);
	} else {
		br_put_bytes(w, variable->octets.data, variable->octets.size);
	}
	return !w->bad;
}

bool br_field_equal(enum br_field_format format, struct br_octets got, struct br_octets want)
{
	uint64_t a, b;

	if (format == BR_FIELD_TEXT && got.size == want.size + 1 && got.data[want.size] == '\0' &&
	    (want.size == 0 || want.data[want.size - 1] != '\0'))
		got.size--; /* RFC 2132 §2: a receiver must cope with one */
	if (format == BR_FIELD_DECIMAL && br_field_number(format, got, &a) &&
	    br_field_number(format, want, &b))
		return a == b;
	return br_text_equal(got, want);
}

static bool has_run(struct br_octets got, struct br_octets want, size_t step)
{
	for (size_t at = 0; at + want.size <= got.size; at += step) {
		if (want.size == 0 || memcmp(got.data + at, want.data, want.size) == 0)
			return true;
	}
	return false;
}

bool br_field_contains(enum br_field_format format, struct br_octets got, struct br_octets want)
{
	size_t width = width_of(format);

	if (width == 0)
		return has_run(got, want, 1);
	for (size_t at = 0; at + width <= want.size; at += width) {
		if (!has_run(got, (struct br_octets){want.data + at, width}, width))
			return false;
	}
	return true;
}

void br_value_print(const struct br_value *value, struct br_writer *w)
{
	switch (value->kind) {
	case BR_VALUE_WORD:
		br_put_bytes(w, value->text.data, value->text.size);
		break;
	case BR_VALUE_STRING:
		br_text_put_quoted(w, value->text);
		break;
	case BR_VALUE_LIST:
		br_text_put(w, "[");
		br_put_bytes(w, value->text.data, value->text.size);
		br_text_put(w, "]");
		break;
	case BR_VALUE_VARIABLE:
		br_text_put(w, "$");
		br_put_bytes(w, value->text.data, value->text.size);
		if (value->bounded) {
			br_text_put(w, "<=");
			br_text_put_decimal(w, value->bound);
		}
		break;
	}
}

const struct br_variable *br_variable_find(const struct br_variables *variables, const char *name)
{
	for (size_t i = 0; i < variables->count; i++) {
		if (!strcmp(variables->variable[i].name, name))
			return &variables->variable[i];
	}
	return NULL;
}

bool br_variable_bind(struct br_variables *variables, const char *name,
                      const struct br_field *field)
{
	struct br_variable *v = &variables->variable[variables->count];
	uint8_t *room = variables->room + variables->used;

	if (br_variable_find(variables, name))
		return true;
	if (variables->count == BR_VARIABLES_MAX ||
	    sizeof(variables->room) - variables->used < field->octets.size)
		return false;
	if (field->octets.size > 0)
		memcpy(room, field->octets.data, field->octets.size);
	variables->used += field->octets.size;
	*v = (struct br_variable){
		.name = name, .format = field->format, .octets = {room, field->octets.size}};
	variables->count++;
	return true;
}
