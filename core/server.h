/* SPDX-License-Identifier: BSD-2-Clause */
/* core/server.h - a look inside a running server: counters, transfers, leases
 *
 * The door for packets and time is core/port.h. These only look; scripts use them
 * for `check`, the command for its last words.
 */
#ifndef BR_CORE_SERVER_H
#define BR_CORE_SERVER_H

#include "core/dhcp/dhcp.h"
#include "core/dhcp6/dhcp6.h"
#include "core/metrics.h"
#include "core/port.h"

const struct br_config *br_server_config(const struct br_server *server);
const struct br_metrics *br_server_metrics(const struct br_server *server);
size_t br_server_open_transfers(const struct br_server *server); /* TFTP, under way now */
size_t br_server_open_streams(const struct br_server *server);   /* HTTP connections */

/* The address service, for br_dhcp_lease_find(); NULL without the role. */
const struct br_dhcp *br_server_dhcp(const struct br_server *server);
/* That of IPv6, for br_dhcp6_binding_at() and br_dhcp6_record_at(); NULL without its roles. */
const struct br_dhcp6 *br_server_dhcp6(const struct br_server *server);

#endif /* BR_CORE_SERVER_H */
