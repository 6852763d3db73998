/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/net/server_host.h"

#include <errno.h>
#include <stdlib.h>

struct br_server_host {
	struct br_host *host;
	struct br_clock *clock;
	struct br_server *core;
	struct br_timer timer; /* the core's one deadline */
	const char *name;
	br_note_see *see;
	void *see_context;
	int open_error; /* the first port that could not be opened */
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

/* Never more than the credit the host gave, so all of it is taken, unless the stream is
 * gone, which the core is about to hear, or there is no memory for its buffer. Then some
 * octets would be missing from the middle: rather none, and both ends know.
 */
static void write_stream(struct br_server_host *server, const struct br_action *action)
{
	const struct br_event gone = {.kind = BR_EVENT_STREAM_GONE, .stream = action->stream};

	if (br_host_stream_write(server->host, action->stream, action->payload) != -ENOMEM &&
	    br_host_stream_write(server->host, action->stream, action->body) != -ENOMEM)
		return;
	br_host_stream_reset(server->host, action->stream);
	br_server_input(server->core, &gone, server->clock->now);
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
		error = br_host_join_group(host, action->link,
		                           br_endpoint_to_ipv4(&action->remote));
		break;
	case BR_ACTION_STREAM_LISTEN:
		error = br_host_tcp_listen(host, action->local.port);
		break;
	case BR_ACTION_STREAM_DATA:
		write_stream(server, action);
		break;
	case BR_ACTION_STREAM_CLOSE:
		br_host_stream_close(host, action->stream);
		break;
	case BR_ACTION_STREAM_RESET:
		br_host_stream_reset(host, action->stream);
		break;
	case BR_ACTION_NOTE:
		if (server->see)
			server->see(server->see_context, server->name, action, server->clock->now);
		break;
	}
	if (error && !server->open_error)
		server->open_error = error;
}

static void drain(struct br_server_host *server)
{
	struct br_action action;

	while (br_server_output(server->core, &action))
		do_action(server, &action);
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

static void on_stream(void *context, uint32_t stream, enum br_stream_event kind, int error,
                      struct br_octets data, br_time now)
{
	struct br_server_host *server = context;
	struct br_event event = {.stream = stream, .payload = data};

	(void)error; /* to the core gone is gone */
	(void)br_host_stream_ends(server->host, stream, &event.local, &event.remote, &event.link);
	event.credit = br_host_stream_credit(server->host, stream);
	switch (kind) {
	case BR_STREAM_OPENED:
		event.kind = BR_EVENT_STREAM_OPEN;
		break;
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
	drain(server);
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
	error = br_server_new(&server->core, config, files, seed);
	if (error) {
		free(server);
		return error;
	}
	br_host_set_user(host, &(struct br_host_user){.context = server,
	                                              .datagram = on_datagram,
	                                              .stream = on_stream});
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
	br_server_free(server->core);
	free(server);
	return NULL;
}

void br_server_host_on_note(struct br_server_host *server, br_note_see *see, void *context)
{
	server->see = see;
	server->see_context = context;
}

struct br_server *br_server_host_core(struct br_server_host *server)
{
	return server->core;
}
