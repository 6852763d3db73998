/* SPDX-License-Identifier: BSD-2-Clause */
/* core/dhcp/lease.h - which client has which address, and until when
 *
 * A table of bindings with a fixed number of places. A binding outlives its lease: the
 * address stays with the client that had it last until somebody else needs the place or the
 * address (RFC 2131 §4.3.1: the same address again, if it is free). Nothing expires by
 * itself: a binding whose @until has passed is free to take, whatever its state.
 */
#ifndef BR_CORE_DHCP_LEASE_H
#define BR_CORE_DHCP_LEASE_H

#include "core/base/bytes.h"
#include "core/base/time.h"

enum {
	BR_LEASE_KEY_MAX = 255,   /* option 61, RFC 2132 §9.14; longer ones are refused */
	BR_LEASE_AGENT_MAX = 255, /* of option 82, as much is remembered */
};

enum br_lease_state {
	BR_LEASE_FREE,     /* released, expired or not taken up; the client is remembered */
	BR_LEASE_OFFERED,  /* kept for the client until @until, RFC 2131 §4.3.1 */
	BR_LEASE_BOUND,    /* the client's until @until */
	BR_LEASE_DECLINED, /* somebody else uses it: rests until @until, RFC 2131 §4.3.3 */
};

/**
 * struct br_lease - A binding
 * @address:	0: the place is empty
 * @key:	Option 61, or hardware type and address (RFC 2131 §4.2), which are the same
 *		octets if the client sends the usual option 61 (RFC 2132 §9.14)
 * @htype, @hlen, @chaddr: As last seen
 * @has_client_id: @key is an option 61
 * @agent:	Option 82 as last seen, RFC 3046; @agent_size 0: came without. A
 *		renewal goes past the relay and leaves it as it is
 * @until:	End of @state
 * @granted_s:	What option 51 said
 * @run_end:	From here up to there every address has a record; 0: not known. The table's own
 */
struct br_lease {
	uint32_t address;
	enum br_lease_state state;
	br_time until;
	uint32_t granted_s;
	uint32_t run_end;
	bool has_client_id;
	uint8_t htype, hlen;
	uint8_t chaddr[16];
	uint8_t key_size;
	uint8_t agent_size;
	uint8_t key[BR_LEASE_KEY_MAX];
	uint8_t agent[BR_LEASE_AGENT_MAX];
	uint32_t next_by_address, next_by_key; /* hash chains: index + 1, 0 ends */
};

struct br_leases {
	struct br_lease *lease;
	uint32_t *by_address, *by_key; /* hash tables of index + 1 */
	uint32_t mask;                 /* buckets - 1 */
	uint32_t count, count_max;
	uint32_t own_size;
};

/* @own_size: octets at the beginning of a key in which the bindings of one client differ, as by the
 * IAID of DHCPv6: those of a client stand together. Return: 0 or -ENOMEM
 */
int br_leases_init(struct br_leases *leases, uint32_t count_max, uint32_t own_size);
void br_leases_reset(struct br_leases *leases); /* frees the table */

struct br_lease *br_leases_by_address(const struct br_leases *leases, uint32_t address);
/* The client's binding to an address of @network, most useful first: bound, then offered, then
 * what it had. Declined addresses are nobody's.
 */
struct br_lease *br_leases_by_key(const struct br_leases *leases, struct br_octets key,
                                  uint32_t network, uint32_t netmask, br_time now);

/* The bindings of the client whose keys end in @client, one by one: what stands behind @before,
 * NULL: the first. NULL: there is no more
 */
struct br_lease *br_leases_next_of(const struct br_leases *leases, struct br_octets client,
                                   const struct br_lease *before);

/* Nobody else may have it now: bound, offered or resting, and not past its time. */
bool br_lease_is_held(const struct br_lease *lease, br_time now);

/**
 * br_leases_take() - Make @address the client's: a new binding, or an old one taken over
 * @key:	At most BR_LEASE_KEY_MAX octets
 *
 * Return: the binding, as it stands if it was the client's already, else FREE; NULL if the
 *	   address is held by another client, or if every place is held
 */
struct br_lease *br_leases_take(struct br_leases *leases, uint32_t address, struct br_octets key,
                                br_time now);

/**
 * br_leases_pick() - An address for a client that has none
 * @first, @last:	The pool
 * @is_usable:		Says whether an address of it may be given at all
 *
 * The lowest that nobody ever had, else the one that has been free for longest.
 * Return: the address, 0 if there is none
 */
uint32_t br_leases_pick(struct br_leases *leases, uint32_t first, uint32_t last,
                        bool (*is_usable)(const void *context, uint32_t address),
                        const void *context, br_time now);

/* The offer in the pool that runs out first, at @until at the latest; NULL if there is none. */
struct br_lease *br_leases_oldest_offer(const struct br_leases *leases, uint32_t first,
                                        uint32_t last, br_time until);

#endif /* BR_CORE_DHCP_LEASE_H */
