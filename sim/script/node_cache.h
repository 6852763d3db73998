/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/node_cache.h - the keys of a peer that is a caching proxy: cache= and cache-... */
#ifndef BR_SIM_SCRIPT_NODE_CACHE_H
#define BR_SIM_SCRIPT_NODE_CACHE_H

#include "sim/net/web_cache.h"
#include "sim/script/script.h"

/* A key's value into @options; false if it is none. @key: one that begins with "cache" */
bool br_node_cache_set(struct br_web_cache_options *options, const char *key, const char *value);

/* As the node's keys say; without them: port 80, fresh for an hour, 128 MiB, HEAD fills, parts are
 * cut */
void br_node_cache(const struct br_script_node *node, struct br_web_cache_options *ret_options);

#endif /* BR_SIM_SCRIPT_NODE_CACHE_H */
