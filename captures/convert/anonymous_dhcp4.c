/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "captures/convert/anonymous_dhcp.h"
#include "captures/convert/disguise_text.h"
#include "core/formats/dhcp_message.h"

enum {
	CHADDR_SIZE = BR_DHCP_AT_SNAME - BR_DHCP_AT_CHADDR,
	ETHERNET = 1,
	MAC_SIZE = 6,
	OPTION_ROUTES_MICROSOFT = 249, /* MS-DHCPE 2.2.8: as 121 */
	TEXT_TAG_MIN = 4, /* "PXE" and a second before it: a prompt that old ROMs want */
	JOINED_MAX = 4096,
	PARTS_MAX = 32, /* instances of one option */
};

/* Learning */

static unsigned width_of(uint32_t mask)
{
	unsigned width = 0;

	for (; width < 32 && mask & UINT32_C(0x80000000); mask <<= 1)
		width++;
	return width;
}

static void learn_routes(struct br_disguise *d, struct br_octets value)
{
	struct br_reader r = br_reader_of(value.data, value.size);

	while (br_left(&r) > 4) {
		unsigned width = br_get_u8(&r);
		uint8_t net[4] = {0};

		if (width > 32)
			return;
		br_get_bytes(&r, net, (width + 7U) / 8U);
		struct br_reader n = br_reader_of(net, sizeof(net));

		br_disguise_learn_ipv4_net(d, br_get_be32(&n), width);
		br_disguise_learn_ipv4(d, br_get_be32(&r), false);
	}
}

static void learn_options(struct br_disguise *d, const struct br_dhcp_message *m)
{
	for (size_t i = 0; i < m->instances; i++) {
		uint8_t code = m->instance[i].code;
		const struct br_hide_row *field = br_hide_row_of(BR_LAYER_DHCP4, code);
		struct br_octets value = br_dhcp_get(m, code);
		struct br_reader r = br_reader_of(value.data, value.size);

		if (field->hide == BR_HIDE_ROUTES)
			learn_routes(d, value);
		while (field->hide == BR_HIDE_IPV4 && br_left(&r) >= 4)
			br_disguise_learn_ipv4(d, br_get_be32(&r),
			                       code == BR_DHCP_OPTION_REQUESTED_ADDRESS);
	}
	br_anonymous_learn_machine_id(d, br_dhcp_get(m, BR_DHCP_OPTION_MACHINE_ID));
	br_anonymous_learn_client_id(d, br_dhcp_get(m, BR_DHCP_OPTION_CLIENT_ID));
}

void br_anonymous_learn_dhcp4(struct br_disguise *disguise, struct br_octets payload)
{
	struct br_dhcp_message m;
	const struct br_dhcp_header *h = &m.header;
	uint32_t mask;

	if (br_dhcp_parse(payload, &m) < 0)
		return;
	if (h->htype == ETHERNET && h->hlen == MAC_SIZE)
		br_disguise_learn_mac(disguise, h->chaddr);
	br_disguise_learn_ipv4(disguise, h->yiaddr, true);
	br_disguise_learn_ipv4(disguise, h->ciaddr, true);
	br_disguise_learn_ipv4(disguise, h->siaddr, false);
	br_disguise_learn_ipv4(disguise, h->giaddr, false);
	learn_options(disguise, &m);
	if (!br_dhcp_get_be32(&m, BR_DHCP_OPTION_SUBNET_MASK, &mask))
		return;
	const uint32_t hosts[] = {h->yiaddr, h->ciaddr, h->siaddr, h->giaddr};

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		if (hosts[i] != 0)
			br_disguise_learn_ipv4_net(disguise, hosts[i] & mask, width_of(mask));
	}
}

/* Options within options */

static uint32_t get_be32(const uint8_t *octets)
{
	struct br_reader r = br_reader_of(octets, 4);

	return br_get_be32(&r);
}

static size_t hide_boot_servers(struct br_anonymous *a, uint8_t *value, size_t size)
{
	struct br_reader r = br_reader_of(value, size);
	struct br_pxe_item item;
	size_t used = 0;

	for (; br_pxe_boot_servers_get(&r, &item) == 1; used = size - br_left(&r))
		br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_IPV4,
		                   value + (item.value.data - value), item.value.size);
	return used;
}

/* "Raspberry Pi Boot" is none that people wrote, but what that ROM looks for. */
static size_t hide_menu(struct br_anonymous *a, uint8_t *value, size_t size)
{
	struct br_reader r = br_reader_of(value, size);
	struct br_pxe_item item;
	size_t used = 0;

	for (; br_pxe_boot_menu_get(&r, &item) == 1; used = size - br_left(&r))
		br_disguise_text(a->disguise, BR_TEXT_CLASS, value + (item.value.data - value),
		                 item.value.size);
	return used;
}

static void hide_pxe(struct br_anonymous *a, uint8_t tag, uint8_t *value, size_t size)
{
	const struct br_hide_row *field = br_hide_row_of(BR_LAYER_PXE, tag);
	size_t used = 0;

	if (field->hide != BR_HIDE_PARTS) {
		br_anonymous_hide(a, field, value, size);
		return;
	}
	if (tag == BR_PXE_TAG_BOOT_SERVERS)
		used = hide_boot_servers(a, value, size);
	else if (tag == BR_PXE_TAG_BOOT_MENU)
		used = hide_menu(a, value, size);
	else if (size > 0)
		used = size <= TEXT_TAG_MIN ? size : 1; /* seconds */
	br_hide_count(&a->tally, field, used != size || tag != BR_PXE_TAG_MENU_PROMPT);
	br_disguise_anything(a->disguise, value + used, size - used);
}

static void hide_tag(struct br_anonymous *a, uint8_t code, uint8_t tag, uint8_t *value, size_t size)
{
	if (code == BR_DHCP_OPTION_VENDOR)
		hide_pxe(a, tag, value, size);
	else
		br_anonymous_field(a, code == BR_DHCP_OPTION_IPXE ? BR_LAYER_IPXE : BR_LAYER_AGENT,
		                   tag, value, size);
}

/* What runs over the edge is hidden, its length is not, for it may be what is wrong. */
static void hide_tags(struct br_anonymous *a, uint8_t code, uint8_t *value, size_t size)
{
	struct br_reader r = br_reader_of(value, size);
	bool has_end = br_dhcp_option_has_end(code);
	struct br_dhcp_option tag;
	size_t at = 0;
	int result;

	while ((result = br_dhcp_sub_option_get(&r, has_end, &tag)) == 1) {
		hide_tag(a, code, tag.code, value + (tag.value.data - value), tag.value.size);
		at = size - br_left(&r);
	}
	if (result == 0) {
		at = size - br_left(&r); /* behind the end there is nothing to say */
		br_disguise_anything(a->disguise, value + at, size - at);
		return;
	}
	while (has_end && at < size && value[at] == BR_DHCP_OPTION_PAD)
		at++;
	if (at + 2 < size)
		hide_tag(a, code, value[at], value + at + 2, size - at - 2);
}

static bool are_tags(uint8_t code, const uint8_t *value, size_t size)
{
	struct br_reader r = br_reader_of(value, size);
	struct br_dhcp_option tag;
	int result;

	do
		result = br_dhcp_sub_option_get(&r, br_dhcp_option_has_end(code), &tag);
	while (result == 1);
	return result == 0;
}

/* A text in 43 of another vendor is no tags, though its letters may pass for some. */
static bool is_text(uint8_t code, const uint8_t *value, size_t size)
{
	size_t i = 0;

	while (i < size && value[i] >= ' ' && value[i] < 0x7f)
		i++;
	return size > 3 && i == size && !are_tags(code, value, size);
}

static void hide_option(struct br_anonymous *a, uint8_t code, uint8_t *value, size_t size)
{
	const struct br_hide_row *field = br_hide_row_of(BR_LAYER_DHCP4, code);

	if (field->hide == BR_HIDE_PARTS && !is_text(code, value, size)) {
		hide_tags(a, code, value, size);
		br_hide_count(&a->tally, field, true);
		return;
	}
	br_anonymous_hide(a, field, value, size);
}

/* All instances of a code are one value (RFC 3396), in pieces all over the message. */
static void hide_joined(struct br_anonymous *a, const struct br_dhcp_message *m, uint8_t code,
                        uint8_t *payload)
{
	uint8_t joined[JOINED_MAX];
	size_t part[PARTS_MAX], parts = 0, size = 0;

	for (size_t i = 0; i < m->instances; i++) {
		const struct br_dhcp_instance *one = &m->instance[i];

		if (one->code != code)
			continue;
		if (parts == PARTS_MAX || size + one->value.size > sizeof(joined)) {
			hide_option(a, code, payload + one->offset + 2, one->value.size);
			continue;
		}
		memcpy(joined + size, payload + one->offset + 2, one->value.size);
		size += one->value.size;
		part[parts++] = i;
	}
	hide_option(a, code, joined, size);
	for (size_t i = 0, at = 0; i < parts; i++) {
		const struct br_dhcp_instance *one = &m->instance[part[i]];

		memcpy(payload + one->offset + 2, joined + at, one->value.size);
		at += one->value.size;
	}
}

/* What stands behind the last option of a field: nothing but its END and zeros, or something that
 * is none. An option that runs over the edge is hidden as far as it goes.
 */
static void hide_rest(struct br_anonymous *a, uint8_t *options, size_t size)
{
	struct br_reader r = br_reader_of(options, size);
	struct br_dhcp_option option;
	int result;

	do
		result = br_dhcp_option_get(&r, &option);
	while (result == 1);
	if (result == 0)
		br_disguise_anything(a->disguise, options + size - br_left(&r), br_left(&r));
	else if (br_dhcp_option_overruns((struct br_octets){options, size}, &option) &&
	         option.value.size > 0)
		hide_option(a, option.code, options + (option.value.data - options),
		            option.value.size);
}

static void hide_chaddr(struct br_anonymous *a, uint8_t *payload)
{
	size_t length = payload[2] < CHADDR_SIZE ? payload[2] : CHADDR_SIZE;

	br_anonymous_field(a, BR_LAYER_DHCP4, BR_DHCP4_CHADDR, payload + BR_DHCP_AT_CHADDR, length);
	br_disguise_octets(a->disguise, payload + BR_DHCP_AT_CHADDR + length, CHADDR_SIZE - length);
}

static void hide_header(struct br_anonymous *a, uint8_t *payload)
{
	br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_XID, payload + BR_DHCP_AT_XID, 4);
	for (size_t at = BR_DHCP_AT_CIADDR; at < BR_DHCP_AT_CHADDR; at += 4) {
		if (get_be32(payload + at) != 0)
			br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_IPV4, payload + at, 4);
	}
	hide_chaddr(a, payload);
}

/* A name, and what a server left behind it */
static void hide_name(struct br_anonymous *a, unsigned code, uint8_t *octets, size_t size)
{
	size_t length = 0;

	while (length < size && octets[length])
		length++;
	if (length > 0)
		br_anonymous_field(a, BR_LAYER_DHCP4, code, octets, length);
	br_disguise_octets(a->disguise, octets + length, size - length);
}

void br_anonymous_hide_dhcp4(struct br_anonymous *a, uint8_t *payload, size_t size)
{
	struct br_dhcp_message m;

	if (br_dhcp_parse((struct br_octets){payload, size}, &m) < 0) {
		br_disguise_octets(a->disguise, payload, size);
		return;
	}
	for (size_t i = 0; i < m.instances; i++) {
		if (m.joined_first[m.instance[i].code] == i)
			hide_joined(a, &m, m.instance[i].code, payload);
	}
	hide_header(a, payload);
	if (m.overload & BR_DHCP_OVERLOAD_SNAME)
		hide_rest(a, payload + BR_DHCP_AT_SNAME, BR_DHCP_AT_FILE - BR_DHCP_AT_SNAME);
	else
		hide_name(a, BR_DHCP4_SNAME, payload + BR_DHCP_AT_SNAME,
		          BR_DHCP_AT_FILE - BR_DHCP_AT_SNAME);
	if (m.overload & BR_DHCP_OVERLOAD_FILE)
		hide_rest(a, payload + BR_DHCP_AT_FILE, BR_DHCP_AT_COOKIE - BR_DHCP_AT_FILE);
	else
		hide_name(a, BR_DHCP4_FILE, payload + BR_DHCP_AT_FILE,
		          BR_DHCP_AT_COOKIE - BR_DHCP_AT_FILE);
	if (!m.has_cookie)
		br_disguise_anything(a->disguise, payload + BR_DHCP_HEADER_SIZE,
		                     size - BR_DHCP_HEADER_SIZE);
	else if (size > BR_DHCP_AT_OPTIONS)
		hide_rest(a, payload + BR_DHCP_AT_OPTIONS, size - BR_DHCP_AT_OPTIONS);
}
