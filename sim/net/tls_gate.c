/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * A stream to the TLS port has a place from OPENED until it is gone or reset. Octets move when
 * something happened to it: serve() gives the user what can be opened, sends the records there
 * are as far as the host takes them, and does what the server wishes of the connection. The user
 * may write, close and reset from within its event, so its place is looked up again after each.
 *
 * What the user writes is only kept; br_tls_gate_settle() seals and sends it when the user has
 * said all, so that the user is never called from within its own call.
 */
#include "sim/net/tls_gate.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/prng.h"

struct gate_place {
	struct br_tls_gate *gate;
	uint32_t stream;
	struct br_tls_server *server; /* NULL: no stream of ours */
	struct br_timer timer;        /* the answer to the hello is held until then */
	uint32_t told;                /* credit that the user knows of */
	struct br_endpoint client, local;
	uint64_t sent; /* octets of records */
	bool written;  /* by the user, and not settled */
	bool ended;    /* our FIN is behind what was written */
};

struct br_tls_gate {
	struct br_host *host;
	struct br_clock *clock;
	struct br_tls_identity *identity;
	br_tls_gate_event *event;
	void *context;
	br_tls_secret *see;
	void *see_context;
	struct br_tls_ear ear;
	struct br_prng prng; /* of the connections' seeds */
	struct gate_place *place;
	size_t places;
};

static struct gate_place *place_of(const struct br_tls_gate *gate, uint32_t stream)
{
	return stream < gate->places && gate->place[stream].server ? &gate->place[stream] : NULL;
}

static void leave(struct gate_place *place)
{
	br_clock_set(place->gate->clock, &place->timer, BR_TIME_NEVER);
	place->server = br_tls_server_free(place->server);
}

static void tell(struct br_tls_gate *gate, uint32_t stream, enum br_stream_event kind, int error,
                 struct br_octets data, br_time now)
{
	gate->event(gate->context, stream, kind, error, data, now);
}

/* Records out, as far as the host takes them, and then what the server wishes */
static void send_records(struct gate_place *place)
{
	struct br_host *host = place->gate->host;
	struct br_octets records;

	while (br_tls_server_output(place->server, &records)) {
		uint64_t carried = br_tls_server_carried(place->server);
		int taken = br_host_stream_write(host, place->stream, records);

		if (taken <= 0)
			return;
		br_tls_server_sent(place->server, (size_t)taken);
		place->sent += (size_t)taken;
		if ((size_t)taken == records.size && place->gate->ear.carried)
			place->gate->ear.carried(place->gate->ear.context, &place->client,
			                         &place->local, carried, place->sent);
	}
	if (br_tls_server_wish(place->server) == BR_TLS_WISH_END && !place->ended) {
		place->ended = true;
		br_host_stream_close(host, place->stream);
	}
}

static void hear(const struct gate_place *place, bool by_client, struct br_octets plain)
{
	const struct br_tls_ear *ear = &place->gate->ear;

	if (ear->said)
		ear->said(ear->context, &place->client, &place->local, by_client, plain);
}

static void serve(struct br_tls_gate *gate, uint32_t stream, br_time now)
{
	struct gate_place *place = place_of(gate, stream);
	struct br_octets plain;

	while (place && br_tls_server_read(place->server, &plain)) {
		hear(place, true, plain);
		tell(gate, stream, BR_STREAM_DATA, 0, plain, now);
		place = place_of(gate, stream);
	}
	if (!place)
		return;
	send_records(place);
	if (br_tls_server_wish(place->server) == BR_TLS_WISH_RESET) {
		br_host_stream_reset(gate->host, stream);
		leave(place);
		tell(gate, stream, BR_STREAM_GONE, ECONNRESET, (struct br_octets){0}, now);
		return;
	}
	if (br_tls_server_credit(place->server) > place->told) {
		place->told = br_tls_server_credit(place->server);
		tell(gate, stream, BR_STREAM_CREDIT, 0, (struct br_octets){0}, now);
	}
}

static void held_long_enough(void *context, br_time now)
{
	struct gate_place *place = context;

	br_tls_server_go(place->server);
	serve(place->gate, place->stream, now);
}

static void data_came(struct gate_place *place, struct br_octets data, br_time now)
{
	struct br_tls_gate *gate = place->gate;
	uint32_t stream = place->stream, delay = br_tls_identity_settings(gate->identity)->delay_ms;

	if (!br_tls_server_input(place->server, data)) {
		br_host_stream_reset(gate->host, stream);
		leave(place);
		tell(gate, stream, BR_STREAM_GONE, ECONNRESET, (struct br_octets){0}, now);
		return;
	}
	if (br_tls_server_holds(place->server)) {
		if (delay > 0) {
			br_clock_set(gate->clock, &place->timer, now + delay * BR_MS);
			return;
		}
		br_tls_server_go(place->server);
	}
	serve(gate, stream, now);
}

/* A stream that came to the TLS port has its place now. Return: false if there is no memory, and
 * nobody hears of the stream: never is it served in clear
 */
static bool enter(struct br_tls_gate *gate, uint32_t stream)
{
	struct br_endpoint local, remote;
	struct gate_place *place = &gate->place[stream];
	uint32_t link;

	if (!br_host_stream_ends(gate->host, stream, &local, &remote, &link) ||
	    local.port != br_tls_identity_settings(gate->identity)->port)
		return true;
	*place = (struct gate_place){.gate = gate,
	                             .stream = stream,
	                             .client = remote,
	                             .local = local,
	                             .timer = {.fire = held_long_enough, .context = place}};
	if (br_tls_server_new(&place->server, gate->identity, br_prng_next(&gate->prng)) < 0) {
		br_host_stream_reset(gate->host, stream);
		return false;
	}
	br_tls_server_on_secret(place->server, gate->see, gate->see_context);
	return true;
}

void br_tls_gate_stream(struct br_tls_gate *gate, uint32_t stream, enum br_stream_event kind,
                        int error, struct br_octets data, br_time now)
{
	struct gate_place *place;

	if (kind == BR_STREAM_OPENED && !enter(gate, stream))
		return;
	place = place_of(gate, stream);
	if (!place) {
		tell(gate, stream, kind, error, data, now);
		return;
	}
	switch (kind) {
	case BR_STREAM_OPENED:
	case BR_STREAM_END:
		tell(gate, stream, kind, error, data, now);
		break;
	case BR_STREAM_DATA:
		data_came(place, data, now);
		break;
	case BR_STREAM_CREDIT:
		serve(gate, stream, now);
		break;
	case BR_STREAM_GONE:
		leave(place);
		tell(gate, stream, kind, error, data, now);
		break;
	}
}

uint32_t br_tls_gate_credit(const struct br_tls_gate *gate, uint32_t stream)
{
	const struct gate_place *place = place_of(gate, stream);

	return place ? br_tls_server_credit(place->server)
	             : br_host_stream_credit(gate->host, stream);
}

int br_tls_gate_write(struct br_tls_gate *gate, uint32_t stream, struct br_octets octets)
{
	struct gate_place *place = place_of(gate, stream);

	if (!place)
		return br_host_stream_write(gate->host, stream, octets);
	if (octets.size > br_tls_server_credit(place->server))
		return -ENOMEM; /* the connection ended below: as if it had no buffer */
	hear(place, false, octets);
	br_tls_server_write(place->server, octets);
	place->told = br_tls_server_credit(place->server);
	place->written = true;
	return (int)octets.size;
}

void br_tls_gate_close(struct br_tls_gate *gate, uint32_t stream)
{
	struct gate_place *place = place_of(gate, stream);

	if (!place) {
		br_host_stream_close(gate->host, stream);
		return;
	}
	place->written = true;
	if (br_tls_server_is_open(place->server)) {
		br_tls_server_close(place->server);
	} else if (!place->ended) { /* in the handshake there is nothing to say */
		place->ended = true;
		br_host_stream_close(gate->host, stream);
	}
}

void br_tls_gate_reset(struct br_tls_gate *gate, uint32_t stream)
{
	struct gate_place *place = place_of(gate, stream);

	br_host_stream_reset(gate->host, stream);
	if (place)
		leave(place);
}

bool br_tls_gate_settle(struct br_tls_gate *gate, uint32_t *ret_stream, uint32_t *ret_credit)
{
	for (uint32_t i = 0; i < gate->places; i++) {
		struct gate_place *place = place_of(gate, i);

		if (!place || !place->written)
			continue;
		place->written = false;
		send_records(place);
		*ret_credit = br_tls_server_credit(place->server);
		if (*ret_credit > place->told) {
			place->told = *ret_credit;
			*ret_stream = i;
			return true;
		}
	}
	return false;
}

int br_tls_gate_new(struct br_tls_gate **ret_gate, struct br_host *host, struct br_clock *clock,
                    struct br_tls_identity *identity, uint64_t seed, br_tls_gate_event *event,
                    void *context)
{
	struct br_tls_gate *gate = calloc(1, sizeof(*gate));
	int error;

	if (!gate) {
		br_tls_identity_free(identity);
		return -ENOMEM;
	}
	gate->identity = identity;
	gate->host = host;
	gate->clock = clock;
	gate->prng = br_prng_of(seed, UINT64_C(0x67617465)); /* "gate" */
	gate->event = event;
	gate->context = context;
	gate->places = br_host_get_tcp_options(host)->streams_max;
	gate->place = calloc(gate->places, sizeof(gate->place[0]));
	error = gate->place ? br_host_tcp_listen(host, br_tls_identity_settings(identity)->port)
	                    : -ENOMEM;
	if (error) {
		br_tls_gate_free(gate);
		return error;
	}
	*ret_gate = gate;
	return 0;
}

struct br_tls_gate *br_tls_gate_free(struct br_tls_gate *gate)
{
	if (!gate)
		return NULL;
	for (size_t i = 0; gate->place && i < gate->places; i++) {
		if (gate->place[i].server)
			leave(&gate->place[i]);
	}
	free(gate->place);
	br_tls_identity_free(gate->identity);
	free(gate);
	return NULL;
}

void br_tls_gate_renew(struct br_tls_gate *gate, struct br_tls_identity *identity)
{
	br_tls_identity_free(gate->identity);
	gate->identity = identity;
}

void br_tls_gate_on_plain(struct br_tls_gate *gate, const struct br_tls_ear *ear)
{
	gate->ear = *ear;
}

void br_tls_gate_on_secret(struct br_tls_gate *gate, br_tls_secret *see, void *context)
{
	gate->see = see;
	gate->see_context = context;
}
