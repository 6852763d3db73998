/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/stimulus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/dns.h"
#include "sim/script/stimulus6.h"

enum {
	PAYLOAD_MAX = 65507,
	BUFFER_SIZE = 1 << 20, /* of an HTTP request with a large head */
	PORT_FIRST = 1024,
	PORTS = 64000,
	LEASE_S = 3600,
	ETHERTYPE_IPV4 = 0x0800, /* RFC 894 */
};

/* One line on its way out. */
struct sending {
	struct br_stage *stage;
	const struct br_step *step;
	size_t node;
	struct br_host *host;
	char *error;
	uint8_t template[BR_HEARD_SIZE_MAX];
	size_t template_size;
	uint32_t link;           /* DHCP: where it goes out */
	uint32_t address;        /* of that link; 0: the host's own choice */
	uint32_t yiaddr;         /* where a reply goes whose client has no address yet */
	struct br_endpoint peer; /* of a relayed reply of DHCPv6; zero: as the line says */
	struct br_seen as;       /* what it will look like */
};

static bool fail(const struct sending *s, const char *text)
{
	snprintf(s->error, BR_STAGE_ERROR_SIZE, "%s", text);
	return false;
}

static const struct br_arg *arg_of(const struct br_step *step, const char *name)
{
	for (size_t i = 0; i < step->line.args; i++) {
		if (step->line.arg[i].op == BR_ARG_EQUAL && !strcmp(step->line.arg[i].name, name))
			return &step->line.arg[i];
	}
	return NULL;
}

/* The xid the line names, 0 if it leaves it open. */
static uint32_t wanted_xid(const struct sending *s)
{
	const struct br_arg *arg = arg_of(s->step, "xid");
	const struct br_variable *variable;
	uint64_t number = 0;

	if (!arg)
		return 0;
	if (arg->value.kind != BR_VALUE_VARIABLE) {
		br_number_read(arg->value.text, UINT32_MAX, &number);
	} else {
		variable =
			br_variable_find(&s->stage->variables, (const char *)arg->value.text.data);
		if (variable)
			br_field_number(variable->format, variable->octets, &number);
	}
	return (uint32_t)number;
}

static uint32_t new_xid(struct br_stage *stage)
{
	return (uint32_t)br_prng_next(&stage->prng) | 1;
}

static bool is_message(const struct sending *s, const char *name)
{
	return s->step->line.message && !strcmp(s->step->line.message, name);
}

static bool asks(const struct sending *s, enum br_model_message *ret_message)
{
	uint16_t port = br_expect_port(&s->step->to, &s->stage->variables);

	if (is_message(s, "discover"))
		*ret_message = BR_MODEL_DISCOVER;
	else if (is_message(s, "request"))
		*ret_message = port == BR_DHCP_PORT_PXE ? BR_MODEL_PROXY : BR_MODEL_REQUEST;
	else
		return false;
	return true;
}

static void client_template(struct sending *s)
{
	const struct br_world_node *node = &s->stage->world->node[s->node];
	struct br_dhcp_header header = {.op = BR_DHCP_OP_REQUEST, .htype = 1, .hlen = 6};
	struct br_model_ask ask = {.message = BR_MODEL_DISCOVER};
	struct br_model_options options;
	struct br_dhcp_builder b;
	size_t size_min = BR_DHCP_SIZE_MIN;

	if (is_message(s, "discover"))
		s->stage->xid = new_xid(s->stage);
	header.xid = wanted_xid(s) != 0 ? wanted_xid(s) : s->stage->xid;
	if (header.xid == 0)
		header.xid = new_xid(s->stage);
	if (asks(s, &ask.message) && ask.message == BR_MODEL_PROXY && wanted_xid(s) == 0)
		header.xid = new_xid(s->stage); /* EDK2 and PXE ROMs take a new one there */
	memcpy(header.chaddr, node->machine.mac, sizeof(node->machine.mac));
	if (node->model && asks(s, &ask.message)) {
		header.flags = (uint16_t)node->model->flags[ask.message];
		snprintf((char *)header.file, sizeof(header.file), "%s", node->model->bootp_file);
		size_min = node->model->dhcp_size_min;
	}
	br_dhcp_begin(&b, &header, s->template, sizeof(s->template), 0);
	if (node->model && asks(s, &ask.message)) {
		br_model_dhcp_options(node->model, &node->machine, &ask, &options);
		for (size_t i = 0; i < options.count; i++)
			br_dhcp_put(&b, options.option[i].code, options.option[i].value.data,
			            options.option[i].value.size);
	}
	s->template_size = br_dhcp_finish(&b, size_min);
}

/* What a server without a mind of its own would answer. */
static void peer_template(struct sending *s)
{
	const struct br_heard *heard =
		br_stage_heard(s->stage, s->node, BR_DHCP_OP_REQUEST, wanted_xid(s));
	struct br_decoded *d = &s->stage->decoded;
	uint32_t own = br_host_address(s->host, s->link);
	struct br_dhcp_header header = {.op = BR_DHCP_OP_REPLY, .htype = 1, .hlen = 6};
	struct br_dhcp_builder b;

	if (heard && br_protocol_dhcp.decode((struct br_octets){heard->octets, heard->size}, d)) {
		header = d->dhcp.header;
		header.op = BR_DHCP_OP_REPLY;
		header.hops = 0;
		header.secs = 0;
		memset(header.sname, 0, sizeof(header.sname));
		memset(header.file, 0, sizeof(header.file));
		if (!is_message(s, "ack"))
			header.ciaddr = 0; /* RFC 2131 table 3 */
	}
	br_dhcp_begin(&b, &header, s->template, sizeof(s->template), 0);
	br_dhcp_put_be32(&b, BR_DHCP_OPTION_SERVER_ID, own);
	if (!is_message(s, "nak")) {
		const struct br_script *script = s->stage->world->script;

		br_dhcp_put_be32(&b, BR_DHCP_OPTION_LEASE_TIME, LEASE_S);
		br_dhcp_put_be32(&b, BR_DHCP_OPTION_SUBNET_MASK,
		                 script->net[script->node[s->node].link[0].net].netmask);
	}
	s->template_size = br_dhcp_finish(&b, BR_DHCP_SIZE_MIN);
}

static uint32_t link_of_net(const struct br_script_node *node, size_t net)
{
	for (size_t i = 0; i < node->links; i++) {
		if (node->link[i].net == net)
			return (uint32_t)i;
	}
	return 0;
}

static void relay_template(struct sending *s)
{
	const struct br_script_node *node = &s->stage->world->script->node[s->node];
	bool back = is_message(s, "offer") || is_message(s, "ack") || is_message(s, "nak");
	const struct br_heard *heard = br_stage_heard(
		s->stage, s->node, back ? BR_DHCP_OP_REPLY : BR_DHCP_OP_REQUEST, wanted_xid(s));
	struct br_writer w = br_writer_of(s->template, sizeof(s->template));
	struct br_relay_options options;
	uint32_t giaddr = 0;
	int result;

	if (!heard)
		return;
	br_world_relay_options(s->stage->world, s->node, &options);
	if (back) {
		result = br_relay_back(&options, (struct br_octets){heard->octets, heard->size}, &w,
		                       &giaddr);
		for (uint32_t i = 0; i < node->links; i++) {
			if (br_host_address(s->host, i) == giaddr) {
				s->link = i;
				s->address = giaddr;
			}
		}
	} else {
		s->link = link_of_net(node, heard->net);
		result = br_relay_forward(&options, br_host_address(s->host, s->link),
		                          (struct br_octets){heard->octets, heard->size}, &w);
	}
	if (result < 0) { /* a line may do what no relay would: from what was heard, then */
		w = br_writer_of(s->template, sizeof(s->template));
		br_put_bytes(&w, heard->octets, heard->size);
	}
	s->template_size = br_written(&w);
}

/* Which family the line is of: its protocol's, else that of an address it names, else IPv4 where
 * both ends have it.
 */
static bool is_six(const struct sending *s)
{
	const struct br_world *world = s->stage->world;
	const struct br_protocol *protocol = s->step->line.protocol;
	int to = s->step->to.node;
	uint8_t ip[BR_IP_SIZE];
	size_t link;

	if (protocol == &br_protocol_dhcp6 || protocol == &br_protocol_icmp6)
		return true;
	if (protocol == &br_protocol_dhcp)
		return false;
	if (s->step->to.has_ip)
		return !br_ip_is_ipv4(s->step->to.ip);
	if (s->step->from.has_ip)
		return !br_ip_is_ipv4(s->step->from.ip);
	if (to < 0)
		return !world->script->net[world->script->node[s->node].link[0].net].four;
	if (br_world_address(world, (size_t)to, s->node) != 0 && br_host_address(s->host, 0) != 0)
		return false;
	return br_world_address6(world, (size_t)to, s->node, ip) ||
	       br_world_link_local(world, (size_t)to, s->node, ip, &link);
}

/* The address a client would use, for Host. */
static struct br_endpoint named_target(const struct sending *s)
{
	const struct br_world *world = s->stage->world;
	int to = s->step->to.node;
	struct br_endpoint end = br_endpoint_ipv4(0, 0);

	if (s->step->to.has_ip)
		memcpy(end.ip, s->step->to.ip, sizeof(end.ip));
	else if (to >= 0 && is_six(s))
		(void)br_world_address6(world, (size_t)to, s->node, end.ip);
	else if (to >= 0)
		end = br_endpoint_ipv4(br_world_address(world, (size_t)to, s->node), 0);
	return end;
}

static void http_template(struct sending *s)
{
	const struct br_world_node *node = &s->stage->world->node[s->node];
	uint16_t port = br_expect_port(&s->step->to, &s->stage->variables);
	struct br_endpoint target = named_target(s);
	struct br_writer w = br_writer_of(s->template, sizeof(s->template));
	char host[BR_IP_TEXT_SIZE + 10];
	struct br_writer h = br_writer_of(host, sizeof(host));

	br_text_put_url_host(&h, target.ip);
	if (port != 0 && port != 80) {
		br_text_put(&h, ":");
		br_text_put_decimal(&h, port);
	}
	br_text_end(&h);
	if (node->model && node->model->http_header[0] != 0) {
		br_model_http_request(node->model, &w, "GET", "/", host, 0, 0, "");
	} else {
		br_text_put(&w, "GET / HTTP/1.1\r\nHost: ");
		br_text_put(&w, host);
		br_text_put(&w, "\r\n\r\n");
	}
	s->template_size = w.bad ? 0 : br_written(&w);
}

static void icmp6_template(struct sending *s)
{
	memcpy(s->template, br_world_mac(s->stage->world, s->node, 0), 6);
	s->template_size = 6;
}

static void make_template(struct sending *s)
{
	const struct br_line *line = &s->step->line;
	enum br_node_kind kind = s->stage->world->script->node[s->node].kind;

	if (is_message(s, "bytes"))
		return;
	if (line->protocol == &br_protocol_http && kind == BR_NODE_PEER)
		return; /* a response has what its line says, and nothing else */
	if (line->protocol == &br_protocol_http)
		http_template(s);
	else if (line->protocol == &br_protocol_icmp6)
		icmp6_template(s);
	else if (line->protocol == &br_protocol_dhcp6)
		s->template_size =
			br_stimulus6_template(s->stage, s->step, wanted_xid(s), s->template,
		                              sizeof(s->template), &s->link, &s->peer);
	else if (line->protocol != &br_protocol_dhcp)
		return;
	else if (kind == BR_NODE_RELAY)
		relay_template(s);
	else if (kind == BR_NODE_PEER)
		peer_template(s);
	else
		client_template(s);
}

/* Build, and see that what came out is what the line says. */
static bool build(struct sending *s, struct br_writer *w)
{
	const struct br_line *line = &s->step->line;
	struct br_match match;
	char error[BR_LINE_ERROR_SIZE] = "";

	make_template(s);
	if (br_line_build(line, (struct br_octets){s->template, s->template_size},
	                  &s->stage->variables, w, error) < 0)
		return fail(s, error);
	if (is_message(s, "bytes"))
		return true;
	if (!line->protocol->decode((struct br_octets){w->start, br_written(w)},
	                            &s->stage->decoded))
		return true; /* cut short on purpose */
	br_line_match(line, &s->stage->decoded, &s->stage->variables, &match);
	for (size_t i = 0; match.message && i < line->args; i++) {
		enum br_arg_op op = line->arg[i].op;

		if (match.arg[i] == BR_ARG_DIFFERS &&
		    (op == BR_ARG_UNEQUAL || op == BR_ARG_AT_MOST || op == BR_ARG_AT_LEAST ||
		     op == BR_ARG_IN || line->arg[i].value.bounded)) {
			snprintf(s->error, BR_STAGE_ERROR_SIZE,
			         "what is sent would not be as the line says: %s",
			         line->arg[i].name);
			return false;
		}
	}
	return true;
}

static uint16_t new_port(struct sending *s)
{
	uint16_t port;

	do
		port = (uint16_t)(PORT_FIRST + br_prng_below(&s->stage->prng, PORTS));
	while (br_host_udp_open(s->host, port) < 0);
	return port;
}

static uint16_t default_port(const struct br_line *line, bool from_client)
{
	if (line->protocol == &br_protocol_tftp)
		return BR_TFTP_PORT;
	if (line->protocol == &br_protocol_http)
		return BR_HTTP_PORT;
	if (line->protocol == &br_protocol_dns)
		return BR_DNS_PORT;
	if (line->protocol == &br_protocol_dhcp6)
		return from_client || !strncmp(line->message, "relay-", 6) ? BR_DHCP6_PORT_SERVER
		                                                           : BR_DHCP6_PORT_CLIENT;
	return from_client ? BR_DHCP_PORT_SERVER : BR_DHCP_PORT_CLIENT;
}

/* RFC 8415 section 7.1, RFC 4861: what goes to all over IPv6 */
static void group_of(const struct sending *s, uint8_t ret_ip[BR_IP_SIZE])
{
	bool dhcp6 = s->step->line.protocol == &br_protocol_dhcp6;

	(void)br_text_get_ipv6(br_text(dhcp6 ? "ff02::1:2" : "ff02::1"), ret_ip);
}

/* What a relay passes on to all goes to its other side. */
static uint32_t other_link(const struct sending *s, uint32_t link)
{
	const struct br_script_node *node = &s->stage->world->script->node[s->node];

	for (uint32_t i = 0; node->kind == BR_NODE_RELAY && i < node->links; i++) {
		if (i != link && br_host_has_six(s->host, i))
			return i;
	}
	return link;
}

/* Clients and servers of DHCPv6 on one link talk by link-local addresses; other ones if not. */
static bool set_target6(struct sending *s, struct br_datagram *out)
{
	const struct br_world *world = s->stage->world;
	int to = s->step->to.node;
	bool near = s->step->line.protocol == &br_protocol_dhcp6 &&
	            (!s->step->line.message || strncmp(s->step->line.message, "relay-", 6) != 0);
	size_t link = out->link;
	bool found = true;

	if (s->step->to.has_ip)
		memcpy(out->remote.ip, s->step->to.ip, BR_IP_SIZE);
	else if (!br_ip_is_zero(s->peer.ip))
		memcpy(out->remote.ip, s->peer.ip, BR_IP_SIZE);
	else if (to < 0 && is_message(s, "relay-forw")) {
		group_of(s, out->remote.ip);
		link = other_link(s, out->link);
	} else if (to < 0)
		group_of(s, out->remote.ip);
	else if (near)
		found = br_world_link_local(world, (size_t)to, s->node, out->remote.ip, &link) ||
		        br_world_address6(world, (size_t)to, s->node, out->remote.ip);
	else
		found = br_world_address6(world, (size_t)to, s->node, out->remote.ip) ||
		        br_world_link_local(world, (size_t)to, s->node, out->remote.ip, &link);
	out->link = (uint32_t)link;
	if (!found)
		(void)snprintf(s->error, BR_STAGE_ERROR_SIZE, "%.60s has no address of IPv6",
		               world->script->node[to].name);
	return found;
}

static bool set_target(struct sending *s, struct br_datagram *out)
{
	struct br_world *world = s->stage->world;
	enum br_node_kind kind = world->script->node[s->node].kind;
	int to = s->step->to.node;
	uint16_t port = br_expect_port(&s->step->to, &s->stage->variables);
	uint32_t address = UINT32_MAX;

	if (port == 0)
		port = default_port(&s->step->line, kind == BR_NODE_CLIENT);
	out->remote.port = port;
	if (is_six(s))
		return set_target6(s, out);
	if (s->step->to.has_ip) {
		memcpy(out->remote.ip, s->step->to.ip, BR_IP_SIZE);
		return true;
	}
	if (to >= 0) {
		address = br_world_address(world, (size_t)to, s->node);
		if (address == 0 && s->yiaddr != 0) { /* RFC 2131 §4.1: by hardware address */
			address = s->yiaddr;
			memcpy(out->remote_mac, br_world_mac(world, (size_t)to, 0), 6);
		}
		if (address == 0) {
			snprintf(s->error, BR_STAGE_ERROR_SIZE, "%.60s has no address yet",
			         world->script->node[to].name);
			return false;
		}
	}
	out->remote = br_endpoint_ipv4(address, port);
	return true;
}

static void forget_address6(struct br_host *host)
{
	const uint8_t *has;

	while ((has = br_host_address6(host, 0, 1))) { /* all but the link-local one */
		uint8_t ip[BR_IP_SIZE];

		memcpy(ip, has, sizeof(ip));
		br_host_remove_address6(host, 0, ip);
	}
}

/* A machine that asks anew has forgotten its address. */
static void forget_address(struct sending *s)
{
	const struct br_script_node *node = &s->stage->world->script->node[s->node];

	if (node->kind == BR_NODE_CLIENT && node->link[0].address == 0 && is_message(s, "discover"))
		br_host_set_address(s->host, 0, 0, 0);
	if (node->kind == BR_NODE_CLIENT && br_ip_is_zero(node->link[0].address6) &&
	    s->step->line.protocol == &br_protocol_dhcp6 && is_message(s, "solicit"))
		forget_address6(s->host);
}

static bool send_datagram(struct sending *s, struct br_octets payload)
{
	struct br_datagram out = {.link = s->link, .payload = payload};
	enum br_node_kind kind = s->stage->world->script->node[s->node].kind;
	uint16_t port = br_expect_port(&s->step->from, &s->stage->variables);
	int result;

	if (port == 0 && s->step->line.protocol == &br_protocol_dhcp6)
		port = kind == BR_NODE_CLIENT ? BR_DHCP6_PORT_CLIENT : BR_DHCP6_PORT_SERVER;
	if (port == 0 && s->step->line.protocol == &br_protocol_dhcp)
		port = kind == BR_NODE_CLIENT ? BR_DHCP_PORT_CLIENT : BR_DHCP_PORT_SERVER;
	if (port == 0)
		port = new_port(s);
	if (s->step->line.protocol == &br_protocol_dhcp && payload.size > 20) {
		struct br_reader r = br_reader_of(payload.data + 16, 4);

		s->yiaddr = br_get_be32(&r);
	}
	out.local = br_endpoint_ipv4(s->address, port);
	if (is_six(s))
		out.local = (struct br_endpoint){.port = port};
	if (s->step->from.has_ip)
		memcpy(out.local.ip, s->step->from.ip, BR_IP_SIZE);
	if (!set_target(s, &out))
		return false;
	s->as.source = out.local;
	s->as.target = out.remote;
	result = br_host_udp_send(s->host, &out);
	if (result < 0) {
		snprintf(s->error, BR_STAGE_ERROR_SIZE, "%s: it cannot be sent: %s",
		         s->stage->world->script->node[s->node].name, strerror(-result));
		return false;
	}
	return true;
}

/* A frame of its own, from the first card to that of the target; checksums are the line's. */
static bool send_frame(struct sending *s, struct br_octets payload)
{
	struct br_world *world = s->stage->world;
	bool ip = s->step->line.protocol == &br_protocol_ip;
	struct br_frame *frame = br_frame_new(br_wire_frames(world->wire));
	struct br_writer w;

	if (!frame)
		return fail(s, "too many frames are under way");
	w = br_writer_of(frame->data, br_wire_frames(world->wire)->frame_size_max);
	if (s->step->to.node >= 0)
		br_put_bytes(&w, br_world_mac(world, (size_t)s->step->to.node, 0), 6);
	else
		br_put_bytes(&w, "\xff\xff\xff\xff\xff\xff", 6);
	br_put_bytes(&w, br_host_mac(s->host, 0), 6);
	if (ip)
		br_put_be16(&w, ETHERTYPE_IPV4);
	br_put_bytes(&w, payload.data, payload.size);
	if (w.bad) {
		br_frame_unref(frame);
		return fail(s, "the frame is longer than the net carries");
	}
	frame->size = (uint32_t)br_written(&w);
	br_frame_accept(frame);
	br_port_send(br_host_port(s->host, 0), frame);
	return true;
}

static bool connect_to(struct sending *s, uint16_t port)
{
	struct br_datagram out = {0};
	int result;

	if (!set_target(s, &out))
		return false;
	s->as.target = out.remote;
	if (port != 0 && br_browser_has(s->stage->http, s->node, port)) {
		s->as.source = br_endpoint_ipv4(0, port);
		return true;
	}
	result = br_browser_connect(s->stage->http, s->node, port, &out.remote);
	if (result < 0) {
		snprintf(s->error, BR_STAGE_ERROR_SIZE, "no connection: %s", strerror(-result));
		return false;
	}
	s->as.source = br_endpoint_ipv4(0, (uint16_t)result);
	return true;
}

/* A peer that is played answers on a connection that came to it. */
static bool reply_http(struct sending *s, struct br_octets payload)
{
	struct br_world *world = s->stage->world;
	uint16_t port = br_expect_port(&s->step->to, &s->stage->variables);
	int from = s->step->to.node;
	int result;

	s->as.source = br_endpoint_ipv4(0, BR_HTTP_PORT);
	s->as.target = br_endpoint_ipv4(
		from >= 0 ? br_world_address(world, (size_t)from, s->node) : 0, port);
	if (is_message(s, "close") || is_message(s, "reset"))
		result = br_browser_end_reply(s->stage->http, s->node, from, port,
		                              is_message(s, "reset"));
	else
		result = br_browser_reply(s->stage->http, s->node, from, port, payload);
	if (result < 0)
		return fail(s, result == -ENOTCONN
		                       ? "no connection came from there, or it is closed"
		                       : "too much waits to be sent");
	return true;
}

static bool send_http(struct sending *s, struct br_octets payload)
{
	uint16_t port = br_expect_port(&s->step->from, &s->stage->variables);
	struct br_http_head *head = &s->stage->decoded.http;
	const char *method = s->step->line.message;
	char target[256] = "/";
	int result;

	if (s->stage->world->script->node[s->node].kind == BR_NODE_PEER)
		return reply_http(s, payload);
	if (!method || (method[0] >= '0' && method[0] <= '9'))
		return fail(s, "a script plays HTTP clients, or a peer without role= as a server");
	if (!connect_to(s, port))
		return false;
	if (is_message(s, "close") || is_message(s, "reset"))
		result = br_browser_end(s->stage->http, s->node, s->as.source.port,
		                        is_message(s, "reset"));
	else if (is_message(s, "bytes") || !br_protocol_http.decode(payload, &s->stage->decoded)) {
		result = br_browser_send(s->stage->http, s->node, s->as.source.port, payload, NULL,
		                         NULL);
	} else {
		snprintf(target, sizeof(target), "%.*s",
		         head->target.size < sizeof(target) ? (int)head->target.size : 255,
		         (const char *)head->target.data);
		result = br_browser_send(s->stage->http, s->node, s->as.source.port, payload,
		                         method, target);
	}
	if (result < 0)
		return fail(s, result == -ENOTCONN ? "the connection is closed"
		                                   : "too much waits to be sent");
	return true;
}

static bool bind_all(struct sending *s, struct br_octets payload)
{
	struct br_step ports = *s->step;
	bool whole = s->step->line.protocol->decode(payload, &s->stage->decoded);

	if (is_message(s, "bytes") || !whole) {
		ports.line.args = 0; /* the ports alone */
		return br_expect_bind(&ports, &s->as, &s->stage->decoded, &s->stage->variables) ==
		       0;
	}
	return br_expect_bind(s->step, &s->as, &s->stage->decoded, &s->stage->variables) == 0;
}

int br_stimulus_send(struct br_stage *stage, const struct br_step *step, bool *ret_datagram,
                     char error[static BR_STAGE_ERROR_SIZE])
{
	bool http = step->line.protocol == &br_protocol_http;
	bool icmp = step->line.protocol == &br_protocol_icmp6;
	bool frame =
		step->line.protocol == &br_protocol_eth || step->line.protocol == &br_protocol_ip;
	size_t size = http ? BUFFER_SIZE : PAYLOAD_MAX;
	struct sending s = {
		.stage = stage,
		.step = step,
		.node = (size_t)step->from.node,
		.host = stage->world->node[step->from.node].host,
		.error = error,
	};
	uint8_t *buffer = malloc(size);
	struct br_writer w = br_writer_of(buffer, size);
	bool good;

	if (!buffer)
		abort();
	error[0] = '\0';
	forget_address(&s);
	good = is_message(&s, "close") || is_message(&s, "reset") || build(&s, &w);
	if (good && http)
		good = send_http(&s, (struct br_octets){buffer, br_written(&w)});
	else if (good && icmp)
		good = br_stimulus6_send_icmp(stage, step,
		                              (struct br_octets){buffer, br_written(&w)}, &s.as,
		                              error) == 0;
	else if (good && frame)
		good = send_frame(&s, (struct br_octets){buffer, br_written(&w)});
	else if (good)
		good = send_datagram(&s, (struct br_octets){buffer, br_written(&w)});
	if (good)
		good = bind_all(&s, (struct br_octets){buffer, br_written(&w)}) ||
		       fail(&s, "too many variables");
	*ret_datagram = good && !http && !frame && !icmp;
	free(buffer);
	return good ? 0 : -EINVAL;
}
