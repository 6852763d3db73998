/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "captures/convert/anonymous_talk.h"

enum { /* RFC 4861 section 4; RFC 2710, RFC 3810 */
	MLD_QUERY = 130,
	MLD_REPORT = 131,
	MLD_DONE = 132,
	ROUTER_SOLICIT = 133,
	ROUTER_ADVERTISE = 134,
	NEIGHBOUR_SOLICIT = 135,
	NEIGHBOUR_ADVERTISE = 136,
	REDIRECT = 137,
	MLD2_REPORT = 143,
	HEAD = 8,
	IPV6 = 16,
	OPTION_SOURCE = 1,
	OPTION_TARGET = 2,
	OPTION_PREFIX = 3,
	OPTION_ROUTE = 24,   /* RFC 4191 */
	OPTION_SERVERS = 25, /* RFC 8106 */
	OPTION_SEARCH = 31,
	RECORD_HEAD = 4, /* of MLDv2: type, auxiliary data, sources */
};

/* Octets in front of the options, which begin with addresses behind the head */
static size_t body_of(uint8_t type)
{
	switch (type) {
	case ROUTER_ADVERTISE:
		return 2 * HEAD;
	case NEIGHBOUR_SOLICIT:
	case NEIGHBOUR_ADVERTISE:
		return HEAD + IPV6;
	case REDIRECT:
		return HEAD + 2 * IPV6;
	default:
		return HEAD;
	}
}

static bool has_options(uint8_t type)
{
	return type >= ROUTER_SOLICIT && type <= REDIRECT;
}

/* The next option at @at, in units of 8 octets with its head. 0: there is none */
static size_t option_size(const uint8_t *icmp, size_t size, size_t at)
{
	size_t length = at + 2 <= size ? icmp[at + 1] * 8U : 0;

	return length <= size - at ? length : 0;
}

void br_anonymous_learn_nd(struct br_disguise *disguise, struct br_octets icmp)
{
	const uint8_t *o = icmp.data;
	size_t length;

	if (icmp.size < HEAD || !has_options(o[0]) || icmp.size < body_of(o[0]))
		return;
	if (body_of(o[0]) >= HEAD + IPV6)
		br_disguise_learn_ipv6(disguise, o + HEAD);
	for (size_t at = body_of(o[0]); (length = option_size(o, icmp.size, at)) > 0;
	     at += length) {
		if ((o[at] == OPTION_SOURCE || o[at] == OPTION_TARGET) && length == 8)
			br_disguise_learn_mac(disguise, o + at + 2);
		if (o[at] == OPTION_PREFIX && length == 32)
			br_disguise_learn_ipv6_net(disguise, o + at + 16, o[at + 2]);
	}
}

/* RFC 4191: as much of the prefix as its length takes */
static void hide_route(struct br_anonymous *a, uint8_t *value, size_t size)
{
	uint8_t ip[IPV6] = {0};
	size_t kept = size > 6 ? size - 6 : 0;

	kept = kept < IPV6 ? kept : IPV6;
	memcpy(ip, value + 6, kept);
	br_disguise_ipv6(a->disguise, ip);
	memcpy(value + 6, ip, kept);
}

static void hide_option(struct br_anonymous *a, uint8_t *option, size_t size)
{
	const struct br_hide_row *field = br_hide_row_of(BR_LAYER_ND, option[0]);

	if (field->hide != BR_HIDE_PARTS) {
		br_anonymous_hide(a, field, option + 2, size - 2);
		return;
	}
	br_hide_count(&a->tally, field, true);
	if (option[0] == OPTION_PREFIX && size == 32)
		br_disguise_ipv6(a->disguise, option + 16);
	else if (option[0] == OPTION_ROUTE && size <= 24)
		hide_route(a, option + 2, size - 2);
	else if (option[0] == OPTION_SERVERS)
		br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_IPV6, option + 8, size - 8);
	else if (option[0] == OPTION_SEARCH)
		br_anonymous_hide(a, br_hide_row_of(BR_LAYER_DNS, 0), option + 8, size - 8);
	else
		br_disguise_octets(a->disguise, option + 2, size - 2);
}

/* Group records, RFC 3810 section 5.2 */
static void hide_records(struct br_anonymous *a, uint8_t *icmp, size_t size)
{
	size_t at = HEAD;

	while (at + RECORD_HEAD + IPV6 <= size) {
		size_t sources = br_get16(icmp + at + 2), auxiliary = icmp[at + 1] * 4U;
		size_t length = (1 + sources) * IPV6;

		at += RECORD_HEAD;
		length = length < size - at ? length : size - at;
		br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_IPV6, icmp + at, length);
		at += length;
		auxiliary = auxiliary < size - at ? auxiliary : size - at;
		br_disguise_octets(a->disguise, icmp + at, auxiliary);
		at += auxiliary;
	}
	br_disguise_octets(a->disguise, icmp + at, size - at);
}

/* A group, and in queries of the second version four octets and sources behind it */
static void hide_group(struct br_anonymous *a, uint8_t *icmp, size_t size)
{
	size_t sources = HEAD + IPV6 + 4;

	if (size < HEAD + IPV6) {
		br_disguise_octets(a->disguise, icmp + HEAD, size - HEAD);
		return;
	}
	br_disguise_ipv6(a->disguise, icmp + HEAD);
	if (size > sources)
		br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_IPV6, icmp + sources,
		                   size - sources);
}

bool br_anonymous_hide_nd(struct br_anonymous *a, uint8_t *icmp, size_t size)
{
	size_t body = size > 0 ? body_of(icmp[0]) : 0, length;

	if (size < HEAD)
		return false;
	if (icmp[0] == MLD2_REPORT) {
		hide_records(a, icmp, size);
		return true;
	}
	if (icmp[0] >= MLD_QUERY && icmp[0] <= MLD_DONE) {
		hide_group(a, icmp, size);
		return true;
	}
	if (!has_options(icmp[0]))
		return false;
	if (size < body) { /* cut within */
		br_disguise_octets(a->disguise, icmp + HEAD, size - HEAD);
		return true;
	}
	for (size_t at = HEAD; icmp[0] != ROUTER_ADVERTISE && at < body; at += IPV6)
		br_anonymous_field(a, BR_LAYER_FRAME, BR_FRAME_IPV6, icmp + at, IPV6);
	for (; (length = option_size(icmp, size, body)) > 0; body += length)
		hide_option(a, icmp + body, length);
	br_disguise_octets(a->disguise, icmp + body, size - body);
	return true;
}
