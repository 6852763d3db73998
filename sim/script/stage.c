/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/stage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"

enum {
	PURPOSE = 0x73746167, /* "stag": ports and xids a script leaves open */
	PORT_MAX = 65535,
};

static bool is_plugged(const struct br_script_node *node, size_t net)
{
	for (size_t i = 0; i < node->links; i++) {
		if (node->link[i].net == net)
			return true;
	}
	return false;
}

static bool has_reached(const struct br_stage *stage, const struct br_heard *h, size_t node)
{
	return h->from != (int)node &&
	       (h->to == (int)node || (h->to == BR_SCRIPT_NODE_ANYONE &&
	                               is_plugged(&stage->world->script->node[node], h->net)));
}

const struct br_heard *br_stage_heard6(const struct br_stage *stage, size_t node, uint32_t types,
                                       uint32_t xid)
{
	size_t kept = stage->heard_count < BR_HEARD_MAX ? stage->heard_count : BR_HEARD_MAX;
	struct br_dhcp6_message m;

	for (size_t i = 1; i <= kept; i++) {
		const struct br_heard *h = &stage->heard[(stage->heard_count - i) % BR_HEARD_MAX];

		if (!h->six || !has_reached(stage, h, node) || h->octets[0] > 31 ||
		    (types & 1u << h->octets[0]) == 0)
			continue;
		if (xid == 0 || (br_dhcp6_parse((struct br_octets){h->octets, h->size}, &m) == 0 &&
		                 m.xid == xid))
			return h;
	}
	return NULL;
}

const struct br_heard *br_stage_heard(const struct br_stage *stage, size_t node, uint8_t op,
                                      uint32_t xid)
{
	size_t kept = stage->heard_count < BR_HEARD_MAX ? stage->heard_count : BR_HEARD_MAX;

	for (size_t i = 1; i <= kept; i++) {
		const struct br_heard *h = &stage->heard[(stage->heard_count - i) % BR_HEARD_MAX];
		struct br_reader r = br_reader_of(h->octets, h->size);

		if (h->six || !has_reached(stage, h, node) || br_get_u8(&r) != op)
			continue;
		br_get_sub(&r, 3);
		if (xid == 0 || br_get_be32(&r) == xid)
			return h;
	}
	return NULL;
}

static void hear(struct br_stage *stage, const struct br_seen *seen, bool six)
{
	struct br_heard *h = &stage->heard[stage->heard_count % BR_HEARD_MAX];
	size_t least = six ? 4 : BR_DHCP_HEADER_SIZE; /* RFC 8415 section 8 */

	if (seen->payload.size > sizeof(h->octets) || seen->payload.size < least)
		return;
	h->six = six;
	h->source = seen->source;
	h->from = seen->from;
	h->to = seen->to;
	h->net = seen->net;
	h->size = seen->payload.size;
	memcpy(h->octets, seen->payload.data, h->size);
	stage->heard_count++;
}

/* A scripted client takes the address it is given: RFC 2131 §4.4.1, without the probing. */
static void take_address(struct br_stage *stage, const struct br_seen *seen)
{
	const struct br_dhcp_message *m = &stage->decoded.dhcp;
	int index = br_world_node_by_mac(stage->world, m->header.chaddr);
	const struct br_script *s = stage->world->script;
	const struct br_script_node *node;
	uint32_t netmask, gateway = 0;

	if (m->type != BR_DHCP_TYPE_ACK || m->header.yiaddr == 0 || index < 0 ||
	    m->header.op != BR_DHCP_OP_REPLY)
		return;
	node = &s->node[index];
	if (node->kind != BR_NODE_CLIENT || node->profile || node->link[0].net != seen->net ||
	    stage->world->node[index].firmware)
		return;
	netmask = s->net[seen->net].netmask;
	br_dhcp_get_be32(m, BR_DHCP_OPTION_SUBNET_MASK, &netmask);
	br_dhcp_get_be32(m, BR_DHCP_OPTION_ROUTER, &gateway);
	br_host_set_address(stage->world->node[index].host, 0, m->header.yiaddr, netmask);
	if (node->gateway == 0)
		br_host_set_gateway(stage->world->node[index].host, gateway);
}

/* The same over IPv6, RFC 8415 section 18.2.10.1: an IA of a Reply that is not taken back. */
static void take_address6(struct br_stage *stage, const struct br_seen *seen)
{
	const struct br_dhcp6_message *m = &stage->decoded.dhcp6;
	const struct br_script *s = stage->world->script;
	struct br_dhcp6_ia ia;

	if (m->type != BR_DHCP6_TYPE_REPLY || m->levels > 0 || seen->to < 0 ||
	    s->node[seen->to].kind != BR_NODE_CLIENT || s->node[seen->to].profile ||
	    s->node[seen->to].link[0].net != seen->net || stage->world->node[seen->to].firmware)
		return;
	ia = br_dhcp6_ia(br_dhcp6_find(m->options, BR_DHCP6_OPTION_IA_NA));
	if (ia.there && ia.addresses > 0 && ia.valid > 0)
		(void)br_host_add_address6(stage->world->node[seen->to].host, 0, ia.address,
		                           s->net[seen->net].bits6, true);
}

static bool is_dhcp6(const struct br_seen *seen)
{
	return !br_ip_is_ipv4(seen->target.ip) && (seen->target.port == BR_DHCP6_PORT_SERVER ||
	                                           seen->target.port == BR_DHCP6_PORT_CLIENT ||
	                                           seen->target.port == BR_DHCP6_PORT_PXE);
}

static void seen_by_stage(void *context, const struct br_seen *seen, const char *lost)
{
	struct br_stage *stage = context;
	struct br_tftp_packet packet;

	if (!lost && seen->kind == BR_SEEN_DATAGRAM) {
		bool dhcp = seen->source.port == 67 || seen->source.port == 68 ||
		            seen->source.port == 4011 || seen->target.port == 67;

		if (is_dhcp6(seen)) {
			hear(stage, seen, true);
			if (br_seen_decode(seen, &stage->decoded))
				take_address6(stage, seen);
		} else if (dhcp) {
			hear(stage, seen, false);
			if (br_seen_decode(seen, &stage->decoded))
				take_address(stage, seen);
		} else if (stage->see == NULL && br_tftp_parse(seen->payload, &packet) == 0) {
			br_received_tftp(&stage->received, seen, &packet, NULL);
		}
	}
	if (stage->see)
		stage->see(stage->context, seen, lost);
}

static void open_port(struct br_stage *stage, const struct br_end *end)
{
	uint64_t port;

	if (end->node < 0 || !end->has_port || end->port.kind == BR_VALUE_VARIABLE ||
	    stage->world->node[end->node].server || stage->world->node[end->node].firmware ||
	    stage->world->node[end->node].relay)
		return;
	if (br_number_read(end->port.text, PORT_MAX, &port))
		br_host_udp_open(stage->world->node[end->node].host, (uint16_t)port);
}

/* A peer whose lines speak HTTP takes connections; a port that cannot be had is seen by them. */
static void serve_http(struct br_stage *stage, const struct br_end *from)
{
	uint16_t port = br_expect_port(from, &stage->variables);

	if (stage->world->script->node[from->node].kind == BR_NODE_PEER)
		(void)br_browser_serve(stage->http, (size_t)from->node, port ? port : BR_HTTP_PORT);
}

/* RFC 8415 section 7.1: what is played hears clients, and says nothing by itself. */
static void open_six(struct br_host *host, const struct br_script_node *node)
{
	static const char *const groups[] = {"ff02::1:2", "ff05::1:3"};
	bool client = node->kind == BR_NODE_CLIENT, any = false;
	uint8_t group[BR_IP_SIZE];

	for (uint32_t link = 0; link < node->links; link++) {
		any = any || br_host_has_six(host, link);
		for (size_t i = 0; !client && i < sizeof(groups) / sizeof(groups[0]); i++) {
			if (br_text_get_ipv6(br_text(groups[i]), group))
				(void)br_host_join_group6(host, link, group);
		}
	}
	if (any)
		(void)br_host_udp_open(host, client ? BR_DHCP6_PORT_CLIENT : BR_DHCP6_PORT_SERVER);
}

/* Ports that lines name are open from the start: who is played does not send ICMP. */
static void open_ports(struct br_stage *stage)
{
	const struct br_script *s = stage->world->script;

	for (size_t i = 0; i < s->nodes; i++) {
		struct br_world_node *node = &stage->world->node[i];

		if (node->firmware || node->relay || node->server)
			continue;
		br_host_udp_open(node->host, s->node[i].kind == BR_NODE_CLIENT ? 68 : 67);
		open_six(node->host, &s->node[i]);
	}
	for (size_t i = 0; i < s->items; i++) {
		const struct br_item *item = &s->item[i];

		if (item->cut || item->kind != BR_ITEM_LINE)
			continue;
		if (item->step.line.protocol == &br_protocol_http) {
			serve_http(stage, &item->step.from);
			continue;
		}
		open_port(stage, &item->step.from);
		open_port(stage, &item->step.to);
	}
}

static void firmware_octets(void *context, struct br_firmware *firmware, const char *file,
                            uint64_t offset, struct br_octets data, br_time now)
{
	struct br_stage *stage = context;

	(void)now;
	for (size_t i = 0; i < stage->world->nodes; i++) {
		if (stage->world->node[i].firmware != firmware)
			continue;
		const char *scheme = strstr(file, "://");
		const char *path = scheme ? strchr(scheme + 3, '/') : file;

		if (path)
			br_received_octets(&stage->received, i, path, offset, data, true);
	}
}

static void bind_varied(struct br_stage *stage)
{
	const struct br_script *s = stage->world->script;

	for (size_t i = 0; i < s->varies; i++) {
		uint64_t drawn = stage->world->options.vary ? stage->world->options.vary[i]
		                                            : s->vary[i].first;
		struct br_field field = {.format = BR_FIELD_U64};

		for (size_t k = 0; k < 8; k++)
			field.room[k] = (uint8_t)(drawn >> 8 * (7 - k));
		field.octets = (struct br_octets){field.room, 8};
		br_variable_bind(&stage->variables, s->vary[i].name, &field);
	}
}

int br_stage_new(struct br_stage **ret_stage, const struct br_script *script,
                 const struct br_world_options *options, br_seen_see *see, void *context,
                 char error[static BR_STAGE_ERROR_SIZE])
{
	struct br_stage *stage = malloc(sizeof(*stage));
	int result;

	if (!stage)
		return -ENOMEM;
	stage->observer = NULL; /* tables are not cleared: their counts are */
	stage->http = NULL;
	stage->overhear = NULL;
	stage->world = NULL;
	stage->variables.count = stage->variables.used = 0;
	stage->heard_count = 0;
	stage->xid = 0;
	stage->see = see;
	stage->context = context;
	stage->prng = br_prng_of(options->seed, PURPOSE);
	result = br_world_new(&stage->world, script, options, error);
	if (result == 0) {
		br_received_init(&stage->received, stage->world);
		result = br_observer_new(&stage->observer, stage->world, seen_by_stage, stage);
	}
	if (result == 0)
		result = br_browser_new(&stage->http, stage->world, &stage->received, seen_by_stage,
		                        stage);
	if (result == 0 && script->guests)
		result = br_overhear_new(&stage->overhear, stage->world, &stage->received,
		                         seen_by_stage, stage);
	if (result < 0) {
		br_stage_free(stage);
		return result;
	}
	open_ports(stage);
	bind_varied(stage);
	for (size_t i = 0; i < stage->world->nodes; i++) {
		if (stage->world->node[i].firmware)
			br_firmware_on_data(stage->world->node[i].firmware, firmware_octets, stage);
	}
	*ret_stage = stage;
	return 0;
}

struct br_stage *br_stage_free(struct br_stage *stage)
{
	if (!stage)
		return NULL;
	br_overhear_free(stage->overhear);
	br_browser_free(stage->http);
	br_observer_free(stage->observer);
	br_world_free(stage->world);
	free(stage);
	return NULL;
}
