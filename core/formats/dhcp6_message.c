/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/formats/dhcp6_message.h"

#include <errno.h>

static const char *const type_names[] = {
	[BR_DHCP6_TYPE_SOLICIT] = "solicit",
	[BR_DHCP6_TYPE_ADVERTISE] = "advertise",
	[BR_DHCP6_TYPE_REQUEST] = "request",
	[BR_DHCP6_TYPE_CONFIRM] = "confirm",
	[BR_DHCP6_TYPE_RENEW] = "renew",
	[BR_DHCP6_TYPE_REBIND] = "rebind",
	[BR_DHCP6_TYPE_REPLY] = "reply",
	[BR_DHCP6_TYPE_RELEASE] = "release",
	[BR_DHCP6_TYPE_DECLINE] = "decline",
	[BR_DHCP6_TYPE_RECONFIGURE] = "reconfigure",
	[BR_DHCP6_TYPE_INFORMATION] = "information-request",
	[BR_DHCP6_TYPE_RELAY_FORWARD] = "relay-forw",
	[BR_DHCP6_TYPE_RELAY_REPLY] = "relay-repl",
};

const char *br_dhcp6_type_name(uint8_t type)
{
	return type < sizeof(type_names) / sizeof(type_names[0]) ? type_names[type] : NULL;
}

static bool is_relays(uint8_t type)
{
	return type == BR_DHCP6_TYPE_RELAY_FORWARD || type == BR_DHCP6_TYPE_RELAY_REPLY;
}

/* RFC 8415 §8: type, transaction-id, options */
static int parse_message(struct br_octets whole, struct br_dhcp6_message *m)
{
	struct br_reader r = br_reader_of(whole.data, whole.size);

	m->whole = whole;
	m->type = br_get_u8(&r);
	m->xid = (uint32_t)br_get_u8(&r) << 16;
	m->xid |= br_get_be16(&r);
	m->options = (struct br_octets){r.pos, br_left(&r)};
	m->malformed = !br_dhcp6_is_well_formed(m->options);
	return r.bad ? -EBADMSG : 0;
}

/* RFC 8415 §9: type, hop-count, two addresses, options */
static int parse_relay(struct br_octets whole, struct br_dhcp6_relay *relay)
{
	struct br_reader r = br_reader_of(whole.data, whole.size);

	relay->type = br_get_u8(&r);
	relay->hops = br_get_u8(&r);
	br_get_bytes(&r, relay->link, sizeof(relay->link));
	br_get_bytes(&r, relay->peer, sizeof(relay->peer));
	relay->options = (struct br_octets){r.pos, br_left(&r)};
	return r.bad ? -EBADMSG : 0;
}

int br_dhcp6_parse(struct br_octets datagram, struct br_dhcp6_message *m)
{
	struct br_octets whole = datagram;

	*m = (struct br_dhcp6_message){0};
	while (whole.size > 0 && is_relays(whole.data[0])) {
		struct br_dhcp6_relay *relay = &m->level[m->levels];

		if (m->levels == BR_DHCP6_RELAYS_MAX)
			return -EMSGSIZE;
		if (parse_relay(whole, relay) < 0)
			return -EBADMSG;
		m->levels++;
		whole = br_dhcp6_find(relay->options, BR_DHCP6_OPTION_RELAYED);
	}
	return parse_message(whole, m);
}

void br_dhcp6_put_head(struct br_writer *w, uint8_t type, uint32_t xid)
{
	br_put_be32(w, (uint32_t)type << 24 | (xid & UINT32_C(0xffffff)));
}

void br_dhcp6_put_relay(struct br_writer *w, const struct br_dhcp6_relay *relay)
{
	br_put_u8(w, relay->type);
	br_put_u8(w, relay->hops);
	br_put_bytes(w, relay->link, sizeof(relay->link));
	br_put_bytes(w, relay->peer, sizeof(relay->peer));
}
