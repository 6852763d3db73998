/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/convert/script_files.h - the files of a recorded boot as steps of a script
 *
 * Written is what the capture shows: a transfer that was ended says by whom, one that was
 * never ended is read to its first block. A server that does what the core never does, as
 * one that ignores the options of a request, is a peer. Files that are only more of the
 * same, as the places a loader searches in vain, are one line and a comment.
 */
#ifndef BR_CAPTURES_CONVERT_SCRIPT_FILES_H
#define BR_CAPTURES_CONVERT_SCRIPT_FILES_H

#include <stdio.h>

#include "captures/convert/script_cure.h"
#include "captures/convert/script_dead.h"
#include "captures/convert/script_mark.h"

enum {
	BR_SCRIPT_NAMES_MAX = 64,
	BR_SCRIPT_CONNECTIONS_MAX = 64,
	BR_SCRIPT_MACHINES_MAX = 16,
	BR_SCRIPT_NODE_SIZE = 16,
};

struct br_script_files {
	FILE *out;
	char fw[BR_SCRIPT_NODE_SIZE]; /* the node of the machine */
	const struct br_setup *setup;
	const struct br_attempt *attempt;
	const struct br_attempt *const *all; /* those of the other machines too */
	size_t all_count;
	struct br_script_marks *marks;
	uint32_t sut;                /* 0: every server */
	bool fixed;                  /* some machine has a cure */
	struct br_script_dead *dead; /* who was asked in vain */
	struct br_script_cure cure;  /* of BR_CURE_NONE: as recorded */
	bool cured;                  /* what a good server does is written, and ends the script */
	long cure_at;                /* where in .out that begins */
	unsigned transfers, connections;
	const struct br_talk_exchange *connection[BR_SCRIPT_CONNECTIONS_MAX]; /* $c1 ... */
	size_t names;
	const char *name[BR_SCRIPT_NAMES_MAX]; /* of the files some line needs */
	bool check[BR_SCRIPT_NAMES_MAX];       /* came whole, and no `transfer` line judges it */
	bool open;  /* a transfer has no end: a server would repeat its last packet */
	bool loose; /* lines follow upon that, so such packets stand between them */
};

/* "boot1": servers by their place on the setup; "*" for what is none of them */
const char *br_script_node(const struct br_setup *setup, uint32_t address, char name[16]);
/* Whether the server is under test: it was asked for, and the core does what it did. */
bool br_script_is_sut(const struct br_script_files *files, uint32_t address);
/* Steps of the files from @index on that belong together. Return: the next index */
size_t br_script_file_steps(struct br_script_files *files, size_t index);

/* Whether @name stands in a script as it is: no blank, quote, comma, @ or octet written \xNN */
bool br_script_is_word(const char *name);

#endif /* BR_CAPTURES_CONVERT_SCRIPT_FILES_H */
