/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCPv6 messages out of their relays, RFC 8415 §8, §9 and §21. */
#include "conformance/rules/six/dhcp6_message.h"

#include "conformance/rules/base/judge.h"

enum {
	IA_HEADER = 12,
	ADDRESS_HEADER = 24,
};

bool br_dhcp6_next(struct br_reader *options, uint16_t *ret_code, struct br_octets *ret_value)
{
	struct br_reader value;

	if (options->bad || br_left(options) < 4)
		return false;
	*ret_code = br_get_be16(options);
	value = br_get_sub(options, br_get_be16(options));
	*ret_value = (struct br_octets){value.pos, br_left(&value)};
	return !options->bad;
}

struct br_octets br_dhcp6_find(struct br_octets options, uint16_t wanted)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_octets value;
	uint16_t code;

	while (br_dhcp6_next(&r, &code, &value)) {
		if (code == wanted)
			return value;
	}
	return (struct br_octets){0};
}

size_t br_dhcp6_count(struct br_octets options, uint16_t wanted)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_octets value;
	uint16_t code;
	size_t count = 0;

	while (br_dhcp6_next(&r, &code, &value))
		count += code == wanted;
	return count;
}

int br_dhcp6_status(struct br_octets options)
{
	struct br_octets status = br_dhcp6_find(options, BR_DHCP6_STATUS);

	return status.size < 2 ? -1 : status.data[0] << 8 | status.data[1];
}

static struct br_octets inside(struct br_octets value, size_t header)
{
	if (value.size < header)
		return (struct br_octets){0};
	return (struct br_octets){value.data + header, value.size - header};
}

/* Do options fill their room exactly, and those inside an IA theirs? */
static bool is_well_formed(struct br_octets options, bool in_ia)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_octets v;
	uint16_t code;

	while (br_dhcp6_next(&r, &code, &v)) {
		if (!in_ia && (code == BR_DHCP6_IA_NA || code == BR_DHCP6_IA_PD) &&
		    (v.size < IA_HEADER || !is_well_formed(inside(v, IA_HEADER), true)))
			return false;
		if (in_ia && code == BR_DHCP6_ADDRESS && v.size < ADDRESS_HEADER)
			return false;
	}
	return !r.bad && br_left(&r) == 0;
}

static void read_level(struct br_relay6 *level, struct br_reader *r)
{
	struct br_octets options, id;

	br_get_bytes(r, level->link, 16);
	br_get_bytes(r, level->peer, 16);
	options = (struct br_octets){r->pos, br_left(r)};
	id = br_dhcp6_find(options, BR_DHCP6_INTERFACE_ID);
	if (id.data)
		level->id_hash = br_rules_hash(BR_RULES_HASH_SEED, id.data, id.size) | 1;
	level->has_port = br_dhcp6_count(options, BR_DHCP6_RELAY_PORT) > 0;
	for (uint16_t code = BR_DHCP6_BOOT_URL; code <= BR_DHCP6_NII; code++) {
		if (br_dhcp6_count(options, code) > 0)
			level->boot = code;
	}
}

bool br_dhcp6_parse(struct br_dhcp6_message *ret, struct br_octets payload)
{
	struct br_reader r = br_reader_of(payload.data, payload.size);

	*ret = (struct br_dhcp6_message){.outer = payload.size > 0 ? payload.data[0] : 0};
	for (;;) {
		struct br_octets all = {r.pos, br_left(&r)}, options;

		ret->type = br_get_u8(&r);
		if (ret->type != BR_DHCP6_RELAY_FORWARD && ret->type != BR_DHCP6_RELAY_REPLY) {
			ret->whole = all;
			ret->xid = (uint32_t)br_get_u8(&r) << 16;
			ret->xid |= br_get_be16(&r);
			ret->options = (struct br_octets){r.pos, br_left(&r)};
			ret->malformed = !is_well_formed(ret->options, false);
			return !r.bad;
		}
		if (ret->levels == BR_RELAYS6_MAX)
			return false;
		ret->level[ret->levels].hops = br_get_u8(&r);
		read_level(&ret->level[ret->levels++], &r);
		if (r.bad)
			return false;
		options = (struct br_octets){r.pos, br_left(&r)};
		options = br_dhcp6_find(options, BR_DHCP6_RELAYED);
		r = br_reader_of(options.data, options.size);
	}
}

struct br_ia6 br_dhcp6_ia(struct br_octets options)
{
	struct br_octets value = br_dhcp6_find(options, BR_DHCP6_IA_NA), in, address;
	struct br_reader r = br_reader_of(value.data, value.size);
	struct br_ia6 ia = {.status = -1};

	if (value.size < IA_HEADER)
		return ia;
	ia.there = true;
	ia.iaid = br_get_be32(&r);
	ia.t1 = br_get_be32(&r);
	ia.t2 = br_get_be32(&r);
	in = inside(value, IA_HEADER);
	ia.status = br_dhcp6_status(in);
	ia.addresses = br_dhcp6_count(in, BR_DHCP6_ADDRESS);
	address = br_dhcp6_find(in, BR_DHCP6_ADDRESS);
	if (address.size < ADDRESS_HEADER) {
		ia.addresses = 0;
		return ia;
	}
	r = br_reader_of(address.data, address.size);
	br_get_bytes(&r, ia.address, 16);
	ia.preferred = br_get_be32(&r);
	ia.valid = br_get_be32(&r);
	return ia;
}

struct br_ia6 br_dhcp6_ia_of(struct br_octets options, uint32_t iaid)
{
	struct br_reader r = br_reader_of(options.data, options.size);
	struct br_octets v;
	uint16_t code;

	while (br_dhcp6_next(&r, &code, &v)) {
		struct br_ia6 ia = {0};

		if (code == BR_DHCP6_IA_NA)
			ia = br_dhcp6_ia((struct br_octets){v.data - 4, v.size + 4});
		if (ia.there && ia.iaid == iaid)
			return ia;
	}
	return (struct br_ia6){.status = -1};
}
