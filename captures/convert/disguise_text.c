/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/disguise_text.h"

#include <ctype.h>
#include <string.h>

#include "captures/convert/public_words.h"
#include "core/base/bytes.h"
#include "core/base/text.h"

enum {
	PIECE_MAX = 2048, /* a longer text is taken in pieces */
	PAIRS_MAX = 8,
	MAC_SIZE = 6,
	UUID_DIGITS = 32,
	UUID_TEXT = 36,
	GROUPS = 8, /* of an IPv6 address */
	HEX_ADDRESS = 8,
	NUMBER_MAX = 6, /* digits of a version or an architecture; more is a serial number */
	PORT_DIGITS = 5,
	SALTS = 8,
};

enum word_mark { /* of each character */
	MARK_OPEN,
	MARK_KNOWN, /* stays */
	MARK_DONE,  /* has been replaced */
};

struct text_piece {
	struct br_disguise *disguise;
	uint8_t *text; /* is being rewritten */
	const uint8_t *was;
	size_t size;
	uint8_t mark[PIECE_MAX];
};

static bool is_one_of(uint8_t c, const char *set)
{
	return c && strchr(set, c);
}

/* What is no letter and no punctuation is no text, but may be octets of anything. */
static bool is_word(uint8_t c)
{
	return isalnum(c) || c >= 0x80 || (c < ' ' && c && !is_one_of(c, "\t\r\n"));
}

static bool is_start(const struct text_piece *p, size_t at)
{
	return at == 0 || !is_word(p->was[at - 1]);
}

static bool is_end(const struct text_piece *p, size_t at)
{
	return at >= p->size || !is_word(p->was[at]);
}

static void done(struct text_piece *p, size_t at, size_t size)
{
	memset(p->mark + at, MARK_DONE, size);
}

static unsigned digit_of(uint8_t c)
{
	return isdigit(c) ? c - (unsigned)'0' : (unsigned)tolower(c) - 'a' + 10;
}

static size_t hex_run(const struct text_piece *p, size_t at)
{
	size_t size = 0;

	while (at + size < p->size && isxdigit(p->was[at + size]))
		size++;
	return size;
}

static bool has_capital(const uint8_t *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (isupper(text[i]))
			return true;
	}
	return false;
}

static void put_hex(uint8_t *text, uint64_t value, size_t digits, bool capital)
{
	const char *digit = capital ? "0123456789ABCDEF" : "0123456789abcdef";

	for (size_t i = 0; i < digits; i++)
		text[digits - 1 - i] = (uint8_t)digit[value >> 4 * i & 15];
}

/* Hex digits become octets, over whatever stands between them. */
static void read_hex(const uint8_t *text, uint8_t *ret, size_t octets)
{
	for (size_t i = 0; i < 2 * octets; text++) {
		if (!isxdigit(*text))
			continue;
		ret[i / 2] = (uint8_t)((uint32_t)ret[i / 2] << 4 | digit_of(*text));
		i++;
	}
}

static void write_hex(uint8_t *text, const uint8_t *value, size_t octets, bool capital)
{
	for (size_t i = 0; i < 2 * octets; text++) {
		if (!isxdigit(*text))
			continue;
		put_hex(text, value[i / 2] >> (i % 2 ? 0 : 4) & 15, 1, capital);
		i++;
	}
}

/* What is recognised. Each: characters that were replaced at @at, or 0 */

static void replace_mac(struct text_piece *p, size_t at, size_t size)
{
	uint8_t mac[MAC_SIZE] = {0};

	read_hex(p->was + at, mac, sizeof(mac));
	br_disguise_mac(p->disguise, mac);
	write_hex(p->text + at, mac, sizeof(mac), has_capital(p->was + at, size));
	done(p, at, size);
}

/* 52:54:00:12:34:56, 52-54-..., and 01-52-54-... of PXELINUX; 5254.0012.3456 */
static size_t mac_at(struct text_piece *p, size_t at)
{
	size_t pairs = 0, pos = at, digits = hex_run(p, at);

	if (digits == 4 && at + 14 <= p->size && (p->was[at + 4] == '.' || p->was[at + 4] == '-') &&
	    hex_run(p, at + 5) == 4 && p->was[at + 9] == p->was[at + 4] &&
	    hex_run(p, at + 10) == 4 && is_end(p, at + 14)) {
		replace_mac(p, at, 14);
		return 14;
	}
	while (pairs < PAIRS_MAX && hex_run(p, pos) == 2) {
		pairs++;
		pos += 3;
		if (pos > p->size || !is_one_of(p->was[pos - 1], ":-.") ||
		    p->was[pos - 1] != p->was[at + 2] || hex_run(p, pos) == 0)
			break;
	}
	if ((pairs != MAC_SIZE && pairs != MAC_SIZE + 1) || !is_end(p, pos - 1))
		return 0;
	size_t type = pairs > MAC_SIZE ? 3 : 0; /* of the hardware, RFC 1700 */

	replace_mac(p, at + type, pos - 1 - at - type);
	done(p, at, type);
	return pos - 1 - at;
}

static size_t uuid_at(struct text_piece *p, size_t at)
{
	static const uint8_t widths[] = {8, 4, 4, 4, 12};
	size_t size = UUID_DIGITS, pos = at;
	uint8_t uuid[UUID_DIGITS / 2] = {0};

	if (hex_run(p, at) != UUID_DIGITS) {
		size = UUID_TEXT;
		for (size_t i = 0; i < sizeof(widths); i++) {
			if (hex_run(p, pos) != widths[i])
				return 0;
			pos += widths[i] + 1U;
			if (i + 1 < sizeof(widths) && (pos > p->size || p->was[pos - 1] != '-'))
				return 0;
		}
	}
	if (!is_end(p, at + size))
		return 0;
	read_hex(p->was + at, uuid, sizeof(uuid));
	br_disguise_uuid(p->disguise, uuid, true);
	write_hex(p->text + at, uuid, sizeof(uuid), has_capital(p->was + at, size));
	done(p, at, size);
	return size;
}

static size_t ipv4_at(struct text_piece *p, size_t at)
{
	size_t length = 0;
	uint32_t address;

	while (at + length < p->size && length < 16 &&
	       (isdigit(p->was[at + length]) || p->was[at + length] == '.'))
		length++;
	while (length > 0 && p->was[at + length - 1] == '.')
		length--;
	if ((at > 0 && p->was[at - 1] == '.') || !is_end(p, at + length) ||
	    !br_text_get_ipv4((struct br_octets){p->was + at, length}, &address))
		return 0;
	uint8_t text[16];
	struct br_writer w = br_writer_of(text, sizeof(text));

	br_text_put_ipv4(&w, br_disguise_ipv4(p->disguise, address));
	if (br_written(&w) == length) /* 010.0.0.1 is not read as an address */
		memcpy(p->text + at, text, length);
	done(p, at, length);
	return length;
}

struct group {
	size_t at, digits;
};

/* The groups of an IPv6 address (RFC 4291 section 2.2, without dots) at @at, which become
 * @ip. Return: its length, or 0
 */
static size_t read_ipv6(const struct text_piece *p, size_t at, struct group group[GROUPS],
                        size_t *ret_groups, uint8_t index[GROUPS])
{
	size_t pos = at, groups = 0, gap = GROUPS + 1;

	while (pos < p->size) {
		size_t digits = hex_run(p, pos);

		if (digits > 4 || groups == GROUPS)
			return 0;
		if (digits > 0) {
			group[groups++] = (struct group){pos, digits};
			pos += digits;
		} else if (pos != at && p->was[pos - 1] == ':' && gap != groups) {
			break;
		}
		if (pos >= p->size || p->was[pos] != ':')
			break;
		if (pos + 1 < p->size && p->was[pos + 1] == ':') {
			if (gap <= GROUPS)
				return 0;
			gap = groups;
			pos++;
		}
		pos++;
	}
	if (groups == 0 || (gap > GROUPS && groups != GROUPS) || !is_end(p, pos))
		return 0;
	/* there are never more than GROUPS, but gcc -O3 does not see it */
	for (size_t i = 0; i < groups && i < GROUPS; i++)
		index[i] = (uint8_t)(i < gap ? i : GROUPS - groups + i);
	*ret_groups = groups;
	return pos - at;
}

static size_t ipv6_at(struct text_piece *p, size_t at)
{
	struct group group[GROUPS];
	uint8_t index[GROUPS], ip[2 * GROUPS] = {0};
	size_t groups = 0, length = read_ipv6(p, at, group, &groups, index);

	if (length == 0)
		return 0;
	for (size_t i = 0; i < groups; i++) {
		for (size_t k = 0; k < group[i].digits; k++) {
			unsigned value = (unsigned)ip[2 * index[i]] << 8 | ip[2 * index[i] + 1];

			value = value << 4 | digit_of(p->was[group[i].at + k]);
			ip[2 * index[i]] = (uint8_t)(value >> 8);
			ip[2 * index[i] + 1] = (uint8_t)value;
		}
	}
	br_disguise_ipv6(p->disguise, ip);
	for (size_t i = 0; i < groups; i++)
		put_hex(p->text + group[i].at,
		        (unsigned)ip[2 * index[i]] << 8 | ip[2 * index[i] + 1], group[i].digits,
		        has_capital(p->was + at, length));
	done(p, at, length);
	return length;
}

static bool stands_before(const struct text_piece *p, size_t at, const char *text)
{
	size_t size = strlen(text);

	return at >= size && !memcmp(p->was + at - size, text, size);
}

/* pxelinux.cfg/C0A80001, C0A8000, ...; grub.cfg-C0A8; C0A80001.img: an address, or the first
 * digits of one; and a MAC address without anything between
 */
static size_t digits_at(struct text_piece *p, size_t at)
{
	size_t length = hex_run(p, at);
	bool named = stands_before(p, at, "pxelinux.cfg/") || stands_before(p, at, "grub.cfg-");
	uint32_t address = 0;
	uint8_t text[HEX_ADDRESS];

	if (!is_end(p, at + length))
		return 0;
	if (length == 2 * MAC_SIZE) {
		replace_mac(p, at, length);
		return length;
	}
	bool capital = length > 0 && length <= HEX_ADDRESS;

	for (size_t i = 0; i < length; i++)
		capital = capital && !islower(p->was[at + i]);
	if (!capital || (!named && length < HEX_ADDRESS))
		return 0;
	if (!br_disguise_find_hex(p->disguise, p->was + at, length, &address)) {
		if (length < HEX_ADDRESS)
			return 0;
		for (size_t i = 0; i < HEX_ADDRESS; i++)
			address = address << 4 | digit_of(p->was[at + i]);
	}
	put_hex(text, br_disguise_ipv4(p->disguise, address), sizeof(text), true);
	memcpy(p->text + at, text, length);
	done(p, at, length);
	return length;
}

/* RFC 3986 section 2.1: an octet that is a letter in disguise */
static size_t percent_at(struct text_piece *p, size_t at)
{
	if (p->was[at] != '%' || hex_run(p, at + 1) < 2)
		return 0;
	uint8_t octet = (uint8_t)(digit_of(p->was[at + 1]) << 4 | digit_of(p->was[at + 2]));

	if (is_word(octet)) {
		uint8_t small = (uint8_t)tolower(octet);

		octet = br_disguise_letter(p->disguise, small, &small, 1, 0);
		put_hex(p->text + at + 1, octet, 2, has_capital(p->was + at + 1, 2));
	}
	done(p, at, 3);
	return 3;
}

static void recognise(struct text_piece *p, enum br_disguise_text kind)
{
	static size_t (*const forms[])(struct text_piece * p,
	                               size_t at) = {uuid_at, mac_at, ipv6_at, ipv4_at, digits_at};

	for (size_t at = 0; at < p->size;) {
		size_t size = kind == BR_TEXT_PATH ? percent_at(p, at) : 0;

		for (size_t i = 0;
		     size == 0 && is_start(p, at) && i < sizeof(forms) / sizeof(*forms); i++)
			size = forms[i](p, at);
		at += size > 0 ? size : 1;
	}
}

/* Words that stay */

static bool is_same(const uint8_t *text, const char *word, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (tolower(text[i]) != word[i])
			return false;
	}
	return true;
}

/* Length of the longest known word at @at; 0: none */
static size_t known_at(const uint8_t *text, size_t size, size_t at, unsigned kinds)
{
	size_t best = 0;

	for (size_t i = 0; i < br_public_words_count; i++) {
		const struct br_public_word *w = &br_public_words[i];

		if (!(w->kinds & kinds) || w->text[0] != tolower(text[at]))
			continue;
		size_t length = strlen(w->text);

		if (length <= best || length > size - at || !is_same(text + at, w->text, length))
			continue;
		if (!w->within && ((at > 0 && is_word(text[at - 1])) ||
		                   (at + length < size && is_word(text[at + length]))))
			continue;
		best = length;
	}
	return best;
}

static void mark_known(struct text_piece *p, unsigned kinds)
{
	for (size_t at = 0; at < p->size;) {
		size_t size = known_at(p->was, p->size, at, kinds);
		bool open = size > 0;

		for (size_t i = 0; i < size; i++)
			open = open && p->mark[at + i] == MARK_OPEN;
		if (open)
			memset(p->mark + at, MARK_KNOWN, size);
		at += open ? size : 1;
	}
}

static size_t word_size(const struct text_piece *p, size_t at)
{
	size_t size = 0;

	while (at + size < p->size && is_word(p->was[at + size]) && p->mark[at + size] != MARK_DONE)
		size++;
	return size;
}

/* U-Boot writes architectures in hex: captures/explain/fingerprints.tsv */
static bool is_number(const struct text_piece *p, size_t at, size_t size)
{
	bool hex = stands_before(p, at, "Arch:");

	for (size_t i = 0; i < size; i++) {
		if (!isdigit(p->was[at + i]) && !(hex && isxdigit(p->was[at + i])))
			return false;
	}
	return size > 0 && size <= NUMBER_MAX;
}

/* "PXEClient:Arch:00007:UNDI:003016", "GRUB 2.06", "UefiHttpBoot/1.0" */
static void mark_numbers(struct text_piece *p)
{
	bool known = false;

	for (size_t at = 0; at < p->size;) {
		size_t size = word_size(p, at);

		if (size == 0) {
			known = known && p->mark[at] != MARK_DONE &&
			        is_one_of(p->was[at], "./:- _");
			at++;
			continue;
		}
		if (known && is_number(p, at, size))
			memset(p->mark + at, MARK_KNOWN, size);
		known = p->mark[at + size - 1] == MARK_KNOWN;
		at += size;
	}
}

/* The port behind the name of a host */
static void mark_port(struct text_piece *p)
{
	size_t at = p->size;

	while (at > 0 && isdigit(p->was[at - 1]))
		at--;
	if (at > 1 && at < p->size && p->size - at <= PORT_DIGITS && p->was[at - 1] == ':' &&
	    memchr(p->was, ':', at - 1) == NULL)
		memset(p->mark + at, MARK_KNOWN, p->size - at);
	else if (at > 2 && at < p->size && p->was[at - 1] == ':' && p->was[at - 2] == ']')
		memset(p->mark + at, MARK_KNOWN, p->size - at);
}

/* The others */

/* What a character of several octets begins with stays, if it is one: RFC 3629 section 4 */
static void mark_leads(struct text_piece *p)
{
	for (size_t at = 0; at < p->size; at++) {
		uint8_t c = p->was[at];
		size_t more = c >= 0xc2 && c < 0xe0   ? 1
		              : c >= 0xe0 && c < 0xf0 ? 2
		              : c >= 0xf0 && c < 0xf5 ? 3
		                                      : 0;
		size_t good = 0;

		while (good < more && at + 1 + good < p->size && p->was[at + 1 + good] >= 0x80 &&
		       p->was[at + 1 + good] < 0xc0)
			good++;
		if (p->mark[at] == MARK_OPEN && ((more > 0 && good == more) || c == 0xff))
			p->mark[at] = MARK_KNOWN;
	}
}

/* Whether a known word has come about where there was none. */
static bool says_something(const struct text_piece *p, size_t at, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		size_t known = known_at(p->text + at, size, i, ~0U);

		for (size_t k = 0; k < known; k++) {
			if (p->mark[at + i + k] == MARK_OPEN)
				return true;
		}
	}
	return false;
}

static void replace_word(struct text_piece *p, size_t at, size_t size)
{
	uint8_t small[PIECE_MAX];

	for (size_t i = 0; i < size; i++)
		small[i] = (uint8_t)tolower(p->was[at + i]);
	for (uint8_t salt = 0; salt < SALTS; salt++) {
		for (size_t i = 0; i < size; i++) {
			if (p->mark[at + i] != MARK_OPEN)
				continue;
			uint8_t c = br_disguise_letter(p->disguise, small[i], small, i, salt);

			p->text[at + i] = isupper(p->was[at + i]) ? (uint8_t)toupper(c) : c;
		}
		if (!says_something(p, at, size))
			return;
	}
}

static void one_piece(struct br_disguise *d, enum br_disguise_text kind, uint8_t *octets,
                      size_t size)
{
	uint8_t was[PIECE_MAX];
	struct text_piece p = {.disguise = d, .text = octets, .was = was, .size = size};

	memcpy(was, octets, size);
	recognise(&p, kind);
	mark_leads(&p);
	if (kind == BR_TEXT_NAME)
		mark_port(&p);
	if (kind != BR_TEXT_SECRET)
		mark_known(&p, kind == BR_TEXT_PHRASE ? BR_TEXT_PHRASE | BR_TEXT_PATH : kind);
	if (kind == BR_TEXT_CLASS)
		mark_numbers(&p);
	for (size_t at = 0; at < size;) {
		size_t word = word_size(&p, at);

		if (word > 0)
			replace_word(&p, at, word);
		at += word > 0 ? word : 1;
	}
}

static void in_pieces(struct br_disguise *d, enum br_disguise_text kind, uint8_t *octets,
                      size_t size)
{
	for (size_t at = 0; at < size; at += PIECE_MAX)
		one_piece(d, kind, octets + at, size - at < PIECE_MAX ? size - at : PIECE_MAX);
}

/* Where the host of a URL begins, or @size; RFC 3986 section 3.2 */
static size_t host_begins(const uint8_t *octets, size_t size)
{
	for (size_t at = 0; at + 3 <= size; at++) {
		if (!memcmp(octets + at, "://", 3))
			return at + 3;
	}
	return size;
}

void br_disguise_text(struct br_disguise *disguise, enum br_disguise_text kind, uint8_t *octets,
                      size_t size)
{
	bool urls = kind == BR_TEXT_PATH || kind == BR_TEXT_PHRASE;

	while (size > 0) {
		size_t host = urls ? host_begins(octets, size) : size, end = host;

		while (end < size && octets[end] && !is_one_of(octets[end], "/?# \"'"))
			end++;
		in_pieces(disguise, kind, octets, host);
		in_pieces(disguise, BR_TEXT_NAME, octets + host, end - host);
		octets += end;
		size -= end;
	}
}

void br_disguise_anything(struct br_disguise *disguise, uint8_t *octets, size_t size)
{
	size_t printing = 0, end = size;

	while (end > 0 && octets[end - 1] == '\0')
		end--;
	while (printing < end && octets[printing] >= ' ' && octets[printing] < 0x7f)
		printing++;
	if (end > 1 && printing == end)
		br_disguise_text(disguise, BR_TEXT_SECRET, octets, end);
	else
		br_disguise_octets(disguise, octets, size);
}
