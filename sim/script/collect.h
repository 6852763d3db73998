/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/collect.h - which scripts a name on the command line means
 *
 * A file; a folder, with every .wire file below it; a scenario or the beginning of one up
 * to a '/'; a requirement id, with every script that has a line for it. The last two are
 * looked for below one folder. Order is that of paths.
 */
#ifndef BR_SIM_SCRIPT_COLLECT_H
#define BR_SIM_SCRIPT_COLLECT_H

#include "sim/script/parse.h"

/* A script with mistakes: it stops none of the others. @why: all of them, as they were told */
struct br_script_bad {
	char *path, *why;
};

struct br_scripts {
	struct br_script **script;
	size_t count;
	struct br_script_bad *bad;
	size_t bads;
};

/* Return: 0, or -ENOENT when a name means nothing, which was told: then nothing is kept */
int br_scripts_collect(struct br_scripts *ret_scripts, const char *const *names, size_t count,
                       const char *folder, const struct br_parse_options *options);
void br_scripts_free(struct br_scripts *scripts);

/* Processor time used so far: what something costs, whatever else the machine does. */
uint64_t br_cpu_ns(void);

/* True if some line of the script carries the requirement. */
bool br_script_shows(const struct br_script *script, const char *id);

#endif /* BR_SIM_SCRIPT_COLLECT_H */
