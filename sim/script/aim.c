/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/aim.h"

#include <string.h>

/* Ends alone: by hardware addresses, whatever the frame holds. */
static bool matches_ends(const struct br_aim *aim, const struct br_port *from,
                         const struct br_frame *frame)
{
	const struct br_step *pattern = &aim->step->pattern;
	int source = BR_SCRIPT_NODE_NONE, target = BR_SCRIPT_NODE_NONE;

	aim->ends(aim->context, from, frame, &source, &target);
	return (pattern->from.node < 0 || source == pattern->from.node) &&
	       (pattern->to.node < 0 || target == pattern->to.node);
}

static bool matches(void *context, const struct br_port *from, const struct br_frame *frame,
                    br_time now)
{
	const struct br_aim *aim = context;
	const struct br_step *pattern = &aim->step->pattern;
	struct br_line_verdict verdict;
	struct br_seen seen;

	(void)now;
	if (aim->step->fault == BR_SCRIPT_FAULT_UNTAG &&
	    br_frame_header_size((struct br_octets){frame->data, frame->size}) ==
	            BR_ETHERNET_HEADER)
		return false;
	if (!aim->step->has_pattern)
		return true;
	if (!pattern->line.protocol)
		return matches_ends(aim, from, frame);
	if (!aim->see(aim->context, from, frame, &seen) ||
	    !br_expect_ends(pattern, BR_EXPECT_STAR_ANYONE, &seen, aim->variables) ||
	    !br_seen_decode(&seen, aim->room))
		return false;
	br_expect_match(pattern, BR_EXPECT_STAR_ANYONE, &seen, aim->room, aim->variables, &verdict);
	return verdict.matches;
}

struct br_fault_rule br_aim_rule(struct br_aim *aim, const struct br_segment *segment, br_time now)
{
	static const enum br_fault_action actions[] = {
		BR_FAULT_DROP,  BR_FAULT_DUPLICATE, BR_FAULT_DELAY, BR_FAULT_CORRUPT,
		BR_FAULT_DELAY, BR_FAULT_UNTAG,     BR_FAULT_DROP};
	const struct br_fault_step *step = aim->step;
	struct br_fault_rule rule = {
		.match = matches,
		.context = aim,
		.end = step->length > 0 ? now + step->length : 0,
		.action = actions[step->fault],
		.delay = step->delay,
		.nth = step->nth > 0 ? step->nth : step->every,
		.every = step->every,
		.times = step->once || step->nth > 0,
	};

	if (step->fault == BR_SCRIPT_FAULT_REORDER) /* behind what follows it at once */
		rule.delay = 2 * br_segment_delay(segment) + BR_MS;
	return rule;
}

void br_aim_block(struct br_fault_rule *rule, struct br_port *port, const uint8_t mac[6])
{
	br_port_block(port, rule->end > 0 ? rule->end : BR_TIME_NEVER);
	memcpy(rule->to, mac, sizeof(rule->to));
	rule->to_set = true;
	rule->match = NULL;
}
