/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/fault.h - what goes wrong on a segment, drawn from a seed or aimed
 *
 * Two kinds, on top of each other. *Rates* hit any frame by chance: each kind of
 * fault draws from its own generator, so that switching one on moves no other.
 * *Rules* hit chosen frames: a predicate says which, nth, every and times say when.
 * Everything is decided once, when a port puts a frame on the segment; taps see
 * what is left. The caller's frame is never changed: a fault that changes octets
 * works on a copy.
 *
 *	drop the third DATA of this transfer, once
 *		{.match = is_data, .action = BR_FAULT_DROP, .nth = 3, .times = 1}
 *	hold the proxy's offers for 4.1 s
 *		{.match = is_offer, .from = &proxy, .action = BR_FAULT_DELAY,
 *		 .delay = 4100 * BR_MS}
 *	every 7th frame towards the client twice
 *		{.to = client_mac, .action = BR_FAULT_DUPLICATE, .nth = 7, .every = 7}
 *	nothing passes for 30 s (for one port both ways: br_port.blocked_until)
 *		{.action = BR_FAULT_DROP, .begin = t, .end = t + 30 * BR_S}
 */
#ifndef BR_SIM_NET_FAULT_H
#define BR_SIM_NET_FAULT_H

#include "sim/net/wire.h"

enum {
	BR_FAULT_RULES_MAX = 64,
	BR_FAULT_PPM = 1000000, /* always */
};

/**
 * struct br_fault_rates - Faults by chance, in parts per million of the frames
 * @loss:	Never arrives
 * @duplicate:	Arrives twice
 * @reorder:	Is held back by @reorder_by, so that later frames overtake it
 * @corrupt:	Arrives with 1 to 3 bits flipped behind the Ethernet header;
 *		checksums are made real first, so the receiver can notice; ARP has none
		and is lost, as by the check sequence of Ethernet
 * @delay:	On top of the segment's own, for every frame
 * @jitter:	0 to this on top of that; frames do not overtake each other by it
 */
struct br_fault_rates {
	uint32_t loss, duplicate, reorder, corrupt;
	br_time reorder_by, delay, jitter;
};

enum br_fault_action {
	BR_FAULT_DROP,
	BR_FAULT_DUPLICATE, /* the second follows @delay behind the first */
	BR_FAULT_DELAY,     /* by @delay; later frames overtake it */
	BR_FAULT_CORRUPT,   /* flips 1 to 3 bits, as the rate does */
	BR_FAULT_FLIP, /* the octets of @mask at @at, exclusive or; checksums become real first */
	BR_FAULT_TRUNCATE, /* to @at octets, Ethernet header included */
	BR_FAULT_UNTAG,    /* takes the outer VLAN tag off */
};

/**
 * struct br_fault_rule - A fault that is aimed
 * @match:	Is it this frame? NULL: any; called only if @from, @to and the time fit
 * @context:	Handed to @match
 * @from:	Sending port, or NULL for any
 * @to:		Destination address of the frame if @to_set
 * @begin, @end: Only from @begin to before @end; @end 0: without end
 * @action, @delay, @at, @mask, @mask_size: What is done to it
 * @nth:	Counting frames that fit from 1: the first that is hit; 0 is 1
 * @every:	Then each so-manieth after it; 0 is 1
 * @times:	So often in all; 0: without limit
 */
struct br_fault_rule {
	bool (*match)(void *context, const struct br_port *from, const struct br_frame *frame,
	              br_time now);
	void *context;
	const struct br_port *from;
	bool to_set;
	uint8_t to[6];
	br_time begin, end;
	enum br_fault_action action;
	br_time delay;
	uint32_t at;
	uint8_t mask[8];
	uint8_t mask_size;
	uint64_t nth, every, times;
};

int br_fault_new(struct br_fault **ret_fault, uint64_t seed); /* 0 or -ENOMEM */
struct br_fault *br_fault_free(struct br_fault *fault);       /* NULL in, NULL out */

void br_fault_set_rates(struct br_fault *fault, const struct br_fault_rates *rates);

/* Rules are asked in the order they were added, all of them: each counts what fits
 * it even if another has dropped it. Return: the rule's number, or -ENOSPC
 */
int br_fault_add(struct br_fault *fault, const struct br_fault_rule *rule);
void br_fault_remove(struct br_fault *fault, int rule); /* its number may be given again */

/* How many frames fitted the rule, and how many it hit. A rule of a script that
 * never hit anything is a script that tested nothing.
 */
uint64_t br_fault_fitted(const struct br_fault *fault, int rule);
uint64_t br_fault_hit(const struct br_fault *fault, int rule);

/* What the segment is to do with a frame; for sim/net/wire.c. */
struct br_fault_verdict {
	const char *lost;       /* why it is dropped, or NULL */
	struct br_frame *frame; /* what arrives: the frame itself or a changed copy, to unref */
	br_time held;           /* on top of the segment's delay, other frames overtaking */
	br_time late;           /* on top of that, order kept */
	bool twice;
	br_time twice_after; /* the second, behind the first */
};

/* Takes the caller's reference to @frame; the verdict holds one, unless it is lost:
 * then the caller keeps @frame for its taps, in verdict.frame all the same.
 */
void br_fault_judge(struct br_fault *fault, const struct br_port *from, struct br_frame *frame,
                    br_time now, struct br_fault_verdict *ret_verdict);

#endif /* BR_SIM_NET_FAULT_H */
