/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/text.h"

#include <string.h>

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

struct br_octets br_text(const char *text)
{
	return (struct br_octets){.data = (const uint8_t *)text, .size = text ? strlen(text) : 0};
}

bool br_text_equal(struct br_octets a, struct br_octets b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool br_text_equal_nocase(struct br_octets a, struct br_octets b)
{
	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++) {
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	}
	return true;
}

bool br_text_is(struct br_octets octets, const char *text)
{
	return br_text_equal(octets, br_text(text));
}

bool br_text_is_nocase(struct br_octets octets, const char *text)
{
	return br_text_equal_nocase(octets, br_text(text));
}

bool br_text_starts(struct br_octets octets, const char *prefix)
{
	struct br_octets want = br_text(prefix);

	if (octets.size > want.size)
		octets.size = want.size;
	return br_text_equal(octets, want);
}

bool br_text_starts_nocase(struct br_octets octets, const char *prefix)
{
	struct br_octets want = br_text(prefix);

	if (octets.size > want.size)
		octets.size = want.size;
	return br_text_equal_nocase(octets, want);
}

static bool is_letter(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool br_text_is_url(struct br_octets octets)
{
	size_t scheme = 0;

	while (scheme < octets.size) {
		uint8_t c = octets.data[scheme];
		bool inner = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';

		if (!is_letter(c) && (scheme == 0 || !inner))
			break;
		scheme++;
	}
	if (scheme == 0)
		return false;
	return br_text_starts((struct br_octets){octets.data + scheme, octets.size - scheme},
	                      "://");
}

struct br_octets br_text_cut(struct br_octets *rest, char separator)
{
	struct br_octets part = *rest;
	const uint8_t *found = rest->size > 0 ? memchr(rest->data, separator, rest->size) : NULL;

	if (!found) {
		*rest = (struct br_octets){0};
		return part;
	}
	part.size = (size_t)(found - rest->data);
	rest->data = found + 1;
	rest->size -= part.size + 1;
	return part;
}

struct br_octets br_text_until_nul(struct br_octets octets)
{
	const uint8_t *nul = octets.size > 0 ? memchr(octets.data, 0, octets.size) : NULL;

	if (nul)
		octets.size = (size_t)(nul - octets.data);
	return octets;
}

bool br_text_get_decimal(struct br_octets octets, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (octets.size == 0)
		return false;
	for (size_t i = 0; i < octets.size; i++) {
		uint8_t digit = (uint8_t)(octets.data[i] - '0');

		/* value * 10 + digit <= max, written so that nothing can wrap */
		if (digit > 9 || digit > max || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

bool br_text_get_ipv4(struct br_octets octets, uint32_t *ret)
{
	uint32_t address = 0;
	unsigned parts = 0;

	while (octets.data) {
		struct br_octets part = br_text_cut(&octets, '.');
		uint64_t value;

		if (part.size > 3 || !br_text_get_decimal(part, 255, &value))
			return false;
		address = address << 8 | (uint32_t)value;
		parts++;
		if (parts > 4)
			return false;
	}
	if (parts != 4)
		return false;
	*ret = address;
	return true;
}

static int hex_digit(uint8_t c)
{
	c = lower(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The next two digits as an octet; but for the @first there may be one ':' or '-' before them. */
static bool get_hex_octet(struct br_octets *rest, bool first, uint8_t *ret)
{
	int high, low;

	if (!first && rest->size > 0 && (rest->data[0] == ':' || rest->data[0] == '-')) {
		rest->data++;
		rest->size--;
	}
	if (rest->size < 2)
		return false;
	high = hex_digit(rest->data[0]);
	low = hex_digit(rest->data[1]);
	if (high < 0 || low < 0)
		return false;
	rest->data += 2;
	rest->size -= 2;
	*ret = (uint8_t)(high << 4 | low);
	return true;
}

bool br_text_get_hex(struct br_octets octets, uint8_t *ret, size_t size_max, size_t *ret_size)
{
	struct br_octets rest = octets;
	size_t size = 0;
	uint8_t octet;

	for (; rest.size > 0; size++) {
		if (size == size_max || !get_hex_octet(&rest, size == 0, &octet))
			return false;
	}
	if (size == 0)
		return false;
	for (size_t i = 0; i < size; i++) /* all is well: now @ret may be touched */
		(void)get_hex_octet(&octets, i == 0, &ret[i]);
	*ret_size = size;
	return true;
}

uint32_t br_text_netmask(uint8_t bits)
{
	return bits == 0 ? 0 : UINT32_MAX << (32 - bits);
}

bool br_text_get_cidr(struct br_octets octets, uint32_t *ret_address, uint32_t *ret_netmask)
{
	struct br_octets address = br_text_cut(&octets, '/');
	uint64_t bits;

	/* a text without '/' leaves no octets behind it, and those are no number */
	if (!br_text_get_decimal(octets, 32, &bits) || !br_text_get_ipv4(address, ret_address))
		return false;
	*ret_netmask = br_text_netmask((uint8_t)bits);
	return true;
}

bool br_text_get_mac(struct br_octets octets, uint8_t ret[6])
{
	uint8_t mac[6];
	size_t size;

	/* 17: every separator there, so that 525400123456 is no MAC by accident */
	if (octets.size != 17 || !br_text_get_hex(octets, mac, sizeof(mac), &size) || size != 6)
		return false;
	memcpy(ret, mac, sizeof(mac));
	return true;
}

void br_text_put(struct br_writer *w, const char *text)
{
	br_put_bytes(w, text, strlen(text));
}

void br_text_put_padded(struct br_writer *w, uint64_t value, unsigned digits)
{
	uint8_t text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = (uint8_t)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	while (at > 0 && sizeof(text) - at < digits)
		text[--at] = '0';
	br_put_bytes(w, text + at, sizeof(text) - at);
}

void br_text_put_decimal(struct br_writer *w, uint64_t value)
{
	br_text_put_padded(w, value, 1);
}

void br_text_put_hex(struct br_writer *w, uint64_t value, unsigned digits)
{
	uint8_t text[16];

	if (digits > sizeof(text))
		digits = sizeof(text);
	for (unsigned i = digits; i > 0; i--) {
		text[i - 1] = (uint8_t) "0123456789abcdef"[value & 15];
		value >>= 4;
	}
	br_put_bytes(w, text, digits);
}

void br_text_put_octets(struct br_writer *w, struct br_octets octets)
{
	for (size_t i = 0; i < octets.size; i++)
		br_text_put_hex(w, octets.data[i], 2);
}

void br_text_put_ipv4(struct br_writer *w, uint32_t address)
{
	for (unsigned shift = 32; shift > 0; shift -= 8) {
		if (shift < 32)
			br_put_u8(w, '.');
		br_text_put_decimal(w, address >> (shift - 8) & 255);
	}
}

void br_text_put_cidr(struct br_writer *w, uint32_t address, uint32_t netmask)
{
	uint64_t bits = 0;

	while (bits < 32 && (netmask & UINT32_C(0x80000000) >> bits) != 0)
		bits++;
	br_text_put_ipv4(w, address);
	br_put_u8(w, '/');
	br_text_put_decimal(w, bits);
}

void br_text_put_mac(struct br_writer *w, const uint8_t mac[static 6])
{
	for (unsigned i = 0; i < 6; i++) {
		if (i > 0)
			br_put_u8(w, ':');
		br_text_put_hex(w, mac[i], 2);
	}
}

void br_text_put_quoted(struct br_writer *w, struct br_octets octets)
{
	br_put_u8(w, '"');
	for (size_t i = 0; i < octets.size; i++) {
		uint8_t c = octets.data[i];

		if (c == '"' || c == '\\') {
			br_put_u8(w, '\\');
			br_put_u8(w, c);
		} else if (c >= ' ' && c <= '~') {
			br_put_u8(w, c);
		} else {
			br_text_put(w, "\\x");
			br_text_put_hex(w, c, 2);
		}
	}
	br_put_u8(w, '"');
}

const char *br_text_end(struct br_writer *w)
{
	if (br_room(w) == 0)
		w->pos[-1] = 0;
	else
		*w->pos = 0;
	return (const char *)w->start;
}

size_t br_text_utf8_size(const uint8_t *at)
{
	size_t size = at[0] < 0x80   ? 1
	              : at[0] < 0xc2 ? 0
	              : at[0] < 0xe0 ? 2
	              : at[0] < 0xf0 ? 3
	              : at[0] < 0xf5 ? 4
	                             : 0;

	for (size_t i = 1; i < size; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] >= 0xa0) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] >= 0x90))
		return 0;
	return size;
}
