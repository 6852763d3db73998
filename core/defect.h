/* SPDX-License-Identifier: BSD-2-Clause */
/* core/defect.h - the server with one defect at a time, so that checks can be seen to fail
 *
 * Where a requirement is kept, BR_DEFECT(TFTP_ERR_01) stands in a condition that breaks it:
 * core/defects.h has what happens then. In the server itself it is the constant false, and
 * nothing of this is there. Only bootrig-mutants is built with BR_DEFECTS: there it is true if
 * that defect was chosen and the server is at work. The rig reads packets by the same
 * core/formats, and must not have the defect, too.
 */
#ifndef BR_CORE_DEFECT_H
#define BR_CORE_DEFECT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/defects.h"

#ifdef BR_DEFECTS
#define BR_DEFECT(name) br_defect_is(BR_DEFECT_##name)
#else
#define BR_DEFECT(name) false
#endif

enum br_defect_id {
#define BR_DEFECT_ENUM(name, requirement, says) BR_DEFECT_##name,
	BR_DEFECTS_LIST(BR_DEFECT_ENUM)
#undef BR_DEFECT_ENUM
	BR_DEFECT_COUNT, /* how many there are, and as a choice: none */
};

/* One that can be chosen: what it breaks, and how. */
struct br_defect {
	const char *requirement; /* "TFTP-ERR-01" */
	const char *says;        /* what the server does then */
};

/* All there are, for who has no other business with them; .choose of BR_DEFECT_COUNT is none.
 * .manner names ways to misbehave altogether, for .behave: "mute" says nothing, "garbage" only
 * that, "halfway" dies amid its second answer, "twice" answers each request twice.
 */
struct br_defect_set {
	const struct br_defect *row;
	size_t count;
	void (*choose)(size_t index);
	const char *const *manner;
	size_t manners;
	void (*behave)(size_t index);
};

extern const struct br_defect_set br_defect_set;

bool br_defect_is(enum br_defect_id id);

#endif /* BR_CORE_DEFECT_H */
