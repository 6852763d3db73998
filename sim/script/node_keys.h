/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/node_keys.h - the KEY=VALUE of a node, by its kind
 *
 * mac= and gw= go into the node, as= and role= too; the keys of the server core are
 * tried on a configuration and kept for sim/script/world.h.
 */
#ifndef BR_SIM_SCRIPT_NODE_KEYS_H
#define BR_SIM_SCRIPT_NODE_KEYS_H

#include "core/formats/nd.h"
#include "sim/script/script.h"

/**
 * br_node_key_set() - Take or check one KEY=VALUE
 * @node:	With its name and kind
 * @error:	On failure: what was expected, with a near name
 *
 * Return: false on failure
 */
bool br_node_key_set(struct br_script_node *node, const struct br_arg *arg,
                     char error[static BR_LINE_ERROR_SIZE]);
bool br_node_key_is_reserved(const char *name);
/* "8086:100e" into vendor and device, as they stand there; false if it is no such text. */
bool br_node_nic(const char *value, uint8_t ret_nic[4]);

/* A value as br_config_set() wants it: optN="text" with its quotes, the rest without. */
void br_node_value(const struct br_arg *arg, struct br_writer *w);

/* The value of a key, or NULL if the node does not say it. */
const char *br_node_key(const struct br_script_node *node, const char *key);
/* Was @key given as just @value? */
bool br_node_says(const struct br_script_node *node, const char *key, const char *value);

/* What stands behind ra-prefix=; false, with @ret untouched, on anything else. */
bool br_node_prefix_read(struct br_octets text, struct br_nd_prefix *ret_prefix);

/* For manuals: all keys but those of the server's configuration; false at the end. @kinds: bits of
 * 1 << enum br_node_kind
 */
struct br_node_key_row {
	const char *name, *wants, *says;
	unsigned kinds;
};

bool br_node_key_at(size_t index, struct br_node_key_row *ret_row);

#endif /* BR_SIM_SCRIPT_NODE_KEYS_H */
