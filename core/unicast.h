/* SPDX-License-Identifier: BSD-2-Clause */
/* core/unicast.h - is this the address of one machine? */
#ifndef BR_CORE_UNICAST_H
#define BR_CORE_UNICAST_H

#include <stdbool.h>

#include "core/config.h"
#include "core/port.h"

bool br_is_ipv4(const struct br_endpoint *endpoint);

/* False for 0.0.0.0 and ::, multicast, IPv4 classes D and E, and the broadcast
 * address of any link of @config (RFC 1122 section 3.2.1.3).
 */
bool br_is_unicast(const struct br_config *config, const struct br_endpoint *endpoint);

#endif /* BR_CORE_UNICAST_H */
