/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/six/dhcp6_message.h - a DHCPv6 message out of its relays: RFC 8415 §8, §9, §21
 *
 * Codes are those of RFC 8415 §21, of RFC 5970 and RFC 8357. Numbers in host order.
 */
#ifndef BR_CONFORMANCE_RULES_SIX_DHCP6_MESSAGE_H
#define BR_CONFORMANCE_RULES_SIX_DHCP6_MESSAGE_H

#include "core/base/bytes.h"

enum {
	BR_DHCP6_PORT_CLIENT = 546,
	BR_DHCP6_PORT_SERVER = 547,
	BR_DHCP6_PORT_PXE = 4011,

	BR_DHCP6_SOLICIT = 1,
	BR_DHCP6_ADVERTISE = 2,
	BR_DHCP6_REQUEST = 3,
	BR_DHCP6_CONFIRM = 4,
	BR_DHCP6_RENEW = 5,
	BR_DHCP6_REBIND = 6,
	BR_DHCP6_REPLY = 7,
	BR_DHCP6_RELEASE = 8,
	BR_DHCP6_DECLINE = 9,
	BR_DHCP6_RECONFIGURE = 10,
	BR_DHCP6_INFORMATION = 11,
	BR_DHCP6_RELAY_FORWARD = 12,
	BR_DHCP6_RELAY_REPLY = 13,

	BR_DHCP6_CLIENT_ID = 1,
	BR_DHCP6_SERVER_ID = 2,
	BR_DHCP6_IA_NA = 3,
	BR_DHCP6_IA_TA = 4,
	BR_DHCP6_ADDRESS = 5,
	BR_DHCP6_ORO = 6,
	BR_DHCP6_PREFERENCE = 7,
	BR_DHCP6_ELAPSED = 8,
	BR_DHCP6_RELAYED = 9,
	BR_DHCP6_STATUS = 13,
	BR_DHCP6_RAPID_COMMIT = 14,
	BR_DHCP6_USER_CLASS = 15,
	BR_DHCP6_VENDOR_CLASS = 16,
	BR_DHCP6_INTERFACE_ID = 18,
	BR_DHCP6_DNS = 23,
	BR_DHCP6_IA_PD = 25,
	BR_DHCP6_BOOT_URL = 59,
	BR_DHCP6_BOOT_PARAMETERS = 60,
	BR_DHCP6_ARCH = 61,
	BR_DHCP6_NII = 62,
	BR_DHCP6_RELAY_PORT = 135,

	BR_DHCP6_NO_BINDING = 3,
	BR_DHCP6_NO_ADDRESS = 2,
	BR_DHCP6_NOT_ON_LINK = 4,
	BR_DHCP6_USE_MULTICAST = 5,

	BR_RELAYS6_MAX = 10,
};

/**
 * struct br_relay6 - One level of relaying
 * @id_hash:	Of Interface-Id; 0: there is none
 * @has_port:	Option 135 is there
 * @boot:	An option 59..62 is there; its code
 */
struct br_relay6 {
	uint8_t hops;
	uint8_t link[16], peer[16];
	uint32_t id_hash;
	bool has_port;
	uint16_t boot;
};

/**
 * struct br_dhcp6_message - A message out of its relays; octets are borrowed
 * @level:	Outermost first
 * @whole:	The innermost message, from its type on
 * @malformed:	An option, or one inside an IA, does not end where what holds it ends
 */
struct br_dhcp6_message {
	uint8_t outer, type;
	uint32_t xid;
	size_t levels;
	struct br_relay6 level[BR_RELAYS6_MAX];
	struct br_octets whole, options;
	bool malformed;
};

/* False: too short, or relayed deeper than is remembered. */
bool br_dhcp6_parse(struct br_dhcp6_message *ret, struct br_octets payload);
bool br_dhcp6_next(struct br_reader *options, uint16_t *ret_code, struct br_octets *ret_value);
/* The first; .data NULL: there is none. */
struct br_octets br_dhcp6_find(struct br_octets options, uint16_t code);
size_t br_dhcp6_count(struct br_octets options, uint16_t code);
/* The code of a status option in there; -1: none. */
int br_dhcp6_status(struct br_octets options);

/**
 * struct br_ia6 - The first IA_NA
 * @addresses:	How many; @address and its lifetimes are of the first
 */
struct br_ia6 {
	bool there;
	uint32_t iaid, t1, t2, preferred, valid;
	size_t addresses;
	uint8_t address[16];
	int status;
};
struct br_ia6 br_dhcp6_ia(struct br_octets options);
struct br_ia6 br_dhcp6_ia_of(struct br_octets options, uint32_t iaid);

static inline bool br_is_zero6(const uint8_t ip[16])
{
	static const uint8_t zero[16];

	for (int i = 0; i < 16; i++) {
		if (ip[i] != zero[i])
			return false;
	}
	return true;
}

#endif /* BR_CONFORMANCE_RULES_SIX_DHCP6_MESSAGE_H */
