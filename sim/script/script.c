/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/script.h"

const char *br_node_kind_name(enum br_node_kind kind)
{
	static const char *const names[] = {"sut", "peer", "client", "relay", "firmware", "iface"};

	return names[kind];
}

const char *br_check_what_name(enum br_check_what what)
{
	static const char *const names[] = {
		[BR_CHECK_RECEIVED] = "received", [BR_CHECK_TRANSFERS_OPEN] = "transfers.open",
		[BR_CHECK_LEASES] = "leases",     [BR_CHECK_STREAMS_OPEN] = "streams.open",
		[BR_CHECK_LEASE] = "lease",       [BR_CHECK_METRIC] = "metric",
		[BR_CHECK_NOTE] = "note",         [BR_CHECK_ADDRESS] = "address",
		[BR_CHECK_OUTCOME] = "outcome",
	};

	return names[what];
}

const char *br_check_op_name(enum br_check_op op)
{
	static const char *const names[] = {"==", "!=", "<=", ">="};

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
	       node->kind == BR_NODE_IFACE || (node->kind == BR_NODE_PEER && node->roles) ||
	       (node->kind == BR_NODE_RELAY && node->forwards);
}
