/* SPDX-License-Identifier: BSD-2-Clause */
#include "conformance/conform/shipped.h"

#include <stdio.h>

#include "conformance/requirements.h"
#include "sim/command/share.h"

int br_shipped_scripts(struct br_scripts *ret_scripts, const struct br_retarget *target)
{
	struct br_parse_options parse = {.errors = stderr,
	                                 .requirement = br_requirement_sentence,
	                                 .near = br_requirement_near_id,
	                                 .target = target};
	char folder[BR_SHARE_PATH_SIZE];
	const char *names[] = {folder};

	br_share_path(folder, "conformance/scripts");
	return br_scripts_collect(ret_scripts, names, 1, folder, &parse);
}
