/* SPDX-License-Identifier: BSD-2-Clause */
/* Theory of operation
 *
 * The host has a slot for each TCP stream, half open ones included; the core has fewer
 * numbers, br_config.streams_max. A stream has a number from the moment the core hears of
 * it until it is gone or reset. One that finds none free is a waiter: the host does not
 * read it, so its request stays in the window, the core is told that somebody waits, and
 * the first waiter is let in when a number comes back.
 */
#include "sim/net/server_host.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/net/tls_gate.h"

#define NONE UINT32_MAX /* no stream, no number */

/* A stream of the host: its number, or its place among the waiters */
struct seat {
	uint32_t number;
	bool waits;
	uint32_t next, previous;
};

struct br_server_host {
	struct br_host *host;
	struct br_clock *clock;
	struct br_server *core;
	struct br_timer timer; /* the core's one deadline */
	const char *name;
	br_note_see *see;
	void *see_context;
	int open_error;           /* the first port that could not be opened */
	struct br_tls_gate *gate; /* NULL: no stream is sealed */

	struct seat *seat; /* by the host's number of a stream */
	uint32_t *stream;  /* by the core's number: the host's, NONE: free */
	uint32_t *unused;  /* numbers that are free, the next one last */
	uint32_t unused_count;
	uint32_t first, last; /* waiters, the oldest first */
	uint32_t let_in;      /* has a number now, and is not read yet */
	bool asked;           /* the core knows that somebody waits */
};

static void send_datagram(struct br_server_host *server, const struct br_action *action)
{
	struct br_datagram datagram = {.link = action->link,
	                               .local = action->local,
	                               .remote = action->remote,
	                               .payload = action->payload,
	                               .body = action->body};

	for (size_t i = 0; i < sizeof(datagram.remote_mac); i++)
		datagram.remote_mac[i] = action->remote_mac[i];
	/* A datagram that cannot be sent is a lost datagram: the protocols repeat it. */
	(void)br_host_udp_send(server->host, &datagram);
}

/* Streams, in clear or behind the gate */

static uint32_t stream_credit(const struct br_server_host *server, uint32_t stream)
{
	return server->gate ? br_tls_gate_credit(server->gate, stream)
	                    : br_host_stream_credit(server->host, stream);
}

static int stream_write(struct br_server_host *server, uint32_t stream, struct br_octets octets)
{
	return server->gate ? br_tls_gate_write(server->gate, stream, octets)
	                    : br_host_stream_write(server->host, stream, octets);
}

static void stream_close(struct br_server_host *server, uint32_t stream)
{
	if (server->gate)
		br_tls_gate_close(server->gate, stream);
	else
		br_host_stream_close(server->host, stream);
}

static void stream_reset(struct br_server_host *server, uint32_t stream)
{
	if (server->gate)
		br_tls_gate_reset(server->gate, stream);
	else
		br_host_stream_reset(server->host, stream);
}

/* Numbers and waiters */

static void give_back(struct br_server_host *server, uint32_t number)
{
	uint32_t stream = server->stream[number];

	if (stream == NONE)
		return;
	server->seat[stream].number = NONE;
	server->stream[number] = NONE;
	server->unused[server->unused_count++] = number;
}

static void begin_waiting(struct br_server_host *server, uint32_t stream)
{
	server->seat[stream] = (struct seat){
		.number = NONE, .waits = true, .next = NONE, .previous = server->last};
	if (server->last == NONE)
		server->first = stream;
	else
		server->seat[server->last].next = stream;
	server->last = stream;
	br_host_stream_pause(server->host, stream, true);
}

static void end_waiting(struct br_server_host *server, uint32_t stream)
{
	struct seat *seat = &server->seat[stream];

	if (seat->previous == NONE)
		server->first = seat->next;
	else
		server->seat[seat->previous].next = seat->next;
	if (seat->next == NONE)
		server->last = seat->previous;
	else
		server->seat[seat->next].previous = seat->previous;
	seat->waits = false;
}

/* Never more than the credit the host gave, so all of it is taken, unless the stream is
 * gone, which the core is about to hear, or there is no memory for its buffer. Then some
 * octets would be missing from the middle: rather none, and both ends know.
 */
static void write_stream(struct br_server_host *server, const struct br_action *action)
{
	const struct br_event gone = {.kind = BR_EVENT_STREAM_GONE, .stream = action->stream};

	uint32_t stream = server->stream[action->stream];

	if (stream_write(server, stream, action->payload) != -ENOMEM &&
	    stream_write(server, stream, action->body) != -ENOMEM)
		return;
	stream_reset(server, stream);
	br_server_input(server->core, &gone, server->clock->now);
	give_back(server, action->stream);
}

static int join_group(struct br_host *host, const struct br_action *action)
{
	if (br_ip_is_ipv4(action->remote.ip))
		return br_host_join_group(host, action->link, br_endpoint_to_ipv4(&action->remote));
	if (!br_host_has_six(host, action->link))
		return 0; /* nobody can call it there */
	return br_host_join_group6(host, action->link, action->remote.ip);
}

static void do_action(struct br_server_host *server, const struct br_action *action)
{
	struct br_host *host = server->host;
	int error = 0;

	switch (action->kind) {
	case BR_ACTION_DATAGRAM:
		send_datagram(server, action);
		break;
	case BR_ACTION_PORT_OPEN:
		error = br_host_udp_open(host, action->local.port);
		break;
	case BR_ACTION_PORT_CLOSE:
		br_host_udp_close(host, action->local.port);
		break;
	case BR_ACTION_GROUP_JOIN:
		error = join_group(host, action);
		break;
	case BR_ACTION_STREAM_LISTEN:
		error = br_host_tcp_listen(host, action->local.port);
		break;
	case BR_ACTION_STREAM_DATA:
		write_stream(server, action);
		break;
	case BR_ACTION_STREAM_CLOSE:
		stream_close(server, server->stream[action->stream]);
		break;
	case BR_ACTION_STREAM_RESET:
		stream_reset(server, server->stream[action->stream]);
		give_back(server, action->stream);
		break;
	case BR_ACTION_PROBE:
		br_host_probe(host, action->link, br_endpoint_to_ipv4(&action->remote));
		break;
	case BR_ACTION_NOTE:
		if (server->see)
			server->see(server->see_context, server->name, action, server->clock->now);
		break;
	}
	if (error && !server->open_error)
		server->open_error = error;
}

static void open_numbered(struct br_server_host *server, uint32_t stream)
{
	uint32_t number = server->unused[--server->unused_count];
	struct br_event event = {.kind = BR_EVENT_STREAM_OPEN,
	                         .stream = number,
	                         .credit = stream_credit(server, stream)};

	server->seat[stream].number = number;
	server->stream[number] = stream;
	(void)br_host_stream_ends(server->host, stream, &event.local, &event.remote, &event.link);
	br_server_input(server->core, &event, server->clock->now);
}

/* The next step for those who wait. Return: false if there is none */
static bool admit(struct br_server_host *server)
{
	const struct br_event waits = {.kind = BR_EVENT_STREAM_WAITS};
	uint32_t stream = server->let_in;

	if (stream != NONE) { /* what it sent comes by on_stream(): now, or when the host goes on */
		server->let_in = NONE;
		br_host_stream_pause(server->host, stream, false);
		return true;
	}
	if (server->first == NONE)
		return false;
	if (server->unused_count == 0 && server->asked)
		return false;
	if (server->unused_count == 0) {
		server->asked = true;
		br_server_input(server->core, &waits, server->clock->now);
		return true;
	}
	server->asked = false;
	server->let_in = server->first;
	end_waiting(server, server->let_in);
	open_numbered(server, server->let_in);
	return true;
}

/* What was written goes out behind the gate. Return: true when the core hears of new room */
static bool settle(struct br_server_host *server)
{
	struct br_event event = {.kind = BR_EVENT_STREAM_CREDIT};
	uint32_t stream;

	while (server->gate && br_tls_gate_settle(server->gate, &stream, &event.credit)) {
		event.stream = server->seat[stream].number;
		if (event.stream == NONE)
			continue;
		(void)br_host_stream_ends(server->host, stream, &event.local, &event.remote,
		                          &event.link);
		br_server_input(server->core, &event, server->clock->now);
		return true;
	}
	return false;
}

static void drain(struct br_server_host *server)
{
	struct br_action action;

	do {
		while (br_server_output(server->core, &action))
			do_action(server, &action);
	} while (admit(server) || settle(server));
	/* A deadline that only moves later leaves the queue alone: expiring early does nothing. */
	br_time deadline = br_server_deadline(server->core);

	if (server->timer.place == 0 || deadline < server->timer.at)
		br_clock_set(server->clock, &server->timer, deadline);
}

static void on_timer(void *context, br_time now)
{
	struct br_server_host *server = context;

	br_server_expire(server->core, now);
	drain(server);
}

static void on_datagram(void *context, const struct br_datagram *datagram, br_time now)
{
	struct br_server_host *server = context;
	const struct br_event event = {.kind = BR_EVENT_DATAGRAM,
	                               .link = datagram->link,
	                               .local = datagram->local,
	                               .remote = datagram->remote,
	                               .payload = datagram->payload};

	br_server_input(server->core, &event, now);
	drain(server);
}

static void on_present(void *context, uint32_t link, uint32_t address, const uint8_t *mac,
                       br_time now)
{
	struct br_server_host *server = context;
	const struct br_event event = {.kind = BR_EVENT_ADDRESS_USED,
	                               .link = link,
	                               .remote = br_endpoint_ipv4(address, 0),
	                               .payload = {mac, mac ? 6 : 0}};

	br_server_input(server->core, &event, now);
	drain(server);
}

/* Of a waiter only its end is heard: it sends no more, or it has gone. */
static void on_waiter(struct br_server_host *server, uint32_t stream, enum br_stream_event kind)
{
	if (kind != BR_STREAM_GONE && kind != BR_STREAM_END)
		return;
	end_waiting(server, stream);
	if (kind == BR_STREAM_END) /* what it may have sent would have come before */
		stream_close(server, stream);
}

static void on_opened(struct br_server_host *server, uint32_t stream)
{
	server->seat[stream] = (struct seat){.number = NONE};
	if (server->unused_count > 0 && server->first == NONE)
		open_numbered(server, stream);
	else
		begin_waiting(server, stream);
	drain(server);
}

static void on_stream(void *context, uint32_t stream, enum br_stream_event kind, int error,
                      struct br_octets data, br_time now)
{
	struct br_server_host *server = context;
	struct br_event event = {.payload = data};

	(void)error; /* to the core gone is gone */
	if (kind == BR_STREAM_OPENED) {
		on_opened(server, stream);
		return;
	}
	if (server->seat[stream].waits)
		on_waiter(server, stream, kind);
	event.stream = server->seat[stream].number;
	if (event.stream == NONE)
		return;
	(void)br_host_stream_ends(server->host, stream, &event.local, &event.remote, &event.link);
	event.credit = stream_credit(server, stream);
	switch (kind) {
	case BR_STREAM_OPENED:
		return;
	case BR_STREAM_DATA:
		event.kind = BR_EVENT_STREAM_DATA;
		break;
	case BR_STREAM_END:
		event.kind = BR_EVENT_STREAM_DATA; /* size 0 */
		event.payload = (struct br_octets){.data = NULL, .size = 0};
		break;
	case BR_STREAM_CREDIT:
		event.kind = BR_EVENT_STREAM_CREDIT;
		break;
	case BR_STREAM_GONE:
		event.kind = BR_EVENT_STREAM_GONE;
		break;
	}
	br_server_input(server->core, &event, now);
	if (kind == BR_STREAM_GONE)
		give_back(server, event.stream);
	drain(server);
}

static void on_host_stream(void *context, uint32_t stream, enum br_stream_event kind, int error,
                           struct br_octets data, br_time now)
{
	struct br_server_host *server = context;

	if (server->gate)
		br_tls_gate_stream(server->gate, stream, kind, error, data, now);
	else
		on_stream(context, stream, kind, error, data, now);
}

static void free_all(struct br_server_host *server)
{
	br_tls_gate_free(server->gate);
	br_server_free(server->core);
	free(server->seat);
	free(server->stream);
	free(server->unused);
	free(server);
}

/* Return: 0 or -ENOMEM */
static int make_numbers(struct br_server_host *server, uint32_t numbers)
{
	size_t slots = br_host_get_tcp_options(server->host)->streams_max;

	server->first = server->last = server->let_in = NONE;
	server->seat = calloc(slots, sizeof(server->seat[0]));
	server->stream = calloc(numbers, sizeof(server->stream[0]));
	server->unused = calloc(numbers, sizeof(server->unused[0]));
	if (!server->seat || !server->stream || !server->unused)
		return -ENOMEM;
	for (size_t i = 0; i < slots; i++)
		server->seat[i].number = NONE;
	for (uint32_t i = 0; i < numbers; i++) {
		server->stream[i] = NONE;
		server->unused[numbers - 1 - i] = i;
	}
	server->unused_count = numbers;
	return 0;
}

int br_server_host_new(struct br_server_host **ret_server, struct br_host *host,
                       struct br_clock *clock, const char *name, const struct br_config *config,
                       const struct br_files *files, uint64_t seed)
{
	struct br_server_host *server = calloc(1, sizeof(*server));
	int error;

	if (!server)
		return -ENOMEM;
	server->host = host;
	server->clock = clock;
	server->name = name;
	server->timer = (struct br_timer){.fire = on_timer, .context = server};
	error = make_numbers(server, config->streams_max);
	if (!error)
		error = br_server_new(&server->core, config, files, seed);
	if (error) {
		free_all(server);
		return error;
	}
	br_host_set_user(host, &(struct br_host_user){.context = server,
	                                              .datagram = on_datagram,
	                                              .stream = on_host_stream,
	                                              .present = on_present});
	drain(server);
	if (server->open_error) {
		error = server->open_error;
		br_server_host_free(server);
		return error;
	}
	*ret_server = server;
	return 0;
}

struct br_server_host *br_server_host_free(struct br_server_host *server)
{
	if (!server)
		return NULL;
	br_clock_set(server->clock, &server->timer, BR_TIME_NEVER);
	br_host_set_user(server->host, &(struct br_host_user){.context = NULL});
	free_all(server);
	return NULL;
}

int br_server_host_secure(struct br_server_host *server, const struct br_tls_settings *settings,
                          uint64_t seed, br_tls_secret *see, void *context)
{
	struct br_tls_identity *identity = NULL;
	int error = settings->on ? br_tls_identity_new(&identity, settings) : 0;

	if (!error && identity)
		error = br_server_host_secure_as(server, identity, seed);
	if (server->gate)
		br_tls_gate_on_secret(server->gate, see, context);
	return error;
}

int br_server_host_secure_as(struct br_server_host *server, struct br_tls_identity *identity,
                             uint64_t seed)
{
	return br_tls_gate_new(&server->gate, server->host, server->clock, identity, seed,
	                       on_stream, server);
}

void br_server_host_secure_anew(struct br_server_host *server, struct br_tls_identity *identity)
{
	br_tls_gate_renew(server->gate, identity);
}

void br_server_host_on_plain(struct br_server_host *server, const struct br_tls_ear *ear)
{
	if (server->gate)
		br_tls_gate_on_plain(server->gate, ear);
}

void br_server_host_on_note(struct br_server_host *server, br_note_see *see, void *context)
{
	server->see = see;
	server->see_context = context;
}

void br_server_host_stop(struct br_server_host *server)
{
	while (server->first != NONE) {
		uint32_t stream = server->first;

		end_waiting(server, stream);
		stream_reset(server, stream);
	}
	br_server_stop(server->core, server->clock->now);
	drain(server);
}

struct br_server *br_server_host_core(struct br_server_host *server)
{
	return server->core;
}
