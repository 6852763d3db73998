/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/script/browser.h - the TCP connections of nodes that a script plays
 *
 * A peer without role= is a server: `web:80 -> fw:$c http 200` answers on the connection that
 * came from $c, which was taken as soon as it came. What it reads there is not looked at.
 *
 * `fw:$c -> web:80 http GET /x` opens a connection when $c has no value yet, and uses
 * the one of that port again when it has. Requests go out as soon as the handshake is
 * done; responses are told head by head, bodies are compared with the file they are of.
 */
#ifndef BR_SIM_SCRIPT_BROWSER_H
#define BR_SIM_SCRIPT_BROWSER_H

#include "sim/script/received.h"

struct br_browser;

/* @see: called with HTTP, CLOSE and RESET. Becomes the user of all scripted hosts. */
int br_browser_new(struct br_browser **ret_client, struct br_world *world,
                   struct br_received *received, br_seen_see *see, void *context);
struct br_browser *br_browser_free(struct br_browser *client);

/**
 * br_browser_connect() - Begin a connection
 * @port:	Of the client; 0: any
 *
 * Return: the client's port, -ENETUNREACH, -EADDRINUSE, -ENOSPC
 */
int br_browser_connect(struct br_browser *client, size_t node, uint16_t port,
                       const struct br_endpoint *server);
bool br_browser_has(const struct br_browser *client, size_t node, uint16_t port);

/* Send octets of a request; @method and @target say how to read the response.
 * Return: 0, -ENOTCONN if the connection is gone, -ENOSPC
 */
int br_browser_send(struct br_browser *client, size_t node, uint16_t port, struct br_octets octets,
                    const char *method, const char *target);
int br_browser_end(struct br_browser *client, size_t node, uint16_t port, bool reset);

/* A node that takes connections from now on. Return: 0, -EADDRINUSE, -ENOSPC */
int br_browser_serve(struct br_browser *client, size_t node, uint16_t port);
/* On the newest of those @node took from that @port of the node @from, 0 and below 0: from any.
 * Return: 0, -ENOTCONN, -ENOSPC
 */
int br_browser_reply(struct br_browser *client, size_t node, int from, uint16_t port,
                     struct br_octets octets);
int br_browser_end_reply(struct br_browser *client, size_t node, int from, uint16_t port,
                         bool reset);

#endif /* BR_SIM_SCRIPT_BROWSER_H */
