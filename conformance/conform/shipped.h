/* SPDX-License-Identifier: BSD-2-Clause */
/* conformance/conform/shipped.h - all scripts that come with bootrig */
#ifndef BR_CONFORMANCE_CONFORM_SHIPPED_H
#define BR_CONFORMANCE_CONFORM_SHIPPED_H

#include "sim/script/collect.h"

/* @target: to play them against; NULL: the server of the scripts.
 * Return: 0, or -ENOENT after a line that says where they were looked for */
int br_shipped_scripts(struct br_scripts *ret_scripts, const struct br_retarget *target);

#endif /* BR_CONFORMANCE_CONFORM_SHIPPED_H */
