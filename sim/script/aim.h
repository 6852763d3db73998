/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/aim.h - a `fault` line as a rule of a segment: sim/net/fault.h
 *
 * Whoever owns the segment knows who sends a frame and who gets it; the rest is the line's.
 */
#ifndef BR_SIM_SCRIPT_AIM_H
#define BR_SIM_SCRIPT_AIM_H

#include "sim/net/fault.h"
#include "sim/script/expect.h"

/**
 * struct br_aim - What a line is aimed at
 * @step:	The line; outlives the rule, as @variables, @room and the aim itself do
 * @variables:	Bound ones are compared, others match anything
 * @room:	To take a packet apart; may be shared with other aims
 * @ends:	The nodes at both ends of a frame, whatever is in it; BR_SCRIPT_NODE_NONE
 * @see:	The datagram in a frame; false if it holds no whole one
 * @context:	Handed to both
 */
struct br_aim {
	const struct br_fault_step *step;
	const struct br_variables *variables;
	struct br_decoded *room;
	void (*ends)(void *context, const struct br_port *from, const struct br_frame *frame,
	             int *ret_from, int *ret_to);
	bool (*see)(void *context, const struct br_port *from, const struct br_frame *frame,
	            struct br_seen *ret_seen);
	void *context;
};

/* From now on. The rule of a `block` is whole after br_aim_block(). */
struct br_fault_rule br_aim_rule(struct br_aim *aim, const struct br_segment *segment, br_time now);

/* `block`: nothing goes out of that port, and what is for it alone is lost on the segment. */
void br_aim_block(struct br_fault_rule *rule, struct br_port *port, const uint8_t mac[6]);

#endif /* BR_SIM_SCRIPT_AIM_H */
