/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/hearsay.h - what ARP broadcasts say again and again, noted once for all who know it
 *
 * RFC 1122 §2.3.2.1: who hears in a broadcast what it knows of a neighbour anyway believes
 * it for longer, and nothing else happens. A server that asks for one machine would so
 * have to visit every machine that knows the server. Instead each notes which claim it
 * believes, the segment notes when the claim was last made, and who wants to know how old
 * its knowledge is asks the segment.
 */
#ifndef BR_SIM_NET_HEARSAY_H
#define BR_SIM_NET_HEARSAY_H

#include "core/base/time.h"
#include "sim/net/topic.h"

/**
 * struct br_claim - That an address has a MAC, in one VLAN
 * @vlan:		0: frames without a tag
 * @believers:		0: the place is empty
 * @from:		Slot of who made it last, at @heard; who made it does not hear itself
 * @heard_before:	The latest time somebody else than @from made it
 * @next:		In its bucket or the free list, counting from 1
 */
struct br_claim {
	uint32_t address;
	uint8_t mac[6];
	uint16_t vlan;
	uint32_t believers;
	uint32_t from;
	br_time heard, heard_before;
	uint32_t next;
};

/* Zeroed, nobody believes anything. Claims go by number, from 1. */
struct br_hearsay {
	struct br_claim *claim;
	uint32_t claims, room, free;
	uint32_t *bucket;
	uint32_t mask;
};

void br_hearsay_reset(struct br_hearsay *hearsay);
/* One more believer. Return: the claim, 0 without memory */
uint32_t br_hearsay_believe(struct br_hearsay *hearsay, uint32_t address, const uint8_t mac[6],
                            uint16_t vlan);
void br_hearsay_doubt(struct br_hearsay *hearsay, uint32_t number); /* one less */

/* The claims about @address, one after the other: 0 for the first; 0 is the end. */
uint32_t br_hearsay_about(const struct br_hearsay *hearsay, uint32_t address, uint32_t number);
bool br_hearsay_is(const struct br_hearsay *hearsay, uint32_t number, const struct br_topic *topic);

/* @slot has made @topic's claim. */
void br_hearsay_heard(struct br_hearsay *hearsay, const struct br_topic *topic, uint32_t slot,
                      br_time now);
/* When @slot has heard it last; 0: never. */
br_time br_hearsay_last(const struct br_hearsay *hearsay, uint32_t number, uint32_t slot);

#endif /* BR_SIM_NET_HEARSAY_H */
