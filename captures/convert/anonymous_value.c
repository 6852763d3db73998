/* SPDX-License-Identifier: BSD-2-Clause */
#include "captures/convert/anonymous_value.h"

#include <string.h>

#include "captures/convert/disguise_text.h"
#include "core/base/text.h"

enum {
	MAC_SIZE = 6,
	UUID_SIZE = 16,
	ETHERNET = 1, /* hardware type, RFC 1700 */
	CLIENT_ID_DUID = 255,
	FQDN_HEAD = 3,
	FQDN_CANONICAL = 1 << 2, /* bit E: labels instead of text */
	DUID_LLT = 1,
	DUID_EN = 2,
	DUID_LL = 3,
	DUID_UUID = 4,
	LABEL_MAX = 63,
	KEPT_MAX = 12,            /* octets of numbers: BR_HIDE_KEEP */
	ENTERPRISE_MAX = 1 << 20, /* some 60000 are given out */
	NAME_MAX_SIZE = 255,
	FILL = 'x', /* of contents: neither a program nor zeros */
	FILL_NO_TEXT = 1,
};

static uint32_t get_be32(const uint8_t *octets)
{
	struct br_reader r = br_reader_of(octets, 4);

	return br_get_be32(&r);
}

static void put_be32(uint8_t *octets, uint32_t value)
{
	struct br_writer w = br_writer_of(octets, 4);

	br_put_be32(&w, value);
}

static void hide_ipv4(struct br_disguise *d, uint8_t *octets)
{
	put_be32(octets, br_disguise_ipv4(d, get_be32(octets)));
}

/* What is left over belongs to no address. */
static void hide_ipv4s(struct br_disguise *d, uint8_t *octets, size_t size)
{
	size_t at = 0;

	for (; at + 4 <= size; at += 4)
		hide_ipv4(d, octets + at);
	br_disguise_octets(d, octets + at, size - at);
}

static void hide_ipv6s(struct br_disguise *d, uint8_t *octets, size_t size)
{
	size_t at = 0;

	for (; at + 16 <= size; at += 16)
		br_disguise_ipv6(d, octets + at);
	br_disguise_octets(d, octets + at, size - at);
}

/* RFC 3442 section 2: width, as many octets of the network as that takes, router; again. */
static void hide_routes(struct br_disguise *d, uint8_t *octets, size_t size)
{
	size_t at = 0;

	while (at < size && octets[at] <= 32 && at + 5 + (octets[at] + 7U) / 8U <= size) {
		size_t count = (octets[at] + 7U) / 8U;
		uint8_t net[4] = {0};

		memcpy(net, octets + at + 1, count);
		hide_ipv4(d, net);
		memcpy(octets + at + 1, net, count);
		hide_ipv4(d, octets + at + 1 + count);
		at += 5 + count;
	}
	br_disguise_octets(d, octets + at, size - at);
}

static void hide_machine_id(struct br_disguise *d, uint8_t *octets, size_t size)
{
	if (size == UUID_SIZE + 1)
		br_disguise_uuid(d, octets + 1, false);
	else
		br_disguise_octets(d, octets, size);
}

static void hide_duid(struct br_disguise *d, uint8_t *octets, size_t size)
{
	unsigned type = size >= 2 ? br_get16(octets) : 0;
	unsigned hardware = size >= 4 ? br_get16(octets + 2) : 0;

	if (type == DUID_UUID && size == 2 + UUID_SIZE) {
		br_disguise_uuid(d, octets + 2, false);
	} else if (type == DUID_LL && hardware == ETHERNET && size == 4 + MAC_SIZE) {
		br_disguise_mac(d, octets + 4);
	} else if (type == DUID_LLT && hardware == ETHERNET && size == 8 + MAC_SIZE) {
		br_disguise_octets(d, octets + 4, 4); /* when it was installed */
		br_disguise_mac(d, octets + 8);
	} else if (type >= DUID_LLT && type <= DUID_UUID) {
		br_disguise_octets(d, octets + 2, size - 2);
	} else {
		br_disguise_octets(d, octets, size);
	}
}

static void hide_client_id(struct br_disguise *d, uint8_t *octets, size_t size)
{
	if (size == 0)
		return;
	if (octets[0] == ETHERNET && size == 1 + MAC_SIZE) {
		br_disguise_mac(d, octets + 1);
	} else if (octets[0] == 0 && size == 1 + UUID_SIZE) {
		br_disguise_uuid(d, octets + 1, false);
	} else if (octets[0] == CLIENT_ID_DUID && size > 5) {
		br_disguise_iaid(d, octets + 1);
		hide_duid(d, octets + 5, size - 5);
	} else if (octets[0] < ' ' || octets[0] == CLIENT_ID_DUID) { /* a type and anything */
		br_disguise_anything(d, octets + 1, size - 1);
	} else {
		br_disguise_anything(d, octets, size);
	}
}

/* 4.3.2.1.in-addr.arpa: RFC 1035 section 3.5. Return: whether it was one */
static bool hide_reverse(struct br_disguise *d, uint8_t *name, size_t size)
{
	static const char end[] = ".in-addr.arpa";
	size_t length = size > sizeof(end) - 1 ? size - (sizeof(end) - 1) : 0, labels = 0;
	struct br_octets part[4], rest = {name, length};
	uint64_t octet[4] = {0};

	if (length == 0 ||
	    !br_text_is_nocase((struct br_octets){name + length, sizeof(end) - 1}, end))
		return false;
	while (rest.data && labels < 4) {
		part[labels] = br_text_cut(&rest, '.');
		if (!br_text_get_decimal(part[labels], 255, &octet[labels]))
			return false;
		labels++;
	}
	if (rest.data)
		return false;
	uint8_t address[4] = {0}, text[4];

	for (size_t i = 0; i < labels; i++)
		address[i] = (uint8_t)octet[labels - 1 - i];
	hide_ipv4(d, address);
	for (size_t i = 0; i < labels; i++) {
		struct br_writer w = br_writer_of(text, sizeof(text));

		br_text_put_decimal(&w, address[labels - 1 - i]);
		if (br_written(&w) == part[i].size)
			memcpy(name + (part[i].data - name), text, part[i].size);
	}
	return true;
}

/* As a text with dots, so that a name is the same here and in a URL. */
static size_t hide_labels(struct br_disguise *d, uint8_t *octets, size_t size)
{
	uint8_t name[NAME_MAX_SIZE + LABEL_MAX + 1];
	size_t at = 0, length = 0;

	while (at < size && octets[at] > 0 && octets[at] <= LABEL_MAX && at + octets[at] < size &&
	       length <= NAME_MAX_SIZE) {
		memcpy(name + length, octets + at + 1, octets[at]);
		length += octets[at];
		name[length++] = '.';
		at += 1U + octets[at];
	}
	if (length > 0 && !hide_reverse(d, name, length - 1))
		br_disguise_text(d, BR_TEXT_NAME, name, length - 1);
	for (size_t i = 0, from = 0; i < at; from += octets[i] + 1U, i += 1U + octets[i])
		memcpy(octets + i + 1, name + from, octets[i]);
	if (at < size && octets[at] == 0)
		return at + 1;
	if (at + 2 <= size && octets[at] >= 0xc0)
		return at + 2;
	br_disguise_octets(d, octets + at, size - at); /* cut, or no name */
	return size;
}

static void hide_all_labels(struct br_disguise *d, uint8_t *octets, size_t size)
{
	for (size_t at = 0; at < size;)
		at += hide_labels(d, octets + at, size - at);
}

static void hide_fqdn(struct br_disguise *d, uint8_t *octets, size_t size)
{
	if (size <= FQDN_HEAD)
		return;
	if (octets[0] & FQDN_CANONICAL)
		hide_all_labels(d, octets + FQDN_HEAD, size - FQDN_HEAD);
	else
		br_disguise_text(d, BR_TEXT_NAME, octets + FQDN_HEAD, size - FQDN_HEAD);
}

/* Texts with their lengths before them; else all of it as one, as iPXE writes option 77. */
static void hide_list(struct br_disguise *d, enum br_disguise_text kind, uint8_t *octets,
                      size_t size, size_t width)
{
	size_t at = 0, length = 0;

	for (; at + width <= size; at += width + length) {
		length = width == 1 ? octets[at] : br_get16(octets + at);
		if (length > size - at - width)
			break;
	}
	if (at != size) {
		br_disguise_text(d, kind, octets, size);
		return;
	}
	for (at = 0; at < size; at += width + length) {
		length = width == 1 ? octets[at] : br_get16(octets + at);
		br_disguise_text(d, kind, octets + at + width, length);
	}
}

enum {
	PE_KEPT = 24 + 240 + 16 * 40, /* headers of PE32+ and sixteen sections: numbers alone */
};

/* Octets from "PE" to behind the headers of its sections; what is behind is the program's own. */
static size_t pe_header(const uint8_t *pe, size_t left)
{
	if (left < 24)
		return left;
	size_t size = 24 + ((size_t)pe[20] | (size_t)pe[21] << 8) +
	              40 * ((size_t)pe[6] | (size_t)pe[7] << 8);

	size = size < PE_KEPT ? size : PE_KEPT;
	return size < left ? size : left;
}

/* Programs are told by how they begin: conformance/talk/image.c. Its own marks stay, zeros in a
 * place where there were only zeros, and what is no text does not become one.
 */
static void hide_content(struct br_disguise *d, uint8_t *octets, size_t size)
{
	static const struct {
		size_t at, size;
	} marks[] = {{0, 2}, {0x3c, 4}, {0x202, 4}};
	static const char *const begins[] = {"\177ELF", "#!ipxe", "<!doc",
	                                     "<html",   "<htm",   "\x1f\x8b\x08"};
	struct br_octets o = {octets, size};
	uint8_t kept[0x206];
	size_t pe = 0, keep = 0;
	bool zeros = true, text = true;

	(void)d;
	for (size_t i = 0; i < size; i++) {
		uint8_t c = octets[i];

		zeros = zeros && c == 0;
		text = text && (c >= ' ' || c == '\t' || c == '\r' || c == '\n') && c != 0x7f;
	}
	if (zeros)
		return;
	memcpy(kept, octets, size < sizeof(kept) ? size : sizeof(kept));
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]) && keep == 0; i++)
		keep = br_text_starts_nocase(o, begins[i]) ? strlen(begins[i]) : 0;
	bool program = size >= 2 && octets[0] == 'M' && octets[1] == 'Z';
	uint8_t header[PE_KEPT];
	size_t header_size = 0;

	if (program && size >= 0x40) {
		pe = (size_t)octets[0x3c] | (size_t)octets[0x3d] << 8 | (size_t)octets[0x3e] << 16;
		if (octets[0x3f] != 0 || pe + 6 > size || memcmp(octets + pe, "PE\0", 4) != 0)
			pe = 0;
		else
			header_size = pe_header(octets + pe, size - pe);
		memcpy(header, octets + pe, header_size);
	}
	bool linux = size >= sizeof(kept) && !memcmp(octets + 0x202, "HdrS", 4);

	memset(octets, text ? FILL : FILL_NO_TEXT, size);
	memcpy(octets, kept, keep);
	for (size_t i = 0; program && i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (marks[i].at + marks[i].size <= size && (i < 2 || linux))
			memcpy(octets + marks[i].at, kept + marks[i].at, marks[i].size);
	}
	if (pe > 0)
		memcpy(octets + pe, header, header_size);
}

static void hide_mac(struct br_disguise *d, uint8_t *octets, size_t size)
{
	if (size == MAC_SIZE)
		br_disguise_mac(d, octets);
	else
		br_disguise_octets(d, octets, size);
}

/* RFC 2132 section 3.3: each with its mask, if it is one */
static void hide_ipv4_pairs(struct br_disguise *d, uint8_t *octets, size_t size)
{
	size_t at = 0;

	for (; at + 8 <= size; at += 8) {
		uint32_t hosts = ~get_be32(octets + at + 4);

		hide_ipv4(d, octets + at);
		if ((hosts & (hosts + 1)) != 0)
			hide_ipv4(d, octets + at + 4);
	}
	br_disguise_octets(d, octets + at, size - at);
}

static void hide_xid(struct br_disguise *d, uint8_t *octets, size_t size)
{
	if (size == 4)
		put_be32(octets, br_disguise_xid(d, get_be32(octets), 32));
}

static void hide_name(struct br_disguise *d, uint8_t *octets, size_t size)
{
	br_disguise_text(d, BR_TEXT_NAME, octets, size);
}

static void hide_path(struct br_disguise *d, uint8_t *octets, size_t size)
{
	br_disguise_text(d, BR_TEXT_PATH, octets, size);
}

static void hide_class(struct br_disguise *d, uint8_t *octets, size_t size)
{
	br_disguise_text(d, BR_TEXT_CLASS, octets, size);
}

static void hide_phrase(struct br_disguise *d, uint8_t *octets, size_t size)
{
	br_disguise_text(d, BR_TEXT_PHRASE, octets, size);
}

static void hide_list8(struct br_disguise *d, uint8_t *octets, size_t size)
{
	hide_list(d, BR_TEXT_CLASS, octets, size, 1);
}

static void hide_list16(struct br_disguise *d, uint8_t *octets, size_t size)
{
	hide_list(d, BR_TEXT_CLASS, octets, size, 2);
}

static void hide_list16_paths(struct br_disguise *d, uint8_t *octets, size_t size)
{
	hide_list(d, BR_TEXT_PATH, octets, size, 2);
}

/* A number of IANA's stays; what cannot be one is part of the rest. */
static size_t enterprise(const uint8_t *octets, size_t size)
{
	return size >= 4 && get_be32(octets) <= ENTERPRISE_MAX ? 4 : 0;
}

static void hide_enterprise(struct br_disguise *d, uint8_t *octets, size_t size)
{
	size_t head = enterprise(octets, size);

	br_disguise_anything(d, octets + head, size - head);
}

static void hide_enterprise_list(struct br_disguise *d, uint8_t *octets, size_t size)
{
	size_t head = enterprise(octets, size);

	hide_list16(d, octets + head, size - head);
}

static void hide_status(struct br_disguise *d, uint8_t *octets, size_t size)
{
	if (size > 2)
		hide_phrase(d, octets + 2, size - 2);
}

static void hide_sip(struct br_disguise *d, uint8_t *octets, size_t size)
{
	if (size > 1 && octets[0] == 0)
		hide_all_labels(d, octets + 1, size - 1);
	else if (size > 1 && octets[0] == 1)
		hide_ipv4s(d, octets + 1, size - 1);
	else
		br_disguise_anything(d, octets, size);
}

static void (*const ways[])(struct br_disguise *d, uint8_t *octets, size_t size) = {
	[BR_HIDE_KEEP] = NULL,
	[BR_HIDE_KEEP_ALL] = NULL,
	[BR_HIDE_ANYTHING] = br_disguise_anything,
	[BR_HIDE_CONTENT] = hide_content,
	[BR_HIDE_MAC] = hide_mac,
	[BR_HIDE_IPV4] = hide_ipv4s,
	[BR_HIDE_IPV4_PAIRS] = hide_ipv4_pairs,
	[BR_HIDE_ROUTES] = hide_routes,
	[BR_HIDE_IPV6] = hide_ipv6s,
	[BR_HIDE_XID] = hide_xid,
	[BR_HIDE_NAME] = hide_name,
	[BR_HIDE_FQDN] = hide_fqdn,
	[BR_HIDE_LABELS] = hide_all_labels,
	[BR_HIDE_PATH] = hide_path,
	[BR_HIDE_CLASS] = hide_class,
	[BR_HIDE_PHRASE] = hide_phrase,
	[BR_HIDE_MACHINE_ID] = hide_machine_id,
	[BR_HIDE_CLIENT_ID] = hide_client_id,
	[BR_HIDE_DUID] = hide_duid,
	[BR_HIDE_LIST8] = hide_list8,
	[BR_HIDE_LIST16] = hide_list16,
	[BR_HIDE_LIST16_PATHS] = hide_list16_paths,
	[BR_HIDE_ENTERPRISE] = hide_enterprise,
	[BR_HIDE_ENTERPRISE_LIST] = hide_enterprise_list,
	[BR_HIDE_STATUS] = hide_status,
	[BR_HIDE_SIP] = hide_sip,
	[BR_HIDE_PARTS] = br_disguise_anything,
};

static uint64_t hash_of(const uint8_t *octets, size_t size)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ octets[i]) * UINT64_C(0x100000001b3);
	return hash;
}

void br_anonymous_hide(struct br_anonymous *a, const struct br_hide_row *field, uint8_t *octets,
                       size_t size)
{
	bool is_odd = field->hide == BR_HIDE_KEEP && size > KEPT_MAX;
	enum br_hide way = is_odd ? BR_HIDE_ANYTHING : field->hide;
	bool hide = ways[way] != NULL;
	uint64_t was = hide ? hash_of(octets, size) : 0;

	if (hide)
		ways[way](a->disguise, octets, size);
	br_hide_count(&a->tally, field, hide && was != hash_of(octets, size));
}

void br_anonymous_field(struct br_anonymous *a, enum br_layer layer, unsigned code, uint8_t *octets,
                        size_t size)
{
	br_anonymous_hide(a, br_hide_row_of(layer, code), octets, size);
}

size_t br_anonymous_labels(struct br_anonymous *a, uint8_t *octets, size_t size)
{
	uint64_t was = hash_of(octets, size);
	size_t used = hide_labels(a->disguise, octets, size);

	br_hide_count(&a->tally, br_hide_row_of(BR_LAYER_DNS, 0), was != hash_of(octets, size));
	return used;
}

/* Learning */

void br_anonymous_learn_machine_id(struct br_disguise *disguise, struct br_octets value)
{
	if (value.size == UUID_SIZE + 1)
		br_disguise_learn_uuid(disguise, value.data + 1);
}

void br_anonymous_learn_duid(struct br_disguise *disguise, struct br_octets value)
{
	struct br_reader r = br_reader_of(value.data, value.size);
	unsigned type = br_get_be16(&r), hardware = br_get_be16(&r);

	if (type == DUID_UUID && value.size == 2 + UUID_SIZE)
		br_disguise_learn_uuid(disguise, value.data + 2);
	else if (type == DUID_LL && hardware == ETHERNET && value.size == 4 + MAC_SIZE)
		br_disguise_learn_mac(disguise, value.data + 4);
	else if (type == DUID_LLT && hardware == ETHERNET && value.size == 8 + MAC_SIZE)
		br_disguise_learn_mac(disguise, value.data + 8);
}

void br_anonymous_learn_client_id(struct br_disguise *disguise, struct br_octets value)
{
	if (value.size == 0)
		return;
	if (value.data[0] == 0)
		br_anonymous_learn_machine_id(disguise, value);
	else if (value.data[0] == ETHERNET && value.size == 1 + MAC_SIZE)
		br_disguise_learn_mac(disguise, value.data + 1);
	else if (value.data[0] == CLIENT_ID_DUID && value.size > 5)
		br_anonymous_learn_duid(disguise,
		                        (struct br_octets){value.data + 5, value.size - 5});
}
