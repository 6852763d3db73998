/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/rules/rules.h - requirements that can be judged by watching: packets in, breaches out
 *
 * One pass over the packets of a live run or a capture. Each rule is a
 * requirement of conformance/requirements.tsv; it is judged when everything it needs was
 * seen, and left alone when it was not: what a snaplen cut off, or the recorder lost, is
 * never held against anybody. So a rule is broken, was judged and held, or was not
 * exercised.
 *
 * Memory is taken once, in br_rules_new(): 2 MB, from the ..._MAX of the headers below
 * conformance/rules, whatever the packets say; tests/rig/house_rules.py looks that nobody takes
 * more. Of too many transactions the least recent is forgotten, then nothing of it is judged. A
 * packet costs at most a look at each place of a table. Numbers are in host order.
 */
#ifndef BR_CONFORMANCE_RULES_RULES_H
#define BR_CONFORMANCE_RULES_RULES_H

#include "conformance/rules/base/breach.h"
#include "sim/net/packet.h"

/**
 * struct br_rules_options - What is known of where the packets come from
 * @complete:	Every frame of the run is shown, and each shown one arrived, once and in
 *		order: judge also what a lost or doubled frame would make look like a breach
 * @counts:	Whose keeping and breaking br_rules_state() tells of; NULL: everybody's. Breaches
 *		are kept of all
 * @context:	Handed to @counts
 */
struct br_rules_options {
	bool complete;
	bool (*counts)(void *context, const struct br_endpoint *party);
	void *context;
};

struct br_rules;

/* Return: 0 or -ENOMEM */
int br_rules_new(struct br_rules **ret_rules, const struct br_rules_options *options);
struct br_rules *br_rules_free(struct br_rules *rules); /* NULL in, NULL out */

/* From here on frames may be lost, doubled or late: a fault was switched on. */
void br_rules_incomplete(struct br_rules *rules);

/* Frames without a time were seen: no time is to be trusted from here on. */
void br_rules_untimed(struct br_rules *rules);

/**
 * br_rules_packet() - Judge the next packet
 * @packet:	Whole datagrams only: fragments are put together before
 * @frame:	Number for people
 * @link:	Which broadcast domain it was seen on; 0 if that is not known
 */
void br_rules_packet(struct br_rules *rules, const struct br_packet *packet, uint64_t frame,
                     uint32_t link, br_time at);

/* The same for a frame of a live wire; checksums still to be computed are believed. */
void br_rules_frame(struct br_rules *rules, const struct br_frame *frame, uint64_t number,
                    uint32_t link, br_time at);

size_t br_rules_breaches(const struct br_rules *rules);
const struct br_breach *br_rules_breach(const struct br_rules *rules, size_t index);
/* Beyond BR_BREACHES_MAX, of those that count; others make room for them. */
uint64_t br_rules_left_out(const struct br_rules *rules);

/* Every rule there is, sorted by id. */
size_t br_rules_count(void);
const char *br_rules_id(size_t index);
enum br_rule_state br_rules_state(const struct br_rules *rules, size_t index);

#endif /* BR_CONFORMANCE_RULES_RULES_H */
