/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a DHCP reply goes, and what becomes of a relay's option 82. */
#include "conformance/rules/dhcp/delivery.h"

#include <string.h>

enum {
	DESTINATION_SIZE = 40,
};

static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static struct br_octets agent_of(const struct br_asked *q)
{
	if (q->agent_size < 0)
		return (struct br_octets){0};
	return (struct br_octets){q->agent, (size_t)q->agent_size};
}

static uint32_t address_in(struct br_octets value)
{
	return value.size == 4 ? br_rules_be32(value.data) : 0;
}

static bool is_broadcast(const struct br_rules *r, const struct br_reply *y)
{
	return y->dst_ip == UINT32_MAX && (!br_rules_mac_known(r->packet->eth_dst) ||
	                                   !memcmp(r->packet->eth_dst, broadcast, 6));
}

static bool is_for_client(const struct br_rules *r, const struct br_reply *y)
{
	return y->dst_ip == y->m->header.yiaddr &&
	       (!br_rules_mac_known(r->packet->eth_dst) ||
	        !memcmp(r->packet->eth_dst, y->m->header.chaddr, 6));
}

/* "10.0.0.16 at 02:00:00:00:00:10", or the first half where the capture has no Ethernet. */
static const char *destination(char text[static DESTINATION_SIZE], const struct br_packet *p)
{
	struct br_writer w = br_writer_of(text, DESTINATION_SIZE);

	br_text_put_ipv4(&w, br_endpoint_to_ipv4(&p->dst));
	if (br_rules_mac_known(p->eth_dst)) {
		br_text_put(&w, " at ");
		br_text_put_mac(&w, p->eth_dst);
	}
	return br_text_end(&w);
}

/* The relay's copy was sent to this very machine, so the reply is the server's own. */
static void judge_to_relay(struct br_rules *r, const struct br_reply *y)
{
	const struct br_asked *q = y->q;
	struct br_octets agent = agent_of(q);
	bool source_port =
		br_dhcp_sub_option(agent, BR_RELAY_AGENT_RELAY_SOURCE_PORT, false).data != NULL;
	bool link = br_dhcp_sub_option(agent, BR_RELAY_AGENT_LINK_SELECTION, false).data != NULL;
	uint16_t port = source_port ? q->src_port : BR_DHCP_PORT_SERVER;
	enum br_rule rule = source_port ? BR_RULE_RLS_12
	                    : link      ? BR_RULE_RLS_07
	                                : BR_RULE_D4S_DLV_01;

	struct br_dhcp_server *server = br_rules_server(r, y->src_ip);

	/* RFC 8357 §5.2: who does not know the sub-option goes on using port 67 */
	if (source_port && server && r->packet->dst.port == q->src_port)
		server->uses_source_port = true;
	if (source_port && !(server && server->uses_source_port)) {
		rule = BR_RULE_D4S_DLV_01;
		port = BR_DHCP_PORT_SERVER;
	}
	if (q->dst_ip != y->src_ip || memcmp(q->eth_dst, r->packet->eth_src, 6) != 0)
		return;
	(void)br_judge(r, rule, y->dst_ip == q->giaddr && r->packet->dst.port == port,
	               "sent to %s port %u, giaddr is %s", BR_IP(y->dst_ip), r->packet->dst.port,
	               BR_IP(q->giaddr));
}

static void judge_to_client(struct br_rules *r, const struct br_reply *y)
{
	const struct br_dhcp_header *h = &y->m->header;
	uint16_t port = r->packet->dst.port;
	bool reserved = (y->q->flags & ~BR_DHCP_FLAG_BROADCAST) != 0;
	bool offer_or_ack = y->m->type == BR_DHCP_TYPE_OFFER || y->m->type == BR_DHCP_TYPE_ACK;
	char text[DESTINATION_SIZE];
	const char *to = destination(text, r->packet);

	(void)br_judge(r, BR_RULE_D4S_DLV_04, port == BR_DHCP_PORT_CLIENT, "sent to port %u", port);
	if (offer_or_ack && !y->q->item)
		(void)br_judge(r, BR_RULE_D4S_DLV_05, r->packet->src.port == BR_DHCP_PORT_SERVER,
		               "sent from port %u", r->packet->src.port);
	if (y->m->type == BR_DHCP_TYPE_NAK) {
		(void)br_judge(r, BR_RULE_D4S_NAK_04,
		               is_broadcast(r, y) && port == BR_DHCP_PORT_CLIENT, "sent to %s", to);
		return;
	}
	if (y->q->ciaddr != 0 || y->q->type == BR_DHCP_TYPE_INFORM || y->q->item)
		return;
	if (y->q->flags & BR_DHCP_FLAG_BROADCAST)
		(void)br_judge(r,
		               reserved && y->dst_ip != UINT32_MAX ? BR_RULE_D4C_HDR_07
		                                                   : BR_RULE_D4S_DLV_02,
		               is_broadcast(r, y), "flags 0x%04x, sent to %s", y->q->flags, to);
	else if (h->yiaddr != 0)
		(void)br_judge(r, reserved ? BR_RULE_D4C_HDR_07 : BR_RULE_D4S_DLV_03,
		               is_broadcast(r, y) || is_for_client(r, y), "yiaddr %s, sent to %s",
		               BR_IP(h->yiaddr), to);
	(void)br_judge(r, BR_RULE_D4S_SID_01,
	               !y->has_server_id || y->server_id == y->src_ip ||
	                       y->server_id == y->q->server_id,
	               "option 54 is %s, sent from %s", BR_IP(y->server_id), BR_IP(y->src_ip));
}

void br_rules_dhcp_delivery(struct br_rules *r, const struct br_reply *y)
{
	if (!y->q || y->pxe_port)
		return;
	if (y->q->giaddr != 0)
		judge_to_relay(r, y);
	else if (y->m->header.giaddr == 0)
		judge_to_client(r, y);
}

static void judge_agent_place(struct br_rules *r, const struct br_reply *y)
{
	struct br_octets all = r->packet->payload;

	for (size_t i = 0; i < y->m->instances; i++) {
		const struct br_dhcp_instance *o = &y->m->instance[i];
		size_t next = (size_t)o->offset + 2 + o->value.size;

		if (o->code != BR_DHCP_OPTION_RELAY_AGENT)
			continue;
		if (br_judge(r, BR_RULE_RLS_03, o->field == BR_DHCP_FIELD_OPTIONS,
		             "option 82 stands in an overloaded field"))
			(void)br_judge(r, BR_RULE_RLS_02,
			               next < all.size && (all.data[next] == BR_DHCP_OPTION_END ||
			                                   all.data[next] == 82),
			               "option 82 is not the last");
	}
}

static void judge_agent_echo(struct br_rules *r, const struct br_reply *y, struct br_octets sent)
{
	struct br_octets got = br_dhcp_get(y->m, BR_DHCP_OPTION_RELAY_AGENT);
	struct br_dhcp_server *server = br_rules_server(r, y->src_ip);
	bool cut = got.data && got.size < sent.size && !memcmp(got.data, sent.data, got.size);
	size_t end = r->packet->payload_size + 2 + sent.size;

	if (!got.data && y->q->odd.agent) /* leaving it out is well: ROB-D4-06 */
		return;
	if (!got.data) {
		if (server && server->echoes_agent && end <= BR_DHCP_UDP_SIZE_DEFAULT)
			(void)br_judge(r, BR_RULE_RLS_01, false,
			               "no option 82, which it echoed before");
		return;
	}
	if (server)
		server->echoes_agent = true;
	if (y->q->odd.agent) {
		(void)br_judge(r, BR_RULE_ROB_D4_06, br_text_equal(got, sent),
		               "option 82 is broken, and another came back");
		return;
	}
	if (!br_judge(r, BR_RULE_RLS_04, !cut, "%zu of %zu octets of option 82", got.size,
	              sent.size))
		return;
	(void)br_judge(r, BR_RULE_RLS_01, br_text_equal(got, sent), "option 82 is another");
}

/* Of the subnet by option 1. */
static bool on_link(uint32_t address, uint32_t link, uint32_t mask)
{
	return (address & mask) == (link & mask);
}

/* A link may have several subnets: an address is wrong if it is of a link known as another. */
static void judge_subnet(struct br_rules *r, const struct br_reply *y, uint32_t link)
{
	uint32_t mask = 0, yiaddr = y->m->header.yiaddr, giaddr = y->q->giaddr;

	if (yiaddr == 0 || !br_dhcp_get_be32(y->m, BR_DHCP_OPTION_SUBNET_MASK, &mask) || mask == 0)
		return;
	if (link == 0) {
		if (!on_link(giaddr, y->src_ip, mask))
			(void)br_judge(r, BR_RULE_RLS_05, !on_link(yiaddr, y->src_ip, mask),
			               "yiaddr %s is of the server's link, giaddr %s is not",
			               BR_IP(yiaddr), BR_IP(giaddr));
		return;
	}
	if (y->q->link_subnet != 0 && !on_link(y->q->link_subnet, link, mask))
		(void)br_judge(r, BR_RULE_RLS_08, !on_link(yiaddr, y->q->link_subnet, mask),
		               "yiaddr %s is of option 118, link selection is %s", BR_IP(yiaddr),
		               BR_IP(link));
	else if (!on_link(giaddr, link, mask))
		(void)br_judge(r, BR_RULE_RLS_06, !on_link(yiaddr, giaddr, mask),
		               "yiaddr %s is of giaddr's link, link selection is %s", BR_IP(yiaddr),
		               BR_IP(link));
}

void br_rules_dhcp_agent(struct br_rules *r, const struct br_reply *y)
{
	struct br_dhcp_server *server = br_rules_server(r, y->src_ip);
	struct br_octets sent;
	uint32_t override;

	/* the flag is for whoever passes it on: broadcast by itself it needs none */
	if (y->proxy && !y->pxe_port)
		(void)br_judge(r, BR_RULE_RLS_14,
		               (y->m->header.flags & BR_DHCP_FLAG_BROADCAST) != 0 ||
		                       (y->m->header.giaddr == 0 && is_broadcast(r, y)),
		               "flags 0x%04x, sent to %s", y->m->header.flags, BR_IP(y->dst_ip));
	judge_agent_place(r, y);
	if (!y->q || y->q->giaddr == 0 || y->pxe_port || y->q->giaddr != y->m->header.giaddr)
		return;
	sent = agent_of(y->q);
	judge_subnet(r, y,
	             address_in(br_dhcp_sub_option(sent, BR_RELAY_AGENT_LINK_SELECTION, false)));
	if (!sent.data)
		return;
	judge_agent_echo(r, y, sent);
	override = address_in(br_dhcp_sub_option(sent, BR_RELAY_AGENT_SERVER_ID, false));
	if (server && override != 0 && y->server_id == override)
		server->overrides = true;
	if (server && server->overrides && override != 0)
		(void)br_judge(r, BR_RULE_RLS_09, y->server_id == override,
		               "option 54 is %s, sub-option 11 was %s", BR_IP(y->server_id),
		               BR_IP(override));
}
