/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/server_host.h - the server core living on a simulated host
 *
 * Turns what arrives at the host into events of core/port.h, and the core's
 * actions into datagrams, streams and ports. Nothing is decided here.
 */
#ifndef BR_SIM_NET_SERVER_HOST_H
#define BR_SIM_NET_SERVER_HOST_H

#include "core/config.h"
#include "sim/net/host.h"
#include "sim/net/tls_gate.h"

struct br_server_host;

/* Called for each NOTE the core emits; octets are borrowed for the call. */
typedef void br_note_see(void *context, const char *host_name, const struct br_action *note,
                         br_time now);

/**
 * br_server_host_new() - Start a server on a host
 * @ret_server:	Set on 0 only
 * @host:	Has its links and addresses, in the order of config->link; outlives this
 * @clock:	The clock of the host's wire
 * @name:	For notes; borrowed
 * @config, @files, @seed: As br_server_new() takes them
 *
 * Return: 0, what br_server_new() said, or what the host said of a port or group
 *	   that could not be opened (-EADDRINUSE, -ENOSPC)
 */
int br_server_host_new(struct br_server_host **ret_server, struct br_host *host,
                       struct br_clock *clock, const char *name, const struct br_config *config,
                       const struct br_files *files, uint64_t seed);
struct br_server_host *br_server_host_free(struct br_server_host *server);
/* Its HTTP by TLS too, on the port of @settings; nothing if they are not .on. Before time goes on.
 * @see: gets each connection's secrets; may be NULL. Return: 0, -ENOMEM, -EADDRINUSE, -ENOSPC
 */
int br_server_host_secure(struct br_server_host *server, const struct br_tls_settings *settings,
                          uint64_t seed, br_tls_secret *see, void *context);
/* The same as somebody else than the rig; @identity is the server's from now on. */
int br_server_host_secure_as(struct br_server_host *server, struct br_tls_identity *identity,
                             uint64_t seed);
/* ... and from now on as @identity, which is the server's: who is connected stays with the other.
 * For a server that was secured.
 */
void br_server_host_secure_anew(struct br_server_host *server, struct br_tls_identity *identity);
void br_server_host_on_plain(struct br_server_host *server, const struct br_tls_ear *ear);
void br_server_host_on_note(struct br_server_host *server, br_note_see *see, void *context);
/* br_server_stop(), and whoever waits for a stream is reset; frames go out as the clock goes on. */
void br_server_host_stop(struct br_server_host *server);
struct br_server *br_server_host_core(struct br_server_host *server); /* for its counters */

#endif /* BR_SIM_NET_SERVER_HOST_H */
