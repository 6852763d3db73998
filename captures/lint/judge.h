/* SPDX-License-Identifier: BSD-2-Clause */
/* captures/lint/judge.h - who got what, who did not boot, and which line is why
 *
 * What a client saw comes out of the capture, by way of what `explain` says of it; the
 * configuration's text is asked only then, for the line. A client that is told no file at all is no
 * fault as long as nothing shows that it should be: it was asked for by name, or others of its
 * kind of machine are told one, and others that boot its way.
 */
#ifndef BR_CAPTURES_LINT_JUDGE_H
#define BR_CAPTURES_LINT_JUDGE_H

#include "captures/lint/boots.h"

enum {
	BR_LINT_FAULTS_MAX = 64,
	BR_LINT_TEXT_SIZE = 800,
};

enum br_lint_result {
	BR_LINT_BOOTS,
	BR_LINT_NOT_SERVED, /* nobody says that it should be */
	BR_LINT_FAILS,
	BR_LINT_UNFINISHED, /* it was cut off by the time limit, and nothing was wrong so far */
	BR_LINT_OPEN,       /* it was not tried */
};

/**
 * struct br_lint_seen - What a client saw
 * @file:	What it was told to boot at first, name or URL; @server: where; "": nothing
 * @address:	What it got; ""
 * @last:	The last file or URL that any answer told it
 * @asked:	The file that was not had, of @verdict; ""
 * @verdict, @text, @change: As explain has them
 * @fault:	Index of what is to blame; -1: nothing
 */
struct br_lint_seen {
	enum br_lint_result result;
	bool offered;
	char address[64], server[64], file[BR_LINT_FILE_SIZE], last[BR_LINT_FILE_SIZE];
	char asked[BR_LINT_FILE_SIZE], asked_of[64];
	char verdict[48];
	char text[BR_LINT_TEXT_SIZE], change[BR_LINT_TEXT_SIZE / 2];
	int arch;
	bool failed, unserved, loops;
	int fault;
};

/**
 * struct br_lint_fault - One thing to change
 * @line:	In the configuration; 0: it cannot be told
 * @id:		Of explain's verdict, or dhcp.no-boot-data for all that mean it, loader.loop
 * @what:	What happened; @why; @write: what to write instead
 * @clients:	Whom it hits, with ", " between
 */
struct br_lint_fault {
	size_t line, hit;
	char id[48], what[BR_LINT_TEXT_SIZE], why[BR_LINT_TEXT_SIZE], write[BR_LINT_TEXT_SIZE];
	char clients[BR_LINT_TEXT_SIZE];
};

struct br_lint_report {
	const struct br_lint_config *config;
	const char *files;
	struct br_lint_client client[BR_LINT_CLIENTS_MAX];
	struct br_lint_seen seen[BR_LINT_CLIENTS_MAX];
	size_t clients;
	bool nobody_offered; /* an address */
	struct br_lint_fault fault[BR_LINT_FAULTS_MAX];
	size_t faults;
};

/* seen.c: what the clients from @first on saw, out of that capture. Return: 0 or negative errno */
int br_lint_see(struct br_lint_report *report, const char *pcap, size_t first, size_t count);

/* When all was seen: results, and faults sorted by line. */
void br_lint_judge(struct br_lint_report *report);

/* advise.c: line, why and what to write of a client that failed. */
void br_lint_advise(const struct br_lint_report *report, size_t client,
                    struct br_lint_fault *ret_fault);

/* files.c: a file below @root of that name, or of one that differs least: as it would be written;
 * "": there is none
 */
const char *br_lint_near_file(const char *root, const char *name,
                              char target[static BR_LINT_FILE_SIZE]);
/* The path of @name below @root, as it stands; false: it is not there */
bool br_lint_file_path(const struct br_lint_report *report, const char *name, char *target,
                       size_t size);

#endif /* BR_CAPTURES_LINT_JUDGE_H */
