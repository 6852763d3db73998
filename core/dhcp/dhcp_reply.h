/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/dhcp_reply.h - one reply of a server: which options, in which order, in how many octets
 *
 * The services say what a reply must, should and may hold; this file makes a message of it
 * that its client can take: never longer than option 57 allows, what was asked for first and
 * in the order it was asked for, options 61, 82 and 97 back as they came, END and padding.
 */
#ifndef BR_CORE_DHCP_DHCP_REPLY_H
#define BR_CORE_DHCP_DHCP_REPLY_H

#include "core/context.h"
#include "core/dhcp/policy.h"

enum br_reply_need {
	BR_REPLY_MUST,   /* without it the reply is not sent */
	BR_REPLY_ALWAYS, /* sent unless there is no room */
	BR_REPLY_ASKED,  /* sent if option 55 asks for it and there is room */
	BR_REPLY_BASIC,  /* as ASKED, and also if there is no option 55 at all */
};

enum {
	BR_REPLY_OPTIONS_MAX = 64,
	BR_REPLY_ARENA = 1024,
};

struct br_reply_option {
	uint8_t code;
	enum br_reply_need need;
	struct br_octets value;
};

/**
 * struct br_dhcp_reply - A reply being put together
 * @header:	Ready but for the addresses and the boot file
 * @request:	What it answers
 * @overload_allowed: Options may go into empty file and sname; never for iPXE, which does not
 *		look there (ipxe/dhcppkt.c)
 * @size_max:	Octets of UDP payload
 * @size_min:	Padded up to this
 */
struct br_dhcp_reply {
	struct br_dhcp_header header;
	const struct br_dhcp_message *request;
	bool overload_allowed;
	size_t size_max, size_min;
	size_t options;
	struct br_reply_option option[BR_REPLY_OPTIONS_MAX];
	size_t used;
	uint8_t arena[BR_REPLY_ARENA];
};

/**
 * br_reply_init() - A reply to @request; RFC 2131 table 3
 * @type:	Option 53; BR_DHCP_TYPE_NONE for BOOTP, then without options 53 and 54
 * @server_id:	Option 54
 * @mtu:	Of the link it goes out to; 0: not known
 *
 * Options 53, 54, and 61 and 97 if they came, are in it.
 */
void br_reply_init(struct br_dhcp_reply *reply, const struct br_dhcp_message *request,
                   enum br_dhcp_type type, uint32_t server_id, uint32_t mtu);

/* The first value a code is given stays. @value is borrowed until the reply is sent. */
void br_reply_add(struct br_dhcp_reply *reply, uint8_t code, enum br_reply_need need,
                  const void *value, size_t size);
void br_reply_add_copy(struct br_dhcp_reply *reply, uint8_t code, enum br_reply_need need,
                       const void *value, size_t size);
void br_reply_add_be32(struct br_dhcp_reply *reply, uint8_t code, enum br_reply_need need,
                       uint32_t value);
void br_reply_add_text(struct br_dhcp_reply *reply, uint8_t code, enum br_reply_need need,
                       const char *text);
bool br_reply_has(const struct br_dhcp_reply *reply, uint8_t code);

/* Option 60 "PXEClient", and what RFC 4578 §2.1 and §2.2 want beside it of servers, too:
 * options 93 and 94 as the client sent them, if there is room; not of odd lengths.
 */
void br_reply_add_pxe(struct br_dhcp_reply *reply);

/* File and siaddr, and options 67 and 66 that say the same. @client decides whether they may
 * go into options at all: a URL beyond 127 octets lives in option 67 alone.
 */
void br_reply_add_boot(struct br_dhcp_reply *reply, const struct br_config *config,
                       const struct br_client *client, const struct br_boot *boot);

/**
 * br_reply_build() - The octets
 * @target, @size: At least BR_DHCP_UDP_SIZE_EDK2 of room
 * @ret_agent_left_out: Option 82 did not fit beside what must be there; RFC 3046 §2.2
 *
 * Return: how many, 0 if what must be there does not fit
 */
size_t br_reply_build(struct br_dhcp_reply *reply, uint8_t *target, size_t size,
                      bool *ret_agent_left_out);

/* Build into the outbox and send as @datagram says (its payload is set here); notes what was
 * left out. Return: false if it did not fit and nothing is sent
 */
bool br_reply_send(struct br_dhcp_reply *reply, const struct br_context *context,
                   const struct br_action *datagram);

#endif /* BR_CORE_DHCP_DHCP_REPLY_H */
