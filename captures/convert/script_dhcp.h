/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/script_dhcp.h - the DHCP and PXE exchanges of a recorded boot as steps
 *
 * What the client sent is written whole, but for what is drawn at each boot: a transaction is a
 * variable, and the rig counts the seconds. What a server sent is written whole where the script
 * plays that server, and else as what is expected of the server under test: the fields a client
 * goes by. A reply that no script can expect is a comment.
 */
#ifndef BR_CAPTURES_CONVERT_SCRIPT_DHCP_H
#define BR_CAPTURES_CONVERT_SCRIPT_DHCP_H

#include "captures/convert/script_files.h"
#include "captures/replay/script_relay.h"
#include "captures/replay/tape.h"
#include "sim/lines/line.h"

enum {
	BR_SCRIPT_XIDS_MAX = 64,
	BR_SCRIPT_OTHERWISE_SIZE = 64,
	BR_SCRIPT_ADDRESSES_MAX = 16,
};

/**
 * struct br_script_run - The steps of one machine as they are written
 * @setup:	How the servers were set up, as far as that was learnt
 * @relay:	What it passed on, if @relayed
 * @several:	There are other machines in the script
 * @unexpected:	A reply stands there as a comment
 * @fw_bootpc:	Its node with port 68
 * @boot_file:	Of the reply at hand
 * @otherwise:	Fields in which a server told it something else than the machines before it
 * @first:	Its first exchange in the script: before the attempt those that nobody answered
 * @xid:	$x1 ...: a client draws others when it boots again; from @own_xids on this one's
 * @marks:	Where steps of other machines may go between
 */
struct br_script_run {
	FILE *out;
	const struct br_story *story;
	const struct br_attempt *attempt;
	size_t first;
	const struct br_tape *tape;
	struct br_setup *setup;
	struct br_decoded *decoded;
	struct br_script_relay *relay;
	bool relayed;
	bool several;
	bool unexpected;
	char fw_bootpc[BR_SCRIPT_NODE_SIZE + 3];
	const char *boot_file;
	char otherwise[BR_SCRIPT_OTHERWISE_SIZE];
	struct br_script_marks marks;
	size_t six_next;   /* of what was said over IPv6, the first message without a line */
	uint64_t six_last; /* the last frame of a server that has one */
	bool solicited;    /* a line asks for routers */
	size_t addresses;
	uint8_t address[BR_SCRIPT_ADDRESSES_MAX]
		       [16]; /* $a1 ...: of IPv6, of which it got several */
	size_t own_xids, xids;
	uint32_t xid[BR_SCRIPT_XIDS_MAX];
	struct br_script_files files;
};

/* The variable that stands for a transaction: 1 is $x1. 0: there are too many */
size_t br_script_xid(struct br_script_run *run, uint32_t xid);
/* Of one exchange; nothing is written of those that are neither DHCP nor PXE. */
void br_script_dhcp_steps(struct br_script_run *run, const struct br_talk_exchange *exchange);

#endif /* BR_CAPTURES_CONVERT_SCRIPT_DHCP_H */
