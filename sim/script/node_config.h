/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/node_config.h - what the words of a server's node say, as its configuration
 *
 * No more than the words: what a script leaves out is filled in by sim/script/world_config.h.
 */
#ifndef BR_SIM_SCRIPT_NODE_CONFIG_H
#define BR_SIM_SCRIPT_NODE_CONFIG_H

#include "core/config.h"
#include "sim/script/script.h"

/**
 * br_node_configure() - Its links, then its KEY=VALUE one by one
 * @script:	For its nets
 * @node:	With role=
 * @ret_config:	Half done on failure
 * @ret_failed:	On failure: the index of the setting that was refused
 * @error:	On failure: the key, and what was expected
 *
 * Return: 0, or what br_config_set() said
 */
int br_node_configure(const struct br_script *script, const struct br_script_node *node,
                      struct br_config *ret_config, size_t *ret_failed,
                      char error[static BR_LINE_ERROR_SIZE]);

#endif /* BR_SIM_SCRIPT_NODE_CONFIG_H */
