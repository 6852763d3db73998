/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/script.h"

#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

const char *br_node_kind_name(enum br_node_kind kind)
{
	static const char *const names[] = {"sut",      "peer",  "client", "relay",
	                                    "firmware", "iface", "router"};

	return names[kind];
}

static const struct {
	const char *name, *form, *says;
} checks[BR_CHECK_WHAT_COUNT] = {
	[BR_CHECK_RECEIVED] = {"received", "NODE.received FILE == file",
                               "Every octet of the file has come there, by TFTP or HTTP, in "
                               "whatever pieces. != file: not all of it, or a wrong one; == "
                               "nothing: not an octet."},
	[BR_CHECK_TRANSFERS_OPEN] = {"transfers.open", "NODE.transfers.open OP INT",
                                     "TFTP transfers a server has under way."},
	[BR_CHECK_STREAMS_OPEN] = {"streams.open", "NODE.streams.open OP INT",
                                   "TCP connections a server has open."},
	[BR_CHECK_LEASES] = {"leases", "NODE.leases OP INT",
                             "Addresses a server has bound, offers not counted."},
	[BR_CHECK_LEASE] = {"lease", "NODE.lease ADDRESS [key=FIELD] == VALUE",
                            "State of one address: none, free, offered, bound or declined. With "
                            "key= chaddr, opt61, opt82 or opt82.N: what its client showed last."},
	[BR_CHECK_METRIC] = {"metric", "NODE.metric NAME OP INT",
                             "A counter of a server since it began. See METRICS."},
	[BR_CHECK_NOTE] = {"note", "NODE.note NAME OP INT",
                           "How often a server decided something. See NOTES."},
	[BR_CHECK_ADDRESS] = {"address", "NODE.address == ADDRESS",
                              "The address a node has by now on its first net; of IPv6 any that it "
                              "has there, == ::, if it has none but a link-local one."},
	[BR_CHECK_UNREACHABLE] = {"unreachable", "NODE.unreachable OP INT",
                                  "How often a node was told by ICMP that a UDP port it sent to is "
                                  "closed."},
	[BR_CHECK_OUTCOME] =
		{"outcome", "NODE.outcome == booted|failed|STEP",
                 "How the boot of a firmware ended, or at which step it did. Of a real "
                 "machine, the first of these that is so: booted, if a file came there "
                 "whole, or its console says so; crashed, failed, as its console says; off; hung, "
                 "if nothing "
                 "came of it for 60 s; else running."},
	[BR_CHECK_CONSOLE] = {"console", "NODE.console (~ | !~) TEXT",
                              "The text stands on the console of a real machine, or in the words a "
                              "model gave up with; !~: it does not."},
};

const char *br_check_what_name(enum br_check_what what)
{
	return checks[what].name;
}

const char *br_check_what_form(enum br_check_what what)
{
	return checks[what].form;
}

const char *br_check_what_says(enum br_check_what what)
{
	return checks[what].says;
}

const char *br_check_op_name(enum br_check_op op)
{
	static const char *const names[] = {"==", "!=", "<=", ">=", "~", "!~"};

	return names[op];
}

const char *br_script_fault_name(enum br_script_fault fault)
{
	static const char *const names[] = {"drop",    "dup",   "delay", "corrupt",
	                                    "reorder", "untag", "block"};

	return names[fault];
}

bool br_node_is_judged(const struct br_script_node *node)
{
	return node->kind == BR_NODE_SUT || node->kind == BR_NODE_FIRMWARE ||
	       node->kind == BR_NODE_IFACE ||
	       (node->kind == BR_NODE_PEER && (node->roles || node->caches)) ||
	       (node->kind == BR_NODE_RELAY && node->forwards) ||
	       (node->kind == BR_NODE_ROUTER && !node->quiet);
}

bool br_node_routes(const struct br_script_node *node)
{
	return node->kind == BR_NODE_RELAY || node->kind == BR_NODE_ROUTER;
}

void br_node_mac(const struct br_script_node *of, size_t node, size_t link, uint8_t ret_mac[6])
{
	static const uint8_t first[] = {2, 0, 0, 0};

	if (of->has_mac) {
		memcpy(ret_mac, of->mac, 6);
		ret_mac[5] = (uint8_t)(ret_mac[5] + link);
		return;
	}
	memcpy(ret_mac, first, sizeof(first));
	ret_mac[4] = (uint8_t)(node + 1);
	ret_mac[5] = (uint8_t)(link + 1);
}

bool br_node_is_outside(const struct br_script_node *node)
{
	return node->kind == BR_NODE_IFACE || node->profile != NULL;
}

/* What a client of the script has drawn for it and a machine draws for itself: its xid, and the
 * ports it asks from. A number in the script becomes the name of what is seen first in its place.
 */

static struct br_step *step_of(struct br_item *item)
{
	if (item->kind == BR_ITEM_LINE || item->kind == BR_ITEM_NEVER)
		return &item->step;
	return item->kind == BR_ITEM_FAULT && item->fault.has_pattern ? &item->fault.pattern : NULL;
}

static void name_number(struct br_script *script, struct br_value *value, const char *what)
{
	char name[64];
	int size = snprintf(name, sizeof(name), "%s %.40s", what, (const char *)value->text.data);

	value->kind = BR_VALUE_VARIABLE;
	value->text.data = (const uint8_t *)br_arena_text(script->arena, name, (size_t)size);
	value->text.size = (size_t)size;
}

static struct br_arg *xid_of(struct br_step *step)
{
	for (size_t i = 0; i < step->line.args; i++) {
		struct br_arg *arg = &step->line.arg[i];

		if (arg->op == BR_ARG_EQUAL && arg->value.kind == BR_VALUE_WORD &&
		    !strcmp(arg->name, "xid"))
			return arg;
	}
	return NULL;
}

static void name_xid(struct br_script *script, struct br_octets xid)
{
	char text[40];

	(void)snprintf(text, sizeof(text), "%.*s", (int)xid.size, (const char *)xid.data);
	for (size_t i = 0; i < script->items; i++) {
		struct br_step *step = step_of(&script->item[i]);
		struct br_arg *arg = step ? xid_of(step) : NULL;

		if (arg && br_text_is(arg->value.text, text))
			name_number(script, &arg->value, "xid");
	}
}

/* Its ports as a server or of DHCP are the standard's. */
static void name_port(struct br_script *script, int node, struct br_end *end)
{
	static const char *const fixed[] = {"67", "68", "546", "547", "4011"};

	if (end->node != node || !end->has_port || end->port.kind != BR_VALUE_WORD)
		return;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (br_text_is(end->port.text, fixed[i]))
			return;
	}
	name_number(script, &end->port, "port");
}

static void name_drawn(struct br_script *script, int node)
{
	for (size_t i = 0; i < script->items; i++) {
		struct br_step *step = step_of(&script->item[i]);
		struct br_arg *arg;

		if (!step)
			continue;
		name_port(script, node, &step->from);
		name_port(script, node, &step->to);
		arg = step->from.node == node ? xid_of(step) : NULL;
		if (arg)
			name_xid(script, arg->value.text);
	}
}

void br_script_plug(struct br_script *script, const char *node, const char *profile)
{
	static const char lacks[] = "it has no client or firmware of the name ";
	char text[160];

	for (size_t i = 0; i < script->nodes; i++) {
		struct br_script_node *at = &script->node[i];

		if (strcmp(at->name, node) != 0 ||
		    (at->kind != BR_NODE_CLIENT && at->kind != BR_NODE_FIRMWARE))
			continue;
		at->profile = profile;
		name_drawn(script, (int)i);
		script->real = script->guests = true;
		if (!script->has_quiet)
			script->quiet = BR_SCRIPT_QUIET_REAL;
		return;
	}
	(void)snprintf(text, sizeof(text), "%s%.100s", lacks, node);
	script->lacks = br_arena_text(script->arena, text, strlen(text));
}

void br_script_plug_first(struct br_script *script, const char *profile)
{
	static const char lacks[] = "it has no client or firmware with as=";
	size_t i = 0;

	while (i < script->nodes && !script->node[i].model)
		i++;
	if (i < script->nodes)
		br_script_plug(script, script->node[i].name, profile);
	else
		script->lacks = lacks;
}

struct br_ids br_item_ids(const struct br_item *item)
{
	if (item && (item->kind == BR_ITEM_LINE || item->kind == BR_ITEM_NEVER))
		return (struct br_ids){item->step.id, item->step.ids};
	if (item && item->kind == BR_ITEM_CHECK)
		return (struct br_ids){item->check.id, item->check.ids};
	return (struct br_ids){NULL, 0};
}
