/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/world_config.h - the configuration of a server, with what a script leaves out */
#ifndef BR_SIM_SCRIPT_WORLD_CONFIG_H
#define BR_SIM_SCRIPT_WORLD_CONFIG_H

#include "sim/script/world.h"

/**
 * br_world_configure() - What the server core of a node is to be
 * @world:	Its script is enough
 * @node:	With role=
 * @error:	On failure: what was expected
 *
 * Return: 0, or what br_config_set() said
 */
int br_world_configure(const struct br_world *world, size_t node, struct br_config *ret_config,
                       char error[static BR_WORLD_ERROR_SIZE]);

#endif /* BR_SIM_SCRIPT_WORLD_CONFIG_H */
