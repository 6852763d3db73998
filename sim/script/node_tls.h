/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/node_tls.h - the keys tls... of a node */
#ifndef BR_SIM_SCRIPT_NODE_TLS_H
#define BR_SIM_SCRIPT_NODE_TLS_H

#include "sim/script/script.h"
#include "sim/tls/settings.h"

/* What a server node's keys say; without tls-names= the certificate is for its addresses. */
void br_node_tls(const struct br_script_node *node, struct br_tls_settings *ret_settings);

#endif /* BR_SIM_SCRIPT_NODE_TLS_H */
