/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/nd.h"

#include <errno.h>
#include <string.h>

enum {
	UNIT = 8, /* octets that a length of 1 stands for */
	SOURCE_MAC = 1,
	TARGET_MAC = 2,
	PREFIX_INFORMATION = 3,
	LINK_MTU = 5,
	NONCE = 14,
	RDNSS = 25,
	PREFIX_SIZE = 32,
	FLAG_ON_LINK = 0x80,
	FLAG_AUTONOMOUS = 0x40,
	FLAG_MANAGED = 0x80,
	FLAG_OTHER = 0x40,
	FLAGS_SHIFT = 29, /* R, S and O of a neighbour advertisement are the highest bits */
	HOP_BY_HOP_SIZE = 8,
	PROTOCOL_ICMPV6 = 58,
	OPTION_ROUTER_ALERT = 5,
	OPTION_PAD_N = 1,
	EXCLUDE_NOTHING = 4, /* RFC 3810 section 5.2.12, CHANGE_TO_EXCLUDE_MODE */
};

struct nd_option {
	uint8_t type;
	size_t size; /* with type and length */
	struct br_reader value;
};

/* Return: 1, 0 at the end, -EBADMSG if it runs over the end or has no length */
static int option_get(struct br_reader *r, struct nd_option *ret)
{
	if (br_left(r) == 0)
		return 0;
	ret->type = br_get_u8(r);
	ret->size = (size_t)br_get_u8(r) * UNIT;
	if (r->bad || ret->size == 0 || ret->size - 2 > br_left(r))
		return -EBADMSG;
	ret->value = br_get_sub(r, ret->size - 2);
	return 1;
}

/* Return: 0 or -EBADMSG */
static int read_prefix(const struct nd_option *option, struct br_nd_prefix *ret)
{
	struct br_reader value = option->value;
	struct br_nd_prefix p = {.length = br_get_u8(&value)};
	uint8_t flags = br_get_u8(&value);

	if (p.length > 128)
		return -EBADMSG;
	p.on_link = flags & FLAG_ON_LINK;
	p.autonomous = flags & FLAG_AUTONOMOUS;
	p.valid_s = br_get_be32(&value);
	p.preferred_s = br_get_be32(&value);
	(void)br_get_be32(&value); /* reserved */
	br_get_bytes(&value, p.prefix, sizeof(p.prefix));
	*ret = p;
	return 0;
}

static bool is_prefix(const struct nd_option *option)
{
	return option->type == PREFIX_INFORMATION && option->size == PREFIX_SIZE;
}

int br_nd_prefix_get(struct br_reader *r, struct br_nd_prefix *ret_prefix)
{
	while (br_left(r) >= UNIT) {
		struct nd_option option;

		if (option_get(r, &option) != 1) /* there is something left, so it is bad */
			return -EBADMSG;
		if (is_prefix(&option))
			return read_prefix(&option, ret_prefix) < 0 ? -EBADMSG : 1;
	}
	return 0;
}

static void read_mac(const struct nd_option *option, uint8_t mac[6])
{
	struct br_reader value = option->value;

	br_get_bytes(&value, mac, 6);
}

int br_nd_neighbour_get(uint32_t word, struct br_octets body, struct br_nd_neighbour *ret)
{
	struct br_reader r = br_reader_of(body.data, body.size);
	struct nd_option option;
	int result;

	*ret = (struct br_nd_neighbour){.flags = word >> FLAGS_SHIFT};
	br_get_bytes(&r, ret->target, sizeof(ret->target));
	if (r.bad)
		return -EBADMSG;
	while ((result = option_get(&r, &option)) == 1) {
		if (option.type == SOURCE_MAC || option.type == TARGET_MAC)
			read_mac(&option, ret->mac);
		else if (option.type == NONCE)
			ret->nonce = true;
	}
	return result;
}

static bool has_mac(const uint8_t mac[6])
{
	static const uint8_t none[6];

	return memcmp(mac, none, sizeof(none)) != 0;
}

static void put_mac(struct br_writer *w, uint8_t type, const uint8_t mac[6])
{
	if (!has_mac(mac))
		return;
	br_put_u8(w, type);
	br_put_u8(w, 1);
	br_put_bytes(w, mac, 6);
}

uint32_t br_nd_neighbour_put(struct br_writer *w, const struct br_nd_neighbour *neighbour,
                             bool solicits)
{
	br_put_bytes(w, neighbour->target, sizeof(neighbour->target));
	put_mac(w, solicits ? SOURCE_MAC : TARGET_MAC, neighbour->mac);
	return solicits ? 0 : (uint32_t)neighbour->flags << FLAGS_SHIFT;
}

/* RFC 8106 section 5.1: a lifetime and one address or more */
static void read_rdnss(const struct nd_option *option, struct br_nd_router *ret)
{
	struct br_reader value = option->value;

	(void)br_get_be16(&value); /* reserved */
	ret->rdnss_s = br_get_be32(&value);
	while (br_left(&value) >= 16 && ret->rdnsses < BR_ND_RDNSS_MAX)
		br_get_bytes(&value, ret->rdnss[ret->rdnsses++], 16);
}

static int read_router_option(const struct nd_option *option, struct br_nd_router *ret)
{
	struct br_reader value = option->value;

	if (is_prefix(option) && ret->prefixes < BR_ND_PREFIXES_MAX) {
		if (read_prefix(option, &ret->prefix[ret->prefixes]) < 0)
			return -EBADMSG;
		ret->prefixes++;
	} else if (option->type == SOURCE_MAC) {
		read_mac(option, ret->mac);
	} else if (option->type == LINK_MTU) {
		(void)br_get_be16(&value); /* reserved */
		ret->mtu = br_get_be32(&value);
	} else if (option->type == RDNSS) {
		read_rdnss(option, ret);
	}
	return 0;
}

int br_nd_router_get(uint32_t word, struct br_octets body, struct br_nd_router *ret)
{
	struct br_reader r = br_reader_of(body.data, body.size);
	struct nd_option option;
	int result;

	*ret = (struct br_nd_router){.hop_limit = (uint8_t)(word >> 24),
	                             .managed = (word >> 16 & FLAG_MANAGED) != 0,
	                             .other = (word >> 16 & FLAG_OTHER) != 0,
	                             .lifetime_s = (uint16_t)word};
	ret->reachable_ms = br_get_be32(&r);
	ret->retransmit_ms = br_get_be32(&r);
	if (r.bad)
		return -EBADMSG;
	while ((result = option_get(&r, &option)) == 1) {
		if (read_router_option(&option, ret) < 0)
			return -EBADMSG;
	}
	return result;
}

static void put_prefix(struct br_writer *w, const struct br_nd_prefix *p)
{
	br_put_u8(w, PREFIX_INFORMATION);
	br_put_u8(w, PREFIX_SIZE / UNIT);
	br_put_u8(w, p->length);
	br_put_u8(w, (uint8_t)((p->on_link ? FLAG_ON_LINK : 0) |
	                       (p->autonomous ? FLAG_AUTONOMOUS : 0)));
	br_put_be32(w, p->valid_s);
	br_put_be32(w, p->preferred_s);
	br_put_be32(w, 0);
	br_put_bytes(w, p->prefix, sizeof(p->prefix));
}

uint32_t br_nd_router_put(struct br_writer *w, const struct br_nd_router *router)
{
	uint8_t flags =
		(uint8_t)((router->managed ? FLAG_MANAGED : 0) | (router->other ? FLAG_OTHER : 0));

	br_put_be32(w, router->reachable_ms);
	br_put_be32(w, router->retransmit_ms);
	put_mac(w, SOURCE_MAC, router->mac);
	if (router->mtu > 0) {
		br_put_u8(w, LINK_MTU);
		br_put_u8(w, 1);
		br_put_be16(w, 0);
		br_put_be32(w, router->mtu);
	}
	for (size_t i = 0; i < router->prefixes; i++)
		put_prefix(w, &router->prefix[i]);
	if (router->rdnsses > 0) {
		br_put_u8(w, RDNSS);
		br_put_u8(w, (uint8_t)(1 + 2 * router->rdnsses));
		br_put_be16(w, 0);
		br_put_be32(w, router->rdnss_s);
		br_put_bytes(w, router->rdnss, 16 * router->rdnsses);
	}
	return (uint32_t)router->hop_limit << 24 | (uint32_t)flags << 16 | router->lifetime_s;
}

void br_nd_solicit_put(struct br_writer *w, const uint8_t mac[6])
{
	put_mac(w, SOURCE_MAC, mac);
}

bool br_nd_solicit_get(struct br_octets body, uint8_t ret_mac[6])
{
	struct br_reader r = br_reader_of(body.data, body.size);
	struct nd_option option;

	while (option_get(&r, &option) == 1) {
		if (option.type == SOURCE_MAC) {
			read_mac(&option, ret_mac);
			return true;
		}
	}
	return false;
}

void br_nd_listener_put(struct br_writer *w, enum br_icmp6_type type, const uint8_t group[16],
                        size_t *ret_message_at, size_t *ret_checksum_at)
{
	/* RFC 2711: an alert for messages of MLD, padded to 8 octets */
	br_put_u8(w, PROTOCOL_ICMPV6);
	br_put_u8(w, HOP_BY_HOP_SIZE / UNIT - 1);
	br_put_u8(w, OPTION_ROUTER_ALERT);
	br_put_u8(w, 2);
	br_put_be16(w, 0);
	br_put_u8(w, OPTION_PAD_N);
	br_put_u8(w, 0);

	*ret_message_at = br_written(w);
	br_put_be16(w, (uint16_t)(type << 8));
	*ret_checksum_at = br_written(w);
	br_put_be16(w, 0);
	if (type == BR_ICMP6_LISTENER_REPORT_2) {
		br_put_be16(w, 0);
		br_put_be16(w, 1); /* one record */
		br_put_u8(w, EXCLUDE_NOTHING);
		br_put_u8(w, 0);
		br_put_be16(w, 0); /* sources */
	} else {
		br_put_be32(w, 0); /* maximum response delay, reserved */
	}
	br_put_bytes(w, group, 16);
}

const char *br_icmp6_type_name(uint8_t type)
{
	static const struct {
		uint8_t type;
		const char *name;
	} names[] = {
		{BR_ICMP6_UNREACHABLE, "unreachable"},
		{BR_ICMP6_TOO_BIG, "too-big"},
		{BR_ICMP6_TIME_EXCEEDED, "time-exceeded"},
		{BR_ICMP6_PARAMETER_PROBLEM, "parameter-problem"},
		{BR_ICMP6_ECHO, "echo"},
		{BR_ICMP6_ECHO_REPLY, "echo-reply"},
		{BR_ICMP6_LISTENER_QUERY, "query"},
		{BR_ICMP6_LISTENER_REPORT, "report"},
		{BR_ICMP6_LISTENER_DONE, "done"},
		{BR_ICMP6_ROUTER_SOLICITATION, "rs"},
		{BR_ICMP6_ROUTER_ADVERTISEMENT, "ra"},
		{BR_ICMP6_NEIGHBOUR_SOLICITATION, "ns"},
		{BR_ICMP6_NEIGHBOUR_ADVERTISEMENT, "na"},
		{BR_ICMP6_REDIRECT, "redirect"},
		{BR_ICMP6_LISTENER_REPORT_2, "report2"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].type == type)
			return names[i].name;
	}
	return NULL;
}
