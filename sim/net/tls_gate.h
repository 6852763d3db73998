/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/net/tls_gate.h - TLS between a host's streams and the server on it
 *
 * The host's streams to the TLS port end here; what runs on the host gets their octets in clear,
 * by the same events, and writes in clear. Streams to other ports pass through. One gate a host.
 */
#ifndef BR_SIM_NET_TLS_GATE_H
#define BR_SIM_NET_TLS_GATE_H

#include "sim/net/host.h"
#include "sim/tls/server.h"

struct br_tls_gate;

/* As .stream of struct br_host_user */
typedef void br_tls_gate_event(void *context, uint32_t stream, enum br_stream_event kind, int error,
                               struct br_octets data, br_time now);

/**
 * br_tls_gate_new() - Listen on the port of @identity's settings
 * @identity:	The gate's own from now on, whatever is returned
 * @seed:	Of what each connection draws
 * @event:	Gets the events of all the host's streams
 *
 * Return: 0, -ENOMEM, -EADDRINUSE, -ENOSPC
 */
int br_tls_gate_new(struct br_tls_gate **ret_gate, struct br_host *host, struct br_clock *clock,
                    struct br_tls_identity *identity, uint64_t seed, br_tls_gate_event *event,
                    void *context);
struct br_tls_gate *br_tls_gate_free(struct br_tls_gate *gate);
/* Connections that come from now on get @identity, of the same port; it is the gate's own */
void br_tls_gate_renew(struct br_tls_gate *gate, struct br_tls_identity *identity);
void br_tls_gate_on_secret(struct br_tls_gate *gate, br_tls_secret *see, void *context);

/**
 * struct br_tls_ear - For who sees the records on the wire, and is to know what is in them
 * @said:	The client said @plain, or the server did, which then goes out in records
 * @carried:	The first @plain octets that the server said are in the first @stream that its
 *		host sends on that connection
 */
struct br_tls_ear {
	void (*said)(void *context, const struct br_endpoint *client,
	             const struct br_endpoint *server, bool by_client, struct br_octets plain);
	void (*carried)(void *context, const struct br_endpoint *client,
	                const struct br_endpoint *server, uint64_t plain, uint64_t stream);
	void *context;
};

void br_tls_gate_on_plain(struct br_tls_gate *gate, const struct br_tls_ear *ear);

/* What the host tells of a stream */
void br_tls_gate_stream(struct br_tls_gate *gate, uint32_t stream, enum br_stream_event kind,
                        int error, struct br_octets data, br_time now);

/* As the calls of sim/net/host.h; a reset draws no GONE. */
uint32_t br_tls_gate_credit(const struct br_tls_gate *gate, uint32_t stream);
int br_tls_gate_write(struct br_tls_gate *gate, uint32_t stream, struct br_octets octets);
void br_tls_gate_close(struct br_tls_gate *gate, uint32_t stream);
void br_tls_gate_reset(struct br_tls_gate *gate, uint32_t stream);

/* Send what was written. Return: true with a stream that can take more than it was told */
bool br_tls_gate_settle(struct br_tls_gate *gate, uint32_t *ret_stream, uint32_t *ret_credit);

#endif /* BR_SIM_NET_TLS_GATE_H */
