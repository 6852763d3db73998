/* SPDX-License-Identifier: BSD-2-Clause */
/* The `fault` lines of a script while it runs. */
#include <string.h>

#include "sim/script/expect.h"
#include "sim/script/runner.h"

/* Ends alone: by hardware addresses, whatever the frame holds. */
static bool matches_ends(const struct br_world *world, const struct br_step *pattern,
                         const struct br_port *from, const struct br_frame *frame)
{
	size_t link;

	return (pattern->from.node < 0 ||
	        br_world_node_by_port(world, from, &link) == pattern->from.node) &&
	       (pattern->to.node < 0 ||
	        br_world_node_by_mac(world, frame->data) == pattern->to.node);
}

static bool matches_fault(void *context, const struct br_port *from, const struct br_frame *frame,
                          br_time now)
{
	struct br_run_fault *fault = context;
	struct br_runner *r = fault->runner;
	const struct br_fault_step *step = &fault->item->fault;
	const struct br_step *pattern = &step->pattern;
	struct br_line_verdict verdict;
	struct br_seen seen;

	(void)now;
	if (step->fault == BR_SCRIPT_FAULT_UNTAG &&
	    br_frame_header_size((struct br_octets){frame->data, frame->size}) ==
	            BR_ETHERNET_HEADER)
		return false;
	if (!step->has_pattern)
		return true;
	if (!pattern->line.protocol)
		return matches_ends(r->stage->world, pattern, from, frame);
	if (!br_seen_of_frame(r->stage->world, from, frame, &seen) ||
	    !br_expect_ends(pattern, BR_EXPECT_STAR_ANYONE, &seen, &r->stage->variables) ||
	    !br_seen_decode(&seen, &r->pattern))
		return false;
	br_expect_match(pattern, BR_EXPECT_STAR_ANYONE, &seen, &r->pattern, &r->stage->variables,
	                &verdict);
	return verdict.matches;
}

/* Both ways: what it sends is lost in its port, what is for it alone on the segment. */
static void block(struct br_runner *r, const struct br_fault_step *step,
                  struct br_fault_rule *ret_rule)
{
	const struct br_world *world = r->stage->world;
	const struct br_script_node *node = &r->script->node[step->node];

	for (uint32_t i = 0; i < node->links; i++) {
		struct br_port *port = br_world_port(world, step->node, i);

		if (node->link[i].net != step->net)
			continue;
		br_port_block(port, ret_rule->end > 0 ? ret_rule->end : BR_TIME_NEVER);
		memcpy(ret_rule->to, port->mac, sizeof(ret_rule->to));
		ret_rule->to_set = true;
	}
	ret_rule->match = NULL;
}

void br_runner_fault(struct br_runner *r, const struct br_item *item)
{
	static const enum br_fault_action actions[] = {
		BR_FAULT_DROP,  BR_FAULT_DUPLICATE, BR_FAULT_DELAY, BR_FAULT_CORRUPT,
		BR_FAULT_DELAY, BR_FAULT_UNTAG,     BR_FAULT_DROP};
	const struct br_fault_step *step = &item->fault;
	struct br_world *world = r->stage->world;
	struct br_segment *segment = world->segment[step->net];
	struct br_run_fault *fault = &r->fault[r->faults];
	struct br_fault_rule rule = {
		.match = matches_fault,
		.context = fault,
		.end = step->length > 0 ? world->clock.now + step->length : 0,
		.action = actions[step->fault],
		.delay = step->delay,
		.nth = step->nth > 0 ? step->nth : step->every,
		.every = step->every,
		.times = step->once || step->nth > 0,
	};

	if (r->faults == BR_RUNNER_FAULTS_MAX || !world->fault[step->net]) {
		br_runner_fail(r, BR_FAILURE_BROKEN, item, "too many faults");
		return;
	}
	if (step->fault == BR_SCRIPT_FAULT_REORDER) /* behind what follows it at once */
		rule.delay = 2 * br_segment_delay(segment) + BR_MS;
	if (step->fault == BR_SCRIPT_FAULT_BLOCK)
		block(r, step, &rule);
	*fault = (struct br_run_fault){
		.runner = r, .item = item, .blocked = br_segment_counts(segment)->blocked};
	fault->rule = br_fault_add(world->fault[step->net], &rule);
	if (fault->rule < 0) {
		br_runner_fail(r, BR_FAILURE_BROKEN, item, "%s", strerror(-fault->rule));
		return;
	}
	br_segment_set_fault(segment, world->fault[step->net]);
	r->faults++;
	r->faults_possible = true;
}

bool br_runner_fault_hit(const struct br_runner *r, const struct br_run_fault *fault)
{
	const struct br_world *world = r->stage->world;
	size_t net = fault->item->fault.net;

	if (br_fault_hit(world->fault[net], fault->rule) > 0)
		return true;
	return fault->item->fault.fault == BR_SCRIPT_FAULT_BLOCK &&
	       br_segment_counts(world->segment[net])->blocked > fault->blocked;
}
