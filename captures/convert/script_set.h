/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/script_set.h - the machines of a script made out of a capture, and its text
 *
 * Each machine is a node and has steps of its own; they stand in the order of the capture, for what
 * a server does may depend on what it has to do with another machine. All share the servers.
 */
#ifndef BR_CAPTURES_CONVERT_SCRIPT_SET_H
#define BR_CAPTURES_CONVERT_SCRIPT_SET_H

#include "captures/convert/from_pcap.h"
#include "captures/convert/proven.h"
#include "captures/convert/script_dhcp.h"

/**
 * struct br_script_machine - One that booted
 * @story:	Borrowed
 * @run:	.attempt is the one that becomes steps
 * @steps:	Its text, @size octets; NULL until it is written
 */
struct br_script_machine {
	const struct br_story *story;
	struct br_script_run run;
	char *steps;
	size_t size;
};

struct br_script_absent {
	uint8_t mac[6];
	char why[200];
};

/**
 * struct br_script_set - Zero but for what was asked for
 * @in_capture:	How many machines the capture has
 * @absent:	Those that booted too and have no node, and why
 * @mended:	The header is of servers that do it right
 */
struct br_script_set {
	const struct br_from_pcap *from;
	FILE *out;
	struct br_setup *setup;
	struct br_decoded *decoded; /* room to read a message in */
	size_t in_capture;
	size_t count;
	struct br_script_machine *machine[BR_SCRIPT_MACHINES_MAX];
	const struct br_attempt *attempt[BR_SCRIPT_MACHINES_MAX];
	size_t absents;
	const struct br_script_absent *absent;
	struct br_script_dead dead;
	bool mended;
};

/* Some machine's last lines say what a good server does. */
bool br_script_is_cured(const struct br_script_set *set);

/* The text from the top to the first step. The steps must be there, for they tell what it has to
 * name. @mended: of servers that do what the cures say
 */
char *br_script_header(struct br_script_set *set, bool mended);

/* Write the script into @proof: steps first, then the header or, with cures, two. */
void br_script_write(struct br_script_set *set, struct br_proof *proof);
/* What br_script_write() took; the machines are as before. */
void br_script_unwrite(struct br_script_set *set);

#endif /* BR_CAPTURES_CONVERT_SCRIPT_SET_H */
