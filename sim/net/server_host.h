/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/server_host.h - the server core living on a simulated host
 *
 * Turns what arrives at the host into events of core/port.h, and the core's
 * actions into datagrams, streams and ports. Nothing is decided here.
 */
#ifndef BR_SERVER_HOST_H
#define BR_SERVER_HOST_H

#include "core/config.h"
#include "sim/net/host.h"

struct br_server_host;

/* Called for each NOTE the core emits; octets are borrowed for the call. */
typedef void br_note_see(void *context, const char *host_name, const struct br_action *note,
                         br_time now);

/* @host: has its links and addresses, in the order of config->link; outlives this.
 * Return: 0, or what br_server_new() or br_host_udp_open() said
 */
int br_server_host_new(struct br_server_host **ret_server, struct br_host *host, const char *name,
                       const struct br_config *config, const struct br_files *files, uint64_t seed);
struct br_server_host *br_server_host_free(struct br_server_host *server);
void br_server_host_on_note(struct br_server_host *server, br_note_see *see, void *context);
struct br_server *br_server_host_core(struct br_server_host *server); /* for its counters */

#endif /* BR_SERVER_HOST_H */
