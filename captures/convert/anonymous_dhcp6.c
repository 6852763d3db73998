/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "captures/convert/anonymous_dhcp.h"
#include "captures/convert/disguise_text.h"
#include "core/formats/dhcp6_message.h"

enum {
	RELAY_HEAD = 34, /* type, hops, two addresses; RFC 8415 section 9 */
	HEAD = 4,
	OPTION_PREFIX = 26,
	OPTION_FQDN = 39,       /* RFC 4704 */
	OPTION_NTP = 56,        /* RFC 5908 */
	OPTION_LINK_LAYER = 79, /* RFC 6939 */
	NTP_NAME = 3,
	DEPTH_MAX = 12, /* relays, and options in options */
	ETHERNET = 1,
	MAC_SIZE = 6,
};

static bool is_relayed(const uint8_t *message, size_t size)
{
	return size >= RELAY_HEAD && (message[0] == BR_DHCP6_TYPE_RELAY_FORWARD ||
	                              message[0] == BR_DHCP6_TYPE_RELAY_REPLY);
}

/* Octets in front of the options in an option; 0: it has none in it */
static size_t head_of(unsigned code)
{
	switch (code) {
	case BR_DHCP6_OPTION_IA_NA:
	case BR_DHCP6_OPTION_IA_PD:
		return 12;
	case BR_DHCP6_OPTION_IA_TA:
		return 4;
	case BR_DHCP6_OPTION_ADDRESS:
		return 24;
	case OPTION_PREFIX:
		return 25;
	default:
		return 0;
	}
}

static void learn_message(struct br_disguise *d, struct br_octets message, int depth);

static void learn_option(struct br_disguise *d, const struct br_dhcp6_option *o)
{
	if (o->code == BR_DHCP6_OPTION_CLIENT_ID || o->code == BR_DHCP6_OPTION_SERVER_ID)
		br_anonymous_learn_duid(d, o->value);
	else if (o->code == BR_DHCP6_OPTION_ADDRESS && o->value.size >= head_of(o->code))
		br_disguise_learn_ipv6(d, o->value.data);
	else if (o->code == OPTION_PREFIX && o->value.size >= head_of(o->code))
		br_disguise_learn_ipv6_net(d, o->value.data + 9, o->value.data[8]);
	else if (o->code == OPTION_LINK_LAYER && o->value.size == 2 + MAC_SIZE)
		br_disguise_learn_mac(d, o->value.data + 2);
}

static void learn_options(struct br_disguise *d, struct br_octets options, int depth)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_dhcp6_option o;

	while (depth < DEPTH_MAX && br_dhcp6_option_get(&r, &o) == 1) {
		size_t head = head_of(o.code);

		learn_option(d, &o);
		if (o.code == BR_DHCP6_OPTION_RELAYED)
			learn_message(d, o.value, depth + 1);
		else if (head > 0 && o.value.size > head)
			learn_options(d,
			              (struct br_octets){o.value.data + head, o.value.size - head},
			              depth + 1);
	}
}

static void learn_message(struct br_disguise *d, struct br_octets message, int depth)
{
	size_t head = is_relayed(message.data, message.size) ? RELAY_HEAD : HEAD;

	if (message.size >= head)
		learn_options(d, (struct br_octets){message.data + head, message.size - head},
		              depth);
}

void br_anonymous_learn_dhcp6(struct br_disguise *disguise, struct br_octets payload)
{
	learn_message(disguise, payload, 0);
}

static void hide_message(struct br_anonymous *a, uint8_t *message, size_t size, int depth);
static void hide_options(struct br_anonymous *a, uint8_t *options, size_t size, int depth);

/* IAs and what is in them */
static void hide_ia(struct br_anonymous *a, unsigned code, uint8_t *value, size_t size, int depth)
{
	size_t head = head_of(code);

	if (size < head) {
		br_disguise_octets(a->disguise, value, size);
		return;
	}
	if (code == BR_DHCP6_OPTION_ADDRESS)
		br_disguise_ipv6(a->disguise, value);
	else if (code == OPTION_PREFIX)
		br_disguise_ipv6(a->disguise, value + 9);
	else
		br_disguise_iaid(a->disguise, value);
	hide_options(a, value + head, size - head, depth + 1);
}

/* RFC 5908: options again, with addresses or with a name */
static void hide_ntp(struct br_anonymous *a, uint8_t *value, size_t size)
{
	struct br_reader r = br_reader_of(value, size);
	struct br_dhcp6_option o;
	size_t at = 0;

	for (; br_dhcp6_option_get(&r, &o) == 1; at = size - br_left(&r))
		br_anonymous_hide(a,
		                  o.code == NTP_NAME
		                          ? br_hide_row_of(BR_LAYER_DNS, 0)
		                          : br_hide_row_of(BR_LAYER_FRAME, BR_FRAME_IPV6),
		                  value + at + 4, o.value.size);
	br_disguise_octets(a->disguise, value + at, size - at);
}

static void hide_parts(struct br_anonymous *a, unsigned code, uint8_t *value, size_t size,
                       int depth)
{
	switch (code) {
	case BR_DHCP6_OPTION_IA_NA:
	case BR_DHCP6_OPTION_IA_TA:
	case BR_DHCP6_OPTION_ADDRESS:
	case BR_DHCP6_OPTION_IA_PD:
	case OPTION_PREFIX:
		hide_ia(a, code, value, size, depth);
		break;
	case BR_DHCP6_OPTION_RELAYED:
		hide_message(a, value, size, depth + 1);
		break;
	case OPTION_FQDN: /* flags, a name */
		if (size > 1)
			br_anonymous_hide(a, br_hide_row_of(BR_LAYER_DNS, 0), value + 1, size - 1);
		break;
	case OPTION_NTP:
		hide_ntp(a, value, size);
		break;
	case OPTION_LINK_LAYER:
		if (size == 2 + MAC_SIZE && br_get16(value) == ETHERNET)
			br_disguise_mac(a->disguise, value + 2);
		else if (size > 2)
			br_disguise_octets(a->disguise, value + 2, size - 2);
		break;
	default:
		br_disguise_anything(a->disguise, value, size);
		break;
	}
}

static void hide_option(struct br_anonymous *a, unsigned code, uint8_t *value, size_t size,
                        int depth)
{
	const struct br_hide_row *row = br_hide_row_of(BR_LAYER_DHCP6, code);

	if (row->hide == BR_HIDE_PARTS && depth < DEPTH_MAX) {
		hide_parts(a, code, value, size, depth);
		br_hide_count(&a->tally, row, true);
	} else {
		br_anonymous_hide(a, row, value, size);
	}
}

/* One that runs over the edge, or is cut, is hidden as far as it goes; its code too if there is no
 * such option.
 */
static void hide_options(struct br_anonymous *a, uint8_t *options, size_t size, int depth)
{
	struct br_reader r = br_reader_of(options, size);
	struct br_dhcp6_option o;
	size_t at = 0;

	for (; br_dhcp6_option_get(&r, &o) == 1; at = size - br_left(&r))
		hide_option(a, o.code, options + at + 4, o.value.size, depth);
	if (size - at > 4 && br_hide_row_of(BR_LAYER_DHCP6, br_get16(options + at))->code < 0)
		br_disguise_octets(a->disguise, options + at, 2);
	if (size - at > 4)
		hide_option(a, br_get16(options + at), options + at + 4, size - at - 4, depth);
	else
		br_disguise_octets(a->disguise, options + at, size - at);
}

static void hide_message(struct br_anonymous *a, uint8_t *message, size_t size, int depth)
{
	if (is_relayed(message, size)) {
		br_anonymous_field(a, BR_LAYER_DHCP6, BR_DHCP6_RELAY, message + 2, 32);
		hide_options(a, message + RELAY_HEAD, size - RELAY_HEAD, depth);
		return;
	}
	if (size < HEAD) {
		br_disguise_octets(a->disguise, message, size);
		return;
	}
	uint32_t xid = (uint32_t)message[1] << 16 | br_get16(message + 2);

	xid = br_disguise_xid(a->disguise, xid, 24);
	message[1] = (uint8_t)(xid >> 16);
	br_put16(message + 2, xid & 0xffff);
	br_hide_count(&a->tally, br_hide_row_of(BR_LAYER_FRAME, BR_FRAME_XID), true);
	hide_options(a, message + HEAD, size - HEAD, depth);
}

void br_anonymous_hide_dhcp6(struct br_anonymous *a, uint8_t *payload, size_t size)
{
	hide_message(a, payload, size, 0);
}
