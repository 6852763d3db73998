/* SPDX-License-Identifier: BSD-2-Clause */
/* plan.h - what the rig wants read: the file "manifest" on the server that booted us
 *
 *	bootrig-manifest 1
 *	tftp 10.77.0.2 1	a TFTP server, and how many blocks a window it grants (RFC 7440)
 *	http 10.77.0.2		an HTTP server
 *	file NAME SIZE SHA256	on each server
 *	missing NAME		on none
 *	end
 */
#ifndef BR_PROBE_PLAN_H
#define BR_PROBE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BR_PLAN_FILES_MAX = 8,
	BR_PLAN_SERVERS_MAX = 4,
	BR_PLAN_NAME_SIZE = 40,
	BR_PLAN_SIZE_MAX = 4096,
};

#define BR_PLAN_NAME "manifest"

struct br_plan_file {
	char name[BR_PLAN_NAME_SIZE];
	uint32_t size;
	uint8_t digest[32];
};

struct br_plan_server {
	bool http;
	uint8_t address[4];
	uint32_t window;
};

struct br_plan {
	struct br_plan_file file[BR_PLAN_FILES_MAX];
	struct br_plan_server server[BR_PLAN_SERVERS_MAX];
	size_t files, servers;
	char missing[BR_PLAN_NAME_SIZE];
};

/* Return: false if it is no whole manifest, or has more than there is room for */
bool br_plan_read(struct br_plan *ret_plan, const char *text, size_t size);

/* "%s" of the wanted digest, or not: says so in the report. @number: of the read. */
void br_plan_judge(const struct br_plan_file *file, uint32_t number, const void *octets,
                   uint32_t size, uint32_t microseconds);

/* The same for a digest that is known already. */
void br_plan_judge_digest(const struct br_plan_file *file, uint32_t number,
                          const uint8_t digest[static 32], uint32_t size, uint32_t microseconds);

#endif /* BR_PROBE_PLAN_H */
