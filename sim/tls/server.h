/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/server.h - the server's end of a TLS connection: records on one side, octets on the other
 *
 * No system call, no clock, no randomness but that of the seed. What comes from TCP goes in by
 * br_tls_server_input(); then the user takes octets, sends records and asks for the wish, until
 * there is nothing more. BearSSL does the protocol; how its handshake lies in records, whom it
 * refuses before it begins, and what goes wrong on purpose is done here.
 *
 * TLS 1.0 to 1.2 without DHE, tickets and resumption: BearSSL has none. No boot firmware that was
 * read speaks 1.3.
 */
#ifndef BR_SIM_TLS_SERVER_H
#define BR_SIM_TLS_SERVER_H

#include "sim/tls/identity.h"

struct br_tls_server;

enum br_tls_wish { /* what the connection below is to do */
	BR_TLS_WISH_NONE,
	BR_TLS_WISH_END,   /* FIN behind what was sent */
	BR_TLS_WISH_RESET, /* RST */
};

enum {
	BR_TLS_RANDOM_SIZE = 32,
	BR_TLS_MASTER_SIZE = 48,
};

/* What opens a recording: a line CLIENT_RANDOM of a key log */
typedef void br_tls_secret(void *context, const uint8_t random[static BR_TLS_RANDOM_SIZE],
                           const uint8_t master[static BR_TLS_MASTER_SIZE]);

/* @identity is held. 0 or -ENOMEM; ~75 KiB a connection */
int br_tls_server_new(struct br_tls_server **ret_server, struct br_tls_identity *identity,
                      uint64_t seed);
struct br_tls_server *br_tls_server_free(struct br_tls_server *server);
void br_tls_server_on_secret(struct br_tls_server *server, br_tls_secret *see, void *context);

/* Octets from TCP. False: more at once than it holds; the connection is to be reset. */
bool br_tls_server_input(struct br_tls_server *server, struct br_octets octets);
/* The ClientHello has come whole: br_tls_server_go() lets it be answered, once. */
bool br_tls_server_holds(const struct br_tls_server *server);
void br_tls_server_go(struct br_tls_server *server);

/* Records for TCP, until false; br_tls_server_sent() says how many octets of them went. */
bool br_tls_server_output(struct br_tls_server *server, struct br_octets *ret_records);
/* Octets of br_tls_server_write() that are in records up to the end of what that gave */
uint64_t br_tls_server_carried(const struct br_tls_server *server);
void br_tls_server_sent(struct br_tls_server *server, size_t size);

/* What the client said, until false; good until the next call but this. All of it is taken. */
bool br_tls_server_read(struct br_tls_server *server, struct br_octets *ret_octets);

/* Room for octets of the answer. 0 before the handshake is done. */
uint32_t br_tls_server_credit(const struct br_tls_server *server);
void br_tls_server_write(struct br_tls_server *server, struct br_octets octets); /* within credit */
void br_tls_server_close(struct br_tls_server *server); /* close_notify behind what was written */
bool br_tls_server_is_open(const struct br_tls_server *server); /* the handshake is done */

enum br_tls_wish br_tls_server_wish(const struct br_tls_server *server);

#endif /* BR_SIM_TLS_SERVER_H */
