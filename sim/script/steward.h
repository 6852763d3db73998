/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/steward.h - gives a real machine the address that its node has in the script
 *
 * A client that is played has the address its node says and asks for a file at once. A machine
 * has to be given both. Where no node gives addresses the steward does, in a host that is no node:
 * the address of the machine's node to its hardware address alone, and the file that the lines of
 * the script ask for first.
 */
#ifndef BR_SIM_SCRIPT_STEWARD_H
#define BR_SIM_SCRIPT_STEWARD_H

#include "sim/script/world.h"

struct br_steward;

/**
 * br_steward_new() - Look after one machine, if that is wanted
 * @ret_steward: Set to NULL if some node gives addresses by itself
 * @node:	The machine's, which has an address
 *
 * Return: 0, -ENOMEM, or -EINVAL and @error says why
 */
int br_steward_new(struct br_steward **ret_steward, struct br_world *world, size_t node,
                   char error[static BR_WORLD_ERROR_SIZE]);
struct br_steward *br_steward_free(struct br_steward *steward); /* NULL in, NULL out */

#endif /* BR_SIM_SCRIPT_STEWARD_H */
