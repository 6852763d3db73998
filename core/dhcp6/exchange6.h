/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp6/exchange6.h - the DHCPv6 server, and the one message it is at */
#ifndef BR_CORE_DHCP6_EXCHANGE6_H
#define BR_CORE_DHCP6_EXCHANGE6_H

#include "core/dhcp/lease.h"
#include "core/dhcp/policy.h"
#include "core/dhcp6/dhcp6.h"
#include "core/dhcp6/reply6.h"
#include "core/dhcp6/subnet6.h"
#include "core/formats/duid.h"

enum {
	BR_DHCP6_IAS_MAX = 16,  /* of one message; more are not answered */
	BR_DHCP6_IAID_SIZE = 4, /* RFC 8415 §21.4; the bindings of a client differ in it */
	BR_DHCP6_KEY_SIZE = BR_DHCP6_IAID_SIZE + BR_DUID_SIZE_MAX,
};

struct br_dhcp6 {
	struct br_context context;
	struct br_dhcp6_subnets subnets;
	struct br_leases leases; /* none without BR_ROLE_DHCP6 */
	struct br_lease_store store;
	br_time next; /* no lease runs out before; may be too early */
	uint8_t duid[BR_DUID_SIZE_MAX];
	struct br_octets server_id;
	struct br_dhcp6_message message; /* too large for a stack, as the next */
	struct br_dhcp6_reply reply;
	uint32_t last_xid; /* of a defect: a sound server does not look at it */
	uint8_t last_type;
};

/* A binding that this message changes, and what it was before. */
struct br_dhcp6_change {
	struct br_lease *lease;
	enum br_lease_state state;
	br_time until;
};

/* All there is to know of the message being handled. */
struct br_dhcp6_exchange {
	struct br_dhcp6 *dhcp6;
	const struct br_config *config;
	const struct br_dhcp6_message *m;
	const struct br_event *event;
	br_time now;
	struct br_client client;
	struct br_octets duid;                /* the client's; .data NULL: it sent none */
	struct br_octets server_id;           /* option 2 of the message; .data NULL: none */
	bool is_for_us;                       /* option 2 names this server */
	bool is_unicast;                      /* to an address of this server, past all relays */
	const struct br_dhcp6_subnet *subnet; /* NULL: not configured */
	const uint8_t *own;                   /* this server's address towards the client */
	struct br_boot boot;                  /* of the answer */
	struct br_dhcp6_change change[BR_DHCP6_IAS_MAX];
	size_t changes;
};

void br_dhcp6_note(const struct br_dhcp6_exchange *x, enum br_note which, const char *detail);
void br_dhcp6_note_address(const struct br_dhcp6_exchange *x, enum br_note which,
                           const uint8_t address[static 16], const char *boots);
void br_dhcp6_drop(const struct br_dhcp6_exchange *x, enum br_note why, const char *detail);

/* Begin the answer; false: it cannot be had. */
bool br_dhcp6_begin_answer(struct br_dhcp6_exchange *x, enum br_dhcp6_type type);
/* Send it to where answers go, RFC 8415 §18.3.10; false: it was not sent. */
bool br_dhcp6_send_answer(struct br_dhcp6_exchange *x);
/* What the client boots, as rules and .own have it: fills in .boot */
void br_dhcp6_find_boot(struct br_dhcp6_exchange *x);

#endif /* BR_CORE_DHCP6_EXCHANGE6_H */
