/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/interest.h - which ports of a segment a broadcast may concern, found by its topic
 *
 * Theory of operation. Each port says what it has an ear for: everything, or an
 * address, a neighbour, a UDP port, a transaction. A broadcast then goes to those
 * whose ear its topic is for, in the order of their slots, and so does not cost more
 * because a thousand others are plugged in as well. Nothing may be missed: who says
 * too much hears what it drops, who says too little is a different machine. What all know
 * already is noted once for all (hearsay.h). When memory runs out, or for a topic no ear
 * is for, the answer is "everybody".
 *
 * A chained hash table over a pool: an ear is found by its key, removed by its handle.
 */
#ifndef BR_SIM_NET_INTEREST_H
#define BR_SIM_NET_INTEREST_H

#include "sim/net/hearsay.h"

enum br_ear {
	BR_EAR_ALL,       /* whatever is broadcast */
	BR_EAR_ADDRESS,   /* ARP from or for this address: our own */
	BR_EAR_NEIGHBOUR, /* ARP from this address: one we ask for */
	BR_EAR_BELIEF,    /* ARP from an address we know, with another MAC: br_interest_believe() */
	BR_EAR_PORT,      /* UDP to 67 or 68; other ports have no ears */
	BR_EAR_XID,       /* UDP to port 68 with this transaction */
};

struct br_interest_entry;

/**
 * struct br_interest - Of one segment; zeroed, nobody has an ear for anything
 * @added:	Rises with each ear: an answer that is older may lack it
 * @incomplete: Memory ran out once; everybody is asked from then on
 */
struct br_interest {
	struct br_interest_entry *entry;
	uint32_t entries, room, free; /* free: a list by handle; handles count from 1 */
	uint32_t *bucket;
	uint32_t mask;
	uint64_t added;
	bool incomplete;
	struct br_hearsay hearsay;
};

/* Slots in rising order, each once. */
struct br_audience {
	uint32_t *slot;
	uint32_t count, room;
};

void br_interest_reset(struct br_interest *interest);

/* Return: a handle for br_interest_remove(), which takes 0 as well; 0 without memory */
uint32_t br_interest_add(struct br_interest *interest, uint32_t slot, enum br_ear ear,
                         uint32_t value);
/* An ear for whoever claims something else; what is known is only told when asked for. */
uint32_t br_interest_believe(struct br_interest *interest, uint32_t slot, uint32_t address,
                             const uint8_t mac[6], uint16_t vlan);
void br_interest_remove(struct br_interest *interest, uint32_t handle);

/* A broadcast has reached all that br_interest_find() named, from @slot. */
void br_interest_heard(struct br_interest *interest, const struct br_topic *topic, uint32_t slot,
                       br_time now);
/* When what @handle believes was last confirmed so; 0: never, or it believes nothing. */
br_time br_interest_confirmed(const struct br_interest *interest, uint32_t handle);

/**
 * br_interest_find() - Whom a broadcast may concern
 * @first:		Of the slots that are wanted
 * @audience:		Filled anew; the caller frees @audience->slot
 *
 * Return: false if everybody must be asked
 */
bool br_interest_find(const struct br_interest *interest, const struct br_topic *topic,
                      uint32_t first, struct br_audience *audience);

#endif /* BR_SIM_NET_INTEREST_H */
