/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/script/stimulus6.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/formats/dhcp6_message.h"
#include "core/formats/nd.h"
#include "sim/script/node_keys.h"

enum {
	DUID_LL = 3,   /* RFC 8415 section 11.4 */
	DUID_UUID = 4, /* RFC 6355 */
	HARDWARE_ETHERNET = 1,
	LIFETIME_PREFERRED_S = 3000,
	LIFETIME_VALID_S = 4000,
	DUID_MAX = 130,
	MESSAGE_MAX = 2048,
	ECHO_TTL = 64,
};

#define CLIENT_ASKS                                                                                \
	(1u << BR_DHCP6_TYPE_SOLICIT | 1u << BR_DHCP6_TYPE_REQUEST | 1u << BR_DHCP6_TYPE_CONFIRM | \
	 1u << BR_DHCP6_TYPE_RENEW | 1u << BR_DHCP6_TYPE_REBIND | 1u << BR_DHCP6_TYPE_RELEASE |    \
	 1u << BR_DHCP6_TYPE_DECLINE | 1u << BR_DHCP6_TYPE_INFORMATION)
#define SERVER_SAYS (1u << BR_DHCP6_TYPE_ADVERTISE | 1u << BR_DHCP6_TYPE_REPLY)
#define FORWARDED   (1u << BR_DHCP6_TYPE_RELAY_FORWARD)
#define RETURNED    (1u << BR_DHCP6_TYPE_RELAY_REPLY)

static bool is_message(const struct br_step *step, const char *name)
{
	return step->line.message && !strcmp(step->line.message, name);
}

/* duid= of the node; of a machine that a model describes its UUID, else its hardware address */
static void put_duid(const struct br_stage *stage, size_t node, struct br_writer *w)
{
	const struct br_world_node *lives = &stage->world->node[node];
	const char *said = br_node_key(lives->script, "duid");
	uint8_t octets[DUID_MAX];
	size_t size;

	if (said && br_text_get_hex(br_text(said), octets, sizeof(octets), &size)) {
		br_put_bytes(w, octets, size);
	} else if (br_node_key(lives->script, "uuid")) {
		br_put_be16(w, DUID_UUID);
		br_put_bytes(w, lives->machine.uuid, sizeof(lives->machine.uuid));
	} else {
		br_put_be16(w, DUID_LL);
		br_put_be16(w, HARDWARE_ETHERNET);
		br_put_bytes(w, lives->machine.mac, sizeof(lives->machine.mac));
	}
}

static void put_duid_option(const struct br_stage *stage, size_t node, uint16_t code,
                            struct br_writer *w)
{
	uint8_t *begun = br_dhcp6_begin(w, code);

	put_duid(stage, node, w);
	br_dhcp6_end(w, begun);
}

static uint32_t iaid_of(const struct br_world_node *node)
{
	const uint8_t *mac = node->machine.mac;

	return (uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
}

/* The message in what was heard, out of its relays. */
static bool parse(const struct br_heard *heard, struct br_dhcp6_message *ret)
{
	return heard && br_dhcp6_parse((struct br_octets){heard->octets, heard->size}, ret) == 0;
}

static uint32_t new_xid(struct br_stage *stage)
{
	return ((uint32_t)br_prng_next(&stage->prng) & 0xffffff) | 1;
}

/* RFC 8415 section 16: which of these a message has */
static void put_client(struct br_stage *stage, const struct br_step *step, uint8_t type,
                       struct br_writer *w)
{
	static const uint8_t wants[] = {
		0, 23, 0, BR_DHCP6_OPTION_BOOT_URL, 0, BR_DHCP6_OPTION_BOOT_PARAMETERS};
	size_t node = (size_t)step->from.node;
	struct br_dhcp6_message said;
	bool heard = parse(br_stage_heard6(stage, node, SERVER_SAYS | RETURNED, 0), &said);
	struct br_octets server = heard ? br_dhcp6_find(said.options, BR_DHCP6_OPTION_SERVER_ID)
	                                : (struct br_octets){0};
	struct br_octets ia =
		heard ? br_dhcp6_find(said.options, BR_DHCP6_OPTION_IA_NA) : (struct br_octets){0};
	bool to_one = type == BR_DHCP6_TYPE_REQUEST || type == BR_DHCP6_TYPE_RENEW ||
	              type == BR_DHCP6_TYPE_RELEASE || type == BR_DHCP6_TYPE_DECLINE;
	bool new_ia = type == BR_DHCP6_TYPE_SOLICIT || !ia.data;
	static const uint8_t elapsed[2];
	uint8_t *begun;

	put_duid_option(stage, node, BR_DHCP6_OPTION_CLIENT_ID, w);
	if (to_one && server.data)
		br_dhcp6_put(w, BR_DHCP6_OPTION_SERVER_ID, server.data, server.size);
	if (type != BR_DHCP6_TYPE_INFORMATION && new_ia) {
		begun = br_dhcp6_begin(w, BR_DHCP6_OPTION_IA_NA);
		br_put_be32(w, iaid_of(&stage->world->node[node]));
		br_put_be32(w, 0);
		br_put_be32(w, 0);
		br_dhcp6_end(w, begun);
	} else if (type != BR_DHCP6_TYPE_INFORMATION) {
		br_dhcp6_put(w, BR_DHCP6_OPTION_IA_NA, ia.data, ia.size);
	}
	if (type != BR_DHCP6_TYPE_RELEASE && type != BR_DHCP6_TYPE_DECLINE)
		br_dhcp6_put(w, BR_DHCP6_OPTION_ORO, wants, sizeof(wants));
	br_dhcp6_put(w, BR_DHCP6_OPTION_ELAPSED, elapsed, sizeof(elapsed));
}

/* What a server without a mind of its own would answer: the client's IA, without an address. */
static void put_peer(struct br_stage *stage, const struct br_step *step,
                     const struct br_dhcp6_message *asked, struct br_writer *w)
{
	struct br_octets client = br_dhcp6_find(asked->options, BR_DHCP6_OPTION_CLIENT_ID);
	struct br_octets value = br_dhcp6_find(asked->options, BR_DHCP6_OPTION_IA_NA);
	struct br_dhcp6_ia ia = br_dhcp6_ia(value);
	uint8_t *begun;

	if (client.data)
		br_dhcp6_put(w, BR_DHCP6_OPTION_CLIENT_ID, client.data, client.size);
	put_duid_option(stage, (size_t)step->from.node, BR_DHCP6_OPTION_SERVER_ID, w);
	if (!ia.there)
		return;
	begun = br_dhcp6_begin(w, BR_DHCP6_OPTION_IA_NA);
	br_put_be32(w, ia.iaid);
	br_put_be32(w, 0);
	br_put_be32(w, 0);
	if (ia.addresses > 0)
		br_dhcp6_put_address(w, ia.address, LIFETIME_PREFERRED_S, LIFETIME_VALID_S);
	br_dhcp6_end(w, begun);
}

static size_t peer_template(struct br_stage *stage, const struct br_step *step, uint8_t type,
                            uint32_t xid, struct br_writer *w)
{
	const struct br_heard *heard =
		br_stage_heard6(stage, (size_t)step->from.node, CLIENT_ASKS | FORWARDED, xid);
	struct br_dhcp6_message asked;

	if (!parse(heard, &asked))
		asked = (struct br_dhcp6_message){.xid = xid};
	br_dhcp6_put_head(w, type, asked.xid);
	put_peer(stage, step, &asked, w);
	return w->bad ? 0 : br_written(w);
}

static uint32_t link_of_net(const struct br_script_node *node, size_t net)
{
	for (size_t i = 0; i < node->links; i++) {
		if (node->link[i].net == net)
			return (uint32_t)i;
	}
	return 0;
}

/* RFC 8415 section 19.1 */
static size_t forward_template(struct br_stage *stage, const struct br_step *step, uint32_t xid,
                               struct br_writer *w, uint32_t *ret_link)
{
	size_t index = (size_t)step->from.node;
	const struct br_script_node *node = &stage->world->script->node[index];
	const struct br_heard *heard = br_stage_heard6(stage, index, CLIENT_ASKS | FORWARDED, xid);
	struct br_relay6_options options;
	uint32_t link = heard ? link_of_net(node, heard->net) : 0;

	if (!heard)
		return 0;
	*ret_link = link;
	br_world_relay6_options(stage->world, index, &options);
	if (br_relay6_forward(&options, node->link[link].address6, heard->source.ip, link,
	                      (struct br_octets){heard->octets, heard->size}, w) < 0)
		return 0;
	return br_written(w);
}

/* RFC 8415 section 19.2: what is in it, and to whom; where it names no link, on the other side */
static size_t back_template(struct br_stage *stage, const struct br_step *step, struct br_writer *w,
                            uint32_t *ret_link, struct br_endpoint *ret_peer)
{
	size_t index = (size_t)step->from.node;
	const struct br_script_node *node = &stage->world->script->node[index];
	const struct br_heard *heard = br_stage_heard6(stage, index, RETURNED, 0);
	struct br_relay6_back back;

	if (!heard || br_relay6_back((struct br_octets){heard->octets, heard->size}, &back) < 0)
		return 0;
	for (uint32_t i = 0; i < node->links; i++) {
		if (br_ip_is_zero(back.link) ? node->link[i].net != heard->net
		                             : br_ip_equal(node->link[i].address6, back.link))
			*ret_link = i;
	}
	memcpy(ret_peer->ip, back.peer, sizeof(ret_peer->ip));
	br_put_bytes(w, back.message.data, back.message.size);
	return w->bad ? 0 : br_written(w);
}

/* A server's answer to what came through relays: its message in as many of them */
static size_t answer_template(struct br_stage *stage, const struct br_step *step, uint32_t xid,
                              struct br_writer *w)
{
	const struct br_heard *heard =
		br_stage_heard6(stage, (size_t)step->from.node, FORWARDED, xid);
	struct br_dhcp6_message asked;
	uint8_t message[MESSAGE_MAX], wrapped[MESSAGE_MAX];
	struct br_writer inner = br_writer_of(message, sizeof(message));

	if (!parse(heard, &asked))
		return 0;
	br_dhcp6_put_head(&inner, BR_DHCP6_TYPE_REPLY, asked.xid);
	put_peer(stage, step, &asked, &inner);
	for (size_t i = asked.levels; i-- > 0;) {
		struct br_dhcp6_relay relay = asked.level[i];
		struct br_octets id = br_dhcp6_find(relay.options, BR_DHCP6_OPTION_INTERFACE_ID);
		struct br_writer outer = br_writer_of(wrapped, sizeof(wrapped));

		relay.type = BR_DHCP6_TYPE_RELAY_REPLY;
		br_dhcp6_put_relay(&outer, &relay);
		if (id.data)
			br_dhcp6_put(&outer, BR_DHCP6_OPTION_INTERFACE_ID, id.data, id.size);
		br_dhcp6_put(&outer, BR_DHCP6_OPTION_RELAYED, message, br_written(&inner));
		inner = br_writer_of(message, sizeof(message));
		br_put_bytes(&inner, wrapped, br_written(&outer));
		inner.bad = inner.bad || outer.bad;
	}
	br_put_bytes(w, message, br_written(&inner));
	return w->bad || inner.bad ? 0 : br_written(w);
}

size_t br_stimulus6_template(struct br_stage *stage, const struct br_step *step, uint32_t xid,
                             uint8_t *octets, size_t room, uint32_t *ret_link,
                             struct br_endpoint *ret_peer)
{
	enum br_node_kind kind = stage->world->script->node[step->from.node].kind;
	struct br_writer w = br_writer_of(octets, room);
	uint8_t type = 0;

	if (is_message(step, "relay-forw"))
		return forward_template(stage, step, xid, &w, ret_link);
	if (kind == BR_NODE_RELAY)
		return back_template(stage, step, &w, ret_link, ret_peer);
	if (is_message(step, "relay-repl"))
		return answer_template(stage, step, xid, &w);
	for (uint8_t i = 1; i <= BR_DHCP6_TYPE_INFORMATION; i++) {
		if (is_message(step, br_dhcp6_type_name(i)))
			type = i;
	}
	if (kind == BR_NODE_PEER)
		return peer_template(stage, step, type, xid, &w);
	br_dhcp6_put_head(&w, type, xid ? xid : new_xid(stage));
	put_client(stage, step, type, &w);
	return w.bad ? 0 : br_written(&w);
}

/* ICMPv6 */

static const struct br_arg *arg_of(const struct br_step *step, const char *name)
{
	for (size_t i = 0; i < step->line.args; i++) {
		if (step->line.arg[i].op == BR_ARG_EQUAL && !strcmp(step->line.arg[i].name, name))
			return &step->line.arg[i];
	}
	return NULL;
}

/* An address that the line says, or a variable of it. */
static bool said_ip(const struct br_stage *stage, const struct br_step *step, const char *name,
                    uint8_t ret_ip[BR_IP_SIZE])
{
	const struct br_arg *arg = arg_of(step, name);
	const struct br_variable *variable;

	if (!arg)
		return false;
	if (arg->value.kind != BR_VALUE_VARIABLE)
		return br_text_get_ipv6(arg->value.text, ret_ip);
	variable = br_variable_find(&stage->variables, (const char *)arg->value.text.data);
	if (!variable || variable->octets.size != BR_IP_SIZE)
		return false;
	memcpy(ret_ip, variable->octets.data, BR_IP_SIZE);
	return true;
}

/* To whom a message goes that says "*": RFC 4861 section 4 */
static void group_of(const struct br_step *step, const uint8_t target[BR_IP_SIZE],
                     uint8_t ret_ip[BR_IP_SIZE])
{
	static const uint8_t all_nodes[BR_IP_SIZE] = {0xff, 0x02, [15] = 1},
			     all_routers[BR_IP_SIZE] = {0xff, 0x02, [15] = 2};

	if (is_message(step, "rs") || is_message(step, "done"))
		memcpy(ret_ip, all_routers, BR_IP_SIZE);
	else if (is_message(step, "ns"))
		br_ip_solicited_node(target, ret_ip);
	else
		memcpy(ret_ip, all_nodes, BR_IP_SIZE);
}

/* The card of @node in that net; its first, if it has none there. */
static const uint8_t *mac_in(const struct br_world *world, size_t node, size_t net)
{
	return br_world_mac(world, node, link_of_net(&world->script->node[node], net));
}

static void put_mac(const struct br_world *world, const struct br_step *step, size_t net,
                    const uint8_t dst[BR_IP_SIZE], uint8_t ret_mac[6])
{
	if (br_ip_is_multicast6(dst)) {
		ret_mac[0] = ret_mac[1] = 0x33; /* RFC 2464 section 7 */
		memcpy(ret_mac + 2, dst + 12, 4);
	} else if (step->to.node >= 0) {
		memcpy(ret_mac, mac_in(world, (size_t)step->to.node, net), 6);
	} else {
		memset(ret_mac, 0xff, 6);
	}
}

int br_stimulus6_send_icmp(struct br_stage *stage, const struct br_step *step,
                           struct br_octets message, struct br_seen *ret_as,
                           char error[static BR_STAGE_ERROR_SIZE])
{
	struct br_world *world = stage->world;
	size_t node = (size_t)step->from.node, link = 0; /* to a group: the first */
	struct br_frame *frame = br_frame_new(br_wire_frames(world->wire));
	struct br_packet_route route = {.six = true, .ttl = BR_ND_HOP_LIMIT};
	const struct br_arg *ttl = arg_of(step, "ttl");
	uint8_t target[BR_IP_SIZE] = {0};
	uint64_t number;

	if (!frame) {
		(void)snprintf(error, BR_STAGE_ERROR_SIZE, "too many frames are under way");
		return -EINVAL;
	}
	(void)said_ip(stage, step, "target", target);
	if (step->to.node < 0 ||
	    !br_world_link_local(world, (size_t)step->to.node, node, route.dst6, &link)) {
		link = 0;
		group_of(step, target, route.dst6);
	}
	if (step->to.has_ip)
		memcpy(route.dst6, step->to.ip, sizeof(route.dst6));
	(void)said_ip(stage, step, "dst", route.dst6);
	if (!said_ip(stage, step, "src", route.src6))
		br_ip_link_local(br_world_mac(world, node, link), route.src6);
	if (message.size > 0 && message.data[0] < BR_ICMP6_LISTENER_QUERY)
		route.ttl = ECHO_TTL;
	if (ttl && br_number_read(ttl->value.text, UINT8_MAX, &number))
		route.ttl = (uint8_t)number;
	put_mac(world, step, world->script->node[node].link[link].net, route.dst6, route.eth_dst);
	memcpy(route.eth_src, br_world_mac(world, node, link), sizeof(route.eth_src));
	if (br_packet_build_ip(frame, &route, BR_IP_PROTOCOL_ICMPV6, message,
	                       (struct br_octets){NULL, 0}) < 0) {
		br_frame_unref(frame);
		(void)snprintf(error, BR_STAGE_ERROR_SIZE,
		               "the frame is longer than the net carries");
		return -EINVAL;
	}
	memcpy(ret_as->source.ip, route.src6, sizeof(route.src6));
	memcpy(ret_as->target.ip, route.dst6, sizeof(route.dst6));
	br_port_send(br_host_port(world->node[node].host, (uint32_t)link), frame);
	return 0;
}
