/* SPDX-License-Identifier: BSD-2-Clause */
/* core/server.c - one server: hands each event to the service it is for
 *
 * The way in: br_server_input() looks at the port (UDP) or the stream (TCP) and
 * calls one service. The way out: the outbox holds the small answers of that
 * input in order; behind them TFTP and HTTP make their bulk one action at a time.
 */
#include "core/server.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/config_reserve.h"
#include "core/context.h"
#include "core/defect.h"
#include "core/dhcp/dhcp_question.h"
#include "core/dhcp/dhcp_subnet.h"
#include "core/dhcp/pxe.h"
#include "core/dhcp6/dhcp6.h"
#include "core/formats/dhcp6_message.h"
#include "core/http/http.h"
#include "core/tftp/tftp.h"

enum {
	PORT_DHCP_SERVER = 67, /* RFC 2131 §4.1 */
	PORT_DHCP_CLIENT = 68, /* RFC 2131 §4.1 */
	PORT_TFTP = 69,        /* RFC 1350 §4 */
	PORT_PXE = 4011,       /* PXE 2.1 §2.2.3 */
};

enum {
	ROLES_OF_IPV4 = BR_ROLE_DHCP | BR_ROLE_PROXYDHCP | BR_ROLE_PXE,
	ROLES_OF_IPV6 = BR_ROLE_DHCP6 | BR_ROLE_PROXYDHCP6,
};

/* All servers and relays, of a link and of a site: RFC 8415 §7.1 */
static const uint8_t groups6[][16] = {
	{0xff, 0x02, [13] = 1, [15] = 2},
	{0xff, 0x05, [13] = 1, [15] = 3},
};

struct br_server {
	struct br_config config;
	struct br_files files;
	struct br_outbox outbox;
	struct br_metrics metrics;
	struct br_context context;
	struct br_dhcp_question question; /* of the input being handled: too large for a stack */
	struct br_dhcp *dhcp;             /* each NULL without its role */
	struct br_pxe *pxe;
	struct br_dhcp6 *dhcp6;
	struct br_tftp *tftp;
	struct br_http *http;
};

static bool has(const struct br_server *server, unsigned roles)
{
	return (server->config.roles & roles) != 0;
}

static int links_make_sense(const struct br_config *config, struct br_writer *why)
{
	bool some = false; /* has an IPv4 address */

	if (config->roles == 0) {
		br_text_put(why, "a server needs a role");
		return -EINVAL;
	}
	if (config->links == 0 || config->links > BR_CONFIG_LINKS_MAX) {
		br_text_put(why, "a server needs a link, and has at most 8");
		return -EINVAL;
	}
	for (size_t i = 0; i < config->links; i++) {
		if (config->link[i].address != 0)
			some = true;
		else if (config->link[i].prefix6 == 0) {
			br_text_put(why, "a server needs an address on each of its links");
			return -EINVAL;
		}
	}
	if (!some && (config->roles & ROLES_OF_IPV4)) {
		br_text_put(why, "a DHCP server, and one for PXE beside it, needs an IPv4 address");
		return -EINVAL;
	}
	return 0;
}

static int reservations_make_sense(const struct br_config *config, struct br_writer *why)
{
	for (size_t i = 0; i < config->reservations; i++) {
		if (!br_dhcp_is_own(config, config->reservation[i].address))
			continue;
		br_text_put(why, "reserve=");
		br_config_put_mark(why, &config->reservation[i]);
		br_text_put(why, ",");
		br_text_put_ipv4(why, config->reservation[i].address);
		br_text_put(why, ": this is the server's own address");
		return -EINVAL;
	}
	return 0;
}

int br_server_check(const struct br_config *config, char *error, size_t error_size)
{
	struct br_writer why = br_writer_of(error, error_size);
	struct br_dhcp_subnets subnets;
	int result = links_make_sense(config, &why);

	if (result == 0)
		result = reservations_make_sense(config, &why);

	if (result == 0 && (config->roles & BR_ROLE_DHCP))
		result = br_dhcp_subnets_init(&subnets, config, &why);
	if (result == 0 && (config->roles & ROLES_OF_IPV6))
		result = br_dhcp6_check(config, &why);
	(void)br_text_end(&why);
	return result;
}

static int make_services(struct br_server *server)
{
	const struct br_context *context = &server->context;
	int error = 0;

	if (has(server, BR_ROLE_DHCP))
		error = br_dhcp_new(&server->dhcp, context);
	if (!error && has(server, BR_ROLE_PROXYDHCP | BR_ROLE_PXE))
		error = br_pxe_new(&server->pxe, context);
	if (!error && has(server, ROLES_OF_IPV6))
		error = br_dhcp6_new(&server->dhcp6, context);
	if (!error && has(server, BR_ROLE_TFTP))
		error = br_tftp_new(&server->tftp, context);
	if (!error && has(server, BR_ROLE_HTTP))
		error = br_http_new(&server->http, context);
	return error;
}

static void open_port(struct br_server *server, uint16_t port)
{
	const struct br_action action = {.kind = BR_ACTION_PORT_OPEN, .local = {.port = port}};

	br_outbox_put(&server->outbox, &action);
}

static void join_groups6(struct br_server *server, uint32_t link)
{
	for (size_t i = 0; i < sizeof(groups6) / sizeof(groups6[0]); i++) {
		struct br_action action = {.kind = BR_ACTION_GROUP_JOIN,
		                           .link = link,
		                           .remote = {.port = BR_DHCP6_PORT_SERVER}};

		memcpy(action.remote.ip, groups6[i], sizeof(action.remote.ip));
		br_outbox_put(&server->outbox, &action);
	}
}

static void listen_on_everything(struct br_server *server)
{
	const struct br_config *config = &server->config;

	if (has(server, BR_ROLE_DHCP) || (has(server, BR_ROLE_PROXYDHCP) && !BR_DEFECT(PXE_PRX_09)))
		open_port(server, PORT_DHCP_SERVER);
	if ((server->pxe && !BR_DEFECT(PXE_BS_01)) || (server->dhcp6 && br_dhcp6_on_4011(config)))
		open_port(server, PORT_PXE);
	if (server->dhcp6)
		open_port(server, BR_DHCP6_PORT_SERVER);
	if (BR_DEFECT(D4S_DLV_07))
		open_port(server, PORT_DHCP_CLIENT);
	if (server->tftp && !(BR_DEFECT(PXE_BS_11) && server->pxe))
		open_port(server, PORT_TFTP);
	if (server->http) {
		const struct br_action action = {.kind = BR_ACTION_STREAM_LISTEN,
		                                 .local = {.port = config->http_port}};

		br_outbox_put(&server->outbox, &action);
	}
	for (uint32_t i = 0; server->pxe && config->discovery_group != 0 && i < config->links &&
	                     !BR_DEFECT(PXE_V43_13);
	     i++) {
		const struct br_action action = {
			.kind = BR_ACTION_GROUP_JOIN,
			.link = i,
			.remote = br_endpoint_ipv4(config->discovery_group, PORT_PXE)};

		br_outbox_put(&server->outbox, &action);
	}
	for (uint32_t i = 0; server->dhcp6 && i < config->links; i++)
		join_groups6(server, i);
}

int br_server_new(struct br_server **ret_server, const struct br_config *config,
                  const struct br_files *files, uint64_t seed)
{
	struct br_server *server;
	char why[1];
	int error;

	if (br_server_check(config, why, sizeof(why)) < 0)
		return -EINVAL;
	server = calloc(1, sizeof(*server));
	if (!server)
		return -ENOMEM;
	server->config = *config;
	server->files = *files;
	server->context = (struct br_context){.config = &server->config,
	                                      .files = &server->files,
	                                      .outbox = &server->outbox,
	                                      .metrics = &server->metrics,
	                                      .seed = seed};
	error = make_services(server);
	if (error) {
		br_server_free(server);
		return error;
	}
	listen_on_everything(server);
	*ret_server = server;
	return 0;
}

struct br_server *br_server_free(struct br_server *server)
{
	if (!server)
		return NULL;
	br_dhcp_free(server->dhcp);
	br_pxe_free(server->pxe);
	br_dhcp6_free(server->dhcp6);
	br_tftp_free(server->tftp);
	br_http_free(server->http);
	free(server);
	return NULL;
}

static void input_question(struct br_server *server, const struct br_event *event, br_time now)
{
	bool to_dhcp = (event->local.port == PORT_DHCP_SERVER ||
	                (BR_DEFECT(D4S_DLV_07) && event->local.port == PORT_DHCP_CLIENT)) &&
	               server->dhcp;

	if (to_dhcp || server->pxe)
		br_dhcp_question_read(&server->question, event);
	if (to_dhcp)
		br_dhcp_input(server->dhcp, &server->question, now);
	/* beside the address server it hears of boot server discovery only, PXE 2.1 §2.2.1 */
	if (server->pxe)
		br_pxe_input(server->pxe, &server->question, now);
}

static void input_datagram(struct br_server *server, const struct br_event *event, br_time now)
{
	uint16_t port = event->local.port;

	server->metrics.datagrams_in_total++;
	if (!br_ip_is_ipv4(event->remote.ip)) {
		if (server->dhcp6 && (port == BR_DHCP6_PORT_SERVER || port == PORT_PXE))
			br_dhcp6_input(server->dhcp6, event, now);
	} else if (port == PORT_DHCP_SERVER || port == PORT_PXE ||
	           (BR_DEFECT(D4S_DLV_07) && port == PORT_DHCP_CLIENT))
		input_question(server, event, now);
	if (server->tftp && (port == PORT_TFTP || br_tftp_owns_port(server->tftp, port)))
		br_tftp_input(server->tftp, event, now);
}

void br_server_keep_leases(struct br_server *server, const struct br_lease_store *store)
{
	if (server->dhcp)
		br_dhcp_keep_leases(server->dhcp, store);
	if (server->dhcp6)
		br_dhcp6_keep_leases(server->dhcp6, store);
}

int br_server_restore_lease(struct br_server *server, const struct br_lease_record *record,
                            br_time now)
{
	if (record->six)
		return server->dhcp6 && (server->config.roles & BR_ROLE_DHCP6)
		               ? br_dhcp6_restore(server->dhcp6, record, now)
		               : -ENOTSUP;
	return server->dhcp ? br_dhcp_restore(server->dhcp, record, now) : -ENOTSUP;
}

void br_server_input(struct br_server *server, const struct br_event *event, br_time now)
{
	br_outbox_reset(&server->outbox);
	assert(event->link < server->config.links);
	switch (event->kind) {
	case BR_EVENT_DATAGRAM:
		input_datagram(server, event, now);
		return;
	case BR_EVENT_ADDRESS_USED:
		if (server->dhcp)
			br_dhcp_address_used(server->dhcp, event, now);
		return;
	case BR_EVENT_STREAM_OPEN:
		server->metrics.streams_total++;
		break;
	case BR_EVENT_STREAM_DATA:
	case BR_EVENT_STREAM_CREDIT:
	case BR_EVENT_STREAM_GONE:
	case BR_EVENT_STREAM_WAITS:
		break;
	}
	if (server->http)
		br_http_input(server->http, event, now);
}

void br_server_stop(struct br_server *server, br_time now)
{
	br_outbox_reset(&server->outbox);
	if (server->tftp)
		br_tftp_stop(server->tftp, now);
	if (server->http)
		br_http_stop(server->http, now);
}

/* What was taken at the start for as long as the server lives. */
static const struct fixed {
	const char *name;
	size_t at, size;
} fixed[] = {
#define FIXED(name, field)                                                                         \
	{                                                                                          \
		name, offsetof(struct br_config, field), sizeof((struct br_config){0}.field)       \
	}
	FIXED("role=", roles),
	FIXED("the server's own address", link),
	FIXED("leases=", leases_max),
	FIXED("pool6= or subnet6=", subnet6),
	FIXED("pool6= or subnet6=", subnets6),
	FIXED("reserve6=", reservation6),
	FIXED("reserve6=", reservations6),
	FIXED("duid=", duid),
	FIXED("pxe-class6=", pxe_class6),
	FIXED("discovery-group=", discovery_group),
	FIXED("http-port=", http_port),
	FIXED("single-port=", single_port),
	FIXED("transfers=", transfers_max),
	FIXED("tid=", tid_min),
	FIXED("tid=", tid_max),
	FIXED("streams=", streams_max),
	FIXED("request-size=", request_size_max),
#undef FIXED
};

int br_server_reconfigure(struct br_server *server, const struct br_config *config, char *error,
                          size_t error_size)
{
	uint64_t epoch_ns = server->config.epoch_ns;

	if (br_server_check(config, error, error_size) < 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		struct br_writer why = br_writer_of(error, error_size);

		if (memcmp((const uint8_t *)&server->config + fixed[i].at,
		           (const uint8_t *)config + fixed[i].at, fixed[i].size) == 0)
			continue;
		br_text_put(&why, fixed[i].name);
		br_text_put(&why, " cannot change while the server runs");
		(void)br_text_end(&why);
		return -EINVAL;
	}
	server->config = *config;
	server->config.epoch_ns = epoch_ns;
	if (server->dhcp)
		br_dhcp_reconfigure(server->dhcp);
	return 0;
}

bool br_server_output(struct br_server *server, struct br_action *ret_action)
{
	bool some = br_outbox_take(&server->outbox, ret_action) ||
	            (server->tftp && br_tftp_output(server->tftp, ret_action)) ||
	            (server->http && br_http_output(server->http, ret_action)) ||
	            br_outbox_take(&server->outbox, ret_action);

	if (some && ret_action->kind == BR_ACTION_DATAGRAM)
		server->metrics.datagrams_out_total++;
	return some;
}

static br_time earlier(br_time a, br_time b)
{
	return a < b ? a : b;
}

br_time br_server_deadline(const struct br_server *server)
{
	br_time deadline = BR_TIME_NEVER;

	if (server->dhcp)
		deadline = earlier(deadline, br_dhcp_deadline(server->dhcp));
	if (server->pxe)
		deadline = earlier(deadline, br_pxe_deadline(server->pxe));
	if (server->dhcp6)
		deadline = earlier(deadline, br_dhcp6_deadline(server->dhcp6));
	if (server->tftp)
		deadline = earlier(deadline, br_tftp_deadline(server->tftp));
	if (server->http)
		deadline = earlier(deadline, br_http_deadline(server->http));
	return deadline;
}

void br_server_expire(struct br_server *server, br_time now)
{
	br_outbox_reset(&server->outbox);
	if (server->dhcp)
		br_dhcp_expire(server->dhcp, now);
	if (server->pxe)
		br_pxe_expire(server->pxe, now);
	if (server->dhcp6)
		br_dhcp6_expire(server->dhcp6, now);
	if (server->tftp)
		br_tftp_expire(server->tftp, now);
	if (server->http)
		br_http_expire(server->http, now);
}

const struct br_config *br_server_config(const struct br_server *server)
{
	return &server->config;
}

const struct br_metrics *br_server_metrics(const struct br_server *server)
{
	return &server->metrics;
}

size_t br_server_open_transfers(const struct br_server *server)
{
	return server->tftp ? br_tftp_open_transfers(server->tftp) : 0;
}

size_t br_server_open_streams(const struct br_server *server)
{
	return server->http ? br_http_open_streams(server->http) : 0;
}

const struct br_dhcp6 *br_server_dhcp6(const struct br_server *server)
{
	return server->dhcp6;
}

const struct br_dhcp *br_server_dhcp(const struct br_server *server)
{
	return server->dhcp;
}
