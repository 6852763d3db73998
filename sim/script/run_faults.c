/* SPDX-License-Identifier: BSD-2-Clause */
/* The `fault` lines of a script while it runs. */
#include <string.h>

#include "sim/script/runner.h"

static void ends(void *context, const struct br_port *from, const struct br_frame *frame,
                 int *ret_from, int *ret_to)
{
	const struct br_runner *r = ((struct br_run_fault *)context)->runner;
	size_t link;

	*ret_from = br_world_node_by_port(r->stage->world, from, &link);
	*ret_to = br_world_node_by_mac(r->stage->world, frame->data);
}

static bool see(void *context, const struct br_port *from, const struct br_frame *frame,
                struct br_seen *ret_seen)
{
	const struct br_runner *r = ((struct br_run_fault *)context)->runner;

	return br_seen_of_frame(r->stage->world, from, frame, ret_seen);
}

/* A real machine comes when it does: for how long its port is blocked counts from its first frame,
 * which begins what the model of it begins at once.
 */
static bool waits_for_a_machine(const struct br_runner *r, const struct br_fault_step *step)
{
	const struct br_guest *guest = br_runner_guest(r, (int)step->node);

	return step->fault == BR_SCRIPT_FAULT_BLOCK && step->length > 0 && guest &&
	       !br_guest_spoke(guest);
}

/* Both ways, on each of its links in the net. */
static void block(const struct br_runner *r, const struct br_fault_step *step,
                  struct br_fault_rule *ret_rule)
{
	const struct br_world *world = r->stage->world;
	const struct br_script_node *node = &r->script->node[step->node];

	for (size_t i = 0; i < node->links; i++) {
		struct br_port *port = br_world_port(world, step->node, i);

		if (node->link[i].net == step->net)
			br_aim_block(ret_rule, port, port->mac);
	}
}

static void add_rule(struct br_runner *r, struct br_run_fault *fault)
{
	const struct br_fault_step *step = &fault->item->fault;
	struct br_world *world = r->stage->world;
	struct br_fault_rule rule =
		br_aim_rule(&fault->aim, world->segment[step->net], world->clock.now);

	if (fault->waits)
		rule.end = 0;
	if (step->fault == BR_SCRIPT_FAULT_BLOCK)
		block(r, step, &rule);
	fault->rule = br_fault_add(world->fault[step->net], &rule);
	if (fault->rule < 0)
		br_runner_fail(r, BR_FAILURE_BROKEN, fault->item, "%s", strerror(-fault->rule));
}

void br_runner_fault(struct br_runner *r, const struct br_item *item)
{
	const struct br_fault_step *step = &item->fault;
	struct br_world *world = r->stage->world;
	struct br_segment *segment = world->segment[step->net];
	struct br_run_fault *fault = &r->fault[r->faults];

	if (r->faults == BR_RUNNER_FAULTS_MAX || !world->fault[step->net]) {
		br_runner_fail(r, BR_FAILURE_BROKEN, item, "too many faults");
		return;
	}
	*fault = (struct br_run_fault){
		.runner = r,
		.item = item,
		.blocked = br_segment_counts(segment)->blocked,
		.waits = waits_for_a_machine(r, step),
		.aim = {.step = step,
	                .variables = &r->stage->variables,
	                .room = &r->pattern,
	                .ends = ends,
	                .see = see,
	                .context = fault},
	};
	add_rule(r, fault);
	if (fault->rule < 0)
		return;
	br_segment_set_fault(segment, world->fault[step->net]);
	r->faults++;
	r->faults_possible = true;
}

void br_runner_machine_spoke(struct br_runner *r, int node)
{
	for (size_t i = 0; i < r->faults; i++) {
		struct br_run_fault *fault = &r->fault[i];

		if (!fault->waits || (int)fault->item->fault.node != node)
			continue;
		fault->waits = false;
		br_fault_remove(r->stage->world->fault[fault->item->fault.net], fault->rule);
		add_rule(r, fault);
	}
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
