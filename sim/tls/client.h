/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/tls/client.h - the client's end of a TLS connection, as one boot firmware speaks it
 *
 * No system call, no clock, no randomness but that of the seed. The hello is that of the client's
 * row in clients.c, octet for octet but for its random; the rest of the handshake is written here
 * over BearSSL's primitives, because that library's own client says its own hello.
 *
 * TLS 1.0 to 1.2: RSA, DHE and ECDHE key exchange; GCM, CBC (MAC then encrypt) and ChaCha20;
 * extended_master_secret. No resumption, no client certificate (an empty one is sent).
 */
#ifndef BR_SIM_TLS_CLIENT_H
#define BR_SIM_TLS_CLIENT_H

#include "sim/tls/server.h"
#include "sim/tls/verify.h"

struct br_tls_client;

enum br_tls_phase {
	BR_TLS_SHAKING, /* the handshake is not done */
	BR_TLS_OPEN,
	BR_TLS_SHUT,   /* the server said close_notify: no more will come */
	BR_TLS_FAILED, /* .reason says why; the rest of what comes is not looked at */
};

/**
 * struct br_tls_seen - What is known of the server so far
 * @version, @suite:	0: no ServerHello yet
 * @alert:	BR_TLS_ALERTED: its number
 * @certificate:	Its own, if .certificates; borrows from the client
 */
struct br_tls_seen {
	uint16_t version, suite;
	uint8_t alert;
	uint16_t dh_bits;
	size_t certificates;
	struct br_certificate certificate;
};

/* @habits, and what @trust points to, outlive it; @host is copied. 0 or -ENOMEM; ~90 KiB */
int br_tls_client_new(struct br_tls_client **ret_client, const struct br_tls_habits *habits,
                      const struct br_tls_trust *trust, const char *host, uint64_t seed);
struct br_tls_client *br_tls_client_free(struct br_tls_client *client);
void br_tls_client_on_secret(struct br_tls_client *client, br_tls_secret *see, void *context);

/* Takes octets from TCP off @stream, a record at most; call until it is empty. What the server
 * said lies in *@ret_plain until the next call; most of the time there is none.
 */
void br_tls_client_input(struct br_tls_client *client, struct br_octets *stream,
                         struct br_octets *ret_plain);

/* What is to be sent, all of it; false: nothing. At first the hello. */
bool br_tls_client_output(struct br_tls_client *client, struct br_octets *ret_records);

/* Octets for the server, once it is open; sealed for the next output. False: they do not fit */
bool br_tls_client_write(struct br_tls_client *client, struct br_octets octets);

enum br_tls_phase br_tls_client_phase(const struct br_tls_client *client);
enum br_tls_reason br_tls_client_reason(const struct br_tls_client *client);
/* The certificates it was sent, the server's own first; they lie in @client. Return: how many */
size_t br_tls_client_chain(const struct br_tls_client *client,
                           struct br_octets ret[static BR_TLS_SENT_MAX]);
void br_tls_client_seen(const struct br_tls_client *client, struct br_tls_seen *ret);

#endif /* BR_SIM_TLS_CLIENT_H */
