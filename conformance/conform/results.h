/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/results.h - what `conform --json` said, read again
 *
 * A file is an array of flat objects, each on a line of its own, as br_tell_json() writes them; of
 * each the server, the requirement and the verdict are taken. The same server in a later file
 * replaces what an earlier one said of a requirement.
 */
#ifndef BR_CONFORMANCE_CONFORM_RESULTS_H
#define BR_CONFORMANCE_CONFORM_RESULTS_H

#include <stddef.h>
#include <stdio.h>

enum {
	BR_RESULTS_NAME_SIZE = 64,
	BR_RESULTS_SERVERS_MAX = 32,
};

/* @verdict: of each requirement, in their order; "" if nothing is said */
struct br_results_server {
	char name[BR_RESULTS_NAME_SIZE];
	char (*verdict)[16];
};

struct br_results {
	struct br_results_server server[BR_RESULTS_SERVERS_MAX]; /* in the order of files */
	size_t servers;
};

/* Return: 0, or -EINVAL or what open(2) said, after one line to @err */
int br_results_load(struct br_results *results, const char *path, FILE *err);
void br_results_free(struct br_results *results);

#endif /* BR_CONFORMANCE_CONFORM_RESULTS_H */
