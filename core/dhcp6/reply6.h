/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp6/reply6.h - one answer of a DHCPv6 server, inside what its relays want around it
 *
 * Written in place, outermost relay first (RFC 8415 §19.3: hop-count, link-address, peer-address
 * and option 18 back as they came; RFC 8357: option 135, too). Options are put in the order they
 * are given, each code once. What does not fit is left out, or, if it must be there, nothing is
 * sent.
 */
#ifndef BR_CORE_DHCP6_REPLY6_H
#define BR_CORE_DHCP6_REPLY6_H

#include "core/context.h"
#include "core/formats/dhcp6_message.h"

enum br_reply6_need {
	BR_REPLY6_MUST,   /* without it the answer is not sent */
	BR_REPLY6_ALWAYS, /* sent unless there is no room */
	BR_REPLY6_ASKED,  /* sent if option 6 asks for it and there is room */
};

enum {
	BR_REPLY6_CODES_MAX = 64,
	/* UDP payload that no link cuts in pieces; EDK2 takes 1472 (Dhcp6Io.c) */
	BR_REPLY6_SIZE_MAX = 1500 - 48,
};

/**
 * struct br_dhcp6_reply - An answer being put together
 * @request:	What it answers
 * @wanted:	Its option 6
 * @left_out:	A code for which there was no room; 0: none
 */
struct br_dhcp6_reply {
	const struct br_dhcp6_message *request;
	struct br_octets wanted;
	struct br_writer w;
	uint8_t *relayed[BR_DHCP6_RELAYS_MAX];
	size_t codes;
	uint16_t code[BR_REPLY6_CODES_MAX];
	uint16_t left_out;
};

/**
 * br_reply6_begin() - An answer to @request with options 1, as it came, and 2
 * @server_id:	The DUID of option 2
 * @mtu:	Of the link it goes out to; 0: not known
 *
 * Return: false if the outbox is full
 */
bool br_reply6_begin(struct br_dhcp6_reply *reply, const struct br_context *context,
                     const struct br_dhcp6_message *request, enum br_dhcp6_type type,
                     struct br_octets server_id, uint32_t mtu);

/* Does option 6 ask for it? */
bool br_reply6_asked(const struct br_dhcp6_reply *reply, uint16_t code);
/* Of the codes, the first that is put stays. */
void br_reply6_put(struct br_dhcp6_reply *reply, uint16_t code, enum br_reply6_need need,
                   const void *value, size_t size);
/* Close it and send it as @datagram says, which has all but the payload; notes what was left out
 * or that it is too long. Return: false if nothing is sent
 */
bool br_reply6_send(struct br_dhcp6_reply *reply, const struct br_context *context,
                    const struct br_action *datagram);

#endif /* BR_CORE_DHCP6_REPLY6_H */
