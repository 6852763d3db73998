/* SPDX-License-Identifier: BSD-2-Clause */
/* core/formats/dhcp6_message.h - a DHCPv6 message out of its relays: RFC 8415 §8, §9
 *
 * Octets are borrowed from the datagram. What a strict reader would refuse is told, not
 * judged, as in core/formats/dhcp_message.h.
 */
#ifndef BR_CORE_FORMATS_DHCP6_MESSAGE_H
#define BR_CORE_FORMATS_DHCP6_MESSAGE_H

#include "core/formats/dhcp6_option.h"

enum { /* RFC 8415 §7.2, and PXE's own */
	BR_DHCP6_PORT_CLIENT = 546,
	BR_DHCP6_PORT_SERVER = 547,
	BR_DHCP6_PORT_PXE = 4011,
};

enum br_dhcp6_type { /* RFC 8415 §7.3 */
	BR_DHCP6_TYPE_SOLICIT = 1,
	BR_DHCP6_TYPE_ADVERTISE = 2,
	BR_DHCP6_TYPE_REQUEST = 3,
	BR_DHCP6_TYPE_CONFIRM = 4,
	BR_DHCP6_TYPE_RENEW = 5,
	BR_DHCP6_TYPE_REBIND = 6,
	BR_DHCP6_TYPE_REPLY = 7,
	BR_DHCP6_TYPE_RELEASE = 8,
	BR_DHCP6_TYPE_DECLINE = 9,
	BR_DHCP6_TYPE_RECONFIGURE = 10,
	BR_DHCP6_TYPE_INFORMATION = 11,
	BR_DHCP6_TYPE_RELAY_FORWARD = 12,
	BR_DHCP6_TYPE_RELAY_REPLY = 13,
};

/* A relay drops what comes with a hop-count of HOP_COUNT_LIMIT (RFC 8415 §7.6, §19.1.2). The
 * first relay sets 0, so nine levels are by the book, and one more shows who went too far.
 */
enum {
	BR_DHCP6_HOP_COUNT_LIMIT = 8,
	BR_DHCP6_RELAYS_MAX = BR_DHCP6_HOP_COUNT_LIMIT + 2,
};

/**
 * struct br_dhcp6_relay - What one relay wrapped around a message, RFC 8415 §9
 * @type:	BR_DHCP6_TYPE_RELAY_FORWARD or _REPLY
 * @link:	link-address
 * @peer:	peer-address: the client's in the innermost level
 * @options:	Option 9, the message, among them
 */
struct br_dhcp6_relay {
	uint8_t type, hops;
	uint8_t link[16], peer[16];
	struct br_octets options;
};

/**
 * struct br_dhcp6_message - A message and the relays around it
 * @type:	Of the message; as on the wire: may be none of enum br_dhcp6_type
 * @xid:	transaction-id, 24 bits
 * @level, @levels: Its relays, outermost first
 * @whole:	The message, from its type on
 * @options:	Of the message
 * @malformed:	They are not br_dhcp6_is_well_formed()
 */
struct br_dhcp6_message {
	uint8_t type;
	uint32_t xid;
	size_t levels;
	struct br_dhcp6_relay level[BR_DHCP6_RELAYS_MAX];
	struct br_octets whole, options;
	bool malformed;
};

/**
 * br_dhcp6_parse() - Take a datagram apart
 * @datagram:	UDP payload; lives as long as the message is read
 * @ret_message: On failure unspecified
 *
 * Return: 0, -EBADMSG if the message or the header of a relay is cut short or is missing,
 *	   -EMSGSIZE if more than BR_DHCP6_RELAYS_MAX relays are around it
 */
int br_dhcp6_parse(struct br_octets datagram, struct br_dhcp6_message *ret_message);

/* The head of a message, RFC 8415 §8; its options follow. */
void br_dhcp6_put_head(struct br_writer *w, uint8_t type, uint32_t xid);
/* The head of a relay's message, §9, without its options: those of @relay are not written. */
void br_dhcp6_put_relay(struct br_writer *w, const struct br_dhcp6_relay *relay);

/* "solicit", "information-request", "relay-forw", ... as RFC 8415 §7.3; NULL for others. */
const char *br_dhcp6_type_name(uint8_t type);

#endif /* BR_CORE_FORMATS_DHCP6_MESSAGE_H */
