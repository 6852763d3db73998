/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/topic.h - what a broadcast is about, read off its octets before it is taken apart
 *
 * With thousands of machines on a segment nearly all that a machine hears is meant
 * for another: an ARP question, a DISCOVER, an offer. Its topic tells whom it may
 * concern; sim/net/interest.h finds those without asking everybody.
 */
#ifndef BR_SIM_NET_TOPIC_H
#define BR_SIM_NET_TOPIC_H

#include "sim/net/frame.h"

enum br_topic_kind {
	BR_TOPIC_OTHER, /* may concern anybody */
	BR_TOPIC_ARP,
	BR_TOPIC_UDP,
};

/**
 * struct br_topic - Of a frame to all; behind one 802.1Q tag as without
 * @kind:		Which of the members below hold something
 * @sender, @target:	ARP: addresses
 * @is_claim:		ARP that anybody would believe: @mac is the sender's, in @vlan
 * @vlan:		Of the tag; 0: there is none
 * @port:		UDP: destination, in host order
 * @has_xid, @xid:	UDP: a reply's transaction is where BOOTP has it (RFC 951 §3);
 *			with port 68 alone
 */
struct br_topic {
	enum br_topic_kind kind;
	uint32_t sender, target;
	bool is_claim;
	uint8_t mac[6];
	uint16_t vlan;
	uint16_t port;
	bool has_xid;
	uint32_t xid;
};

struct br_topic br_topic_of(const struct br_frame *frame);

#endif /* BR_SIM_NET_TOPIC_H */
